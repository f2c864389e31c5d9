// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// termRule is the rule for an answer to a claim: no article sets a term, so
// the court does (CPC 442).
const termRule = "cpc-442"

// Bounds of the term a clerk may set for the answer, in days. CPC 442 asks
// that the term be long enough for the act; the bounds keep a slip of the
// finger from taking somebody's time to answer.
const (
	minTerm     = 5
	maxTerm     = 60
	defaultTerm = 10
)

// ServeClaim serves the claim of a received petition on its defendants, with a
// term to answer. It does so once: a second clerk is told that it is done.
func (s *Service) ServeClaim(ctx context.Context, a policy.Actor, filing string, days int) (issued []notice.Issued, err error) {
	defer errs.Wrap(&err, "filing.ServeClaim")
	r, err := s.received(ctx, a, filing)
	if err != nil {
		return nil, err
	}
	f, def, c := r.f, r.def, r.c
	if err := s.mayAct(a, ActServe, f); err != nil {
		return nil, err
	}
	if err := r.can(ActServe); err != nil {
		return nil, err
	}
	if days < minTerm || days > maxTerm {
		return nil, errs.InvalidFields([]errs.Field{{Name: "days", Code: "filing.term_bounds", Args: []any{"min", minTerm, "max", maxTerm}}})
	}
	fa, en, err := s.papers(ctx, f, def)
	if err != nil {
		return nil, err
	}
	document, err := servedDocument(f, fa, en)
	if err != nil {
		return nil, err
	}
	err = s.atDesk(ctx, a, r, func(tx *store.Tx) error {
		issued = issued[:0]
		if err := actTx(ctx, tx, a, a.Unit, f.ID, deskNew, deskDone, ActServe); err != nil {
			return err
		}
		for _, p := range c.Parties {
			if p.Side != docket.Defendant {
				continue
			}
			n, err := s.d.Docket.IssueNoticeTx(ctx, tx, a, docket.NewNotice{
				Case: c.ID, Party: p.ID, Kind: notice.KindClaimCopy, Title: docket.Text(def.Title), Document: document,
				Paper: docket.Text{FA: fa, EN: en}, Rule: termRule, Days: days, Key: "claim:" + f.ID + ":" + p.ID,
			})
			if err != nil {
				return err
			}
			issued = append(issued, n)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return issued, nil
}

// papers renders the filing's paper in both languages from its record.
func (s *Service) papers(ctx context.Context, f Filing, def *catalogue.Definition) (fa, en string, err error) {
	if fa, err = s.Paper(ctx, f, def, i18n.FA); err != nil {
		return "", "", err
	}
	en, err = s.Paper(ctx, f, def, i18n.EN)
	return fa, en, err
}

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
	item, f, def, err := s.Received(ctx, a, filing)
	if err != nil {
		return nil, err
	}
	if err := s.may(a, "filing.serve", f, 0); err != nil {
		return nil, err
	}
	if item.Kind == string(catalogue.Brief) {
		return nil, errs.New(errs.Conflict, "filing.serve_only_claims")
	}
	if days < minTerm || days > maxTerm {
		return nil, errs.InvalidFields([]errs.Field{{Name: "days", Code: "filing.term_bounds", Args: []any{"min", minTerm, "max", maxTerm}}})
	}
	c, err := s.d.Docket.CaseFor(ctx, s.d.DB, f.Case)
	if err != nil {
		return nil, err
	}
	if c.State == docket.StateProposed {
		return nil, errs.New(errs.Conflict, "filing.branch_first")
	}
	fa, en, err := s.papers(ctx, f, def)
	if err != nil {
		return nil, err
	}
	document, err := servedDocument(f, fa, en)
	if err != nil {
		return nil, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		issued = issued[:0]
		if err := tx.ExecOne(ctx, updateDeskDone, a.Unit, f.ID, touch(tx.Now())); err != nil {
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
	if errs.Is(err, errs.Conflict) {
		return nil, errs.New(errs.Conflict, "filing.served_already").Because(err)
	}
	return issued, err
}

// Seen takes a brief off the desk: a clerk has put it before the branch.
func (s *Service) Seen(ctx context.Context, a policy.Actor, filing string) (err error) {
	defer errs.Wrap(&err, "filing.Seen")
	item, f, _, err := s.Received(ctx, a, filing)
	if err != nil {
		return err
	}
	if err := s.may(a, "filing.serve", f, 0); err != nil {
		return err
	}
	if item.Kind != string(catalogue.Brief) {
		return errs.New(errs.Conflict, "filing.seen_only_briefs")
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.ExecOne(ctx, updateDeskDone, a.Unit, f.ID, touch(tx.Now()))
	})
	if errs.Is(err, errs.Conflict) {
		return errs.New(errs.Conflict, "filing.seen_already").Because(err)
	}
	return err
}

// papers renders the filing's paper in both languages from its record.
func (s *Service) papers(ctx context.Context, f Filing, def *catalogue.Definition) (fa, en string, err error) {
	if fa, err = s.Paper(ctx, f, def, i18n.FA); err != nil {
		return "", "", err
	}
	en, err = s.Paper(ctx, f, def, i18n.EN)
	return fa, en, err
}

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

// ServeClaim serves a received petition, declaration or objection on the other
// side: a copy with the list of what is attached to it, and where the title says
// so a term to answer. It does so once: a second clerk is told that it is done.
// With the declaration its record is closed (CPC 156).
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
	if days, err = term(*def.Service, days); err != nil {
		return nil, err
	}
	side := docket.Plaintiff // of the filer
	if own, ok := partyFor(c, f); ok {
		side = own.Side
	}
	fa, en, err := s.papers(ctx, f, def)
	if err != nil {
		return nil, err
	}
	document, err := servedDocument(f, fa, en)
	if err != nil {
		return nil, err
	}
	to := deskDone
	if r.onward != nil { // it waits for the answer, then the file goes on
		to = deskOnward
	}
	err = s.atDesk(ctx, a, r, func(tx *store.Tx) error {
		issued = issued[:0]
		if err := actTx(ctx, tx, a, a.Unit, f.ID, deskNew, to, ActServe); err != nil {
			return err
		}
		for _, p := range c.Parties {
			if p.Side == side {
				continue
			}
			n, err := s.d.Docket.IssueNoticeTx(ctx, tx, a, docket.NewNotice{
				Case: c.ID, Party: p.ID, Kind: procedures[def.Kind].served, Title: docket.Text(def.Title), Document: document,
				Paper: docket.Text{FA: fa, EN: en}, Rule: def.Service.Rule, Days: days, Key: claimKey(f.ID, p.ID),
			})
			if err != nil {
				return err
			}
			issued = append(issued, n)
		}
		if def.Kind != catalogue.Declaration {
			return nil
		}
		return s.d.Docket.CloseTx(ctx, tx, a, c.ID, "filing.closed.sent")
	})
	if err != nil {
		return nil, err
	}
	return issued, nil
}

// term is the term that a clerk sets for the answer, 0 where the law sets it or
// none runs. CPC 442 asks that it be long enough for the act; the title's bounds
// keep a slip of the finger from taking somebody's time to answer.
func term(d catalogue.ServiceDef, days int) (int, error) {
	if d.Days == 0 {
		return 0, nil
	}
	if days < d.MinDays || days > d.MaxDays {
		return 0, errs.InvalidFields([]errs.Field{{Name: "days", Code: "filing.term_bounds", Args: []any{"min", d.MinDays, "max", d.MaxDays}}})
	}
	return days, nil
}

// papers renders the filing's paper in both languages from its record, with the
// list of its attachments.
func (s *Service) papers(ctx context.Context, f Filing, def *catalogue.Definition) (fa, en string, err error) {
	if fa, err = s.Paper(ctx, f, def, i18n.FA); err != nil {
		return "", "", err
	}
	if en, err = s.Paper(ctx, f, def, i18n.EN); err != nil || len(f.Files) == 0 {
		return fa, en, err
	}
	list := both(func(p *i18n.Printer) string {
		lines := []string{"", p.T("filing.paper.attachments")}
		for i, a := range f.Files {
			lines = append(lines, p.T("filing.paper.attachment", "n", i+1, "field", fieldLabel(p, def, a.Field), "name", a.Name, "hash", i18n.LTR(a.SHA256)))
		}
		return paper(lines...)
	})
	return fa + list.FA, en + list.EN, nil
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Limits on what a judge writes.
const (
	minReason = 10
	maxReason = 2000
)

const (
	selectRejection = `SELECT owner, filing_id FROM filing_rejection WHERE notice_id = $1`
	// updateRestored puts a rejected filing back as it was signed last.
	updateRestored = `UPDATE filing_filing SET status = 'submitted', answers = $3, names = $4, record = $5, hash = $6, payment_id = $7, updated_us = $8
		WHERE owner = $1 AND id = $2 AND status = 'rejected'`
)

// filingKey names a filing.
type filingKey struct {
	Owner  string `db:"owner"`
	Filing string `db:"filing_id"`
}

// DecideRejection is the court's decision on an objection to a registrar's
// rejection, which is final (CPC 54). Set aside, the rejected filing is back on
// the desk as it was signed last; upheld, it stays rejected.
func (s *Service) DecideRejection(ctx context.Context, a policy.Actor, objection string, setAside bool, why string) (err error) {
	defer errs.Wrap(&err, "filing.DecideRejection")
	r, err := s.received(ctx, a, objection)
	if err != nil {
		return err
	}
	if err := s.mayAct(a, ActDecide, r.f); err != nil {
		return err
	}
	if err := r.can(ActDecide); err != nil {
		return err
	}
	why = persian.Store(why)
	if n := utf8.RuneCountInString(why); n < minReason || n > maxReason {
		return errs.InvalidFields([]errs.Field{{Name: "why", Code: "filing.reason_bounds", Args: []any{"min", minReason, "max", maxReason}}})
	}
	key, found, err := store.Find[filingKey](ctx, s.d.DB, selectRejection, r.f.Notice)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "filing.not_found")
	}
	if err != nil {
		return err
	}
	party, ok := partyFor(r.c, r.f)
	if !ok {
		return errs.New(errs.Conflict, "filing.filer_left")
	}
	act := ActUphold
	if setAside {
		act = ActSetAside
	}
	text := s.decisionPaper(r, act, why)
	return s.atDesk(ctx, a, r, func(tx *store.Tx) error {
		if setAside {
			if err := s.restoreTx(ctx, tx, a, key, r); err != nil {
				return err
			}
		}
		if err := actTx(ctx, tx, a, a.Unit, r.f.ID, deskNew, deskDone, act); err != nil {
			return err
		}
		issued, err := s.d.Docket.IssueNoticeTx(ctx, tx, a, docket.NewNotice{
			Case: r.c.ID, Party: party.ID, Kind: notice.KindOrder, Title: both(func(p *i18n.Printer) string { return p.T("filing.paper.decision.title") }),
			Paper: text, Key: "decision:" + r.f.ID,
		})
		if err != nil {
			return err
		}
		_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "filing.rejection_decided", Time: tx.Now(), Owner: key.Owner, Subject: key.Filing, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For, Rule: ruleMend,
			Previous: r.f.Evidence, Members: map[string]string{"decision": string(act), "objection": r.f.ID, "rejection": r.f.Notice, "notice": issued.ID},
		})
		return err
	})
}

// restoreTx puts a rejected filing back on the desk.
func (s *Service) restoreTx(ctx context.Context, tx *store.Tx, a policy.Actor, key filingKey, r received) error {
	v, err := store.One[versionRow](ctx, tx, selectLastVersion, key.Owner, key.Filing)
	if err != nil {
		return err
	}
	f, err := lockTx(ctx, tx, key.Owner, key.Filing)
	if err != nil {
		return err
	}
	err = tx.ExecOne(ctx, updateRestored, f.Owner, f.ID, v.Answers, v.Names, v.Record, v.Hash, v.Payment, touch(tx.Now()))
	if err != nil {
		return err
	}
	if err := actTx(ctx, tx, a, f.Unit, f.ID, deskDone, deskNew, ActSetAside); err != nil {
		return err
	}
	if r.c.State != docket.StateClosed {
		return nil
	}
	return s.d.Docket.ReopenTx(ctx, tx, a, r.c.ID, "filing.reopened.set_aside")
}

func (s *Service) decisionPaper(r received, act Act, why string) docket.Text {
	return both(func(p *i18n.Printer) string {
		lines := append(s.paperHead(p, r, "filing.paper.decision.title"), "", p.T("filing.paper.decision."+string(act)), "", p.T("filing.paper.decision.why"), why, "", p.T("filing.paper.decision.final"))
		return paper(lines...)
	})
}

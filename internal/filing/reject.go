// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"strconv"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	updateRejected = `UPDATE filing_filing SET status = 'rejected', updated_us = $4
		WHERE owner = $1 AND id = $2 AND round = $3 AND status IN ('halted', 'payable', 'signable', 'submitted')`
	// updateHaltLate ends a round that was mended after its term.
	updateHaltLate  = `UPDATE filing_halt SET ended = 'rejected_late' WHERE owner = $1 AND filing_id = $2 AND round = $3 AND ended = 'mended'`
	insertRejection = `INSERT INTO filing_rejection (notice_id, owner, filing_id) VALUES ($1, $2, $3)`
)

// Reject is the registrar's order that rejects a filing whose defects were not
// mended in time (CPC 54). A petition's case is closed with it. The filer can object
// within ten days.
func (s *Service) Reject(ctx context.Context, a policy.Actor, filing string) (issued notice.Issued, err error) {
	defer errs.Wrap(&err, "filing.Reject")
	return s.reject(ctx, a, filing, false)
}

// RejectLate is Reject for a filing that was mended, but after its term. It is
// an act of its own: nobody rejects a mending that he has not seen.
func (s *Service) RejectLate(ctx context.Context, a policy.Actor, filing string) (issued notice.Issued, err error) {
	defer errs.Wrap(&err, "filing.RejectLate")
	return s.reject(ctx, a, filing, true)
}

func (s *Service) reject(ctx context.Context, a policy.Actor, filing string, late bool) (issued notice.Issued, err error) {
	r, err := s.received(ctx, a, filing)
	if err != nil {
		return issued, err
	}
	if err := s.mayAct(a, ActReject, r.f); err != nil {
		return issued, err
	}
	if err := r.can(ActReject); err != nil {
		return issued, err
	}
	if late == r.late.IsZero() {
		return issued, r.doneAlready()
	}
	party, ok := partyFor(r.c, r.f)
	if !ok {
		return issued, errs.New(errs.Conflict, "filing.filer_left")
	}
	h, err := store.One[haltRow](ctx, s.d.DB, selectHalt, r.f.Owner, r.f.ID)
	if err != nil {
		return issued, err
	}
	text := s.rejectionPaper(r)
	err = s.atDesk(ctx, a, r, func(tx *store.Tx) error {
		f, err := lockTx(ctx, tx, r.f.Owner, r.f.ID)
		if err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, updateRejected, f.Owner, f.ID, h.Round, touch(tx.Now())); err != nil {
			return err
		}
		if err := actTx(ctx, tx, a, a.Unit, f.ID, r.item.State, deskDone, ActReject); err != nil {
			return err
		}
		if f.Status == Payable { // nothing is owed any more
			if err := s.d.Payment.VoidTx(ctx, tx, f.Owner, f.Payment); err != nil {
				return err
			}
		}
		if r.late.IsZero() {
			err = tx.ExecOne(ctx, updateHaltEnded, f.Owner, f.ID, h.Round, "rejected", touch(tx.Now()))
		} else {
			err = tx.ExecOne(ctx, updateHaltLate, f.Owner, f.ID, h.Round)
		}
		if err != nil {
			return err
		}
		issued, err = s.d.Docket.IssueNoticeTx(ctx, tx, a, docket.NewNotice{
			Case: r.c.ID, Party: party.ID, Kind: notice.KindRejection, Title: both(func(p *i18n.Printer) string { return p.T("filing.paper.rejection.title") }),
			Paper: text, Rule: ruleRejection, Key: "rejection:" + f.ID + ":" + strconv.FormatInt(h.Round, 10),
		})
		if err != nil {
			return err
		}
		if err := tx.Exec(ctx, insertRejection, issued.ID, f.Owner, f.ID); err != nil {
			return err
		}
		_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "filing.rejected", Time: tx.Now(), Owner: f.Owner, Subject: f.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For, Rule: ruleMend,
			Previous: f.Evidence, Members: map[string]string{"case_number": f.CaseNumber, "unit": a.Unit, "defect_notice": h.Notice, "notice": issued.ID},
		})
		if err != nil || procedures[r.def.Kind].opens == "" {
			return err
		}
		return s.d.Docket.CloseTx(ctx, tx, a, r.c.ID, "filing.closed.rejected")
	})
	return issued, err
}

// lockTx reads a filing for an act that depends on where it stands.
func lockTx(ctx context.Context, tx *store.Tx, owner, id string) (Filing, error) {
	r, err := store.One[row](ctx, tx, lockFiling, owner, id)
	if err != nil {
		return Filing{}, err
	}
	return r.filing()
}

func (s *Service) rejectionPaper(r received) docket.Text {
	return both(func(p *i18n.Printer) string {
		lines := append(s.paperHead(p, r, "filing.paper.rejection.title"), "",
			p.T("filing.paper.rejection.order", "title", r.def.Title.In(p.Lang()), "tracking", i18n.LTR(r.f.Tracking), "last", r.mendBy.Last))
		if !r.late.IsZero() {
			lines = append(lines, p.T("filing.paper.rejection.late", "at", r.late))
		}
		return paper(append(lines, "", p.T("filing.paper.rejection.objection"))...)
	})
}

// termOver tells whether the term to mend has passed: after its last legal day.
func (r received) termOver(today civil.Day) bool { return r.mendBy.ID != "" && r.mendBy.Last < today }

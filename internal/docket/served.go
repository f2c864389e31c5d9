// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlNoticeOf = `SELECT case_id, notice, party, kind, title_fa, title_en, owner, issued_us, ordered_paper
		FROM docket_notice WHERE case_id = $1 AND notice = $2`
	sqlReading = `INSERT INTO docket_reading (case_id, notice, person, at_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	// The insert is the lock: only who made the row stages evidence.
	sqlReadingEvidence = `UPDATE docket_reading SET evidence = $1 WHERE case_id = $2 AND notice = $3 AND person = $4`
)

// ServedPaper gives a party the paper that was served on its lawyer. This is not
// service on the party: the notice stays as it is, unviewed if the lawyer has
// not opened it, and no term begins. The first reading is kept, with evidence
// docket.served_paper_read. What went into the party's own account is opened
// there, for opening it has effects; it is errs.NotFound here, like everything
// that is another's.
func (s *Service) ServedPaper(ctx context.Context, a policy.Actor, caseID, id string) (_ notice.Notice, err error) {
	defer errs.Wrap(&err, "docket.ServedPaper")
	c, err := s.visible(ctx, a, caseID)
	if err != nil {
		return notice.Notice{}, err
	}
	r, err := store.One[noticeRow](ctx, s.d.DB, sqlNoticeOf, c.ID, id)
	if err != nil {
		return notice.Notice{}, err
	}
	p, _ := c.party(r.Party)
	if err := hidden(s.d.Policy.Check(a, "docket.read_served", servedResource(c, p, r))); err != nil {
		return notice.Notice{}, err
	}
	n, err := s.d.Notice.OfRepresented(ctx, r.Owner, r.Notice)
	if err != nil {
		return notice.Notice{}, err
	}
	return n, s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.readTx(ctx, tx, a, c, n) })
}

func (s *Service) readTx(ctx context.Context, tx *store.Tx, a policy.Actor, c Case, n notice.Notice) error {
	first, err := tx.ExecN(ctx, sqlReading, c.ID, n.ID, a.Person, store.At(tx.Now()))
	if err != nil || first == 0 {
		return err
	}
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.served_paper_read", Owner: c.ID, Subject: n.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For,
		ContentHash: n.ContentHash, Previous: n.EvidenceArrived, Members: map[string]string{"case": c.Number, "number": n.Number},
	})
	if err != nil {
		return err
	}
	return tx.ExecOne(ctx, sqlReadingEvidence, evidence, c.ID, n.ID, a.Person)
}

// onLawyer tells which notices of a case were served on the lawyer of the party
// that the actor is himself, by their ids.
func (s *Service) onLawyer(ctx context.Context, a policy.Actor, c Case) (map[string]bool, error) {
	own, ok := c.PartyOf(a.Owner())
	if !ok || c.Lawyer || staff(a) {
		return nil, nil
	}
	rows, err := store.All[noticeRow](ctx, s.d.DB, sqlNotices, c.ID)
	out := map[string]bool{}
	for _, r := range rows {
		if r.Party == own.ID && s.d.Policy.Check(a, "docket.read_served", servedResource(c, own, r)) == nil {
			out[r.Notice] = true
		}
	}
	return out, err
}

// servedPath is the page of a paper that was served on a lawyer.
func servedPath(caseID, id string) string { return "/cases/" + caseID + "/notices/" + id }

// servedOn is when a notice served in law; its arrival if it serves nothing.
func servedOn(e notice.Effect, n notice.Notice) time.Time {
	if e.Served.IsZero() {
		return n.Arrived
	}
	return e.Served
}

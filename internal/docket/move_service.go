// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// A notice that was issued before terms were kept, or that came without a rule.
	sqlKeepDecision = `INSERT INTO docket_term (case_id, notice, party, side, rule, set_days, abroad, province, title_fa, title_en, same,
			served_us, stopped, reason, evidence, decided_us)
		VALUES ($1, $2, '', '', '', 0, FALSE, '', '', '', $2, $3, $4, $5, $6, $7)
		ON CONFLICT (case_id, notice) DO UPDATE SET served_us = excluded.served_us, stopped = excluded.stopped,
			reason = excluded.reason, evidence = excluded.evidence, decided_us = excluded.decided_us`
	sqlStop     = `UPDATE docket_deadline SET superseded_us = $1 WHERE case_id = $2 AND id = $3 AND superseded_us = 0`
	sqlDropTerm = `DELETE FROM docket_due WHERE person = $1 AND case_id = $2 AND notice = $3`
	sqlLastOf   = `SELECT case_id, id, notice, seq, person, side, title_fa, title_en, rule, set_days, reason, reading, runs_from_us,
			safe_day, last_day, computation, compared_with, evidence, made_us, superseded_by, superseded_us
		FROM docket_deadline WHERE case_id = $1 AND notice = $2 ORDER BY seq DESC LIMIT 1`
)

// MoveServiceTx lets the term of a notice run from another service, as a judge
// has decided on a contest: from servedOn, or not at all if that is zero because
// the service was set aside. reason is why, in the judge's words or a code of the
// caller; evidence is the id of the decision's. The earlier computation stays and
// is marked, and everybody concerned is told. A term that is not computed yet
// will be by this decision. Of a notice that starts no term nothing changes. It
// reads, so it is not for blind transactions, and it is right if it is run again.
func (s *Service) MoveServiceTx(ctx context.Context, tx *store.Tx, caseID, noticeID string, servedOn time.Time, reason, evidence string) (err error) {
	defer errs.Wrap(&err, "docket.MoveServiceTx")
	t, known, err := store.Find[termRow](ctx, tx, sqlTerm, caseID, noticeID)
	if err != nil {
		return err
	}
	stop := servedOn.IsZero()
	if known && t.Evidence == evidence && t.Stopped == stop && t.Served.Equal(servedOn) && !t.Decided.IsZero() {
		return nil // this very decision
	}
	row, had, err := store.Find[deadlineRow](ctx, tx, sqlLastOf, caseID, noticeID)
	if err != nil || !had && t.Rule == "" {
		return err // it starts no term
	}
	var served store.Time
	if !stop {
		served = store.At(servedOn)
	}
	if err := tx.Exec(ctx, sqlKeepDecision, caseID, noticeID, served, stop, reason, evidence, store.At(tx.Now())); err != nil {
		return err
	}
	if !had {
		// The event of the service is still to come and finds the decision; what was
		// set aside before it was ever computed begins here.
		if stop || !t.Stopped {
			return nil
		}
		return s.runAnew(ctx, tx, caseID, t.start(servedOn, evidence))
	}
	was, err := row.deadline()
	if err != nil {
		return err
	}
	if stop {
		return s.stopTerm(ctx, tx, was, reason, evidence)
	}
	from := start{
		notice: noticeID, owner: was.Person, title: was.Title, rule: was.Rule, days: int(row.SetDays), abroad: was.Computation.Abroad,
		province: was.Computation.Province, reason: ReasonMoved, reading: was.Reading, previous: evidence, at: servedOn,
	}
	if !was.Stands() {
		from.reason = ReasonAnew
		return s.runAnew(ctx, tx, caseID, from)
	}
	return s.recomputeTx(ctx, tx, was, calendar.Input{
		Rule: was.Rule, Served: civil.Of(servedOn), Abroad: from.abroad, Province: from.province, Days: from.days,
	}, from)
}

// start is a term that runs from a service which a judge has named.
func (t termRow) start(at time.Time, evidence string) start {
	return start{
		notice: t.Notice, title: Text{FA: t.TitleFA, EN: t.TitleEN}, rule: t.Rule, days: int(t.SetDays), abroad: t.Abroad,
		province: t.Province, reason: ReasonMoved, previous: evidence, at: at,
	}
}

// runAnew starts a term that does not run.
func (s *Service) runAnew(ctx context.Context, tx *store.Tx, caseID string, from start) error {
	c, err := readCase(ctx, tx, caseID)
	if err != nil {
		return err
	}
	p, _, err := s.addressee(ctx, tx, caseID, from.notice, from.owner)
	if err != nil {
		return err
	}
	if from.owner == "" {
		from.owner = p.Person
	}
	p.Case = caseID
	if err := s.startTerm(ctx, tx, c, p, from); err != nil {
		return err
	}
	row, err := store.One[deadlineRow](ctx, tx, sqlDeadlineOfNotice, caseID, from.notice)
	if err != nil {
		return err
	}
	d, err := row.deadline()
	if err != nil {
		return err
	}
	return s.termNoticeTx(ctx, tx, c, Deadline{}, d)
}

// stopTerm marks a deadline that runs no more and tells whom it concerned.
func (s *Service) stopTerm(ctx context.Context, tx *store.Tx, was Deadline, reason, evidence string) error {
	if !was.Stands() {
		return nil
	}
	n, err := tx.ExecN(ctx, sqlStop, store.At(tx.Now()), was.Case, was.ID)
	if err != nil || n == 0 {
		return err
	}
	c, err := readCase(ctx, tx, was.Case)
	if err != nil {
		return err
	}
	staged, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.deadline_stopped", Owner: c.ID, Subject: was.ID, Role: string(policy.System), Previous: evidence,
		Members: map[string]string{"case": c.Number, "notice": was.Notice, "reason": reason, "last": was.Last.String()},
	})
	if err != nil {
		return err
	}
	who, err := s.concerned(ctx, tx, c, was)
	if err != nil {
		return err
	}
	for _, w := range who {
		if err := tx.Exec(ctx, sqlDropTerm, w.person, was.Case, was.Notice); err != nil {
			return err
		}
	}
	stopped := was
	stopped.Evidence, stopped.Made = staged, tx.Now()
	if err := s.deadlineEntry(ctx, tx, "docket.deadline_stopped", stopped, nil); err != nil {
		return err
	}
	if err := s.helpOthers(ctx, tx, was); err != nil {
		return err
	}
	return s.tell(ctx, tx, c, was, was.ID, 0, ReasonStopped)
}

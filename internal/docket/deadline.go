// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"maps"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Why a deadline was computed.
const (
	ReasonArrived  = "notice.arrived" // service: the notice arrived
	ReasonViewed   = "notice.viewed"  // actual service: it was opened
	ReasonCalendar = "calendar"       // a closure or a holiday changed
	ReasonOutage   = "outage"         // an outage fell on the last day, or was corrected
	ReasonShared   = "shared"         // another defendant has a longer term
	ReasonHearing  = "hearing"        // the hearing at which it ended was not held
	ReasonMoved    = "service.moved"  // a judge has decided since when the notice is served
	ReasonStopped  = "service.none"   // a judge has set the service aside
	ReasonAnew     = "service.anew"   // it is served again after it was set aside
)

// Deadline is one computation of a party's term. A later one supersedes it; it
// is never changed.
type Deadline struct {
	Case, ID string
	Notice   string
	Seq      int    // 1, 2 … of the same notice
	Person   string // in whose account the notice was: the party's or its lawyer's
	Side     string // who has to act
	Title    Text   // of the notice
	Rule     string
	Reason   string // why it was computed
	Reading  string // version of the law on service: "bylaw-1395-13@1"
	RunsFrom time.Time
	Safe     civil.Day
	Last     civil.Day
	Evidence string
	Made     time.Time

	Computation calendar.Computation // rule, inputs and every day

	SupersededBy string
	Superseded   time.Time
	Met          time.Time // the party has acted; zero: not yet
}

// Stands tells whether no later computation has taken its place.
func (d Deadline) Stands() bool { return d.Superseded.IsZero() }

// Stopped tells whether it runs no more because the service was set aside.
func (d Deadline) Stopped() bool { return !d.Stands() && d.SupersededBy == "" }

// start is what a notice says about the term that it starts.
type start struct {
	notice, owner string
	title         Text
	rule          string
	days          int
	abroad        bool
	province      string
	reason        string
	reading       string
	previous      string // evidence of the service
	at            time.Time
}

// firstDeadline computes the term of a notice, unless that was done. Where a
// judge has decided on its service meanwhile, his decision holds.
func (s *Service) firstDeadline(ctx context.Context, tx *store.Tx, c Case, p Party, st start) error {
	if _, done, err := store.Find[deadlineRow](ctx, tx, sqlDeadlineOfNotice, c.ID, st.notice); err != nil || done {
		return err
	}
	t, known, err := store.Find[termRow](ctx, tx, sqlTerm, c.ID, st.notice)
	if err != nil || t.Stopped {
		return err
	}
	if known && !t.Served.IsZero() {
		st.at, st.reason, st.previous = t.Served.Time, ReasonMoved, t.Evidence
	}
	return s.startTerm(ctx, tx, c, p, st)
}

// startTerm computes the term of a notice that has none running.
func (s *Service) startTerm(ctx context.Context, tx *store.Tx, c Case, p Party, st start) error {
	in, err := s.input(ctx, tx, c.ID, st.notice, calendar.Input{
		Rule: st.rule, Served: civil.Of(st.at), Abroad: st.abroad, Province: st.province, Days: st.days,
	})
	if err != nil {
		return err
	}
	comp, err := s.d.Calendar.ComputeTx(ctx, tx, in)
	if err != nil {
		return err
	}
	seq, err := store.One[int64](ctx, tx, sqlLastSeq, c.ID, st.notice)
	if err != nil {
		return err
	}
	d := Deadline{
		Case: c.ID, ID: id.New(), Notice: st.notice, Seq: int(seq) + 1, Person: st.owner, Side: p.Side, Title: st.title, Rule: st.rule,
		Reason: st.reason, Reading: st.reading, RunsFrom: st.at, Safe: comp.Safe, Last: comp.Last, Made: tx.Now(), Computation: comp,
	}
	if err := s.insertDeadline(ctx, tx, c, &d, st.days, st.previous); err != nil {
		return err
	}
	if err := s.helpOthers(ctx, tx, d); err != nil {
		return err
	}
	return s.deadlineEntry(ctx, tx, "docket.deadline", d, nil)
}

// helpOthers asks to compute the terms of the other defendants again, whom the
// longest one helps.
func (s *Service) helpOthers(ctx context.Context, tx *store.Tx, d Deadline) error {
	if !d.Computation.Rule.Shared {
		return nil
	}
	t, found, err := store.Find[termRow](ctx, tx, sqlTerm, d.Case, d.Notice)
	if err != nil || !found || t.Side != Defendant {
		return err
	}
	n, err := store.One[int64](ctx, tx, sqlSameOthers, d.Case, t.Same, t.Party)
	if err != nil || n == 0 {
		return err
	}
	return s.againTx(ctx, tx, againArgs{Case: d.Case, Same: t.Same})
}

const (
	sqlLastSeq    = `SELECT coalesce(max(seq), 0) FROM docket_deadline WHERE case_id = $1 AND notice = $2`
	sqlSameOthers = `SELECT count(*) FROM docket_term WHERE case_id = $1 AND same = $2 AND party <> $3`
)

// insertDeadline writes a computation with its evidence and lets it stand.
func (s *Service) insertDeadline(ctx context.Context, tx *store.Tx, c Case, d *Deadline, days int, previous string) error {
	content, err := ledger.Canonical(d.Computation)
	if err != nil {
		return err
	}
	d.Evidence, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.deadline", Owner: c.ID, Subject: d.ID, Role: string(policy.System), Content: content, Previous: previous,
		Rule: d.Rule + "@" + strconv.Itoa(d.Computation.Rule.Version),
		Members: map[string]string{
			"case": c.Number, "notice": d.Notice, "reason": d.Reason, "reading": d.Reading,
			"safe": d.Safe.String(), "last": d.Last.String(), "calendar": d.Computation.Calendar,
		},
	})
	if err != nil {
		return err
	}
	row := deadlineRow{
		Case: d.Case, ID: d.ID, Notice: d.Notice, Seq: int64(d.Seq), Person: d.Person, Side: d.Side, TitleFA: d.Title.FA, TitleEN: d.Title.EN,
		Rule: d.Rule, SetDays: int64(days), Reason: d.Reason, Reading: d.Reading, RunsFrom: store.At(d.RunsFrom), Safe: d.Safe, Last: d.Last,
		Computation: string(content), ComparedWith: d.Computation.Calendar, Evidence: d.Evidence, Made: store.At(d.Made),
	}
	if err := store.Insert(ctx, tx, "docket_deadline", row); err != nil {
		return err
	}
	for _, b := range d.Computation.Outages {
		if err := tx.Exec(ctx, sqlKeepOutage, b.Outage, d.Case, d.ID); err != nil {
			return err
		}
	}
	if d.Reason != ReasonViewed { // a term that runs unread
		if err := s.d.Notice.RemindTx(ctx, tx, d.Person, d.Notice, d.RunsFrom, d.Safe); err != nil {
			return err
		}
	}
	return s.listDue(ctx, tx, c, *d)
}

// listDue puts a deadline into the lists of those who have to act.
func (s *Service) listDue(ctx context.Context, tx *store.Tx, c Case, d Deadline) error {
	who, err := s.concerned(ctx, tx, c, d)
	if err != nil {
		return err
	}
	for _, w := range who {
		if err := tx.Exec(ctx, sqlUpsertDue, w.person, d.Case, d.Notice, d.ID, c.Number, d.Title.FA, d.Title.EN, d.Rule, d.Safe, d.Last, w.lawyer); err != nil {
			return err
		}
	}
	return nil
}

// concern is an account that a deadline concerns.
type concern struct {
	person string
	lawyer bool
}

// concerned are those who have to act within a term: the party, and its lawyers
// on record.
func (s *Service) concerned(ctx context.Context, q store.Querier, c Case, d Deadline) (out []concern, err error) {
	add := func(person string, lawyer bool) {
		if person != "" {
			out = append(out, concern{person, lawyer})
		}
	}
	p, found, err := s.addressee(ctx, q, d.Case, d.Notice, d.Person)
	if err != nil {
		return nil, err
	}
	if !found {
		add(d.Person, false)
		return out, nil
	}
	add(p.Person, false)
	for _, l := range c.Lawyers {
		if l.Party == p.ID {
			add(l.Lawyer, true)
		}
	}
	return out, nil
}

func (s *Service) deadlineEntry(ctx context.Context, tx *store.Tx, kind string, d Deadline, more map[string]string) error {
	m := map[string]string{
		"title_fa": d.Title.FA, "title_en": d.Title.EN, "safe": d.Safe.String(), "last": d.Last.String(),
		"href": "/cases/" + d.Case + "/deadlines/" + d.ID,
	}
	maps.Copy(m, more)
	return s.AddEntryTx(ctx, tx, Entry{
		Case: d.Case, Kind: kind, Sides: []string{d.Side}, By: policy.Actor{Role: policy.System}, Subject: d.ID, Evidence: d.Evidence,
		At: d.Made, Members: m,
	})
}

// MeetTx notes that a person has done what a notice asked for: its deadline is
// no longer open, for the party and its lawyers, also if it is yet to be
// computed. It only writes, so it may be
// used in a blind transaction.
func (s *Service) MeetTx(ctx context.Context, tx *store.Tx, person, caseID, noticeID string) error {
	return tx.Exec(ctx, sqlMeet, person, caseID, noticeID, store.At(tx.Now()))
}

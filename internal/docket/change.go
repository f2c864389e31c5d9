// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// changeRow is a docket_change row: a deadline that moved, for the unit's desks.
type changeRow struct {
	Unit       string     `db:"unit"`
	At         store.Time `db:"at_us"`
	ID         string     `db:"id"`
	Case       string     `db:"case_id"`
	Deadline   string     `db:"deadline"`
	CaseNumber string     `db:"case_number"`
	TitleFA    string     `db:"title_fa"`
	TitleEN    string     `db:"title_en"`
	From       civil.Day  `db:"from_day"`
	To         civil.Day  `db:"to_day"` // 0: it runs no more
	Reason     string     `db:"reason"`
}

// changed tells everybody whom a deadline concerns that it was computed again:
// the timeline says from when to when and why; where the days moved, the party
// and its lawyers get a message, which names neither, and the desks of the unit a
// line in their list; where a judge has moved them, the party also gets a notice.
func (s *Service) changed(ctx context.Context, tx *store.Tx, c Case, was, d Deadline) error {
	if err := s.helpOthers(ctx, tx, d); err != nil {
		return err
	}
	fa, en := s.d.Catalog.Printer(i18n.FA), s.d.Catalog.Printer(i18n.EN)
	words := map[string]string{
		"from_fa": fa.Day(was.Last), "from_en": en.Day(was.Last), "to_fa": fa.Day(d.Last), "to_en": en.Day(d.Last),
		"reason_key": "docket.reason." + d.Reason,
	}
	if d.Safe == was.Safe && d.Last == was.Last { // other reasons, the same days
		return s.deadlineEntry(ctx, tx, "docket.deadline_explained", d, words)
	}
	if err := s.deadlineEntry(ctx, tx, "docket.deadline_moved", d, words); err != nil {
		return err
	}
	if ordered, err := byOrder(ctx, tx, was, d); err != nil {
		return err
	} else if ordered {
		if err := s.termNoticeTx(ctx, tx, c, was, d); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, c, was, d.ID, d.Last, d.Reason)
}

// tell sends the messages about a change and puts it on the desks of the unit.
func (s *Service) tell(ctx context.Context, tx *store.Tx, c Case, was Deadline, deadline string, to civil.Day, reason string) error {
	err := store.Insert(ctx, tx, "docket_change", changeRow{
		Unit: c.Unit, At: store.At(tx.Now()), ID: id.New(), Case: c.ID, Deadline: deadline, CaseNumber: c.Number,
		TitleFA: was.Title.FA, TitleEN: was.Title.EN, From: was.Last, To: to, Reason: reason,
	})
	if err != nil {
		return err
	}
	who, err := s.concerned(ctx, tx, c, was)
	if err != nil {
		return err
	}
	for _, w := range who {
		// Several terms of somebody that move at the same time are one message.
		if err := s.d.Jobs.EnqueueTx(ctx, tx, kindTell, tellArgs{Person: w.person, Deadline: deadline}, jobs.Unique(w.person)); err != nil {
			return err
		}
	}
	return nil
}

// kindTell is the job that tells somebody that a deadline of theirs has moved.
const kindTell = "docket.tell"

type tellArgs struct {
	Person   string `json:"person"`
	Deadline string `json:"deadline"` // the first that moved: key against sending twice
}

// onTell sends the message: that something moved, and to sign in. An account that
// is closed, or that nobody can be reached at, is told nothing.
func (s *Service) onTell(ctx context.Context, a tellArgs) (err error) {
	defer errs.Wrap(&err, "docket.onTell")
	person, err := s.d.Identity.GoesOn(ctx, s.d.DB, a.Person)
	if err != nil {
		return err
	}
	status, _, err := s.d.Identity.StatusOf(ctx, s.d.DB, person)
	if errs.Is(err, errs.NotFound) || err == nil && status != identity.Active {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.d.Identity.Tell(ctx, person, "docket.sms.moved", kindTell+":"+a.Deadline+":"+person)
	if errs.Is(err, errs.Invalid) { // no later try would help
		return nil
	}
	return err
}

// changesDays is how long a moved deadline stays on the desks.
const changesDays = 14

const (
	sqlChanges = `SELECT unit, at_us, id, case_id, deadline, case_number, title_fa, title_en, from_day, to_day, reason
		FROM docket_change WHERE unit = $1 AND at_us >= $2 ORDER BY at_us DESC, id DESC LIMIT $3`
	sqlOldChanges = `DELETE FROM docket_change WHERE at_us < $1`
)

// Change is a deadline of a unit's case that moved or was stopped.
type Change struct {
	Case, CaseNumber string
	Deadline         string
	Title            Text
	From, To         civil.Day // To 0: it runs no more
	Reason           string
	At               time.Time
}

// Changes lists the deadlines of the actor's unit that moved of late, the newest
// first. It names no party, so it is not recorded.
func (s *Service) Changes(ctx context.Context, a policy.Actor, most int) (_ []Change, err error) {
	defer errs.Wrap(&err, "docket.Changes")
	if !staff(a) || a.Unit == "" {
		return nil, errs.New(errs.Forbidden, "")
	}
	since := s.d.Clock.Now().AddDate(0, 0, -changesDays)
	rows, err := store.All[changeRow](ctx, s.d.DB, sqlChanges, a.Unit, store.At(since), most)
	out := make([]Change, len(rows))
	for i, r := range rows {
		out[i] = Change{
			Case: r.Case, CaseNumber: r.CaseNumber, Deadline: r.Deadline, Title: Text{FA: r.TitleFA, EN: r.TitleEN},
			From: r.From, To: r.To, Reason: r.Reason, At: r.At.Time,
		}
	}
	return out, err
}

// forgetChanges removes what is on no desk any more; the timeline of the case
// keeps it.
func (s *Service) forgetChanges(ctx context.Context) error {
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlOldChanges, store.At(tx.Now().AddDate(0, 0, -2*changesDays)))
	})
}

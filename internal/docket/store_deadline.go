// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type deadlineRow struct {
	Case         string     `db:"case_id"`
	ID           string     `db:"id"`
	Notice       string     `db:"notice"`
	Seq          int64      `db:"seq"`
	Person       string     `db:"person"`
	Side         string     `db:"side"`
	TitleFA      string     `db:"title_fa"`
	TitleEN      string     `db:"title_en"`
	Rule         string     `db:"rule"`
	SetDays      int64      `db:"set_days"`
	Reason       string     `db:"reason"`
	Reading      string     `db:"reading"`
	RunsFrom     store.Time `db:"runs_from_us"`
	Safe         civil.Day  `db:"safe_day"`
	Last         civil.Day  `db:"last_day"`
	Computation  string     `db:"computation"`
	ComparedWith string     `db:"compared_with"`
	Evidence     string     `db:"evidence"`
	Made         store.Time `db:"made_us"`
	SupersededBy string     `db:"superseded_by"`
	Superseded   store.Time `db:"superseded_us"`
}

func (r deadlineRow) deadline() (Deadline, error) {
	d := Deadline{
		Case: r.Case, ID: r.ID, Notice: r.Notice, Seq: int(r.Seq), Person: r.Person, Side: r.Side, Title: Text{FA: r.TitleFA, EN: r.TitleEN},
		Rule: r.Rule, Reason: r.Reason, Reading: r.Reading, RunsFrom: r.RunsFrom.Time, Safe: r.Safe, Last: r.Last, Evidence: r.Evidence,
		Made: r.Made.Time, SupersededBy: r.SupersededBy, Superseded: r.Superseded.Time,
	}
	return d, json.Unmarshal([]byte(r.Computation), &d.Computation)
}

const (
	sqlDeadline = `SELECT case_id, id, notice, seq, person, side, title_fa, title_en, rule, set_days, reason, reading, runs_from_us,
			safe_day, last_day, computation, compared_with, evidence, made_us, superseded_by, superseded_us
		FROM docket_deadline WHERE case_id = $1 AND id = $2`
	sqlDeadlines = `SELECT case_id, id, notice, seq, person, side, title_fa, title_en, rule, set_days, reason, reading, runs_from_us,
			safe_day, last_day, computation, compared_with, evidence, made_us, superseded_by, superseded_us
		FROM docket_deadline WHERE case_id = $1 ORDER BY notice, seq`
	sqlDeadlineOfNotice = `SELECT case_id, id, notice, seq, person, side, title_fa, title_en, rule, set_days, reason, reading, runs_from_us,
			safe_day, last_day, computation, compared_with, evidence, made_us, superseded_by, superseded_us
		FROM docket_deadline WHERE case_id = $1 AND notice = $2 AND superseded_us = 0`
	sqlCompared  = `UPDATE docket_deadline SET compared_with = $1 WHERE case_id = $2 AND id = $3`
	sqlSupersede = `UPDATE docket_deadline SET superseded_by = $1, superseded_us = $2 WHERE case_id = $3 AND id = $4 AND superseded_us = 0`
)

// recomputeBatch is how many stale deadlines are read at once.
const recomputeBatch = 200

// sqlStale finds deadlines that stand, are not met and were last compared with
// another calendar, in the order of the index docket_deadline_stands. It looks
// over all cases and runs in the background only.
const sqlStale = `SELECT d.last_day, d.case_id, d.id FROM docket_deadline d
	WHERE d.superseded_us = 0 AND d.compared_with <> $1 AND (d.last_day, d.case_id, d.id) > ($2, $3, $4)
		AND NOT EXISTS (SELECT 1 FROM docket_met m WHERE m.person IN ('', d.person) AND m.case_id = d.case_id AND m.notice = d.notice)
	ORDER BY d.last_day, d.case_id, d.id LIMIT $5`

type staleRow struct {
	Case string    `db:"case_id"`
	ID   string    `db:"id"`
	Last civil.Day `db:"last_day"`
}

const (
	sqlUpsertDue = `INSERT INTO docket_due (person, case_id, notice, deadline, case_number, title_fa, title_en, rule, safe_day, last_day, as_lawyer)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (person, case_id, notice) DO UPDATE
		SET deadline = excluded.deadline, safe_day = excluded.safe_day, last_day = excluded.last_day`
	// Met by the party whose notice it is, or by its lawyer, is met for both: the
	// row is kept without a person. Anybody else's act counts for himself only.
	sqlMeet = `INSERT INTO docket_met (person, case_id, notice, at_us)
		SELECT CASE WHEN EXISTS (
				SELECT 1 FROM docket_notice n JOIN docket_party p ON p.case_id = n.case_id AND p.id = n.party
				WHERE n.case_id = $2 AND n.notice = $3 AND (p.person = $1 OR EXISTS (
					SELECT 1 FROM docket_lawyer l WHERE l.case_id = p.case_id AND l.party = p.id AND l.lawyer = $1 AND l.until_us = 0)))
			THEN '' ELSE CAST($1 AS TEXT) END, CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT)
		WHERE TRUE ON CONFLICT DO NOTHING`
	// As lawyer ($3) somebody also has the terms of those whom he represents now.
	sqlDue = `SELECT d.case_id, d.notice, d.deadline, d.case_number, d.title_fa, d.title_en, d.rule, d.safe_day, d.last_day, d.as_lawyer FROM docket_due d
		WHERE d.person = $1 AND d.last_day >= $2 AND (NOT $5 OR d.case_id = ANY($6))
			AND NOT EXISTS (SELECT 1 FROM docket_met m WHERE m.person IN ('', d.person) AND m.case_id = d.case_id AND m.notice = d.notice)
			AND (d.as_lawyer OR NOT $4)
			AND (NOT d.as_lawyer OR $3 AND EXISTS (SELECT 1 FROM docket_lawyer l JOIN docket_notice n ON n.case_id = l.case_id AND n.party = l.party
				WHERE l.case_id = d.case_id AND l.lawyer = d.person AND l.until_us = 0 AND n.notice = d.notice))
			AND (NOT $7 OR EXISTS (SELECT 1 FROM docket_notice n WHERE n.case_id = d.case_id AND n.notice = d.notice AND n.kind = ANY($8)))
		ORDER BY d.last_day, d.case_id LIMIT 200`
	sqlMet = `SELECT at_us FROM docket_met WHERE person IN ('', $1) AND case_id = $2 AND notice = $3 ORDER BY at_us LIMIT 1`
)

type dueRow struct {
	Case       string    `db:"case_id"`
	Notice     string    `db:"notice"`
	Deadline   string    `db:"deadline"`
	CaseNumber string    `db:"case_number"`
	TitleFA    string    `db:"title_fa"`
	TitleEN    string    `db:"title_en"`
	Rule       string    `db:"rule"`
	Safe       civil.Day `db:"safe_day"`
	Last       civil.Day `db:"last_day"`
	AsLawyer   bool      `db:"as_lawyer"`
}

// Due is an open deadline in a person's list.
type Due struct {
	Case, CaseNumber string
	Notice, Deadline string // ids
	Title            Text   // of the notice
	Rule             string
	Safe, Last       civil.Day
	Lawyer           bool // it is the term of somebody whom the actor represents
}

// OpenDeadlines lists what the actor still has to do, as a party or, in the
// capacity of a lawyer, as lawyer on record; the nearest last day first:
// deadlines that stand, are not met and have not lapsed.
func (s *Service) OpenDeadlines(ctx context.Context, a policy.Actor) (_ []Due, err error) {
	defer errs.Wrap(&err, "docket.OpenDeadlines")
	limited, cases, _ := a.Limited()
	some, kinds := notice.KindsOf(a)
	rows, err := store.All[dueRow](ctx, s.d.DB, sqlDue, a.Owner(), civil.Of(s.d.Clock.Now()), a.Standing() == policy.Lawyer, a.Role == policy.LawClerk, limited, cases, some, kinds)
	if err != nil {
		return nil, err
	}
	out := make([]Due, len(rows))
	for i, r := range rows {
		out[i] = r.due()
	}
	return out, nil
}

func (r dueRow) due() Due {
	return Due{Case: r.Case, CaseNumber: r.CaseNumber, Notice: r.Notice, Deadline: r.Deadline,
		Title: Text{FA: r.TitleFA, EN: r.TitleEN}, Rule: r.Rule, Safe: r.Safe, Last: r.Last, Lawyer: r.AsLawyer}
}

// Deadline returns a computation that the actor may see, with the case and all
// computations of the same notice, the first one first. What he may not see is
// errs.NotFound. A reading by staff is recorded.
func (s *Service) Deadline(ctx context.Context, a policy.Actor, caseID, id string) (_ Deadline, history []Deadline, c Case, err error) {
	defer errs.Wrap(&err, "docket.Deadline")
	if c, err = s.visible(ctx, a, caseID); err != nil {
		return Deadline{}, nil, Case{}, err
	}
	all, err := s.readDeadlines(ctx, a, c)
	if err != nil {
		return Deadline{}, nil, Case{}, err
	}
	var out Deadline
	for _, d := range all {
		if d.ID == id {
			out = d
		}
	}
	if out.ID == "" {
		return Deadline{}, nil, Case{}, errs.New(errs.NotFound, "")
	}
	for _, d := range all {
		if d.Notice == out.Notice {
			history = append(history, d)
		}
	}
	return out, history, c, s.record(ctx, a, c, "deadline")
}

// standing lists the deadlines of a case that stand.
func (s *Service) standing(ctx context.Context, a policy.Actor, c Case) ([]Deadline, error) {
	all, err := s.readDeadlines(ctx, a, c)
	var out []Deadline
	for _, d := range all {
		if d.Stands() {
			out = append(out, d)
		}
	}
	return out, err
}

// readDeadlines reads the computations of a case that the actor may see.
func (s *Service) readDeadlines(ctx context.Context, a policy.Actor, c Case) ([]Deadline, error) {
	rows, err := store.All[deadlineRow](ctx, s.d.DB, sqlDeadlines, c.ID)
	if err != nil {
		return nil, err
	}
	groups, err := s.groupsIn(ctx, a, c.ID)
	if err != nil {
		return nil, err
	}
	var out []Deadline
	for _, r := range rows {
		d, err := r.deadline()
		if err != nil {
			return nil, err
		}
		if s.d.Policy.Check(a, "docket.deadline", deadlineResource(c, d, groups[d.Notice])) != nil {
			continue
		}
		if d.Met, err = met(ctx, s.d.DB, d); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// DeadlineOf finds the deadline that a notice of a case started and that stands,
// for the modules above; pages use Deadline.
func (s *Service) DeadlineOf(ctx context.Context, q store.Querier, caseID, noticeID string) (_ Deadline, found bool, err error) {
	defer errs.Wrap(&err, "docket.DeadlineOf")
	row, found, err := store.Find[deadlineRow](ctx, q, sqlDeadlineOfNotice, caseID, noticeID)
	if err != nil || !found {
		return Deadline{}, false, err
	}
	d, err := row.deadline()
	if err != nil {
		return Deadline{}, false, err
	}
	d.Met, err = met(ctx, q, d)
	return d, err == nil, err
}

// met is when what the deadline's notice asked for was done, zero if not yet.
func met(ctx context.Context, q store.Querier, d Deadline) (time.Time, error) {
	at, _, err := store.Find[store.Time](ctx, q, sqlMet, d.Person, d.Case, d.Notice)
	return at.Time, err
}

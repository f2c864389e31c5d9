// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// No source names a term within which service is to be contested, so the table of
// reasons has none. An administrator enters one when a law or a circular brings it:
// dated, with its source, as a row that is never changed. What comes after it is
// taken and marked as late; the judge decides about that too.

// mostDays bounds a term, and mostSource what is written about where it is known from,
// in runes.
const (
	mostDays    = 3650
	leastSource = 5
	mostSource  = 300
)

// termsOwner owns the evidence of the terms: no person and no case.
const termsOwner = "contest-terms"

// Term is a term for contesting for one reason.
type Term struct {
	ID     string
	Reason string
	From   civil.Day // for what is issued from this day on
	Days   int       // from service; 0: there is none
	Source string
	By     string // name
	Made   time.Time
}

type termRow struct {
	ID       string     `db:"id"`
	Reason   string     `db:"reason"`
	From     civil.Day  `db:"from_day"`
	Days     int64      `db:"days"`
	Source   string     `db:"source"`
	Person   string     `db:"person"`
	Label    string     `db:"label"`
	Made     store.Time `db:"made_us"`
	Evidence string     `db:"evidence"`
}

func (r termRow) term() Term {
	return Term{ID: r.ID, Reason: r.Reason, From: r.From, Days: int(r.Days), Source: r.Source, By: r.Label, Made: r.Made.Time}
}

const (
	termColumns = `id, reason, from_day, days, source, person, label, made_us, evidence`
	sqlTermFor  = `SELECT ` + termColumns + ` FROM contest_term WHERE reason = $1 AND from_day <= $2 ORDER BY from_day DESC, made_us DESC, id DESC LIMIT 1`
	sqlTerms    = `SELECT ` + termColumns + ` FROM contest_term ORDER BY made_us DESC, id DESC LIMIT 200`
	sqlTermByID = `SELECT ` + termColumns + ` FROM contest_term WHERE id = $1`
)

// termFor is the term that stands for a reason of something issued on a day, and where
// it is known from; 0 if there is none.
func (s *Service) termFor(ctx context.Context, q store.Querier, r Reason, issued civil.Day) (days int, source Text, err error) {
	row, found, err := store.Find[termRow](ctx, q, sqlTermFor, r.Code, issued)
	if err != nil || found {
		return int(row.Days), Text{FA: row.Source, EN: row.Source}, err
	}
	return r.Within, r.Citation, nil
}

// withTerm adds the term that stands for a reason to the words beside it.
func (s *Service) withTerm(ctx context.Context, p *i18n.Printer, r Reason, issued civil.Day) (string, error) {
	days, source, err := s.termFor(ctx, s.d.DB, r, issued)
	wants := r.Wants.In(p.Lang())
	if err != nil || days == 0 {
		return wants, err
	}
	return wants + " " + p.T("contest.term.within", "days", days, "source", source.In(p.Lang())), nil
}

func (s *Service) maySetTerms(a policy.Actor) error {
	return s.d.Policy.Check(a, "contest.set_term", policy.Resource{Type: "ContestTerms", ID: termsOwner})
}

// Terms lists the terms that were entered, the newest first.
func (s *Service) Terms(ctx context.Context, a policy.Actor) (_ []Term, err error) {
	defer errs.Wrap(&err, "contest.Terms")
	if err := s.maySetTerms(a); err != nil {
		return nil, err
	}
	rows, err := store.All[termRow](ctx, s.d.DB, sqlTerms)
	out := make([]Term, len(rows))
	for i, r := range rows {
		out[i] = r.term()
	}
	return out, err
}

// SetTerm enters a term, with evidence. What was signed before keeps the term that
// stood then. A second click with the same act finds the first.
func (s *Service) SetTerm(ctx context.Context, a policy.Actor, t Term, act string) (_ Term, err error) {
	defer errs.Wrap(&err, "contest.SetTerm")
	if err := s.maySetTerms(a); err != nil {
		return Term{}, err
	}
	t.Source = persian.Store(strings.TrimSpace(t.Source))
	if err := s.checkTerm(t); err != nil {
		return Term{}, err
	}
	if !id.Valid(act) {
		act = ""
	}
	row := termRow{
		ID: cmp.Or(act, id.New()), Reason: t.Reason, From: t.From, Days: int64(t.Days), Source: t.Source, Person: a.Person, Label: a.Name,
	}
	content, err := ledger.Canonical(map[string]any{
		"format": "tarazu-contest-term-1", "reason": t.Reason, "from": t.From.String(), "days": t.Days, "source": t.Source,
	})
	if err != nil {
		return Term{}, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		first, found, err := store.Find[termRow](ctx, tx, sqlTermByID, row.ID)
		if err != nil || found {
			row = first
			return err
		}
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		row.Made = store.At(tx.Now())
		row.Evidence, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "contest.term_set", Owner: termsOwner, Subject: row.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, Content: content,
		})
		if err != nil {
			return err
		}
		return store.Insert(ctx, tx, "contest_term", row)
	})
	return row.term(), err
}

func (s *Service) checkTerm(t Term) error {
	var f []errs.Field
	bad := func(name, code string, args ...any) { f = append(f, errs.Field{Name: name, Code: code, Args: args}) }
	if !slices.ContainsFunc(s.allReasons(), func(r Reason) bool { return r.Code == t.Reason }) {
		bad("reason", "contest.wrong.reason")
	}
	if t.From <= 0 {
		bad("from", "form.day_wrong")
	}
	if t.Days < 0 || t.Days > mostDays {
		bad("days", "contest.wrong.term_days", "max", mostDays)
	}
	if l := utf8.RuneCountInString(t.Source); l < leastSource || l > mostSource {
		bad("source", "contest.wrong.term_source", "min", leastSource, "max", mostSource)
	}
	return errs.InvalidFields(f)
}

// allReasons are those of the newest version.
func (s *Service) allReasons() []Reason { return s.reasons.list[len(s.reasons.list)-1].Reasons }

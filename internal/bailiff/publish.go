// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"context"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Publication is a call to somebody whom nobody can reach (by-law article 16). It
// holds what is printed and no more: no address, no number of a person.
type Publication struct {
	Unit, ID   string // ID is that of the task
	State      string // asked, refused, published, withdrawn
	AskedLabel string
	AskedWhy   string
	Asked      time.Time
	DecidedWhy string
	Decided    time.Time
	Withheld   bool // what it is about is not printed (note 1)
	Title      Text
	Sender     Text
	Name       string
	CaseNumber string
	Number     string
	Published  time.Time
	Day        civil.Day
	Until      time.Time
}

type publicationRow struct {
	Unit       string     `db:"unit"`
	ID         string     `db:"id"`
	State      string     `db:"state"`
	AskedBy    string     `db:"asked_by"`
	AskedLabel string     `db:"asked_label"`
	AskedWhy   string     `db:"asked_why"`
	Asked      store.Time `db:"asked_us"`
	DecidedBy  string     `db:"decided_by"`
	DecidedWhy string     `db:"decided_why"`
	Decided    store.Time `db:"decided_us"`
	Withheld   bool       `db:"withheld"`
	TitleFA    string     `db:"title_fa"`
	TitleEN    string     `db:"title_en"`
	SenderFA   string     `db:"sender_fa"`
	SenderEN   string     `db:"sender_en"`
	Name       string     `db:"party_name"`
	CaseNumber string     `db:"case_number"`
	Number     string     `db:"number"`
	Published  store.Time `db:"published_us"`
	Day        civil.Day  `db:"day"`
	Until      store.Time `db:"until_us"`
	Evidence   string     `db:"evidence"`
}

func (r publicationRow) publication() Publication {
	return Publication{
		Unit: r.Unit, ID: r.ID, State: r.State, AskedLabel: r.AskedLabel, AskedWhy: r.AskedWhy, Asked: r.Asked.Time, DecidedWhy: r.DecidedWhy,
		Decided: r.Decided.Time, Withheld: r.Withheld, Title: Text{r.TitleFA, r.TitleEN}, Sender: Text{r.SenderFA, r.SenderEN}, Name: r.Name,
		CaseNumber: r.CaseNumber, Number: r.Number, Published: r.Published.Time, Day: r.Day, Until: r.Until.Time,
	}
}

const (
	publicationColumns = `unit, id, state, asked_by, asked_label, asked_why, asked_us, decided_by, decided_why, decided_us, withheld, title_fa, title_en,
		sender_fa, sender_en, party_name, case_number, number, published_us, day, until_us, evidence`
	sqlPublication = `SELECT ` + publicationColumns + ` FROM bailiff_publication WHERE unit = $1 AND id = $2`
	sqlAsk         = `INSERT INTO bailiff_publication (unit, id, state, asked_by, asked_label, asked_why, asked_us) VALUES ($1, $2, 'asked', $3, $4, $5, $6)
		ON CONFLICT (unit, id) DO UPDATE SET state = 'asked', asked_by = excluded.asked_by, asked_label = excluded.asked_label, asked_why = excluded.asked_why,
			asked_us = excluded.asked_us, decided_by = '', decided_why = '', decided_us = 0`
	sqlAskTask    = `UPDATE bailiff_task SET state = 'asked', changed_us = $3 WHERE unit = $1 AND id = $2 AND (state = 'failed' OR state = 'open' AND address = '')`
	sqlDecideTask = `UPDATE bailiff_task SET state = $3, changed_us = $4 WHERE unit = $1 AND id = $2 AND state = 'asked'`
	sqlRefuse     = `UPDATE bailiff_publication SET state = 'refused', decided_by = $3, decided_why = $4, decided_us = $5 WHERE unit = $1 AND id = $2 AND state = 'asked'`
	sqlPublish    = `UPDATE bailiff_publication SET state = 'published', decided_by = $3, decided_why = $4, decided_us = $5, withheld = $6, title_fa = $7, title_en = $8,
			sender_fa = $9, sender_en = $10, party_name = $11, case_number = $12, number = $13, published_us = $5, day = $14, until_us = $15, evidence = $16
		WHERE unit = $1 AND id = $2 AND state = 'asked'`
	sqlPublished = `SELECT ` + publicationColumns + ` FROM bailiff_publication
		WHERE state = 'published' AND until_us > $1 AND (day < $2 OR day = $2 AND (unit > $3 OR unit = $3 AND id > $4)) ORDER BY day DESC, unit, id LIMIT $5`
	sqlPublishedOn = `SELECT ` + publicationColumns + ` FROM bailiff_publication WHERE state = 'published' AND day = $1 ORDER BY unit, id LIMIT $2`
)

// AskPublication asks the judge for publication: of a task that failed, or whose
// addressee's whereabouts nobody knows.
func (s *Service) AskPublication(ctx context.Context, a policy.Actor, id, why string) (err error) {
	defer errs.Wrap(&err, "bailiff.AskPublication")
	if why = persian.Store(strings.TrimSpace(why)); why == "" || utf8.RuneCountInString(why) > mostNote {
		return wrong("why", "bailiff.wrong.why")
	}
	return s.change(ctx, a, actionAsk, id, func(tx *store.Tx, t Task) error {
		if rule := s.rules.At(civil.Of(tx.Now())); t.State == NotServed && t.Attempts < rule.Attempts {
			return errs.New(errs.Conflict, "bailiff.moved_on")
		}
		now := store.At(tx.Now())
		if err := tx.ExecOne(ctx, sqlAskTask, t.Unit, t.ID, now); err != nil {
			return err
		}
		if err := tx.Exec(ctx, sqlAsk, t.Unit, t.ID, a.Person, a.Name, why, now); err != nil {
			return err
		}
		_, err := s.step(ctx, tx, a, t, StepAsked, why, ledger.Record{})
		return err
	})
}

// DecidePublication orders publication, from now on and for as long as rules.json
// says, or refuses it with the reason. What a call of this kind may not say is left
// out here, so that nothing that is kept of it says more than is printed.
func (s *Service) DecidePublication(ctx context.Context, a policy.Actor, id string, order bool, why string) (err error) {
	defer errs.Wrap(&err, "bailiff.DecidePublication")
	why = persian.Store(strings.TrimSpace(why))
	if utf8.RuneCountInString(why) > mostNote || !order && why == "" {
		return wrong("why", "bailiff.wrong.why")
	}
	return s.change(ctx, a, actionDecide, id, func(tx *store.Tx, t Task) error {
		now := store.At(tx.Now())
		if !order {
			if err := tx.ExecOne(ctx, sqlDecideTask, t.Unit, t.ID, NotServed, now); err != nil {
				return err
			}
			if err := tx.ExecOne(ctx, sqlRefuse, t.Unit, t.ID, a.Person, why, now); err != nil {
				return err
			}
			_, err := s.step(ctx, tx, a, t, StepRefused, why, ledger.Record{Reasons: []string{"refused_by_judge"}})
			return err
		}
		return s.publishTx(ctx, tx, a, t, why)
	})
}

func (s *Service) publishTx(ctx context.Context, tx *store.Tx, a policy.Actor, t Task, why string) error {
	today := civil.Of(tx.Now())
	rule := s.rules.At(today)
	now, until := store.At(tx.Now()), store.At(endOf(today.Add(rule.ShownDays)))
	if err := tx.ExecOne(ctx, sqlDecideTask, t.Unit, t.ID, Published, now); err != nil {
		return err
	}
	p := s.call(t, rule)
	body, err := ledger.Canonical(p)
	if err != nil {
		return err
	}
	evidence, err := s.step(ctx, tx, a, t, StepPublished, why, ledger.Record{Rule: rule.Name(), Content: body})
	if err != nil {
		return err
	}
	if err := tx.ExecOne(ctx, sqlPublish, t.Unit, t.ID, a.Person, why, now, p.Withheld, p.Title.FA, p.Title.EN, p.Sender.FA, p.Sender.EN,
		p.Name, p.CaseNumber, p.Number, today, until, evidence); err != nil {
		return err
	}
	return s.tellPublished(ctx, tx, a, t)
}

// printed is what a call says: the content of its evidence.
type printed struct {
	Name       string `json:"name"`
	CaseNumber string `json:"case_number"`
	Number     string `json:"number"`
	Title      Text   `json:"title"`
	Sender     Text   `json:"sender"`
	Withheld   bool   `json:"withheld"`
}

// call is what is printed of a task.
func (s *Service) call(t Task, rule Rule) printed {
	p := printed{Name: t.Name, CaseNumber: t.CaseNumber, Number: t.Number, Title: t.Title, Sender: t.Sender}
	if rule.Withholds(t.CaseKind, t.Kind) {
		fa, en := s.d.Catalog.Printer("fa"), s.d.Catalog.Printer("en")
		p.Title, p.Withheld = Text{FA: fa.T("bailiff.withheld"), EN: en.T("bailiff.withheld")}, true
	}
	return p
}

// PublicationOf is the publication of a task that the actor may see; found is false
// if nobody asked for one.
func (s *Service) PublicationOf(ctx context.Context, a policy.Actor, id string) (_ Publication, found bool, err error) {
	defer errs.Wrap(&err, "bailiff.PublicationOf")
	r, found, err := store.Find[publicationRow](ctx, s.d.DB, sqlPublication, a.Unit, id)
	return r.publication(), found, err
}

// publicPage is how many calls a public page has.
const publicPage = 30

// Calls lists the calls that are shown today, the newest day first; more is where
// the next page begins.
func (s *Service) Calls(ctx context.Context, cursor string) (_ []Publication, more string, err error) {
	defer errs.Wrap(&err, "bailiff.Calls")
	day, unit, id, err := parsePublic(cursor)
	if err != nil {
		return nil, "", err
	}
	rows, err := store.All[publicationRow](ctx, s.d.DB, sqlPublished, store.At(s.d.DB.Now()), day, unit, id, publicPage+1)
	if len(rows) > publicPage {
		rows = rows[:publicPage]
		last := rows[publicPage-1]
		more = last.Day.String() + "." + last.Unit + "." + last.ID
	}
	return publications(rows), more, err
}

func parsePublic(c string) (day civil.Day, unit, id string, err error) {
	if c == "" {
		return math.MaxInt32, "", "", nil
	}
	parts := strings.SplitN(c, ".", 3)
	if len(parts) != 3 || len(c) > 120 {
		return 0, "", "", errs.New(errs.Invalid, "bailiff.cursor")
	}
	if day, err = civil.Parse(parts[0]); err != nil {
		return 0, "", "", errs.New(errs.Invalid, "bailiff.cursor")
	}
	return day, parts[1], parts[2], nil
}

func publications(rows []publicationRow) []Publication {
	out := make([]Publication, len(rows))
	for i, r := range rows {
		out[i] = r.publication()
	}
	return out
}

// mostOfDay is how many calls one day's sheet has.
const mostOfDay = 5000

// CallsOf lists the calls of one day, while they are shown.
func (s *Service) CallsOf(ctx context.Context, day civil.Day) (_ []Publication, err error) {
	defer errs.Wrap(&err, "bailiff.CallsOf")
	rows, err := store.All[publicationRow](ctx, s.d.DB, sqlPublishedOn, day, mostOfDay)
	now := s.d.DB.Now()
	var out []Publication
	for _, p := range publications(rows) {
		if p.Until.After(now) {
			out = append(out, p)
		}
	}
	return out, err
}

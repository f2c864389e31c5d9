// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"cmp"
	"context"
	"encoding/json"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A court cannot sit on a day: its hearings are moved to another one, and
// everybody in them is told, as one batch (notice/bulk).

// kindMoved is the kind of the batch's rows.
const kindMoved = "docket.moved"

// maxMoveText is how long the reason of a move may be, in runes.
const maxMoveText = 1000

// mostOfDay is how many hearings one move takes along.
const mostOfDay = 2000

// DayHearing is a hearing of a day.
type DayHearing struct {
	Case    string     `db:"case_id"`
	Hearing string     `db:"id"`
	At      store.Time `db:"at_us"`
	Place   string     `db:"place"`
	Number  string     `db:"number"`
	TitleFA string     `db:"title_fa"`
	TitleEN string     `db:"title_en"`
	People  int        `db:"people"`
}

// Title is what the case is about.
func (h DayHearing) Title() Text { return Text{FA: h.TitleFA, EN: h.TitleEN} }

const (
	sqlDayHearings = `SELECT h.case_id, h.id, h.at_us, h.place, c.number, c.title_fa, c.title_en,
			(SELECT count(*) FROM docket_party p WHERE p.case_id = h.case_id) AS people
		FROM docket_hearing h JOIN docket_case c ON c.id = h.case_id
		WHERE c.unit = $1 AND c.state <> 'closed' AND h.at_us >= $2 AND h.at_us < $3
			AND NOT EXISTS (SELECT 1 FROM docket_postponed p WHERE p.case_id = h.case_id AND p.hearing = h.id)
		ORDER BY h.at_us, h.id LIMIT $4`
	sqlDayParties = `SELECT p.case_id, p.id FROM docket_party p WHERE p.case_id = ANY($1) ORDER BY p.case_id, p.id`
	sqlInstead    = `SELECT instead FROM docket_postponed WHERE case_id = $1 AND hearing = $2`
)

// daysAhead is how far the list of days with hearings looks.
const daysAhead = 120

// HearingDay is a day with hearings.
type HearingDay struct {
	Day      civil.Day
	Hearings int
	People   int
}

// HearingDays lists the coming days on which the clerk's unit has hearings.
func (s *Service) HearingDays(ctx context.Context, a policy.Actor) (out []HearingDay, err error) {
	defer errs.Wrap(&err, "docket.HearingDays")
	today := civil.Of(s.d.Clock.Now())
	list, err := s.dayHearings(ctx, s.d.DB, a, today, today.Add(daysAhead))
	for _, h := range list {
		day := civil.Of(h.At.Time)
		if len(out) == 0 || out[len(out)-1].Day != day {
			out = append(out, HearingDay{Day: day})
		}
		last := &out[len(out)-1]
		last.Hearings, last.People = last.Hearings+1, last.People+h.People
	}
	return out, err
}

// HearingsOf lists the hearings of a day in the clerk's unit. It names nobody, so it
// is not recorded.
func (s *Service) HearingsOf(ctx context.Context, a policy.Actor, day civil.Day) (_ []DayHearing, err error) {
	defer errs.Wrap(&err, "docket.HearingsOf")
	return s.dayHearings(ctx, s.d.DB, a, day, day)
}

func (s *Service) dayHearings(ctx context.Context, q store.Querier, a policy.Actor, first, last civil.Day) ([]DayHearing, error) {
	if a.Role != policy.Clerk || a.Unit == "" {
		return nil, errs.New(errs.Forbidden, "")
	}
	from := max(store.Micros(first.Time()), store.Micros(s.d.Clock.Now()))
	return store.All[DayHearing](ctx, q, sqlDayHearings, a.Unit, from, store.Micros(last.Add(1).Time()), mostOfDay+1)
}

// DayMove moves the hearings of a day to another one, at the same times and places.
type DayMove struct {
	Act     string // key against doing it twice
	Day, To civil.Day
	Text    Text // why; English may be left out
}

// movedRow is what a row of the batch is made from.
type movedRow struct {
	Case    string    `json:"case"`
	Party   string    `json:"party"`
	Hearing string    `json:"hearing"`
	Was     time.Time `json:"was"`
	At      time.Time `json:"at"`
	Place   string    `json:"place"`
	Text    Text      `json:"text"`
	Act     string    `json:"act"`
}

// MoveDay moves all hearings of a day in the clerk's unit and tells every party, in
// one batch that goes on by itself. Each case is moved when the first of its parties
// is told, so that nobody is told of what does not hold. The same act again is the
// first batch. Errors: errs.Forbidden, errs.Invalid with the fields day, to and text.
func (s *Service) MoveDay(ctx context.Context, a policy.Actor, m DayMove) (b bulk.Batch, err error) {
	defer errs.Wrap(&err, "docket.MoveDay")
	cal, err := s.d.Calendar.Calendar(ctx)
	if err != nil {
		return b, err
	}
	province := ""
	if u, err := s.d.Authority.Unit(ctx, a.Unit); err == nil {
		province = u.Province
	} else if !errs.Is(err, errs.NotFound) {
		return b, err
	}
	m.Text.EN = cmp.Or(m.Text.EN, m.Text.FA)
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		list, err := s.dayHearings(ctx, tx, a, m.Day, m.Day)
		if err != nil {
			return err
		}
		var f []errs.Field
		bad := func(name, code string, args ...any) { f = append(f, errs.Field{Name: name, Code: code, Args: args}) }
		switch {
		case m.To <= civil.Of(tx.Now()) || m.To == m.Day:
			bad("to", "docket.day.wrong.to")
		case !cal.On(m.To, province).Open:
			bad("to", "docket.send.closed_day")
		}
		if m.Text.FA == "" || utf8.RuneCountInString(m.Text.FA) > maxMoveText || utf8.RuneCountInString(m.Text.EN) > maxMoveText {
			bad("text", "docket.send.wrong.text", "max", maxMoveText)
		}
		if len(list) > mostOfDay {
			bad("day", "docket.day.wrong.many", "max", mostOfDay)
		}
		if err := errs.InvalidFields(f); err != nil {
			return err
		}
		rows, err := s.movedRows(ctx, tx, m, list)
		if err != nil {
			return err
		}
		fa, en := s.d.Catalog.Printer(i18n.FA), s.d.Catalog.Printer(i18n.EN)
		b, err = s.d.Bulk.StartTx(ctx, tx, a, bulk.Order{
			Kind: kindMoved, Key: "day:" + m.Act, Sender: a.Unit, SenderKind: bulk.Court,
			Title: notice.Text{FA: fa.T("docket.day.batch", "day", m.Day, "to", m.To), EN: en.T("docket.day.batch", "day", m.Day, "to", m.To)},
		}, rows)
		if err == nil && b.Total == 0 {
			err = errs.InvalidFields([]errs.Field{{Name: "day", Code: "docket.day.wrong.none"}})
		}
		return err
	})
	return b, err
}

// movedRows are a row for each party of each hearing.
func (s *Service) movedRows(ctx context.Context, q store.Querier, m DayMove, list []DayHearing) (out []bulk.NewRow, err error) {
	type party struct {
		Case string `db:"case_id"`
		ID   string `db:"id"`
	}
	cases := make([]string, len(list))
	for i, h := range list {
		cases[i] = h.Case
	}
	parties, err := store.All[party](ctx, q, sqlDayParties, cases)
	if err != nil {
		return nil, err
	}
	for _, h := range list {
		y, mo, d := m.To.Gregorian()
		was := h.At.In(clock.Tehran)
		at := time.Date(y, time.Month(mo), d, was.Hour(), was.Minute(), 0, 0, clock.Tehran)
		for _, p := range parties {
			if p.Case != h.Case {
				continue
			}
			payload, err := json.Marshal(movedRow{Case: h.Case, Party: p.ID, Hearing: h.Hearing, Was: h.At.Time, At: at, Place: h.Place, Text: m.Text, Act: m.Act})
			if err != nil {
				return nil, err
			}
			out = append(out, bulk.NewRow{Key: "moved:" + h.Hearing + ":" + p.ID, Label: h.Number, Payload: payload})
		}
	}
	return out, nil
}

// issueMoved tells one party that a hearing is moved, and moves it if it is the
// first one that is told.
func (s *Service) issueMoved(ctx context.Context, tx *store.Tx, by policy.Actor, r bulk.Row) (notice.Issued, error) {
	var m movedRow
	if err := json.Unmarshal(r.Payload, &m); err != nil {
		return notice.Issued{}, errs.New(errs.Invalid, "notice.bulk.wrong_row").Because(err)
	}
	cal, err := s.d.Calendar.Calendar(ctx)
	if err != nil {
		return notice.Issued{}, err
	}
	o := NoticeOrder{
		Case: m.Case, Act: m.Act, Kind: notice.KindHearing, Parties: []string{m.Party}, Hearing: &Hearing{At: m.At, Place: m.Place},
		Text: Text{
			FA: s.d.Catalog.Printer(i18n.FA).T("docket.day.instead", "when", hearingTime(s.d.Catalog.Printer(i18n.FA), m.Was), "text", m.Text.FA),
			EN: s.d.Catalog.Printer(i18n.EN).T("docket.day.instead", "when", hearingTime(s.d.Catalog.Printer(i18n.EN), m.Was), "text", m.Text.EN),
		},
	}
	if err := s.mayMoveTx(ctx, tx, by, m, o, cal); err != nil {
		return notice.Issued{}, err
	}
	list, err := s.issueNotices(ctx, tx, by, o, cal)
	if err != nil {
		return notice.Issued{}, err
	}
	return list[0], s.postponeTx(ctx, tx, by, m)
}

// mayMoveTx refuses a hearing that any of its parties cannot be called to: either all
// are told or none.
func (s *Service) mayMoveTx(ctx context.Context, tx *store.Tx, by policy.Actor, m movedRow, o NoticeOrder, cal *calendar.Calendar) error {
	if instead, moved, err := store.Find[string](ctx, tx, sqlInstead, m.Case, m.Hearing); err != nil {
		return err
	} else if moved {
		to, err := store.One[hearingRow](ctx, tx, sqlHearing, m.Case, instead)
		if err == nil && !to.At.Equal(m.At) {
			err = errs.New(errs.Conflict, "docket.day.wrong.moved")
		}
		return err
	}
	c, err := readCase(ctx, tx, m.Case)
	if err != nil {
		return err
	}
	o.Parties = nil
	for _, p := range c.Parties {
		o.Parties = append(o.Parties, p.ID)
	}
	_, err = s.preview(ctx, tx, by, c, o, cal, civil.Of(tx.Now()))
	return err
}

// postponedNew is a new docket_postponed row.
type postponedNew struct {
	Case     string     `db:"case_id"`
	Hearing  string     `db:"hearing"`
	Instead  string     `db:"instead"`
	Was      civil.Day  `db:"was_day"`
	Now      civil.Day  `db:"now_day"`
	Reason   string     `db:"reason"`
	Evidence string     `db:"evidence"`
	By       string     `db:"by_person"`
	At       store.Time `db:"at_us"`
}

// postponeTx notes, once, that a hearing is not held and which one is instead, and
// computes anew what depends on it (CPC 448).
func (s *Service) postponeTx(ctx context.Context, tx *store.Tx, by policy.Actor, m movedRow) error {
	if _, known, err := store.Find[string](ctx, tx, sqlInstead, m.Case, m.Hearing); err != nil || known {
		return err
	}
	to, err := store.One[hearingRow](ctx, tx, sqlHearingAt, m.Case, store.At(m.At))
	if err != nil {
		return err
	}
	c, err := readCase(ctx, tx, m.Case)
	if err != nil {
		return err
	}
	row := postponedNew{Case: m.Case, Hearing: m.Hearing, Instead: to.ID, Was: civil.Of(m.Was), Now: civil.Of(m.At), Reason: m.Text.FA, By: by.Person, At: store.At(tx.Now())}
	row.Evidence, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.hearing_moved", Owner: m.Case, Subject: m.Hearing, Actor: by.Person, Role: string(by.Role), Rule: "cpc-448",
		Members: map[string]string{"case": c.Number, "from": m.Was.UTC().Format(time.RFC3339), "to": m.At.UTC().Format(time.RFC3339), "instead": to.ID},
	})
	if err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, "docket_postponed", row); err != nil {
		return err
	}
	fa, en := s.d.Catalog.Printer(i18n.FA), s.d.Catalog.Printer(i18n.EN)
	err = s.AddEntryTx(ctx, tx, Entry{
		Case: m.Case, Kind: "docket.hearing_moved", Sides: []string{Plaintiff, Defendant}, By: by, Subject: m.Hearing, Evidence: row.Evidence,
		Members: map[string]string{
			"was_fa": hearingTime(fa, m.Was), "was_en": hearingTime(en, m.Was), "when_fa": hearingTime(fa, m.At), "when_en": hearingTime(en, m.At),
			"text_fa": m.Text.FA, "text_en": m.Text.EN,
		},
	})
	if err != nil {
		return err
	}
	return s.againTx(ctx, tx, againArgs{Case: m.Case})
}

// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// sentRow says that a party was sent something.
type sentRow struct {
	Case   string     `db:"case_id"`
	Party  string     `db:"party"`
	Same   string     `db:"same"`
	Act    string     `db:"act"`
	Kind   string     `db:"kind"`
	By     string     `db:"by_person"`
	ByName string     `db:"by_name"`
	At     store.Time `db:"at_us"`
}

// hearingRow is a docket_hearing row.
type hearingRow struct {
	Case     string     `db:"case_id"`
	ID       string     `db:"id"`
	At       store.Time `db:"at_us"`
	Place    string     `db:"place"`
	Evidence string     `db:"evidence"`
	Made     store.Time `db:"made_us"`
}

const (
	sqlSent = `SELECT case_id, party, same, act, kind, by_person, by_name, at_us FROM docket_sent
		WHERE case_id = $1 AND party = $2 AND (same = $3 OR act = $4) LIMIT 1`
	sqlHearingAt = `SELECT case_id, id, at_us, place, evidence, made_us FROM docket_hearing WHERE case_id = $1 AND at_us = $2`
)

// Preview is an order as it would go out.
type Preview struct {
	Case       Case
	Kind       string
	Recipients []Recipient
	Title      Text
	Papers     []Text // one for each recipient
}

// PreviewNotices checks an order and composes its papers, without sending. It
// is read by staff, so it is recorded.
func (s *Service) PreviewNotices(ctx context.Context, a policy.Actor, o NoticeOrder) (_ Preview, err error) {
	defer errs.Wrap(&err, "docket.PreviewNotices")
	c, err := s.Case(ctx, a, o.Case)
	if err != nil {
		return Preview{}, err
	}
	cal, err := s.d.Calendar.Calendar(ctx)
	if err != nil {
		return Preview{}, err
	}
	return s.preview(ctx, s.d.DB, a, c, o, cal, civil.Of(s.d.Clock.Now()))
}

func (s *Service) preview(ctx context.Context, q store.Querier, a policy.Actor, c Case, o NoticeOrder, cal *calendar.Calendar, today civil.Day) (Preview, error) {
	of, err := s.orderFor(a, c, o.Kind, today)
	if err != nil {
		return Preview{}, err
	}
	to, err := s.recipients(ctx, q, c, o.Parties)
	if err != nil {
		return Preview{}, err
	}
	if err := o.checkOrder(of, to, cal, c.Province, today); err != nil {
		return Preview{}, err
	}
	o = o.inBoth()
	out := Preview{Case: c, Kind: o.Kind, Recipients: to, Title: s.orderTitle(o)}
	for _, r := range to {
		paper := Text{}
		if paper.FA, err = s.compose(s.d.Catalog.Printer(i18n.FA), a, c, o, r, today); err != nil {
			return Preview{}, err
		}
		if paper.EN, err = s.compose(s.d.Catalog.Printer(i18n.EN), a, c, o, r, today); err != nil {
			return Preview{}, err
		}
		out.Papers = append(out.Papers, paper)
	}
	return out, nil
}

// IssueNotices sends a paper of the court to parties of a case: a notice for
// each, and for a hearing an entry that both sides see. The same act again
// answers with the first notices. Errors: errs.NotFound, errs.Forbidden (judges
// send judgments and orders of their branch, clerks hearings and other papers),
// errs.Invalid with the fields of the page, errs.Conflict:
// docket.send.branch_first, and docket.send.sent_already with name, act and at
// if a recipient was sent the same before.
func (s *Service) IssueNotices(ctx context.Context, a policy.Actor, o NoticeOrder) (out []notice.Issued, err error) {
	defer errs.Wrap(&err, "docket.IssueNotices")
	cal, err := s.d.Calendar.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	for range 2 { // who loses a race on PostgreSQL finds at the second try who won
		err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
			var err error
			out, err = s.issueNotices(ctx, tx, a, o, cal)
			return err
		})
		if !errs.Is(err, errs.Conflict) {
			break
		}
	}
	return out, err
}

func (s *Service) issueNotices(ctx context.Context, tx *store.Tx, a policy.Actor, o NoticeOrder, cal *calendar.Calendar) ([]notice.Issued, error) {
	c, err := readCase(ctx, tx, o.Case)
	if err != nil {
		return nil, err
	}
	if err := hidden(s.d.Policy.Check(a, "docket.view", caseResource(c))); err != nil {
		return nil, err
	}
	p, err := s.preview(ctx, tx, a, c, o, cal, civil.Of(tx.Now()))
	if err != nil {
		return nil, err
	}
	o = o.inBoth()
	document, err := json.Marshal(facts(o))
	if err != nil {
		return nil, err
	}
	var out []notice.Issued
	for i, r := range p.Recipients {
		if err := s.sentOnce(ctx, tx, a, o, r); err != nil {
			return nil, err
		}
		n, err := s.IssueNoticeTx(ctx, tx, a, NewNotice{
			Case: c.ID, Party: r.Party.ID, Kind: o.Kind, Title: p.Title, Paper: p.Papers[i], Document: document,
			Rule: o.Rule, Days: o.Days, Key: "order:" + c.ID + ":" + r.Party.ID + ":" + o.same(),
		})
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	if o.Hearing == nil {
		return out, s.appealDecided(ctx, tx, a, c, o)
	}
	return out, s.hearingTx(ctx, tx, a, c, *o.Hearing)
}

// facts are what the papers of an order were made from.
func facts(o NoticeOrder) map[string]any {
	m := map[string]any{"kind": o.Kind, "text": o.Text}
	if o.Hearing != nil {
		m["hearing"] = map[string]string{"at": o.Hearing.At.UTC().Format(time.RFC3339), "place": o.Hearing.Place}
	}
	return m
}

// sentOnce notes that a party is sent something, and refuses to send it twice.
// The same act of the same person is no second time.
func (s *Service) sentOnce(ctx context.Context, tx *store.Tx, a policy.Actor, o NoticeOrder, r Recipient) error {
	before, found, err := store.Find[sentRow](ctx, tx, sqlSent, o.Case, r.Party.ID, o.same(), o.Act)
	if err != nil {
		return err
	}
	if found {
		if before.Act == o.Act && before.Same == o.same() && before.By == a.Person {
			return nil
		}
		return errs.New(errs.Conflict, "docket.send.sent_already", "name", before.ByName, "act", i18n.Key("docket.send.kind."+before.Kind),
			"to", r.Party.Name, "at", before.At.Time)
	}
	return store.Insert(ctx, tx, "docket_sent", sentRow{
		Case: o.Case, Party: r.Party.ID, Same: o.same(), Act: o.Act, Kind: o.Kind, By: a.Person, ByName: a.Name, At: store.At(tx.Now()),
	})
}

// hearingTx keeps a hearing, once, for both sides.
func (s *Service) hearingTx(ctx context.Context, tx *store.Tx, a policy.Actor, c Case, h Hearing) error {
	_, known, err := store.Find[hearingRow](ctx, tx, sqlHearingAt, c.ID, store.At(h.At))
	if err != nil || known {
		return err
	}
	row := hearingRow{Case: c.ID, ID: id.New(), At: store.At(h.At), Place: h.Place, Made: store.At(tx.Now())}
	row.Evidence, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.hearing", Owner: c.ID, Subject: row.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For, Rule: "cpc-64",
		Members: map[string]string{"case": c.Number, "at": h.At.UTC().Format(time.RFC3339), "place": h.Place},
	})
	if err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, "docket_hearing", row); err != nil {
		return err
	}
	fa, en := s.d.Catalog.Printer(i18n.FA), s.d.Catalog.Printer(i18n.EN)
	return s.AddEntryTx(ctx, tx, Entry{
		Case: c.ID, Kind: "docket.hearing", Sides: []string{Plaintiff, Defendant}, By: a, Subject: row.ID, Evidence: row.Evidence,
		Members: map[string]string{
			"when_fa": hearingTime(fa, h.At), "when_en": hearingTime(en, h.At), "place": h.Place,
			"href": "/cases/" + c.ID + "/hearings/" + row.ID + "/calendar.ics",
		},
	})
}

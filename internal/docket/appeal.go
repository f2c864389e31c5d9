// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"slices"
	"strconv"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// ruleSendOn: after the other side's answer, or its term, the registry sends the
// file to the court of appeal (CPC 346 [mem]).
const ruleSendOn = "cpc-346"

// NewAppeal is the file of a case on its way to the court of appeal.
type NewAppeal struct {
	Case   string // whose file goes
	Unit   string // the court of appeal
	Party  string // id of the party who appeals
	Filing string // the appeal; opens one case
	Title  Text
	Late   bool // it came after its term, and the court accepted that

	Agent                      string // who signed the appeal in the appellant's name; "": itself, or its lawyer on record
	AgentTitleFA, AgentTitleEN string // as what
}

// appealRow is a docket_appeal row.
type appealRow struct {
	Case   string     `db:"case_id"`
	Appeal string     `db:"appeal"`
	Unit   string     `db:"unit"`
	At     store.Time `db:"at_us"`
}

const sqlAppeals = `SELECT case_id, appeal, unit, at_us FROM docket_appeal WHERE case_id = $1 ORDER BY at_us, appeal`

// SendOnTx sends the file of a case to the court of appeal in the caller's
// transaction: a case of its own there, with its number, the appellant and those
// whom he appeals against, their lawyers on record and a proposed branch;
// evidence docket.sent_on, an entry in both timelines, and a notice to each of
// these parties. Parties of the appellant's own side who did not appeal stay out
// of it. Call Ready for the unit before the transaction. Errors: those of OpenTx;
// errs.NotFound, errs.Forbidden (only the court that has the case), errs.Invalid
// (a case that is no civil suit of first instance).
func (s *Service) SendOnTx(ctx context.Context, tx *store.Tx, a policy.Actor, n NewAppeal) (_ Case, err error) {
	defer errs.Wrap(&err, "docket.SendOnTx")
	c, err := readCase(ctx, tx, n.Case)
	if err != nil {
		return Case{}, err
	}
	if err := s.d.Policy.Check(a, "docket.send_on", caseResource(c)); err != nil {
		return Case{}, err
	}
	if c.Kind != CivilCase {
		return Case{}, wrongField("case", "docket.wrong.kind")
	}
	appellant, ok := c.party(n.Party)
	if !ok {
		return Case{}, wrongField("party", "docket.wrong.party")
	}
	parties := slices.DeleteFunc(slices.Clone(c.Parties), func(p Party) bool { return p.Side == appellant.Side && p.ID != appellant.ID })
	open := NewCase{Kind: AppealCase, Unit: n.Unit, Province: c.Province, TitleFA: n.Title.FA, TitleEN: n.Title.EN, Filing: n.Filing, First: c.ID, By: a}
	for _, p := range parties {
		p.Side, p.Agent, p.AgentFA, p.AgentEN, p.AgentPerson = Defendant, "", "", "", "" // these signed what opened the first case
		if p.ID == appellant.ID {
			p.Side, p.Agent, p.AgentFA, p.AgentEN = Plaintiff, n.Agent, n.AgentTitleFA, n.AgentTitleEN
		}
		open.Parties = append(open.Parties, p)
	}
	there, err := s.OpenTx(ctx, tx, open)
	if err != nil {
		return Case{}, err
	}
	if err := store.Insert(ctx, tx, "docket_appeal", appealRow{Case: c.ID, Appeal: there.ID, Unit: there.Unit, At: store.At(tx.Now())}); err != nil {
		return Case{}, err
	}
	if err := s.lawyersGoOn(ctx, tx, a, c, there, parties); err != nil {
		return Case{}, err
	}
	if err := s.sentOn(ctx, tx, a, c, there, n); err != nil {
		return Case{}, err
	}
	return there, s.tellSentOn(ctx, tx, a, c, there, parties)
}

// lawyersGoOn puts those who are on record in the case on record in its appeal,
// for the same parties in the same order; since they represent them, too, so that
// whatever ends that is later than its beginning. Whose contract has ended stays
// out, and who ends one waits for this: see onMandateEnded.
func (s *Service) lawyersGoOn(ctx context.Context, tx *store.Tx, a policy.Actor, c, there Case, parties []Party) error {
	for i, p := range parties {
		for _, l := range c.lawyersOf(p.ID) {
			if p.Person != "" {
				gone, err := s.d.Mandate.DismissedTx(ctx, tx, p.Person, l.Lawyer, c.ID, c.First, l.From)
				if err != nil {
					return err
				}
				if gone {
					continue
				}
			}
			n, err := tx.ExecN(ctx, sqlHoldLawyer, c.ID, p.ID, l.Lawyer)
			if err != nil {
				return err
			}
			if n == 0 { // ended at this moment
				continue
			}
			l.Case, l.Party = there.ID, there.Parties[i].ID
			if err := s.putLawyer(ctx, tx, a, there, there.Parties[i], l); err != nil {
				return err
			}
		}
	}
	return nil
}

// sentOn writes the evidence and what both timelines say.
func (s *Service) sentOn(ctx context.Context, tx *store.Tx, a policy.Actor, c, there Case, n NewAppeal) error {
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.sent_on", Owner: c.ID, Subject: there.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For, Rule: ruleSendOn,
		Members: map[string]string{
			"case": c.Number, "unit": c.Unit, "appeal": there.Number, "to": there.Unit, "filing": n.Filing, "late": strconv.FormatBool(n.Late),
		},
	})
	if err != nil {
		return err
	}
	err = s.AddEntryTx(ctx, tx, Entry{
		Case: c.ID, Kind: "docket.sent_on", Sides: []string{Plaintiff, Defendant}, By: a, Subject: there.ID, Evidence: evidence,
		Members: map[string]string{"unit_fa": there.UnitName.FA, "unit_en": there.UnitName.EN, "number": there.Number, "href": casePath(there.ID)},
	})
	if err != nil {
		return err
	}
	return s.AddEntryTx(ctx, tx, Entry{
		Case: there.ID, Kind: "docket.came_from", Sides: []string{Plaintiff, Defendant}, By: a, Subject: c.ID, Evidence: evidence,
		Members: map[string]string{"unit_fa": c.Sender().FA, "unit_en": c.Sender().EN, "number": c.Number, "href": casePath(c.ID)},
	})
}

// tellSentOn tells the parties of an appeal where their file is now.
func (s *Service) tellSentOn(ctx context.Context, tx *store.Tx, a policy.Actor, c, there Case, parties []Party) error {
	o := NoticeOrder{Case: c.ID, Kind: notice.KindOther, Title: s.both("docket.sent_on.title")}
	o.Text.FA = s.d.Catalog.Printer(i18n.FA).T("docket.sent_on.text", "unit", there.UnitName.In(i18n.FA), "number", there.Number)
	o.Text.EN = s.d.Catalog.Printer(i18n.EN).T("docket.sent_on.text", "unit", there.UnitName.In(i18n.EN), "number", there.Number)
	ids := make([]string, len(parties))
	for i, p := range parties {
		ids[i] = p.ID
	}
	to, err := s.recipients(ctx, tx, c, ids)
	if err != nil {
		return err
	}
	for _, r := range to {
		paper := Text{}
		if paper.FA, err = s.compose(s.d.Catalog.Printer(i18n.FA), a, c, o, r, civil.Of(tx.Now())); err != nil {
			return err
		}
		if paper.EN, err = s.compose(s.d.Catalog.Printer(i18n.EN), a, c, o, r, civil.Of(tx.Now())); err != nil {
			return err
		}
		_, err = s.IssueNoticeTx(ctx, tx, a, NewNotice{
			Case: c.ID, Party: r.Party.ID, Kind: o.Kind, Title: o.Title, Paper: paper, Key: "sent_on:" + there.ID + ":" + r.Party.ID,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// appealDecided says in the case of first instance what the court of appeal has
// decided: a judgment or an order, once, however many parties it goes to.
func (s *Service) appealDecided(ctx context.Context, tx *store.Tx, a policy.Actor, c Case, o NoticeOrder) error {
	if c.First == "" || o.Kind != notice.KindJudgment && o.Kind != notice.KindOrder {
		return nil
	}
	title := s.orderTitle(o)
	return s.AddEntryTx(ctx, tx, Entry{
		Case: c.First, Kind: "docket.appeal_decided", Sides: []string{Plaintiff, Defendant}, By: a, Subject: c.ID, Key: "appeal:" + c.ID + ":" + o.same(),
		Members: map[string]string{
			"unit_fa": c.Sender().FA, "unit_en": c.Sender().EN, "title_fa": title.FA, "title_en": title.EN, "number": c.Number, "href": casePath(c.ID),
		},
	})
}

// Linked is the other case of an appeal.
type Linked struct {
	Case, Number string
	Unit         Text
	First        bool // it is the one of first instance
	Open         bool // the reader may see it
}

// linked are the cases that belong to a case: that of first instance, or its
// appeals.
func (s *Service) linked(ctx context.Context, a policy.Actor, c Case) (out []Linked, err error) {
	ids := c.appeals
	if c.First != "" {
		ids = []string{c.First}
	}
	for _, id := range ids {
		k, err := readCase(ctx, s.d.DB, id)
		if err != nil {
			return nil, err
		}
		out = append(out, Linked{
			Case: k.ID, Number: k.Number, Unit: k.UnitName, First: k.ID == c.First,
			Open: s.d.Policy.Check(a, "docket.view", caseResource(k)) == nil,
		})
	}
	return out, nil
}

// linkEntries takes the links out of a timeline that lead to a case which the
// reader may not see.
func linkEntries(entries []Entry, linked []Linked) {
	for _, l := range linked {
		for _, e := range entries {
			if !l.Open && e.Members["href"] == casePath(l.Case) {
				delete(e.Members, "href")
			}
		}
	}
}

func casePath(id string) string { return "/cases/" + id }

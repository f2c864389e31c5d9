// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// updateHalted opens a round of mending: what was signed stays in its version.
const updateHalted = `UPDATE filing_filing SET status = 'halted', round = $3, record = NULL, hash = '', payment_id = '', code_id = '', updated_us = $4
	WHERE owner = $1 AND id = $2 AND status = 'submitted'`

const defectsFormat = "tarazu-defects-1"

// halting is what the evidence of a halt holds: which version was found wrong in
// what.
type halting struct {
	Format  string   `json:"format"`
	Filing  string   `json:"filing"`
	Record  string   `json:"record_sha256"`
	Defects []Defect `json:"defects"`
}

// Halt stops a received filing for its defects and tells the filer in writing
// what is wrong and until when he can mend it (CPC 53, 54), in one transaction.
func (s *Service) Halt(ctx context.Context, a policy.Actor, filing string, defects []Defect) (issued notice.Issued, err error) {
	defer errs.Wrap(&err, "filing.Halt")
	r, err := s.received(ctx, a, filing)
	if err != nil {
		return issued, err
	}
	if err := s.mayAct(a, ActHalt, r.f); err != nil {
		return issued, err
	}
	if err := r.can(ActHalt); err != nil {
		return issued, err
	}
	if defects, err = checkDefects(r.def, r.f.Answers, defects, s.today()); err != nil {
		return issued, err
	}
	list, err := json.Marshal(defects)
	if err != nil {
		return issued, err
	}
	content, err := ledger.Canonical(halting{Format: defectsFormat, Filing: r.f.ID, Record: r.f.Hash, Defects: defects})
	if err != nil {
		return issued, err
	}
	party, ok := partyFor(r.c, r.f)
	if !ok {
		return issued, errs.New(errs.Conflict, "filing.filer_left")
	}
	round := r.f.Round + 1
	text, err := s.defectPaper(r, defects, "")
	if err != nil {
		return issued, err
	}
	err = s.atDesk(ctx, a, r, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, updateHalted, r.f.Owner, r.f.ID, round, touch(tx.Now())); err != nil {
			return err
		}
		if err := actTx(ctx, tx, a, a.Unit, r.f.ID, deskNew, deskHalted, ActHalt); err != nil {
			return err
		}
		issued, err = s.d.Docket.IssueNoticeTx(ctx, tx, a, docket.NewNotice{
			Case: r.c.ID, Party: party.ID, Kind: notice.KindDefect, Title: both(func(p *i18n.Printer) string { return p.T("filing.paper.defect.title") }),
			Document: content, Paper: text, Rule: ruleMend, Key: "defect:" + r.f.ID + ":" + strconv.Itoa(round),
		})
		if err != nil {
			return err
		}
		_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "filing.halted", Time: tx.Now(), Owner: r.f.Owner, Subject: r.f.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For, Rule: ruleMend,
			Content: content, Previous: r.f.Evidence,
			Members: map[string]string{"case_number": r.f.CaseNumber, "unit": a.Unit, "round": strconv.Itoa(round), "notice": issued.ID},
		})
		if err != nil {
			return err
		}
		return store.Insert(ctx, tx, "filing_halt", haltRow{
			Owner: r.f.Owner, Filing: r.f.ID, Round: int64(round), Unit: a.Unit, Defects: string(list), Notice: issued.ID,
			ByPerson: a.Person, ByName: a.Name, Halted: store.At(tx.Now()),
		})
	})
	return issued, err
}

// defectPaper is the notice in words: each defect with its article, how it is
// mended, and until when. former is the lawyer on whom it was served before; "" for
// the first time.
func (s *Service) defectPaper(r received, defects []Defect, former string) (docket.Text, error) {
	rule, err := s.d.Calendar.Rule(ruleMend, s.today())
	if err != nil {
		return docket.Text{}, err
	}
	return both(func(p *i18n.Printer) string {
		l := p.Lang()
		lines := append(s.paperHead(p, r, "filing.paper.defect.title"), "", p.T("filing.paper.defect.found", "title", r.def.Title.In(l), "tracking", i18n.LTR(r.f.Tracking)), "")
		for i, d := range defects {
			lines = append(lines, p.T("filing.paper.defect.line", "n", i+1, "field", fieldLabel(p, r.def, d.Field), "reason", reason(d.Code).Label.In(l),
				"citation", reason(d.Code).Citation.In(l)))
			if d.Note != "" {
				lines = append(lines, p.T("filing.paper.defect.note", "note", d.Note))
			}
		}
		days := rule.Days
		if party, ok := partyFor(r.c, r.f); ok && party.Abroad {
			days = rule.DaysAbroad
		}
		lines = append(lines, "", p.T("filing.paper.defect.term", "days", days))
		if former != "" {
			return paper(append(lines, p.T("filing.paper.defect.again", "lawyer", former), p.T("filing.paper.defect.how_again"))...)
		}
		return paper(append(lines, p.T("filing.paper.defect.how"))...)
	}), nil
}

// paperHead is what every paper of the court about a filing begins with.
func (s *Service) paperHead(p *i18n.Printer, r received, title string) []string {
	return []string{
		p.T("filing.paper.god"), p.T(title), p.T("filing.paper.from", "court", r.c.Sender().In(p.Lang())),
		p.T("filing.paper.case", "number", i18n.LTR(r.f.CaseNumber)), p.T("filing.paper.day", "day", civil.Of(s.d.Clock.Now())),
		p.T("filing.paper.to", "name", r.item.Filer),
	}
}

// fieldLabel is what a defect's question is called.
func fieldLabel(p *i18n.Printer, d *catalogue.Definition, field string) string {
	if field == FieldFee {
		return p.T("filing.fees.title")
	}
	f, _ := d.Field(field)
	return f.Label.In(p.Lang())
}

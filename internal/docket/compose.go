// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// hearingTime writes when a hearing is: weekday, day and clock time.
func hearingTime(p *i18n.Printer, at time.Time) string {
	return p.T("docket.hearing.when", "day", p.Day(civil.Of(at)), "clock", p.Digits(at.In(clock.Tehran).Format("15:04")))
}

// orderTitle is the title of what is sent.
func (s *Service) orderTitle(o NoticeOrder) Text {
	if o.Kind == notice.KindOther {
		return o.Title
	}
	return s.both("docket.send.kind." + o.Kind)
}

// compose writes the paper for one recipient in one language: head, parties,
// hearing, what the court says, and what the recipient can do. Blocks are
// parted by an empty line and begin with their heading (web.Paper).
func (s *Service) compose(p *i18n.Printer, a policy.Actor, c Case, o NoticeOrder, r Recipient, today civil.Day) (string, error) {
	l := p.Lang()
	to := r.Party.Name
	if r.Way == WayLawyer {
		to = p.T("docket.lawyer_of", "lawyer", r.Lawyer, "name", r.Party.Name)
	}
	blocks := [][]string{
		{c.Sender().In(l), s.orderTitle(o).In(l), p.T("docket.case_number", "number", c.Number), p.Day(today)},
		{p.T("docket.compose.to"), to},
		{p.T("docket.parties.title"), s.partyLine(p, c, Plaintiff), s.partyLine(p, c, Defendant)},
	}
	if o.Hearing != nil {
		blocks = append(blocks, []string{p.T("docket.compose.hearing"), hearingTime(p, o.Hearing.At), p.T("docket.compose.place", "place", o.Hearing.Place)})
	}
	if o.Text.In(l) != "" {
		blocks = append(blocks, append([]string{p.T("docket.compose.text")}, lines(o.Text.In(l))...))
	}
	do, err := s.whatToDo(p, o, today)
	if err != nil {
		return "", err
	}
	blocks = append(blocks, append([]string{p.T("docket.compose.do")}, do...),
		[]string{p.T("docket.compose.signed"), p.T("docket.by", "name", a.Name, "role", p.T("docket.role."+string(a.Role)))})
	var b strings.Builder
	for i, block := range blocks {
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(strings.Join(block, "\n"))
	}
	return b.String(), nil
}

// whatToDo says what the recipient can do and until when, in general words: the
// exact day depends on service and stands in the account.
func (s *Service) whatToDo(p *i18n.Printer, o NoticeOrder, today civil.Day) ([]string, error) {
	if o.Kind == notice.KindHearing {
		return []string{p.T("docket.compose.do.hearing"), p.T("docket.compose.do.absent")}, nil
	}
	if o.Rule == "" {
		return []string{p.T("docket.compose.do.nothing")}, nil
	}
	r, err := s.d.Calendar.Rule(o.Rule, today)
	if err != nil {
		return nil, err
	}
	start := "docket.compose.start." + r.Starts
	pairs := []any{"rule", r.Name.In(p.Lang()), "article", r.Article.In(p.Lang()), "start", p.T(start)}
	if r.SetByCourt() {
		return []string{p.T("docket.compose.do.set", append(pairs, "days", p.N("docket.days", o.Days))...), p.T("docket.compose.do.account")}, nil
	}
	return []string{
		p.T("docket.compose.do.term", append(pairs, "days", p.N("docket.days", r.Days), "abroad", p.N("docket.days", r.DaysAbroad))...),
		p.T("docket.compose.do.account"),
	}, nil
}

// partyLine names the parties of a side.
func (s *Service) partyLine(p *i18n.Printer, c Case, side string) string {
	names := ""
	for _, party := range c.Parties {
		switch {
		case party.Side != side:
		case names == "":
			names = party.Name
		default:
			names = p.T("docket.compose.and", "a", names, "b", party.Name)
		}
	}
	return p.T("docket.compose.party", "side", p.T("docket.side."+c.Kind+"."+side), "names", names)
}

// lines are the lines of what the court wrote, without empty ones: those would
// end the block.
func lines(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Slip is the paper that a client takes along: what was done for them, by whom
// and when, their judicial identifier, and, if they have no telephone, the code
// with which they set their password. The code can be printed for half an hour.
// errs.Conflict, code office.visit_open: nothing was done yet.
func (s *Service) Slip(ctx context.Context, a policy.Actor, visitID string) (_ []byte, err error) {
	defer errs.Wrap(&err, "office.Slip")
	v, err := s.Visit(ctx, a, visitID)
	if err != nil {
		return nil, err
	}
	if v.Done.IsZero() {
		return nil, errs.New(errs.Conflict, "office.visit_open")
	}
	o, err := s.find(ctx, s.d.DB, v.Office)
	if err != nil {
		return nil, err
	}
	p, err := s.clientOf(ctx, a, v)
	if err != nil {
		return nil, err
	}
	code, err := s.d.Identity.SlipCode(ctx, v.Person, v.Claim)
	if err != nil {
		return nil, err
	}
	words := s.d.Catalog.Printer(slipLang(v))
	line := func(key, value string) string { return words.T(key) + ": " + value }
	paper := pdf.Paper{
		Lang: slipLang(v), Title: words.T("office.slip.title"), Court: o.Name.In(slipLang(v)), VerifyURL: s.d.BaseURL + "/verify",
		Blocks: []pdf.Block{{Heading: words.T("office.done." + string(v.Kind)), Lines: []string{
			line("office.client.name", v.Name()), line("office.slip.judicial_id", p.JudicialID),
			line("office.slip.when", words.Time(v.Done)), line("office.slip.by", a.Name), line("office.slip.visit", v.ID),
			line("office.slip.consent", words.T("office.consent."+string(v.Consent))),
		}}},
	}
	paper.Blocks = append(paper.Blocks, s.nextSteps(words, v, code))
	if v.Consent == OnSlip {
		paper.Blocks = append(paper.Blocks, pdf.Block{Heading: words.T("office.slip.sign"), Lines: []string{words.T("office.slip.sign_text"), words.T("office.slip.sign_line")}})
	}
	return s.d.Papers.Render(paper)
}

// nextSteps say what the client does now.
func (s *Service) nextSteps(words *i18n.Printer, v Visit, code string) pdf.Block {
	b := pdf.Block{Heading: words.T("office.slip.next")}
	switch {
	case v.Kind == ToRaise:
		b.Lines = []string{words.T("office.slip.raised")}
	case v.Kind == ToRecover:
		b.Lines = []string{words.T("office.slip.recovered")}
	case v.Mobile != "":
		b.Lines = []string{words.T("office.slip.link", "days", s.d.Identity.ClaimDays())}
	case code != "":
		b.Lines = []string{words.T("office.slip.code", "address", s.d.BaseURL+"/welcome", "days", s.d.Identity.ClaimDays()), code}
	default:
		b.Lines = []string{words.T("office.slip.code_over")}
	}
	b.Lines = append(b.Lines, words.T("office.slip.nobody"))
	return b
}

// clientOf reads the account of a visit that is done, and records it: the client
// sees who looked.
func (s *Service) clientOf(ctx context.Context, a policy.Actor, v Visit) (identity.Person, error) {
	err := s.d.Identity.RecordAccess(ctx, identity.Access{Subject: v.Person, By: a, What: "office.access.slip", Why: "office.access.counter", Object: v.ID})
	if err != nil {
		return identity.Person{}, err
	}
	return s.d.Identity.Person(ctx, v.Person)
}

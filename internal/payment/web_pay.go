// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"net/http"
	"net/url"

	"github.com/tarazu/tarazu/internal/platform/web"
)

// payView is the page of one payment: what is owed and why, and in each state
// what to do next.
type payView struct {
	c       *web.Ctx
	p       Payment
	payURL  string  // the provider's page, while the payer may still decide there
	host    string  // whose page that is
	refund  *Refund // of what was paid
	waiting bool    // the payer was there, or the money is being taken; the answer is on its way
	trouble string  // the provider does not answer
}

func (s *Service) payPage(c *web.Ctx) error { return s.render(c, c.Param("id"), nil) }

// render draws the page; trouble is an errs.Unavailable of the provider.
func (s *Service) render(c *web.Ctx, id ID, trouble error) error {
	p, err := s.Get(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	v := payView{c: c, p: p, waiting: c.Query("waiting") != ""}
	page := web.Page{Title: c.T("payment.title." + string(p.State)), Caption: p.Title(c.P.Lang()), Back: p.ReturnTo}
	if trouble != nil {
		v.trouble = c.P.Error(trouble)
		page.Status = http.StatusServiceUnavailable
	}
	if p.State == StateStarted {
		a, found, err := s.lastAttempt(c.Context(), p)
		if err != nil {
			return err
		}
		if found && a.State == AttemptOpen && c.Now().Sub(a.Started) < payTime {
			v.payURL, v.host = a.PayURL, hostOf(a.PayURL)
		} else {
			v.waiting = true
		}
		if v.waiting {
			page.Title, page.RefreshURL = c.T("payment.title.waiting"), waitingPath(p.ID)
		}
	}
	if p.settling != "" && !v.waiting && p.State != StateDisputed {
		v.waiting = true
		page.Title = c.T("payment.title.waiting")
	}
	if p.State == StatePaid || p.State == StateVoid {
		page.Back = ""
	}
	if p.State == StatePaid {
		r, found, err := s.RefundOf(c.Context(), p.Owner, p.ID)
		if err != nil {
			return err
		}
		if found {
			v.refund, page.Title = &r, c.T("payment.title.refunded")
		}
	}
	page.Body = payBody(v)
	return c.Render(page)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// mayBegin tells whether the button to begin is shown.
func (v payView) mayBegin() bool {
	switch v.p.State {
	case StateCreated, StateCancelled, StateExpired, StateFailed:
		return v.p.settling == "" // else it may be paid already
	}
	return false
}

// facts are the sum and what is known of the payment.
func (v payView) facts() []web.SummaryRow {
	c := v.c
	rows := []web.SummaryRow{{Key: c.T("payment.total"), Value: c.P.Money(v.p.Amount)}}
	if v.host != "" {
		rows = append(rows, web.SummaryRow{Key: c.T("payment.bank"), Value: v.host, LTR: true})
	}
	if v.p.State == StateDisputed {
		rows = append(rows, web.SummaryRow{Key: c.T("payment.number"), Value: v.p.ID, LTR: true})
	}
	if v.p.State == StatePaid {
		rows = append(rows,
			web.SummaryRow{Key: c.T("payment.bank_reference"), Value: v.p.Bank, LTR: true},
			web.SummaryRow{Key: c.T("payment.paid_at"), Body: web.TimeText(c.P, v.p.Paid)})
	}
	if v.refund != nil {
		rows = append(rows, web.SummaryRow{Key: c.T("payment.refund_why"), Value: c.T(v.refund.Why)})
		if !v.refund.Done.IsZero() {
			rows = append(rows, web.SummaryRow{Key: c.T("payment.refunded_at"), Body: web.TimeText(c.P, v.refund.Done)})
		}
	}
	return rows
}

// lines are what the sum is made of.
func (v payView) lines() web.TableOptions {
	c, lang := v.c, v.c.P.Lang()
	t := web.TableOptions{Caption: c.T("payment.lines"), Columns: []web.Column{
		{Label: c.T("payment.line")}, {Label: c.T("payment.rule")}, {Label: c.T("payment.amount"), Numeric: true},
	}}
	for _, l := range v.p.Lines {
		t.Rows = append(t.Rows, []web.Cell{{Text: l.Name(lang)}, {Body: lineRule(l.Basis(lang), l.Citation(lang))}, {Text: c.P.Money(l.Amount)}})
	}
	return t
}

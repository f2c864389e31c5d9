// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
)

// API adds the operations of this module.
func (s *Service) API(r *api.Registry) {
	op := func(id, method, path, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: "/payments/{id}" + path, Tag: "payment", Summary: summary, Roles: payers, Scope: scope}
	}
	api.Add(r, op("getPayment", http.MethodGet, "", "What is owed, why, and how the payment stands", api.ScopeRead), s.apiGet)
	begin := op("beginPayment", http.MethodPost, "/begin", "The address of the provider's page on which a person pays", api.ScopeFile)
	begin.Note = "While an attempt is open the same address comes again. The person pays there in a browser."
	api.Add(r, begin, s.apiBegin)
	check := op("checkPayment", http.MethodPost, "/check", "Ask the provider how the payment ended", api.ScopeFile)
	check.Note = "Only the provider's own word settles a payment; it is also asked by itself every few minutes."
	api.Add(r, check, s.apiCheck)
}

type apiPaymentAsked struct {
	ID string `path:"id" maxLength:"64"`
}

type apiPayment struct {
	ID      string           `json:"id"`
	Subject string           `json:"subject" doc:"Id of what is paid for."`
	Title   api.Text         `json:"title"`
	Lines   []apiPaymentLine `json:"lines"`
	Amount  int64            `json:"amount_rials"`
	State   string           `json:"state" enum:"created,started,paid,cancelled,expired,failed,void,disputed"`
	Reason  string           `json:"reason,omitempty"`
	Bank    string           `json:"bank_reference,omitempty"`
	Created time.Time        `json:"created"`
	Paid    *time.Time       `json:"paid,omitempty"`
}

type apiPaymentLine struct {
	Code     string   `json:"code"`
	Name     api.Text `json:"name"`
	Basis    api.Text `json:"basis"`
	Citation api.Text `json:"citation"`
	Amount   int64    `json:"amount_rials"`
}

func apiPaymentOf(p Payment) apiPayment {
	out := apiPayment{
		ID: p.ID, Subject: p.Subject, Title: api.Text{FA: p.TitleFA, EN: p.TitleEN}, Lines: []apiPaymentLine{}, Amount: p.Amount,
		State: string(p.State), Reason: string(p.Reason), Bank: p.Bank, Created: p.Created,
	}
	if !p.Paid.IsZero() {
		out.Paid = &p.Paid
	}
	for _, l := range p.Lines {
		out.Lines = append(out.Lines, apiPaymentLine{
			Code: l.Code, Name: api.Text{FA: l.NameFA, EN: l.NameEN}, Basis: api.Text{FA: l.BasisFA, EN: l.BasisEN},
			Citation: api.Text{FA: l.CitationFA, EN: l.CitationEN}, Amount: l.Amount,
		})
	}
	return out
}

func (s *Service) apiGet(c *api.Call, in *apiPaymentAsked) (apiPayment, error) {
	p, err := s.Get(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiPayment{}, err
	}
	return apiPaymentOf(p), nil
}

type apiBegun struct {
	URL string `json:"url"`
}

func (s *Service) apiBegin(c *api.Call, in *apiPaymentAsked) (apiBegun, error) {
	url, err := s.Begin(c.Context(), c.Actor, in.ID)
	return apiBegun{URL: url}, err
}

func (s *Service) apiCheck(c *api.Call, in *apiPaymentAsked) (apiPayment, error) {
	p, err := s.Get(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiPayment{}, err
	}
	if err := s.Refresh(c.Context(), p.Owner, p.ID); err != nil {
		return apiPayment{}, err
	}
	return s.apiGet(c, in)
}

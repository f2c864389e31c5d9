// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

type apiBranch struct {
	Number string   `json:"number"`
	Name   api.Text `json:"name"`
	Open   int      `json:"open" doc:"Open cases, proposed ones counted."`
}

func (s *Service) apiBranches(c *api.Call, in *APICaseAsked) (api.Page[apiBranch], error) {
	k, err := s.Case(c.Context(), c.Actor, in.ID)
	if err == nil && !s.MayRefer(c.Actor, k) {
		err = errs.New(errs.Forbidden, "")
	}
	if err != nil {
		return api.Page[apiBranch]{}, err
	}
	list, err := s.Branches(c.Context(), k.Unit)
	var out []apiBranch
	for _, b := range list {
		out = append(out, apiBranch{Number: b.Number, Name: api.Text(b.Name), Open: b.Open})
	}
	return api.NewPage(out, ""), err
}

type apiBranchChosen struct {
	APICaseAsked
	Body struct {
		Branch  string `json:"branch" minLength:"1" maxLength:"4"`
		Version int64  `json:"version" minimum:"1" doc:"Of the case as it was read."`
	}
}

func (s *Service) apiConfirm(c *api.Call, in *apiBranchChosen) (api.None, error) {
	return api.None{}, s.ConfirmBranch(c.Context(), c.Actor, in.ID, in.Body.Branch, in.Body.Version)
}

type apiOrder struct {
	APICaseAsked
	Body struct {
		Kind    string      `json:"kind" enum:"hearing,judgment,order,other"`
		Parties []string    `json:"parties" minItems:"1" maxItems:"500" doc:"Ids of the recipients."`
		Title   *api.Text   `json:"title,omitempty" doc:"Only of kind other."`
		Text    *api.Text   `json:"text,omitempty" doc:"What the court writes; en may be empty."`
		Hearing *apiHearing `json:"hearing,omitempty" doc:"Only of kind hearing."`
		Rule    string      `json:"rule,omitempty" maxLength:"40" doc:"Of the term that it starts."`
		Days    int         `json:"days,omitempty" minimum:"1" maximum:"720" doc:"If the court sets the term."`
	}
}

type apiHearing struct {
	At    time.Time `json:"at"`
	Place string    `json:"place" maxLength:"400"`
}

type apiIssued struct {
	ID         string `json:"id"`
	Number     string `json:"number"`
	Electronic bool   `json:"electronic" doc:"Else a work item for service on paper is open."`
}

func (in *apiOrder) order(c *api.Call) NoticeOrder {
	b := in.Body
	o := NoticeOrder{Case: in.ID, Act: c.Act, Kind: b.Kind, Parties: b.Parties, Rule: b.Rule, Days: b.Days}
	if b.Title != nil {
		o.Title = stored(*b.Title)
	}
	if b.Text != nil {
		o.Text = stored(*b.Text)
	}
	if b.Hearing != nil {
		o.Hearing = &Hearing{At: b.Hearing.At, Place: persian.Store(b.Hearing.Place)}
	}
	return o
}

func (s *Service) apiIssue(c *api.Call, in *apiOrder) (api.Page[apiIssued], error) {
	list, err := s.IssueNotices(c.Context(), c.Actor, in.order(c))
	var out []apiIssued
	for _, n := range list {
		out = append(out, apiIssued{ID: n.ID, Number: n.Number, Electronic: n.Electronic})
	}
	return api.NewPage(out, ""), err
}

type apiPreview struct {
	Title      api.Text       `json:"title"`
	Recipients []apiRecipient `json:"recipients"`
}

type apiRecipient struct {
	Party  string   `json:"party"`
	Name   string   `json:"name"`
	Way    string   `json:"way" enum:"account,lawyer,paper,publication"`
	Lawyer string   `json:"lawyer,omitempty" doc:"Who gets it for the party."`
	Paper  api.Text `json:"paper"`
}

func (s *Service) apiPreview(c *api.Call, in *apiOrder) (out apiPreview, err error) {
	p, err := s.PreviewNotices(c.Context(), c.Actor, in.order(c))
	if err != nil {
		return out, err
	}
	out = apiPreview{Title: api.Text(p.Title), Recipients: []apiRecipient{}}
	for i, r := range p.Recipients {
		out.Recipients = append(out.Recipients, apiRecipient{Party: r.Party.ID, Name: r.Party.Name, Way: r.Way, Lawyer: r.Lawyer, Paper: api.Text(p.Papers[i])})
	}
	return out, nil
}

// stored is a text as it is kept, like one of a page's form.
func stored(t api.Text) Text { return Text{FA: persian.Store(t.FA), EN: persian.Store(t.EN)} }

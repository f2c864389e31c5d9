// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"net/http"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// API adds the operations of this module.
func (s *Service) API(r *api.Registry) {
	op := func(id, method, path, summary string, roles []policy.Role, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Tag: "cases", Summary: summary, Roles: roles, Scope: scope}
	}
	s.dayAPI(r)
	s.homeAPI(r)
	list := op("listCases", http.MethodGet, "/cases", "A person's cases, or those of a clerk's or judge's unit, the newest first", readers, api.ScopeRead)
	api.Add(r, list, s.apiCases)
	api.Add(r, op("findCase", http.MethodPost, "/cases/find", "From a number to the case, if it is one of the actor's unit", desks, api.ScopeCourt), s.apiFind)
	api.Add(r, op("getCase", http.MethodGet, "/cases/{id}", "A case with its timeline and deadlines, as far as the actor may see them", readers, api.ScopeRead), s.apiCase)
	api.Add(r, op("listCaseNotices", http.MethodGet, "/cases/{id}/notices", "The notices of a case: to a party its own, to the court all", readers, api.ScopeRead), s.apiNotices)
	served := op("getServedPaper", http.MethodGet, "/cases/{id}/notices/{notice}", "The paper that was served on the lawyer of the party who asks", parties, api.ScopeRead)
	served.Note = "Reading it is recorded and is not service: the term runs from the service on the lawyer. A notice in one's own account is opened there."
	api.Add(r, served, s.apiServedPaper)
	api.Add(r, op("listDeadlines", http.MethodGet, "/deadlines", "What the actor still has to do, the nearest last day first", readers, api.ScopeRead), s.apiDues)
	api.Add(r, op("getDeadline", http.MethodGet, "/cases/{id}/deadlines/{deadline}", "A deadline with its rule, its inputs and a reason for every day", readers, api.ScopeRead), s.apiDeadline)
	api.AddFile(r, op("getDeadlineFile", http.MethodGet, "/cases/{id}/deadlines/{deadline}/calendar.ics", "The deadline as a calendar file", readers, api.ScopeRead),
		[]string{"text/calendar"}, s.apiDeadlineFile)
	api.AddFile(r, op("getHearingFile", http.MethodGet, "/cases/{id}/hearings/{hearing}/calendar.ics", "A hearing as a calendar file", readers, api.ScopeRead),
		[]string{"text/calendar"}, s.apiHearingFile)
	api.Add(r, op("endLawyer", http.MethodDelete, "/cases/{id}/parties/{party}/lawyers/{lawyer}", "End the record of one's lawyer", parties, api.ScopeFile), s.apiEndLawyer)

	api.Add(r, op("listBranches", http.MethodGet, "/cases/{id}/branches", "The branches to which a case can be referred, with their load", judges, api.ScopeRead), s.apiBranches)
	api.Add(r, op("confirmBranch", http.MethodPost, "/cases/{id}/branch", "Refer a case to a branch", judges, api.ScopeCourt), s.apiConfirm)
	send := op("issueNotices", http.MethodPost, "/cases/{id}/notices", "Send a hearing, a judgment, an order or another paper to parties", desks, api.ScopeCourt)
	send.Status = http.StatusCreated
	api.Add(r, send, s.apiIssue)
	preview := op("previewNotices", http.MethodPost, "/cases/{id}/notices/preview", "What issueNotices would send, to whom and how", desks, api.ScopeCourt)
	preview.Note = "Nothing is sent or kept."
	api.Add(r, preview, s.apiPreview)
}

type apiCasesAsked struct {
	api.Paging
	Pending bool `query:"pending" doc:"Only those whose branch is to be confirmed; of a unit's list."`
}

// apiListed is a case in a list.
type apiListed struct {
	ID     string    `json:"id"`
	Number string    `json:"number"`
	Title  api.Text  `json:"title"`
	State  string    `json:"state"`
	Unit   string    `json:"unit"`
	Branch string    `json:"branch" doc:"The confirmed one, else the proposed one."`
	Side   string    `json:"side,omitempty" doc:"Of the person whose list it is."`
	Opened time.Time `json:"opened"`
}

func apiListedOf(list []Listed) (out []apiListed) {
	for _, k := range list {
		out = append(out, apiListed{
			ID: k.ID, Number: k.Number, Title: api.Text(k.Title), State: k.State, Unit: k.Unit, Branch: k.Branch, Side: k.Side, Opened: k.Opened,
		})
	}
	return out
}

func (s *Service) apiCases(c *api.Call, in *apiCasesAsked) (api.Page[apiListed], error) {
	if staff(c.Actor) {
		page, err := s.UnitCases(c.Context(), c.Actor, in.Pending, in.After)
		return api.NewPage(apiListedOf(page.Cases), page.Next), err
	}
	all, err := s.CasesOf(c.Context(), c.Actor)
	if err != nil {
		return api.Page[apiListed]{}, err
	}
	after := ""
	if err := api.ReadCursor(in.After, &after); err != nil {
		return api.Page[apiListed]{}, err
	}
	if after != "" {
		i := slices.IndexFunc(all, func(k Listed) bool { return k.ID == after })
		if i < 0 {
			return api.Page[apiListed]{}, api.BadCursor()
		}
		all = all[i+1:]
	}
	next := ""
	if len(all) > in.Limit {
		all = all[:in.Limit]
		next = api.Cursor(all[in.Limit-1].ID)
	}
	return api.NewPage(apiListedOf(all), next), nil
}

type apiNumber struct {
	Body struct {
		Number string `json:"number" maxLength:"40"`
	}
}

type apiFound struct {
	ID string `json:"id"`
}

func (s *Service) apiFind(c *api.Call, in *apiNumber) (apiFound, error) {
	id, err := s.find(c.Context(), c.Actor, persian.Identifier(in.Body.Number))
	return apiFound{ID: id}, err
}

// APICaseAsked names a case; it is exported for huma, which skips what is not.
type APICaseAsked struct {
	ID string `path:"id" maxLength:"64"`
}

type apiCase struct {
	ID        string        `json:"id"`
	Number    string        `json:"number"`
	Kind      string        `json:"kind"`
	Title     api.Text      `json:"title"`
	State     string        `json:"state"`
	Unit      string        `json:"unit"`
	UnitName  api.Text      `json:"unit_name"`
	Branch    string        `json:"branch,omitempty" doc:"Missing until it is confirmed."`
	Proposed  string        `json:"proposed_branch"`
	Version   int64         `json:"version" doc:"Give it back with an act on the case."`
	Side      string        `json:"side,omitempty" doc:"Of the actor."`
	Opened    time.Time     `json:"opened"`
	Parties   []apiParty    `json:"parties"`
	Timeline  []apiEntry    `json:"timeline" doc:"The first thing first."`
	Deadlines []apiDeadline `json:"deadlines" doc:"Those that stand, without their days."`
	Linked    []apiLinked   `json:"linked,omitempty" doc:"Of an appeal the case of first instance; of that one its appeals."`
	Hearings  []apiToCome   `json:"hearings" doc:"Those to come, the next one first."`
	MaySend   []string      `json:"may_send,omitempty" doc:"Kinds of notices that the actor may send."`
}

// apiToCome is a hearing that is still to come.
type apiToCome struct {
	ID    string    `json:"id"`
	At    time.Time `json:"at"`
	Place string    `json:"place"`
}

type apiLinked struct {
	ID     string   `json:"id,omitempty" doc:"Missing if the actor may not see it."`
	Number string   `json:"number"`
	Unit   api.Text `json:"unit_name"`
	First  bool     `json:"first_instance" doc:"Else it is an appeal."`
}

type apiParty struct {
	ID           string `json:"id"`
	Side         string `json:"side"`
	Kind         string `json:"kind"`
	Name         string `json:"name"`
	NationalCode string `json:"national_code,omitempty" doc:"One's own, and to the court."`
	EntityID     string `json:"entity_id,omitempty" doc:"Of a legal person: one's own, and to the court."`
	Address      string `json:"address,omitempty"`
	Abroad       bool   `json:"abroad"`
	You          bool   `json:"you"`

	Agent *apiAgent `json:"agent,omitempty" doc:"Who signed in the party's name when it opened the case."`
}

type apiAgent struct {
	Name  string   `json:"name"`
	Title api.Text `json:"title" doc:"The capacity in words."`
}

type apiEntry struct {
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"`
	Words    string    `json:"words"`
	By       string    `json:"by,omitempty"`
	Role     string    `json:"role,omitempty"`
	Subject  string    `json:"subject,omitempty"`
	Evidence string    `json:"evidence,omitempty"`
}

type apiDeadline struct {
	ID           string          `json:"id"`
	Case         string          `json:"case"`
	Notice       string          `json:"notice"`
	Seq          int             `json:"seq"`
	Title        api.Text        `json:"title"`
	Side         string          `json:"side" doc:"Who has to act."`
	Rule         string          `json:"rule"`
	Reason       string          `json:"reason" doc:"Why it was computed."`
	Reading      string          `json:"reading,omitempty"`
	RunsFrom     time.Time       `json:"runs_from"`
	Safe         string          `json:"safe"`
	Last         string          `json:"last"`
	Stands       bool            `json:"stands"`
	SupersededBy string          `json:"superseded_by,omitempty"`
	Met          *time.Time      `json:"met,omitempty"`
	Computation  *calendar.Shown `json:"computation,omitempty"`
	History      []string        `json:"history,omitempty" doc:"Ids of all computations of the same notice, the first one first."`
}

func apiDeadlineOf(d Deadline) apiDeadline {
	out := apiDeadline{
		ID: d.ID, Case: d.Case, Notice: d.Notice, Seq: d.Seq, Title: api.Text(d.Title), Side: d.Side, Rule: d.Rule, Reason: d.Reason,
		Reading: d.Reading, RunsFrom: d.RunsFrom, Safe: d.Safe.String(), Last: d.Last.String(), Stands: d.Stands(), SupersededBy: d.SupersededBy,
	}
	if !d.Met.IsZero() {
		out.Met = &d.Met
	}
	return out
}

func (s *Service) apiCase(c *api.Call, in *APICaseAsked) (out apiCase, err error) {
	v, err := s.View(c.Context(), c.Actor, in.ID)
	if err != nil {
		return out, err
	}
	k := v.Case
	out = apiCase{
		ID: k.ID, Number: k.Number, Kind: k.Kind, Title: api.Text(k.Title), State: k.State, Unit: k.Unit, UnitName: api.Text(k.UnitName),
		Branch: k.Branch, Proposed: k.Proposed, Version: k.Version, Side: k.Side, Opened: k.Opened,
		Parties: []apiParty{}, Timeline: []apiEntry{}, Deadlines: []apiDeadline{}, Hearings: []apiToCome{}, MaySend: s.MaySend(c.Actor, k),
	}
	for _, p := range k.Parties {
		party := apiParty{
			ID: p.ID, Side: p.Side, Kind: p.Kind, Name: p.Name, NationalCode: p.NationalCode, EntityID: p.EntityID, Address: p.Address, Abroad: p.Abroad,
			You: p.Person != "" && p.Person == c.Actor.Owner(),
		}
		if p.Agent != "" {
			party.Agent = &apiAgent{Name: p.Agent, Title: api.Text{FA: p.AgentFA, EN: p.AgentEN}}
		}
		out.Parties = append(out.Parties, party)
	}
	for _, l := range v.Linked {
		linked := apiLinked{Number: l.Number, Unit: api.Text(l.Unit), First: l.First}
		if l.Open {
			linked.ID = l.Case
		}
		out.Linked = append(out.Linked, linked)
	}
	for _, e := range v.Entries {
		out.Timeline = append(out.Timeline, apiEntry{
			At: e.At, Kind: e.Kind, Words: e.Words(c.P), By: e.By.Name, Role: string(e.By.Role), Subject: e.Subject, Evidence: e.Evidence,
		})
	}
	for _, d := range v.Deadlines {
		out.Deadlines = append(out.Deadlines, apiDeadlineOf(d))
	}
	for _, h := range v.Hearings {
		out.Hearings = append(out.Hearings, apiToCome(h))
	}
	return out, nil
}

type apiIssuedNotice struct {
	ID    string    `json:"id"`
	Kind  string    `json:"kind"`
	Title api.Text  `json:"title"`
	At    time.Time `json:"at"`
	Party string    `json:"party"`
}

func (s *Service) apiNotices(c *api.Call, in *APICaseAsked) (api.Page[apiIssuedNotice], error) {
	list, err := s.NoticesOf(c.Context(), c.Actor, in.ID)
	var out []apiIssuedNotice
	for _, n := range list {
		out = append(out, apiIssuedNotice{ID: n.ID, Kind: n.Kind, Title: api.Text(n.Title), At: n.At, Party: n.Party})
	}
	return api.NewPage(out, ""), err
}

type apiDue struct {
	Case       string   `json:"case"`
	CaseNumber string   `json:"case_number"`
	Notice     string   `json:"notice"`
	Deadline   string   `json:"deadline"`
	Title      api.Text `json:"title"`
	Rule       string   `json:"rule"`
	Safe       string   `json:"safe"`
	Last       string   `json:"last"`
}

func (s *Service) apiDues(c *api.Call, _ *struct{}) (api.Page[apiDue], error) {
	list, err := s.OpenDeadlines(c.Context(), c.Actor)
	var out []apiDue
	for _, d := range list {
		out = append(out, apiDue{
			Case: d.Case, CaseNumber: d.CaseNumber, Notice: d.Notice, Deadline: d.Deadline, Title: api.Text(d.Title), Rule: d.Rule,
			Safe: d.Safe.String(), Last: d.Last.String(),
		})
	}
	return api.NewPage(out, ""), err
}

type apiDeadlineAsked struct {
	APICaseAsked
	Deadline string `path:"deadline" maxLength:"64"`
}

func (s *Service) apiDeadline(c *api.Call, in *apiDeadlineAsked) (out apiDeadline, err error) {
	d, history, _, err := s.Deadline(c.Context(), c.Actor, in.ID, in.Deadline)
	if err != nil {
		return out, err
	}
	out = apiDeadlineOf(d)
	shown := d.Computation.Show(c.P)
	out.Computation = &shown
	for _, h := range history {
		out.History = append(out.History, h.ID)
	}
	return out, nil
}

func (s *Service) apiDeadlineFile(c *api.Call, in *apiDeadlineAsked) (api.File, error) {
	d, _, _, err := s.Deadline(c.Context(), c.Actor, in.ID, in.Deadline)
	if err != nil {
		return api.File{}, err
	}
	return api.File{Name: "tarazu-deadline.ics", Type: "text/calendar; charset=utf-8", Body: calendarFile(c.P, d)}, nil
}

type apiHearingAsked struct {
	APICaseAsked
	Hearing string `path:"hearing" maxLength:"64"`
}

func (s *Service) apiHearingFile(c *api.Call, in *apiHearingAsked) (api.File, error) {
	h, err := s.Hearing(c.Context(), c.Actor, in.ID, in.Hearing)
	if err != nil {
		return api.File{}, err
	}
	return api.File{Name: "tarazu-hearing.ics", Type: "text/calendar; charset=utf-8", Body: hearingCalendar(c.P, s.d.Clock.Now(), h)}, nil
}

type apiLawyerAsked struct {
	APICaseAsked
	Party  string `path:"party" maxLength:"64"`
	Lawyer string `path:"lawyer" maxLength:"64"`
}

func (s *Service) apiEndLawyer(c *api.Call, in *apiLawyerAsked) (api.None, error) {
	return api.None{}, s.EndLawyer(c.Context(), c.Actor, in.ID, in.Party, in.Lawyer)
}

// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// API adds the operations for the programs of bodies: with a key of the body, not with
// a person's token.
func (s *Service) API(r *api.Registry) {
	op := func(id, method, path, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: "/body/notices" + path, Tag: "inboxes", Summary: summary, Roles: []policy.Role{policy.Representative}, Scope: scope}
	}
	list := op("listBodyNotices", http.MethodGet, "", "The notices of the body, or of the key’s unit and what is below it, the newest arrival first", api.ScopeInboxList)
	list.Note = "They were served when they arrived; neither listing nor opening by a program changes that."
	api.Add(r, list, s.apiList)
	api.Add(r, op("getBodyNotice", http.MethodGet, "/{id}", "One notice without its paper, with its steps", api.ScopeInboxList), s.apiOne)
	open := op("openBodyNotice", http.MethodPost, "/{id}/open", "Open a notice by a program", api.ScopeInboxOpen)
	open.Note = "It is kept as evidence that a program of the body opened it, with which key. Whether that counts as viewing, the law that is in force for the notice says; " +
		"counts tells it. If it does not, the notice stays unopened for people."
	api.Add(r, open, s.apiOpen)
	api.AddFile(r, op("getBodyNoticeContent", http.MethodGet, "/{id}/content", "What was fixed when the notice was issued, byte by byte; only once the program has opened it", api.ScopeInboxOpen),
		[]string{"application/json"}, s.apiContent)
	api.AddFile(r, op("getBodyNoticeReceipt", http.MethodGet, "/{id}/receipt", "The proof of arrival, or of the first opening, as a file; only once it was opened", api.ScopeInboxReceipt),
		[]string{"application/octet-stream"}, s.apiReceipt)
	api.Add(r, op("doneBodyNotice", http.MethodPost, "/{id}/done", "Say that a notice is dealt with", api.ScopeInboxOpen), s.apiDone)
}

type apiDeskAsked struct {
	api.Paging
	Show string `query:"show" enum:"all,open,late,done" default:"all"`
}

type apiDeskNotice struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Title      api.Text   `json:"title"`
	Sender     api.Text   `json:"sender"`
	CaseNumber string     `json:"case_number,omitempty"`
	Unit       string     `json:"unit,omitempty" doc:"Id of the unit at which it is; none: the top of the body."`
	State      string     `json:"state" enum:"new,taken,done"`
	Arrived    time.Time  `json:"arrived"`
	Opened     *time.Time `json:"opened,omitempty" doc:"By somebody whose opening counts."`
	Deemed     *time.Time `json:"deemed,omitempty" doc:"Nobody opened it for the time that the law names."`
}

func apiDeskNoticeOf(i Item) apiDeskNotice {
	out := apiDeskNotice{
		ID: i.Notice, Kind: i.Kind, Title: api.Text(i.Title), Sender: api.Text(i.Sender), CaseNumber: i.CaseNumber, Unit: i.Unit, State: string(i.State), Arrived: i.Arrived,
	}
	if !i.Opened.IsZero() {
		out.Opened = &i.Opened
	}
	if !i.Deemed.IsZero() {
		out.Deemed = &i.Deemed
	}
	return out
}

func (s *Service) apiList(c *api.Call, in *apiDeskAsked) (api.Page[apiDeskNotice], error) {
	f := Filter(in.Show)
	if in.Show == "all" {
		f = ""
	}
	page, err := s.List(c.Context(), c.Actor, f, in.After, in.Limit)
	var list []apiDeskNotice
	for _, i := range page.Items {
		list = append(list, apiDeskNoticeOf(i))
	}
	return api.NewPage(list, page.Next), err
}

// APIDeskByID names a notice; it is exported for huma, which skips what is not.
type APIDeskByID struct {
	ID string `path:"id" maxLength:"64"`
}

type apiDeskStep struct {
	What string    `json:"what" enum:"routed,opened,taken,left,handed,done,again"`
	Unit string    `json:"unit,omitempty"`
	At   time.Time `json:"at"`
}

type apiDeskWhole struct {
	Notice apiDeskNotice `json:"notice"`
	Steps  []apiDeskStep `json:"steps"`
}

func (s *Service) apiOne(c *api.Call, in *APIDeskByID) (out apiDeskWhole, err error) {
	v, err := s.Get(c.Context(), c.Actor, in.ID)
	out.Notice, out.Steps = apiDeskNoticeOf(v.Item), []apiDeskStep{}
	for _, x := range v.Steps {
		out.Steps = append(out.Steps, apiDeskStep{What: x.What, Unit: x.Unit, At: x.At})
	}
	return out, err
}

type apiDeskOpened struct {
	ID     string `json:"id"`
	Number string `json:"number" doc:"18 digits."`
	SHA256 string `json:"content_sha256" doc:"Of what GET …/content gives."`
	Counts bool   `json:"counts" doc:"Whether this opening is viewing in the sense of the law."`
}

func (s *Service) apiOpen(c *api.Call, in *APIDeskByID) (out apiDeskOpened, err error) {
	n, err := s.OpenByProgram(c.Context(), c.Actor, in.ID)
	if err != nil {
		return out, err
	}
	return apiDeskOpened{ID: n.ID, Number: n.Number, SHA256: n.ContentHash, Counts: s.counts(n)}, nil
}

func (s *Service) apiContent(c *api.Call, in *APIDeskByID) (api.File, error) {
	body, n, err := s.Content(c.Context(), c.Actor, in.ID)
	return api.File{Name: "tarazu-notice-" + n.Number + ".json", Type: "application/json", Body: body}, err
}

type apiDeskReceipt struct {
	APIDeskByID
	Of string `query:"of" enum:"arrival,opening" default:"arrival"`
}

func (s *Service) apiReceipt(c *api.Call, in *apiDeskReceipt) (api.File, error) {
	file, n, err := s.Receipt(c.Context(), c.Actor, in.ID, in.Of == "opening")
	return api.File{Name: "tarazu-notice-" + n.Number + "-" + in.Of + ".tlog-proof", Type: "application/octet-stream", Body: file}, err
}

func (s *Service) apiDone(c *api.Call, in *APIDeskByID) (api.None, error) {
	return api.None{}, s.Done(c.Context(), c.Actor, in.ID, "")
}

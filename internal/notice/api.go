// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// API adds the operations of this module.
func (s *Service) API(r *api.Registry) {
	op := func(id, method, path, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Tag: "notices", Summary: summary, Roles: readers, Scope: scope}
	}
	api.Add(r, op("listNotices", http.MethodGet, "/notices", "The inbox, the newest arrival first", api.ScopeRead), s.apiInbox)
	get := op("getNotice", http.MethodGet, "/notices/{id}", "One notice; its paper only once it has been opened", api.ScopeRead)
	get.Note = "Reading never opens a notice."
	api.Add(r, get, s.apiNotice)
	open := op("openNotice", http.MethodPost, "/notices/{id}/open", "Open a notice", api.ScopeFile)
	open.Note = "The first opening is viewing in the sense of the law: who, when and in which capacity is kept as evidence, and a term may begin."
	api.Add(r, open, s.apiOpen)
	api.AddFile(r, op("getNoticeReceipt", http.MethodGet, "/notices/{id}/receipt", "The proof of arrival or of viewing, as a file", api.ScopeRead),
		[]string{"application/octet-stream"}, s.apiReceipt)
	tasks := op("listPaperTasks", http.MethodGet, "/court/paper-tasks", "Notices of the clerk's unit that are to be served on paper", api.ScopeRead)
	tasks.Tag, tasks.Roles = "court", []policy.Role{policy.Clerk}
	api.Add(r, tasks, s.apiPaperTasks)
}

type apiInboxAsked struct {
	api.Paging
	Show string `query:"show" enum:"all,unviewed,term,bodies" default:"all"`
}

// APINoticeAsked names a notice; it is exported for huma, which skips what is not.
type APINoticeAsked struct {
	ID string `path:"id" maxLength:"64"`
}

type apiNotice struct {
	ID         string          `json:"id"`
	Number     string          `json:"number"`
	Kind       string          `json:"kind"`
	Title      api.Text        `json:"title"`
	Sender     api.Text        `json:"sender"`
	Addressee  string          `json:"addressee"`
	Case       string          `json:"case,omitempty"`
	CaseNumber string          `json:"case_number,omitempty"`
	Issued     time.Time       `json:"issued"`
	Arrived    time.Time       `json:"arrived"`
	Viewed     *time.Time      `json:"viewed,omitempty"`
	Term       *apiNoticeTerm  `json:"term,omitempty" doc:"The term that it starts."`
	Paper      *api.Text       `json:"paper,omitempty" doc:"Only once it has been opened."`
	Document   json.RawMessage `json:"document,omitempty" doc:"What was served with it, in canonical JSON."`
	SHA256     string          `json:"content_sha256" doc:"Of what was fixed when it was issued."`
}

type apiNoticeTerm struct {
	Rule     string     `json:"rule"`
	Days     int        `json:"days,omitempty" doc:"If the court set it."`
	RunsFrom *time.Time `json:"runs_from,omitempty" doc:"Missing until it runs."`
	Reading  string     `json:"reading" doc:"The version of the law by which service is judged."`
}

func (s *Service) apiNoticeOf(n Notice) apiNotice {
	out := apiNotice{
		ID: n.ID, Number: n.Number, Kind: n.Kind, Title: api.Text(n.Title), Sender: api.Text{FA: n.UnitName, EN: n.UnitNameEN},
		Addressee: n.AddresseeName, Case: n.Case, CaseNumber: n.CaseNumber, Issued: n.Issued, Arrived: n.Arrived, SHA256: n.ContentHash,
		Document: n.Document,
	}
	if n.Opened() {
		out.Viewed = &n.Viewed
	}
	if n.HasTerm() {
		e := s.Effect(n)
		out.Term = &apiNoticeTerm{Rule: n.Rule, Days: n.Days, Reading: e.Reading.Name()}
		if t := e.RunsFrom(); !t.IsZero() {
			out.Term.RunsFrom = &t
		}
	}
	if n.Paper != (Text{}) {
		paper := api.Text(n.Paper)
		out.Paper = &paper
	}
	return out
}

type apiInbox struct {
	api.Page[apiNotice]
	Counts apiCounts `json:"counts"`
}

type apiCounts struct {
	All      int `json:"all"`
	Unviewed int `json:"unviewed"`
	Term     int `json:"term"`
	Bodies   int `json:"bodies" doc:"Of other organisations than the courts."`
}

func (s *Service) apiInbox(c *api.Call, in *apiInboxAsked) (out apiInbox, err error) {
	page, err := s.Inbox(c.Context(), c.Actor, Filter(in.Show), Page{Cursor: in.After, Size: in.Limit})
	if err != nil {
		return out, err
	}
	counts, err := s.Counts(c.Context(), c.Actor)
	if err != nil {
		return out, err
	}
	if err := s.Listed(c.Context(), c.Actor, page.Notices); err != nil {
		c.Log().Warn("notice: the list was not noted as seen", "error", err)
	}
	var list []apiNotice
	for _, n := range page.Notices {
		list = append(list, s.apiNoticeOf(n))
	}
	return apiInbox{Page: api.NewPage(list, page.Next), Counts: apiCounts(counts)}, nil
}

func (s *Service) apiNotice(c *api.Call, in *APINoticeAsked) (apiNotice, error) {
	n, err := s.Get(c.Context(), c.Actor, in.ID)
	if err == nil && n.Opened() {
		n, err = s.Read(c.Context(), c.Actor, in.ID)
	}
	if err != nil {
		return apiNotice{}, err
	}
	return s.apiNoticeOf(n), nil
}

func (s *Service) apiOpen(c *api.Call, in *APINoticeAsked) (apiNotice, error) {
	n, err := s.Open(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiNotice{}, err
	}
	return s.apiNoticeOf(n), nil
}

type apiReceiptAsked struct {
	APINoticeAsked
	Of string `query:"of" enum:"arrival,viewing" default:"arrival"`
}

func (s *Service) apiReceipt(c *api.Call, in *apiReceiptAsked) (api.File, error) {
	file, n, err := s.Receipt(c.Context(), c.Actor, in.ID, in.Of == "viewing")
	return api.File{Name: "tarazu-notice-" + n.Number + "-" + in.Of + ".tlog-proof", Type: "application/octet-stream", Body: file}, err
}

type apiPaperTask struct {
	ID         string    `json:"id"`
	Notice     string    `json:"notice"`
	Number     string    `json:"number"`
	Case       string    `json:"case"`
	CaseNumber string    `json:"case_number"`
	Addressee  string    `json:"addressee"`
	Title      api.Text  `json:"title"`
	Reason     string    `json:"reason"`
	Since      time.Time `json:"since"`
}

func (s *Service) apiPaperTasks(c *api.Call, in *api.Paging) (api.Page[apiPaperTask], error) {
	page, err := s.PaperTaskPage(c.Context(), c.Actor, Page{Cursor: in.After, Size: in.Limit})
	var list []apiPaperTask
	for _, k := range page.Tasks {
		list = append(list, apiPaperTask{
			ID: k.ID, Notice: k.Notice, Number: k.Number, Case: k.Case, CaseNumber: k.CaseNumber, Addressee: k.AddresseeName,
			Title: api.Text(k.Title), Reason: k.Reason, Since: k.Opened,
		})
	}
	return api.NewPage(list, page.Next), err
}

// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// API adds the operations of this package: the same files, rules and results as
// on the pages. What changes something takes a token of signing in.
func (s *Service) API(r *api.Registry) {
	op := func(id, method, path, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: "/introductions" + path, Tag: "introductions", Summary: summary, Roles: introducers(), Scope: scope}
	}
	api.Add(r, op("listIntroductions", http.MethodGet, "", "The files of introductions of my source, the newest first", api.ScopeRead), s.apiList)
	api.Add(r, op("getIntroduction", http.MethodGet, "/{id}", "One file, with how many of its rows came to what", api.ScopeRead), s.apiGet)
	api.Add(r, op("listIntroductionRows", http.MethodGet, "/{id}/rows", "Its rows with their results, in the order of the file", api.ScopeRead), s.apiRows)
	send := op("sendIntroduction", http.MethodPost, "", "Send a file and have every row checked", api.ScopeAccount)
	send.Note = "The body is the file itself, as application/octet-stream: CSV in UTF-8 or XLSX. Nothing is given by it: that takes apply."
	send.Takes, send.MaxBody, send.Timeout, send.Status = "application/octet-stream", MaxBytes+1, 2*time.Minute, http.StatusCreated
	api.Add(r, send, s.apiSend)
	api.Add(r, op("applyIntroduction", http.MethodPost, "/{id}/apply", "Apply its right rows, in the background", api.ScopeAccount), s.apiApply)
	api.Add(r, op("undoIntroduction", http.MethodPost, "/{id}/undo", "Take back what it gave and changed, in the background", api.ScopeAccount), s.apiUndo)
}

type apiBatch struct {
	ID      string         `json:"id"`
	Kind    string         `json:"kind"`
	Source  string         `json:"source" doc:"Short name of who introduces; empty for the administrators."`
	File    string         `json:"file"`
	SHA256  string         `json:"sha256"`
	State   string         `json:"state" enum:"reading,checked,applying,applied,undoing,undone"`
	Rows    int            `json:"rows"`
	Wrong   int            `json:"wrong" doc:"Rows with a problem: they are left out."`
	Done    int            `json:"done" doc:"Rows that are through, while applying or undoing."`
	Sent    time.Time      `json:"sent"`
	Results map[string]int `json:"results,omitempty" doc:"How many rows came to what."`
}

func apiOf(b Batch, counts map[Outcome]int) apiBatch {
	out := apiBatch{
		ID: b.ID, Kind: b.Kind, Source: b.Source, File: b.File, SHA256: b.SHA256, State: string(b.State), Rows: b.Total, Wrong: b.Wrong,
		Done: b.Done, Sent: b.Created,
	}
	for o, n := range counts {
		if out.Results == nil {
			out.Results = map[string]int{}
		}
		out.Results[string(o)] = n
	}
	return out
}

type apiListed struct {
	After string `query:"after" maxLength:"400"`
}

func (s *Service) apiList(c *api.Call, in *apiListed) (out api.Page[apiBatch], err error) {
	after := ""
	if err := api.ReadCursor(in.After, &after); err != nil {
		return out, err
	}
	if after != "" && !id.Valid(after) {
		return out, api.BadCursor()
	}
	list, more, err := s.Batches(c.Context(), c.Actor, after)
	if err != nil {
		return out, err
	}
	items := make([]apiBatch, len(list))
	for i, b := range list {
		items[i] = apiOf(b, nil)
	}
	next := ""
	if more && len(list) > 0 {
		next = api.Cursor(list[len(list)-1].ID)
	}
	return api.NewPage(items, next), nil
}

// APIBatchByID names a file; it is exported for huma, which skips what is not.
type APIBatchByID struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Service) apiGet(c *api.Call, in *APIBatchByID) (apiBatch, error) {
	b, counts, err := s.Batch(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiBatch{}, err
	}
	return apiOf(b, counts), nil
}

type apiRow struct {
	Line    int               `json:"line"`
	Cells   map[string]string `json:"cells"`
	Result  string            `json:"result,omitempty" doc:"What became of it, once it was applied."`
	Field   string            `json:"field,omitempty" doc:"The column with the problem."`
	Problem string            `json:"problem,omitempty" doc:"In words, in the language of the request."`
}

type apiRowsOf struct {
	APIBatchByID
	api.Paging
}

func (s *Service) apiRows(c *api.Call, in *apiRowsOf) (out api.Page[apiRow], err error) {
	after := 0
	if err := api.ReadCursor(in.After, &after); err != nil || after < 0 {
		return out, api.BadCursor()
	}
	lines, err := s.Lines(c.Context(), c.Actor, in.ID, after, in.Limit+1)
	if err != nil {
		return out, err
	}
	next := ""
	if len(lines) > in.Limit {
		lines = lines[:in.Limit]
		next = api.Cursor(lines[in.Limit-1].N)
	}
	items := make([]apiRow, len(lines))
	for i, l := range lines {
		items[i] = apiRow{Line: l.Line, Cells: l.Cells, Result: string(l.Outcome), Field: l.Field}
		if l.Problem != "" {
			items[i].Problem = c.P.T(l.Problem)
		}
	}
	return api.NewPage(items, next), nil
}

type apiSent struct {
	Kind    string `query:"kind" required:"true" maxLength:"40"`
	Source  string `query:"source" maxLength:"100" doc:"For whom; empty for my own source if I have one only."`
	Name    string `query:"name" required:"true" maxLength:"200" doc:"Name of the file, for people."`
	RawBody []byte
}

func (s *Service) apiSend(c *api.Call, in *apiSent) (apiBatch, error) {
	offers, err := s.Offers(c.Context(), c.Actor)
	if err != nil {
		return apiBatch{}, err
	}
	source := in.Source
	for _, o := range offers {
		if o.Kind.Kind == in.Kind && source == "" && len(o.Sources) == 1 {
			source = o.Sources[0].Source
		}
	}
	b, err := s.Check(c.Context(), c.Actor, in.Kind, source, in.Name, in.RawBody)
	if err != nil {
		return apiBatch{}, err
	}
	return apiOf(b, nil), nil
}

func (s *Service) apiApply(c *api.Call, in *APIBatchByID) (apiBatch, error) {
	return s.moved(c, in.ID, s.Apply(c.Context(), c.Actor, in.ID))
}

func (s *Service) apiUndo(c *api.Call, in *APIBatchByID) (apiBatch, error) {
	return s.moved(c, in.ID, s.Undo(c.Context(), c.Actor, in.ID))
}

func (s *Service) moved(c *api.Call, batch string, err error) (apiBatch, error) {
	if err != nil {
		return apiBatch{}, err
	}
	b, counts, err := s.Batch(c.Context(), c.Actor, batch)
	if err != nil {
		return apiBatch{}, errs.New(errs.NotFound, "intro.no_batch").Because(err)
	}
	return apiOf(b, counts), nil
}

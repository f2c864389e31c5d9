// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// API adds the operations of this package.
func (s *Service) API(r *api.Registry) {
	op := func(id, method, path, summary string) api.Op {
		scope := api.ScopeRead
		if method != http.MethodGet {
			scope = api.ScopeCourt
		}
		return api.Op{ID: id, Method: method, Path: path, Tag: "court", Summary: summary, Roles: []policy.Role{policy.Clerk}, Scope: scope}
	}
	api.Add(r, op("listBatches", http.MethodGet, "/court/batches", "The batches of notices of the unit, the newest first"), s.apiBatches)
	api.Add(r, op("getBatch", http.MethodGet, "/court/batches/{id}", "How far a batch is"), s.apiBatch)
	api.Add(r, op("listBatchFaults", http.MethodGet, "/court/batches/{id}/faults", "The rows of a batch that were not issued, with the reason"), s.apiFaults)
	api.Add(r, op("pauseBatch", http.MethodPost, "/court/batches/{id}/pause", "Let a batch wait"), s.apiPause)
	api.Add(r, op("continueBatch", http.MethodPost, "/court/batches/{id}/continue", "Let a paused batch go on"), s.apiContinue)
	api.Add(r, op("stopBatch", http.MethodPost, "/court/batches/{id}/stop", "End a batch: what waits is not issued"), s.apiStop)
}

// APINoticeBatch is a batch as programs see it.
type APINoticeBatch struct {
	ID      string    `json:"id"`
	Title   api.Text  `json:"title"`
	State   State     `json:"state" enum:"taking,checked,going,paused,done,stopped"`
	Total   int       `json:"total"`
	Issued  int       `json:"issued" doc:"With those that go on paper."`
	Paper   int       `json:"paper" doc:"Of the issued ones; 0 in lists."`
	Refused int       `json:"refused"`
	Twins   int       `json:"twins" doc:"Rows that are in a batch of the sender already."`
	Waiting int       `json:"waiting"`
	Made    time.Time `json:"made"`
}

// ToAPI is a batch for programs.
func ToAPI(b Batch) APINoticeBatch {
	return APINoticeBatch{ID: b.ID, Title: api.Text(b.Title), State: b.State, Total: b.Total, Issued: b.Issued, Paper: b.Paper,
		Refused: b.Refused, Twins: b.Twins, Waiting: b.Waiting(), Made: b.Made}
}

type apiListAsked struct {
	After string `query:"after" maxLength:"40" doc:"The cursor of the page before."`
}

func (s *Service) apiBatches(c *api.Call, in *apiListAsked) (api.Page[APINoticeBatch], error) {
	list, next, err := s.Batches(c.Context(), c.Actor, in.After)
	var out []APINoticeBatch
	for _, b := range list {
		out = append(out, ToAPI(b))
	}
	return api.NewPage(out, next), err
}

type apiAsked struct {
	ID string `path:"id" maxLength:"40"`
}

func (s *Service) apiBatch(c *api.Call, in *apiAsked) (APINoticeBatch, error) {
	b, err := s.Batch(c.Context(), c.Actor, in.ID)
	return ToAPI(b), err
}

type apiFaultsAsked struct {
	ID    string `path:"id" maxLength:"40"`
	After int64  `query:"after" minimum:"0" default:"0" doc:"Rows after this one."`
}

type apiNoticeFault struct {
	Row    int64    `json:"row" doc:"The first one is 1."`
	Label  string   `json:"label"`
	Twin   bool     `json:"twin"`
	Reason api.Text `json:"reason"`
}

func (s *Service) apiFaults(c *api.Call, in *apiFaultsAsked) (out api.Page[apiNoticeFault], err error) {
	list, _, err := s.Faults(c.Context(), c.Actor, in.ID, in.After-1)
	var rows []apiNoticeFault
	for _, f := range list {
		rows = append(rows, apiNoticeFault{Row: f.N + 1, Label: f.Label, Twin: f.Twin, Reason: api.Text(f.Reason)})
	}
	return api.NewPage(rows, ""), err
}

// steered is a batch after a step.
func (s *Service) steered(c *api.Call, id string, step func(context.Context, policy.Actor, string) error) (APINoticeBatch, error) {
	if err := step(c.Context(), c.Actor, id); err != nil {
		return APINoticeBatch{}, err
	}
	b, err := s.Batch(c.Context(), c.Actor, id)
	return ToAPI(b), err
}

func (s *Service) apiPause(c *api.Call, in *apiAsked) (APINoticeBatch, error) {
	return s.steered(c, in.ID, s.Pause)
}

func (s *Service) apiContinue(c *api.Call, in *apiAsked) (APINoticeBatch, error) {
	return s.steered(c, in.ID, s.Continue)
}

func (s *Service) apiStop(c *api.Call, in *apiAsked) (APINoticeBatch, error) {
	return s.steered(c, in.ID, s.Stop)
}

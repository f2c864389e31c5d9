// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"encoding/json"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
)

type apiServedAsked struct {
	APICaseAsked
	Notice string `path:"notice" maxLength:"64"`
}

type apiServedPaper struct {
	ID       string          `json:"id"`
	Number   string          `json:"number"`
	Kind     string          `json:"kind"`
	Title    api.Text        `json:"title"`
	Sender   api.Text        `json:"sender"`
	Lawyer   string          `json:"lawyer" doc:"On whom it was served."`
	Served   time.Time       `json:"served"`
	RunsFrom *time.Time      `json:"runs_from,omitempty" doc:"From when its term runs; missing if it has none, or not yet."`
	Paper    api.Text        `json:"paper"`
	Document json.RawMessage `json:"document,omitempty" doc:"What was served with it, in canonical JSON."`
	SHA256   string          `json:"content_sha256" doc:"Of what was fixed when it was issued."`
}

func (s *Service) apiServedPaper(c *api.Call, in *apiServedAsked) (apiServedPaper, error) {
	n, err := s.ServedPaper(c.Context(), c.Actor, in.ID, in.Notice)
	if err != nil {
		return apiServedPaper{}, err
	}
	e := s.d.Notice.Effect(n)
	out := apiServedPaper{
		ID: n.ID, Number: n.Number, Kind: n.Kind, Title: api.Text(n.Title), Sender: api.Text{FA: n.UnitName, EN: n.UnitNameEN},
		Lawyer: n.AddresseeName, Served: servedOn(e, n), Paper: api.Text(n.Paper), Document: n.Document, SHA256: n.ContentHash,
	}
	if from := e.RunsFrom(); n.HasTerm() && !from.IsZero() {
		out.RunsFrom = &from
	}
	return out, nil
}

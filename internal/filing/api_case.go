// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
)

// apiCases adds what can be filed on a case.
func (s *Service) apiCases(r *api.Registry) {
	op := api.Op{
		ID: "listCaseServices", Method: http.MethodGet, Path: "/cases/{id}/services", Tag: "filings", Roles: filers, Scope: api.ScopeRead,
		Summary: "What the actor can file on a case: briefs, and objections with the notices that they can attack",
	}
	api.Add(r, op, s.apiOnCase)
}

// APIOnCaseAsked names a case.
type APIOnCaseAsked struct {
	ID string `path:"id" maxLength:"64"`
}

type apiOnCase struct {
	Service string        `json:"service" doc:"For startFiling."`
	Kind    string        `json:"kind"`
	Title   api.Text      `json:"title"`
	Summary api.Text      `json:"summary"`
	Against []apiAttacked `json:"against,omitempty" doc:"Of an objection: one of these is given as notice."`
}

type apiAttacked struct {
	Notice string    `json:"notice"`
	Kind   string    `json:"kind"`
	Title  api.Text  `json:"title"`
	At     time.Time `json:"at"`
}

func (s *Service) apiOnCase(c *api.Call, in *APIOnCaseAsked) (api.Page[apiOnCase], error) {
	k, err := s.d.Docket.Case(c.Context(), c.Actor, in.ID)
	if err != nil {
		return api.Page[apiOnCase]{}, err
	}
	list, err := s.titlesOn(c.Context(), c.Actor, k)
	var out []apiOnCase
	for _, t := range list {
		item := apiOnCase{Service: t.def.Code, Kind: string(t.def.Kind), Title: api.Text(t.def.Title), Summary: api.Text(t.def.Summary)}
		for _, n := range t.attacks {
			item.Against = append(item.Against, apiAttacked{Notice: n.ID, Kind: n.Kind, Title: api.Text(n.Title), At: n.At})
		}
		out = append(out, item)
	}
	return api.NewPage(out, ""), err
}

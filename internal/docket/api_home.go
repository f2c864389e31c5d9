// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/api"
)

// homeAPI adds the operations on the address for papers.
func (s *Service) homeAPI(r *api.Registry) {
	op := func(id, method, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: PathHome, Tag: "cases", Summary: summary, Roles: homeOwners, Scope: scope}
	}
	api.Add(r, op("listResidences", http.MethodGet, "The address for papers that each open case of mine has", api.ScopeRead), s.apiHomes)
	move := op("moveResidence", http.MethodPut, "Give all my open cases a new address for papers", api.ScopeAccount)
	move.Note = "In one transaction, each with evidence; papers on their way follow. Until then service at the former address holds. An address that is hidden is changed where it was hidden (409 docket.home.hidden)."
	api.Add(r, move, s.apiMoveHome)
}

type apiHome struct {
	Case     string   `json:"case"`
	Number   string   `json:"number"`
	Title    api.Text `json:"title"`
	Name     string   `json:"name" doc:"Of the party."`
	Address  string   `json:"address"`
	Province string   `json:"province,omitempty"`
	County   string   `json:"county,omitempty"`
}

func (s *Service) apiHomes(c *api.Call, _ *struct{}) (api.Page[apiHome], error) {
	list, err := s.Homes(c.Context(), c.Actor)
	var out []apiHome
	for _, h := range list {
		out = append(out, apiHome{
			Case: h.Case, Number: h.Number, Title: api.Text{FA: h.TitleFA, EN: h.TitleEN}, Name: h.Name, Address: h.Address, Province: h.Province, County: h.County,
		})
	}
	return api.NewPage(out, ""), err
}

type apiHomeMoved struct {
	Body struct {
		Address  string `json:"address" maxLength:"500"`
		Province string `json:"province" maxLength:"40" doc:"Its key, as in a filing."`
		County   string `json:"county" maxLength:"40" doc:"Its key, as in a filing."`
	}
}

type apiMovedIn struct {
	Changed int `json:"changed" doc:"In how many cases the address was another one."`
}

func (s *Service) apiMoveHome(c *api.Call, in *apiHomeMoved) (out apiMovedIn, err error) {
	out.Changed, err = s.MoveHome(c.Context(), c.Actor, Home{Address: in.Body.Address, Province: in.Body.Province, County: in.Body.County})
	return out, err
}

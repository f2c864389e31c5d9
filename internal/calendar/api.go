// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// API adds the operations of this module: counting a term, for everybody.
func (s *Service) API(r *api.Registry) {
	get := func(id, path, summary string) api.Op {
		return api.Op{ID: id, Method: http.MethodGet, Path: path, Tag: "calendar", Summary: summary, Roles: web.Anyone}
	}
	api.Add(r, get("computeDeadline", "/calendar/deadline", "Count a statutory term, with a reason for every day"), s.apiCompute)
	api.Add(r, get("listRules", "/calendar/rules", "The codes of the terms that can be counted"), s.apiRules)
}

type apiInput struct {
	Rule     string `query:"rule" required:"true" maxLength:"40" example:"cpc-336"`
	Served   string `query:"served" required:"true" maxLength:"10" example:"2025-05-11" doc:"Day of service, Gregorian or Jalali."`
	Abroad   bool   `query:"abroad" doc:"The addressee lives abroad."`
	Province string `query:"province" maxLength:"60" doc:"Of the court, in Persian or English: its closures count too."`
	Days     int    `query:"days" minimum:"0" maximum:"720" doc:"The term the court set, for rules that leave it to the court."`
}

func (s *Service) apiCompute(c *api.Call, in *apiInput) (Shown, error) {
	served, err := civil.Parse(in.Served)
	if err != nil {
		return Shown{}, wrong("served", "form.day_none")
	}
	got, err := s.Compute(c.Context(), Input{Rule: in.Rule, Served: served, Abroad: in.Abroad, Province: in.Province, Days: in.Days})
	if err != nil {
		return Shown{}, err
	}
	return got.Show(c.P), nil
}

type apiRule struct {
	Code string `json:"code"`
}

func (s *Service) apiRules(*api.Call, *struct{}) (api.Page[apiRule], error) {
	var out []apiRule
	for _, code := range s.law.Rules.Codes() {
		out = append(out, apiRule{Code: code})
	}
	return api.NewPage(out, ""), nil
}

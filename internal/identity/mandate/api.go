// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// API adds the operations of this package. What gives or ends a mandate takes a
// token of signing in.
func (s *Service) API(r *api.Registry) {
	op := func(id, method, path, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: "/account/mandates" + path, Tag: "mandates", Summary: summary, Roles: web.SignedIn, Scope: scope}
	}
	api.Add(r, op("listMandates", http.MethodGet, "", "What I let others do for me, and what others let me do", api.ScopeRead), s.apiList)
	api.Add(r, op("getMandate", http.MethodGet, "/{id}", "One mandate", api.ScopeRead), s.apiGet)
	draft := op("draftMandate", http.MethodPost, "", "Fix the terms of a mandate", api.ScopeAccount)
	draft.Status, draft.Note = http.StatusCreated, "Nothing is given by it: that takes a code from a text message, and the other person's acceptance."
	api.Add(r, draft, s.apiDraft)
	api.Add(r, op("sendMandateCode", http.MethodPost, "/{id}/code", "Have the code for giving it sent to my telephone", api.ScopeAccount), s.apiCode)
	api.Add(r, op("giveMandate", http.MethodPost, "/{id}/give", "Offer it, with the code", api.ScopeAccount), s.apiGive)
	api.Add(r, op("acceptMandate", http.MethodPost, "/{id}/accept", "Accept one that I was offered; PUT /sessions/current acts in it", api.ScopeAccount), s.apiAccept)
	scope := op("setMandateNotices", http.MethodPut, "/{id}/notices", "Change the groups of notices that a mandate of mine covers", api.ScopeAccount)
	scope.Note = "What it covers no more ends at once. For what it did not cover before a new mandate is drafted (wider), which takes the code and the acceptance; until then this one stands."
	api.Add(r, scope, s.apiScope)
	api.Add(r, op("endMandate", http.MethodDelete, "/{id}", "Take it back, decline it or resign, at once", api.ScopeAccount), s.apiEnd)
}

type apiMandate struct {
	ID       string   `json:"id"`
	Number   string   `json:"number"`
	Kind     string   `json:"kind" enum:"helper,lawyer,office,staff"`
	State    string   `json:"state" enum:"draft,offered,active,ended"`
	Giver    string   `json:"giver" doc:"Name."`
	Taker    string   `json:"taker" doc:"Name."`
	Mine     bool     `json:"mine" doc:"I have given it, or somebody for whom I act by law."`
	Rights   []string `json:"rights"`
	Cases    []string `json:"cases,omitempty" doc:"With titles: the cases to which it is limited; neither: all matters."`
	Titles   []string `json:"titles,omitempty" doc:"Codes of the titles to which it is limited."`
	Notices  []string `json:"notices,omitempty" doc:"The groups of notices that it covers; missing: all of them; none: no notice at all."`
	Replaces string   `json:"replaces,omitempty" doc:"The mandate whose place it takes when it is accepted."`
	Until    string   `json:"until" format:"date"`
	Capacity string   `json:"capacity,omitempty" doc:"For the taker, while it holds: the capacity to act in."`
	Why      string   `json:"why,omitempty" doc:"Of one that has ended: revoked, resigned, declined, over, replaced, died, incapacity, merged."`
}

func (s *Service) apiOf(c *api.Call, m Mandate) (apiMandate, error) {
	if m.GiverName == "" {
		if err := s.names(c.Context(), &m); err != nil {
			return apiMandate{}, err
		}
	}
	out := apiMandate{
		ID: m.ID, Number: m.Number, Kind: string(m.Kind), State: string(m.Standing(s.today())), Giver: m.GiverName, Taker: m.TakerName,
		Mine: m.Taker != c.Actor.Person, Rights: []string{}, Until: m.Until.String(), Why: m.Why,
		Notices: m.Notices, Replaces: m.Replaces,
	}
	if m.Only != nil {
		out.Cases, out.Titles = m.Only.Cases, m.Only.Titles
	}
	for _, r := range m.Rights {
		out.Rights = append(out.Rights, string(r))
	}
	if !out.Mine && m.Holds(s.today()) {
		out.Capacity = m.Capacity
	}
	return out, nil
}

type apiMandates struct {
	Mandates []apiMandate `json:"mandates"`
}

func (s *Service) apiList(c *api.Call, _ *struct{}) (out apiMandates, err error) {
	given, taken, err := s.Mine(c.Context(), c.Actor)
	out.Mandates = []apiMandate{}
	for _, m := range append(given, taken...) {
		one, err := s.apiOf(c, m)
		if err != nil {
			return out, err
		}
		out.Mandates = append(out.Mandates, one)
	}
	return out, err
}

// APIMandateByID names a mandate; it is exported for huma, which skips what is not.
type APIMandateByID struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Service) apiGet(c *api.Call, in *APIMandateByID) (apiMandate, error) {
	m, err := s.Get(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiMandate{}, err
	}
	return s.apiOf(c, m)
}

type apiMandateDrafted struct {
	Body struct {
		Kind     string   `json:"kind" enum:"helper,lawyer,office,staff"`
		Taker    string   `json:"taker" maxLength:"20" doc:"National code or judicial identifier."`
		LastName string   `json:"last_name" maxLength:"100" doc:"Of the taker, as a check."`
		Rights   []string `json:"rights" maxItems:"5"`
		Cases    []string `json:"cases,omitempty" maxItems:"500" doc:"Of a contract with a lawyer: the cases to which it is limited, of the giver's own. With titles empty: all matters."`
		Titles   []string `json:"titles,omitempty" maxItems:"100" doc:"Codes of the titles under which something new may be filed, if it is limited."`
		Notices  []string `json:"notices,omitempty" maxItems:"20" doc:"Groups of notices that it covers: summons, judgments, execution, registry, other_side, bodies, rest; [\"none\"]: no notice at all; missing: all that the giver has."`
		Until    string   `json:"until" format:"date"`
	}
}

func (s *Service) apiDraft(c *api.Call, in *apiMandateDrafted) (apiMandate, error) {
	until, err := civil.Parse(in.Body.Until)
	if err != nil {
		return apiMandate{}, errs.InvalidFields([]errs.Field{{Name: "until", Code: "form.wrong"}})
	}
	n := NewMandate{Kind: Kind(in.Body.Kind), Taker: in.Body.Taker, LastName: in.Body.LastName, Until: until, Act: c.Act,
		Cases: in.Body.Cases, Titles: in.Body.Titles, Notices: in.Body.Notices}
	for _, r := range in.Body.Rights {
		n.Rights = append(n.Rights, policy.Right(r))
	}
	m, err := s.Draft(c.Context(), c.Actor, n)
	if err != nil {
		return apiMandate{}, err
	}
	return s.apiOf(c, m)
}

func (s *Service) apiCode(c *api.Call, in *APIMandateByID) (api.None, error) {
	return api.None{}, s.SendCode(c.Context(), c.Actor, in.ID)
}

type apiMandateGiven struct {
	APIMandateByID
	Body struct {
		Code string `json:"code" maxLength:"20"`
	}
}

func (s *Service) apiGive(c *api.Call, in *apiMandateGiven) (apiMandate, error) {
	m, err := s.Give(c.Context(), c.Actor, in.ID, in.Body.Code)
	if err != nil {
		return apiMandate{}, err
	}
	return s.apiOf(c, m)
}

func (s *Service) apiAccept(c *api.Call, in *APIMandateByID) (apiMandate, error) {
	m, err := s.Accept(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiMandate{}, err
	}
	return s.apiOf(c, m)
}

func (s *Service) apiEnd(c *api.Call, in *APIMandateByID) (api.None, error) {
	return api.None{}, s.End(c.Context(), c.Actor, in.ID)
}

type apiMandateNotices struct {
	APIMandateByID
	Body struct {
		Notices []string `json:"notices,omitempty" maxItems:"20" doc:"Groups of notices, as of draftMandate; missing: all of them."`
	}
}

type apiMandateScoped struct {
	Mandate apiMandate  `json:"mandate" doc:"As it stands now."`
	Wider   *apiMandate `json:"wider,omitempty" doc:"The draft that takes its place once it is given and accepted."`
}

func (s *Service) apiScope(c *api.Call, in *apiMandateNotices) (out apiMandateScoped, err error) {
	m, wider, err := s.SetNotices(c.Context(), c.Actor, in.ID, in.Body.Notices, c.Act)
	if err != nil {
		return out, err
	}
	if out.Mandate, err = s.apiOf(c, m); err != nil || wider == nil {
		return out, err
	}
	w, err := s.apiOf(c, *wider)
	out.Wider = &w
	return out, err
}

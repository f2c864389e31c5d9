// SPDX-License-Identifier: Apache-2.0

package body

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// API adds the operations of this package: for bodies that run their own personnel
// software, and for who was offered a post.
func (s *Service) API(r *api.Registry) {
	rep := []policy.Role{policy.Representative}
	op := func(id, method, path, summary string, roles []policy.Role, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: "/account" + path, Tag: "units", Summary: summary, Roles: roles, Scope: scope}
	}
	api.Add(r, op("listUnits", http.MethodGet, "/body/units", "The units of the body that I act for, from the top down, with their people", rep, api.ScopeRead), s.apiTree)
	api.Add(r, op("getUnit", http.MethodGet, "/body/units/{id}", "One unit, with its posts and its history", rep, api.ScopeRead), s.apiUnitOne)
	add := op("addUnit", http.MethodPost, "/body/units", "Add a unit", rep, api.ScopeAccount)
	add.Status = http.StatusCreated
	api.Add(r, add, s.apiMake)
	api.Add(r, op("renameUnit", http.MethodPut, "/body/units/{id}/name", "Give a unit another name or code", rep, api.ScopeAccount), s.apiRename)
	api.Add(r, op("moveUnit", http.MethodPut, "/body/units/{id}/parent", "Move a unit with everything below it", rep, api.ScopeAccount), s.apiMove)
	api.Add(r, op("endUnit", http.MethodDelete, "/body/units/{id}", "End a unit and the posts at it, at once", rep, api.ScopeAccount), s.apiClose)
	give := op("givePost", http.MethodPost, "/body/units/{id}/posts", "Offer somebody a post at a unit", rep, api.ScopeAccount)
	give.Status, give.Note = http.StatusCreated, "Nothing is allowed by it before the person has accepted."
	api.Add(r, give, s.apiGive)
	api.Add(r, op("listPosts", http.MethodGet, "/posts", "The posts that I was offered", web.SignedIn, api.ScopeRead), s.apiMine)
	api.Add(r, op("getPost", http.MethodGet, "/posts/{id}", "One post: my own, or one in which I have a say for the body", web.SignedIn, api.ScopeRead), s.apiPostOne)
	api.Add(r, op("acceptPost", http.MethodPost, "/posts/{id}/accept", "Accept a post; PUT /sessions/current acts in it", web.SignedIn, api.ScopeAccount), s.apiAccept)
	api.Add(r, op("endPost", http.MethodDelete, "/posts/{id}", "End it for the body, decline it or resign, at once", web.SignedIn, api.ScopeAccount), s.apiEnd)
}

type apiBodyUnit struct {
	ID     string        `json:"id"`
	Code   string        `json:"code" doc:"As the body writes it."`
	NameFA string        `json:"name_fa"`
	NameEN string        `json:"name_en"`
	Parent string        `json:"parent,omitempty" doc:"Id of the unit above; none at the top."`
	From   string        `json:"from" format:"date"`
	Until  string        `json:"until,omitempty" doc:"The day on which it was ended."`
	Posts  []apiBodyPost `json:"posts"`
}

func apiUnitOf(u Unit) apiBodyUnit {
	out := apiBodyUnit{ID: u.ID, Code: u.Code, NameFA: u.NameFA, NameEN: u.NameEN, Parent: u.Parent, From: u.From.String(), Posts: []apiBodyPost{}}
	if !u.Stands() {
		out.Until = u.Until.String()
	}
	return out
}

type apiBodyPost struct {
	ID       string   `json:"id"`
	Unit     string   `json:"unit"`
	Holder   string   `json:"holder,omitempty" doc:"Name."`
	Body     string   `json:"body,omitempty" doc:"Name."`
	TitleFA  string   `json:"title_fa"`
	TitleEN  string   `json:"title_en"`
	Rights   []string `json:"rights"`
	Notices  []string `json:"notices,omitempty" doc:"The groups of notices that the holder has to do with; missing: all of them; none: no notice at all."`
	Gives    string   `json:"gives" enum:"none,posts,heads" doc:"Which posts the holder may give in turn."`
	Until    string   `json:"until" format:"date"`
	State    string   `json:"state" enum:"offered,active,ended"`
	Why      string   `json:"why,omitempty" doc:"Of one that has ended: taken, resigned, declined, over, unit, giver, died, incapacity, merged."`
	Capacity string   `json:"capacity,omitempty" doc:"For the holder, while it holds: the capacity to act in."`
}

func (s *Service) apiPostOf(c *api.Call, p Post) apiBodyPost {
	out := apiBodyPost{
		ID: p.ID, Unit: p.Unit, Holder: p.Name, Body: p.BodyName, TitleFA: p.TitleFA, TitleEN: p.TitleEN, Rights: names(p.Rights), Notices: p.Notices, Gives: string(p.Gives),
		Until: p.Until.String(), State: string(p.Standing(s.today())), Why: p.Why,
	}
	if p.Gives == GivesNone {
		out.Gives = givesNone
	}
	if p.Person == c.Actor.Person && p.Standing(s.today()) == Active {
		out.Capacity = p.Capacity
	}
	return out
}

type apiBodyUnits struct {
	Units []apiBodyUnit `json:"units"`
	Cut   bool          `json:"cut,omitempty" doc:"There are more posts than are listed here; GET /account/body/units/{id} lists those of one unit."`
}

func (s *Service) apiTree(c *api.Call, _ *struct{}) (out apiBodyUnits, err error) {
	t, err := s.Tree(c.Context(), c.Actor)
	out.Units, out.Cut = []apiBodyUnit{}, t.Cut
	for _, n := range t.Nodes {
		u := apiUnitOf(n.Unit)
		for _, p := range n.Posts {
			u.Posts = append(u.Posts, s.apiPostOf(c, p))
		}
		out.Units = append(out.Units, u)
	}
	return out, err
}

type apiBodyChange struct {
	At     string `json:"at" format:"date-time"`
	What   string `json:"what" enum:"made,renamed,moved,ended"`
	By     string `json:"by" doc:"Name."`
	Code   string `json:"code"`
	NameFA string `json:"name_fa"`
	NameEN string `json:"name_en"`
	Parent string `json:"parent,omitempty"`
}

type apiBodyUnitWhole struct {
	Unit    apiBodyUnit     `json:"unit"`
	Changes []apiBodyChange `json:"changes" doc:"How it was from each change on, the newest first."`
}

// APIBodyByID names a unit or a post; it is exported for huma, which skips what is not.
type APIBodyByID struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Service) apiUnitOne(c *api.Call, in *APIBodyByID) (out apiBodyUnitWhole, err error) {
	d, err := s.Unit(c.Context(), c.Actor, in.ID)
	if err != nil {
		return out, err
	}
	out.Unit, out.Changes = apiUnitOf(d.Unit), []apiBodyChange{}
	for _, p := range d.Posts {
		out.Unit.Posts = append(out.Unit.Posts, s.apiPostOf(c, p))
	}
	for _, ch := range d.Changes {
		out.Changes = append(out.Changes, apiBodyChange{
			At: ch.At.UTC().Format("2006-01-02T15:04:05Z"), What: ch.What, By: ch.ByName, Code: ch.Code, NameFA: ch.NameFA, NameEN: ch.NameEN, Parent: ch.Parent,
		})
	}
	return out, nil
}

type apiBodyUnitName struct {
	Code   string `json:"code" maxLength:"30"`
	NameFA string `json:"name_fa" maxLength:"120"`
	NameEN string `json:"name_en,omitempty" maxLength:"120" doc:"If it is empty, as in Persian."`
}

func (n apiBodyUnitName) unit() NewUnit {
	return NewUnit{Code: n.Code, NameFA: n.NameFA, NameEN: n.NameEN}
}

type apiBodyUnitMade struct {
	Body struct {
		Code   string `json:"code" maxLength:"30"`
		NameFA string `json:"name_fa" maxLength:"120"`
		NameEN string `json:"name_en,omitempty" maxLength:"120" doc:"If it is empty, as in Persian."`
		Parent string `json:"parent,omitempty" maxLength:"64" doc:"Id of the unit above; none at the top."`
	}
}

func (s *Service) apiMake(c *api.Call, in *apiBodyUnitMade) (apiBodyUnit, error) {
	u, err := s.Make(c.Context(), c.Actor, NewUnit{Code: in.Body.Code, NameFA: in.Body.NameFA, NameEN: in.Body.NameEN, Parent: in.Body.Parent, Act: c.Act})
	return apiUnitOf(u), err
}

type apiBodyUnitRenamed struct {
	APIBodyByID
	Body apiBodyUnitName
}

func (s *Service) apiRename(c *api.Call, in *apiBodyUnitRenamed) (api.None, error) {
	return api.None{}, s.Rename(c.Context(), c.Actor, in.ID, in.Body.unit())
}

type apiBodyUnitMoved struct {
	APIBodyByID
	Body struct {
		Parent string `json:"parent" maxLength:"64" doc:"Id of the unit above; empty for the top."`
	}
}

func (s *Service) apiMove(c *api.Call, in *apiBodyUnitMoved) (api.None, error) {
	return api.None{}, s.Move(c.Context(), c.Actor, in.ID, in.Body.Parent)
}

func (s *Service) apiClose(c *api.Call, in *APIBodyByID) (api.None, error) {
	return api.None{}, s.Close(c.Context(), c.Actor, in.ID)
}

type apiBodyPostGiven struct {
	APIBodyByID
	Body struct {
		Person   string   `json:"person" maxLength:"20" doc:"National code or judicial identifier."`
		LastName string   `json:"last_name" maxLength:"100" doc:"Of the person, as a check."`
		TitleFA  string   `json:"title_fa" maxLength:"120"`
		TitleEN  string   `json:"title_en,omitempty" maxLength:"120"`
		Rights   []string `json:"rights" maxItems:"5"`
		Notices  []string `json:"notices,omitempty" maxItems:"20" doc:"Groups of notices that the holder has to do with: summons, judgments, execution, registry, other_side, bodies, rest; [\"none\"]: no notice at all; missing: all that the giver has."`
		Gives    string   `json:"gives,omitempty" enum:"none,posts,heads"`
		Until    string   `json:"until" format:"date"`
	}
}

func (s *Service) apiGive(c *api.Call, in *apiBodyPostGiven) (apiBodyPost, error) {
	until, err := civil.Parse(in.Body.Until)
	if err != nil {
		return apiBodyPost{}, wrong("until", "form.wrong")
	}
	n := NewPost{
		Unit: in.ID, Person: in.Body.Person, LastName: in.Body.LastName, TitleFA: in.Body.TitleFA, TitleEN: in.Body.TitleEN, Notices: in.Body.Notices, Gives: Gives(in.Body.Gives),
		Until: until, Act: c.Act,
	}
	if n.Gives == givesNone {
		n.Gives = GivesNone
	}
	for _, r := range in.Body.Rights {
		n.Rights = append(n.Rights, policy.Right(r))
	}
	p, err := s.Give(c.Context(), c.Actor, n)
	if err != nil {
		return apiBodyPost{}, err
	}
	return s.apiPostOf(c, p), nil
}

type apiBodyPosts struct {
	Posts []apiBodyPost `json:"posts"`
}

func (s *Service) apiMine(c *api.Call, _ *struct{}) (out apiBodyPosts, err error) {
	list, _, err := s.Mine(c.Context(), c.Actor)
	out.Posts = []apiBodyPost{}
	for _, p := range list {
		out.Posts = append(out.Posts, s.apiPostOf(c, p))
	}
	return out, err
}

func (s *Service) apiPostOne(c *api.Call, in *APIBodyByID) (apiBodyPost, error) {
	seat, err := s.Post(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiBodyPost{}, err
	}
	return s.apiPostOf(c, seat.Post), nil
}

func (s *Service) apiAccept(c *api.Call, in *APIBodyByID) (apiBodyPost, error) {
	p, err := s.Accept(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiBodyPost{}, err
	}
	return s.apiPostOf(c, p), nil
}

func (s *Service) apiEnd(c *api.Call, in *APIBodyByID) (api.None, error) {
	return api.None{}, s.End(c.Context(), c.Actor, in.ID)
}

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// securityAPI adds what somebody sees and ends of their own sessions, browsers and
// ways of signing in. Adding a way takes a device in a hand: that is done on pages.
func (s *Service) securityAPI(r *api.Registry) {
	op := func(id, method, path, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: "/account" + path, Tag: "account", Summary: summary, Roles: web.SignedIn, Scope: scope}
	}
	const fresh = "Only with a token of signing in that is not older than five minutes, as the page asks for a fresh proof; else 403."
	api.Add(r, op("listSessions", http.MethodGet, "/sessions", "In which browsers I am signed in; listTokens has the programs", api.ScopeRead), s.apiSessions)
	api.Add(r, op("endBrowserSession", http.MethodDelete, "/sessions/{id}", "Sign out one browser, at once", api.ScopeAccount), s.apiEndBrowser)
	api.Add(r, op("listDevices", http.MethodGet, "/devices", "From which browsers I have signed in, the newest first", api.ScopeRead), s.apiDevices)
	api.Add(r, op("nameDevice", http.MethodPut, "/devices/{id}/name", "Give a browser the name by which I know it", api.ScopeAccount), s.apiNameDevice)
	api.Add(r, op("forgetDevice", http.MethodDelete, "/devices/{id}", "Forget a browser and sign it out", api.ScopeAccount), s.apiForgetDevice)
	api.Add(r, op("listWays", http.MethodGet, "/ways", "With what I can sign in", api.ScopeRead), s.apiWays)
	key := op("endPasskey", http.MethodDelete, "/ways/passkeys/{id}", "End a passkey, at once", api.ScopeAccount)
	key.Note = fresh
	api.Add(r, key, s.apiEndPasskey)
	app := op("endApp", http.MethodDelete, "/ways/app", "End the app that makes codes, at once", api.ScopeAccount)
	app.Note = fresh
	api.Add(r, app, s.apiEndApp)
}

type apiBrowser struct {
	ID      string    `json:"id"`
	Agent   string    `json:"agent,omitempty" doc:"Kind of browser and device, as Chrome Android."`
	Since   time.Time `json:"since"`
	Used    time.Time `json:"used" doc:"To the minute."`
	Expires time.Time `json:"expires"`
}

func (s *Service) apiSessions(c *api.Call, _ *struct{}) (api.Page[apiBrowser], error) {
	out := []apiBrowser{}
	if s.sessions == nil {
		return api.NewPage(out, ""), nil
	}
	list, err := s.sessions.SessionsOf(c.Context(), c.Actor.Person)
	for _, x := range list {
		out = append(out, apiBrowser{ID: x.ID, Agent: x.Agent, Since: x.CreatedAt.Time, Used: x.TouchedAt.Time, Expires: x.ExpiresAt.Time})
	}
	return api.NewPage(out, ""), err
}

func (s *Service) apiEndBrowser(c *api.Call, in *APIByID) (api.None, error) {
	return api.None{}, s.endBrowser(c.Context(), c.Actor, in.ID)
}

type apiDevice struct {
	ID     string    `json:"id"`
	Agent  string    `json:"agent,omitempty" doc:"Kind of browser and device, as Chrome Android."`
	Label  string    `json:"label,omitempty" doc:"What I call it."`
	Method string    `json:"method" doc:"With what the newest sign-in from it was finished."`
	First  time.Time `json:"first"`
	Last   time.Time `json:"last"`
}

func (s *Service) apiDevices(c *api.Call, _ *struct{}) (api.Page[apiDevice], error) {
	list, err := s.factors.Devices(c.Context(), c.Actor.Person)
	out := []apiDevice{}
	for _, d := range list {
		out = append(out, apiDevice{ID: d.ID, Agent: d.Name, Label: d.Label, Method: d.Method, First: d.First, Last: d.Last})
	}
	return api.NewPage(out, ""), err
}

type apiDeviceNamed struct {
	APIByID
	Body struct {
		Label string `json:"label" maxLength:"40" doc:"Empty: no name any more."`
	}
}

func (s *Service) apiNameDevice(c *api.Call, in *apiDeviceNamed) (api.None, error) {
	return api.None{}, s.factors.NameDevice(c.Context(), c.Actor.Person, in.ID, in.Body.Label)
}

func (s *Service) apiForgetDevice(c *api.Call, in *APIByID) (api.None, error) {
	return api.None{}, s.forgetDevice(c.Context(), c.Actor, in.ID)
}

type apiPasskey struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Synced  bool       `json:"synced" doc:"Kept in step over the devices of an account with the maker."`
	Created time.Time  `json:"created"`
	Used    *time.Time `json:"used,omitempty"`
}

type apiWays struct {
	Passkeys []apiPasskey `json:"passkeys"`
	App      bool         `json:"app" doc:"There is an app that makes codes."`
	Recovery int64        `json:"recovery_codes" doc:"How many were not used."`
	SMS      bool         `json:"sms" doc:"A text message counts as a second step."`
}

func (s *Service) apiWays(c *api.Call, _ *struct{}) (out apiWays, err error) {
	list, err := s.factors.Passkeys(c.Context(), c.Actor.Person)
	if err != nil {
		return out, err
	}
	out.Passkeys = []apiPasskey{}
	for _, k := range list {
		row := apiPasskey{ID: k.ID, Name: k.Name, Synced: k.Synced, Created: k.Created}
		if !k.Used.IsZero() {
			row.Used = &k.Used
		}
		out.Passkeys = append(out.Passkeys, row)
	}
	have, err := s.Standing(c.Context(), c.Actor.Person)
	out.App, out.Recovery, out.SMS = have.Apps > 0, have.Codes, have.SMS()
	return out, err
}

func (s *Service) apiEndPasskey(c *api.Call, in *APIByID) (api.None, error) {
	if err := s.justSignedIn(c.Context(), c.Actor); err != nil {
		return api.None{}, err
	}
	return api.None{}, s.RemovePasskey(c.Context(), c.Actor, in.ID)
}

func (s *Service) apiEndApp(c *api.Call, _ *struct{}) (api.None, error) {
	if err := s.justSignedIn(c.Context(), c.Actor); err != nil {
		return api.None{}, err
	}
	return api.None{}, s.RemoveApp(c.Context(), c.Actor)
}

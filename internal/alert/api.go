// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// API adds the operations of this module.
func (s *Service) API(r *api.Registry) {
	op := func(id, method, path, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: "/account/alerts" + path, Tag: "alerts", Summary: summary, Roles: web.SignedIn, Scope: scope}
	}
	api.Add(r, op("getAlertWishes", http.MethodGet, "/wishes", "How I want to be told", api.ScopeRead), s.apiWishes)
	set := op("setAlertWishes", http.MethodPut, "/wishes", "Say how I want to be told", api.ScopeAccount)
	set.Note = "An alert has no legal effect: a notice counts from its arrival in the account, whether or not a message came."
	api.Add(r, set, s.apiSetWishes)
	api.Add(r, op("listAlerts", http.MethodGet, "", "My newest alerts, and what became of each message", api.ScopeRead), s.apiAlerts)
}

// APIWishes are somebody's wishes; it is exported for huma, which skips what is not.
type APIWishes struct {
	SMS       bool   `json:"sms"`
	Email     bool   `json:"email"`
	Bale      *bool  `json:"bale,omitempty" doc:"In the chat that I connected, if there is one. Left out: as it was."`
	Telegram  *bool  `json:"telegram,omitempty" doc:"The same."`
	Push      *bool  `json:"push,omitempty" doc:"In the browsers that I subscribed. Left out: as it was."`
	Spare     *bool  `json:"spare,omitempty" doc:"A text message only if nothing else took the message. Left out: as it was."`
	Lang      string `json:"lang" enum:",fa,en" doc:"Empty: that of the account."`
	QuietFrom string `json:"quiet_from" pattern:"^[0-2][0-9]:[0-5][0-9]$" doc:"Where I live. The same as quiet_to: no quiet hours."`
	QuietTo   string `json:"quiet_to" pattern:"^[0-2][0-9]:[0-5][0-9]$"`
	Neutral   bool   `json:"neutral" doc:"Words and sender do not say that a court is behind it."`
	SafeFrom  string `json:"safe_from" pattern:"^[0-2][0-9]:[0-5][0-9]$" doc:"If not the same as safe_to: something is sent only then."`
	SafeTo    string `json:"safe_to" pattern:"^[0-2][0-9]:[0-5][0-9]$"`
}

func apiWishesOf(w Wishes) APIWishes {
	return APIWishes{
		SMS: w.SMS, Email: w.Email, Bale: &w.Bale, Telegram: &w.Telegram, Push: &w.Push, Spare: &w.Spare, Lang: string(w.Lang), Neutral: w.Neutral,
		QuietFrom: w.Quiet.From.String(), QuietTo: w.Quiet.To.String(), SafeFrom: w.Safe.From.String(), SafeTo: w.Safe.To.String(),
	}
}

func (s *Service) apiWishes(c *api.Call, _ *struct{}) (APIWishes, error) {
	w, err := s.Wishes(c.Context(), c.Actor)
	return apiWishesOf(w), err
}

func (s *Service) apiSetWishes(c *api.Call, in *struct{ Body APIWishes }) (APIWishes, error) {
	b := in.Body
	w, err := s.Wishes(c.Context(), c.Actor)
	if err != nil {
		return APIWishes{}, err
	}
	w.SMS, w.Email, w.Lang, w.Neutral = b.SMS, b.Email, i18n.Lang(b.Lang), b.Neutral
	for said, to := range map[*bool]*bool{b.Bale: &w.Bale, b.Telegram: &w.Telegram, b.Push: &w.Push, b.Spare: &w.Spare} {
		if said != nil {
			*to = *said
		}
	}
	for text, to := range map[*string]*Clock{&b.QuietFrom: &w.Quiet.From, &b.QuietTo: &w.Quiet.To, &b.SafeFrom: &w.Safe.From, &b.SafeTo: &w.Safe.To} {
		at, err := ParseClock(*text)
		if err != nil {
			return APIWishes{}, errs.New(errs.Invalid, "alert.wishes.clock")
		}
		*to = at
	}
	return apiWishesOf(w), s.SetWishes(c.Context(), c.Actor, w)
}

type apiAlerts struct {
	Items []apiAlert `json:"items"`
}

type apiAlert struct {
	Kind  string    `json:"kind" enum:"notice,reminder"`
	State string    `json:"state" enum:"queued,done,dropped,dead"`
	Made  time.Time `json:"made"`
	Due   time.Time `json:"due" doc:"Of what is still to be sent."`
	Tries []apiTry  `json:"tries"`
}

type apiTry struct {
	Channel string    `json:"channel" enum:"sms,email,bale,telegram,push"`
	State   string    `json:"state" enum:"sent,delivered,temp_failed,failed,unknown,dead"`
	At      time.Time `json:"at"`
}

func (s *Service) apiAlerts(c *api.Call, _ *struct{}) (apiAlerts, error) {
	out := apiAlerts{Items: []apiAlert{}}
	list, err := s.Last(c.Context(), c.Actor, lastShown)
	for _, a := range list {
		one := apiAlert{Kind: string(a.Kind), State: a.State, Made: a.Made, Due: a.Due, Tries: []apiTry{}}
		for _, t := range a.Tries {
			one.Tries = append(one.Tries, apiTry{Channel: string(t.Channel), State: t.State, At: t.At})
		}
		out.Items = append(out.Items, one)
	}
	return out, err
}

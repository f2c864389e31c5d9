// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// API adds the operations of this module. What proves somebody takes a token of
// signing in.
func (s *Service) API(r *api.Registry) {
	op := func(id, method, path, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: "/account/level" + path, Tag: "level", Summary: summary, Roles: web.SignedIn, Scope: scope}
	}
	api.Add(r, op("getLevel", http.MethodGet, "", "How well I am known, and the ways to a higher level", api.ScopeRead), s.apiLevel)
	api.Add(r, op("listBrokers", http.MethodGet, "/brokers", "Who offers proofing by video, and for how much", api.ScopeRead), s.apiBrokers)
	choose := op("orderVideo", http.MethodPost, "/video", "Order proofing by video from a broker", api.ScopeAccount)
	choose.Status, choose.Note = http.StatusCreated, "An order that is paid and has attempts left comes again, whichever broker is named. Pay with beginPayment."
	api.Add(r, choose, s.apiChoose)
	api.Add(r, op("getVideo", http.MethodGet, "/video/{id}", "How an order and its last attempt stand", api.ScopeRead), s.apiOrder)
	begin := op("beginVideo", http.MethodPost, "/video/{id}/begin", "The address of the broker's page on which a person is seen", api.ScopeAccount)
	begin.Note = "While an attempt is open the same one comes again. The person goes there in a browser with a camera."
	api.Add(r, begin, s.apiBegin)
	check := op("checkVideo", http.MethodPost, "/video/{id}/check", "Ask the broker how the attempt ended", api.ScopeAccount)
	check.Note = "Only the broker's own word settles an attempt; it is also asked by itself."
	api.Add(r, check, s.apiCheck)
	api.Add(r, op("giveBackVideo", http.MethodPost, "/video/{id}/back", "Give up an order with which no attempt was made; its money goes back", api.ScopeAccount), s.apiBack)
}

type apiLevelAsked struct {
	Need int `query:"need" minimum:"0" maximum:"3" doc:"The level that an act was refused for; empty for the next one."`
}

type apiLevel struct {
	Level int      `json:"level" doc:"0 to 3."`
	Ways  []apiWay `json:"ways" doc:"To the level that is needed, those that give the least first."`
}

type apiWay struct {
	Way      string   `json:"way" enum:"registry,consular,video,vouched,office"`
	Level    int      `json:"level"`
	Minutes  int      `json:"minutes" doc:"That it usually takes."`
	Price    *int64   `json:"price_rials,omitempty" doc:"Left out if whoever does it says so."`
	Citation api.Text `json:"citation"`
}

func (s *Service) apiLevel(c *api.Call, in *apiLevelAsked) (apiLevel, error) {
	p, err := s.d.Identity.Person(c.Context(), c.Actor.Person)
	if err != nil {
		return apiLevel{}, err
	}
	out := apiLevel{Level: p.Assurance, Ways: []apiWay{}}
	for _, o := range s.waysTo(p, max(in.Need, p.Assurance+1)) {
		w := apiWay{Way: string(o.Way), Level: o.Level, Minutes: o.Minutes, Citation: api.Text{FA: o.Citation.FA, EN: o.Citation.EN}}
		if o.Rials >= 0 {
			w.Price = &o.Rials
		}
		out.Ways = append(out.Ways, w)
	}
	return out, nil
}

type apiBrokers struct {
	Fresh bool        `json:"fresh" doc:"False: the brokers do not answer, and this is what they said last."`
	Items []apiBroker `json:"items"`
}

type apiBroker struct {
	ID    string    `json:"id"`
	Name  api.Text  `json:"name"`
	Price int64     `json:"price_rials"`
	Since time.Time `json:"since" doc:"Of this price."`
}

func (s *Service) apiBrokers(c *api.Call, _ *struct{}) (apiBrokers, error) {
	list, fresh, err := s.Brokers(c.Context())
	out := apiBrokers{Fresh: fresh, Items: []apiBroker{}}
	for _, b := range list {
		out.Items = append(out.Items, apiBroker{ID: b.ID, Name: api.Text{FA: b.NameFA, EN: b.NameEN}, Price: b.Price, Since: b.Since})
	}
	return out, err
}

type apiVideo struct {
	ID       string      `json:"id"`
	Broker   string      `json:"broker"`
	Name     api.Text    `json:"name"`
	Price    int64       `json:"price_rials"`
	Payment  string      `json:"payment,omitempty"`
	State    string      `json:"state" enum:"unpaid,ready,proved,used,void,refused" doc:"refused: given up, and the money goes back."`
	Attempts int         `json:"attempts_left"`
	Last     *apiAttempt `json:"last,omitempty"`
}

type apiAttempt struct {
	State   string     `json:"state" enum:"reserved,open,live,not_live,no_match,bad_picture,abandoned,expired,lost,refused"`
	URL     string     `json:"url,omitempty" doc:"Of the broker's page, while the attempt is open."`
	Decided *time.Time `json:"decided,omitempty"`
}

func apiVideoOf(o Order, last Try) apiVideo {
	out := apiVideo{
		ID: o.ID, Broker: o.Broker, Name: api.Text{FA: o.NameFA, EN: o.NameEN}, Price: o.Price, Payment: o.Payment, State: string(o.State),
		Attempts: o.Left(),
	}
	if last.State != "" {
		out.Last = &apiAttempt{State: string(last.State)}
		if last.State == TryOpen {
			out.Last.URL = last.PageURL
		}
		if !last.Decided.IsZero() {
			out.Last.Decided = &last.Decided
		}
	}
	return out
}

type apiVideoOrdered struct {
	Body struct {
		Broker string `json:"broker" maxLength:"64" doc:"Id from listBrokers."`
	}
}

func (s *Service) apiChoose(c *api.Call, in *apiVideoOrdered) (apiVideo, error) {
	o, err := s.Choose(c.Context(), c.Actor, in.Body.Broker, c.Lang(), "")
	if err != nil {
		return apiVideo{}, err
	}
	return s.apiOrder(c, &APIVideoByID{ID: o.ID})
}

// APIVideoByID names an order; it is exported for huma, which skips what is not.
type APIVideoByID struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Service) apiOrder(c *api.Call, in *APIVideoByID) (apiVideo, error) {
	o, last, err := s.Order(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiVideo{}, err
	}
	return apiVideoOf(o, last), s.saw(c.Context(), o, last)
}

func (s *Service) apiBegin(c *api.Call, in *APIVideoByID) (apiVideo, error) {
	if _, err := s.Begin(c.Context(), c.Actor, in.ID); err != nil {
		return apiVideo{}, err
	}
	return s.apiOrder(c, in)
}

func (s *Service) apiCheck(c *api.Call, in *APIVideoByID) (apiVideo, error) {
	_, last, err := s.Order(c.Context(), c.Actor, in.ID)
	if err == nil && last.State == TryOpen {
		_, err = s.Settle(c.Context(), last.Token)
	}
	if err != nil {
		return apiVideo{}, err
	}
	return s.apiOrder(c, in)
}

func (s *Service) apiBack(c *api.Call, in *APIVideoByID) (apiVideo, error) {
	if err := s.GiveBack(c.Context(), c.Actor, in.ID); err != nil {
		return apiVideo{}, err
	}
	return s.apiOrder(c, in)
}

// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Addresses of the calendar feed: the page of its owner, and what a calendar
// program reads.
const (
	PathFeed = "/account/calendar"
	feedFile = "/calendar/"
)

var feedOwners = []policy.Role{policy.Citizen, policy.Lawyer}

type feedView struct {
	web.View
	c       *web.Ctx
	feed    Feed
	there   bool
	address string // told this once
}

func (s *Service) showFeed(c *web.Ctx) error { return s.feedPage(c, c.View(nil, nil), "") }

func (s *Service) feedPage(c *web.Ctx, view web.View, address string) error {
	v := feedView{View: view, c: c, address: address}
	var err error
	if v.feed, v.there, err = s.FeedOf(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("docket.feed.title"), Lead: c.T("docket.feed.lead"), Active: "cases", Back: "/cases", Errors: view.Errors, Body: feedBody(v)})
}

func (s *Service) makeFeed(c *web.Ctx) error {
	f, err := c.Form(1 << 10)
	if err != nil {
		return err
	}
	what := f.Choices("what", "deadlines", "hearings", "clients")
	if f.Forgive("what"); len(what) == 0 {
		what = nil
	}
	var want Feed
	for _, w := range what {
		want.Deadlines, want.Hearings, want.Clients = want.Deadlines || w == "deadlines", want.Hearings || w == "hearings", want.Clients || w == "clients"
	}
	secret, err := s.MakeFeed(c.Context(), c.Actor, want, c.P.Lang())
	if err != nil {
		wrong, ok := c.Errors(err, f)
		if !ok {
			return err
		}
		return s.feedPage(c, c.View(f, wrong), "")
	}
	return s.feedPage(c, c.View((*form.Form)(nil), nil), s.d.BaseURL+feedFile+secret+".ics")
}

func (s *Service) endFeed(c *web.Ctx) error {
	if err := s.EndFeed(c.Context(), c.Actor); err != nil {
		return err
	}
	c.Flash("docket.feed.ended")
	return c.Redirect(PathFeed)
}

// feedFor answers a calendar program, which has nothing but the address.
func (s *Service) feedFor(c *web.Ctx) error {
	secret, ok := strings.CutSuffix(c.Param("secret"), ".ics")
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	body, err := s.ReadFeed(c.Context(), secret)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	h := c.W.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Referrer-Policy", "no-referrer")
	if c.R.Header.Get("If-None-Match") == tag {
		c.W.WriteHeader(http.StatusNotModified)
		return nil
	}
	return c.Download("tarazu.ics", "text/calendar; charset=utf-8", body)
}

func feedChoice(v feedView) web.Choice {
	ch := web.Choice{Name: "what", Label: v.T("docket.feed.what"), Options: []web.Option{
		{Value: "deadlines", Label: v.T("docket.feed.deadlines"), On: !v.there || v.feed.Deadlines},
		{Value: "hearings", Label: v.T("docket.feed.hearings"), On: !v.there || v.feed.Hearings},
	}}
	if v.c.Actor.Standing() == policy.Lawyer {
		ch.Options = append(ch.Options, web.Option{Value: "clients", Label: v.T("docket.feed.clients"), On: !v.there || v.feed.Clients})
	}
	return ch
}

func readRows(v feedView) (rows []web.SummaryRow) {
	for _, r := range v.feed.Reads {
		rows = append(rows, web.SummaryRow{Key: v.P.DayShort(r.Day), Value: v.P.N("docket.feed.times", int(r.Times))})
	}
	return rows
}

// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"net/url"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/web"
)

type inboxView struct {
	c       *web.Ctx
	filters []web.Filter
	items   []web.Item
	empty   string
	paging  web.Paging
	numbers bool // the page of the numbers can be opened
}

// inboxPage lists the notices, the newest first.
func (s *Service) inboxPage(c *web.Ctx) error {
	f := Filter(c.Query("show"))
	if !slices.Contains(Filters(), f) {
		f = FilterAll
	}
	page, err := s.Inbox(c.Context(), c.Actor, f, Page{Cursor: c.Query("after")})
	if err != nil {
		return err
	}
	if err := s.Listed(c.Context(), c.Actor, page.Notices); err != nil {
		c.Log().Warn("notice: the list was not noted as seen", "error", err)
	}
	v := inboxView{c: c, numbers: s.mayNumber(c), empty: c.T("notice.inbox.empty." + string(f)), items: make([]web.Item, 0, len(page.Notices))}
	for _, n := range page.Notices {
		v.items = append(v.items, s.item(c, n))
	}
	for _, k := range Filters() {
		if k == FilterBodies && k != f && page.Counts.Bodies == 0 { // most people never have one
			continue
		}
		v.filters = append(v.filters, web.Filter{
			Label: c.T("notice.filter." + string(k)), Href: inboxPath(k, ""), On: k == f, Counted: true, Count: page.Counts.Of(k),
		})
	}
	if page.Next != "" {
		v.paging.Older = inboxPath(f, page.Next)
	}
	if c.Query("after") != "" {
		v.paging.Newer = inboxPath(f, "")
	}
	return c.Render(web.Page{
		Title: c.T("notice.inbox.title"), Lead: c.P.N("notice.inbox.lead", page.Counts.Unviewed),
		Active: "inbox", Count: &page.Counts.Unviewed, Body: inboxBody(v),
	})
}

func inboxPath(f Filter, after string) string {
	q := url.Values{}
	if f != FilterAll {
		q.Set("show", string(f))
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return "/inbox"
	}
	return "/inbox?" + q.Encode()
}

func (s *Service) item(c *web.Ctx, n Notice) web.Item {
	it := web.Item{Title: n.Title.In(c.P.Lang()), Href: "/inbox/" + n.ID, Unread: !n.Opened(), Meta: make([]string, 0, 4)}
	if n.FromBody() {
		it.Mark = c.T("notice.body.mark")
	}
	if n.UnitName != "" {
		it.Meta = append(it.Meta, n.Sender(c.P.Lang()))
	}
	if n.CaseNumber != "" {
		it.Meta = append(it.Meta, c.T("notice.case", "number", n.CaseNumber))
	}
	if n.LawyerOf != "" {
		it.Meta = append(it.Meta, c.T("notice.for_client", "name", n.LawyerOf))
	}
	it.Meta = append(it.Meta, c.T("notice.arrived_at", "at", n.Arrived))
	e := s.Effect(n)
	switch {
	case e.Void:
	case n.HasTerm() && e.RunsFrom().IsZero():
		it.Side = c.T("notice.term.from_opening")
	case n.HasTerm():
		it.Side = c.T("notice.term.runs")
	}
	it.Tag, it.Tone = c.T("notice.state.viewed"), web.Neutral
	switch {
	case e.Void:
		it.Tag = c.T("notice.state.void")
	case !s.OpenTo(c.Actor, n):
		it.Tag, it.Tone = c.T("notice.state.new"), web.Warn
	}
	return it
}

// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"net/url"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/web"
)

type deskView struct {
	c       *web.Ctx
	filters []web.Filter
	items   []web.Item
	paging  web.Paging
}

func (s *Service) showDesk(c *web.Ctx) error {
	decided := c.Query("show") == "decided"
	page, err := s.Desk(c.Context(), c.Actor, decided, c.Query("after"))
	if err != nil {
		return err
	}
	v := deskView{c: c, filters: []web.Filter{
		{Label: c.T("contest.desk.open"), Href: PathDesk, On: !decided},
		{Label: c.T("contest.desk.decided"), Href: PathDesk + "?show=decided", On: decided},
	}}
	for _, k := range page.Contests {
		item := web.Item{
			Title: k.Name, Href: k.Path(), Tag: c.T(stateWords[k.State]), Tone: toneOf(k.State),
			Meta: []string{k.Title.In(c.P.Lang()), s.Reason(k).Name.In(c.P.Lang()), c.T("contest.desk.signed", "at", k.Signed)},
		}
		if k.Late {
			item.Meta = append(item.Meta, c.T("contest.late"))
		}
		v.items = append(v.items, item)
	}
	if page.Next != "" {
		q := url.Values{"after": {page.Next}}
		if decided {
			q.Set("show", "decided")
		}
		v.paging.Older = PathDesk + "?" + q.Encode()
	}
	return c.Render(web.Page{Title: c.T("contest.desk.title"), Lead: c.T("contest.desk.lead"), Active: "contests", Wide: true, Body: deskBody(v)})
}

// NoticeLink leads from the page of a notice to what can be said, or was said,
// against its service. It fills the slot of that page; nil if there is nothing.
func (s *Service) NoticeLink(c *web.Ctx, n notice.Notice) templ.Component {
	if n.Case == "" {
		return nil
	}
	list, err := s.OfNotice(c.Context(), c.Actor, n.Case, n.ID)
	if err != nil {
		c.Log().Error("contests of a notice", "error", err)
		return nil
	}
	o, err := s.about(c.Context(), c.Actor, n.Case, n.ID)
	if err != nil {
		if !errs.Is(err, errs.NotFound) {
			c.Log().Error("contests of a notice", "error", err)
		}
		return nil
	}
	writes := s.contestable(o) == nil && s.d.Policy.Check(c.Actor, "contest.write", resource(o.c, Contest{Party: o.party, Owner: c.Actor.Owner()})) == nil
	for _, k := range list {
		writes = writes && k.State != Open
	}
	if !writes && len(list) == 0 {
		return nil
	}
	href := ""
	if writes {
		href = startPath(n.Case, n.ID)
	}
	return contestCard(c, href, list)
}

// CaseCard lists on the page of a case what was said against the service of its
// notices; to a party also its papers that went another way than into an account,
// which have no page of their own. nil if there is nothing.
func (s *Service) CaseCard(c *web.Ctx, k docket.Case) templ.Component {
	list, err := s.OfCase(c.Context(), c.Actor, k.ID)
	if err != nil {
		c.Log().Error("contests of a case", "error", err)
		return nil
	}
	var papers []docket.IssuedNotice
	if !staff(c.Actor) {
		all, err := s.d.Docket.NoticesOf(c.Context(), c.Actor, k.ID)
		if err != nil {
			c.Log().Error("notices of a case", "error", err)
			return nil
		}
		for _, n := range all {
			if n.Owner != "" {
				continue
			}
			if o, err := s.about(c.Context(), c.Actor, k.ID, n.ID); err == nil && s.contestable(o) == nil {
				papers = append(papers, n)
			}
		}
	}
	if len(list) == 0 && len(papers) == 0 {
		return nil
	}
	return caseCard(c, k.ID, list, papers)
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// deskView is the desk of a court unit.
type deskView struct {
	done    bool
	waiting string
	table   web.TableOptions
	paging  web.Paging
}

func (s *Service) getDesk(c *web.Ctx) error {
	done := c.Query("show") == "done"
	page, err := s.Desk(c.Context(), c.Actor, done, readCursor(c.Query("after")))
	if err != nil {
		return err
	}
	unit, err := s.d.Authority.Unit(c.Context(), c.Actor.Unit)
	if err != nil {
		return err
	}
	v := deskView{done: done, waiting: c.P.N("filing.desk.waiting", int(page.Waiting))}
	v.table = web.TableOptions{
		Caption: c.T("filing.desk.caption"), HiddenCaption: true, Empty: c.T("filing.desk.empty"),
		Columns: []web.Column{{Label: c.T("filing.case_number")}, {Label: c.T("filing.desk.what")}, {Label: c.T("filing.desk.arrived")}},
	}
	for _, it := range page.Items {
		v.table.Rows = append(v.table.Rows, []web.Cell{
			{Text: it.CaseNumber, LTR: true, Href: "/court/filings/" + it.Filing},
			{Text: pick(c, it.TitleFA, it.TitleEN)}, {Text: c.P.Time(it.Arrived)},
		})
	}
	if page.Next != nil {
		v.paging.Older = deskPath(done, page.Next)
	}
	if c.Query("after") != "" {
		v.paging.Newer = deskPath(done, nil)
	}
	return c.Render(web.Page{
		Title: c.T("filing.desk.title"), Caption: pick(c, unit.NameFA, unit.NameEN), Lead: v.waiting, Active: "court", Wide: true, Body: deskBody(c.P, v),
	})
}

// deskPath is the address of a part of the desk.
func deskPath(done bool, after *Cursor) string {
	q := url.Values{}
	if done {
		q.Set("show", "done")
	}
	if after != nil {
		q.Set("after", strconv.FormatInt(after.At.UnixMicro(), 10)+"."+after.Filing)
	}
	if len(q) == 0 {
		return "/court"
	}
	return "/court?" + q.Encode()
}

// readCursor reads a place in the list; what is no place is its beginning.
func readCursor(s string) Cursor {
	at, filing, _ := strings.Cut(s, ".")
	us, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !id.Valid(filing) {
		return Cursor{}
	}
	return Cursor{At: time.UnixMicro(us), Filing: filing}
}

// receivedView is one filing as the court sees it.
type receivedView struct {
	item      DeskItem
	tracking  string
	branch    string
	confirmed bool
	served    bool
	mayServe  bool
	brief     bool
	paper     string
	view      web.View
	pending   bool // the registry has not answered for the defendant's name
	mismatch  bool // it knows nobody by that name
}

func (s *Service) getReceived(c *web.Ctx) error {
	item, f, d, err := s.Received(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderReceived(c, item, f, d, nil, nil)
}

func (s *Service) renderReceived(c *web.Ctx, item DeskItem, f Filing, d *catalogue.Definition, in *form.Form, shown *web.Errors) error {
	k, err := s.d.Docket.CaseFor(c.Context(), s.d.DB, f.Case)
	if err != nil {
		return err
	}
	paper, err := s.Paper(c.Context(), f, d, c.P.Lang())
	if err != nil {
		return err
	}
	v := receivedView{
		item: item, tracking: f.Tracking, branch: k.BranchName.In(c.P.Lang()), confirmed: k.State != docket.StateProposed, served: item.Done, brief: d.Kind == catalogue.Brief,
		mayServe: c.Actor.Role == policy.Clerk, paper: paper, view: c.View(in, shown),
		pending: f.NameCheck == NameUnanswered, mismatch: f.NameCheck == NameMismatch,
	}
	return c.Render(web.Page{
		Title: pick(c, item.TitleFA, item.TitleEN), Caption: c.T("filing.kind." + item.Kind), Active: "court", Back: "/court",
		Errors: shown, Body: receivedBody(c.P, v),
	})
}

// postServe serves the claim on the defendant.
func (s *Service) postServe(c *web.Ctx) error {
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	days := int(in.Int("days", minTerm, maxTerm, form.Required))
	err = in.Err()
	if err == nil {
		_, err = s.ServeClaim(c.Context(), c.Actor, c.Param("id"), days)
	}
	if err == nil {
		c.Flash("filing.served")
		return c.Redirect("/court/filings/" + c.Param("id"))
	}
	return s.receivedAgain(c, in, err)
}

func (s *Service) postSeen(c *web.Ctx) error {
	if err := s.Seen(c.Context(), c.Actor, c.Param("id")); err != nil {
		return s.receivedAgain(c, nil, err)
	}
	c.Flash("filing.seen")
	return c.Redirect("/court")
}

func (s *Service) receivedAgain(c *web.Ctx, in *form.Form, err error) error {
	shown, ok := c.Errors(err, in)
	if !ok {
		return err
	}
	item, f, d, rerr := s.Received(c.Context(), c.Actor, c.Param("id"))
	if rerr != nil {
		return rerr
	}
	return s.renderReceived(c, item, f, d, in, shown)
}

// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"net/url"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

type publicView struct {
	web.View
	calls  []Publication
	today  string
	paging web.Paging
}

// unlisted keeps search engines away: a call is for the person it names, while it is shown.
func unlisted(c *web.Ctx) { c.W.Header().Set("X-Robots-Tag", "noindex, noarchive") }

func (s *Service) showPublications(c *web.Ctx) error {
	list, more, err := s.Calls(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	v := publicView{View: c.View(nil, nil), calls: list, today: civil.Of(c.Now()).String()}
	if more != "" {
		v.paging.Older = PathPublications + "?" + url.Values{"after": {more}}.Encode()
	}
	if c.Query("after") != "" {
		v.paging.Newer = PathPublications
	}
	unlisted(c)
	return c.Render(web.Page{Title: c.T("bailiff.public.title"), Lead: c.T("bailiff.public.lead"), Active: "publications", Body: publicBody(v)})
}

// getDay is the list of one day: /publications/day/2025-03-21.json.
func (s *Service) getDay(c *web.Ctx) error {
	name, format, ok := strings.Cut(c.Param("file"), ".")
	day, err := civil.Parse(name)
	if !ok || err != nil || mediaTypes[format] == "" {
		return errs.New(errs.NotFound, "")
	}
	b, err := s.DayFile(c.Context(), day, format)
	if err != nil {
		return err
	}
	unlisted(c)
	if format == asCSV {
		return c.Download("publications-"+day.String()+".csv", mediaTypes[format], b)
	}
	return c.Inline("publications-"+day.String()+"."+format, mediaTypes[format], b)
}

type printedView struct {
	web.View
	table web.TableOptions
}

func (s *Service) showPrinted(c *web.Ctx) error { return s.printedPage(c, c.View(nil, nil)) }

func (s *Service) printedPage(c *web.Ctx, view web.View) error {
	list, err := s.Printings(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := printedView{View: view, table: web.TableOptions{
		Caption: c.T("bailiff.printed.list"), Empty: c.T("bailiff.printed.empty"),
		Columns: []web.Column{{Label: c.T("bailiff.printed.day")}, {Label: c.T("bailiff.printed.newspaper")}, {Label: c.T("bailiff.printed.issue")},
			{Label: c.T("bailiff.printed.printed")}, {Label: c.T("bailiff.printed.calls"), Numeric: true}},
	}}
	for _, p := range list {
		v.table.Rows = append(v.table.Rows, []web.Cell{
			{Text: c.P.DayShort(p.Day)}, {Text: p.Newspaper}, {Text: c.P.Digits(p.Issue)}, {Text: c.P.DayShort(p.Printed)}, {Text: c.P.Int(int64(p.Calls))},
		})
	}
	return c.Render(web.Page{Title: c.T("bailiff.printed.title"), Lead: c.T("bailiff.printed.lead"), Back: PathPublications, Active: "publications", Errors: view.Errors, Body: printedBody(v)})
}

func (s *Service) postPrinted(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	p := Printing{
		Day: f.Day("day"), Printed: f.Day("printed"), Newspaper: f.Text("newspaper", form.Max(120)), Issue: f.Text("issue", form.Max(40)), Page: f.Text("page", form.Max(20)),
	}
	if err = f.Err(); err == nil {
		if err = s.Print(c.Context(), c.Actor, p); err == nil {
			c.Flash("bailiff.printed.done")
			return c.Redirect(PathPress)
		}
	}
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.printedPage(c, c.View(f, shown))
}

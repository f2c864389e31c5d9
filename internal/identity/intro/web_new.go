// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"mime/multipart"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// newView is the page on which a file is sent.
type newView struct {
	web.View
	offer Offer
	admin bool
}

// offerOf finds what is to be introduced among what the actor may.
func (s *Service) offerOf(c *web.Ctx, kind string) (o Offer, all []Offer, found bool, err error) {
	all, err = s.Offers(c.Context(), c.Actor)
	if err == nil && len(all) == 0 {
		err = errs.New(errs.Forbidden, "intro.may_not")
	}
	if err != nil {
		return o, nil, false, err
	}
	i := slices.IndexFunc(all, func(o Offer) bool { return o.Kind.Kind == kind })
	if i < 0 && len(all) == 1 {
		i = 0
	}
	if i < 0 {
		return o, all, false, nil
	}
	return all[i], all, true, nil
}

// showNew asks first what is to be introduced, if there is a choice.
func (s *Service) showNew(c *web.Ctx) error {
	o, all, found, err := s.offerOf(c, c.Query("kind"))
	if err != nil {
		return err
	}
	if found {
		return s.newPage(c, o, c.View(nil, nil))
	}
	tasks := make([]web.Task, len(all))
	for i, o := range all {
		tasks[i] = web.Task{Label: c.T("intro.kind." + o.Kind.Kind), Hint: c.T("intro.about." + o.Kind.Kind), Href: pathNew + "?kind=" + o.Kind.Kind}
	}
	return c.Render(web.Page{
		Title: c.T("intro.new.which"), Lead: c.T("intro.new.lead"), Active: "introductions", Back: Path, Body: web.TaskList(tasks),
	})
}

func (s *Service) newPage(c *web.Ctx, o Offer, view web.View) error {
	v := newView{View: view, offer: o, admin: c.Actor.Role == policy.Administrator}
	return c.Render(web.Page{
		Title: c.T("intro.kind." + o.Kind.Kind), Lead: c.T("intro.about." + o.Kind.Kind), Active: "introductions", Back: Path,
		Errors: view.Errors, Body: newBody(v),
	})
}

func (s *Service) postNew(c *web.Ctx) error {
	f, err := c.Form(maxUpload)
	if err != nil {
		return err
	}
	o, _, found, err := s.offerOf(c, f.Text("kind", form.Optional, form.Max(40)))
	if err != nil {
		return err
	}
	if !found {
		return errs.New(errs.NotFound, "intro.no_kind")
	}
	source, body := "", ""
	f.Known("source", "body")
	switch {
	case len(o.Sources) == 0: // an administrator for a government body
		body = f.Text("body", form.Max(40))
	case len(o.Sources) == 1:
		source = o.Sources[0].Source
	default:
		source = strings.TrimPrefix(f.Choice("source", names(o.Sources)...), noSource)
	}
	h, ok := f.File("file")
	if err = f.Err(); err == nil && body != "" {
		source, err = s.SourceOfBody(c.Context(), body)
	}
	var b Batch
	if err == nil && ok {
		var data []byte
		if data, err = readUpload(h); err == nil {
			b, err = s.Check(c.Context(), c.Actor, o.Kind.Kind, source, h.Filename, data)
		}
		err = aboutFile(err)
	}
	if err == nil {
		return c.Redirect(b.path())
	}
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.newPage(c, o, c.View(f, shown))
}

// noSource stands in a form for the administrators, whose name is empty.
const noSource = "-"

func names(list []Source) []string {
	out := make([]string, len(list))
	for i, x := range list {
		if out[i] = x.Source; x.Source == "" {
			out[i] = noSource
		}
	}
	return out
}

func readUpload(h *multipart.FileHeader) (_ []byte, err error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxBytes+1))
}

// aboutFile says of the field what is wrong with the file.
func aboutFile(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.Invalid || e.Kind == errs.TooLarge) && len(e.Fields) == 0 {
		return errs.InvalidFields([]errs.Field{{Name: "file", Code: e.Code, Args: e.Args}})
	}
	return err
}

func (v newView) sources() web.Choice {
	o := web.Choice{Name: "source", Label: v.T("intro.field.source")}
	for i, n := range names(v.offer.Sources) {
		label := v.offer.Sources[i].Name(v.P.Lang())
		if n == noSource {
			label = v.T("intro.source.administrators")
		}
		o.Options = append(o.Options, web.Option{Value: n, Label: label})
	}
	return o
}

// columns says what the file has to hold.
func (v newView) columns() web.TableOptions {
	o := web.TableOptions{
		Caption: v.T("intro.new.columns"), Columns: []web.Column{{Label: v.T("intro.new.column")}, {Label: v.T("intro.new.holds")}, {Label: v.T("intro.new.needed")}},
	}
	for _, col := range v.offer.Kind.Columns {
		needed := v.T("intro.new.optional")
		if col.Required {
			needed = v.T("intro.new.required")
		}
		o.Rows = append(o.Rows, []web.Cell{{Text: col.heading(v.P.Lang())}, {Text: col.holds(v.P)}, {Text: needed}})
	}
	return o
}

// heading is what a column is called in a language.
func (c Column) heading(l i18n.Lang) string {
	if l == i18n.EN && len(c.KnownAs) > 1 {
		return c.KnownAs[1]
	}
	return c.KnownAs[0]
}

// holds says what may stand in a column.
func (c Column) holds(p *i18n.Printer) string {
	if c.Is != "one_of" {
		return p.T("intro.holds." + c.Is)
	}
	words := make([]string, len(c.Values))
	for i, v := range c.Values {
		if words[i] = v; p.Lang() == i18n.FA && len(c.Words[v]) > 0 {
			words[i] = c.Words[v][0]
		}
	}
	return strings.Join(words, " / ")
}

// templateFile is a table with the headings and no rows, to be filled in a
// spreadsheet.
func (s *Service) templateFile(c *web.Ctx) error {
	o, _, found, err := s.offerOf(c, c.Query("kind"))
	if err != nil {
		return err
	}
	if !found {
		return errs.New(errs.NotFound, "intro.no_kind")
	}
	record := make([]string, len(o.Kind.Columns))
	for i, col := range o.Kind.Columns {
		record[i] = col.heading(c.P.Lang())
	}
	b := bytes.NewBufferString(mark)
	w := csv.NewWriter(b)
	if err := w.Write(record); err != nil {
		return err
	}
	w.Flush()
	return c.Download(o.Kind.Kind+".csv", "text/csv; charset=utf-8", b.Bytes())
}

// mark at the beginning of a file tells a spreadsheet that it is UTF-8.
const mark = "\xef\xbb\xbf"

// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"errors"
	"net/url"
	"strconv"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// editView is the page on which somebody says what was wrong.
type editView struct {
	web.View
	k       Contest // a zero ID: nothing is kept yet
	action  string
	reasons []web.Option
	files   []fileView
	record  recordView
	earlier []Contest
	mb      int64
	open    bool // one is before the court already: nothing can be written
	closed  string
}

// fileView is one attached file.
type fileView struct{ name, facts, href, remove string }

// reasonOptions are what may be said, each with what it wants and the term that stands
// for it.
func (s *Service) reasonOptions(c *web.Ctx, list []Reason, issued civil.Day, on string) (out []web.Option, err error) {
	for _, r := range list {
		hint, err := s.withTerm(c.Context(), c.P, r, issued)
		if err != nil {
			return nil, err
		}
		out = append(out, web.Option{Value: r.Code, Label: r.Name.In(c.P.Lang()), Hint: hint, On: on != "" && r.Code == on})
	}
	return out, nil
}

func (s *Service) showStart(c *web.Ctx) error { return s.startPage(c, nil, nil) }

func (s *Service) startPage(c *web.Ctx, f *form.Form, shown *web.Errors) error {
	o, err := s.about(c.Context(), c.Actor, c.Param("id"), c.Param("notice"))
	if err != nil {
		return err
	}
	earlier, err := s.OfNotice(c.Context(), c.Actor, o.c.ID, o.n.ID)
	if err != nil {
		return err
	}
	for _, k := range earlier {
		if k.State == Draft && f == nil {
			return c.Redirect(k.Path() + "/edit")
		}
	}
	v := editView{View: c.View(f, shown), action: startPath(o.c.ID, o.n.ID), earlier: earlier, mb: s.d.MaxFile >> 20}
	for _, k := range earlier {
		v.open = v.open || k.State == Open
	}
	if err := s.contestable(o); err != nil {
		v.closed = c.P.Error(err)
	}
	if err := s.d.Policy.Check(c.Actor, "contest.write", resource(o.c, Contest{Party: o.party, Owner: c.Actor.Owner()})); err != nil {
		return err
	}
	if v.reasons, err = s.reasonOptions(c, o.table.For(o.way), dayOf(o.n), ""); err != nil {
		return err
	}
	r, err := s.recordOf(c.Context(), s.d.DB, o.c.ID, o.n, c.Now())
	if err == nil {
		err = s.keepBack(c.Context(), c.Actor, &r)
	}
	if err != nil {
		return err
	}
	v.record = recordView{c: c, r: r, way: o.way}
	return c.Render(web.Page{
		Title: c.T("contest.start.title"), Caption: o.n.Title.In(c.P.Lang()), Lead: c.T("contest.start.lead"), Active: "cases",
		Back: "/cases/" + o.c.ID, Errors: shown, Body: editBody(v), Aside: recordAside(v.record),
	})
}

func (s *Service) postStart(c *web.Ctx) error {
	f, err := s.uploadForm(c)
	if err != nil {
		return err
	}
	k, err := s.Begin(c.Context(), c.Actor, c.Param("id"), c.Param("notice"))
	if err != nil {
		if shown, ok := c.Errors(err, f); ok {
			s.known(f)
			return s.startPage(c, f, shown)
		}
		return err
	}
	return s.keep(c, f, k, k.Version)
}

// known names the fields of the form to it, where they are not read.
func (s *Service) known(f *form.Form) {
	f.Known("reason", "words", "learned.year", "learned.month", "learned.day", "files", "seen")
}

func (s *Service) uploadForm(c *web.Ctx) (*form.Form, error) {
	f, err := c.Form(s.maxUpload())
	if errs.Is(err, errs.TooLarge) {
		err = errs.New(errs.TooLarge, "contest.wrong.upload", "max", 3*s.d.MaxFile>>20).Because(err)
	}
	return f, err
}

func (s *Service) showEdit(c *web.Ctx) error {
	k, _, err := s.find(c.Context(), c.Actor, c.Param("id"), c.Param("contest"))
	if err != nil {
		return err
	}
	return s.editPage(c, k, nil, nil)
}

func (s *Service) editPage(c *web.Ctx, k Contest, f *form.Form, shown *web.Errors) error {
	if k.State != Draft {
		return c.Redirect(k.Path())
	}
	if _, err := s.mine(c.Context(), c.Actor, k.Case, k.ID); err != nil {
		return err
	}
	v := editView{View: c.View(f, shown), k: k, action: k.Path() + "/edit", mb: s.d.MaxFile >> 20, files: s.fileViews(c, k, true)}
	r, err := s.Record(c.Context(), c.Actor, k)
	if err != nil {
		return err
	}
	if v.reasons, err = s.reasonOptions(c, s.tableOf(k).For(k.Way), dayOf(r.Notice), k.Reason); err != nil {
		return err
	}
	v.record = recordView{c: c, r: r, way: k.Way}
	return c.Render(web.Page{
		Title: c.T("contest.start.title"), Caption: k.Title.In(c.P.Lang()), Lead: c.T("contest.start.lead"), Active: "cases",
		Back: "/cases/" + k.Case, Errors: shown, Body: editBody(v), Aside: recordAside(v.record),
	})
}

func (s *Service) postEdit(c *web.Ctx) error {
	k, _, err := s.find(c.Context(), c.Actor, c.Param("id"), c.Param("contest"))
	if err != nil {
		return err
	}
	f, err := s.uploadForm(c)
	if err != nil {
		return err
	}
	seen, verr := strconv.ParseInt(f.Raw("seen"), 10, 64)
	if verr != nil {
		seen = -1
	}
	return s.keep(c, f, k, seen)
}

// keep keeps what was said, right or wrong, and leads on to the signature if
// nothing is to be mended.
func (s *Service) keep(c *web.Ctx, f *form.Form, k Contest, seen int64) error {
	s.known(f)
	in := Said{Reason: f.Raw("reason"), Words: f.Raw("words"), Learned: f.Day("learned", form.Optional), Version: seen}
	if _, err := s.Save(c.Context(), c.Actor, k.Case, k.ID, in); err != nil {
		shown, ok := c.Errors(err, f)
		if !ok {
			return err
		}
		return s.editPage(c, k, f, shown)
	}
	for _, h := range f.Files("files") {
		r, err := h.Open()
		if err == nil {
			_, err = s.Attach(c.Context(), c.Actor, k.Case, k.ID, h.Filename, r)
			err = errors.Join(err, r.Close())
		}
		if err != nil {
			f.Fail("files", "contest.wrong.refused", "name", h.Filename, "why", s.whyNot(c, err))
		}
	}
	now, _, err := s.find(c.Context(), c.Actor, k.Case, k.ID)
	if err != nil {
		return err
	}
	err = f.Err()
	if err == nil {
		err = s.Faults(now, civil.Of(c.Now()))
	}
	if err == nil {
		return c.Redirect(now.Path())
	}
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	if faults, more := c.Errors(s.Faults(now, civil.Of(c.Now())), nil); more && f.Err() != nil {
		shown.Items = append(shown.Items, faults.Items...)
	}
	return s.editPage(c, now, form.New(valuesOf(f, now)), shown)
}

// whyNot is the words for a refusal; the cause of anything else is for the log.
func (s *Service) whyNot(c *web.Ctx, err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && c.P.Has(e.Code) {
		return c.T(e.Code, e.Args...)
	}
	c.Log().Error("a file could not be attached", "error", err)
	return c.T("contest.wrong.file_failed")
}

func (s *Service) postRemove(c *web.Ctx) error {
	k, _, err := s.find(c.Context(), c.Actor, c.Param("id"), c.Param("contest"))
	if err != nil {
		return err
	}
	f, err := s.uploadForm(c)
	if err != nil {
		return err
	}
	s.known(f)
	seen, verr := strconv.ParseInt(f.Raw("seen"), 10, 64)
	if verr == nil && k.State == Draft { // what was typed beside it stays
		in := Said{Reason: f.Raw("reason"), Words: f.Raw("words"), Learned: f.Day("learned", form.Optional), Version: seen}
		if _, err := s.Save(c.Context(), c.Actor, k.Case, k.ID, in); err != nil && !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.Invalid) {
			return err
		}
	}
	if err := s.Detach(c.Context(), c.Actor, k.Case, k.ID, c.Param("file")); err != nil {
		return err
	}
	return c.Redirect(k.Path() + "/edit")
}

func (s *Service) getFile(c *web.Ctx) error {
	b, f, err := s.FileOf(c.Context(), c.Actor, c.Param("id"), c.Param("contest"), c.Param("file"))
	if err != nil {
		return err
	}
	return c.DownloadSafely(f.Name, f.Type, b)
}

// fileViews lists the files, each with a button to take it back where that can be
// done.
func (s *Service) fileViews(c *web.Ctx, k Contest, removable bool) []fileView {
	out := make([]fileView, len(k.Files))
	for i, x := range k.Files {
		size := c.T("contest.file.kb", "n", max(x.Bytes>>10, 1))
		if x.Bytes >= 1<<20 {
			size = c.T("contest.file.mb", "n", (x.Bytes+1<<19)>>20)
		}
		facts := c.T("contest.file.picture", "size", size)
		if x.Type == intake.PDF {
			facts = c.P.N("contest.file.pdf", x.Pages, "size", size)
		}
		out[i] = fileView{name: x.Name, facts: facts, href: k.Path() + "/files/" + x.ID}
		if removable {
			out[i].remove = out[i].href + "/remove"
		}
	}
	return out
}

// valuesOf is what was typed, with what is kept where that says it better.
func valuesOf(f *form.Form, k Contest) url.Values {
	v := f.Values()
	v.Del("seen")
	if v.Get("reason") != k.Reason {
		v.Set("reason", k.Reason)
	}
	return v
}

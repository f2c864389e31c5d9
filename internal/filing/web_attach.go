// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// filesView is a question for files on its page.
type filesView struct {
	Upload, Limits string
	MaxBytes       string // of one file, for the script
	MB             int64
	List           []fileView
}

// fileView is one attached file.
type fileView struct{ Name, Facts, Href, Remove string }

// uploadWithin is how long a route may take that takes files over a slow line.
const uploadWithin = 2 * time.Minute

// uploads lets a route take files.
func (s *Service) uploads(r web.Route) web.Route {
	r.MaxBody, r.Timeout = s.maxUpload(), uploadWithin
	return r
}

// maxUpload bounds the form of a page with the files on it.
func (s *Service) maxUpload() int64 { return s.d.Uploads.Filing + maxForm + 1<<20 }

// uploadForm reads the form of a page on which files may be chosen.
func (s *Service) uploadForm(c *web.Ctx) (*form.Form, error) {
	in, err := c.Form(s.maxUpload())
	if errs.Is(err, errs.TooLarge) {
		err = errs.New(errs.TooLarge, "filing.files.upload_too_large", "max", s.d.Uploads.Filing>>20).Because(err)
	}
	return in, err
}

// attachChosen attaches the files that were chosen on a page. What is wrong with
// one is said at its question; the others are attached all the same.
func (s *Service) attachChosen(c *web.Ctx, f Filing, d *catalogue.Definition, pg catalogue.PageDef, in *form.Form) {
	for _, q := range pg.Fields {
		if q.Type != catalogue.TypeFiles {
			continue
		}
		for _, h := range in.Files(q.Name) {
			r, err := h.Open()
			if err == nil {
				_, err = s.Attach(c.Context(), c.Actor, f.ID, q.Name, h.Filename, r)
				err = errors.Join(err, r.Close())
			}
			if err != nil {
				in.Fail(q.Name, "filing.files.refused", "name", h.Filename, "why", s.whyNot(c, err))
			}
		}
	}
}

// whyNot is the words for a refusal; the cause of anything else is for the log.
func (s *Service) whyNot(c *web.Ctx, err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && c.P.Has(e.Code) {
		return c.T(e.Code, e.Args...)
	}
	c.Log().Error("a file could not be attached", "error", err)
	return c.T("filing.files.failed")
}

// postFiles attaches what was chosen and shows the page again, with everything
// that was typed on it.
func (s *Service) postFiles(c *web.Ctx) error {
	f, d, pg, in, err := s.filesForm(c)
	if err != nil {
		return err
	}
	if pg.Key == "" {
		return errs.New(errs.NotFound, "filing.not_found")
	}
	if err := s.may(c.Actor, "filing.edit", f, 0); err != nil {
		return err
	}
	s.attachChosen(c, f, d, pg, in)
	failed := in.Err() != nil
	typed, behind := s.keepTyped(c, f, d, pg, in)
	if !failed && typed {
		return c.Redirect("/filings/" + f.ID + "/pages/" + pg.Key)
	}
	var shown *web.Errors
	if failed {
		shown = filesErrors(c, pg, in)
	}
	f.Answers = d.Read(form.New(in.Values()), pg.Key, f.Answers, c.P.Lang())
	return s.renderPageAs(c, f, d, in, shown, pageAs{behind: behind})
}

// filesForm reads the form of a page that was sent to one of the routes for its
// files. The page is none if the form names none.
func (s *Service) filesForm(c *web.Ctx) (f Filing, d *catalogue.Definition, pg catalogue.PageDef, in *form.Form, err error) {
	if f, d, err = s.Get(c.Context(), c.Actor, c.Param("id")); err != nil {
		return f, d, pg, nil, err
	}
	if in, err = s.uploadForm(c); err != nil {
		return f, d, pg, in, err
	}
	pg, _ = d.Page(in.Raw("page"))
	c.R.SetPathValue("page", pg.Key) // renderPage asks for it
	in.Known("then", "seen", "tab", "over")
	for name := range in.Values() {
		in.Known(name) // the questions of the page are read when it is sent
	}
	return f, d, pg, in, nil
}

// keepTyped keeps what was typed beside the files, as autosave does, and tells
// whether all of it is kept, so that the page can be loaded anew, and whether the
// tab was left behind, so that none of it is.
func (s *Service) keepTyped(c *web.Ctx, f Filing, d *catalogue.Definition, pg catalogue.PageDef, in *form.Form) (all, behind bool) {
	if !in.Has("seen") { // a client that sends files only
		return true, false
	}
	typed := form.New(in.Values())
	answers := d.Read(typed, pg.Key, f.Answers, c.P.Lang())
	_, err := s.Keep(c.Context(), c.Actor, f.ID, pg.Key, answers, tabOf(in))
	if err != nil {
		return false, stale(err)
	}
	for _, q := range pg.Fields {
		_, kept := answers[q.Name]
		if !kept && (in.Raw(q.Name) != "" || in.Raw(q.Name+".day")+in.Raw(q.Name+".year") != "") {
			return false, false // typed, but not readable yet
		}
	}
	return true, false
}

// filesErrors are the faults of the files alone.
func filesErrors(c *web.Ctx, pg catalogue.PageDef, in *form.Form) *web.Errors {
	shown, _ := c.Errors(in.Err(), nil)
	if shown != nil {
		inOrder(shown, pg)
	}
	return shown
}

// postRemoveFile takes a file back and shows the page again.
func (s *Service) postRemoveFile(c *web.Ctx) error {
	f, d, pg, in, err := s.filesForm(c)
	if err != nil {
		return err
	}
	if err := s.Detach(c.Context(), c.Actor, f.ID, c.Param("file")); err != nil {
		return err
	}
	if pg.Key == "" {
		return c.Redirect("/filings/" + f.ID)
	}
	if all, behind := s.keepTyped(c, f, d, pg, in); !all {
		f.Answers = d.Read(form.New(in.Values()), pg.Key, f.Answers, c.P.Lang())
		return s.renderPageAs(c, f, d, in, nil, pageAs{behind: behind})
	}
	return c.Redirect("/filings/" + f.ID + "/pages/" + pg.Key)
}

func (s *Service) filesView(c *web.Ctx, f Filing, q catalogue.FieldDef) filesView {
	most := q.Max
	if most == 0 {
		most = defaultFiles
	}
	base := "/filings/" + f.ID + "/files"
	v := filesView{
		Upload: base, MB: s.d.Uploads.File >> 20, MaxBytes: strconv.FormatInt(s.d.Uploads.File, 10),
		Limits: c.T("filing.files.limits", "mb", s.d.Uploads.File>>20, "most", most, "files", s.d.Uploads.Files, "total", s.d.Uploads.Filing>>20),
	}
	for i, x := range fileViews(c, f.Files, base+"/") {
		if f.Files[i].Field == q.Name {
			x.Remove = x.Href + "/remove"
			v.List = append(v.List, x)
		}
	}
	return v
}

// fileViews lists files with what they are; base is where they are fetched.
func fileViews(c *web.Ctx, files []Attached, base string) []fileView {
	out := make([]fileView, len(files))
	for i, x := range files {
		facts := c.T("filing.files.picture", "size", sizeWords(c, x.Bytes))
		if x.Type == intake.PDF {
			facts = c.P.N("filing.files.pdf", x.Pages, "size", sizeWords(c, x.Bytes))
		}
		out[i] = fileView{Name: x.Name, Facts: facts, Href: base + x.ID}
	}
	return out
}

// fileNames are the names of the files of a question, one on a line.
func fileNames(f Filing, question string) string {
	var names []string
	for _, x := range f.Files {
		if x.Field == question {
			names = append(names, x.Name)
		}
	}
	return strings.Join(names, "\n")
}

// sizeWords is a size as people say it.
func sizeWords(c *web.Ctx, n int64) string {
	if n < 1<<20 {
		return c.T("filing.files.kb", "n", max(n>>10, 1))
	}
	return c.T("filing.files.mb", "n", (n+1<<19)>>20)
}

// sendFile sends one attached file to be saved.
func sendFile(c *web.Ctx, r io.ReadCloser, x Attached, err error) error {
	if err != nil {
		return err
	}
	b, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return err
	}
	return c.DownloadSafely(x.Name, x.Type, b)
}

func (s *Service) getFile(c *web.Ctx) error {
	r, x, err := s.AttachmentFile(c.Context(), c.Actor, c.Param("id"), c.Param("file"))
	return sendFile(c, r, x, err)
}

func (s *Service) getReceivedFile(c *web.Ctx) error {
	r, x, err := s.ReceivedFile(c.Context(), c.Actor, c.Param("id"), c.Param("file"))
	return sendFile(c, r, x, err)
}

func (s *Service) getSharedFile(c *web.Ctx) error {
	r, x, err := s.SharedFile(c.Context(), c.Actor, c.Param("case"), c.Param("filing"), c.Param("file"))
	return sendFile(c, r, x, err)
}

// FilesOf says where the files of a filing are that a notice serves. It fills
// the slot of the notice's page.
func (s *Service) FilesOf(n notice.Notice) (href string, ok bool) {
	var d served
	if n.Case == "" || json.Unmarshal(n.Document, &d) != nil || d.Format != servedFormat || !id.Valid(d.Filing) {
		return "", false
	}
	return "/cases/" + n.Case + "/files/" + d.Filing, true
}

// sharedView is what the parties of a case may read of a filing.
type sharedView struct {
	paper, caseHref string
	files           []fileView
}

func (s *Service) getShared(c *web.Ctx) error {
	f, d, err := s.Shared(c.Context(), c.Actor, c.Param("case"), c.Param("filing"))
	if err != nil {
		return err
	}
	base := "/cases/" + f.Case + "/files/" + f.ID + "/"
	v := sharedView{paper: base + "paper.pdf", caseHref: "/cases/" + f.Case, files: fileViews(c, f.Files, base)}
	return c.Render(web.Page{
		Title: pick(c, d.Title.FA, d.Title.EN), Caption: c.T("filing.home.case_number", "number", f.CaseNumber), Active: "cases", Back: v.caseHref,
		Body: sharedBody(c.P, v),
	})
}

// thenAutosave is what the script says a page is sent for while typing goes on.
const thenAutosave = "autosave"

// saved is the answer to the script.
type saved struct {
	Seen string `json:"seen,omitempty"` // what the tab has seen from now on
	Say  string `json:"say"`
	Href string `json:"href,omitempty"` // where the newer answers are
	Link string `json:"link,omitempty"`
}

// autosave keeps a page while somebody is typing, and never says what is wrong
// with it.
func (s *Service) autosave(c *web.Ctx, f Filing, d *catalogue.Definition, pg catalogue.PageDef, in *form.Form) error {
	answers := d.Read(in, pg.Key, f.Answers, c.P.Lang())
	seen, err := s.Keep(c.Context(), c.Actor, f.ID, pg.Key, answers, tabOf(in))
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Conflict {
		return c.JSON(http.StatusConflict, saved{Say: c.T("filing.stale_tab"), Href: "/filings/" + f.ID, Link: c.T("filing.stale_tab_link")})
	}
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, saved{Seen: seen, Say: c.T("filing.autosaved", "at", c.P.Clock(c.Now()))})
}

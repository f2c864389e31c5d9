// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// pageView is one page of questions.
type pageView struct {
	action string
	steps  []web.Step
	step   int
	fields []fieldView
	view   web.View
	key    string // of the page
	tab    Tab
	files  bool       // something can be attached
	stale  *staleView // another tab was here meanwhile
	hides  bool       // it asks for an address that the filer hides
	seat   string     // on the page of its address: the legal person for whom it is filed
}

// fieldView is one question with the answer kept so far.
type fieldView struct {
	catalogue.FieldDef
	Label, Hint, Value string
	Optional           bool
	Decides            bool   // the answer decides what else is asked here
	TermTitle, Term    string // a word of the law in plain words
	Options            []web.Option
	Files              filesView // of a question for files
	Defect             string    // what the registrar found wrong with the answer
}

func (s *Service) getPage(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if f.Status != Draft && f.Status != Halted {
		return c.Redirect(s.place(f, d))
	}
	return s.renderPage(c, f, d, nil, nil)
}

// postPage keeps what was typed and goes on, or shows what is wrong.
func (s *Service) postPage(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	pg, ok := d.Page(c.Param("page"))
	if !ok {
		return errs.New(errs.NotFound, "filing.not_found")
	}
	in, err := s.uploadForm(c)
	if err != nil {
		return err
	}
	then := in.Text("then")
	in.Known("page", "seen", "tab", "over")
	if then != thenAutosave && then != thenAsk {
		s.attachChosen(c, f, d, pg, in)
	}
	if f.Status == Halted {
		in = withKept(in, f, d, pg)
	}
	switch then {
	case thenAutosave:
		return s.autosave(c, f, d, pg, in)
	case thenAsk:
		return s.askOn(c, f, d, pg, in)
	}
	answers := d.Read(in, pg.Key, f.Answers, c.P.Lang())
	wrong, err := s.SaveFrom(c.Context(), c.Actor, f.ID, pg.Key, answers, tabOf(in))
	if stale(err) {
		f.Answers = merge(d, f.Answers, pg, f.mendedAnswers(d, pg, answers))
		return s.renderPageAs(c, f, d, in, nil, pageAs{decide: true, then: then})
	}
	if err != nil { // nothing is kept: the tab has seen no more than before
		return s.pageAgain(c, f, d, in, err, pageAs{behind: true})
	}
	if then == "later" {
		c.Flash("filing.draft_kept")
		return c.Redirect("/home")
	}
	for _, w := range wrong {
		in.Fail(w.Name, w.Code, w.Args...) // of a field that failed already the first fault stands
	}
	fresh := freshOn(d, f, pg, answers)
	for _, name := range fresh { // nobody has asked it yet
		in.Forgive(name)
	}
	if err := in.Err(); err != nil {
		f.Answers = answers
		return s.pageAgain(c, f, d, in, err, pageAs{})
	}
	if len(fresh) > 0 {
		c.Flash("filing.more_questions")
		return c.Redirect("/filings/" + f.ID + "/pages/" + pg.Key + "#" + fresh[0])
	}
	f.Answers = answers
	return c.Redirect("/filings/" + f.ID + afterPage(asked(d, f), pg.Key))
}

func (s *Service) pageAgain(c *web.Ctx, f Filing, d *catalogue.Definition, in *form.Form, err error, as pageAs) error {
	shown, ok := c.Errors(err, in)
	if !ok {
		return err
	}
	if pg, ok := d.Page(c.Param("page")); ok {
		inOrder(shown, pg)
	}
	return s.renderPageAs(c, f, d, in, shown, as)
}

// inOrder lists faults as their questions stand on the page: what could not be
// read and what does not fit are found at different times.
func inOrder(shown *web.Errors, pg catalogue.PageDef) {
	place := func(name string) int {
		return slices.IndexFunc(pg.Fields, func(f catalogue.FieldDef) bool { return f.Name == name })
	}
	slices.SortStableFunc(shown.Items, func(a, b web.ErrorItem) int { return place(a.Field) - place(b.Field) })
}

// asked are the pages of which anything is asked, in their order: a copy of a
// page for one more defendant is there only if there is one. Of what is mended
// only the pages with a question that may be answered anew.
func asked(d *catalogue.Definition, f Filing) (out []catalogue.PageDef) {
	for _, pg := range d.Pages {
		open := slices.ContainsFunc(pg.Fields, func(q catalogue.FieldDef) bool {
			return (f.mend == nil || f.opens(d, q.Name)) && d.Visible(q.Name, f.Answers)
		})
		if open {
			out = append(out, pg)
		}
	}
	return out
}

// afterPage is the path behind a page: the next page, or the check.
func afterPage(list []catalogue.PageDef, key string) string {
	i := slices.IndexFunc(list, func(pg catalogue.PageDef) bool { return pg.Key == key })
	if i >= 0 && i+1 < len(list) {
		return "/pages/" + list[i+1].Key
	}
	return "/check"
}

// beforePage is the path of the back link, "" on the first page.
func beforePage(list []catalogue.PageDef, key string) string {
	i := slices.IndexFunc(list, func(pg catalogue.PageDef) bool { return pg.Key == key })
	if i > 0 {
		return "/pages/" + list[i-1].Key
	}
	return ""
}

// pageAs says how a page comes back to a tab that another one has overtaken.
type pageAs struct {
	behind bool   // it stays behind: whoever sends the page has to decide
	decide bool   // it is asked which answers hold
	then   string // what was to follow
}

func (s *Service) renderPage(c *web.Ctx, f Filing, d *catalogue.Definition, in *form.Form, shown *web.Errors) error {
	return s.renderPageAs(c, f, d, in, shown, pageAs{})
}

func (s *Service) renderPageAs(c *web.Ctx, f Filing, d *catalogue.Definition, in *form.Form, shown *web.Errors, as pageAs) error {
	pg, ok := d.Page(c.Param("page"))
	if !ok {
		return errs.New(errs.NotFound, "filing.not_found")
	}
	list := asked(d, f)
	if !slices.ContainsFunc(list, func(x catalogue.PageDef) bool { return x.Key == pg.Key }) {
		return c.Redirect(s.place(f, d)) // nothing is asked there, or not any more
	}
	base, seat := "/filings/"+f.ID, ""
	if f.legal() && slices.ContainsFunc(pg.Fields, func(q catalogue.FieldDef) bool { return q.Name == "plaintiff_address" }) {
		seat = c.Actor.ForName
	}
	v := pageView{hides: f.sheltered && asks(d, pg.Key, fieldAddress), seat: seat, action: base + "/pages/" + pg.Key, view: c.View(in, shown), key: pg.Key, tab: Tab{ID: id.New(), Seen: printOf(pg, f.Answers)}}
	status := 0
	if in != nil { // something was kept meanwhile
		now, _, err := s.Get(c.Context(), c.Actor, f.ID)
		if err != nil {
			return err
		}
		f.Files = now.Files
		if was := tabOf(in); was.ID != "" {
			v.tab.ID = was.ID
		}
		v.tab.Seen = printOf(pg, now.Answers)
		if as.behind {
			v.tab.Seen = tabOf(in).Seen
		}
		if as.decide {
			status = http.StatusConflict
			if v.stale, err = s.staleView(c, d, pg, now, f, as.then); err != nil {
				return err
			}
		}
	}
	v.steps, v.step = steps(c, d, f, pg.Key)
	for _, field := range pg.Fields {
		if d.Visible(field.Name, f.Answers) && f.opens(d, field.Name) && (v.stale == nil || field.Type != catalogue.TypeFiles) {
			fv, err := s.fieldView(c, field, f.Answers)
			if err != nil {
				return err
			}
			fv.Optional = !d.Required(field.Name, f.Answers)
			fv.Decides = d.Decides(field.Name)
			if field.Type == catalogue.TypeFiles {
				v.files = true
				fv.Files = s.filesView(c, f, field)
			}
			fv.Defect = defectOf(c, f, field.Name)
			v.fields = append(v.fields, fv)
		}
	}
	back := "/home"
	if b := beforePage(list, pg.Key); b != "" {
		back = base + b
	}
	return c.Render(web.Page{
		Title: pick(c, pg.Title.FA, pg.Title.EN), Caption: pick(c, d.Title.FA, d.Title.EN), Lead: pick(c, pg.Intro.FA, pg.Intro.EN),
		Active: "filings", Back: back, Errors: shown, Body: pageBody(c.P, v), Status: status,
	})
}

// steps are the way of a filing, with the place of a page in it.
func steps(c *web.Ctx, d *catalogue.Definition, f Filing, key string) (list []web.Step, at int) {
	base := "/filings/" + f.ID
	for i, p := range asked(d, f) {
		list = append(list, web.Step{Label: pick(c, p.Title.FA, p.Title.EN), Href: base + "/pages/" + p.Key})
		if p.Key == key {
			at = i + 1
		}
	}
	rest := []struct{ key, href string }{{"check", base + "/check"}, {"sign", ""}}
	for _, r := range rest {
		list = append(list, web.Step{Label: c.T("filing.step." + r.key), Href: r.href})
		if r.key == key {
			at = len(list)
		}
	}
	return list, at
}

func (s *Service) fieldView(c *web.Ctx, def catalogue.FieldDef, answers catalogue.Answers) (fieldView, error) {
	v := fieldView{
		FieldDef: def, Label: pick(c, def.Label.FA, def.Label.EN), Hint: pick(c, def.Hint.FA, def.Hint.EN),
		TermTitle: pick(c, def.Term.Title.FA, def.Term.Title.EN), Term: pick(c, def.Term.Text.FA, def.Term.Text.EN),
	}
	switch a := answers[def.Name].(type) {
	case string:
		v.Value = a
	case int64:
		v.Value = strconv.FormatInt(a, 10)
	case bool:
		v.Value = catalogue.No
		if a {
			v.Value = catalogue.Yes
		}
	}
	var err error
	v.Options, err = s.options(c, def, v.Value, answers)
	return v, err
}

// options are what a question offers to choose from. Counties are those of the
// province that is already answered; before, all, each with its province.
func (s *Service) options(c *web.Ctx, def catalogue.FieldDef, value string, answers catalogue.Answers) (out []web.Option, err error) {
	add := func(key, label, hint string) {
		out = append(out, web.Option{Value: key, Label: label, Hint: hint, On: value == key})
	}
	switch def.Type {
	case catalogue.TypeChoice:
		for _, o := range def.Choices {
			add(o.Value, pick(c, o.Label.FA, o.Label.EN), pick(c, o.Hint.FA, o.Hint.EN))
		}
	case catalogue.TypeYesNo:
		add(catalogue.Yes, c.T("filing.yes"), "")
		add(catalogue.No, c.T("filing.no"), "")
	case catalogue.TypeProvince:
		for _, p := range s.d.Authority.Provinces() {
			add(p.Key, pick(c, p.NameFA, p.NameEN), "")
		}
	case catalogue.TypeCounty:
		chosen, _ := answers[def.Of].(string)
		for _, p := range s.d.Authority.Provinces() {
			counties, err := s.d.Authority.Counties(c.Context(), p.Key)
			if err != nil {
				return nil, err
			}
			for _, k := range counties {
				switch chosen {
				case "":
					add(k.Key, pick(c, k.NameFA, k.NameEN)+" – "+pick(c, p.NameFA, p.NameEN), "")
				case p.Key:
					add(k.Key, pick(c, k.NameFA, k.NameEN), "")
				}
			}
		}
	}
	return out, nil
}

// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// deskView is how a body stands as a sender.
type deskView struct {
	web.View
	c       Contract
	found   bool
	applies bool    // the form of the application is shown
	sends   bool    // batches
	batches []Batch // of the newest ones, those that have not ended
	now     time.Time
	used    Used
	work    program.Work // what its program could not be told
	rules   Rules
}

func (s *Service) showDesk(c *web.Ctx) error { return s.deskPage(c, c.View(nil, nil)) }

func (s *Service) deskPage(c *web.Ctx, view web.View) error {
	v := deskView{View: view, rules: s.rules, sends: s.Sends(c.Actor), now: c.Now()}
	var err error
	if v.c, v.found, err = s.Own(c.Context(), c.Actor); err != nil {
		return err
	}
	v.applies = s.Manages(c.Actor) && (!v.found || v.c.State == Refused || v.c.State == Ended)
	if v.found {
		if v.used, err = s.Used(c.Context(), c.Actor); err != nil {
			return err
		}
		if v.work, err = s.OwnUntold(c.Context(), c.Actor); err != nil {
			return err
		}
	}
	if v.sends {
		list, _, err := s.Batches(c.Context(), c.Actor, false, "")
		if err != nil {
			return err
		}
		v.batches = slices.DeleteFunc(list, func(b Batch) bool { return b.State == bulk.Done || b.State == bulk.Stopped })
	}
	return c.Render(web.Page{Title: c.T("sender.title"), Lead: c.T("sender.lead"), Active: "sender", Errors: view.Errors, Body: deskBody(v)})
}

func (s *Service) postApply(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	var bases []string
	for _, b := range s.rules.Bases {
		bases = append(bases, b.Code)
	}
	n := Application{
		Number: f.Text("number", form.Required, form.Max(60)), Basis: f.Choice("basis", bases...), Why: f.Text("why", form.Required, form.Max(1000)),
		Kinds: f.Choices("kinds", notice.BodyKinds()...),
	}
	if len(n.Kinds) == 0 && !f.Failed("kinds") {
		f.Fail("kinds", "sender.wrong.kinds")
	}
	n.Volume = f.Int("volume", 1, 10_000_000, form.Required)
	n.Contact, n.Phone = f.Text("contact", form.Required, form.Max(120)), f.Text("phone", form.Required, form.Max(30))
	if err = f.Err(); err == nil {
		_, err = s.Apply(c.Context(), c.Actor, n)
	}
	return c.After(f, err, "sender.applied", Path, s.deskPage)
}

func (v deskView) rows() []web.SummaryRow { return contractRows(v.View, v.rules, v.c) }

func contractRows(v web.View, rules Rules, c Contract) []web.SummaryRow {
	var kinds []string
	for _, k := range c.Kinds {
		kinds = append(kinds, v.T("notice.kind."+k))
	}
	basis, _ := rules.Basis(c.Basis)
	rows := []web.SummaryRow{
		{Key: v.T("sender.field.state"), Value: v.T("sender.state." + string(c.State))},
		{Key: v.T("sender.field.number"), Value: c.Number, LTR: true},
		{Key: v.T("sender.field.basis"), Value: basis.Citation.In(v.P.Lang())},
		{Key: v.T("sender.field.why"), Value: c.Why},
		{Key: v.T("sender.field.kinds"), Value: strings.Join(kinds, " · ")},
		{Key: v.T("sender.field.volume"), Value: v.P.Int(c.Volume)},
		{Key: v.T("sender.field.contact"), Value: c.Contact},
		{Key: v.T("sender.field.phone"), Value: c.Phone, LTR: true},
	}
	if c.Reason != "" {
		rows = append(rows, web.SummaryRow{Key: v.T("sender.field.reason"), Value: c.Reason})
	}
	if c.Quota.Day > 0 {
		rows = append(rows, web.SummaryRow{Key: v.T("sender.field.span"), Value: v.T("sender.span", "from", c.From, "until", c.Until)},
			web.SummaryRow{Key: v.T("sender.field.quota"), Value: v.T("sender.quota", "day", c.Quota.Day, "month", c.Quota.Month, "second", c.Quota.Second)})
	}
	return rows
}

func (v deskView) figures() []web.Figure {
	return []web.Figure{
		{Label: v.T("sender.used.today"), Value: v.P.Int(v.used.Today), Note: v.T("sender.used.of", "n", v.c.Quota.Day)},
		{Label: v.T("sender.used.month"), Value: v.P.Int(v.used.Month), Note: v.T("sender.used.of", "n", v.c.Quota.Month)},
		{Label: v.T("sender.used.misses"), Value: v.P.Int(v.used.Misses), Note: v.T("sender.used.of", "n", v.rules.Misses(v.c.Quota))},
	}
}

func (v deskView) days() web.TableOptions {
	t := web.TableOptions{Caption: v.T("sender.days"), Columns: []web.Column{{Label: v.T("sender.day")}, {Label: v.T("sender.sent"), Numeric: true}}, Empty: v.T("sender.days_none")}
	for _, d := range v.used.Days {
		t.Rows = append(t.Rows, []web.Cell{{Text: v.P.DayShort(d.Day)}, {Text: v.P.Int(d.N)}})
	}
	return t
}

func (v deskView) bases() web.Choice {
	o := web.Choice{Name: "basis", Label: v.T("sender.field.basis"), Prompt: v.T("sender.choose")}
	for _, b := range v.rules.Bases {
		o.Options = append(o.Options, web.Option{Value: b.Code, Label: b.Name.In(v.P.Lang())})
	}
	return o
}

func kindsChoice(v web.View, label string) web.Choice {
	o := web.Choice{Name: "kinds", Label: label}
	for _, k := range notice.BodyKinds() {
		o.Options = append(o.Options, web.Option{Value: k, Label: v.T("notice.kind." + k)})
	}
	return o
}

// templateView is the templates of a body, or one of them with its versions.
type templateView struct {
	web.View
	list    []Template
	kinds   []string
	manages bool
	of      string // the template that gets a new version
	start   Template
	preview func(Template) notice.Text
}

func (s *Service) showTemplates(c *web.Ctx) error { return s.templatesPage(c, c.View(nil, nil)) }

func (s *Service) templatesPage(c *web.Ctx, view web.View) error {
	list, err := s.Templates(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	own, _, err := s.Own(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := templateView{View: view, list: list, kinds: own.Kinds, manages: s.Manages(c.Actor) && own.State == Approved, of: c.Query("of")}
	if view.Form != nil {
		v.of = view.Form.Raw("of")
	}
	for _, t := range list {
		if t.ID == v.of {
			v.start = t
		}
	}
	return c.Render(web.Page{Title: c.T("sender.templates.title"), Lead: c.T("sender.templates.lead"), Active: "sender", Back: Path, Errors: view.Errors, Body: templatesBody(v)})
}

func (s *Service) postTemplate(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	n := NewTemplate{
		ID: f.Text("of", form.Optional, form.Max(64)), Kind: f.Choice("kind", notice.BodyKinds()...), Fields: f.Text("fields", form.Optional, form.Max(4000)),
		Subject: notice.Text{FA: f.Text("subject_fa", form.Required, form.Max(s.rules.SubjectMax)), EN: f.Text("subject_en", form.Optional, form.Max(s.rules.SubjectMax))},
		Text:    notice.Text{FA: f.Text("text_fa", form.Required, form.Max(s.rules.TextMax)), EN: f.Text("text_en", form.Optional, form.Max(s.rules.TextMax))},
	}
	if err = f.Err(); err == nil {
		_, err = s.Submit(c.Context(), c.Actor, n)
	}
	return c.After(f, err, "sender.templates.submitted", pathTemplates, s.templatesPage)
}

func (s *Service) showTemplate(c *web.Ctx) error {
	list, err := s.Versions(c.Context(), c.Actor, "", c.Param("id"))
	if err != nil {
		return err
	}
	v := templateView{View: c.View(nil, nil), list: list, manages: s.Manages(c.Actor), preview: s.Preview}
	return c.Render(web.Page{Title: list[0].Subject.In(c.P.Lang()), Caption: c.T("sender.templates.title"), Active: "sender", Back: pathTemplates, Body: versionsBody(v)})
}

func (v templateView) items() (out []web.Item) {
	for _, t := range v.list {
		out = append(out, web.Item{
			Title: t.Subject.In(v.P.Lang()), Href: pathTemplates + "/" + t.ID, Tag: v.T("sender.template." + string(t.State)), Tone: tones[t.State],
			Meta: []string{v.T("notice.kind." + t.Kind), v.T("sender.version", "n", t.Version)},
		})
	}
	return out
}

// tones are how much each state asks for attention.
var tones = map[State]web.Tone{Applied: web.Warn, Waiting: web.Warn, Approved: web.Good, Refused: web.Bad, Suspended: web.Bad, Ended: web.Neutral}

func (v templateView) kindChoice() web.Choice {
	o := web.Choice{Name: "kind", Label: v.T("sender.field.kind")}
	for _, k := range v.kinds {
		o.Options = append(o.Options, web.Option{Value: k, Label: v.T("notice.kind." + k), On: k == v.start.Kind})
	}
	return o
}

// centreView is the desk of the centre.
type centreView struct {
	web.View
	contracts []Contract
	waiting   []Template
	untold    []Untold
}

func (s *Service) showCentre(c *web.Ctx) error {
	v := centreView{View: c.View(nil, nil)}
	var err error
	if v.contracts, err = s.Contracts(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.waiting, err = s.WaitingTemplates(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.untold, err = s.AllUntold(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("sender.centre.title"), Lead: c.T("sender.centre.lead"), Active: "senders", Body: centreBody(v)})
}

func (v centreView) items() (out []web.Item) {
	for _, k := range v.contracts {
		out = append(out, web.Item{
			Title: k.Title(v.P.Lang()), Href: PathCentre + "/" + k.Body + "/" + k.ID, Tag: v.T("sender.state." + string(k.State)), Tone: tones[k.State],
			Meta: []string{v.T("sender.contract_no", "number", i18n.LTR(k.Number)), v.T("sender.applied_at", "at", k.Applied)},
		})
	}
	return out
}

func (v centreView) templates() (out []web.Item) {
	for _, t := range v.waiting {
		out = append(out, web.Item{
			Title: t.Subject.In(v.P.Lang()), Href: PathCentre + "/" + t.Body + "/templates/" + t.ID, Tag: v.T("sender.template." + string(t.State)), Tone: web.Warn,
			Meta: []string{t.BodyName.In(v.P.Lang()), v.T("sender.version", "n", t.Version), v.T("sender.applied_at", "at", t.Made)},
		})
	}
	return out
}

// contractView is a contract on which the centre decides.
type contractView struct {
	web.View
	c     Contract
	rules Rules
	next  []State
	work  program.Work // what its program could not be told
}

func (s *Service) showContract(c *web.Ctx) error { return s.contractPage(c, c.View(nil, nil)) }

func (s *Service) contractPage(c *web.Ctx, view web.View) error {
	k, err := s.Contract(c.Context(), c.Actor, c.Param("body"), c.Param("id"))
	if err != nil {
		return err
	}
	v := contractView{View: view, c: k, rules: s.rules, next: may[k.State]}
	if v.work, err = s.UntoldOf(c.Context(), c.Actor, k.Body); err != nil {
		return err
	}
	return c.Render(web.Page{Title: k.Title(c.P.Lang()), Caption: c.T("sender.centre.title"), Active: "senders", Back: PathCentre, Errors: view.Errors, Body: contractBody(v)})
}

func (s *Service) postDecide(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	n := Decision{
		State: State(f.Choice("state", string(Approved), string(Refused), string(Suspended), string(Ended))), Reason: f.Text("reason", form.Missing("sender.wrong.reason"), form.Max(1000)),
		Version: f.Int("version", 1, 1_000_000, form.Required),
	}
	if n.State == Approved {
		n.From, n.Until = f.Day("from", form.Required), f.Day("until", form.Required)
		n.Quota = Quota{
			Day: f.Int("per_day", 1, 10_000_000, form.Required), Month: f.Int("per_month", 1, 10_000_000, form.Required), Second: f.Int("per_second", 1, 1000, form.Required),
		}
	}
	if err = f.Err(); err == nil {
		_, err = s.Decide(c.Context(), c.Actor, c.Param("body"), c.Param("id"), n)
	}
	return c.After(f, err, "sender.centre.decided", PathCentre, s.contractPage)
}

func (v contractView) states() web.Choice {
	o := web.Choice{Name: "state", Label: v.T("sender.centre.decision")}
	for _, x := range v.next {
		o.Options = append(o.Options, web.Option{Value: string(x), Label: v.T("sender.decide." + string(x))})
	}
	return o
}

func (v contractView) number(name string, start int64) web.Text {
	return web.Text{Name: name, Label: v.T("sender.field." + name), Value: v.P.Digits(fmtInt(start)), Width: web.Narrow, LTR: true, InputMode: "numeric"}
}

func (s *Service) showJudge(c *web.Ctx) error { return s.judgePage(c, c.View(nil, nil)) }

func (s *Service) judgePage(c *web.Ctx, view web.View) error {
	list, err := s.Versions(c.Context(), c.Actor, c.Param("body"), c.Param("id"))
	if err != nil {
		return err
	}
	v := templateView{View: view, list: list, preview: s.Preview}
	return c.Render(web.Page{Title: list[0].Subject.In(c.P.Lang()), Caption: c.T("sender.centre.templates"), Active: "senders", Back: PathCentre, Errors: view.Errors, Body: judgeBody(v)})
}

func (s *Service) postJudge(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	state, reason := State(f.Choice("state", string(Approved), string(Refused))), f.Text("reason", form.Missing("sender.wrong.reason"), form.Max(1000))
	version := f.Int("version", 1, 1_000_000, form.Required)
	if err = f.Err(); err == nil {
		err = s.Judge(c.Context(), c.Actor, c.Param("body"), c.Param("id"), version, state, reason)
	}
	if errs.Is(err, errs.Conflict) { // somebody else has decided: the page shows it
		return err
	}
	return c.After(f, err, "sender.centre.decided", PathCentre, s.judgePage)
}

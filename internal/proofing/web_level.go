// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"net/url"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// levelView is what somebody is shown of their own level.
type levelView struct {
	web.View
	person identity.Person
	proofs []identity.Proof
	now    time.Time
	back   level.Back
	asked  bool   // something was missing: back says what
	sealed string // back, as it goes from page to page
	offers []Offer
	word   identity.Provisional // zero: the account does not rest on its owner's word
}

func (s *Service) showLevel(c *web.Ctx) error {
	return s.levelPage(c, c.View(nil, nil), c.Query("for"))
}

func (s *Service) levelPage(c *web.Ctx, view web.View, sealed string) error {
	me := c.Actor.Person
	p, err := s.d.Identity.Person(c.Context(), me)
	if err != nil {
		return err
	}
	v := levelView{View: view, person: p, now: c.Now()}
	if v.proofs, err = s.d.Identity.Proofs(c.Context(), me); err != nil {
		return err
	}
	if v.word, _, err = s.d.Identity.ProvisionalOf(c.Context(), s.d.DB, me); err != nil {
		return err
	}
	if v.back, v.asked = s.d.Returns.Open(c.Actor, sealed); v.asked {
		v.sealed = sealed
	}
	page := web.Page{Title: c.T("proofing.title"), Lead: c.T("proofing.lead"), Active: "account", Back: web.AccountPath, Errors: view.Errors}
	switch {
	case v.reached():
		page.Title, page.Lead, page.Back, page.Body = c.T("proofing.reached.title"), c.T("proofing.reached.lead"), "", reachedBody(v)
		return c.Render(page)
	case v.asked:
		page.Title, page.Lead, page.Back = c.T("proofing.missing.title"), c.T("proofing.missing.for."+string(v.back.Service)), v.back.Next
		v.offers = s.waysTo(p, v.back.Need)
	default:
		v.offers = s.waysTo(p, p.Assurance+1)
	}
	if v.word.Open() {
		v.offers = nil // the registries come first, by themselves
	}
	page.Body = levelBody(v)
	return c.Render(page)
}

// reached tells that what was missing is there.
func (v levelView) reached() bool { return v.asked && v.person.Assurance >= v.back.Need }

func (s *Service) postRegistry(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	sealed := f.Text("for", form.Max(4000))
	if err = f.Err(); err == nil {
		err = s.AskRegistries(c.Context(), c.Actor)
	}
	if err == nil {
		c.Flash("proofing.registry.done")
		return c.Redirect(pageFor(pathLevel, sealed))
	}
	shown, ok := c.Errors(err, f)
	if !ok && (errs.Is(err, errs.Unavailable) || errs.Is(err, errs.RateLimited) || errs.Is(err, errs.Conflict)) {
		shown, ok = &web.Errors{Items: []web.ErrorItem{{Words: c.P.Error(err)}}}, true
	}
	if !ok {
		return err
	}
	return s.levelPage(c, c.View(nil, shown), sealed)
}

// pageFor is a page of this module that knows the way back.
func pageFor(path, sealed string) string {
	if sealed == "" {
		return path
	}
	return path + "?" + url.Values{"for": {sealed}}.Encode()
}

// standing are the facts about the level: what it is and what is needed.
func (v levelView) standing() []web.SummaryRow {
	rows := []web.SummaryRow{{Key: v.T("proofing.now"), Value: levelWords(v.P, v.person.Assurance)}}
	if v.asked {
		rows = append(rows, web.SummaryRow{Key: v.T("proofing.needed"), Value: v.T("proofing.need." + strconv.Itoa(v.back.Need))})
	}
	return rows
}

func levelWords(p *i18n.Printer, n int) string { return p.T("identity.assurance." + strconv.Itoa(n)) }

// rows say how long a way takes, what it costs and by which rule.
func (v levelView) rows(o Offer) []web.SummaryRow {
	cost := v.T("proofing.free")
	switch {
	case o.Rials < 0:
		cost = v.T("proofing.by_broker")
	case o.Rials > 0:
		cost = v.P.Money(o.Rials)
	}
	by := o.Citation.FA
	if v.P.Lang() == i18n.EN {
		by = o.Citation.EN
	}
	return []web.SummaryRow{
		{Key: v.T("proofing.takes"), Value: v.T("proofing.minutes", "n", o.Minutes)},
		{Key: v.T("proofing.costs"), Value: cost},
		{Key: v.T("proofing.rule"), Value: by},
	}
}

// lost is why the newest proof that ended early did; "" if one stands.
func (v levelView) lost() string {
	for _, p := range v.proofs {
		if p.Stands(v.now) {
			return ""
		}
		if p.EndedWhy != "" && v.P.Has(p.EndedWhy) {
			return v.T(p.EndedWhy)
		}
	}
	return ""
}

func (v levelView) proofTable() web.TableOptions {
	t := web.TableOptions{Caption: v.T("proofing.proofs"), HiddenCaption: true, Empty: v.T("proofing.no_proofs"), Columns: []web.Column{
		{Label: v.T("proofing.proof.how")}, {Label: v.T("proofing.proof.when")}, {Label: v.T("proofing.proof.state")},
	}}
	for _, p := range v.proofs {
		state := web.Tag(web.Neutral, v.T("proofing.proof.ended"))
		if p.Stands(v.now) {
			state = web.Tag(web.Good, v.T("proofing.proof.stands"))
		}
		t.Rows = append(t.Rows, []web.Cell{{Text: v.T("proofing.way." + string(p.Way))}, {Body: web.TimeText(v.P, p.At)}, {Body: state}})
	}
	return t
}

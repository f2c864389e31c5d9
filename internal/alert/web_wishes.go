// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"slices"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// lastShown is how many of somebody's alerts the page shows.
const lastShown = 10

// wishesView is the page on which somebody says how they want to be told.
type wishesView struct {
	web.View
	person  identity.Person
	wishes  Wishes
	bounced []Bounce
	last    []Alert
	chats   []chatView

	pushKey  string // "": no browser can be told
	browsers []Browser
}

func (s *Service) getWishes(c *web.Ctx) error { return s.wishesPage(c, c.View(nil, nil)) }

func (s *Service) wishesPage(c *web.Ctx, view web.View) (err error) {
	v := wishesView{View: view}
	if v.person, err = s.d.Identity.Person(c.Context(), c.Actor.Person); err != nil {
		return err
	}
	if v.wishes, err = s.wishesOf(c.Context(), s.d.DB, v.person); err != nil {
		return err
	}
	if v.bounced, err = s.Bounced(c.Context(), c.Actor.Person); err != nil {
		return err
	}
	if v.last, err = s.Last(c.Context(), c.Actor, lastShown); err != nil {
		return err
	}
	if v.chats, err = s.chats(c); err != nil {
		return err
	}
	v.pushKey = s.PushKey()
	if v.browsers, err = s.Browsers(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.Render(web.Page{
		Script: script,
		Title:  c.T("alert.page.title"), Lead: c.T("alert.page.lead"), Active: "account", Back: web.AccountPath, Errors: view.Errors, Body: wishesBody(v),
	})
}

func (s *Service) postWishes(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	w, err := s.Wishes(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	p, err := s.d.Identity.Person(c.Context(), c.Actor.Person)
	if err != nil {
		return err
	}
	// What was not offered stays as it is.
	var all []string
	for _, ch := range Channels() {
		all = append(all, string(ch))
	}
	ticked := f.Choices("ways", all...)
	if p.Mobile != "" {
		w.SMS = slices.Contains(ticked, string(SMS))
	}
	if p.Email != "" {
		w.Email = slices.Contains(ticked, string(Email))
	}
	links, err := s.Links(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for _, l := range links {
		w = w.with(l.Channel, slices.Contains(ticked, string(l.Channel)))
	}
	browsers, err := s.Browsers(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	if len(browsers) > 0 {
		w.Push = slices.Contains(ticked, string(Push))
	}
	w.Spare = f.Bool("spare")
	w.Lang = i18n.Lang(f.Choice("lang", "", string(i18n.FA), string(i18n.EN)))
	w.Neutral = f.Bool("neutral")
	w.Quiet = Hours{hour(f, "quiet_from"), hour(f, "quiet_to")}
	if w.Safe = (Hours{}); f.Bool("safe") {
		w.Safe = Hours{hour(f, "safe_from"), hour(f, "safe_to")}
		if w.Safe.Empty() {
			f.Fail("safe_to", "alert.wishes.safe_short")
		}
	} else {
		f.Known("safe_from", "safe_to")
	}
	if err = f.Err(); err == nil {
		err = s.SetWishes(c.Context(), c.Actor, w)
	}
	if err != nil {
		if shown, ok := c.Errors(err, f); ok {
			return s.wishesPage(c, c.View(f, shown))
		}
		return err
	}
	c.Flash("alert.page.saved")
	return c.Redirect(Path)
}

// hour reads one of the hours of a list.
func hour(f *form.Form, name string) Clock {
	allowed := make([]string, 24)
	for i := range allowed {
		allowed[i] = Clock(i * 60).String()
	}
	c, _ := ParseClock(f.Choice(name, allowed...))
	return c
}

func (v wishesView) hours(name, label string, now Clock) web.Choice {
	o := web.Choice{Name: name, Label: v.T(label)}
	for i := range 24 {
		c := Clock(i * 60)
		o.Options = append(o.Options, web.Option{Value: c.String(), Label: v.P.Digits(c.String()), On: c == now})
	}
	return o
}

// ways are the channels on which somebody can be reached at all.
func (v wishesView) ways() web.Choice {
	o := web.Choice{Name: "ways", Label: v.T("alert.page.ways"), Hint: v.T("alert.page.ways_hint"), Optional: true}
	if v.person.Mobile != "" {
		o.Options = append(o.Options, web.Option{Value: string(SMS), Label: v.T("alert.channel.sms"), Hint: identity.LocalMobile(v.person.Mobile), On: v.wishes.SMS})
	}
	if v.person.Email != "" {
		o.Options = append(o.Options, web.Option{Value: string(Email), Label: v.T("alert.channel.email"), Hint: v.person.Email, On: v.wishes.Email})
	}
	for _, c := range v.chats {
		if c.link != nil {
			o.Options = append(o.Options, web.Option{Value: string(c.channel), Label: v.T("alert.channel." + string(c.channel)), Hint: c.link.Name, On: v.wishes.On(c.channel)})
		}
	}
	if len(v.browsers) > 0 {
		o.Options = append(o.Options, web.Option{Value: string(Push), Label: v.T("alert.channel.push"), Hint: v.P.N("alert.push.count", len(v.browsers)), On: v.wishes.Push})
	}
	return o
}

// hasSpare tells whether there is anything beside text messages.
func (v wishesView) hasSpare() bool { return v.person.Mobile != "" && len(v.ways().Options) > 1 }

func (v wishesView) langs() web.Choice {
	o := web.Choice{Name: "lang", Label: v.T("alert.page.lang")}
	for _, l := range []i18n.Lang{"", i18n.FA, i18n.EN} {
		key := "alert.page.lang.account"
		if l != "" {
			key = "held.lang." + string(l)
		}
		o.Options = append(o.Options, web.Option{Value: string(l), Label: v.T(key), On: v.wishes.Lang == l})
	}
	return o
}

// safeHours are those shown at first: what was chosen, or the morning.
func (v wishesView) safeHours() Hours {
	if v.wishes.Safe.Empty() {
		return Hours{9 * 60, 12 * 60}
	}
	return v.wishes.Safe
}

// table is what was sent last, one line for each message.
func (v wishesView) table() web.TableOptions {
	t := web.TableOptions{Caption: v.T("alert.page.last"), HiddenCaption: true, Empty: v.T("alert.page.last_none"), Columns: []web.Column{
		{Label: v.T("alert.page.what")}, {Label: v.T("alert.page.way")}, {Label: v.T("alert.page.when")}, {Label: v.T("alert.page.state")},
	}}
	for _, a := range v.last {
		what := web.Cell{Text: v.T("alert.kind." + string(a.Kind))}
		if len(a.Tries) == 0 {
			at := a.Made
			if a.State == Queued {
				at = a.Due
			}
			t.Rows = append(t.Rows, []web.Cell{what, {Text: v.T("alert.page.no_way")}, {Body: web.TimeText(v.P, at)}, {Body: web.Tag(web.Neutral, v.T("alert.state."+a.State))}})
		}
		for _, try := range a.Tries {
			t.Rows = append(t.Rows, []web.Cell{what, {Text: v.T("alert.channel." + string(try.Channel))}, {Body: web.TimeText(v.P, try.At)},
				{Body: web.Tag(toneOf(try.State), v.T("alert.try."+try.State))}})
		}
	}
	return t
}

func toneOf(state string) web.Tone {
	switch state {
	case Delivered, Sent:
		return web.Good
	case Failed, Spent:
		return web.Warn
	}
	return web.Neutral
}

// Ask asks somebody at whose address nothing arrives to give another one; nil if
// there is nothing to ask.
func (s *Service) Ask(c *web.Ctx) templ.Component {
	list, err := s.Bounced(c.Context(), c.Actor.Person)
	if err != nil {
		c.Log().Warn("alert: bounces cannot be read", "err", err)
	}
	if len(list) == 0 {
		return nil
	}
	return askBody(c.P, list)
}

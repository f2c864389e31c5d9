// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// pathBrowser is where a demo country shows what a browser would show while our
// pages are closed: real browsers get theirs from services that a demo cannot reach.
const pathBrowser = "/demo/browser"

// keyBrowser is the pretend browser of a session.
const keyBrowser = "demo.browser"

type browserPane struct {
	on    bool
	shown []chatLine
}

func (a *App) getBrowser(c *web.Ctx) error {
	if a.Doubles == nil {
		return errs.New(errs.NotFound, "").Because(errNoDemo)
	}
	var v browserPane
	if name := c.Get(keyBrowser); name != "" {
		v.on = true
		for _, s := range a.Doubles.Push.List(name) {
			var words struct{ Title, Body string }
			if json.Unmarshal(s.Text, &words) == nil {
				v.shown = append(v.shown, chatLine{text: words.Title + ": " + words.Body, at: s.At})
			}
		}
	}
	return c.Render(web.Page{Title: c.T("app.browser.title"), Lead: c.T("app.browser.lead"), Back: "/demo", Body: browserBody(c.P, v)})
}

// postBrowser subscribes the pretend browser for who is signed in, or ends that at
// the browser, of which we learn with the next message.
func (a *App) postBrowser(c *web.Ctx) error {
	if a.Doubles == nil {
		return errs.New(errs.NotFound, "").Because(errNoDemo)
	}
	f, err := c.Form(4 << 10)
	if err != nil {
		return err
	}
	act := f.Choice("act", "on", "off")
	if err := f.Err(); err != nil {
		return err
	}
	if name := c.Get(keyBrowser); name != "" {
		a.Doubles.Push.Leave(name)
		c.Drop(keyBrowser)
	}
	if act == "on" {
		name, sub, err := a.Doubles.Push.Subscribe()
		if err != nil {
			return err
		}
		if err := a.Alert.Subscribe(c.Context(), c.Actor, sub, c.T("app.browser.title")); err != nil {
			return err
		}
		c.Put(keyBrowser, name)
	}
	return c.Redirect(pathBrowser)
}

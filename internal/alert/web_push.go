// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"strconv"

	"github.com/tarazu/tarazu/internal/gateway/webpush"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// The script of the page of wishes, and what runs in a browser to show messages.
const (
	script = "push.js"
	worker = "push-worker.js"
)

// postPush subscribes a browser, or forgets one.
func (s *Service) postPush(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	forget := f.Text("forget", form.Optional, form.Max(80))
	sub := webpush.Subscription{
		Endpoint: f.Text("endpoint", form.Optional, form.Max(1000)), P256dh: f.Text("p256dh", form.Optional, form.Max(200)), Auth: f.Text("auth", form.Optional, form.Max(80)),
	}
	done := "alert.push.ended"
	if err = f.Err(); err == nil {
		if forget != "" {
			err = s.Unsubscribe(c.Context(), c.Actor, forget)
		} else {
			done, err = "alert.push.done", s.Subscribe(c.Context(), c.Actor, sub, c.Device())
		}
	}
	if err != nil {
		if shown, ok := c.Errors(err, f); ok {
			return s.wishesPage(c, c.View(nil, shown))
		}
		return err
	}
	c.Flash(done)
	return c.Redirect(Path + "#push")
}

// getWorker is the service worker that shows messages: in its own folder, so that it
// has nothing to do with pages, nor with the bailiff's.
func (s *Service) getWorker(c *web.Ctx) error {
	h := c.W.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	_, err := c.W.Write([]byte("importScripts(" + strconv.Quote(c.Asset(worker)) + ");\n"))
	return err
}

// browserName is the kind of a browser, as far as it is known.
func (v wishesView) browserName(b Browser) string {
	if b.Name == "" {
		return v.T("alert.push.unknown")
	}
	return b.Name
}

// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/web/assets"
)

// Page is one HTML page: its heading, where it stands, and what it holds.
type Page struct {
	Title   string // the document's title and, unless NoHeading, its h1
	Caption string // small words above the heading: which case, which step
	Lead    string // one sentence under the heading

	Active string // Key of the NavItem that this page belongs to
	Count  *int   // what the menu shows beside Active, if the page has counted it
	Back   string // path of the back link; "" for none
	Wide   bool   // dense pages of professionals use the whole width

	Status int     // 0: 200, or 422 if there are Errors
	Errors *Errors // shown as a summary at the top

	Body      templ.Component
	Aside     templ.Component // beside the body on wide screens, below it on narrow ones
	NoHeading bool            // the body brings its own h1

	// Script is a built script of this page's own, by its plain name.
	Script string

	// RefreshURL makes a page that waits for something: it is asked again
	// (with script, until an answer comes without RefreshURL, which replaces
	// this one; without script by a link).
	RefreshURL string
}

// gzipFrom is the size from which a page is worth compressing.
const gzipFrom = 1 << 10

func newBuffer() any { return new(bytes.Buffer) }

func newZipper() any {
	w, err := gzip.NewWriterLevel(io.Discard, 5)
	if err != nil {
		return gzip.NewWriter(io.Discard) // cannot happen: 5 is a level
	}
	return w
}

// Render sends the page. Nothing is sent if it cannot be drawn or the session
// cannot be saved.
func (c *Ctx) Render(p Page) (err error) {
	defer errs.Wrap(&err, "web.Render")
	l, err := c.layout(p)
	if err != nil {
		return err
	}
	buf, ok := c.s.buffers.Get().(*bytes.Buffer)
	if !ok {
		buf = new(bytes.Buffer)
	}
	buf.Reset()
	defer c.s.buffers.Put(buf)
	if err := document(l).Render(c.Context(), buf); err != nil {
		return err
	}
	if err := c.save(); err != nil {
		return err
	}
	status := p.Status
	switch {
	case status != 0:
	case p.Errors != nil:
		status = http.StatusUnprocessableEntity
	default:
		status = http.StatusOK
	}
	c.writeHTML(status, buf.Bytes())
	return nil
}

func (c *Ctx) writeHTML(status int, page []byte) {
	h := c.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(c.P.Lang()))
	// Pages of a person are kept nowhere; others may be shown again by the
	// back button, but are asked for anew.
	if c.Actor.Person != "" || c.hadToken {
		h.Set("Cache-Control", "private, no-store")
	} else {
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Add("Vary", "Cookie")
	h.Add("Vary", "Accept-Encoding")
	if len(page) < gzipFrom || !assets.AcceptsGzip(c.R) {
		h.Set("Content-Length", strconv.Itoa(len(page)))
		c.W.WriteHeader(status)
		c.writeBody(page)
		return
	}
	z, ok := c.s.zippers.Get().(*gzip.Writer)
	if !ok {
		c.W.WriteHeader(status)
		c.writeBody(page)
		return
	}
	defer c.s.zippers.Put(z)
	h.Set("Content-Encoding", "gzip")
	c.W.WriteHeader(status)
	z.Reset(c.W)
	_, err := z.Write(page)
	if closeErr := z.Close(); err != nil || closeErr != nil {
		c.Log().Debug("page not read to its end")
	}
}

func (c *Ctx) writeBody(b []byte) {
	if _, err := c.W.Write(b); err != nil {
		c.Log().Debug("page not read to its end")
	}
}

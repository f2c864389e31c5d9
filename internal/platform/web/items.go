// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Items is a list of things to open, such as the inbox. It is no template,
// because lists are what is read most and a template prints every value through
// an interface first. What comes from outside goes through text or link.
func Items(p *i18n.Printer, items []Item) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		m := markup{w: w}
		m.raw(`<ul class="items">`)
		for _, it := range items {
			m.item(p, it)
		}
		m.raw(`</ul>`)
		return m.err
	})
}

func (m *markup) item(p *i18n.Printer, it Item) {
	m.raw(`<li class="item" data-tone="`).text(it.Tone.class()).raw(`"`)
	if it.Unread {
		m.raw(` data-unread`)
	}
	if it.Mark != "" {
		m.raw(` data-other`)
	}
	m.raw(`><div class="item-main">`)
	if it.Mark != "" {
		m.raw(`<p class="item-mark">`).text(it.Mark).raw(`</p>`)
	}
	m.raw(`<h2 class="item-title"><a href="`).link(it.Href).raw(`">`).text(it.Title).raw(`</a>`)
	if it.Unread {
		m.raw(` <span class="visually-hidden">`).text(p.T("web.unread")).raw(`</span>`)
	}
	m.raw(`</h2><p class="item-meta">`)
	for _, words := range it.Meta {
		m.raw(`<span dir="auto">`).text(words).raw(`</span> `)
	}
	m.raw(`</p></div>`)
	if it.Tag != "" || it.Side != "" {
		m.raw(`<div class="item-side">`)
		if it.Tag != "" {
			m.raw(`<strong class="tag" data-tone="`).text(it.Tone.class()).raw(`">`).text(it.Tag).raw(`</strong> `)
		}
		if it.Side != "" {
			m.raw(`<span class="item-note">`).text(it.Side).raw(`</span>`)
		}
		m.raw(`</div>`)
	}
	m.raw(`</li>`)
}

// markup writes HTML until the first error.
type markup struct {
	w   io.Writer
	err error
}

// raw writes markup of our own, never a value.
func (m *markup) raw(s string) *markup {
	if m.err == nil {
		_, m.err = io.WriteString(m.w, s)
	}
	return m
}

// text writes words, in a passage or between the quotes of an attribute.
func (m *markup) text(s string) *markup { return m.raw(templ.EscapeString(s)) }

// link writes an address; one with a scheme that could run something is made
// harmless.
func (m *markup) link(href string) *markup { return m.text(string(templ.URL(href))) }

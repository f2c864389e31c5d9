// SPDX-License-Identifier: Apache-2.0

package apptest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Page is an answer of the program.
type Page struct {
	Client *Client
	Asked  string // method and path
	Path   string
	Status int
	Header http.Header
	Body   string
	Doc    *html.Node // nil unless it is HTML
}

// Want ends the test unless the answer has this status.
func (p *Page) Want(status int) *Page {
	t := p.Client.Env.T
	t.Helper()
	if p.Status != status {
		t.Fatalf("%s as %s: %d, want %d %s\n%s", p.Asked, p.Client.Who, p.Status, status, p.Header.Get("Location"), p.Text())
	}
	return p
}

// Location is where a redirect leads.
func (p *Page) Location() string { return p.Header.Get("Location") }

// Follow goes where redirects lead, within this site.
func (p *Page) Follow() *Page {
	t := p.Client.Env.T
	t.Helper()
	for range 10 {
		if p.Status < 300 || p.Status > 399 {
			return p
		}
		to := strings.TrimPrefix(p.Location(), p.Client.Env.URL)
		if !strings.HasPrefix(to, "/") {
			t.Fatalf("%s leads away: %s", p.Asked, to)
		}
		p = p.Client.Get(to)
	}
	t.Fatalf("%s: too many redirects", p.Asked)
	return nil
}

// All are the elements of a kind ("a", "h1"), or all that carry an attribute
// ("[data-x]") or have it with a value ("[rel=next]").
func (p *Page) All(what string) []*html.Node {
	if p.Doc == nil {
		return nil
	}
	key, value, valued := strings.Cut(strings.Trim(what, "[]"), "=")
	var out []*html.Node
	for n := range p.Doc.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case what[0] != '[' && n.Data == what:
			out = append(out, n)
		case what[0] == '[' && has(n, key) && (!valued || Attr(n, key) == value):
			out = append(out, n)
		}
	}
	return out
}

// Title is the words of the main heading.
func (p *Page) Title() string {
	for _, n := range p.All("h1") {
		return Words(n)
	}
	return ""
}

// Text is what a reader sees of the main part of the page, or of what is no
// page at all.
func (p *Page) Text() string {
	if p.Doc == nil {
		return p.Body
	}
	for _, n := range p.All("main") {
		return Words(n)
	}
	return Words(p.Doc)
}

// Links are the addresses of all links, in their order.
func (p *Page) Links() []string {
	var out []string
	for _, n := range p.All("a") {
		out = append(out, Attr(n, "href"))
	}
	return out
}

// Link is the first link that begins so; the test ends if there is none.
func (p *Page) Link(prefix string) string {
	p.Client.Env.T.Helper()
	for _, href := range p.Links() {
		if strings.HasPrefix(href, prefix) {
			return href
		}
	}
	p.Client.Env.T.Fatalf("%s: no link begins with %s; there are %v", p.Asked, prefix, p.Links())
	return ""
}

// Form is the form of the page that is sent to action, as it would be sent
// unchanged. ok is false if there is none.
func (p *Page) Form(action string) (fields url.Values, ok bool) {
	for _, f := range p.All("form") {
		if Attr(f, "action") == action && !strings.EqualFold(Attr(f, "method"), "get") {
			return fieldsOf(f), true
		}
	}
	return nil, false
}

// Submit sends the form of the page that goes to action, with fields changed as
// the pairs of name and value say, and goes where the answer leads. A field
// that the form does not have ends the test, and so does a missing form.
func (p *Page) Submit(action string, pairs ...string) *Page {
	t := p.Client.Env.T
	t.Helper()
	fields, ok := p.Form(action)
	if !ok {
		t.Fatalf("%s: no form goes to %s\n%s", p.Asked, action, p.Text())
	}
	for name, v := range values(p.Client.Env, pairs) {
		if !slices.ContainsFunc(p.All("[name="+name+"]"), func(*html.Node) bool { return true }) {
			t.Fatalf("%s: there is no field %s", p.Asked, name)
		}
		fields[name] = v
	}
	p.Client.referer = p.Client.Env.URL + p.Path
	sent := p.Client.Do(http.MethodPost, action, fields)
	p.Client.referer = ""
	return sent.Follow()
}

// fieldsOf are the values that a browser sends of a form without a button.
func fieldsOf(form *html.Node) url.Values {
	v := url.Values{}
	for n := range form.Descendants() {
		name := Attr(n, "name")
		if n.Type != html.ElementNode || name == "" || has(n, "disabled") {
			continue
		}
		switch n.Data {
		case "input":
			switch Attr(n, "type") {
			case "submit", "button", "file", "image", "reset":
			case "checkbox", "radio":
				if has(n, "checked") {
					v.Add(name, Attr(n, "value"))
				}
			default:
				v.Add(name, Attr(n, "value"))
			}
		case "textarea":
			v.Add(name, Words(n))
		case "select":
			v.Add(name, chosen(n))
		}
	}
	return v
}

// chosen is the value of a select: the option that is selected, else the first.
func chosen(sel *html.Node) string {
	first, seen := "", false
	for n := range sel.Descendants() {
		if n.Type != html.ElementNode || n.Data != "option" {
			continue
		}
		if has(n, "selected") {
			return Attr(n, "value")
		}
		if !seen {
			first, seen = Attr(n, "value"), true
		}
	}
	return first
}

// Attr is the value of an attribute, "" if there is none.
func Attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// Words is the text below a node, with single spaces.
func Words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && (d.Parent == nil || (d.Parent.Data != "script" && d.Parent.Data != "style")) {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

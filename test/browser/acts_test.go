// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// go to an address of the site, as by typing it.
func (b *tab) visit(path string) {
	b.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.w.base + path
	}
	b.call("visit", func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.Navigate(path)) })
}

// spot is where something is on the screen, or why it cannot be clicked.
type spot struct {
	X, Y   float64
	Wrong  string
	Folded bool
}

// jsFind finds one visible thing by its words inside what holds the words $2
// (anywhere in the main part if that is empty) and scrolls to it.
const jsFind = `(() => {
  const label = $1, scope = $2, kinds = $3;
  const norm = (s) => s.replace(/\s+/g, " ").trim();
  const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
  let root = document.querySelector("main") || document.body;
  if (scope === "page") root = document.body;
  else if (scope) {
    const boxes = [...document.querySelectorAll("li,tr,section,article,form,.card,.field,fieldset")].filter((e) => norm(e.textContent).includes(scope) && e.querySelector(kinds));
    root = boxes.sort((a, b) => a.textContent.length - b.textContent.length)[0];
    if (!root) return { Wrong: "nothing holds " + scope };
  }
  const all = [...root.querySelectorAll(kinds)].filter(shown);
  const words = (e) => norm(e.textContent);
  let hits = all.filter((e) => words(e) === label);
  if (!hits.length) hits = all.filter((e) => words(e).startsWith(label));
  if (!hits.length) return { Wrong: "no “" + label + "”; there is: " + all.map(words).join(" | ") };
  const target = (e) => e.href || (e.form && e.form.action + e.value) || (e.control && e.control.id) || "";
  if (new Set(hits.map(target)).size > 1) return { Wrong: hits.length + " times “" + label + "”" };
  const e = hits[0];
  e.scrollIntoView({ block: "center", behavior: "instant" });
  const r = e.getClientRects()[0], x = r.x + r.width / 2, y = r.y + r.height / 2, at = document.elementFromPoint(x, y);
  if (!at || !(e.contains(at) || at.contains(e))) return { Wrong: "“" + label + "” is covered by " + (at ? at.outerHTML.slice(0, 120) : "nothing") };
  window.leaving = true;
  return { X: x, Y: y };
})()`

func (b *tab) find(label, scope, kinds string) spot {
	b.Helper()
	s := ask[spot](b, jsFind, label, scope, kinds)
	if s.Wrong != "" {
		b.Fatalf("%s at %s: %s\n%s", b.look, b.path(), s.Wrong, b.text())
	}
	return s
}

const clickable = "button, a[href]"

// press clicks the button or link with these words and waits for the page that
// it leads to.
func (b *tab) press(label string) {
	b.Helper()
	b.pressIn("", label)
}

// pressIn presses within the smallest box that holds the words of scope.
func (b *tab) pressIn(scope, label string) {
	b.Helper()
	s := b.find(label, scope, clickable)
	b.mouse(s.X, s.Y, 1)
	b.arrived()
}

// unfold opens an explanation.
func (b *tab) unfold(summary string) {
	b.Helper()
	s := b.find(summary, "", "summary")
	b.mouse(s.X, s.Y, 1)
}

// arrived waits until another document is loaded than the one in which find
// looked last.
func (b *tab) arrived() {
	b.Helper()
	wait(b.T, "the next page", func() bool {
		there, err := try[bool](b, `!window.leaving && document.readyState === "complete"`)
		return err == nil && there
	})
}

// back uses the browser's own button.
func (b *tab) back() {
	b.Helper()
	from := b.path()
	b.call("back", func(ctx context.Context) error {
		h, err := chromedp.Call(ctx, page.GetNavigationHistory, cdp.Empty{})
		if err != nil {
			return err
		}
		_, err = chromedp.Call(ctx, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: h.Entries[h.CurrentIndex-1].ID})
		return err
	})
	wait(b.T, "the page before "+from, func() bool {
		there, err := try[string](b, `document.readyState === "complete" ? location.pathname + location.search : ""`)
		return err == nil && there != "" && there != from
	})
}

// fill replaces what stands in a field, as by typing.
func (b *tab) fill(name, value string) {
	b.Helper()
	if ok := ask[bool](b, `(() => { const e = document.querySelector("[name='" + $1 + "']");
		if (!e || e.disabled || e.readOnly || !e.getClientRects().length) return false;
		e.scrollIntoView({ block: "center", behavior: "instant" }); e.focus(); e.select(); return document.activeElement === e; })()`, name); !ok {
		b.Fatalf("%s at %s: no field %q to type in", b.look, b.path(), name)
	}
	b.insert(value)
	if got := b.value(name); strings.ReplaceAll(got, "\r\n", "\n") != value {
		b.Fatalf("%s: field %q holds %q after typing %q", b.look, name, got, value)
	}
}

// choose takes an answer of a list or of radio buttons.
func (b *tab) choose(name, value string) {
	b.Helper()
	kind := ask[string](b, `(() => { const e = document.querySelector("select[name='" + $1 + "']");
		if (!e) return "radio";
		e.focus(); e.value = $2; e.dispatchEvent(new Event("input", { bubbles: true })); e.dispatchEvent(new Event("change", { bubbles: true }));
		return e.value === $2 ? "select" : "no such line"; })()`, name, value)
	switch kind {
	case "select":
	case "radio":
		b.mark(name, value, true)
	default:
		b.Fatalf("%s at %s: %q has no line %q", b.look, b.path(), name, value)
	}
	b.still()
}

// untick takes the mark off a box.
func (b *tab) untick(name, value string) {
	b.Helper()
	b.mark(name, value, false)
	b.still()
}

// mark clicks on an answer, and requires that it is marked then, or is not.
func (b *tab) mark(name, value string, on bool) {
	b.Helper()
	s := ask[spot](b, `(() => { const e = document.querySelector("input[name='" + $1 + "'][value='" + $2 + "']");
		const l = e && e.labels[0]; if (!l) return { Wrong: "none" };
		l.scrollIntoView({ block: "center", behavior: "instant" });
		const r = l.getBoundingClientRect(); return { X: r.x + r.width / 2, Y: r.y + r.height / 2 }; })()`, name, value)
	if s.Wrong != "" {
		b.Fatalf("%s at %s: no answer %q to %q", b.look, b.path(), value, name)
	}
	b.mouse(s.X, s.Y, 1)
	if ask[bool](b, `document.querySelector("input[name='" + $1 + "'][value='" + $2 + "']").checked`, name, value) != on {
		b.Fatalf("%s: %q is not marked as it was to be", b.look, name)
	}
}

// still waits until the page has taken in what follows from an answer.
func (b *tab) still() {
	b.Helper()
	if b.look.script {
		wait(b.T, "what follows from an answer", func() bool {
			rests, err := try[bool](b, `!document.querySelector("form[aria-busy]")`)
			return err == nil && rests
		})
	}
}

// value is what a field holds.
func (b *tab) value(name string) string {
	b.Helper()
	return ask[string](b, `(document.querySelector("[name='" + $1 + "']:checked") || document.querySelector("[name='" + $1 + "']:not([type=radio])") || { value: "" }).value`, name)
}

// path is the address without the host.
func (b *tab) path() string {
	b.Helper()
	return ask[string](b, `location.pathname + location.search`)
}

// text is what can be read on the page.
func (b *tab) text() string {
	b.Helper()
	return ask[string](b, `document.body.innerText.replace(/\s+/g, " ")`)
}

// sees requires words on the page.
func (b *tab) sees(words ...string) {
	b.Helper()
	text := b.text()
	for _, w := range words {
		if !strings.Contains(text, strings.Join(strings.Fields(w), " ")) {
			b.Fatalf("%s at %s: cannot read %q in:\n%s", b.look, b.path(), w, text)
		}
	}
}

// lacks requires that words are nowhere, not even in the source of the page.
func (b *tab) lacks(words ...string) {
	b.Helper()
	html := ask[string](b, `document.documentElement.outerHTML + document.body.innerText`)
	for _, w := range words {
		if strings.Contains(html, w) {
			b.Fatalf("%s at %s: %q must not be here:\n%s", b.look, b.path(), w, b.text())
		}
	}
}

// at requires that the page has this address.
func (b *tab) at(prefix string) {
	b.Helper()
	if p := b.path(); !strings.HasPrefix(p, prefix) {
		b.Fatalf("%s: at %s instead of %s:\n%s", b.look, p, prefix, b.text())
	}
}

// status is the HTTP status of the page.
func (b *tab) status() int {
	b.Helper()
	return ask[int](b, `performance.getEntriesByType("navigation")[0].responseStatus`)
}

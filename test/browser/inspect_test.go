// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// maxHTML is how large a page may be (interface.md), in bytes.
const maxHTML = 50 << 10

// axePath is where `npm ci` has put axe.
const axePath = "../../web/node_modules/axe-core/axe.min.js"

var axeSource = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile(axePath)
	if err != nil {
		return "", fmt.Errorf("axe-core is not there, run `make setup`: %w", err)
	}
	return string(b), nil
})

// facts are what can be measured of a page.
type facts struct {
	Lang, Dir, Title, Theme string
	Width                   int64
	Wide                    []string // what stands out of the window
	Bytes                   int
	Headings                int
	Raw                     []string // keys without words, and variables without a value
	Digits                  []string // digits of the wrong script in prose
	Cross                   bool     // a page of another origin, such as the bank's
}

// Persian prose has Persian digits; left out are codes that are isolated, long
// identifiers (people copy them) and names such as SHA-256. English prose has none
// of them, but where it quotes what somebody wrote in Persian.
const jsFacts = `(() => {
  const root = document.documentElement, width = $1, fa = root.lang === "fa";
  const boxed = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (/auto|scroll|hidden|clip/.test(getComputedStyle(p).overflowX) && p !== document.body && p !== root) return true; return false; };
  const out = [...document.body.querySelectorAll("*")].filter((e) => { const r = e.getBoundingClientRect();
    return r.width > 1 && (r.right > width + 1 || r.left < -1) && !e.closest(".skip,.visually-hidden") && !boxed(e); });
  const digits = [], raw = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const n = walk.currentNode, e = n.parentElement;
    if (/⟦|(^|[^{])\{[a-z_]+\}([^}]|$)/.test(n.data)) // doubled braces are a sender’s own
       raw.push(n.data.trim());
    if (e.closest("script,style,noscript,textarea,[dir=ltr],bdi,code,[lang]:not(html),.message") && fa) continue;
    const own = n.data.replace(/[\u2066-\u2068][^\u2069]*\u2069|\b\d{10,}\b|\b[A-Z]+-\d+\b/g, "");
    if (fa ? /[0-9]/.test(own) : /[۰-۹]/.test(own.replace(/[آ-ی][\u0600-\u06ff\u200c\s]*/g, "")) && !e.closest("[dir=auto],[dir=rtl],[lang=fa],textarea,.paper")) digits.push(n.data.trim());
  }
  for (const e of document.querySelectorAll("[title],[aria-label],[placeholder],[alt]")) for (const a of ["title", "aria-label", "placeholder", "alt"])
    if ((e.getAttribute(a) || "").includes("⟦")) raw.push(e.getAttribute(a));
  const nav = performance.getEntriesByType("navigation")[0];
  return { Lang: root.lang, Dir: root.dir, Title: document.title, Theme: root.dataset.theme || "", Width: Math.max(root.scrollWidth, document.body.scrollWidth),
    Wide: out.slice(0, 5).map((e) => e.outerHTML.slice(0, 140)), Bytes: nav.decodedBodySize, Headings: document.querySelectorAll("h1").length,
    Raw: raw, Digits: digits, Cross: location.origin !== $2 };
})()`

// violation is what axe found.
type violation struct {
	ID, Impact, Help string
	Nodes            []string
}

const jsAxe = `axe.run(document, { resultTypes: ["violations"], runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } })
  .then((r) => r.violations.map((v) => ({ ID: v.id, Impact: v.impact || "", Help: v.help, Nodes: v.nodes.slice(0, 3).map((n) => n.target.join(" ") + ": " + n.html.slice(0, 160) + " " + (n.failureSummary || "").replace(/\s+/g, " ")) })))`

// inspect examines the page that is seen, once for each name.
func (b *tab) inspect(name string) {
	b.Helper()
	if b.quiet || b.seen[name] {
		return
	}
	b.seen[name] = true
	where := fmt.Sprintf("%s (%s)", name, b.look)
	f := ask[facts](b, jsFacts, b.look.width, b.w.base)
	bad := func(format string, args ...any) {
		b.Helper()
		b.Errorf("%s: %s", where, fmt.Sprintf(format, args...))
	}
	if f.Lang != string(b.look.lang) || f.Dir != b.look.lang.Dir() {
		bad("lang=%q dir=%q", f.Lang, f.Dir)
	}
	if !f.Cross && f.Theme != b.look.theme {
		bad("theme %q", f.Theme)
	}
	if f.Width > b.look.width || len(f.Wide) > 0 {
		bad("stands out of the window, %d of %d: %s", f.Width, b.look.width, strings.Join(f.Wide, "\n\t"))
	}
	if f.Bytes >= maxHTML || f.Bytes == 0 {
		bad("%d bytes of HTML", f.Bytes)
	}
	if f.Headings != 1 {
		bad("%d main headings", f.Headings)
	}
	if f.Title == "" {
		bad("no title")
	}
	if len(f.Raw) > 0 {
		bad("keys without words: %q", f.Raw)
	}
	if len(f.Digits) > 0 {
		bad("digits of the other script: %q", f.Digits)
	}
	for _, v := range b.axe() {
		bad("axe %s (%s): %s\n\t%s", v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
	for _, t := range b.takeTroubles() {
		bad("the browser complains: %s", t)
	}
	if dir := os.Getenv("TARAZU_TEST_SCREENSHOTS"); dir != "" && b.look.script {
		must(b.T, os.MkdirAll(dir, 0o750))
		file := fmt.Sprintf("%s-%s-%d-%s.png", name, b.look.lang, b.look.width, b.look.theme)
		must(b.T, os.WriteFile(filepath.Join(dir, file), b.picture(true), 0o600))
	}
}

// axe runs axe-core in the page. Without script the page stays as it was drawn
// without, and only axe runs.
func (b *tab) axe() (out []violation) {
	b.Helper()
	source, err := axeSource()
	must(b.T, err)
	if !b.look.script {
		b.scripts(true)
		defer b.scripts(false)
	}
	b.call("axe", func(ctx context.Context) error {
		if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](source)); err != nil {
			return err
		}
		out, err = chromedp.Run(ctx, chromedp.Evaluate[[]violation](jsAxe, chromedp.EvalAwaitPromise))
		return err
	})
	return out
}

// picture is a PNG of the page, or of the window only. A page that fits into
// the window is taken as the window: otherwise Chromium shifts it from right to
// left.
func (b *tab) picture(whole bool) (png []byte) {
	b.Helper()
	if whole {
		whole = ask[bool](b, `(() => { if (document.activeElement) document.activeElement.blur(); window.scrollTo(0, 0); return document.documentElement.scrollHeight > innerHeight; })()`)
	}
	b.call("picture", func(ctx context.Context) error {
		r, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: &whole})
		png = r.Data
		return err
	})
	return png
}

// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// look is how somebody sees the site.
type look struct {
	lang   i18n.Lang
	theme  string // "light" or "dark"
	width  int64  // in CSS pixels
	script bool
}

const (
	phone   = 390
	desktop = 1280
)

func (l look) String() string {
	s := "script"
	if !l.script {
		s = "no script"
	}
	return fmt.Sprintf("%s %s %d %s", l.lang, l.theme, l.width, s)
}

// tab is one person's browser.
type tab struct {
	*testing.T
	w      *world
	look   look
	p      *i18n.Printer
	ctx    context.Context
	seen   map[string]bool // pages that were inspected
	quiet  bool            // inspect nothing
	cost   cost
	office official // the capacity that was taken last

	mu       sync.Mutex
	troubles []string // what the browser complained about; guarded by mu
}

// cost is what something took somebody at the keyboard.
type cost struct {
	keys  int // that do something: Tab, arrows, Enter
	chars int // that are typed
	pages int // that are waited for
}

// open opens a browser of its own for one person.
func (w *world) open(t *testing.T, browser context.Context, l look) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	return w.adopt(t, ctx, l)
}

// adopt prepares the tab of ctx.
func (w *world) adopt(t *testing.T, ctx context.Context, l look) *tab {
	t.Helper()
	b := &tab{T: t, w: w, look: l, p: w.app.Words.Printer(l.lang), ctx: ctx, seen: map[string]bool{}}
	must(t, chromedp.Listen(ctx, b.hear))
	b.as(l)
	return b
}

// as changes how the site is seen; the next page comes that way.
func (b *tab) as(l look) {
	b.Helper()
	b.look, b.p = l, b.w.app.Words.Printer(l.lang)
	height := int64(844)
	if l.width > phone {
		height = 900
	}
	b.view(l.width, height, 1)
	b.scripts(l.script)
	for name, value := range map[string]string{"lang": string(l.lang), "theme": l.theme} {
		b.call("cookies", func(ctx context.Context) error {
			_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.w.base})
			return err
		})
	}
}

// call runs one command with patience.
func (b *tab) call(what string, fn func(ctx context.Context) error) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := fn(ctx); err != nil {
		b.Fatalf("%s: %s: %v", b.look, what, err)
	}
}

// view sets the window: a telephone or a desk, with scale dots in a CSS pixel.
func (b *tab) view(width, height int64, scale float64) {
	b.Helper()
	b.call("window", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: width, Height: height, DeviceScaleFactor: scale, Mobile: width <= phone,
		})
		return err
	})
}

func (b *tab) scripts(on bool) {
	b.Helper()
	b.call("script", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	})
}

// hear notes what the browser complains about: errors of scripts, of the
// content policy, of files that are missing. An answer with an error status is
// the test's to judge, and its line in the console is left out.
func (b *tab) hear(ev any) {
	trouble := ""
	switch ev := ev.(type) {
	case *log.EventEntryAdded:
		e := ev.Entry
		answer := e.Source == log.EntrySourceNetwork && strings.Contains(e.Text, "status of")
		if (e.Level == log.EntryLevelError || e.Source == log.EntrySourceSecurity) && !answer {
			trouble = fmt.Sprintf("%s: %s", e.Source, e.Text)
		}
	case *runtime.EventExceptionThrown:
		trouble = "script: " + ev.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		if ev.Type == "error" || ev.Type == "warning" {
			trouble = "console." + string(ev.Type)
		}
	}
	if trouble == "" {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.troubles = append(b.troubles, trouble)
}

// takeTroubles are the complaints since the last time.
func (b *tab) takeTroubles() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.troubles
	b.troubles = nil
	return out
}

// ask evaluates an expression in the page; args are put in as JSON for $1, $2 …
func ask[T any](b *tab, expression string, args ...any) T {
	b.Helper()
	v, err := try[T](b, expression, args...)
	if err != nil {
		b.Fatalf("%s: %s: %v", b.look, expression, err)
	}
	return v
}

func try[T any](b *tab, expression string, args ...any) (T, error) {
	for i, a := range args {
		raw, err := json.Marshal(a)
		must(b.T, err)
		expression = strings.ReplaceAll(expression, fmt.Sprintf("$%d", i+1), string(raw))
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression))
}

// mouse clicks n times at once at a point of the window.
func (b *tab) mouse(x, y float64, n int64) {
	b.Helper()
	for i := range n {
		for _, typ := range []input.DispatchMouseEventType{"mousePressed", "mouseReleased"} {
			b.call("mouse", func(ctx context.Context) error {
				_, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{
					Type: typ, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: i + 1,
				})
				return err
			})
		}
	}
}

// insert types text where the focus is.
func (b *tab) insert(text string) {
	b.Helper()
	b.cost.chars += utf8.RuneCountInString(text)
	b.call("keyboard", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"net/url"
	"strings"
	"testing"
)

// TestDemo: the front door, the demo's pane, its clock, and everybody found by
// name, in every look.
func TestDemo(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	for _, l := range looks() {
		t.Run(strings.ReplaceAll(l.String(), " ", "-"), func(t *testing.T) {
			t.Parallel()
			b := w.open(t, c, l)
			b.visit("/")
			b.inspect("landing")
			b.visit("/demo")
			b.sees(b.p.T("app.story.title"))
			b.inspect("demo-story")
			b.pressIn("page", b.p.N("app.demo.forward_days", 10))
			b.sees(b.p.T("app.demo.clock_moved"))
			b.visit("/demo/people?role=lawyer&province=tehran")
			b.sees("شهرام فلاحی")
			b.inspect("demo-people-found")
			b.visit("/demo/people?name=" + url.QueryEscape("رضا کریمی"))
			b.pressIn("رضا کریمی", b.p.T("app.people.enter"))
			b.at("/home")
		})
	}
}

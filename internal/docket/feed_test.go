// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestFeed: a calendar program reads at a secret address by when somebody has to
// act, and no more than that; a new address ends the old one; who ends it has
// none; each reading is shown; clients' terms are for who chose them as a lawyer.
func TestFeed(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		n := r.serve(t, c, Defendant, "cpc-336", "k1")
		r.drain(t)
		due := r.stands(t, c, n.ID)

		site := newSite(t, r, cast{"defendant": d})
		site.as("defendant")
		_, page := site.post("/account/calendar", url.Values{"what": {"deadlines", "hearings"}})
		address := regexp.MustCompile(`/calendar/[A-Z0-9]+\.ics`).FindString(page)
		if address == "" {
			t.Fatalf("no address on %s", page)
		}
		status, ics := site.get(address)
		if status != http.StatusOK || !strings.Contains(ics, icsDay(due.Safe)) || !strings.Contains(ics, icsDay(due.Last)) {
			t.Errorf("%d %s", status, ics)
		}
		for _, not := range []string{c.Number, c.ID, "مطالبه", "رضا", d.Person} {
			if strings.Contains(ics, not) {
				t.Errorf("the file says %q", not)
			}
		}
		_, page = site.get("/account/calendar")
		site.has(page, "یک بار")
		if strings.Contains(page, address) {
			t.Error("the address is told a second time")
		}
		secret := func(f Feed) string { return must(r.MakeFeed(t.Context(), d, f, i18n.FA))(t) }
		second := secret(Feed{Hearings: true})
		if status, _ := site.get(address); status != http.StatusNotFound {
			t.Errorf("the old address answers %d", status)
		}
		if body := must(r.ReadFeed(t.Context(), second))(t); strings.Contains(string(body), "BEGIN:VEVENT") {
			t.Errorf("hearings alone: %s", body)
		}
		if feed, found, err := r.FeedOf(t.Context(), d); err != nil || !found || len(feed.Reads) != 1 || feed.Reads[0].Times != 2 {
			t.Errorf("shown: %+v, %v", feed, err)
		}
		if err := r.EndFeed(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if _, err := r.ReadFeed(t.Context(), second); !errs.Is(err, errs.NotFound) {
			t.Errorf("after its end: %v", err)
		}
		helper := policy.Actor{Person: p.Person, For: d.Person, Role: policy.Helper}
		if _, err := r.MakeFeed(t.Context(), helper, Feed{Deadlines: true}, i18n.FA); !errs.Is(err, errs.Forbidden) {
			t.Errorf("in somebody's name: %v", err)
		}
		if _, err := r.MakeFeed(t.Context(), d, Feed{Clients: true}, i18n.FA); !errs.Is(err, errs.Invalid) {
			t.Errorf("a feed of nothing: %v", err)
		}
	})
}

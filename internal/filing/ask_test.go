// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
)

// TestFollowUps: an answer that leads to more questions is no mistake. Without
// script the page comes back with them and says so; with script it asks for
// them while it is filled, keeps what was typed and speaks of no fault.
func TestFollowUps(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	me := e.As(apptest.Plaintiff)
	draft := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	path := "/filings/" + draft + "/pages/defendant"
	fields := func() url.Values {
		t.Helper()
		f, ok := me.Get(path).Want(http.StatusOK).Form(path)
		if !ok {
			t.Fatal("no form")
		}
		return f
	}
	asks := func(p *apptest.Page, name string) bool { return len(p.All("[data-question="+name+"]")) > 0 }

	f := fields()
	f.Set("defendant_abroad", "yes")
	f.Set("defendant_address", "کوتاه") // too short, and nobody is told yet
	f.Set("then", "ask")
	page := me.Do(http.MethodPost, path, f).Want(http.StatusOK)
	if asks(page, "defendant_province") || !asks(page, "defendant_first_name") || strings.Contains(page.Body, "field-wrong") {
		t.Errorf("asked on:\n%s", page.Text())
	}
	if got, _ := page.Form(path); got.Get("defendant_address") != "کوتاه" {
		t.Errorf("what was typed is lost: %q", got.Get("defendant_address"))
	}
	me.Do(http.MethodPost, path, f).Want(http.StatusConflict) // with what this tab had seen before

	f = fields()
	f.Set("defendant_abroad", "no")
	f.Set("defendant_address", apptest.DefendantAddress)
	f.Set("then", "next")
	page = me.Do(http.MethodPost, path, f).Want(http.StatusSeeOther)
	if to := page.Header.Get("Location"); to != path+"#defendant_province" {
		t.Fatalf("leads to %s", to)
	}
	page = me.Get(path).Want(http.StatusOK)
	if !strings.Contains(page.Text(), "a few more questions") || strings.Contains(page.Body, "field-wrong") {
		t.Errorf("the way back does not say why:\n%s", page.Text())
	}
	f = fields()
	f.Set("then", "next")
	page = me.Do(http.MethodPost, path, f).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(page.Body, "field-wrong") {
		t.Error("the second time a missing answer is a fault")
	}
}

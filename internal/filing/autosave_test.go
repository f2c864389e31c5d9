// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
)

// TestAutosave: what is typed on one device goes on on another; a tab that was
// left behind overwrites nothing, and nobody is told of faults while typing.
func TestAutosave(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		draft := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		desk, phone := e.As(apptest.Plaintiff), e.Another(apptest.Plaintiff)
		path := "/filings/" + draft + "/pages/defendant"
		form := func(c *apptest.Client) url.Values {
			t.Helper()
			page := c.Get(path).Want(http.StatusOK)
			if len(page.All("[data-autosave]")) != 1 || len(page.All("[role=status]")) == 0 {
				t.Error("the page does not save itself")
			}
			fields, ok := page.Form(path)
			if !ok {
				t.Fatal("no form")
			}
			fields.Set("then", "autosave")
			return fields
		}
		type answer struct{ Seen, Say, Href string }
		send := func(c *apptest.Client, fields url.Values, status int) (a answer) {
			t.Helper()
			if err := json.Unmarshal([]byte(c.Do(http.MethodPost, path, fields).Want(status).Body), &a); err != nil {
				t.Fatal(err)
			}
			return a
		}
		here, there := form(desk), form(phone)

		here.Set("defendant_address", "خیابان آزادی، کوچهٔ نیمه‌نوشته")
		here.Set("defendant_national_code", "12") // half typed
		first := send(desk, here, http.StatusOK)
		if !strings.HasPrefix(first.Say, "Saved at ") || first.Seen == here.Get("seen") {
			t.Errorf("answered %+v", first)
		}
		here.Set("seen", first.Seen)
		here.Set("defendant_address", "خیابان آزادی، کوچهٔ تمام‌نوشته")
		second := send(desk, here, http.StatusOK)

		there.Set("defendant_address", "کهنه")
		if stale := send(phone, there, http.StatusConflict); stale.Seen != "" || stale.Href == "" || stale.Say == "" {
			t.Errorf("a tab that was left behind is told %+v", stale)
		}
		if again := form(phone); again.Get("defendant_address") != "خیابان آزادی، کوچهٔ تمام‌نوشته" || again.Get("seen") != second.Seen {
			t.Errorf("the other device shows %q", again.Get("defendant_address"))
		}
		there = form(phone)
		there.Set("defendant_address", "خیابان آزادی، از تلفن")
		send(phone, there, http.StatusOK)
		if got := form(desk).Get("defendant_address"); got != "خیابان آزادی، از تلفن" {
			t.Errorf("the first device shows %q", got)
		}
		e.As(apptest.Stranger).Do(http.MethodPost, path, here).Want(http.StatusNotFound)
	})
}

// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
)

const (
	field  = "defendant_address"
	theirs = "خیابان آزادی، از تلفن"
	mine   = "خیابان انقلاب، از رایانه"
)

// tabs is one draft that is open on two devices.
type tabs struct {
	e           *apptest.Env
	desk, phone *apptest.Client
	path        string
}

func openTabs(e *apptest.Env) tabs {
	draft := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	return tabs{e, e.As(apptest.Plaintiff), e.Another(apptest.Plaintiff), "/filings/" + draft + "/pages/defendant"}
}

// form is the page as a device shows it, with another address typed.
func (x tabs) form(c *apptest.Client, address string) url.Values {
	x.e.T.Helper()
	fields, ok := c.Get(x.path).Want(http.StatusOK).Form(x.path)
	if !ok {
		x.e.T.Fatal("no form")
	}
	fields.Set(field, address)
	fields.Set("then", "next")
	return fields
}

func (x tabs) kept() string {
	x.e.T.Helper()
	fields, _ := x.e.As(apptest.Plaintiff).Get(x.path).Want(http.StatusOK).Form(x.path)
	return fields.Get(field)
}

// TestContinueInAStaleTab: it overwrites nothing, shows what is kept beside what
// was typed, and the person decides.
func TestContinueInAStaleTab(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		x := openTabs(e)
		here, there := x.form(x.desk, mine), x.form(x.phone, theirs)
		x.phone.Do(http.MethodPost, x.path, there).Want(http.StatusSeeOther)

		for _, then := range []string{"next", "later"} {
			here.Set("then", then)
			asked := x.desk.Do(http.MethodPost, x.path, here).Want(http.StatusConflict)
			if !strings.Contains(asked.Text(), "This page was changed elsewhere meanwhile") || !strings.Contains(asked.Text(), theirs) {
				t.Errorf("%s: the page does not say what is kept: %s", then, asked.Text())
			}
			if got := x.kept(); got != theirs {
				t.Errorf("%s: kept is %q", then, got)
			}
			fields, ok := asked.Form(x.path)
			if !ok || fields.Get(field) != mine {
				t.Errorf("%s: what was typed is not there: %v", then, fields)
			}
			if len(asked.All("[data-autosave]")) != 0 || fields.Has("seen") {
				t.Errorf("%s: the page would decide by itself", then)
			}
			if !strings.Contains(asked.Body, `name="then" value="`+then+`"`) || !slices.Contains(asked.Links(), x.path) {
				t.Errorf("%s: there is nothing to choose", then)
			}
		}

		// A third tab is faster than the decision: it is asked again.
		asked := x.desk.Do(http.MethodPost, x.path, here).Want(http.StatusConflict)
		third := x.form(x.phone, theirs+" ۲")
		x.phone.Do(http.MethodPost, x.path, third).Want(http.StatusSeeOther)
		fields, _ := asked.Form(x.path)
		fields.Set("then", "next")
		asked = x.desk.Do(http.MethodPost, x.path, fields).Want(http.StatusConflict)

		fields, _ = asked.Form(x.path) // mine
		fields.Set("then", "next")
		x.desk.Do(http.MethodPost, x.path, fields).Want(http.StatusSeeOther)
		x.desk.Do(http.MethodPost, x.path, fields).Want(http.StatusSeeOther) // clicked twice
		if got := x.kept(); got != mine {
			t.Errorf("decided for mine, kept is %q", got)
		}
		x.phone.Do(http.MethodPost, x.path, third).Want(http.StatusConflict)
		if asked = x.phone.In("fa").Do(http.MethodPost, x.path, third).Want(http.StatusConflict); !strings.Contains(asked.Body, "پاسخ‌های همین‌جا را نگه دار") {
			t.Error("not asked in Persian")
		}
	})
}

// TestNoFalseAlarm: who clicks twice, goes back in the browser, saves by itself
// meanwhile, or works on another page, is asked nothing.
func TestNoFalseAlarm(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		x := openTabs(e)
		send := func(c *apptest.Client, path string, fields url.Values) {
			t.Helper()
			c.Do(http.MethodPost, path, fields).Want(http.StatusSeeOther)
		}
		shown := x.form(x.desk, mine)
		send(x.desk, x.path, shown)
		send(x.desk, x.path, shown) // twice
		shown.Set(field, mine+"، پلاک ۱")
		send(x.desk, x.path, shown) // back, as the browser kept the page, and on
		if got := x.kept(); got != mine+"، پلاک ۱" {
			t.Errorf("after going back: %q", got)
		}

		shown = x.form(x.desk, mine)
		auto := url.Values{}
		for k, v := range shown {
			auto[k] = v
		}
		auto.Set("then", "autosave")
		x.desk.Do(http.MethodPost, x.path, auto).Want(http.StatusOK)
		send(x.desk, x.path, shown) // before the answer of the autosave was there

		same := x.form(x.phone, theirs)
		send(x.desk, x.path, x.form(x.desk, theirs))
		send(x.phone, x.path, same) // the other has kept the very same

		shown = x.form(x.desk, mine)
		other := strings.Replace(x.path, "/defendant", "/plaintiff", 1)
		fields, ok := x.phone.Get(other).Want(http.StatusOK).Form(other)
		if !ok {
			t.Fatal("no form")
		}
		fields.Set("then", "next")
		send(x.phone, other, fields)
		send(x.desk, x.path, shown)
	})
}

// TestStaleTabWithFile: attaching a file does not make a tab that was left
// behind a newer one.
func TestStaleTabWithFile(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f, files, key := withFiles(e)
	path := "/filings/" + f.ID + "/pages/" + key
	desk, phone := e.As(apptest.Plaintiff), e.Another(apptest.Plaintiff)
	load := func(c *apptest.Client) (url.Values, map[string]string, string) {
		t.Helper()
		page := c.Get(path).Want(http.StatusOK)
		fields, ok := page.Form(path)
		if !ok {
			t.Fatal("no form")
		}
		sent, area := map[string]string{}, ""
		for name := range fields {
			if sent[name] = fields.Get(name); !slices.Contains([]string{"page", "seen", "tab", "then", files}, name) {
				area = name
			}
		}
		delete(sent, files)
		return fields, sent, area
	}
	_, here, area := load(desk)
	there, _, _ := load(phone)
	if area == "" {
		t.Fatal("nothing to type")
	}
	there.Set(area, "از تلفن")
	there.Set("then", "later")
	phone.Do(http.MethodPost, path, there).Want(http.StatusSeeOther)
	here[area] = "از رایانه"
	page := sendFiles(desk, "/filings/"+f.ID+"/files", here, files, map[string][]byte{"deed.pdf": aPDF("1")}).Want(http.StatusOK)
	fields, ok := page.Form(path)
	if !ok || fields.Get(area) != "از رایانه" || strings.Count(page.Body, "file-facts") != 1 {
		t.Errorf("what was typed is gone, or the file: %v", fields)
	}
	fields.Set("then", "later")
	desk.Do(http.MethodPost, path, fields).Want(http.StatusConflict)
}

// TestStaleTabAfterARefusal: who is refused for another reason first is still
// behind when the page comes back, and is asked.
func TestStaleTabAfterARefusal(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite", "TARAZU_LIMITS_REGISTER_ADDRESS=2/1h")
	x := openTabs(e)
	here := x.form(x.desk, mine)
	x.phone.Do(http.MethodPost, x.path, x.form(x.phone, theirs)).Want(http.StatusSeeOther)
	var page *apptest.Page
	for _, name := range []string{"الف", "ب", "پ", "ت"} { // until no more names are asked about
		here.Set("defendant_first_name", name)
		if page = x.desk.Do(http.MethodPost, x.path, here); page.Status == http.StatusTooManyRequests || strings.Contains(page.Body, "error-summary") {
			break
		}
	}
	fields, ok := page.Form(x.path)
	if !ok || fields.Get("seen") == "" {
		t.Fatalf("%d: it was not refused:\n%s", page.Status, page.Text())
	}
	e.Clock.Advance(2 * time.Hour)
	e.Again(apptest.Plaintiff)
	fields.Set("then", "next")
	x.desk.Do(http.MethodPost, x.path, fields).Want(http.StatusConflict)
	if got := x.kept(); got != theirs {
		t.Errorf("kept is %q", got)
	}
}

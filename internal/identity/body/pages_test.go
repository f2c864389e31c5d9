// SPDX-License-Identifier: Apache-2.0

package body_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestPages: the whole way as people go it, on pages without script.
func TestPages(t *testing.T) {
	t.Parallel()
	Each(t, walkPages)
}

func walkPages(t *testing.T, e *Env) {
	head := e.Head(Plaintiff, "B1")
	me := e.As(Plaintiff)
	if page := me.Get("/account/body"); page.Status != http.StatusForbidden {
		t.Errorf("as a citizen: %d", page.Status)
	}
	me.Get("/capacity").Submit("/capacity", "capacity", head.Capacity).Want(http.StatusOK)
	page := me.Get("/account/body/units/new").Want(http.StatusOK)
	if bad := page.Submit("/account/body/units", "code", "", "name_fa", "حقوقی", "parent", "top"); bad.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a code: %d", bad.Status)
	}
	page = page.Submit("/account/body/units", "code", "10", "name_fa", "حقوقی", "name_en", "Legal", "parent", "top").Want(http.StatusOK)
	unit := page.Path
	u := strings.TrimPrefix(unit, "/account/body/units/")
	under := me.Get("/account/body/units/new?under="+u).Want(http.StatusOK).
		Submit("/account/body/units", "code", "101", "name_fa", "دعاوی", "parent", u).Want(http.StatusOK).Path
	page = me.Get(unit+"/name").Want(http.StatusOK).Submit(unit+"/name", "code", "20", "name_fa", "حقوقی", "name_en", "Law").Want(http.StatusOK)
	if text := page.Text(); !strings.Contains(text, "Law ("+i18n.LTR("20")+")") || !strings.Contains(text, "Legal ("+i18n.LTR("10")+")") {
		t.Errorf("its history: %s", text)
	}
	if bad := me.Get(unit+"/place").Submit(unit+"/place", "parent", strings.TrimPrefix(under, "/account/body/units/")); bad.Status != http.StatusUnprocessableEntity {
		t.Errorf("under its own: %d", bad.Status)
	}
	me.Get(under+"/place").Want(http.StatusOK).Submit(under+"/place", "parent", "top").Want(http.StatusOK)
	me.Get(under + "/end").Want(http.StatusOK).Submit(under + "/end").Want(http.StatusOK)
	if page := me.Get("/account/body").Want(http.StatusOK); !strings.Contains(page.Text(), "Units that have ended") {
		t.Errorf("the tree: %s", page.Text())
	}

	p := e.Person(Stranger)
	y, m, d := civil.Of(e.Clock.Now()).Add(20).Jalali()
	terms := []string{"person", p.NationalCode, "last_name", p.LastName, "title_fa", "کارشناس", "title_en", "Expert", "rights", "see", "notices", "all", "gives", "posts",
		"until.day", strconv.Itoa(d), "until.month", strconv.Itoa(m), "until.year", strconv.Itoa(y)}
	page = me.Get(unit + "/posts/new").Want(http.StatusOK)
	told := func(changed ...string) string { // what the page says when something is wrong
		with := slices.Clone(terms)
		for i := 0; i < len(changed); i += 2 {
			with[slices.Index(with, changed[i])+1] = changed[i+1]
		}
		bad := page.Submit(unit+"/posts", with...)
		if bad.Status != http.StatusUnprocessableEntity {
			t.Errorf("with %s: %d", changed, bad.Status)
		}
		return bad.Text()
	}
	none := "nobody here with this number"
	if another, nobody := told("last_name", "دیگر"), told("person", NationalCode(999)); another != nobody || !strings.Contains(nobody, none) {
		t.Errorf("another name, and nobody: %s / %s", another, nobody)
	}
	if here, nobody := told("until.year", "1390"), told("until.year", "1390", "person", NationalCode(999)); here != nobody || strings.Contains(here, none) {
		t.Errorf("with a day that is over, the page tells who has an account: %s / %s", here, nobody)
	}
	page = page.Submit(unit+"/posts", terms...).Want(http.StatusOK)
	seat := page.Link("/account/posts/")
	them := e.As(Stranger)
	if list := them.Get("/account/posts").Want(http.StatusOK); !strings.Contains(list.Text(), "Waits for acceptance") {
		t.Errorf("what was offered: %s", list.Text())
	}
	e.As(Defendant).Get(seat).Want(http.StatusNotFound)
	them.Get(seat).Want(http.StatusOK).Submit(seat + "/accept").Want(http.StatusOK)
	list, err := e.App.Identity.Capacities(t.Context(), p.ID)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	them.Get("/capacity").Submit("/capacity", "capacity", list[0].ID).Want(http.StatusOK)
	if page := them.Get("/account/body").Want(http.StatusOK); strings.Contains(page.Body, "/units/new\"") || !strings.Contains(page.Text(), "Law") {
		t.Errorf("the head of a unit sees %s", page.Text())
	}
	them.Get("/account/body/units/new").Want(http.StatusForbidden)
	them.Get(unit + "/end").Want(http.StatusForbidden)
	them.Get(unit + "/posts/new").Want(http.StatusOK)

	// Another body's head is told that there is none.
	other := e.Head(Defendant, "B2")
	strange := e.As(Defendant)
	strange.Get("/capacity").Submit("/capacity", "capacity", other.Capacity).Want(http.StatusOK)
	for _, path := range []string{unit, unit + "/name", unit + "/place", unit + "/end", unit + "/posts/new", seat, seat + "/end"} {
		strange.Get(path).Want(http.StatusNotFound)
	}
	for _, path := range []string{unit + "/name", unit + "/place", unit + "/end", unit + "/posts", seat + "/accept", seat + "/end"} {
		if got := strange.PostForm(path, "code", "1", "name_fa", "x", "parent", "top"); got.Status != http.StatusNotFound {
			t.Errorf("POST %s by another body: %d", path, got.Status)
		}
	}

	me.Get(seat + "/end").Want(http.StatusOK).Submit(seat + "/end").Want(http.StatusOK)
	if gone := them.Get("/home"); gone.Status != http.StatusSeeOther {
		t.Errorf("the next click after the end: %d", gone.Status)
	}
}

// TestAPI: personnel software arranges a body and fills its posts.
func TestAPI(t *testing.T) {
	t.Parallel()
	Each(t, callAPI)
}

func callAPI(t *testing.T, e *Env) {
	head := e.Head(Plaintiff, "B1")
	u := e.Unit(head, "1", "")
	_, p := e.AtPost(head, u.ID, Stranger, body.GivesNone, policy.See)
	c := e.API(Plaintiff)
	c.Get("/account/body/units").Want(http.StatusForbidden) // as a citizen
	c.Send(http.MethodPut, "/sessions/current", map[string]any{"capacity": head.Capacity}).Want(http.StatusOK)
	made := c.Post("/account/body/units", map[string]any{"code": "11", "name_fa": "مالی", "parent": u.ID}).Want(http.StatusCreated)
	below := made.Text("id")
	c.Post("/account/body/units", map[string]any{"code": "11", "name_fa": "دیگر"}).Want(http.StatusUnprocessableEntity)
	c.Send(http.MethodPut, "/account/body/units/"+below+"/name", map[string]any{"code": "12", "name_fa": "مالی"}).Want(http.StatusNoContent)
	c.Send(http.MethodPut, "/account/body/units/"+u.ID+"/parent", map[string]any{"parent": below}).Want(http.StatusUnprocessableEntity)
	c.Send(http.MethodPut, "/account/body/units/"+below+"/parent", map[string]any{"parent": ""}).Want(http.StatusNoContent)
	who := e.Person(Lawyer)
	given := c.Post("/account/body/units/"+below+"/posts", map[string]any{
		"person": who.NationalCode, "last_name": who.LastName, "title_fa": "حسابدار", "rights": []string{"see"}, "gives": "none", "until": (civil.Of(e.Clock.Now()) + 9).String(),
	}).Want(http.StatusCreated)
	if given.Text("state") != "offered" {
		t.Errorf("%s", given.Body)
	}
	tree := string(c.Get("/account/body/units").Want(http.StatusOK).Body)
	for _, want := range []string{p.ID, given.Text("id"), `"code":"12"`, e.Person(Stranger).Name()} {
		if !strings.Contains(tree, want) {
			t.Errorf("the tree lacks %q: %s", want, tree)
		}
	}
	if whole := string(c.Get("/account/body/units/" + below).Want(http.StatusOK).Body); strings.Count(whole, `"what":`) != 3 {
		t.Errorf("its history: %s", whole)
	}
	them := e.API(Stranger)
	if mine := string(them.Get("/account/posts").Want(http.StatusOK).Body); !strings.Contains(mine, p.Capacity) {
		t.Errorf("the holder’s posts: %s", mine)
	}
	them.Get("/account/posts/" + given.Text("id")).Want(http.StatusNotFound)
	them.Send(http.MethodDelete, "/account/posts/"+given.Text("id"), nil).Want(http.StatusNotFound)
	c.Send(http.MethodDelete, "/account/posts/"+p.ID, nil).Want(http.StatusNoContent)
	c.Send(http.MethodDelete, "/account/body/units/"+below, nil).Want(http.StatusNoContent)
	if got := c.Get("/account/posts/" + given.Text("id")).Want(http.StatusOK); got.Text("why") != "unit" {
		t.Errorf("%s", got.Body)
	}
}

// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/office"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// prove lifts somebody to the level of an office's people.
func prove(e *Env, who Who) identity.Person {
	e.T.Helper()
	p := e.Person(who)
	err := e.App.DB.Write(e.T.Context(), func(tx *store.Tx) error {
		return e.App.Identity.AddProofTx(e.T.Context(), tx, identity.Proof{Person: p.ID, Way: identity.ByVideo, Ref: "test"})
	})
	if err != nil {
		e.T.Fatal(err)
	}
	return p
}

// TestOfficeLife takes an office from its licence to its end by its pages.
func TestOfficeLife(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		centre := e.As(Centre)
		page := centre.Get("/offices/new").Want(http.StatusOK)
		fields := []string{
			"code", "۷۲۰۱۰۱", "name_fa", "دفتر کاشان", "name_en", "Kashan office", "county", "isfahan/kashan", "address", "کاشان، میدان ۱۵ خرداد",
			"point", "33.9850, 51.4100", "source", "پروانهٔ ۱۲", "from.day", "1", "from.month", "1", "from.year", "1400",
		}
		page.Submit("/offices", fields...).Want(http.StatusOK)
		if p := centre.PostForm("/offices", fields...); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("the same office once more: %d", p.Status)
		}
		const path = "/offices/720101"
		e.Anonymous().Get(path).Want(http.StatusNotFound) // it is not open yet

		worker := prove(e, Stranger)
		add := func(number, role string) *Page {
			return centre.PostForm(path+"/people", "number", number, "role", role, "source", "نامهٔ ۴۵")
		}
		add(e.Person(Plaintiff).NationalCode, "operator").Want(http.StatusUnprocessableEntity) // nobody has seen her
		add(NationalCode(999), "operator").Want(http.StatusUnprocessableEntity)                // no account
		add(worker.JudicialID, "operator").Want(http.StatusSeeOther)
		add(worker.NationalCode, "operator").Want(http.StatusUnprocessableEntity) // has the post
		self := prove(e, Centre)
		add(self.NationalCode, "manager").Want(http.StatusForbidden) // oneself
		add(worker.NationalCode, "manager").Want(http.StatusSeeOther)
		add(prove(e, Defendant).NationalCode, "manager").Want(http.StatusUnprocessableEntity) // has a manager

		centre.PostForm(path+"/state", "to", "suspended", "state_why", "x").Want(http.StatusUnprocessableEntity) // from licensed
		centre.PostForm(path+"/state", "to", "active", "state_why", "").Want(http.StatusUnprocessableEntity)
		centre.PostForm(path+"/state", "to", "active", "state_why", "آغاز کار").Want(http.StatusSeeOther)
		public := e.Anonymous().Get(path).Want(http.StatusOK)
		if !strings.Contains(public.Text(), "33.985, 51.41") || strings.Contains(public.Text(), worker.Name()) {
			t.Errorf("the public page: %s", public.Text())
		}
		if list := e.Anonymous().Get("/offices?province=isfahan").Want(http.StatusOK); !strings.Contains(list.Text(), "Kashan office") {
			t.Errorf("the public list: %s", list.Text())
		}
		if list := e.Anonymous().Get("/offices?province=fars").Want(http.StatusOK); strings.Contains(list.Text(), "Kashan office") {
			t.Errorf("the list of another province: %s", list.Text())
		}
		e.As(Manager).Get(path).Want(http.StatusOK) // as everybody: another office's people are not theirs to see
		if p := e.As(Manager).Get(path); strings.Contains(p.Text(), worker.Name()) {
			t.Error("another office's manager sees the people")
		}

		looks, err := e.App.Identity.Accesses(t.Context(), worker.ID)
		if err != nil || !slices.ContainsFunc(looks, func(a identity.AccessRow) bool { return a.What == "office.access.appointed" }) {
			t.Errorf("the new operator is told %v, %v", looks, err)
		}
		held, err := e.App.Identity.Capacities(t.Context(), worker.ID)
		if err != nil || len(held) != 2 {
			t.Fatal(held, err)
		}
		operator := held[slices.IndexFunc(held, func(c identity.Capacity) bool { return c.Role == policy.Operator })]
		centre.PostForm(path+"/people/end", "post", operator.ID, "why", "پایان قرارداد").Want(http.StatusSeeOther)
		if _, err := e.App.Identity.Actor(t.Context(), worker.ID, operator.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("after the end: %v", err)
		}
		centre.PostForm(path+"/people/end", "post", operator.ID, "why", "x").Want(http.StatusUnprocessableEntity)

		centre.PostForm(path+"/state", "to", "closed", "state_why", "پایان کار").Want(http.StatusSeeOther)
		held, err = e.App.Identity.Capacities(t.Context(), worker.ID)
		if err != nil || slices.ContainsFunc(held, func(c identity.Capacity) bool { return c.Ended.IsZero() }) {
			t.Errorf("after closing: %v, %v", held, err)
		}
		add(worker.NationalCode, "operator").Want(http.StatusUnprocessableEntity)
		centre.PostForm(path+"/state", "to", "active", "state_why", "x").Want(http.StatusUnprocessableEntity)
		e.Anonymous().Get(path).Want(http.StatusNotFound)
	})
}

// TestOneManager: of two managers appointed at once one is refused.
func TestOneManager(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		for _, p := range []Who{Stranger, Plaintiff, Defendant} {
			prove(e, p)
		}
		by := e.Actor(Centre)
		_, err := e.App.Office.Register(t.Context(), by, office.Office{
			Code: "720102", Name: authority.Text{FA: "ب", EN: "b"}, Province: "isfahan", County: "kashan", Address: "کاشان", From: 1, Source: "x",
		})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		failed := make([]error, 3)
		for i, who := range []identity.Person{e.Person(Stranger), e.Person(Plaintiff), e.Person(Defendant)} {
			wg.Go(func() {
				_, failed[i] = e.App.Office.Appoint(t.Context(), by, office.Appointment{Office: "720102", Person: who.ID, Role: policy.Manager, Source: "x"})
			})
		}
		wg.Wait()
		ok := 0
		for _, err := range failed {
			if err == nil {
				ok++
			} else if !errs.Is(err, errs.Conflict) {
				t.Error(err)
			}
		}
		if ok != 1 {
			t.Errorf("%d managers of %v", ok, failed)
		}
	})
}

// SPDX-License-Identifier: Apache-2.0

package mydata_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/identity/mydata"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

const why = "شناسنامهٔ تازه گرفته‌ام"

// Names are taken from the civil registry only, whatever was claimed; the change
// keeps what stood there before, and the person sees the answer and who looked.
func TestCorrectNames(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, p := t.Context(), e.App.MyData, e.Person(Plaintiff)
		e.As(Plaintiff).PostForm(mydata.Path+"/corrections", "field", "names", "claimed", "نام دلخواه", "reason", why).Follow().Want(http.StatusOK)
		list, err := s.OpenCorrections(ctx, e.Actor(Administrator))
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		decide := func(a policy.Actor, grant bool) error {
			return s.DecideCorrection(ctx, a, p.ID, list[0].ID, grant, "", "از ثبت احوال پرسیده شد")
		}
		self := policy.Actor{Person: p.ID, Role: policy.Administrator}
		for name, a := range map[string]policy.Actor{"the person": self, "a clerk": e.Actor(Clerk), "the person as citizen": e.Actor(Plaintiff)} {
			if err := decide(a, true); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s decides: %v", name, err)
			}
		}
		if err := decide(e.Actor(Administrator), true); !errs.Is(err, errs.Conflict) {
			t.Errorf("the registry says the same: %v", err)
		}
		e.App.Doubles.Population.Add(population.Entry{NationalCode: p.NationalCode, Birth: p.Birth, Person: population.Person{FirstName: p.FirstName, LastName: "تازه‌نام", FatherName: p.FatherName, Alive: true}})
		page := e.As(Administrator).In("en").Get(mydata.PathDesk).Want(http.StatusOK)
		at := page.Link(mydata.PathDesk + "/")
		if text := e.As(Administrator).Get(at).Want(http.StatusOK).Text(); strings.Contains(text, "⟦") || !strings.Contains(text, "نام دلخواه") {
			t.Error(text)
		}
		e.As(Administrator).PostForm(at, "then", "grant", "answer", "از ثبت احوال پرسیده شد").Follow().Want(http.StatusOK)
		now, err := e.App.Identity.Person(ctx, p.ID)
		if err != nil || now.LastName != "تازه‌نام" || now.FirstName != p.FirstName {
			t.Errorf("%s, %v", now.Name(), err)
		}
		if err := decide(e.Actor(Administrator), false); !errs.Is(err, errs.Conflict) {
			t.Errorf("decided twice: %v", err)
		}
		part := e.As(Plaintiff).Get(mydata.Path + "/parts/identity").Want(http.StatusOK).Text()
		for _, want := range []string{p.LastName, "تازه‌نام", "از ثبت احوال پرسیده شد"} {
			if !strings.Contains(part, want) {
				t.Errorf("%q is not in the history", want)
			}
		}
		looks, _, err := s.Looks(ctx, e.Actor(Plaintiff), "")
		if err != nil || len(looks) == 0 || looks[0].Why != "mydata.access.correction" {
			t.Errorf("%+v, %v", looks, err)
		}
		e.Drain()
	})
}

// The province is the administrator's choice; anything else is answered in words.
func TestCorrectOther(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, p, admin := t.Context(), e.App.MyData, e.Person(Stranger), e.Actor(Administrator)
		ask := func(f mydata.Field) mydata.Correction {
			t.Helper()
			k, err := s.AskCorrection(ctx, e.Actor(Stranger), mydata.NewCorrection{Field: f, Claimed: "فارس", Reason: why})
			if err != nil {
				t.Fatal(err)
			}
			return k
		}
		k := ask(mydata.FieldProvince)
		if err := s.DecideCorrection(ctx, admin, p.ID, k.ID, true, p.Province, why); !errs.Is(err, errs.Invalid) {
			t.Errorf("the same province: %v", err)
		}
		if err := s.DecideCorrection(ctx, admin, p.ID, k.ID, true, "mars", why); !errs.Is(err, errs.Invalid) {
			t.Errorf("no such province: %v", err)
		}
		own, err := s.AskCorrection(ctx, e.Acting(Administrator, Stranger, policy.Helper, policy.See, policy.Data), mydata.NewCorrection{Field: mydata.FieldOther, Claimed: "x", Reason: why})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.DecideCorrection(ctx, admin, p.ID, own.ID, false, "", why); !errs.Is(err, errs.Forbidden) {
			t.Errorf("his own request as a helper: %v", err)
		}
		if err := s.DecideCorrection(ctx, admin, p.ID, k.ID, true, "fars", why); err != nil {
			t.Fatal(err)
		}
		if now, err := e.App.Identity.Person(ctx, p.ID); err != nil || now.Province != "fars" {
			t.Errorf("%q, %v", now.Province, err)
		}
		k = ask(mydata.FieldOther)
		if err := s.DecideCorrection(ctx, admin, p.ID, k.ID, false, "", "نه"); !errs.Is(err, errs.Invalid) {
			t.Errorf("without a reason: %v", err)
		}
		if err := s.DecideCorrection(ctx, admin, p.ID, k.ID, false, "", why); err != nil {
			t.Error(err)
		}
		for range 4 {
			ask(mydata.FieldOther)
		}
		if _, err := s.AskCorrection(ctx, e.Actor(Stranger), mydata.NewCorrection{Field: mydata.FieldOther, Claimed: "x", Reason: why}); !errs.Is(err, errs.RateLimited) {
			t.Errorf("a sixth one that waits: %v", err)
		}
		if _, err := s.AskCorrection(ctx, e.Actor(Defendant), mydata.NewCorrection{Field: "mobile", Claimed: "09120000000", Reason: why}); !errs.Is(err, errs.Invalid) {
			t.Errorf("a telephone number: %v", err)
		}
	})
}

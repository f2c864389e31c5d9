// SPDX-License-Identifier: Apache-2.0

package appoint_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/appoint"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func fails(t *testing.T, what string, err error, want string) {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		t.Errorf("%s: %v, want %s", what, err, want)
		return
	}
	got := e.Code + " " + e.Kind.String()
	for _, f := range e.Fields {
		got += " " + f.Name + ":" + f.Code
	}
	if !strings.Contains(got, want) {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

// An administrator appoints whom he may, once, and ends it; it bites at once.
func TestPosts(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, admin := t.Context(), e.App.Appoint, e.Actor(Administrator)
		who := e.Person(Manager) // seen in person
		n := appoint.Appointment{Person: who.ID, Role: policy.Judge, Unit: Court, Branch: "2", Letter: "12/345"}
		var capacity string
		for range 2 {
			got, err := s.Appoint(ctx, admin, n)
			if err != nil || capacity != "" && got != capacity {
				t.Fatalf("%s, %v", got, err)
			}
			capacity = got
		}
		a, err := e.App.Identity.Actor(ctx, who.ID, capacity)
		if err != nil || a.Role != policy.Judge || a.Unit != Court || a.Branch != "2" {
			t.Errorf("%+v, %v", a, err)
		}
		for what, c := range map[string]struct {
			by   policy.Actor
			n    appoint.Appointment
			want string
		}{
			"himself":               {admin, appoint.Appointment{Person: admin.Person, Role: policy.Inspector, Letter: "1"}, "forbidden"},
			"by a judge":            {e.Actor(Judge), n, "forbidden"},
			"no such branch":        {admin, appoint.Appointment{Person: who.ID, Role: policy.Judge, Unit: Court, Branch: "99", Letter: "1"}, "unit:appoint.wrong.unit"},
			"no such association":   {admin, appoint.Appointment{Person: who.ID, Role: policy.Association, Unit: "bar-mars", Letter: "1"}, "unit:appoint.wrong.unit"},
			"no letter":             {admin, appoint.Appointment{Person: who.ID, Role: policy.Inspector}, "letter:form.required"},
			"over before it begins": {admin, appoint.Appointment{Person: who.ID, Role: policy.Inspector, Letter: "1", Until: 1}, "until:appoint.wrong.until"},
			"level 1":               {admin, appoint.Appointment{Person: e.Person(Stranger).ID, Role: policy.Inspector, Letter: "1"}, "appoint.wrong.level"},
			"a lawyer":              {admin, appoint.Appointment{Person: who.ID, Role: policy.Lawyer, Letter: "1"}, "role:form.choose"},
			"a guardian":            {admin, appoint.Appointment{Person: who.ID, Role: policy.Guardian, Letter: "1"}, "role:form.choose"},
		} {
			_, err := s.Appoint(ctx, c.by, c.n)
			fails(t, what, err, c.want)
		}
		fails(t, "ended by a judge", s.End(ctx, e.Actor(Judge), who.ID, capacity, "x"), "appoint.none")
		fails(t, "ended without a reason", s.End(ctx, admin, who.ID, capacity, " "), "why:form.required")
		for range 2 {
			if err := s.End(ctx, admin, who.ID, capacity, "پایان مأموریت"); err != nil {
				t.Fatal(err)
			}
		}
		_, err = e.App.Identity.Actor(ctx, who.ID, capacity)
		fails(t, "the next click", err, "identity.capacity.over")
	})
}

// incapable has the civil registry say so of somebody.
func incapable(t *testing.T, e *Env, person string) {
	t.Helper()
	err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
		return e.App.Identity.ChangeStatusTx(t.Context(), tx, identity.StatusChange{
			Person: person, From: identity.Active, To: identity.Incapable, Why: steward.WhyRegistry, By: policy.Actor{Role: policy.System},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// One administrator alone neither makes another one nor sends one away, and
// powers end with the proofs of who holds them.
func TestAdministratorByTwo(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, admin, who := t.Context(), e.App.Appoint, e.Actor(Administrator), e.Person(Manager)
		second := policy.Actor{Person: e.Person(Inspector).ID, Role: policy.Administrator, Name: "دوم"}
		held := func() string {
			t.Helper()
			list, err := e.App.Identity.Capacities(ctx, who.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				if c.Role == policy.Administrator && c.Ended.IsZero() {
					return c.ID
				}
			}
			return ""
		}
		decide := func() {
			t.Helper()
			list, err := s.Pending(ctx, second)
			if err != nil || len(list) != 1 {
				t.Fatalf("%+v, %v", list, err)
			}
			fails(t, "who proposed it", s.Decide(ctx, admin, list[0].ID, true), "forbidden")
			if err := s.Decide(ctx, second, list[0].ID, true); err != nil {
				t.Fatal(err)
			}
		}
		_, err := s.Appoint(ctx, admin, appoint.Appointment{Person: who.ID, Role: policy.Administrator, Letter: "1"})
		if err != nil || held() != "" {
			t.Fatalf("by one: %q, %v", held(), err)
		}
		_, err = e.App.Identity.AddCapacity(ctx, admin, identity.Capacity{Person: who.ID, Role: policy.Administrator, TitleFA: "م", TitleEN: "a", Source: "x"})
		fails(t, "past the posts", err, "forbidden")
		decide()
		capacity := held()
		a, err := e.App.Identity.Actor(ctx, who.ID, capacity)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.End(ctx, admin, who.ID, capacity, "x"); err != nil || held() == "" {
			t.Fatalf("ended by one: %v", err)
		}
		err = e.App.DB.Write(ctx, func(tx *store.Tx) error {
			return e.App.Identity.EndProofsTx(ctx, tx, who.ID, policy.Actor{Role: policy.System}, identity.WhyRecovered)
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.App.Identity.Actor(ctx, who.ID, capacity)
		fails(t, "after a recovery", err, "identity.level.missing")
		err = e.App.DB.Write(ctx, func(tx *store.Tx) error { return e.App.Identity.StandsTx(ctx, tx, a) })
		fails(t, "an act after a recovery", err, "identity.capacity.over")
		decide()
		if held() != "" {
			t.Error("two did not end it")
		}
		fails(t, "a pair of one's own", e.App.Merge.Apart(ctx, admin, admin.Person, who.ID), "merge.own")
	})
}

// A judge enters the guardian that his court appointed; another court cannot end
// it.
func TestGuardianByCourt(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, judge := t.Context(), e.App.Appoint, e.Actor(Judge)
		g, w := e.Person(Manager), e.Person(Stranger)
		n := appoint.Guardianship{Guardian: g.NationalCode, GuardianName: g.LastName, Ward: w.JudicialID, WardName: w.LastName, Decision: "1404-7"}
		_, err := s.AppointGuardian(ctx, judge, n)
		fails(t, "over an adult who can act", err, "ward:appoint.wrong.capable")
		incapable(t, e, w.ID)
		capacity, err := s.AppointGuardian(ctx, judge, n)
		if err != nil {
			t.Fatal(err)
		}
		a, err := e.App.Identity.Actor(ctx, g.ID, capacity)
		if err != nil || a.Role != policy.Guardian || a.For != w.ID || a.Delegated || !a.Has(policy.Sign) {
			t.Errorf("%+v, %v", a, err)
		}
		wrong := n
		wrong.WardName = "دیگر"
		_, err = s.AppointGuardian(ctx, judge, wrong)
		fails(t, "another name", err, "ward:appoint.wrong.name")
		wrong = n
		wrong.Guardian, wrong.GuardianName = e.Person(Plaintiff).NationalCode, e.Person(Plaintiff).LastName
		_, err = s.AppointGuardian(ctx, judge, wrong)
		fails(t, "level 1", err, "guardian:appoint.wrong.level")
		_, err = s.AppointGuardian(ctx, e.Actor(Administrator), n)
		fails(t, "an administrator", err, "forbidden")
		fails(t, "another court", s.End(ctx, e.Actor(OtherJudge), g.ID, capacity, "x"), "appoint.none")
		if err := s.End(ctx, e.Actor(BranchJudge), g.ID, capacity, "رفع حجر"); err != nil { // of the same unit
			t.Fatal(err)
		}
		_, err = e.App.Identity.Actor(ctx, g.ID, capacity)
		fails(t, "the next click", err, "identity.capacity.over")
		list, err := e.App.Identity.Accesses(ctx, w.ID)
		if err != nil || len(list) == 0 || list[0].What != "appoint.access.person" {
			t.Errorf("the ward is told %+v, %v", list, err)
		}
	})
}

// A father acts for his child until it comes of age, and nobody for somebody
// else's.
func TestGuardianByLaw(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s := t.Context(), e.App.Appoint
		father := e.Actor(Manager)
		today := civil.Of(e.Clock.Now())
		y, _, _ := today.Jalali()
		day := func(years int) civil.Day {
			d, err := civil.FromJalali(y-years, 1, 1)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		child := func(n int, birth civil.Day, of Who) string {
			code := NationalCode(n)
			e.App.Doubles.Population.Add(population.Entry{NationalCode: code, Birth: birth, Person: population.Person{
				FirstName: "کودک", LastName: "نمونه", Alive: true, Guardians: []string{e.Person(of).NationalCode},
			}})
			return code
		}
		mine, others, grown := child(901, day(17), Manager), child(902, day(5), Plaintiff), child(903, day(20), Manager)
		var capacity string
		for range 2 { // a second click
			got, err := s.ClaimWard(ctx, father, mine, day(17))
			if err != nil || capacity != "" && got != capacity {
				t.Fatalf("%s, %v", got, err)
			}
			capacity = got
		}
		a, err := e.App.Identity.Actor(ctx, father.Person, capacity)
		if err != nil || a.Role != policy.Guardian || a.ForName != "کودک نمونه" {
			t.Fatalf("%+v, %v", a, err)
		}
		_, err = s.ClaimWard(ctx, father, mine, day(16))
		fails(t, "another birth date", err, "appoint.wrong.ward")
		_, err = s.ClaimWard(ctx, father, others, day(5))
		fails(t, "another's child", err, "appoint.wrong.ward")
		_, err = s.ClaimWard(ctx, father, grown, day(20))
		fails(t, "of age", err, "appoint.wrong.adult")
		_, err = s.ClaimWard(ctx, e.Actor(Plaintiff), others, day(5))
		fails(t, "level 1", err, "appoint.level")
		e.Clock.Advance(2 * 366 * 24 * time.Hour)
		_, err = e.App.Identity.Actor(ctx, father.Person, capacity)
		fails(t, "come of age", err, "identity.capacity.over")
	})
}

func TestPages(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	who := e.Person(Manager)
	page := e.As(Administrator).Get(appoint.PathPosts).Want(http.StatusOK).Submit(appoint.PathPosts, "name", who.NationalCode).Follow().Want(http.StatusOK)
	path := appoint.PathPosts + "/" + who.ID
	page.Submit(path, "role", "clerk", "unit", "nowhere", "letter", "1").Want(http.StatusUnprocessableEntity)
	page = page.Submit(path, "role", "judge", "unit", Court, "branch", "۱", "letter", "۱۲").Follow().Want(http.StatusOK) // Persian digits are digits
	page = page.Submit(path, "role", "clerk", "unit", Court, "letter", "12/1").Follow().Want(http.StatusOK)
	if !strings.Contains(page.Text(), "Clerk, ") || !strings.Contains(page.Text(), "Letter of appointment") {
		t.Error(page.Text())
	}
	judge := e.As(Judge).Get(appoint.PathGuardians).Want(http.StatusOK)
	ward := e.Person(Stranger)
	incapable(t, e, ward.ID)
	judge = judge.Submit(appoint.PathGuardians, "guardian", who.NationalCode, "guardian_name", who.LastName, "ward", ward.NationalCode,
		"ward_name", ward.LastName, "decision", "1404-9").Follow().Want(http.StatusOK)
	if !strings.Contains(judge.Text(), "1404-9") {
		t.Error(judge.Text())
	}
	e.As(Manager).Get(appoint.PathWard).Want(http.StatusOK).Submit(appoint.PathWard, "national_code", "1").Want(http.StatusUnprocessableEntity)
	for _, w := range []Who{Prosecutor, Expert, Graduate, Auditor} {
		page := e.As(w).Get("/home").Follow().Want(http.StatusOK)
		if page.Path != "/desk" || !strings.Contains(page.Text(), "Not here yet") {
			t.Errorf("%s: %s %s", w, page.Path, page.Text())
		}
	}
}

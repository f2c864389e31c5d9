// SPDX-License-Identifier: Apache-2.0

package licence_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/licence"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

func code(t *testing.T, err error, want string) {
	t.Helper()
	if e, ok := errors.AsType[*errs.Error](err); !ok || e.Code != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// entry is a licence of somebody at the bar of Tehran, for two years.
func entry(e *Env, who Who, number string, state professions.State) professions.Entry {
	today := civil.Of(e.Clock.Now())
	return professions.Entry{NationalCode: e.Person(who).NationalCode, Licence: professions.Licence{
		Kind: professions.Lawyer, Issuer: "bar-tehran", Number: number, Grade: professions.First, State: state, From: today.Add(-100), Until: today.Add(600),
	}}
}

func ask(t *testing.T, e *Env) {
	t.Helper()
	e.Clock.Advance(8 * 24 * time.Hour)
	if err := e.App.Licence.Ask(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func set(t *testing.T, d *professions.Double, mode sandbox.Mode) {
	t.Helper()
	if err := d.Faults().Set(sandbox.Fault{Mode: mode}); err != nil {
		t.Fatal(err)
	}
}

func acts(t *testing.T, e *Env, who Who, capacity string) bool {
	t.Helper()
	_, err := e.App.Identity.Actor(t.Context(), e.Person(who).ID, capacity)
	if err != nil && !errs.Is(err, errs.Forbidden) {
		t.Fatal(err)
	}
	return err == nil
}

// A licence becomes a capacity once, for who is known surely enough; suspended it
// stops at the next click, lifted it goes on, renewed it lasts longer, revoked it
// ends; a register that is silent or says that of very many changes nothing.
func TestLife(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, register, s := t.Context(), e.App.Doubles.Professions, e.App.Licence
		register.Add(entry(e, Manager, "1", professions.Valid), entry(e, Manager, "2", professions.Expired), entry(e, Plaintiff, "3", professions.Valid))
		_, err := s.Claim(ctx, e.Actor(Plaintiff))
		code(t, err, "licence.level")
		var capacity string
		for range 2 { // a second click
			found, err := s.Claim(ctx, e.Actor(Manager))
			if err != nil || len(found) != 2 || found[0].Capacity == "" || found[1].Capacity != "" || capacity != "" && found[0].Capacity != capacity {
				t.Fatalf("%+v, %v", found, err)
			}
			capacity = found[0].Capacity
		}
		a, err := e.App.Identity.Actor(ctx, e.Person(Manager).ID, capacity)
		if err != nil || a.Role != policy.Lawyer {
			t.Fatalf("%+v, %v", a, err)
		}
		ask(t, e)
		if !acts(t, e, Manager, capacity) {
			t.Error("a valid licence was taken")
		}
		register.Add(entry(e, Manager, "1", professions.Suspended))
		set(t, register, sandbox.Down)
		ask(t, e)
		if !acts(t, e, Manager, capacity) {
			t.Error("silence takes a licence")
		}
		set(t, register, sandbox.OK)
		ask(t, e)
		if acts(t, e, Manager, capacity) {
			t.Error("suspended, and acts")
		}
		if found, err := s.Claim(ctx, e.Actor(Manager)); err != nil || found[0].Capacity != "" {
			t.Errorf("claimed round the suspension: %+v, %v", found, err)
		}
		register.Add(entry(e, Manager, "1", professions.Valid))
		ask(t, e)
		if !acts(t, e, Manager, capacity) {
			t.Error("lifted, and does not act")
		}
		// Somebody renews long after the last day, when nobody asks any more: claimed
		// again it goes on, unless it was suspended meanwhile.
		e.Clock.Advance(1000 * 24 * time.Hour)
		register.Add(entry(e, Manager, "1", professions.Valid))
		ask(t, e)
		if acts(t, e, Manager, capacity) {
			t.Error("asked about after the days of grace")
		}
		for range 2 {
			found, err := s.Claim(ctx, e.Actor(Manager))
			again := slices.ContainsFunc(found, func(f licence.Found) bool { return f.Capacity == capacity })
			if err != nil || !again || !acts(t, e, Manager, capacity) {
				t.Errorf("renewed late: %+v, %v", found, err)
			}
		}
		// The last day passes, and the issuer has renewed it.
		e.Clock.Advance(620 * 24 * time.Hour)
		if acts(t, e, Manager, capacity) {
			t.Error("acts after its last day")
		}
		register.Add(entry(e, Manager, "1", professions.Valid))
		ask(t, e)
		if !acts(t, e, Manager, capacity) {
			t.Error("renewed, and does not act")
		}
		register.Add(entry(e, Manager, "1", professions.Revoked))
		ask(t, e)
		if acts(t, e, Manager, capacity) {
			t.Error("revoked, and acts")
		}
	})
}

// A register that revokes everybody at once is not believed, and the others do not
// wait behind those.
func TestNotBelieved(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		var held []string
		who := []Who{Manager, Operator, Inspector, Auditor, Stranger}
		for i, w := range who {
			c, err := e.App.Identity.AddCapacity(t.Context(), policy.Actor{Role: policy.System}, identity.Capacity{
				Person: e.Person(w).ID, Role: policy.Lawyer, TitleFA: "و", TitleEN: "l", Source: "test", From: civil.Of(e.Clock.Now()), Number: string(rune('1' + i)), Issuer: "bar-tehran",
			})
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, c)
			e.App.Doubles.Professions.Add(entry(e, w, string(rune('1'+i)), professions.Revoked))
		}
		if err := e.App.Licence.Ask(t.Context()); err == nil || !strings.Contains(err.Error(), "5 of 5") {
			t.Errorf("got %v", err)
		}
		for i, w := range who {
			if !acts(t, e, w, held[i]) {
				t.Errorf("%s was stopped", w)
			}
		}
		if err := e.App.Licence.Ask(t.Context()); err != nil {
			t.Errorf("the same batch comes back at once: %v", err)
		}
	})
}

// A register that is wrong about last days is not believed either, whether they are
// over or only nearer than they were. Whoever was stopped by one goes on when it is
// mended.
func TestNotBelievedLastDays(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		var held []string
		today := civil.Of(e.Clock.Now())
		who := []Who{Manager, Operator, Inspector, Auditor, Stranger}
		say := func(until civil.Day, state professions.State) {
			for i, w := range who {
				x := entry(e, w, string(rune('1'+i)), state)
				x.From, x.Until = today.Add(-1000), until
				e.App.Doubles.Professions.Add(x)
			}
		}
		for i, w := range who {
			c, err := e.App.Identity.AddCapacity(t.Context(), policy.Actor{Role: policy.System}, identity.Capacity{
				Person: e.Person(w).ID, Role: policy.Lawyer, TitleFA: "و", TitleEN: "l", Source: "test", From: today, Until: today.Add(600) * civil.Day(i%2), Number: string(rune('1' + i)), Issuer: "bar-tehran",
			})
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, c)
		}
		doubted := func(what string) {
			t.Helper()
			e.Clock.Advance(8 * 24 * time.Hour)
			if err := e.App.Licence.Ask(t.Context()); err == nil || !strings.Contains(err.Error(), "5 of 5") {
				t.Errorf("%s: got %v", what, err)
			}
			for i, w := range who {
				if !acts(t, e, w, held[i]) {
					t.Errorf("%s: %s was stopped", what, w)
				}
			}
		}
		say(today.Add(-200), professions.Valid)
		doubted("valid, and over")
		say(today.Add(-200), professions.Expired)
		doubted("expired")
		say(today.Add(600), professions.Valid) // where no day was known, it is now
		ask(t, e)
		say(today.Add(60), professions.Valid)
		doubted("soon over")
		// Of one it is believed.
		say(today.Add(600), professions.Valid)
		wrong := entry(e, Manager, "1", professions.Expired)
		wrong.From, wrong.Until = today.Add(-1000), today.Add(-200)
		e.App.Doubles.Professions.Add(wrong)
		ask(t, e)
		if acts(t, e, Manager, held[0]) {
			t.Error("over, and acts")
		}
		say(today.Add(600), professions.Valid)
		found, err := e.App.Licence.Claim(t.Context(), e.Actor(Manager))
		if err != nil || len(found) != 1 || found[0].Capacity != held[0] || !acts(t, e, Manager, held[0]) {
			t.Errorf("stopped for good, although the register is mended: %+v, %v", found, err)
		}
	})
}

func TestPage(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	e.App.Doubles.Professions.Add(entry(e, Manager, "77", professions.Valid))
	if page := e.As(Plaintiff).Get(licence.Path).Want(http.StatusOK); !strings.Contains(page.Text(), "level 2") {
		t.Errorf("level: %s", page.Text())
	}
	page := e.As(Manager).Get(licence.Path).Want(http.StatusOK).Submit(licence.Path).Want(http.StatusOK)
	if !strings.Contains(page.Text(), "Central Bar Association") || !strings.Contains(page.Text(), "You have the capacity") {
		t.Error(page.Text())
	}
	set(t, e.App.Doubles.Professions, sandbox.Down)
	if page := e.As(Manager).PostForm(licence.Path).Want(http.StatusUnprocessableEntity); strings.Contains(page.Text(), "77") {
		t.Error(page.Text())
	}
}

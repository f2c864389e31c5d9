// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/office"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// fall ends what is known about somebody, and proves them again in a way, if any.
func fall(t *testing.T, e *Env, who Who, to ...identity.Way) {
	t.Helper()
	ctx, person := t.Context(), e.Person(who).ID
	err := e.App.DB.Write(ctx, func(tx *store.Tx) error {
		err := e.App.Identity.EndProofsTx(ctx, tx, person, policy.Actor{Role: policy.System}, identity.WhyRecovered)
		for _, way := range to {
			if err == nil {
				err = e.App.Identity.AddProofTx(ctx, tx, identity.Proof{Person: person, Way: way})
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// licensed claims the licence of a lawyer.
func licensed(t *testing.T, e *Env, who Who) policy.Actor {
	t.Helper()
	today := civil.Of(e.Clock.Now())
	e.App.Doubles.Professions.Add(professions.Entry{NationalCode: e.Person(who).NationalCode, Licence: professions.Licence{
		Kind: professions.Lawyer, Issuer: "bar-tehran", Number: "1", Grade: professions.First, State: professions.Valid, From: today.Add(-100), Until: today.Add(600),
	}})
	prove(e, who)
	found, err := e.App.Licence.Claim(t.Context(), e.Actor(who))
	if err != nil || len(found) != 1 {
		t.Fatal(err)
	}
	return acting(t, e, e.Person(who).ID, found[0].Capacity)
}

// Whatever was given to somebody who had to be known at a level rests while they
// are known less surely, at the next click and in an act under way, and so does what
// rests on it; it goes on when they are proved again.
func TestPowersRestBelowTheirLevel(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx := t.Context()
		rests := func(name string, a policy.Actor, want string) {
			t.Helper()
			_, err := e.App.Identity.Actor(ctx, a.Person, a.Capacity)
			if code(err) != want {
				t.Errorf("%s, the next click: %v, want %q", name, err, want)
			}
			err = e.App.DB.Write(ctx, func(tx *store.Tx) error { return e.App.Identity.StandsTx(ctx, tx, a) })
			if (err == nil) != (want == "") {
				t.Errorf("%s, an act under way: %v", name, err)
			}
		}
		lawyer := licensed(t, e, Lawyer)
		m, err := e.App.Mandate.Accept(ctx, e.Actor(LawClerk), e.OfferBy(lawyer, LawClerk, mandate.Office, policy.See, policy.Prepare))
		if err != nil {
			t.Fatal(err)
		}
		clerk := acting(t, e, e.Person(LawClerk).ID, m.Capacity)
		director := company(t, e, Plaintiff, "آزمون", firmID, firmNumber)
		staff := staffOf(t, e, director, Helper, policy.See)
		prove(e, Expert)
		post, err := e.App.Office.Appoint(ctx, e.Actor(Centre), office.Appointment{Office: Office, Person: e.Person(Expert).ID, Role: policy.Operator, Source: "x"})
		if err != nil {
			t.Fatal(err)
		}
		operator := acting(t, e, e.Person(Expert).ID, post)
		const missing = "identity.level.missing"
		all := map[string]policy.Actor{"a lawyer": lawyer, "the lawyer’s clerk": clerk, "a director": director, "the holder of a mandate": staff, "an operator": operator}
		for name, a := range all {
			rests(name, a, "")
		}
		fall(t, e, Lawyer, identity.ByRegistry) // as a recovery does
		fall(t, e, Expert, identity.ByRegistry)
		fall(t, e, Plaintiff) // as a lost number does
		fall(t, e, Helper)
		for name, a := range all {
			want := missing
			if name == "the lawyer’s clerk" { // who has no step to take
				want = "identity.capacity.over"
			}
			rests(name, a, want)
		}
		for _, who := range []Who{Lawyer, Expert, Plaintiff, Helper} {
			prove(e, who)
		}
		for name, a := range all {
			rests(name, a, "")
		}
	})
}

// Who is known less surely while acting in a capacity is led to the missing step as
// a citizen, and then back to the choice of the capacity and to where they were.
func TestMissingLevelOfACapacityIsOffered(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, lawyer := t.Context(), licensed(t, e, Plaintiff)
		me := e.As(Plaintiff)
		me.Get("/capacity").Want(http.StatusOK).Submit("/capacity", "capacity", lawyer.Capacity).Want(http.StatusOK)
		secret, _, err := e.App.Identity.MakeToken(ctx, lawyer, identity.NewToken{Name: "x", Capacity: lawyer.Capacity, Scopes: api.Scopes()[:1], Days: 9})
		if err != nil {
			t.Fatal(err)
		}
		fall(t, e, Plaintiff, identity.ByRegistry)
		// Nothing that was meant in the capacity is done without it.
		if p := me.PostForm("/account/tokens", "name", "y", "capacity", identity.AsCitizen, "scopes", string(api.Scopes()[0]), "days", "9", "act", "a"); p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Location(), level.Path+"?for=") {
			t.Fatalf("%d %s", p.Status, p.Location())
		}
		if list, err := e.App.Identity.Tokens(ctx, e.Actor(Plaintiff)); err != nil || len(list) != 1 {
			t.Errorf("%d tokens, %v", len(list), err)
		}
		me.Get("/account/limits").Want(http.StatusNotFound) // the session goes on, as the citizen's

		// Choosing it again leads to the step, and from there back.
		page := me.Get("/capacity?next=/account/tokens").Want(http.StatusOK)
		if !strings.Contains(page.Text(), "first one step") {
			t.Errorf("the choice does not say that a step is missing: %s", page.Text())
		}
		page = page.Submit("/capacity", "capacity", lawyer.Capacity).Want(http.StatusOK)
		if !strings.HasPrefix(page.Path, level.Path+"?for=") || !strings.Contains(page.Text(), "the one who holds it") {
			t.Fatalf("led to %s", page.Path)
		}
		again := page.Path
		prove(e, Plaintiff)
		back := me.Get(again).Want(http.StatusOK).Link("/capacity")
		if page = me.Get(back).Want(http.StatusOK).Submit("/capacity", "capacity", lawyer.Capacity).Want(http.StatusOK); page.Path != "/account/tokens" {
			t.Errorf("goes on at %s", page.Path)
		}

		// A page in the capacity leads there too, and comes back to that page.
		fall(t, e, Plaintiff, identity.ByRegistry)
		if _, err := e.App.Identity.Bearer(ctx, secret); !level.IsMissing(err) || !errs.Is(err, errs.Forbidden) {
			t.Errorf("a program is told %v", err)
		}
		page = me.Get("/account/tokens").Follow().Want(http.StatusOK)
		if !strings.HasPrefix(page.Path, level.Path+"?for=") {
			t.Fatalf("led to %s", page.Path)
		}
		again = page.Path
		prove(e, Plaintiff)
		if back = me.Get(again).Want(http.StatusOK).Link("/capacity"); back != "/capacity?next=%2Faccount%2Ftokens" {
			t.Errorf("leads back to %s", back)
		}
	})
}

// SPDX-License-Identifier: Apache-2.0

package proofing_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// unprove ends what is known about somebody, as a number does that changed
// hands. Their session stays.
func unprove(t *testing.T, e *apptest.Env, who apptest.Who) {
	t.Helper()
	person := e.Person(who).ID
	err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
		return e.App.Identity.EndProofsTx(t.Context(), tx, person, policy.Actor{Role: policy.System}, "identity.proof.number_lost")
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Whoever lost their proofs is stopped at the act, gets the one step, and goes
// on where they were.
func TestNoticeWaitsForTheLevel(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		case1 := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		e.Refer(apptest.Judge, case1.Case)
		me := e.As(apptest.Defendant)
		notice := e.Serve(apptest.Clerk, case1, apptest.Defendant)
		unprove(t, e, apptest.Defendant)
		page := me.Get("/inbox/" + notice).Want(http.StatusOK)
		offer := page.Submit("/inbox/" + notice + "/open").Want(http.StatusOK)
		if !strings.HasPrefix(offer.Path, level.Path+"?for=") {
			t.Fatalf("opened at level 0: %s", offer.Path)
		}
		if n, err := e.App.Notice.Get(t.Context(), e.Actor(apptest.Defendant), notice); err != nil || n.Opened() {
			t.Fatalf("opened all the same: %v", err)
		}
		done := offer.Submit(level.Path + "/registry").Want(http.StatusOK)
		me.Get(done.Link("/inbox/" + notice)).Want(http.StatusOK).Submit("/inbox/" + notice + "/open").Want(http.StatusOK)
		if n, err := e.App.Notice.Get(t.Context(), e.Actor(apptest.Defendant), notice); err != nil || !n.Opened() {
			t.Errorf("not opened: %v", err)
		}

		// Nobody else gets anything out of the address, and it leads nowhere else.
		other := e.As(apptest.Stranger).Get(offer.Path).Want(http.StatusOK)
		for _, l := range append(other.Links(), e.As(apptest.Stranger).Get(level.Path+"?for=https://example.com").Want(http.StatusOK).Links()...) {
			if strings.Contains(l, notice) || strings.HasPrefix(l, "http") {
				t.Errorf("leads to %s", l)
			}
		}
	})
}

// The registries decide; each of their answers has its words, and nothing is
// asked twice within a minute.
func TestAskRegistries(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx := t.Context()
		ask := func() error { return e.App.Proofing.AskRegistries(ctx, e.Actor(apptest.Stranger)) }
		now := func() int {
			p, err := e.App.Identity.Person(ctx, e.Person(apptest.Stranger).ID)
			if err != nil {
				t.Fatal(err)
			}
			return p.Assurance
		}
		unprove(t, e, apptest.Stranger)
		p := e.Person(apptest.Stranger)
		e.App.Doubles.SimOwner.Add(simowner.Pair{NationalCode: apptest.NationalCode(999), Mobile: p.Mobile})
		if err := ask(); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "proofing.registry.number") {
			t.Fatalf("another's number: %v", err)
		}
		if err := ask(); !errs.Is(err, errs.RateLimited) {
			t.Fatalf("asked at once again: %v", err)
		}
		e.App.Doubles.SimOwner.Add(simowner.Pair{NationalCode: p.NationalCode, Mobile: p.Mobile})
		e.Clock.Advance(2 * time.Minute)
		if err := e.App.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}); err != nil {
			t.Fatal(err)
		}
		if err := ask(); !errs.Is(err, errs.Unavailable) || now() != identity.SelfDeclared {
			t.Fatalf("a silent registry: %v, level %d", err, now())
		}
		e.Clock.Advance(10 * time.Minute)
		if err := e.App.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.OK}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second changes nothing
			if err := ask(); err != nil || now() != identity.RegistryChecked {
				t.Fatalf("%v, level %d", err, now())
			}
		}
	})
}

// SPDX-License-Identifier: Apache-2.0

package proofing_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	gateway "github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/proofing"
)

var other = policy.Actor{Person: "second", Role: policy.Administrator, Name: "مدیر دوم"}

// merged has two administrators make one account of two, and returns what parts
// them again.
func merged(e *apptest.Env, gone, into apptest.Who) (part func()) {
	e.T.Helper()
	ctx, admin := e.T.Context(), e.Actor(apptest.Administrator)
	a, b := e.Person(gone).ID, e.Person(into).ID
	p, err := e.App.Merge.Propose(ctx, admin, a, b, "هر دو شناسنامه را دیدم")
	if err == nil {
		_, err = e.App.Merge.Decide(ctx, other, p.ID, true)
	}
	if err != nil {
		e.T.Fatal(err)
	}
	e.Drain()
	return func() {
		e.T.Helper()
		p, err := e.App.Merge.ProposeUndo(ctx, admin, a, b, "دو نفر هستند")
		if err == nil {
			_, err = e.App.Merge.DecideUndo(ctx, other, p.ID, true)
		}
		if err != nil {
			e.T.Fatal(err)
		}
		e.Drain()
	}
}

// What was paid for follows the person: an attempt at the broker ends first, under
// the number with which it was begun; then the order goes on in the other account,
// its money goes back to its payer, and all of it returns when they are parted.
func TestMergedOrder(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx := t.Context()
		r := paid(t, e)
		token := r.begin()
		part := merged(e, apptest.Plaintiff, apptest.Stranger)
		into := e.Actor(apptest.Stranger)
		if _, _, err := e.App.Proofing.Order(ctx, into, r.id); !errs.Is(err, errs.NotFound) {
			t.Fatalf("it moved with an attempt under way: %v", err)
		}
		e.App.Doubles.Proofing.Choose(token, gateway.Live)
		e.Drain()
		if o, _ := r.order(); o.State != proofing.Proved || r.level() != identity.RegistryChecked {
			t.Fatalf("an account that ended was proved: %+v, level %d", o, r.level())
		}
		e.Clock.Advance(3 * time.Minute)
		e.Drain()
		if o, last, err := e.App.Proofing.Order(ctx, into, r.id); err != nil || o.State != proofing.Proved || last.State != proofing.TryLive {
			t.Fatalf("in the account that goes on: %+v %+v, %v", o, last, err)
		}
		part()
		if o, _ := r.order(); o.Owner != r.me.Person {
			t.Errorf("parted again: %+v", o)
		}
	})
}

func TestMergedRefund(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx := t.Context()
		r := paid(t, e)
		o, _ := r.order()
		if err := e.App.Proofing.GiveBack(ctx, r.me, r.id); err != nil { // its job runs after the merge
			t.Fatal(err)
		}
		received := e.App.Doubles.Payments.ReceivedRials()
		part := merged(e, apptest.Plaintiff, apptest.Stranger)
		if got := received - e.App.Doubles.Payments.ReceivedRials(); got != o.Price {
			t.Errorf("%d went back of %d", got, o.Price)
		}
		into := e.Person(apptest.Stranger).ID
		if refund, found, err := e.App.Payment.RefundOf(ctx, into, o.Payment); err != nil || !found || refund.Done.IsZero() {
			t.Errorf("in the account that goes on: %+v, %v, %v", refund, found, err)
		}
		e.As(apptest.Stranger).Get(r.path).Want(http.StatusOK)
		part()
		if refund, found, err := e.App.Payment.RefundOf(ctx, r.me.Person, o.Payment); err != nil || !found || refund.Done.IsZero() {
			t.Errorf("parted again: %+v, %v, %v", refund, found, err)
		}
		e.As(apptest.Stranger).Get(r.path).Want(http.StatusNotFound)
	})
}

// SPDX-License-Identifier: Apache-2.0

package proofing_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	gateway "github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/proofing"
)

// rig is one person with an order.
type rig struct {
	*apptest.Env
	t    *testing.T
	me   policy.Actor
	id   string
	path string
}

// paid orders proofing by the pages and pays for it at the provider's double.
func paid(t *testing.T, e *apptest.Env) rig {
	t.Helper()
	me := e.As(apptest.Plaintiff)
	page := me.Get(level.Path).Want(http.StatusOK)
	page = me.Get(page.Link(level.Path+"/video")).Want(http.StatusOK).Submit(level.Path+"/video", "broker", "didar").Want(http.StatusOK)
	if !strings.HasPrefix(page.Path, "/payments/") {
		t.Fatalf("not asked to pay: %s", page.Path)
	}
	page = page.Submit(page.Path + "/begin").Want(http.StatusOK)
	_, token, _ := strings.Cut(page.Link("http"), "/pay/")
	if !e.App.Doubles.Payments.Choose(token, payments.Pay) {
		t.Fatal("the provider knows no such payment")
	}
	page = me.Get("/payments/return?token=" + token).Follow().Want(http.StatusOK)
	_, id, ok := strings.Cut(page.Path, "/video/")
	if !ok {
		t.Fatalf("the payment leads to %s", page.Path)
	}
	return rig{Env: e, t: t, me: e.Actor(apptest.Plaintiff), id: id, path: page.Path}
}

// begin starts an attempt and returns its token.
func (r rig) begin() string {
	r.t.Helper()
	page := r.As(apptest.Plaintiff).Get(r.path).Want(http.StatusOK).Submit(r.path + "/begin").Want(http.StatusOK)
	_, token, ok := strings.Cut(page.Link("http"), "/check/")
	if !ok {
		r.t.Fatalf("no broker's page: %s", page.Text())
	}
	return token
}

func (r rig) order() (proofing.Order, proofing.Try) {
	r.t.Helper()
	o, last, err := r.App.Proofing.Order(r.t.Context(), r.me, r.id)
	if err != nil {
		r.t.Fatal(err)
	}
	return o, last
}

func (r rig) level() int {
	r.t.Helper()
	p, err := r.App.Identity.Person(r.t.Context(), r.me.Person)
	if err != nil {
		r.t.Fatal(err)
	}
	return p.Assurance
}

// Three attempts by one payment: two fail in different ways, what does not count
// is not counted, and the third proves.
func TestThreeAttempts(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		r := paid(t, e)
		me := e.As(apptest.Plaintiff)
		for i, how := range []gateway.State{gateway.BadPicture, gateway.NoMatch} {
			token := r.begin()
			if !e.App.Doubles.Proofing.Choose(token, how) {
				t.Fatal("the broker knows no such session")
			}
			page := me.Get(level.Path + "/video/return?token=" + token).Follow().Want(http.StatusOK)
			if o, last := r.order(); o.Counted != i+1 || o.State != proofing.Ready || string(last.State) != string(how) || page.Path != r.path {
				t.Fatalf("after %s: %+v %+v", how, o, last)
			}
		}
		r.begin()
		e.Clock.Advance(gateway.SessionLife) // not counted
		e.Drain()
		if o, last := r.order(); o.Counted != 2 || last.State != proofing.TryExpired {
			t.Fatalf("expired: %+v %+v", o, last)
		}
		me.Get(r.path).Want(http.StatusOK)
		token := r.begin()
		e.App.Doubles.Proofing.Choose(token, gateway.Live) // and the broker calls
		e.Drain()
		if o, _ := r.order(); o.State != proofing.Proved || r.level() != identity.SeenRemotely {
			t.Fatalf("not proved: %+v, level %d", o, r.level())
		}
		for range 2 { // late and again: once is once
			e.Anonymous().Send(http.MethodPost, "/proofing/callback", "application/json", strings.NewReader(`{"token":"`+token+`"}`)).Want(http.StatusNoContent)
			me.Get(level.Path + "/video/return?token=" + token).Follow().Want(http.StatusOK)
		}
		e.Drain()
		list, err := e.App.Identity.Proofs(t.Context(), r.me.Person)
		n := 0
		for _, p := range list {
			if p.Way == identity.ByVideo {
				n++
			}
		}
		if err != nil || n != 1 {
			t.Errorf("%d proofs by video, %v", n, err)
		}
	})
}

// All three in vain: the order is used up, and another broker may be paid.
func TestUsedUp(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	r := paid(t, e)
	for _, how := range []gateway.State{gateway.NotLive, gateway.Abandoned, gateway.NoMatch} {
		e.App.Doubles.Proofing.Choose(r.begin(), how)
		e.Drain()
	}
	if o, _ := r.order(); o.State != proofing.Used || o.Left() != 0 || r.level() != identity.RegistryChecked {
		t.Fatalf("%+v, level %d", o, r.level())
	}
	if _, err := e.App.Proofing.Begin(t.Context(), r.me, r.id); !errs.Is(err, errs.Conflict) {
		t.Errorf("a fourth attempt: %v", err)
	}
	if err := e.App.Proofing.GiveBack(t.Context(), r.me, r.id); !errs.Is(err, errs.Conflict) {
		t.Errorf("money back after three attempts: %v", err)
	}
	next, err := e.App.Proofing.Choose(t.Context(), r.me, "simin", i18n.EN, "")
	if err != nil || next.ID == r.id || next.State != proofing.Unpaid {
		t.Errorf("another broker: %+v, %v", next, err)
	}
}

// A call proves nothing, whoever makes it; nor does another's token.
func TestForgedCalls(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	r := paid(t, e)
	token := r.begin()
	call := func(body string, want int) {
		e.Anonymous().Send(http.MethodPost, "/proofing/callback", "application/json", strings.NewReader(body)).Want(want)
	}
	call(`{"token":"`+token+`"}`, http.StatusNoContent)
	call(`{"token":"`+token+`","state":"live"}`, http.StatusUnprocessableEntity)
	call(`{"token":"nobody's"}`, http.StatusNotFound)
	call(``, http.StatusUnprocessableEntity)
	e.Drain()
	if o, last := r.order(); o.State != proofing.Ready || last.State != proofing.TryOpen || r.level() != identity.RegistryChecked {
		t.Fatalf("believed: %+v %+v", o, last)
	}
	e.As(apptest.Stranger).Get(r.path).Want(http.StatusNotFound)
	if page := e.As(apptest.Stranger).Get(level.Path + "/video/return?" + url.Values{"token": {token}}.Encode()).Follow(); page.Status != http.StatusNotFound {
		t.Errorf("somebody else's: %d", page.Status)
	}
}

// The broker is down: nothing is counted, and the money goes back, once, however
// often that is asked for at the same time.
func TestMoneyBack(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		r := paid(t, e)
		if err := e.App.Doubles.Proofing.Faults().Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}); err != nil {
			t.Fatal(err)
		}
		page := e.As(apptest.Plaintiff).Get(r.path).Want(http.StatusOK).Submit(r.path + "/begin").Want(http.StatusUnprocessableEntity)
		if o, last := r.order(); o.Counted != 0 || last.State != proofing.TryReserved || !strings.Contains(page.Text(), "does not count against you") {
			t.Fatalf("%+v %+v %s", o, last, page.Path)
		}
		received := e.App.Doubles.Payments.ReceivedRials()
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := e.App.Proofing.GiveBack(t.Context(), r.me, r.id); err != nil && !errs.Is(err, errs.Conflict) {
					t.Error(err)
				}
			})
		}
		both.Wait()
		e.Drain()
		o, _ := r.order()
		if got := received - e.App.Doubles.Payments.ReceivedRials(); o.State != proofing.Back || got != o.Price {
			t.Fatalf("%+v: %d went back of %d", o, got, o.Price)
		}
		if refund, found, err := e.App.Payment.RefundOf(t.Context(), r.me.Person, o.Payment); err != nil || !found || refund.Done.IsZero() {
			t.Errorf("%+v, %v, %v", refund, found, err)
		}
		if _, err := e.App.Proofing.Begin(t.Context(), r.me, r.id); !errs.Is(err, errs.Conflict) {
			t.Errorf("an attempt for nothing: %v", err)
		}
		e.As(apptest.Plaintiff).Get(r.path).Want(http.StatusOK)
		if page := e.As(apptest.Plaintiff).Get("/payments/" + o.Payment).Want(http.StatusOK); !strings.Contains(page.Text(), "has given the money back") {
			t.Errorf("the payment says nothing of it: %s", page.Text())
		}
	})
}

// Whoever is not there when the outcome comes is told that there is one; whoever
// has seen it is not.
func TestToldLater(t *testing.T) {
	t.Parallel()
	for name, told := range map[string]int{"left": 1, "came back": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apptest.Each(t, func(t *testing.T, e *apptest.Env) {
				r := paid(t, e)
				token := r.begin()
				mobile := e.Person(apptest.Plaintiff).Mobile
				before := len(e.App.Doubles.SMS.For(mobile))
				e.App.Doubles.Proofing.Choose(token, gateway.NoMatch)
				e.Drain()
				if told == 0 {
					e.As(apptest.Plaintiff).Get(level.Path + "/video/return?token=" + token).Follow().Want(http.StatusOK)
				}
				for range 2 {
					e.Clock.Advance(3 * time.Minute)
					e.Drain()
				}
				if got := len(e.App.Doubles.SMS.For(mobile)) - before; got != told {
					t.Errorf("%d messages, want %d", got, told)
				}
			})
		})
	}
}

// Two presses at once are one attempt.
func TestBeginTwice(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		r := paid(t, e)
		tokens := make([]string, 2)
		var both sync.WaitGroup
		for i := range tokens {
			both.Go(func() {
				try, err := e.App.Proofing.Begin(t.Context(), r.me, r.id)
				if err != nil {
					t.Error(err)
				}
				tokens[i] = try.Token
			})
		}
		both.Wait()
		if tokens[0] == "" || tokens[0] != tokens[1] {
			t.Errorf("%q", tokens)
		}
		e.Clock.Advance(25 * time.Hour)
	})
}

// An attempt that the broker has taken between the reading and the writing of who
// wants the money back keeps the money; an order that has ended proves nothing.
func TestMoneyOrProof(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		r := paid(t, e)
		faults := e.App.Doubles.Proofing.Faults()
		if err := faults.Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}); err != nil {
			t.Fatal(err)
		}
		if _, err := e.App.Proofing.Begin(t.Context(), r.me, r.id); !errs.Is(err, errs.Unavailable) {
			t.Fatalf("the broker is down: %v", err)
		}
		o, last := r.order()
		if err := faults.Set(sandbox.Fault{Mode: sandbox.OK}); err != nil {
			t.Fatal(err)
		}
		token := r.begin()
		if err := proofing.GiveBackRead(e.App.Proofing, t.Context(), o, last); !errs.Is(err, errs.Conflict) {
			t.Errorf("money back while the camera is on: %v", err)
		}
		if now, _ := r.order(); now.State != proofing.Ready {
			t.Fatalf("the order is %s", now.State)
		}
		err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
			return tx.ExecOne(t.Context(), `UPDATE proofing_order SET state = 'refused' WHERE owner = $1 AND id = $2`, o.Owner, o.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		e.App.Doubles.Proofing.Choose(token, gateway.Live)
		e.Drain()
		if _, last := r.order(); last.State != proofing.TryLive || r.level() != identity.RegistryChecked {
			t.Errorf("money back and the proof: %+v, level %d", last, r.level())
		}
	})
}

// Sessions that are let lapse do not count, but the broker is not called for ever:
// what is left is the money.
func TestSpent(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	r := paid(t, e)
	for range 10 {
		r.begin()
		e.Clock.Advance(gateway.SessionLife)
		e.Drain()
	}
	if o, last := r.order(); o.State != proofing.Ready || o.Counted != 0 || last.Number != 10 {
		t.Fatalf("%+v %+v", o, last)
	}
	if _, err := e.App.Proofing.Begin(t.Context(), r.me, r.id); !errs.Is(err, errs.Conflict) {
		t.Errorf("an eleventh session: %v", err)
	}
	page := e.As(apptest.Plaintiff).Get(r.path).Want(http.StatusOK)
	if _, ok := page.Form(r.path + "/begin"); ok {
		t.Error("another session is offered")
	}
	page.Submit(r.path + "/back").Want(http.StatusOK)
	if o, _ := r.order(); o.State != proofing.Back {
		t.Errorf("the money is kept: %s", o.State)
	}
}

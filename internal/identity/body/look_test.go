// SPDX-License-Identifier: Apache-2.0

package body_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

func postFor(e *Env, unit string, who Who) body.NewPost {
	p := e.Person(who)
	return body.NewPost{Unit: unit, Person: p.NationalCode, LastName: p.LastName, TitleFA: "x", Rights: []policy.Right{policy.See}, Until: civil.Of(e.Clock.Now())}
}

// TestNoSilentDirectory: what else is wrong with a post is said before anybody is
// looked for, a key that was used before finds nobody new, and a look that leads to no
// offer counts and is told to the person.
func TestNoSilentDirectory(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Body, e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		n := postFor(e, u.ID, Stranger)
		n.Until--
		for range 25 {
			_, err := s.Give(ctx, head, n)
			fails(t, "of somebody who is here", err, errs.Invalid, "body.wrong.until")
		}
		n.Person = NationalCode(999)
		_, err := s.Give(ctx, head, n)
		fails(t, "of nobody", err, errs.Invalid, "body.wrong.until")

		n = postFor(e, u.ID, Stranger)
		n.Act = "once"
		first, err := s.Give(ctx, head, n)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range []string{e.Person(Lawyer).NationalCode, NationalCode(999)} {
			n.Person = code
			if again, err := s.Give(ctx, head, n); err != nil || again.ID != first.ID {
				t.Errorf("the same key: %+v, %v", again, err)
			}
		}
		for range 20 {
			_, err := s.Give(ctx, head, postFor(e, u.ID, Stranger))
			fails(t, "a second post", err, errs.Invalid, "body.wrong.has_post")
		}
		_, err = s.Give(ctx, head, postFor(e, u.ID, Lawyer))
		fails(t, "the next look", err, errs.RateLimited, "body.too_many_misses")
		list, err := e.App.Identity.Accesses(ctx, e.Person(Stranger).ID)
		if err != nil || len(list) != 21 {
			t.Errorf("the person is told of %d looks, %v", len(list), err)
		}
	})
}

// TestLooksRace: many looks at once are no more than one after the other.
func TestLooksRace(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		s, head := e.App.Body, e.Head(Plaintiff, "B1")
		n := postFor(e, e.Unit(head, "1", "").ID, Stranger)
		n.LastName = "دیگر"
		out := make([]error, 40)
		var wg sync.WaitGroup
		for i := range out {
			wg.Go(func() { _, out[i] = s.Give(context.WithoutCancel(t.Context()), head, n) })
		}
		wg.Wait()
		looked := 0
		for _, err := range out {
			if errs.Is(err, errs.Invalid) {
				looked++
			} else {
				fails(t, "past the brake", err, errs.RateLimited, "body.too_many_misses")
			}
		}
		if looked != 20 {
			t.Errorf("%d looks, want 20", looked)
		}
	})
}

// TestOffersToOne: a body does not send one person offer after offer, and a morning of
// offers to others is no look in vain.
func TestOffersToOne(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Body, e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		for range 5 {
			if err := s.End(ctx, head, e.OfferPost(head, u.ID, Stranger, body.GivesNone, policy.See).ID); err != nil {
				t.Fatal(err)
			}
		}
		_, err := s.Give(ctx, head, postFor(e, u.ID, Stranger))
		fails(t, "the sixth", err, errs.RateLimited, "body.too_many_offers")
		for i := range 5 {
			at := e.Unit(head, fmt.Sprint("2", i), "")
			for _, who := range []Who{Lawyer, Defendant, Guardian, Helper} {
				e.OfferPost(head, at.ID, who, body.GivesNone, policy.See)
			}
		}
		other := e.Head(Defendant, "B2")
		e.OfferPost(other, e.Unit(other, "1", "").ID, Stranger, body.GivesNone, policy.See)
		e.Clock.Advance(24*time.Hour + time.Minute)
		e.OfferPost(head, u.ID, Stranger, body.GivesNone, policy.See)
	})
}

// TestOfferAfterGiver: what was offered and not accepted is worth nothing once who
// offered it may not give posts any more.
func TestOfferAfterGiver(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Body, e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		chief, own := e.AtPost(head, u.ID, Stranger, body.GivesPosts, policy.See)
		open := e.OfferPost(chief, u.ID, Lawyer, body.GivesNone, policy.See)
		at, held := e.AtPost(chief, u.ID, Guardian, body.GivesNone, policy.See)
		if err := s.End(ctx, head, own.ID); err != nil {
			t.Fatal(err)
		}
		seat, err := s.Post(ctx, e.Actor(Lawyer), open.ID)
		if err != nil || seat.State != body.Ended || seat.Why != body.GiverGone {
			t.Errorf("the offer is %+v, %v", seat.Post, err)
		}
		_, err = s.Accept(ctx, e.Actor(Lawyer), open.ID)
		fails(t, "accepted after the post of who gave it", err, errs.Conflict, "body.not_offered")
		if _, err := e.App.Identity.Actor(ctx, at.Person, at.Capacity); err != nil {
			t.Errorf("what was accepted, %s, has gone too: %v", held.ID, err)
		}

		open = e.OfferPost(head, u.ID, Lawyer, body.GivesNone, policy.See)
		if err := e.App.Identity.EndCapacity(ctx, policy.Actor{Role: policy.System}, head.Person, head.Capacity, "x"); err != nil {
			t.Fatal(err)
		}
		_, err = s.Accept(ctx, e.Actor(Lawyer), open.ID)
		fails(t, "accepted after the director", err, errs.Conflict, "body.not_offered")
		next := e.Head(Defendant, "B1")
		if err := s.End(ctx, next, open.ID); err != nil {
			t.Fatal(err)
		}
		if _, p := e.AtPost(next, u.ID, Lawyer, body.GivesNone, policy.See); p.State != body.Active {
			t.Errorf("given again: %+v", p)
		}
	})
}

// TestTreeOfMany: other units' posts do not push a head's own people off the tree, and
// a tree that is cut says so.
func TestTreeOfMany(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Body, e.Head(Plaintiff, "B1")
		first, last := e.Unit(head, "1", ""), e.Unit(head, "2", "")
		for _, who := range []Who{Lawyer, Guardian, Helper} {
			e.OfferPost(head, first.ID, who, body.GivesNone, policy.See)
		}
		chief, own := e.AtPost(head, last.ID, Stranger, body.GivesPosts, policy.See)
		s.ShowInTree(3)
		tree, err := s.Tree(ctx, chief)
		if err != nil || tree.Cut || len(tree.Nodes) != 1 || len(tree.Nodes[0].Posts) != 1 || tree.Nodes[0].Posts[0].ID != own.ID {
			t.Errorf("the head of a unit sees %+v, %v", tree, err)
		}
		tree, err = s.Tree(ctx, head)
		if err != nil || !tree.Cut || len(tree.Nodes[0].Posts) != 3 || len(tree.Nodes[1].Posts) != 0 {
			t.Errorf("of four posts, three fit: %+v, %v", tree, err)
		}
		me := e.As(Plaintiff)
		me.Get("/capacity").Submit("/capacity", "capacity", head.Capacity).Want(http.StatusOK)
		said := "not everybody is named here"
		if page := me.Get("/account/body").Want(http.StatusOK); !strings.Contains(page.Text(), said) {
			t.Errorf("the page does not say that it is cut: %s", page.Text())
		}
		s.ShowInTree(4)
		if page := me.Get("/account/body").Want(http.StatusOK); strings.Contains(page.Text(), said) {
			t.Error("the page says that it is cut")
		}
	})
}

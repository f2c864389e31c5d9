// SPDX-License-Identifier: Apache-2.0

package body_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// fails wants an error of a kind, with a code or the code of one field.
func fails(t *testing.T, what string, err error, kind errs.Kind, code string) {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != kind {
		t.Errorf("%s: %v, want %s %s", what, err, kind, code)
		return
	}
	if code != "" && e.Code != code && !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Code == code }) {
		t.Errorf("%s: %v %v, want %s", what, err, e.Fields, code)
	}
}

// evidence counts what the ledger has of a body's with all of some words in it.
func evidence(t *testing.T, e *Env, owner string, words ...string) (n int) {
	t.Helper()
	rows, err := store.All[struct {
		Record []byte `db:"record"`
	}](t.Context(), e.App.DB, `SELECT record FROM ledger_entry WHERE owner = $1`, owner)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(string(r.Record), w) }) {
			n++
		}
	}
	return n
}

// TestTree: units are made, renamed, moved and ended, each step stays, and what would
// be no tree is refused.
func TestTree(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Body, e.Head(Plaintiff, "B1")
		top := e.Unit(head, "1", "")
		legal := e.Unit(head, "10", top.ID)
		suits := e.Unit(head, "101", legal.ID)
		var twice [2]string
		for i := range twice {
			u, err := s.Make(ctx, head, body.NewUnit{Code: "11", NameFA: "مالی", Act: "once"})
			if err != nil || u.NameEN != "مالی" {
				t.Fatalf("%+v, %v", u, err)
			}
			twice[i] = u.ID
		}
		if twice[0] != twice[1] {
			t.Error("a second click made another unit")
		}
		money := twice[0]
		_, err := s.Make(ctx, head, body.NewUnit{Code: "۱۰ ۱", NameFA: "دیگر"}) // the same digits
		fails(t, "a code twice", err, errs.Invalid, "body.wrong.code")
		_, err = s.Make(ctx, head, body.NewUnit{Code: "", NameFA: " "})
		fails(t, "nothing", err, errs.Invalid, "form.required")
		_, err = s.Make(ctx, head, body.NewUnit{Code: "12", NameFA: "دیگر", Parent: "none"})
		fails(t, "under nothing", err, errs.Invalid, "body.wrong.parent")

		fails(t, "under itself", s.Move(ctx, head, legal.ID, legal.ID), errs.Invalid, "body.wrong.circle")
		fails(t, "under its own", s.Move(ctx, head, top.ID, suits.ID), errs.Invalid, "body.wrong.circle")
		for range 2 {
			if err := s.Move(ctx, head, legal.ID, money); err != nil {
				t.Fatal(err)
			}
			if err := s.Rename(ctx, head, legal.ID, body.NewUnit{Code: "20", NameFA: "حقوقی", NameEN: "Legal"}); err != nil {
				t.Fatal(err)
			}
		}
		fails(t, "a code that another has", s.Rename(ctx, head, legal.ID, body.NewUnit{Code: "1", NameFA: "حقوقی"}), errs.Invalid, "body.wrong.code")
		fails(t, "with units below", s.Close(ctx, head, legal.ID), errs.Conflict, "body.has_units")
		for range 2 {
			if err := s.Close(ctx, head, suits.ID); err != nil {
				t.Fatal(err)
			}
		}
		fails(t, "renamed after the end", s.Rename(ctx, head, suits.ID, body.NewUnit{Code: "1", NameFA: "x"}), errs.Conflict, "body.ended")
		fails(t, "moved after the end", s.Move(ctx, head, suits.ID, ""), errs.Conflict, "body.ended")
		fails(t, "under one that ended", s.Move(ctx, head, top.ID, suits.ID), errs.Invalid, "body.wrong.parent")
		again := e.Unit(head, "101", legal.ID) // the code is free again
		tree, err := s.Tree(ctx, head)
		if err != nil || !tree.Arranges || len(tree.Nodes) != 4 || len(tree.Ended) != 1 {
			t.Fatalf("%+v, %v", tree, err)
		}
		if n := tree.Nodes[3]; n.ID != again.ID || n.Depth != 3 {
			t.Errorf("the last is %+v", n)
		}
		d, err := s.Unit(ctx, head, legal.ID)
		if err != nil || len(d.Changes) != 3 || d.Changes[0].What != body.Renamed || d.Changes[1].What != body.Moved || d.Changes[2].NameFA != "واحد 10" ||
			d.Changes[0].ByName != e.Person(Plaintiff).Name() {
			t.Errorf("history %+v, %v", d.Changes, err)
		}
		if n := evidence(t, e, head.For, legal.ID, "body.unit_"); n < 3 {
			t.Errorf("%d pieces of evidence", n)
		}
	})
}

// TestDepth: units do not stand deeper than the limit, neither when one is made nor
// when a whole part of the tree moves.
func TestDepth(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Body, e.Head(Plaintiff, "B1")
		at := ""
		for i := range 8 {
			at = e.Unit(head, fmt.Sprint(i), at).ID
		}
		_, err := s.Make(ctx, head, body.NewUnit{Code: "x", NameFA: "x", Parent: at})
		fails(t, "the ninth", err, errs.Invalid, "body.wrong.depth")
		two := e.Unit(head, "a", "")
		e.Unit(head, "b", two.ID)
		d, err := s.Unit(ctx, head, at)
		if err != nil || len(d.Path) != 7 {
			t.Fatalf("%+v, %v", d.Path, err)
		}
		fails(t, "two below the seventh", s.Move(ctx, head, two.ID, d.Path[6].ID), errs.Invalid, "body.wrong.depth")
		if err := s.Move(ctx, head, two.ID, d.Path[5].ID); err != nil {
			t.Error(err)
		}
	})
}

// TestMovesRace: of two moves at once that would make a circle, one is refused.
func TestMovesRace(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		s, head := e.App.Body, e.Head(Plaintiff, "B1")
		for round := range 5 {
			a, b := e.Unit(head, fmt.Sprint("a", round), ""), e.Unit(head, fmt.Sprint("b", round), "")
			var wg sync.WaitGroup
			out := make([]error, 2)
			for i, move := range [][2]string{{a.ID, b.ID}, {b.ID, a.ID}} {
				wg.Go(func() { out[i] = s.Move(context.WithoutCancel(t.Context()), head, move[0], move[1]) })
			}
			wg.Wait()
			if (out[0] == nil) == (out[1] == nil) {
				t.Fatalf("round %d: %v and %v", round, out[0], out[1])
			}
			fails(t, "the slower one", cmp.Or(out...), errs.Invalid, "body.wrong.circle")
		}
	})
}

// TestWhoArranges: nobody but who manages the body has a say, and nobody reaches
// another body's units by their ids.
func TestWhoArranges(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head, other := t.Context(), e.App.Body, e.Head(Plaintiff, "B1"), e.Head(Defendant, "B2")
		u := e.Unit(head, "1", "")
		mine := e.Unit(other, "1", "")
		n := body.NewUnit{Code: "2", NameFA: "x"}
		staff := e.Acting(Stranger, Plaintiff, policy.Guardian, policy.Rights()...) // of a person, no body
		clerk, _ := e.AtPost(head, u.ID, Lawyer, body.GivesNone, policy.Rights()...)
		delegate := head
		delegate.Delegated = true
		weak := head
		weak.Rights = []policy.Right{policy.See, policy.Prepare}
		limited := head
		limited.Only = &policy.Limit{Cases: []string{"x"}}
		for name, a := range map[string]policy.Actor{
			"a citizen": e.Actor(Stranger), "a guardian": staff, "who holds a post": clerk, "a delegate": delegate, "without the right to sign": weak, "under a limit": limited,
			"a representative of nobody": e.Actor(Representative),
		} {
			_, err := s.Make(ctx, a, n)
			fails(t, name+" makes", err, errs.Forbidden, "")
			_, err = s.Tree(ctx, a)
			fails(t, name+" looks", err, errs.Forbidden, "body.not_yours")
			for what, err := range map[string]error{
				"renames": s.Rename(ctx, a, u.ID, n), "moves": s.Move(ctx, a, u.ID, ""), "ends": s.Close(ctx, a, u.ID),
			} {
				if !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Forbidden) {
					t.Errorf("%s %s: %v", name, what, err)
				}
			}
			_, err = s.Unit(ctx, a, u.ID)
			fails(t, name+" looks at one", err, errs.NotFound, "")
		}
		fails(t, "another body renames", s.Rename(ctx, other, u.ID, n), errs.NotFound, "")
		fails(t, "another body moves", s.Move(ctx, other, u.ID, ""), errs.NotFound, "")
		fails(t, "another body ends", s.Close(ctx, other, u.ID), errs.NotFound, "")
		fails(t, "under a unit of another body", s.Move(ctx, other, mine.ID, u.ID), errs.Invalid, "body.wrong.parent")
		_, _, err := s.Offers(ctx, other, u.ID)
		fails(t, "another body gives", err, errs.NotFound, "")
		_, err = s.Unit(ctx, other, u.ID)
		fails(t, "another body looks", err, errs.NotFound, "")
	})
}

// TestPost: offered, worth nothing until accepted, a capacity at the unit, seen by
// who manages the body, ended at once.
func TestPost(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, id, head := t.Context(), e.App.Body, e.App.Identity, e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		p := e.OfferPost(head, u.ID, Stranger, body.GivesNone, policy.See, policy.Prepare)
		if list, err := id.Capacities(ctx, e.Person(Stranger).ID); err != nil || len(list) != 0 {
			t.Errorf("an offer gives %+v, %v", list, err)
		}
		for _, who := range []Who{Defendant, Plaintiff} {
			_, err := s.Accept(ctx, e.Actor(who), p.ID)
			fails(t, "accepted by "+string(who), err, errs.NotFound, "")
			_, err = s.Post(ctx, e.Actor(who), p.ID) // the head as a citizen, not for the body
			fails(t, "seen by "+string(who), err, errs.NotFound, "")
		}
		me := e.Actor(Stranger)
		var got body.Post
		for range 2 {
			var err error
			if got, err = s.Accept(ctx, me, p.ID); err != nil || got.State != body.Active {
				t.Fatalf("%+v, %v", got, err)
			}
		}
		a, err := id.Actor(ctx, me.Person, got.Capacity)
		if err != nil || a.Role != policy.Representative || a.Unit != u.ID || a.For != head.For || !a.Delegated || !a.Has(policy.Prepare) || a.Has(policy.Sign) {
			t.Fatalf("acts as %+v, %v", a, err)
		}
		if err := id.RecordActing(ctx, a, "case", "case-1"); err != nil {
			t.Fatal(err)
		}
		seat, err := s.Post(ctx, head, p.ID)
		if err != nil || seat.Name != e.Person(Stranger).Name() || !seat.Ends || seat.Mine || len(seat.Looks) != 1 {
			t.Errorf("the head sees %+v, %v", seat, err)
		}
		for range 2 { // the second look within the hour is the same
			if _, err := s.Tree(ctx, head); err != nil {
				t.Fatal(err)
			}
		}
		list, err := id.Accesses(ctx, me.Person)
		if err != nil || len(list) != 2 || list[0].What != "body.access.post" || list[1].What != "body.access.offer" {
			t.Errorf("the holder is told %+v, %v", list, err)
		}
		_, err = s.Post(ctx, e.Head(Defendant, "B2"), p.ID)
		fails(t, "the head of another body looks", err, errs.NotFound, "")
		fails(t, "the head of another body ends", s.End(ctx, e.Head(Defendant, "B2"), p.ID), errs.NotFound, "")
		for range 2 {
			if err := s.End(ctx, head, p.ID); err != nil {
				t.Fatal(err)
			}
		}
		_, err = id.Actor(ctx, me.Person, got.Capacity)
		fails(t, "the next click", err, errs.Forbidden, "identity.capacity.over")
		fails(t, "an act under way", e.App.DB.Write(ctx, func(tx *store.Tx) error { return id.StandsTx(ctx, tx, a) }), errs.Forbidden, "identity.capacity.over")
		_, err = s.Accept(ctx, me, p.ID)
		fails(t, "accepted after the end", err, errs.Conflict, "body.not_offered")
		if n := evidence(t, e, head.For, p.ID, "body.post_"); n != 3 {
			t.Errorf("%d pieces of evidence", n)
		}
	})
}

// TestPostAnswers: declined, resigned, over by its last day, by the end of the unit and
// by the holder's death.
func TestPostAnswers(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Body, e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		why := func(id string) string {
			t.Helper()
			e.Drain()
			p, err := s.Post(ctx, head, id)
			if err != nil || p.State != body.Ended {
				t.Fatalf("%+v, %v", p, err)
			}
			return p.Why
		}
		over := func(a policy.Actor) {
			t.Helper()
			_, err := e.App.Identity.Actor(ctx, a.Person, a.Capacity)
			fails(t, "the next click", err, errs.Forbidden, "identity.capacity.over")
		}
		p := e.OfferPost(head, u.ID, Stranger, body.GivesNone, policy.See)
		if err := s.End(ctx, e.Actor(Stranger), p.ID); err != nil || why(p.ID) != body.Declined {
			t.Errorf("declined: %v", err)
		}
		a, p := e.AtPost(head, u.ID, Stranger, body.GivesNone, policy.See)
		if err := s.End(ctx, a, p.ID); err != nil || why(p.ID) != body.Resigned {
			t.Errorf("resigned: %v", err)
		}
		over(a)
		a, p = e.AtPost(head, u.ID, Stranger, body.GivesNone, policy.See)
		b, q := e.AtPost(head, u.ID, Lawyer, body.GivesNone, policy.See)
		r := e.OfferPost(head, u.ID, Defendant, body.GivesNone, policy.See)
		if err := s.Close(ctx, head, u.ID); err != nil || why(p.ID) != body.UnitEnded || why(q.ID) != body.UnitEnded || why(r.ID) != body.UnitEnded {
			t.Errorf("with the unit: %v", err)
		}
		over(a)
		over(b)
		_, err := s.Accept(ctx, e.Actor(Defendant), r.ID)
		fails(t, "accepted after the end of the unit", err, errs.Conflict, "body.not_offered")
		_, _, err = s.Offers(ctx, head, u.ID)
		fails(t, "given at a unit that ended", err, errs.Conflict, "body.ended")
		_, err = s.Give(ctx, head, body.NewPost{Unit: u.ID})
		fails(t, "given at a unit that ended", err, errs.Conflict, "body.ended")

		u = e.Unit(head, "2", "")
		a, p = e.AtPost(head, u.ID, Lawyer, body.GivesNone, policy.See)
		err = e.App.DB.Write(ctx, func(tx *store.Tx) error {
			return e.App.Identity.ChangeStatusTx(ctx, tx, identity.StatusChange{Person: a.Person, From: identity.Active, To: identity.Deceased, Why: "x", By: policy.Actor{Role: policy.System}})
		})
		if err != nil || why(p.ID) != body.Died {
			t.Errorf("death: %v", err)
		}
		a, p = e.AtPost(head, u.ID, Stranger, body.GivesNone, policy.See)
		e.Clock.Advance(31 * 24 * time.Hour)
		over(a)
		if got := why(p.ID); got != body.Over {
			t.Errorf("ended as %q", got)
		}
	})
}

// TestNobodyGivesMoreThanTheyHave: the head of a unit gives posts in it and below, no
// others, with no more than they have, and lets nobody else give them unless they were
// allowed to.
func TestNobodyGivesMoreThanTheyHave(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Body, e.Head(Plaintiff, "B1")
		top := e.Unit(head, "1", "")
		legal := e.Unit(head, "10", top.ID)
		suits := e.Unit(head, "101", legal.ID)
		money := e.Unit(head, "11", top.ID)
		chief, own := e.AtPost(head, legal.ID, Stranger, body.GivesPosts, policy.See, policy.Prepare)
		last := own.Until
		give := func(a policy.Actor, unit string, change func(*body.NewPost)) error {
			p := e.Person(Lawyer)
			n := body.NewPost{Unit: unit, Person: p.JudicialID, LastName: p.LastName, TitleFA: "کارشناس", Rights: []policy.Right{policy.See}, Until: last}
			if change != nil {
				change(&n)
			}
			_, err := s.Give(ctx, a, n)
			return err
		}
		for what, c := range map[string]struct {
			unit   string
			change func(*body.NewPost)
			kind   errs.Kind
			code   string
		}{
			"above":               {top.ID, nil, errs.NotFound, ""},
			"beside":              {money.ID, nil, errs.NotFound, ""},
			"to sign":             {suits.ID, func(n *body.NewPost) { n.Rights = append(n.Rights, policy.Sign) }, errs.Invalid, "body.wrong.rights"},
			"unknown rights":      {suits.ID, func(n *body.NewPost) { n.Rights = append(n.Rights, "king") }, errs.Invalid, "body.wrong.rights"},
			"a right twice":       {suits.ID, func(n *body.NewPost) { n.Rights = append(n.Rights, policy.See) }, errs.Invalid, "body.wrong.rights"},
			"unseen":              {suits.ID, func(n *body.NewPost) { n.Rights = []policy.Right{policy.Prepare} }, errs.Invalid, "body.wrong.rights"},
			"to give on":          {suits.ID, func(n *body.NewPost) { n.Gives = body.GivesPosts }, errs.Invalid, "body.wrong.gives"},
			"to let others":       {suits.ID, func(n *body.NewPost) { n.Gives = body.GivesHeads }, errs.Invalid, "body.wrong.gives"},
			"unknown":             {suits.ID, func(n *body.NewPost) { n.Gives = "all" }, errs.Invalid, "body.wrong.gives"},
			"longer than his own": {suits.ID, func(n *body.NewPost) { n.Until = last + 1 }, errs.Invalid, "body.wrong.until"},
			"over":                {suits.ID, func(n *body.NewPost) { n.Until = civil.Of(e.Clock.Now()) - 1 }, errs.Invalid, "body.wrong.until"},
			"himself": {suits.ID, func(n *body.NewPost) {
				n.Person, n.LastName = e.Person(Stranger).NationalCode, e.Person(Stranger).LastName
			}, errs.Invalid, "body.wrong.self"},
			"without saying what":  {suits.ID, func(n *body.NewPost) { n.TitleFA = " " }, errs.Invalid, "form.required"},
			"somebody else's name": {suits.ID, func(n *body.NewPost) { n.LastName = "دیگر" }, errs.Invalid, "body.wrong.person"},
		} {
			fails(t, what, give(chief, c.unit, c.change), c.kind, c.code)
		}
		if err := give(chief, suits.ID, nil); err != nil {
			t.Fatal(err)
		}
		fails(t, "a second post there", give(chief, suits.ID, nil), errs.Invalid, "body.wrong.has_post")
		tree, err := s.Tree(ctx, chief)
		if err != nil || tree.Arranges || len(tree.Nodes) != 2 || tree.Nodes[0].ID != legal.ID || tree.Nodes[0].Depth != 1 || len(tree.Ended) != 0 {
			t.Errorf("he sees %+v, %v", tree, err)
		}
		d, err := s.Unit(ctx, chief, legal.ID)
		if err != nil || len(d.Path) != 0 || !d.Gives || d.Arranges {
			t.Errorf("%+v, %v", d, err)
		}
		_, err = s.Unit(ctx, chief, top.ID)
		fails(t, "he looks above", err, errs.NotFound, "")
		_, err = s.Make(ctx, chief, body.NewUnit{Code: "x", NameFA: "x", Parent: legal.ID})
		fails(t, "he makes a unit", err, errs.Forbidden, "")

		// He ends what he could have given, and nothing above him.
		strong := e.OfferPost(head, suits.ID, Defendant, body.GivesNone, policy.See, policy.Sign)
		fails(t, "he ends a post that signs", s.End(ctx, chief, strong.ID), errs.Forbidden, "body.beyond")
		beside := e.OfferPost(head, money.ID, Defendant, body.GivesNone, policy.See)
		fails(t, "he ends a post beside", s.End(ctx, chief, beside.ID), errs.NotFound, "")
		posts, err := s.Unit(ctx, chief, suits.ID)
		if err != nil || len(posts.Posts) != 2 {
			t.Fatalf("%+v, %v", posts.Posts, err)
		}
		for _, p := range posts.Posts {
			if p.ID == strong.ID {
				continue
			}
			if p.GivenPost != own.ID {
				t.Errorf("given under %q", p.GivenPost)
			}
			if err := s.End(ctx, chief, p.ID); err != nil {
				t.Error(err)
			}
		}

		// When the part moves away, he has no say there at his next click.
		if err := give(chief, suits.ID, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.Move(ctx, head, suits.ID, money.ID); err != nil {
			t.Fatal(err)
		}
		fails(t, "a unit that moved away", give(chief, suits.ID, nil), errs.NotFound, "")
		_, err = s.Unit(ctx, chief, suits.ID)
		fails(t, "he looks where it stands now", err, errs.NotFound, "")

		// Who may name heads names them, and these name none.
		lord, _ := e.AtPost(head, money.ID, Guardian, body.GivesHeads, policy.See)
		under, _ := e.AtPost(lord, suits.ID, Helper, body.GivesPosts, policy.See)
		fails(t, "a head names a head", give(under, suits.ID, func(n *body.NewPost) { n.Gives = body.GivesPosts }), errs.Invalid, "body.wrong.gives")
		fails(t, "one who names heads names another such", give(lord, money.ID, func(n *body.NewPost) { n.Gives = body.GivesHeads }), errs.Invalid, "body.wrong.gives")

		// His own post is not his any more: neither are the powers.
		if err := s.End(ctx, head, own.ID); err != nil {
			t.Fatal(err)
		}
		fails(t, "after his post", give(chief, legal.ID, nil), errs.NotFound, "")
	})
}

// TestTheBodyGave: posts stay when who gave them has gone, and who comes after sees
// and ends them.
func TestTheBodyGave(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Body, e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		a, p := e.AtPost(head, u.ID, Stranger, body.GivesNone, policy.See)
		if err := e.App.Identity.EndCapacity(ctx, policy.Actor{Role: policy.System}, head.Person, head.Capacity, "x"); err != nil {
			t.Fatal(err)
		}
		_, err := s.Make(ctx, head, body.NewUnit{Code: "2", NameFA: "x"})
		fails(t, "the former head", err, errs.Forbidden, "identity.capacity.over")
		if _, err := e.App.Identity.Actor(ctx, a.Person, a.Capacity); err != nil {
			t.Errorf("the post went with who gave it: %v", err)
		}
		next := e.Head(Defendant, "B1")
		tree, err := s.Tree(ctx, next)
		if err != nil || len(tree.Nodes) != 1 || len(tree.Nodes[0].Posts) != 1 {
			t.Fatalf("the new head sees %+v, %v", tree, err)
		}
		if err := s.End(ctx, next, p.ID); err != nil {
			t.Error(err)
		}
	})
}

// TestNoDirectory: looking for people in vain is slowed down.
func TestNoDirectory(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Body, e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		p := e.Person(Stranger)
		n := body.NewPost{Unit: u.ID, Person: p.NationalCode, LastName: "دیگر", TitleFA: "x", Rights: []policy.Right{policy.See}, Until: civil.Of(e.Clock.Now())}
		for range 20 {
			_, err := s.Give(ctx, head, n)
			fails(t, "another name", err, errs.Invalid, "body.wrong.person")
		}
		n.LastName = p.LastName
		_, err := s.Give(ctx, head, n)
		fails(t, "the next one", err, errs.RateLimited, "body.too_many_misses")
		e.Clock.Advance(time.Hour + time.Minute)
		if _, err := s.Give(ctx, head, n); err != nil {
			t.Error(err)
		}
	})
}

// TestEndsRace: of an acceptance and the end of the unit at once, nobody is left with a
// capacity at a unit that has ended.
func TestEndsRace(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		s, head, me := e.App.Body, e.Head(Plaintiff, "B1"), e.Actor(Stranger)
		for round := range 4 {
			u := e.Unit(head, fmt.Sprint(round), "")
			p := e.OfferPost(head, u.ID, Stranger, body.GivesNone, policy.See)
			var wg sync.WaitGroup
			var taken body.Post
			var accepted, closed error
			ctx := context.WithoutCancel(t.Context())
			wg.Go(func() { taken, accepted = s.Accept(ctx, me, p.ID) })
			wg.Go(func() { closed = s.Close(ctx, head, u.ID) })
			wg.Wait()
			if closed != nil {
				t.Fatal(closed)
			}
			if accepted == nil {
				_, err := e.App.Identity.Actor(ctx, me.Person, taken.Capacity)
				fails(t, "at a unit that ended", err, errs.Forbidden, "identity.capacity.over")
			} else {
				fails(t, "the slower one", accepted, errs.Conflict, "body.not_offered")
			}
		}
	})
}

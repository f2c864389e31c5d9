// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

var noticePage = notice.Page{}

// lawyer enrols somebody who acts as a lawyer.
func (r *rig) lawyer(t *testing.T, first, last string) policy.Actor {
	t.Helper()
	a := r.person(t, first, last)
	a.Role = policy.Lawyer
	return a
}

func side(c Case, s string) Party {
	return c.Parties[slices.IndexFunc(c.Parties, func(p Party) bool { return p.Side == s })]
}

// record puts a lawyer on record.
func (r *rig) record(t *testing.T, by policy.Actor, c Case, s string, l policy.Actor, filing string) error {
	t.Helper()
	return r.db.Write(t.Context(), func(tx *store.Tx) error {
		return r.RecordLawyerTx(t.Context(), tx, by, Representation{Case: c.ID, Party: side(c, s).ID, Lawyer: l.Person, Name: l.Name, Contract: "1404-12", Filing: filing})
	})
}

// A lawyer on record sees what his party sees and is served for it; what he
// does counts for it; and when the party ends it, he sees the case no more.
func TestLawyerOnRecord(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		l := r.lawyer(t, "لیلا", "وکیلی")
		c := r.open(t, debt("f1", p, d))
		first := r.serve(t, c, Defendant, "cpc-336", "k0")
		r.drain(t)
		if _, err := r.View(ctx, l, c.ID); !errs.Is(err, errs.NotFound) {
			t.Fatalf("not on record: %v", err)
		}
		for name, a := range map[string]policy.Actor{"the lawyer": l, "the party": d, "a judge": head} {
			if err := r.record(t, a, c, Defendant, l, "b1"); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s records: %v", name, err)
			}
		}
		for range 2 { // the filing again: recorded once
			if err := r.record(t, clerk, c, Defendant, l, "b1"); err != nil {
				t.Fatal(err)
			}
		}
		if n := r.count(t, "SELECT count(*) FROM docket_lawyer"); n != 1 {
			t.Fatalf("%d rows", n)
		}
		if err := r.record(t, clerk, c, Plaintiff, l, "b2"); !errs.Is(err, errs.Invalid) {
			t.Errorf("a lawyer of both sides: %v", err)
		}
		if err := r.record(t, clerk, c, Plaintiff, d, "b3"); !errs.Is(err, errs.Invalid) {
			t.Errorf("a party as lawyer: %v", err)
		}
		// The running term is in both lists; as a citizen he has nothing here.
		for _, a := range []policy.Actor{d, l} {
			if dues := must(r.OpenDeadlines(ctx, a))(t); len(dues) != 1 || dues[0].Notice != first.ID || dues[0].Lawyer != (a.Role == policy.Lawyer) {
				t.Errorf("%s has to do %+v", a.Name, dues)
			}
		}
		asCitizen := l
		asCitizen.Role = policy.Citizen
		if dues, list := must(r.OpenDeadlines(ctx, asCitizen))(t), must(r.CasesOf(ctx, asCitizen))(t); len(dues)+len(list) != 0 {
			t.Errorf("as a citizen: %+v %+v", dues, list)
		}
		if _, err := r.View(ctx, asCitizen, c.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("as a citizen: %v", err)
		}
		// The next notice goes to him.
		out := r.serve(t, c, Defendant, "cpc-336", "k1")
		r.drain(t)
		n, err := r.notice.Get(ctx, l, out.ID)
		if err != nil || !out.Electronic || n.AddresseeName != l.Name || n.LawyerOf != side(c, Defendant).Name {
			t.Errorf("notice %+v %v", n, err)
		}
		if _, err := r.notice.Get(ctx, d, out.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("it is in the party's account: %v", err)
		}
		view := must(r.View(ctx, l, c.ID))(t)
		if !view.Case.Lawyer || view.Case.Side != Defendant || len(view.Deadlines) != 2 {
			t.Errorf("he sees %+v", view.Case)
		}
		for _, party := range view.Case.Parties {
			if (party.Address != "") != (party.Side == Defendant) {
				t.Errorf("he sees %+v", party)
			}
		}
		for _, a := range []policy.Actor{d, l} {
			if got := must(r.NoticesOf(ctx, a, c.ID))(t); len(got) != 2 {
				t.Errorf("notices of %s: %+v", a.Name, got)
			}
			if dues := must(r.OpenDeadlines(ctx, a))(t); len(dues) != 2 {
				t.Errorf("%s has to do %+v", a.Name, dues)
			}
		}
		if kinds := entryKinds(must(r.View(ctx, d, c.ID))(t)); !slices.Contains(kinds, "docket.notice_to_lawyer") || !slices.Contains(kinds, "docket.lawyer_recorded") {
			t.Errorf("the party's timeline: %v", kinds)
		}
		// He acts, and it is done for both; the other side's act is not.
		r.meet(t, p.Person, c.ID, first.ID)
		r.meet(t, l.Person, c.ID, out.ID)
		for _, a := range []policy.Actor{d, l} {
			if dues := must(r.OpenDeadlines(ctx, a))(t); len(dues) != 1 || dues[0].Notice != first.ID {
				t.Errorf("%s still has to do %+v", a.Name, dues)
			}
		}
		// The end.
		for name, x := range map[string]struct {
			a    policy.Actor
			kind errs.Kind
		}{"the lawyer": {l, errs.Forbidden}, "the other side": {p, errs.Forbidden}, "the registry": {clerk, errs.Forbidden}, "a stranger": {asCitizen, errs.NotFound}} {
			if err := r.EndLawyer(ctx, x.a, c.ID, side(c, Defendant).ID, l.Person); !errs.Is(err, x.kind) {
				t.Errorf("%s ends it: %v", name, err)
			}
		}
		if err := r.EndLawyer(ctx, d, c.ID, side(c, Defendant).ID, l.Person); err != nil {
			t.Fatal(err)
		}
		if err := r.EndLawyer(ctx, d, c.ID, side(c, Defendant).ID, l.Person); !errs.Is(err, errs.Conflict) {
			t.Errorf("again: %v", err)
		}
		if _, err := r.View(ctx, l, c.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("he still sees the case: %v", err)
		}
		if dues, list := must(r.OpenDeadlines(ctx, l))(t), must(r.CasesOf(ctx, l))(t); len(dues)+len(list) != 0 {
			t.Errorf("he still has %+v %+v", dues, list)
		}
		box := must(r.notice.Inbox(ctx, l, notice.FilterAll, noticePage))(t)
		if len(box.Notices) != 2 || box.Notices[0].Case != "" {
			t.Errorf("he is told %+v", box.Notices)
		}
		if out := r.serve(t, c, Defendant, "", "k2"); must(r.notice.Get(ctx, d, out.ID))(t).LawyerOf != "" {
			t.Error("the party is not served itself")
		}
	})
}

func entryKinds(v View) []string {
	var out []string
	for _, e := range v.Entries {
		out = append(out, e.Kind)
	}
	return out
}

// A lawyer is revoked while a notice is issued: it goes to him as long as he is
// on record and to the party afterwards, and to exactly one of them.
func TestLawyerRevokedWhileANoticeIsIssued(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		l := r.lawyer(t, "لیلا", "وکیلی")
		c := r.open(t, debt("f1", p, d))
		r.serve(t, c, Defendant, "", "k0")
		if err := r.record(t, clerk, c, Defendant, l, "b1"); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var endErr, issueErr error
		var out notice.Issued
		wg.Go(func() { endErr = r.EndLawyer(ctx, d, c.ID, side(c, Defendant).ID, l.Person) })
		wg.Go(func() { out, issueErr = r.issue(t, c, Defendant, "cpc-336", "k1", clerk) })
		wg.Wait()
		if err := errors.Join(endErr, issueErr); err != nil {
			t.Fatal(err)
		}
		_, toLawyer := r.notice.Get(ctx, l, out.ID)
		_, toParty := r.notice.Get(ctx, d, out.ID)
		if (toLawyer == nil) == (toParty == nil) {
			t.Errorf("lawyer %v, party %v", toLawyer, toParty)
		}
		served := r.count(t, "SELECT served FROM docket_lawyer WHERE until_us > 0")
		if (served == 1) != (toLawyer == nil) {
			t.Errorf("served %d, but %v", served, toLawyer)
		}
		r.drain(t)
		if dues := must(r.OpenDeadlines(ctx, d))(t); len(dues) != 1 {
			t.Errorf("the party has to do %+v", dues)
		}
		if dues := must(r.OpenDeadlines(ctx, l))(t); len(dues) != 0 {
			t.Errorf("the lawyer has to do %+v", dues)
		}
	})
}

// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"testing"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// The side that opens a case sees it at once, the other side from the first
// notice on: by every way there is.
func TestJoining(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		sees := func(a policy.Actor, want bool) {
			t.Helper()
			_, viewErr := r.View(ctx, a, c.ID)
			_, noticesErr := r.NoticesOf(ctx, a, c.ID)
			own, party, err := r.PartyOf(ctx, r.db, c.ID, a.Person)
			_, method := must(r.CaseFor(ctx, r.db, c.ID))(t).PartyOf(a.Person)
			_, _, found, findErr := r.FindParty(ctx, c.Number, own.NationalCode)
			listed := len(must(r.CasesOf(ctx, a))(t)) == 1
			if err != nil || findErr != nil {
				t.Fatal(err, findErr)
			}
			if viewErr == nil != want || noticesErr == nil != want || party != want || method != want || listed != want || found != want {
				t.Errorf("%s sees the case: page %v, notices %v, party %v %v, list %v, by number %v; want %v", a.Name, viewErr, noticesErr, party, method, listed, found, want)
			}
			if !want && !errs.Is(viewErr, errs.NotFound) {
				t.Errorf("%s is told %v", a.Name, viewErr)
			}
		}
		sees(p, true)
		sees(d, false)
		if _, _, found, err := r.FindParty(ctx, c.Number, "0000000027"); err != nil || found {
			t.Errorf("somebody finds out that he is sued: %v %v", found, err)
		}
		r.serve(t, c, Plaintiff, "", "k1") // to the other side: nothing changes
		sees(d, false)
		r.serve(t, c, Defendant, "", "k2")
		sees(p, true)
		sees(d, true)
		got := must(r.NoticesOf(ctx, d, c.ID))(t)
		if len(got) != 1 || got[0].Kind != "judgment" || got[0].Title.EN != "Judgment on the debt" || got[0].At.IsZero() || got[0].Owner != d.Person {
			t.Errorf("his notices: %+v", got)
		}
		if all := must(r.NoticesOf(ctx, clerk, c.ID))(t); len(all) != 2 {
			t.Errorf("the registry sees %+v", all)
		}
	})
}

// A notice on paper makes its addressee join; registering later, he finds the
// case, and who looked at it before.
func TestJoiningOnPaper(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p := r.person(t, "سارا", "خواهانی")
		c := r.open(t, debt("f1", p, policy.Actor{}))
		if out := r.serve(t, c, Defendant, "", "k1"); out.Electronic {
			t.Fatal("electronic, without an account")
		}
		d := r.person(t, "رضا", "خوانده\u200cپور")
		if err := r.onRegistered(t.Context(), identity.Registered{Person: d.Person}); err != nil {
			t.Fatal(err)
		}
		if list := must(r.CasesOf(t.Context(), d))(t); len(list) != 1 || list[0].Side != Defendant {
			t.Errorf("his cases: %+v", list)
		}
		if out := r.serve(t, c, Defendant, "", "k2"); !out.Electronic {
			t.Error("on paper, with an account")
		}
	})
}

// Nobody knows the address: the work item and the timeline say so.
func TestUnknownAddress(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p := r.person(t, "سارا", "خواهانی")
		n := debt("f1", p, policy.Actor{})
		n.Parties[1].UnknownAddress = true
		c := r.open(t, n)
		r.serve(t, c, Defendant, "", "k1")
		r.drain(t)
		tasks := must(r.notice.PaperTaskPage(t.Context(), clerk, noticePage))(t)
		if len(tasks.Tasks) != 1 || tasks.Tasks[0].Reason != "unknown_address" {
			t.Errorf("work items %+v", tasks)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_entry WHERE kind = 'docket.notice_published'"); n != 1 {
			t.Errorf("%d entries", n)
		}
	})
}

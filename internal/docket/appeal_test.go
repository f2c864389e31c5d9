// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// appealUnit is the court of appeal of Markazi.
const appealUnit = "00501"

// sendOn sends the file of a case on, for the party of a side.
func (r *rig) sendOn(t *testing.T, a policy.Actor, c Case, side, filing string) (there Case, err error) {
	t.Helper()
	if err := r.Ready(t.Context(), appealUnit); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(c.Parties, func(p Party) bool { return p.Side == side })
	err = r.db.Write(t.Context(), func(tx *store.Tx) error {
		there, err = r.SendOnTx(t.Context(), tx, a, NewAppeal{
			Case: c.ID, Unit: appealUnit, Party: c.Parties[i].ID, Filing: filing, Title: Text{FA: "تجدیدنظر", EN: "Appeal"},
			Agent: "همراه امضاکننده", AgentTitleFA: "نماینده", AgentTitleEN: "Representative",
		})
		return err
	})
	return there, err
}

// kinds are those of a timeline as somebody reads it.
func (r *rig) kinds(t *testing.T, a policy.Actor, id string) (v View, kinds []string) {
	t.Helper()
	v = must(r.View(t.Context(), a, id))(t)
	for _, e := range v.Entries {
		kinds = append(kinds, e.Kind)
	}
	return v, kinds
}

// The file of a case goes to the court of appeal: a case of its own there, with
// the parties in their new places and the lawyer on record; both cases know each
// other, the court of appeal reads the first one, and what it decides is told
// there.
func TestSendOn(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d, l := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور"), r.person(t, "وکیل", "آزمونی")
		with := r.person(t, "همراه", "خوانده\u200cپور")
		n := debt("f1", p, d)
		n.Parties[0].Agent, n.Parties[0].AgentFA, n.Parties[0].AgentEN, n.Parties[0].AgentPerson = "وکیل پیشین", "وکیل", "Lawyer", "agent-1"
		n.Parties = append(n.Parties, Party{Side: Defendant, Person: with.Person, NationalCode: codes[3], Name: with.Name})
		c := r.open(t, n)
		r.serve(t, c, Defendant, "", "k1")
		c.Parties = c.Parties[:2]
		r.serve(t, c, Defendant, "", "k2")
		c = must(r.CaseFor(t.Context(), r.db, c.ID))(t)
		if err := r.db.Write(t.Context(), func(tx *store.Tx) error {
			return r.RecordLawyerTx(t.Context(), tx, clerk, Representation{Case: c.ID, Party: c.Parties[1].ID, Lawyer: l.Person, Name: l.Name})
		}); err != nil {
			t.Fatal(err)
		}
		there := must(r.sendOn(t, clerk, c, Defendant, "a1"))(t)
		r.drain(t)
		if there.Number != "140400920050100001" || there.Kind != AppealCase || there.State != StateProposed || there.Proposed != "1" || there.First != c.ID {
			t.Errorf("the appeal: %+v", there)
		}
		if there.Parties[0].Side != Defendant || there.Parties[1].Side != Plaintiff || len(there.Parties) != 2 {
			t.Errorf("its parties: %+v", there.Parties)
		}
		for _, p := range there.Parties { // who signed the petition did not sign the appeal
			want := ""
			if p.Side == Plaintiff {
				want = "همراه امضاکننده"
			}
			if p.Agent != want || p.AgentPerson != "" || (p.AgentFA != "") != (want != "") {
				t.Errorf("%s was signed for by %q (%s)", p.Side, p.Agent, p.AgentFA)
			}
		}
		lawyer := l
		lawyer.Role = policy.Lawyer
		theirClerk := policy.Actor{Person: "clerk-5", Role: policy.Clerk, Unit: appealUnit, Assurance: 2, Name: "دفتر تجدیدنظر"}
		theirHead := policy.Actor{Person: "judge-5", Role: policy.Judge, Unit: appealUnit, Branch: "1", Assurance: 2, Name: "رئیس شعبه"}
		for name, a := range map[string]policy.Actor{"appellant": d, "respondent": p, "lawyer": lawyer, "clerk there": theirClerk, "judge there": theirHead} {
			v, kinds := r.kinds(t, a, there.ID)
			if !slices.Contains(kinds, "docket.came_from") || len(v.Linked) != 1 || !v.Linked[0].First || !v.Linked[0].Open {
				t.Errorf("%s on the appeal: %v, linked %+v", name, kinds, v.Linked)
			}
			v, kinds = r.kinds(t, a, c.ID)
			if !slices.Contains(kinds, "docket.sent_on") || len(v.Linked) != 1 || v.Linked[0].Number != there.Number || !v.Linked[0].Open {
				t.Errorf("%s on the first case: %v, linked %+v", name, kinds, v.Linked)
			}
		}
		for name, a := range map[string]policy.Actor{"the court that decided": clerk, "who did not appeal": with, "another court of appeal": {Person: "x", Role: policy.Clerk, Unit: "01501"}} {
			if _, err := r.Case(t.Context(), a, there.ID); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s sees the appeal: %v", name, err)
			}
		}
		elsewhere := policy.Actor{Person: "x", Role: policy.Clerk, Unit: "01501", Assurance: 2}
		if _, err := r.Case(t.Context(), elsewhere, c.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another court of appeal sees the first case: %v", err)
		}
		v, _ := r.kinds(t, clerk, c.ID)
		for _, e := range v.Entries {
			if href, _ := e.Link(r.cat.Printer(i18n.EN), clerk.Person); href == casePath(there.ID) {
				t.Error("a link leads nowhere")
			}
		}
		if len(v.Linked) != 1 || v.Linked[0].Open {
			t.Errorf("the clerk's link: %+v", v.Linked)
		}
		if got := r.MaySend(theirClerk, c); len(got) > 0 || r.MayRefer(theirHead, c) {
			t.Errorf("the court of appeal acts in the first case: %v", got)
		}
		for _, to := range []policy.Actor{p, lawyer} { // to the respondent, and through the appellant's lawyer
			list := must(r.NoticesOf(t.Context(), to, c.ID))(t)
			if last := list[len(list)-1]; last.Title.EN != "The file goes to the court of appeal" || last.Owner != to.Person {
				t.Errorf("notices of %s: %+v", to.Name, list)
			}
		}

		if err := r.ConfirmBranch(t.Context(), theirHead, there.ID, "1", there.Version); err != nil {
			t.Fatal(err)
		}
		there = must(r.CaseFor(t.Context(), r.db, there.ID))(t)
		order := NoticeOrder{Case: there.ID, Kind: "judgment", Text: Text{FA: "دادنامه تأیید می‌شود و این رأی قطعی است.", EN: "The judgment stands; this is final."}}
		for _, rule := range []string{"cpc-336", ""} { // no appeal against what the court of appeal decides
			for _, party := range there.Parties {
				order.Parties, order.Rule, order.Act = []string{party.ID}, rule, id.New()
				if _, err := r.IssueNotices(t.Context(), theirHead, order); errs.Is(err, errs.Invalid) != (rule != "") || rule == "" && err != nil || rule != "" && !strings.Contains(err.Error(), "rule") {
					t.Errorf("judgment with %q: %v", rule, err)
				}
			}
		}
		v, kinds := r.kinds(t, with, c.ID)
		told := 0
		for i, k := range kinds {
			if k == "docket.appeal_decided" {
				told++
				if w := v.Entries[i].Words(r.cat.Printer(i18n.EN)); !strings.Contains(w, "Branch 1, Court of Appeal of Markazi") {
					t.Errorf("it says %q", w)
				}
			}
		}
		if told != 1 {
			t.Errorf("the decision stands %d times in the first case: %v", told, kinds)
		}
	})
}

// Only the court that has the case sends its file, once, and two who do it at
// one time make one appeal.
func TestSendOnOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		r.serve(t, c, Defendant, "", "k1")
		c = must(r.CaseFor(t.Context(), r.db, c.ID))(t)
		elsewhere := clerk
		elsewhere.Unit = "00201"
		for name, a := range map[string]policy.Actor{"a party": d, "another unit": elsewhere, "nobody": {}, "the platform": system} {
			if _, err := r.sendOn(t, a, c, Defendant, "a0"); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s sends: %v", name, err)
			}
		}
		if n := r.count(t, `SELECT count(*) FROM docket_appeal`); n != 0 {
			t.Errorf("%d appeals of those who may not", n)
		}
		var wg sync.WaitGroup
		got := make([]error, 4)
		for i := range got {
			wg.Go(func() { _, got[i] = r.sendOn(t, clerk, c, Defendant, "a1") })
		}
		wg.Wait()
		won := 0
		for _, err := range got {
			if err == nil {
				won++
			} else if !errs.Is(err, errs.Conflict) {
				t.Error(err)
			}
		}
		if won != 1 || r.count(t, `SELECT count(*) FROM docket_case WHERE kind = 'appeal'`) != 1 || r.count(t, `SELECT count(*) FROM docket_appeal`) != 1 {
			t.Errorf("%d have won: %v", won, got)
		}
		there := must(store.One[string](t.Context(), r.db, `SELECT appeal FROM docket_appeal`))(t)
		again := must(r.CaseFor(t.Context(), r.db, there))(t)
		theirs := clerk
		theirs.Unit = appealUnit
		if _, err := r.sendOn(t, theirs, again, Plaintiff, "a2"); !errs.Is(err, errs.Invalid) {
			t.Errorf("an appeal in an appeal: %v", err)
		}
	})
}

// SPDX-License-Identifier: Apache-2.0

package desk_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/desk"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// works is what somebody at a desk may do.
var works = []policy.Right{policy.See, policy.OpenNotices}

// rules writes the rules of a body anew.
func rules(t *testing.T, e *Env, head policy.Actor, top string, list ...desk.Rule) {
	t.Helper()
	book, err := e.App.Desk.Rules(t.Context(), head)
	if err == nil {
		_, err = e.App.Desk.SetRules(t.Context(), head, desk.Rules{Version: book.Version, Top: top, List: list})
	}
	if err != nil {
		t.Fatal(err)
	}
	e.Drain()
}

// at is the unit at which a notice is.
func at(t *testing.T, e *Env, head policy.Actor, id string) string {
	t.Helper()
	v, err := e.App.Desk.Get(t.Context(), head, id)
	if err != nil {
		t.Fatal(err)
	}
	return v.Unit
}

func listed(t *testing.T, e *Env, who policy.Actor, f desk.Filter) (out []string) {
	t.Helper()
	page, err := e.App.Desk.List(t.Context(), who, f, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range page.Items {
		out = append(out, i.Notice)
	}
	if n := page.Counts.Of(f); n != len(out) {
		t.Errorf("%s counts %d and lists %d", f, n, len(out))
	}
	return out
}

// refused wants an error of a kind with a code, its own or that of a field.
func refused(t *testing.T, what string, err error, kind errs.Kind, code string) {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != kind || code != "" && e.Code != code && !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Code == code }) {
		t.Errorf("%s: %v, want %s %s", what, err, kind, code)
	}
}

func evidence(t *testing.T, e *Env, owner, event string) (n int) {
	t.Helper()
	e.Sequence()
	rows, err := store.All[[]byte](t.Context(), e.App.DB, `SELECT record FROM ledger_entry WHERE owner = $1`, owner)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if strings.Contains(string(r), `"`+event+`"`) {
			n++
		}
	}
	return n
}

// TestRouting: a notice goes to the desk of the first rule that names it, otherwise to
// the main desk, and to the top if that has ended; what arrived before the first rules
// follows; a second run of the job changes nothing; and arrival never waits for it.
func TestRouting(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, head := t.Context(), e.Head(Plaintiff, "B1")
		main, law, money, gone := e.Unit(head, "1", ""), e.Unit(head, "2", ""), e.Unit(head, "3", ""), e.Unit(head, "4", "")
		before := e.ToBody(head, notice.KindJudgment, "10")
		if n, err := e.App.Notice.Get(ctx, head, before); err != nil || n.Arrived.IsZero() || e.App.Notice.Effect(n).Served.IsZero() {
			t.Fatalf("not served before it was sent to a desk: %+v, %v", n, err)
		}
		if _, err := e.App.Desk.Get(ctx, head, before); !errs.Is(err, errs.NotFound) {
			t.Fatalf("at a desk before the job: %v", err)
		}
		e.Drain()
		if got := at(t, e, head, before); got != "" {
			t.Errorf("without rules it is at %q", got)
		}
		list := []desk.Rule{
			{Case: "140423922377", Unit: gone.ID},
			{Groups: []string{"judgments"}, Province: "tehran", Unit: law.ID},
			{Groups: []string{"judgments", "execution"}, Unit: money.ID},
			{Court: "23101", Case: "140423922388", Unit: law.ID},
		}
		rules(t, e, head, main.ID, list...)
		for key, c := range map[string]struct {
			kind, unit string
			rule       int64
		}{
			"11": {notice.KindJudgment, law.ID, 2}, "12": {notice.KindWrit, money.ID, 3}, "13": {notice.KindHearing, main.ID, 0},
			"77": {notice.KindWrit, gone.ID, 1}, "88": {notice.KindOther, law.ID, 4},
		} {
			id := e.ToBody(head, c.kind, key)
			e.Drain()
			v, err := e.App.Desk.Get(ctx, head, id)
			if err != nil || v.Unit != c.unit || v.Rule != c.rule || v.Rules != 1 || len(v.Steps) != 1 || v.Steps[0].Unit != c.unit {
				t.Errorf("%s of case …%s is at %q by rule %d of %d, %v; want %q, %d", c.kind, key, v.Unit, v.Rule, v.Rules, err, c.unit, c.rule)
			}
		}
		// A unit that has ended gets nothing more, and what is there the head still sees.
		if err := e.App.Body.Close(ctx, head, gone.ID); err != nil {
			t.Fatal(err)
		}
		late := e.ToBody(head, notice.KindWrit, "77 ")
		e.Drain()
		if got := at(t, e, head, late); got != money.ID {
			t.Errorf("past the rule of a unit that has ended it went to %q", got)
		}
		if got := len(listed(t, e, head, desk.FilterOpen)); got != 7 {
			t.Errorf("the head sees %d", got)
		}
		next, err := e.App.Desk.Preview(ctx, head, desk.Rules{Top: law.ID})
		if err != nil || len(next) != 7 || slices.ContainsFunc(next, func(f desk.Forecast) bool { return f.To != law.ID || f.By != 0 }) {
			t.Errorf("a preview without rules: %+v, %v", next, err)
		}
		if got := at(t, e, head, late); got != money.ID {
			t.Error("the preview moved it")
		}
		if n := evidence(t, e, head.For, "desk.rules_set"); n != 1 {
			t.Errorf("%d pieces of evidence of the rules", n)
		}
		if n := evidence(t, e, head.For, "desk.routed"); n != 7 {
			t.Errorf("%d pieces of evidence of routing", n)
		}
	})
}

// TestCatchUp: a body's first rules also hold for what came before there were desks.
func TestCatchUp(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		head := e.Head(Plaintiff, "B1")
		law := e.Unit(head, "2", "")
		old := e.ToBody(head, notice.KindJudgment, "10")
		e.Drain()
		if err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error { // as if it were from before
			if err := tx.Exec(t.Context(), `DELETE FROM notice_desk_step WHERE body = $1`, head.For); err != nil {
				return err
			}
			return tx.Exec(t.Context(), `DELETE FROM notice_desk_item WHERE body = $1`, head.For)
		}); err != nil {
			t.Fatal(err)
		}
		rules(t, e, head, "", desk.Rule{Groups: []string{"judgments"}, Unit: law.ID})
		if got := at(t, e, head, old); got != law.ID {
			t.Errorf("it is at %q", got)
		}
		rules(t, e, head, "") // a second version does not move what is at a desk
		if got := at(t, e, head, old); got != law.ID {
			t.Errorf("then at %q", got)
		}
	})
}

// TestWrongRules: rules that would say nothing, speak of what is not there, or were
// written over somebody else's are refused, and only who manages the body writes any.
func TestWrongRules(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, head := t.Context(), e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		other := e.Head(Defendant, "B2")
		foreign := e.Unit(other, "1", "")
		for name, c := range map[string]struct {
			r    desk.Rule
			code string
		}{
			"nothing":             {desk.Rule{Unit: u.ID}, "desk.wrong.empty"},
			"an unknown group":    {desk.Rule{Groups: []string{"wishes"}, Unit: u.ID}, "desk.wrong.groups"},
			"an unknown province": {desk.Rule{Province: "atlantis", Unit: u.ID}, "desk.wrong.province"},
			"a code of two words": {desk.Rule{Court: "a b", Unit: u.ID}, "desk.wrong.court"},
			"a case in letters":   {desk.Rule{Case: "12x", Unit: u.ID}, "desk.wrong.case"},
			"no unit":             {desk.Rule{Case: "12"}, "desk.wrong.unit"},
			"another body's unit": {desk.Rule{Case: "12", Unit: foreign.ID}, "desk.wrong.unit"},
		} {
			_, err := e.App.Desk.SetRules(ctx, head, desk.Rules{List: []desk.Rule{c.r}})
			refused(t, name, err, errs.Invalid, c.code)
		}
		_, err := e.App.Desk.SetRules(ctx, head, desk.Rules{Top: foreign.ID})
		refused(t, "another body's unit at the top", err, errs.Invalid, "desk.wrong.unit")
		many := make([]desk.Rule, 51)
		for i := range many {
			many[i] = desk.Rule{Case: "1", Unit: u.ID}
		}
		_, err = e.App.Desk.SetRules(ctx, head, desk.Rules{List: many})
		refused(t, "too many", err, errs.Invalid, "desk.wrong.many")

		worker, _ := e.AtPost(head, u.ID, Stranger, body.GivesHeads, policy.Rights()...)
		for name, who := range map[string]policy.Actor{"a post with all rights": worker, "a person": e.Actor(Lawyer)} {
			_, err := e.App.Desk.SetRules(ctx, who, desk.Rules{})
			refused(t, name, err, errs.Forbidden, "desk.not_yours")
			_, err = e.App.Desk.Rules(ctx, who)
			refused(t, name+" reads", err, errs.Forbidden, "desk.not_yours")
			_, err = e.App.Desk.Preview(ctx, who, desk.Rules{})
			refused(t, name+" looks", err, errs.Forbidden, "desk.not_yours")
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 4 {
			wg.Go(func() {
				_, err := e.App.Desk.SetRules(ctx, head, desk.Rules{List: []desk.Rule{{Case: "12", Unit: u.ID}}})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else {
					refused(t, "at once", err, errs.Conflict, "desk.rules_changed")
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("%d wrote the same version", won)
		}
	})
}

// TestDesk: who holds a post sees what is at their unit and below, and of that only the
// groups of the post; one takes a notice, hands it on with a note, another deals with
// it; each step stays; and nobody else learns of it.
func TestDesk(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Desk, e.Head(Plaintiff, "B1")
		legal, money := e.Unit(head, "1", ""), e.Unit(head, "2", "")
		suits := e.Unit(head, "11", legal.ID)
		rules(t, e, head, legal.ID, desk.Rule{Groups: []string{"execution"}, Unit: suits.ID})
		writer, wpost := e.AtNarrowPost(head, suits.ID, Stranger, []string{"execution"}, works...)
		above, _ := e.AtPost(head, legal.ID, Defendant, body.GivesNone, works...)
		payer, _ := e.AtNarrowPost(head, money.ID, Lawyer, []string{"execution"}, works...)
		writ, judgment := e.ToBody(head, notice.KindWrit, "11"), e.ToBody(head, notice.KindJudgment, "22")
		e.Drain()
		for name, c := range map[string]struct {
			who  policy.Actor
			want []string
		}{"the desk": {writer, []string{writ}}, "above": {above, []string{writ, judgment}}, "another unit": {payer, nil}, "the head": {head, []string{writ, judgment}}} {
			got := listed(t, e, c.who, desk.FilterOpen)
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("%s sees %v, want %v", name, got, c.want)
			}
		}
		everything := func(who policy.Actor, id string) map[string]error {
			_, get := s.Get(ctx, who, id)
			return map[string]error{
				"get": get, "take": s.Take(ctx, who, id), "leave": s.Leave(ctx, who, id), "done": s.Done(ctx, who, id, ""), "again": s.Again(ctx, who, id),
				"hand": s.Hand(ctx, who, id, money.ID, "چون"),
			}
		}
		stranger := e.Head(Judge, "B2")
		for name, who := range map[string]policy.Actor{"another unit": payer, "another body": stranger, "a person": e.Actor(Lawyer)} {
			for what, err := range everything(who, writ) {
				refused(t, name+" would "+what, err, errs.NotFound, "")
			}
		}
		for what, err := range everything(writer, judgment) {
			refused(t, "what the post is not for: "+what, err, errs.NotFound, "")
		}

		refused(t, "without a note", s.Hand(ctx, writer, writ, money.ID, " "), errs.Invalid, "desk.wrong.note")
		refused(t, "to where it is", s.Hand(ctx, writer, writ, suits.ID, "چون"), errs.Invalid, "desk.wrong.unit")
		refused(t, "to nowhere", s.Hand(ctx, writer, writ, "none", "چون"), errs.Invalid, "desk.wrong.unit")
		for range 2 {
			if err := s.Take(ctx, writer, writ); err != nil {
				t.Fatal(err)
			}
		}
		refused(t, "taken twice", s.Take(ctx, above, writ), errs.Conflict, "desk.taken")
		if got := listed(t, e, writer, desk.FilterMine); len(got) != 1 {
			t.Errorf("mine: %v", got)
		}
		if _, err := e.App.Notice.Open(ctx, writer, writ); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		if err := s.Hand(ctx, writer, writ, money.ID, "برای پرداخت"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(ctx, writer, writ); !errs.Is(err, errs.NotFound) {
			t.Errorf("who handed it on still sees it at the desk: %v", err)
		}
		if err := s.Take(ctx, payer, writ); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Done(ctx, payer, writ, ""); err != nil {
				t.Fatal(err)
			}
		}
		v, err := s.Get(ctx, head, writ)
		if err != nil || v.State != desk.Done || v.Opened.IsZero() {
			t.Fatalf("%+v, %v", v, err)
		}
		var steps []string
		for _, x := range v.Steps {
			steps = append(steps, x.What+" "+x.Name)
		}
		slices.Sort(steps)
		w, p := e.Person(Stranger).Name(), e.Person(Lawyer).Name()
		want := []string{"routed ", "taken " + w, "opened " + w, "handed " + w, "taken " + p, "done " + p}
		slices.Sort(want)
		if !slices.Equal(steps, want) {
			t.Errorf("steps %v, want %v", steps, want)
		}
		for event, n := range map[string]int{"desk.taken": 2, "desk.handed": 1, "desk.done": 1} {
			if got := evidence(t, e, head.For, event); got != n {
				t.Errorf("%d times %s, want %d", got, event, n)
			}
		}

		// A post that ended between the list and the click.
		second := e.ToBody(head, notice.KindWrit, "33")
		e.Drain()
		if err := s.Take(ctx, writer, second); err != nil {
			t.Fatal(err)
		}
		if err := e.App.Body.End(ctx, head, wpost.ID); err != nil {
			t.Fatal(err)
		}
		refused(t, "after the end of the post", s.Done(ctx, writer, second, ""), errs.Forbidden, "identity.capacity.over")
		_, err = e.App.Notice.Open(ctx, writer, second)
		refused(t, "opening after the end", err, errs.Forbidden, "identity.capacity.over")
		if err := s.Leave(ctx, above, second); err != nil { // whoever is above frees what the gone one had
			t.Errorf("freed from above: %v", err)
		}
	})
}

// TestTakers: of many who take a notice at once, one has it.
func TestTakers(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		head := e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		rules(t, e, head, u.ID)
		var people []policy.Actor
		for _, who := range []Who{Stranger, Defendant, Lawyer} {
			a, _ := e.AtPost(head, u.ID, who, body.GivesNone, works...)
			people = append(people, a)
		}
		id := e.ToBody(head, notice.KindWrit, "11")
		e.Drain()
		var wg sync.WaitGroup
		results := make([]error, len(people))
		for i, a := range people {
			wg.Go(func() { results[i] = e.App.Desk.Take(t.Context(), a, id) })
		}
		wg.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else {
				refused(t, "second", err, errs.Conflict, "desk.taken")
			}
		}
		if n := evidence(t, e, head.For, "desk.taken"); won != 1 || n != 1 {
			t.Errorf("%d took it, %d pieces of evidence", won, n)
		}
	})
}

// TestLeftLying: what nobody opens for days is shown as such, to the head by units; an
// opening by somebody whose opening counts ends that.
func TestLeftLying(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, head := t.Context(), e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		rules(t, e, head, u.ID)
		worker, _ := e.AtPost(head, u.ID, Stranger, body.GivesNone, works...)
		id := e.ToBody(head, notice.KindWrit, "11")
		e.Drain()
		if got := listed(t, e, worker, desk.FilterLate); len(got) != 0 {
			t.Errorf("late at once: %v", got)
		}
		e.Clock.Advance(3*24*time.Hour + time.Minute)
		if got := listed(t, e, worker, desk.FilterLate); len(got) != 1 {
			t.Errorf("after three days: %v", got)
		}
		lies, err := e.App.Desk.Overview(ctx, head)
		if err != nil || len(lies) != 1 || lies[0].Unit.ID != u.ID || lies[0].Late != 1 || lies[0].Unopened != 1 || lies[0].Open != 1 {
			t.Errorf("%+v, %v", lies, err)
		}
		_, err = e.App.Desk.Overview(ctx, worker)
		refused(t, "the whole body, to a desk", err, errs.Forbidden, "desk.not_yours")
		if _, err := e.App.Notice.Open(ctx, worker, id); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		if got := listed(t, e, head, desk.FilterLate); len(got) != 0 {
			t.Errorf("opened: %v", got)
		}
	})
}

// TestPages: the same over the pages.
func TestPages(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	head := e.Head(Plaintiff, "B1")
	legal, money := e.Unit(head, "1", ""), e.Unit(head, "2", "")
	worker, _ := e.AtPost(head, legal.ID, Stranger, body.GivesNone, works...)
	me := e.As(Plaintiff)
	me.Get("/capacity").Submit("/capacity", "capacity", head.Capacity).Want(http.StatusOK)
	if page := me.Get(desk.Path).Want(http.StatusOK); !strings.Contains(page.Text(), "There is nothing to do") {
		t.Errorf("%s", page.Text())
	}
	page := me.Get(desk.Path + "/rules").Want(http.StatusOK)
	bad := page.Submit(desk.Path+"/rules", "do", "add", "case", "12", "province", "", "unit", "")
	if bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, `value="12"`) {
		t.Errorf("without a unit: %d", bad.Status)
	}
	id := e.ToBody(head, notice.KindWrit, "11")
	e.Drain()
	seen := page.Submit(desk.Path+"/rules", "do", "preview", "groups", "execution", "unit", legal.ID).Want(http.StatusOK)
	if text := seen.Text(); !strings.Contains(text, "Notice 11") || !strings.Contains(text, "no rules yet") {
		t.Errorf("the preview: %s", text)
	}
	page = page.Submit(desk.Path+"/rules", "do", "add", "groups", "execution", "unit", legal.ID).Want(http.StatusOK)
	if !strings.Contains(page.Text(), "Execution notices → Unit 1") {
		t.Errorf("the rule: %s", page.Text())
	}
	page = page.Submit(desk.Path+"/rules", "do", "add", "case", "۱۲۳", "unit", money.ID).Want(http.StatusOK)
	old := page
	page = page.Submit(desk.Path+"/rules/change", "do", "up", "rule", "2").Want(http.StatusOK)
	if text := page.Text(); strings.Index(text, "123") > strings.Index(text, "Execution notices → Unit 1") {
		t.Errorf("moved up: %s", text)
	}
	if again := old.Submit(desk.Path+"/rules/change", "do", "remove", "rule", "1"); again.Status != http.StatusConflict && again.Status != http.StatusUnprocessableEntity {
		t.Errorf("with an old page: %d", again.Status)
	}
	page = page.Submit(desk.Path+"/rules/change", "do", "remove", "rule", "1").Want(http.StatusOK)
	page.Submit(desk.Path+"/rules/change", "do", "top", "top", money.ID).Want(http.StatusOK)

	second := e.ToBody(head, notice.KindWrit, "12")
	e.Drain()
	them := e.As(Stranger)
	them.Get("/capacity").Submit("/capacity", "capacity", worker.Capacity).Want(http.StatusOK)
	list := them.Get(desk.Path).Want(http.StatusOK)
	if !strings.Contains(list.Body, second) || strings.Contains(list.Body, id) || strings.Contains(list.Body, "/rules") {
		t.Errorf("the desk: %s", list.Text())
	}
	them.Get(desk.Path + "/rules").Want(http.StatusForbidden)
	them.Get(desk.Path + "/" + id).Want(http.StatusNotFound)
	them.PostForm(desk.Path+"/"+id, "do", "take").Want(http.StatusNotFound)
	item := them.Get(desk.Path + "/" + second).Want(http.StatusOK)
	item = item.Submit(desk.Path+"/"+second, "do", "take").Want(http.StatusOK)
	if !strings.Contains(item.Text(), "The notice is with you now") {
		t.Errorf("%s", item.Text())
	}
	lost := item.Submit(desk.Path+"/"+second+"/hand", "unit", "", "note", "پرداخت شود")
	if lost.Status != http.StatusUnprocessableEntity || !strings.Contains(lost.Body, "پرداخت شود") {
		t.Errorf("without a unit: %d", lost.Status)
	}
	item.Submit(desk.Path+"/"+second+"/hand", "unit", money.ID, "note", "پرداخت شود").Want(http.StatusOK)
	if page := me.Get(desk.Path + "/" + second).Want(http.StatusOK); !strings.Contains(page.Text(), "پرداخت شود") {
		t.Errorf("the head reads %s", page.Text())
	}
}

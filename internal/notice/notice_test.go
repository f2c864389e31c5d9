// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var tables = []string{"notice_notice", "notice_content", "notice_key", "notice_number", "alert_alert", "notice_paper_task",
	"ledger_entry", "jobs_job"}

func TestStatementsRunOnBothEngines(t *testing.T) {
	t.Parallel()
	list, err := storetest.Statements(".")
	if err != nil {
		t.Fatal(err)
	}
	// Those of the packages below stand on tables of their own and run with all others in internal/app.
	list = slices.DeleteFunc(list, func(st storetest.Statement) bool { return strings.Contains(st.File, "/") })
	storetest.RunStatements(t, list, mods)
}

func TestWordsAreFine(t *testing.T) {
	t.Parallel()
	c, err := i18n.NewCatalog(Locale)
	if err != nil {
		t.Fatal(err)
	}
	for _, flaw := range c.Check() {
		t.Error(flaw)
	}
	for _, l := range i18n.Langs() {
		p := c.Printer(l)
		for _, k := range Kinds() {
			if !p.Has("notice.kind." + k) {
				t.Errorf("%s: kind %s has no words", l, k)
			}
		}
		for _, f := range Filters() {
			if !p.Has("notice.filter."+string(f)) || !p.Has("notice.inbox.empty."+string(f)) {
				t.Errorf("%s: filter %s has no words", l, f)
			}
		}
	}
}

func TestDeliver(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner := r.person(t, i18n.FA)
		out := r.deliver(t, claim("k1", owner.Person))
		if !out.Electronic || len(out.Number) != 18 || out.Number[:4] != "1404" {
			t.Fatalf("issued %+v", out)
		}
		n, err := r.Get(t.Context(), owner, out.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !n.Arrived.Equal(storetest.Start) || !n.Issued.Equal(n.Arrived) || n.Opened() || n.Paper != (Text{}) || n.Document != nil {
			t.Errorf("before opening: %+v", n)
		}
		r.drain(t)
		if len(r.log) != 1 || r.log[0].Notice != out.ID || r.log[0].Rule != "cpc-336" || r.log[0].Evidence != n.EvidenceArrived || !r.log[0].At.Equal(n.Arrived) {
			t.Errorf("events: %+v", r.log)
		}
		if got := r.sms.List(); len(got) != 1 || strings.Contains(got[0].Text, "دادخواست") || strings.Contains(got[0].Text, n.CaseNumber) || !strings.Contains(got[0].Text, "ابلاغ") {
			t.Errorf("text messages: %+v", got)
		}
	})
}

// A statement that fails after IssueTx takes everything with it.
func TestIssueIsAtomic(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner := r.person(t, i18n.FA)
		before := map[string]int64{}
		for _, table := range tables {
			before[table] = r.count(t, "SELECT count(*) FROM "+table)
		}
		boom := errors.New("boom")
		for name, write := range map[string]func(context.Context, func(*store.Tx) error) error{"write": r.db.Write, "blind": r.db.WriteBlind} {
			for _, n := range []NewNotice{claim("k1", owner.Person), claim("k2", "")} {
				err := write(t.Context(), func(tx *store.Tx) error {
					if _, err := r.IssueTx(t.Context(), tx, n); err != nil {
						return err
					}
					return boom
				})
				if !errors.Is(err, boom) {
					t.Fatalf("%s: %v", name, err)
				}
				err = write(t.Context(), func(tx *store.Tx) error {
					if _, err := r.IssueTx(t.Context(), tx, n); err != nil {
						return err
					}
					return tx.ExecOne(t.Context(), sqlViewEvidence, "e", "nobody", "nothing") // fails in the database
				})
				if !errs.Is(err, errs.Conflict) {
					t.Fatalf("%s: %v", name, err)
				}
			}
		}
		for _, table := range tables {
			if n := r.count(t, "SELECT count(*) FROM "+table); n != before[table] {
				t.Errorf("%s has %d rows, had %d", table, n, before[table])
			}
		}
		r.drain(t)
		if len(r.log)+len(r.papers)+len(r.sms.List()) != 0 {
			t.Error("something was heard of a notice that is not there")
		}
	})
}

func TestDeliverIsIdempotent(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner := r.person(t, i18n.FA)
		const n = 16
		got := make([]Issued, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				var err error
				if got[i], err = r.Deliver(t.Context(), claim("same", owner.Person)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, g := range got {
			if g != got[0] || g.ID == "" {
				t.Fatalf("answers differ: %+v and %+v", g, got[0])
			}
		}
		for table, want := range map[string]int64{"notice_notice": 1, "notice_key": 1, "notice_number": 1} {
			if c := r.count(t, "SELECT count(*) FROM "+table); c != want {
				t.Errorf("%s has %d rows", table, c)
			}
		}
		if c := r.count(t, "SELECT count(*) FROM ledger_entry WHERE owner = $1", owner.Person); c != 3 { // enrolled, issued, arrived
			t.Errorf("%d evidence records", c)
		}
		other := claim("same", owner.Person)
		other.Paper.FA = "چیز دیگر"
		if _, err := r.Deliver(t.Context(), other); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "notice.key_reused") {
			t.Errorf("another content under the same key: %v", err)
		}
		if _, found, err := r.IssuedTx(t.Context(), r.db, "same"); err != nil || !found {
			t.Errorf("IssuedTx: %v %v", found, err)
		}
	})
}

func TestOpen(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner := r.person(t, i18n.FA)
		out := r.deliver(t, claim("k1", owner.Person))
		if _, err := r.Read(t.Context(), owner, out.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("reading before opening: %v", err)
		}
		if _, _, err := r.Receipt(t.Context(), owner, out.ID, false); !errs.Is(err, errs.Conflict) {
			t.Errorf("a receipt before opening shows the content: %v", err)
		}
		r.clk.Advance(48 * time.Hour)
		const n = 12
		var wg sync.WaitGroup
		var mu sync.Mutex
		first := 0
		for range n {
			wg.Go(func() {
				got, err := r.Open(t.Context(), owner, out.ID)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if got.FirstOpening {
					first++
				}
				if got.Paper != claim("", "").Paper || !got.Viewed.Equal(storetest.Start.Add(48*time.Hour)) || got.EvidenceViewed == "" || got.ViewedBy != owner.Person {
					t.Errorf("opened: %+v", got)
				}
			})
		}
		wg.Wait()
		if first != 1 {
			t.Errorf("%d first openings", first)
		}
		r.drain(t)
		if len(r.views) != 1 || r.views[0].By != owner.Person || r.views[0].Role != "citizen" {
			t.Errorf("events: %+v", r.views)
		}
		r.clk.Advance(time.Hour)
		again, err := r.Open(t.Context(), owner, out.ID)
		if err != nil || again.FirstOpening || !again.Viewed.Equal(storetest.Start.Add(48*time.Hour)) {
			t.Errorf("opened again: %+v %v", again, err)
		}
		if c := r.count(t, "SELECT count(*) FROM ledger_entry WHERE owner = $1", owner.Person); c != 5 { // enrolled, issued, arrived, alerted, viewed
			t.Errorf("%d evidence records", c)
		}
	})
}

// The chain of evidence verifies offline and names what ETSI asks for.
func TestEvidence(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner := r.person(t, i18n.FA)
		out := r.deliver(t, claim("k1", owner.Person))
		n := must(r.Open(t.Context(), owner, out.ID))(t)
		if _, _, err := r.Receipt(t.Context(), owner, out.ID, true); !errs.Is(err, errs.Conflict) {
			t.Errorf("a receipt before the checkpoint: %v", err)
		}
		if _, err := r.ledger.Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, want := range []struct {
			viewing         bool
			event, etsi, id string
			previous        string
		}{
			{false, "notice.arrived", "ContentConsignment", n.EvidenceArrived, n.EvidenceIssued},
			{true, "notice.viewed", "ContentHandover", n.EvidenceViewed, n.EvidenceArrived},
		} {
			file, _, err := r.Receipt(t.Context(), owner, out.ID, want.viewing)
			if err != nil {
				t.Fatal(err)
			}
			rep, err := receipt.Verify(file, receipt.Options{Keys: []string{r.key.VKey()}})
			if err != nil {
				t.Fatal(err)
			}
			rec := rep
			if rec.Event != want.event || rec.Members["erds_event"] != want.etsi || rec.ID != want.id || rec.Previous != want.previous ||
				rec.ContentHash != n.ContentHash || rec.Rule != "bylaw-1395-13@1" || rec.Members["recipient"] != owner.Person ||
				rec.Members["sender"] != "23101" || rec.Members["message"] != n.Number {
				t.Errorf("record %+v", rec)
			}
			bad := slices.Clone(file)
			bad[len(bad)/2] ^= 1
			if _, err := receipt.Verify(bad, receipt.Options{Keys: []string{r.key.VKey()}}); err == nil {
				t.Error("a changed receipt passed")
			}
		}
	})
}

func TestOnlyTheOwner(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner, other := r.person(t, i18n.FA), r.person(t, i18n.FA)
		out := r.deliver(t, claim("k1", owner.Person))
		asJudge := owner
		asJudge.Role = policy.Judge
		for name, a := range map[string]policy.Actor{"another person": other, "the clerk": clerk, "the owner as a judge": asJudge, "nobody": {}, "system": system} {
			for what, err := range map[string]error{
				"get":     second(r.Get(t.Context(), a, out.ID)),
				"open":    second(r.Open(t.Context(), a, out.ID)),
				"read":    second(r.Read(t.Context(), a, out.ID)),
				"alerts":  second(r.Alerts(t.Context(), a, out.ID)),
				"receipt": func() error { _, _, err := r.Receipt(t.Context(), a, out.ID, false); return err }(),
			} {
				if !errs.Is(err, errs.NotFound) {
					t.Errorf("%s may %s: %v", name, what, err)
				}
			}
		}
		if n := must(r.Get(t.Context(), owner, out.ID))(t); n.Opened() {
			t.Error("somebody else's try has opened it")
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestNoAccount(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		out := r.deliver(t, claim("k1", ""))
		if out.Electronic {
			t.Fatal("served electronically without an account")
		}
		r.drain(t)
		if len(r.log) != 0 || len(r.sms.List()) != 0 || len(r.papers) != 1 || r.papers[0].Unit != "23101" {
			t.Errorf("arrived %v, messages %v, papers %v", r.log, r.sms.List(), r.papers)
		}
		tasks, err := r.tasks(t.Context(), clerk)
		if err != nil || len(tasks) != 1 || tasks[0].Notice != out.ID || tasks[0].Reason != ReasonNoAccount {
			t.Fatalf("tasks %+v %v", tasks, err)
		}
		// Never open both ways: one with an account has no item, one without is
		// in no inbox, not even in that of somebody with the case's id.
		owner := r.person(t, i18n.FA)
		r.deliver(t, claim("k2", owner.Person))
		if tasks := must(r.tasks(t.Context(), clerk))(t); len(tasks) != 1 {
			t.Errorf("%d work items", len(tasks))
		}
		trick := policy.Actor{Person: "case-1", Role: policy.Citizen}
		if _, err := r.Open(t.Context(), trick, out.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("opened a paper notice: %v", err)
		}
		if page := must(r.Inbox(t.Context(), trick, FilterAll, Page{}))(t); len(page.Notices) != 0 {
			t.Errorf("inbox %+v", page)
		}
		for _, a := range []policy.Actor{owner, {Person: "clerk-2", Role: policy.Clerk, Unit: "23102"}} {
			if tasks, err := r.tasks(t.Context(), a); err == nil && len(tasks) > 0 {
				t.Errorf("%s sees %v", a.Role, tasks)
			}
		}
		if c := r.count(t, "SELECT count(*) FROM notice_notice WHERE way = 'paper' AND arrived_us > 0"); c != 0 {
			t.Error("a paper notice has arrived")
		}
	})
}

// A provider that is down delays nothing and is tried again; each attempt is a
// row; given up, the notice is still served.
func TestAlertFails(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner := r.person(t, i18n.EN)
		if err := r.sms.Faults().Set(sandbox.Fault{Mode: sandbox.Down}); err != nil {
			t.Fatal(err)
		}
		out := r.deliver(t, claim("k1", owner.Person))
		r.drain(t)
		if len(r.log) != 1 {
			t.Fatal("arrival waits for the text message")
		}
		states := func() (got []string) {
			for _, a := range must(r.Alerts(t.Context(), owner, out.ID))(t) {
				got = append(got, a.State)
			}
			return got
		}
		if got := states(); !slices.Equal(got, []string{alert.TempFailed}) {
			t.Fatalf("attempts %v", got)
		}
		if err := r.sms.Faults().Set(sandbox.Fault{Mode: sandbox.OK}); err != nil {
			t.Fatal(err)
		}
		r.clk.Advance(time.Hour)
		r.drain(t)
		if got := states(); !slices.Equal(got, []string{alert.TempFailed, alert.Sent}) || len(r.sms.List()) != 1 {
			t.Errorf("attempts %v, messages %v", got, r.sms.List())
		}
		if text := r.sms.List()[0].Text; !strings.HasPrefix(text, "You have a new notice in Tarazu.") || strings.Contains(text, "petition") {
			t.Errorf("message %q", text)
		}
	})
}

// Given up, the notice is still served, and an administrator can have the message
// tried once more.
func TestAlertIsGivenUp(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner := r.person(t, i18n.FA)
		if err := r.sms.Faults().Set(sandbox.Fault{Mode: sandbox.Down}); err != nil {
			t.Fatal(err)
		}
		out := r.deliver(t, claim("k1", owner.Person))
		tries := len(r.d.Alert.Rules().RetryMinutes) + 1
		for range tries + 6 { // some of them at night, when nothing is sent
			r.drain(t)
			r.clk.Advance(8 * time.Hour)
		}
		alerts := must(r.Alerts(t.Context(), owner, out.ID))(t)
		if len(alerts) != tries || alerts[tries-1].State != alert.Spent || alerts[0].State != alert.TempFailed || alerts[0].Channel != alert.SMS {
			t.Fatalf("attempts %+v", alerts)
		}
		if n := must(r.Get(t.Context(), owner, out.ID))(t); !n.Arrived.Equal(storetest.Start) || r.Effect(n).Served.IsZero() {
			t.Error("the notice is not served any more")
		}
		if err := r.sms.Faults().Set(sandbox.Fault{Mode: sandbox.OK}); err != nil {
			t.Fatal(err)
		}
		if n := must(r.d.Alert.Revive(t.Context(), policy.Actor{Person: "admin-1", Role: policy.Administrator}))(t); n != 1 {
			t.Errorf("%d alerts are tried again, want 1", n)
		}
		for range 2 { // the first may be at night
			r.drain(t)
			r.clk.Advance(8 * time.Hour)
		}
		if alerts = must(r.Alerts(t.Context(), owner, out.ID))(t); alerts[len(alerts)-1].State != alert.Delivered {
			t.Errorf("attempts after the retry %+v", alerts)
		}
	})
}

// A reminder comes some days before the safe date, unless the notice was opened or
// the term is too short for one.
func TestRemind(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner := r.person(t, i18n.EN)
		day := civil.Of(r.clk.Now())
		remind := func(id string, safe civil.Day) {
			t.Helper()
			if err := r.db.Write(t.Context(), func(tx *store.Tx) error { return r.RemindTx(t.Context(), tx, owner.Person, id, tx.Now(), safe) }); err != nil {
				t.Fatal(err)
			}
		}
		opened, left, short := r.deliver(t, claim("k1", owner.Person)), r.deliver(t, claim("k2", owner.Person)), r.deliver(t, claim("k3", owner.Person))
		remind(opened.ID, day.Add(10))
		remind(left.ID, day.Add(5))
		remind(left.ID, day.Add(20)) // the term moved
		remind(short.ID, day.Add(3))
		if _, err := r.Open(t.Context(), owner, opened.ID); err != nil {
			t.Fatal(err)
		}
		r.drain(t)
		r.clk.Advance(10 * 24 * time.Hour)
		r.drain(t)
		if n := len(r.sms.List()); n != 3 {
			t.Fatalf("%d messages after ten days, want those of arrival", n)
		}
		for range 2 {
			r.clk.Advance(8*24*time.Hour + time.Hour)
			r.drain(t)
		}
		if l := r.sms.List(); len(l) != 4 || !strings.HasPrefix(l[0].Text, "A notice in Tarazu waits for you unopened") {
			t.Errorf("messages %+v", l)
		}
	})
}

func TestInboxPages(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner, other := r.person(t, i18n.FA), r.person(t, i18n.FA)
		var ids []string
		for i := range 25 {
			n := claim(fmt.Sprint("k", i), owner.Person)
			if i%5 == 0 {
				n.Rule = ""
			}
			ids = append(ids, r.deliver(t, n).ID)
			if i%3 == 0 { // three at the same instant
				r.clk.Advance(time.Minute)
			}
		}
		r.deliver(t, claim("other", other.Person))
		must(r.Open(t.Context(), owner, ids[7]))(t)
		slices.Reverse(ids)
		walk := func(f Filter) (got []string) {
			p := Page{Size: 4}
			for {
				page, err := r.Inbox(t.Context(), owner, f, p)
				if err != nil {
					t.Fatal(err)
				}
				for _, n := range page.Notices {
					got = append(got, n.ID)
				}
				if p.Cursor = page.Next; p.Cursor == "" {
					return got
				}
			}
		}
		got := walk(FilterAll)
		if len(got) != 25 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 25 {
			t.Errorf("paged through %d notices", len(got))
		}
		for i := 1; i < len(got); i++ {
			a, b := must(r.Get(t.Context(), owner, got[i-1]))(t), must(r.Get(t.Context(), owner, got[i]))(t)
			if a.Arrived.Before(b.Arrived) {
				t.Fatalf("%d arrived before %d", i-1, i)
			}
		}
		if n := len(walk(FilterUnviewed)); n != 24 {
			t.Errorf("%d not opened", n)
		}
		if n := len(walk(FilterTerm)); n != 20 {
			t.Errorf("%d with a term", n)
		}
		if c := must(r.Counts(t.Context(), owner))(t); c != (Counts{All: 25, Unviewed: 24, Term: 20}) {
			t.Errorf("counts %+v", c)
		}
		for _, cursor := range []string{"x", "1.x", "zz.'", "."} {
			if _, err := r.Inbox(t.Context(), owner, FilterAll, Page{Cursor: cursor}); !errs.Is(err, errs.Invalid) {
				t.Errorf("cursor %q: %v", cursor, err)
			}
		}
	})
}

func TestListed(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner := r.person(t, i18n.FA)
		out := r.deliver(t, claim("k1", owner.Person))
		r.clk.Advance(time.Hour)
		for range 2 {
			page := must(r.Inbox(t.Context(), owner, FilterAll, Page{}))(t)
			if err := r.Listed(t.Context(), owner, page.Notices); err != nil {
				t.Fatal(err)
			}
			r.clk.Advance(time.Hour)
		}
		n := must(r.Get(t.Context(), owner, out.ID))(t)
		if !n.Listed.Equal(storetest.Start.Add(time.Hour)) || n.Opened() {
			t.Errorf("listed %v, viewed %v", n.Listed, n.Viewed)
		}
	})
}

func TestWrongNotices(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		for name, change := range map[string]func(*NewNotice){
			"key":       func(n *NewNotice) { n.Key = "" },
			"addressee": func(n *NewNotice) { n.Owner, n.Case = "", "" },
			"kind":      func(n *NewNotice) { n.Kind = "gossip" },
			"title":     func(n *NewNotice) { n.Title.EN = "" },
			"paper":     func(n *NewNotice) { n.Paper.FA = strings.Repeat("x", maxPaper+1) },
			"document":  func(n *NewNotice) { n.Document = []byte("{") },
			"days":      func(n *NewNotice) { n.Days, n.Rule = 5, "" },
		} {
			n := claim("k", "p")
			change(&n)
			_, err := r.Deliver(t.Context(), n)
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != name || !r.cat.Printer(i18n.EN).Has(e.Fields[0].Code) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Every kind has its name and says in plain words what is inside before it is
// opened.
func TestKindsHaveWords(t *testing.T) {
	t.Parallel()
	c, err := i18n.NewCatalog(Locale)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range i18n.Langs() {
		for _, k := range Kinds() {
			for _, key := range []string{"notice.kind." + k, "notice.before.kind." + k} {
				if !c.Printer(l).Has(key) {
					t.Errorf("%s: no words for %s", l, key)
				}
			}
		}
	}
}

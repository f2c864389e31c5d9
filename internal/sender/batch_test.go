// SPDX-License-Identifier: Apache-2.0

package sender_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/sender"
)

// letters are n notices to one person, with references of their own.
func letters(prefix, template, to string, n int) []sender.Message {
	out := make([]sender.Message, n)
	for i := range out {
		out[i] = letter(fmt.Sprintf("%s-%d", prefix, i), template, to)
	}
	return out
}

// began is a batch that was started.
func (b body) began(a policy.Actor, key string, list []sender.Message) sender.Batch {
	b.T.Helper()
	s, ctx := b.App.Sender, b.T.Context()
	x, err := s.OpenBatch(ctx, a, sender.NewBatch{Key: key, Title: "اخطار بدهی " + key})
	for _, step := range []func() error{
		func() error { x, err = s.TakeRows(ctx, a, x.ID, 0, list); return err },
		func() error { x, err = s.SealBatch(ctx, a, x.ID); return err },
		func() error { x, err = s.StartBatch(ctx, a, x.ID); return err },
	} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		b.T.Fatal(err)
	}
	return x
}

func (b body) count(query string, args ...any) int64 {
	b.T.Helper()
	n, err := store.One[int64](b.T.Context(), b.App.DB, query, args...)
	if err != nil {
		b.T.Fatal(err)
	}
	return n
}

// once fails unless each reference of the body has one notice, and each notice is of
// one reference.
func (b body) once(want int64) {
	b.T.Helper()
	for what, query := range map[string]string{
		"references":                 `SELECT count(DISTINCT reference) FROM sender_notice WHERE body = $1 AND NOT test AND state = 'arrived'`,
		"rows of what was sent":      `SELECT count(*) FROM sender_notice WHERE body = $1 AND NOT test AND state = 'arrived'`,
		"notices":                    `SELECT count(*) FROM notice_notice WHERE unit = (SELECT 'body:' || code FROM sender_contract WHERE body = $1)`,
		"notices with their row":     `SELECT count(*) FROM notice_notice n JOIN sender_notice s ON s.notice = n.id WHERE s.body = $1`,
		"counted against the quotas": `SELECT coalesce(sum(n), 0) - (SELECT count(*) FROM sender_notice WHERE body = $1 AND NOT test AND state <> 'arrived') FROM sender_count WHERE body = $1 AND NOT test AND span LIKE 'd%'`,
	} {
		if n := b.count(query, b.head.For); n != want {
			b.T.Errorf("%d %s, want %d", n, what, want)
		}
	}
}

// TestBatchOverTheAPI: a program makes a batch in pieces, sends a piece again, starts it
// and reads what became of each row; nothing says who an addressee is.
func TestBatchOverTheAPI(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		s, ctx := e.App.Sender, t.Context()
		b := bodyOn(t, e, Plaintiff, "S1", plenty)
		r := &ear{status: http.StatusNoContent}
		server := httptest.NewServer(r)
		t.Cleanup(server.Close)
		must[string](t)(s.SetHook(ctx, b.head, server.URL))
		to, program := e.Person(Defendant).NationalCode, &APIClient{Env: e, Who: "program", Token: b.live, Lang: "en"}
		must[sender.Sent](t)(s.Send(ctx, b.with(b.live), letter("r-1", b.template, to)))
		e.Drain()
		r.take(http.StatusNoContent)

		ask := map[string]any{"key": "1404/debts", "title": "Debts"}
		made := program.Post("/sender/batches/new", ask).Want(http.StatusOK)
		if again := program.Post("/sender/batches/new", ask).Want(http.StatusOK); again.Text("id") != made.Text("id") || again.Text("state") != "taking" {
			t.Errorf("the same key: %s", again.Body)
		}
		program.Post("/sender/batches/new", map[string]any{"key": "not a key", "title": ""}).Want(http.StatusUnprocessableEntity)
		path := "/sender/batches/" + made.Text("id")
		row := func(reference, to string, fields map[string]string) map[string]any {
			return map[string]any{"reference": reference, "template": b.template, "national_code": to, "fields": fields}
		}
		good := letter("", "", "").Fields
		first := []any{row("r-0", to, good), row("r-1", to, good), row("r-2", NationalCode(977), good)}
		second := []any{
			row("r-0", to, good),                             // twice
			row("", to, good),                                // no reference
			row("r-4", "1234567890", good),                   // no such code
			row("r-5", to, map[string]string{"amount": "x"}), // wrong values
			row("r-6", to, good), row("=SUM(1)", to, good),   // a formula
			map[string]any{"reference": "r-7", "template": "none"}, // nothing
		}
		piece := func(from int, list []any) *APIAnswer {
			return program.Post(path+"/rows", map[string]any{"from": from, "notices": list})
		}
		piece(3, second).Want(http.StatusConflict) // a gap
		piece(0, first).Want(http.StatusOK)
		piece(0, first).Want(http.StatusOK) // again
		piece(3, second).Want(http.StatusOK)
		all := piece(2, append(first[2:3:3], second...)).Want(http.StatusOK)
		if fmt.Sprint(all.At("rows"), all.At("refused"), all.At("twins"), all.At("waiting")) != "10 5 1 4" {
			t.Errorf("taken in: %s", all.Body)
		}
		program.Post(path+"/start", nil).Want(http.StatusConflict) // not sealed
		if x := program.Post(path+"/seal", nil).Want(http.StatusOK); x.Text("state") != "checked" {
			t.Errorf("sealed: %s", x.Body)
		}
		piece(10, first).Want(http.StatusConflict)
		e.Drain()
		b.once(1) // nothing goes before it is started
		program.Post(path+"/start", nil).Want(http.StatusOK)
		e.Drain()
		done := program.Get(path).Want(http.StatusOK)
		if done.Text("state") != "done" || fmt.Sprint(done.At("arrived"), done.At("not_possible"), done.At("waiting")) != "3 1 0" {
			t.Errorf("done: %s", done.Body)
		}
		b.once(3) // r-0, r-1 that came alone, r-6
		if list := program.Get("/sender/batches").Want(http.StatusOK); list.Text("items.0.id") != made.Text("id") || fmt.Sprint(list.At("items.0.not_possible")) != "1" {
			t.Errorf("list: %s", list.Body)
		}
		rows := program.Get(path + "/rows?limit=4").Want(http.StatusOK)
		if rows.Text("items.0.state") != "arrived" || len(rows.Text("items.0.number")) != 18 || rows.Text("items.2.state") != "not_possible" ||
			rows.Text("items.3.state") != "twin" || rows.Text("items.3.id") != rows.Text("items.0.id") || rows.Text("next") != "4" {
			t.Errorf("rows: %s", rows.Body)
		}
		more := program.Get(path + "/rows?after=4&limit=2").Want(http.StatusOK)
		if more.Text("items.0.code") != "sender.wrong.reference" || more.Text("items.1.field") != "national_code" || more.Text("items.1.detail") == "" {
			t.Errorf("more rows: %s", more.Body)
		}
		if x := program.Get(path + "/rows?show=refused").Want(http.StatusOK); len(x.At("items").([]any)) != 6 {
			t.Errorf("refused: %s", x.Body)
		}
		if x := program.Get(path + "/rows?show=unreached").Want(http.StatusOK); len(x.At("items").([]any)) != 1 || x.Text("items.0.reference") != "r-2" {
			t.Errorf("not reached: %s", x.Body)
		}
		program.Get(path + "/rows?after=x").Want(http.StatusUnprocessableEntity)

		table, err := csv.NewReader(strings.NewReader(string(program.Get(path + "/results").Want(http.StatusOK).Body))).ReadAll()
		if err != nil || len(table) != 11 || table[1][2] != "arrived" || table[9][1] != "'=SUM(1)" || table[9][2] != "refused" {
			t.Errorf("CSV %v: %v", table, err)
		}
		lines := strings.Split(strings.TrimSpace(string(program.Get(path+"/results?format=jsonl").Want(http.StatusOK).Body)), "\n")
		var last struct{ Reference, State string }
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || len(lines) != 10 || last.Reference != "r-7" || last.State != "refused" {
			t.Errorf("lines %v: %v", lines, err)
		}
		for what, body := range map[string][]byte{"rows": rows.Body, "lines": []byte(strings.Join(lines, ""))} {
			if strings.Contains(string(body), to) || strings.Contains(string(body), e.Person(Defendant).LastName) {
				t.Errorf("%s say who the addressee is", what)
			}
		}
		// Of the batch only its end was told, and what happens to its notices is in its rows.
		told := r.take(http.StatusNoContent)
		if len(told) != 1 || !strings.Contains(told[0].body, `"batch.ended"`) || !strings.Contains(told[0].body, `"arrived":3`) || !strings.Contains(told[0].body, `"not_possible":1`) {
			t.Errorf("told %+v", told)
		}
		id := b.text(`SELECT notice FROM sender_notice WHERE body = $1 AND reference = 'r-6'`, b.head.For)
		e.Open(Defendant, id)
		e.Drain()
		if told := r.take(http.StatusNoContent); len(told) != 0 {
			t.Errorf("told of a row %+v", told)
		}
		if x := program.Get(path + "/rows?after=7&limit=1").Want(http.StatusOK); x.Text("items.0.reference") != "r-6" || x.Text("items.0.viewed") == "" {
			t.Errorf("after opening: %s", x.Body)
		}
		// Of one that asks for it each notice is told, and the end.
		each := must[sender.Batch](t)(s.OpenBatch(ctx, b.with(b.live), sender.NewBatch{Key: "each", Title: "each", Each: true}))
		must[sender.Batch](t)(s.TakeRows(ctx, b.with(b.live), each.ID, 0, letters("e", b.template, to, 2)))
		must[sender.Batch](t)(s.SealBatch(ctx, b.with(b.live), each.ID))
		must[sender.Batch](t)(s.StartBatch(ctx, b.with(b.live), each.ID))
		e.Drain()
		if told := r.take(http.StatusNoContent); len(told) != 3 {
			t.Errorf("told %d of each", len(told))
		}
		// It is nobody else's.
		stranger := bodyOn(t, e, Stranger, "S2", plenty)
		for name, token := range map[string]string{"another body": stranger.live, "a test key": b.test} {
			other := &APIClient{Env: e, Who: Who(name), Token: token, Lang: "en"}
			for _, p := range []string{path, path + "/rows", path + "/results"} {
				other.Get(p).Want(http.StatusNotFound)
			}
			for _, step := range []string{"seal", "start", "pause", "continue", "stop"} {
				other.Post(path+"/"+step, nil).Want(http.StatusNotFound)
			}
			other.Post(path+"/rows", map[string]any{"from": 0, "notices": first}).Want(http.StatusNotFound)
			if list := other.Get("/sender/batches").Want(http.StatusOK); len(list.At("items").([]any)) != 0 {
				t.Errorf("%s lists %s", name, list.Body)
			}
		}
	})
}

func (b body) text(query string, args ...any) string {
	b.T.Helper()
	x, err := store.One[string](b.T.Context(), b.App.DB, query, args...)
	if err != nil {
		b.T.Fatal(err)
	}
	return x
}

// TestBatchQuota: with a batch and programs that send at once no more goes out than the
// quota has, in two processes; what is over waits for the next day, or for more room.
func TestBatchQuota(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		const quota, inBatch, alone = 40, 60, 12
		b := bodyOn(t, e, Plaintiff, "S1", sender.Quota{Day: quota, Month: 1000, Second: 1000})
		s, ctx, key, to := e.App.Sender, t.Context(), b.with(b.live), e.Person(Defendant).NationalCode
		x := b.began(key, "big", letters("q", b.template, to, inBatch))
		two := e.Twin()
		var sent atomic.Int64
		var wg sync.WaitGroup
		for i := range alone {
			wg.Go(func() {
				switch _, err := s.Send(ctx, key, letter(fmt.Sprint("alone-", i), b.template, to)); {
				case err == nil:
					sent.Add(1)
				case code(err) != "sender.quota.day":
					t.Error(err)
				}
			})
		}
		for _, at := range []*Env{e, two} {
			wg.Go(func() {
				if _, err := at.App.Jobs.Drain(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		e.Drain()
		got := must[sender.Batch](t)(s.Batch(ctx, key, x.ID))
		if got.Issued+int(sent.Load()) != quota || got.State != bulk.Going || got.Refused != 0 || !got.Rests.After(e.Clock.Now()) || got.Why.EN == "" {
			t.Fatalf("%d of the batch and %d alone, want %d: %+v", got.Issued, sent.Load(), quota, got)
		}
		b.once(quota)
		if days := must[int](t)(s.Days(ctx, key, got)); days != 2 {
			t.Errorf("it takes %d days", days)
		}
		// The centre gives more: it goes on at once.
		c, _, err := s.Own(ctx, b.head)
		if err != nil {
			t.Fatal(err)
		}
		must[sender.Contract](t)(s.Decide(ctx, e.Actor(Centre), c.Body, c.ID, sender.Decision{
			State: sender.Approved, Reason: "سهمیه بیشتر شد", From: c.From, Until: c.Until, Quota: sender.Quota{Day: quota + 5, Month: 1000, Second: 1000}, Version: c.Version,
		}))
		e.Drain()
		b.once(quota + 5)
		// The next day has a quota of its own.
		e.Clock.Advance(24 * time.Hour)
		e.Drain()
		if got = must[sender.Batch](t)(s.Batch(ctx, key, x.ID)); got.State != bulk.Done || got.Issued != inBatch || got.Waiting() != 0 {
			t.Errorf("on the next day: %+v", got)
		}
		b.once(inBatch + sent.Load())
	})
}

// TestBatchGoesOnAfterAKill: a process is killed while a batch goes out, programs send
// some of its references alone meanwhile, and another process goes on: each reference
// is one notice.
func TestBatchGoesOnAfterAKill(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		const rows = 130
		b := bodyOn(t, e, Plaintiff, "S1", plenty)
		s, key, to := e.App.Sender, b.with(b.live), e.Person(Defendant).NationalCode
		list := letters("k", b.template, to, rows)
		x := b.began(key, "killed", list)
		life, kill := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = e.App.Jobs.Drain(life) }) // it is cut off wherever it is
		for i := 0; ; i++ {
			if b.count(`SELECT count(*) FROM sender_notice WHERE body = $1`, b.head.For) > 20 {
				break
			}
			if i%5 == 0 && i/5 < rows {
				if _, err := s.Send(t.Context(), key, list[rows-1-i/5]); err != nil {
					t.Error(err)
				}
			}
		}
		kill()
		wg.Wait()
		left := must[sender.Batch](t)(s.Batch(t.Context(), key, x.ID))
		if n := b.count(`SELECT count(*) FROM notice_batch_row WHERE batch = $1 AND state = 'done'`, x.ID); int(n) != left.Issued || left.State != bulk.Going {
			t.Errorf("%d rows are done, it counts %+v", n, left)
		}
		two := e.Twin()
		e.Clock.Advance(2 * time.Minute) // the lease of what was cut off
		two.Drain()
		got := must[sender.Batch](t)(s.Batch(t.Context(), key, x.ID))
		if got.State != bulk.Done || got.Issued != rows || got.Refused != 0 {
			t.Errorf("after the kill: %+v", got)
		}
		b.once(rows)
	})
}

// TestBatchIsStopped: when the contract rests or the key is revoked a batch is stopped
// with the reason; what was left may be sent later under the same references.
func TestBatchIsStopped(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		b := bodyOn(t, e, Plaintiff, "S1", sender.Quota{Day: 10, Month: 1000, Second: 1000})
		s, ctx, to := e.App.Sender, t.Context(), e.Person(Defendant).NationalCode
		key, list := b.with(b.live), letters("s", b.template, to, 25)
		x, tests := b.began(key, "one", list), b.began(b.with(b.test), "tests", letters("t", b.template, "1111111111", 3))
		e.Drain()
		b.once(10)
		c, _, err := s.Own(ctx, b.head)
		if err != nil {
			t.Fatal(err)
		}
		hold := sender.Decision{State: sender.Suspended, Reason: "بررسی", Version: c.Version}
		c = must[sender.Contract](t)(s.Decide(ctx, e.Actor(Centre), c.Body, c.ID, hold))
		got := must[sender.Batch](t)(s.Batch(ctx, key, x.ID))
		if got.State != bulk.Stopped || got.Issued != 10 || !strings.Contains(got.Why.EN, "suspended") {
			t.Errorf("suspended: %+v", got)
		}
		e.Clock.Advance(24 * time.Hour)
		e.Drain()
		b.once(10)
		if got := must[sender.Batch](t)(s.Batch(ctx, b.with(b.test), tests.ID)); got.State != bulk.Done || got.Issued != 3 {
			t.Errorf("tests: %+v", got)
		}
		if n := b.count(`SELECT count(*) FROM notice_batch_row WHERE batch = $1 AND payload <> ''`, x.ID); n != 0 {
			t.Errorf("%d rows are kept", n)
		}
		for what, err := range map[string]error{
			"made":  func() error { _, err := s.OpenBatch(ctx, key, sender.NewBatch{Key: "no", Title: "x"}); return err }(),
			"moved": func() error { _, err := s.ContinueBatch(ctx, key, x.ID); return err }(),
		} {
			if !errs.Is(err, errs.Forbidden) && !errs.Is(err, errs.Conflict) {
				t.Errorf("%s while the contract rests: %v", what, err)
			}
		}
		c = must[sender.Contract](t)(s.Decide(ctx, e.Actor(Centre), c.Body, c.ID, sender.Decision{
			State: sender.Approved, Reason: "ادامه", From: c.From, Until: c.From.Add(3), Quota: sender.Quota{Day: 10, Month: 1000, Second: 1000}, Version: c.Version,
		}))
		// The same file again: what was sent is a twin, what was left goes.
		again := b.began(key, "again", list)
		e.Drain()
		b.once(20)
		keys := must[[]sender.Key](t)(s.Keys(ctx, b.head))
		for _, k := range keys {
			if !k.Test {
				if err := s.RevokeKey(ctx, b.head, k.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		e.Clock.Advance(24 * time.Hour)
		e.Drain()
		if got = must[sender.Batch](t)(s.Batch(ctx, b.head, again.ID)); got.State != bulk.Stopped || got.Twins != 10 || got.Issued != 10 || !strings.Contains(got.Why.EN, "key") {
			t.Errorf("revoked: %+v", got)
		}
		b.once(20)
		// A person goes on, until the contract is over by itself.
		last := b.began(b.head, "by-hand", list)
		e.Clock.Advance(4 * 24 * time.Hour)
		e.Drain()
		if got = must[sender.Batch](t)(s.Batch(ctx, b.head, last.ID)); got.State != bulk.Stopped || got.Issued != 0 || !strings.Contains(got.Why.EN, "not in force") {
			t.Errorf("over: %+v", got)
		}
		b.once(20)
	})
}

// TestBatchOfMisses: nobody tries codes out by a batch; it waits for the next day like
// everything that is over a bound, and each miss is a row that says so.
func TestBatchOfMisses(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	s, ctx := e.App.Sender, t.Context()
	b := bodyOn(t, e, Plaintiff, "S1", plenty)
	key, most := b.with(b.live), int(s.Rules().Misses(plenty))
	if most != 500 || s.Rules().Misses(sender.Quota{Day: 10}) != 100 {
		t.Fatalf("%d misses a day", most)
	}
	x := b.began(key, "misses", letters("m", b.template, NationalCode(977), most+7))
	e.Drain()
	got := must[sender.Batch](t)(s.Batch(ctx, key, x.ID))
	if got.Unreached != most || got.State != bulk.Going || !strings.Contains(got.Why.EN, "could not be served") {
		t.Errorf("at the bound: %+v", got)
	}
	e.Clock.Advance(24 * time.Hour)
	e.Drain()
	if got = must[sender.Batch](t)(s.Batch(ctx, key, x.ID)); got.Unreached != most+7 || got.State != bulk.Done {
		t.Errorf("on the next day: %+v", got)
	}
	if n := b.count(`SELECT count(*) FROM notice_notice`); n != 0 {
		t.Errorf("%d notices", n)
	}
}

// TestBatchIsNotKept: what nobody starts is left, with what stands in its rows.
func TestBatchIsNotKept(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	s, ctx := e.App.Sender, t.Context()
	b := bodyOn(t, e, Plaintiff, "S1", plenty)
	key := b.with(b.live)
	x := must[sender.Batch](t)(s.OpenBatch(ctx, key, sender.NewBatch{Key: "old", Title: "old"}))
	must[sender.Batch](t)(s.TakeRows(ctx, key, x.ID, 0, letters("o", b.template, e.Person(Defendant).NationalCode, 3)))
	e.Clock.Advance(time.Duration(s.Rules().BatchDays)*24*time.Hour - time.Hour)
	e.Drain()
	if got := must[sender.Batch](t)(s.Batch(ctx, key, x.ID)); got.State != bulk.Taking {
		t.Errorf("before its time: %+v", got)
	}
	e.Clock.Advance(2 * time.Hour)
	e.Drain()
	if got := must[sender.Batch](t)(s.Batch(ctx, key, x.ID)); got.State != bulk.Stopped || got.Why.FA == "" {
		t.Errorf("after its time: %+v", got)
	}
	if n := b.count(`SELECT count(*) FROM notice_batch_row WHERE payload <> ''`); n != 0 {
		t.Errorf("%d rows are kept", n)
	}
}

// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var mods = []store.Migrations{ledger.Migrations, Migrations}

var admin = policy.Actor{Person: "p-admin", Role: policy.Administrator, Assurance: 2}

func service(t *testing.T, db *store.DB, clk *clock.Fake) *Service {
	t.Helper()
	e, err := policy.New(Policy())
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Deps{DB: db, Policy: e, Ledger: testLedger(t, db, clk)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// lawEvidence lists the contents of the evidence of an event, the oldest first.
func lawEvidence(t *testing.T, db *store.DB, event string) (contents []string) {
	t.Helper()
	type row struct {
		Record  []byte `db:"record"`
		Content []byte `db:"content"`
	}
	rows, err := store.All[row](t.Context(), db, `SELECT record, content FROM ledger_entry WHERE owner = 'law' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if strings.Contains(string(r.Record), event) {
			contents = append(contents, string(r.Content))
		}
	}
	return contents
}

// testLedger is a ledger with a new key.
func testLedger(t *testing.T, db *store.DB, clk *clock.Fake) *ledger.Ledger {
	t.Helper()
	const origin = "log.tarazu.example/test"
	key, _, err := ledger.NewKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.New(ledger.Deps{DB: db, Clock: clk, Signer: key.Signer(), Verifier: key.VKey(), Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestServicePublishMovesDeadlines(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := service(t, db, clk)
		in := Input{Rule: "cpc-336", Served: day(t, "2025-04-21"), Province: "تهران"}
		before, err := s.Compute(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := law(t).Compute(in); err != nil || !reflect.DeepEqual(plain, before) {
			t.Fatalf("the service and the tables differ: %v", err)
		}

		shut := Closure{Date: before.Last, Province: "استان تهران", Kind: KindGovernment, Closed: true, Courts: true,
			Name: Text{" آلودگي هوا", "Air pollution"}, Source: "استانداری تهران"}
		first, err := s.Publish(ctx, admin, shut)
		if err != nil {
			t.Fatal(err)
		}
		if first.Version != 1 || first.Province != "tehran" || first.Name.FA != "آلودگی هوا" ||
			first.PublishedBy != "p-admin" || !first.PublishedAt.Equal(storetest.Start) {
			t.Errorf("published %+v", first)
		}
		if got := lawEvidence(t, db, eventPublished); len(got) != 1 || !strings.Contains(got[0], `"id":"`+first.ID+`"`) ||
			!strings.Contains(got[0], `"province":"tehran"`) || !strings.Contains(got[0], `"version":1`) {
			t.Errorf("evidence %v", got)
		}
		after, err := s.Compute(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		if after.Last != before.Last.Add(1) || after.Safe != before.Safe || after.Calendar == before.Calendar {
			t.Errorf("after the closure: safe %s, last %s, calendar %s", after.Safe, after.Last, after.Calendar)
		}
		elsewhere, err := s.Compute(ctx, Input{Rule: in.Rule, Served: in.Served, Province: "Qom"})
		if err != nil || elsewhere.Last != before.Last {
			t.Errorf("Qom: last %s, %v", elsewhere.Last, err)
		}

		clk.Advance(time.Hour)
		shut.Closed = false
		second, err := s.Publish(ctx, admin, shut)
		if err != nil || second.Version != 2 {
			t.Fatalf("%+v, %v", second, err)
		}
		err = db.Write(ctx, func(tx *store.Tx) error {
			again, err := s.ComputeTx(ctx, tx, in)
			if err == nil && again.Last != before.Last {
				t.Errorf("taken back: last %s", again.Last)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.Entries(ctx)
		if err != nil || len(all) != 2 || !reflect.DeepEqual(all[0], first) || !all[0].Closed || all[1].Closed {
			t.Errorf("entries %+v, %v", all, err)
		}
		// No two computations share a calendar version.
		cal, err := s.Calendar(ctx)
		if err != nil || cal.Version() == after.Calendar || cal.Version() == before.Calendar {
			t.Errorf("version %s, %v", cal.Version(), err)
		}
	})
}

// Two databases with as many entries, but others, have calendars of other
// versions; services on the same entries share a version; nothing is merged
// twice.
func TestServiceNamesAndKeepsTheCalendar(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		ctx := context.Background()
		s, other := service(t, db, clk), service(t, db, clk)
		calendar := func(s *Service) *Calendar {
			c, err := s.Calendar(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		c := Closure{Date: day(t, "2025-05-12"), Kind: KindGovernment, Closed: true, Courts: true, Name: Text{"آ", "A"}, Source: "s"}
		if _, err := s.Publish(ctx, admin, c); err != nil {
			t.Fatal(err)
		}
		first := calendar(s)
		if calendar(s) != first {
			t.Error("the calendar was made again though nothing changed")
		}
		if got := calendar(other).Version(); got != first.Version() {
			t.Errorf("the same entries have versions %s and %s", first.Version(), got)
		}
		// As a restore of an older backup: the entry is gone, another is published.
		err := db.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, "DELETE FROM calendar_closure") })
		if err != nil {
			t.Fatal(err)
		}
		c.Date = day(t, "2025-05-13")
		if _, err := s.Publish(ctx, admin, c); err != nil {
			t.Fatal(err)
		}
		if second := calendar(s); second.Version() == first.Version() || !second.On(day(t, "2025-05-12"), "").Open || second.On(c.Date, "").Open {
			t.Errorf("version %s came again or is stale", second.Version())
		}
	})
}

func TestServiceClosesThursdays(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		open, err := New(Deps{DB: db})
		if err != nil {
			t.Fatal(err)
		}
		shut, err := New(Deps{DB: db, Options: Options{ThursdayClosed: true}})
		if err != nil {
			t.Fatal(err)
		}
		in := Input{Rule: "cpc-336", Served: day(t, "2025-04-23")}
		a, err := open.Compute(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		in.Served = in.Served.Add(int(day(t, "2025-05-15") - a.Last))
		if a, err = open.Compute(context.Background(), in); err != nil || a.Last.Weekday() != time.Thursday {
			t.Fatal(a.Last, err)
		}
		b, err := shut.Compute(context.Background(), in)
		if err != nil || b.Last != a.Last.Add(2) || b.Calendar == a.Calendar {
			t.Errorf("last %s instead of Saturday, calendar %s, %v", b.Last, b.Calendar, err)
		}
	})
}

func TestServicePublishesAYear(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := service(t, db, clk)
		in := Input{Rule: "cpc-336", Served: day(t, "1407-06-01")}
		if c, err := s.Compute(ctx, in); err != nil || !c.Uncertain {
			t.Fatalf("%v, %v", c.Uncertain, err)
		}
		for _, c := range []Closure{
			{Date: day(t, "1407-01-01"), Kind: KindYear, Closed: true, Name: Text{"سال ۱۴۰۷", "Year 1407"}, Source: "مرکز تقویم"},
			{Date: day(t, "1407-06-22"), Kind: KindLunar, Closed: true, Courts: true, Name: Text{"نمونه", "Sample"}, Source: "مرکز تقویم"},
		} {
			if _, err := s.Publish(ctx, admin, c); err != nil {
				t.Fatal(err)
			}
		}
		c, err := s.Compute(ctx, in)
		if err != nil || c.Uncertain || c.Last != day(t, "1407-06-23") {
			t.Errorf("uncertain %v, last %s, %v", c.Uncertain, c.Last.JalaliString(), err)
		}
		if r, err := s.Rule("cpc-336", in.Served); err != nil || r.Code != "cpc-336" {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestServicePublishRefuses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := service(t, db, clk)
		good := Closure{Date: day(t, "2025-05-12"), Kind: KindGovernment, Closed: true, Courts: true, Name: Text{"آ", "A"}, Source: "s"}
		for _, r := range append(policy.Roles(), policy.Nobody) {
			a := policy.Actor{Person: "p", Role: r, Assurance: 2}
			if r == policy.System {
				continue // the command line on the server
			}
			if r == policy.Administrator {
				a.Assurance = 1
			}
			if _, err := s.Publish(ctx, a, good); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%q: %v", r, err)
			}
		}
		for name, d := range map[string]Deps{
			"policies": {DB: db, Ledger: s.ledger}, "a ledger": {DB: db, Policy: s.policy},
		} {
			bare, err := New(d)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := bare.Publish(ctx, admin, good); !errs.Is(err, errs.Forbidden) {
				t.Errorf("without %s: %v", name, err)
			}
		}
		for want, change := range map[string]func(c *Closure){
			"province calendar.province.unknown": func(c *Closure) { c.Province = "x" },
			"kind calendar.kind.unknown":         func(c *Closure) { c.Kind = "x" },
			"date calendar.date.year":            func(c *Closure) { c.Kind = KindYear },
			"province calendar.province.year":    func(c *Closure) { c.Kind, c.Date, c.Province = KindYear, day(t, "1407-01-01"), "qom" },
			"name calendar.name.missing":         func(c *Closure) { c.Name.EN = " " },
			"source calendar.source.missing":     func(c *Closure) { c.Source = "\u200f" },
		} {
			c := good
			change(&c)
			if _, err := s.Publish(ctx, admin, c); fieldCode(err) != want {
				t.Errorf("got %s, want %s", fieldCode(err), want)
			}
		}
		if all, err := s.Entries(ctx); err != nil || len(all) != 0 {
			t.Errorf("refused and yet there: %v, %v", all, err)
		}
	})
}

func TestServicePublishAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := service(t, db, clk)
		c := Closure{Date: day(t, "2025-05-12"), Kind: KindGovernment, Closed: true, Courts: true, Name: Text{"آ", "A"}, Source: "s"}
		const n = 8
		errc := make(chan error, n)
		for range n {
			go func() {
				_, err := s.Publish(ctx, admin, c)
				errc <- err
			}()
		}
		ok := 0
		for range n {
			switch err := <-errc; {
			case err == nil:
				ok++
			case !errs.Is(err, errs.Conflict):
				t.Error(err)
			}
		}
		all, err := s.Entries(ctx)
		if err != nil || len(all) != ok || ok == 0 {
			t.Fatalf("%d entries of %d acknowledged, %v", len(all), ok, err)
		}
		for i, e := range all {
			if e.Version != int64(i+1) {
				t.Errorf("entry %d has version %d", i, e.Version)
			}
		}
		if got := lawEvidence(t, db, eventPublished); len(got) != ok {
			t.Errorf("%d pieces of evidence of %d entries", len(got), ok)
		}
	})
}

func TestServiceRefusesLikeTheTables(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		_, err := service(t, db, clk).Compute(context.Background(), Input{Rule: "x", Served: day(t, "2025-04-21")})
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Fields[0].Code != "calendar.rule.unknown" {
			t.Error(err)
		}
	})
}

// SPDX-License-Identifier: Apache-2.0

package series

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

const (
	testOrigin = "log.tarazu.example/1404"
	testDepth  = 3
)

var mods = []store.Migrations{ledger.Migrations, Migrations}

// rig is the numbering on a real log; notices are only their records.
type rig struct {
	*Service
	db    *store.DB
	clk   *clock.Fake
	key   ledger.Key
	made  int
	lines map[string][]string // of a person: notices in the order of the log
	wait  [][2]string         // staged, not in the log yet: person, notice
}

func each(t *testing.T, fn func(t *testing.T, r *rig)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		key, _, err := ledger.NewKey(testOrigin)
		if err != nil {
			t.Fatal(err)
		}
		fn(t, &rig{Service: serviceOn(t, db, clk, key, testOrigin), db: db, clk: clk, key: key, lines: map[string][]string{}})
	})
}

func serviceOn(t *testing.T, db *store.DB, clk *clock.Fake, key ledger.Key, origin string) *Service {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	l, err := ledger.New(ledger.Deps{DB: db, Clock: clk, Log: log, Signer: key.Signer(), Verifier: key.VKey(), Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	return &Service{d: Deps{DB: db, Log: log, Ledger: l, Depth: testDepth}, batch: 4}
}

// arrive stages what the arrival of a notice leaves in the log, and something
// that is no arrival.
func (r *rig) arrive(t *testing.T, person string) {
	t.Helper()
	r.made++
	n := fmt.Sprintf("notice-%d", r.made)
	err := r.db.WriteBlind(t.Context(), func(tx *store.Tx) error {
		for _, event := range []string{"notice.issued", eventArrived} {
			_, err := r.d.Ledger.StageTx(t.Context(), tx, ledger.Record{
				Event: event, Owner: person, Subject: n, Members: map[string]string{"recipient": person},
				Content: []byte(`{"paper":"` + n + `"}`),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r.wait = append(r.wait, [2]string{person, n})
}

// sequence gives what waits its place; the order within one instant is that of
// the ids of the records, which are made one after another.
func (r *rig) sequence(t *testing.T) {
	t.Helper()
	if _, err := r.d.Ledger.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, w := range r.wait {
		r.lines[w[0]] = append(r.lines[w[0]], w[1])
	}
	r.wait = nil
}

func (r *rig) number(t *testing.T) {
	t.Helper()
	if err := r.Number(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// kept reads all lines of a person.
func (r *rig) kept(t *testing.T, person string) []lineRow {
	t.Helper()
	rows, err := store.All[lineRow](t.Context(), r.db, sqlLines, person, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// sound fails unless the lines are those of the log, without a gap, chained,
// and every root is that of the tree by its definition.
func (r *rig) sound(t *testing.T) {
	t.Helper()
	heads := map[string]headRow{}
	for person, want := range r.lines {
		h, err := store.One[headRow](t.Context(), r.db, sqlHead, person)
		if err != nil {
			t.Fatalf("%s has no series: %v", person, err)
		}
		heads[person] = h
		got := r.kept(t, person)
		if len(got) != len(want) || h.Serial != int64(len(want)) {
			t.Fatalf("%s has %d lines and the head %d, want %d", person, len(got), h.Serial, len(want))
		}
		tag, _ := parseHash(h.Tag)
		link := startOf(tag)
		for i, l := range got {
			link = linkOf(link, int64(i+1), testOrigin, l.Index, Hash(l.Leaf))
			if l.Serial != int64(i+1) || l.Notice != want[i] || Hash(l.Link) != link {
				t.Fatalf("%s, line %d is %+v, want %s", person, i+1, l, want[i])
			}
		}
	}
	days, err := store.All[dayRow](t.Context(), r.db, `SELECT day, origin, cut, series, lines, root, evidence, signed_us FROM notice_series_day ORDER BY day`)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range days {
		if i > 0 && d.Day != days[i-1].Day+1 {
			t.Errorf("day %s is missing", days[i-1].Day+1)
		}
		if want, lines := r.tree(t, heads, d.Day); Hash(d.Root) != naive(want, 0, testDepth) || d.Series != int64(len(want)) || d.Lines != lines {
			t.Errorf("day %s: %d series, %d lines, root %s; want %d, %d, %s", d.Day, d.Series, d.Lines, Hash(d.Root), len(want), lines, naive(want, 0, testDepth))
		}
	}
}

// tree is the leaves as they were at the end of a day.
func (r *rig) tree(t *testing.T, heads map[string]headRow, day civil.Day) (out []Leaf, lines int64) {
	t.Helper()
	for person, h := range heads {
		tag, _ := parseHash(h.Tag)
		leaf := Leaf{Tag: tag}
		for _, l := range r.kept(t, person) {
			if l.Day <= day {
				leaf.Count, leaf.Link = l.Serial, Hash(l.Link)
			}
		}
		if lines += leaf.Count; leaf.Count > 0 {
			out = append(out, leaf)
		}
	}
	return out, lines
}

func (r *rig) one(t *testing.T, query string, args ...any) int64 {
	t.Helper()
	n, err := store.One[int64](context.Background(), r.db, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

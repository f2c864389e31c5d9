// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestAuditNamesTheRow flips one bit in each column of an old row, in turn, and
// puts it back.
func TestAuditNamesTheRow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		ctx := t.Context()
		acts := stage(t, l, "o", 300)
		sequence(t, l, 300)
		acts = append(acts, stage(t, l, "o", 10)...)
		sequence(t, l, 10)
		waiting := stage(t, l, "o", 2)
		clean(t, l)
		victim := acts[140]
		e, err := store.One[entry](ctx, l.db, sqlEntry, victim.owner, victim.id)
		if err != nil {
			t.Fatal(err)
		}
		flip := func(b []byte, at int) []byte {
			b = slices.Clone(b)
			b[at] ^= 1
			return b
		}
		set := func(column string, value any, id string) {
			t.Helper()
			if n := exec(t, l, `UPDATE ledger_entry SET `+column+` = $1 WHERE id = $2`, value, id); n != 1 {
				t.Fatalf("%s: %d rows changed", column, n)
			}
		}
		for i, c := range []struct {
			column    string
			bad, good any
			code      string
		}{
			{"record", flip(e.Record, 0), e.Record, FoundRecord},
			{"record", flip(e.Record, len(e.Record)/2), e.Record, FoundRecord},
			{"record", flip(e.Record, len(e.Record)-1), e.Record, FoundRecord},
			{"leaf_hash", flip(e.LeafHash, 31), e.LeafHash, FoundColumn},
			{"content", flip(e.Content, 6), e.Content, FoundContent},
			{"content", []byte{}, e.Content, FoundContent},
			{"owner", "p", e.Owner, FoundColumn},
			{"staged_us", e.Staged.UnixMicro() ^ 1, e.Staged, FoundColumn},
			{"idx", *e.Index ^ 1, *e.Index, FoundTwice},
			{"idx", *e.Index | 1<<40, *e.Index, FoundBeyond},
			{"idx", -*e.Index, *e.Index, FoundBeyond},
		} {
			set(c.column, c.bad, victim.id)
			found, err := l.Audit(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(found, func(f Finding) bool { return f.Code == c.code && (f.ID == victim.id || c.code == FoundTwice) }) {
				t.Errorf("%d: %s changed: %v; want %s naming %s", i, c.column, found, c.code, victim.id)
			}
			if !slices.ContainsFunc(found, func(f Finding) bool { return f.ID == victim.id }) {
				t.Errorf("%d: %s changed: no finding names the entry: %v", i, c.column, found)
			}
			set(c.column, c.good, victim.id)
		}
		set("idx", nil, victim.id)
		if found, err := l.Audit(ctx); err != nil || !strings.Contains(fmt.Sprint(found), "missing at 140") {
			t.Errorf("place taken away: %v, %v", found, err)
		}
		set("idx", e.Index, victim.id)

		set("id", "changed", victim.id)
		if found, err := l.Audit(ctx); err != nil || !strings.Contains(fmt.Sprint(found), victim.id) {
			t.Errorf("id changed: %v, %v", found, err)
		}
		set("id", victim.id, "changed")

		set("leaf_hash", flip(e.LeafHash, 0), waiting[1].id)
		if found, err := l.Audit(ctx); err != nil || len(found) != 1 || found[0].ID != waiting[1].id {
			t.Errorf("waiting row changed: %v, %v", found, err)
		}
	})
}

// TestAuditFindsDamage damages what was computed from the rows.
func TestAuditFindsDamage(t *testing.T) {
	t.Parallel()
	const grow = `UPDATE ledger_tile SET hashes = (SELECT hashes FROM ledger_tile WHERE level = 0 AND n = 0) WHERE level = 0 AND n = 1`
	for name, c := range map[string]struct {
		damage string
		code   string
	}{
		"full tile":        {`UPDATE ledger_tile SET hashes = (SELECT hashes FROM ledger_tile WHERE level = 0 AND n = 1) WHERE level = 0 AND n = 0`, FoundTile},
		"last tile":        {`UPDATE ledger_tile SET hashes = (SELECT leaf_hash FROM ledger_entry WHERE idx = 0), width = 1 WHERE level = 0 AND n = 2`, FoundHead},
		"last tile gone":   {`DELETE FROM ledger_tile WHERE level = 0 AND n = 2`, FoundTile},
		"second full tile": {grow, FoundTile},
		"upper tile":       {`UPDATE ledger_tile SET hashes = (SELECT leaf_hash FROM ledger_entry WHERE idx = 0), width = 1 WHERE level = 1`, FoundTile},
		"upper tile gone":  {`DELETE FROM ledger_tile WHERE level = 1`, FoundTile},
		"entry gone":       {`DELETE FROM ledger_entry WHERE idx = 77`, FoundMissing},
		"old checkpoint":   {`UPDATE ledger_checkpoint SET note = (SELECT note FROM ledger_checkpoint WHERE size = 600) WHERE size = 300`, FoundCheckpoint},
		"checkpoint added": {`INSERT INTO ledger_checkpoint (origin, size, note, at_us) SELECT origin, 900, note, at_us FROM ledger_checkpoint WHERE size = 600`, FoundBeyond},
		"head rolled back": {`UPDATE ledger_head SET size = 300, checkpoint = (SELECT note FROM ledger_checkpoint WHERE size = 300)`, FoundHead},
		"head's note":      {`UPDATE ledger_head SET checkpoint = (SELECT note FROM ledger_checkpoint WHERE size = 300)`, FoundHead},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
				stage(t, l, "o", 300)
				sequence(t, l, 300)
				stage(t, l, "o", 300)
				sequence(t, l, 300)
				clean(t, l)
				if n := exec(t, l, c.damage); n != 1 {
					t.Fatalf("%d rows damaged", n)
				}
				found, err := l.Audit(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(found, func(f Finding) bool { return f.Code == c.code }) {
					t.Errorf("found %v, want %s", found, c.code)
				}
			})
		})
	}
}

// TestAuditOfAnInsider changes a record and everything we keep that depends on
// it, short of the signature: the root gives it away.
func TestAuditOfAnInsider(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		ctx := t.Context()
		acts := stage(t, l, "o", 3)
		sequence(t, l, 3)
		e, err := store.One[entry](ctx, l.db, sqlEntry, "o", acts[1].id)
		if err != nil {
			t.Fatal(err)
		}
		record := []byte(strings.Replace(string(e.Record), `"role":"citizen"`, `"role":"lawyer"`, 1))
		leaf := rfc6962Leaf(record)
		tile, err := store.One[tileRow](ctx, l.db, sqlTile, testOrigin, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		copy(tile.Hashes[32:], leaf[:])
		exec(t, l, `UPDATE ledger_entry SET record = $1, leaf_hash = $2 WHERE id = $3`, record, leaf[:], e.ID)
		exec(t, l, `UPDATE ledger_tile SET hashes = $1`, tile.Hashes)
		found, err := l.Audit(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, f := range found {
			codes = append(codes, f.Code)
		}
		if want := []string{FoundCheckpoint, FoundHead, FoundRoot}; !slices.Equal(codes, want) {
			t.Errorf("found %v, want %v", found, want)
		}
	})
}

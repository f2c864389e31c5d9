// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bufio"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestKilledChain is no test: it is the process that TestKillInAChange kills. It
// stages, sequences and ends one log after another, and says what was
// committed.
func TestKilledChain(t *testing.T) {
	dsn := os.Getenv("TARAZU_TEST_CHAIN")
	if dsn == "" {
		return
	}
	clk := clock.System{}
	db, err := store.Open(t.Context(), dsn, store.Options{Clock: clk})
	if err != nil {
		t.Fatal(err)
	}
	l := startChain(t, db, clk, os.Getenv("TARAZU_TEST_KEY"))
	late := other(t, l)
	var said sync.Mutex
	var wg sync.WaitGroup
	work := make(chan struct{}) // the sequencer sets the pace, so that what comes of it can be looked through
	for i, p := range []*Ledger{l, late, l} {
		wg.Go(func() {
			for range work {
				for _, a := range stage(t, p, fmt.Sprintf("o%d", i), 2) {
					said.Lock()
					fmt.Println("kept " + a.owner + " " + a.id)
					said.Unlock()
				}
			}
		})
	}
	wg.Go(func() {
		for {
			if _, err := l.Sequence(t.Context()); err != nil {
				t.Error(err)
			}
			for range 4 {
				work <- struct{}{}
			}
		}
	})
	wg.Go(func() {
		for range work {
			said.Lock()
			fmt.Println("ending")
			said.Unlock()
			if err := l.TurnSame(t.Context(), l.Origin(), WhyShard); err != nil && codeOf(err) != "ledger.shard_ended" {
				t.Error(err)
			}
		}
	})
	wg.Wait()
}

// TestKillInAChange kills a process with -9 while it ends one log after
// another: what it had committed stands in the chain once and is proved from the
// first key, and every log is closed where the next one says.
func TestKillInAChange(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			dsn, key := storetest.DSN(t, engine), filepath.Join(t.TempDir(), "ledger.key")
			db := storetest.Open(t, dsn, clock.System{}, mods...)
			startChain(t, db, clock.System{}, key)
			kept := map[string]bool{}
			for life := range 4 {
				cmd := osexec.Command(os.Args[0], "-test.run=^TestKilledChain$") //nolint:gosec // this test itself
				cmd.Env = append(os.Environ(), "TARAZU_TEST_CHAIN="+dsn, "TARAZU_TEST_KEY="+key)
				out, err := cmd.StdoutPipe()
				if err == nil {
					err = cmd.Start()
				}
				if err != nil {
					t.Fatal(err)
				}
				lines, ends := bufio.NewScanner(out), 0
				for lines.Scan() {
					f := strings.Fields(lines.Text())
					switch {
					case len(f) == 3 && f[0] == "kept":
						kept[f[1]+" "+f[2]] = true
					case len(f) == 1 && f[0] == "ending":
						if ends++; ends == 3+2*life { // a change is under way
							go func() { _ = cmd.Process.Kill() }()
						}
					default:
						t.Errorf("life %d: %s", life, lines.Text())
					}
				}
				if err := cmd.Wait(); err == nil {
					t.Fatal("it was not killed")
				}
			}
			// The server may still commit what the dead have sent.
			for engine == "postgres" {
				n, err := store.One[int64](t.Context(), db, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`)
				if err != nil {
					t.Fatal(err)
				}
				if n == 0 {
					break
				}
			}
			l := startChain(t, db, clock.System{}, key)
			if _, err := l.Sequence(t.Context()); err != nil {
				t.Fatal(err)
			}
			rows, err := store.All[struct {
				Owner string `db:"owner"`
				ID    string `db:"id"`
			}](t.Context(), db, `SELECT owner, id FROM ledger_entry WHERE owner <> $1`, ShardOwner)
			if err != nil {
				t.Fatal(err)
			}
			var acts []act
			for _, r := range rows {
				acts = append(acts, act{r.Owner, r.ID})
			}
			for a := range kept {
				owner, id, _ := strings.Cut(a, " ")
				if !slices.Contains(acts, act{owner, id}) {
					t.Errorf("%s was committed and is lost", a)
				}
			}
			in := soundChain(t, l, acts)
			if len(kept) < 20 || len(in) < 3 {
				t.Errorf("%d records in %v: the test sees nothing", len(kept), in)
			}
			t.Logf("%d records said to be kept, %d there, in %d logs", len(kept), len(acts), len(in))
		})
	}
}

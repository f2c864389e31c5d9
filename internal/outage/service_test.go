// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
	"github.com/tarazu/tarazu/internal/platform/web"
)

var mods = []store.Migrations{jobs.Migrations, ledger.Migrations, Migrations}

var admin = policy.Actor{Person: "p-admin", Role: policy.Administrator, Assurance: 2}

// rig is a service on a database, which remembers what it published.
type rig struct {
	*Service
	db  *store.DB
	clk *clock.Fake
	run *jobs.Runner

	mu    sync.Mutex
	heard []Changed
}

func newRig(t *testing.T, db *store.DB, clk *clock.Fake) *rig {
	t.Helper()
	e, err := policy.New(Policy())
	if err != nil {
		t.Fatal(err)
	}
	const origin = "log.tarazu.example/test"
	key, _, err := ledger.NewKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.New(ledger.Deps{DB: db, Clock: clk, Signer: key.Signer(), Verifier: key.VKey(), Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	g := &rig{db: db, clk: clk, run: jobs.New(jobs.Deps{DB: db, Clock: clk})}
	jobs.Subscribe(g.run, "test", func(_ context.Context, e Changed) error {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.heard = append(g.heard, e)
		return nil
	})
	words, err := i18n.NewCatalog(i18n.Locale, web.Locale, pdf.Locale, Locale)
	if err != nil {
		t.Fatal(err)
	}
	papers, err := pdf.New(words)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := pdf.LoadOrCreateSigner(filepath.Join(t.TempDir(), "paper.pem"), origin, clk.Now())
	if err != nil {
		t.Fatal(err)
	}
	files, err := blob.Open(t.Context(), "mem:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := files.Close(); err != nil {
			t.Error(err)
		}
	})
	g.Service, err = New(Deps{
		DB: db, Jobs: g.run, Ledger: l, Policy: e, Catalog: words, Blobs: files, Papers: papers, Signer: signer, BaseURL: "http://localhost",
	})
	if err != nil {
		t.Fatal(err)
	}
	g.Jobs()
	return g
}

// told runs what waits and returns what was published since it was last asked.
func (g *rig) told(t *testing.T) []Changed {
	t.Helper()
	if _, err := g.run.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	out := g.heard
	g.heard = nil
	return out
}

// events lists what the ledger has been told, the oldest first.
func (g *rig) events(t *testing.T) (out []string) {
	t.Helper()
	rows, err := store.All[[]byte](t.Context(), g.db, `SELECT record FROM ledger_entry WHERE owner = 'outage' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range rows {
		r := string(b)
		for _, act := range []Act{Opened, Closed, Reopened, Corrected, Withdrawn} {
			if strings.Contains(r, "outage."+string(act)) {
				out = append(out, string(act))
			}
		}
		if strings.Contains(r, "p-admin") {
			t.Error("a receipt that everybody may read names a person")
		}
	}
	return out
}

func codes(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return fmt.Sprint(err)
	}
	s := e.Code
	for _, f := range e.Fields {
		s += " " + f.Name + ":" + f.Code
	}
	return s
}

var said = Text{FA: "خرابی پایگاه داده", EN: "The database failed"}

func TestDeclareCorrectCloseWithdraw(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		ctx, g := t.Context(), newRig(t, db, clk)
		start := clk.Now().Add(-2 * time.Hour)
		i, err := g.Declare(ctx, admin, Facts{Part: "login", From: start, Cause: Ours, Text: said})
		if err != nil {
			t.Fatal(err)
		}
		if !i.Open() || i.Version != 1 || i.Origin != Declared || i.Evidence == "" {
			t.Errorf("declared %+v", i)
		}
		if e := g.told(t); len(e) != 1 || e[0].Was != nil || e[0].Interval.ID != i.ID {
			t.Errorf("published %+v", e)
		}
		touching := func(parts []string, from, to time.Duration) string {
			list, err := g.Touching(ctx, db, parts, start.Add(from), start.Add(to))
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(len(list))
		}
		if got := touching([]string{"login", "inbox"}, time.Hour, 2*time.Hour) + touching([]string{"inbox"}, time.Hour, 2*time.Hour) + touching([]string{"login"}, -time.Hour, 0); got != "100" {
			t.Errorf("touching while it lasts: %s", got)
		}
		clk.Advance(time.Minute)
		closed, err := g.Close(ctx, admin, i.ID, 1, clk.Now())
		if err != nil || closed.Open() || closed.Version != 2 {
			t.Fatalf("closed %+v, %v", closed, err)
		}
		if _, err := g.Close(ctx, admin, i.ID, 1, clk.Now()); codes(err) != "outage.changed_meanwhile" {
			t.Errorf("closed from an old page: %v", err)
		}
		if _, err := g.Close(ctx, admin, i.ID, 2, clk.Now()); codes(err) != "outage.not_open" {
			t.Errorf("closed twice: %v", err)
		}
		f := Facts{Part: "login", From: start.Add(time.Hour), To: start.Add(90 * time.Minute), Cause: Theirs, Text: said}
		if _, err := g.Correct(ctx, admin, i.ID, 2, f, " "); codes(err) != "errs.invalid_fields reason:outage.reason.missing" {
			t.Errorf("corrected without a reason: %v", err)
		}
		fixed, err := g.Correct(ctx, admin, i.ID, 2, f, "the log of the data centre")
		if err != nil || fixed.Cause != Theirs || !fixed.From.Equal(f.From) {
			t.Fatalf("corrected %+v, %v", fixed, err)
		}
		if got := touching([]string{"login"}, 0, time.Hour) + touching([]string{"login"}, 0, 61*time.Minute); got != "01" {
			t.Errorf("touching after the correction: %s", got)
		}
		g.told(t)
		if _, err := g.Withdraw(ctx, admin, i.ID, 3, "another service was meant"); err != nil {
			t.Fatal(err)
		}
		if e := g.told(t); len(e) != 1 || !e[0].Interval.Withdrawn || e[0].Was == nil || e[0].Was.Withdrawn {
			t.Errorf("published %+v", e)
		}
		if got := touching([]string{"login"}, 0, 3*time.Hour); got != "0" {
			t.Errorf("touching what was withdrawn: %s", got)
		}
		if _, err := g.Correct(ctx, admin, i.ID, 4, f, "again"); codes(err) != "outage.withdrawn_already" {
			t.Errorf("corrected what was withdrawn: %v", err)
		}
		_, versions, err := g.Get(ctx, i.ID)
		if err != nil {
			t.Fatal(err)
		}
		var acts []string
		for _, v := range versions {
			acts = append(acts, fmt.Sprintf("%d %s %s %v %s", v.Version, v.Act, v.Person, v.Reason != "", v.From.Sub(start)))
		}
		if got := strings.Join(acts, "; "); got != "1 opened p-admin false 0s; 2 closed p-admin false 0s; 3 corrected p-admin true 1h0m0s; 4 withdrawn p-admin true 1h0m0s" {
			t.Errorf("versions %s", got)
		}
		if got := strings.Join(g.events(t), " "); got != "opened closed corrected withdrawn" {
			t.Errorf("evidence %s", got)
		}
	})
}

func TestDeclareRefuses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		g, now := newRig(t, db, clk), clk.Now()
		fine := func() Facts { return Facts{Part: "login", From: now.Add(-time.Hour), Cause: Ours, Text: said} }
		for _, c := range []struct {
			name  string
			alter func(f *Facts)
			want  string
		}{
			{"part", func(f *Facts) { f.Part = "moon" }, "part:outage.part.unknown"},
			{"cause", func(f *Facts) { f.Cause = "fate" }, "cause:outage.cause.unknown"},
			{"no beginning", func(f *Facts) { f.From = time.Time{} }, "from:outage.from.too_old"},
			{"old", func(f *Facts) { f.From = now.AddDate(-2, 0, 0) }, "from:outage.from.too_old"},
			{"ahead", func(f *Facts) { f.From = now.Add(time.Hour) }, "from:outage.from.future"},
			{"ends before", func(f *Facts) { f.To = f.From }, "to:outage.to.before_from"},
			{"ends ahead", func(f *Facts) { f.To = now.Add(time.Hour) }, "to:outage.to.future"},
			{"far ahead", func(f *Facts) { f.Cause, f.From = Planned, now.AddDate(1, 0, 0) }, "from:outage.from.future"},
			{"one language", func(f *Facts) { f.Text.EN = "" }, "text_en:outage.text.missing"},
			{"a book", func(f *Facts) { f.Text.FA = strings.Repeat("خ", maxText) }, "text_fa:outage.text.long"},
		} {
			f := fine()
			c.alter(&f)
			if _, err := g.Declare(t.Context(), admin, f); codes(err) != "errs.invalid_fields "+c.want {
				t.Errorf("%s: %s", c.name, codes(err))
			}
		}
		f := fine()
		f.Cause, f.From, f.To = Planned, now.AddDate(0, 0, 7), now.AddDate(0, 0, 8)
		if _, err := g.Declare(t.Context(), admin, f); err != nil {
			t.Errorf("planned: %v", err)
		}
		for _, role := range policy.Roles() {
			a := policy.Actor{Person: "p", Role: role, Assurance: 3}
			_, err := g.Declare(t.Context(), a, fine())
			if allowed := role == policy.Administrator; allowed != (err == nil) || !allowed && !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v", role, err)
			}
		}
	})
}

func TestChangedKeepsItsForm(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	in := Changed{Interval: Interval{ID: "i", Version: 2, Part: "login", From: at, Cause: Ours, Origin: Automatic, Changed: at}, Was: &Interval{ID: "i", From: at}}
	b, err := json.Marshal(in)
	if err != nil || strings.Contains(string(b), `"to"`) {
		t.Fatalf("%s, %v", b, err)
	}
	var out Changed
	if err := json.Unmarshal(b, &out); err != nil || !out.Interval.To.IsZero() || out.Interval != in.Interval {
		t.Errorf("%+v, %v", out, err)
	}
}

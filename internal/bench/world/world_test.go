// SPDX-License-Identifier: Apache-2.0

package world_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/bench/world"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestPreparedFilingsCanBeSubmitted on both engines, with the code computed
// here as identity computes it.
func TestPreparedFilingsCanBeSubmitted(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			ctx, dir := t.Context(), t.TempDir()
			out, err := world.NewOutside()
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close(ctx)
			dsn := "sqlite:" + filepath.Join(dir, "db")
			if engine == "postgres" {
				dsn = storetest.DSN(t, engine)
			}
			cfg, err := config.Load("", out.Vars(dir, dsn))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := store.Migrate(ctx, dsn, app.Migrations()...); err != nil {
				t.Fatal(err)
			}
			a, err := app.New(ctx, cfg, app.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close(ctx)
			if err := world.Country(ctx, a); err != nil {
				t.Fatal(err)
			}
			people, err := out.People(ctx, a, 1, 3, "")
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			list, err := world.Signable(ctx, a, people, 100)
			if err != nil {
				t.Fatal(err)
			}
			t.Log("prepared in", time.Since(start))
			if err := world.Sign(ctx, a, list); err != nil {
				t.Fatal(err)
			}
			t.Log("signed in", time.Since(start))
			key, err := world.CodeKey(cfg)
			if err != nil {
				t.Fatal(err)
			}
			numbers := map[string]bool{}
			for _, f := range list {
				have, _, err := a.Filing.Get(ctx, f.Owner, f.ID)
				if err != nil {
					t.Fatal(err)
				}
				done, err := a.Filing.Submit(ctx, f.Owner, f.ID, world.Code(key, have.Code))
				if err != nil {
					t.Fatal(err)
				}
				numbers[done.CaseNumber] = true
			}
			t.Log("submitted in", time.Since(start))
			if len(numbers) != len(list) {
				t.Errorf("%d case numbers for %d filings", len(numbers), len(list))
			}
		})
	}
}

// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"testing"

	"github.com/tarazu/tarazu/internal/app"
	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestBackupOfEverything takes a backup of a country with a served case,
// restores it into both engines, and finds every row and a consistent log.
func TestBackupOfEverything(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		e.Person(Defendant)
		f := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, f.Case)
		n := e.Serve(Clerk, f, Defendant)
		e.Open(Defendant, n)
		proof := e.As(Plaintiff).Get("/filings/" + f.ID + "/receipt").Want(http.StatusOK)

		var archive bytes.Buffer
		sum, err := e.App.DB.Backup(t.Context(), &archive)
		if err != nil {
			t.Fatal(err)
		}
		if sum.Rows < 100 {
			t.Fatalf("the backup has %d rows", sum.Rows)
		}
		key, err := ledger.LoadOrCreateKey(e.App.Config.Ledger.KeyFile, e.App.Config.Ledger.Origin)
		if err != nil {
			t.Fatal(err)
		}
		report, err := receipt.Verify([]byte(proof.Body), receipt.Options{Keys: []string{key.VKey()}})
		if err != nil {
			t.Fatalf("the receipt: %+v, %v", report, err)
		}
		for _, engine := range storetest.Engines {
			dsn := storetest.DSN(t, engine)
			got, err := store.Restore(t.Context(), dsn, bytes.NewReader(archive.Bytes()), app.Migrations()...)
			if err != nil {
				t.Errorf("into %s: %v", engine, err)
				continue
			}
			if got.Rows != sum.Rows || got.SHA256 != sum.SHA256 {
				t.Errorf("into %s: %+v, want %+v", engine, got, sum)
			}
			inspect(t, e, dsn, engine, key, f)
		}
	})
}

// inspect starts the program on a restored database and audits its log.
func inspect(t *testing.T, e *Env, dsn, engine string, key ledger.Key, f Filed) {
	t.Helper()
	cfg := e.App.Config
	cfg.Database = dsn
	a, err := app.New(t.Context(), cfg, app.Options{Clock: e.Clock, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Doubles: e.App.Doubles})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	found, err := a.Ledger.Audit(t.Context())
	if err != nil || len(found) > 0 {
		t.Errorf("audit in %s: %v, %v", engine, found, err)
	}
	file, kept, err := a.Filing.Receipt(t.Context(), e.Actor(Plaintiff), f.ID)
	if err != nil || kept.Tracking != f.Tracking {
		t.Fatalf("receipt in %s: %v", engine, err)
	}
	if _, err := receipt.Verify(file, receipt.Options{Keys: []string{key.VKey()}}); err != nil {
		t.Errorf("receipt in %s: %v", engine, err)
	}
}

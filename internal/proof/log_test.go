// SPDX-License-Identifier: Apache-2.0

package proof_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestLogIsOpen: everybody's program reads checkpoint and hashes, may keep the
// tiles for ever, and finds nothing of what was recorded.
func TestLogIsOpen(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		err := e.App.DB.WriteBlind(t.Context(), func(tx *store.Tx) error {
			for range 300 {
				if _, err := e.App.Ledger.StageTx(t.Context(), tx, ledger.Record{Event: "x.y", Owner: "o", Subject: "secret-subject"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			_, err = e.App.Ledger.Sequence(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		base := "/log/" + e.App.Ledger.Origin()
		visitor := e.Anonymous()
		point := visitor.Get(base + "/checkpoint").Want(http.StatusOK)
		if !strings.HasPrefix(point.Body, e.App.Ledger.Origin()+"\n") || !strings.HasPrefix(point.Header.Get("Content-Type"), "text/plain") || point.Header.Get("Cache-Control") != "public, max-age=1" {
			t.Errorf("%q %v", point.Body, point.Header)
		}
		full := visitor.Get(base + "/tile/0/000").Want(http.StatusOK)
		if len(full.Body) != 256*32 || !strings.Contains(full.Header.Get("Cache-Control"), "immutable") || full.Header.Get("Content-Encoding") != "" || full.Header.Get("Set-Cookie") != "" {
			t.Errorf("%d bytes, %v", len(full.Body), full.Header)
		}
		part := visitor.Get(base + "/tile/0/000.p/17").Want(http.StatusOK)
		if !bytes.Equal([]byte(part.Body), []byte(full.Body)[:17*32]) {
			t.Error("a partial tile is not the beginning of the full one")
		}
		for _, none := range []string{"/tile/entries/000", "/tile/0/001", "/tile/0/999", "/tile/0/0", "/tile/9/000", "/", "/tile/0/000.p/256"} {
			visitor.Get(base + none).Want(http.StatusNotFound)
		}
		visitor.Get("/log/another.example/checkpoint").Want(http.StatusNotFound)
		if strings.Contains(full.Body+point.Body, "secret") {
			t.Error("what was recorded is shown")
		}
	})
}

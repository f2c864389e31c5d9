// SPDX-License-Identifier: Apache-2.0

package sandbox_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

func TestSet(t *testing.T) {
	t.Parallel()
	for _, x := range []sandbox.Fault{
		{Mode: "odd"},
		{Mode: sandbox.Slow},
		{Mode: sandbox.OK, DelayMS: 1},
		{Mode: sandbox.Slow, DelayMS: -1},
		{Mode: sandbox.Down, How: sandbox.Garbage},
		{Mode: sandbox.Wrong, How: sandbox.Busy},
		{Mode: sandbox.Flapping},
		{Mode: sandbox.Flapping, Pattern: "uxd"},
		{Mode: sandbox.Down, Pattern: "ud"},
	} {
		var f sandbox.Faults
		if err := f.Set(x); err == nil {
			t.Errorf("%+v was taken", x)
		}
		if f.Get().Mode != sandbox.OK {
			t.Errorf("%+v changed the switch", x)
		}
	}
}

// TestServer sets a double's switch over HTTP, as a person at the demo does.
func TestServer(t *testing.T) {
	t.Parallel()
	d := simowner.NewDouble("secret")
	d.Add(simowner.Pair{NationalCode: "0000000019", Mobile: "+989120000019"})
	s, err := sandbox.Serve("127.0.0.1:0", slog.New(slog.DiscardHandler), d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = s.Close(ctx)
	})
	c := simowner.New(link.New(link.Options{Name: d.Name(), BaseURL: s.URL(d.Name()), Token: "secret", Clock: clock.System{}}))
	control := func(method, token, body string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL(d.Name())+"/_control", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		out, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(out)
	}
	owns := func() error {
		_, err := c.Owns(t.Context(), "0000000019", "+989120000019")
		return err
	}

	if err := owns(); err != nil {
		t.Fatal(err)
	}
	if status, _ := control(http.MethodPost, "guess", `{"mode":"down"}`); status != http.StatusUnauthorized {
		t.Errorf("without the token: %d", status)
	}
	if status, body := control(http.MethodPost, "secret", `{"mode":"down","how":"503"}`); status != http.StatusOK || !strings.Contains(body, `"503"`) {
		t.Errorf("%d %s", status, body)
	}
	if err := owns(); !errs.Is(err, errs.Unavailable) {
		t.Errorf("down: %v", err)
	}
	if status, _ := control(http.MethodPost, "secret", `{"mode":"sideways"}`); status != http.StatusUnprocessableEntity {
		t.Errorf("unknown mode: %d", status)
	}
	if status, _ := control(http.MethodPost, "secret", `{"mood":"ok"}`); status != http.StatusBadRequest {
		t.Errorf("unknown field: %d", status)
	}
	if status, _ := control(http.MethodPost, "secret", `{"mode":"ok"}`); status != http.StatusOK {
		t.Errorf("ok: %d", status)
	}
	if status, body := control(http.MethodGet, "secret", ""); status != http.StatusOK || strings.TrimSpace(body) != `{"mode":"ok"}` {
		t.Errorf("%d %s", status, body)
	}
	if err := owns(); err != nil {
		t.Errorf("up again: %v", err)
	}
}

func TestServerIsLocal(t *testing.T) {
	t.Parallel()
	if s, err := sandbox.Serve("0.0.0.0:0", slog.New(slog.DiscardHandler)); err == nil {
		_ = s.Close(context.Background())
		t.Error("doubles were offered to the network")
	}
}

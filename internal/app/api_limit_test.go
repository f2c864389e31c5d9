// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestAPILimitOfTwoServers: two servers on one database have one limit.
func TestAPILimitOfTwoServers(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			e := New(t, engine, "TARAZU_LIMITS_API_TOKEN=10/1h", "TARAZU_LIMITS_API_ADDRESS=12/1h")
			beside := besides(t, e)
			here := e.API(Plaintiff)
			at := func(site string) *APIClient {
				return &APIClient{Env: onSite(e, site), Who: Plaintiff, Token: here.Token, Lang: "en"}
			}
			one, other := at(e.URL), at(beside)
			for range 5 {
				one.Get("/account").Want(http.StatusOK)
				other.Get("/account").Want(http.StatusOK)
			}
			for _, c := range []*APIClient{one, other} {
				if a := c.Get("/account").Want(http.StatusTooManyRequests); a.Header.Get("Retry-After") == "" {
					t.Error("nobody says when to come again")
				}
			}
			e.Clock.Advance(6 * time.Minute)
			other.Get("/account").Want(http.StatusOK)
			one.Get("/account").Want(http.StatusTooManyRequests)

			e.Clock.Advance(time.Hour)
			one.Token, other.Token = "", ""
			for range 6 {
				one.Get("/services").Want(http.StatusOK)
				other.Get("/services").Want(http.StatusOK)
			}
			one.Get("/services").Want(http.StatusTooManyRequests)
			other.Get("/services").Want(http.StatusTooManyRequests)
		})
	}
}

// besides starts a second server on the database of the first.
func besides(t *testing.T, e *Env) (url string) {
	t.Helper()
	a, err := app.New(t.Context(), e.App.Config, app.Options{Clock: &clock.Shifted{Base: e.Clock}, Version: "test", Doubles: e.App.Doubles})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(a.Handler())
	t.Cleanup(func() {
		srv.Close()
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return srv.URL
}

// onSite is a test whose programs call another server.
func onSite(e *Env, site string) *Env { return &Env{T: e.T, App: e.App, Clock: e.Clock, URL: site} }

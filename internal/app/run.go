// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tarazu/tarazu/internal/platform/web"
)

// grace is how long requests under way may take when the program ends.
const grace = 20 * time.Second

// Serve answers HTTP on l until ctx ends, then lets requests finish. It looks
// after its own parts meanwhile (outage).
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	srv := web.HTTPServer(a.handler, a.Log)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		err := srv.Serve(l)
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return err
	})
	g.Go(func() error { return a.probe(gctx, l.Addr()) })
	g.Go(func() error {
		<-gctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		return srv.Shutdown(stop)
	})
	return g.Wait()
}

// Work runs jobs and sequences the ledger until ctx ends. Any number of
// processes may work on one database.
func (a *App) Work(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.Jobs.Run(gctx) })
	g.Go(func() error { return a.Ledger.Run(gctx) })
	return g.Wait()
}

// localOnly answers those on this machine; metrics are for the operator.
func localOnly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		addr, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !addr.Addr().IsLoopback() || proxied(r) {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// proxied tells whether a request came through a proxy, or for another name
// than this machine's own.
func proxied(r *http.Request) bool {
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-Ip", "Via"} {
		if _, there := r.Header[name]; there {
			return true
		}
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	addr, err := netip.ParseAddr(host)
	return host != "localhost" && (err != nil || !addr.IsLoopback())
}

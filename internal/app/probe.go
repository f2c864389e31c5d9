// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// pathProbe is where the server asks itself whether a part can be used.
const pathProbe = "/status/probe/"

// prober is as whom the parts are asked: nobody's account, so that nobody's data
// is read.
var prober = policy.Actor{Person: "probe", Role: policy.Citizen, Assurance: 1}

// nothing is the id of a thing that is not there.
const nothing = "00000000-0000-7000-8000-000000000000"

// ownParts are what each own part's page does first, on the same database: the
// statements of the lists and of a single thing, and for filing also a write.
func (a *App) ownParts() map[string]func(ctx context.Context) error {
	absent := func(err error) error {
		if err == nil || errs.Is(err, errs.NotFound) || errs.Is(err, errs.Unauthenticated) {
			return nil
		}
		return err
	}
	return map[string]func(ctx context.Context) error{
		"login": func(ctx context.Context) error {
			_, err := a.Identity.Actor(ctx, prober.Person, nothing)
			return absent(err)
		},
		"inbox": func(ctx context.Context) error {
			_, err := a.Notice.Inbox(ctx, prober, notice.FilterAll, notice.Page{})
			return err
		},
		"viewing": func(ctx context.Context) error {
			_, err := a.Notice.Get(ctx, prober, nothing)
			return absent(err)
		},
		"filing": func(ctx context.Context) error {
			if _, err := a.Filing.Mine(ctx, prober); err != nil {
				return err
			}
			if _, err := a.Catalogue.List(ctx, civil.Of(a.Clock.Now())); err != nil {
				return err
			}
			return a.DB.Write(ctx, func(*store.Tx) error { return nil })
		},
		"payment": func(ctx context.Context) error {
			_, err := a.Payment.Get(ctx, prober, payment.ID(nothing))
			return absent(err)
		},
	}
}

// getProbe asks one part, for this machine only.
func (a *App) getProbe(c *web.Ctx) error {
	if addr, err := netip.ParseAddr(c.IP()); err != nil || !addr.IsLoopback() {
		return errs.New(errs.NotFound, "")
	}
	ask, ok := a.ownParts()[c.Param("part")]
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	if err := ask(c.Context()); err != nil {
		return err
	}
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}

// Probes are the questions by which a server that answers at base (http://…)
// looks after its own parts, over HTTP as its visitors, and after the outside
// systems that are connected.
func (a *App) Probes(base string) []outage.Probe {
	client := &http.Client{
		Transport:     &http.Transport{IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	get := func(path string, want int) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
			if err != nil {
				return err
			}
			// A session that is none: it is looked for, as a visitor's would be.
			req.AddCookie(&http.Cookie{Name: web.SessionCookie(a.Config.SecureCookies), Value: id.Secret(32)})
			res, err := client.Do(req)
			if err != nil {
				return err
			}
			defer func() { _ = res.Body.Close() }()
			if res.StatusCode != want {
				return fmt.Errorf("answered with status %d", res.StatusCode)
			}
			return nil
		}
	}
	var list []outage.Probe
	for part := range a.ownParts() {
		ask := get(pathProbe+part, http.StatusNoContent)
		if part == "login" {
			page, account := get("/login", http.StatusOK), ask
			ask = func(ctx context.Context) error {
				if err := page(ctx); err != nil {
					return err
				}
				return account(ctx)
			}
		}
		list = append(list, outage.Probe{Part: part, Ask: ask})
	}
	for _, l := range a.links {
		if l.Connected() {
			list = append(list, outage.Probe{Part: "gateway." + l.State().Name, Ask: l.Ping})
		}
	}
	return list
}

// probe looks after the parts of a server that listens at addr until ctx ends.
func (a *App) probe(ctx context.Context, addr net.Addr) error {
	if a.Config.Outages.Every <= 0 {
		return nil
	}
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return nil
	}
	at := *tcp
	if at.IP.IsUnspecified() {
		at.IP = net.IPv4(127, 0, 0, 1)
	}
	return a.Outage.NewProber(a.Clock, a.Config.Outages.Every, a.Probes("http://"+at.String())...).Run(ctx)
}

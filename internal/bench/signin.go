// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/errgroup"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/bench/world"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/factor/factortest"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/argon2id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

const (
	// loginsPerCore people sign in at once for each processor: one at a time has
	// its password looked at, the others are before or behind that.
	loginsPerCore = 8
	// passkeyClients sign in by passkey at once.
	passkeyClients = 2
	// checkers ask at once whether a session holds.
	checkers = 8
	// readRate is the pages a second that are read beside the log-ins.
	readRate = 1000
	// readers is how many of those pages may be under way at once.
	readers = 64
)

// login: password and code, without the text message; by itself, and beside
// readers of pages.
func (r *rig) login(ctx context.Context, t *table) error {
	dsn, err := r.dbs.copy(ctx, r.plain)
	if err != nil {
		return err
	}
	err = r.with(ctx, dsn, app.Options{}, func(a *app.App) error {
		key, err := world.CodeKey(a.Config)
		if err != nil {
			return err
		}
		cores := a.Config.Security.Passwords()
		l := r.load(loginsPerCore * cores)
		l.most, l.warm = r.o.signers()/3, loginsPerCore*cores
		l.dur *= 4 // a password takes a twentieth of a second: shorter rounds are all beginning and end
		people := r.people
		signIn := func(l load) (sample, error) {
			return closed(ctx, l, func(ctx context.Context, i int) error {
				from := identity.From{Address: "192.0.2.1", Nonce: "bench"}
				c, err := a.Identity.Login(ctx, people[i].NationalCode, password, from)
				if err != nil {
					return err
				}
				return a.Identity.FinishLogin(ctx, c, world.Code(key, c.Code), from)
			})
		}
		salt, sec := []byte("0123456789abcdef"), a.Config.Security
		library := func() { argon2.IDKey([]byte(password), salt, sec.Argon2Time, sec.Argon2Memory, 1, 32) }
		kept := func() { argon2id.Key([]byte(password), salt, sec.Argon2Time, sec.Argon2Memory, 32) }
		for _, against := range []struct {
			what, wanted string
			key          func()
		}{{againstArgon, "0.9", library}, {againstKept, "", kept}} {
			ours, base, err := r.pair(func() (sample, error) { return signIn(l) },
				func() (sample, error) { return argonBound(ctx, cores, l, against.key) })
			if err != nil {
				return err
			}
			t.add(Row{What: "log in: password and code", Clients: l.clients, Against: against.what, Wanted: against.wanted}, ours, base)
			people = people[l.most:] // nobody twice: the code under way would serve
		}
		l.dur *= 3 // one page in a hundred is to be many
		return r.besideReaders(ctx, t, a, l, signIn, func(l load) (sample, error) { return argonBound(ctx, cores, l, library) })
	})
	return errors.Join(err, r.dbs.drop(context.WithoutCancel(ctx), dsn))
}

// argonBound computes nothing but passwords, one at a time for each core.
func argonBound(ctx context.Context, cores int, l load, key func()) (sample, error) {
	l.clients = cores
	return closed(ctx, l, func(context.Context, int) error {
		key()
		return nil
	})
}

// besideReaders measures log-ins and the bare hash while the inbox is read
// readRate times a second, and how long the readers wait. Pages that are due before
// the log-ins are measured do not count: caches are filled then, and the collector
// is called by the measurement itself.
func (r *rig) besideReaders(ctx context.Context, t *table, a *app.App, l load, signIn, bound func(load) (sample, error)) error {
	site, page, body, stop, err := r.openInbox(ctx, a)
	if err != nil {
		return err
	}
	defer stop()
	var with, against sample // of the readers
	beside := func(reads *sample, work func(load) (sample, error)) func() (sample, error) {
		return func() (sample, error) {
			var span span
			l := l
			l.begin = span.begin
			var readErr error
			var wg sync.WaitGroup
			wg.Go(func() { *reads, readErr = readAt(ctx, site, page, len(body), readRate, &span) })
			s, err := work(l)
			span.end()
			wg.Wait()
			return s, errors.Join(err, readErr)
		}
	}
	ours, base, err := r.pair(beside(&with, signIn), beside(&against, bound))
	if err != nil {
		return err
	}
	t.add(Row{What: fmt.Sprintf("log in, beside %d pages/s", readRate), Clients: l.clients, Against: againstArgon + ", same pages", Wanted: "0.9"}, ours, base)
	t.add(Row{What: fmt.Sprintf("inbox page, %d/s, beside log-ins", readRate), Against: "beside " + againstArgon, Wanted: "p99 ≤ 50ms"}, with, against)
	return nil
}

// span is the time that counts of something longer. Its zero value has not begun.
type span struct{ from, until atomic.Pointer[time.Time] }

func (s *span) begin() { now := time.Now(); s.from.Store(&now) }
func (s *span) end()   { now := time.Now(); s.until.Store(&now) }

// over tells whether t is after the end.
func (s *span) over(t time.Time) bool {
	until := s.until.Load()
	return until != nil && t.After(*until)
}

// has tells whether t is within, if there was a beginning.
func (s *span) has(t time.Time) bool {
	from := s.from.Load()
	return from != nil && !t.Before(*from) && !s.over(t)
}

// readAt asks for a page at a rate until within is over, and sums up those that
// were due within. A wait counts from the moment at which the page was due, whether
// or not a reader was free by then.
func readAt(ctx context.Context, addr string, req []byte, size, rate int, within *span) (sample, error) {
	var next atomic.Int64
	took := make([][]time.Duration, readers)
	start := time.Now()
	g, gctx := errgroup.WithContext(ctx)
	for w := range readers {
		g.Go(func() error {
			v, err := connect(gctx, addr)
			if err != nil {
				return err
			}
			defer v.conn.Close()
			for {
				due := start.Add(time.Duration(next.Add(1)) * time.Second / time.Duration(rate))
				select {
				case <-gctx.Done():
					return gctx.Err()
				case <-time.After(time.Until(due)):
				}
				if within.over(due) {
					return nil
				}
				n, err := v.get(req, io.Discard)
				if d := int(n) - size; err == nil && (d > 64 || d < -64) {
					err = fmt.Errorf("the page has %d bytes, before it had %d", n, size)
				}
				if err != nil {
					return err
				}
				if within.has(due) {
					took[w] = append(took[w], time.Since(due))
				}
			}
		})
	}
	if err := g.Wait(); err != nil {
		return sample{}, err
	}
	if within.from.Load() == nil {
		return sample{}, nil // the log-ins failed before they began, and say why
	}
	return summarise(slices.Concat(took...), within.until.Load().Sub(*within.from.Load())), nil
}

// passkey signs people in by passkey: the two requests of a browser, without
// the time of the authenticator and the network.
func (r *rig) passkey(ctx context.Context, t *table) error {
	dsn, err := r.dbs.copy(ctx, r.plain)
	if err != nil {
		return err
	}
	err = r.with(ctx, dsn, app.Options{}, func(a *app.App) error {
		at, err := url.Parse(a.Config.BaseURL)
		if err != nil {
			return err
		}
		l := load{clients: passkeyClients, warm: 2 * passkeyClients, server: r.dbs.process()}
		l.most = l.warm + 20 + int(r.o.Seconds*600)
		var people [owners]*factortest.Authenticator
		for i := range people {
			if people[i], err = giveKey(ctx, a, at, r.people[i].ID); err != nil {
				return err
			}
		}
		// What the authenticators answer is made before: their time is not ours.
		answers := make([]url.Values, l.most)
		for i := range answers {
			ask, err := a.Identity.AskToEnter(ctx)
			if err != nil {
				return err
			}
			answer, err := people[i%len(people)].Assert(string(ask.Options))
			if err != nil {
				return err
			}
			answers[i] = url.Values{"state": {ask.State}, "answer": {answer}}
		}
		h := a.Handler()
		s, err := closed(ctx, l, func(ctx context.Context, i int) error {
			if err := serve(ctx, h, "/login/passkey/begin", nil, http.StatusOK); err != nil {
				return err
			}
			return serve(ctx, h, "/login/passkey", answers[i], http.StatusSeeOther)
		})
		if err == nil {
			t.add(Row{What: "log in by passkey, both requests", Clients: l.clients, Wanted: "p99 ≤ 20ms", Against: "nothing: the whole act"}, s, sample{})
		}
		return err
	})
	return errors.Join(err, r.dbs.drop(context.WithoutCancel(ctx), dsn))
}

// giveKey gives somebody a passkey on an authenticator in software.
func giveKey(ctx context.Context, a *app.App, at *url.URL, person string) (*factortest.Authenticator, error) {
	who := policy.Actor{Person: person, Role: policy.Citizen, Session: "bench"}
	device, err := factortest.New(at.Hostname(), at.Scheme+"://"+at.Host, person)
	if err != nil {
		return nil, err
	}
	ask, err := a.Identity.AskForPasskey(ctx, who)
	if err != nil {
		return nil, err
	}
	answer, err := device.Register(string(ask.Options))
	if err != nil {
		return nil, err
	}
	_, err = a.Identity.AddPasskey(ctx, who, ask.State, answer, "bench")
	return device, err
}

// serve sends a form to h as a browser would, without a network.
func serve(ctx context.Context, h http.Handler, path string, form url.Values, want int) error {
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	if w.Code != want {
		return fmt.Errorf("POST %s: status %d", path, w.Code)
	}
	return nil
}

// session asks over HTTP whether a token holds and whose it is; the base asks
// for the same two rows and writes as many bytes.
func (r *rig) session(ctx context.Context, t *table) error {
	return r.both(ctx, r.plain, 2*checkers, app.Options{}, func(a *app.App, b raw) error {
		who := policy.Actor{Person: r.people[0].ID, Role: policy.Citizen, Session: "bench"}
		secret, _, err := a.Identity.MakeToken(ctx, who, identity.NewToken{Name: "bench", Scopes: []api.Scope{api.ScopeRead}, Days: 1})
		if err != nil {
			return err
		}
		asked, err := traced(ctx, 1, 1, func(ctx context.Context, _ int) error {
			_, err := a.Identity.Bearer(ctx, secret)
			return err
		})
		if err != nil {
			return err
		}
		questions := append(asked[0].before, asked[0].after...)
		site, stop, err := listen(a.Handler())
		if err != nil {
			return err
		}
		defer stop()
		check := requestWith(site, api.Prefix+"/sessions/current", "Authorization: Bearer "+secret)
		body, err := fetch(ctx, site, check)
		if err != nil {
			return err
		}
		if !strings.Contains(string(body), r.people[0].LastName) {
			return errors.New("the answer does not name the person")
		}
		bare, stopBare, err := listen(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			for _, q := range questions {
				if _, err := b.read(req.Context(), q.sql, q.args...); err != nil {
					http.Error(w, "", http.StatusInternalServerError)
					return
				}
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(body) // a visitor who left notices by himself
		}))
		if err != nil {
			return err
		}
		defer stopBare()
		l := r.load(checkers)
		ours, base, err := r.pair(
			func() (sample, error) { return visit(ctx, l, site, check, len(body)) },
			func() (sample, error) { return visit(ctx, l, bare, request(bare, "/", ""), len(body)) },
		)
		if err == nil {
			t.add(Row{What: "session check, HTTP", Clients: checkers, Against: againstBytes, Wanted: "4554/s"}, ours, base)
		}
		return err
	})
}

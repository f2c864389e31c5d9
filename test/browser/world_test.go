// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// password opens every account that a test makes.
const password = "ترازو و راستی ۱۴۰۴"

// world is a demo country that answers on the loopback interface.
type world struct {
	t     *testing.T
	app   *app.App
	base  string
	clock *clock.Shifted // of the doubles: the bank's minutes pass when the test says so
	vkey  string         // whose receipts are believed
	next  atomic.Int64   // number of the next person
}

// boot starts a country and ends it with the test.
func boot(t *testing.T) *world {
	t.Helper()
	return bootAt(t, "127.0.0.1")
}

// bootAt is boot for a site that people reach by the name host of this machine.
func bootAt(t *testing.T, host string) *world {
	t.Helper()
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	w := &world{t: t, base: "http://" + net.JoinHostPort(host, port), clock: &clock.Shifted{Base: clock.System{}}}
	cfg, err := config.Load("", []string{
		"TARAZU_DEMO=true", "TARAZU_DATA_DIR=" + dir, "TARAZU_BASE_URL=" + w.base, "TARAZU_LEDGER_INTERVAL=300ms",
		// Passwords are checked for what they are, not for how long it takes.
		"TARAZU_SECURITY_ARGON2_MEMORY=19456", "TARAZU_SECURITY_ARGON2_TIME=2",
		// Everybody comes from one address here.
		"TARAZU_LIMITS_LOGIN_ADDRESS=off", "TARAZU_LIMITS_CODE_ADDRESS=off", "TARAZU_LIMITS_REGISTER_ADDRESS=off",
	})
	must(t, err)
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	_, err = store.Migrate(ctx, cfg.Database, app.Migrations()...)
	must(t, err)
	doubles, err := app.NewDoubles(w.clock, log)
	must(t, err)
	w.app, err = app.New(ctx, cfg, app.Options{Log: log, Version: "test", Doubles: doubles})
	must(t, err)
	must(t, w.app.Demo(ctx, app.DemoOptions{Small: true}))
	key, err := ledger.LoadOrCreateKey(cfg.Ledger.KeyFile, cfg.Ledger.Origin)
	must(t, err)
	w.vkey = key.VKey()

	done := make(chan error, 2)
	go func() { done <- w.app.Serve(ctx, l) }()
	go func() { done <- w.app.Work(ctx) }()
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("the program ended with: %v", err)
			}
		}
		if err := w.app.Close(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	})
	return w
}

// someone is a person of the registries.
type someone struct {
	code, mobile        string // mobile as +989…
	first, last, father string
	birth               civil.Day
}

func (s someone) name() string { return s.first + " " + s.last }

// local is the mobile number as people write it.
func (s someone) local() string { return "0" + s.mobile[3:] }

// newcomer enters somebody into the registries who has no account yet.
func (w *world) newcomer(first, last, father string) someone {
	n := int(w.next.Add(1)) + 4000
	birth, err := civil.FromJalali(1340+n%40, 1+n%12, 1+n%29)
	must(w.t, err)
	s := someone{code: nationalCode(n), mobile: fmt.Sprintf("+98935000%04d", n), first: first, last: last, father: father, birth: birth}
	w.app.Doubles.Population.Add(population.Entry{
		NationalCode: s.code, Birth: s.birth, Person: population.Person{FirstName: first, LastName: last, FatherName: father, Alive: true},
	})
	w.app.Doubles.SimOwner.Add(simowner.Pair{NationalCode: s.code, Mobile: s.mobile})
	return s
}

// resident is a newcomer who has registered already.
func (w *world) resident(first, last, father string, l i18n.Lang) someone {
	s := w.newcomer(first, last, father)
	_, err := w.app.Identity.Enrol(w.t.Context(), policy.Actor{Role: policy.System, Name: "test"}, identity.NewPerson{
		NationalCode: s.code, FirstName: first, LastName: last, FatherName: father, Birth: s.birth, Mobile: s.mobile,
		Lang: l, Assurance: identity.RegistryChecked, Password: password,
	})
	must(w.t, err)
	return s
}

// nationalCode is the n-th code with a right check digit and the issuing place
// 000, which does not exist.
func nationalCode(n int) string {
	body := fmt.Sprintf("%09d", n)
	sum := 0
	for i, r := range body {
		sum += int(r-'0') * (10 - i)
	}
	check := sum % 11
	if check >= 2 {
		check = 11 - check
	}
	return body + fmt.Sprint(check)
}

var reCode = regexp.MustCompile(`\d{5,8}`)

// code waits for the text message after the first seen ones and reads the code
// in it.
func (w *world) code(t *testing.T, s someone, seen int) string {
	t.Helper()
	var code string
	wait(t, "a text message with a code", func() bool {
		all := w.messages(s) // the newest first
		for _, m := range all[:max(len(all)-seen, 0)] {
			if code = reCode.FindString(persian.Digits(m.Text)); code != "" {
				return true
			}
		}
		return false
	})
	return code
}

func (w *world) messages(s someone) []sms.Sent { return w.app.Doubles.SMS.For(s.mobile) }

// patience is how long a condition may take on a slow machine.
const patience = 40 * time.Second

// wait asks again and again until ok.
func wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	end := time.Now().Add(patience)
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("the test ended while waiting for %s", what)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// today is the day in the country.
func (w *world) today() civil.Day { return civil.Of(w.app.Clock.Now()) }

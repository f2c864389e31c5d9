// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/messenger"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/gateway/webpush"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/identitytest"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var (
	mods  = append(slices.Clone(identitytest.Migrations), Migrations)
	admin = policy.Actor{Person: "admin-1", Role: policy.Administrator, Assurance: 2, Name: "مدیر"}
	codes = []string{"0000000019", "0000000027", "0000000108"}
)

// rig is the module on real neighbours, with two providers of text messages.
type rig struct {
	*Service
	db          *store.DB
	clk         *clock.Fake
	jobs        *jobs.Runner
	first, next *sms.Double
	people      *identity.Service
	bale        *messenger.Double
	telegram    *messenger.Double
	pushes      *webpush.Double
	made        int
}

// named is a double under another name.
type named struct {
	*sms.Double
	name string
}

func (n named) Name() string { return n.name }

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func each(t *testing.T, fn func(t *testing.T, r *rig)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) { fn(t, newRig(t, db, clk)) })
}

func newRig(t *testing.T, db *store.DB, clk *clock.Fake) *rig {
	t.Helper()
	r := &rig{db: db, clk: clk, first: sms.NewDouble(sandboxtest.Token, clk), next: sms.NewDouble(sandboxtest.Token, clk)}
	r.bale, r.telegram = messenger.NewDouble(messenger.Bale, sandboxtest.Token, clk), messenger.NewDouble(messenger.Telegram, sandboxtest.Token, clk)
	var pushBase string
	r.pushes = webpush.NewDouble(clk, func() string { return pushBase })
	site := httptest.NewServer(r.pushes)
	t.Cleanup(site.Close)
	pushBase = site.URL
	push := must(webpush.New(webpush.Options{Key: bytes.Repeat([]byte{7}, 32), Subject: "https://tarazu.example", Local: true, Clock: clk}))(t)
	client := sms.New(sandboxtest.Link(t, r.first, clk), sandboxtest.Link(t, named{r.next, sms.Second}, clk))
	w := identitytest.New(t, db, clk, identitytest.Parts{Words: []fs.FS{Locale}, Rules: []policy.Part{Part()}, SMS: client})
	r.jobs, r.people = w.Jobs, w.People
	r.Service = must(New(Deps{
		DB: db, Clock: clk, Log: w.Log, Jobs: r.jobs, Ledger: w.Ledger, Policy: w.Policy, Catalog: w.Catalog, Identity: r.people, SMS: client, Email: email.New(email.Options{}),
		Messengers: []*messenger.Client{
			messenger.New(messenger.Options{Link: sandboxtest.Link(t, r.bale, clk), Page: "https://ble.example/bot"}),
			messenger.New(messenger.Options{Link: sandboxtest.Link(t, r.telegram, clk), HookKey: "s3cret"}),
		}, Push: push, Key: make([]byte, 32), BaseURL: "https://tarazu.example",
	}))(t)
	client.UseShares(r.Shares)
	r.Service.Jobs()
	return r
}

func (r *rig) person(t *testing.T) policy.Actor {
	t.Helper()
	code := codes[r.made]
	r.made++
	p := must(r.people.Enrol(t.Context(), policy.Actor{Person: "system", Role: policy.System}, identity.NewPerson{
		NationalCode: code, FirstName: "رضا", LastName: "آزمایشی", FatherName: "علی", Birth: must(civil.FromJalali(1360, 1, r.made))(t),
		Mobile: "0912000000" + string(rune('0'+r.made)), Lang: i18n.EN, Assurance: identity.SeenInPerson,
	}))(t)
	return policy.Actor{Person: p.ID, Role: policy.Citizen, Assurance: 2, Name: p.Name()}
}

func (r *rig) request(t *testing.T, who policy.Actor, ref string) {
	t.Helper()
	if err := r.db.WriteBlind(t.Context(), func(tx *store.Tx) error {
		return r.RequestTx(t.Context(), tx, Request{Person: who.Person, Kind: Arrival, Ref: ref})
	}); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) drain(t *testing.T) {
	t.Helper()
	if _, err := r.jobs.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// states are those of the tries of one alert, in their order.
func (r *rig) states(t *testing.T, who policy.Actor, ref string) string {
	t.Helper()
	var out []string
	for _, a := range must(r.Of(t.Context(), who.Person, ref))(t) {
		for _, try := range a.Tries {
			out = append(out, try.State)
		}
	}
	return strings.Join(out, " ")
}

func TestStatementsRunOnBothEngines(t *testing.T) {
	t.Parallel()
	storetest.RunStatements(t, must(storetest.Statements("."))(t), mods)
}

// No word of a message has a place for anything: not for a name, a case or a
// subject. So nothing about a case can ever stand in one.
func TestMessagesHoldNothing(t *testing.T) {
	t.Parallel()
	c := must(i18n.NewCatalog(Locale))(t)
	for _, flaw := range c.Check() {
		t.Error(flaw)
	}
	s := &Service{d: Deps{Catalog: c}}
	for _, l := range i18n.Langs() {
		for _, k := range Kinds() {
			for _, neutral := range []bool{false, true} {
				w := s.wordsOf(k, identity.Person{Lang: l, FirstName: "Reza", LastName: "Azmayeshi", NationalCode: "0000000019"}, Wishes{Neutral: neutral})
				for _, text := range []string{w.subject, w.text} {
					if text == "" || strings.HasPrefix(text, "alert.") || strings.ContainsAny(text, "{}0123456789۰۱۲۳۴۵۶۷۸۹") ||
						strings.Contains(text, "Reza") || strings.Contains(text, "http") {
						t.Errorf("%s %s neutral %v: %q", l, k, neutral, text)
					}
				}
				for _, telling := range []string{"Tarazu", "notice", "court", "ترازو", "ابلاغ", "دادگاه", "قضایی"} {
					if neutral && strings.Contains(w.subject+w.text, telling) {
						t.Errorf("%s %s: the neutral words say %q", l, k, telling)
					}
				}
			}
		}
		p := c.Printer(l)
		for _, say := range []string{sayHello, sayConfirm, sayWrong, sayStopped, sayAgain} { // anybody near may see them
			text := p.T(say)
			if text == say || strings.ContainsAny(text, "{}0123456789") || strings.Contains(text, "http") {
				t.Errorf("%s %s: %q", l, say, text)
			}
			for _, telling := range []string{"Tarazu", "notice", "court", "ترازو", "ابلاغ", "دادگاه", "قضایی"} {
				if strings.Contains(text, telling) {
					t.Errorf("%s: the bot says %q", l, telling)
				}
			}
		}
		for _, ch := range Channels() {
			if !p.Has("alert.channel." + string(ch)) {
				t.Errorf("%s: channel %s has no words", l, ch)
			}
		}
		for _, st := range TryStates() {
			if !p.Has("alert.try." + st) {
				t.Errorf("%s: state %s has no words", l, st)
			}
		}
	}
}

// The next allowed time is allowed, is not before the asked one, and no allowed
// minute lies between: over midnight, over changes of the clock, in any zone.
func TestHours(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	starts := []time.Time{
		time.Date(2026, 3, 28, 20, 0, 0, 0, time.UTC), // Europe's clocks go forward that night
		time.Date(2026, 10, 24, 20, 0, 0, 0, time.UTC),
		time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC),
	}
	for _, name := range []string{"Asia/Tehran", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"} {
		zone := must(time.LoadLocation(name))(t)
		for range 60 {
			from := Clock(rnd.IntN(dayMinutes))
			quiet := Hours{from, (from + Clock(rnd.IntN(dayMinutes-leastHours))) % dayMinutes}
			safe := Hours{}
			if rnd.IntN(2) == 0 {
				from := Clock(rnd.IntN(dayMinutes))
				safe = Hours{from, (from + leastHours + Clock(rnd.IntN(600))) % dayMinutes}
			}
			at := starts[rnd.IntN(len(starts))].Add(time.Duration(rnd.IntN(2000)) * time.Minute).Add(17 * time.Second)
			got := next(at, zone, quiet, safe)
			if got.Before(at) || !mayAt(got, zone, quiet, safe) {
				t.Fatalf("%s quiet %v safe %v: from %v to %v", name, quiet, safe, at, got)
			}
			for m := at.Truncate(time.Minute).Add(time.Minute); m.Before(got); m = m.Add(time.Minute) {
				if mayAt(m, zone, quiet, safe) {
					t.Fatalf("%s quiet %v safe %v: from %v, %v would do before %v", name, quiet, safe, at, m, got)
				}
			}
		}
	}
	tehran := clock.Tehran
	night := time.Date(2026, 1, 5, 23, 30, 0, 0, tehran)
	if got := next(night, tehran, Hours{22 * 60, 7 * 60}, Hours{}); !got.Equal(time.Date(2026, 1, 6, 7, 0, 0, 0, tehran)) {
		t.Errorf("at night: %v", got)
	}
	if got := next(night, tehran, Hours{}, Hours{}); !got.Equal(night) {
		t.Errorf("without hours: %v", got)
	}
}

// A slow provider loses its share step by step and gets it back once it was good
// for long enough; the shares are always a hundred, and never negative.
func TestAdjust(t *testing.T) {
	t.Parallel()
	rules := must(DefaultRules())(t).Providers
	good := func(p *Provider) { p.Messages, p.Slow, p.Errors = 100, 0, 0 }
	bad := func(p *Provider) { p.Messages, p.Slow, p.Errors = 100, rules.SlowPercent, 0 }
	now := storetest.Start
	list := []Provider{{Name: "a", Share: 60, Resting: 60}, {Name: "b", Share: 40, Resting: 40}}
	minute := func(n int, a, b func(*Provider)) {
		for range n {
			a(&list[0])
			b(&list[1])
			now = now.Add(time.Minute)
			list = rules.adjust(now, list)
		}
	}
	if minute(1, bad, good); list[0].Share != 40 || list[1].Share != 60 {
		t.Errorf("after a minute: %+v", list)
	}
	if minute(1, bad, good); list[0].Share != 40 {
		t.Errorf("changed again within %d minutes: %+v", rules.ChangeMinutes, list)
	}
	if minute(20, bad, good); list[0].Share != 0 || list[1].Share != 100 {
		t.Errorf("slow for long: %+v", list)
	}
	if minute(rules.GoodMinutes-1, good, good); list[0].Share != 0 {
		t.Errorf("good for too short: %+v", list)
	}
	if minute(20, good, good); list[0].Share != 60 || list[1].Share != 40 {
		t.Errorf("good for long: %+v", list)
	}
	if minute(20, bad, bad); list[0].Share != 60 {
		t.Errorf("all slow: %+v", list)
	}
	if minute(5, func(p *Provider) { p.Messages, p.Slow = rules.Least-1, rules.Least-1 }, good); list[0].Share != 60 {
		t.Errorf("too few to say: %+v", list)
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	three := []Provider{{Name: "a", Share: 50, Resting: 50}, {Name: "b", Share: 30, Resting: 30}, {Name: "c", Share: 20, Resting: 20}}
	step := func(fix bool) {
		for i := range three {
			three[i].Messages, three[i].Errors, three[i].Slow = rnd.IntN(200), rnd.IntN(60), rnd.IntN(60)
			if fix {
				good(&three[i])
			}
		}
		now = now.Add(time.Minute)
		three = rules.adjust(now, three)
		if sum := three[0].Share + three[1].Share + three[2].Share; sum != 100 || min(three[0].Share, three[1].Share, three[2].Share) < 0 {
			t.Fatalf("shares %+v", three)
		}
	}
	for range 2000 {
		step(false)
	}
	for range rules.GoodMinutes + 60 {
		step(true)
	}
	for _, p := range three {
		if p.Share != p.Resting {
			t.Errorf("did not come back: %+v", three)
		}
	}
}

// A provider that does not answer costs a try, and the next one has the message at
// once; while all are down the alert waits and comes later.
func TestProvidersDown(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who := r.person(t)
		must(0, r.first.Faults().Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}))(t)
		r.request(t, who, "n1")
		r.drain(t)
		if got := r.states(t, who, "n1"); got != "temp_failed sent" || len(r.next.List()) != 1 {
			t.Errorf("tries %q, messages %v", got, r.next.List())
		}
		must(0, r.next.Faults().Set(sandbox.Fault{Mode: sandbox.Down}))(t)
		r.request(t, who, "n2")
		r.drain(t)
		if got := r.states(t, who, "n2"); got != "temp_failed temp_failed" {
			t.Errorf("tries %q", got)
		}
		must(0, r.first.Faults().Set(sandbox.Fault{Mode: sandbox.OK}))(t)
		r.clk.Advance(time.Hour)
		r.drain(t)
		r.clk.Advance(2 * time.Minute)
		r.drain(t)
		if got := r.states(t, who, "n2"); got != "temp_failed temp_failed delivered" || len(r.first.List()) != 1 {
			t.Errorf("tries %q, messages %v", got, r.first.List())
		}
	})
}

// What a provider reports holds once: a replay changes nothing, nor does a report
// that contradicts it, or one of another provider.
func TestReport(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who := r.person(t)
		r.request(t, who, "n1")
		r.drain(t)
		ref := r.first.List()[0].Reference
		if err := r.Report(t.Context(), sms.Second, ref, sms.Failed); !errs.Is(err, errs.NotFound) {
			t.Errorf("another provider: %v", err)
		}
		must(0, r.Report(t.Context(), sms.Name, ref, sms.Accepted))(t)
		if got := r.states(t, who, "n1"); got != "sent" {
			t.Errorf("on its way: %q", got)
		}
		must(0, r.Report(t.Context(), sms.Name, ref, sms.Delivered))(t)
		for _, again := range []sms.State{sms.Delivered, sms.Failed} {
			if err := r.Report(t.Context(), sms.Name, ref, again); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s again: %v", again, err)
			}
		}
		if got := r.states(t, who, "n1"); got != "delivered" {
			t.Errorf("reported: %q", got)
		}
	})
}

// Nobody hears of a message: after three days its fate is unknown, and that is no
// bounce. One that fails again and again is, until a message arrives.
func TestBounce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who := r.person(t)
		r.first.SwitchOff("+989120000001")
		for i := range r.Rules().BounceAfter {
			if got := must(r.Bounces(t.Context(), admin))(t); len(got) != 0 {
				t.Fatalf("bounces after %d failures: %+v", i, got)
			}
			r.request(t, who, "n"+string(rune('0'+i)))
			r.drain(t)
			r.clk.Advance(2 * time.Minute)
			r.drain(t)
		}
		got := must(r.Bounces(t.Context(), admin))(t)
		if len(got) != 1 || got[0].Person != who.Person || got[0].Channel != SMS || got[0].Code != codeUndelivered {
			t.Fatalf("bounces %+v", got)
		}
		if own := must(r.Bounced(t.Context(), who.Person))(t); len(own) != 1 {
			t.Errorf("own bounces %+v", own)
		}
		seen := must(r.people.Accesses(t.Context(), who.Person))(t)
		if len(seen) != 1 || seen[0].What != "alert.access.bounce" {
			t.Errorf("recorded looks %+v", seen)
		}
		for name, err := range map[string]error{
			"bounces":   second(r.Bounces(t.Context(), who)),
			"close":     r.CloseBounce(t.Context(), who, got[0].ID),
			"revive":    second(r.Revive(t.Context(), who)),
			"providers": second(r.ProvidersNow(t.Context(), who)),
		} {
			if !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s by a citizen: %v", name, err)
			}
		}
		must(0, r.CloseBounce(t.Context(), admin, got[0].ID))(t)
		if got := must(r.Bounces(t.Context(), admin))(t); len(got) != 0 {
			t.Errorf("after closing: %+v", got)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// What somebody turned off stays off, also for an alert that was asked for before;
// what is neutral says nothing and asks for the neutral sender.
func TestWishes(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who := r.person(t)
		r.request(t, who, "n1")
		w := must(r.Wishes(t.Context(), who))(t)
		if !w.SMS || w.Email || w.Quiet.Empty() || !w.Changed.IsZero() {
			t.Errorf("wishes of who said none: %+v", w)
		}
		w.SMS = false
		must(0, r.SetWishes(t.Context(), who, w))(t)
		r.drain(t)
		if a := must(r.Of(t.Context(), who.Person, "n1"))(t); len(r.first.List()) != 0 || len(a) != 1 || a[0].State != Dropped {
			t.Errorf("turned off: %+v, messages %v", a, r.first.List())
		}
		w.SMS, w.Neutral, w.Safe = true, true, Hours{14 * 60, 15 * 60} // it is ten
		must(0, r.SetWishes(t.Context(), who, w))(t)
		r.request(t, who, "n2")
		r.drain(t)
		if len(r.first.List()) != 0 {
			t.Error("sent outside the safe hours")
		}
		r.clk.Advance(4 * time.Hour)
		r.drain(t)
		if l := r.first.List(); len(l) != 1 || !l[0].Neutral || l[0].Text != "You have a new message. Sign in to your account to see it." {
			t.Errorf("messages %+v", l)
		}
		w.Safe.To = w.Safe.From + 10
		if err := r.SetWishes(t.Context(), who, w); !errs.Is(err, errs.Invalid) {
			t.Errorf("ten minutes of safe hours: %v", err)
		}
	})
}

// A provider that is slow loses its messages to the other one, by what was
// measured of it.
func TestSlowProvider(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		least := r.Rules().Providers.Least
		if err := r.db.Write(t.Context(), func(tx *store.Tx) error {
			for i := range least {
				at := store.At(tx.Now().Add(-10 * time.Minute))
				if err := store.Insert(t.Context(), tx, "alert_try", tryRow{Owner: "p", Ref: string(rune('a' + i)), Kind: "notice", Channel: "sms", Device: "d", N: 1,
					State: Delivered, Provider: sms.Name, At: at, Told: store.At(at.Add(6 * time.Minute))}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			must(0, r.measure(t.Context()))(t)
			r.clk.Advance(2 * time.Minute)
		}
		if s := r.Shares(t.Context()); s[sms.Name] != 0 || s[sms.Second] != 100 {
			t.Fatalf("shares %v", s)
		}
		who := r.person(t)
		r.request(t, who, "n1")
		r.drain(t)
		if len(r.first.List()) != 0 || len(r.next.List()) != 1 {
			t.Errorf("messages %v and %v", r.first.List(), r.next.List())
		}
	})
}

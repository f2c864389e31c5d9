// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/office"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

var (
	reUUID     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	reActKey   = regexp.MustCompile(`name="key" value="[^"]*"`)
	reAnyDigit = regexp.MustCompile(`[0-9]`)
)

// told is all that an answer tells: status, where it leads, and every byte of the
// page, with digits and ids made equal. entered is what the visitor has typed.
func told(p *Page, entered ...string) string {
	out := fmt.Sprint(p.Status, " ", p.Path, " ", p.Location(), "\n", p.Body)
	for _, words := range entered {
		out = strings.ReplaceAll(out, words, "ENTERED")
	}
	out = strings.ReplaceAll(out, " selected", "") // the month that was entered
	out = reActKey.ReplaceAllString(out, "KEY")
	return reAnyDigit.ReplaceAllString(reUUID.ReplaceAllString(persian.Digits(out), "ID"), "0")
}

// alike fails unless all answers tell the same.
func alike(t *testing.T, what string, answers ...string) {
	t.Helper()
	for _, a := range answers[1:] {
		if a == answers[0] {
			continue
		}
		at := 0
		for at < min(len(a), len(answers[0])) && a[at] == answers[0][at] {
			at++
		}
		from := max(0, at-60)
		t.Errorf("%s: %d and %d bytes; at %d\n%q\n%q", what, len(answers[0]), len(a), at, answers[0][from:min(at+60, len(answers[0]))], a[from:min(at+60, len(a))])
	}
}

// subject is somebody about whom a stranger wants to know whether there is an
// account: the registries know all of them.
type subject struct {
	code, mobile string
	birth        civil.Day
}

// nobodysBirth is the birth date of none of them.
const nobodysBirth civil.Day = 3000

func subjects(e *Env) []subject {
	p, w := e.Person(Stranger), e.Walker(811, "+989360000811")
	return []subject{{p.NationalCode, p.Mobile, p.Birth}, {w.NationalCode, w.Mobile, w.Birth}}
}

func (s subject) register(b *Client) *Page {
	return b.Get("/register").Want(http.StatusOK).Submit("/register",
		append(birthFields(s.birth), "national_code", s.code, "mobile", identity.LocalMobile(s.mobile))...)
}

// TestRegisteringTellsNothing: until the code has proved who asks, registering (and
// with it the way back into an account) answers the same whether or not there is
// an account, and one message goes out in either case; a registry that is silent
// makes no difference.
func TestRegisteringTellsNothing(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	all := subjects(e)
	var right, wrongBirth, wrongMobile, wrongCode, waiting, offered, wrongOffered []string
	for _, s := range all {
		e.Drain()
		before := len(e.App.Doubles.SMS.For(s.mobile))
		b := e.Anonymous()
		page := s.register(b).Want(http.StatusOK)
		right = append(right, told(page, s.code))
		wrongCode = append(wrongCode, told(b.PostForm("/register/code", "code", "000000"), s.code))
		e.Drain()
		if n := len(e.App.Doubles.SMS.For(s.mobile)) - before; n != 1 {
			t.Errorf("%d messages went out", n)
		}
		other := s
		other.birth = nobodysBirth
		wrongBirth = append(wrongBirth, told(other.register(e.Anonymous()), s.code))
		other = s
		other.mobile = "+989360000899"
		wrongMobile = append(wrongMobile, told(other.register(e.Anonymous()), s.code))
	}
	e.Clock.Advance(time.Hour)
	if err := e.App.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.Down}); err != nil {
		t.Fatal(err)
	}
	for i, s := range all {
		// With a telephone of the visitor's own: that of the owner proves who asks.
		s.mobile = fmt.Sprintf("+98936000082%d", i)
		b := e.Anonymous()
		page := s.register(b).Want(http.StatusOK)
		waiting = append(waiting, told(page, s.code))
		page = page.Submit("/register/provisional/code").Want(http.StatusOK)
		offered = append(offered, told(page, s.code))
		wrongOffered = append(wrongOffered, told(page.Submit("/register/provisional", "code", "000000", "first_name", "A", "last_name", "B", "password", Password, "again", Password), s.code))
		done := page.Submit("/register/provisional", "code", e.Code(s.mobile), "first_name", "A", "last_name", "B", "password", Password, "again", Password)
		if done.Path != "/register/done" {
			t.Errorf("at %s", done.Path)
		}
	}
	alike(t, "registering", right...)
	alike(t, "a wrong code", wrongCode...)
	alike(t, "a wrong birth date", wrongBirth...)
	alike(t, "another’s number", wrongMobile...)
	alike(t, "waiting", waiting...)
	alike(t, "going on", offered...)
	alike(t, "a wrong code going on", wrongOffered...)
	for _, path := range []string{"/recover/ways", "/recover/password", "/recover/password?by=code"} { // nothing under way
		if p := e.Anonymous().Get(path); p.Location() != "/recover" {
			t.Errorf("%s leads to %s", path, p.Location())
		}
	}
}

// TestSigningInTellsNothing: a wrong password, no such account, an account that was
// never used, and one that was merged give one page.
func TestSigningInTellsNothing(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	p, w := e.Person(Stranger), e.Walker(812, "")
	e.AtCounter(w) // registered, and no password set
	var answers []string
	for _, name := range []string{p.NationalCode, w.NationalCode, NationalCode(999)} {
		answers = append(answers, told(e.Anonymous().PostForm("/login", "national_code", name, "password", "a wrong password"), name))
	}
	alike(t, "signing in", answers...)
	// The link of a claim: none, or of somebody.
	alike(t, "a claim", told(e.Anonymous().PostForm("/welcome", "slip", "0000-0000-0000-0000"), "0000-0000-0000-0000"),
		told(e.Anonymous().PostForm("/welcome", "slip", "ZZZZ-ZZZZ-ZZZZ-ZZZZ"), "ZZZZ-ZZZZ-ZZZZ-ZZZZ"))
}

// TestMandateTellsNothing: who looks for a taker learns nothing of who has an
// account unless they know the name, and not often.
func TestMandateTellsNothing(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	p, w := e.Person(Stranger), e.Walker(813, "+989360000813")
	onTheirWord(t, e, w)
	me := e.As(Plaintiff)
	y, m, d := civil.Of(e.Clock.Now()).Add(10).Jalali()
	until := []string{"until.day", fmt.Sprint(d), "until.month", fmt.Sprint(m), "until.year", fmt.Sprint(y)}
	try := func(taker, name string) string {
		page := me.PostForm("/account/mandates", append(until, "kind", "helper", "act", id.New(), "taker", taker, "last_name", name, "rights", "see")...)
		if page.Status != http.StatusUnprocessableEntity {
			t.Fatalf("%d %s", page.Status, page.Text())
		}
		return told(page, taker)
	}
	alike(t, "a taker", try(p.NationalCode, "Another"), try(NationalCode(998), "Another"), try(w.NationalCode, "Another"), try(e.Person(Clerk).NationalCode, "Another"))
	alike(t, "a provisional taker by the name they gave", try(NationalCode(998), "Nobody"), try(w.NationalCode, "Nobody"))
	alike(t, "a judicial identifier", try(p.JudicialID, "Another"), try("999999999999", "Another"))
	e.Drain()
	for _, sms := range e.App.Doubles.SMS.For(p.Mobile) {
		t.Errorf("the taker is told of it: %s", sms.Text)
	}
}

// TestLooksOfTwoProcesses: looking for takers, asking for one's licences and
// looking for clients at the counter are bounded over all processes, also when all
// is asked at the same moment.
func TestLooksOfTwoProcesses(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx := t.Context()
		two := []*Env{e, e.Twin()}
		// One at a moment each: how many pass, and that nothing but the brake stops them.
		count := func(what string, tries int, most int64, act func(e *Env) error) {
			t.Helper()
			var passed atomic.Int64
			var wg sync.WaitGroup
			for i := range tries {
				wg.Go(func() {
					switch err := act(two[i%2]); {
					case errs.Is(err, errs.RateLimited):
					case err == nil, errs.Is(err, errs.Invalid):
						passed.Add(1)
					default:
						t.Errorf("%s: %v", what, err)
					}
				})
			}
			wg.Wait()
			if passed.Load() != most {
				t.Errorf("%s: %d of %d passed, want %d", what, passed.Load(), tries, most)
			}
		}
		giver, operator := e.Actor(Plaintiff), e.Actor(Operator)
		for _, w := range []Who{Manager, Stranger} {
			e.Person(w)
		}
		count("a taker", 30, 10, func(e *Env) error {
			_, err := e.App.Mandate.Draft(ctx, giver, mandate.NewMandate{
				Kind: "helper", Taker: NationalCode(997), LastName: "A", Rights: []policy.Right{policy.See}, Until: civil.Of(e.Clock.Now()).Add(10),
			})
			return err
		})
		seen := e.Actor(Manager)
		for _, one := range two {
			one.App.Doubles.Professions.Add(professions.Entry{NationalCode: NationalCode(996)})
		}
		count("one’s licences", 30, 12, func(e *Env) error {
			_, err := e.App.Licence.Claim(ctx, seen)
			return err
		})
		count("a client by name", 40, 30, func(e *Env) error {
			_, err := e.App.Office.BeginRaise(ctx, operator, id.New(), NationalCode(995))
			return err
		})
		e.Clock.Advance(time.Hour)
		count("a request", 40, 30, func(e *Env) error {
			_, err := e.App.Office.BeginRecover(ctx, operator, id.New(), NationalCode(995), "00000000")
			return err
		})
		e.Clock.Advance(time.Hour)
		count("a new client", 40, 30, func(e *Env) error {
			_, err := e.App.Office.Begin(ctx, operator, id.New(), office.Client{Class: identity.Resident, Number: NationalCode(995), Birth: civil.Of(e.Clock.Now()) - 9000})
			return err
		})
	})
}

// TestCounterTellsLittle: an operator who has no more than a number does not learn
// whether there is an account; whose account was found sees that it was asked for.
func TestCounterTellsLittle(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	operator := e.As(Operator)
	all := subjects(e)
	var registered, recovering []string
	for _, s := range all {
		fields := append(birthFields(nobodysBirth), "class", "resident", "number", s.code, "mobile", s.mobile, "lang", "fa")
		page := operator.Get("/counter/register").Want(http.StatusOK).Submit("/counter/register", fields...)
		registered = append(registered, told(page, s.code))
		page = operator.Get("/counter/recover").Want(http.StatusOK).Submit("/counter/recover", "number", s.code, "request", "12345678")
		recovering = append(recovering, told(page, s.code))
	}
	alike(t, "registering with a wrong birth date", registered...)
	alike(t, "recovering without a request", recovering...)
	looks := func() int {
		list, err := e.App.Identity.Accesses(t.Context(), e.Person(Stranger).ID)
		if err != nil {
			t.Fatal(err)
		}
		return len(slices.DeleteFunc(list, func(a identity.AccessRow) bool { return a.What != "office.access.exists" }))
	}
	if n := looks(); n != 0 {
		t.Errorf("%d looks are recorded that told nothing", n)
	}
	s := all[0]
	page := operator.Get("/counter/register").Want(http.StatusOK).Submit("/counter/register",
		append(birthFields(s.birth), "class", "resident", "number", s.code, "mobile", s.mobile, "lang", "fa")...)
	if page.Status != http.StatusUnprocessableEntity || looks() != 1 {
		t.Errorf("an account: %d, %d looks", page.Status, looks())
	}
}

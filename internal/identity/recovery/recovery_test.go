// SPDX-License-Identifier: Apache-2.0

package recovery_test

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/recovery"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	newPassword = "پنج قایق آبی ۷۷"
	newMobile   = "+989361110000"
)

var system = policy.Actor{Role: policy.System}

// owner is somebody of a level, with a telephone and an address.
func owner(t *testing.T, e *Env, n, level int) identity.Person {
	t.Helper()
	birth, err := civil.FromJalali(1365, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.App.Identity.Enrol(t.Context(), system, identity.NewPerson{
		NationalCode: NationalCode(n), FirstName: "پروین", LastName: "نمونه", FatherName: "علی", Birth: birth, Mobile: "+989361112222",
		Email: "parvin@example.org", Lang: i18n.EN, Assurance: level, Password: Password,
	})
	if err != nil {
		t.Fatal(err)
	}
	e.App.Doubles.Population.Add(population.Entry{NationalCode: p.NationalCode, Birth: birth, Person: population.Person{
		FirstName: p.FirstName, LastName: p.LastName, FatherName: p.FatherName, Alive: true,
	}})
	for _, mobile := range []string{p.Mobile, newMobile} {
		e.App.Doubles.SimOwner.Add(simowner.Pair{NationalCode: p.NationalCode, Mobile: mobile})
	}
	return p
}

// known goes the way of registering until it is known that there is an account.
func known(t *testing.T, e *Env, p identity.Person, mobile string) (regID string) {
	t.Helper()
	regID = id.New()
	_, err := e.App.Identity.Start(t.Context(), regID, identity.Entries{NationalCode: p.NationalCode, Birth: p.Birth, Mobile: mobile, Lang: i18n.EN, Address: "192.0.2.7"})
	if err != nil {
		t.Fatal(err)
	}
	reg, err := e.App.Identity.Prove(t.Context(), regID, e.Code(mobile))
	if err != nil || reg.State != identity.Known {
		t.Fatalf("%s, %v", reg.State, err)
	}
	return regID
}

func wants(t *testing.T, what string, err error, code string) {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Code != code && (len(e.Fields) == 0 || e.Fields[0].Code != code) {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

var reStop = regexp.MustCompile(`/recover/stop/[0-9A-Za-z_-]{24}`)

// stopLinks are the links that went to a telephone or an address.
func stopLinks(e *Env, to string) (links []string) {
	e.T.Helper()
	e.Drain()
	for _, m := range e.App.Doubles.SMS.For(to) {
		links = append(links, reStop.FindAllString(m.Text, -1)...)
	}
	if strings.Contains(to, "@") {
		for _, m := range e.App.Doubles.Email.For(to) {
			links = append(links, reStop.FindAllString(m.Text, -1)...)
		}
	}
	return links
}

func person(t *testing.T, e *Env, p identity.Person) identity.Person {
	t.Helper()
	now, err := e.App.Identity.Person(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// TestWaiting: telephone, password and app are lost; nothing but the registries
// and a new telephone is there.
func TestWaiting(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s := t.Context(), e.App.Recovery
		p := owner(t, e, 901, identity.SeenInPerson)
		me := policy.Actor{Person: p.ID, Role: policy.Citizen}
		if _, err := e.App.Identity.MakeRecoveryCodes(ctx, me); err != nil {
			t.Fatal(err)
		}
		secret, _, err := e.App.Identity.MakeToken(ctx, me, identity.NewToken{Name: "x", Scopes: []api.Scope{api.ScopeRead}, Days: 30, Act: id.New()})
		if err != nil {
			t.Fatal(err)
		}
		old := e.Anonymous()
		old.Get("/login").Submit("/login", "national_code", p.NationalCode, "password", Password).Want(http.StatusOK).
			Submit("/login/code", "code", e.Code(p.Mobile)).Want(http.StatusOK)

		regID := known(t, e, p, newMobile)
		_, err = e.App.Identity.Finish(ctx, regID, newPassword)
		wants(t, "by registry and telephone alone", err, "identity.register.other_number")
		_, err = s.Finish(ctx, regID, newPassword, "")
		wants(t, "before it was asked for", err, "recovery.not_yet")
		r, err := s.Open(ctx, regID)
		if err != nil || r.State != recovery.Waiting || r.Ready.Sub(r.Opened) != 72*time.Hour {
			t.Fatalf("%+v, %v", r, err)
		}
		again, err := s.Open(ctx, regID)
		if err != nil || again.ID != r.ID {
			t.Errorf("twice: %+v, %v", again, err)
		}
		for to, want := range map[string]int{p.Mobile: 1, p.Email: 1, newMobile: 0} {
			if got := stopLinks(e, to); len(got) != want {
				t.Errorf("%d links went to %s, want %d", len(got), to, want)
			}
		}
		e.Clock.Advance(71 * time.Hour)
		_, err = s.Finish(ctx, known(t, e, p, newMobile), newPassword, "")
		wants(t, "an hour before", err, "recovery.not_yet")
		if got := stopLinks(e, p.Email); len(got) != 2 {
			t.Errorf("not reminded a day before: %v", got)
		}
		e.Clock.Advance(time.Hour)
		_, err = s.Finish(ctx, known(t, e, p, p.Mobile), newPassword, "")
		wants(t, "by another telephone than it was asked by", err, "recovery.not_yet")
		regID = known(t, e, p, newMobile)
		if _, err = s.Finish(ctx, regID, newPassword, ""); err != nil {
			t.Fatal(err)
		}
		_, err = s.Finish(ctx, regID, newPassword, "")
		wants(t, "twice", err, "identity.register.step")

		now := person(t, e, p)
		if now.Mobile != newMobile || now.Email != p.Email || now.Assurance != identity.RegistryChecked {
			t.Errorf("after it: %s, %s, level %d", now.Mobile, now.Email, now.Assurance)
		}
		guarded, err := e.App.Identity.Guarded(ctx, e.App.DB, p.ID)
		if err != nil || guarded {
			t.Errorf("what was lost still guards the account: %v", err)
		}
		e.Drain()
		old.Get("/home").Want(http.StatusSeeOther)
		program := &APIClient{Env: e, Token: secret, Lang: "en"}
		program.Get("/account").Want(http.StatusUnauthorized)
		for to, word := range map[string]string{p.Mobile: "was replaced", p.Email: "has a new password", newMobile: "has a new password"} {
			if !told(e, to, word) {
				t.Errorf("%s was not told that the account %s", to, word)
			}
		}
		fresh := e.Anonymous()
		fresh.Get("/login").Submit("/login", "national_code", p.NationalCode, "password", newPassword).Want(http.StatusOK).
			Submit("/login/code", "code", e.Code(newMobile)).Want(http.StatusOK)
	})
}

func told(e *Env, to, word string) bool {
	e.Drain()
	for _, m := range e.App.Doubles.SMS.For(to) {
		if strings.Contains(m.Text, word) {
			return true
		}
	}
	for _, m := range e.App.Doubles.Email.For(to) {
		if strings.Contains(m.Text, word) {
			return true
		}
	}
	return false
}

// TestRecoveryCode: one of the codes that were made for this day is enough, and
// leaves level and other ways as they are.
func TestRecoveryCode(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s := t.Context(), e.App.Recovery
		p := owner(t, e, 902, identity.SeenInPerson)
		codes, err := e.App.Identity.MakeRecoveryCodes(ctx, policy.Actor{Person: p.ID, Role: policy.Citizen})
		if err != nil {
			t.Fatal(err)
		}
		regID := known(t, e, p, newMobile)
		_, err = s.Finish(ctx, regID, newPassword, "AAAA-BBBB-CCCC")
		wants(t, "a wrong code", err, "identity.recovery.wrong")
		_, err = s.Finish(ctx, regID, "کوتاه", codes[0])
		wants(t, "a short password", err, "identity.password.short")
		if _, err = s.Finish(ctx, regID, newPassword, codes[0]); err != nil {
			t.Fatal(err)
		}
		now := person(t, e, p)
		if now.Mobile != newMobile || now.Assurance != identity.SeenInPerson {
			t.Errorf("after it: %s, level %d", now.Mobile, now.Assurance)
		}
		_, err = s.Finish(ctx, known(t, e, p, newMobile), newPassword, codes[0])
		wants(t, "the same code again", err, "identity.recovery.wrong")
	})
}

// TestStop: the owner stops it by the link alone; the link does nothing else, and
// stopping keeps nobody out for good.
func TestStop(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s := t.Context(), e.App.Recovery
		p := owner(t, e, 903, identity.SeenInPerson)
		regID := known(t, e, p, newMobile)
		if _, err := s.Open(ctx, regID); err != nil {
			t.Fatal(err)
		}
		link := stopLinks(e, p.Mobile)[0]
		anybody := e.Anonymous()
		page := anybody.Get(link).Want(http.StatusOK)
		for _, secret := range []string{p.LastName, p.NationalCode, newMobile, p.Mobile} {
			if strings.Contains(page.Body, secret) {
				t.Errorf("the link shows %s", secret)
			}
		}
		anybody.Get(link).Want(http.StatusOK) // looking stops nothing
		anybody.Get("/account").Want(http.StatusSeeOther)
		anybody.PostForm(link).Want(http.StatusOK)
		anybody.PostForm(link).Want(http.StatusNotFound)
		anybody.Get(link).Want(http.StatusNotFound)
		e.Clock.Advance(80 * time.Hour)
		_, err := s.Finish(ctx, known(t, e, p, newMobile), newPassword, "")
		wants(t, "a stopped one", err, "recovery.not_yet")

		// Another one, stopped on the page of the account; not by somebody else.
		r, err := s.Open(ctx, known(t, e, p, newMobile))
		if err != nil {
			t.Fatal(err)
		}
		wants(t, "somebody else's", s.StopOwn(ctx, e.Actor(Stranger), r.ID), "recovery.gone")
		if err := s.StopOwn(ctx, policy.Actor{Person: p.ID, Role: policy.Citizen}, r.ID); err != nil {
			t.Fatal(err)
		}
		// The third one waits for an office only.
		r, err = s.Open(ctx, known(t, e, p, newMobile))
		if err != nil || r.Waits() {
			t.Fatalf("%+v, %v", r, err)
		}
		e.Clock.Advance(24 * 13 * time.Hour)
		_, err = s.Finish(ctx, known(t, e, p, newMobile), newPassword, "")
		wants(t, "one that only an office can prove", err, "recovery.not_yet")
		prove(t, e, r)
		if _, err = s.Finish(ctx, known(t, e, p, newMobile), newPassword, ""); err != nil {
			t.Fatal(err)
		}
	})
}

// prove does what an office does.
func prove(t *testing.T, e *Env, r recovery.Request) {
	t.Helper()
	a := policy.Actor{Person: "operator", Role: policy.Operator, Unit: Office}
	err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
		if err := e.App.Identity.AddProofTx(t.Context(), tx, identity.Proof{Person: r.Person, Way: identity.ByOffice, By: a}); err != nil {
			return err
		}
		return e.App.Recovery.ProveTx(t.Context(), tx, a, r.Person, r.Mobile, r.Email, string(identity.ByOffice), "visit")
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestProof: an office lets the request go on whose number was told there, and
// level 3 stays. A proof for another purpose does not.
func TestProof(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s := t.Context(), e.App.Recovery
		p := owner(t, e, 904, identity.RegistryChecked)
		r, err := s.Open(ctx, known(t, e, p, newMobile))
		if err != nil {
			t.Fatal(err)
		}
		err = e.App.DB.Write(ctx, func(tx *store.Tx) error {
			return e.App.Identity.AddProofTx(ctx, tx, identity.Proof{Person: p.ID, Way: identity.ByOffice, By: system})
		})
		if err != nil {
			t.Fatal(err)
		}
		e.Drain()
		_, err = s.Finish(ctx, known(t, e, p, newMobile), newPassword, "")
		wants(t, "after a proof for something else", err, "recovery.not_yet")
		found, err := s.ByNumber(ctx, r.Number)
		if err != nil || found.ID != r.ID {
			t.Fatalf("by its number: %+v, %v", found, err)
		}
		prove(t, e, found)
		if !told(e, newMobile, "You can set your new password now") && !told(e, newMobile, "you can set your new password now") {
			t.Error("who asked was not told")
		}
		if _, err = s.Finish(ctx, known(t, e, p, newMobile), newPassword, ""); err != nil {
			t.Fatal(err)
		}
		if now := person(t, e, p); now.Assurance != identity.SeenInPerson || now.Mobile != newMobile {
			t.Errorf("after it: %s, level %d", now.Mobile, now.Assurance)
		}
	})
}

// TestOldNumber: the old number is another's by now. Whoever has it is told that
// something happens, and cannot stop it.
func TestOldNumber(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	p := owner(t, e, 905, identity.SeenInPerson)
	e.App.Doubles.SimOwner.Add(simowner.Pair{NationalCode: NationalCode(999), Mobile: p.Mobile})
	if _, err := e.App.Recovery.Open(t.Context(), known(t, e, p, newMobile)); err != nil {
		t.Fatal(err)
	}
	if links := stopLinks(e, p.Mobile); len(links) != 0 {
		t.Errorf("a stranger got %v", links)
	}
	if !told(e, p.Mobile, "used to belong to") || len(stopLinks(e, p.Email)) != 1 {
		t.Error("the owner was not told by every way")
	}
}

// TestGuards: what the way of registering alone opens, and what it does not.
func TestGuards(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	ctx := t.Context()
	p := owner(t, e, 906, identity.RegistryChecked)
	regID := known(t, e, p, p.Mobile)
	if c, err := e.App.Recovery.Case(ctx, regID); err != nil || !c.Simple {
		t.Errorf("level 1 with its own telephone: %+v, %v", c, err)
	}
	_, err := e.App.Recovery.Open(ctx, regID)
	wants(t, "a request where none is needed", err, "recovery.simple")
	if _, err := e.App.Identity.Finish(ctx, regID, newPassword); err != nil {
		t.Errorf("level 1 with its own telephone: %v", err)
	}
	if _, err := e.App.Identity.MakeRecoveryCodes(ctx, policy.Actor{Person: p.ID, Role: policy.Citizen}); err != nil {
		t.Fatal(err)
	}
	_, err = e.App.Identity.Finish(ctx, known(t, e, p, p.Mobile), newPassword)
	wants(t, "with recovery codes", err, "identity.register.guarded")

	// Level 2, then the number was lost: the level falls, the guard stays.
	e2 := New(t, "sqlite")
	p = owner(t, e2, 907, identity.SeenRemotely)
	err = e2.App.DB.Write(ctx, func(tx *store.Tx) error {
		return e2.App.Identity.EndProofsTx(ctx, tx, p.ID, system, "identity.proof.number_lost")
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = e2.App.Identity.Finish(ctx, known(t, e2, p, p.Mobile), newPassword)
	wants(t, "a lost level", err, "identity.register.guarded")
	// The same over the API.
	program := &APIClient{Env: e2, Lang: "en"}
	y, m, d := p.Birth.Jalali()
	step := program.Post("/registrations", map[string]any{"national_code": p.NationalCode, "birth": jalali(y, m, d), "mobile": p.Mobile}).Want(http.StatusCreated)
	step = program.Post("/registrations/"+step.Text("id")+"/code", map[string]any{"code": e2.Code(p.Mobile)}).Want(http.StatusCreated)
	program.Post("/registrations/"+step.Text("id")+"/password", map[string]any{"password": newPassword}).Want(http.StatusConflict)
}

func itoa(n int) string { return strconv.Itoa(n) }

func jalali(y, m, d int) string {
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
}

// TestRaces: of two at once one counts: two requests, two that finish it, one
// that stops and one that finishes.
func TestRaces(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s := t.Context(), e.App.Recovery
		p := owner(t, e, 908, identity.SeenInPerson)
		a := known(t, e, p, newMobile)
		e.Clock.Advance(3 * time.Minute) // the next code
		b := known(t, e, p, newMobile)
		both := func(one, two func() error) (first, second error) {
			var wg sync.WaitGroup
			wg.Go(func() { first = one() })
			wg.Go(func() { second = two() })
			wg.Wait()
			return first, second
		}
		var r1, r2 recovery.Request
		err1, err2 := both(func() (err error) { r1, err = s.Open(ctx, a); return err }, func() (err error) { r2, err = s.Open(ctx, b); return err })
		if err1 != nil || err2 != nil || r1.ID != r2.ID {
			t.Fatalf("opened %s and %s, %v, %v", r1.ID, r2.ID, err1, err2)
		}
		prove(t, e, r1)
		err1, err2 = both(
			func() error { _, err := s.Finish(ctx, b, newPassword, ""); return err },
			func() error { return s.StopOwn(ctx, policy.Actor{Person: p.ID, Role: policy.Citizen}, r1.ID) })
		if (err1 == nil) == (err2 == nil) {
			t.Fatalf("stopped and finished: %v, %v", err1, err2)
		}
		if moved := person(t, e, p).Mobile == newMobile; moved != (err1 == nil) {
			t.Errorf("the number moved: %t, the end: %v", moved, err1)
		}
	})
}

// TestPages: the whole way without script.
func TestPages(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	p := owner(t, e, 909, identity.SeenInPerson)
	me := e.Anonymous()
	me.Get("/login").Want(http.StatusOK).Link("/recover")
	ways := through(t, e, me, p)
	if ways.Path != "/recover/ways" || !strings.Contains(ways.Text(), "72 hours") {
		t.Fatalf("at %s: %s", ways.Path, ways.Text())
	}
	me.Get("/register/known").Want(http.StatusSeeOther)
	me.Get("/register/password").Want(http.StatusSeeOther)
	me.PostForm("/register/password", "password", newPassword, "again", newPassword).Want(http.StatusUnprocessableEntity)
	wrong := me.Get("/recover/password?by=code").Want(http.StatusOK).Submit("/recover/password", "code", "AAAA-AAAA-AAAA", "password", newPassword, "again", newPassword)
	if wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(wrong.Text(), "not right") {
		t.Errorf("a wrong code: %d %s", wrong.Status, wrong.Text())
	}
	waiting := ways.Submit("/recover/ways").Want(http.StatusOK)
	if !strings.Contains(waiting.Text(), "Your request is open") {
		t.Fatalf("asked for: %s", waiting.Text())
	}
	me.Get("/recover/password").Want(http.StatusSeeOther)

	e.Clock.Advance(73 * time.Hour)
	back := e.Anonymous() // another browser
	page := through(t, e, back, p)
	if !strings.Contains(page.Text(), "You may go on") {
		t.Fatalf("back: %s", page.Text())
	}
	in := back.Get("/recover/password").Want(http.StatusOK).Submit("/recover/password", "password", newPassword, "again", newPassword).Want(http.StatusOK)
	if in.Path != "/account/ways" {
		t.Errorf("ends at %s", in.Path)
	}
	list := back.Get("/account/recovery").Want(http.StatusOK)
	if !strings.Contains(list.Text(), "Finished") {
		t.Errorf("the list: %s", list.Text())
	}
}

// through goes the way of registering in a browser until the end that it has for
// somebody who is known.
func through(t *testing.T, e *Env, c *Client, p identity.Person) *Page {
	t.Helper()
	c.Get("/recover").Want(http.StatusOK).Link("/register")
	y, m, d := p.Birth.Jalali()
	return c.Get("/register").Want(http.StatusOK).Submit("/register", "national_code", p.NationalCode, "mobile", newMobile,
		"birth.day", itoa(d), "birth.month", itoa(m), "birth.year", itoa(y)).Want(http.StatusOK).
		Submit("/register/code", "code", e.Code(newMobile)).Want(http.StatusOK)
}

// TestPlantedSession: a session that somebody planted in the browser in which an
// owner recovers their account opens nothing afterwards.
func TestPlantedSession(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	p := owner(t, e, 941, identity.SeenInPerson)
	codes, err := e.App.Identity.MakeRecoveryCodes(t.Context(), policy.Actor{Person: p.ID, Role: policy.Citizen})
	if err != nil {
		t.Fatal(err)
	}
	victim, thief := e.Anonymous(), e.Anonymous()
	y, m, d := p.Birth.Jalali()
	victim.Get("/register").Submit("/register", "national_code", p.NationalCode, "birth.day", strconv.Itoa(d), "birth.month", strconv.Itoa(m),
		"birth.year", strconv.Itoa(y), "mobile", identity.LocalMobile(newMobile)).Want(http.StatusOK).
		Submit("/register/code", "code", e.Code(newMobile)).Want(http.StatusOK)
	page := victim.Get("/recover/password?by=code").Want(http.StatusOK)
	at, err := url.Parse(e.URL)
	if err != nil {
		t.Fatal(err)
	}
	thief.HTTP.Jar.SetCookies(at, victim.HTTP.Jar.Cookies(at))
	page.Submit("/recover/password", "code", codes[0], "password", newPassword, "again", newPassword).Want(http.StatusOK)
	victim.Get("/account").Want(http.StatusOK)
	thief.Get("/account").Want(http.StatusSeeOther)
}

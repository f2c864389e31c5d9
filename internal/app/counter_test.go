// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/office"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

var rePassword = regexp.MustCompile(`/welcome/([0-9A-Z]{16})`)

// welcomeLink is the link in the newest text message to a number.
func welcomeLink(e *Env, mobile string) string {
	e.T.Helper()
	e.Drain()
	for _, m := range e.App.Doubles.SMS.For(mobile) {
		if found := rePassword.FindString(m.Text); found != "" {
			return found
		}
	}
	e.T.Fatal("no link came by text message")
	return ""
}

func birthFields(d civil.Day) []string {
	y, m, day := d.Jalali()
	return []string{"birth.day", strconv.Itoa(day), "birth.month", strconv.Itoa(m), "birth.year", strconv.Itoa(y)}
}

// TestCounter: an operator registers somebody, who sets the password on their own
// telephone and signs in.
func TestCounter(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		w := e.Walker(801, "+989360000801")
		visit := e.AtCounter(w)
		p, found, err := e.App.Identity.FindByNationalCode(t.Context(), e.App.DB, w.NationalCode)
		if err != nil || !found || p.Assurance != identity.SeenInPerson || p.Mobile != w.Mobile || p.FirstName != "مراجع" {
			t.Fatalf("the account: %+v, %v", p, err)
		}
		proofs, err := e.App.Identity.Proofs(t.Context(), p.ID)
		if err != nil || len(proofs) != 1 || proofs[0].Way != identity.ByOffice || proofs[0].By.Unit != Office || proofs[0].Ref != visit || proofs[0].By.Person != e.Person(Operator).ID {
			t.Errorf("proofs: %+v, %v", proofs, err)
		}
		looks, err := e.App.Identity.Accesses(t.Context(), p.ID)
		if err != nil || !slices.ContainsFunc(looks, func(a identity.AccessRow) bool {
			return a.What == "office.access.enrol" && a.Why == "office.access.consent_code" && a.Unit == Office
		}) {
			t.Errorf("the client is told %v, %v", looks, err)
		}

		operator := e.As(Operator)
		done := operator.Get("/counter/visits/" + visit).Want(http.StatusOK)
		link := welcomeLink(e, w.Mobile)
		slip := operator.Get("/counter/visits/" + visit + "/slip.pdf").Want(http.StatusOK)
		if !strings.HasPrefix(slip.Body, "%PDF-") || strings.Contains(done.Body, link) {
			t.Error("the operator sees the link, or no slip")
		}

		mine := e.Anonymous()
		page := mine.Get(link).Want(http.StatusOK)
		if strings.Contains(page.Text(), p.LastName) {
			t.Error("the link alone shows who it is for")
		}
		good := func(birth civil.Day, password string) *Page {
			return mine.PostForm(link, append(birthFields(birth), "password", password, "again", password)...)
		}
		good(w.Birth+1, "سه اسب سفید کوهی").Want(http.StatusUnprocessableEntity)
		good(w.Birth, "کوتاه").Want(http.StatusUnprocessableEntity)
		mine.PostForm(link, append(birthFields(w.Birth), "password", "سه اسب سفید کوهی", "again", "دیگر")...).Want(http.StatusUnprocessableEntity)
		good(w.Birth, "سه اسب سفید کوهی").Want(http.StatusSeeOther)
		good(w.Birth, "چهار اسب سیاه دشتی").Want(http.StatusNotFound) // once
		step := mine.Get("/login").Want(http.StatusOK).Submit("/login", "national_code", p.JudicialID, "password", "سه اسب سفید کوهی").Want(http.StatusOK)
		at, err := url.Parse(e.URL)
		if err != nil {
			t.Fatal(err)
		}
		thief := e.Anonymous() // with what was planted in the browser before
		thief.HTTP.Jar.SetCookies(at, mine.HTTP.Jar.Cookies(at))
		step.Submit("/login/code", "code", e.Code(w.Mobile)).Want(http.StatusOK)
		mine.Get("/account").Want(http.StatusOK)
		thief.Get("/account").Want(http.StatusSeeOther)
	})
}

// TestCounterRefuses: what is wrong is said beside its field, and nothing is made.
func TestCounterRefuses(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	operator := e.As(Operator)
	w := e.Walker(802, "+989360000802")
	with := func(pairs ...string) []string {
		fields := slices.Clone(w.Fields())
		for i := 0; i+1 < len(pairs); i += 2 {
			if at := slices.Index(fields, pairs[i]); at >= 0 {
				fields[at+1] = pairs[i+1]
			} else {
				fields = append(fields, pairs[i:i+2]...)
			}
		}
		return fields
	}
	begin := func(fields []string) *Page {
		return operator.Get("/counter/register").Want(http.StatusOK).Submit("/counter/register", fields...)
	}
	for name, c := range map[string]struct {
		fields []string
		words  string
	}{
		"wrong digits":        {with("number", "0001234561"), "digit"},
		"another's birth":     {with("birth.day", "30"), "does not know"},
		"another's telephone": {with("mobile", "09120000000"), "not in the client’s name"},
		"no country":          {with("class", "abroad"), "Choose the country"},
		"unknown foreigner":   {with("class", "foreign", "number", "1234567890"), "register of foreign nationals does not know"},
		"an account":          {with(append([]string{"number", e.Person(Stranger).NationalCode, "mobile", e.Person(Stranger).Mobile}, birthFields(e.Person(Stranger).Birth)...)...), "has an account"},
	} {
		page := begin(c.fields)
		if page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), c.words) {
			t.Errorf("%s: %d %s", name, page.Status, page.Text())
		}
	}
	// Only the card was scanned: the screen waits for the rest, without a word of blame.
	scan := begin([]string{"number", w.NationalCode})
	if scan.Status != http.StatusOK || len(scan.All("[role=alert]")) != 0 || !strings.Contains(scan.Body, w.NationalCode) {
		t.Errorf("a scanned card: %d", scan.Status)
	}
	// The scanner typed into the wrong field.
	stray := begin(with("number", "", "mobile", w.NationalCode))
	if !strings.Contains(stray.Path, "/counter/register") || stray.Status != http.StatusOK {
		t.Errorf("a card that was scanned into another field: %d %s", stray.Status, stray.Text())
	}

	page := begin(w.Fields()).Want(http.StatusOK)
	code := e.Code(w.Mobile)
	page.Capture(Picture(), "fingerprint", "F", "code", "000000").Want(http.StatusUnprocessableEntity)
	page.Capture(nil, "fingerprint", "F", "code", code).Want(http.StatusUnprocessableEntity)
	page.Capture(Picture(), "code", code).Want(http.StatusUnprocessableEntity)
	page.Capture([]byte("no picture"), "fingerprint", "F", "code", code).Want(http.StatusUnprocessableEntity)
	page.Capture(Picture(), "fingerprint", "F", "on_slip", "on").Want(http.StatusUnprocessableEntity) // they have a telephone
	if _, found, err := e.App.Identity.FindByNationalCode(t.Context(), e.App.DB, w.NationalCode); found || err != nil {
		t.Fatal("an account was made", err)
	}
	// A code for one client's visit is worth nothing for another's.
	other := e.Walker(803, "+989360000803")
	otherPage := begin(other.Fields()).Want(http.StatusOK)
	otherPage.Capture(Picture(), "fingerprint", "F", "code", code).Want(http.StatusUnprocessableEntity)
	// A colleague's visit is nobody else's.
	e.As(Manager).PostForm("/counter/resend", "visit", visitOf(page)).Want(http.StatusNotFound)

	// While the office is suspended nothing goes on, not even what was begun.
	if err := e.App.Office.SetState(t.Context(), policy.Actor{Role: policy.System}, Office, office.Suspended, "آزمون"); err != nil {
		t.Fatal(err)
	}
	page.Capture(Picture(), "fingerprint", "F", "code", code).Want(http.StatusForbidden)
	operator.Get("/counter").Want(http.StatusForbidden)
	operator.Get("/counter/register").Want(http.StatusForbidden)
}

func visitOf(p *Page) string {
	_, visit, _ := strings.Cut(p.Path, "visit=")
	return visit
}

// TestCounterTwice: two clicks make one account, and two offices that register
// the same person at once too.
func TestCounterTwice(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		w := e.Walker(804, "+989360000804")
		a := e.Actor(Operator)
		n := office.Client{Class: identity.Resident, Number: w.NationalCode, Birth: w.Birth, Mobile: w.Mobile, Lang: "fa"}
		v, err := e.App.Office.Begin(t.Context(), a, "visit-1", n)
		if err != nil {
			t.Fatal(err)
		}
		code := e.Code(w.Mobile)
		var wg sync.WaitGroup
		people := make([]string, 4)
		for i := range people {
			wg.Go(func() {
				done, err := e.App.Office.Finish(t.Context(), a, v.ID, office.Captured{Entered: code, Picture: pictureUpload(), Fingerprint: "F"})
				if err != nil {
					t.Error(err)
				}
				people[i] = done.Person
			})
		}
		wg.Wait()
		if p, found, err := e.App.Identity.FindByNationalCode(t.Context(), e.App.DB, w.NationalCode); err != nil || !found || slices.ContainsFunc(people, func(id string) bool { return id != p.ID }) {
			t.Errorf("%v is not one account %s, %v", people, p.ID, err)
		}
	})
}

// TestCounterWithoutTelephone: the client signs the slip, on which the code for
// the password is; it can be printed for half an hour.
func TestCounterWithoutTelephone(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	w := e.Walker(805, "")
	page := e.As(Operator).Get("/counter/register").Want(http.StatusOK).Submit("/counter/register", w.Fields()...).Want(http.StatusOK)
	page.Capture(Picture(), "fingerprint", "F").Want(http.StatusUnprocessableEntity) // not ticked
	page = page.Capture(Picture(), "fingerprint", "F", "on_slip", "on").Follow().Want(http.StatusOK)
	visit, err := e.App.Office.Visit(t.Context(), e.Actor(Operator), page.Path[strings.LastIndex(page.Path, "/")+1:])
	if err != nil || visit.Consent != office.OnSlip {
		t.Fatal(visit, err)
	}
	code, err := e.App.Identity.SlipCode(t.Context(), visit.Person, visit.Claim)
	if err != nil || len(code) != 19 {
		t.Fatal(code, err)
	}
	e.As(Operator).Get("/counter/visits/" + visit.ID + "/slip.pdf").Want(http.StatusOK)
	mine := e.Anonymous()
	mine.PostForm("/welcome", "slip", "AAAA-AAAA-AAAA-AAAA").Want(http.StatusUnprocessableEntity)
	next := mine.PostForm("/welcome", "slip", strings.ToLower(code)).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	// After five wrong birth dates the code is worth nothing.
	for range 4 {
		mine.PostForm(next.Path, append(birthFields(w.Birth+1), "password", "سه اسب سفید کوهی", "again", "سه اسب سفید کوهی")...).Want(http.StatusUnprocessableEntity)
	}
	mine.PostForm(next.Path, append(birthFields(w.Birth+1), "password", "سه اسب سفید کوهی", "again", "سه اسب سفید کوهی")...).Want(http.StatusNotFound)
	mine.PostForm(next.Path, append(birthFields(w.Birth), "password", "سه اسب سفید کوهی", "again", "سه اسب سفید کوهی")...).Want(http.StatusNotFound)
	e.Clock.Advance(31 * time.Minute)
	if code, err := e.App.Identity.SlipCode(t.Context(), visit.Person, visit.Claim); code != "" || err != nil {
		t.Error("the code is printed for ever", err)
	}
}

// TestCounterLinkEnds: a link lives for days.
func TestCounterLinkEnds(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite", "TARAZU_OFFICES_LINK_DAYS=2")
	w := e.Walker(806, "+989360000806")
	e.AtCounter(w)
	link := welcomeLink(e, w.Mobile)
	e.Clock.Advance(47 * time.Hour)
	e.Anonymous().Get(link).Want(http.StatusOK)
	e.Clock.Advance(2 * time.Hour)
	e.Anonymous().Get(link).Want(http.StatusNotFound)
}

// TestCounterForeign: a foreign national by the comprehensive code, and by
// passport.
func TestCounterForeign(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	birth := civil.Day(4000)
	e.App.Doubles.Foreigners.Add(
		foreigners.Person{Code: "123456789012", Country: "AF", FirstName: "احمد", LastName: "نوری", FatherName: "کریم", LatinFirst: "Ahmad", LatinLast: "Noori", Birth: birth, Status: foreigners.Resident},
		foreigners.Person{Passport: "A1234567", Country: "DE", FirstName: "آنا", LastName: "اشمیت", LatinFirst: "Anna", LatinLast: "Schmidt", Birth: birth, Status: foreigners.Visitor},
	)
	for _, c := range []struct {
		number, country, mobile string
		kind                    identity.IdentifierKind
	}{
		{"123456789012", "", "+989360000807", identity.ForeignCode},
		{"a1234567", "DE", "+989360000809", identity.Passport},
	} {
		fields := append(birthFields(birth), "class", "foreign", "number", c.number, "mobile", c.mobile, "lang", "en", "country", c.country)
		page := e.As(Operator).Get("/counter/register").Want(http.StatusOK).Submit("/counter/register", fields...).Want(http.StatusOK)
		page.Capture(Picture(), "fingerprint", "F", "code", e.Code(c.mobile)).Follow().Want(http.StatusOK)
		p, found, err := e.App.Identity.FindByIdentifier(t.Context(), e.App.DB, c.kind, c.country, strings.ToUpper(c.number))
		if err != nil || !found || p.Class != identity.Foreign || p.NationalCode != "" || p.Assurance != identity.SeenInPerson {
			t.Errorf("%s: %+v, %v, %v", c.number, p, found, err)
		}
	}
}

// TestRegistryDown: what was typed stays on the screen.
func TestRegistryDown(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	w := e.Walker(808, "+989360000808")
	if err := e.App.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.Down}); err != nil {
		t.Fatal(err)
	}
	page := e.As(Operator).Get("/counter/register").Want(http.StatusOK).Submit("/counter/register", w.Fields()...)
	if page.Status != http.StatusUnprocessableEntity && page.Status != http.StatusServiceUnavailable || !strings.Contains(page.Body, w.NationalCode) {
		t.Errorf("%d %s", page.Status, page.Text())
	}
}

// TestRaise: somebody with an account comes to the counter; nothing of it is
// shown before they agree.
func TestRaise(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		p := e.Person(Stranger)
		operator := e.As(Operator)
		page := operator.Get("/counter/raise").Want(http.StatusOK).Submit("/counter/raise", "number", p.NationalCode).Want(http.StatusOK)
		for _, secret := range []string{p.LastName, p.JudicialID, identity.LocalMobile(p.Mobile)} {
			if strings.Contains(page.Body, secret) {
				t.Errorf("shown before the client agreed: %s", secret)
			}
		}
		page.Capture(Picture(), "fingerprint", "F", "code", "111111").Want(http.StatusUnprocessableEntity)
		page.Capture(Picture(), "fingerprint", "F", "code", e.Code(p.Mobile)).Follow().Want(http.StatusOK)
		now, err := e.App.Identity.Person(t.Context(), p.ID)
		if err != nil || now.Assurance != identity.SeenInPerson {
			t.Errorf("level %d, %v", now.Assurance, err)
		}
		again := operator.Get("/counter/raise").Submit("/counter/raise", "number", p.JudicialID)
		if again.Status != http.StatusUnprocessableEntity || !strings.Contains(again.Text(), "highest") {
			t.Errorf("once more: %d", again.Status)
		}
		self := operator.Get("/counter/raise").Submit("/counter/raise", "number", e.Person(Operator).NationalCode)
		if self.Status != http.StatusUnprocessableEntity {
			t.Errorf("the operator themselves: %d", self.Status)
		}
	})
}

// TestCounterRecovers: an office lets a request go on that was opened with a new
// telephone; a wrong number, or the number of somebody else, opens nothing.
func TestCounterRecovers(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	ctx, p, mobile := t.Context(), e.Person(Stranger), "+989361230000"
	e.App.Doubles.SimOwner.Add(simowner.Pair{NationalCode: p.NationalCode, Mobile: mobile})
	known := func() string {
		e.Clock.Advance(3 * time.Minute)
		regID := id.New()
		_, err := e.App.Identity.Start(ctx, regID, identity.Entries{NationalCode: p.NationalCode, Birth: p.Birth, Mobile: mobile, Address: "192.0.2.7"})
		if err == nil {
			_, err = e.App.Identity.Prove(ctx, regID, e.Code(mobile))
		}
		if err != nil {
			t.Fatal(err)
		}
		return regID
	}
	r, err := e.App.Recovery.Open(ctx, known())
	if err != nil {
		t.Fatal(err)
	}
	operator := e.As(Operator)
	for _, wrong := range [][2]string{{p.NationalCode, "00000000"}, {e.Person(Plaintiff).NationalCode, r.Number}} {
		page := operator.Get("/counter/recover").Want(http.StatusOK).Submit("/counter/recover", "number", wrong[0], "request", wrong[1])
		if page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), "no open request") {
			t.Errorf("%v: %d", wrong, page.Status)
		}
	}
	page := operator.Get("/counter/recover").Submit("/counter/recover", "number", p.NationalCode, "request", r.Number).Want(http.StatusOK)
	if strings.Contains(page.Body, p.LastName) {
		t.Error("shown before the client agreed")
	}
	done := page.Capture(Picture(), "fingerprint", "F", "code", e.Code(mobile)).Follow().Want(http.StatusOK)
	operator.Get(done.Path + "/slip.pdf").Want(http.StatusOK)
	if _, err := e.App.Recovery.Finish(ctx, known(), "پنج قایق آبی ۷۷", ""); err != nil {
		t.Fatal(err)
	}
	now, err := e.App.Identity.Person(ctx, p.ID)
	if err != nil || now.Mobile != mobile || now.Assurance != identity.SeenInPerson {
		t.Errorf("%s, level %d, %v", now.Mobile, now.Assurance, err)
	}
}

func pictureUpload() office.Upload {
	return office.Upload{Name: "face.jpg", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(Picture())), nil }}
}

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/consular"
	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// Nima lives in Berlin; the mission there knows him. Anna has a comprehensive
// code and a telephone here, Omid a passport of Afghanistan and e-mail.
var (
	nima = Entries{
		Class: Abroad, Kind: ConsularRef, Number: "M140400123", Birth: mustDay(1360, 3, 3), Email: "nima@mail.example",
		Country: "DE", Zone: "Europe/Berlin", Lang: i18n.FA, Address: "192.0.2.9",
	}
	anna = Entries{
		Class: Foreign, Kind: ForeignCode, Number: "1234567890123", Birth: mustDay(1365, 5, 5), Mobile: "+989121110000", Country: Home, Lang: i18n.EN, Address: "192.0.2.9",
	}
	omid = Entries{
		Class: Foreign, Kind: Passport, Issuer: "AF", Number: "P01234567", Birth: mustDay(1370, 1, 1), Email: "omid@mail.example", Country: "AF", Zone: "Asia/Kabul", Lang: i18n.FA,
	}
)

const nimaCode = "0000000027"

// others fills the registers of those who are not residents.
func (w *world) others() {
	w.consular.Add(consular.Entry{Reference: nima.Number, State: consular.Confirmed, Person: consular.Person{
		NationalCode: nimaCode, FirstName: "نیما", LastName: "صادقی", FatherName: "رضا", Birth: nima.Birth, Passport: "X12345678", Country: "DE",
		Email: nima.Email, Mobile: "+4915123456789", Mission: "Berlin", Until: mustDay(1420, 1, 1),
	}})
	w.population.Add(population.Entry{NationalCode: nimaCode, Birth: nima.Birth, Person: population.Person{FirstName: "نیما", LastName: "صادقی", FatherName: "رضا", Alive: true}})
	w.foreigners.Add(
		foreigners.Person{
			Code: anna.Number, Passport: "C01X00T47", Country: "DE", FirstName: "آنا", LastName: "وبر", Birth: anna.Birth, Status: foreigners.Resident,
		},
		foreigners.Person{
			Code: "98765432", Passport: omid.Number, Country: "AF", FirstName: "امید", LastName: "نوری", Birth: omid.Birth, Status: foreigners.Visitor,
		})
	w.simowner.Add(simowner.Pair{NationalCode: anna.Number, Mobile: anna.Mobile})
}

// anyCode is the code that was sent to a telephone or an address.
func (w *world) anyCode(to string) string {
	w.t.Helper()
	if !strings.Contains(to, "@") {
		return w.code(to)
	}
	w.drain()
	all := w.mail.For(to)
	if len(all) == 0 {
		w.t.Fatal("no e-mail")
	}
	return sixDigits.FindString(all[0].Text)
}

func (w *world) enlist(e Entries) Person {
	w.t.Helper()
	ctx, regID := w.t.Context(), id.New()
	reg, err := w.s.Start(ctx, regID, e)
	must(w.t, err)
	if reg.State != CodeOut {
		w.t.Fatalf("%s: state %s (%s)", e.Class, reg.State, reg.Cause)
	}
	reg, err = w.s.Prove(ctx, regID, w.anyCode(e.Contact()))
	must(w.t, err)
	if reg.State == Proved || reg.State == Known {
		p, err := w.s.Finish(ctx, regID, goodPassword)
		must(w.t, err)
		return p
	}
	w.t.Fatalf("%s: state %s", e.Class, reg.State)
	return Person{}
}

// TestOtherClasses: who does not live here registers without a telephone of this
// country, signs in, and is found again by every number they have.
func TestOtherClasses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.others()
		ctx := t.Context()
		for _, x := range []struct {
			e     Entries
			level int
			name  string
			codes int
		}{{nima, RegistryChecked, "نیما صادقی", 1}, {anna, RegistryChecked, "آنا وبر", 2}, {omid, SelfDeclared, "امید نوری", 2}} {
			p := w.enlist(x.e)
			if p.Class != x.e.Class || p.Assurance != x.level || p.Name() != x.name || p.Country != x.e.Country || p.Zone != x.e.Zone {
				t.Errorf("%+v", p)
			}
			list, err := w.s.Identifiers(ctx, p.ID)
			must(t, err)
			if len(list) != x.codes {
				t.Errorf("%s: %+v", x.name, list)
			}
			c, err := w.s.Login(ctx, p.JudicialID, goodPassword, stranger)
			must(t, err)
			w.clk.Advance(3 * time.Minute)
			again, err := w.s.Start(ctx, id.New(), x.e)
			must(t, err)
			w.drain()
			if again, err = w.s.Prove(ctx, again.ID, w.anyCode(x.e.Contact())); err != nil || again.State != Known || again.Person != p.ID {
				t.Errorf("%s registers again: %v, %v", x.name, again.State, err)
			}
			if c.Person != p.ID {
				t.Errorf("signed in as %s", c.Person)
			}
			w.clk.Advance(time.Hour)
		}
		if p, found, err := w.s.FindByNationalCode(ctx, w.db, nimaCode); err != nil || !found || p.Class != Abroad || !p.LivesAbroad() {
			t.Errorf("by national code: %+v, %v", p, err)
		}
	})
}

// TestOtherClassesRefused: every refusal names its field and what to do.
func TestOtherClassesRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.others()
		w.consular.Add(
			consular.Entry{Reference: "PENDING1", State: consular.Pending, Person: consular.Person{Birth: nima.Birth}},
			consular.Entry{Reference: "REFUSED1", State: consular.Refused, Person: consular.Person{Birth: nima.Birth}},
			consular.Entry{Reference: "EXPIRED1", State: consular.Expired, Person: consular.Person{Birth: nima.Birth}})
		change := func(e Entries, f func(*Entries)) Entries { f(&e); return e }
		for name, x := range map[string]struct {
			e           Entries
			field, code string
		}{
			"another birth date": {change(nima, func(e *Entries) { e.Birth++ }), "number", CauseNoReference},
			"pending":            {change(nima, func(e *Entries) { e.Number = "PENDING1" }), "number", CauseConsularPending},
			"refused":            {change(nima, func(e *Entries) { e.Number = "REFUSED1" }), "number", CauseConsularRefused},
			"expired":            {change(nima, func(e *Entries) { e.Number = "EXPIRED1" }), "number", CauseConsularExpired},
			"another address":    {change(nima, func(e *Entries) { e.Email = "thief@mail.example" }), "mobile", CauseOtherContact},
			"another telephone":  {change(nima, func(e *Entries) { e.Email, e.Mobile = "", "+4915100000000" }), "mobile", CauseOtherContact},
			"nobody's code":      {change(anna, func(e *Entries) { e.Number = "1234567890199" }), "number", CauseNoForeigner},
			"another's SIM card": {change(anna, func(e *Entries) { e.Mobile = maryam.mobile }), "mobile", CauseOtherMobile},
			"another country":    {change(omid, func(e *Entries) { e.Issuer = "PK" }), "number", CauseNoForeigner},
		} {
			_, err := w.s.Start(t.Context(), id.New(), x.e)
			wantCode(t, err, "identity.register."+x.code)
			e, _ := errors.AsType[*errs.Error](err)
			if len(e.Fields) != 1 || e.Fields[0].Name != x.field {
				t.Errorf("%s: fields %v, want %s", name, e.Fields, x.field)
			}
			w.clk.Advance(time.Hour) // limits
		}
	})
}

// TestOtherRegistersDown: the entries are kept, and the registration goes on by
// itself; the message takes the way that the person gave.
func TestOtherRegistersDown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.others()
		ctx := t.Context()
		must(t, w.consular.Faults().Set(sandbox.Fault{Mode: sandbox.Down}))
		reg, err := w.s.Start(ctx, id.New(), nima)
		must(t, err)
		if reg.State != Waiting || reg.Cause != CauseConsular {
			t.Fatalf("%s, %s", reg.State, reg.Cause)
		}
		must(t, w.consular.Faults().Set(sandbox.Fault{Mode: sandbox.OK}))
		w.clk.Advance(time.Minute)
		must(t, w.s.askAgain(ctx))
		w.drain()
		mail := w.mail.For(nima.Email)
		if len(mail) != 1 || !strings.Contains(mail[0].Text, pathContinue) {
			t.Fatalf("%+v", mail)
		}
		now, err := w.s.Registration(ctx, reg.ID)
		must(t, err)
		if now.State != Ready || now.found.NationalCode != nimaCode || now.FirstName != "نیما" {
			t.Errorf("%+v", now)
		}
		if now, err = w.s.Resend(ctx, reg.ID); err != nil || now.State != CodeOut {
			t.Fatalf("%+v, %v", now, err)
		}
		if now, err = w.s.Prove(ctx, reg.ID, w.anyCode(nima.Email)); err != nil || now.State != Proved {
			t.Fatalf("%+v, %v", now, err)
		}
		p, err := w.s.Finish(ctx, reg.ID, goodPassword)
		must(t, err)
		if p.NationalCode != nimaCode || p.Assurance != RegistryChecked {
			t.Errorf("%+v", p)
		}
	})
}

// TestOtherClassesOnPages: the forms keep what was typed and say what is
// missing; after signing in times are written in the person's zone too.
func TestOtherClassesOnPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.others()
		b := w.browser(w.site(w.s), i18n.EN)
		b.get(pathForeign).at(pathForeign, http.StatusOK)
		b.post(pathForeign, "document", "passport", "number", " p-0123 4567", "birth", "long ago", "country", "AF", "zone", "Asia/Kabul").at(pathForeign, http.StatusUnprocessableEntity)
		b.sees("identity.field.issuer.missing").sees("identity.field.contact.missing").sees("identity.field.birth_any.wrong")
		for _, text := range []string{`value=" p-0123 4567"`, `value="AF" selected`, `value="Asia/Kabul" selected`} {
			if !strings.Contains(b.body, text) {
				t.Errorf("the page does not have %s", text)
			}
		}
		b.get(pathAbroad).at(pathAbroad, http.StatusOK)
		b.post(pathAbroad, "number", "m140400123", "birth", "۱۳۶۰/۳/۳", "email", " nima@MAIL.example ", "country", "DE", "zone", "Europe/Berlin").at(pathCode, http.StatusOK)
		if !strings.Contains(b.body, "n•••@mail.example") {
			t.Errorf("the page does not say where the code went:\n%s", b.body)
		}
		b.post(pathCode, "code", w.anyCode(nima.Email)).at(pathPassword, http.StatusOK)
		b.post(pathPassword, "password", goodPassword, "again", goodPassword).at(pathDone, http.StatusOK)
		b.get(pathAccount).at(pathAccount, http.StatusOK)
		if !strings.Contains(b.body, "where you are") {
			t.Errorf("no local time:\n%s", b.body)
		}
	})
}

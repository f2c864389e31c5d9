// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestProvisionalOtherClasses: whoever does not live here, or is not of this
// country, goes on while the register that knows them is silent, and the account is
// completed by itself: numbers, names, and the level that the register's word has.
func TestProvisionalOtherClasses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.others()
		for _, tt := range []struct {
			who    Entries
			down   sandbox.Double
			cause  string
			last   string
			proved []Way
		}{
			{nima, w.consular, CauseConsular, "صادقی", []Way{ByConsul}},
			{anna, w.simowner, CauseSimOwner, "وبر", []Way{ByRegistry}},
			{omid, w.foreigners, CauseForeigners, "نوری", nil},
		} {
			w.fault(tt.down, sandbox.Down)
			p := w.provisional(tt.who, "نام", "دیگر")
			if p.Class != tt.who.Class || p.Assurance != SelfDeclared || p.NationalCode != "" || p.Email != tt.who.Email || p.Country != tt.who.Country {
				t.Fatalf("%+v", p)
			}
			w.later()
			if now := w.stateOf(p.ID); now.State != Asking || now.Cause != tt.cause || now.Number != tt.who.Number {
				t.Fatalf("while it is down: %+v", now)
			}
			w.fault(tt.down, sandbox.OK)
			w.later()
			now, err := w.s.Person(ctx, p.ID)
			must(t, err)
			if w.stateOf(p.ID).State != Confirmed || now.LastName != tt.last {
				t.Fatalf("%s: %+v", tt.who.Class, now)
			}
			proofs, err := w.s.Proofs(ctx, p.ID)
			must(t, err)
			var ways []Way
			for _, one := range proofs {
				ways = append(ways, one.Way)
			}
			if len(ways) != len(tt.proved) || len(ways) > 0 && ways[0] != tt.proved[0] {
				t.Errorf("%s: proofs %v, want %v", tt.who.Class, ways, tt.proved)
			}
			if again := w.enlist(tt.who); again.ID != p.ID {
				t.Errorf("%s: registering again made another account", tt.who.Class)
			}
		}
		if p, found, err := w.s.FindByNationalCode(ctx, w.db, nimaCode); err != nil || !found || p.Email != nima.Email {
			t.Errorf("by the national code that the mission knows: %+v, %v, %v", p, found, err)
		}
		if _, found, err := w.s.FindByIdentifier(ctx, w.db, Passport, "AF", omid.Number); err != nil || !found {
			t.Errorf("by the passport: %v, %v", found, err)
		}
	})
}

// TestProvisionalCivilRegistryAbroad: the mission answers, the civil registry does not.
func TestProvisionalCivilRegistryAbroad(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.others()
		w.fault(w.population, sandbox.Down)
		p := w.provisional(nima, "نیما", "صادقی")
		w.later()
		if now := w.stateOf(p.ID); now.State != Asking || now.Cause != CausePopulation {
			t.Fatalf("%+v", now)
		}
		w.fault(w.population, sandbox.OK)
		w.later()
		if now, err := w.s.Person(t.Context(), p.ID); err != nil || now.NationalCode != nimaCode || now.FatherName != "رضا" || now.Assurance != RegistryChecked {
			t.Errorf("%+v, %v", now, err)
		}
	})
}

// TestProvisionalOthersContested: two say that they are the same person. Whoever the
// register confirms keeps the account, the other is told; a mistyped number is
// entered again; and who registers again the usual way keeps what they have begun.
func TestProvisionalOthersContested(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.others()
		w.fault(w.foreigners, sandbox.Down)
		w.fault(w.consular, sandbox.Down)
		first := w.provisional(omid, "امید", "نوری")
		e := omid
		e.Email = "somebody.else@mail.example"
		second := w.provisional(e, "امید", "نوری")
		e = nima
		e.Email = "stranger@mail.example"
		stranger := w.provisional(e, "نیما", "صادقی")
		e = nima
		e.Number = "M140400132"
		mistyped := w.provisional(e, "نیما", "صادقی")

		w.fault(w.foreigners, sandbox.OK)
		w.fault(w.consular, sandbox.OK)
		w.clk.Advance(20 * time.Second) // the breakers; the job has not asked yet
		if again := w.enlist(omid); again.ID != first.ID {
			t.Fatal("registering again lost the provisional account")
		}
		w.later()
		if now := w.stateOf(second.ID); now.State != LostToTheOwner {
			t.Errorf("the second of one passport: %+v", now)
		}
		if p, err := w.s.Person(ctx, second.ID); err != nil || p.Status != NotConfirmed {
			t.Errorf("%+v, %v", p, err)
		}
		if now := w.stateOf(stranger.ID); now.State != Contradicted || now.Cause != CauseOtherContact {
			t.Errorf("with an address that the mission does not know: %+v", now)
		}
		if now := w.stateOf(mistyped.ID); now.State != Contradicted || now.Cause != CauseNoReference {
			t.Fatalf("mistyped: %+v", now)
		}
		now, err := w.s.MendProvisional(ctx, policy.Actor{Person: mistyped.ID, Role: policy.Citizen}, nima.Number, nima.Birth, "192.0.2.3")
		if err != nil || now.State != Confirmed {
			t.Errorf("entered again: %+v, %v", now, err)
		}
	})
}

// TestProvisionalPagesAbroad: the way through the pages, and the correction of what
// was mistyped.
func TestProvisionalPagesAbroad(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.others()
		w.fault(w.consular, sandbox.Down)
		b := w.browser(w.site(w.s), i18n.FA)
		b.get(pathAbroad).at(pathAbroad, http.StatusOK)
		b.post(pathAbroad, "number", "m140400132", "birth", "۱۳۶۰/۳/۳", "email", nima.Email, "country", "DE", "zone", "Europe/Berlin").at(pathWaiting, http.StatusOK)
		b.sees("identity.provisional.offer_text.other")
		b.post(pathGoOnCode).at(pathGoOn, http.StatusOK)
		code := w.anyCode(nima.Email)
		b.post(pathGoOn, "code", code, "last_name", "صادقی", "password", goodPassword, "again", goodPassword).at(pathGoOn, http.StatusUnprocessableEntity)
		b.sees("identity.provisional.first_name_missing")
		if !strings.Contains(b.body, "صادقی") {
			t.Error("what was typed is gone")
		}
		b.post(pathGoOn, "code", code, "first_name", "نیما", "last_name", "صادقی", "password", goodPassword, "again", goodPassword).at(pathDone, http.StatusOK)
		b.sees("identity.provisional.asking.consular").sees("identity.provisional.next_name.other")
		w.fault(w.consular, sandbox.OK)
		w.later()
		b.get(pathOwnWord).at(pathOwnWord, http.StatusOK)
		b.sees("identity.provisional.refused").sees("identity.provisional.else_text.other")
		if !strings.Contains(b.body, "M140400132") || strings.Contains(b.body, `name="national_code"`) {
			t.Error("the consular case is not what is asked again")
		}
		b.post(pathOwnWord, "number", "؟", "birth", "1360").at(pathOwnWord, http.StatusUnprocessableEntity)
		b.post(pathOwnWord, "number", nima.Number, "birth", "1360-03-03")
		if p, found, err := w.s.FindByNationalCode(t.Context(), w.db, nimaCode); err != nil || !found || p.FirstName != "نیما" {
			t.Errorf("%+v, %v, %v", p, found, err)
		}
	})
}

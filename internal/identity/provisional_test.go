// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// otherLine is the telephone of somebody who knows another’s national code.
const otherLine = "+989127770000"

// provisional makes an account while a registry is silent.
func (w *world) provisional(e Entries, first, last string) Person {
	w.t.Helper()
	ctx, regID := w.t.Context(), id.New()
	reg, err := w.s.Start(ctx, regID, e)
	must(w.t, err)
	if reg.State != Waiting {
		w.t.Fatalf("state %s, want waiting", reg.State)
	}
	reg, err = w.s.OfferProvisional(ctx, regID)
	must(w.t, err)
	p, err := w.s.Provisional(ctx, regID, ProvisionalEntries{Code: w.anyCode(e.Contact()), FirstName: first, LastName: last, Password: goodPassword})
	must(w.t, err)
	return p
}

// later lets the job ask again; the breaker lets a first call try the system.
func (w *world) later() {
	w.t.Helper()
	for range 3 {
		w.clk.Advance(longestWait + time.Second)
		w.drain()
	}
}

func (w *world) stateOf(person string) Provisional {
	w.t.Helper()
	p, found, err := w.s.ProvisionalOf(w.t.Context(), w.db, person)
	must(w.t, err)
	if !found {
		w.t.Fatal("not provisional")
	}
	return p
}

func (w *world) last(mobile string) string {
	w.t.Helper()
	all := w.sms.For(mobile)
	if len(all) == 0 {
		return ""
	}
	return all[0].Text
}

// hidden fails if anybody finds the account by the national code.
func (w *world) hidden(code string) {
	w.t.Helper()
	ctx := w.t.Context()
	_, found, err := w.s.FindByNationalCode(ctx, w.db, code)
	must(w.t, err)
	many, err := w.s.PeopleOf(ctx, []string{code})
	must(w.t, err)
	if found || len(many) > 0 {
		w.t.Error("a provisional account is found by its national code")
	}
}

// TestProvisional: with each registry down an account is made, and completed by
// itself once it is up; nobody is lost.
func TestProvisional(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var heard []string // that somebody has an account to be found by
		jobs.Subscribe(w.jobs, "test.registered", func(_ context.Context, e Registered) error {
			heard = append(heard, e.Person)
			return nil
		})
		for _, tt := range []struct {
			who   person
			down  sandbox.Double
			cause string
		}{{maryam, w.population, CausePopulation}, {hasan, w.simowner, CauseSimOwner}} {
			w.fault(tt.down, sandbox.Down)
			p := w.provisional(tt.who.entries(), "مریم", "رضایی‌پور")
			if p.Assurance != SelfDeclared || p.NationalCode != "" || p.Name() != "مریم رضایی‌پور" {
				t.Fatalf("%+v", p)
			}
			w.hidden(tt.who.code)
			w.later()
			w.hidden(tt.who.code)
			if now := w.stateOf(p.ID); now.State != Asking || now.Cause != tt.cause {
				t.Fatalf("while it is down: %+v", now)
			}
			if !strings.Contains(w.last(tt.who.mobile), p.JudicialID) {
				t.Error("the judicial identifier was not sent")
			}
			from := From{Address: "192.0.2.9", Nonce: "n"}
			_, err := w.s.Login(ctx, p.JudicialID, goodPassword, from)
			must(t, err)
			_, err = w.s.Login(ctx, tt.who.code, goodPassword, from)
			wantCode(t, err, "identity.login.wrong")
			err = w.db.Write(ctx, func(tx *store.Tx) error { return w.s.AddProofTx(ctx, tx, Proof{Person: p.ID, Way: ByVideo}) })
			wantCode(t, err, "identity.provisional.unconfirmed")

			before := len(heard)
			w.fault(tt.down, sandbox.OK)
			w.later()
			full, found, err := w.s.FindByNationalCode(ctx, w.db, tt.who.code)
			must(t, err)
			if !found || full.ID != p.ID || full.Assurance != RegistryChecked || full.FirstName != tt.who.first || full.LastName != tt.who.last || full.FatherName != "محمد" {
				t.Errorf("confirmed: %+v, %v", full, found)
			}
			proofs, err := w.s.Proofs(ctx, p.ID)
			must(t, err)
			if len(proofs) != 1 || proofs[0].Way != ByRegistry {
				t.Errorf("proofs %+v", proofs)
			}
			if got := w.last(tt.who.mobile); got != w.words.Printer(i18n.FA).T("identity.sms.provisional.confirmed", "id", p.JudicialID) {
				t.Errorf("told %q", got)
			}
			if got := heard[len(heard)-1]; got != p.ID || len(heard) != before+1 {
				t.Errorf("%d heard of it, the last of %s", len(heard)-before, got)
			}
			told := len(w.sms.For(tt.who.mobile))
			w.later()
			if n := len(w.sms.For(tt.who.mobile)); n != told {
				t.Errorf("told %d times more", n-told)
			}
			_, err = w.s.Login(ctx, tt.who.code, goodPassword, from)
			must(t, err)
		}
		must(t, func() error { _, err := w.ledger.Sequence(ctx); return err }())
	})
}

// TestProvisionalFaults: registries that are slow, flap or answer nonsense lose
// nobody and confirm nobody by mistake.
func TestProvisionalFaults(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]sandbox.Fault{
		"flapping": {Mode: sandbox.Flapping, Pattern: "ddud"},
		"garbage":  {Mode: sandbox.Wrong, How: sandbox.Garbage}, "other": {Mode: sandbox.Wrong, How: sandbox.Other}, "busy": {Mode: sandbox.Down, How: sandbox.Busy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				ctx := t.Context()
				w.fault(w.population, sandbox.Down)
				p := w.provisional(maryam.entries(), "مریم", "رضایی")
				must(t, w.population.Faults().Set(f))
				for range 4 {
					w.later()
					now, err := w.s.Person(ctx, p.ID)
					must(t, err)
					if state := w.stateOf(p.ID).State; state == Contradicted || state == LostToTheOwner || now.Assurance == RegistryChecked && now.NationalCode != maryam.code {
						t.Fatalf("%s: %+v", state, now)
					}
				}
				w.fault(w.population, sandbox.OK)
				w.later()
				if now, err := w.s.Person(ctx, p.ID); err != nil || now.NationalCode != maryam.code || now.Assurance != RegistryChecked || now.LastName != maryam.last {
					t.Errorf("in the end: %+v, %v", now, err)
				}
			})
		})
	}
}

// TestProvisionalSlow: a registry that answers too late is a silent one, and the
// next question is put off.
func TestProvisionalSlow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		server := httptest.NewServer(w.population)
		defer server.Close()
		d := w.deps
		d.Population = population.New(link.New(link.Options{Name: w.population.Name(), BaseURL: server.URL, Token: sandboxtest.Token, Timeout: 20 * time.Millisecond, Clock: w.clk}))
		slow := w.service(d)
		must(t, w.population.Faults().Set(sandbox.SlowBy(time.Hour)))
		regID := id.New()
		reg, err := slow.Start(ctx, regID, maryam.entries())
		if err != nil || reg.State != Waiting {
			t.Fatalf("%+v, %v", reg, err)
		}
		_, err = slow.OfferProvisional(ctx, regID)
		must(t, err)
		w.fault(w.population, sandbox.Down) // for the job that sends the code and asks
		n := ProvisionalEntries{Code: w.code(maryam.mobile), FirstName: "مریم", LastName: "رضایی", Password: goodPassword}
		p, err := slow.Provisional(ctx, regID, n)
		must(t, err)
		must(t, w.population.Faults().Set(sandbox.SlowBy(time.Hour)))
		w.clk.Advance(time.Minute)
		must(t, slow.settleProvisional(ctx))
		row, err := store.One[provisionalRow](ctx, w.db, sqlProvisional, p.ID)
		must(t, err)
		if row.State != Asking || row.Tries != 1 || !row.Next.After(w.clk.Now()) {
			t.Errorf("%+v", row)
		}
		w.fault(w.population, sandbox.OK)
		w.later()
		if got, found, err := w.s.FindByNationalCode(ctx, w.db, maryam.code); err != nil || !found || got.ID != p.ID {
			t.Errorf("%+v, %v, %v", got, found, err)
		}
	})
}

// TestProvisionalRefused: a registry that says no leaves the account at level 0,
// says why, and lets its owner enter it again.
func TestProvisionalRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for _, tt := range []struct {
			cause  string
			change func(*Entries)
		}{
			{CauseNoMatch, func(e *Entries) { e.Birth-- }},
			{CauseDeceased, func(e *Entries) { *e = dead.entries() }},
			{CauseOtherMobile, func(e *Entries) { e.Mobile = otherLine }},
		} {
			e := maryam.entries()
			tt.change(&e)
			w.fault(w.population, sandbox.Down)
			p := w.provisional(e, "مریم", "رضایی")
			w.fault(w.population, sandbox.OK)
			w.later()
			if now := w.stateOf(p.ID); now.State != Contradicted || now.Cause != tt.cause {
				t.Fatalf("%+v, want %s", now, tt.cause)
			}
			if now, err := w.s.Person(ctx, p.ID); err != nil || now.Assurance != SelfDeclared || now.NationalCode != "" || now.Status != Active {
				t.Errorf("%s: %+v, %v", tt.cause, now, err)
			}
			if got := w.last(e.Mobile); got != w.words.Printer(i18n.FA).T("identity.sms.provisional.refused", "id", p.JudicialID) {
				t.Errorf("%s: told %q", tt.cause, got)
			}
			w.hidden(e.NationalCode)
			if tt.cause != CauseNoMatch {
				continue
			}
			a := policy.Actor{Person: p.ID, Role: policy.Citizen}
			now, err := w.s.MendProvisional(ctx, a, maryam.code, maryam.birth, "192.0.2.3")
			if err != nil || now.State != Confirmed {
				t.Fatalf("mended: %+v, %v", now, err)
			}
			_, err = w.s.MendProvisional(ctx, a, hasan.code, hasan.birth, "192.0.2.3")
			wantCode(t, err, "identity.provisional.over")
			if full, found, err := w.s.FindByNationalCode(ctx, w.db, maryam.code); err != nil || !found || full.ID != p.ID || full.Birth != maryam.birth {
				t.Errorf("%+v, %v, %v", full, found, err)
			}
			// The next cases are about accounts of others with codes of their own.
			must(t, w.db.Write(ctx, func(tx *store.Tx) error {
				return tx.Exec(ctx, `DELETE FROM identity_by_national_code WHERE national_code = $1`, maryam.code)
			}))
		}
	})
}

// TestOwnerGetsTheirCode: whoever names another's national code while the
// registry is silent is not in their way, and loses the account.
func TestOwnerGetsTheirCode(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.fault(w.population, sandbox.Down)
		e := maryam.entries()
		e.Mobile = otherLine
		thief := w.provisional(e, "مریم", "رضایی")
		mistyped := maryam.entries()
		mistyped.Birth, mistyped.Mobile = maryam.birth-1, "+989127770001"
		other := w.provisional(mistyped, "زهرا", "احمدی")
		w.fault(w.population, sandbox.OK)
		w.clk.Advance(time.Second * 20) // the breaker; the job has not asked yet
		owner := w.register(maryam)
		if got, found, err := w.s.FindByNationalCode(ctx, w.db, maryam.code); err != nil || !found || got.ID != owner.ID {
			t.Fatalf("%+v, %v, %v", got, found, err)
		}
		if now := w.stateOf(thief.ID); now.State != LostToTheOwner {
			t.Errorf("the other: %+v", now)
		}
		if state, _, err := w.s.StatusOf(ctx, w.db, thief.ID); err != nil || state != NotConfirmed {
			t.Errorf("status %s, %v", state, err)
		}
		_, err := w.s.Actor(ctx, thief.ID, "")
		wantCode(t, err, "identity.closed")
		_, err = w.s.Login(ctx, thief.JudicialID, goodPassword, From{Address: "192.0.2.9", Nonce: "n"})
		wantCode(t, err, WhyNotConfirmed)
		w.later()
		if got := w.last(otherLine); got != w.words.Printer(i18n.FA).T("identity.sms.provisional.lost", "id", thief.JudicialID) {
			t.Errorf("told %q", got)
		}
		// Who mistyped loses nothing.
		if now, err := w.s.Person(ctx, other.ID); err != nil || now.Status != Active || w.stateOf(other.ID).State != Contradicted {
			t.Errorf("%+v, %v, %s", now, err, w.stateOf(other.ID).State)
		}
		if got, found, err := w.s.FindByNationalCode(ctx, w.db, maryam.code); err != nil || !found || got.ID != owner.ID {
			t.Errorf("later: %+v, %v, %v", got, found, err)
		}
	})
}

// TestOwnerRacesProvisional: the owner's registration ends while the job confirms
// an account with a second telephone of theirs. One account has the code, the
// other is closed or made known; never two, never none.
func TestOwnerRacesProvisional(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.simowner.Add(simowner.Pair{NationalCode: maryam.code, Mobile: otherLine})
		w.fault(w.population, sandbox.Down)
		e := maryam.entries()
		e.Mobile = otherLine
		p := w.provisional(e, "مریم", "رضایی")
		w.fault(w.population, sandbox.OK)
		w.clk.Advance(20 * time.Second)
		regID := id.New()
		_, err := w.s.Start(ctx, regID, maryam.entries())
		must(t, err)
		reg, err := w.s.Prove(ctx, regID, w.code(maryam.mobile))
		must(t, err)
		if reg.State != Proved {
			t.Fatalf("state %s", reg.State)
		}
		row, err := store.One[provisionalRow](ctx, w.db, sqlProvisional, p.ID)
		must(t, err)
		other := w.service(w.deps)
		var wg sync.WaitGroup
		var finish, asked, again error
		wg.Go(func() { _, finish = w.s.Finish(ctx, regID, goodPassword) })
		wg.Go(func() { _, asked = other.askProvisional(ctx, row) })
		wg.Go(func() { _, again = w.s.askProvisional(ctx, row) })
		wg.Wait()
		must(t, errors.Join(asked, again))
		owner, found, err := w.s.FindByNationalCode(ctx, w.db, maryam.code)
		must(t, err)
		state := w.stateOf(p.ID).State
		switch {
		case !found:
			t.Fatal("nobody has the code")
		case owner.ID == p.ID && (state != Confirmed || !isCode(finish, "identity.register.known_now")):
			t.Errorf("the provisional one has it: %s, %v", state, finish)
		case owner.ID != p.ID && (state != LostToTheOwner || finish != nil):
			t.Errorf("the owner's has it: %s, %v", state, finish)
		}
		if n := w.count(`SELECT count(*) FROM identity_person WHERE national_code = $1`, maryam.code); n != 1 {
			t.Errorf("%d accounts with the code", n)
		}
		if owner.Assurance != RegistryChecked || owner.Status != Active {
			t.Errorf("%+v", owner)
		}
	})
}

// TestProvisionalRegistersAgain: the same person with the same telephone gets
// into the account that is there, with what is in it.
func TestProvisionalRegistersAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.fault(w.population, sandbox.Down)
		p := w.provisional(maryam.entries(), "مریم", "رضا")
		w.fault(w.population, sandbox.OK)
		w.clk.Advance(20 * time.Second)
		if again := w.register(maryam); again.ID != p.ID || again.LastName != maryam.last || again.Assurance != RegistryChecked {
			t.Errorf("%+v, want account %s", again, p.ID)
		}
		w.later()
		if n := w.count(`SELECT count(*) FROM identity_person`); n != 1 {
			t.Errorf("%d accounts", n)
		}
	})
}

// TestProvisionalTakenOver: what somebody else with the owner's telephone put before
// the account, a passkey and recovery codes, ends when the owner registers, who is
// told of it.
func TestProvisionalTakenOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.fault(w.population, sandbox.Down)
		p := w.provisional(maryam.entries(), "مریم", "رضا")
		stranger := policy.Actor{Person: p.ID, Role: policy.Citizen, Session: "s"}
		dev, _ := w.passkey(stranger)
		_, err := w.s.MakeRecoveryCodes(ctx, stranger)
		must(t, err)
		w.fault(w.population, sandbox.OK)
		w.clk.Advance(20 * time.Second)
		if owner := w.register(maryam); owner.ID != p.ID {
			t.Fatalf("%+v", owner)
		}
		c, err := w.s.AskToEnter(ctx)
		must(t, err)
		answer, err := dev.Assert(string(c.Options))
		must(t, err)
		if _, err := w.s.EnterByPasskey(ctx, c.State, answer, From{Address: "192.0.2.9"}); err == nil {
			t.Error("the passkey of who was there before opens the account")
		}
		if have, err := w.s.Standing(ctx, p.ID); err != nil || have.Any() {
			t.Errorf("%+v, %v", have, err)
		}
		records, err := store.All[[]byte](ctx, w.db, `SELECT record FROM ledger_entry WHERE owner = $1`, p.ID)
		must(t, err)
		if !slices.ContainsFunc(records, func(r []byte) bool { return strings.Contains(string(r), "identity.password_changed") }) {
			t.Error("there is no evidence of the new password")
		}
		w.later()
		want, told := w.words.Printer(i18n.FA).T("identity.sms.alert.taken_over"), 0
		for _, m := range w.sms.For(maryam.mobile) {
			if m.Text == want {
				told++
			}
		}
		if told != 1 {
			t.Errorf("told %d times", told)
		}
	})
}

// TestProvisionalDoubleClick: many presses at once make one account; what is
// wrong is said; a known telephone is told of its account.
func TestProvisionalDoubleClick(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, regID := t.Context(), id.New()
		w.fault(w.population, sandbox.Down)
		_, err := w.s.Start(ctx, regID, maryam.entries())
		must(t, err)
		_, err = w.s.OfferProvisional(ctx, regID)
		must(t, err)
		n := ProvisionalEntries{Code: w.code(maryam.mobile), FirstName: "مریم", LastName: "رضایی", Password: goodPassword}
		for code, change := range map[string]func(*ProvisionalEntries){
			"form.required":       func(n *ProvisionalEntries) { n.FirstName = " " },
			"form.too_long":       func(n *ProvisionalEntries) { n.LastName = strings.Repeat("ر", maxName+1) },
			"identity.code.wrong": func(n *ProvisionalEntries) { n.Code = wrong(n.Code) },
		} {
			bad := n
			change(&bad)
			_, err := w.s.Provisional(ctx, regID, bad)
			wantCode(t, err, code)
		}
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if _, err := w.s.Provisional(ctx, regID, n); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := w.count(`SELECT count(*) FROM identity_person`); n != 1 {
			t.Errorf("%d accounts", n)
		}
		w.fault(w.population, sandbox.OK)
		w.later()
		w.fault(w.population, sandbox.Down)
		again := id.New()
		_, err = w.s.Start(ctx, again, maryam.entries())
		must(t, err)
		_, err = w.s.OfferProvisional(ctx, again)
		must(t, err)
		n.Code = w.code(maryam.mobile)
		_, err = w.s.Provisional(ctx, again, n)
		wantCode(t, err, "identity.provisional.have")
		if !errs.Is(err, errs.Conflict) {
			t.Error(err)
		}
	})
}

// TestProvisionalNotYetKnown: whoever is not in the registry gets nothing by
// waiting.
func TestProvisionalNotYetKnown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		newborn := person{code: "0000000027", mobile: "+989120000027", birth: mustDay(1380, 1, 1)}
		w.fault(w.population, sandbox.Down)
		p := w.provisional(newborn.entries(), "نو", "رسیده")
		w.fault(w.population, sandbox.OK)
		w.later()
		if w.stateOf(p.ID).Cause != CauseNoMatch {
			t.Fatalf("%+v", w.stateOf(p.ID))
		}
		// The registry learns of them: asking again by the owner is enough.
		w.population.Add(population.Entry{NationalCode: newborn.code, Birth: newborn.birth, Person: population.Person{FirstName: "نو", LastName: "رسیده", Alive: true}})
		w.simowner.Add(simowner.Pair{NationalCode: newborn.code, Mobile: newborn.mobile})
		now, err := w.s.MendProvisional(t.Context(), policy.Actor{Person: p.ID, Role: policy.Citizen}, newborn.code, newborn.birth, "192.0.2.3")
		if err != nil || now.State != Confirmed {
			t.Errorf("%+v, %v", now, err)
		}
	})
}

// TestProvisionalPages goes the whole way without script, in both languages.
func TestProvisionalPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		base := w.site(w.s)
		for l, who := range map[i18n.Lang]person{i18n.FA: maryam, i18n.EN: hasan} {
			w.fault(w.simowner, sandbox.Down)
			b := w.browser(base, l)
			b.get(pathGoOn).at(pathRegister, 200)
			b.get(pathRegister).fill(who).at(pathWaiting, 200).sees("identity.provisional.offer_go")
			b.get(pathGoOn).at(pathWaiting, 200) // no code was asked for
			b.post(pathGoOnCode).at(pathGoOn, 200).sees("identity.provisional.lead")
			code := w.code(who.mobile)
			b.post(pathGoOnCode).at(pathGoOn, 200).sees("identity.code.under_way")
			b.post(pathGoOn, "code", wrong(code), "first_name", "الف", "last_name", "ب", "password", goodPassword, "again", goodPassword).at(pathGoOn, 422).sees("identity.code.wrong", "left", 4)
			if !strings.Contains(b.body, "الف") || strings.Contains(b.body, goodPassword) {
				t.Error("the page must keep the name, not the password")
			}
			b.post(pathGoOn, "code", code, "first_name", "", "last_name", "ب", "password", goodPassword, "again", "x").at(pathGoOn, 422)
			b.post(pathGoOn, "code", code, "first_name", "الف", "last_name", "ب", "password", goodPassword, "again", goodPassword).at(pathDone, 200)
			b.sees("identity.provisional.done").sees("identity.provisional.asking.simowner").sees("identity.provisional.next_name")
			b.get(pathAccount).at(pathAccount, 200).sees("identity.provisional.asking.simowner")
			b.get(pathOwnWord).at(pathOwnWord, 200).sees("identity.provisional.said_text")
			w.fault(w.simowner, sandbox.OK)
			w.later()
			b.get(pathOwnWord).at(pathAccount, 200)
			if !strings.Contains(b.body, who.last) || !strings.Contains(b.body, who.code) {
				t.Error("the account is not complete")
			}
		}
	})
}

// TestProvisionalMendPages: somebody who mistyped sees why and mends it.
func TestProvisionalMendPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b := w.browser(w.site(w.s), i18n.FA)
		w.fault(w.population, sandbox.Down)
		b.get(pathRegister).fill(maryam, "birth.year", "1361").at(pathWaiting, 200)
		b.post(pathGoOnCode).at(pathGoOn, 200)
		b.post(pathGoOn, "code", w.code(maryam.mobile), "first_name", "مریم", "last_name", "رضایی", "password", goodPassword, "again", goodPassword).at(pathDone, 200)
		w.fault(w.population, sandbox.OK)
		w.later()
		b.get(pathOwnWord).at(pathOwnWord, 200).sees("identity.register.no_match").sees("identity.provisional.else_text")
		b.post(pathOwnWord, "national_code", "1").at(pathOwnWord, 422)
		b.post(pathOwnWord, "national_code", maryam.code, "birth.day", "15", "birth.month", "7", "birth.year", "1362").at(pathAccount, 200)
		if !strings.Contains(b.body, maryam.code) {
			t.Error("the account is not complete")
		}
		b.post(pathOwnWord, "national_code", maryam.code, "birth.day", "15", "birth.month", "7", "birth.year", "1362").at(pathAccount, 200)
	})
}

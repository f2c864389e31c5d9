// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"slices"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func TestSignInNames(t *testing.T) {
	t.Parallel()
	judicial := "12345678903" // with its check digit below
	judicial += string(rune('0' + luhn(judicial)))
	for typed, want := range map[string]string{
		"۰۰۰۱۲۳۴۵۶۰":       "0001234560",
		" 000-1234560 ":    "0001234560",
		judicial:           judicial,
		"98765432":         "98765432",
		"1234567890123456": "1234567890123456",
	} {
		if got, err := SignInName(typed); err != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for typed, code := range map[string]string{
		"": "identity.login.name", "مریم": "identity.login.name", "C01X00T47": "identity.login.name",
		"0001234561":            "persian.national_code.check",
		judicial[:11] + "x":     "identity.login.name",
		"123456789012345678901": "persian.national_code.length",
	} {
		if _, err := SignInName(typed); !isCode(err, code) {
			t.Errorf("%q: %v, want %s", typed, err, code)
		}
	}
	wrong := judicial[:11] + string('0'+(judicial[11]-'0'+1)%10)
	if _, err := SignInName(wrong); !isCode(err, "identity.login.judicial_id") {
		t.Errorf("%q: %v", wrong, err)
	}
}

// TestLevels: a level is that of the best proof that stands, whatever ends and
// in whatever order.
func TestLevels(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p := w.register(maryam)
		level := func() int {
			t.Helper()
			now, err := w.s.Person(ctx, p.ID)
			must(t, err)
			return now.Assurance
		}
		write := func(f func(tx *store.Tx) error) {
			t.Helper()
			must(t, w.db.Write(ctx, f))
		}
		prove := func(way Way, until time.Time) {
			t.Helper()
			write(func(tx *store.Tx) error {
				return w.s.AddProofTx(ctx, tx, Proof{Person: p.ID, Way: way, Until: until, By: policy.Actor{Person: "x", Role: policy.Operator, Unit: "u"}})
			})
		}
		end := func(ways ...Way) {
			t.Helper()
			write(func(tx *store.Tx) error {
				return w.s.EndProofsTx(ctx, tx, p.ID, policy.Actor{}, "identity.proof.sim", ways...)
			})
		}
		if got := level(); got != RegistryChecked {
			t.Fatalf("registered with level %d", got)
		}
		prove(ByOffice, time.Time{})
		prove(ByVideo, time.Time{})
		if got := level(); got != SeenInPerson {
			t.Errorf("seen at an office: %d", got)
		}
		end(ByOffice)
		if got := level(); got != SeenRemotely {
			t.Errorf("without the office: %d", got)
		}
		end(ByRegistry)
		if got := level(); got != SeenRemotely {
			t.Errorf("without the registry: %d", got)
		}
		end()
		if got := level(); got != SelfDeclared {
			t.Errorf("with nothing: %d", got)
		}
		end() // nothing to end is no fault
		prove(ByConsul, w.clk.Now().Add(-time.Hour))
		if got := level(); got != SelfDeclared {
			t.Errorf("a proof that is over counts: %d", got)
		}
		list, err := w.s.Proofs(ctx, p.ID)
		must(t, err)
		if len(list) != 4 || list[0].Way != ByConsul || list[1].EndedWhy != "identity.proof.sim" || list[1].By.Unit != "u" {
			t.Errorf("%+v", list)
		}
	})
}

// TestIdentifiers: a new number takes the old one's place and its history stays;
// nobody takes somebody else's.
func TestIdentifiers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		enrol := func(code string) Person {
			t.Helper()
			p, err := w.s.Enrol(ctx, policy.Actor{Role: policy.System}, NewPerson{
				Class: Foreign, FirstName: "Anna", LastName: "Weber", Email: "a@example.org", Country: "DE",
				Identifiers: []Identifier{{Kind: Passport, Country: "DE", Value: code, Source: "test"}}, Password: goodPassword,
			})
			must(t, err)
			return p
		}
		anna := enrol("c01x-00t47")
		if anna.NationalCode != "" || !anna.LivesAbroad() || anna.Class != Foreign {
			t.Errorf("%+v", anna)
		}
		if got, found, err := w.s.FindByIdentifier(ctx, w.db, Passport, "DE", "C01X00T47"); err != nil || !found || got.ID != anna.ID {
			t.Errorf("%v, %v, %v", got, found, err)
		}
		_, err := w.s.Enrol(ctx, policy.Actor{Role: policy.System}, NewPerson{
			Class: Foreign, FirstName: "Anna", LastName: "Weber", Email: "b@example.org",
			Identifiers: []Identifier{{Kind: Passport, Country: "DE", Value: "C01X00T47"}},
		})
		if !isCode(err, "identity.person_exists") {
			t.Errorf("the same passport twice: %v", err)
		}
		enrol("C02X00")
		add := func(person string, n Identifier) error {
			return w.db.Write(ctx, func(tx *store.Tx) error { return w.s.AddIdentifierTx(ctx, tx, person, n) })
		}
		must(t, add(anna.ID, Identifier{Kind: Passport, Country: "DE", Value: "C99X00", Source: "renewed"}))
		must(t, add(anna.ID, Identifier{Kind: Passport, Country: "DE", Value: "c99x00", Source: "again"}))
		must(t, add(anna.ID, Identifier{Kind: ForeignCode, Value: "98765432", Source: "registry"}))
		if err := add(anna.ID, Identifier{Kind: Passport, Country: "DE", Value: "C02X00"}); !errs.Is(err, errs.Conflict) {
			t.Errorf("somebody else's passport: %v", err)
		}
		list, err := w.s.Identifiers(ctx, anna.ID)
		must(t, err)
		if len(list) != 3 || !slices.ContainsFunc(list, func(i Identifier) bool { return i.Value == "C01X00T47" && !i.Until.IsZero() }) {
			t.Errorf("%+v", list)
		}
		if _, found, err := w.s.FindByIdentifier(ctx, w.db, Passport, "DE", "C01X00T47"); err != nil || found {
			t.Errorf("the old passport still leads to somebody: %v", err)
		}
		for _, name := range []string{anna.JudicialID, "98765432"} {
			row, found, err := w.s.findRow(ctx, w.db, name)
			if err != nil || !found || row.ID != anna.ID {
				t.Errorf("%s: %v, %v", name, found, err)
			}
		}
	})
}

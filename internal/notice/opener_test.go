// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// Whose opening counts is what the table says, and nothing else: for everybody who can
// open it is asked once by the reading that stands and once by one that says the
// opposite.
func TestWhoseOpeningCounts(t *testing.T) {
	t.Parallel()
	standing, err := DefaultEffects()
	if err != nil {
		t.Fatal(err)
	}
	see := []policy.Right{policy.See, policy.OpenNotices}
	for _, c := range []struct {
		name     string
		who      policy.Actor
		lawyerOf string
		opener   string
		counts   bool // by the reading that stands
	}{
		{"the addressee", policy.Actor{Person: "p", Role: policy.Citizen}, "", OpenerSelf, true},
		{"the head of a body", policy.Actor{Person: "h", Role: policy.Representative, For: "b", Rights: policy.Rights()}, "", OpenerRepresentative, true},
		{"who holds a post", policy.Actor{Person: "x", Role: policy.Representative, For: "b", Unit: "u", Delegated: true, Rights: see}, "", OpenerRepresentative, true},
		{"a helper", policy.Actor{Person: "d", Role: policy.Helper, For: "p", Delegated: true, Rights: see}, "", OpenerHelper, true},
		{"a lawyer on record", policy.Actor{Person: "l", Role: policy.Lawyer}, "a party", OpenerLawyer, true},
		{"the staff of the lawyer", policy.Actor{Person: "c", Role: policy.LawClerk, For: "l", Rights: see}, "a party", OpenerLawClerk, true},
		{"a guardian", policy.Actor{Person: "g", Role: policy.Guardian, For: "p", Rights: see}, "", OpenerGuardian, true},
		{"a program", policy.Actor{Person: "b", Role: policy.Representative, For: "b", Machine: true, Rights: see}, "", OpenerMachine, false},
	} {
		if got := openerOf(c.who, c.lawyerOf); got != c.opener {
			t.Errorf("%s opens as %s, want %s", c.name, got, c.opener)
		}
		other := EffectNone
		if !c.counts {
			other = EffectActualService
		}
		opposite := changed(t, func(reading, row map[string]any) {
			reading["from"] = "2020-01-01"
			row["openers"].(map[string]any)[c.opener] = other
		})
		for table, counts := range map[*Effects]bool{&standing: c.counts, &opposite: !c.counts} {
			at := storetest.Start
			n := Notice{Kind: KindJudgment, Issued: at, Arrived: at, LawyerOf: c.lawyerOf, Addressee: AddresseePerson}
			n.Facts = []Fact{{Kind: FactViewed, Code: c.opener, Person: c.who.Person, At: at.Add(time.Hour), Made: at.Add(time.Hour)}}
			s := &Service{effects: *table}
			e := table.Of(n)
			if got := e.Reach() == ReachActual; got != counts {
				t.Errorf("%s: served in fact %v, want %v", c.name, got, counts)
			}
			if got := s.OpenTo(policy.Actor{Person: "somebody else"}, n); got != counts {
				t.Errorf("%s: open to the others %v, want %v", c.name, got, counts)
			}
			if !s.OpenTo(c.who, n) {
				t.Errorf("%s may not read again what they opened", c.name)
			}
		}
	}
}

// A table in which a kind has no group, or two, is refused: a limit would let it
// through, or hide it from everybody.
func TestGroupsAreWhole(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		if GroupOf(kind) == "" {
			t.Errorf("%s has no group", kind)
		}
	}
	for name, bad := range map[string]string{
		"a kind without one": `{"groups":[{"code":"a","kinds":["writ"],"source":"x","mark":"inf"}]}`,
		"a kind in two":      `{"groups":[{"code":"a","kinds":["writ"],"source":"x","mark":"inf"},{"code":"b","kinds":["writ"],"source":"x","mark":"inf"}]}`,
		"no such kind":       `{"groups":[{"code":"a","kinds":["wish"],"source":"x","mark":"inf"}]}`,
		"no source":          `{"groups":[{"code":"a","kinds":["writ"],"mark":"inf"}]}`,
		"no JSON":            `{`,
	} {
		if _, err := parseGroups([]byte(bad)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// A first opening that means nothing in law is a fact, and the notice stays unopened:
// it is still counted as such, and is deemed refused when its time is up.
func TestOpeningInVainStopsNothing(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		body := r.person(t, "fa")
		n := claim("k1", body.Person)
		n.Addressee = AddresseeBody
		out := r.deliver(t, n)
		program := policy.Actor{Person: body.Person, Role: policy.Representative, For: body.Person, Machine: true, Assurance: 3, Rights: []policy.Right{policy.See, policy.OpenNotices}}
		if _, err := r.Open(t.Context(), program, out.ID); err == nil {
			t.Error("a program without a key opened it")
		}
		r.d.Machine = func(context.Context, *store.Tx, policy.Actor) error { return nil }
		got := must(r.Open(t.Context(), program, out.ID))(t)
		if got.Paper.FA == "" || got.Opened() || r.kinds(t, body.Person, out.ID) != "arrived viewed " {
			t.Errorf("%+v, facts %s", got, r.kinds(t, body.Person, out.ID))
		}
		if c := must(r.Counts(t.Context(), body))(t); c.Unviewed != 1 {
			t.Errorf("counts %+v", c)
		}
		for range 2 { // again is only reading
			must(r.Open(t.Context(), program, out.ID))(t)
		}
		r.clk.Advance(11 * 24 * time.Hour)
		if err := r.Deem(t.Context()); err != nil {
			t.Fatal(err)
		}
		if kinds := r.kinds(t, body.Person, out.ID); kinds != "arrived viewed deemed " {
			t.Errorf("facts: %s", kinds)
		}
	})
}

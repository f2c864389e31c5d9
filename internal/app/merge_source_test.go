// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// holdsAs are the capacities of a role that somebody can use today.
func holdsAs(e *Env, who Who, role policy.Role) (out []identity.Capacity) {
	e.T.Helper()
	list, err := e.App.Identity.Capacities(e.T.Context(), e.Person(who).ID)
	if err != nil {
		e.T.Fatal(err)
	}
	for _, c := range list {
		if c.Role == role && c.Holds(civil.Of(e.Clock.Now())) {
			out = append(out, c)
		}
	}
	return out
}

// TestMergedLicence: a licence that was given to an account which was merged is
// asked about by the code under which its issuer knows it, while the merge stands
// and after it was taken back; what the issuer has changed meanwhile stays.
func TestMergedLicence(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		const gone, into = Defendant, Stranger
		register := e.App.Doubles.Professions
		today := civil.Of(e.Clock.Now())
		says := func(state professions.State, grade professions.Grade) {
			t.Helper()
			register.Add(professions.Entry{NationalCode: e.Person(gone).NationalCode, Licence: professions.Licence{
				Kind: professions.Lawyer, Issuer: "bar-tehran", Number: "77", Grade: grade, State: state, From: today.Add(-100), Until: today.Add(900),
			}})
			e.Clock.Advance(8 * 24 * time.Hour)
			if err := e.App.Licence.Ask(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		wants := func(what string, who Who, n int) {
			t.Helper()
			if got := holdsAs(e, who, policy.Lawyer); len(got) != n {
				t.Errorf("%s: %s holds %+v", what, who, got)
			}
		}
		given, err := e.App.Identity.AddCapacity(t.Context(), policy.Actor{Role: policy.System}, identity.Capacity{
			Person: e.Person(gone).ID, Role: policy.Lawyer, TitleFA: "وکیل", TitleEN: "lawyer", Source: "test", From: today, Number: "77", Issuer: "bar-tehran",
		})
		if err != nil {
			t.Fatal(err)
		}
		mergeAccounts(e, gone, into)
		if list := holdsAs(e, into, policy.Lawyer); len(list) != 1 || list[0].Origin != given || list[0].OriginOf != e.Person(gone).ID {
			t.Fatalf("carried: %+v", list)
		}
		says(professions.Valid, professions.First)
		wants("valid", into, 1)
		says(professions.Suspended, professions.First)
		wants("suspended", into, 0)
		says(professions.Valid, professions.Second)
		wants("lifted", into, 1)

		unmergeAccounts(e, gone, into)
		wants("parted", into, 0)
		wants("parted", gone, 1)
		if list := holdsAs(e, gone, policy.Lawyer); list[0].Grade != string(professions.Second) || list[0].Origin != given {
			t.Errorf("what the issuer changed is lost: %+v", list[0])
		}
		says(professions.Revoked, professions.Second)
		wants("revoked", gone, 0)
	})
}

// TestMergedIntroduction: the undo of a file finds what it gave or changed where a
// merge has carried it; and what the undo gives back goes with its person when the
// merge is taken back afterwards.
func TestMergedIntroduction(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		const gone, into = Defendant, Stranger
		bar := policy.Actor{Role: policy.Association, Unit: "bar-tehran"}
		send := func(number, state string, as Who) (batch string) {
			t.Helper()
			text := "کد ملی;نام خانوادگی;شماره پروانه;پایه;اعتبار تا;وضعیت;علت\n" +
				e.Person(gone).NationalCode + ";" + e.Person(as).LastName + ";" + number + ";1;1420/01/01;" + state + ";\n"
			b, err := e.App.Intro.Check(t.Context(), bar, "lawyers", "bar-tehran", "x.csv", []byte(text))
			if err == nil {
				err = e.App.Intro.Apply(t.Context(), bar, b.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
			e.Drain()
			return b.ID
		}
		undo := func(batch string) {
			t.Helper()
			if err := e.App.Intro.Undo(t.Context(), bar, batch); err != nil {
				t.Fatal(err)
			}
			e.Drain()
		}
		wants := func(what string, ofGone, ofInto int) {
			t.Helper()
			if a, b := holdsAs(e, gone, policy.Lawyer), holdsAs(e, into, policy.Lawyer); len(a) != ofGone || len(b) != ofInto {
				t.Errorf("%s: %+v\n%+v", what, a, b)
			}
		}
		merge := func() { mergeAccounts(e, gone, into); e.Drain() }
		unmerge := func() { unmergeAccounts(e, gone, into); e.Drain() }

		batch := send("1", "", gone)
		wants("given", 1, 0)
		merge()
		wants("given, merged", 0, 1)
		undo(batch)
		wants("given, merged, undone", 0, 0)
		unmerge()
		wants("given, merged, undone, parted", 0, 0)

		batch = send("2", "", gone)
		merge()
		unmerge()
		wants("given, merged, parted", 1, 0)
		undo(batch)
		wants("given, merged, parted, undone", 0, 0)

		given := send("3", "", gone)
		batch = send("3", "suspended", gone)
		wants("suspended", 0, 0)
		merge()
		wants("suspended, merged", 0, 0)
		undo(batch)
		wants("suspended, merged, undone", 0, 1)
		unmerge()
		wants("suspended, merged, undone, parted", 1, 0)

		batch = send("3", "revoked", gone)
		merge()
		wants("revoked, merged", 0, 0)
		undo(batch)
		wants("revoked, merged, undone", 0, 1)
		unmerge()
		wants("revoked, merged, undone, parted", 1, 0)

		merge()
		batch = send("3", "revoked", into)
		wants("merged, revoked", 0, 0)
		unmerge()
		wants("merged, revoked, parted", 0, 0)
		undo(batch)
		wants("merged, revoked, parted, undone", 1, 0)
		undo(given) // three merges later
		wants("all undone", 0, 0)
	})
}

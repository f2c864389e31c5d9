// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

const whyOne = "هر دو شناسنامه را دیدم؛ یک نفر است"

var secondAdmin = policy.Actor{Person: "second", Role: policy.Administrator, Name: "مدیر دوم"}

// mergeAccounts has two administrators make one account of two.
func mergeAccounts(e *Env, gone, into Who) (merge string) {
	e.T.Helper()
	p, err := e.App.Merge.Propose(e.T.Context(), e.Actor(Administrator), e.Person(gone).ID, e.Person(into).ID, whyOne)
	if err == nil {
		_, err = e.App.Merge.Decide(e.T.Context(), secondAdmin, p.ID, true)
	}
	if err != nil {
		e.T.Fatal(err)
	}
	return p.ID
}

func unmergeAccounts(e *Env, gone, into Who) {
	e.T.Helper()
	p, err := e.App.Merge.ProposeUndo(e.T.Context(), e.Actor(Administrator), e.Person(gone).ID, e.Person(into).ID, whyOne)
	if err == nil {
		_, err = e.App.Merge.DecideUndo(e.T.Context(), secondAdmin, p.ID, true)
	}
	if err != nil {
		e.T.Fatal(err)
	}
}

// TestMergedNotices: what was served on the account that ends is read in the one
// that goes on, with receipts from before; taken back, everything is where it was.
func TestMergedNotices(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx := t.Context()
		w := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, w.Case)
		paper := e.Serve(Clerk, w, Defendant)
		e.Open(Defendant, paper)
		e.Sequence()
		gone, into := e.Person(Defendant), e.Person(Stranger)
		e.As(Defendant).Get("/inbox/" + paper + "/receipt").Want(http.StatusOK)

		mergeAccounts(e, Defendant, Stranger)
		e.As(Defendant).Get("/inbox").Want(http.StatusSeeOther) // the session is over
		e.Drain()
		mine := e.As(Stranger)
		mine.Get("/inbox/" + paper).Follow().Want(http.StatusOK)
		file := mine.Get("/inbox/" + paper + "/receipt").Want(http.StatusOK).Body
		if r, err := receipt.Verify([]byte(file), receipt.Options{Keys: []string{e.App.Ledger.VKey()}}); err != nil || r.Members["recipient"] != gone.ID {
			t.Errorf("the receipt of the account that was served: %+v, %v", r.Members, err)
		}
		for _, name := range []string{gone.NationalCode, gone.JudicialID, into.NationalCode} {
			p, found, err := e.App.Identity.FindByName(ctx, name)
			if err != nil || !found || p.ID != into.ID {
				t.Errorf("a name leads to %s, %v, want %s", p.ID, err, into.ID)
			}
		}
		if p, _, err := e.App.Identity.FindByNationalCode(ctx, e.App.DB, gone.NationalCode); err != nil || p.ID != into.ID {
			t.Errorf("the national code leads to %s, %v", p.ID, err)
		}

		unmergeAccounts(e, Defendant, Stranger)
		e.Drain()
		mine.Get("/inbox/" + paper).Want(http.StatusNotFound)
		back := e.Again(Defendant)
		back.Get("/inbox/" + paper).Follow().Want(http.StatusOK)
		back.Get("/inbox/" + paper + "/receipt").Want(http.StatusOK)
		if p, _, err := e.App.Identity.FindByNationalCode(ctx, e.App.DB, gone.NationalCode); err != nil || p.ID != gone.ID {
			t.Errorf("parted again the national code leads to %s, %v", p.ID, err)
		}
	})
}

// TestWhoMayMerge: two administrators, neither of them concerned; of two merges
// that cross each other one wins.
func TestWhoMayMerge(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx := t.Context()
		a, b := e.Person(Stranger), e.Person(Defendant)
		admin := e.Actor(Administrator)
		propose := func(by policy.Actor, gone, into string) error {
			_, err := e.App.Merge.Propose(ctx, by, gone, into, whyOne)
			return err
		}
		for name, c := range map[string]struct {
			by         policy.Actor
			gone, into string
			kind       errs.Kind
		}{
			"a clerk":                   {e.Actor(Clerk), a.ID, b.ID, errs.Forbidden},
			"the person who ends":       {policy.Actor{Person: a.ID, Role: policy.Administrator}, a.ID, b.ID, errs.Forbidden},
			"the person who goes on":    {policy.Actor{Person: b.ID, Role: policy.Administrator}, a.ID, b.ID, errs.Forbidden},
			"an account with itself":    {admin, a.ID, a.ID, errs.Invalid},
			"an account of nobody":      {admin, a.ID, "none", errs.NotFound},
			"taking back what is apart": {},
		} {
			if name == "taking back what is apart" {
				if _, err := e.App.Merge.ProposeUndo(ctx, admin, a.ID, b.ID, whyOne); !errs.Is(err, errs.Conflict) {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if err := propose(c.by, c.gone, c.into); !errs.Is(err, c.kind) {
				t.Errorf("%s: %v, want %v", name, err, c.kind)
			}
		}
		one, err := e.App.Merge.Propose(ctx, admin, a.ID, b.ID, whyOne)
		if err != nil {
			t.Fatal(err)
		}
		other, err := e.App.Merge.Propose(ctx, secondAdmin, b.ID, a.ID, whyOne)
		if err != nil {
			t.Fatal(err)
		}
		for name, by := range map[string]policy.Actor{"who proposed": admin, "the person who goes on": {Person: b.ID, Role: policy.Administrator}} {
			if _, err := e.App.Merge.Decide(ctx, by, one.ID, true); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s decides: %v", name, err)
			}
		}
		outcome := make(chan error, 4)
		for range 2 {
			go func() { _, err := e.App.Merge.Decide(ctx, secondAdmin, one.ID, true); outcome <- err }()
			go func() { _, err := e.App.Merge.Decide(ctx, admin, other.ID, true); outcome <- err }()
		}
		done := 0
		for range 4 {
			switch err := <-outcome; {
			case err == nil:
				done++
			case !errs.Is(err, errs.Conflict):
				t.Errorf("who came second: %v", err)
			}
		}
		if done != 1 {
			t.Fatalf("%d merges went through, want 1", done)
		}
		statuses := map[identity.Status]int{}
		for _, p := range []string{a.ID, b.ID} {
			now, _, err := e.App.Identity.StatusOf(ctx, e.App.DB, p)
			if err != nil {
				t.Fatal(err)
			}
			statuses[now]++
		}
		if statuses[identity.Active] != 1 || statuses[identity.Merged] != 1 {
			t.Errorf("the accounts are %v", statuses)
		}
	})
}

// TestMergedLevelAndCapacities: the level falls to the lower one, what somebody
// was goes on, what others gave them rests; both are told.
func TestMergedLevelAndCapacities(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx := t.Context()
		gone, into := e.Person(Lawyer), e.Person(Operator) // levels 1 and 3
		mergeAccounts(e, Lawyer, Operator)
		p, err := e.App.Identity.Person(ctx, into.ID)
		if err != nil || p.Assurance != identity.RegistryChecked {
			t.Errorf("level %d, %v", p.Assurance, err)
		}
		roles := func(person string) (out []string) {
			list, err := e.App.Identity.Capacities(ctx, person)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				if c.Ended.IsZero() {
					out = append(out, string(c.Role))
				}
			}
			return out
		}
		if got := strings.Join(roles(into.ID), " "); got != "operator lawyer" {
			t.Errorf("goes on as %q", got)
		}
		e.Drain()
		for _, who := range []identity.Person{gone, into} {
			if n := len(e.App.Doubles.SMS.For(who.Mobile)); n != 1 {
				t.Errorf("%d messages", n)
			}
		}
		unmergeAccounts(e, Lawyer, Operator)
		if p, err = e.App.Identity.Person(ctx, into.ID); err != nil || p.Assurance != identity.SeenInPerson {
			t.Errorf("parted again level %d, %v", p.Assurance, err)
		}
		if a, b := strings.Join(roles(into.ID), " "), strings.Join(roles(gone.ID), " "); a != "operator" || b != "lawyer" {
			t.Errorf("parted again %q and %q", a, b)
		}
	})
}

// TestMergedCases: cases, filings, drafts and payments follow the person; what was
// filed and paid before is read with its receipt, goes on from the new account, and
// goes back when the merge was a mistake.
func TestMergedCases(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		w := e.File(Plaintiff, Defendant, LargeClaim)
		draft := e.Draft(Plaintiff, Defendant, SmallClaim)
		paid := e.Draft(Plaintiff, Defendant, SmallClaim)
		e.Pay(Plaintiff, paid)
		e.Refer(Judge, w.Case)
		mergeAccounts(e, Plaintiff, Stranger)
		e.Drain()
		mine := e.As(Stranger)
		look := func(as *Client, status int) {
			t.Helper()
			for _, path := range []string{"/cases/" + w.Case, "/filings/" + w.ID + "/done", "/filings/" + w.ID + "/receipt", "/filings/" + draft + "/check", "/filings/" + paid + "/sign"} {
				if got := as.Get(path); got.Status != status {
					t.Errorf("%s: %d, want %d", path, got.Status, status)
				}
			}
		}
		look(mine, http.StatusOK)
		e.Sign(Stranger, paid) // with a code to the telephone of the account that goes on
		e.Pay(Stranger, draft)
		letter := e.Letter(Clerk, w.Case, Stranger) // the court reaches the party in the account that goes on
		e.Open(Stranger, letter)

		unmergeAccounts(e, Plaintiff, Stranger)
		e.Drain()
		back := e.Again(Plaintiff)
		back.Get("/cases/" + w.Case).Want(http.StatusOK)
		back.Get("/filings/" + w.ID + "/receipt").Want(http.StatusOK)
		mine.Get("/cases/" + w.Case).Want(http.StatusNotFound)
		mine.Get("/filings/" + w.ID + "/done").Want(http.StatusNotFound)
		mine.Get("/inbox/" + letter).Follow().Want(http.StatusOK) // arrived since, and stays
	})
}

// TestMergeCandidates: accounts with a telephone and a name in common are listed
// once, and not again when somebody has said that they are two people.
func TestMergeCandidates(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx := t.Context()
		p := e.Person(Stranger)
		two, err := e.App.Identity.Enrol(ctx, policy.Actor{Role: policy.System}, identity.NewPerson{
			NationalCode: NationalCode(940), FirstName: p.FirstName, LastName: p.LastName, FatherName: p.FatherName, Birth: p.Birth, Mobile: "+989350009940",
		})
		if err != nil {
			t.Fatal(err)
		}
		e.Person(Defendant) // somebody else
		for range 2 {
			if err := e.App.Merge.Find(ctx); err != nil {
				t.Fatal(err)
			}
		}
		admin := e.As(Administrator)
		list, err := e.App.Merge.Candidates(ctx)
		if err != nil || len(list) != 1 || list[0].Reason != "names" || list[0].One != p.ID || list[0].Two != two.ID {
			t.Fatalf("found %+v, %v", list, err)
		}
		at := "/admin/merges/compare/" + p.ID + "/" + two.ID
		if got := admin.Get("/admin/merges").Want(http.StatusOK).Link(at); got != at {
			t.Errorf("the list leads to %q", got)
		}
		admin.Get(at).Want(http.StatusOK).Submit(at + "/apart").Want(http.StatusOK)
		if err := e.App.Merge.Find(ctx); err != nil {
			t.Fatal(err)
		}
		if list, err = e.App.Merge.Candidates(ctx); err != nil || len(list) != 0 {
			t.Errorf("listed again: %+v, %v", list, err)
		}
	})
}

// TestManyCandidates: of a large group of accounts that share something no pair is
// left out, whatever was decided about the others.
func TestManyCandidates(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx := t.Context()
		const n = 13
		var all []string
		for i := range n {
			p, err := e.App.Identity.Enrol(ctx, policy.Actor{Role: policy.System}, identity.NewPerson{
				NationalCode: NationalCode(600 + i), FirstName: "ریحانه", LastName: "نمونه " + string(rune('ا'+i)), Mobile: "+989361230000",
			})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p.ID)
		}
		if err := e.App.Merge.Apart(ctx, e.Actor(Administrator), all[0], all[n-1]); err != nil {
			t.Fatal(err)
		}
		if err := e.App.Merge.Find(ctx); err != nil {
			t.Fatal(err)
		}
		list, err := e.App.Merge.Candidates(ctx)
		if err != nil || len(list) != n*(n-1)/2-1 {
			t.Errorf("%d of %d pairs, %v", len(list), n*(n-1)/2-1, err)
		}
	})
}

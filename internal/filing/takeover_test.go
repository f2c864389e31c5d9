// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// codeOf is the code of an error.
func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}

// haltedOf is an appeal that a lawyer on record filed for the defendant and the
// registry halted.
func haltedOf(t *testing.T, e *apptest.Env, lawyer apptest.Who, defects ...filing.Defect) filing.Filing {
	t.Helper()
	f := appealedBy(t, e, lawyer, 5)
	if len(defects) == 0 {
		defects = []filing.Defect{{Field: "narrative", Code: "unclear"}}
	}
	if _, err := e.App.Filing.Halt(t.Context(), e.Actor(apptest.Clerk), f.ID, defects); err != nil {
		t.Fatal(err)
	}
	e.Drain()
	return get(t, e, lawyer, f.ID)
}

// toMend are the terms to mend something in somebody's list.
func toMend(t *testing.T, e *apptest.Env, a policy.Actor) []docket.Due {
	t.Helper()
	due, err := e.App.Docket.OpenDeadlines(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(due, func(d docket.Due) bool { return d.Rule != "cpc-54" })
}

// endLawyer ends a lawyer's representation as the defendant wishes.
func endLawyer(t *testing.T, e *apptest.Env, lawyer apptest.Who, f filing.Filing) {
	t.Helper()
	err := e.App.Docket.EndLawyer(t.Context(), e.Actor(apptest.Defendant), f.Case, f.Party, e.Person(lawyer).ID)
	if err != nil {
		t.Fatal(err)
	}
}

// writes answers the pages that are open with another narrative.
func writes(t *testing.T, e *apptest.Env, who apptest.Who, f filing.Filing, narrative string) {
	t.Helper()
	ctx, me := t.Context(), e.Actor(who)
	answers := maps.Clone(get(t, e, who, f.ID).Answers)
	answers["narrative"] = narrative
	d, err := e.App.Catalogue.Version(ctx, f.Service, f.Version)
	if err != nil {
		t.Fatal(err)
	}
	for _, pg := range d.Pages {
		if _, err := e.App.Filing.Save(ctx, me, f.ID, pg.Key, answers); err != nil {
			t.Fatal(pg.Key, err)
		}
	}
}

// mends writes, fixes, pays if something is owed, signs, and returns what was
// submitted.
func mends(t *testing.T, e *apptest.Env, who apptest.Who, f filing.Filing, owed bool) (filing.Filing, error) {
	t.Helper()
	ctx, me := t.Context(), e.Actor(who)
	writes(t, e, who, f, clearer)
	if owed {
		e.Pay(who, f.ID)
	} else if f, err := e.App.Filing.Freeze(ctx, me, f.ID); err != nil {
		return f, err
	}
	e.Clock.Advance(2 * time.Minute) // the next code may be asked for
	if err := e.App.Filing.SendSignatureCode(ctx, me, f.ID); err != nil {
		return f, err
	}
	return e.App.Filing.Submit(ctx, me, f.ID, e.Code(e.Person(who).Mobile))
}

// TestTakeOver: the lawyer is dismissed before he has mended anything. The party
// takes the filing over, mends and signs it; the court goes on with it, evidence and
// the timeline name both, and the lawyer keeps what he signed and sees nothing new.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, s := t.Context(), e.App.Filing
		f := haltedOf(t, e, apptest.Lawyer)
		party, lawyer := e.Actor(apptest.Defendant), e.Actor(apptest.Lawyer)
		writes(t, e, apptest.Lawyer, f, "نوشتهٔ وکیل که هرگز امضا نشد و برای کسی نمی‌ماند.")
		if _, err := s.TakeOver(ctx, party, f.Case, f.ID); codeOf(err) != "filing.take_over.stands" {
			t.Errorf("taken from a lawyer who is on record: %v", err)
		}
		endLawyer(t, e, apptest.Lawyer, f)
		for who, want := range map[apptest.Who]errs.Kind{apptest.Plaintiff: errs.NotFound, apptest.Stranger: errs.NotFound, apptest.Lawyer: errs.NotFound} {
			if _, err := s.TakeOver(ctx, e.Actor(who), f.Case, f.ID); !errs.Is(err, want) {
				t.Errorf("taken over by %s: %v", who, err)
			}
		}
		mine, err := s.TakeOver(ctx, party, f.Case, f.ID)
		if err != nil || mine.Owner != party.Person || mine.Status != filing.Halted || mine.Tracking != f.Tracking {
			t.Fatalf("%s of %s, %v", mine.Status, mine.Owner, err)
		}
		if again, err := s.TakeOver(ctx, party, f.Case, f.ID); err != nil || again.ID != f.ID {
			t.Errorf("a second press: %v", err)
		}
		if strings.Contains(mine.Answers["narrative"].(string), "نوشتهٔ وکیل") {
			t.Error("what the lawyer did not sign was handed on")
		}
		if _, err := s.Freeze(ctx, lawyer, f.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("the lawyer goes on: %v", err)
		}
		done, err := mends(t, e, apptest.Defendant, mine, false)
		if err != nil || done.Status != filing.Submitted {
			t.Fatalf("%s: %v", done.Status, err)
		}
		e.Drain()
		e.Sequence()
		if _, _, d, err := s.Received(ctx, e.Actor(apptest.Clerk), f.ID); err != nil || d == nil {
			t.Errorf("the desk does not see it: %v", err)
		}
		list, _, err := s.Versions(ctx, party, f.ID, "fa")
		if err != nil || len(list) != 2 || !list[0].Ready || !list[1].Ready || !list[0].Paper || !list[1].Paper {
			t.Errorf("the party has %d versions with their proofs %+v, %v", len(list), list, err)
		}
		old, _, err := s.Versions(ctx, lawyer, f.ID, "fa")
		if err != nil || len(old) != 1 || old[0].Round != 0 || !old[0].Ready {
			t.Errorf("the lawyer keeps %d versions, %v", len(old), err)
		}
		if _, _, err := s.VersionReceipt(ctx, lawyer, f.ID, 0); err != nil {
			t.Errorf("the lawyer has lost his receipt: %v", err)
		}
		if _, _, err := s.VersionPaper(ctx, lawyer, f.ID, 1, "fa"); !errs.Is(err, errs.NotFound) {
			t.Errorf("the lawyer reads what the party signed: %v", err)
		}
		records, err := store.All[[]byte](ctx, e.App.DB, `SELECT record FROM ledger_entry WHERE owner = $1`, party.Person)
		if err != nil {
			t.Fatal(err)
		}
		var both bool
		for _, r := range records {
			both = both || strings.Contains(string(r), "filing.taken_over") && strings.Contains(string(r), lawyer.Person) && strings.Contains(string(r), party.Person)
		}
		if !both {
			t.Error("no evidence names both")
		}
		page := e.As(apptest.Defendant).Get("/cases/" + f.Case).Want(http.StatusOK).Text()
		if !strings.Contains(page, "took over what "+e.Person(apptest.Lawyer).Name()) {
			t.Error("the timeline does not tell")
		}
		if due := toMend(t, e, party); len(due) != 0 {
			t.Errorf("the term is open still: %+v", due)
		}
	})
}

// TestTakeOverWhilePaying: the lawyer has fixed the mended filing, and paid the fee
// that was missing, when he is dismissed: what is owed ends, what was paid goes back
// to him, and his code signs nothing.
func TestTakeOverWhilePaying(t *testing.T) {
	t.Parallel()
	for name, pays := range map[string]bool{"owed": false, "paid": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apptest.Each(t, func(t *testing.T, e *apptest.Env) {
				ctx, s := t.Context(), e.App.Filing
				f := haltedOf(t, e, apptest.Lawyer, filing.Defect{Field: "narrative", Code: "unclear"}, filing.Defect{Field: "fee", Code: "fee_missing"})
				owes(t, e, f)
				party, lawyer := e.Actor(apptest.Defendant), e.Actor(apptest.Lawyer)
				writes(t, e, apptest.Lawyer, f, clearer)
				code := ""
				if pays {
					e.Pay(apptest.Lawyer, f.ID)
					if err := s.SendSignatureCode(ctx, lawyer, f.ID); err != nil {
						t.Fatal(err)
					}
					code = e.Code(e.Person(apptest.Lawyer).Mobile)
				}
				frozen, err := s.Freeze(ctx, lawyer, f.ID)
				if err != nil || frozen.Payment == "" {
					t.Fatal(frozen.Status, err)
				}
				endLawyer(t, e, apptest.Lawyer, f)
				if _, err := e.App.Payment.Begin(ctx, lawyer, frozen.Payment); err == nil {
					t.Error("the lawyer pays for whom he represents no more")
				}
				mine, err := s.TakeOver(ctx, party, f.Case, f.ID)
				if err != nil || mine.Status != filing.Halted || mine.Payment != "" {
					t.Fatalf("%+v: %v", mine.Status, err)
				}
				p, err := e.App.Payment.Of(ctx, lawyer.Person, frozen.Payment)
				_, back, rerr := e.App.Payment.RefundOf(ctx, lawyer.Person, frozen.Payment)
				if err != nil || rerr != nil || back != pays || !pays && p.State != "void" {
					t.Errorf("his payment is %s, goes back: %t; %v %v", p.State, back, err, rerr)
				}
				if pays {
					if _, err := s.Submit(ctx, lawyer, f.ID, code); !errs.Is(err, errs.NotFound) {
						t.Errorf("his code signs: %v", err)
					}
				}
				if done, err := mends(t, e, apptest.Defendant, mine, true); err != nil || done.Status != filing.Submitted {
					t.Errorf("%s: %v", done.Status, err)
				}
			})
		})
	}
}

// owes has a filing owe more than was paid for it, as if a part had been forgotten.
func owes(t *testing.T, e *apptest.Env, f filing.Filing) {
	t.Helper()
	record, err := store.One[[]byte](t.Context(), e.App.DB, `SELECT record FROM filing_version WHERE owner = $1 AND filing_id = $2`, f.Owner, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	less := strings.Replace(string(record), `"total_rials":`, `"total_rials":1,"was":`, 1)
	err = e.App.DB.WriteBlind(t.Context(), func(tx *store.Tx) error {
		return tx.Exec(t.Context(), `UPDATE filing_version SET record = $3 WHERE owner = $1 AND filing_id = $2`, f.Owner, f.ID, []byte(less))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTakeOverByNextLawyer: a new lawyer on record takes over, and after him the
// party again; a lawyer of the other side does not.
func TestTakeOverByNextLawyer(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, s := t.Context(), e.App.Filing
		f := haltedOf(t, e, apptest.Lawyer)
		endLawyer(t, e, apptest.Lawyer, f)
		e.RecordLawyer(apptest.Clerk, apptest.Stranger, apptest.Defendant, f.Case)
		next := e.Actor(apptest.Stranger)
		if _, err := s.TakeOver(ctx, next, f.Case, f.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("taken over in his private capacity: %v", err)
		}
		next.Role = policy.Lawyer
		mine, err := s.TakeOver(ctx, next, f.Case, f.ID)
		if err != nil || mine.Owner != next.Person || mine.Standing != next.Role {
			t.Fatalf("%s as %s: %v", mine.Owner, mine.Standing, err)
		}
		endLawyer(t, e, apptest.Stranger, f)
		if _, err := s.Freeze(ctx, next, f.ID); err == nil {
			t.Error("he goes on after he was dismissed, too")
		}
		if mine, err = s.TakeOver(ctx, e.Actor(apptest.Defendant), f.Case, f.ID); err != nil {
			t.Fatal(err)
		}
		done, err := mends(t, e, apptest.Defendant, mine, false)
		if err != nil || done.Status != filing.Submitted {
			t.Fatalf("%s: %v", done.Status, err)
		}
		if _, err := s.TakeOver(ctx, e.Actor(apptest.Defendant), f.Case, f.ID); codeOf(err) != "filing.not_halted" {
			t.Errorf("what is mended is taken over: %v", err)
		}
	})
}

// TestTakeOverPages: the party is led from its list to the page, and on; the lawyer's
// page says what became of it.
func TestTakeOverPages(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := haltedOf(t, e, apptest.Lawyer)
	path := "/cases/" + f.Case + "/filings/" + f.ID + "/take-over"
	b := e.As(apptest.Defendant)
	page := b.Get(path).Want(http.StatusOK)
	if !strings.Contains(page.Text(), "is still a lawyer in this case") || strings.Contains(page.Body, "Go on with it myself") {
		t.Error("it does not say that the lawyer is still there")
	}
	endLawyer(t, e, apptest.Lawyer, f)
	if !strings.Contains(b.Get("/home").Body, path) {
		t.Error("the list of terms does not lead there")
	}
	e.As(apptest.Plaintiff).Get(path).Want(http.StatusNotFound)
	page = b.Get(path).Want(http.StatusOK).Submit(path)
	if page.Path != "/filings/"+f.ID+"/mend" {
		t.Fatalf("at %s: %s", page.Path, page.Text())
	}
	page = e.As(apptest.Lawyer).Get("/filings/" + f.ID).Follow().Want(http.StatusOK)
	if !strings.Contains(page.Text(), "This filing went to your client") {
		t.Errorf("the lawyer is told %s", page.Text())
	}
}

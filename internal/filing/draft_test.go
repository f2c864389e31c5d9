// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// TestDoubleStart: the same act twice makes one draft.
func TestDoubleStart(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		me := e.Actor(apptest.Plaintiff)
		n := filing.NewFiling{Service: "petition-debt", Act: id.New(), Lang: i18n.FA}
		var wg sync.WaitGroup
		ids := make([]string, 6)
		for i := range ids {
			wg.Go(func() {
				f, err := e.App.Filing.Start(t.Context(), me, n)
				if err != nil {
					t.Error(err)
				}
				ids[i] = f.ID
			})
		}
		wg.Wait()
		for _, got := range ids {
			if got != ids[0] {
				t.Fatalf("six clicks made %v", ids)
			}
		}
		mine, err := e.App.Filing.Mine(t.Context(), me)
		if err != nil || len(mine) != 1 {
			t.Errorf("%d drafts, %v; want 1", len(mine), err)
		}
	})
}

// TestWrongAnswersStayOnThePage: what was typed is shown again, the right part
// is kept, and each fault stands at its field.
func TestWrongAnswersStayOnThePage(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	me := e.As(apptest.Plaintiff)
	page := me.PostForm("/filings", "service", "petition-debt", "act", id.New()).Follow().Want(http.StatusOK)
	base := strings.TrimSuffix(page.Path, "/pages/plaintiff")
	page = me.PostForm(base+"/pages/defendant",
		"defendant_national_code", "12345", "defendant_first_name", "رضا <b>", "defendant_last_name", "", "defendant_father_name", "",
		"defendant_abroad", "no", "defendant_province", "tehran", "defendant_county", "tehran",
		"defendant_address", apptest.DefendantAddress, "defendant_postal", "", "then", "next")
	page.Want(http.StatusUnprocessableEntity)
	for _, name := range []string{"defendant_national_code", "defendant_last_name"} {
		if len(page.All("[name="+name+"]")) != 1 || !strings.Contains(page.Body, `href="#f-`+name+`"`) {
			t.Errorf("no fault is named at %s\n%s", name, page.Text())
		}
	}
	if !strings.Contains(page.Body, `value="12345"`) || !strings.Contains(page.Body, "رضا &lt;b&gt;") {
		t.Error("what was typed is not shown again, escaped")
	}
	if !strings.Contains(me.Get(base+"/pages/defendant").Body, apptest.DefendantAddress) {
		t.Error("the right answers of the page were lost")
	}
}

// TestNameMustFitTheRegistry: a name that the registry does not know under the
// code stops the page; a registry that is down does not.
func TestNameMustFitTheRegistry(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	ctx, me := t.Context(), e.Actor(apptest.Plaintiff)
	other := e.Person(apptest.Defendant)
	f, err := e.App.Filing.Start(ctx, me, filing.NewFiling{Service: "petition-debt", Act: id.New(), Lang: i18n.FA})
	if err != nil {
		t.Fatal(err)
	}
	answers := catalogue.Answers{
		"defendant_national_code": other.NationalCode, "defendant_first_name": "دیگری", "defendant_last_name": other.LastName,
		"defendant_abroad": false, "defendant_province": "tehran", "defendant_county": "tehran", "defendant_address": apptest.DefendantAddress,
	}
	wrong, err := e.App.Filing.Save(ctx, me, f.ID, "defendant", answers)
	if err != nil || len(wrong) != 1 || wrong[0].Code != "filing.name_mismatch" {
		t.Errorf("another name: %v, %v; want filing.name_mismatch", wrong, err)
	}
	if err := e.App.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.Down}); err != nil {
		t.Fatal(err)
	}
	answers["defendant_first_name"] = other.FirstName
	wrong, err = e.App.Filing.Save(ctx, me, f.ID, "defendant", answers)
	if err != nil || len(wrong) != 0 {
		t.Fatalf("their outage stops the person: %v, %v", wrong, err)
	}
	if f, _, err = e.App.Filing.Get(ctx, me, f.ID); err != nil || f.Names["defendant"].Check != filing.NameUnanswered {
		t.Errorf("a registry that is down said %q (%v)", f.Names["defendant"].Check, err)
	}
	if err := e.App.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.OK}); err != nil {
		t.Fatal(err)
	}
	e.Clock.Advance(time.Hour) // the breaker closes, and the job is due
	if _, err := e.App.Jobs.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	if f, _, err = e.App.Filing.Get(ctx, me, f.ID); err != nil || f.Names["defendant"].Check != filing.NameConfirmed {
		t.Errorf("the registry is back, and the name is %q (%v)", f.Names["defendant"].Check, err)
	}
}

// TestMismatchCannotBeFrozen: the name is judged by what the draft says now, not
// by what was asked some time before.
func TestMismatchCannotBeFrozen(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	ctx, me := t.Context(), e.Actor(apptest.Plaintiff)
	draft := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.SmallClaim)
	f, _, err := e.App.Filing.Get(ctx, me, draft)
	if err != nil || f.Names["defendant"].Check != filing.NameConfirmed {
		t.Fatalf("%q, %v", f.Names["defendant"].Check, err)
	}
	f.Answers["defendant_last_name"] = "نادرست"
	wrong, err := e.App.Filing.Save(ctx, me, draft, "defendant", f.Answers)
	if err != nil || len(wrong) != 1 || wrong[0].Code != "filing.name_mismatch" {
		t.Errorf("%v, %v", wrong, err)
	}
	if _, err := e.App.Filing.Freeze(ctx, me, draft); !errs.Is(err, errs.Invalid) {
		t.Errorf("frozen with a name that the registry does not know: %v", err)
	}
}

// TestNameAsTheRegistryHasIt: what was typed around a name that fits is not kept.
func TestNameAsTheRegistryHasIt(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	ctx, me := t.Context(), e.Actor(apptest.Plaintiff)
	draft := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.SmallClaim)
	f, _, err := e.App.Filing.Get(ctx, me, draft)
	if err != nil {
		t.Fatal(err)
	}
	want := e.Person(apptest.Defendant).FirstName
	f.Answers["defendant_first_name"] = "  " + want + " »"
	if _, err := e.App.Filing.Save(ctx, me, draft, "defendant", f.Answers); err != nil {
		t.Fatal(err)
	}
	if f, _, err = e.App.Filing.Get(ctx, me, draft); err != nil || (f.Names["defendant"].Check == filing.NameConfirmed && f.Answers["defendant_first_name"] != want) {
		t.Errorf("confirmed %q as %q, %v", want, f.Answers["defendant_first_name"], err)
	}
}

// TestTwoTabs: two pages saved at the same moment do not erase each other.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, me := t.Context(), e.Actor(apptest.Plaintiff)
		for range 10 {
			f, err := e.App.Filing.Start(ctx, me, filing.NewFiling{Service: "petition-debt", Act: id.New(), Lang: i18n.FA})
			if err != nil {
				t.Fatal(err)
			}
			pages := map[string]catalogue.Answers{
				"plaintiff": {"plaintiff_address": apptest.PlaintiffAddress}, "claim": {"amount": int64(5_000_000)},
				"grounds": {"narrative": apptest.Narrative}, "evidence": {"evidence_list": "رسید دستی"},
			}
			var wg sync.WaitGroup
			for page, answers := range pages {
				wg.Go(func() {
					if _, err := e.App.Filing.Save(ctx, me, f.ID, page, answers); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if f, _, err = e.App.Filing.Get(ctx, me, f.ID); err != nil || len(f.Answers) != 4 {
				t.Fatalf("four pages saved at once left %d answers, %v", len(f.Answers), err)
			}
			if err := e.App.Filing.Discard(ctx, me, f.ID); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestThawGivesThePaymentUp: answers can change until the money is taken; a
// payment that was given up is never kept.
func TestThawGivesThePaymentUp(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, me := t.Context(), e.Actor(apptest.Plaintiff)
		draft := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		f, err := e.App.Filing.Freeze(ctx, me, draft)
		if err != nil || f.Status != filing.Payable {
			t.Fatalf("%s, %v; want payable", f.Status, err)
		}
		url, err := e.App.Payment.Begin(ctx, me, f.Payment)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.App.Filing.Thaw(ctx, me, draft); err != nil {
			t.Fatal(err)
		}
		token := url[strings.LastIndex(url, "/")+1:]
		if !e.App.Doubles.Payments.Choose(token, payments.Pay) {
			t.Fatal("no such payment at the provider")
		}
		if _, err := e.App.Payment.Settle(ctx, token); err != nil && !errs.Is(err, errs.Conflict) {
			t.Fatal(err)
		}
		e.Drain()
		if got := e.App.Doubles.Payments.ReceivedRials(); got != 0 {
			t.Errorf("%d rials were kept of a payment that was given up", got)
		}
		if f, _, err = e.App.Filing.Get(ctx, me, draft); err != nil || f.Status != filing.Draft || f.Payment != "" {
			t.Errorf("after the change: %s, payment %q, %v", f.Status, f.Payment, err)
		}
		e.Pay(apptest.Plaintiff, draft)
		if err := e.App.Filing.Thaw(ctx, me, draft); !errs.Is(err, errs.Conflict) {
			t.Errorf("a paid filing could be changed: %v", err)
		}
	})
}

// TestFreezeAtOnce: many clicks on "continue" make one payment.
func TestFreezeAtOnce(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		me := e.Actor(apptest.Plaintiff)
		draft := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.SmallClaim)
		var wg sync.WaitGroup
		payment := make([]string, 6)
		for i := range payment {
			wg.Go(func() {
				f, err := e.App.Filing.Freeze(t.Context(), me, draft)
				if err != nil {
					t.Error(err)
				}
				payment[i] = f.Payment
			})
		}
		wg.Wait()
		for _, p := range payment {
			if p == "" || p != payment[0] {
				t.Fatalf("payments %v, want one", payment)
			}
		}
	})
}

func TestDiscardForgets(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	me := e.Actor(apptest.Plaintiff)
	draft := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.SmallClaim)
	if err := e.App.Filing.Discard(t.Context(), me, draft); err != nil {
		t.Fatal(err)
	}
	f, _, err := e.App.Filing.Get(t.Context(), me, draft)
	if err != nil || f.Status != filing.Discarded || len(f.Answers) != 0 {
		t.Errorf("%s with %d answers, %v", f.Status, len(f.Answers), err)
	}
	if err := e.App.Filing.Discard(t.Context(), e.Actor(apptest.Stranger), draft); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger's discard: %v, want not found", err)
	}
}

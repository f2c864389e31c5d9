// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// TestDismissedLawyerMends: a lawyer's appeal is defective, and before the mended
// one is submitted his client ends the representation: he submits nothing more.
func TestDismissedLawyerMends(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx := t.Context()
		f := appealedBy(t, e, apptest.Lawyer, 5)
		if _, err := e.App.Filing.Halt(ctx, e.Actor(apptest.Clerk), f.ID, []filing.Defect{{Field: "narrative", Code: "unclear"}}); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		me := e.Actor(apptest.Lawyer)
		answers := maps.Clone(get(t, e, apptest.Lawyer, f.ID).Answers)
		answers["narrative"] = clearer
		d, err := e.App.Catalogue.Version(ctx, f.Service, f.Version)
		if err != nil {
			t.Fatal(err)
		}
		for _, pg := range d.Pages {
			if _, err := e.App.Filing.Save(ctx, me, f.ID, pg.Key, answers); err != nil {
				t.Fatal(pg.Key, err)
			}
		}
		if f, err = e.App.Filing.Freeze(ctx, me, f.ID); err != nil || f.Status != filing.Signable {
			t.Fatal(f.Status, err)
		}
		if err := e.App.Filing.SendSignatureCode(ctx, me, f.ID); err != nil {
			t.Fatal(err)
		}
		code := e.Code(e.Person(apptest.Lawyer).Mobile)
		p, _, err := e.App.Docket.PartyOf(ctx, e.App.DB, f.Case, e.Person(apptest.Defendant).ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.App.Docket.EndLawyer(ctx, e.Actor(apptest.Defendant), f.Case, p.ID, me.Person); err != nil {
			t.Fatal(err)
		}
		e.Clock.Advance(time.Minute)
		_, err = e.App.Filing.Submit(ctx, me, f.ID, code)
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Code != "docket.off_record" {
			t.Errorf("mended by a lawyer who is off the record: %v", err)
		}
		if got := get(t, e, apptest.Lawyer, f.ID); got.Status != filing.Signable {
			t.Errorf("the appeal is %s", got.Status)
		}
	})
}

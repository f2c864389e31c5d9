// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestDefendantRegistersLater: a defendant without an account registers after
// the petition was filed. His case is in his list, and he is served
// electronically, whether or not the event was heard before the clerk acted.
func TestDefendantRegistersLater(t *testing.T) {
	t.Parallel()
	for _, heard := range []bool{true, false} {
		apptest.Each(t, func(t *testing.T, e *apptest.Env) {
			ctx := t.Context()
			birth, err := civil.FromJalali(1360, 1, 1)
			if err != nil {
				t.Fatal(err)
			}
			late := identity.NewPerson{
				NationalCode: apptest.NationalCode(777), FirstName: "دیر", LastName: "آمده", FatherName: "نمونه",
				Birth: birth, Mobile: "+989350009999", Lang: i18n.FA, Assurance: identity.RegistryChecked,
			}
			e.App.Doubles.Population.Add(population.Entry{NationalCode: late.NationalCode, Birth: birth,
				Person: population.Person{FirstName: late.FirstName, LastName: late.LastName, FatherName: late.FatherName, Alive: true}})
			e.App.Doubles.SimOwner.Add(simowner.Pair{NationalCode: late.NationalCode, Mobile: late.Mobile})
			f := e.FileAgainst(apptest.Plaintiff,
				identity.Person{NationalCode: late.NationalCode, FirstName: late.FirstName, LastName: late.LastName}, apptest.LargeClaim)
			e.Refer(apptest.Judge, f.Case)
			who, err := e.App.Identity.Enrol(ctx, policy.Actor{Role: policy.System}, late)
			if err != nil {
				t.Fatal(err)
			}
			if heard {
				e.Drain()
			}
			issued, err := e.App.Filing.ServeClaim(ctx, e.Actor(apptest.Clerk), f.ID, 15)
			if err != nil || len(issued) != 1 || !issued[0].Electronic {
				t.Fatalf("issued %v, %v; want one electronic notice", issued, err)
			}
			e.Drain()
			cases, err := e.App.Docket.CasesOf(ctx, policy.Actor{Person: who.ID, Role: policy.Citizen})
			if err != nil || len(cases) != 1 || !strings.HasPrefix(cases[0].Number, "14") {
				t.Errorf("his cases: %v, %v", cases, err)
			}
		})
	}
}

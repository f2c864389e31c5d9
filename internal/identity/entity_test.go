// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A company that Maryam directs and Hasan represents until yesterday, one that
// was dissolved, and a body that Hasan heads.
func (w *world) registered() (firm EntityRef, gone EntityRef, body EntityRef) {
	today := mustDay(1404, 1, 1)
	officer := func(p person, office companies.Office, until int) companies.Officer {
		o := companies.Officer{NationalCode: p.code, FirstName: p.first, LastName: p.last, Office: office, From: today - 1000}
		if until != 0 {
			o.Until = today + 3650
		}
		return o
	}
	w.companies.Add(
		companies.Entity{
			NationalID: "10380284790", RegistrationNumber: "12345", Kind: companies.Company, Name: "بازرگانی نمونه", State: companies.Active, Province: "tehran",
			Officers: []companies.Officer{officer(maryam, companies.Director, 1)},
		},
		companies.Entity{
			NationalID: "14003778990", RegistrationNumber: "777", Kind: companies.Company, Name: "منحل‌شده", State: companies.Dissolved,
			Officers: []companies.Officer{officer(maryam, companies.Director, 0)},
		},
		companies.Entity{Code: "B100", Kind: companies.Body, Name: "شهرداری نمونه", State: companies.Active, Officers: []companies.Officer{officer(hasan, companies.Director, 0)}})
	return EntityRef{NationalID: "10380284790", RegistrationNumber: "12345"}, EntityRef{NationalID: "14003778990", RegistrationNumber: "777"}, EntityRef{Code: "B100"}
}

// TestEntities: whom the register names acts for a legal person, nobody else,
// and a double click makes one account and one capacity.
func TestEntities(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		firm, gone, body := w.registered()
		m, h := w.register(maryam), w.register(hasan)
		as := func(p Person) policy.Actor {
			return policy.Actor{Person: p.ID, Role: policy.Citizen, Assurance: p.Assurance}
		}
		for name, x := range map[string]struct {
			by   Person
			ref  EntityRef
			code string
		}{
			"dissolved":      {m, gone, "identity.entity.dissolved"},
			"not named":      {h, firm, "identity.entity.not_yours"},
			"another number": {m, EntityRef{NationalID: firm.NationalID, RegistrationNumber: "1"}, "identity.entity.no_match"},
			"no such body":   {h, EntityRef{Code: "B999"}, "identity.entity.no_match"},
		} {
			_, err := w.s.RegisterEntity(ctx, as(x.by), x.ref)
			if err == nil {
				t.Fatalf("%s: no error", name)
			}
			wantCode(t, err, x.code)
		}
		w.fault(w.companies, sandbox.Down)
		if _, err := w.s.RegisterEntity(ctx, as(m), firm); !errs.Is(err, errs.Unavailable) {
			t.Errorf("the register is silent: %v", err)
		}
		w.fault(w.companies, sandbox.OK)

		var wg sync.WaitGroup
		got := make([]Capacity, 4)
		for i := range got {
			wg.Go(func() {
				var err error
				if got[i], err = w.s.RegisterEntity(context.WithoutCancel(ctx), as(m), firm); err != nil {
					t.Errorf("click %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		for _, c := range got {
			if c.ID != got[0].ID {
				t.Errorf("capacities %s and %s", c.ID, got[0].ID)
			}
		}
		if n := w.count(`SELECT count(*) FROM identity_person WHERE class = 'entity'`); n != 1 {
			t.Errorf("%d companies", n)
		}
		a, err := w.s.Actor(ctx, m.ID, got[0].ID)
		must(t, err)
		entity, found, err := w.s.FindByIdentifier(ctx, w.db, EntityID, "", firm.NationalID)
		must(t, err)
		if !found || a.Owner() != entity.ID || a.Role != policy.Representative || !a.Has(policy.Sign) || entity.Name() != "بازرگانی نمونه" || entity.Class != Entity {
			t.Errorf("%+v acts for %+v", a, entity)
		}
		if _, err := w.s.Login(ctx, entity.JudicialID, goodPassword, stranger); !isCode(err, "identity.login.wrong") {
			t.Errorf("a company signs in by itself: %v", err)
		}
		// A director who holds a post there as well is given the directorship.
		system := policy.Actor{Role: policy.System}
		must(t, w.s.EndCapacity(ctx, system, m.ID, got[0].ID, "x"))
		post := got[0]
		post.ID, post.Mandate, post.Rights = "post", "post", []policy.Right{policy.See}
		must(t, w.db.Write(ctx, func(tx *store.Tx) error { return w.s.AddCapacityTx(ctx, tx, system, post) }))
		if again, err := w.s.RegisterEntity(ctx, as(m), firm); err != nil || again.ID == post.ID || again.Mandate != "" || !slices.Contains(again.Rights, policy.Sign) {
			t.Errorf("given %+v, %v", again, err)
		}
		c, err := w.s.RegisterEntity(ctx, as(h), body)
		must(t, err)
		if list, err := w.s.Capacities(ctx, h.ID); err != nil || !slices.ContainsFunc(list, func(x Capacity) bool { return x.ID == c.ID && x.ForName == "شهرداری نمونه" }) {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

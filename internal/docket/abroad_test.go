// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"testing"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestLivesAbroad: whose account says that they live abroad has the longer term,
// though the petition does not know it.
func TestLivesAbroad(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p := r.person(t, "سارا", "خواهانی")
		who, err := r.people.Enrol(t.Context(), system, identity.NewPerson{
			Class: identity.Abroad, NationalCode: "0000000108", FirstName: "نیما", LastName: "صادقی", Email: "nima@mail.example", Country: "DE",
		})
		if err != nil {
			t.Fatal(err)
		}
		c := r.open(t, debt("f1", p, policy.Actor{Person: who.ID, Role: policy.Citizen, Name: who.Name()}))
		r.serve(t, c, Defendant, "cpc-336", "k1")
		r.serve(t, c, Plaintiff, "cpc-336", "k2")
		r.drain(t)
		for _, side := range []struct {
			owner  string
			abroad int64
		}{{who.ID, 1}, {p.Person, 0}} {
			n := must(store.One[int64](t.Context(), r.db, `SELECT count(*) FROM notice_notice WHERE owner = $1 AND abroad`, side.owner))(t)
			if n != side.abroad {
				t.Errorf("%d notices of somebody abroad, want %d", n, side.abroad)
			}
		}
	})
}

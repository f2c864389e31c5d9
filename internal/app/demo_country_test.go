// SPDX-License-Identifier: Apache-2.0

package app

import (
	"reflect"
	"testing"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestCountry: everybody is possible and nobody real, every unit has its staff,
// and who somebody is depends on the seed alone.
func TestCountry(t *testing.T) {
	t.Parallel()
	file, err := authority.DefaultCountry()
	if err != nil {
		t.Fatal(err)
	}
	c := makeCountry(DemoSeed, false, file)
	mobiles := map[string]bool{}
	for _, p := range c.people {
		if p.class == identity.Foreign {
			for _, x := range p.identifiers() {
				if v, err := identity.CleanIdentifier(x.Kind, x.Value); err != nil || v != x.Value {
					t.Errorf("%s: %v", x.Value, err)
				}
			}
		} else if code, err := persian.NationalCode(p.code); err != nil || code != p.code || code[:3] != "000" {
			t.Errorf("%s: %v", p.code, err)
		}
		if p.class == "" || p.mobile != "" {
			if mobile, err := persian.Phone(p.mobile); err != nil || mobile != p.mobile || mobiles[mobile] {
				t.Errorf("%s: %v", p.mobile, err)
			}
			mobiles[p.mobile] = true
		}
		if p.mobile == "" && p.email == "" {
			t.Errorf("%s cannot be reached", p.name())
		}
		if persian.Store(p.name()) != p.name() || p.father == "" && p.class != identity.Foreign || p.address == "" || p.province == "" || p.county == "" {
			t.Errorf("somebody is incomplete: %+v", p)
		}
	}
	if len(c.byCode) != len(c.people) {
		t.Errorf("%d people have %d codes", len(c.people), len(c.byCode))
	}
	for _, k := range demoCards {
		if c.cardCode(k.n) == "" {
			t.Errorf("nobody is the main character %d", k.n)
		}
	}
	for _, e := range demoEntities() {
		if e.code == "" {
			if id, err := persian.LegalID(e.nationalID); err != nil || id != e.nationalID {
				t.Errorf("%s: %v", e.name, err)
			}
		}
	}
	for _, u := range file.Units {
		for _, role := range []policy.Role{policy.Judge, policy.Clerk} {
			if _, ok := c.staff(u.Code, role); !ok {
				t.Errorf("unit %s has no %s", u.Code, role)
			}
		}
	}
	if !reflect.DeepEqual(c, makeCountry(DemoSeed, false, file)) {
		t.Error("the same seed makes another country")
	}
	same, n := 0, 0
	small, other := makeCountry(DemoSeed, true, file), makeCountry(DemoSeed+1, false, file)
	for _, p := range small.people {
		if q, ok := c.find(p.code); !ok || !reflect.DeepEqual(p, q) {
			t.Errorf("%s is somebody else in the small country", p.name())
		}
	}
	for _, p := range c.people[len(newcomers())+len(residents()):] {
		q, _ := other.find(p.code)
		if n++; p.name() == q.name() {
			same++
		}
	}
	if same > n/20 {
		t.Errorf("%d of %d people have the same name with another seed", same, n)
	}
}

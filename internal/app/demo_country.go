// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// How many people a demo country has beside its staff, and the numbers from
// which theirs are counted. Whoever is somebody in one size of the country is
// the same in the other.
const (
	demoCitizens      = 200
	demoCitizensSmall = 36
	firstStaff        = 10_000 // + 10 × unit, + 0 the head of branch 1, + 1 the clerk
	firstLawyer       = 12_000
	firstOfficer      = 14_000 // + 10 × office, + 0 the manager, + 1 the operator
	firstCitizen      = 20_000
)

// smallProvinces have courts with staff in a small demo country. The stories
// are told there: the first citizens live in them by turns.
var smallProvinces = []string{"tehran", "isfahan", "fars", "gilan", "khuzestan"}

// country is who lives in a demo country. The same seed makes the same country;
// what is kept of it (ids, keys, salts) differs.
type country struct {
	seed   uint64
	people []person       // everybody, newcomers and main characters first
	byCode map[string]int // index in people
}

// makeCountry invents the people of a country file.
func makeCountry(seed uint64, small bool, file authority.Country) *country {
	c := &country{seed: seed, byCode: map[string]int{}}
	for _, p := range newcomers() {
		p.noAccount = true
		c.add(p)
	}
	for _, p := range residents() {
		c.add(p)
	}
	held := map[post]bool{}
	for _, p := range c.people {
		for _, k := range p.posts {
			held[post{role: k.role, unit: k.unit}] = true
		}
	}
	lives := func(key string) bool { return !small || slices.Contains(smallProvinces, key) }
	for i, u := range file.Units {
		if !lives(u.Province) || len(u.Branches) == 0 {
			continue
		}
		b := u.Branches[0]
		for k, j := range []post{
			{role: policy.Judge, unit: u.Code, branch: b.Number, titleFA: "رئیس " + b.NameFA, titleEN: "Head of " + b.NameEN},
			{role: policy.Clerk, unit: u.Code, titleFA: "مدیر دفتر " + u.NameFA, titleEN: "Clerk, " + u.NameEN},
		} {
			if held[post{role: j.role, unit: j.unit}] {
				continue
			}
			p := c.invent(firstStaff+10*i+k, 1335, 1372)
			p.province, p.county, p.address = u.Province, u.County, c.street(firstStaff+10*i+k, placeIn(file, u.Province, u.County))
			p.posts = []post{j}
			c.add(p)
		}
	}
	provinces := authority.Provinces()
	for i, pr := range provinces {
		if !lives(pr.Key) {
			continue
		}
		for k := range 1 + i%2 {
			n := firstLawyer + 10*i + k
			p := c.invent(n, 1340, 1372)
			p.province, p.county = pr.Key, capitalOf(file, pr)
			p.address = c.street(n, pr.CapitalFA)
			p.posts = []post{lawyerPost(n, pr.Key, pr.CapitalFA, pr.CapitalEN)}
			c.add(p)
		}
	}
	for i, o := range demoOfficesOf(provinces, "") {
		if !lives(o.Province) {
			continue
		}
		for k, role := range []policy.Role{policy.Manager, policy.Operator} {
			if held[post{role: role, unit: o.Code}] {
				continue
			}
			n := firstOfficer + 10*i + k
			p := c.invent(n, 1345, 1378)
			p.province, p.county = o.Province, capitalOf(file, authority.Province{Key: o.Province})
			p.address = c.street(n, placeIn(file, p.province, p.county))
			p.posts = []post{officePost(role, o)}
			c.add(p)
		}
	}
	citizens := demoCitizens
	if small {
		citizens = demoCitizensSmall
	}
	for i := range citizens {
		c.add(c.citizen(i, file))
	}
	return c
}

func (c *country) add(p person) {
	c.byCode[p.code] = len(c.people)
	c.people = append(c.people, p)
}

// random is the chance of one person: whoever comes before or after changes
// nothing in it.
func (c *country) random(n int) *rand.Rand { return rand.New(rand.NewPCG(c.seed, uint64(n))) }

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// invent makes the n-th person, born in one of the years.
func (c *country) invent(n, from, to int) person {
	r := c.random(n)
	first := pick(r, demoWomen)
	if r.IntN(2) == 0 {
		first = pick(r, demoMen)
	}
	return someone(n, first, pick(r, demoFamilies), pick(r, demoFathers), from+r.IntN(to-from+1), 1+r.IntN(12), 1+r.IntN(29))
}

// street is where the n-th person lives in a place.
func (c *country) street(n int, place string) string {
	r := c.random(n + 1_000_000)
	return fmt.Sprintf("%s، %s، %s، پلاک %s", place, pick(r, demoStreets), pick(r, demoAlleys), persianNumber(1+r.IntN(98)))
}

// citizen is one of the people who are nothing else. Every twelfth is known to
// the registries only; every fortieth lives abroad.
func (c *country) citizen(i int, file authority.Country) person {
	n := firstCitizen + i
	p := c.invent(n, 1325, 1384)
	at := file.Counties[(i*37)%len(file.Counties)]
	if i < demoCitizensSmall {
		at = countyIn(file, smallProvinces[i%len(smallProvinces)], i/len(smallProvinces))
	}
	p.province, p.county, p.address = at.Province, at.Key, c.street(n, at.NameFA)
	p.noAccount = i%12 == 5
	if i%40 == 9 {
		p.abroad, p.address = true, demoAbroad[i/40%len(demoAbroad)]
	}
	return p
}

// countyIn is the n-th county of a province.
func countyIn(file authority.Country, province string, n int) authority.County {
	var all []authority.County
	for _, k := range file.Counties {
		if k.Province == province {
			all = append(all, k)
		}
	}
	return all[n%len(all)]
}

// placeIn is the name of a county.
func placeIn(file authority.Country, province, county string) string {
	i := slices.IndexFunc(file.Counties, func(k authority.County) bool { return k.Province == province && k.Key == county })
	if i < 0 {
		return ""
	}
	return file.Counties[i].NameFA
}

// capitalOf is the county of a province's capital: where its general civil
// court sits.
func capitalOf(file authority.Country, p authority.Province) string {
	i := slices.IndexFunc(file.Units, func(u authority.CountryUnit) bool { return u.Province == p.Key && u.Kind == authority.GeneralCivil })
	if i < 0 {
		return ""
	}
	return file.Units[i].County
}

// persianNumber writes a number with Persian digits.
func persianNumber(n int) string {
	out := []rune(fmt.Sprint(n))
	for i, d := range out {
		out[i] = '۰' + d - '0'
	}
	return string(out)
}

// find is the person with a national code.
func (c *country) find(code string) (person, bool) {
	i, ok := c.byCode[code]
	if !ok {
		return person{}, false
	}
	return c.people[i], true
}

// staff is who holds a post in a unit.
func (c *country) staff(unit string, role policy.Role) (person, bool) {
	for _, p := range c.people {
		if slices.ContainsFunc(p.posts, func(k post) bool { return k.unit == unit && k.role == role }) {
			return p, true
		}
	}
	return person{}, false
}

// fillRegistries enters everybody into the doubles of the registers, and
// somebody who has died.
func (a *App) fillRegistries() {
	late := someone(301, "غلامعلی", "فرهادی", "اسد", 1310, 5, 5)
	for i, p := range append([]person{late}, a.country.people...) {
		p.enterAt(a.Doubles, i > 0)
	}
	for _, e := range demoEntities() {
		if p, ok := a.country.find(syntheticCode(e.officer)); ok {
			e.enterAt(a.Doubles, p)
		}
	}
}

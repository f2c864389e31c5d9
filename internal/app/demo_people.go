// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// demoPassword opens every account of the demo country.
const demoPassword = "tarazu-demo-1404"

// person is somebody of the demo country. The national codes begin with 000,
// which no issuing place has, so that they are nobody's.
type person struct {
	code, mobile        string
	first, last, father string
	birth               civil.Day
	account             bool // has an account already
	posts               []post
}

// post is a capacity of a person.
type post struct {
	role             policy.Role
	unit, branch     string
	titleFA, titleEN string
}

// The units of the demo's stories: both courts of Tehran in the default
// country of the authority module.
const (
	demoCourt        = "23101" // general civil court
	demoConciliation = "23201" // conciliation court
)

func someone(n int, first, last, father string, y, m, d int) person {
	birth, err := civil.FromJalali(y, m, d)
	if err != nil {
		panic(fmt.Sprintf("demo person %d: %v", n, err)) // a table of ours, run by every test
	}
	return person{code: syntheticCode(n), mobile: fmt.Sprintf("+98912000%04d", n), first: first, last: last, father: father, birth: birth}
}

// syntheticCode is a national code with a right check digit and an issuing
// place that does not exist.
func syntheticCode(n int) string {
	body := fmt.Sprintf("%09d", n)
	sum := 0
	for i, r := range body {
		sum += int(r-'0') * (10 - i)
	}
	check := sum % 11
	if check >= 2 {
		check = 11 - check
	}
	return body + fmt.Sprint(check)
}

// newcomers are in the registries and have no account: a visitor of the demo
// registers as one of them.
func newcomers() []person {
	return []person{
		someone(101, "نیلوفر", "صادقی", "حسین", 1372, 4, 15),
		someone(102, "آرش", "مرادی", "علی", 1360, 11, 2),
		someone(103, "زهرا", "کاظمی", "محمود", 1349, 7, 28),
	}
}

// residents have accounts and appear as cards on the demo's sign-in page.
func residents() []person {
	with := func(p person, posts ...post) person { p.account, p.posts = true, posts; return p }
	return []person{
		with(someone(201, "مریم", "احمدی", "رضا", 1365, 2, 9)),
		with(someone(202, "رضا", "کریمی", "اکبر", 1358, 9, 21)),
		with(someone(203, "سارا", "نوری", "ناصر", 1370, 1, 5), post{policy.Clerk, demoCourt, "", "مدیر دفتر، مجتمع حقوقی", "Clerk, general civil court"}),
		with(someone(204, "محمد", "یزدانی", "کریم", 1350, 6, 30), post{policy.Judge, demoCourt, "1", "رئیس شعبهٔ یکم، مجتمع حقوقی", "Head of branch 1, general civil court"}),
		with(someone(205, "لیلا", "رستمی", "داوود", 1368, 12, 11), post{policy.Clerk, demoConciliation, "", "مدیر دفتر، دادگاه صلح", "Clerk, conciliation court"}),
		with(someone(206, "کاوه", "شریفی", "منوچهر", 1354, 3, 17), post{policy.Judge, demoConciliation, "1", "رئیس شعبهٔ یکم، دادگاه صلح", "Head of branch 1, conciliation court"}),
		with(someone(207, "امید", "بهرامی", "جواد", 1362, 8, 8), post{policy.Administrator, "", "", "مدیر سامانه", "Administrator"}),
	}
}

// fillRegistries enters everybody into the doubles of the civil registry and
// the register of SIM owners, and somebody who has died.
func (a *App) fillRegistries() {
	for _, p := range append(newcomers(), residents()...) {
		a.Doubles.Population.Add(population.Entry{
			NationalCode: p.code, Birth: p.birth, Person: population.Person{FirstName: p.first, LastName: p.last, FatherName: p.father, Alive: true},
		})
		a.Doubles.SimOwner.Add(simowner.Pair{NationalCode: p.code, Mobile: p.mobile})
	}
	late := someone(301, "غلامعلی", "فرهادی", "اسد", 1310, 5, 5)
	a.Doubles.Population.Add(population.Entry{
		NationalCode: late.code, Birth: late.birth, Person: population.Person{FirstName: late.first, LastName: late.last, FatherName: late.father},
	})
	a.Doubles.SimOwner.Add(simowner.Pair{NationalCode: late.code, Mobile: late.mobile})
}

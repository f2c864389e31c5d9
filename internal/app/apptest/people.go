// SPDX-License-Identifier: Apache-2.0

package apptest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Who is somebody who uses the program in a test.
type Who string

// The people. A case goes from Plaintiff against Defendant to the unit Court;
// everybody else has nothing to do with it.
const (
	Nobody         Who = "nobody" // not signed in
	Plaintiff      Who = "plaintiff"
	Defendant      Who = "defendant"
	Stranger       Who = "stranger" // a citizen like them
	Lawyer         Who = "lawyer"
	Expert         Who = "expert"
	Representative Who = "representative"
	Clerk          Who = "clerk"        // of Court
	Judge          Who = "judge"        // head of branch 1 of Court
	BranchJudge    Who = "branch judge" // of branch 2 of Court
	OtherClerk     Who = "other clerk"  // of OtherCourt
	OtherJudge     Who = "other judge"  // head of branch 1 of OtherCourt
	Operator       Who = "operator"
	Manager        Who = "manager"
	Inspector      Who = "inspector"
	Association    Who = "association"
	Centre         Who = "centre"
	Auditor        Who = "auditor"
	Administrator  Who = "administrator"
	Bailiff        Who = "bailiff"
	Prosecutor     Who = "prosecutor"
	Graduate       Who = "graduate"
	Guardian       Who = "guardian"  // of Stranger
	Helper         Who = "helper"    // of Stranger; prepares
	LawClerk       Who = "law clerk" // of Lawyer's office; prepares
)

// Units of the default country: where a large and a small claim of Tehran go.
const (
	Court      = "23101" // general civil court
	OtherCourt = "23201" // conciliation court
)

// Office is an office of electronic judicial services in Tehran, open.
const Office = "700101"

// Password opens every account of a test.
const Password = "correct horse 1404"

// post is a capacity: role, unit, branch.
type post struct {
	role         policy.Role
	unit, branch string
	behalf       Who // on whose behalf
	rights       []policy.Right
}

// posts are the capacities. Who is missing is a citizen.
var posts = map[Who]post{
	Nobody: {}, Plaintiff: {role: policy.Citizen}, Defendant: {role: policy.Citizen}, Stranger: {role: policy.Citizen},
	Lawyer: {role: policy.Lawyer}, Expert: {role: policy.Expert}, Representative: {role: policy.Representative},
	Clerk: {role: policy.Clerk, unit: Court}, Judge: {role: policy.Judge, unit: Court, branch: "1"},
	BranchJudge: {role: policy.Judge, unit: Court, branch: "2"},
	OtherClerk:  {role: policy.Clerk, unit: OtherCourt}, OtherJudge: {role: policy.Judge, unit: OtherCourt, branch: "1"},
	Bailiff: {role: policy.Bailiff}, Prosecutor: {role: policy.Prosecutor}, Graduate: {role: policy.Graduate},
	Guardian: {role: policy.Guardian, behalf: Stranger, rights: policy.Rights()},
	Helper:   {role: policy.Helper, behalf: Stranger, rights: []policy.Right{policy.See, policy.Prepare}},
	LawClerk: {role: policy.LawClerk, behalf: Lawyer, rights: []policy.Right{policy.See, policy.Prepare}},
	Operator: {role: policy.Operator, unit: Office}, Manager: {role: policy.Manager, unit: Office}, Inspector: {role: policy.Inspector},
	Association: {role: policy.Association, unit: "bar-tehran"}, Centre: {role: policy.Centre, unit: "centre"}, Auditor: {role: policy.Auditor},
	Administrator: {role: policy.Administrator},
}

// Everybody lists the people, Nobody among them, sorted.
func Everybody() []Who { return slices.Sorted(maps.Keys(posts)) }

// Role is the role in which somebody acts.
func (w Who) Role() policy.Role { return posts[w].role }

// account is somebody's account.
type account struct {
	identity.Person
	capacity string
}

// Person is somebody's account; it is made if it is not there yet.
func (e *Env) Person(w Who) identity.Person {
	e.T.Helper()
	return e.account(w).Person
}

// Actor is somebody as the modules see them.
func (e *Env) Actor(w Who) policy.Actor {
	e.T.Helper()
	a := e.account(w)
	who, err := e.App.Identity.Actor(e.T.Context(), a.ID, a.capacity)
	if err != nil {
		e.T.Fatal(err)
	}
	return who
}

func (e *Env) account(w Who) *account {
	e.T.Helper()
	if a := e.people[w]; a != nil {
		return a
	}
	if _, known := posts[w]; !known || w == Nobody {
		e.T.Fatalf("apptest: there is no account of %q", w)
	}
	n := slices.Index(Everybody(), w)
	birth, err := civil.FromJalali(1350+n, 1+n%12, 1+n)
	if err != nil {
		e.T.Fatal(err)
	}
	p := identity.NewPerson{
		NationalCode: NationalCode(500 + n), FirstName: "آزمون", LastName: fmt.Sprintf("شماره %d", n), FatherName: "نمونه",
		Birth: birth, Mobile: fmt.Sprintf("+98935000%04d", n), Lang: i18n.FA, Assurance: identity.RegistryChecked, Password: Password,
	}
	if posts[w].unit == Office || w == Administrator { // whose people have been seen
		p.Assurance = identity.SeenInPerson
	}
	e.App.Doubles.Population.Add(population.Entry{
		NationalCode: p.NationalCode, Birth: p.Birth,
		Person: population.Person{FirstName: p.FirstName, LastName: p.LastName, FatherName: p.FatherName, Alive: true},
	})
	e.App.Doubles.SimOwner.Add(simowner.Pair{NationalCode: p.NationalCode, Mobile: p.Mobile})
	a := &account{}
	if a.Person, err = e.App.Identity.Enrol(e.T.Context(), system, p); err != nil {
		e.T.Fatal(err)
	}
	if k := posts[w]; k.role != policy.Citizen {
		behalf := ""
		if k.behalf != "" {
			behalf = e.Person(k.behalf).ID
		}
		a.capacity, err = e.App.Identity.AddCapacity(e.T.Context(), system, identity.Capacity{
			Person: a.ID, Role: k.role, Unit: k.unit, Branch: k.branch, TitleFA: "سمت آزمون", TitleEN: string(w),
			From: civil.Of(e.Clock.Now()), Source: "apptest", For: behalf, Rights: k.rights,
		})
		if err != nil {
			e.T.Fatal(err)
		}
	}
	e.people[w] = a
	return a
}

// Offer has somebody give a mandate, for thirty days, and returns it before it is
// accepted.
func (e *Env) Offer(giver, taker Who, kind mandate.Kind, rights ...policy.Right) (id string) {
	e.T.Helper()
	return e.OfferBy(e.Actor(giver), taker, kind, rights...)
}

// OfferBy is Offer by somebody in a capacity.
func (e *Env) OfferBy(a policy.Actor, taker Who, kind mandate.Kind, rights ...policy.Right) (id string) {
	e.T.Helper()
	ctx, p := e.T.Context(), e.Person(taker)
	m, err := e.App.Mandate.Draft(ctx, a, mandate.NewMandate{
		Kind: kind, Taker: p.NationalCode, LastName: p.LastName, Rights: rights, Until: civil.Of(e.Clock.Now()).Add(30),
	})
	if err == nil {
		err = e.App.Mandate.SendCode(ctx, a, m.ID)
	}
	if err != nil {
		e.T.Fatal(err)
	}
	me, err := e.App.Identity.Person(ctx, a.Person)
	if err != nil {
		e.T.Fatal(err)
	}
	if _, err := e.App.Mandate.Give(ctx, a, m.ID, e.Code(me.Mobile)); err != nil {
		e.T.Fatal(err)
	}
	return m.ID
}

// Acting gives somebody a capacity on behalf of somebody else, as an appointment
// would, and returns who they are in it.
func (e *Env) Acting(who, behalf Who, role policy.Role, rights ...policy.Right) policy.Actor {
	e.T.Helper()
	capacity, err := e.App.Identity.AddCapacity(e.T.Context(), system, identity.Capacity{
		Person: e.Person(who).ID, Role: role, TitleFA: "سمت آزمون", TitleEN: string(role), From: civil.Of(e.Clock.Now()),
		Source: "apptest", For: e.Person(behalf).ID, Rights: rights,
	})
	if err != nil {
		e.T.Fatal(err)
	}
	a, err := e.App.Identity.Actor(e.T.Context(), e.Person(who).ID, capacity)
	if err != nil {
		e.T.Fatal(err)
	}
	return a
}

// NationalCode is the n-th national code with an issuing place that does not
// exist: nobody's.
func NationalCode(n int) string {
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

var reCode = regexp.MustCompile(`\b\d{6}\b`)

// Code is the one-time code in the newest text message to a mobile number,
// after all jobs have run.
func (e *Env) Code(mobile string) string {
	e.T.Helper()
	e.Drain()
	for _, m := range e.App.Doubles.SMS.For(mobile) { // the newest first
		if code := reCode.FindString(persian.Digits(m.Text)); code != "" {
			return code
		}
	}
	e.T.Fatal("apptest: no code came by text message")
	return ""
}

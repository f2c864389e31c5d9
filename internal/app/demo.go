// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// system acts where no person does: imports and the demo.
var system = policy.Actor{Role: policy.System, Name: "Tarazu"}

// DemoOptions say which demo country to make. Zero values make the standard
// one.
type DemoOptions struct {
	Seed     uint64 // 0: DemoSeed, or that of the country that is there
	Small    bool   // three provinces and few citizens, for tests
	Progress func(DemoProgress)
}

// DemoProgress tells how far the making of a demo country is.
type DemoProgress struct {
	Phase       string // DemoPeople or DemoCases
	Done, Total int
}

// Phases of making a demo country.
const (
	DemoPeople = "people"
	DemoCases  = "cases"
)

// demoPast is how long before today the stories of a demo country begin, in
// days.
const demoPast = 75

// Demo makes the demo country: courts, people with their capacities, and cases
// that went through the same acts as everybody's, on days before today. What is
// there stays: run again it changes nothing, and goes on where it was
// interrupted. No other process may use the database meanwhile.
func (a *App) Demo(ctx context.Context, o DemoOptions) (err error) {
	defer errs.Wrap(&err, "app.Demo")
	if !a.Config.Demo {
		return errNoDemo
	}
	file, err := authority.DefaultCountry()
	if err != nil {
		return err
	}
	if err := a.Authority.Load(ctx, system, file); err != nil {
		return err
	}
	if err := a.Docket.SyncCourts(ctx); err != nil {
		return err
	}
	m, err := a.demoMaker(ctx, o)
	if err != nil || m.st.Made {
		return err
	}
	defer m.back()
	if err := m.people(ctx); err != nil {
		return err
	}
	if err := m.offices(ctx, file); err != nil {
		return err
	}
	if err := m.stories(ctx); err != nil {
		return err
	}
	m.st.Made = true
	return a.writeDemo(m.st)
}

// maker makes a demo country.
type maker struct {
	*App
	st       demoState
	progress func(DemoProgress)
	accounts map[string]string // by national code
	posts    map[string][]identity.Capacity
	ahead    time.Duration // of the demo's clock, before and after
	at       time.Time     // where the clock was sent last
	pages    *pdf.Writer   // of attached files; made when it is needed
}

// demoMaker finds out what is there. A country of another database, or of an
// earlier program, is no reason to stop: what is missing is made.
func (a *App) demoMaker(ctx context.Context, o DemoOptions) (*maker, error) {
	st, err := a.readDemo()
	if err != nil {
		return nil, err
	}
	m := &maker{App: a, st: st, progress: o.Progress}
	if m.progress == nil {
		m.progress = func(DemoProgress) {}
	}
	if a.demoClock != nil {
		m.ahead = a.demoClock.Offset()
	}
	first, found, err := a.Identity.FindByNationalCode(ctx, a.DB, syntheticCode(demoPlaintiff))
	if err != nil {
		return nil, err
	}
	if same := found && st.Owner == first.ID || st.Owner == "" && !st.Made; same && !st.Today.IsZero() {
		return m, nil
	}
	m.st = demoState{Seed: cmp.Or(o.Seed, DemoSeed), Small: o.Small, Today: a.Clock.Now(), Things: map[string]string{}}
	// The clock cannot go behind what has happened: a country of an earlier
	// program stays as it is.
	m.st.Made = found
	if err := a.writeDemo(m.st); err != nil {
		return nil, err
	}
	return m, a.settleCountry(m.st.Seed, m.st.Small)
}

// travel sets the demo's clock to a time before today, never behind where it
// was sent before. Without a clock that can be moved, everything happens now.
func (m *maker) travel(to time.Time) {
	if m.demoClock == nil || !to.After(m.at) || to.After(m.st.Today) {
		return
	}
	m.at = to
	m.demoClock.SetOffset(to.Sub(m.demoClock.Base.Now()))
}

// back lets the clock go as it did before.
func (m *maker) back() {
	if m.demoClock != nil {
		m.demoClock.SetOffset(m.ahead)
	}
}

// atOnce is how many people are entered at the same time: they share commits.
const atOnce = 32

// people gives everybody an account and the capacities, before the first story.
func (m *maker) people(ctx context.Context) error {
	m.travel(m.st.Today.AddDate(0, 0, -demoPast))
	if err := m.register(ctx); err != nil {
		return err
	}
	var todo []person
	for _, p := range m.country.people {
		if !p.noAccount && (m.accounts[p.code] == "" || len(m.posts[p.code]) < len(p.posts)) {
			todo = append(todo, p)
		}
	}
	if len(todo) == 0 {
		return nil
	}
	var done atomic.Int64
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, p := range todo {
		g.Go(func() error {
			err := m.settle(gctx, p)
			if err == nil {
				m.progress(DemoProgress{DemoPeople, int(done.Add(1)), len(todo)})
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if _, err := m.Jobs.Drain(ctx); err != nil {
		return err
	}
	if err := m.register(ctx); err != nil {
		return err
	}
	m.st.Owner = m.accounts[syntheticCode(demoPlaintiff)]
	return m.writeDemo(m.st)
}

// register reads who has which account and which capacities.
func (m *maker) register(ctx context.Context) (err error) {
	codes := make([]string, len(m.country.people))
	for i, p := range m.country.people {
		codes[i] = p.code
	}
	if m.accounts, m.posts, err = m.accountsOf(ctx, codes); err != nil {
		return err
	}
	return nil
}

// nationalDigits is how long a national code is; the codes of foreign nationals
// in the demo are not.
const nationalDigits = 10

// accountsOf finds the accounts of national codes and of foreign nationals'
// codes, and their capacities that hold today.
func (a *App) accountsOf(ctx context.Context, codes []string) (accounts map[string]string, posts map[string][]identity.Capacity, err error) {
	if accounts, err = a.Identity.PeopleOf(ctx, codes); err != nil {
		return nil, nil, err
	}
	for _, code := range codes {
		if len(code) == nationalDigits {
			continue
		}
		p, found, err := a.Identity.FindByIdentifier(ctx, a.DB, identity.ForeignCode, "", code)
		if err != nil {
			return nil, nil, err
		}
		if found {
			accounts[code] = p.ID
		}
	}
	ids := make([]string, 0, len(accounts))
	for _, id := range accounts {
		ids = append(ids, id)
	}
	held, err := a.Identity.CapacitiesOf(ctx, ids)
	today := civil.Of(a.Clock.Now())
	posts = make(map[string][]identity.Capacity, len(held))
	for code, id := range accounts {
		posts[code] = slices.DeleteFunc(held[id], func(c identity.Capacity) bool { return !c.Holds(today) })
	}
	return accounts, posts, err
}

// settle gives a person an account and the capacities.
func (m *maker) settle(ctx context.Context, p person) error {
	who := m.accounts[p.code]
	if who == "" {
		n := identity.NewPerson{
			Class: p.class, NationalCode: p.nationalCode(), Identifiers: p.identifiers(), FirstName: p.first, LastName: p.last, FatherName: p.father,
			Birth: p.birth, Mobile: p.mobile, Email: p.email, Country: p.country, Zone: p.zone, Lang: i18n.FA,
			Assurance: max(p.level, identity.RegistryChecked),
		}
		if len(p.posts) > 0 {
			n.Assurance = identity.SeenInPerson // a post is given to people whom somebody has seen
		}
		if p.password {
			n.Password = demoPassword
		}
		made, err := m.Identity.Enrol(ctx, system, n)
		if err != nil {
			return err
		}
		who = made.ID
	}
	for _, k := range p.posts {
		if slices.ContainsFunc(m.posts[p.code], func(c identity.Capacity) bool { return c.Role == k.role && c.Unit == k.unit }) {
			continue
		}
		c := identity.Capacity{
			Person: who, Role: k.role, Unit: k.unit, Branch: k.branch, TitleFA: k.titleFA, TitleEN: k.titleEN,
			From: civil.Of(m.Clock.Now()), Source: "app.demo.source", Least: identity.SeenRemotely,
		}
		if l := k.licence; l != nil {
			c.Issuer, c.Number, c.Grade, c.Fields, c.Place, c.Until = l.Issuer, l.Number, string(l.Grade), l.Fields, l.Province, l.Until
		}
		if _, err := m.Identity.AddCapacity(ctx, system, c); err != nil {
			return err
		}
	}
	return nil
}

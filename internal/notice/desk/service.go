// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/outward"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this package: 17500 to 17599.
var Migrations = store.Migrations{Module: "notice", FS: migrations}

// Deps are what a Service needs; Levels and Log may be nil.
type Deps struct {
	DB       *store.DB
	Clock    clock.Clock
	Log      *slog.Logger
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Identity *identity.Service
	Body     *body.Service
	Notice   *notice.Service
	Levels   level.Rules

	// Key is the secret from which those that seal are derived: at least 32 bytes,
	// the same in all processes.
	Key []byte
	// Local lets webhooks go to loopback addresses and over plain HTTP: in a demo
	// country and in tests.
	Local bool
}

// Service is the desks of bodies. It is safe for concurrent use.
type Service struct {
	d      Deps
	limits Limits
	keeper *program.Keeper
}

// New makes the service. Call Jobs and mount Routes before it is used.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "desk.New")
	if d.DB == nil || d.Clock == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Identity == nil || d.Body == nil || d.Notice == nil {
		return nil, errors.New("a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{d: d}
	if s.limits, err = readLimits(limitsJSON); err != nil {
		return nil, err
	}
	s.keeper, err = program.New(program.Deps{
		DB: d.DB, Clock: d.Clock, Log: d.Log, Jobs: d.Jobs, Purpose: "desk", About: "tarazu desk webhook secrets",
		Bounds: program.Bounds{Keys: s.limits.Keys, KeyDays: s.limits.KeyDays, Waits: s.limits.Waits, Overlap: s.limits.OverlapHours},
		Key:    d.Key, Out: outward.Client(d.Local), Local: d.Local,
	})
	return s, err
}

// Filter is which notices of the desks are shown.
type Filter string

// The filters.
const (
	FilterOpen Filter = "open" // there is something to do
	FilterMine Filter = "mine"
	FilterLate Filter = "late" // nobody has opened them for days
	FilterDone Filter = "done"
)

// Filters lists the filters in the order of the page.
func Filters() []Filter { return []Filter{FilterOpen, FilterMine, FilterLate, FilterDone} }

// Counts is how many notices each filter has.
type Counts struct{ Open, Mine, Late, Done int }

// Of is the count of a filter.
func (c Counts) Of(f Filter) int {
	switch f {
	case FilterMine:
		return c.Mine
	case FilterLate:
		return c.Late
	case FilterDone:
		return c.Done
	}
	return c.Open
}

// ItemPage is one page of what the actor sees, the newest arrival first.
type ItemPage struct {
	Items  []Item
	Counts Counts
	Units  body.Units
	Next   string
}

const (
	pageSize = 50
	mostSize = 200
)

// asked is what a list needs to know of an actor.
func (v sight) asked(a policy.Actor) []any {
	units := make([]string, 0, len(v.mine))
	for u := range v.mine {
		units = append(units, u)
	}
	some, kinds := notice.KindsOf(a)
	limited, cases, _ := a.Limited()
	return []any{a.For, v.whole, units, some, kinds, limited, cases}
}

// List reads a page of what is at the desks that the actor sees. errs.Forbidden: they
// act for no body, or do not see its notices.
func (s *Service) List(ctx context.Context, a policy.Actor, f Filter, cursor string, size int) (out ItemPage, err error) {
	defer errs.Wrap(&err, "desk.List")
	if !s.Has(a) {
		return out, errs.New(errs.Forbidden, "desk.not_yours")
	}
	at, after, err := parseCursor(cursor)
	if err != nil {
		return out, err
	}
	if size <= 0 || size > mostSize {
		size = pageSize
	}
	if out.Units, err = s.d.Body.Units(ctx, s.d.DB, a.For); err != nil {
		return out, err
	}
	late := store.At(s.d.Clock.Now().Add(-s.lateAfter()))
	asked := sightOf(a, out.Units).asked(a)
	query, args := sqlOpen, append(append([]any{}, asked...), at, after, size+1)
	switch f {
	case FilterMine:
		query, args = sqlMine, append(args, a.Person)
	case FilterLate:
		query, args = sqlLate, append(args, late)
	case FilterDone:
		query = sqlDoneList
	case "":
		query = sqlEvery
	}
	rows, err := store.All[itemRow](ctx, s.d.DB, query, args...)
	if err != nil {
		return out, err
	}
	counts, err := store.One[countsRow](ctx, s.d.DB, sqlCounts, append(append([]any{}, asked...), a.Person, late)...)
	if err != nil {
		return out, err
	}
	out.Counts = Counts{Open: int(counts.Open), Mine: int(counts.Mine), Late: int(counts.Late), Done: int(counts.Done)}
	if len(rows) > size {
		rows = rows[:size]
		last := rows[size-1]
		out.Next = strconv.FormatInt(store.Micros(last.Arrived.Time), 36) + "." + last.Notice
	}
	for _, r := range rows {
		out.Items = append(out.Items, r.item())
	}
	if out.Items, err = s.fill(ctx, a, out.Items); err != nil {
		return out, err
	}
	return out, s.d.Identity.RecordActing(ctx, a, "inbox", "")
}

func (s *Service) lateAfter() time.Duration { return time.Duration(s.limits.LateDays) * 24 * time.Hour }

// fill adds what the notices say themselves, and leaves out those that the actor may
// not see there; and the names of who has taken them.
func (s *Service) fill(ctx context.Context, a policy.Actor, list []Item) ([]Item, error) {
	ids, people := make([]string, len(list)), []string{}
	for i, x := range list {
		ids[i] = x.Notice
		if x.Holder != "" {
			people = append(people, x.Holder)
		}
	}
	known, err := s.d.Notice.Several(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	if !a.Machine {
		if names, err = s.d.Body.Names(ctx, a, people); err != nil {
			return nil, err
		}
	}
	out := list[:0]
	for _, x := range list {
		n, ok := known[x.Notice]
		if !ok {
			continue
		}
		x.Title, x.Sender, x.HolderName = n.Title, notice.Text{FA: n.UnitName, EN: n.UnitNameEN}, names[x.Holder]
		out = append(out, x)
	}
	return out, nil
}

// View is one notice as the actor sees it at the desk.
type View struct {
	Item
	Steps []Step
	Units body.Units
	Works bool // the actor may do something with it
	Frees bool // also if somebody else has taken it
}

const shownSteps = 200

// Get reads one notice of the actor's desks with its steps. Any other one is
// errs.NotFound.
func (s *Service) Get(ctx context.Context, a policy.Actor, noticeID string) (out View, err error) {
	defer errs.Wrap(&err, "desk.Get")
	i, v, err := s.find(ctx, s.d.DB, a, noticeID, actionSee)
	if err != nil {
		return out, err
	}
	list, err := s.fill(ctx, a, []Item{i})
	if err == nil && len(list) == 0 {
		err = errs.New(errs.NotFound, "")
	}
	if err != nil {
		return out, err
	}
	out = View{Item: list[0], Units: v.units, Works: s.may(a, v, actionWork, i) == nil, Frees: frees(a, i)}
	rows, err := store.All[stepRow](ctx, s.d.DB, sqlSteps, i.Body, i.Notice, shownSteps)
	if err != nil {
		return out, err
	}
	people := []string{}
	for _, r := range rows {
		if r.Person != "" {
			people = append(people, r.Person)
		}
		out.Steps = append(out.Steps, Step{What: r.What, Unit: r.Unit, Person: r.Person, Note: r.Note, At: r.At.Time})
	}
	if a.Machine {
		return out, nil
	}
	names, err := s.d.Body.Names(ctx, a, people)
	for k := range out.Steps {
		out.Steps[k].Name = names[out.Steps[k].Person]
	}
	return out, err
}

// find reads an item of the actor's body with which they may do something.
func (s *Service) find(ctx context.Context, q store.Querier, a policy.Actor, noticeID, action string) (Item, sight, error) {
	if a.For == "" {
		return Item{}, sight{}, errs.New(errs.NotFound, "")
	}
	r, err := store.One[itemRow](ctx, q, sqlItem, a.For, noticeID)
	if err != nil {
		return Item{}, sight{}, err
	}
	units, err := s.d.Body.Units(ctx, q, a.For)
	if err != nil {
		return Item{}, sight{}, err
	}
	v := sightOf(a, units)
	return r.item(), v, s.mayAt(a, v, action, r.item())
}

// ByUnit is how many notices lie at each unit, for whoever leads.
type ByUnit struct {
	Unit                 body.Unit // zero: the top, or one that has ended
	Open, Unopened, Late int
}

// Overview is what lies where in the whole body. errs.Forbidden: the actor does not
// manage it.
func (s *Service) Overview(ctx context.Context, a policy.Actor) (out []ByUnit, err error) {
	defer errs.Wrap(&err, "desk.Overview")
	if err := s.manages(a); err != nil {
		return nil, err
	}
	units, err := s.d.Body.Units(ctx, s.d.DB, a.For)
	if err != nil {
		return nil, err
	}
	rows, err := store.All[unitRow](ctx, s.d.DB, sqlByUnit, a.For, store.At(s.d.Clock.Now().Add(-s.lateAfter())))
	if err != nil {
		return nil, err
	}
	for _, unit := range append([]string{""}, units.Below("")...) {
		line := ByUnit{Unit: units.Unit(unit)}
		for _, r := range rows {
			if r.Unit == unit || unit == "" && !units.Stands(r.Unit) {
				line.Open, line.Unopened, line.Late = line.Open+int(r.Open), line.Unopened+int(r.Unopened), line.Late+int(r.Late)
			}
		}
		if unit != "" || line.Open+line.Unopened+line.Late > 0 {
			out = append(out, line)
		}
	}
	return out, nil
}

func parseCursor(c string) (at int64, after string, err error) {
	if c == "" {
		return math.MaxInt64, "", nil
	}
	us, after, _ := strings.Cut(c, ".")
	at, perr := strconv.ParseInt(us, 36, 64)
	if perr != nil || !id.Valid(after) {
		return 0, "", errs.New(errs.Invalid, "notice.cursor")
	}
	return at, after, nil
}

// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// mostAtOnce is how many tasks one act gives out.
const mostAtOnce = 200

// Given is what came of giving out tasks.
type Given struct {
	Tasks   int // given out
	Skipped int // had moved on meanwhile, were his already, or have no address
}

// Assign gives tasks of the actor's unit to one of its bailiffs, at the end of his
// route and in the order given. A task that another bailiff has is taken from him:
// what he records after that is kept and does not count.
func (s *Service) Assign(ctx context.Context, a policy.Actor, tasks []string, bailiff string) (out Given, err error) {
	defer errs.Wrap(&err, "bailiff.Assign")
	if len(tasks) == 0 {
		return out, wrong("tasks", "bailiff.wrong.tasks")
	}
	if len(tasks) > mostAtOnce {
		return out, wrong("tasks", "bailiff.wrong.too_many")
	}
	officers, err := s.mayAssign(ctx, a)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(officers, func(o Officer) bool { return o.Person == bailiff })
	if i < 0 {
		return out, wrong("bailiff", "bailiff.wrong.bailiff")
	}
	plan := make([]share, len(tasks))
	for n, t := range tasks {
		plan[n] = share{task: t, officer: officers[i]}
	}
	return s.give(ctx, a, plan)
}

// Share gives out all open tasks of the actor's unit that have an address: those of
// one county go to a bailiff who goes there anyway, and nobody gets much more than
// the others.
func (s *Service) Share(ctx context.Context, a policy.Actor) (out Given, err error) {
	defer errs.Wrap(&err, "bailiff.Share")
	officers, err := s.mayAssign(ctx, a)
	if err != nil {
		return out, err
	}
	if len(officers) == 0 {
		return out, errs.New(errs.Conflict, "bailiff.no_officers")
	}
	rows, err := store.All[taskRow](ctx, s.d.DB, sqlUnitTasks, a.Unit, Open, 0, "", mostAtOnce)
	if err != nil {
		return out, err
	}
	var tasks []Task
	for _, r := range rows {
		if r.Address != "" {
			tasks = append(tasks, r.task())
		}
	}
	if len(tasks) == 0 {
		return out, errs.New(errs.Conflict, "bailiff.nothing_open")
	}
	return s.give(ctx, a, shareOut(tasks, officers))
}

func (s *Service) mayAssign(ctx context.Context, a policy.Actor) ([]Officer, error) {
	if err := s.d.Policy.Check(a, "bailiff.assign", resource(Task{Unit: a.Unit}, false)); err != nil {
		return nil, err
	}
	return s.Officers(ctx, s.d.DB, a)
}

// share is one task and who gets it.
type share struct {
	task    string
	officer Officer
}

// shareOut plans who gets which task. Tasks go by county and address, so that the
// stops of one street follow each other. A county's tasks stay with whoever has the
// most there already, up to a fair share of all; then the one with the least to do
// gets the next.
func shareOut(tasks []Task, officers []Officer) []share {
	officers = slices.Clone(officers)
	total := len(tasks)
	counties := make([]map[string]int, len(officers))
	for i, o := range officers {
		total += o.Load
		counties[i] = map[string]int{}
		for c, n := range o.Counties {
			counties[i][c] = n
		}
	}
	most := (total + len(officers) - 1) / len(officers)
	tasks = slices.Clone(tasks)
	slices.SortStableFunc(tasks, func(a, b Task) int {
		return cmp.Or(cmp.Compare(a.Province, b.Province), cmp.Compare(a.County, b.County), cmp.Compare(a.Address, b.Address), cmp.Compare(a.ID, b.ID))
	})
	plan := make([]share, 0, len(tasks))
	for _, t := range tasks {
		best := -1
		for i, o := range officers {
			switch {
			case o.Load >= most && best >= 0:
			case best < 0 || officers[best].Load >= most,
				counties[i][t.County] > counties[best][t.County],
				counties[i][t.County] == counties[best][t.County] && o.Load < officers[best].Load:
				best = i
			}
		}
		officers[best].Load++
		counties[best][t.County]++
		plan = append(plan, share{task: t.ID, officer: officers[best]})
	}
	return plan
}

// give writes a plan. Whoever was faster with a task keeps it.
func (s *Service) give(ctx context.Context, a policy.Actor, plan []share) (out Given, err error) {
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		out = Given{}
		now := tx.Now()
		rule := s.rules.At(civil.Of(now))
		due := endOf(civil.Of(now).Add(rule.ServeDays))
		last := map[string]int{}
		for _, p := range plan {
			who := p.officer
			if last[who.Person] == 0 {
				last[who.Person] = who.last
			}
			r, found, err := store.Find[taskRow](ctx, tx, sqlTask, a.Unit, p.task)
			if err != nil {
				return err
			}
			n := int64(0)
			if found {
				if n, err = tx.ExecN(ctx, sqlAssign, a.Unit, p.task, who.Person, who.Name, last[who.Person]+1, store.At(due), store.At(now)); err != nil {
					return err
				}
			}
			if n == 0 {
				out.Skipped++
				continue
			}
			last[who.Person]++
			out.Tasks++
			if err := store.Insert(ctx, tx, "bailiff_assignment", assignmentRow{
				Unit: a.Unit, Task: p.task, ID: id.New(), Bailiff: who.Person, Label: who.Name, GivenBy: a.Person, At: store.At(now),
			}); err != nil {
				return err
			}
			if _, err := s.stage(ctx, tx, r.task(), "bailiff.assigned", a, ledger.Record{
				Rule: rule.Name(), Members: map[string]string{"bailiff": who.Person, "before": r.Bailiff, "due": due.UTC().Format(time.RFC3339)},
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// endOf is the last instant of a day in Tehran.
func endOf(d civil.Day) time.Time { return d.Add(1).Time().Add(-time.Second) }

func wrong(field, code string) error {
	return errs.InvalidFields([]errs.Field{{Name: field, Code: code}})
}

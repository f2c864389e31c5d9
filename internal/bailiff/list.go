// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"context"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// pageSize is how many tasks a page of the unit's list has.
const pageSize = 50

// mostRoute is how many tasks a bailiff is shown and takes along at once.
const mostRoute = 200

// TaskPage is one page of the tasks of a unit in a state, the oldest first.
type TaskPage struct {
	Tasks  []Task
	Next   string // cursor of the next page; "" on the last one
	Counts map[State]int
}

type countRow struct {
	State State `db:"state"`
	N     int64 `db:"n"`
}

// UnitTasks lists the tasks of the actor's unit in a state. That it was shown is
// recorded for those who have an account by now.
func (s *Service) UnitTasks(ctx context.Context, a policy.Actor, state State, cursor string) (_ TaskPage, err error) {
	defer errs.Wrap(&err, "bailiff.UnitTasks")
	if err := s.d.Policy.Check(a, "bailiff.see", resource(Task{Unit: a.Unit}, false)); err != nil {
		return TaskPage{}, err
	}
	at, after, err := parseCursor(cursor)
	if err != nil {
		return TaskPage{}, err
	}
	out := TaskPage{Counts: map[State]int{}}
	counts, err := store.All[countRow](ctx, s.d.DB, sqlCountState, a.Unit)
	if err != nil {
		return TaskPage{}, err
	}
	for _, c := range counts {
		out.Counts[c.State] = int(c.N)
	}
	rows, err := store.All[taskRow](ctx, s.d.DB, sqlUnitTasks, a.Unit, state, at, after, pageSize+1)
	if err != nil {
		return TaskPage{}, err
	}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		last := rows[pageSize-1]
		out.Next = strconv.FormatInt(store.Micros(last.Opened.Time), 36) + "." + last.ID
	}
	for _, r := range rows {
		out.Tasks = append(out.Tasks, s.shown(a, r.task()))
	}
	return out, s.recordLooks(ctx, a, out.Tasks)
}

func parseCursor(c string) (at int64, id string, err error) {
	if c == "" {
		return 0, "", nil
	}
	text, id, ok := strings.Cut(c, ".")
	if at, err = strconv.ParseInt(text, 36, 64); err != nil || !ok || len(id) > 64 {
		return 0, "", errs.New(errs.Invalid, "bailiff.cursor")
	}
	return at, id, nil
}

// Route lists what the actor has to serve, in the order that the clerk gave it.
func (s *Service) Route(ctx context.Context, a policy.Actor) (_ []Task, err error) {
	defer errs.Wrap(&err, "bailiff.Route")
	if err := s.d.Policy.Check(a, "bailiff.record", resource(Task{Unit: a.Unit, Bailiff: a.Person}, false)); err != nil {
		return nil, err
	}
	rows, err := store.All[taskRow](ctx, s.d.DB, sqlRoute, a.Person, a.Unit, mostRoute)
	out := make([]Task, len(rows))
	for i, r := range rows {
		out[i] = r.task()
	}
	if err != nil {
		return nil, err
	}
	return out, s.recordLooks(ctx, a, out)
}

// Officer is a bailiff of a unit with what he has to do.
type Officer struct {
	Person, Name string
	Load         int
	Counties     map[string]int // how many of his tasks are where
	last         int            // place of his last task
}

type loadRow struct {
	Bailiff string `db:"bailiff"`
	County  string `db:"county"`
	N       int64  `db:"n"`
	Place   int64  `db:"place"`
}

// Officers lists the bailiffs of the actor's unit, by name.
func (s *Service) Officers(ctx context.Context, q store.Querier, a policy.Actor) (_ []Officer, err error) {
	defer errs.Wrap(&err, "bailiff.Officers")
	posts, err := s.d.Identity.PostsAt(ctx, q, a.Unit)
	if err != nil {
		return nil, err
	}
	loads, err := store.All[loadRow](ctx, q, sqlLoads, a.Unit)
	if err != nil {
		return nil, err
	}
	var out []Officer
	seen := map[string]bool{}
	for _, p := range posts {
		if p.Role != policy.Bailiff || p.Person == "" || seen[p.Person] || !p.Holds(civil.Of(s.d.DB.Now())) {
			continue
		}
		seen[p.Person] = true
		o := Officer{Person: p.Person, Name: p.Name, Counties: map[string]int{}}
		for _, l := range loads {
			if l.Bailiff == p.Person {
				o.Load += int(l.N)
				o.Counties[l.County] += int(l.N)
				o.last = max(o.last, int(l.Place))
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Post is a capacity that somebody holds in a unit.
type Post struct {
	Capacity
	Name string // of the person
}

// PostsAt lists who holds or has held a capacity in a unit, in the caller's
// transaction if q is one.
func (s *Service) PostsAt(ctx context.Context, q store.Querier, unit string) (_ []Post, err error) {
	defer errs.Wrap(&err, "identity.PostsAt")
	rows, err := store.All[capacityRow](ctx, q, sqlCapacitiesAt, unit)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	people := make([]string, len(rows))
	for i, r := range rows {
		people[i] = r.Person
	}
	list, err := store.All[nameRow](ctx, q, sqlNamesOf, people)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(list))
	for _, n := range list {
		names[n.ID] = Person{FirstName: n.First, LastName: n.Last}.Name()
	}
	out := make([]Post, len(rows))
	for i, r := range rows {
		out[i] = Post{Capacity: r.capacity(), Name: names[r.Person]}
	}
	return out, nil
}

// PostTx gives somebody a capacity in a unit. That by may, the module has
// decided whose unit it is.
func (s *Service) PostTx(ctx context.Context, tx *store.Tx, by policy.Actor, c Capacity) (capacityID string, err error) {
	defer errs.Wrap(&err, "identity.PostTx")
	c.ID, c.Source = id.New(), persian.Store(c.Source)
	return c.ID, s.AddCapacityTx(ctx, tx, by, c)
}

// FindByName looks somebody up by what they sign in with, see SignInName.
func (s *Service) FindByName(ctx context.Context, name string) (_ Person, found bool, err error) {
	defer errs.Wrap(&err, "identity.FindByName")
	row, found, err := s.findRow(ctx, s.d.DB, name)
	return row.person(), found, err
}

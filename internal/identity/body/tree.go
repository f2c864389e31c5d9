// SPDX-License-Identifier: Apache-2.0

package body

import (
	"cmp"
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// tree is the units of one body that stand.
type tree struct {
	byID  map[string]Unit
	below map[string][]string // ids by parent, in the order of their codes
}

func newTree(units []Unit) tree {
	t := tree{byID: map[string]Unit{}, below: map[string][]string{}}
	units = slices.SortedFunc(slices.Values(units), func(a, b Unit) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID)) })
	for _, u := range units {
		t.byID[u.ID] = u
		t.below[u.Parent] = append(t.below[u.Parent], u.ID)
	}
	return t
}

// path is a unit and what is above it, the top first. It ends also if the rows
// were a circle, which the acts do not let them become.
func (t tree) path(id string) (out []Unit) {
	for range len(t.byID) {
		u, ok := t.byID[id]
		if !ok {
			break
		}
		out = append(out, u)
		id = u.Parent
	}
	slices.Reverse(out)
	return out
}

// within tells whether a unit is another one or below it.
func (t tree) within(id, top string) bool {
	return slices.ContainsFunc(t.path(id), func(u Unit) bool { return u.ID == top })
}

// height is how many units are below each other from this one on; of a new one
// ("") it is 1.
func (t tree) height(id string) int {
	most := 1
	if id == "" {
		return most
	}
	t.walk(id, 1, func(_ Unit, depth int) { most = max(most, depth) })
	return most
}

// walk visits a unit and what is below it, or everything for "", from the top down.
func (t tree) walk(id string, depth int, visit func(u Unit, depth int)) {
	if depth > len(t.byID)+1 {
		return
	}
	if u, ok := t.byID[id]; ok {
		visit(u, depth)
		depth++
	}
	for _, child := range t.below[id] {
		t.walk(child, depth, visit)
	}
}

// mayMove says what is wrong with a unit standing under another: a locale code, or
// "" if nothing is.
func (t tree) mayMove(id, parent string, deepest int) string {
	if _, ok := t.byID[parent]; !ok && parent != "" {
		return "body.wrong.parent"
	}
	if id != "" && t.within(parent, id) {
		return "body.wrong.circle"
	}
	if len(t.path(parent))+t.height(id) > deepest {
		return "body.wrong.depth"
	}
	return ""
}

// Units is the units of a body that stand, for those who share work out among them.
type Units struct{ tree }

// Units reads the units of a body that stand. Who may see them is the caller's matter.
func (s *Service) Units(ctx context.Context, q store.Querier, body string) (_ Units, err error) {
	defer errs.Wrap(&err, "body.Units")
	rows, err := store.All[unitRow](ctx, q, sqlUnits, body)
	units := make([]Unit, len(rows))
	for i, r := range rows {
		units[i] = r.unit()
	}
	return Units{newTree(units)}, err
}

// Stands tells whether there is such a unit.
func (u Units) Stands(id string) bool { return u.byID[id].ID != "" }

// Unit is one of them; zero if it is none.
func (u Units) Unit(id string) Unit { return u.byID[id] }

// Below is the ids of a unit and of everything below it, from the top down; all of
// them for "".
func (u Units) Below(id string) (out []string) {
	if id != "" && !u.Stands(id) {
		return nil
	}
	u.walk(id, 1, func(x Unit, _ int) { out = append(out, x.ID) })
	return out
}

// SPDX-License-Identifier: Apache-2.0

package body

import (
	"github.com/tarazu/tarazu/internal/platform/web"
)

// treeView is the units of a body with their people.
type treeView struct {
	web.View
	t     Tree
	s     *Service
	roots []branch
}

// branch is a unit with what is below it.
type branch struct {
	Node
	below []branch
}

func (s *Service) treePage(c *web.Ctx) error {
	t, err := s.Tree(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := treeView{View: c.View(nil, nil), t: t, s: s}
	rest := t.Nodes
	for len(rest) > 0 {
		var b branch
		b, rest = grow(rest)
		v.roots = append(v.roots, b)
	}
	return c.Render(web.Page{
		Title: c.T("body.tree.title"), Caption: c.Actor.ForName, Lead: c.T("body.tree.lead"), Active: "account", Back: web.AccountPath, Body: treeBody(v),
	})
}

// grow takes a unit and everything below it off a list that goes from the top down.
func grow(list []Node) (b branch, rest []Node) {
	b, rest = branch{Node: list[0]}, list[1:]
	for len(rest) > 0 && rest[0].Depth > b.Depth {
		var child branch
		child, rest = grow(rest)
		b.below = append(b.below, child)
	}
	return b, rest
}

// waits tells whether somebody has not answered.
func (v treeView) waits(p Post) bool { return p.Standing(v.s.today()) == Offered }

// over tells whether the last day is over and the job has not run yet.
func (v treeView) over(p Post) bool { return p.Standing(v.s.today()) == Ended }

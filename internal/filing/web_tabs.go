// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"cmp"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Somebody with two windows has one session. A page that begins a filing carries the
// capacity in which it was drawn, so that a client who was chosen in the other window
// meanwhile gets no draft that was meant for this one.

// capacityOf is in what capacity the reader is now.
func capacityOf(c *web.Ctx) string { return cmp.Or(c.Actor.Capacity, identity.AsCitizen) }

// otherCapacity says that the reader acts for somebody else by now, on the page from
// which they came with what they had entered, as it is for whom they act for now. If
// that page is not theirs any more, it stays one for the capacity before.
func (s *Service) otherCapacity(c *web.Ctx, in *form.Form, n NewFiling) error {
	back := errs.New(errs.Conflict, "filing.capacity.back")
	enters := n.Service == enterService
	if enters && c.Actor.Standing() != policy.Lawyer {
		shown, _ := c.Errors(back, in)
		return s.drawEnter(c, in, shown, in.Text("capacity"))
	}
	now := errs.New(errs.Conflict, "filing.capacity.own")
	if c.Actor.For != "" {
		now = errs.New(errs.Conflict, "filing.capacity.for", "name", c.Actor.ForName)
	}
	shown, _ := c.Errors(now, in)
	switch {
	case enters:
		return s.renderEnter(c, in, shown)
	case n.Case == "":
		return s.drawNew(c, shown)
	}
	err := s.drawBrief(c, n, in, shown)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Forbidden) { // a case of whom they acted for
		return back.Because(err)
	}
	return err
}

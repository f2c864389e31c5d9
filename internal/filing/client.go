// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Client is somebody in whose name a lawyer may act by a contract that stands.
type Client struct {
	Capacity string
	Name     string
	Contract string // its number
	Until    civil.Day
	Titles   []catalogue.Text // that the lawyer may begin something under; empty: none
	All      bool             // the contract is not limited
}

// Clients are those in whose name a lawyer may act, by the contracts that stand
// today, with what each lets him begin.
func (s *Service) Clients(ctx context.Context, a policy.Actor) (out []Client, err error) {
	defer errs.Wrap(&err, "filing.Clients")
	list, err := s.d.Identity.Capacities(ctx, a.Person)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if c.Role != policy.Lawyer || c.For == "" || !c.Holds(s.today()) {
			continue
		}
		client, ok, err := s.client(ctx, a, c)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, client)
		}
	}
	return out, nil
}

// client is the client of one capacity; ok is false if it cannot be acted in, for
// the licence on which it rests is suspended or the client has died.
func (s *Service) client(ctx context.Context, a policy.Actor, c identity.Capacity) (_ Client, ok bool, err error) {
	as, err := s.d.Identity.Actor(ctx, a.Person, c.ID)
	if errs.Is(err, errs.Forbidden) {
		return Client{}, false, nil
	}
	if err != nil {
		return Client{}, false, err
	}
	out := Client{Capacity: c.ID, Name: c.ForName, Contract: c.Number, Until: c.Until, All: as.Only == nil}
	titles, err := s.titlesFor(ctx, as)
	for _, d := range titles {
		out.Titles = append(out.Titles, d.Title)
	}
	return out, true, err
}

// titlesFor are the titles under which the actor may begin something new: open to
// whom he acts for and to himself, within his rights and the limit of his contract.
func (s *Service) titlesFor(ctx context.Context, a policy.Actor) (out []*catalogue.Definition, err error) {
	if !a.Has(policy.Prepare) {
		return nil, nil
	}
	standing, err := s.filerOf(ctx, a)
	if err != nil {
		return nil, err
	}
	list, err := s.d.Catalogue.List(ctx, s.today())
	return slices.DeleteFunc(list, func(d *catalogue.Definition) bool {
		return procedures[d.Kind].joins || openTo(d, standing, a) != nil || !a.Only.Covers("", d.Code)
	}), err
}

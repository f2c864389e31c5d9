// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// units are the desks of the government body: the head of the legal office has named
// who prepares the suits, and somebody has not answered yet.
func (s *script) units(ago int) {
	m := s.m
	head, legal, suits, money := m.main(demoHead), m.citizen(33), m.citizen(34), m.citizen(35)
	s.at(ago, hourRefer, "units", func(ctx context.Context) error {
		by, err := m.actorAs(ctx, head, policy.Representative)
		if err != nil {
			return err
		}
		ids := map[string]string{}
		for _, u := range []struct{ code, fa, en, above string }{
			{"100", "معاونت حقوقی و مشترکان", "Legal and customer affairs", ""},
			{"110", "ادارهٔ حقوقی", "Legal office", "100"},
			{"111", "میز دعاوی", "Litigation desk", "110"},
			{"120", "امور مشترکان", "Customer affairs", "100"},
			{"200", "معاونت مالی", "Finance", ""},
		} {
			made, err := m.Body.Make(ctx, by, body.NewUnit{Code: u.code, NameFA: u.fa, NameEN: u.en, Parent: ids[u.above], Act: m.act("unit " + u.code)})
			if err != nil {
				return err
			}
			ids[u.code] = made.ID
		}
		until := civil.Of(m.Clock.Now()).Add(365)
		chief, err := s.seat(ctx, by, legal, body.NewPost{
			Unit: ids["110"], TitleFA: "رئیس ادارهٔ حقوقی", TitleEN: "Head of the legal office", Rights: policy.Rights(), Gives: body.GivesPosts, Until: until,
		}, true)
		if err != nil {
			return err
		}
		few := []policy.Right{policy.See, policy.OpenNotices, policy.Prepare}
		if _, err := s.seat(ctx, chief, suits, body.NewPost{Unit: ids["111"], TitleFA: "کارشناس دعاوی", TitleEN: "Litigation expert", Rights: few, Until: until - 1}, true); err != nil {
			return err
		}
		if _, err := s.seat(ctx, by, money, body.NewPost{Unit: ids["200"], TitleFA: "حسابدار", TitleEN: "Accountant", Rights: few[:1], Until: until}, false); err != nil {
			return err
		}
		return m.register(ctx)
	})
}

// seat gives somebody a post; they accept it if accept, and it is who they are then.
func (s *script) seat(ctx context.Context, by policy.Actor, who person, n body.NewPost, accept bool) (policy.Actor, error) {
	m := s.m
	n.Person, n.LastName, n.Act = who.code, who.last, m.act("post "+who.code)
	p, err := m.Body.Give(ctx, by, n)
	if err != nil || !accept {
		return policy.Actor{}, err
	}
	me, err := m.actorAs(ctx, who, policy.Citizen)
	if err != nil {
		return policy.Actor{}, err
	}
	if p, err = m.Body.Accept(ctx, me, p.ID); err != nil {
		return policy.Actor{}, err
	}
	return m.Identity.Actor(ctx, me.Person, p.Capacity)
}

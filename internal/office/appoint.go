// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Appointment gives a person a post in an office.
type Appointment struct {
	Office, Person string
	Role           policy.Role // Manager or Operator
	Until          civil.Day   // last day; 0: no end
	Source         string      // the letter by which it was done
}

// leastProof is how surely it must be known who works in an office: they see
// the papers of others.
const leastProof = identity.SeenRemotely

// Appoint gives somebody a post in an office. errs.Invalid names what is wrong.
// errs.Conflict: office.has_manager (there is one), office.has_post (this person
// holds this post), office.closed.
func (s *Service) Appoint(ctx context.Context, by policy.Actor, n Appointment) (capacityID string, err error) {
	defer errs.Wrap(&err, "office.Appoint")
	o, err := s.find(ctx, s.d.DB, n.Office)
	if err != nil {
		return "", err
	}
	if err := s.may(by, "office.appoint", o, n.Person); err != nil {
		return "", err
	}
	today := civil.Of(s.d.Clock.Now())
	p, err := s.d.Identity.Person(ctx, n.Person)
	switch {
	case err != nil:
		return "", err
	case n.Role != policy.Manager && n.Role != policy.Operator:
		return "", errs.InvalidFields([]errs.Field{{Name: "role", Code: "form.choose"}})
	case p.Assurance < leastProof || p.Status != identity.Active:
		return "", errs.InvalidFields([]errs.Field{{Name: "number", Code: "office.unproved"}})
	case n.Until != 0 && n.Until < today:
		return "", errs.InvalidFields([]errs.Field{{Name: "until", Code: "office.until"}})
	case n.Source == "":
		return "", errs.InvalidFields([]errs.Field{{Name: "source", Code: "form.required"}})
	}
	c := identity.Capacity{
		Person: p.ID, Role: n.Role, Unit: o.Code, From: today, Until: n.Until, Source: n.Source, Least: leastProof,
		TitleFA: s.d.Catalog.Printer(i18n.FA).T("office.post."+string(n.Role), "office", o.Name.FA),
		TitleEN: s.d.Catalog.Printer(i18n.EN).T("office.post."+string(n.Role), "office", o.Name.EN),
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, sqlHold, o.Code)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "office.closed")
		}
		posts, err := s.d.Identity.PostsAt(ctx, tx, o.Code)
		if err != nil {
			return err
		}
		held := func(also func(identity.Post) bool) bool {
			return slices.ContainsFunc(posts, func(k identity.Post) bool { return k.Role == c.Role && k.Holds(today) && also(k) })
		}
		switch {
		case held(func(k identity.Post) bool { return k.Person == c.Person }):
			return errs.New(errs.Conflict, "office.has_post")
		case c.Role == policy.Manager && held(func(identity.Post) bool { return true }):
			return errs.New(errs.Conflict, "office.has_manager")
		}
		if err := s.d.Identity.RecordAccessesTx(ctx, tx, []identity.Access{{Subject: p.ID, By: by, What: "office.access.appointed", Why: "office.access.post", Object: o.Code}}); err != nil {
			return err
		}
		capacityID, err = s.d.Identity.PostTx(ctx, tx, by, c)
		return err
	})
	return capacityID, err
}

// Dismiss ends a post. It bites at the holder's next click. errs.Conflict, code
// identity.capacity.ended: it has ended already.
func (s *Service) Dismiss(ctx context.Context, by policy.Actor, code, capacityID, why string) (err error) {
	defer errs.Wrap(&err, "office.Dismiss")
	o, err := s.find(ctx, s.d.DB, code)
	if err != nil {
		return err
	}
	posts, err := s.d.Identity.PostsAt(ctx, s.d.DB, code)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(posts, func(p identity.Post) bool { return p.ID == capacityID })
	if i < 0 {
		return errs.New(errs.NotFound, "")
	}
	if err := s.may(by, "office.appoint", o, posts[i].Person); err != nil {
		return err
	}
	if why == "" {
		return errs.InvalidFields([]errs.Field{{Name: "why", Code: "office.why"}})
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.d.Identity.EndCapacityTx(ctx, tx, by, posts[i].Capacity, why) })
}

// People lists who holds or has held a post in an office. Each of them sees
// that the actor looked, unless it is their own office.
func (s *Service) People(ctx context.Context, a policy.Actor, o Office) (_ []identity.Post, err error) {
	defer errs.Wrap(&err, "office.People")
	if err := s.may(a, "office.people", o, ""); err != nil {
		return nil, err
	}
	posts, err := s.d.Identity.PostsAt(ctx, s.d.DB, o.Code)
	if err != nil {
		return nil, err
	}
	var looks []identity.Access
	for _, p := range posts {
		if a.Unit != o.Code {
			looks = append(looks, identity.Access{Subject: p.Person, By: a, What: "office.access.list", Why: "office.access.register", Object: o.Code})
		}
	}
	return posts, s.d.Identity.RecordAccesses(ctx, looks)
}

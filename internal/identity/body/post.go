// SPDX-License-Identifier: Apache-2.0

package body

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Mine lists the posts that the actor was offered as a person, the newest first, with
// the units.
func (s *Service) Mine(ctx context.Context, a policy.Actor) (out []Post, units map[string]Unit, err error) {
	defer errs.Wrap(&err, "body.Mine")
	rows, err := store.All[postRow](ctx, s.d.DB, sqlMine, a.Person, shownMine)
	if err != nil {
		return nil, nil, err
	}
	out, units = posts(rows), map[string]Unit{}
	for i := range out {
		who, err := s.d.Identity.Person(ctx, out[i].Body)
		if err != nil {
			return nil, nil, err
		}
		u, err := store.One[unitRow](ctx, s.d.DB, sqlUnit, out[i].Body, out[i].Unit)
		if err != nil {
			return nil, nil, err
		}
		out[i].BodyName, units[out[i].Unit] = who.Name(), u.unit()
	}
	return out, units, nil
}

// Seat is one post as the actor sees it.
type Seat struct {
	Post
	At    Unit
	Mine  bool // the actor is the holder
	Ends  bool // the actor may end it: as its holder or for the body
	Looks []Look
}

// Look is one thing that was looked at or done in a post.
type Look struct {
	At   time.Time
	What string // locale key
}

type lookRow struct {
	At   store.Time `db:"at_us"`
	What string     `db:"what"`
}

// What somebody did for the body is written down with the unit (identity.Access).
const sqlLooks = `SELECT at_us, what FROM identity_access WHERE subject = $1 AND person = $2 AND unit = $3 AND at_us >= $4 ORDER BY id DESC LIMIT $5`

// Post reads a post that the actor holds, was offered, or has a say in for the body.
// Any other one is errs.NotFound.
func (s *Service) Post(ctx context.Context, a policy.Actor, id string) (seat Seat, err error) {
	defer errs.Wrap(&err, "body.Post")
	post, p, err := s.find(ctx, s.d.DB, a, id)
	if err != nil {
		return seat, err
	}
	seat = Seat{Post: post, Mine: post.Person == a.Person}
	at, err := store.One[unitRow](ctx, s.d.DB, sqlUnit, post.Body, post.Unit)
	if err != nil {
		return seat, err
	}
	seat.At = at.unit()
	seat.Ends = post.Standing(s.today()) != Ended && (seat.Mine || s.mayEnd(a, p, post) == nil)
	for who, name := range map[string]*string{post.Body: &seat.BodyName, post.GivenBy: &seat.GiverName, post.Person: &seat.Name} {
		x, err := s.d.Identity.Person(ctx, who)
		if err != nil {
			return seat, err
		}
		*name = x.Name()
	}
	if seat.Mine {
		return seat, nil
	}
	if err := s.show(ctx, a, []*Post{&seat.Post}); err != nil || post.Accepted.IsZero() {
		return seat, err
	}
	rows, err := store.All[lookRow](ctx, s.d.DB, sqlLooks, post.Body, post.Person, post.Unit, store.At(post.Accepted), shownPosts)
	for _, r := range rows {
		seat.Looks = append(seat.Looks, Look{At: r.At.Time, What: r.What})
	}
	return seat, err
}

// find reads a post of the actor's own, or of the body that they act for.
func (s *Service) find(ctx context.Context, q store.Querier, a policy.Actor, id string) (Post, standpoint, error) {
	none := errs.New(errs.NotFound, "")
	of, found, err := store.Find[string](ctx, q, sqlBodyOf, a.Person, id)
	switch {
	case err != nil:
		return Post{}, standpoint{}, err
	case !found:
		of = a.For
	}
	r, known, err := store.Find[postRow](ctx, q, sqlPost, of, id)
	switch {
	case err != nil:
		return Post{}, standpoint{}, err
	case !known:
		return Post{}, standpoint{}, none
	case found:
		return r.post(), standpoint{}, s.mayAnswer(a, r.post())
	}
	p, err := s.stand(ctx, q, a)
	if err == nil && s.may(a, p, actionView, r.Unit) != nil {
		err = none
	}
	return r.post(), p, err
}

// mayEnd tells whether the actor, who is not its holder, may end a post for the body: who
// manages it every one, the head of a unit those that they could have given.
func (s *Service) mayEnd(a policy.Actor, p standpoint, post Post) error {
	if err := s.mayAt(a, p, actionEndPost, post.Unit); err != nil {
		return err
	}
	if p.own.Unit != "" && !s.offer(a, p).covers(post) {
		return errs.New(errs.Forbidden, "body.beyond")
	}
	return nil
}

// Accept has the person accept a post: from here on they can choose the capacity. A
// second click finds it accepted. errs.Conflict, code body.not_offered: it was taken
// back, its last day or its unit is over, who offered it gives no posts any more; body.level: it is not known surely enough
// who they are.
func (s *Service) Accept(ctx context.Context, a policy.Actor, post string) (out Post, err error) {
	defer errs.Wrap(&err, "body.Accept")
	first, _, err := s.find(ctx, s.d.DB, a, post)
	if err != nil {
		return Post{}, err
	}
	if err := s.mayAnswer(a, first); err != nil {
		return Post{}, err
	}
	if a.Assurance < identity.RegistryChecked {
		return Post{}, errs.New(errs.Conflict, "body.level")
	}
	name, err := s.d.Identity.Person(ctx, first.Body)
	if err != nil {
		return Post{}, err
	}
	capacity := id.New()
	title := func(l i18n.Lang) string {
		return s.d.Catalog.Printer(l).T("body.capacity", "title", first.Title(l), "name", name.Name())
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if _, err := s.d.Identity.LockTx(ctx, tx, first.Body); err != nil {
			return err
		}
		r, err := store.One[postRow](ctx, tx, sqlPost, first.Body, first.ID)
		if err != nil {
			return err
		}
		if out = r.post(); out.State == Active {
			return nil
		}
		if out.State != Offered || out.Until < civil.Of(tx.Now()) {
			return errs.New(errs.Conflict, "body.not_offered")
		}
		if err := s.givenTx(ctx, tx, out); err != nil {
			return err
		}
		out.Capacity, out.From, out.Accepted, out.State = capacity, civil.Of(tx.Now()), tx.Now(), Active
		if out.evidence, err = s.stagePost(ctx, tx, eventAccepted, out, a, map[string]string{"given_capacity": capacity}); err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, sqlAccept, out.Body, out.ID, store.At(tx.Now()), out.From, out.Capacity, out.evidence); err != nil {
			return err
		}
		err = s.d.Identity.AddCapacityTx(ctx, tx, a, identity.Capacity{
			ID: capacity, Person: out.Person, Role: policy.Representative, Unit: out.Unit, TitleFA: title(i18n.FA), TitleEN: title(i18n.EN), From: out.From,
			Until: out.Until, Source: "body.source", For: out.Body, Rights: out.Rights, Notices: out.Notices, Mandate: out.ID, Least: identity.RegistryChecked,
		})
		if err != nil {
			return err
		}
		return s.tellTx(ctx, tx, out.GivenBy, "accepted")
	})
	return out, err
}

// End ends a post at once: resigned or declined by its holder, or taken by the body. A
// second click finds it ended. errs.Forbidden, code body.beyond: the head of a unit
// could not have given it.
func (s *Service) End(ctx context.Context, a policy.Actor, post string) (err error) {
	defer errs.Wrap(&err, "body.End")
	first, _, err := s.find(ctx, s.d.DB, a, post)
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		why := Taken
		if first.Person == a.Person {
			if _, err := s.d.Identity.LockTx(ctx, tx, first.Body); err != nil {
				return err
			}
		} else if p, err := s.standTx(ctx, tx, a); err != nil {
			return err
		} else if err := s.mayEnd(a, p, first); err != nil && first.State != Ended {
			return err
		}
		r, err := store.One[postRow](ctx, tx, sqlPost, first.Body, first.ID)
		if err != nil {
			return err
		}
		now := r.post()
		switch {
		case now.State == Ended:
			return nil
		case first.Person == a.Person && now.State == Offered:
			why = Declined
		case first.Person == a.Person:
			why = Resigned
		}
		return s.endTx(ctx, tx, a, now, why)
	})
}

// endTx ends a post that stands in the state of p, and the capacity with it.
func (s *Service) endTx(ctx context.Context, tx *store.Tx, by policy.Actor, p Post, why string) error {
	evidence, err := s.stagePost(ctx, tx, eventEnded, p, by, map[string]string{"why": why})
	if err != nil {
		return err
	}
	if err := tx.ExecOne(ctx, sqlEndPost, p.Body, p.ID, store.At(tx.Now()), by.Person, why, evidence, p.State); err != nil {
		return err
	}
	if p.Capacity != "" {
		held, err := s.d.Identity.CapacitiesTx(ctx, tx, p.Person)
		if err != nil {
			return err
		}
		for _, c := range held {
			if c.ID != p.Capacity {
				continue
			}
			if _, err := s.d.Identity.RevokeTx(ctx, tx, by, c, "body.why."+why); err != nil {
				return err
			}
		}
	}
	for _, who := range []string{p.Person, p.GivenBy} { // who ended it knows
		byTime := by.Person == "" && why == Over
		if who == by.Person || who == p.GivenBy && (byTime || why == GiverGone) {
			continue
		}
		if err := s.tellTx(ctx, tx, who, "ended"); err != nil {
			return err
		}
	}
	return s.endOffersTx(ctx, tx, by, p)
}

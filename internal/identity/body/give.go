// SPDX-License-Identifier: Apache-2.0

package body

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// NewPost is a post to be given.
type NewPost struct {
	Unit             string
	Person           string // national code or judicial identifier
	LastName         string // of the person, as a check
	TitleFA, TitleEN string // TitleEN "": as in Persian
	Rights           []policy.Right
	Notices          []string // groups of notices that the holder has to do with; nil: all that the giver has
	Gives            Gives
	Until            civil.Day
	Act              string // key of the act: a double click gives one
}

// Offer is what the actor may put into a post.
type Offer struct {
	Rights  []policy.Right
	Notices []string // groups of notices
	Every   bool     // all groups, those that come later too
	Gives   []Gives
	Last    civil.Day // the last day that it may have
}

// NoNotices is identity.NoNotices.
const NoNotices = identity.NoNotices

// notices is what a post keeps for the groups that were chosen; false: some of them
// are not the giver's to give.
func (o Offer) notices(chosen []string) (list []string, ok bool) {
	switch {
	case chosen == nil && o.Every:
		return nil, true
	case chosen == nil:
		chosen = o.Notices
	}
	for _, g := range o.Notices {
		if slices.Contains(chosen, g) {
			list = append(list, g)
		}
	}
	if len(list) == 0 {
		list = []string{NoNotices}
	}
	return list, !slices.ContainsFunc(chosen, func(g string) bool { return g != NoNotices && !slices.Contains(o.Notices, g) })
}

// offer says what the actor may give: never more than they have.
func (s *Service) offer(a policy.Actor, p standpoint) Offer {
	o := Offer{Gives: ways(), Last: s.today().Add(s.limits.PostDays)}
	for _, r := range policy.PostRights() {
		// Who manages a government body has no right that is only of posts, and gives it.
		if slices.Contains(a.Rights, r) || r == policy.Send && p.sends && slices.Contains(a.Rights, policy.Sign) {
			o.Rights = append(o.Rights, r)
		}
	}
	o.Every = a.Notices == nil
	for _, g := range s.d.Notices {
		if o.Every || slices.Contains(a.Notices, g) {
			o.Notices = append(o.Notices, g)
		}
	}
	if p.own.Unit != "" {
		o.Gives = slices.DeleteFunc(o.Gives, func(g Gives) bool { return !p.own.Gives.below(g) })
		o.Last = min(o.Last, p.own.Until)
	}
	return o
}

// covers tells whether a post is within what may be given.
func (o Offer) covers(p Post) bool {
	if _, ok := o.notices(p.Notices); !ok || p.Notices == nil && !o.Every {
		return false
	}
	return slices.Contains(o.Gives, p.Gives) && !slices.ContainsFunc(p.Rights, func(r policy.Right) bool { return !slices.Contains(o.Rights, r) })
}

// Offers says what the actor may put into a post at a unit. errs.NotFound: they see
// no such unit.
func (s *Service) Offers(ctx context.Context, a policy.Actor, unit string) (u Unit, o Offer, err error) {
	defer errs.Wrap(&err, "body.Offers")
	p, err := s.stand(ctx, s.d.DB, a)
	if err != nil {
		return u, o, err
	}
	if u, err = s.unit(ctx, s.d.DB, a, p, actionGive, unit); err != nil {
		return Unit{}, o, err
	}
	if !u.Stands() {
		return u, o, ended()
	}
	who, err := s.d.Identity.Person(ctx, a.For)
	if err != nil {
		return u, o, err
	}
	p.sends = who.Class == identity.Body && !a.Delegated
	return u, s.offer(a, p), s.d.Levels.Check(a, level.GiveMandate, s.today())
}

// Give offers somebody a post. A second click finds it offered. errs.Invalid names
// what is wrong; that there is no such person, and that the name is another, have one
// answer, and nobody is looked for before all the rest is right. errs.Conflict: the
// unit has ended or is full. errs.RateLimited, code body.too_many_misses or
// body.too_many_offers.
func (s *Service) Give(ctx context.Context, a policy.Actor, n NewPost) (out Post, err error) {
	defer errs.Wrap(&err, "body.Give")
	u, o, err := s.Offers(ctx, a, n.Unit)
	if err != nil {
		return Post{}, err
	}
	pid := id.New()
	if n.Act == "" {
		n.Act = pid
	}
	if first, found, err := store.Find[postRow](ctx, s.d.DB, sqlPostOfAct, a.For, n.Act); err != nil || found {
		return first.post(), err
	}
	n.TitleFA, n.TitleEN = persian.Store(n.TitleFA), persian.Store(n.TitleEN)
	if err := s.terms(&Post{TitleFA: n.TitleFA, TitleEN: n.TitleEN}, n, o); err != nil {
		return Post{}, err
	}
	if _, err := s.room(ctx, s.d.DB, u); err != nil {
		return Post{}, err
	}
	who, look, err := s.person(ctx, a, n)
	if err != nil {
		return Post{}, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := s.standTx(ctx, tx, a)
		if err != nil {
			return err
		}
		u, err := s.unit(ctx, tx, a, p, actionGive, n.Unit)
		if err != nil {
			return err
		}
		if first, found, err := store.Find[postRow](ctx, tx, sqlPostOfAct, a.For, n.Act); err != nil || found {
			out = first.post()
			return err
		}
		if !u.Stands() {
			return ended()
		}
		if err := s.d.Identity.KnownTx(ctx, tx, a, level.GiveMandate, s.d.Levels.Of(level.GiveMandate, s.today())); err != nil {
			return err
		}
		out = Post{
			Body: a.For, ID: pid, Unit: u.ID, Person: who.ID, TitleFA: n.TitleFA, TitleEN: n.TitleEN, Gives: n.Gives, Until: n.Until, State: Offered,
			GivenBy: a.Person, GivenPost: p.own.ID, Created: tx.Now(),
		}
		if err := s.terms(&out, n, s.offer(a, p)); err != nil {
			return err
		}
		if err := s.once(ctx, tx, u, out); err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, sqlFound, look.Person, look.At, look.ID); err != nil {
			return err
		}
		return s.offerTx(ctx, tx, a, out, n.Act)
	})
	return out, err
}

// terms checks what the post is and covers.
func (s *Service) terms(p *Post, n NewPost, o Offer) error {
	var fields []errs.Field
	fail := func(name, code string, args ...any) {
		fields = append(fields, errs.Field{Name: name, Code: code, Args: args})
	}
	if p.TitleEN == "" {
		p.TitleEN = p.TitleFA
	}
	if p.TitleFA == "" {
		fail("title_fa", "form.required")
	}
	for _, t := range []string{p.TitleFA, p.TitleEN} {
		if len([]rune(t)) > maxName {
			fail("title_fa", "form.too_long", "max", maxName)
			break
		}
	}
	for _, r := range o.Rights {
		if slices.Contains(n.Rights, r) {
			p.Rights = append(p.Rights, r)
		}
	}
	if !slices.Contains(p.Rights, policy.See) || len(p.Rights) != len(n.Rights) {
		fail("rights", "body.wrong.rights")
	}
	var ok bool
	if p.Notices, ok = o.notices(n.Notices); !ok {
		fail("notices", "body.wrong.notices")
	}
	if !slices.Contains(o.Gives, n.Gives) {
		fail("gives", "body.wrong.gives")
	}
	if n.Until < s.today() || n.Until > o.Last {
		fail("until", "body.wrong.until")
	}
	return errs.InvalidFields(fields)
}

// room refuses a unit that is full; it lists the posts there that have not ended.
func (s *Service) room(ctx context.Context, q store.Querier, u Unit) ([]Post, error) {
	rows, err := store.All[postRow](ctx, q, sqlOpenAt, u.Body, u.ID)
	if err != nil {
		return nil, err
	}
	open := slices.DeleteFunc(posts(rows), func(x Post) bool { return x.Standing(s.today()) == Ended })
	if len(open) >= s.limits.Posts {
		return nil, errs.New(errs.Conflict, "body.full", "max", s.limits.Posts)
	}
	return open, nil
}

// once refuses a second post of the same person at a unit, and one offer after the
// other to the same person: each is a text message to them.
func (s *Service) once(ctx context.Context, tx *store.Tx, u Unit, p Post) error {
	open, err := s.room(ctx, tx, u)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(open, func(x Post) bool { return x.Person == p.Person }) {
		return wrong("person", "body.wrong.has_post")
	}
	n, err := store.One[int64](ctx, tx, sqlOffersTo, p.Person, p.Body, store.At(tx.Now().Add(-offerTime)))
	if err == nil && n >= int64(s.limits.Offers) {
		err = errs.New(errs.RateLimited, "body.too_many_offers", "max", s.limits.Offers)
	}
	return err
}

func (s *Service) offerTx(ctx context.Context, tx *store.Tx, a policy.Actor, p Post, act string) error {
	evidence, err := s.stagePost(ctx, tx, eventGiven, p, a, map[string]string{"given_post": p.GivenPost})
	if err != nil {
		return err
	}
	err = store.Insert(ctx, tx, "identity_unit_post", postRow{
		Body: p.Body, ID: p.ID, Act: act, Unit: p.Unit, Person: p.Person, TitleFA: p.TitleFA, TitleEN: p.TitleEN, Rights: joined(p.Rights), Notices: strings.Join(p.Notices, " "), Gives: p.Gives,
		Until: p.Until, State: p.State, GivenBy: p.GivenBy, GivenPost: p.GivenPost, Created: store.At(p.Created), Evidence: evidence,
	})
	if err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, "identity_unit_post_of", postOfRow{Person: p.Person, Post: p.ID, Body: p.Body}); err != nil {
		return err
	}
	return s.tellTx(ctx, tx, p.Person, "offered")
}

func (s *Service) stagePost(ctx context.Context, tx *store.Tx, event string, p Post, by policy.Actor, more map[string]string) (string, error) {
	members := map[string]string{
		"unit": p.Unit, "person": p.Person, "title_fa": p.TitleFA, "title_en": p.TitleEN, "rights": joined(p.Rights), "notices": cmp.Or(strings.Join(p.Notices, " "), "all"), "gives": string(p.Gives), "until": p.Until.String(),
	}
	for k, v := range more {
		members[k] = v
	}
	return s.stage(ctx, tx, event, p.Body, p.ID, p.evidence, by, members)
}

// SPDX-License-Identifier: Apache-2.0

package body

import (
	"context"
	"embed"
	"errors"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package.
//
//go:embed locale/*.json
var Locale embed.FS

// Deps are what a Service needs; all of them, but Levels.
type Deps struct {
	DB       *store.DB
	Clock    clock.Clock
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Catalog  *i18n.Catalog
	Identity *identity.Service
	SMS      *sms.Client
	Levels   level.Rules // what giving asks for; nil: nothing
	Notices  []string    // the groups of notices to which a post can be limited
}

// Service is the units of bodies and the posts at them. It is safe for concurrent
// use.
type Service struct {
	d         Deps
	limits    Limits
	shownTree int // how many posts the tree names
}

// New makes the service. Call Jobs and mount Routes before it is used.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "body.New")
	if d.DB == nil || d.Clock == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Catalog == nil || d.Identity == nil || d.SMS == nil {
		return nil, errors.New("a dependency is missing")
	}
	limits, err := readLimits(limitsJSON)
	return &Service{d: d, limits: limits, shownTree: shownTree}, err
}

func (s *Service) today() civil.Day { return civil.Of(s.d.Clock.Now()) }

// How many rows a list has.
const (
	shownChanges = 200
	shownPosts   = 400
	shownEnded   = 100
	shownTree    = 5000
	shownMine    = 100
)

// stand reads where the actor stands in the body that they act for.
func (s *Service) stand(ctx context.Context, q store.Querier, a policy.Actor) (p standpoint, err error) {
	rows, err := store.All[unitRow](ctx, q, sqlUnits, a.For)
	if err != nil {
		return p, err
	}
	units := make([]Unit, len(rows))
	for i, r := range rows {
		units[i] = r.unit()
	}
	p.tree = newTree(units)
	if !a.Delegated {
		return p, nil
	}
	own, found, err := store.Find[postRow](ctx, q, sqlOwnPost, a.Person, a.For, a.Capacity, s.today())
	if found && own.Gives != GivesNone {
		p.own = own.post()
	}
	return p, err
}

// standTx is stand in a transaction for which every other one that changes the body
// waits, and in which the actor's capacity still holds.
func (s *Service) standTx(ctx context.Context, tx *store.Tx, a policy.Actor) (standpoint, error) {
	if a.For == "" {
		return standpoint{}, errs.New(errs.Forbidden, "body.not_yours")
	}
	people, err := s.d.Identity.LockTx(ctx, tx, a.For)
	if err != nil {
		return standpoint{}, err
	}
	class := people[a.For].Class
	if class != identity.Entity && class != identity.Body {
		return standpoint{}, errs.New(errs.Forbidden, "body.not_yours")
	}
	if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
		return standpoint{}, err
	}
	p, err := s.stand(ctx, tx, a)
	p.sends = class == identity.Body && !a.Delegated
	return p, err
}

// Node is a unit in the tree, with the posts at it that have not ended.
type Node struct {
	Unit
	Depth int // 1 at the top of what the actor sees
	Posts []Post
}

// Tree is what the actor sees of the body that they act for.
type Tree struct {
	Nodes    []Node // from the top down
	Ended    []Unit // of the whole body, for who manages it
	Arranges bool   // the actor manages the body
	Top      string // of a head: the own unit
	Cut      bool   // there are more posts than are listed; each unit lists its own
}

// Tree lists the units that the actor may see, with the people at them.
// errs.Forbidden: they neither manage a body nor give posts in one.
func (s *Service) Tree(ctx context.Context, a policy.Actor) (t Tree, err error) {
	defer errs.Wrap(&err, "body.Tree")
	p, err := s.stand(ctx, s.d.DB, a)
	if err != nil {
		return t, err
	}
	t.Arranges, t.Top = s.may(a, p, actionArrange, "") == nil, p.own.Unit
	if err := s.may(a, p, actionView, t.Top); err != nil {
		return Tree{}, errs.New(errs.Forbidden, "body.not_yours").Because(err)
	}
	p.walk(t.Top, 1, func(u Unit, depth int) {
		t.Nodes = append(t.Nodes, Node{Unit: u, Depth: depth})
	})
	at, units := map[string]*Node{}, make([]string, len(t.Nodes))
	for i := range t.Nodes {
		at[t.Nodes[i].ID], units[i] = &t.Nodes[i], t.Nodes[i].ID
	}
	rows, err := store.All[postRow](ctx, s.d.DB, sqlOpenPosts, a.For, units, s.shownTree+1)
	if err != nil {
		return t, err
	}
	if t.Cut = len(rows) > s.shownTree; t.Cut {
		rows = rows[:s.shownTree]
	}
	for _, r := range rows {
		at[r.Unit].Posts = append(at[r.Unit].Posts, r.post())
	}
	var seen []*Post
	for i := range t.Nodes {
		for k := range t.Nodes[i].Posts {
			seen = append(seen, &t.Nodes[i].Posts[k])
		}
	}
	if err := s.show(ctx, a, seen); err != nil || !t.Arranges {
		return t, err
	}
	ended, err := store.All[unitRow](ctx, s.d.DB, sqlEndedUnits, a.For, shownEnded)
	for _, r := range ended {
		t.Ended = append(t.Ended, r.unit())
	}
	return t, err
}

// Desk is one unit as the actor sees it.
type Desk struct {
	Unit
	Path     []Unit // the units above it, as far as the actor sees them
	Below    []Unit
	Posts    []Post // those that have ended too
	Changes  []Change
	Names    map[string]Unit // of the units that changes speak of
	Arranges bool
	Gives    bool // the actor gives posts here
}

// Unit reads one unit of the body that the actor acts for. Another body's, or one
// outside the actor's part, is errs.NotFound.
func (s *Service) Unit(ctx context.Context, a policy.Actor, id string) (d Desk, err error) {
	defer errs.Wrap(&err, "body.Unit")
	p, err := s.stand(ctx, s.d.DB, a)
	if err != nil {
		return d, err
	}
	if d.Unit, err = s.unit(ctx, s.d.DB, a, p, actionView, id); err != nil {
		return Desk{}, err
	}
	for _, u := range p.path(d.Parent) {
		if s.may(a, p, actionView, u.ID) == nil {
			d.Path = append(d.Path, u)
		}
	}
	for _, child := range p.below[id] {
		d.Below = append(d.Below, p.byID[child])
	}
	d.Arranges = d.Stands() && s.may(a, p, actionArrange, id) == nil
	d.Gives = d.Stands() && s.may(a, p, actionGive, id) == nil
	rows, err := store.All[postRow](ctx, s.d.DB, sqlPostsAt, a.For, id, shownPosts)
	if err != nil {
		return d, err
	}
	d.Posts = posts(rows)
	seen := make([]*Post, len(d.Posts))
	for i := range d.Posts {
		seen[i] = &d.Posts[i]
	}
	if err := s.show(ctx, a, seen); err != nil {
		return d, err
	}
	return d, s.history(ctx, a, p, &d)
}

func (s *Service) history(ctx context.Context, a policy.Actor, p standpoint, d *Desk) error {
	rows, err := store.All[changeRow](ctx, s.d.DB, sqlChanges, a.For, d.ID, shownChanges)
	d.Names = map[string]Unit{}
	for _, r := range rows {
		c := Change{What: r.What, Code: r.Code, NameFA: r.NameFA, NameEN: r.NameEN, Parent: r.Parent, By: r.By, At: r.At.Time}
		if who, nerr := s.d.Identity.Person(ctx, r.By); err == nil {
			c.ByName, err = who.Name(), nerr
		}
		if _, known := d.Names[r.Parent]; err == nil && !known && r.Parent != "" && s.may(a, p, actionView, r.Parent) == nil {
			var above unitRow
			above, err = store.One[unitRow](ctx, s.d.DB, sqlUnit, a.For, r.Parent)
			d.Names[r.Parent] = above.unit()
		}
		d.Changes = append(d.Changes, c)
	}
	return err
}

// unit reads a unit of the actor's body to which they may do something.
func (s *Service) unit(ctx context.Context, q store.Querier, a policy.Actor, p standpoint, action, id string) (Unit, error) {
	r, found, err := store.Find[unitRow](ctx, q, sqlUnit, a.For, id)
	switch {
	case err != nil:
		return Unit{}, err
	case !found:
		return Unit{}, errs.New(errs.NotFound, "")
	}
	return r.unit(), s.mayAt(a, p, action, id)
}

// accessPosts is what the holders of posts are told was looked at.
const accessPosts = "body.access.post"

// seenFor is how long one look at somebody counts as the same look.
const seenFor = time.Hour

// show fills in the names of who holds the posts, and records that the actor was
// shown them, once an hour.
func (s *Service) show(ctx context.Context, a policy.Actor, list []*Post) error {
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i] = p.Person
	}
	names, err := s.Names(ctx, a, ids)
	for _, p := range list {
		p.Name = names[p.Person]
	}
	return err
}

// Names reads the names of people who hold posts of the body that the actor acts for,
// and records that the actor was shown them, once an hour.
func (s *Service) Names(ctx context.Context, a policy.Actor, ids []string) (_ map[string]string, err error) {
	defer errs.Wrap(&err, "body.Names")
	people := map[string]string{}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for _, id := range ids {
		who, err := s.d.Identity.Person(ctx, id)
		if err != nil {
			return nil, err
		}
		people[id] = who.Name()
	}
	if len(people) == 0 {
		return people, nil
	}
	shown, err := store.All[string](ctx, s.d.DB, sqlShown, ids, a.Person, accessPosts, store.At(s.d.Clock.Now().Add(-seenFor)))
	if err != nil {
		return nil, err
	}
	var looks []identity.Access
	for _, id := range ids {
		if !slices.Contains(shown, id) {
			looks = append(looks, identity.Access{Subject: id, By: a, What: accessPosts, Why: "body.access.manages"})
		}
	}
	return people, s.d.Identity.RecordAccesses(ctx, looks)
}

// stage writes the evidence of a step.
func (s *Service) stage(ctx context.Context, tx *store.Tx, event, bodyID, subject, previous string, by policy.Actor, members map[string]string) (string, error) {
	return s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: bodyID, Subject: subject, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For,
		Previous: previous, Members: members,
	})
}

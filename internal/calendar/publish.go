// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// eventPublished is the event of a published entry in evidence; lawOwner is
// whose row it is: nobody's in particular.
const (
	eventPublished = "calendar.published"
	lawOwner       = "law"
)

// Entry is a published closure: what, by whom and when. Version counts the
// entries of the same day, province and kind; the highest one holds.
type Entry struct {
	Closure
	ID          string
	Version     int64
	PublishedBy string // id of the person
	PublishedAt store.Time
}

// Publish makes a closure, a confirmation or a correction known from now on.
// Nothing is overwritten: it holds because it is the latest of its day,
// province and kind, and what it replaces stays readable. Errors:
// errs.Forbidden; errs.Invalid with the fields date, province, kind, name and
// source; errs.Conflict if the same entry is published by another at the same
// moment.
func (s *Service) Publish(ctx context.Context, actor policy.Actor, c Closure) (_ Entry, err error) {
	out, err := s.PublishAll(ctx, actor, []Closure{c})
	if err != nil {
		return Entry{}, err
	}
	return out[0], nil
}

// PublishAll is Publish of several entries, all or none: the day that a holiday
// leaves and the one to which it goes.
func (s *Service) PublishAll(ctx context.Context, actor policy.Actor, list []Closure) (out []Entry, err error) {
	defer errs.Wrap(&err, "calendar.Publish")
	if list, err = s.checked(actor, list); err != nil {
		return nil, err
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		out = out[:0]
		for _, c := range list {
			n, err := lastVersion(ctx, tx, c.key())
			if err != nil {
				return err
			}
			e := Entry{Closure: c, ID: id.New(), Version: n + 1, PublishedBy: actor.Person, PublishedAt: store.At(tx.Now())}
			if err := insertEntry(ctx, tx, e); err != nil {
				return err
			}
			if err := s.stage(ctx, tx, e, actor); err != nil {
				return err
			}
			out = append(out, e)
		}
		return nil
	})
	return out, err
}

// checked tells whether the actor may publish, and normalises what he publishes.
func (s *Service) checked(actor policy.Actor, list []Closure) ([]Closure, error) {
	if s.policy == nil || s.ledger == nil {
		return nil, errs.New(errs.Forbidden, "")
	}
	if err := s.policy.Check(actor, "calendar.publish", policy.Resource{Type: "Calendar", ID: "courts"}); err != nil {
		return nil, err
	}
	list = slices.Clone(list)
	for i := range list {
		if err := list[i].clean(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Moves is what publishing entries would do to the deadlines that stand.
type Moves struct {
	Later, Earlier int  // deadlines whose last day would move
	Safe           int  // whose safe date alone would
	More           bool // there are more than were looked at
}

// Preview tells what publishing entries would move, and changes nothing. Errors
// are those of Publish.
func (s *Service) Preview(ctx context.Context, actor policy.Actor, list []Closure) (_ Moves, err error) {
	defer errs.Wrap(&err, "calendar.Preview")
	if list, err = s.checked(actor, list); err != nil || s.moves == nil {
		return Moves{}, err
	}
	now, err := s.Calendar(ctx)
	if err != nil {
		return Moves{}, err
	}
	return s.moves(ctx, list, now, now.With(list, "preview"))
}

// stage writes the evidence of an entry in the transaction that publishes it.
func (s *Service) stage(ctx context.Context, tx *store.Tx, e Entry, by policy.Actor) error {
	body, err := ledger.Canonical(struct {
		Closure
		ID      string `json:"id"`
		Version int64  `json:"version"`
	}{e.Closure, e.ID, e.Version})
	if err != nil {
		return err
	}
	_, err = s.ledger.StageTx(ctx, tx, ledger.Record{
		Event: eventPublished, Time: tx.Now(), Owner: lawOwner, Subject: e.ID, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For, Content: body,
	})
	return err
}

// clean normalises an entry and says what is wrong with it.
func (c *Closure) clean() error {
	var bad []errs.Field
	if c.Province != "" {
		p, ok := FindProvince(c.Province)
		if !ok {
			bad = append(bad, errs.Field{Name: "province", Code: "calendar.province.unknown"})
		}
		c.Province = p.Key
	}
	if !slices.Contains([]string{KindSolar, KindLunar, KindGovernment, KindCourts, KindYear}, c.Kind) {
		bad = append(bad, errs.Field{Name: "kind", Code: "calendar.kind.unknown"})
	}
	if c.Kind == KindYear && c.Province != "" {
		bad = append(bad, errs.Field{Name: "province", Code: "calendar.province.year"})
	}
	if _, m, d := c.Date.Jalali(); c.Kind == KindYear && (m != 1 || d != 1) {
		bad = append(bad, errs.Field{Name: "date", Code: "calendar.date.year"})
	}
	c.Name = Text{FA: persian.Store(c.Name.FA), EN: persian.Store(c.Name.EN)}
	if c.Name.FA == "" || c.Name.EN == "" {
		bad = append(bad, errs.Field{Name: "name", Code: "calendar.name.missing"})
	}
	c.Source = persian.Store(c.Source)
	if c.Source == "" {
		bad = append(bad, errs.Field{Name: "source", Code: "calendar.source.missing"})
	}
	return errs.InvalidFields(bad)
}

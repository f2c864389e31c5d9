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
	defer errs.Wrap(&err, "calendar.Publish")
	if s.policy == nil || s.ledger == nil {
		return Entry{}, errs.New(errs.Forbidden, "")
	}
	err = s.policy.Check(actor, "calendar.publish", policy.Resource{Type: "Calendar", ID: "courts"})
	if err != nil {
		return Entry{}, err
	}
	if err := c.clean(); err != nil {
		return Entry{}, err
	}
	var out Entry
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		n, err := lastVersion(ctx, tx, c.key())
		if err != nil {
			return err
		}
		out = Entry{Closure: c, ID: id.New(), Version: n + 1, PublishedBy: actor.Person, PublishedAt: store.At(tx.Now())}
		if err := insertEntry(ctx, tx, out); err != nil {
			return err
		}
		return s.stage(ctx, tx, out, actor)
	})
	return out, err
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

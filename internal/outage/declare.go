// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Facts are what somebody says of an outage.
type Facts struct {
	Part     string
	From, To time.Time // To zero: it lasts
	Cause    Cause
	Text     Text
}

// maxText is the length of a description, in bytes.
const maxText = 2000

// Declare opens an interval by hand: one that no probe saw, or one that is
// planned. Errors: errs.Forbidden; errs.Invalid with the fields part, from, to,
// cause, text_fa and text_en.
func (s *Service) Declare(ctx context.Context, actor policy.Actor, f Facts) (i Interval, err error) {
	defer errs.Wrap(&err, "outage.Declare")
	if err := s.d.Policy.Check(actor, "outage.declare", register); err != nil {
		return i, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.clean(&f, Interval{}, tx.Now()); err != nil {
			return err
		}
		var err error
		i, err = s.openTx(ctx, tx, Interval{
			Part: f.Part, From: f.From, To: f.To, Cause: f.Cause, Origin: Declared, Text: f.Text,
		}, by{act: Opened, actor: actor})
		return err
	})
	return i, err
}

// clean normalises what somebody says and tells what is wrong with it.
func (s *Service) clean(f *Facts, was Interval, now time.Time) error {
	var bad []errs.Field
	wrong := func(name, code string) { bad = append(bad, errs.Field{Name: name, Code: code}) }
	if _, ok := s.rules.Part(f.Part); !ok {
		wrong("part", "outage.part.unknown")
	}
	if !slices.Contains(Causes(), f.Cause) {
		wrong("cause", "outage.cause.unknown")
	}
	f.From, f.To = f.From.UTC().Truncate(time.Microsecond), f.To.UTC().Truncate(time.Microsecond)
	bad = append(bad, s.badTimes(*f, was, now)...)
	f.Text = Text{FA: persian.Store(f.Text.FA), EN: persian.Store(f.Text.EN)}
	for _, t := range []struct{ name, text string }{{"text_fa", f.Text.FA}, {"text_en", f.Text.EN}} {
		switch {
		case t.text == "":
			wrong(t.name, "outage.text.missing")
		case len(t.text) > maxText:
			wrong(t.name, "outage.text.long")
		}
	}
	return errs.InvalidFields(bad)
}

// badTimes are the faults of the times of an outage. Only what is planned may lie
// ahead; a beginning that stays as it was is not judged again.
func (s *Service) badTimes(f Facts, was Interval, now time.Time) (bad []errs.Field) {
	latest := now
	if f.Cause == Planned {
		latest = now.Add(s.rules.ahead())
	}
	switch {
	case f.From.Equal(was.From) && !f.From.IsZero():
	case f.From.Before(now.Add(-s.rules.back())):
		bad = append(bad, errs.Field{Name: "from", Code: "outage.from.too_old"})
	case f.From.After(latest):
		bad = append(bad, errs.Field{Name: "from", Code: "outage.from.future"})
	}
	switch {
	case f.To.IsZero():
	case !f.To.After(f.From):
		bad = append(bad, errs.Field{Name: "to", Code: "outage.to.before_from"})
	case f.To.After(latest):
		bad = append(bad, errs.Field{Name: "to", Code: "outage.to.future"})
	}
	return bad
}

// SPDX-License-Identifier: Apache-2.0

package licence

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// change is what an issuer's answer means for one capacity.
type change struct {
	was, now identity.Capacity
	step     identity.CapacityStep // "": nothing, or an end
	why      string
	ends     bool
}

// takes tells that the holder loses something: the capacity, now or for a while, or
// days of it. A last day in the past ends it as surely as a revocation, and so does
// one that comes nearer; to learn a day that was not known takes nothing before then.
func (c change) takes(today civil.Day) bool {
	before := c.was.Until
	if before == 0 {
		before = today
	}
	return c.ends || c.step == identity.CapacitySuspended || c.now.Until != 0 && c.now.Until < before
}

// judge compares what an issuer says now with a capacity.
func judge(c identity.Capacity, list []professions.Licence, now time.Time) change {
	out := change{was: c, now: c}
	i := slices.IndexFunc(list, func(l professions.Licence) bool { return is(l, c) })
	if i < 0 {
		return out
	}
	l := list[i]
	out.now.Until, out.now.Grade = l.Until, string(l.Grade)
	if l.Kind == professions.Expert {
		out.now.Fields, out.now.Place, out.now.Grade = l.Fields, l.Province, c.Grade
	}
	same := out.now.Until == c.Until && out.now.Grade == c.Grade
	switch l.State {
	case professions.Revoked:
		out.ends, out.why = true, whyRevoked
	case professions.Suspended:
		out.now = c
		if c.Suspended.IsZero() {
			out.step, out.why, out.now.Suspended, out.now.SuspendedWhy = identity.CapacitySuspended, whySuspended, now, whySuspended
		}
	case professions.Valid:
		switch {
		case c.SuspendedWhy == whySuspended:
			out.step, out.why, out.now.Suspended, out.now.SuspendedWhy = identity.CapacityResumed, whyValid, time.Time{}, ""
		case !same:
			out.step, out.why = identity.CapacityRenewed, whyValid
		}
	default: // its last day is over
		if !same {
			out.step, out.why = identity.CapacityRenewed, whyExpired
		}
	}
	return out
}

// Ask asks the issuers about one batch of capacities and changes what they say
// has changed. It stops at the first silence; the next run begins there. Of an
// answer that is not believable only what takes nothing from anybody is done; the
// others are asked about again with the next round.
func (s *Service) Ask(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "licence.Ask")
	due, err := s.d.Identity.LicencesDue(ctx, s.d.Clock.Now().Add(-askEvery), graceDays, askBatch)
	if err != nil {
		return err
	}
	var said []change
	taken := 0
	for _, c := range due {
		ch, err := s.ask(ctx, c)
		if errs.Is(err, errs.Unavailable) {
			s.d.Log.Warn("those who issue licences do not answer; the rest is asked later", "asked", len(said), "due", len(due))
			break
		}
		if err != nil {
			return err
		}
		if ch.takes(s.today()) {
			taken++
		}
		said = append(said, ch)
	}
	believed, err := s.d.Identity.Believes(ctx, identity.DoubtLicences, taken, len(said))
	if err != nil {
		return err
	}
	doubted := !believed
	for _, ch := range said {
		if doubted && ch.takes(s.today()) {
			ch = change{was: ch.was, now: ch.was}
		}
		if err := s.settle(ctx, ch); err != nil {
			return err
		}
	}
	if doubted {
		return fmt.Errorf("the issuers report the end, suspension or an earlier last day of %d of %d licences, or of too many within a day: none of these was taken; ask them, then decide on the page of doubted answers", taken, len(said))
	}
	return nil
}

// ask asks about one capacity, by the code of whom it was given to: an account that
// was merged keeps the code under which its issuer knows it.
func (s *Service) ask(ctx context.Context, c identity.Capacity) (change, error) {
	p, err := s.d.Identity.Person(ctx, c.KnownTo())
	if err != nil || p.NationalCode == "" {
		return change{was: c, now: c}, err
	}
	list, err := s.d.Professions.Licences(ctx, p.NationalCode)
	return judge(c, list, s.d.Clock.Now()), err
}

// settle writes what an issuer said of one capacity; somebody who changed it
// meanwhile was faster, and it is asked about again.
func (s *Service) settle(ctx context.Context, ch change) error {
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.LicenceAskedTx(ctx, tx, ch.was); err != nil {
			return err
		}
		switch {
		case ch.ends:
			return s.d.Identity.EndCapacityTx(ctx, tx, system, ch.was, ch.why)
		case ch.step != "":
			return s.d.Identity.ChangeCapacityTx(ctx, tx, system, ch.step, ch.was, ch.now, ch.why)
		}
		return nil
	})
	if errs.Is(err, errs.Conflict) {
		err = nil
	}
	return err
}

// today is the day in Tehran.
func (s *Service) today() civil.Day { return civil.Of(s.d.Clock.Now()) }

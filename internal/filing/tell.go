// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/civil"
)

// teller says until when the registrar must tell the filer of a defect: within
// two days of receipt (CPC 54).
type teller struct {
	rule     calendar.Rule
	calendar *calendar.Calendar
	province string // of the unit
	today    civil.Day
}

func (s *Service) teller(ctx context.Context, province string) (t teller, err error) {
	t = teller{province: province, today: s.today()}
	if t.rule, err = s.d.Calendar.Rule(ruleTell, t.today); err != nil {
		return t, err
	}
	t.calendar, err = s.d.Calendar.Calendar(ctx)
	return t, err
}

// by is the last day for an item, and whether it has passed; ok is false for
// what cannot be halted or was looked at already.
func (t teller) by(it DeskItem) (day civil.Day, late, ok bool) {
	if !procedures[catalogue.Kind(it.Kind)].halts || it.State != deskNew || it.Act != "" {
		return 0, false, false
	}
	c, err := calendar.Compute(t.rule, t.calendar, calendar.Input{Rule: ruleTell, Served: civil.Of(it.Arrived), Province: t.province})
	return c.Last, c.Last < t.today, err == nil
}

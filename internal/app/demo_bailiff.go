// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// onPaper gives out what goes on paper at the main court, lets the bailiff find
// nobody at the first door, and publishes the call to whoever has no address.
func (s *script) onPaper() {
	m := s.m
	s.at(4, 9, "service on paper", func(ctx context.Context) error {
		clerk, err := m.staffOf(ctx, demoCourt, policy.Clerk)
		if err != nil {
			return err
		}
		if _, err := m.Bailiff.Share(ctx, clerk); err != nil && !errs.Is(err, errs.Conflict) { // given out before
			return err
		}
		officer, err := m.actorAs(ctx, m.main(demoBailiff), policy.Bailiff)
		if err != nil {
			return err
		}
		route, err := m.Bailiff.Route(ctx, officer)
		if err != nil || len(route) == 0 {
			return err
		}
		_, err = m.Bailiff.Record(ctx, officer, bailiff.Report{
			Key: m.act("first door"), Task: route[0].ID, Code: "come_again", Note: "کسی در خانه نبود؛ همسایه گفت عصرها هست.", Elapsed: -1,
			Place: bailiff.Place{LatE6: 35_700_000, LonE6: 51_340_000, Accuracy: 18},
		})
		return err
	})
	s.at(4, 11, "publication", func(ctx context.Context) error {
		clerk, err := m.staffOf(ctx, demoCourt, policy.Clerk)
		if err != nil {
			return err
		}
		judge, err := m.actorAs(ctx, m.main(demoJudge), policy.Judge)
		if err != nil {
			return err
		}
		page, err := m.Bailiff.UnitTasks(ctx, clerk, bailiff.Open, "")
		if err != nil {
			return err
		}
		for _, t := range page.Tasks {
			if !t.UnknownAddress() {
				continue
			}
			if err := m.Bailiff.AskPublication(ctx, clerk, t.ID, "خواهان نشانی خوانده را نمی‌داند."); err != nil {
				return err
			}
			return m.Bailiff.DecidePublication(ctx, judge, t.ID, true, "")
		}
		return nil
	})
}

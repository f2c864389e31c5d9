// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// outage is a morning on which nothing could be filed: the last day of a term of the
// main plaintiff, who therefore had one day more.
func (s *script) outage() {
	m := s.m
	// Its last day is 18 days ago, or later by what was closed then.
	s.at(8, 10, "outage", func(ctx context.Context) error {
		me, err := m.actorAs(ctx, m.main(demoPlaintiff), policy.Citizen)
		if err != nil {
			return err
		}
		kase := m.st.Things["wages.case"]
		id, err := m.noticeOf(ctx, me, kase, notice.KindJudgment)
		if err != nil {
			return err
		}
		d, found, err := m.Docket.DeadlineOf(ctx, m.DB, kase, id)
		if err != nil || !found {
			return err
		}
		admin, err := m.actorAs(ctx, m.main(demoAdmin), policy.Administrator)
		if err != nil {
			return err
		}
		from := d.Last.Time().Add(9*time.Hour + 30*time.Minute)
		_, err = m.Outage.Declare(ctx, admin, outage.Facts{
			Part: "filing", Cause: outage.Ours, From: from, To: from.Add(3*time.Hour + 10*time.Minute),
			Text: outage.Text{
				FA: "صفحه‌های ثبت دادخواست و لایحه باز نمی‌شد. ورود به حساب و دیدن ابلاغ‌ها کار می‌کرد.",
				EN: "The pages for filing petitions and briefs did not open. Signing in and reading notices worked.",
			},
		})
		return err
	})
}

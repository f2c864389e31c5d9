// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A court cannot sit on a day: every hearing is moved and every party told, once.
func TestMoveDay(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p := r.person(t, "سارا", "خواهانی")
		var cases []Case
		for _, filing := range []string{"f1", "f2", "f3"} {
			c := r.referred(t, filing, p, policy.Actor{}) // the defendant has no account
			must(r.IssueNotices(ctx, clerk, hearingOn(t, c, "2025-05-24")))(t)
			cases = append(cases, c)
		}
		must(r.IssueNotices(ctx, clerk, hearingOn(t, cases[0], "2025-05-26")))(t) // another day: stays
		days := must(r.HearingDays(ctx, clerk))(t)
		if len(days) != 2 || days[0].Day != day(t, "2025-05-24") || days[0].Hearings != 3 || days[0].People != 6 {
			t.Fatalf("days %+v", days)
		}
		m := DayMove{Act: id.New(), Day: days[0].Day, To: day(t, "2025-06-07"), Text: Text{FA: "تعمیر ساختمان", EN: "The building is mended."}}
		for name, wrong := range map[string]DayMove{
			"to the same day":   {Act: id.New(), Day: m.Day, To: m.Day, Text: m.Text},
			"into the past":     {Act: id.New(), Day: m.Day, To: day(t, "2025-05-01"), Text: m.Text},
			"to a Friday":       {Act: id.New(), Day: m.Day, To: day(t, "2025-06-13"), Text: m.Text},
			"without a reason":  {Act: id.New(), Day: m.Day, To: m.To},
			"a day without any": {Act: id.New(), Day: day(t, "2025-05-25"), To: m.To, Text: m.Text},
			"a reason too long": {Act: id.New(), Day: m.Day, To: m.To, Text: Text{FA: strings.Repeat("x", maxMoveText+1)}},
		} {
			if _, err := r.MoveDay(ctx, clerk, wrong); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := r.MoveDay(ctx, head, m); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a judge moved the registry's day: %v", err)
		}
		notices := r.count(t, `SELECT count(*) FROM notice_notice`)
		b := must(r.MoveDay(ctx, clerk, m))(t)
		if again := must(r.MoveDay(ctx, clerk, m))(t); again.ID != b.ID {
			t.Errorf("the same act made another batch")
		}
		r.drain(t)
		got := must(r.bulk.Batch(ctx, clerk, b.ID))(t)
		if got.State != bulk.Done || got.Issued != 6 || got.Paper != 3 || got.Refused != 0 {
			t.Fatalf("the batch is %+v", got)
		}
		if n := r.count(t, `SELECT count(*) FROM notice_notice`) - notices; n != 6 {
			t.Errorf("%d notices", n)
		}
		days = must(r.HearingDays(ctx, clerk))(t)
		if len(days) != 2 || days[0].Day != day(t, "2025-05-26") || days[1].Day != m.To || days[1].Hearings != 3 {
			t.Errorf("days after it %+v", days)
		}
		for _, c := range cases {
			v := must(r.View(ctx, p, c.ID))(t)
			last := v.Hearings[len(v.Hearings)-1]
			if !last.At.Equal(at(t, "2025-06-07", 9, 30)) {
				t.Errorf("the hearing is at %v", last.At)
			}
			for _, h := range v.Hearings {
				if h.At.Equal(at(t, "2025-05-24", 9, 30)) {
					t.Errorf("the case still shows the hearing that is not held")
				}
			}
		}
		body := must(store.One[[]byte](ctx, r.db, `SELECT c.body FROM notice_content c JOIN notice_batch_done d ON d.notice = c.notice WHERE d.batch = $1 AND d.n = 0`, b.ID))(t)
		for _, want := range []string{"تعمیر ساختمان", "۳ خرداد ۱۴۰۴", "۱۷ خرداد ۱۴۰۴", "The building is mended."} {
			if !strings.Contains(string(body), want) {
				t.Errorf("the paper lacks %q: %s", want, body)
			}
		}
		// Moved again by another act of the old day: nothing is left there.
		m.Act = id.New()
		if _, err := r.MoveDay(ctx, clerk, m); !errs.Is(err, errs.Invalid) {
			t.Errorf("the same day again: %v", err)
		}
	})
}

// A hearing that one of its parties cannot be called to stays, each row with the
// reason, and the others are moved.
func TestMoveDayWithFaults(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p := r.person(t, "سارا", "خواهانی")
		one, two := r.referred(t, "f1", p, policy.Actor{}), debt("f2", p, policy.Actor{})
		two.Parties[1].Abroad = true // has to be served two months before
		c := r.open(t, two)
		if err := r.ConfirmBranch(ctx, head, c.ID, "2", 1); err != nil {
			t.Fatal(err)
		}
		c = must(r.CaseFor(ctx, r.db, c.ID))(t)
		for _, k := range []Case{one, c} {
			must(r.IssueNotices(ctx, clerk, hearingOn(t, k, "2025-08-02")))(t)
		}
		b := must(r.MoveDay(ctx, clerk, DayMove{Act: id.New(), Day: day(t, "2025-08-02"), To: day(t, "2025-05-24"), Text: Text{FA: "جابه‌جایی"}}))(t)
		r.drain(t)
		got := must(r.bulk.Batch(ctx, clerk, b.ID))(t)
		faults, _, err := r.bulk.Faults(ctx, clerk, b.ID, -1)
		if err != nil || got.Issued != 2 || got.Refused != 2 || len(faults) != 2 || faults[0].Label != c.Number || strings.Contains(faults[0].Reason.FA, "⟦") {
			t.Errorf("%+v with faults %+v, %v", got, faults, err)
		}
		if v := must(r.View(ctx, clerk, c.ID))(t); len(v.Hearings) != 1 || !v.Hearings[0].At.Equal(at(t, "2025-08-02", 9, 30)) {
			t.Errorf("the hearing that cannot be moved: %+v", v.Hearings)
		}
	})
}

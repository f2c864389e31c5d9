// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// The limit stands in the update itself: of many at once exactly as many pass.
	sqlCount = `INSERT INTO sender_count (body, test, span, n) VALUES ($1, $2, $3, 1)
		ON CONFLICT (body, test, span) DO UPDATE SET n = sender_count.n + 1 WHERE sender_count.n < $4`
	sqlCounted   = `SELECT n FROM sender_count WHERE body = $1 AND test = $2 AND span = $3`
	sqlOldCounts = `DELETE FROM sender_count WHERE span LIKE 's%' AND span < $1`
	sqlDays      = `SELECT span, n FROM sender_count WHERE body = $1 AND test = $2 AND span LIKE $3 ORDER BY span DESC LIMIT 31`
)

// take counts one notice against all three quotas. What is refused is not counted:
// the caller's transaction goes back.
func (s *Service) take(ctx context.Context, tx *store.Tx, c Contract, test, ofMany bool) error {
	q := c.Quota
	if q.Day == 0 { // a test before the contract
		q = s.rules.Quota
	}
	day, second := civil.Of(tx.Now()), tx.Now().Unix()
	if !ofMany {
		if err := s.bound(ctx, tx, c.Body, test, "s"+strconv.FormatInt(second, 10), q.Second, "sender.quota.second"); err != nil {
			return err
		}
	}
	if err := s.bound(ctx, tx, c.Body, test, "d"+day.String(), q.Day, "sender.quota.day"); err != nil {
		return err
	}
	return s.bound(ctx, tx, c.Body, test, "j"+month(day), q.Month, "sender.quota.month")
}

func month(d civil.Day) string {
	y, m, _ := d.Jalali()
	return fmt.Sprintf("%04d-%02d", y, m)
}

// bound counts one more in a span, or says when it may be tried again.
func (s *Service) bound(ctx context.Context, tx *store.Tx, body string, test bool, span string, limit int64, code string) error {
	n, err := tx.ExecN(ctx, sqlCount, body, test, span, limit)
	if err != nil || n == 1 {
		return err
	}
	day := civil.Of(tx.Now())
	again := day.Add(1).Time()
	switch span[0] {
	case 's':
		return errs.New(errs.RateLimited, code, "seconds", 1)
	case 'j':
		for d := day.Add(1); ; d++ {
			if month(d) != month(day) {
				again = d.Time()
				break
			}
		}
	}
	return errs.New(errs.RateLimited, code, "minutes", int(again.Sub(tx.Now())/time.Minute)+1)
}

// Used is how much of its quotas a body has used.
type Used struct {
	Today, Month, Misses int64
	Days                 []DayCount
}

// DayCount is how many notices were sent on a day.
type DayCount struct {
	Day civil.Day
	N   int64
}

// Used reads the figures of the body for which somebody acts.
func (s *Service) Used(ctx context.Context, a policy.Actor) (u Used, err error) {
	defer errs.Wrap(&err, "sender.Used")
	if err := s.sees(a); err != nil {
		return u, err
	}
	day := civil.Of(s.d.Clock.Now())
	for span, to := range map[string]*int64{"d" + day.String(): &u.Today, "j" + month(day): &u.Month, "m" + day.String(): &u.Misses} {
		if *to, _, err = store.Find[int64](ctx, s.d.DB, sqlCounted, a.For, false, span); err != nil {
			return u, err
		}
	}
	rows, err := store.All[struct {
		Span string `db:"span"`
		N    int64  `db:"n"`
	}](ctx, s.d.DB, sqlDays, a.For, false, "d%")
	for _, r := range rows {
		if d, perr := civil.Parse(r.Span[1:]); perr == nil {
			u.Days = append(u.Days, DayCount{d, r.N})
		}
	}
	return u, err
}

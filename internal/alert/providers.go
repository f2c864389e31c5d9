// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Provider is a provider of text messages with what was measured of it in the
// last minutes.
type Provider struct {
	Name    string
	Share   int // of a hundred messages, now
	Resting int // and when all is well
	Changed time.Time
	Bad     time.Time // when it was last slow or silent

	Messages, Slow, Errors int
}

// IsSlow tells whether a provider was slow or silent in the window.
func (r Providers) IsSlow(p Provider) bool {
	all := p.Messages + p.Errors
	if all < r.Least {
		return false
	}
	return p.Slow*100 >= r.SlowPercent*all || p.Errors*100 >= r.ErrorPercent*all
}

// adjust gives the shares for the next minute. Who is slow loses a part, and the
// others get it; who was not for a while moves back towards its resting share.
// The shares are a hundred together before and after, and none is below zero.
// While all are slow nothing is changed: nobody would be better.
func (r Providers) adjust(now time.Time, list []Provider) []Provider {
	out := append([]Provider(nil), list...)
	slow := 0
	for i := range out {
		if r.IsSlow(out[i]) {
			out[i].Bad = now
			slow++
		}
	}
	if len(out) < 2 || slow == len(out) {
		return out
	}
	wait := time.Duration(r.ChangeMinutes) * time.Minute
	for i := range out {
		if !out[i].Bad.Equal(now) || out[i].Share == 0 || now.Sub(out[i].Changed) < wait {
			continue
		}
		give := min(r.StepDown, out[i].Share)
		out[i].Share, out[i].Changed = out[i].Share-give, now
		r.spread(out, i, give, now)
	}
	good := time.Duration(r.GoodMinutes) * time.Minute
	for i := range out {
		p := &out[i]
		if p.Share >= p.Resting || now.Sub(p.Bad) < good || now.Sub(p.Changed) < wait {
			continue
		}
		for j := range out {
			take := min(r.StepUp, p.Resting-p.Share, out[j].Share-out[j].Resting)
			if take <= 0 {
				continue
			}
			p.Share, p.Changed = p.Share+take, now
			out[j].Share -= take
			break
		}
	}
	return out
}

// spread gives a part to those who are not slow, as evenly as it goes.
func (r Providers) spread(list []Provider, from, give int, now time.Time) {
	var to []int
	for j := range list {
		if j != from && !list[j].Bad.Equal(now) {
			to = append(to, j)
		}
	}
	for k, j := range to {
		part := give / (len(to) - k)
		list[j].Share += part
		give -= part
	}
}

// providerRow is an alert_provider row.
type providerRow struct {
	Name    string     `db:"name"`
	Share   int64      `db:"share"`
	Changed store.Time `db:"changed_us"`
	Bad     store.Time `db:"bad_us"`
}

const (
	sqlProviders   = `SELECT name, share, changed_us, bad_us FROM alert_provider ORDER BY name`
	sqlSetProvider = `INSERT INTO alert_provider (name, share, changed_us, bad_us) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET share = excluded.share, changed_us = excluded.changed_us, bad_us = excluded.bad_us`
	// A message is slow if it took longer to arrive, or is under way for longer.
	sqlMeasured = `SELECT provider AS name, count(*) FILTER (WHERE state <> 'temp_failed' AND state <> 'dead') AS messages,
			count(*) FILTER (WHERE (state = 'delivered' AND told_us - at_us > $2) OR (state = 'sent' AND at_us < $3)) AS slow,
			count(*) FILTER (WHERE state IN ('temp_failed', 'dead')) AS errors
		FROM alert_try WHERE channel = 'sms' AND at_us >= $1 AND provider <> '' GROUP BY provider`
)

const (
	kindMeasure  = "alert.measure"
	measureEvery = time.Minute
)

// measured are the providers as they stand, with what was measured.
func (s *Service) measured(ctx context.Context) ([]Provider, error) {
	names := s.d.SMS.Providers()
	rows, err := store.All[providerRow](ctx, s.d.DB, sqlProviders)
	if err != nil {
		return nil, err
	}
	type figures struct {
		Name     string `db:"name"`
		Messages int64  `db:"messages"`
		Slow     int64  `db:"slow"`
		Errors   int64  `db:"errors"`
	}
	r, now := s.rules.Providers, s.d.DB.Now()
	slow := time.Duration(r.SlowMinutes) * time.Minute
	// A message of the window's end has had no time yet to be slow, so the window is
	// that much longer.
	since := now.Add(-time.Duration(r.WindowMinutes)*time.Minute - slow)
	found, err := store.All[figures](ctx, s.d.DB, sqlMeasured, store.At(since), slow.Microseconds(), store.At(now.Add(-slow)))
	if err != nil {
		return nil, err
	}
	resting := s.resting()
	kept, sum := map[string]providerRow{}, 0
	for _, row := range rows {
		kept[row.Name] = row
	}
	out := make([]Provider, len(names))
	for i, name := range names {
		row, known := kept[name]
		if !known {
			row.Share = int64(resting[name])
		}
		out[i] = Provider{Name: name, Share: int(row.Share), Resting: resting[name], Changed: row.Changed.Time, Bad: row.Bad.Time}
		for _, f := range found {
			if f.Name == name {
				out[i].Messages, out[i].Slow, out[i].Errors = int(f.Messages), int(f.Slow), int(f.Errors)
			}
		}
		sum += out[i].Share
	}
	if sum != 100 { // a provider came or went
		for i := range out {
			out[i].Share = out[i].Resting
		}
	}
	return out, nil
}

// resting are the shares while all is well: as configured, or all to the first.
func (s *Service) resting() map[string]int {
	names := s.d.SMS.Providers()
	out, sum := map[string]int{}, 0
	for _, n := range names[1:] {
		out[n] = s.d.Shares[n]
		sum += out[n]
	}
	out[names[0]] = 100 - sum
	return out
}

// measure is the periodic job that moves the shares.
func (s *Service) measure(ctx context.Context) error {
	now := s.d.DB.Now()
	list, err := s.measured(ctx)
	if err != nil || len(list) < 2 {
		return err
	}
	moved := s.rules.Providers.adjust(now, list)
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		for i, p := range moved {
			if p.Share != list[i].Share {
				s.d.Log.WarnContext(ctx, "share of a provider of text messages changed", "provider", p.Name, "from", list[i].Share, "to", p.Share,
					"messages", p.Messages, "slow", p.Slow, "errors", p.Errors)
			}
			if err := tx.Exec(ctx, sqlSetProvider, p.Name, p.Share, store.At(p.Changed), store.At(p.Bad)); err != nil {
				return err
			}
		}
		return nil
	})
}

// sharesFor is how long a process uses the shares that it has read.
const sharesFor = 10 * time.Second

// Shares is where text messages go at this time, codes too. If nobody can say,
// where they went last.
func (s *Service) Shares(ctx context.Context) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.d.Clock.Now()
	if s.shares != nil && now.Sub(s.sharesRead) < sharesFor && !now.Before(s.sharesRead) {
		return s.shares
	}
	s.sharesRead = now
	rows, err := store.All[providerRow](ctx, s.d.DB, sqlProviders)
	if err != nil {
		s.d.Log.WarnContext(ctx, "shares of the providers of text messages cannot be read", "err", err)
		if s.shares == nil {
			return s.resting()
		}
		return s.shares
	}
	out := s.resting()
	known := map[string]int{}
	sum := 0
	for _, r := range rows {
		if _, there := out[r.Name]; there {
			known[r.Name] = int(r.Share)
			sum += int(r.Share)
		}
	}
	if sum == 100 && len(known) == len(out) {
		out = known
	}
	s.shares = out
	return out
}

// ProvidersNow are the providers with their shares and figures, for the desk.
func (s *Service) ProvidersNow(ctx context.Context, a policy.Actor) (_ []Provider, err error) {
	defer errs.Wrap(&err, "alert.ProvidersNow")
	if err := s.d.Policy.Check(a, "alert.desk", deskResource); err != nil {
		return nil, err
	}
	return s.measured(ctx)
}

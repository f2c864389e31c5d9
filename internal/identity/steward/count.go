// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Channel is the way in which somebody came to have an account.
type Channel string

// The channels. The first three need no visit to anybody.
const (
	Self   Channel = "self"   // alone, at the site or with a program
	Broker Channel = "broker" // alone, with a video
	Consul Channel = "consul" // alone, with the consular system
	Office Channel = "office" // at the counter of an office
	File   Channel = "file"   // introduced by somebody entitled, or imported
)

// channelOf reads the channel off the first proof of an account.
func channelOf(way identity.Way, by policy.Role) Channel {
	switch {
	case way == identity.ByOffice && by == policy.Nobody, way == identity.ByVoucher,
		by == policy.Operator, by == policy.Manager:
		return Office
	case by != policy.Nobody && by != policy.Citizen:
		return File
	case way == identity.ByVideo:
		return Broker
	case way == identity.ByConsul:
		return Consul
	}
	return Self
}

const (
	jobCount   = "identity.count"
	countPause = 10 * time.Minute
	countBatch = 1000
	countMost  = 200 // batches of one run
	// countLag is how old a row must be to be counted: a transaction that began
	// before it was written may still be under way.
	countLag = time.Minute
)

type newcomerRow struct {
	ID       string         `db:"id"`
	Created  store.Time     `db:"created_us"`
	Class    identity.Class `db:"class"`
	Province string         `db:"province"`
	Level    int64          `db:"level"`
	Way      identity.Way   `db:"way"`
	By       policy.Role    `db:"by_role"`
}

type refusedRow struct {
	ID      string         `db:"id"`
	Changed store.Time     `db:"changed_us"`
	Class   identity.Class `db:"class"`
	Cause   string         `db:"cause"`
}

type tallyRow struct {
	At    store.Time `db:"at_us"`
	After string     `db:"after"`
}

const (
	// Writing the row is the lock: two who count wait for each other.
	sqlLockTally = `INSERT INTO identity_tally (what, at_us, after) VALUES ($1, 0, '')
ON CONFLICT (what) DO UPDATE SET after = identity_tally.after`
	sqlTally     = `SELECT at_us, after FROM identity_tally WHERE what = $1`
	sqlMoveTally = `UPDATE identity_tally SET at_us = $2, after = $3 WHERE what = $1`
	sqlNewcomers = `
SELECT p.id, p.created_us, p.class, p.province, coalesce(f.level, 0) AS level, coalesce(f.way, 'self') AS way, coalesce(f.by_role, '') AS by_role
FROM identity_person p LEFT JOIN identity_proof f ON f.person = p.id
	AND f.id = (SELECT min(o.id) FROM identity_proof o WHERE o.person = p.id)
WHERE (p.created_us, p.id) > ($1, $2) AND p.created_us < $3 ORDER BY p.created_us, p.id LIMIT $4`
	sqlNewRefusals = `
SELECT id, changed_us, class, cause FROM identity_registration
WHERE state = 'refused' AND (changed_us, id) > ($1, $2) AND changed_us < $3 ORDER BY changed_us, id LIMIT $4`
	sqlAddCount = `
INSERT INTO identity_count (month, channel, level, class, province, n) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (month, channel, level, class, province) DO UPDATE SET n = identity_count.n + excluded.n`
	sqlAddRefusal = `
INSERT INTO identity_refusal (month, cause, class, n) VALUES ($1, $2, $3, $4)
ON CONFLICT (month, cause, class) DO UPDATE SET n = identity_refusal.n + excluded.n`
)

// cell is one number to be raised.
type cell struct {
	month            int64
	channel          Channel
	level            int64
	class            identity.Class
	province, reason string
}

// Count counts the accounts that were made and the registrations that were
// refused since it last ran: each once, also when it is stopped half way.
func (s *Service) Count(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "steward.Count")
	if err := s.tally(ctx, "accounts", newcomers); err != nil {
		return err
	}
	return s.tally(ctx, "refusals", refusals)
}

// tally counts in batches what lies behind the mark, and moves it in the same
// transaction.
func (s *Service) tally(ctx context.Context, what string, batch func(ctx context.Context, tx *store.Tx, from tallyRow, until store.Time) (map[cell]int64, tallyRow, int, error)) error {
	for range countMost {
		n := 0
		err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
			if err := tx.ExecOne(ctx, sqlLockTally, what); err != nil {
				return err
			}
			from, err := store.One[tallyRow](ctx, tx, sqlTally, what)
			if err != nil {
				return err
			}
			cells, to, got, err := batch(ctx, tx, from, store.At(tx.Now().Add(-countLag)))
			if n = got; err != nil || n == 0 {
				return err
			}
			for c, add := range cells {
				if c.reason != "" {
					err = tx.Exec(ctx, sqlAddRefusal, c.month, c.reason, c.class, add)
				} else {
					err = tx.Exec(ctx, sqlAddCount, c.month, c.channel, c.level, c.class, c.province, add)
				}
				if err != nil {
					return err
				}
			}
			return tx.ExecOne(ctx, sqlMoveTally, what, to.At, to.After)
		})
		if err != nil || n < countBatch {
			return err
		}
	}
	return nil
}

func newcomers(ctx context.Context, tx *store.Tx, from tallyRow, until store.Time) (map[cell]int64, tallyRow, int, error) {
	rows, err := store.All[newcomerRow](ctx, tx, sqlNewcomers, from.At, from.After, until, countBatch)
	out := map[cell]int64{}
	for _, r := range rows {
		out[cell{month: monthOf(r.Created.Time), channel: channelOf(r.Way, r.By), level: r.Level, class: r.Class, province: r.Province}]++
		from = tallyRow{r.Created, r.ID}
	}
	return out, from, len(rows), err
}

func refusals(ctx context.Context, tx *store.Tx, from tallyRow, until store.Time) (map[cell]int64, tallyRow, int, error) {
	rows, err := store.All[refusedRow](ctx, tx, sqlNewRefusals, from.At, from.After, until, countBatch)
	out := map[cell]int64{}
	for _, r := range rows {
		out[cell{month: monthOf(r.Changed.Time), class: r.Class, reason: r.Cause}]++
		from = tallyRow{r.Changed, r.ID}
	}
	return out, from, len(rows), err
}

// monthOf is the Jalali month of an instant in Tehran: 140405.
func monthOf(t time.Time) int64 {
	y, m, _ := civil.Of(t).Jalali()
	return int64(y*100 + m)
}

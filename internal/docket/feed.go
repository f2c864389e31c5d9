// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Feed is what somebody's calendar program reads at a secret address: the days
// of their terms and their hearings, of which it names neither the case nor the
// subject. It is a person's own; nobody has one in somebody else's name.
type Feed struct {
	Deadlines, Hearings bool
	Clients             bool // also as a lawyer on record
	Made                time.Time
	Reads               []FeedRead // the newest first
}

// FeedRead is how often a calendar program asked on a day.
type FeedRead struct {
	Day   civil.Day  `db:"day"`
	Times int64      `db:"reads"`
	Last  store.Time `db:"at_us"`
}

type feedRow struct {
	Person    string     `db:"person"`
	Token     string     `db:"token_hash"`
	Lang      string     `db:"lang"`
	Deadlines bool       `db:"deadlines"`
	Hearings  bool       `db:"hearings"`
	Clients   bool       `db:"clients"`
	Capacity  string     `db:"capacity"`
	Made      store.Time `db:"made_us"`
}

const (
	sqlFeed = `SELECT person, token_hash, lang, deadlines, hearings, clients, capacity, made_us FROM docket_feed WHERE person = $1`
	sqlMake = `INSERT INTO docket_feed (person, token_hash, lang, deadlines, hearings, clients, capacity, made_us)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (person) DO UPDATE SET token_hash = excluded.token_hash, lang = excluded.lang, deadlines = excluded.deadlines,
			hearings = excluded.hearings, clients = excluded.clients, capacity = excluded.capacity, made_us = excluded.made_us`
	sqlEndFeed  = `DELETE FROM docket_feed WHERE person = $1`
	sqlByToken  = `SELECT person, token_hash, lang, deadlines, hearings, clients, capacity, made_us FROM docket_feed WHERE token_hash = $1`
	sqlFeedRead = `INSERT INTO docket_feed_read (person, day, reads, at_us) VALUES ($1, $2, 1, $3)
		ON CONFLICT (person, day) DO UPDATE SET reads = docket_feed_read.reads + 1, at_us = excluded.at_us`
	sqlFeedReads    = `SELECT day, reads, at_us FROM docket_feed_read WHERE person = $1 ORDER BY day DESC LIMIT 14`
	sqlOldFeedReads = `DELETE FROM docket_feed_read WHERE day < $1`
	sqlFeedHearings = `SELECT DISTINCT h.id, h.at_us FROM docket_of_person o JOIN docket_hearing h ON h.case_id = o.case_id
		WHERE o.person = $1 AND h.at_us >= $3
			AND (NOT o.as_lawyer OR $2 AND EXISTS (SELECT 1 FROM docket_lawyer l WHERE l.case_id = o.case_id AND l.lawyer = o.person AND l.until_us = 0))
			AND NOT EXISTS (SELECT 1 FROM docket_postponed p WHERE p.case_id = h.case_id AND p.hearing = h.id)
		ORDER BY h.at_us, h.id LIMIT 200`
)

// feedDays is how long what is over stays in a feed.
const feedDays = 30

// FeedOf is the actor's own feed, if there is one.
func (s *Service) FeedOf(ctx context.Context, a policy.Actor) (_ Feed, found bool, err error) {
	defer errs.Wrap(&err, "docket.FeedOf")
	row, found, err := store.Find[feedRow](ctx, s.d.DB, sqlFeed, a.Person)
	if err != nil || !found {
		return Feed{}, false, err
	}
	f := Feed{Deadlines: row.Deadlines, Hearings: row.Hearings, Clients: row.Clients, Made: row.Made.Time}
	f.Reads, err = store.All[FeedRead](ctx, s.d.DB, sqlFeedReads, a.Person)
	return f, true, err
}

// MakeFeed gives the actor a feed at a new secret address, and ends the one at
// the address before. The secret is told this once; only its hash is kept.
// Errors: errs.Forbidden for whoever acts for somebody else, errs.Invalid if
// nothing would be in it.
func (s *Service) MakeFeed(ctx context.Context, a policy.Actor, f Feed, lang i18n.Lang) (secret string, err error) {
	defer errs.Wrap(&err, "docket.MakeFeed")
	if a.Person == "" || a.For != "" {
		return "", errs.New(errs.Forbidden, "")
	}
	if !f.Deadlines && !f.Hearings {
		return "", wrongField("what", "docket.feed.nothing")
	}
	capacity := ""
	if f.Clients = f.Clients && a.Standing() == policy.Lawyer; f.Clients {
		capacity = a.Capacity
	}
	secret = rand.Text()
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlMake, a.Person, feedHash(secret), string(lang), f.Deadlines, f.Hearings, f.Clients, capacity, store.At(tx.Now()))
	})
	return secret, err
}

// EndFeed ends the actor's feed: its address answers no more.
func (s *Service) EndFeed(ctx context.Context, a policy.Actor) (err error) {
	defer errs.Wrap(&err, "docket.EndFeed")
	return s.d.DB.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlEndFeed, a.Person) })
}

func feedHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// ReadFeed is the calendar file of a secret address; errs.NotFound if there is
// none, or its account is closed. That it was read is kept and shown to its
// owner. Clients' terms are in it for as long as its owner is a lawyer.
func (s *Service) ReadFeed(ctx context.Context, secret string) (_ []byte, err error) {
	defer errs.Wrap(&err, "docket.ReadFeed")
	row, err := store.One[feedRow](ctx, s.d.DB, sqlByToken, feedHash(secret))
	if err != nil {
		return nil, err
	}
	status, _, err := s.d.Identity.StatusOf(ctx, s.d.DB, row.Person)
	if err != nil {
		return nil, err
	}
	if status != identity.Active {
		return nil, errs.New(errs.NotFound, "")
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if row.Clients {
			err := s.d.Identity.StandsTx(ctx, tx, policy.Actor{Person: row.Person, Role: policy.Lawyer, Capacity: row.Capacity})
			if row.Clients = err == nil; err != nil && !errs.Is(err, errs.Forbidden) {
				return err
			}
		}
		return tx.Exec(ctx, sqlFeedRead, row.Person, civil.Of(tx.Now()), store.At(tx.Now()))
	})
	if err != nil {
		return nil, err
	}
	events, err := s.feedEvents(ctx, row)
	if err != nil {
		return nil, err
	}
	return icsFile(s.d.Catalog.Printer(i18n.Lang(row.Lang)), row.Made.Time, 0, events...), nil
}

func (s *Service) feedEvents(ctx context.Context, row feedRow) (out []icsEvent, err error) {
	now := s.d.Clock.Now()
	if row.Deadlines {
		dues, err := store.All[dueRow](ctx, s.d.DB, sqlDue, row.Person, civil.Of(now).Add(-feedDays), row.Clients, false, false, []string{}, false, []string{})
		if err != nil {
			return nil, err
		}
		for _, d := range dues {
			out = append(out, icsEvent{uid: d.Notice + "-safe", words: "safe", day: d.Safe, alarm: "-P3D"},
				icsEvent{uid: d.Notice + "-last", words: "last", day: d.Last})
		}
	}
	if row.Hearings {
		type hearing struct {
			ID string     `db:"id"`
			At store.Time `db:"at_us"`
		}
		rows, err := store.All[hearing](ctx, s.d.DB, sqlFeedHearings, row.Person, row.Clients, store.At(now.AddDate(0, 0, -feedDays)))
		if err != nil {
			return nil, err
		}
		for _, h := range rows {
			out = append(out, icsEvent{uid: h.ID, words: "hearing", at: h.At.Time, alarm: "-P1D"})
		}
	}
	return out, nil
}

// keptFeedDays is how long it is kept when a feed was read.
const keptFeedDays = 90

// forgetReads removes what was kept about readings of feeds long ago.
func (s *Service) forgetReads(ctx context.Context) error {
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlOldFeedReads, civil.Of(tx.Now()).Add(-keptFeedDays))
	})
}

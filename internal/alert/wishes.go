// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Wishes are how somebody wants to be told.
type Wishes struct {
	SMS, Email bool

	Lang    i18n.Lang // "": that of the account
	Quiet   Hours     // nothing is sent then
	Neutral bool      // words and sender do not say that a court is behind it
	Safe    Hours     // if not empty, anything is sent then only
	Changed time.Time // zero: nobody has said anything yet
}

// leastHours is how long safe hours are at least, and what is left of a day
// beside quiet ones: shorter ones would be missed.
const leastHours = 60

// defaults are the wishes of who has not said any.
func (r Rules) defaults(p identity.Person) Wishes {
	mail := p.Contact() != "" && p.Contact() == p.Email
	return Wishes{SMS: !mail, Email: mail, Quiet: Hours{r.QuietFrom, r.QuietTo}}
}

// On tells whether a channel is wanted.
func (w Wishes) On(c Channel) bool {
	switch c {
	case SMS:
		return w.SMS
	case Email:
		return w.Email
	}
	return false
}

func (w Wishes) check() error {
	long := func(h Hours) int { return (int(h.To-h.From) + dayMinutes) % dayMinutes }
	switch {
	case w.Lang != "" && w.Lang != i18n.FA && w.Lang != i18n.EN:
		return errs.New(errs.Invalid, "alert.wishes.lang")
	case !w.Safe.Empty() && long(w.Safe) < leastHours:
		return errs.New(errs.Invalid, "alert.wishes.safe_short")
	case !w.Quiet.Empty() && dayMinutes-long(w.Quiet) < leastHours:
		return errs.New(errs.Invalid, "alert.wishes.quiet_long")
	}
	return nil
}

// place is where somebody lives.
func place(p identity.Person) *time.Location {
	if p.Zone != "" {
		if l, err := time.LoadLocation(p.Zone); err == nil {
			return l
		}
	}
	return clock.Tehran
}

// wishesRow is an alert_wishes row.
type wishesRow struct {
	Person    string     `db:"person"`
	SMS       bool       `db:"sms"`
	Email     bool       `db:"email"`
	Lang      string     `db:"lang"`
	QuietFrom int64      `db:"quiet_from"`
	QuietTo   int64      `db:"quiet_to"`
	Neutral   bool       `db:"neutral"`
	SafeFrom  int64      `db:"safe_from"`
	SafeTo    int64      `db:"safe_to"`
	Changed   store.Time `db:"changed_us"`
}

const (
	sqlWishes = `SELECT person, sms, email, lang, quiet_from, quiet_to, neutral, safe_from, safe_to, changed_us
		FROM alert_wishes WHERE person = $1`
	// Two channels of the table are still to come.
	sqlSetWishes = `INSERT INTO alert_wishes (person, sms, email, messenger, push, lang, quiet_from, quiet_to, neutral, safe_from, safe_to, changed_us)
		VALUES ($1, $2, $3, TRUE, TRUE, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (person) DO UPDATE SET sms = excluded.sms, email = excluded.email,
			lang = excluded.lang, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, neutral = excluded.neutral,
			safe_from = excluded.safe_from, safe_to = excluded.safe_to, changed_us = excluded.changed_us`
)

// Wishes are somebody's own.
func (s *Service) Wishes(ctx context.Context, a policy.Actor) (_ Wishes, err error) {
	defer errs.Wrap(&err, "alert.Wishes")
	p, err := s.d.Identity.Person(ctx, a.Person)
	if err != nil {
		return Wishes{}, err
	}
	return s.wishesOf(ctx, s.d.DB, p)
}

func (s *Service) wishesOf(ctx context.Context, q store.Querier, p identity.Person) (Wishes, error) {
	r, found, err := store.Find[wishesRow](ctx, q, sqlWishes, p.ID)
	if err != nil || !found {
		return s.rules.defaults(p), err
	}
	return Wishes{
		SMS: r.SMS, Email: r.Email, Lang: i18n.Lang(r.Lang), Neutral: r.Neutral,
		Quiet: Hours{Clock(r.QuietFrom), Clock(r.QuietTo)}, Safe: Hours{Clock(r.SafeFrom), Clock(r.SafeTo)}, Changed: r.Changed.Time,
	}, nil
}

// SetWishes keeps somebody's own wishes, with evidence: a channel that is off was
// turned off by its owner.
func (s *Service) SetWishes(ctx context.Context, a policy.Actor, w Wishes) (err error) {
	defer errs.Wrap(&err, "alert.SetWishes")
	if err := w.check(); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		err := tx.Exec(ctx, sqlSetWishes, a.Person, w.SMS, w.Email, string(w.Lang), int(w.Quiet.From), int(w.Quiet.To),
			w.Neutral, int(w.Safe.From), int(w.Safe.To), store.At(tx.Now()))
		if err != nil {
			return err
		}
		members := map[string]string{"quiet": w.Quiet.From.String() + "-" + w.Quiet.To.String(), "neutral": strconv.FormatBool(w.Neutral)}
		for _, c := range Channels() {
			members[string(c)] = strconv.FormatBool(w.On(c))
		}
		if !w.Safe.Empty() {
			members["safe"] = w.Safe.From.String() + "-" + w.Safe.To.String()
		}
		_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "alert.wishes", Owner: a.Person, Subject: a.Person, Actor: a.Person, Role: string(a.Role), Members: members,
		})
		return err
	})
}

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
	// Bale, Telegram and Push are on for who has said nothing, and so for whoever
	// connects a chat or a browser.
	Bale, Telegram, Push bool
	// Spare: a text message goes out only if nothing else took the message.
	Spare bool

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
	return Wishes{SMS: !mail, Email: mail, Bale: true, Telegram: true, Push: true, Quiet: Hours{r.QuietFrom, r.QuietTo}}
}

// On tells whether a channel is wanted.
func (w Wishes) On(c Channel) bool {
	switch c {
	case SMS:
		return w.SMS
	case Email:
		return w.Email
	case Bale:
		return w.Bale
	case Telegram:
		return w.Telegram
	case Push:
		return w.Push
	}
	return false
}

// with is w with a channel on or off.
func (w Wishes) with(c Channel, on bool) Wishes {
	switch c {
	case SMS:
		w.SMS = on
	case Email:
		w.Email = on
	case Bale:
		w.Bale = on
	case Telegram:
		w.Telegram = on
	case Push:
		w.Push = on
	}
	return w
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
	Bale      bool       `db:"bale"`
	Telegram  bool       `db:"telegram"`
	Push      bool       `db:"push"`
	Spare     bool       `db:"spare"`
	Lang      string     `db:"lang"`
	QuietFrom int64      `db:"quiet_from"`
	QuietTo   int64      `db:"quiet_to"`
	Neutral   bool       `db:"neutral"`
	SafeFrom  int64      `db:"safe_from"`
	SafeTo    int64      `db:"safe_to"`
	Changed   store.Time `db:"changed_us"`
}

const (
	sqlWishes = `SELECT person, sms, email, bale, telegram, push, spare, lang, quiet_from, quiet_to, neutral, safe_from, safe_to, changed_us
		FROM alert_wishes WHERE person = $1`
	sqlSetWishes = `INSERT INTO alert_wishes (person, sms, email, bale, telegram, spare, push, lang, quiet_from, quiet_to, neutral, safe_from, safe_to, changed_us)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (person) DO UPDATE SET sms = excluded.sms, email = excluded.email, bale = excluded.bale, telegram = excluded.telegram, push = excluded.push, spare = excluded.spare,
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
		SMS: r.SMS, Email: r.Email, Bale: r.Bale, Telegram: r.Telegram, Push: r.Push, Spare: r.Spare, Lang: i18n.Lang(r.Lang), Neutral: r.Neutral,
		Quiet: Hours{Clock(r.QuietFrom), Clock(r.QuietTo)}, Safe: Hours{Clock(r.SafeFrom), Clock(r.SafeTo)}, Changed: r.Changed.Time,
	}, nil
}

// How somebody turned a channel off.
const (
	byPage = "page"
	byChat = "chat" // by a word to the bot
)

// SetWishes keeps somebody's own wishes, with evidence: a channel that is off was
// turned off by its owner. Once it has returned nothing more is handed over on such
// a channel.
func (s *Service) SetWishes(ctx context.Context, a policy.Actor, w Wishes) (err error) {
	defer errs.Wrap(&err, "alert.SetWishes")
	if err := w.check(); err != nil {
		return err
	}
	p, err := s.d.Identity.Person(ctx, a.Person)
	if err != nil {
		return err
	}
	gate := s.gate(a.Person)
	gate.Lock()
	defer gate.Unlock()
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		was, err := s.wishesOf(ctx, tx, p)
		if err != nil {
			return err
		}
		return s.setWishesTx(ctx, tx, a, was, w, byPage)
	})
}

// setWishesTx needs the gate of the person.
func (s *Service) setWishesTx(ctx context.Context, tx *store.Tx, a policy.Actor, was, w Wishes, how string) error {
	err := tx.Exec(ctx, sqlSetWishes, a.Person, w.SMS, w.Email, w.Bale, w.Telegram, w.Spare, w.Push, string(w.Lang), int(w.Quiet.From), int(w.Quiet.To),
		w.Neutral, int(w.Safe.From), int(w.Safe.To), store.At(tx.Now()))
	if err != nil {
		return err
	}
	members := map[string]string{
		"quiet": w.Quiet.From.String() + "-" + w.Quiet.To.String(), "neutral": strconv.FormatBool(w.Neutral), "spare": strconv.FormatBool(w.Spare),
	}
	for _, c := range Channels() {
		members[string(c)] = strconv.FormatBool(w.On(c))
	}
	if !w.Safe.Empty() {
		members["safe"] = w.Safe.From.String() + "-" + w.Safe.To.String()
	}
	record := ledger.Record{Event: "alert.wishes", Owner: a.Person, Subject: a.Person, Actor: a.Person, Role: string(a.Role), Members: members}
	if _, err := s.d.Ledger.StageTx(ctx, tx, record); err != nil {
		return err
	}
	for _, c := range Channels() {
		if !was.On(c) || w.On(c) {
			continue
		}
		record.Event, record.Reasons, record.Members = eventOptedOut, []string{how}, map[string]string{"channel": string(c)}
		if _, err := s.d.Ledger.StageTx(ctx, tx, record); err != nil {
			return err
		}
	}
	return nil
}

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Limit lets N acts happen at once, and then N more for each Per. It leaks:
// whoever stops trying is free again, and nobody is locked out for good. The
// zero Limit means the default; Off means none.
type Limit struct {
	N   int
	Per time.Duration
	Off bool
}

// times is the limit for n as many acts.
func (l Limit) times(n int) Limit {
	l.N *= n
	return l
}

func (l Limit) every() time.Duration { return max(l.Per/time.Duration(l.N), time.Microsecond) }

// Limits are the brakes on guessing and on making others pay for messages.
// They are technical settings; a benchmark raises them. Address limits are
// wide because mobile networks put thousands of people behind one address.
type Limits struct {
	LoginAddress Limit // failed sign-ins from one address
	LoginAccount Limit // failed sign-ins of one national code, from addresses new to it
	LoginKnown   Limit // failed sign-ins of one national code, from one address it has used before; by default as LoginAccount

	LoginSecond Limit // codes of an app and recovery codes tried on one account, by whoever has its password; by default as LoginAccount

	RegisterAddress  Limit // questions to the registries from one address
	RegisterIdentity Limit // … about one national code
	RegisterMobile   Limit // … about one number; both off by default if RegisterAddress is

	ConfirmPerson Limit // questions of one person whether a name belongs to a code; by default as RegisterAddress
	ConfirmCode   Limit // wrong names tried on one code; by default twice ConfirmPerson, so that one person alone cannot block it for others

	SiteAddress Limit // sign-ins at other sites begun from one address

	CodeMobile  Limit // codes sent to one number for one purpose
	CodeAddress Limit // codes asked for from one address, to sign in or register
}

// DefaultLimits hold unless the operator sets others.
var DefaultLimits = Limits{
	LoginAddress:     Limit{N: 60, Per: 15 * time.Minute},
	LoginAccount:     Limit{N: 10, Per: 15 * time.Minute},
	RegisterAddress:  Limit{N: 30, Per: time.Hour},
	RegisterIdentity: Limit{N: 12, Per: 2 * time.Hour},
	RegisterMobile:   Limit{N: 12, Per: 2 * time.Hour},
	SiteAddress:      Limit{N: 600, Per: 10 * time.Minute},
	CodeMobile:       Limit{N: 5, Per: time.Hour},
	CodeAddress:      Limit{N: 60, Per: time.Hour},
}

func (l Limit) orDefault(d Limit) Limit {
	if l.Off || (l.N > 0 && l.Per > 0) {
		return l
	}
	return d
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits
	l.LoginAddress = l.LoginAddress.orDefault(d.LoginAddress)
	l.LoginAccount = l.LoginAccount.orDefault(d.LoginAccount)
	l.LoginKnown = l.LoginKnown.orDefault(l.LoginAccount)
	l.LoginSecond = l.LoginSecond.orDefault(l.LoginAccount)
	l.RegisterAddress = l.RegisterAddress.orDefault(d.RegisterAddress)
	if l.RegisterAddress.Off {
		d.RegisterIdentity, d.RegisterMobile = l.RegisterAddress, l.RegisterAddress
	}
	l.RegisterIdentity = l.RegisterIdentity.orDefault(d.RegisterIdentity)
	l.RegisterMobile = l.RegisterMobile.orDefault(d.RegisterMobile)
	l.ConfirmPerson = l.ConfirmPerson.orDefault(l.RegisterAddress)
	l.ConfirmCode = l.ConfirmCode.orDefault(Limit{N: 2 * l.ConfirmPerson.N, Per: l.ConfirmPerson.Per, Off: l.ConfirmPerson.Off})
	l.SiteAddress = l.SiteAddress.orDefault(d.SiteAddress)
	l.CodeMobile = l.CodeMobile.orDefault(d.CodeMobile)
	l.CodeAddress = l.CodeAddress.orDefault(d.CodeAddress)
	return l
}

// brake is one limit applied to one thing.
type brake struct {
	limit Limit
	name  string   // which limit
	of    []string // to what: kept as a keyed hash only
}

// The virtual scheduling form of the generic cell rate algorithm (ITU-T I.371
// annex A): a row holds the time until which its acts are paid for; another
// one may happen while that is at most N-1 intervals ahead. One statement
// decides and counts, so parallel tries cannot slip through, and on PostgreSQL
// it locks the row until the transaction ends.
const sqlTake = `
INSERT INTO identity_limit (key, tat_us) VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET tat_us = CASE
	WHEN identity_limit.tat_us > CAST($3 AS BIGINT) THEN identity_limit.tat_us + CAST($4 AS BIGINT)
	ELSE CAST($2 AS BIGINT) END
WHERE identity_limit.tat_us <= CAST($5 AS BIGINT)`

// sqlQueue locks the row of a limit and leaves what it counts as it is.
const sqlQueue = `
INSERT INTO identity_limit (key, tat_us) VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET tat_us = identity_limit.tat_us`

const (
	sqlGiveBack = `UPDATE identity_limit SET tat_us = tat_us - CAST($2 AS BIGINT) WHERE key = $1`
	sqlPaidTill = `SELECT tat_us FROM identity_limit WHERE key = $1`
)

func (s *Service) limitKey(b brake) string {
	h := hmac.New(sha256.New, s.limitSecret)
	for _, part := range append([]string{b.name}, b.of...) {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// takeTx counts one act; wait is how long to wait if it is one too many.
func (s *Service) takeTx(ctx context.Context, tx *store.Tx, b brake) (wait time.Duration, err error) {
	if b.limit.Off {
		return 0, nil
	}
	now, every := tx.Now(), b.limit.every()
	slack := time.Duration(b.limit.N-1) * every
	key := s.limitKey(b)
	n, err := tx.ExecN(ctx, sqlTake, key, store.Micros(now.Add(every)), store.Micros(now), every.Microseconds(), store.Micros(now.Add(slack)))
	if err != nil || n == 1 {
		return 0, err
	}
	till, err := store.One[store.Time](ctx, tx, sqlPaidTill, key)
	if err != nil {
		return 0, err
	}
	return max(till.Add(-slack).Sub(now), time.Second), nil
}

// queueTx is takeTx for acts that must also happen one after another: the row is
// locked until the transaction ends, whether the limit is on or off.
func (s *Service) queueTx(ctx context.Context, tx *store.Tx, b brake) (wait time.Duration, err error) {
	if b.limit.Off {
		return 0, tx.Exec(ctx, sqlQueue, s.limitKey(b), store.Micros(tx.Now()))
	}
	return s.takeTx(ctx, tx, b)
}

// take counts one act against each brake, in the order given, in a transaction
// of its own. Whatever was counted stays counted when a later brake refuses.
func (s *Service) take(ctx context.Context, code string, brakes ...brake) error {
	var wait time.Duration
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		wait = 0
		for _, b := range brakes {
			w, err := s.takeTx(ctx, tx, b)
			if err != nil {
				return err
			}
			wait = max(wait, w)
		}
		return nil
	})
	if err == nil && wait > 0 {
		err = errs.New(errs.RateLimited, code, "minutes", minutes(wait))
	}
	return err
}

// CountSite counts a sign-in at another site that is begun from an address.
// errs.RateLimited, code identity.sso.too_often.
func (s *Service) CountSite(ctx context.Context, address string) error {
	return s.take(ctx, "identity.sso.too_often", brake{s.limits.SiteAddress, "site.address", []string{address}})
}

// giveBackTx uncounts one act that turned out to be harmless.
func (s *Service) giveBackTx(ctx context.Context, tx *store.Tx, b brake) error {
	if b.limit.Off {
		return nil
	}
	return tx.Exec(ctx, sqlGiveBack, s.limitKey(b), b.limit.every().Microseconds())
}

// minutes rounds a wait up, for people.
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }

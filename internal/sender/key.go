// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// KeyPrefix is how all keys of senders begin.
const KeyPrefix = "tarazu_send_"

// shownPrefix is how much of a key people see, to know it by.
const shownPrefix = len(KeyPrefix) + 10

// Units under which a key acts.
const (
	unitLive = "sender-live"
	unitTest = "sender-test"
)

// Key lets a program of a body send. Only its hash is kept.
type Key struct {
	ID, Label, Prefix            string
	Test                         bool
	Made, Expires, Revoked, Used time.Time
}

// Lives tells whether the key still opens anything.
func (k Key) Lives(now time.Time) bool { return k.Revoked.IsZero() && now.Before(k.Expires) }

type keyRow struct {
	Body    string     `db:"body"`
	ID      string     `db:"id"`
	Label   string     `db:"label"`
	Prefix  string     `db:"prefix"`
	Hash    string     `db:"hash"`
	Test    bool       `db:"test"`
	MadeBy  string     `db:"made_by"`
	Made    store.Time `db:"made_us"`
	Expires store.Time `db:"expires_us"`
	Revoked store.Time `db:"revoked_us"`
	Used    store.Time `db:"used_us"`
}

func (r keyRow) key() Key {
	return Key{ID: r.ID, Label: r.Label, Prefix: r.Prefix, Test: r.Test, Made: r.Made.Time, Expires: r.Expires.Time, Revoked: r.Revoked.Time, Used: r.Used.Time}
}

const (
	keyColumns  = `body, id, label, prefix, hash, test, made_by, made_us, expires_us, revoked_us, used_us`
	sqlKeys     = `SELECT ` + keyColumns + ` FROM sender_key WHERE body = $1 ORDER BY id DESC LIMIT 100`
	sqlKey      = `SELECT ` + keyColumns + ` FROM sender_key WHERE body = $1 AND id = $2`
	sqlByHash   = `SELECT ` + keyColumns + ` FROM sender_key WHERE hash = $1`
	sqlLiving   = `SELECT count(*) FROM sender_key WHERE body = $1 AND revoked_us = 0 AND expires_us > $2`
	sqlRevoke   = `UPDATE sender_key SET revoked_us = $3 WHERE body = $1 AND id = $2 AND revoked_us = 0`
	sqlTouchKey = `UPDATE sender_key SET used_us = $3 WHERE body = $1 AND id = $2`
)

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// MakeKey makes a key, whose secret only this answer knows. A live one needs a
// contract that holds.
func (s *Service) MakeKey(ctx context.Context, a policy.Actor, label string, test bool) (secret string, _ Key, err error) {
	defer errs.Wrap(&err, "sender.MakeKey")
	if err := s.manages(a); err != nil {
		return "", Key{}, err
	}
	label = persian.Store(label)
	if n := utf8.RuneCountInString(label); n == 0 || n > 60 || strings.ContainsAny(label, "\n\t") {
		return "", Key{}, errs.InvalidFields([]errs.Field{{Name: "label", Code: "sender.wrong.label"}})
	}
	secret = KeyPrefix + "live_" + id.Secret(32)
	if test {
		secret = KeyPrefix + "test_" + id.Secret(32)
	}
	row := keyRow{Body: a.For, ID: id.New(), Label: label, Prefix: secret[:shownPrefix], Hash: hash(secret), Test: test, MadeBy: a.Person}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		c, found, err := store.Find[contractRow](ctx, tx, sqlLatest, a.For)
		if err != nil {
			return err
		}
		if !found || c.State == Refused || c.State == Ended || !test && c.State != Approved {
			return errs.New(errs.Conflict, "sender.no_contract")
		}
		n, err := store.One[int64](ctx, tx, sqlLiving, a.For, store.At(tx.Now()))
		if err != nil {
			return err
		}
		if n >= int64(s.rules.KeysMax) {
			return errs.New(errs.Conflict, "sender.keys_many", "max", s.rules.KeysMax)
		}
		row.Made, row.Expires = store.At(tx.Now()), store.At(tx.Now().Add(time.Duration(s.rules.KeyDays)*24*time.Hour))
		if err := store.Insert(ctx, tx, "sender_key", row); err != nil {
			return err
		}
		_, err = s.stage(ctx, tx, "sender.key_made", a.For, row.ID, a, map[string]any{"key": row.ID, "prefix": row.Prefix, "test": test})
		return err
	})
	return secret, row.key(), err
}

// RevokeKey ends a key: it opens nothing from the next call on, and what is under
// way with it is not sent.
func (s *Service) RevokeKey(ctx context.Context, a policy.Actor, key string) (err error) {
	defer errs.Wrap(&err, "sender.RevokeKey")
	if err := s.manages(a); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, sqlRevoke, a.For, key, store.At(tx.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "")
		}
		_, err = s.stage(ctx, tx, "sender.key_revoked", a.For, key, a, map[string]any{"key": key})
		return err
	})
}

// Keys lists the keys of the body, the newest first.
func (s *Service) Keys(ctx context.Context, a policy.Actor) (_ []Key, err error) {
	defer errs.Wrap(&err, "sender.Keys")
	if err := s.sees(a); err != nil {
		return nil, err
	}
	rows, err := store.All[keyRow](ctx, s.d.DB, sqlKeys, a.For)
	out := make([]Key, len(rows))
	for i, r := range rows {
		out[i] = r.key()
	}
	return out, err
}

// Bearer tells who sends a key, now: the body, with no right but to send.
func (s *Service) Bearer(ctx context.Context, token string) (_ api.Bearer, err error) {
	defer errs.Wrap(&err, "sender.Bearer")
	row, found, err := store.Find[keyRow](ctx, s.d.DB, sqlByHash, hash(token))
	if err != nil {
		return api.Bearer{}, err
	}
	if now := s.d.Clock.Now(); !found || !row.key().Lives(now) {
		return api.Bearer{}, errs.New(errs.Unauthenticated, "")
	} else if now.Sub(row.Used.Time) >= time.Minute {
		err := s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlTouchKey, row.Body, row.ID, store.At(now)) })
		if err != nil { // only the list of keys is a little old
			s.d.Log.Warn("key not touched", "error", err)
		}
	}
	unit := unitLive
	if row.Test {
		unit = unitTest
	}
	return api.Bearer{
		// The same person for all keys of a body: so a repetition with another key
		// finds the first answer.
		Actor:  policy.Actor{Person: row.Body, For: row.Body, Role: policy.Representative, Unit: unit, Capacity: row.ID, Session: row.ID},
		Scopes: []api.Scope{api.ScopeSend},
	}, nil
}

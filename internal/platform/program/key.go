// SPDX-License-Identifier: Apache-2.0

package program

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Key lets a program of an organisation in. Only its hash is kept.
type Key struct {
	ID, Label, Prefix            string
	Scopes                       []string
	Unit                         string // of the owner; "" is the whole
	Level                        int    // how surely it was known who made it
	Made, Expires, Revoked, Used time.Time
}

// Lives tells whether the key still opens anything.
func (k Key) Lives(now time.Time) bool { return k.Revoked.IsZero() && now.Before(k.Expires) }

// NewKey is a key to be made.
type NewKey struct {
	Owner, By string
	Label     string
	Begins    string // how it begins, so that it is known whose it is
	Scopes    []string
	Unit      string
	Level     int
}

// shown is how much of a key's secret people see, to know it by.
const shown = 6

const maxLabel = 60

// Label brings the name of a key into the form in which it is kept.
func Label(text string) (string, []errs.Field) {
	text = persian.Store(text)
	if n := utf8.RuneCountInString(text); n == 0 || n > maxLabel || strings.ContainsAny(text, "\n\t") {
		return text, []errs.Field{{Name: "label", Code: "program.wrong.label"}}
	}
	return text, nil
}

// MakeKeyTx makes a key, whose secret only this answer knows. The caller has locked the
// owner, so that two at once are counted one after the other. errs.Conflict, code
// program.keys_many: the owner has as many as it may.
func (k *Keeper) MakeKeyTx(ctx context.Context, tx *store.Tx, n NewKey) (secret string, _ Key, err error) {
	living, err := store.One[int64](ctx, tx, sqlLiving, k.d.Purpose, n.Owner, store.At(tx.Now()))
	if err != nil {
		return "", Key{}, err
	}
	if living >= int64(k.d.Bounds.Keys) {
		return "", Key{}, errs.New(errs.Conflict, "program.keys_many", "max", k.d.Bounds.Keys)
	}
	secret = n.Begins + id.Secret(32)
	row := keyRow{
		Purpose: k.d.Purpose, Owner: n.Owner, ID: id.New(), Label: n.Label, Prefix: secret[:len(n.Begins)+shown], Hash: hash(secret), Scopes: strings.Join(n.Scopes, " "),
		Unit: n.Unit, Level: int64(n.Level), MadeBy: n.By, Made: store.At(tx.Now()), Expires: store.At(tx.Now().Add(hours(24 * k.d.Bounds.KeyDays))),
	}
	return secret, row.key(), store.Insert(ctx, tx, "program_key", row)
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// RevokeKeyTx ends a key: it opens nothing from the next call on. errs.NotFound if the
// owner has no such living one.
func (k *Keeper) RevokeKeyTx(ctx context.Context, tx *store.Tx, owner, key string) error {
	n, err := tx.ExecN(ctx, sqlRevoke, k.d.Purpose, owner, key, store.At(tx.Now()))
	if err == nil && n == 0 {
		err = errs.New(errs.NotFound, "")
	}
	return err
}

// Keys lists the keys of an owner, the newest first.
func (k *Keeper) Keys(ctx context.Context, owner string) ([]Key, error) {
	rows, err := store.All[keyRow](ctx, k.d.DB, sqlKeys, k.d.Purpose, owner)
	out := make([]Key, len(rows))
	for i, r := range rows {
		out[i] = r.key()
	}
	return out, err
}

// Bearer tells whose key is sent, now. errs.Unauthenticated: nobody's that holds.
func (k *Keeper) Bearer(ctx context.Context, token string) (owner string, _ Key, err error) {
	row, found, err := store.Find[keyRow](ctx, k.d.DB, sqlByHash, hash(token))
	if err != nil {
		return "", Key{}, err
	}
	now := k.d.Clock.Now()
	if !found || row.Purpose != k.d.Purpose || !row.key().Lives(now) {
		return "", Key{}, errs.New(errs.Unauthenticated, "")
	}
	if now.Sub(row.Used.Time) >= time.Minute {
		err := k.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, sqlUseKey, k.d.Purpose, row.Owner, row.ID, store.At(now))
		})
		if err != nil { // only the list of keys is a little old
			k.d.Log.Warn("key not touched", "error", err)
		}
	}
	return row.Owner, row.key(), nil
}

// UseKeyTx makes sure, in the transaction of an act, that a key still holds: whoever
// revokes it at this moment waits, or was faster. It only writes. errs.Conflict: it does
// not hold.
func (k *Keeper) UseKeyTx(ctx context.Context, tx *store.Tx, owner, key string) error {
	return tx.ExecOne(ctx, sqlUseKey, k.d.Purpose, owner, key, store.At(tx.Now()))
}

// LivesTx tells whether a key holds in a transaction, without a lock: for programs that
// act many times a second.
func (k *Keeper) LivesTx(ctx context.Context, tx *store.Tx, owner, key string) (bool, error) {
	row, found, err := store.Find[keyRow](ctx, tx, sqlKey, k.d.Purpose, owner, key)
	return found && row.key().Lives(tx.Now()), err
}

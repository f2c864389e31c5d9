// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// KeyPrefix is how all keys of inboxes begin.
const KeyPrefix = "tarazu_inbox_"

// shownPrefix is how much of a key people see, to know it by.
const shownPrefix = len(KeyPrefix) + 6

// What a key lets a program do; part of locale keys.
const (
	keyList    = "list" // every key does
	keyOpen    = "open"
	keyReceipt = "receipt"
)

// scopes are what the API calls them.
var scopes = map[string]api.Scope{keyList: api.ScopeInboxList, keyOpen: api.ScopeInboxOpen, keyReceipt: api.ScopeInboxReceipt}

func keyScopes() []string { return []string{keyList, keyOpen, keyReceipt} }

// Key lets a program of a body at its notices.
type Key struct {
	ID, Label, Prefix            string
	Scopes                       []string
	Unit                         string // "" is the whole body
	Made, Expires, Revoked, Used time.Time
}

// Lives tells whether the key still opens anything.
func (k Key) Lives(now time.Time) bool { return k.Revoked.IsZero() && now.Before(k.Expires) }

// NewKey is a key to be made.
type NewKey struct {
	Label  string
	Scopes []string
	Unit   string
}

type keyRow struct {
	Body    string     `db:"body"`
	ID      string     `db:"id"`
	Label   string     `db:"label"`
	Prefix  string     `db:"prefix"`
	Hash    string     `db:"hash"`
	Scopes  string     `db:"scopes"`
	Unit    string     `db:"unit"`
	Level   int64      `db:"level"`
	MadeBy  string     `db:"made_by"`
	Made    store.Time `db:"made_us"`
	Expires store.Time `db:"expires_us"`
	Revoked store.Time `db:"revoked_us"`
	Used    store.Time `db:"used_us"`
}

func (r keyRow) key() Key {
	return Key{
		ID: r.ID, Label: r.Label, Prefix: r.Prefix, Scopes: strings.Fields(r.Scopes), Unit: r.Unit,
		Made: r.Made.Time, Expires: r.Expires.Time, Revoked: r.Revoked.Time, Used: r.Used.Time,
	}
}

const (
	keyColumns = `body, id, label, prefix, hash, scopes, unit, level, made_by, made_us, expires_us, revoked_us, used_us`
	sqlKeys    = `SELECT ` + keyColumns + ` FROM notice_desk_key WHERE body = $1 ORDER BY id DESC LIMIT 100`
	sqlByHash  = `SELECT ` + keyColumns + ` FROM notice_desk_key WHERE hash = $1`
	sqlLiving  = `SELECT count(*) FROM notice_desk_key WHERE body = $1 AND revoked_us = 0 AND expires_us > $2`
	sqlRevoke  = `UPDATE notice_desk_key SET revoked_us = $3 WHERE body = $1 AND id = $2 AND revoked_us = 0`
	// Changing the row is the lock: who revokes the key at this moment waits, or was
	// faster and nothing is changed.
	sqlUseKey = `UPDATE notice_desk_key SET used_us = $3 WHERE body = $1 AND id = $2 AND revoked_us = 0 AND expires_us > $3`
)

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// MakeKey makes a key, whose secret only this answer knows.
func (s *Service) MakeKey(ctx context.Context, a policy.Actor, n NewKey) (secret string, _ Key, err error) {
	defer errs.Wrap(&err, "desk.MakeKey")
	if err := s.manages(a); err != nil {
		return "", Key{}, err
	}
	if err := s.d.Levels.Check(a, level.OpenNotice, civil.Of(s.d.Clock.Now())); err != nil {
		return "", Key{}, err
	}
	n.Label = persian.Store(n.Label)
	var fields []errs.Field
	if l := utf8.RuneCountInString(n.Label); l == 0 || l > 60 || strings.ContainsAny(n.Label, "\n\t") {
		fields = append(fields, errs.Field{Name: "label", Code: "desk.wrong.label"})
	}
	if !slices.Contains(n.Scopes, keyList) || slices.ContainsFunc(n.Scopes, func(x string) bool { return scopes[x] == "" }) {
		fields = append(fields, errs.Field{Name: "scopes", Code: "desk.wrong.scopes"})
	}
	secret = KeyPrefix + id.Secret(32)
	row := keyRow{
		Body: a.For, ID: id.New(), Label: n.Label, Prefix: secret[:shownPrefix], Hash: hash(secret), Scopes: strings.Join(n.Scopes, " "), Unit: n.Unit,
		Level: int64(a.Assurance), MadeBy: a.Person,
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if _, err := s.d.Identity.LockTx(ctx, tx, a.For); err != nil { // two at once are counted one after the other
			return err
		}
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		units, err := s.d.Body.Units(ctx, tx, a.For)
		if err != nil {
			return err
		}
		wrong := slices.Clone(fields)
		if n.Unit != "" && !units.Stands(n.Unit) {
			wrong = append(wrong, errs.Field{Name: "unit", Code: "desk.wrong.unit"})
		}
		if err := errs.InvalidFields(wrong); err != nil {
			return err
		}
		living, err := store.One[int64](ctx, tx, sqlLiving, a.For, store.At(tx.Now()))
		if err != nil {
			return err
		}
		if living >= int64(s.limits.Keys) {
			return errs.New(errs.Conflict, "desk.keys_many", "max", s.limits.Keys)
		}
		row.Made, row.Expires = store.At(tx.Now()), store.At(tx.Now().Add(time.Duration(s.limits.KeyDays)*24*time.Hour))
		if err := store.Insert(ctx, tx, "notice_desk_key", row); err != nil {
			return err
		}
		return s.stage(ctx, tx, "desk.key_made", a, row.ID, map[string]any{"key": row.ID, "prefix": row.Prefix, "scopes": n.Scopes, "unit": n.Unit})
	})
	return secret, row.key(), err
}

func (s *Service) stage(ctx context.Context, tx *store.Tx, event string, by policy.Actor, subject string, content map[string]any) error {
	text, err := ledger.Canonical(content)
	if err != nil {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: by.For, Subject: subject, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For, Content: text,
	})
	return err
}

// RevokeKey ends a key: it opens nothing from the next call on, and what is under way
// with it opens nothing either.
func (s *Service) RevokeKey(ctx context.Context, a policy.Actor, key string) (err error) {
	defer errs.Wrap(&err, "desk.RevokeKey")
	if err := s.manages(a); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, sqlRevoke, a.For, key, store.At(tx.Now()))
		if err == nil && n == 0 {
			err = errs.New(errs.NotFound, "")
		}
		if err != nil {
			return err
		}
		return s.stage(ctx, tx, "desk.key_revoked", a, key, map[string]any{"key": key})
	})
}

// Keys lists the keys of the body, the newest first.
func (s *Service) Keys(ctx context.Context, a policy.Actor) (_ []Key, err error) {
	defer errs.Wrap(&err, "desk.Keys")
	if err := s.manages(a); err != nil {
		return nil, err
	}
	rows, err := store.All[keyRow](ctx, s.d.DB, sqlKeys, a.For)
	out := make([]Key, len(rows))
	for i, r := range rows {
		out[i] = r.key()
	}
	return out, err
}

// Bearer tells who sends a key, now: a program of the body, no person.
func (s *Service) Bearer(ctx context.Context, token string) (_ api.Bearer, err error) {
	defer errs.Wrap(&err, "desk.Bearer")
	row, found, err := store.Find[keyRow](ctx, s.d.DB, sqlByHash, hash(token))
	if err != nil {
		return api.Bearer{}, err
	}
	now := s.d.Clock.Now()
	if !found || !row.key().Lives(now) {
		return api.Bearer{}, errs.New(errs.Unauthenticated, "")
	}
	if now.Sub(row.Used.Time) >= time.Minute {
		err := s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
			_, err := tx.ExecN(ctx, sqlUseKey, row.Body, row.ID, store.At(now))
			return err
		})
		if err != nil { // only the list of keys is a little old
			s.d.Log.Warn("key not touched", "error", err)
		}
	}
	b := api.Bearer{Actor: policy.Actor{
		Person: row.Body, For: row.Body, Role: policy.Representative, Unit: row.Unit, Capacity: row.ID, Session: row.ID, Machine: true, Delegated: true,
		Assurance: int(row.Level), Rights: []policy.Right{policy.See},
	}}
	for _, x := range row.key().Scopes {
		b.Scopes = append(b.Scopes, scopes[x])
		if x != keyList { // a receipt shows what it proves
			b.Actor.Rights = []policy.Right{policy.See, policy.OpenNotices}
		}
	}
	return b, nil
}

// KeyStandsTx makes sure, in the transaction of an act, that the key of a program still
// holds. It only writes. errs.Forbidden, code desk.key_over.
func (s *Service) KeyStandsTx(ctx context.Context, tx *store.Tx, a policy.Actor) error {
	err := tx.ExecOne(ctx, sqlUseKey, a.For, a.Capacity, store.At(tx.Now()))
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Forbidden, "desk.key_over").Because(err)
	}
	return err
}

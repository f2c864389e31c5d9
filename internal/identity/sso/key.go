// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// RS256 is what every site can check (OpenID Connect Discovery section 3 makes
// it the one that must be there).
const keyBits = 3072

// The life of a key. It is published before it signs, so that sites that fetch
// the keys once a day know it in time, and stays published after, for ID tokens
// that come back with a request to sign out.
const (
	keySigns    = 90 * 24 * time.Hour
	keyLead     = 7 * 24 * time.Hour
	keyLingers  = 30 * 24 * time.Hour
	keysFresh   = time.Minute // how long a process trusts what it read
	keyPrefix   = "tarazu sso key "
	rotateEvery = 6 * time.Hour
)

// SigningKey is a key that signs ID tokens, as an administrator sees it.
type SigningKey struct {
	ID                   string
	Created              time.Time
	Signs, Until, Leaves time.Time // signs from, until; is published until
}

// signingKey implements op.SigningKey and, through publicKey, op.Key.
type signingKey struct {
	row     keyRow
	private *rsa.PrivateKey
}

func (k signingKey) ID() string                                  { return k.row.ID }
func (k signingKey) Key() any                                    { return k.private }
func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }

type publicKey struct{ signingKey }

func (k publicKey) Key() any                           { return k.private.Public() }
func (k publicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k publicKey) Use() string                        { return "sig" }

// SigningKeys lists the keys that sites still trust, the oldest first.
func (s *Service) SigningKeys(ctx context.Context, by policy.Actor) (_ []SigningKey, err error) {
	defer errs.Wrap(&err, "sso.SigningKeys")
	if err := s.d.Policy.Check(by, "identity.sso_administer", administration); err != nil {
		return nil, err
	}
	rows, err := store.All[keyRow](ctx, s.d.DB, sqlKeys, store.At(s.d.Clock.Now()))
	out := make([]SigningKey, len(rows))
	for i, r := range rows {
		out[i] = SigningKey{ID: r.ID, Created: r.Created.Time, Signs: r.Signs.Time, Until: r.Until.Time, Leaves: r.Gone.Time}
	}
	return out, err
}

// RotateKey makes a new key that signs from now on. With drop the keys before it
// are not trusted any more: for when one may be in somebody's hands. Sites that
// keep keys for a while refuse sign-ins until they fetch them anew.
func (s *Service) RotateKey(ctx context.Context, by policy.Actor, drop bool) (err error) {
	defer errs.Wrap(&err, "sso.RotateKey")
	if err := s.d.Policy.Check(by, "identity.sso_administer", administration); err != nil {
		return err
	}
	row, err := s.newKey()
	if err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := tx.Now()
		row := row.from(now, now)
		before, err := store.All[keyRow](ctx, tx, sqlKeys, store.At(now))
		if err != nil {
			return err
		}
		for _, k := range before {
			if err := tx.Exec(ctx, sqlEndKey, k.ID, store.At(now)); err != nil {
				return err
			}
			if !drop {
				continue
			}
			if err := tx.Exec(ctx, sqlDropKey, k.ID, store.At(now)); err != nil {
				return err
			}
		}
		if err := store.Insert(ctx, tx, "identity_sso_key", row); err != nil {
			return err
		}
		return s.stage(ctx, tx, "identity.sso_key_rotated", row.ID, row.ID, by, map[string]any{"key": row.ID, "dropped": drop})
	})
	s.forgetKeys()
	return err
}

// rotate makes the next key in time. It is a periodic job.
func (s *Service) rotate(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "sso.rotate")
	keys, err := s.read(ctx)
	if err != nil || len(keys) == 0 {
		return err // the first one is made when something is to be signed
	}
	last := keys[len(keys)-1]
	if last.row.Until.Sub(s.d.Clock.Now()) > keyLead {
		return nil
	}
	row, err := s.newKey()
	if err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now, err := store.All[keyRow](ctx, tx, sqlKeys, store.At(tx.Now()))
		if err != nil || len(now) == 0 || now[len(now)-1].ID != last.row.ID {
			return err // another process was faster
		}
		signs := last.row.Until.Time
		if signs.Before(tx.Now()) {
			signs = tx.Now()
		}
		return store.Insert(ctx, tx, "identity_sso_key", row.from(tx.Now(), signs))
	})
	s.forgetKeys()
	return err
}

// from is the row with its times.
func (r keyRow) from(now, signs time.Time) keyRow {
	r.Created, r.Signs = store.At(now), store.At(signs)
	r.Until, r.Gone = store.At(signs.Add(keySigns)), store.At(signs.Add(keySigns+keyLingers))
	return r
}

func (s *Service) newKey() (keyRow, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return keyRow{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return keyRow{}, err
	}
	row := keyRow{ID: id.New()}
	nonce := id.Bytes(s.seal.NonceSize())
	row.Sealed = base64.RawURLEncoding.EncodeToString(s.seal.Seal(nonce, nonce, der, []byte(keyPrefix+row.ID)))
	return row, nil
}

func (s *Service) open(row keyRow) (signingKey, error) {
	b, err := base64.RawURLEncoding.DecodeString(row.Sealed)
	n := s.seal.NonceSize()
	if err != nil || len(b) < n {
		return signingKey{}, errors.New("the key is not whole")
	}
	der, err := s.seal.Open(nil, b[:n], b[n:], []byte(keyPrefix+row.ID))
	if err != nil {
		return signingKey{}, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return signingKey{}, err
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return signingKey{}, errors.New("not an RSA key")
	}
	return signingKey{row, private}, nil
}

// read gives the keys that sites trust, the oldest first.
func (s *Service) read(ctx context.Context) ([]signingKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys != nil && time.Since(s.readAt) < keysFresh {
		return s.keys, nil
	}
	rows, err := store.All[keyRow](ctx, s.d.DB, sqlKeys, store.At(s.d.Clock.Now()))
	if err != nil {
		return nil, err
	}
	var keys []signingKey
	for _, r := range rows {
		k, err := s.open(r)
		if err != nil { // sealed with another key of this installation
			s.d.Log.Error("a signing key cannot be opened", "key", r.ID, "error", err)
			continue
		}
		keys = append(keys, k)
	}
	s.keys, s.readAt = keys, time.Now()
	return keys, nil
}

func (s *Service) forgetKeys() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = nil
}

// current is the key that signs now; the first one is made here.
func (s *Service) current(ctx context.Context) (_ signingKey, err error) {
	defer errs.Wrap(&err, "sso.current")
	for range 2 {
		keys, err := s.read(ctx)
		if err != nil {
			return signingKey{}, err
		}
		now := s.d.Clock.Now()
		for i := len(keys) - 1; i >= 0; i-- {
			if k := keys[i]; !now.Before(k.row.Signs.Time) && now.Before(k.row.Until.Time) {
				return k, nil
			}
		}
		row, err := s.newKey()
		if err != nil {
			return signingKey{}, err
		}
		err = s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
			return store.Insert(ctx, tx, "identity_sso_key", row.from(tx.Now(), tx.Now()))
		})
		if err != nil {
			return signingKey{}, err
		}
		s.forgetKeys()
	}
	return signingKey{}, errors.New("there is no key to sign with")
}

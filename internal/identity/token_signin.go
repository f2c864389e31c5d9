// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// What the pages keep in the visitor's session between two steps, a program
// carries itself: sealed, so that it is neither readable nor to be made up, and
// whoever does not have it cannot go on in somebody else's place.

// step is a registration or a sign-in under way. Exactly one is meant.
type step struct {
	Registration string `json:"r,omitempty"`
	Person       string `json:"p,omitempty"`
	Code         string `json:"c,omitempty"`
	Nonce        string `json:"n,omitempty"`
}

func (s *Service) sealStep(st step) (string, error) {
	plain, err := json.Marshal(st)
	if err != nil {
		return "", err
	}
	aead, err := s.stepSeal()
	if err != nil {
		return "", err
	}
	nonce := id.Bytes(aead.NonceSize())
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, plain, nil)), nil
}

// openStep reads one; what we did not seal is errs.NotFound.
func (s *Service) openStep(sealed string) (st step, err error) {
	aead, err := s.stepSeal()
	if err != nil {
		return st, err
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if n := aead.NonceSize(); err == nil && len(b) > n {
		if plain, operr := aead.Open(nil, b[:n], b[n:], nil); operr == nil && json.Unmarshal(plain, &st) == nil {
			return st, nil
		}
	}
	return step{}, errs.New(errs.NotFound, "")
}

func (s *Service) stepSeal() (cipher.AEAD, error) {
	h := hmac.New(sha256.New, s.d.CodeKey)
	h.Write([]byte("tarazu steps of signing in"))
	block, err := aes.NewCipher(h.Sum(nil))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// signInLife is how long a token of signing in lasts unless Deps say otherwise.
const signInLife = 12 * time.Hour

// sessionToken gives somebody who has just signed in a token, as a citizen.
func (s *Service) sessionToken(ctx context.Context, person, act string) (secret string, _ Token, err error) {
	life := s.d.TokenLife
	if life <= 0 {
		life = signInLife
	}
	row := tokenRow{Person: person, ID: id.New(), Kind: tokenSession, Act: act}
	secret, row, err = s.insertToken(ctx, policy.Actor{Person: person, Role: policy.Citizen}, row, life)
	return secret, row.token(), err
}

// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"github.com/tarazu/tarazu/internal/platform/id"
)

var errSeal = errors.New("factor: not sealed here")

// derive is a key of its own for each use of the one secret.
func (s *Service) derive(use string) []byte {
	h := hmac.New(sha256.New, s.d.Key)
	h.Write([]byte("tarazu factor " + use))
	return h.Sum(nil)
}

func (s *Service) aead(use string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.derive(use))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal hides plain from everybody who has not the key; of says to whom or what
// it belongs and must be the same when it is opened.
func (s *Service) seal(use, of string, plain []byte) (string, error) {
	aead, err := s.aead(use)
	if err != nil {
		return "", err
	}
	nonce := id.Bytes(aead.NonceSize())
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, plain, []byte(of))), nil
}

func (s *Service) open(use, of, sealed string) ([]byte, error) {
	aead, err := s.aead(use)
	if err != nil {
		return nil, err
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil || len(b) <= aead.NonceSize() {
		return nil, errSeal
	}
	plain, err := aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], []byte(of))
	if err != nil {
		return nil, errSeal
	}
	return plain, nil
}

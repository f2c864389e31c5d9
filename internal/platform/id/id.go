// SPDX-License-Identifier: Apache-2.0

// Package id makes identifiers: time-ordered row ids and secrets for links,
// codes and salts.
package id

import (
	"crypto/rand"
	"encoding/base64"
	"math/big"
	"strings"

	"github.com/google/uuid"
)

// New returns a UUIDv7 in text form (RFC 9562): unique, ordered by time, safe
// to put into a URL. It is not a secret.
func New() string { return uuid.Must(uuid.NewV7()).String() }

// Valid tells whether s has the form of an id that New makes.
func Valid(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && len(s) == 36 && u.Version() == 7
}

// Bytes returns n random bytes.
func Bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand.Read never fails (Go 1.24)
	return b
}

// Secret returns a random URL-safe text of n bytes of entropy.
func Secret(n int) string { return base64.RawURLEncoding.EncodeToString(Bytes(n)) }

// Digits returns n random decimal digits, each equally likely.
func Digits(n int) string {
	var b strings.Builder
	ten := big.NewInt(10)
	for range n {
		d, _ := rand.Int(rand.Reader, ten) // never fails, see Bytes
		b.WriteByte('0' + byte(d.Int64()))
	}
	return b.String()
}

// SPDX-License-Identifier: Apache-2.0

// Package webhook tells the programs of others, by Standard Webhooks 1.0.0: secrets and
// how they are kept, and the signature. What is told when, and what came of it, keeps
// platform/program.
package webhook

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/id"
)

// secretPrefix is how Standard Webhooks writes a secret.
const secretPrefix = "whsec_"

const (
	tellWithin = 15 * time.Second
	mostAnswer = 64 << 10
)

// Teller sends events and keeps secrets. It is safe for concurrent use.
type Teller struct {
	seal  cipher.AEAD
	out   *http.Client
	local bool
}

// New makes a Teller. key is the secret of the installation, at least 32 bytes; about
// separates what is derived from it. local lets events go to loopback addresses and
// over plain HTTP: in a demo country and in tests. out goes nowhere inside
// (gateway/outward).
func New(key []byte, about string, out *http.Client, local bool) (*Teller, error) {
	if len(key) < 32 {
		return nil, errors.New("webhook: the key is too short")
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(about))
	block, err := aes.NewCipher(h.Sum(nil))
	if err != nil {
		return nil, err
	}
	seal, err := cipher.NewGCM(block)
	return &Teller{seal: seal, out: out, local: local}, err
}

// Address checks where events are to go. Where the name leads is checked again when it
// is dialled.
func (t *Teller) Address(text string) (string, bool) {
	text = strings.TrimSpace(text)
	u, err := url.Parse(text)
	if err != nil || len(text) > 500 || u.Host == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" || u.Hostname() == "" {
		return "", false
	}
	if t.local {
		return text, u.Scheme == "https" || u.Scheme == "http"
	}
	return text, u.Scheme == "https" && (u.Port() == "" || u.Port() == "443" || u.Port() == "8443")
}

// NewSecret draws a secret: in words, as the program takes it, and sealed for owner.
func (t *Teller) NewSecret(owner string) (words string, sealed []byte) {
	secret := id.Bytes(32)
	nonce := id.Bytes(t.seal.NonceSize())
	return secretPrefix + base64.StdEncoding.EncodeToString(secret), t.seal.Seal(nonce, nonce, secret, []byte(owner))
}

func (t *Teller) opened(owner string, sealed []byte) ([]byte, error) {
	n := t.seal.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("webhook: no secret")
	}
	return t.seal.Open(nil, sealed[:n], sealed[n:], []byte(owner))
}

// Event is what is told once, to one address.
type Event struct {
	Owner   string // whose secrets they are
	ID      string // of the delivery: the same in every try
	URL     string
	Payload string
	Secrets [][]byte // sealed; each of them signs
}

// Tell tries once. status is 0 if there was no answer; err is ours only.
func (t *Teller) Tell(ctx context.Context, now time.Time, e Event) (status int, err error) {
	stamp := strconv.FormatInt(now.Unix(), 10)
	var signatures []string
	for _, sealed := range e.Secrets {
		secret, err := t.opened(e.Owner, sealed)
		if err != nil {
			return 0, err
		}
		h := hmac.New(sha256.New, secret)
		h.Write([]byte(e.ID + "." + stamp + "." + e.Payload))
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)))
	}
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, strings.NewReader(e.Payload))
	if err != nil {
		return 0, nil // the address was taken long ago and is none any more
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "tarazu-webhooks/1")
	req.Header.Set("webhook-id", e.ID)
	req.Header.Set("webhook-timestamp", stamp)
	req.Header.Set("webhook-signature", strings.Join(signatures, " "))
	res, err := t.out.Do(req)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, mostAnswer))
	return res.StatusCode, nil
}

// Waits are how long to wait after each failed try, in seconds.
type Waits []int

// After is how long to wait after the n-th failed try, from 1; false: there is no
// further one.
func (w Waits) After(n int64) (time.Duration, bool) {
	if n < 1 || n > int64(len(w)) {
		return 0, false
	}
	return time.Duration(w[n-1]) * time.Second, true
}

// Taken tells whether an answer says that the event has arrived.
func Taken(status int) bool { return status >= 200 && status < 300 }

// SPDX-License-Identifier: Apache-2.0

// Package factortest is an authenticator in software, for tests and for
// measuring: it answers as a telephone with passkeys does, and as one that lies
// when it is told to.
package factortest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"

	"github.com/fxamacker/cbor/v2"

	"github.com/tarazu/tarazu/internal/platform/id"
)

// Flags of an authenticator's data (WebAuthn, section 6.1).
const (
	Present  byte = 0x01
	Verified byte = 0x04
	attested byte = 0x40
)

// Authenticator holds one passkey of a person at a site. Its fields may be
// changed to have it misbehave.
type Authenticator struct {
	Site    string // name of the site: its host
	Origin  string // where the browser says it is
	Person  string // the user handle
	ID      []byte
	Key     *ecdsa.PrivateKey
	Counter uint32
	Flags   byte
}

// New makes an authenticator with a new key.
func New(site, origin, person string) (*Authenticator, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return &Authenticator{Site: site, Origin: origin, Person: person, ID: id.Bytes(32), Key: key, Flags: Present | Verified}, err
}

type options struct {
	Challenge string `json:"challenge"`
}

// Register answers the options of a new passkey.
func (a *Authenticator) Register(opts string) (string, error) {
	client, err := a.client("webauthn.create", opts)
	if err != nil {
		return "", err
	}
	point, err := a.Key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		return "", err
	}
	key, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		return "", err
	}
	data := a.data(a.Flags | attested)
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.ID)))
	data = append(append(data, a.ID...), key...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		return "", err
	}
	return a.answer(map[string]any{"clientDataJSON": b64(client), "attestationObject": b64(object), "transports": []string{"internal"}})
}

// Assert answers the options of a sign-in. The counter goes one forward.
func (a *Authenticator) Assert(opts string) (string, error) {
	client, err := a.client("webauthn.get", opts)
	if err != nil {
		return "", err
	}
	a.Counter++
	data := a.data(a.Flags)
	clientHash := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte(nil), data...), clientHash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.Key, signed[:])
	if err != nil {
		return "", err
	}
	return a.answer(map[string]any{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64([]byte(a.Person)),
	})
}

func (a *Authenticator) client(kind, opts string) ([]byte, error) {
	var o options
	if err := json.Unmarshal([]byte(opts), &o); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"type": kind, "challenge": o.Challenge, "origin": a.Origin, "crossOrigin": false})
}

func (a *Authenticator) data(flags byte) []byte {
	site := sha256.Sum256([]byte(a.Site))
	return binary.BigEndian.AppendUint32(append(site[:], flags), a.Counter)
}

func (a *Authenticator) answer(response map[string]any) (string, error) {
	b, err := json.Marshal(map[string]any{"type": "public-key", "id": b64(a.ID), "rawId": b64(a.ID), "response": response})
	return string(b), err
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

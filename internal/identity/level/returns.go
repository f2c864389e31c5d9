// SPDX-License-Identifier: Apache-2.0

package level

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Path is the page that offers what is missing.
const Path = "/account/level"

// CapacityPath is the page on which a capacity is chosen.
const CapacityPath = "/capacity"

// stayFor is how long an address leads back. A payment and a video take an hour,
// a visit to an office days.
const stayFor = 14 * 24 * time.Hour

// Back is where somebody was when their level was too low.
type Back struct {
	Service Service
	Need    int
	Next    string // path of the page on which to go on
}

type sealed struct {
	Person  string    `json:"p"`
	Service Service   `json:"s"`
	Need    int       `json:"n"`
	Next    string    `json:"to"`
	Until   time.Time `json:"u"`
}

// Returns makes and reads addresses that lead back.
type Returns struct {
	aead  cipher.AEAD
	clock clock.Clock
}

// NewReturns makes one. key is the key of one-time codes; another is derived.
func NewReturns(key []byte, c clock.Clock) (*Returns, error) {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("tarazu level return v1"))
	block, err := aes.NewCipher(h.Sum(nil))
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &Returns{aead: aead, clock: c}, err
}

// Address is the page that offers the step to b.Need and then leads to b.Next.
func (r *Returns) Address(a policy.Actor, b Back) string { return Path + "?" + r.Query(a, b) }

// Query is the query of Address.
func (r *Returns) Query(a policy.Actor, b Back) string {
	return url.Values{"for": {r.Seal(a, b)}}.Encode()
}

// Seal packs b for one person. Nobody else can read or use it, and nothing in it
// can be changed.
func (r *Returns) Seal(a policy.Actor, b Back) string {
	plain, err := json.Marshal(sealed{Person: a.Person, Service: b.Service, Need: b.Need, Next: b.Next, Until: r.clock.Now().Add(stayFor)})
	if err != nil { // it holds texts and a time
		return ""
	}
	nonce := id.Bytes(r.aead.NonceSize())
	return base64.RawURLEncoding.EncodeToString(r.aead.Seal(nonce, nonce, plain, nil))
}

// Open reads what Seal has packed for this person; found is false for anything
// else.
func (r *Returns) Open(a policy.Actor, text string) (_ Back, found bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	n := r.aead.NonceSize()
	if err != nil || len(b) < n {
		return Back{}, false
	}
	plain, err := r.aead.Open(nil, b[:n], b[n:], nil)
	if err != nil {
		return Back{}, false
	}
	var v sealed
	if json.Unmarshal(plain, &v) != nil || v.Person != a.Person || v.Need < 0 || v.Need > Most || !r.clock.Now().Before(v.Until) {
		return Back{}, false
	}
	return Back{Service: v.Service, Need: v.Need, Next: v.Next}, true
}

// ChooseCapacity is the address of the page on which a capacity is chosen and
// which then leads to next, a page of this site.
func ChooseCapacity(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Path == "/" || u.Path == CapacityPath || strings.HasPrefix(u.Path, "/login") {
		return CapacityPath
	}
	return CapacityPath + "?" + url.Values{"next": {next}}.Encode()
}

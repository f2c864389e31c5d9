// SPDX-License-Identifier: Apache-2.0

package webpush

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// Shown is a message that a browser of the double has taken.
type Shown struct {
	Browser string
	Text    []byte
	At      time.Time
}

type browser struct {
	key  *ecdh.PrivateKey
	auth []byte
	gone bool
}

// Double behaves like a push service together with the browsers that are
// subscribed there: it believes only who signs under a key (RFC 8292), the browser
// decrypts (RFC 8291), and whoever is gone is gone. It is written from the documents
// and shares no code with the client. Nothing in it outlives the process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults
	clock  clock.Clock
	base   func() string // where it is

	mu       sync.Mutex
	browsers map[string]*browser // guarded by mu, with the fields below
	shown    []Shown
	later    time.Time
}

// NewDouble makes a push service at the address that base gives.
func NewDouble(c clock.Clock, base func() string) *Double {
	d := &Double{mux: http.NewServeMux(), clock: c, base: base, browsers: map[string]*browser{}}
	d.mux.Handle("POST /push/{id}", sandbox.Open(&d.faults, d.push))
	return d
}

// Name implements sandbox.Double.
func (d *Double) Name() string { return Name }

// Faults implements sandbox.Double.
func (d *Double) Faults() *sandbox.Faults { return &d.faults }

// ServeHTTP implements http.Handler.
func (d *Double) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.mux.ServeHTTP(w, r) }

// Subscribe makes a browser that takes messages.
func (d *Double) Subscribe() (name string, s Subscription, err error) {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return "", s, err
	}
	b := &browser{key: key, auth: id.Bytes(16)}
	name = id.Secret(12)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.browsers[name] = b
	return name, Subscription{Endpoint: d.base() + "/push/" + name, P256dh: b64.EncodeToString(key.PublicKey().Bytes()), Auth: b64.EncodeToString(b.auth)}, nil
}

// Leave has a browser end its subscription.
func (d *Double) Leave(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if b := d.browsers[name]; b != nil {
		b.gone = true
	}
}

// Busy has the push service ask everybody to wait, from now on.
func (d *Double) Busy(wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.later = d.clock.Now().Add(wait)
}

// List returns what a browser has shown, the newest first.
func (d *Double) List(name string) []Shown {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := []Shown{}
	for _, s := range slices.Backward(d.shown) {
		if s.Browser == name {
			out = append(out, s)
		}
	}
	return out
}

func (d *Double) push(w http.ResponseWriter, r *http.Request, a sandbox.Ask, body []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := r.PathValue("id")
	b := d.browsers[name]
	ttl, err := strconv.Atoi(r.Header.Get("TTL"))
	switch wait := d.later.Sub(d.clock.Now()); {
	case b == nil:
		http.Error(w, "no such subscription", http.StatusNotFound)
	case b.gone:
		http.Error(w, "gone", http.StatusGone)
	case wait > 0:
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		http.Error(w, "too many", http.StatusTooManyRequests)
	case err != nil || ttl < 0 || r.Header.Get("Content-Encoding") != "aes128gcm":
		http.Error(w, "headers", http.StatusBadRequest)
	case a.Wrong != "":
		http.Error(w, "wrong", http.StatusTeapot)
	default:
		if err := d.knows(r.Header.Get("Authorization")); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		text, err := b.read(body)
		if err != nil { // the service does not see that, the browser does
			text = []byte("unreadable: " + err.Error())
		}
		d.shown = append(d.shown, Shown{Browser: name, Text: text, At: d.clock.Now()})
		w.WriteHeader(http.StatusCreated)
	}
}

// knows checks by whom a message is.
func (d *Double) knows(header string) error {
	rest, ok := strings.CutPrefix(header, "vapid ")
	if !ok {
		return errors.New("no vapid")
	}
	parts := map[string]string{}
	for p := range strings.SplitSeq(rest, ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(p), "=")
		parts[k] = v
	}
	raw, err := b64.DecodeString(parts["k"])
	if err != nil {
		return errors.New("key")
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		return errors.New("key")
	}
	signed, last, ok := cutLast(parts["t"], ".")
	signature, err := b64.DecodeString(last)
	if !ok || err != nil || len(signature) != 64 {
		return errors.New("signature")
	}
	sum := sha256.Sum256([]byte(signed))
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return errors.New("signature")
	}
	head, payload, _ := strings.Cut(signed, ".")
	var alg struct{ Alg string }
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	h, herr := b64.DecodeString(head)
	p, perr := b64.DecodeString(payload)
	if herr != nil || perr != nil || json.Unmarshal(h, &alg) != nil || json.Unmarshal(p, &claims) != nil || alg.Alg != "ES256" {
		return errors.New("token")
	}
	left := time.Unix(claims.Exp, 0).Sub(d.clock.Now())
	switch {
	case !strings.HasPrefix(d.base()+"/", claims.Aud+"/"):
		return errors.New("audience")
	case left <= 0 || left > 24*time.Hour:
		return errors.New("time")
	case !strings.HasPrefix(claims.Sub, "https://") && !strings.HasPrefix(claims.Sub, "mailto:") && !strings.HasPrefix(claims.Sub, "http://"):
		return errors.New("subject")
	}
	return nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// read decrypts a message as a browser does (RFC 8188, RFC 8291), with HKDF spelt
// out (RFC 5869).
func (b *browser) read(body []byte) ([]byte, error) {
	if len(body) < 21 || len(body) < 21+int(body[20]) {
		return nil, errors.New("too short")
	}
	salt, size, n := body[:16], binary.BigEndian.Uint32(body[16:20]), int(body[20])
	sender, sealed := body[21:21+n], body[21+n:]
	if uint32(len(sealed)) > size {
		return nil, errors.New("more than one record")
	}
	from, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return nil, err
	}
	shared, err := b.key.ECDH(from)
	if err != nil {
		return nil, err
	}
	mac := func(key, text []byte) []byte {
		h := hmac.New(sha256.New, key)
		_, _ = h.Write(text)
		return h.Sum(nil)
	}
	info := slices.Concat([]byte("WebPush: info\x00"), b.key.PublicKey().Bytes(), sender, []byte{1})
	ikm := mac(mac(b.auth, shared), info)
	prk := mac(salt, ikm)
	block, err := aes.NewCipher(mac(prk, []byte("Content-Encoding: aes128gcm\x00\x01"))[:16])
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, mac(prk, []byte("Content-Encoding: nonce\x00\x01"))[:12], sealed, nil)
	if err != nil {
		return nil, err
	}
	plain = bytes.TrimRight(plain, "\x00")
	if len(plain) == 0 || plain[len(plain)-1] != 2 {
		return nil, errors.New("no delimiter")
	}
	return plain[:len(plain)-1], nil
}

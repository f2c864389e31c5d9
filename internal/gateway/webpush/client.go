// SPDX-License-Identifier: Apache-2.0

// Package webpush is the way to the push services of browsers (RFC 8030): whoever
// gave us the address of one gets a message there that only their browser can read
// (RFC 8291), under a key by which the service knows us again (RFC 8292). It owns
// the wire protocol and nothing that lasts. Double is a push service with browsers,
// for tests and for the demo.
//
// The address of a subscription is personal data and comes from outside: no error
// and no log of this package holds one, and none leads to a machine inside.
package webpush

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/outward"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.webpush.down.
const Name = "webpush"

const (
	recordSize = 4096 // one record holds a message whole
	padded     = 1024 // every message is as long, so that its length says nothing
	mostLife   = 24 * time.Hour
	tokenLife  = 12 * time.Hour
	answerSize = 4 << 10
)

var b64 = base64.RawURLEncoding

// Subscription is where one browser takes messages.
type Subscription struct {
	Endpoint string
	P256dh   string // the browser's key, base64url
	Auth     string // the secret that it shares with us, base64url
}

// Options of a client. Key, Subject and Clock are needed.
type Options struct {
	Key     []byte // 32 bytes: ours, by which push services know us again
	Subject string // an https: or mailto: address at which their operators reach us
	Timeout time.Duration
	Local   bool // a push service may be on this machine, without https: demo and tests
	Clock   clock.Clock
	Log     *slog.Logger
}

// Client sends messages. It is safe for concurrent use.
type Client struct {
	o      Options
	key    *ecdsa.PrivateKey
	public string
	http   *http.Client
}

// New makes a client.
func New(o Options) (*Client, error) {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), o.Key)
	if err != nil {
		return nil, fmt.Errorf("webpush: key: %w", err)
	}
	public, err := key.PublicKey.Bytes()
	if err != nil {
		return nil, fmt.Errorf("webpush: key: %w", err)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	return &Client{o: o, key: key, public: b64.EncodeToString(public), http: outward.Client(o.Local)}, nil
}

// PublicKey is ours as a browser takes it.
func (c *Client) PublicKey() string { return c.public }

// Check says whether a subscription has the right form. errs.Invalid, code
// gateway.webpush.wrong: it has not.
func (c *Client) Check(s Subscription) error {
	u, err := url.Parse(s.Endpoint)
	ok := err == nil && len(s.Endpoint) <= 1000 && u.Host != "" && u.Hostname() != "" && u.User == nil && u.Fragment == "" && u.Opaque == "" &&
		(u.Scheme == "https" && (u.Port() == "" || u.Port() == "443") || c.o.Local && u.Scheme == "http")
	if ok {
		_, _, err = s.keys()
	}
	if !ok || err != nil {
		return errs.New(errs.Invalid, "gateway.webpush.wrong")
	}
	return nil
}

func (s Subscription) keys() (*ecdh.PublicKey, []byte, error) {
	raw, err := b64.DecodeString(s.P256dh)
	if err != nil {
		return nil, nil, err
	}
	key, err := ecdh.P256().NewPublicKey(raw)
	if err != nil {
		return nil, nil, err
	}
	auth, err := b64.DecodeString(s.Auth)
	if err == nil && len(auth) != 16 {
		err = errors.New("the secret has another length")
	}
	return key, auth, err
}

// Later says that the push service wants us to wait.
type Later struct{ After time.Duration }

func (l *Later) Error() string { return "asked to wait " + l.After.String() }

// WaitOf is how long the push service wants us to wait; 0 if it said nothing of that.
func WaitOf(err error) time.Duration {
	if l, ok := errors.AsType[*Later](err); ok {
		return l.After
	}
	return 0
}

// Send gives a message to the push service of a browser. errs.Invalid, code
// gateway.webpush.gone: nobody is there any more, and never will be again; code
// gateway.webpush.wrong: this is no subscription. errs.Unavailable, code
// gateway.webpush.down: nobody knows whether it was taken; WaitOf says how long to
// wait.
func (c *Client) Send(ctx context.Context, s Subscription, message []byte) (err error) {
	defer errs.Wrap(&err, "webpush.Send")
	if err := c.Check(s); err != nil {
		return err
	}
	key, auth, err := s.keys()
	if err != nil {
		return err
	}
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	var salt [16]byte
	_, _ = rand.Read(salt[:])
	body, err := seal(own, key, auth, salt[:], message, padded)
	if err != nil {
		return err
	}
	authorization, err := c.authorization(s.Endpoint)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	if err := c.post(ctx, s.Endpoint, authorization, body); err != nil {
		if errs.Is(err, errs.Invalid) {
			return err
		}
		c.o.Log.InfoContext(ctx, "push service did not take a message", "err", err)
		return errs.New(errs.Unavailable, "gateway.webpush.down").Because(err)
	}
	return nil
}

func (c *Client) post(ctx context.Context, endpoint, authorization string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return errs.New(errs.Invalid, "gateway.webpush.wrong")
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Content-Encoding", "aes128gcm")
	req.Header.Set("TTL", strconv.Itoa(int(mostLife.Seconds())))
	req.Header.Set("Urgency", "normal")
	req.Header.Set("Authorization", authorization)
	res, err := c.http.Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // without the address
		}
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, answerSize))
	switch {
	case res.StatusCode/100 == 2:
		return nil
	case res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusGone:
		return errs.New(errs.Invalid, "gateway.webpush.gone")
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode == http.StatusServiceUnavailable:
		if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 {
			return &Later{After: min(time.Duration(n)*time.Second, mostLife)}
		}
	}
	return fmt.Errorf("answered with status %d", res.StatusCode)
}

// authorization is by what the push service at endpoint knows us (RFC 8292).
func (c *Client) authorization(endpoint string) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", errs.New(errs.Invalid, "gateway.webpush.wrong")
	}
	claims, err := json.Marshal(map[string]any{
		"aud": u.Scheme + "://" + u.Host, "exp": c.o.Clock.Now().Add(tokenLife).Unix(), "sub": c.o.Subject,
	})
	if err != nil {
		return "", err
	}
	signed := b64.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + b64.EncodeToString(claims)
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, c.key, sum[:])
	if err != nil {
		return "", err
	}
	var signature [64]byte // RFC 7518 section 3.4
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return "vapid t=" + signed + "." + b64.EncodeToString(signature[:]) + ", k=" + c.public, nil
}

// seal encrypts a message for a browser (RFC 8291), with own as the key of this
// message alone and as many zeros behind it as make it size long.
func seal(own *ecdh.PrivateKey, to *ecdh.PublicKey, auth, salt, message []byte, size int) ([]byte, error) {
	shared, err := own.ECDH(to)
	if err != nil {
		return nil, err
	}
	plain := append(bytes.Clone(message), 2) // the delimiter of the last record
	if len(plain) < size {
		plain = append(plain, make([]byte, size-len(plain))...)
	}
	if len(plain)+16 > recordSize {
		return nil, errs.New(errs.Invalid, "gateway.webpush.wrong")
	}
	gcm, nonce, err := keysOf(shared, auth, salt, to.Bytes(), own.PublicKey().Bytes())
	if err != nil {
		return nil, err
	}
	out := append([]byte{}, salt...)
	out = binary.BigEndian.AppendUint32(out, recordSize)
	out = append(out, byte(len(own.PublicKey().Bytes())))
	out = append(out, own.PublicKey().Bytes()...)
	return gcm.Seal(out, nonce, plain, nil), nil
}

// keysOf derives the key and the nonce of a message (RFC 8291 section 3.4).
func keysOf(shared, auth, salt, browser, sender []byte) (cipher.AEAD, []byte, error) {
	info := "WebPush: info\x00" + string(browser) + string(sender)
	ikm, err := hkdf.Key(sha256.New, shared, auth, info, 32)
	if err != nil {
		return nil, nil, err
	}
	cek, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, nil, err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(cek)
	if err != nil {
		return nil, nil, err
	}
	gcm, err := cipher.NewGCM(block)
	return gcm, nonce, err
}

// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package, fa and en.
//
//go:embed locale/*.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this package.
var Migrations = store.Migrations{Module: "identity", FS: migrations}

// How long things live. RFC 6749 section 4.1.2 lets a code live ten minutes at
// most; a minute is enough for a program. An access token is short because its
// holder need not prove anything else.
const (
	requestLife = 15 * time.Minute // signing in may take a text message that comes late
	codeLife    = time.Minute
	accessLife  = 10 * time.Minute
	idLife      = 10 * time.Minute
	refreshLife = 30 * 24 * time.Hour  // unless it is used
	grantLife   = 180 * 24 * time.Hour // however much it is used
	keepOver    = 30 * 24 * time.Hour  // rows of what is over
	newClient   = 30 * 24 * time.Hour  // how long a site counts as new
)

// Deps are what the package needs.
type Deps struct {
	DB       *store.DB
	Clock    clock.Clock
	Log      *slog.Logger
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Identity *identity.Service

	// Key is the secret from which those that seal are derived: at least 32
	// bytes, the same in all processes.
	Key []byte
	// BaseURL is the public address of the site without a slash at the end: the
	// issuer. Where it is http, so may the addresses of sites be on loopback.
	BaseURL string
	// MoreProof is the page on which a person gets to a level and then goes on to
	// next; nil: there is none.
	MoreProof func(a policy.Actor, need int, next string) string
}

// Service is the provider. It is safe for concurrent use.
type Service struct {
	d        Deps
	provider *op.Provider
	seal     cipher.AEAD // signing keys
	logout   cipher.AEAD // what a page of signing out carries

	mu     sync.Mutex
	keys   []signingKey
	readAt time.Time // of the machine
}

// New makes the provider.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "sso.New")
	switch {
	case d.DB == nil, d.Clock == nil, d.Jobs == nil, d.Ledger == nil, d.Policy == nil, d.Identity == nil:
		return nil, errors.New("a dependency is missing")
	case len(d.Key) < 32:
		return nil, errors.New("the key must have at least 32 bytes")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	d.BaseURL = strings.TrimRight(d.BaseURL, "/")
	s := &Service{d: d}
	if s.seal, err = sealWith(derive(d.Key, "tarazu sso signing keys")); err != nil {
		return nil, err
	}
	if s.logout, err = sealWith(derive(d.Key, "tarazu sso signing out")); err != nil {
		return nil, err
	}
	// Not the library's own choice, which opens what an older, unauthenticated
	// cipher may have sealed too: it reads one in a few strangers' strings as a
	// token.
	options := []op.Option{op.WithCrypto(op.NewAES256GCMCrypto([32]byte(derive(d.Key, "tarazu sso access tokens")), "1"))}
	if s.insecure() {
		options = append(options, op.WithAllowInsecure())
	}
	d.Identity.OnTakenOver(s.takenOverTx)
	s.provider, err = op.NewProvider(&op.Config{
		CodeMethodS256: true, AuthMethodPost: true, GrantTypeRefreshToken: true,
	}, provider{s}, op.StaticIssuer(d.BaseURL), options...)
	return s, err
}

// insecure tells that this is no site for people: it is not served over HTTPS.
func (s *Service) insecure() bool {
	u, err := url.Parse(s.d.BaseURL)
	return err == nil && u.Scheme == "http"
}

// outward is a time of the database as the machine's clock has it, which is what
// others compare it with.
func (s *Service) outward(t time.Time) time.Time {
	return time.Now().Add(t.Sub(s.d.Clock.Now())).UTC()
}

func (s *Service) stage(ctx context.Context, tx *store.Tx, event, owner, subject string, by policy.Actor, content map[string]any) error {
	body, err := ledger.Canonical(content)
	if err != nil {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Time: tx.Now(), Owner: owner, Subject: subject, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For, Content: body,
	})
	return err
}

func derive(key []byte, what string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(what))
	return h.Sum(nil)
}

func sealWith(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

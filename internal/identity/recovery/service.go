// SPDX-License-Identifier: Apache-2.0

package recovery

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/simowner"
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

// Deps are what the package needs.
type Deps struct {
	DB       *store.DB
	Clock    clock.Clock
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Identity *identity.Service
	SimOwner *simowner.Client
	// Key is the secret that the links are computed with: at least 32 bytes, the
	// same in all processes.
	Key []byte
	// BaseURL is the public address of the site without a slash at the end.
	BaseURL string
	// Wait is how long the owner has to stop a request that nothing but registry
	// and telephone stands for; 72 hours.
	Wait time.Duration
}

// Service is safe for concurrent use.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "recovery.New")
	switch {
	case d.DB == nil, d.Clock == nil, d.Jobs == nil, d.Ledger == nil, d.Identity == nil, d.SimOwner == nil:
		return nil, errors.New("a dependency is missing")
	case len(d.Key) < 32:
		return nil, errors.New("the key must have at least 32 bytes")
	case d.BaseURL == "":
		return nil, errors.New("the public address is missing")
	}
	if d.Wait <= 0 {
		d.Wait = 72 * time.Hour
	}
	d.BaseURL = strings.TrimRight(d.BaseURL, "/")
	return &Service{d: d}, nil
}

// Case is what stands between the person of a registration and their account.
// errs.Conflict, code identity.register.step: the registration has not come that
// far, or that is too long ago.
func (s *Service) Case(ctx context.Context, regID string) (_ Case, err error) {
	defer errs.Wrap(&err, "recovery.Case")
	reg, p, err := s.d.Identity.KnownRegistration(ctx, regID)
	if err != nil {
		return Case{Registration: reg}, err
	}
	return s.caseOf(ctx, s.d.DB, reg, p)
}

// caseOf reads the rest of a case, in the caller's transaction if q is one.
func (s *Service) caseOf(ctx context.Context, q store.Querier, reg identity.Registration, p identity.Person) (c Case, err error) {
	c.Registration, c.Person = reg, p
	status, _, err := s.d.Identity.StatusOf(ctx, q, p.ID)
	if err != nil {
		return c, err
	}
	if status != identity.Active {
		return c, errs.New(errs.Conflict, "identity.closed")
	}
	guarded, err := s.d.Identity.Guarded(ctx, q, c.Person.ID)
	if err != nil {
		return c, err
	}
	c.Simple = !guarded && c.Registration.Reaches(c.Person)
	row, _, err := store.Find[requestRow](ctx, q, sqlLiving, c.Person.ID, c.Registration.Mobile, c.Registration.Email)
	if err != nil {
		return c, err
	}
	c.Request = row.request()
	failed, err := store.One[int64](ctx, q, sqlFailed, c.Person.ID, store.At(s.d.Clock.Now().Add(-failedWithin)))
	c.Closed = failed >= failedMost
	return c, err
}

// Requests lists those for an account, the newest first, at most 20.
func (s *Service) Requests(ctx context.Context, a policy.Actor) (_ []Request, err error) {
	defer errs.Wrap(&err, "recovery.Requests")
	rows, err := store.All[requestRow](ctx, s.d.DB, sqlRequests, a.Person)
	out := make([]Request, len(rows))
	for i, r := range rows {
		out[i] = r.request()
	}
	return out, err
}

// stopToken is the secret in the link that stops a request. It is computed, not
// stored.
func (s *Service) stopToken(request string) string {
	h := hmac.New(sha256.New, s.d.Key)
	h.Write([]byte("tarazu stop recovery\x00" + request))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

// by is the key of the directory of requests.
func by(kind, secret string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + secret))
	return hex.EncodeToString(sum[:])
}

func (s *Service) stage(ctx context.Context, tx *store.Tx, event string, r Request, by policy.Actor, facts map[string]any) error {
	facts["person"], facts["request"] = r.Person, r.ID
	body, err := ledger.Canonical(facts)
	if err != nil {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Time: tx.Now(), Owner: r.Person, Subject: r.ID, Actor: by.Person, Role: string(by.Role), Content: body,
	})
	return err
}

// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Deps are what the package needs.
type Deps struct {
	DB    *store.DB
	Clock clock.Clock
	// Key is the secret that challenges and secrets at rest are sealed with: at
	// least 32 bytes, the same in all processes.
	Key []byte
	// BaseURL is the public address of the site; passkeys belong to its name.
	BaseURL string
	// Site is what an authenticator calls the site.
	Site string
}

// Service is safe for concurrent use.
type Service struct {
	d    Deps
	site *webauthn.WebAuthn // nil: no passkeys here
}

// New makes the service.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "factor.New")
	switch {
	case d.DB == nil, d.Clock == nil:
		return nil, errors.New("a dependency is missing")
	case len(d.Key) < 32:
		return nil, errors.New("the key must have at least 32 bytes")
	}
	at, err := url.Parse(d.BaseURL)
	if err != nil {
		return nil, err
	}
	s := &Service{d: d}
	if !suitable(at) {
		return s, nil
	}
	s.site, err = webauthn.New(&webauthn.Config{
		RPID: at.Hostname(), RPDisplayName: d.Site, RPOrigins: []string{at.Scheme + "://" + at.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	return s, err
}

// suitable tells whether browsers allow passkeys at this address.
func suitable(at *url.URL) bool {
	_, numeric := netip.ParseAddr(at.Hostname())
	return at.Hostname() != "" && numeric != nil && (at.Scheme == "https" || at.Hostname() == "localhost")
}

// Offered tells whether this site can have passkeys.
func (s *Service) Offered() bool { return s.site != nil }

// sweepBatch is how many rows one transaction removes.
const sweepBatch = 500

// Sweep removes what was spent and could not be used again anyway.
func (s *Service) Sweep(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "factor.Sweep")
	for n := int64(sweepBatch); n == sweepBatch; {
		err := s.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.ExecN(ctx, sqlOldSpent, store.At(tx.Now()), sweepBatch)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// spendTx marks key as used; a second time fails with errs.Conflict.
func spendTx(ctx context.Context, tx *store.Tx, key string, until time.Time) error {
	return store.Insert(ctx, tx, "identity_spent", spentRow{Key: key, Expires: store.At(until)})
}

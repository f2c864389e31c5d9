// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"

	"github.com/tarazu/tarazu/internal/gateway/timestamp"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/ledger"
)

// stamps is the time-stamping authority as the ledger knows it.
type stamps struct{ client *timestamp.Client }

// stamper is nil where no authority is connected: the log then goes on without
// time stamps.
func stamper(c *timestamp.Client) ledger.Stamper {
	if !c.Connected() {
		return nil
	}
	return stamps{c}
}

// Stamp implements ledger.Stamper.
func (s stamps) Stamp(ctx context.Context, digest [32]byte) (ledger.Stamp, error) {
	t, err := s.client.Stamp(ctx, digest)
	return stampOf(t), err
}

// CheckStamp is how kept time stamps are checked without the authority.
func CheckStamp(s ledger.Stamp, digest [32]byte) (ledger.Stamp, error) {
	t, err := timestamp.CheckUnder(s.Token, digest, s.Root)
	return stampOf(t), err
}

func stampOf(t timestamp.Token) ledger.Stamp {
	return ledger.Stamp{Token: t.DER, Root: t.Root, Authority: t.Authority, Time: t.Time}
}

// stampRoots are the certificates by which time stamps are trusted; nil means
// those of the system.
func stampRoots(cfg config.Config, d *Doubles) (*x509.CertPool, error) {
	if cfg.Gateways.TimestampRoots == "" {
		if cfg.Gateways.Timestamp.URL == "" && d != nil {
			return d.Timestamp.Roots(), nil
		}
		return nil, nil
	}
	text, err := os.ReadFile(cfg.Gateways.TimestampRoots)
	if err != nil {
		return nil, fmt.Errorf("the file of gateways.timestamp.roots cannot be read: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s: there is no certificate in PEM in it", cfg.Gateways.TimestampRoots)
	}
	return pool, nil
}

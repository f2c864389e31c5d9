// SPDX-License-Identifier: Apache-2.0

package timestamp_test

import (
	"context"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/gateway/timestamp"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

var digest = sha256.Sum256([]byte("a checkpoint"))

func authority(t *testing.T, c clock.Clock) *timestamp.Double {
	t.Helper()
	d, err := timestamp.NewDouble(sandboxtest.Token, c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestModes(t *testing.T) {
	t.Parallel()
	sandboxtest.Run(t, sandboxtest.Case{Reads: true, Make: func(t *testing.T, c clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
		d := authority(t, c)
		return d, func(ctx context.Context, l *link.Link) error {
			s, err := timestamp.New(timestamp.Options{Link: l, Clock: c, Roots: d.Roots()}).Stamp(ctx, digest)
			if err == nil && (!s.Time.Equal(c.Now()) || s.Accuracy != time.Second || s.Serial == "" || s.Authority == "") {
				t.Errorf("%+v", s)
			}
			return err
		}
	}})
}

// TestStrict: a token that is wrong in any one way is refused, and counts as a
// failure of the authority.
func TestStrict(t *testing.T) {
	t.Parallel()
	asked := asn1.ObjectIdentifier{2, 999, 5}
	for name, m := range map[string]timestamp.Mistake{
		"nonce": timestamp.WrongNonce, "hash": timestamp.WrongHash, "refusal": timestamp.Refuses, "expired": timestamp.Expired,
		"mail": timestamp.OtherPurpose, "uses": timestamp.SeveralUses, "policy": timestamp.WrongPolicy, "clock": timestamp.WrongClock,
		"vague": timestamp.Vague, "no certificate": timestamp.NoCertificate, "forged": timestamp.Forged,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clk := clock.NewFake(sandboxtest.Start)
			d := authority(t, clk)
			c := timestamp.New(timestamp.Options{Link: sandboxtest.Link(t, d, clk), Clock: clk, Roots: d.Roots(), Policy: asked})
			if s, err := c.Stamp(t.Context(), digest); err != nil || s.Policy != asked.String() {
				t.Fatalf("%+v, %v", s, err)
			}
			d.Mistake(m)
			if _, err := c.Stamp(t.Context(), digest); !errs.Is(err, errs.Unavailable) {
				t.Errorf("accepted, or %v", err)
			}
		})
	}
}

func TestCheckWithoutTheAuthority(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(sandboxtest.Start)
	d, other := authority(t, clk), authority(t, clk)
	s, err := timestamp.New(timestamp.Options{Link: sandboxtest.Link(t, d, clk), Clock: clk, Roots: d.Roots()}).Stamp(t.Context(), digest)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := timestamp.CheckUnder(s.DER, digest, s.Root); err != nil || again.Serial != s.Serial {
		t.Errorf("%+v, %v", again, err)
	}
	if _, err := timestamp.Check(s.DER, digest, other.Roots()); err == nil {
		t.Error("accepted under a root that did not sign it")
	}
	if _, err := timestamp.Check(s.DER, sha256.Sum256(nil), d.Roots()); err == nil {
		t.Error("accepted for another hash")
	}
	if _, err := timestamp.CheckUnder(s.DER, digest, nil); err == nil {
		t.Error("accepted without a root")
	}
	for i := range s.DER {
		m := append([]byte(nil), s.DER...)
		m[i] ^= 1
		if got, err := timestamp.CheckUnder(m, digest, s.Root); err == nil && (!got.Time.Equal(s.Time) || got.Serial != s.Serial) {
			t.Fatalf("a changed byte at %d: %+v", i, got)
		}
	}
	if _, err := timestamp.CheckUnder(append(s.DER, 0), digest, s.Root); err == nil {
		t.Error("a byte more is accepted")
	}
}

// FuzzCheck: nothing makes the checking panic.
func FuzzCheck(f *testing.F) {
	f.Add([]byte{0x30, 0x00})
	f.Fuzz(func(t *testing.T, der []byte) {
		if s, err := timestamp.Check(der, digest, nil); err == nil {
			t.Errorf("accepted: %+v", s)
		}
	})
}

// TestOpenSSLAgrees checks a token in the way that docs/receipt-format.md tells
// people.
func TestOpenSSLAgrees(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Fatal("openssl, the second verifier, is not installed: see scripts/setup.sh")
	}
	clk := clock.NewFake(sandboxtest.Start)
	d := authority(t, clk)
	s, err := timestamp.New(timestamp.Options{Link: sandboxtest.Link(t, d, clk), Clock: clk, Roots: d.Roots()}).Stamp(t.Context(), digest)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string][]byte{
		"token": s.DER, "data": []byte("a checkpoint"), "other": []byte("another"),
		"roots": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Root}),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for data, good := range map[string]bool{"data": true, "other": false} {
		cmd := exec.CommandContext(t.Context(), openssl, "ts", "-verify", "-data", data, "-in", "token", "-token_in", "-CAfile", "roots")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); (err == nil) != good {
			t.Errorf("%s: %v %s", data, err, out)
		}
	}
}

// BenchmarkStamp is one token from the double, over HTTP, checked: what a token for
// each checkpoint would cost (docs/adr/0014-time-stamps.md).
func BenchmarkStamp(b *testing.B) {
	d, err := timestamp.NewDouble(sandboxtest.Token, clock.System{})
	if err != nil {
		b.Fatal(err)
	}
	c := timestamp.New(timestamp.Options{Link: sandboxtest.Link(b, d, clock.System{}), Clock: clock.System{}, Roots: d.Roots()})
	size := 0
	for b.Loop() {
		s, err := c.Stamp(b.Context(), digest)
		if err != nil {
			b.Fatal(err)
		}
		size = len(s.DER)
	}
	b.ReportMetric(float64(size), "B/token")
}

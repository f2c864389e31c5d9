// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digitorus/pdfsign/verify"
	"github.com/digitorus/timestamp"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

var signedAt = time.Date(2025, 5, 10, 6, 30, 0, 0, time.UTC)

func newSigner(t *testing.T) *Signer {
	t.Helper()
	s, err := LoadOrCreateSigner(filepath.Join(t.TempDir(), "keys", "paper.pem"), "ترازو (آزمایشی)", signedAt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// check asks another program's verifier.
func check(t *testing.T, pdf []byte) (*verify.Signer, error) {
	t.Helper()
	o := verify.DefaultVerifyOptions()
	o.AllowUntrustedRoots = true // the root is in the file; whom to trust is not its matter
	o.TrustSignatureTime = true
	r, err := verify.VerifyWithOptions(bytes.NewReader(pdf), int64(len(pdf)), o)
	if err != nil {
		return nil, err
	}
	if len(r.Signers) != 1 {
		t.Fatalf("%d signers", len(r.Signers))
	}
	return &r.Signers[0], nil
}

func TestSign(t *testing.T) {
	t.Parallel()
	plain := render(t, newWriter(t), petition(t, i18n.FA))
	s := newSigner(t)
	signed, err := s.Sign(context.Background(), plain, signedAt)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(signed, plain) {
		t.Error("the paper itself was changed")
	}
	got, err := check(t, signed)
	if err != nil {
		t.Fatal(err)
	}
	if !got.ValidSignature || len(got.Certificates) != 2 || got.SignatureTime == nil || !got.SignatureTime.Equal(signedAt) {
		t.Errorf("%+v", got)
	}
	chain := s.Chain()
	roots := x509.NewCertPool()
	roots.AddCert(chain[1])
	if _, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, CurrentTime: signedAt, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil || !got.Certificates[0].KeyUsageValid {
		t.Errorf("%v %+v", err, got.Certificates[0])
	}
	for _, at := range []int{100, len(plain) / 2, len(plain) - 3, len(plain) + 20, len(signed) - 40} {
		broken := bytes.Clone(signed)
		broken[at] ^= 1
		if got, err := check(t, broken); err == nil && got.ValidSignature {
			t.Errorf("byte %d was changed and it is still valid", at)
		}
	}

	if _, err := s.Sign(context.Background(), signed, signedAt); err == nil {
		t.Error("signed twice")
	}
	if _, err := s.Sign(context.Background(), []byte("%PDF-1.7"), signedAt); err == nil {
		t.Error("signed a file that is no paper")
	}
	if _, err := s.Sign(context.Background(), plain, signedAt.AddDate(signerYears, 0, 1)); err == nil {
		t.Error("signed with an old certificate")
	}
}

// TestPdfsig asks poppler, as a court's user might.
func TestPdfsig(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("pdfsig")
	if err != nil {
		t.Fatal("pdfsig is missing; `make setup` installs poppler-utils")
	}
	signed, err := newSigner(t).Sign(context.Background(), render(t, newWriter(t), petition(t, i18n.FA)), signedAt)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "paper.pdf")
	run := func(pdf []byte) string {
		if err := os.WriteFile(path, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(tool, path)
		cmd.Env = append(os.Environ(), "HOME="+dir) // nobody's certificates
		out, _ := cmd.CombinedOutput()              // its code speaks of trust
		return string(out)
	}
	out := run(signed)
	for _, want := range []string{"Signature is Valid", "ETSI.CAdES.detached", "Total document signed", "SHA-256"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
	signed[len(signed)/3] ^= 1
	if out := run(signed); !strings.Contains(out, "Digest Mismatch") {
		t.Errorf("a changed paper: %s", out)
	}
}

// authority is a time-stamp authority.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	err  error
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Test TSA"}, NotBefore: signedAt.AddDate(-1, 0, 0), NotAfter: signedAt.AddDate(80, 0, 0), // the library asks the real clock
		KeyUsage: x509.KeyUsageDigitalSignature, ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage}},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return &authority{key: key, cert: c}
}

func (a *authority) Stamp(_ context.Context, digest []byte) ([]byte, error) {
	if a.err != nil {
		return nil, a.err
	}
	ts := timestamp.Timestamp{HashAlgorithm: crypto.SHA256, HashedMessage: digest, Time: signedAt.Add(time.Minute),
		Policy: asn1.ObjectIdentifier{2, 4, 5, 6}, AddTSACertificate: true}
	b, err := ts.CreateResponseWithOpts(a.cert, a.key, crypto.SHA256)
	if err != nil {
		return nil, err
	}
	r, err := timestamp.ParseResponse(b)
	if err != nil {
		return nil, err
	}
	return r.RawToken, nil
}

func TestTimeStamp(t *testing.T) {
	t.Parallel()
	plain := render(t, newWriter(t), petition(t, i18n.EN))
	a := newAuthority(t)
	s := newSigner(t).WithStamper(a)
	signed, err := s.Sign(context.Background(), plain, signedAt)
	if err != nil {
		t.Fatal(err)
	}
	got, err := check(t, signed)
	if err != nil {
		t.Fatal(err)
	}
	if !got.ValidSignature || got.TimeStamp == nil || !got.TimeStamp.Time.Equal(signedAt.Add(time.Minute)) || got.TimestampStatus != "valid" {
		t.Errorf("%+v", got)
	}
	a.err = errors.New("down")
	if _, err := s.Sign(context.Background(), plain, signedAt); !errors.Is(err, a.err) {
		t.Errorf("the authority is down: %v", err)
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "paper.pem")
	var wg sync.WaitGroup
	signers := make([]*Signer, 8)
	for i := range signers {
		wg.Go(func() {
			s, err := LoadOrCreateSigner(path, "Court", signedAt)
			if err != nil {
				t.Error(err)
			}
			signers[i] = s
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	for _, s := range signers {
		if !s.Chain()[0].Equal(signers[0].Chain()[0]) {
			t.Error("two processes made two keys")
		}
	}
	if n := len(signers[0].Chain()); n != 2 {
		t.Errorf("%d certificates", n)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreateSigner(path, "Court", signedAt); err == nil {
		t.Error("took a key that others may read")
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other, err := makeSigner("Other", signedAt)
	if err != nil {
		t.Fatal(err)
	}
	cut := func(b []byte) []byte { return b[bytes.Index(b, []byte("-----BEGIN CERTIFICATE")):] }
	keyOnly := whole[:len(whole)-len(cut(whole))]
	for name, data := range map[string][]byte{
		"empty": nil, "key only": keyOnly, "certificates only": cut(whole), "another's certificate": append(bytes.Clone(keyOnly), cut(other)...),
	} {
		p := filepath.Join(t.TempDir(), "k.pem")
		if err := os.WriteFile(p, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadOrCreateSigner(p, "Court", signedAt); err == nil {
			t.Errorf("took a file with %s", name)
		}
	}
}

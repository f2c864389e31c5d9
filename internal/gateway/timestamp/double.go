// SPDX-License-Identifier: Apache-2.0

package timestamp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net/http"
	"slices"
	"sync"
	"time"

	tsp "github.com/digitorus/timestamp"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/clock"
)

// policy is the double's own, under the arc for examples (RFC 7299 does not
// assign it).
var policy = asn1.ObjectIdentifier{2, 999, 3161, 1}

// Mistake is a way in which the double's tokens can be wrong, beside those of
// its switch.
type Mistake uint8

// The mistakes.
const (
	NoMistake     Mistake = iota
	WrongNonce            // the answer to another question
	WrongHash             // a token over another hash
	Refuses               // PKIStatus rejection
	Expired               // the certificate had ended
	OtherPurpose          // the certificate is for signing mail
	SeveralUses           // the certificate is for more than time stamping
	WrongPolicy           // another policy than was asked for
	WrongClock            // an hour late
	Vague                 // accurate to two minutes
	NoCertificate         // the certificate is left out
	Forged                // a byte of the signature is changed
)

// Double is a time-stamping authority: tokens of its own certificate authority,
// by the clock it is given. Nothing in it outlives the process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults
	clock  clock.Clock
	ca     *x509.Certificate
	caKey  *ecdsa.PrivateKey
	key    *ecdsa.PrivateKey
	cert   *x509.Certificate

	mu      sync.Mutex
	mistake Mistake // guarded by mu
	serial  int64   // of certificates, guarded by mu
}

// NewDouble makes an authority with new keys.
func NewDouble(token string, clk clock.Clock) (*Double, error) {
	d := &Double{mux: http.NewServeMux(), clock: clk}
	var err error
	if d.caKey, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	if d.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	now := clk.Now()
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Time stamps of the demo country, root"},
		NotBefore: now.AddDate(-20, 0, 0), NotAfter: now.AddDate(30, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, d.caKey.Public(), d.caKey)
	if err != nil {
		return nil, err
	}
	if d.ca, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	if d.cert, err = d.issue(now.AddDate(-20, 0, 0), now.AddDate(30, 0, 0), oidStamping); err != nil {
		return nil, err
	}
	stamp := sandbox.Raw(&d.faults, token, d.stamp)
	d.mux.Handle("POST /{$}", stamp)
	d.mux.Handle("POST "+Path, stamp)
	d.mux.Handle("/_control", sandbox.Control(&d.faults, token))
	return d, nil
}

// Path is where the double answers below its address; real authorities give
// theirs as a whole.
const Path = "/tsr"

// Name implements sandbox.Double.
func (d *Double) Name() string { return Name }

// Faults implements sandbox.Double.
func (d *Double) Faults() *sandbox.Faults { return &d.faults }

// ServeHTTP implements http.Handler.
func (d *Double) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.mux.ServeHTTP(w, r) }

// Roots are the certificates to trust the double by.
func (d *Double) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(d.ca)
	return pool
}

// Mistake makes the tokens from now on wrong in one way.
func (d *Double) Mistake(m Mistake) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mistake = m
}

// Uses of a certificate (RFC 5280, section 4.2.1.12).
var (
	oidStamping = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 8}
	oidMail     = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 4}
)

// issue makes a certificate for the double's key.
func (d *Double) issue(from, until time.Time, uses ...asn1.ObjectIdentifier) (*x509.Certificate, error) {
	value, err := asn1.Marshal(uses)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.serial++
	serial := big.NewInt(1 + d.serial)
	d.mu.Unlock()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Time stamps of the demo country"},
		NotBefore: from, NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: oidExtKeyUsage, Critical: true, Value: value}},
	}, d.ca, d.key.Public(), d.caKey)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func (d *Double) stamp(w http.ResponseWriter, r *http.Request, a sandbox.Ask, body []byte) {
	d.mu.Lock()
	m := d.mistake
	d.mu.Unlock()
	if a.Wrong != "" {
		m = WrongNonce
	}
	out, err := d.answer(m, body)
	if err != nil || r.Header.Get("Content-Type") != queryType {
		out, err = tsp.CreateErrorResponse(tsp.Rejection, tsp.BadRequest)
	}
	if err != nil {
		http.Error(w, "no answer", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", replyType)
	_, _ = w.Write(out) // the asker may be gone
}

// answer is the reply to a query, wrong in the way of m.
func (d *Double) answer(m Mistake, body []byte) ([]byte, error) {
	q, err := tsp.ParseRequest(body)
	if err != nil || m == Refuses {
		return tsp.CreateErrorResponse(tsp.Rejection, tsp.BadRequest)
	}
	now, cert := d.clock.Now().UTC(), d.cert
	t := tsp.Timestamp{
		HashAlgorithm: q.HashAlgorithm, HashedMessage: q.HashedMessage, Time: now, Accuracy: time.Second,
		Policy: policy, Nonce: q.Nonce, AddTSACertificate: q.Certificates,
	}
	if q.TSAPolicyOID != nil {
		t.Policy = q.TSAPolicyOID
	}
	switch m {
	case WrongNonce:
		t.Nonce = new(big.Int).Add(q.Nonce, big.NewInt(1))
	case WrongHash:
		t.HashedMessage = slices.Clone(q.HashedMessage)
		t.HashedMessage[0] ^= 1
	case Expired:
		cert, err = d.issue(now.AddDate(-3, 0, 0), now.AddDate(-1, 0, 0), oidStamping)
	case OtherPurpose:
		cert, err = d.issue(d.ca.NotBefore, d.ca.NotAfter, oidMail)
	case SeveralUses:
		cert, err = d.issue(d.ca.NotBefore, d.ca.NotAfter, oidStamping, oidMail)
	case WrongPolicy:
		t.Policy = append(slices.Clone(t.Policy), 7)
	case WrongClock:
		t.Time = now.Add(time.Hour)
	case Vague:
		t.Accuracy = 2 * time.Minute
	case NoCertificate:
		t.AddTSACertificate = false
	}
	if err != nil {
		return nil, err
	}
	out, err := t.CreateResponseWithOpts(cert, d.key, crypto.SHA256)
	if err == nil && m == Forged {
		out[len(out)-1] ^= 1 // the end of a token is its signature
	}
	return out, err
}

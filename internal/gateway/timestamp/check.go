// SPDX-License-Identifier: Apache-2.0

package timestamp

import (
	"bytes"
	"crypto"
	"crypto/sha1"     // RFC 2634 names the certificate by it; RFC 5816 replaced that
	_ "crypto/sha256" // for crypto.SHA256
	_ "crypto/sha512" // for crypto.SHA384 and SHA512
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"time"

	"github.com/digitorus/pkcs7"
	tsp "github.com/digitorus/timestamp"
)

// maxAccuracy is how vague an authority may be about its time, and how far its
// clock may be from ours.
const maxAccuracy = time.Minute

// Token is a checked time stamp.
type Token struct {
	DER       []byte        // the TimeStampToken (CMS), for openssl ts -token_in and others
	Root      []byte        // the root certificate (DER) that it chains to
	Time      time.Time     // when, by the authority's clock
	Accuracy  time.Duration // 0: not said
	Serial    string        // of the token, hexadecimal
	Policy    string        // of the authority, an object identifier
	Authority string        // subject of its certificate
}

// Object identifiers of RFC 5280 and RFC 5035.
var (
	oidExtKeyUsage      = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidSigningCert      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSigningCertV2    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidContentType      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidTimeStampContent = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
)

// CheckUnder is Check with the one root certificate (DER) that the token was
// accepted under.
func CheckUnder(der []byte, digest [32]byte, root []byte) (Token, error) {
	c, err := x509.ParseCertificate(root)
	if err != nil {
		return Token{}, errors.New("the root certificate cannot be read")
	}
	pool := x509.NewCertPool()
	pool.AddCert(c)
	return Check(der, digest, pool)
}

// Check holds a token to RFC 3161 without asking anybody: see the package's
// comment. roots nil means those of the system. It says what is wrong, for the
// log and for auditors.
func Check(der []byte, digest [32]byte, roots *x509.CertPool) (Token, error) {
	var outer asn1.RawValue
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 {
		return Token{}, errors.New("the token is not one DER value")
	}
	p7, err := pkcs7.Parse(der)
	if err != nil {
		return Token{}, fmt.Errorf("the token cannot be read: %w", err)
	}
	signer := p7.GetOnlySigner()
	if signer == nil {
		return Token{}, errors.New("the token does not carry the certificate of its one signer")
	}
	if err := p7.Verify(); err != nil {
		return Token{}, fmt.Errorf("the token's signature is not valid: %w", err)
	}
	ts, err := tsp.Parse(der)
	if err != nil {
		return Token{}, fmt.Errorf("the token's content cannot be read: %w", err)
	}
	var kind asn1.ObjectIdentifier
	switch err := p7.UnmarshalSignedAttribute(oidContentType, &kind); {
	case err != nil || !kind.Equal(oidTimeStampContent):
		return Token{}, errors.New("what is signed is not a time stamp")
	case ts.HashAlgorithm != crypto.SHA256 || !bytes.Equal(ts.HashedMessage, digest[:]):
		return Token{}, errors.New("the token is about another hash")
	case ts.Accuracy > maxAccuracy:
		return Token{}, fmt.Errorf("the token's accuracy is only %s", ts.Accuracy)
	case ts.SerialNumber == nil || len(ts.Policy) == 0:
		return Token{}, errors.New("the token has no serial number or no policy")
	}
	if err := named(p7, signer); err != nil {
		return Token{}, err
	}
	if err := stampsOnly(signer); err != nil {
		return Token{}, err
	}
	others := x509.NewCertPool()
	for _, c := range p7.Certificates {
		others.AddCert(c)
	}
	chains, err := signer.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: others, CurrentTime: ts.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping},
	})
	if err != nil {
		return Token{}, fmt.Errorf("the authority's certificate does not hold: %w", err)
	}
	root := chains[0][len(chains[0])-1]
	return Token{
		DER: der, Root: root.Raw, Time: ts.Time.UTC(), Accuracy: ts.Accuracy, Serial: fmt.Sprintf("%x", ts.SerialNumber),
		Policy: ts.Policy.String(), Authority: signer.Subject.String(),
	}, nil
}

// stampsOnly: the certificate is for time stamping, says so critically, and is
// for nothing else (RFC 3161, section 2.3).
func stampsOnly(c *x509.Certificate) error {
	critical := false
	for _, e := range c.Extensions {
		critical = critical || e.Id.Equal(oidExtKeyUsage) && e.Critical
	}
	if !critical || len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping || len(c.UnknownExtKeyUsage) != 0 {
		return errors.New("the authority's certificate is not for time stamping alone")
	}
	return nil
}

// essCert is the part of ESSCertID and ESSCertIDv2 that is looked at.
type essCert struct {
	Algorithm struct {
		Algorithm  asn1.ObjectIdentifier
		Parameters asn1.RawValue `asn1:"optional"`
	} `asn1:"optional"`
	Hash         []byte
	IssuerSerial asn1.RawValue `asn1:"optional"`
}

// named: the signed attributes name the certificate, so that another of the
// same key cannot be put in its place (RFC 3161, section 2.4.2; RFC 5816).
func named(p7 *pkcs7.PKCS7, c *x509.Certificate) error {
	missing := errors.New("the token does not name the certificate that signed it")
	var list struct {
		Certs    []essCert
		Policies asn1.RawValue `asn1:"optional"`
	}
	if err := p7.UnmarshalSignedAttribute(oidSigningCertV2, &list); err == nil && len(list.Certs) > 0 {
		h := crypto.SHA256
		switch oid := list.Certs[0].Algorithm.Algorithm; {
		case len(oid) == 0, oid.Equal(pkcs7.OIDDigestAlgorithmSHA256):
		case oid.Equal(pkcs7.OIDDigestAlgorithmSHA384):
			h = crypto.SHA384
		case oid.Equal(pkcs7.OIDDigestAlgorithmSHA512):
			h = crypto.SHA512
		default:
			return missing
		}
		sum := h.New()
		sum.Write(c.Raw)
		if bytes.Equal(sum.Sum(nil), list.Certs[0].Hash) {
			return nil
		}
		return missing
	}
	if err := p7.UnmarshalSignedAttribute(oidSigningCert, &list); err == nil && len(list.Certs) > 0 {
		if sum := sha1.Sum(c.Raw); bytes.Equal(sum[:], list.Certs[0].Hash) {
			return nil
		}
	}
	return missing
}

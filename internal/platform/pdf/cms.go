// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
)

// The object identifiers of RFC 5652, RFC 5035, RFC 3161 and RFC 5758.
var (
	oidData               = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCertificate = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidTimeStampToken     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidSHA256             = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSAWithSHA256    = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

type cmsAttribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

type cmsSignerInfo struct {
	Version            int
	Issuer             cmsIssuer
	DigestAlgorithm    pkix.AlgorithmIdentifier
	SignedAttributes   asn1.RawValue
	SignatureAlgorithm pkix.AlgorithmIdentifier
	Signature          []byte
	Unsigned           asn1.RawValue `asn1:"optional"`
}

type cmsIssuer struct {
	Name   asn1.RawValue
	Serial *big.Int
}

type cmsSignedData struct {
	Version          int
	DigestAlgorithms []pkix.AlgorithmIdentifier `asn1:"set"`
	Content          struct{ Type asn1.ObjectIdentifier }
	Certificates     asn1.RawValue
	SignerInfos      []cmsSignerInfo `asn1:"set"`
}

// cms makes the detached CMS signature of a document whose SHA-256 is digest,
// with the attributes that CAdES baseline B wants (ETSI EN 319 122-1): no
// signing time, the certificate named by its hash; and a time-stamp token over
// the signature if there is a stamper (baseline T).
func (s *Signer) cms(ctx context.Context, digest []byte) ([]byte, error) {
	certHash := sha256.Sum256(s.chain[0].Raw)
	type essCertID struct{ Hash []byte } // SHA-256 is the default algorithm
	type signingCertificate struct{ Certs []essCertID }
	attributes, err := attributeSet(
		attribute{oidContentType, oidData},
		attribute{oidMessageDigest, digest},
		attribute{oidSigningCertificate, signingCertificate{[]essCertID{{certHash[:]}}}},
	)
	if err != nil {
		return nil, err
	}
	// What is signed is the set with its own tag (RFC 5652, 5.4).
	asSet, err := asn1.Marshal(asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSet, IsCompound: true, Bytes: attributes})
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(asSet)
	signature, err := s.key.Sign(rand.Reader, hash[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	info := cmsSignerInfo{
		Version:            1,
		Issuer:             cmsIssuer{asn1.RawValue{FullBytes: s.chain[0].RawIssuer}, s.chain[0].SerialNumber},
		DigestAlgorithm:    pkix.AlgorithmIdentifier{Algorithm: oidSHA256},
		SignedAttributes:   contextTag(0, attributes),
		SignatureAlgorithm: pkix.AlgorithmIdentifier{Algorithm: oidECDSAWithSHA256},
		Signature:          signature,
	}
	if s.stamper != nil {
		hash := sha256.Sum256(signature)
		token, err := s.stamper.Stamp(ctx, hash[:])
		if err != nil {
			return nil, err
		}
		if len(token) > tokenMost {
			return nil, errors.New("the time-stamp token is too long")
		}
		unsigned, err := attributeSet(attribute{oidTimeStampToken, asn1.RawValue{FullBytes: token}})
		if err != nil {
			return nil, err
		}
		info.Unsigned = contextTag(1, unsigned)
	}
	var certs []byte
	for _, c := range s.chain {
		certs = append(certs, c.Raw...)
	}
	data := cmsSignedData{
		Version:          1,
		DigestAlgorithms: []pkix.AlgorithmIdentifier{{Algorithm: oidSHA256}},
		Certificates:     contextTag(0, certs),
		SignerInfos:      []cmsSignerInfo{info},
	}
	data.Content.Type = oidData
	inner, err := asn1.Marshal(data)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue
	}{oidSignedData, contextTag(0, inner)})
}

func contextTag(tag int, content []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: content}
}

type attribute struct {
	oid   asn1.ObjectIdentifier
	value any
}

// attributeSet encodes attributes as the content of a SET OF, which DER sorts.
func attributeSet(list ...attribute) ([]byte, error) {
	var encoded [][]byte
	for _, a := range list {
		value, err := asn1.Marshal(a.value)
		if err != nil {
			return nil, err
		}
		b, err := asn1.Marshal(cmsAttribute{a.oid, []asn1.RawValue{{FullBytes: value}}})
		if err != nil {
			return nil, err
		}
		encoded = append(encoded, b)
	}
	slices.SortFunc(encoded, bytes.Compare)
	return bytes.Join(encoded, nil), nil
}

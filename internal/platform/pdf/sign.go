// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Signer seals papers with an ECDSA key. It may be used by many goroutines.
type Signer struct {
	key     crypto.Signer
	chain   []*x509.Certificate // that of the key first, the root last
	stamper Stamper
}

// Stamper gets a time-stamp token (RFC 3161, DER) over a SHA-256 digest.
type Stamper interface {
	Stamp(ctx context.Context, digest []byte) (token []byte, err error)
}

// WithStamper returns a signer that adds a time stamp to every signature.
func (s *Signer) WithStamper(st Stamper) *Signer {
	c := *s
	c.stamper = st
	return &c
}

// Chain is the certificate of the signer with those above it, for people who
// want to trust it.
func (s *Signer) Chain() []*x509.Certificate { return slices.Clone(s.chain) }

const (
	tokenMost = 12 << 10 // bytes of a time-stamp token
	infoMost  = 1 << 10  // bytes of a signature without certificates and token
)

// The objects that Render gives these numbers.
const (
	catalogObject   = 1
	firstPageObject = 5
)

var trailer = regexp.MustCompile(`\ntrailer\n<</Size (\d+)/Root 1 0 R/Info (\d+) 0 R/ID\[(<[0-9a-f]{32}>)<[0-9a-f]{32}>\]>>\nstartxref\n(\d+)\n%%EOF\n$`)

// Sign appends a signature to a paper made by Render, dated at, which permits
// no change (PAdES baseline B, with a stamper T; ETSI EN 319 142-1). Errors:
// the stamper's; Internal if the file is not an unsigned paper or at lies
// outside the life of the certificate.
func (s *Signer) Sign(ctx context.Context, pdf []byte, at time.Time) (_ []byte, err error) {
	defer errs.Wrap(&err, "pdf.Sign")
	if at.Before(s.chain[0].NotBefore) || at.After(s.chain[0].NotAfter) {
		return nil, errors.New("the certificate of the signer does not hold at this time")
	}
	tail := trailer.FindSubmatch(pdf[max(0, len(pdf)-512):])
	if tail == nil {
		return nil, errors.New("this is not an unsigned paper made here")
	}
	size, _ := strconv.Atoi(string(tail[1]))
	table, _ := strconv.Atoi(string(tail[4]))
	catalog, err1 := object(pdf, table, catalogObject)
	page, err2 := object(pdf, table, firstPageObject)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	signature, field := size, size+1

	room := infoMost
	for _, c := range s.chain {
		room += len(c.Raw)
	}
	if s.stamper != nil {
		room += tokenMost
	}
	var b bytes.Buffer
	b.Write(pdf)
	offsets := map[int]int{}
	put := func(n int, body string) {
		offsets[n] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, body)
	}
	put(catalogObject, fmt.Sprintf("%s/AcroForm<</Fields[%d 0 R]/SigFlags 3>>/Perms<</DocMDP %d 0 R>>>>", bytes.TrimSuffix(catalog, []byte(">>")), field, signature))
	put(firstPageObject, string(bytes.Replace(page, []byte("/Annots["), fmt.Appendf(nil, "/Annots[%d 0 R ", field), 1)))
	put(field, fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature)/V %d 0 R/F 132/Rect[0 0 0 0]/P %d 0 R>>", signature, firstPageObject))
	const gap = "[0 ********** ********** **********]"
	before := b.Len()
	put(signature, fmt.Sprintf("<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:%s+00'00')/Name %s"+
		"/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]/ByteRange%s/Contents<%0*d>>>",
		at.UTC().Format("20060102150405"), textString(s.chain[0].Subject.CommonName), gap, 2*room, 0))

	start := b.Len()
	fmt.Fprintf(&b, "xref\n%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n%d 2\n%010d 00000 n \n%010d 00000 n \n",
		catalogObject, offsets[catalogObject], firstPageObject, offsets[firstPageObject], signature, offsets[signature], offsets[field])
	sum := sha256.Sum256(b.Bytes())
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %d 0 R/Info %s 0 R/ID[%s%s]/Prev %d>>\nstartxref\n%d\n%%%%EOF\n",
		size+2, catalogObject, tail[2], tail[3], literal(sum[:16]), table, start)

	out := b.Bytes()
	from := before + bytes.Index(out[before:], []byte("/Contents<")) + len("/Contents")
	to := from + 2*room + 2
	span := fmt.Sprintf("[0 %d %d %d]", from, to, len(out)-to)
	hole := before + bytes.Index(out[before:], []byte(gap))
	copy(out[hole:], fmt.Sprintf("%-*s", len(gap), span))

	h := sha256.New()
	h.Write(out[:from])
	h.Write(out[to:])
	cms, err := s.cms(ctx, h.Sum(nil))
	if err != nil {
		return nil, err
	}
	if len(cms) > room {
		return nil, errors.New("the signature does not fit into its place")
	}
	hex.Encode(out[from+1:], cms)
	return out, nil
}

// object returns the body of an object of a file whose cross-reference table
// begins at table.
func object(pdf []byte, table, n int) ([]byte, error) {
	broken := errors.New("the cross-reference table is broken")
	const entry = 20
	if table < 0 || table >= len(pdf) || !bytes.HasPrefix(pdf[table:], []byte("xref\n0 ")) {
		return nil, broken
	}
	line := bytes.IndexByte(pdf[table+5:], '\n')
	at := table + 5 + line + 1 + n*entry
	if line < 0 || at+entry > len(pdf) {
		return nil, broken
	}
	offset, err := strconv.Atoi(string(pdf[at : at+10]))
	head := fmt.Sprintf("%d 0 obj\n", n)
	if err != nil || offset >= len(pdf) || !bytes.HasPrefix(pdf[offset:], []byte(head)) {
		return nil, broken
	}
	body, _, ok := bytes.Cut(pdf[offset+len(head):], []byte("\nendobj\n"))
	if !ok {
		return nil, broken
	}
	return body, nil
}

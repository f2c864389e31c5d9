// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"strings"

	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// Locale holds the words proof.*.
//
//go:embed locale/*.json
var Locale embed.FS

// Certificates looks certificates up by their numbers.
type Certificates interface {
	CertificateByNumber(ctx context.Context, number string) (_ filing.Certificate, found bool, err error)
}

// Deps are what a Service needs.
type Deps struct {
	Ledger *ledger.Ledger
	Clock  clock.Clock
	// CheckStamp holds time stamps to what they stamp.
	CheckStamp ledger.CheckStamp
	Limit      Limit // for one network address
	// Certificates are filing's.
	Certificates Certificates
}

// Service checks receipts and papers.
type Service struct {
	ledger     *ledger.Ledger
	checkStamp ledger.CheckStamp
	brake      *brake
	tiles      *brake // of those who read the log itself
	papers     Certificates
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{ledger: d.Ledger, checkStamp: d.CheckStamp, brake: newBrake(d.Clock, d.Limit), tiles: newBrake(d.Clock, tilesPer), papers: d.Certificates}
}

// Given is what somebody holds.
type Given struct {
	Receipt []byte // the file; nil: none
	Paper   string // SHA-256 of the paper; "": none
	Code    string // tracking code in the address that brought them here
	Hash    string // hash of the record in that address
}

// Answer is what is proved. Exactly one of Report, Refused, Found and Unknown
// is set.
type Answer struct {
	Report  *receipt.Report // the receipt is genuine
	Refused *Refusal        // the receipt, or the paper beside it, is not
	Found   *ledger.Paper   // a paper alone: it stands in the log
	Unknown bool            // a paper alone: it does not
	Waits   bool            // a paper alone: it has no place yet

	Stamp *ledger.Stamp // an independent authority's word on when; nil: none yet
	Paper string        // SHA-256 of the paper
	Fits  Fit           // whether the receipt is about the paper whose QR code was read
}

// Fit tells whether a receipt belongs to the code on a paper.
type Fit uint8

// The fits.
const (
	FitUnasked Fit = iota // no code was read, or the receipt does not say
	FitSame
	FitOther
)

// Refusal is a check that failed.
type Refusal struct {
	Check string // name of the check: proof.check.NAME and proof.means.NAME are its words
	Err   error  // with words for people
}

// checks names the check that a refusal of package receipt belongs to.
var checks = map[string]string{
	"too_large": "form", "text": "form", "format": "form", "layout": "form", "trailing": "form", "number": "form",
	"base64": "form", "hash_length": "form", "not_same": "form",
	"json": "record", "extra": "record", "member": "record", "version": "record", "origin": "record",
	"content_hash": "content", "paper": "paper", "paper_none": "paper_none", "index": "place", "path": "place", "after_end": "place",
	"key": "key", "key_unknown": "key", "signature": "signature", "cosignature": "signature",
}

// Check answers what is proved by what somebody holds. It fails only if this
// server cannot say.
func (s *Service) Check(ctx context.Context, g Given) (_ Answer, err error) {
	defer errs.Wrap(&err, "proof.Check")
	a := Answer{Paper: g.Paper}
	if g.Receipt == nil {
		err := s.lookUp(ctx, &a)
		return a, err
	}
	keys, err := s.ledger.Keys(ctx)
	if err != nil {
		return a, err
	}
	ends, err := s.ledger.Ends(ctx)
	if err != nil {
		return a, err
	}
	r, err := receipt.Verify(g.Receipt, receipt.Options{Keys: keys, Ends: ends, Paper: g.Paper, Witnesses: s.ledger.WitnessKeys()})
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid {
		name := checks[strings.TrimPrefix(e.Code, "receipt.refused.")]
		if name == "" {
			return a, err
		}
		a.Refused = &Refusal{Check: name, Err: e}
		return a, nil
	}
	if err != nil {
		return a, err
	}
	a.Report, a.Fits = &r, fit(r, g)
	a.Stamp, err = s.stamp(ctx, r)
	return a, err
}

// stamp is the checked time stamp over the checkpoint of a receipt.
func (s *Service) stamp(ctx context.Context, r receipt.Report) (*ledger.Stamp, error) {
	kept, checkpoint, err := s.ledger.StampOf(ctx, r.Origin, r.TreeSize)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	checked, err := s.checkStamp(kept, sha256.Sum256(checkpoint))
	if err != nil {
		return nil, err
	}
	checked.Size = kept.Size
	return &checked, nil
}

// Stamp is the kept time stamp over the checkpoint of a size of a log; "": of
// the newest one.
func (s *Service) Stamp(ctx context.Context, log string, size int64) (_ ledger.Stamp, err error) {
	defer errs.Wrap(&err, "proof.Stamp")
	if log == "" {
		log = s.ledger.Origin()
	}
	kept, _, err := s.ledger.StampOf(ctx, log, size)
	return kept, err
}

func (s *Service) lookUp(ctx context.Context, a *Answer) error {
	p, err := s.ledger.FindPaper(ctx, a.Paper)
	switch errs.KindOf(err) {
	case errs.NotFound:
		a.Unknown = true
		return nil
	case errs.Conflict:
		a.Waits = true
		return nil
	}
	if err != nil {
		return err
	}
	a.Found = &p
	return nil
}

// fit compares a receipt with the code on a paper. The receipt of a paper
// itself may name neither the tracking code nor the record's hash.
func fit(r receipt.Report, g Given) Fit {
	if g.Code == "" && g.Hash == "" {
		return FitUnasked
	}
	said := append([]string{r.ContentHash}, r.Members["signed_hash"], r.Members["record_hash"])
	tracking := r.Members["tracking_code"]
	switch {
	case g.Hash != "" && (said[0] == g.Hash || said[1] == g.Hash || said[2] == g.Hash), g.Hash == "" && tracking == g.Code:
		return FitSame
	case tracking != "" && tracking != g.Code, tracking != "" && g.Hash != "" && r.Content != nil:
		return FitOther
	}
	return FitUnasked
}

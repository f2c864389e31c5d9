// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"io"
	"path"
	"strings"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Upload is a picture from the counter; a nil Open is none.
type Upload struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// blobs is whose the pictures are in the store.
const blobs = "office"

// Finish makes the account of a visit's client, at level 3, or raises that of the
// account they have. The client has agreed by the code to their own telephone, or
// signs the slip. The operator sets no password and sees none: the client gets a
// link, or a code on the slip. Repeating it gives the same visit. errs.Invalid
// names what is missing.
func (s *Service) Finish(ctx context.Context, a policy.Actor, visitID string, got Captured) (_ Visit, err error) {
	defer errs.Wrap(&err, "office.Finish")
	v, err := s.Visit(ctx, a, visitID)
	if err != nil || !v.Done.IsZero() {
		return v, err
	}
	if got.Fingerprint = persian.Store(got.Fingerprint); got.Picture.Open == nil || got.Signature.Open == nil && got.Fingerprint == "" {
		field, code := "picture", "office.picture_missing"
		if got.Picture.Open != nil {
			field, code = "signature", "office.signature_missing"
		}
		return v, invalid(field, code)
	}
	err = s.finish(ctx, a, v, got)
	if now, rerr := s.Visit(ctx, a, visitID); rerr == nil && !now.Done.IsZero() {
		return now, nil // done, by this click or the other half of it
	}
	return v, err
}

func (s *Service) finish(ctx context.Context, a policy.Actor, v Visit, got Captured) (err error) {
	v.Fingerprint = got.Fingerprint
	if v.Consent, err = s.consent(ctx, v, got); err != nil {
		return err
	}
	if v.Picture, err = s.keep(ctx, v, "picture", got.Picture); err != nil {
		return err
	}
	if v.Signature, err = s.keep(ctx, v, "signature", got.Signature); err != nil {
		return err
	}
	switch v.Kind {
	case ToRaise:
		return s.raise(ctx, a, v)
	case ToRecover:
		return s.recover(ctx, a, v)
	case ToVouch:
		return s.vouch(ctx, a, v, got.Vouched)
	}
	return s.enrol(ctx, a, v)
}

// consent checks what the client told, or that they have no telephone.
func (s *Service) consent(ctx context.Context, v Visit, got Captured) (Consent, error) {
	if v.Mobile == "" {
		if !got.OnSlip {
			return "", invalid("on_slip", "office.slip_missing")
		}
		return OnSlip, nil
	}
	return ByCode, s.d.Identity.CheckCode(ctx, v.Code, v.code().Subject, got.Entered)
}

// keep takes a picture in; its bytes are durable before a row names them.
func (s *Service) keep(ctx context.Context, v Visit, field string, up Upload) (key string, err error) {
	if up.Open == nil {
		return "", nil
	}
	r, err := up.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	f, err := s.intake.Take(ctx, up.Name, r)
	if err == nil && f.Type == intake.PDF {
		err = errs.New(errs.Invalid, "office.no_picture")
	}
	if errs.Is(err, errs.Invalid) {
		return "", invalid(field, "office.no_picture")
	}
	if err != nil {
		return "", err
	}
	key = blob.Key(blobs, v.Office, blob.Sum(f.Bytes))
	return key, s.d.Blobs.Put(ctx, key, f.Bytes)
}

// sumOf is the SHA-256 in the key of a blob.
func sumOf(key string) string {
	sum, _, _ := strings.Cut(path.Base(key), "-")
	return strings.TrimPrefix(sum, ".")
}

func (s *Service) enrol(ctx context.Context, a policy.Actor, v Visit) error {
	n := identity.NewPerson{
		Class: v.Class, FirstName: v.FirstName, LastName: v.LastName, FatherName: v.FatherName, Birth: v.Birth, Mobile: v.Mobile,
		Email: v.Email, Lang: v.Lang, Way: identity.ByOffice, Ref: v.ID,
	}
	switch {
	case v.NumberKind == "":
		n.NationalCode = v.Number
	default:
		n.Identifiers = []identity.Identifier{{Kind: v.NumberKind, Country: v.issuer(), Value: v.Number, Source: "office " + v.Office}}
	}
	if v.Class == identity.Abroad {
		n.Country = v.Country
	}
	_, err := s.d.Identity.EnrolSeen(ctx, a, n, func(tx *store.Tx, p identity.Person) error {
		claim, err := s.d.Identity.ClaimTx(ctx, tx, a, p)
		if err != nil {
			return err
		}
		v.Person, v.Claim = p.ID, claim
		return s.doneTx(ctx, tx, a, v)
	})
	return err
}

// eventServed is evidence of what was done for a client.
const eventServed = "office.served"

// accessOf is what is told to the client of a look for a kind of visit.
var accessOf = map[Kind]string{ToRegister: "office.access.enrol", ToRaise: "office.access.raise", ToRecover: "office.access.recover", ToVouch: "office.access.vouch"}

// doneTx ends a visit in the transaction that did what the client came for.
func (s *Service) doneTx(ctx context.Context, tx *store.Tx, a policy.Actor, v Visit) error {
	if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
		return err
	}
	if v.Consent == ByCode {
		if err := s.d.Identity.UseCodeTx(ctx, tx, v.Code); err != nil {
			return err
		}
	}
	err := tx.ExecOne(ctx, sqlFinishVisit, v.Office, v.ID, v.Person, v.Consent, v.Picture, v.Signature, v.Fingerprint, v.Claim, store.At(tx.Now()))
	if err != nil {
		return err
	}
	look := identity.Access{Subject: v.Person, By: a, What: accessOf[v.Kind], Why: "office.access.consent_" + string(v.Consent), Object: v.ID}
	if err := s.d.Identity.RecordAccessesTx(ctx, tx, []identity.Access{look}); err != nil {
		return err
	}
	return s.stageFor(ctx, tx, eventServed, v.Person, v.ID, a, map[string]any{
		"office": v.Office, "visit": v.ID, "kind": string(v.Kind), "person": v.Person, "consent": string(v.Consent),
		"picture_sha256": sumOf(v.Picture), "signature_sha256": sumOf(v.Signature), "fingerprint": v.Fingerprint,
	})
}

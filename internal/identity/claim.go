// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A claim is how somebody whom an office has registered sets the password: with
// a link in a text message, or a code on paper if they have no telephone. The
// secret is computed from the row's id and kept nowhere; the owner has to know
// the birth date too, and every claim takes few tries.
const (
	bySMS      = "sms"
	bySlip     = "slip"
	claimTries = 5
	// slipFor is how long the code can be printed.
	slipFor = 30 * time.Minute

	jobClaim = "identity.sms_claim"
)

type claimJob struct {
	Person string `json:"person"`
	Claim  string `json:"claim"`
}

// crockford is base 32 without letters that look like digits.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// claimToken is the secret of a claim: 80 bits.
func (s *Service) claimToken(claimID string) string {
	h := hmac.New(sha256.New, s.d.CodeKey)
	h.Write([]byte("tarazu claim\x00" + claimID))
	return crockford.EncodeToString(h.Sum(nil)[:10])
}

// cleanClaim brings what somebody copied from paper into the form of claimToken.
func cleanClaim(s string) string {
	return strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(persian.Identifier(s)))
}

// ClaimTx lets a person set the password of their account, by a link that is
// sent to them, or by a code on a slip if they have no telephone. An older claim
// dies.
func (s *Service) ClaimTx(ctx context.Context, tx *store.Tx, by policy.Actor, p Person) (claimID string, err error) {
	defer errs.Wrap(&err, "identity.ClaimTx")
	if err := tx.Exec(ctx, sqlEndClaims, p.ID, store.At(tx.Now())); err != nil {
		return "", err
	}
	row := claimRow{
		Person: p.ID, ID: id.New(), Way: bySMS, By: by.Person, Unit: by.Unit, Created: store.At(tx.Now()),
		Expires: store.At(tx.Now().AddDate(0, 0, s.d.ClaimDays)),
	}
	if p.Mobile == "" {
		row.Way = bySlip
	}
	if err := store.Insert(ctx, tx, "identity_claim", row); err != nil {
		return "", err
	}
	if err := store.Insert(ctx, tx, "identity_by_claim", byClaimRow{inviteHash(s.claimToken(row.ID)), p.ID, row.ID}); err != nil {
		return "", err
	}
	if row.Way == bySMS {
		err = s.d.Jobs.EnqueueTx(ctx, tx, jobClaim, claimJob{Person: p.ID, Claim: row.ID})
	}
	return row.ID, err
}

// ClaimDays is how long a claim lives.
func (s *Service) ClaimDays() int { return s.d.ClaimDays }

// SlipCode is the code of a claim for the slip, in groups of four, for half an
// hour after it was made. "": it went by text message, or it is too late.
func (s *Service) SlipCode(ctx context.Context, person, claimID string) (_ string, err error) {
	defer errs.Wrap(&err, "identity.SlipCode")
	row, found, err := store.Find[claimRow](ctx, s.d.DB, sqlClaim, person, claimID)
	if err != nil || !found || row.Way != bySlip || !row.Ended.IsZero() || s.d.Clock.Now().After(row.Created.Add(slipFor)) {
		return "", err
	}
	token := s.claimToken(row.ID)
	return token[:4] + "-" + token[4:8] + "-" + token[8:12] + "-" + token[12:], nil
}

// sendClaim sends the link of a claim that still lives.
func (s *Service) sendClaim(ctx context.Context, j claimJob) error {
	row, found, err := store.Find[claimRow](ctx, s.d.DB, sqlClaim, j.Person, j.Claim)
	if err != nil || !found || !row.Ended.IsZero() || !s.d.Clock.Now().Before(row.Expires.Time) {
		return err
	}
	p, err := s.Person(ctx, j.Person)
	if err != nil {
		return err
	}
	text := s.d.Catalog.Printer(p.Lang).T("identity.sms.claim", "link", s.d.BaseURL+pathWelcome+"/"+s.claimToken(row.ID), "days", s.d.ClaimDays)
	_, err = s.d.SMS.Send(ctx, sms.Message{To: p.Mobile, Text: text, Reference: "claim-" + row.ID})
	if errs.Is(err, errs.Invalid) {
		return nil
	}
	return err
}

// Claim finds the account that a claim lets set its password. errs.NotFound, code
// identity.claim.gone: none, used, or too old.
func (s *Service) Claim(ctx context.Context, token string) (_ Person, err error) {
	defer errs.Wrap(&err, "identity.Claim")
	_, p, err := s.claim(ctx, token)
	return p, err
}

func (s *Service) claim(ctx context.Context, token string) (claimRow, Person, error) {
	gone := errs.New(errs.NotFound, "identity.claim.gone")
	row, found, err := store.Find[claimRow](ctx, s.d.DB, sqlClaimByHash, inviteHash(cleanClaim(token)))
	if err != nil {
		return row, Person{}, err
	}
	if !found || !row.Ended.IsZero() || row.Tries >= claimTries || !s.d.Clock.Now().Before(row.Expires.Time) {
		return row, Person{}, gone
	}
	p, err := s.Person(ctx, row.Person)
	if err == nil && p.Status != Active {
		err = gone
	}
	return row, p, err
}

// ClaimPassword sets the password of the account of a claim, once. errs.Invalid
// names the field; a wrong birth date counts as a try.
func (s *Service) ClaimPassword(ctx context.Context, token string, birth civil.Day, password, address string) (err error) {
	defer errs.Wrap(&err, "identity.ClaimPassword")
	if err := s.take(ctx, "identity.register.limited", brake{s.limits.RegisterAddress, "claim.address", []string{address}}); err != nil {
		return err
	}
	row, p, err := s.claim(ctx, token)
	if err != nil {
		return err
	}
	// A try is taken before the birth date is looked at, and given back when it is
	// right: guesses made at the same moment are no more than those made in turn.
	if err := s.tryClaim(ctx, row, sqlTryClaim); err != nil {
		return err
	}
	if birth != p.Birth {
		return errs.InvalidFields([]errs.Field{{Name: "birth", Code: "identity.claim.birth"}})
	}
	if err := s.tryClaim(ctx, row, sqlGiveBackClaim); err != nil {
		return err
	}
	if code := checkPassword(password, p.NationalCode, LocalMobile(p.Mobile), p.FirstName, p.LastName, p.Birth.JalaliString()); code != "" {
		return errs.InvalidFields([]errs.Field{{Name: "password", Code: code, Args: []any{"min", MinPassword, "max", MaxPassword}}})
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, sqlUseClaim, p.ID, row.ID, store.At(tx.Now()), claimTries); err != nil {
			return err
		}
		if err := s.setPasswordTx(ctx, tx, p.ID, hash); err != nil {
			return err
		}
		return s.stage(ctx, tx, "identity.password_changed", p.ID, p.ID, policy.Actor{Person: p.ID, Role: policy.Citizen},
			map[string]any{"person": p.ID, "judicial_id": p.JudicialID, "source": "claim", "unit": row.Unit})
	})
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.NotFound, "identity.claim.gone").Because(err)
	}
	return err
}

// tryClaim takes one try of a claim or gives it back. errs.NotFound, code
// identity.claim.gone: there is none left.
func (s *Service) tryClaim(ctx context.Context, row claimRow, how string) error {
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error { return tx.ExecOne(ctx, how, row.Person, row.ID, claimTries) })
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.NotFound, "identity.claim.gone").Because(err)
	}
	return err
}

// EnrolSeen makes an account for somebody whom an office has before it, or for
// whom others vouch there: n.Way says which. The module has asked the registries
// and decided that by may. also joins the transaction. errs.Conflict, code
// identity.person_exists.
func (s *Service) EnrolSeen(ctx context.Context, by policy.Actor, n NewPerson, also func(tx *store.Tx, p Person) error) (_ Person, err error) {
	defer errs.Wrap(&err, "identity.EnrolSeen")
	n.Assurance = n.Way.Level()
	if n, err = cleanPerson(n); err != nil {
		return Person{}, err
	}
	return s.insertPerson(ctx, by, n, "", func(tx *store.Tx, p Person) error {
		if err := s.stage(ctx, tx, "identity.enrolled", p.ID, p.ID, by, registered(p, "office "+by.Unit)); err != nil {
			return err
		}
		return also(tx, p)
	})
}

// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"fmt"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// vouchers is how many people vouch for one.
const vouchers = 2

// Vouching is what a manager enters about somebody without any papers, and who
// vouches for them.
type Vouching struct {
	Client                          // without a number
	FirstName, LastName, FatherName string
	Reason                          string           // why there are no papers, and how they are known
	Names                           [vouchers]string // what the vouchers sign in with, see identity.SignInName
}

// Voucher is somebody who vouches.
type Voucher struct {
	Person, Name, Code string
}

// BeginVouch takes up somebody who has no papers, before the manager of an
// office: two people of level 2 or more who know them each get a code to their
// own telephone. errs.Invalid names the field.
func (s *Service) BeginVouch(ctx context.Context, a policy.Actor, visitID string, n Vouching) (_ Visit, err error) {
	defer errs.Wrap(&err, "office.BeginVouch")
	if err := s.mayVouch(ctx, a); err != nil {
		return Visit{}, err
	}
	if old, err := s.Visit(ctx, a, visitID); err == nil {
		return old, nil
	}
	if n.Birth > civil.Of(s.d.Clock.Now()) {
		return Visit{}, invalid("birth", "identity.register.birth_future")
	}
	v := Visit{
		Client: n.Client, Office: a.Unit, ID: visitID, Kind: ToVouch, Operator: a.Person, Reason: persian.Store(n.Reason),
		FirstName: persian.Store(n.FirstName), LastName: persian.Store(n.LastName), FatherName: persian.Store(n.FatherName),
	}
	var who [vouchers]identity.Person
	err = s.look(ctx, a, func() (err error) {
		who, err = s.vouchersOf(ctx, a, visitID, n.Names)
		return err
	})
	if err != nil {
		return Visit{}, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.openVisitTx(ctx, tx, v); err != nil {
			return err
		}
		for i, p := range who {
			code, err := s.d.Identity.SendCodeTx(ctx, tx, voucherCode(v, p.ID, p))
			if err != nil {
				return err
			}
			row := voucherRow{Office: v.Office, Visit: v.ID, Place: int64(i + 1), Person: p.ID, Name: p.Name(), Code: code}
			if err := store.Insert(ctx, tx, "office_voucher", row); err != nil {
				return err
			}
		}
		return nil
	})
	return v, err
}

// voucherCode is a voucher's code: good for this client only.
func voucherCode(v Visit, person string, p identity.Person) identity.Code {
	return identity.Code{Purpose: identity.ForVouching, Person: person, Mobile: p.Mobile, Lang: p.Lang, Subject: voucherSubject(v, person)}
}

func voucherSubject(v Visit, person string) string {
	return "office vouching " + v.Office + " " + v.ID + " " + person
}

// vouchersOf finds who is to vouch. Each of them sees that they were named.
func (s *Service) vouchersOf(ctx context.Context, a policy.Actor, visitID string, names [vouchers]string) (out [vouchers]identity.Person, err error) {
	posts, err := s.d.Identity.PostsAt(ctx, s.d.DB, a.Unit)
	if err != nil {
		return out, err
	}
	works := map[string]bool{}
	for _, p := range posts {
		works[p.Person] = works[p.Person] || p.Ended.IsZero()
	}
	for i, name := range names {
		field := fmt.Sprintf("voucher_%d", i+1)
		p, found, err := s.d.Identity.FindByName(ctx, name)
		if err != nil {
			return out, err
		}
		if found {
			err := s.d.Identity.RecordAccess(ctx, identity.Access{Subject: p.ID, By: a, What: "office.access.named", Why: "office.access.voucher", Object: visitID})
			if err != nil {
				return out, err
			}
		}
		switch {
		case !found || p.Status != identity.Active || p.Assurance < identity.SeenRemotely || p.Mobile == "":
			return out, invalid(field, "office.voucher_level")
		case works[p.ID]:
			return out, invalid(field, "office.voucher_own")
		case i > 0 && p.ID == out[0].ID:
			return out, invalid(field, "office.voucher_twice")
		}
		out[i] = p
	}
	return out, nil
}

// mayVouch checks that the actor manages an open office.
func (s *Service) mayVouch(ctx context.Context, a policy.Actor) error {
	o, err := s.find(ctx, s.d.DB, a.Unit)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return s.may(a, "office.vouch", o, "")
}

// Vouchers lists who vouches for the client of a visit.
func (s *Service) Vouchers(ctx context.Context, v Visit) (_ []Voucher, err error) {
	defer errs.Wrap(&err, "office.Vouchers")
	rows, err := store.All[voucherRow](ctx, s.d.DB, sqlVouchers, v.Office, v.ID)
	out := make([]Voucher, len(rows))
	for i, r := range rows {
		out[i] = Voucher{Person: r.Person, Name: r.Name, Code: r.Code}
	}
	return out, err
}

// vouch makes the account of somebody for whom two people have vouched, at level
// 2 for some time.
func (s *Service) vouch(ctx context.Context, a policy.Actor, v Visit, codes [vouchers]string) error {
	if err := s.mayVouch(ctx, a); err != nil {
		return err
	}
	who, err := s.Vouchers(ctx, v)
	if err != nil {
		return err
	}
	names := make([]string, len(who))
	for i, w := range who {
		names[i] = w.Person
		err := s.d.Identity.CheckCode(ctx, w.Code, voucherSubject(v, w.Person), codes[i])
		if errs.Is(err, errs.Invalid) {
			err = invalid(fmt.Sprintf("code_%d", i+1), "office.voucher_code")
		}
		if err != nil {
			return err
		}
	}
	until := s.d.Clock.Now().AddDate(0, 0, s.d.VouchDays)
	n := identity.NewPerson{
		Class: v.Class, FirstName: v.FirstName, LastName: v.LastName, FatherName: v.FatherName, Birth: v.Birth, Mobile: v.Mobile,
		Lang: v.Lang, Way: identity.ByVoucher, Ref: v.ID, ProofUntil: until,
	}
	_, err = s.d.Identity.EnrolSeen(ctx, a, n, func(tx *store.Tx, p identity.Person) error {
		claim, err := s.d.Identity.ClaimTx(ctx, tx, a, p)
		if err != nil {
			return err
		}
		v.Person, v.Claim = p.ID, claim
		var looks []identity.Access
		for _, w := range who {
			if err := s.d.Identity.UseCodeTx(ctx, tx, w.Code); err != nil {
				return err
			}
			looks = append(looks, identity.Access{Subject: w.Person, By: a, What: "office.access.vouched", Why: "office.access.voucher", Object: v.ID})
		}
		if err := s.d.Identity.RecordAccessesTx(ctx, tx, looks); err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, sqlVouchUntil, v.Office, v.ID, store.At(until)); err != nil {
			return err
		}
		err = s.stageFor(ctx, tx, eventVouched, p.ID, v.ID, a, map[string]any{
			"person": p.ID, "vouchers": names, "reason": v.Reason, "until": until.UTC().Format(time.RFC3339),
		})
		if err != nil {
			return err
		}
		return s.doneTx(ctx, tx, a, v)
	})
	return err
}

// eventVouched is evidence of who has vouched for whom.
const eventVouched = "office.vouched"

// endVouchings ends what has stood long enough: the person's level falls.
func (s *Service) endVouchings(ctx context.Context) error {
	rows, err := store.All[overRow](ctx, s.d.DB, sqlVouchOver, store.At(s.d.Clock.Now()), overBatch)
	for _, r := range rows {
		if err != nil {
			return err
		}
		err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
			if err := tx.ExecOne(ctx, sqlVouchUntil, r.Office, r.ID, store.At(time.Time{})); err != nil {
				return err
			}
			return s.d.Identity.EndProofsTx(ctx, tx, r.Person, policy.Actor{Role: policy.System}, "office.vouch_over", identity.ByVoucher)
		})
	}
	return err
}

// overBatch is how many vouchings end in one run.
const overBatch = 500

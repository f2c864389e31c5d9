// SPDX-License-Identifier: Apache-2.0

package body

import (
	"context"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	lookTime  = time.Hour      // in which looks in vain are counted
	offerTime = 24 * time.Hour // in which offers to one person are counted

	// accessOffer is what somebody is told who was found for a post.
	accessOffer = "body.access.offer"
)

// person finds who is to have the post. The look counts as one in vain until it
// has led to an offer; whoever was found is told of it.
func (s *Service) person(ctx context.Context, a policy.Actor, n NewPost) (p identity.Person, look tryRow, err error) {
	if look, err = s.countLook(ctx, a); err != nil {
		return p, look, err
	}
	var found bool
	switch code := persian.Identifier(n.Person); len(code) {
	case 10:
		p, found, err = s.d.Identity.FindByNationalCode(ctx, s.d.DB, code)
	case 12:
		p, found, err = s.d.Identity.FindByJudicialID(ctx, code)
	}
	if err != nil {
		return p, look, err
	}
	onWord, err := s.d.Identity.OnTheirWord(ctx, p.ID) // the name is their own
	switch {
	case err != nil:
		return p, look, err
	case onWord, !found, !p.Class.Natural(), p.Status != identity.Active, !sameName(p.LastName, n.LastName):
		return p, look, wrong("person", "body.wrong.person")
	case p.ID == a.Person:
		return p, look, wrong("person", "body.wrong.self")
	}
	return p, look, s.d.Identity.RecordAccess(ctx, identity.Access{Subject: p.ID, By: a, What: accessOffer, Why: "body.access.manages"})
}

// countLook counts a look for somebody before it is known whom it finds: the accounts
// are no directory. The lock puts the looks of one person in line, so that many at
// once, in however many processes, are no more than the others.
func (s *Service) countLook(ctx context.Context, a policy.Actor) (look tryRow, err error) {
	lid := id.New()
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if _, err := s.d.Identity.LockTx(ctx, tx, a.Person); err != nil {
			return err
		}
		n, err := store.One[int64](ctx, tx, sqlMisses, a.Person, store.At(tx.Now().Add(-lookTime)))
		if err != nil {
			return err
		}
		if n >= int64(s.limits.Misses) {
			return errs.New(errs.RateLimited, "body.too_many_misses", "max", s.limits.Misses)
		}
		look = tryRow{Person: a.Person, At: store.At(tx.Now()), ID: lid}
		return store.Insert(ctx, tx, "identity_unit_try", look)
	})
	return look, err
}

// sameName compares names the way people type them.
func sameName(a, b string) bool {
	plain := func(s string) string { return strings.ReplaceAll(persian.Fold(s), " ", "") }
	return plain(a) != "" && plain(a) == plain(b)
}

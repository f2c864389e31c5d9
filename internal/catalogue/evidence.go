// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// lawOwner is whose rows the evidence of published tables is: nobody's in
// particular.
const lawOwner = "law"

// Names of events in evidence.
const (
	eventPublished = "catalogue.published"
	eventFee       = "catalogue.fee_published"
)

// stage writes the evidence of a change in the transaction that makes it.
func (s *Service) stage(ctx context.Context, tx *store.Tx, event, subject string, by policy.Actor, content map[string]any) error {
	if s.ledger == nil {
		return errs.New(errs.Internal, "").Because(errors.New("nothing can be published without a ledger"))
	}
	body, err := ledger.Canonical(content)
	if err != nil {
		return err
	}
	_, err = s.ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Time: tx.Now(), Owner: lawOwner, Subject: subject, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For, Content: body,
	})
	return err
}

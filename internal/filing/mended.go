// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"strconv"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// updateMended puts the new version in the place of the one before. When and
// under which code and number the filing was submitted stays.
const updateMended = `UPDATE filing_filing SET status = 'submitted', evidence_id = $5, evidence_owner = '', updated_us = $6
	WHERE owner = $1 AND id = $2 AND hash = $3 AND round = $4 AND status = 'signable'`

// submitMended hands the signed new version to the court. If the registrar has
// rejected the filing at the same moment, one of the two has happened.
func (s *Service) submitMended(ctx context.Context, a policy.Actor, f Filing, def *catalogue.Definition) error {
	c, err := s.d.Docket.CaseFor(ctx, s.d.DB, f.Case)
	if err != nil {
		return err
	}
	party, _ := partyFor(c, f)
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.mendedTx(ctx, tx, a, f, def, party.Side) })
	if errs.Is(err, errs.Conflict) {
		if now, rerr := read(ctx, s.d.DB, f.Owner, f.ID); rerr == nil && now.Status == Rejected {
			return errs.New(errs.Conflict, "filing.rejected_meanwhile").Because(err)
		}
		return errs.New(errs.Conflict, "filing.changed_meanwhile").Because(err)
	}
	return err
}

func (s *Service) mendedTx(ctx context.Context, tx *store.Tx, a policy.Actor, f Filing, def *catalogue.Definition, side string) error {
	if err := s.filesTx(ctx, tx, a, policy.Sign, f, def); err != nil {
		return err
	}
	if err := s.d.Identity.KnownTx(ctx, tx, a, level.SignFiling, def.Assurance); err != nil {
		return err
	}
	if err := s.d.Identity.UseCodeTx(ctx, tx, f.Code); err != nil {
		return err
	}
	if err := s.d.Identity.RecordAccessesTx(ctx, tx, []identity.Access{{
		Subject: a.For, By: a, What: "identity.access.acting.signed", Why: "identity.access.mandate", Object: f.ID,
	}}); err != nil {
		return err
	}
	round := strconv.Itoa(f.Round)
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "filing.mended", Time: tx.Now(), Owner: f.Owner, Subject: f.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For,
		ContentHash: f.Hash, Content: f.Record, Previous: f.Evidence, Rule: ruleMend,
		Members: map[string]string{
			"tracking_code": f.Tracking, "case_number": f.CaseNumber, "unit": f.Unit, "round": round, "amends": f.mend.signed.Hash,
			"signature_method": "sms-code", "signature_code_id": f.Code, "signed_hash": f.Hash,
		},
	})
	if err != nil {
		return err
	}
	if err := tx.ExecOne(ctx, updateMended, f.Owner, f.ID, f.Hash, f.Round, evidence, touch(tx.Now())); err != nil {
		return err
	}
	if err := actTx(ctx, tx, a, f.Unit, f.ID, deskHalted, deskNew, ActMend); err != nil {
		return err
	}
	if err := tx.ExecOne(ctx, updateHaltEnded, f.Owner, f.ID, f.Round, "mended", touch(tx.Now())); err != nil {
		return err
	}
	if err := keepVersionTx(ctx, tx, f, evidence); err != nil {
		return err
	}
	err = s.d.Docket.AddEntryTx(ctx, tx, docket.Entry{
		Case: f.Case, Kind: "filing.mended", Sides: []string{side}, By: a, Subject: f.ID, Evidence: evidence, At: tx.Now(),
		Members: map[string]string{"title_fa": def.Title.FA, "title_en": def.Title.EN}, Key: "filing.mended:" + f.ID + ":" + round,
	})
	if err != nil {
		return err
	}
	if err := s.d.Docket.MeetTx(ctx, tx, f.Owner, f.Case, f.mend.notice); err != nil {
		return err
	}
	return s.d.Jobs.PublishTx(ctx, tx, EventMended{Owner: f.Owner, Filing: f.ID, Round: f.Round, Case: f.Case, Unit: f.Unit, At: tx.Now()})
}

// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// subject binds a code to one mandate, whose terms do not change.
func (m Mandate) subject() string { return "mandate:" + m.ID }

// SendCode sends who gives a one-time code, to his own telephone. Errors are
// those of identity.SendCodeTx; errs.Conflict, code mandate.not_draft.
func (s *Service) SendCode(ctx context.Context, a policy.Actor, id string) (err error) {
	defer errs.Wrap(&err, "mandate.SendCode")
	m, err := s.draft(ctx, a, id)
	if err != nil {
		return err
	}
	if m.State != Draft {
		return errs.New(errs.Conflict, "mandate.not_draft")
	}
	p, err := s.d.Identity.Person(ctx, a.Person)
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		code, err := s.d.Identity.SendCodeTx(ctx, tx, identity.Code{
			Purpose: identity.ForMandate, Person: a.Person, Mobile: p.Mobile, Subject: m.subject(), Lang: p.Lang,
		})
		if err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlCode, m.Giver, m.ID, code)
	})
}

// Give offers a mandate to its taker, with the code. A second click finds it
// offered.
func (s *Service) Give(ctx context.Context, a policy.Actor, id, code string) (_ Mandate, err error) {
	defer errs.Wrap(&err, "mandate.Give")
	m, err := s.draft(ctx, a, id)
	if err != nil || m.State == Offered || m.State == Active {
		return m, err
	}
	if m.State != Draft {
		return m, errs.New(errs.Conflict, "mandate.not_draft")
	}
	if m.code == "" {
		return m, errs.InvalidFields([]errs.Field{{Name: "code", Code: "mandate.code_not_sent"}})
	}
	if err := s.d.Identity.CheckCode(ctx, m.code, m.subject(), code); err != nil {
		return m, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		if err := s.d.Identity.KnownTx(ctx, tx, a, level.GiveMandate, s.d.Levels.Of(level.GiveMandate, s.today())); err != nil {
			return err
		}
		if err := s.d.Identity.UseCodeTx(ctx, tx, m.code); err != nil {
			return err
		}
		evidence, err := s.stage(ctx, tx, "mandate.given", m, a, map[string]string{"signature_method": "sms-code", "signature_code_id": m.code})
		if err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, sqlOffer, m.Giver, m.ID, store.At(tx.Now()), evidence); err != nil {
			return err
		}
		if err := store.Insert(ctx, tx, "identity_mandate_of", ofRow{Taker: m.Taker, Mandate: m.ID, Giver: m.Giver}); err != nil {
			return err
		}
		return s.tellTx(ctx, tx, m, m.Taker, "offered")
	})
	if err != nil { // a second click: show what the first did
		if now, rerr := read(ctx, s.d.DB, m.Giver, m.ID); rerr == nil && now.State == Offered {
			return now, nil
		}
		return m, err
	}
	return read(ctx, s.d.DB, m.Giver, m.ID)
}

// draft is a mandate that the actor may give.
func (s *Service) draft(ctx context.Context, a policy.Actor, id string) (Mandate, error) {
	m, err := find(ctx, s.d.DB, a, id)
	if err == nil {
		err = s.mayChange(a, "mandate.give", m)
	}
	if err == nil {
		err = s.known(a)
	}
	return m, err
}

// known refuses a giver who is not known surely enough to let others act.
func (s *Service) known(a policy.Actor) error {
	return s.d.Levels.Check(a, level.GiveMandate, s.today())
}

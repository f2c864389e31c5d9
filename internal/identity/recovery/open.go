// SPDX-License-Identifier: Apache-2.0

package recovery

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Open opens a request for the account of a known registration, and has the
// owner told. Doing it twice opens one. errs.Conflict: identity.register.step;
// recovery.simple, nothing is needed here; recovery.closed, only an office helps.
func (s *Service) Open(ctx context.Context, regID string) (_ Request, err error) {
	defer errs.Wrap(&err, "recovery.Open")
	reg, p, err := s.d.Identity.KnownRegistration(ctx, regID)
	if err != nil {
		return Request{}, err
	}
	var r Request
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := s.caseOf(ctx, tx, reg, p)
		switch {
		case err != nil:
			return err
		case c.Simple:
			return errs.New(errs.Conflict, "recovery.simple")
		case c.Request.ID != "":
			r = c.Request
			return nil
		}
		now := tx.Now()
		row := requestRow{
			Person: c.Person.ID, ID: id.New(), Number: newNumber(), Mobile: c.Registration.Mobile, Email: c.Registration.Email, Lang: c.Registration.Lang,
			State: Waiting, Created: store.At(now), Ready: store.At(now.Add(s.d.Wait)),
		}
		if c.Closed { // an office may still prove it; waiting leads nowhere
			row.Ready = store.At(never)
		}
		if s.d.Wait <= remindBefore || c.Closed {
			row.Reminded = store.At(now)
		}
		if err := store.Insert(ctx, tx, "identity_recover", row); err != nil {
			return err
		}
		for _, key := range []string{by("stop", s.stopToken(row.ID)), by("number", row.Number)} {
			if err := store.Insert(ctx, tx, "identity_by_recover", byRow{key, row.Person, row.ID}); err != nil {
				return err
			}
		}
		r = row.request()
		facts := map[string]any{"contact_changed": !c.Registration.Reaches(c.Person), "ready": r.Ready.UTC().Format(time.RFC3339)}
		if err := s.stage(ctx, tx, "identity.recovery_opened", r, policy.Actor{}, facts); err != nil {
			return err
		}
		return s.tellAllTx(ctx, tx, c.Person, r, "opened")
	})
	if errs.Is(err, errs.Conflict) { // the other half of a double click was faster
		if c, cerr := s.Case(ctx, regID); cerr == nil && c.Request.ID != "" {
			return c.Request, nil
		}
	}
	return r, err
}

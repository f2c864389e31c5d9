// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Approve lets the person of the actor, who signed in at signedIn, go on to the
// site, and gives the address with the code. allowed are the sensitive scopes
// that they ticked; what was asked for beside those is given with the consent
// itself. errs.Conflict, code identity.sso.gone: the request is over, or belongs
// to another session. Doing it twice in one session gives a new code.
func (s *Service) Approve(ctx context.Context, a policy.Actor, r Request, allowed []Scope, signedIn time.Time) (back string, err error) {
	defer errs.Wrap(&err, "sso.Approve")
	if err := s.d.Policy.Check(a, "identity.sso_consent", consentOf(a.Person)); err != nil {
		return "", err
	}
	if a.Session == "" {
		return "", errs.New(errs.Unauthenticated, "")
	}
	granted := slices.DeleteFunc(slices.Clone(r.Scopes), func(sc Scope) bool { return sc.Sensitive() && !slices.Contains(allowed, sc) })
	code, fresh := id.Secret(32), id.Secret(24)
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := tx.Now()
		subject, err := s.subjectTx(ctx, tx, a.Person, r.Client.Sector, fresh)
		if err != nil {
			return err
		}
		// First, so that the other half of a double click waits here.
		err = tx.ExecOne(ctx, sqlDone, r.ID, a.Person, a.Session, join(granted), a.Role, a.Unit, a.Branch, subject, a.Assurance,
			store.At(signedIn), store.At(now), hash(code), store.At(now.Add(codeLife)))
		if err != nil {
			return err
		}
		return s.consentTx(ctx, tx, a, r, granted)
	})
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "identity.sso.gone").Because(err)
	}
	if err != nil {
		return "", err
	}
	return s.back(r.row.Redirect, r.row.State, "code", code), nil
}

// subjectTx is how the sector knows the person; fresh is what it will be called
// if it does not yet.
func (s *Service) subjectTx(ctx context.Context, tx *store.Tx, person, sector, fresh string) (string, error) {
	if err := tx.Exec(ctx, sqlAddSubject, person, sector, fresh); err != nil {
		return "", err
	}
	return store.One[string](ctx, tx, sqlSubject, person, sector)
}

// consentTx writes the person's word. What was asked about stays answered until
// they end it.
func (s *Service) consentTx(ctx context.Context, tx *store.Tx, a policy.Actor, r Request, granted []Scope) error {
	now := store.At(tx.Now())
	before, found, err := store.Find[consentRow](ctx, tx, sqlConsent, a.Person, r.Client.ID)
	if err != nil {
		return err
	}
	row := consentRow{Person: a.Person, Client: r.Client.ID, Given: join(granted), Asked: join(r.Scopes), First: now, Used: now}
	if found && before.Ended.IsZero() {
		// What this request did not ask about keeps its answer.
		kept := slices.DeleteFunc(scopes(before.Given), func(sc Scope) bool { return slices.Contains(r.Scopes, sc) })
		row.Given, row.Asked, row.First = join(either(kept, granted)), join(either(scopes(before.Asked), r.Scopes)), before.First
	}
	if found {
		if err := tx.ExecOne(ctx, sqlSetConsent, row.Person, row.Client, row.Given, row.Asked, row.First, row.Used); err != nil {
			return err
		}
		if before.Ended.IsZero() && before.Given == row.Given && before.Asked == row.Asked {
			return nil
		}
	} else if err := store.Insert(ctx, tx, "identity_sso_consent", row); err != nil {
		return err
	}
	return s.stage(ctx, tx, "identity.sso_consented", a.Person, r.Client.ID, a, map[string]any{
		"person": a.Person, "client": r.Client.ID, "scopes": row.Given,
	})
}

// Refuse ends a request and gives the address that tells the site why: reason
// is an error of OpenID Connect.
func (s *Service) Refuse(ctx context.Context, a policy.Actor, r Request, reason string) (back string, err error) {
	defer errs.Wrap(&err, "sso.Refuse")
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.ExecOne(ctx, sqlRefused, r.ID, a.Person, a.Session, store.At(tx.Now()))
	})
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "identity.sso.gone").Because(err)
	}
	return s.back(r.row.Redirect, r.row.State, "error", reason), err
}

// Consent is what a person allows a site.
type Consent struct {
	Client Client
	Given  []Scope
	First  time.Time
	Used   time.Time // last sign-in there, or last token
}

// Consents lists the sites that the actor allowed, the last used first.
func (s *Service) Consents(ctx context.Context, a policy.Actor) (_ []Consent, err error) {
	defer errs.Wrap(&err, "sso.Consents")
	if err := s.d.Policy.Check(a, "identity.sso_consent", consentOf(a.Person)); err != nil {
		return nil, err
	}
	rows, err := store.All[consentRow](ctx, s.d.DB, sqlConsents, a.Person)
	if err != nil {
		return nil, err
	}
	var out []Consent
	for _, r := range rows {
		row, found, err := store.Find[clientRow](ctx, s.d.DB, sqlClient, r.Client)
		if err != nil {
			return nil, err
		}
		if found {
			out = append(out, Consent{Client: row.client(), Given: scopes(r.Given), First: r.First.Time, Used: r.Used.Time})
		}
	}
	return out, nil
}

// EndConsent ends all that a site has of the actor; it bites at its next call.
// errs.Conflict, code identity.sso.apps.gone: it has nothing.
func (s *Service) EndConsent(ctx context.Context, a policy.Actor, clientID string) (err error) {
	defer errs.Wrap(&err, "sso.EndConsent")
	if err := s.d.Policy.Check(a, "identity.sso_consent", consentOf(a.Person)); err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, sqlEndConsent, a.Person, clientID, store.At(tx.Now())); err != nil {
			return err
		}
		if err := tx.Exec(ctx, sqlEndGrants, a.Person, clientID, store.At(tx.Now()), "consent"); err != nil {
			return err
		}
		return s.stage(ctx, tx, "identity.sso_consent_ended", a.Person, clientID, a, map[string]any{"person": a.Person, "client": clientID})
	})
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "identity.sso.apps.gone").Because(err)
	}
	return err
}

// seenBy writes into the person's log of accesses that a site got something.
func (s *Service) seenBy(ctx context.Context, tx *store.Tx, c Client, person, what string) error {
	return s.d.Identity.RecordAccessesTx(ctx, tx, []identity.Access{{
		Subject: person, By: policy.Actor{Role: policy.System, Name: c.NameFA}, What: what, Why: "identity.sso.access.why", Object: c.ID,
	}})
}

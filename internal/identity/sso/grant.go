// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"
	"errors"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Kinds of tokens.
const (
	kindAccess  = "access"
	kindRefresh = "refresh"
)

// Why a grant has ended.
const (
	endedReplay  = "replay" // a code or refresh token came twice: one of the two is a thief
	endedRevoked = "revoked"
	endedSignOut = "signed out"
)

// issue exchanges a code: it makes the grant and its first tokens. Exactly one
// of two that come with the same code gets them.
func (s *Service) issue(ctx context.Context, r requestRow, withRefresh bool) (access, refresh string, life time.Duration, err error) {
	defer errs.Wrap(&err, "sso.issue")
	c, err := s.client(ctx, s.d.DB, r.Client)
	if err != nil {
		return "", "", 0, err
	}
	g := grantRow{
		Person: r.Person, ID: id.New(), Client: r.Client, Scopes: r.Granted, Subject: r.Subject, Role: r.Role, Unit: r.Unit, Branch: r.Branch,
		Level: r.GivenLevel, Auth: r.Auth,
	}
	access, refresh = id.Secret(24), secretOf(withRefresh)
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := tx.Now()
		g.Created, g.Expires = store.At(now), store.At(now.Add(grantLife))
		if err := tx.ExecOne(ctx, sqlUseCode, r.ID, store.At(now), g.ID); err != nil {
			return err
		}
		if err := store.Insert(ctx, tx, "identity_sso_grant", g); err != nil {
			return err
		}
		return s.tokensTx(ctx, tx, c, g, g.Scopes, access, refresh)
	})
	if errs.Is(err, errs.Conflict) { // somebody was faster with this code
		err = errors.Join(s.endGrantOf(ctx, r.ID), oidc.ErrInvalidGrant().WithDescription("invalid code"))
	}
	return access, refresh, accessLife, err
}

// endGrantOf ends what a code was exchanged for.
func (s *Service) endGrantOf(ctx context.Context, requestID string) error {
	r, found, err := store.Find[requestRow](ctx, s.d.DB, sqlRequest, requestID)
	if err != nil || !found || r.Grant == "" {
		return err
	}
	return s.endGrant(ctx, r.Person, r.Grant, endedReplay)
}

func (s *Service) endGrant(ctx context.Context, person, grant, why string) error {
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlEndGrant, person, grant, store.At(tx.Now()), why)
	})
}

// renew replaces a refresh token. A token that was replaced before ends the
// grant: either its thief or its owner has used it already.
func (s *Service) renew(ctx context.Context, t tokenRow, g grantRow, scopes, before string) (access, refresh string, life time.Duration, err error) {
	defer errs.Wrap(&err, "sso.renew")
	c, err := s.client(ctx, s.d.DB, g.Client)
	if err != nil {
		return "", "", 0, err
	}
	access, refresh = id.Secret(24), secretOf(true)
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, sqlUseToken, hash(before), store.At(tx.Now())); err != nil {
			return err
		}
		g := g
		g.Scopes = t.Scopes // a narrower access token leaves the refresh token what it is
		return s.tokensTx(ctx, tx, c, g, scopes, access, refresh)
	})
	if errs.Is(err, errs.Conflict) {
		err = errors.Join(s.endGrant(ctx, g.Person, g.ID, endedReplay), oidc.ErrInvalidGrant().WithDescription("invalid refresh token"))
	}
	return access, refresh, accessLife, err
}

func secretOf(wanted bool) string {
	if !wanted {
		return ""
	}
	return "tarazu_ref_" + id.Secret(32)
}

// tokensTx writes tokens and that the site got them.
func (s *Service) tokensTx(ctx context.Context, tx *store.Tx, c Client, g grantRow, scopes, access, refresh string) error {
	now := tx.Now()
	rows := []tokenRow{{ID: access, Kind: kindAccess, Person: g.Person, Grant: g.ID, Scopes: scopes, Created: store.At(now), Expires: store.At(now.Add(accessLife))}}
	if refresh != "" {
		until := now.Add(refreshLife)
		if g.Expires.Before(until) {
			until = g.Expires.Time
		}
		rows = append(rows, tokenRow{ID: hash(refresh), Kind: kindRefresh, Person: g.Person, Grant: g.ID, Scopes: g.Scopes, Created: store.At(now), Expires: store.At(until)})
	}
	for _, row := range rows {
		if err := store.Insert(ctx, tx, "identity_sso_token", row); err != nil {
			return err
		}
	}
	if err := tx.Exec(ctx, sqlTouchConsent, g.Person, g.Client, store.At(now)); err != nil {
		return err
	}
	return s.seenBy(ctx, tx, c, g.Person, "identity.sso.access.token")
}

// errOver says that a token is worth nothing, whatever the reason.
var errOver = errs.New(errs.NotFound, "identity.sso.gone")

// living finds a token with its grant, if all holds on which it rests: itself,
// the grant, the site, the person's account and password. A refresh token that
// was used before ends the grant.
func (s *Service) living(ctx context.Context, tokenID, kind string) (t tokenRow, g grantRow, c Client, err error) {
	defer errs.Wrap(&err, "sso.living")
	t, found, err := store.Find[tokenRow](ctx, s.d.DB, sqlToken, tokenID, kind)
	if err != nil || !found {
		return t, g, c, errors.Join(err, errOver)
	}
	if kind == kindRefresh && !t.Used.IsZero() {
		return t, g, c, errors.Join(s.endGrant(ctx, t.Person, t.Grant, endedReplay), errOver)
	}
	if g, found, err = store.Find[grantRow](ctx, s.d.DB, sqlGrant, t.Person, t.Grant); err != nil || !found {
		return t, g, c, errors.Join(err, errOver)
	}
	now := s.d.Clock.Now()
	if !t.Revoked.IsZero() || !now.Before(t.Expires.Time) || !g.Ended.IsZero() || !now.Before(g.Expires.Time) {
		return t, g, c, errOver
	}
	if c, err = s.client(ctx, s.d.DB, g.Client); err != nil {
		return t, g, c, err
	}
	renewed, found, err := store.Find[store.Time](ctx, s.d.DB, sqlRenewed, g.Person)
	if err != nil || !found || renewed.After(g.Created.Time) {
		return t, g, c, errors.Join(err, errOver)
	}
	_, err = s.d.Identity.Actor(ctx, g.Person, "") // whoever may not enter here does not enter there
	return t, g, c, err
}

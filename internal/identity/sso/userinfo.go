// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// tokenID reads an access token: the id of its row, with the subject beside it,
// sealed.
func (s *Service) tokenID(token string) (id, subject string, ok bool) {
	plain, err := s.provider.Crypto().Decrypt(token)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(plain, ":")
}

// Userinfo is what the holder of an access token may know of its person now, by
// the names of OpenID Connect Core section 5.1 and, for what those do not have,
// our own. The reading is recorded first. errs.Unauthenticated: the token is
// worth nothing.
func (s *Service) Userinfo(ctx context.Context, token string) (_ map[string]any, err error) {
	defer errs.Wrap(&err, "sso.Userinfo")
	tokenID, subject, ok := s.tokenID(token)
	if !ok {
		return nil, errs.New(errs.Unauthenticated, "")
	}
	t, g, c, err := s.living(ctx, tokenID, kindAccess)
	if unknown(err) || err == nil && g.Subject != subject {
		return nil, errs.New(errs.Unauthenticated, "").Because(err)
	}
	if err != nil {
		return nil, err
	}
	p, err := s.d.Identity.Person(ctx, g.Person)
	if err != nil {
		return nil, err
	}
	info := map[string]any{"sub": g.Subject}
	for _, scope := range scopes(t.Scopes) {
		switch scope {
		case Profile:
			info["name"], info["given_name"], info["family_name"] = p.Name(), p.FirstName, p.LastName
		case Assurance:
			info["assurance_level"] = p.Assurance
		case Capacity:
			if info["capacity"], err = s.capacity(ctx, g); err != nil {
				return nil, err
			}
		case Phone:
			if p.Mobile != "" { // a code proved it
				info["phone_number"], info["phone_number_verified"] = p.Mobile, true
			}
		case Email:
			if p.Email != "" { // nobody has checked it
				info["email"], info["email_verified"] = p.Email, false
			}
		case NationalCode:
			info["national_code"] = p.NationalCode
		}
	}
	err = s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error { return s.seenBy(ctx, tx, c, g.Person, "identity.sso.access.userinfo") })
	return info, err
}

// unknown tells that err is about the token and not about us.
func unknown(err error) bool {
	return slices.Contains([]errs.Kind{errs.NotFound, errs.Unauthenticated, errs.Forbidden}, errs.KindOf(err)) && err != nil
}

// capacity is the capacity in which the person signed in, if it still holds;
// else they are a citizen like everybody.
func (s *Service) capacity(ctx context.Context, g grantRow) (map[string]string, error) {
	citizen := map[string]string{"role": string(policy.Citizen)}
	if g.Role == policy.Citizen {
		return citizen, nil
	}
	all, err := s.d.Identity.Capacities(ctx, g.Person)
	today := civil.Of(s.d.Clock.Now())
	for _, k := range all {
		if k.Holds(today) && k.Role == g.Role && k.Unit == g.Unit && k.Branch == g.Branch {
			return map[string]string{"role": string(k.Role), "unit": k.Unit, "branch": k.Branch, "title": k.TitleFA}, nil
		}
	}
	return citizen, err
}

// Introspection is what is said of a token (RFC 7662 section 2.2).
type Introspection struct {
	Active   bool   `json:"active"`
	Scope    string `json:"scope,omitempty"`
	Client   string `json:"client_id,omitempty"`
	Subject  string `json:"sub,omitempty"`
	Issuer   string `json:"iss,omitempty"`
	Audience string `json:"aud,omitempty"`
	Expires  int64  `json:"exp,omitempty"`
	Issued   int64  `json:"iat,omitempty"`
	ACR      string `json:"acr,omitempty"`
	Kind     string `json:"token_type,omitempty"`
}

// Introspect says what a token of the asking site is worth. Of tokens of others
// it says what it says of nonsense.
func (s *Service) Introspect(ctx context.Context, clientID, token string) (_ Introspection, err error) {
	defer errs.Wrap(&err, "sso.Introspect")
	tokenID, kind, shown := hash(token), kindRefresh, ""
	if access, _, ok := s.tokenID(token); ok {
		tokenID, kind, shown = access, kindAccess, "Bearer"
	}
	// Found first without living: a look at a refresh token that was used is no
	// use of it.
	t, found, err := store.Find[tokenRow](ctx, s.d.DB, sqlToken, tokenID, kind)
	if err != nil || !found || !t.Used.IsZero() {
		return Introspection{}, err
	}
	t, g, c, err := s.living(ctx, tokenID, kind)
	if unknown(err) || err == nil && c.ID != clientID {
		return Introspection{}, nil
	}
	return Introspection{
		Active: err == nil, Scope: t.Scopes, Client: c.ID, Subject: g.Subject, Issuer: s.d.BaseURL, Audience: c.ID,
		Expires: s.outward(t.Expires.Time).Unix(), Issued: s.outward(t.Created.Time).Unix(), ACR: acr(g.Level), Kind: shown,
	}, err
}

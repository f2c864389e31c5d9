// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// provider is what the library asks us. The browser's part of a sign-in goes
// through our own pages; of the library's endpoints those of programs are used.
type provider struct{ *Service }

var errUnused = errors.New("sso: not a way we go")

// codeRequest is an allowed request whose code came to be exchanged
// (op.AuthRequest).
type codeRequest struct {
	requestRow
	auth time.Time
}

func (r codeRequest) GetID() string                    { return r.ID }
func (r codeRequest) GetACR() string                   { return acr(r.GivenLevel) }
func (r codeRequest) GetAMR() []string                 { return nil }
func (r codeRequest) GetAudience() []string            { return []string{r.Client} }
func (r codeRequest) GetAuthTime() time.Time           { return r.auth }
func (r codeRequest) GetClientID() string              { return r.Client }
func (r codeRequest) GetNonce() string                 { return r.Nonce }
func (r codeRequest) GetRedirectURI() string           { return r.Redirect }
func (r codeRequest) GetScopes() []string              { return strings.Fields(r.Granted) }
func (r codeRequest) GetState() string                 { return r.State }
func (r codeRequest) GetSubject() string               { return r.Subject }
func (r codeRequest) Done() bool                       { return !r.requestRow.Done.IsZero() }
func (codeRequest) GetResponseMode() oidc.ResponseMode { return oidc.ResponseModeQuery }
func (codeRequest) GetResponseType() oidc.ResponseType { return oidc.ResponseTypeCode }
func (r codeRequest) GetCodeChallenge() *oidc.CodeChallenge {
	return &oidc.CodeChallenge{Challenge: r.Challenge, Method: oidc.CodeChallengeMethodS256}
}

// refreshRequest is a refresh token that came (op.RefreshTokenRequest).
type refreshRequest struct {
	token  tokenRow
	grant  grantRow
	scopes []string
	auth   time.Time
}

func (r *refreshRequest) GetAMR() []string                 { return nil }
func (r *refreshRequest) GetAudience() []string            { return []string{r.grant.Client} }
func (r *refreshRequest) GetAuthTime() time.Time           { return r.auth }
func (r *refreshRequest) GetClientID() string              { return r.grant.Client }
func (r *refreshRequest) GetScopes() []string              { return r.scopes }
func (r *refreshRequest) GetSubject() string               { return r.grant.Subject }
func (r *refreshRequest) SetCurrentScopes(scopes []string) { r.scopes = scopes }

// AuthRequestByCode finds what a code stands for. One that was exchanged before
// ends what it was exchanged for.
func (p provider) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	r, found, err := store.Find[requestRow](ctx, p.d.DB, sqlRequestOfCode, hash(code))
	switch {
	case err != nil:
		return nil, err
	case !found || code == "":
		return nil, errOver
	case !r.Used.IsZero():
		return nil, errors.Join(p.endGrant(ctx, r.Person, r.Grant, endedReplay), errOver)
	case !p.d.Clock.Now().Before(r.CodeUntil.Time):
		return nil, errOver
	}
	return codeRequest{r, p.outward(r.Auth.Time)}, nil
}

// CreateAccessToken exchanges a code for an access token alone.
func (p provider) CreateAccessToken(ctx context.Context, request op.TokenRequest) (string, time.Time, error) {
	r, ok := request.(codeRequest)
	if !ok {
		return "", time.Time{}, errUnused
	}
	access, _, life, err := p.issue(ctx, r.requestRow, false)
	return access, time.Now().Add(life), err
}

// CreateAccessAndRefreshTokens exchanges a code, or a refresh token.
func (p provider) CreateAccessAndRefreshTokens(ctx context.Context, request op.TokenRequest, current string) (string, string, time.Time, error) {
	var access, refresh string
	var life time.Duration
	var err error
	switch r := request.(type) {
	case codeRequest:
		access, refresh, life, err = p.issue(ctx, r.requestRow, true)
	case *refreshRequest:
		access, refresh, life, err = p.renew(ctx, r.token, r.grant, strings.Join(r.scopes, " "), current)
	default:
		err = errUnused
	}
	return access, refresh, time.Now().Add(life), err
}

// TokenRequestByRefreshToken finds what a refresh token stands for.
func (p provider) TokenRequestByRefreshToken(ctx context.Context, token string) (op.RefreshTokenRequest, error) {
	t, g, _, err := p.living(ctx, hash(token), kindRefresh)
	if err != nil {
		return nil, err
	}
	return &refreshRequest{token: t, grant: g, scopes: strings.Fields(t.Scopes), auth: p.outward(g.Auth.Time)}, nil
}

// GetRefreshTokenInfo tells whether a token to be revoked is a refresh token.
func (p provider) GetRefreshTokenInfo(ctx context.Context, _ string, token string) (string, string, error) {
	t, found, err := store.Find[tokenRow](ctx, p.d.DB, sqlToken, hash(token), kindRefresh)
	if err == nil && !found {
		err = op.ErrInvalidRefreshToken
	}
	return "", t.ID, err
}

// RevokeToken ends an access token, or with a refresh token the whole grant. A
// token that we do not know is none any more (RFC 7009 section 2.2); one of
// another site stays (section 2.1).
func (p provider) RevokeToken(ctx context.Context, tokenID, _ string, clientID string) *oidc.Error {
	for _, kind := range []string{kindRefresh, kindAccess} {
		t, found, err := store.Find[tokenRow](ctx, p.d.DB, sqlToken, tokenID, kind)
		if err != nil {
			return oidc.ErrServerError().WithParent(err)
		}
		if !found {
			continue
		}
		g, err := store.One[grantRow](ctx, p.d.DB, sqlGrant, t.Person, t.Grant)
		if err != nil {
			return oidc.ErrServerError().WithParent(err)
		}
		if g.Client != clientID {
			return oidc.ErrInvalidClient().WithDescription("token was not issued for this client")
		}
		if kind == kindRefresh {
			err = p.endGrant(ctx, g.Person, g.ID, endedRevoked)
		} else {
			err = p.d.DB.WriteBlind(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlRevokeToken, t.ID, store.At(tx.Now())) })
		}
		if err != nil {
			return oidc.ErrServerError().WithParent(err)
		}
	}
	return nil
}

// GetClientByClientID finds a site.
func (p provider) GetClientByClientID(ctx context.Context, clientID string) (op.Client, error) {
	c, err := p.client(ctx, p.d.DB, clientID)
	if errs.Is(err, errs.NotFound) {
		return nil, oidc.ErrInvalidClient().WithDescription("unknown client").WithParent(err)
	}
	return opClient{c}, err
}

// AuthorizeClientIDSecret checks a site's secret.
func (p provider) AuthorizeClientIDSecret(ctx context.Context, clientID, secret string) error {
	c, err := p.client(ctx, p.d.DB, clientID)
	if err == nil && !c.authentic(secret) {
		err = errs.New(errs.Unauthenticated, "")
	}
	return err
}

// SigningKey is the key that signs now.
func (p provider) SigningKey(ctx context.Context) (op.SigningKey, error) { return p.current(ctx) }

// SignatureAlgorithms are those of our keys.
func (provider) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

// KeySet is what sites trust.
func (p provider) KeySet(ctx context.Context) ([]op.Key, error) {
	keys, err := p.read(ctx)
	out := make([]op.Key, len(keys))
	for i, k := range keys {
		out[i] = publicKey{k}
	}
	return out, err
}

// DeleteAuthRequest does nothing: the request stays for as long as its code
// could come again.
func (provider) DeleteAuthRequest(context.Context, string) error { return nil }

// SetUserinfoFromScopes adds nothing to an ID token: what a site may know of a
// person it reads, and the reading is recorded.
func (provider) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}

// What follows belongs to ways that we do not go.

// CreateAuthRequest is unused, see Begin.
func (provider) CreateAuthRequest(context.Context, *oidc.AuthRequest, string) (op.AuthRequest, error) {
	return nil, errUnused
}

// AuthRequestByID is unused, see Request.
func (provider) AuthRequestByID(context.Context, string) (op.AuthRequest, error) {
	return nil, errUnused
}

// SaveAuthCode is unused, see Approve.
func (provider) SaveAuthCode(context.Context, string, string) error { return errUnused }

// TerminateSession is unused, see SignOut.
func (provider) TerminateSession(context.Context, string, string) error { return errUnused }

// SetUserinfoFromToken is unused, see Userinfo.
func (provider) SetUserinfoFromToken(context.Context, *oidc.UserInfo, string, string, string) error {
	return errUnused
}

// SetIntrospectionFromToken is unused, see introspect.
func (provider) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errUnused
}

// GetPrivateClaimsFromScopes is unused: access tokens carry nothing.
func (provider) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, errUnused
}

// GetKeyByIDAndClientID is unused: no site signs what it sends.
func (provider) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errUnused
}

// ValidateJWTProfileScopes is unused.
func (provider) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errUnused
}

// Health is asked elsewhere.
func (provider) Health(context.Context) error { return nil }

// opClient is a site as the library sees it.
type opClient struct{ Client }

func (c opClient) GetID() string                    { return c.ID }
func (c opClient) RedirectURIs() []string           { return c.Redirects }
func (c opClient) PostLogoutRedirectURIs() []string { return c.Logouts }

// ApplicationType is never native: the library would let such a site come back
// to any port of this machine.
func (c opClient) ApplicationType() op.ApplicationType {
	if c.Public {
		return op.ApplicationTypeUserAgent
	}
	return op.ApplicationTypeWeb
}

// DevMode lets an address be http: which may was decided when it was registered
// (Service.site).
func (opClient) DevMode() bool { return true }

func (c opClient) AuthMethod() oidc.AuthMethod {
	if c.Public {
		return oidc.AuthMethodNone
	}
	return oidc.AuthMethodBasic
}

func (opClient) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

func (opClient) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
}
func (opClient) LoginURL(string) string              { return "" }
func (opClient) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeBearer }
func (opClient) IDTokenLifetime() time.Duration      { return idLife }
func (c opClient) IsScopeAllowed(scope string) bool {
	return strings.Contains(" "+join(c.Scopes)+" ", " "+scope+" ")
}
func (opClient) IDTokenUserinfoClaimsAssertion() bool { return false }
func (opClient) ClockSkew() time.Duration             { return 0 }
func (opClient) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return func([]string) []string { return nil }
}
func (opClient) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func([]string) []string { return nil }
}

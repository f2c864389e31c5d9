// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// acrPrefix begins the names of the levels of proof (acr): urn:tarazu:acr:2.
const acrPrefix = "urn:tarazu:acr:"

func acr(level int64) string { return acrPrefix + strconv.FormatInt(level, 10) }

// levels are those that a site can ask for.
const mostLevel = 3

// Errors that go to the site, beside those of RFC 6749 section 4.1.2.1 and
// OpenID Connect Core section 3.1.2.6.
const (
	accessDenied    = "access_denied"
	loginRequired   = "login_required"
	consentRequired = "consent_required"
	levelUnmet      = "unmet_authentication_requirements"
)

// maxParameter bounds each of what a site sends, in bytes.
const maxParameter = 2000

// Request is a sign-in at a site under way.
type Request struct {
	ID      string
	Client  Client
	Scopes  []Scope
	Level   int // of proof that the site asks for
	Created time.Time
	Silent  bool // nothing may be shown (prompt=none)

	row requestRow
}

// Begin takes what a site sent a browser with to /oidc/authorize. back is where
// to send the browser instead if the request is wrong and the address to come
// back to is known to be the site's; if it is not, the answer is errs.Invalid,
// and nothing is sent anywhere.
func (s *Service) Begin(ctx context.Context, q url.Values) (_ Request, back string, err error) {
	defer errs.Wrap(&err, "sso.Begin")
	for _, list := range q {
		if len(list) > 1 || len(list[0]) > maxParameter {
			return Request{}, "", errs.New(errs.Invalid, "identity.sso.bad_link")
		}
	}
	ask := new(oidc.AuthRequest)
	if err := s.provider.Decoder().Decode(ask, q); err != nil {
		return Request{}, "", errs.New(errs.Invalid, "identity.sso.bad_link")
	}
	c, err := s.client(ctx, s.d.DB, ask.ClientID)
	if errs.Is(err, errs.NotFound) {
		return Request{}, "", errs.New(errs.Invalid, "identity.sso.unknown").Because(err)
	}
	if err != nil {
		return Request{}, "", err
	}
	hint, err := op.ValidateAuthRequestClient(op.ContextWithIssuer(ctx, s.d.BaseURL), ask, opClient{c}, s.provider.IDTokenHintVerifier(op.ContextWithIssuer(ctx, s.d.BaseURL)))
	if err == nil {
		err = strict(q, ask)
	}
	if fault, ok := errors.AsType[*oidc.Error](err); ok {
		if fault.IsRedirectDisabled() {
			return Request{}, "", errs.New(errs.Invalid, "identity.sso.bad_link").Because(err)
		}
		return Request{}, s.back(ask.RedirectURI, ask.State, "error", string(fault.ErrorType)), nil
	}
	if err != nil {
		return Request{}, "", err
	}
	row := requestRow{
		ID: id.Secret(24), Client: c.ID, Redirect: ask.RedirectURI, Scopes: join(both(scopes(strings.Join(ask.Scopes, " ")), c.Scopes)),
		State: ask.State, Nonce: ask.Nonce, Challenge: ask.CodeChallenge, Prompt: strings.Join(ask.Prompt, " "), MaxAge: -1,
		Level: levelOf(ask.ACRValues), Hint: hint,
	}
	if ask.MaxAge != nil {
		row.MaxAge = int64(min(*ask.MaxAge, 1<<31))
	}
	err = s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		row.Created, row.Expires = store.At(tx.Now()), store.At(tx.Now().Add(requestLife))
		return store.Insert(ctx, tx, "identity_sso_request", row)
	})
	return request(row, c), "", err
}

// strict refuses what the library would let through.
func strict(q url.Values, ask *oidc.AuthRequest) error {
	switch {
	case ask.ResponseMode != "" && ask.ResponseMode != oidc.ResponseModeQuery:
		return oidc.ErrInvalidRequest()
	case ask.RequestParam != "":
		return oidc.ErrRequestNotSupported()
	case q.Has("request_uri"):
		return &oidc.Error{ErrorType: "request_uri_not_supported"}
	case !slices.Contains(ask.Scopes, string(Openid)):
		return oidc.ErrInvalidScope()
	case ask.CodeChallengeMethod != oidc.CodeChallengeMethodS256, len(ask.CodeChallenge) != 43: // RFC 7636: SHA-256 in base64url
		return oidc.ErrInvalidRequest()
	}
	return nil
}

// levelOf is the lowest of the levels that a site would take; 0: any.
func levelOf(values []string) int64 {
	level := int64(-1)
	for _, v := range values {
		n, err := strconv.ParseInt(strings.TrimPrefix(v, acrPrefix), 10, 64)
		if strings.HasPrefix(v, acrPrefix) && err == nil && n >= 0 && n <= mostLevel && (level < 0 || n < level) {
			level = n
		}
	}
	return max(level, 0)
}

func request(row requestRow, c Client) Request {
	return Request{
		ID: row.ID, Client: c, Scopes: scopes(row.Scopes), Level: int(row.Level), Created: row.Created.Time,
		Silent: row.prompts(oidc.PromptNone), row: row,
	}
}

func (r requestRow) prompts(what string) bool { return slices.Contains(strings.Fields(r.Prompt), what) }

// Request finds a sign-in that is still under way. errs.NotFound, code
// identity.sso.gone: it took too long, or is over.
func (s *Service) Request(ctx context.Context, requestID string) (_ Request, err error) {
	defer errs.Wrap(&err, "sso.Request")
	row, found, err := store.Find[requestRow](ctx, s.d.DB, sqlRequest, requestID)
	if err != nil {
		return Request{}, err
	}
	over := !row.Used.IsZero() || !row.Done.IsZero() && row.Code == ""
	if !found || over || !s.d.Clock.Now().Before(row.Expires.Time) {
		return Request{}, errs.New(errs.NotFound, "identity.sso.gone")
	}
	c, err := s.client(ctx, s.d.DB, row.Client)
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "identity.sso.gone").Because(err)
	}
	return request(row, c), err
}

// back is the address of a site with an answer in it. The issuer goes along, so
// that a site that speaks with several providers cannot be made to mix them up
// (RFC 9207).
func (s *Service) back(redirect, state string, pairs ...string) string {
	u, err := url.Parse(redirect)
	if err != nil {
		return "" // cannot happen: it was compared with a checked one
	}
	q := u.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	if state != "" {
		q.Set("state", state)
	}
	q.Set("iss", s.d.BaseURL)
	u.RawQuery = q.Encode()
	return u.String()
}

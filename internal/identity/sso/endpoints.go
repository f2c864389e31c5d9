// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// The endpoints of programs. They stand beside the site: no session, no pages.
const (
	pathDiscovery  = "/.well-known/openid-configuration"
	pathToken      = "/oidc/token"
	pathUserinfo   = "/oidc/userinfo"
	pathIntrospect = "/oidc/introspect"
	pathRevoke     = "/oidc/revoke"
	pathKeys       = "/oidc/keys"
)

// maxEndpoint is the longest body of a request, in bytes.
const maxEndpoint = 16 << 10

// Endpoint is a path that programs of sites call.
type Endpoint struct {
	Pattern string
	Handler http.Handler
}

// Endpoints are what is to be mounted beside the site.
func (s *Service) Endpoints() []Endpoint {
	list := []struct {
		pattern string
		handle  http.HandlerFunc
	}{
		{"GET " + pathDiscovery, s.serveDiscovery},
		{"GET " + pathKeys, s.serveKeys},
		{"POST " + pathToken, s.serveToken},
		{"GET " + pathUserinfo, s.serveUserinfo},
		{"POST " + pathUserinfo, s.serveUserinfo},
		{"POST " + pathIntrospect, s.serveIntrospect},
		{"POST " + pathRevoke, func(w http.ResponseWriter, r *http.Request) { op.Revoke(w, r, s.provider) }},
		{"POST " + pathAuthorize, postToGet(pathAuthorize)},
		{"POST " + pathEndSession, postToGet(pathEndSession)},
	}
	out := make([]Endpoint, len(list))
	for i, e := range list {
		out[i] = Endpoint{e.pattern, s.outer(e.handle)}
	}
	return out
}

// outer is what surrounds an endpoint. Answers are kept nowhere unless they say
// otherwise, and nobody's page may read them.
func (s *Service) outer(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		r.Body = http.MaxBytesReader(w, r.Body, maxEndpoint)
		next(w, r.WithContext(op.ContextWithIssuer(r.Context(), s.d.BaseURL)))
	})
}

// postToGet serves sites that send a browser with a form (OpenID Connect Core
// section 3.1.2.1): the page is the one that GET has, where the session is.
func postToGet(path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, "the form cannot be read", http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, path+"?"+r.PostForm.Encode(), http.StatusSeeOther)
	}
}

// serveToken exchanges codes and refresh tokens, and nothing else.
func (s *Service) serveToken(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery != "" { // secrets do not stand in addresses
		op.RequestError(w, r, oidc.ErrInvalidRequest().WithDescription("parameters belong into the body"), nil)
		return
	}
	switch r.FormValue("grant_type") {
	case string(oidc.GrantTypeCode), string(oidc.GrantTypeRefreshToken), "":
		op.Exchange(w, r, s.provider)
	default:
		op.RequestError(w, r, oidc.ErrUnsupportedGrantType(), nil)
	}
}

func (s *Service) serveKeys(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	op.Keys(w, r, provider{s})
}

func (s *Service) serveUserinfo(w http.ResponseWriter, r *http.Request) {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found && r.Method == http.MethodPost && r.Header.Get("Authorization") == "" {
		_ = r.ParseForm() // what cannot be read holds no token
		token = r.PostForm.Get("access_token")
	}
	info, err := s.Userinfo(r.Context(), token)
	if errs.Is(err, errs.Unauthenticated) {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	s.answer(w, r, info, err)
}

func (s *Service) serveIntrospect(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	clientID, secret, basic := r.BasicAuth()
	if basic {
		clientID, secret = unescape(clientID), unescape(secret)
	} else {
		clientID, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	if err := (provider{s}).AuthorizeClientIDSecret(r.Context(), clientID, secret); unknown(err) {
		w.Header().Set("WWW-Authenticate", `Basic realm="oidc"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	} else if err != nil {
		s.answer(w, r, nil, err)
		return
	}
	said, err := s.Introspect(r.Context(), clientID, r.PostForm.Get("token"))
	s.answer(w, r, said, err)
}

// unescape reads one half of a basic authentication (RFC 6749 section 2.3.1).
func unescape(s string) string {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return plain
}

func (s *Service) answer(w http.ResponseWriter, r *http.Request, v any, err error) {
	if err != nil {
		s.d.Log.ErrorContext(r.Context(), "sso endpoint", "path", r.URL.Path, "error", err)
		w.WriteHeader(web.StatusOf(err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.d.Log.DebugContext(r.Context(), "answer not read to its end")
	}
}

// serveDiscovery says where everything is. The library would name ways that we
// do not go.
func (s *Service) serveDiscovery(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	at := func(path string) string { return s.d.BaseURL + path }
	s.answer(w, r, map[string]any{
		"issuer":                                         s.d.BaseURL,
		"authorization_endpoint":                         at(pathAuthorize),
		"token_endpoint":                                 at(pathToken),
		"userinfo_endpoint":                              at(pathUserinfo),
		"introspection_endpoint":                         at(pathIntrospect),
		"revocation_endpoint":                            at(pathRevoke),
		"end_session_endpoint":                           at(pathEndSession),
		"jwks_uri":                                       at(pathKeys),
		"scopes_supported":                               names(Scopes()),
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token"},
		"subject_types_supported":                        []string{"pairwise"},
		"id_token_signing_alg_values_supported":          []string{"RS256"},
		"token_endpoint_auth_methods_supported":          []string{"client_secret_basic", "client_secret_post", "none"},
		"revocation_endpoint_auth_methods_supported":     []string{"client_secret_basic", "client_secret_post", "none"},
		"introspection_endpoint_auth_methods_supported":  []string{"client_secret_basic", "client_secret_post"},
		"code_challenge_methods_supported":               []string{"S256"},
		"acr_values_supported":                           []string{acr(0), acr(1), acr(2), acr(3)},
		"claims_supported":                               []string{"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "name", "given_name", "family_name", "assurance_level", "capacity", "phone_number", "phone_number_verified", "email", "email_verified", "national_code"},
		"prompt_values_supported":                        []string{"none", "login", "consent", "select_account"},
		"ui_locales_supported":                           []string{"fa", "en"},
		"claims_parameter_supported":                     false,
		"request_parameter_supported":                    false,
		"request_uri_parameter_supported":                false,
		"authorization_response_iss_parameter_supported": true,
	}, nil)
}

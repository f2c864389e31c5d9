// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// The pages.
const (
	pathRegister = "/register"
	pathAbroad   = "/register/abroad"
	pathForeign  = "/register/foreign"
	pathCode     = "/register/code"
	pathResend   = "/register/resend"
	pathPassword = "/register/password"
	pathKnown    = "/register/known"
	pathWaiting  = "/register/waiting"
	pathContinue = "/register/continue"
	pathDone     = "/register/done"
	pathRestart  = "/register/restart"

	pathLogin       = web.LoginPath
	pathLoginCode   = "/login/code"
	pathLoginResend = "/login/resend"
	pathLoginKey    = "/login/passkey"
	pathLoginKeyAsk = "/login/passkey/begin"
	pathStepKey     = "/login/code/passkey"
	pathStepKeyAsk  = "/login/code/passkey/begin"

	pathAccount  = web.AccountPath
	pathSessions = "/account/sessions"
	pathTokens   = "/account/tokens"
	pathTokenEnd = "/account/tokens/end"
	pathApps     = "/account/apps"
	pathWays     = "/account/ways"
	pathKey      = "/account/ways/passkey"
	pathKeyAsk   = "/account/ways/passkey/begin"
	pathKeyName  = "/account/ways/passkey/name"
	pathKeyEnd   = "/account/ways/passkey/end"

	pathProve       = "/account/prove"
	pathProveCode   = "/account/prove/code"
	pathProveResend = "/account/prove/resend"
	pathProveKey    = "/account/prove/passkey"
	pathProveKeyAsk = "/account/prove/passkey/begin"

	pathCapacity  = level.CapacityPath
	pathEntity    = "/capacity/entity"
	pathMandates  = "/account/mandates"  // of package mandate
	pathAlerts    = "/account/alerts"    // of package alert
	pathShelter   = "/account/address"   // of package shelter
	pathResidence = "/account/residence" // of module docket
	pathData      = "/account/data"      // of package mydata
	pathLooks     = pathData + "/looks"  // of package mydata
	pathDemo      = "/demo/enter"
)

// Names of session values.
const (
	keyRegistration = "identity.registration"
	keyPerson       = "identity.login.person"
	keyCode         = "identity.login.code"
	keyNonce        = "identity.login.nonce"
	keyNext         = "identity.next"
	keyNote         = "identity.note"
	keySignedIn     = "identity.signed_in"
	keyProved       = "identity.proved"
	keyProveCode    = "identity.prove.code"
)

// maxForm is far above what any form of this module holds, in bytes.
const maxForm = 16 << 10

// Sessions is what the account page and a renewed password need of
// platform/web; *web.Server is one.
type Sessions interface {
	SessionsOf(ctx context.Context, person string) ([]web.Session, error)
	Revoke(ctx context.Context, person, session string) error
	RevokeAll(ctx context.Context, person, keep string) error
}

// UseSessions hands over the web server, which is made after this module
// because it asks it for actors. Call it once, before serving.
func (s *Service) UseSessions(list Sessions) { s.sessions = list }

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	list := []web.Route{
		{Method: http.MethodGet, Pattern: pathRegister, Roles: web.Anyone, Handle: s.showRegister},
		{Method: http.MethodPost, Pattern: pathRegister, Roles: web.Anyone, Handle: s.postRegister},
		{Method: http.MethodGet, Pattern: pathAbroad, Roles: web.Anyone, Handle: s.showRegisterAs(Abroad)},
		{Method: http.MethodPost, Pattern: pathAbroad, Roles: web.Anyone, Handle: s.postRegisterAs(Abroad)},
		{Method: http.MethodGet, Pattern: pathForeign, Roles: web.Anyone, Handle: s.showRegisterAs(Foreign)},
		{Method: http.MethodPost, Pattern: pathForeign, Roles: web.Anyone, Handle: s.postRegisterAs(Foreign)},
		{Method: http.MethodGet, Pattern: pathCode, Roles: web.Anyone, Handle: s.showCode},
		{Method: http.MethodPost, Pattern: pathCode, Roles: web.Anyone, Handle: s.postCode},
		{Method: http.MethodPost, Pattern: pathResend, Roles: web.Anyone, Handle: s.postResend},
		{Method: http.MethodGet, Pattern: pathPassword, Roles: web.Anyone, Handle: s.showPassword},
		{Method: http.MethodPost, Pattern: pathPassword, Roles: web.Anyone, Handle: s.postPassword},
		{Method: http.MethodGet, Pattern: pathKnown, Roles: web.Anyone, Handle: s.showKnown},
		{Method: http.MethodGet, Pattern: pathWaiting, Roles: web.Anyone, Handle: s.showWaiting},
		{Method: http.MethodGet, Pattern: pathContinue, Roles: web.Anyone, Handle: s.showReady},
		{Method: http.MethodGet, Pattern: pathContinue + "/{token}", Roles: web.Anyone, Handle: s.showInvited},
		{Method: http.MethodPost, Pattern: pathRestart, Roles: web.Anyone, Handle: s.postRestart},
		{Method: http.MethodGet, Pattern: pathDone, Roles: web.SignedIn, Handle: s.showDone},

		{Method: http.MethodGet, Pattern: pathLogin, Roles: web.Anyone, Handle: s.showLogin},
		{Method: http.MethodPost, Pattern: pathLogin, Roles: web.Anyone, Handle: s.postLogin},
		{Method: http.MethodGet, Pattern: pathLoginCode, Roles: web.Anyone, Handle: s.showLoginCode},
		{Method: http.MethodPost, Pattern: pathLoginCode, Roles: web.Anyone, Handle: s.postLoginCode},
		{Method: http.MethodPost, Pattern: pathLoginResend, Roles: web.Anyone, Handle: s.postLoginResend},
		{Method: http.MethodPost, Pattern: pathLoginKeyAsk, Roles: web.Anyone, Handle: s.postLoginKeyAsk},
		{Method: http.MethodPost, Pattern: pathLoginKey, Roles: web.Anyone, Handle: s.postLoginKey},
		{Method: http.MethodPost, Pattern: pathStepKeyAsk, Roles: web.Anyone, Handle: s.postStepKeyAsk},
		{Method: http.MethodPost, Pattern: pathStepKey, Roles: web.Anyone, Handle: s.postStepKey},

		{Method: http.MethodGet, Pattern: pathAccount, Roles: web.SignedIn, Handle: s.showAccount},
		{Method: http.MethodPost, Pattern: pathSessions, Roles: web.SignedIn, Handle: s.postSessions},
		{Method: http.MethodGet, Pattern: pathTokens, Roles: web.SignedIn, Handle: s.showTokens},
		{Method: http.MethodPost, Pattern: pathTokens, Roles: web.SignedIn, Handle: s.postToken},
		{Method: http.MethodPost, Pattern: pathTokenEnd, Roles: web.SignedIn, Handle: s.postTokenEnd},
		{Method: http.MethodGet, Pattern: pathWays, Roles: web.SignedIn, Handle: s.showWays},
		{Method: http.MethodGet, Pattern: pathOwnPassword, Roles: web.SignedIn, Handle: s.showOwnPassword},
		{Method: http.MethodPost, Pattern: pathOwnPassword, Roles: web.SignedIn, Handle: s.postOwnPassword},
		{Method: http.MethodPost, Pattern: pathKeyAsk, Roles: web.SignedIn, Handle: s.postKeyAsk},
		{Method: http.MethodPost, Pattern: pathKey, Roles: web.SignedIn, Handle: s.postKey},
		{Method: http.MethodPost, Pattern: pathKeyName, Roles: web.SignedIn, Handle: s.postKeyName},
		{Method: http.MethodPost, Pattern: pathKeyEnd, Roles: web.SignedIn, Handle: s.postKeyEnd},
		{Method: http.MethodGet, Pattern: pathApp, Roles: web.SignedIn, Handle: s.showApp},
		{Method: http.MethodPost, Pattern: pathApp, Roles: web.SignedIn, Handle: s.postApp},
		{Method: http.MethodPost, Pattern: pathAppEnd, Roles: web.SignedIn, Handle: s.postAppEnd},
		{Method: http.MethodPost, Pattern: pathRecoveryCodes, Roles: web.SignedIn, Handle: s.postRecoveryCodes},
		{Method: http.MethodGet, Pattern: pathLoginRecovery, Roles: web.Anyone, Handle: s.showLoginRecovery},
		{Method: http.MethodPost, Pattern: pathLoginRecovery, Roles: web.Anyone, Handle: s.postLoginRecovery},
		{Method: http.MethodPost, Pattern: pathSMSStep, Roles: web.SignedIn, Handle: s.postSMSStep},
		{Method: http.MethodPost, Pattern: pathDeviceName, Roles: web.SignedIn, Handle: s.postDeviceName},
		{Method: http.MethodPost, Pattern: pathDeviceEnd, Roles: web.SignedIn, Handle: s.postDeviceEnd},
		{Method: http.MethodGet, Pattern: pathProve, Roles: web.SignedIn, Handle: s.showProve},
		{Method: http.MethodPost, Pattern: pathProve, Roles: web.SignedIn, Handle: s.postProve},
		{Method: http.MethodGet, Pattern: pathProveCode, Roles: web.SignedIn, Handle: s.showProveCode},
		{Method: http.MethodPost, Pattern: pathProveCode, Roles: web.SignedIn, Handle: s.postProveCode},
		{Method: http.MethodPost, Pattern: pathProveResend, Roles: web.SignedIn, Handle: s.postProveResend},
		{Method: http.MethodPost, Pattern: pathProveKeyAsk, Roles: web.SignedIn, Handle: s.postProveKeyAsk},
		{Method: http.MethodPost, Pattern: pathProveKey, Roles: web.SignedIn, Handle: s.postProveKey},
		{Method: http.MethodGet, Pattern: pathCapacity, Roles: web.SignedIn, Handle: s.showCapacity},
		{Method: http.MethodPost, Pattern: pathCapacity, Roles: web.SignedIn, Handle: s.postCapacity},
		{Method: http.MethodGet, Pattern: pathEntity, Roles: web.SignedIn, Handle: s.showEntity},
		{Method: http.MethodPost, Pattern: pathEntity, Roles: web.SignedIn, Handle: s.postEntity},
	}
	list = append(list, s.claimRoutes()...)
	list = append(list, s.provisionalRoutes()...)
	if s.d.Demo {
		list = append(list, web.Route{Method: http.MethodPost, Pattern: pathDemo, Roles: web.Anyone, Handle: s.postDemo})
	}
	return list
}

// from is where the visitor of c comes from.
func from(c *web.Ctx) From { return From{Address: c.IP(), Nonce: c.Get(keyNonce)} }

// note has the next page of this module begin with the words of key: not good
// news (that is Flash), but what a person should know.
func note(c *web.Ctx, key string) { c.Put(keyNote, key) }

func takeNote(c *web.Ctx) string {
	key := c.Get(keyNote)
	if key != "" {
		c.Drop(keyNote)
	}
	return key
}

// enter signs a person in and goes where they wanted to go, or lets those who
// hold several capacities choose one first.
func (s *Service) enter(c *web.Ctx, person, capacity string) error {
	for _, key := range []string{keyRegistration, keyPerson, keyCode, keyNonce, keyNote} {
		c.Drop(key)
	}
	chosen := capacity != ""
	if !chosen {
		capacity = AsCitizen
	}
	if err := c.SignIn(person, capacity); err != nil {
		return err
	}
	if err := s.meet(c); err != nil {
		return err
	}
	c.Put(keySignedIn, strconv.FormatInt(c.Now().UnixMicro(), 10))
	proved(c)
	if p, err := s.Person(c.Context(), person); err == nil {
		c.SetZone(p.Zone)
	}
	if !chosen {
		more, err := s.holding(c, person)
		if err != nil {
			return err
		}
		if len(more) > 0 {
			return c.Redirect(pathCapacity)
		}
	}
	return c.Redirect(s.next(c))
}

// SignedInAt is when the person of this session proved who they are; changing
// the capacity does not count. The zero time is long ago.
func SignedInAt(c *web.Ctx) time.Time {
	us, err := strconv.ParseInt(c.Get(keySignedIn), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// next is where the visitor wanted to go before signing in, once.
func (s *Service) next(c *web.Ctx) string {
	to := c.Get(keyNext)
	if to != "" {
		c.Drop(keyNext)
	}
	if path, ok := web.LocalPath(to); ok {
		return path
	}
	return s.d.Home
}

// keepNext remembers where the visitor wants to go.
func keepNext(c *web.Ctx, to string) {
	if path, ok := web.LocalPath(to); ok {
		c.Put(keyNext, path)
	}
}

// newNonce gives the session a secret of its own for this sign-in.
func newNonce(c *web.Ctx) { c.Put(keyNonce, id.Secret(16)) }

// mended turns err into the errors of a page to be shown again, or hands it
// back. A silent system outside is something to be told on the page, too.
func mended(c *web.Ctx, err error) (*web.Errors, error) {
	if shown, ok := c.Errors(err, nil); ok {
		return shown, nil
	}
	if errs.Is(err, errs.Unavailable) {
		return &web.Errors{Items: []web.ErrorItem{{Words: c.P.Error(err)}}}, nil
	}
	return nil, err
}

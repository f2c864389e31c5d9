// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"net/url"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// consentView is what somebody is asked.
type consentView struct {
	web.View
	Request Request
	Actor   policy.Actor
	Given   []Scope // allowed before
	New     bool    // the site has not been here for long
	Host    string  // where the browser goes back to
	Action  string
	More    string // where the missing level is to be had; "" if not known
}

func (v consentView) site() string { return v.Request.Client.Name(v.P.Lang()) }

// What the buttons say.
const (
	sayAllow = "allow"
	sayDeny  = "deny"
)

func (s *Service) showConsent(c *web.Ctx) error {
	r, err := s.Request(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	signedIn := identity.SignedInAt(c)
	need, given, err := s.Judge(c.Context(), c.Actor, r, signedIn)
	if err != nil {
		return err
	}
	v := consentView{
		View: c.View(nil, nil), Request: r, Actor: c.Actor, Given: given, New: r.Client.isNew(c.Now()), Host: hostOf(r.row.Redirect),
		Action: pathConsent + r.ID,
	}
	switch need {
	case Nothing: // it came from signing in
		back, err := s.Approve(c.Context(), c.Actor, r, given, signedIn)
		if err != nil {
			return err
		}
		return s.leave(c, v.site(), back)
	case SignIn:
		return c.Render(web.Page{Title: c.T("identity.sso.again.title", "site", v.site()), Body: againBody(v)})
	case MoreProof:
		if s.d.MoreProof != nil {
			v.More = s.d.MoreProof(c.Actor, r.Level, v.Action)
		}
		return c.Render(web.Page{Title: c.T("identity.sso.level.title"), Body: levelBody(v)})
	default:
		return c.Render(web.Page{Title: c.T("identity.sso.consent.title", "site", v.site()), Body: consentBody(v)})
	}
}

func (s *Service) postConsent(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	say := f.Choice("say", sayAllow, sayDeny)
	var allowed []Scope
	for _, scope := range Scopes() {
		if scope.Sensitive() && f.Bool(string(scope)) {
			allowed = append(allowed, scope)
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	r, err := s.Request(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	signedIn := identity.SignedInAt(c)
	// What was missing when the page was drawn may be missing again: the session
	// has grown old, or it is another person's now.
	need, _, err := s.Judge(c.Context(), c.Actor, r, signedIn)
	back := ""
	switch {
	case err != nil:
		return err
	case say == sayDeny && need == MoreProof:
		back, err = s.Refuse(c.Context(), c.Actor, r, levelUnmet)
	case say == sayDeny:
		back, err = s.Refuse(c.Context(), c.Actor, r, accessDenied)
	case need == SignIn, need == MoreProof:
		return c.Redirect(pathConsent + r.ID)
	default:
		back, err = s.Approve(c.Context(), c.Actor, r, allowed, signedIn)
	}
	if err != nil {
		return err
	}
	return s.leave(c, r.Client.Name(c.P.Lang()), back)
}

// postAgain has the person sign in anew, as themselves or as somebody else.
func (s *Service) postAgain(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	f.Text("say", form.Max(10))
	r, err := s.Request(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if err := c.SignOut(); err != nil {
		return err
	}
	return c.Redirect(web.LoginPath + "?next=" + url.QueryEscape(pathConsent+r.ID))
}

func hostOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

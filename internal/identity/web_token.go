// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// tokenView is the page of tokens.
type tokenView struct {
	web.View
	Tokens   []Token
	Holding  []Capacity
	Act      string // key of the act that the form is
	MostDays int
	Secret   string // of the token just made; shown this once
}

func (s *Service) showTokens(c *web.Ctx) error { return s.tokenPage(c, c.View(nil, nil)) }

func (s *Service) tokenPage(c *web.Ctx, view web.View) (err error) {
	v := tokenView{View: view, Act: id.New(), MostDays: s.tokenDays()}
	if v.Tokens, err = s.Tokens(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.Holding, err = s.holding(c, c.Actor.Person); err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.token.title"), Lead: c.T("identity.token.lead"), Active: "account", Back: pathAccount, Errors: view.Errors,
		Body: tokensBody(v),
	})
}

// postToken makes a token and shows it on the answer itself: it is in no
// address and in no session, so that it can be shown only once.
func (s *Service) postToken(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	list, err := s.holding(c, c.Actor.Person)
	if err != nil {
		return err
	}
	allowed := []string{AsCitizen}
	for _, have := range list {
		allowed = append(allowed, have.ID)
	}
	n := NewToken{
		Name: f.Text("name", form.Missing("identity.token.name_missing"), form.Max(MaxTokenName)), Capacity: f.Choice("capacity", allowed...),
		Days: int(f.Int("days", 1, int64(s.tokenDays()))), Act: f.Text("act", form.Max(64)),
	}
	for _, scope := range f.Choices("scopes", string(api.ScopeRead), string(api.ScopeFile), string(api.ScopeCourt)) {
		n.Scopes = append(n.Scopes, api.Scope(scope))
	}
	secret := ""
	if err = f.Err(); err == nil {
		secret, _, err = s.MakeToken(c.Context(), c.Actor, n)
	}
	if err != nil {
		shown, err := mended(c, err)
		if err != nil {
			return err
		}
		return s.tokenPage(c, c.View(f, shown))
	}
	return c.Render(web.Page{
		Title: c.T("identity.token.made"), Active: "account", NoHeading: true,
		Body: tokenMadeBody(tokenView{View: c.View(nil, nil), Secret: secret}),
	})
}

// postTokenEnd ends a token, a personal one or one of signing in.
func (s *Service) postTokenEnd(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	token := f.Text("token", form.Required, form.Max(64))
	if err := f.Err(); err != nil {
		return err
	}
	err = s.RevokeToken(c.Context(), c.Actor, token)
	if err != nil && !errs.Is(err, errs.NotFound) { // ended meanwhile: what was asked for holds
		return err
	}
	c.Flash("identity.token.ended")
	return c.Redirect(pathTokens)
}

// capacityTitle names the capacity of a token.
func capacityTitle(p *i18n.Printer, holding []Capacity, capacity string) string {
	for _, k := range holding {
		if k.ID == capacity {
			return k.Title(p.Lang())
		}
	}
	if capacity == "" {
		return p.T("identity.capacity.citizen")
	}
	return p.T("identity.capacity.not")
}

func tokenCapacities(v tokenView) web.Choice {
	o := web.Choice{Name: "capacity", Label: v.T("identity.token.capacity"), Options: []web.Option{
		{Value: AsCitizen, Label: v.T("identity.capacity.citizen"), On: true},
	}}
	for _, k := range v.Holding {
		o.Options = append(o.Options, web.Option{Value: k.ID, Label: k.Title(v.P.Lang())})
	}
	return o
}

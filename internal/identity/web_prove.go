// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/url"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// proveView is the page that asks who is there.
type proveView struct {
	web.View
	Next    string
	Passkey bool
}

// proved notes in the session that its person has just shown who they are.
func proved(c *web.Ctx) { c.Put(keyProved, strconv.FormatInt(c.Now().UnixMicro(), 10)) }

// fresh tells whether that was a moment ago.
func fresh(c *web.Ctx) bool {
	at, err := strconv.ParseInt(c.Get(keyProved), 10, 64)
	age := c.Now().Sub(time.UnixMicro(at))
	return err == nil && age >= 0 && age < ProofLife
}

// provePath asks for a proof and then goes on to path.
func provePath(path string) string { return pathProve + "?next=" + url.QueryEscape(path) }

func (s *Service) showProve(c *web.Ctx) error {
	return s.provePage(c, proveView{View: c.View(nil, nil), Next: c.Query("next")})
}

func (s *Service) provePage(c *web.Ctx, v proveView) error {
	next, ok := web.LocalPath(v.Next)
	if !ok {
		next = pathWays
	}
	v.Next = next
	list, err := s.factors.Passkeys(c.Context(), c.Actor.Person)
	if err != nil {
		return err
	}
	v.Passkey = len(list) > 0 && s.factors.Offered()
	return c.Render(web.Page{
		Title: c.T("identity.prove.title"), Lead: c.T("identity.prove.lead"), Active: "account", Back: pathAccount, Errors: v.Errors, Body: proveBody(v),
	})
}

// provedNow ends a proof: on to where it was needed.
func (s *Service) provedNow(c *web.Ctx) error {
	c.Drop(keyProveCode)
	c.Drop(keyNonce)
	if err := c.Renew(""); err != nil {
		return err
	}
	proved(c)
	return c.Redirect(s.next(c))
}

func (s *Service) postProve(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	password, next := f.Password("password", form.Missing("identity.login.password_missing")), f.Text("next", form.Max(2000))
	if err = f.Err(); err == nil {
		var ch Challenge
		if ch, err = s.AskPassword(c.Context(), c.Actor.Person, password, from(c)); err == nil {
			c.Put(keyProveCode, sentOrApp(ch))
			newNonce(c)
			keepNext(c, next)
			return c.Redirect(pathProveCode)
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.provePage(c, proveView{View: c.View(f, shown), Next: next})
}

// proofUnderWay is the proof whose password was right.
func proofUnderWay(c *web.Ctx) (ch Challenge, ok bool) {
	ch = Challenge{Person: c.Actor.Person, Code: c.Get(keyProveCode)}
	return fromApp(ch), ch.Code != ""
}

func (s *Service) showProveCode(c *web.Ctx) error { return s.proveCodePage(c, c.View(nil, nil)) }

func (s *Service) proveCodePage(c *web.Ctx, view web.View) error {
	ch, ok := proofUnderWay(c)
	if !ok {
		return c.Redirect(pathProve)
	}
	v := codeView{View: view, Action: pathProveCode, Resend: pathProveResend, Note: takeNote(c)}
	if ch.Code == "" {
		have, err := s.Standing(c.Context(), ch.Person)
		if err != nil {
			return err
		}
		if s.factors.Offered() && have.Passkeys > 0 {
			v.Key = &keyForm{Do: "get", Ask: pathProveKeyAsk, Action: pathProveKey, Label: c.T("identity.prove.passkey")}
		}
		return s.otherStepPage(c, v, have, web.Page{Active: "account", Back: pathProve})
	}
	sent, err := s.SentCode(c.Context(), ch.Code)
	if errs.Is(err, errs.NotFound) {
		c.Drop(keyProveCode)
		return c.Redirect(pathProve)
	}
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.code.title"), Active: "account", Back: pathProve, Errors: view.Errors,
		Body: codeBody(v.with(sent)),
	})
}

func (s *Service) postProveCode(c *web.Ctx) error {
	ch, ok := proofUnderWay(c)
	if !ok { // the other half of a double click has gone on
		if fresh(c) {
			return c.Redirect(s.next(c))
		}
		return c.Redirect(pathProve)
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	entered := f.Code("code", CodeDigits, form.Missing("identity.code.missing"))
	if err = f.Err(); err == nil {
		if err = s.FinishProof(c.Context(), ch, entered, from(c)); err == nil {
			return s.provedNow(c)
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.proveCodePage(c, c.View(nil, shown))
}

func (s *Service) postProveResend(c *web.Ctx) error {
	ch, ok := proofUnderWay(c)
	if !ok {
		return c.Redirect(pathProve)
	}
	next, err := s.resend(c, ch)
	if err != nil {
		return err
	}
	c.Put(keyProveCode, sentOrApp(next))
	return c.Redirect(pathProveCode)
}

func (s *Service) postProveKeyAsk(c *web.Ctx) error {
	ask, err := s.AskToProve(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.JSON(200, ask)
}

func (s *Service) postProveKey(c *web.Ctx) error {
	f, err := c.Form(maxKeyForm)
	if err != nil {
		return err
	}
	state, answer, next := keyFields(f)
	if err = f.Err(); err == nil {
		if err = s.ProveByPasskey(c.Context(), c.Actor, state, answer); err == nil {
			keepNext(c, next)
			return s.provedNow(c)
		}
	}
	shown, err := mendedKey(c, err)
	if err != nil {
		return err
	}
	return s.provePage(c, proveView{View: c.View(f, shown), Next: next})
}

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/mail"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// registerPath is the first page of a registration of a class.
func registerPath(c Class) string {
	switch c {
	case Abroad:
		return pathAbroad
	case Foreign:
		return pathForeign
	}
	return pathRegister
}

func othersThan(c Class) []Class {
	return slices.DeleteFunc([]Class{Resident, Abroad, Foreign}, func(o Class) bool { return o == c })
}

func countryOptions(p *i18n.Printer, chosen string) []web.Option {
	var out []web.Option
	for _, c := range i18n.Countries(p.Lang()) {
		out = append(out, web.Option{Value: c.Code, Label: c.Name, On: c.Code == chosen})
	}
	return out
}

func zoneOptions(p *i18n.Printer, chosen string) []web.Option {
	if chosen == "" {
		chosen = "Asia/Tehran"
	}
	var out []web.Option
	for _, z := range i18n.Zones(p.Lang()) {
		out = append(out, web.Option{Value: z.Name, Label: z.Words, On: z.Name == chosen})
	}
	return out
}

func documentOptions(v registerView) []web.Option {
	var out []web.Option
	for _, k := range []IdentifierKind{ForeignCode, Passport} {
		out = append(out, web.Option{Value: string(k), Label: v.T("identity.field.document." + string(k)), On: v.Reg.Kind == k})
	}
	return out
}

// CleanEmail checks an address for e-mail and returns it without white space
// and with its host in small letters. errs.Invalid, code
// identity.field.email.wrong.
func CleanEmail(s string) (string, error) {
	s = strings.TrimSpace(persian.Digits(s))
	a, err := mail.ParseAddress(s)
	at := strings.LastIndex(s, "@")
	if err != nil || a.Address != s || len(s) > 254 || !strings.Contains(s[at:], ".") {
		return "", errs.New(errs.Invalid, "identity.field.email.wrong")
	}
	return s[:at] + strings.ToLower(s[at:]), nil
}

// birthTyped is a birth date as it is typed by people of two calendars.
func birthTyped(reg Registration) string {
	if reg.Number == "" {
		return ""
	}
	return reg.Birth.String()
}

func (s *Service) showRegisterAs(class Class) func(c *web.Ctx) error {
	return func(c *web.Ctx) error { return s.showFirst(c, class) }
}

func (s *Service) postRegisterAs(class Class) func(c *web.Ctx) error {
	return func(c *web.Ctx) error {
		if c.Actor.Person != "" {
			return c.Redirect(s.d.Home)
		}
		f, err := c.Form(maxForm)
		if err != nil {
			return err
		}
		return s.begin(c, f, otherEntries(c, f, class))
	}
}

// otherEntries reads what somebody types who does not live here, or is not of
// this country.
func otherEntries(c *web.Ctx, f *form.Form, class Class) Entries {
	e := Entries{Class: class, Kind: ConsularRef, Lang: c.P.Lang(), Address: c.IP()}
	if class == Foreign {
		e.Kind = IdentifierKind(f.Choice("document", string(ForeignCode), string(Passport)))
		countries := []string{""}
		for _, one := range i18n.Countries(i18n.EN) {
			countries = append(countries, one.Code)
		}
		e.Issuer = f.Choice("issuer", countries...)
		switch {
		case e.Kind == ForeignCode:
			e.Issuer = ""
		case e.Kind == Passport && e.Issuer == "" && !f.Failed("issuer"):
			f.Fail("issuer", "identity.field.issuer.missing")
		}
	}
	if f.Failed("document") { // how it is written depends on that
		f.Known("number")
	} else {
		e.Number = otherNumber(f, e.Kind)
	}
	e.Birth = otherBirth(f)
	e.Email, e.Mobile = f.Checked("email", CleanEmail, form.Optional), f.Phone("mobile", form.Optional)
	if e.Email == "" && e.Mobile == "" && !f.Failed("email") && !f.Failed("mobile") {
		f.Fail("email", "identity.field.contact.missing")
	}
	codes := []string{}
	for _, one := range i18n.Countries(i18n.EN) {
		codes = append(codes, one.Code)
	}
	e.Country = f.Choice("country", codes...)
	zones := []string{}
	for _, one := range i18n.Zones(i18n.EN) {
		zones = append(zones, one.Name)
	}
	if e.Zone = f.Choice("zone", zones...); e.Zone == "Asia/Tehran" {
		e.Zone = ""
	}
	return e
}

func otherNumber(f *form.Form, kind IdentifierKind) string {
	return f.Checked("number", func(v string) (string, error) { return CleanIdentifier(kind, v) })
}

// otherBirth is a birth date that may be of either calendar.
func otherBirth(f *form.Form) (birth civil.Day) {
	f.Checked("birth", func(v string) (_ string, err error) {
		if birth, err = civil.Parse(v); err != nil {
			err = errs.New(errs.Invalid, "identity.field.birth_any.wrong")
		}
		return v, err
	}, form.Missing("identity.register.birth_missing"))
	return birth
}

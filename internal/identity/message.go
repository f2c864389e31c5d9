// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"strings"

	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// message goes to a person's telephone or, where the address has an @, by
// e-mail. Its text says nothing that somebody looking over a shoulder may not
// read.
type message struct {
	to        string
	lang      i18n.Lang
	text      string
	reference string // the provider's key against sending twice
}

// write sends a message. errs.Invalid: no later try would help.
func (s *Service) write(ctx context.Context, m message) (provider string, err error) {
	if !strings.Contains(m.to, "@") {
		return s.d.SMS.Send(ctx, sms.Message{To: m.to, Text: m.text, Reference: m.reference})
	}
	return email.Name, s.d.Email.Send(ctx, email.Message{
		To: m.to, Subject: s.d.Catalog.Printer(m.lang).T("identity.mail.subject"), Text: m.text, Lang: string(m.lang), Reference: m.reference,
	})
}

// TellAt sends the words of key to a number or an address. errs.Invalid: no later
// try would help.
func (s *Service) TellAt(ctx context.Context, to string, lang i18n.Lang, key, reference string, args ...any) (err error) {
	defer errs.Wrap(&err, "identity.TellAt")
	_, err = s.write(ctx, message{to: to, lang: lang, text: s.d.Catalog.Printer(lang).T(key, args...), reference: reference})
	return err
}

// Tell sends a person the words of key, in their language and by the way on
// which they are reached. reference is the provider's key against sending twice.
// errs.Invalid: no later try would help.
func (s *Service) Tell(ctx context.Context, person, key, reference string) (provider string, err error) {
	defer errs.Wrap(&err, "identity.Tell")
	p, err := s.Person(ctx, person)
	if err != nil {
		return "", err
	}
	return s.write(ctx, message{to: p.Contact(), lang: p.Lang, text: s.d.Catalog.Printer(p.Lang).T(key), reference: reference})
}

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// endBrowser ends a session of a in a browser. errs.NotFound: they have no such
// session.
func (s *Service) endBrowser(ctx context.Context, a policy.Actor, session string) error {
	if s.sessions == nil {
		return errs.New(errs.Unavailable, "")
	}
	return s.sessions.Revoke(ctx, a.Person, session)
}

// forgetDevice forgets a browser of a and ends the session in it. errs.NotFound: they
// have no such browser.
func (s *Service) forgetDevice(ctx context.Context, a policy.Actor, device string) error {
	session, err := s.factors.ForgetDevice(ctx, a.Person, device)
	if err != nil || s.sessions == nil || session == "" {
		return err
	}
	if err := s.sessions.Revoke(ctx, a.Person, session); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return nil
}

// justSignedIn is for programs what a fresh proof is for pages: the token is of a
// sign-in a moment ago. A personal token proves nothing about who holds it.
// errs.Forbidden, code identity.ways.sign_in.
func (s *Service) justSignedIn(ctx context.Context, a policy.Actor) (err error) {
	defer errs.Wrap(&err, "identity.justSignedIn")
	list, err := s.Tokens(ctx, a)
	if err != nil {
		return err
	}
	for _, t := range list {
		age := s.d.Clock.Now().Sub(t.Created)
		if t.ID == a.Session && !t.Personal && age >= 0 && age < ProofLife {
			return nil
		}
	}
	return errs.New(errs.Forbidden, "identity.ways.sign_in")
}

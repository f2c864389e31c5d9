// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Need is what is missing before the browser can go back to the site.
type Need string

// What may be missing, in the order in which it is asked for.
const (
	Nothing   Need = ""
	SignIn    Need = loginRequired   // to sign in, or to do so anew
	MoreProof Need = levelUnmet      // a higher level of proof
	Word      Need = consentRequired // the person's word
)

// Judge says what a request still needs of the actor, who signed in at
// signedIn. given are the scopes that the person has allowed the site already.
func (s *Service) Judge(ctx context.Context, a policy.Actor, r Request, signedIn time.Time) (need Need, given []Scope, err error) {
	defer errs.Wrap(&err, "sso.Judge")
	if a.Person == "" {
		return SignIn, nil, nil
	}
	before, found, err := store.Find[consentRow](ctx, s.d.DB, sqlConsent, a.Person, r.Client.ID)
	if err != nil {
		return "", nil, err
	}
	if found && before.Ended.IsZero() {
		given = scopes(before.Given)
	}
	stale, err := s.stale(ctx, a, r, signedIn)
	switch {
	case err != nil:
		return "", nil, err
	case stale:
		return SignIn, given, nil
	case a.Assurance < r.Level:
		return MoreProof, given, nil
	case !found, !before.Ended.IsZero(), !within(r.Scopes, scopes(before.Asked)),
		r.row.prompts(oidc.PromptConsent), r.row.prompts(oidc.PromptSelectAccount):
		return Word, given, nil
	}
	return Nothing, given, nil
}

// stale tells that this session will not do: it is too old for the site, or it
// is somebody else's than the site means.
func (s *Service) stale(ctx context.Context, a policy.Actor, r Request, signedIn time.Time) (bool, error) {
	if r.row.Hint != "" {
		subject, _, err := store.Find[string](ctx, s.d.DB, sqlSubject, a.Person, r.Client.Sector)
		if err != nil || subject != r.row.Hint {
			return true, err
		}
	}
	fresh := !signedIn.Before(r.Created) // for this very request
	age := s.d.Clock.Now().Sub(signedIn)
	return !fresh && r.row.MaxAge >= 0 && age > time.Duration(r.row.MaxAge)*time.Second, nil
}

// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Leaving is a sign-out that a site began: whose session it was there, and
// where the browser goes on to, "" for nowhere.
type Leaving struct {
	Client  Client
	To      string
	subject string
}

// leavingFor is how long a page of signing out may stand open.
const leavingFor = time.Hour

// SignOut takes what a site sent a browser with to /oidc/end_session. The site
// is believed only with an ID token of ours; then what it was given for this
// person without their being there stays, the rest ends. errs.Invalid: it is not
// right, and the browser is sent nowhere.
func (s *Service) SignOut(ctx context.Context, q url.Values) (_ Leaving, err error) {
	defer errs.Wrap(&err, "sso.SignOut")
	for _, list := range q {
		if len(list) > 1 {
			return Leaving{}, errs.New(errs.Invalid, "identity.sso.bad_link")
		}
	}
	ask := new(oidc.EndSessionRequest)
	if err := s.provider.Decoder().Decode(ask, q); err != nil {
		return Leaving{}, errs.New(errs.Invalid, "identity.sso.bad_link")
	}
	checked, err := op.ValidateEndSessionRequest(op.ContextWithIssuer(ctx, s.d.BaseURL), ask, s.provider)
	if fault, ok := errors.AsType[*oidc.Error](err); ok && fault.ErrorType != oidc.ServerError {
		return Leaving{}, errs.New(errs.Invalid, "identity.sso.bad_link").Because(err)
	}
	if err != nil || checked.ClientID == "" {
		return Leaving{}, err
	}
	c, err := s.client(ctx, s.d.DB, checked.ClientID)
	l := Leaving{Client: c, subject: checked.UserID}
	if ask.PostLogoutRedirectURI != "" {
		l.To = checked.RedirectURI
	}
	return l, err
}

// EndThere ends what the site got for this person's sign-ins, if the session
// that is here is that person's. What goes on without them being there stays.
func (s *Service) EndThere(ctx context.Context, person string, l Leaving) (err error) {
	defer errs.Wrap(&err, "sso.EndThere")
	subject, found, err := store.Find[string](ctx, s.d.DB, sqlSubject, person, l.Client.Sector)
	if err != nil || !found || l.subject == "" || subject != l.subject {
		return err
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlEndOnline, person, l.Client.ID, store.At(tx.Now()), endedSignOut, "% "+string(Offline)+" %")
	})
}

// sealed is what the page of signing out carries.
type sealed struct {
	To    string    `json:"to"`
	Until time.Time `json:"until"`
}

func (s *Service) sealTo(to string) (string, error) {
	plain, err := json.Marshal(sealed{To: to, Until: s.d.Clock.Now().Add(leavingFor)})
	if err != nil {
		return "", err
	}
	nonce := id.Bytes(s.logout.NonceSize())
	return base64.RawURLEncoding.EncodeToString(s.logout.Seal(nonce, nonce, plain, nil)), nil
}

// openTo reads where to go on to; what we did not seal leads nowhere.
func (s *Service) openTo(text string) string {
	b, err := base64.RawURLEncoding.DecodeString(text)
	n := s.logout.NonceSize()
	if err != nil || len(b) < n {
		return ""
	}
	var v sealed
	if plain, err := s.logout.Open(nil, b[:n], b[n:], nil); err != nil || json.Unmarshal(plain, &v) != nil || !s.d.Clock.Now().Before(v.Until) {
		return ""
	}
	return v.To
}

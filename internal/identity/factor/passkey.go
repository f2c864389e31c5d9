// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// MaxPasskeys bounds the living passkeys of one person.
	MaxPasskeys = 10
	// MaxName is the longest name of a passkey, in characters.
	MaxName = 60
	// challengeLife is how long somebody may take for their fingerprint.
	challengeLife = 5 * time.Minute
)

// Passkey is one as its owner sees it.
type Passkey struct {
	ID      string
	Name    string
	Synced  bool // kept in step over the devices of an account with the maker
	Created time.Time
	Used    time.Time // zero: never
}

// Purpose is what an authenticator is asked for. An answer for one purpose is
// worth nothing for another.
type Purpose string

// The purposes.
const (
	ToAdd   Purpose = "add"   // a new passkey
	ToEnter Purpose = "enter" // to sign in, whoever it is
	ToProve Purpose = "prove" // that a person who is known is at the device
	ToStep  Purpose = "step"  // to sign in after the password
)

// Ask is a challenge to be made.
type Ask struct {
	Purpose Purpose
	Person  string // "" to enter
	Session string // session in which it counts; "" to enter; of a step the secret of the visitor
	Name    string // ToAdd: what the authenticator calls the account
}

// Challenge goes to the browser: Options to the authenticator, State comes back
// with the answer.
type Challenge struct {
	State   string          `json:"state"`
	Options json.RawMessage `json:"options"`
}

// ceremony is what State holds.
type ceremony struct {
	Purpose   Purpose `json:"f"`
	Person    string  `json:"p,omitempty"`
	Session   string  `json:"s,omitempty"`
	Challenge string  `json:"c"`
	Expires   int64   `json:"e"` // microseconds
}

const useCeremony = "ceremonies"

var (
	errRefused = func(cause error) error { return errs.New(errs.Invalid, "identity.passkey.refused").Because(cause) }
	errExpired = errs.New(errs.Invalid, "identity.passkey.expired")
)

// Begin makes a challenge. errs.NotFound: this site has no passkeys, or the
// person has none to prove anything with. errs.Conflict, code
// identity.passkey.too_many.
func (s *Service) Begin(ctx context.Context, a Ask) (_ Challenge, err error) {
	defer errs.Wrap(&err, "factor.Begin")
	if !s.Offered() {
		return Challenge{}, errs.New(errs.NotFound, "")
	}
	var have []passkeyRow
	if a.Person != "" {
		if have, err = store.All[passkeyRow](ctx, s.d.DB, sqlPasskeys, a.Person); err != nil {
			return Challenge{}, err
		}
	}
	var list []protocol.CredentialDescriptor
	for _, row := range have {
		key := row.credential()
		list = append(list, key.Descriptor())
	}
	var options any
	var session *webauthn.SessionData
	switch {
	case a.Purpose == ToAdd && len(have) >= MaxPasskeys:
		return Challenge{}, errs.New(errs.Conflict, "identity.passkey.too_many", "max", MaxPasskeys)
	case a.Purpose == ToAdd:
		var o *protocol.CredentialCreation
		o, session, err = s.site.BeginRegistration(owner{person: a.Person, name: a.Name}, webauthn.WithExclusions(list))
		if err == nil {
			options = o.Response
		}
	case a.Person != "" && len(have) == 0:
		return Challenge{}, errs.New(errs.NotFound, "")
	default:
		var o *protocol.CredentialAssertion
		o, session, err = s.site.BeginDiscoverableLogin(webauthn.WithAllowedCredentials(list))
		if err == nil {
			options = o.Response
		}
	}
	if err != nil {
		return Challenge{}, err
	}
	return s.challenge(a, session.Challenge, options)
}

func (s *Service) challenge(a Ask, challenge string, options any) (c Challenge, err error) {
	if c.Options, err = json.Marshal(options); err != nil {
		return c, err
	}
	plain, err := json.Marshal(ceremony{
		Purpose: a.Purpose, Person: a.Person, Session: a.Session, Challenge: challenge,
		Expires: store.Micros(s.d.Clock.Now().Add(challengeLife)),
	})
	if err != nil {
		return c, err
	}
	c.State, err = s.seal(useCeremony, string(a.Purpose), plain)
	return c, err
}

// ceremony opens a state that was made for a purpose, a person and a session.
func (s *Service) ceremony(a Ask, state string) (c ceremony, err error) {
	if !s.Offered() {
		return c, errs.New(errs.NotFound, "")
	}
	plain, err := s.open(useCeremony, string(a.Purpose), state)
	if err != nil {
		return c, errRefused(err)
	}
	if err := json.Unmarshal(plain, &c); err != nil {
		return c, errRefused(err)
	}
	if c.Purpose != a.Purpose || c.Person != a.Person || c.Session != a.Session {
		return c, errRefused(nil)
	}
	if store.Micros(s.d.Clock.Now()) >= c.Expires {
		return c, errExpired
	}
	return c, nil
}

func (c ceremony) until() time.Time { return time.UnixMicro(c.Expires).UTC() }

// owner is a person as the library wants to know them.
type owner struct {
	person, name string
	credentials  []webauthn.Credential
}

// WebAuthnID implements webauthn.User. The id of a person says nothing about them.
func (o owner) WebAuthnID() []byte { return []byte(o.person) }

// WebAuthnName implements webauthn.User.
func (o owner) WebAuthnName() string { return o.name }

// WebAuthnDisplayName implements webauthn.User.
func (o owner) WebAuthnDisplayName() string { return o.name }

// WebAuthnCredentials implements webauthn.User.
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }

// Passkeys lists the living passkeys of a person, the oldest first.
func (s *Service) Passkeys(ctx context.Context, person string) (_ []Passkey, err error) {
	defer errs.Wrap(&err, "factor.Passkeys")
	rows, err := store.All[passkeyRow](ctx, s.d.DB, sqlPasskeys, person)
	out := make([]Passkey, len(rows))
	for i, r := range rows {
		out[i] = r.passkey()
	}
	return out, err
}

// cleanName checks what somebody calls a way of signing in.
func cleanName(name string) (string, error) {
	name = persian.Store(name)
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "", errs.InvalidFields([]errs.Field{{Name: "name", Code: "form.required"}})
	case n > MaxName || strings.ContainsAny(name, "\n\t"):
		return "", errs.InvalidFields([]errs.Field{{Name: "name", Code: "form.too_long", Args: []any{"max", MaxName}}})
	}
	return name, nil
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Kinds of tokens.
const (
	tokenPersonal = "personal" // made on the account page
	tokenSession  = "session"  // of signing in over the API
)

const (
	// MaxTokens bounds the living personal tokens of one person.
	MaxTokens = 20
	// MaxTokenName is the longest name, in characters.
	MaxTokenName = 60
	// touchTokenEvery is how often at most the last use is written.
	touchTokenEvery = time.Minute
)

// Token is a bearer token as its owner sees it: without the token itself.
type Token struct {
	ID       string
	Personal bool // else of a sign-in over the API
	Name     string
	Capacity string // "" is citizen
	Scopes   []api.Scope
	Created  time.Time
	Expires  time.Time
	Used     time.Time // to the minute; zero: never
}

// NewToken is a personal token to be made.
type NewToken struct {
	Name     string
	Capacity string // "" and AsCitizen: citizen
	Scopes   []api.Scope
	Days     int    // from now; at most Deps.TokenDays
	Act      string // key of the act: a second one gives the token anew, under a new secret
}

// MakeToken makes a personal token of the actor, of whom only the answer knows
// the secret. errs.Invalid names what is missing; errs.Conflict, code
// identity.token.too_many.
func (s *Service) MakeToken(ctx context.Context, a policy.Actor, n NewToken) (secret string, _ Token, err error) {
	defer errs.Wrap(&err, "identity.MakeToken")
	if err := s.mayToken(a, a.Person); err != nil {
		return "", Token{}, err
	}
	n.Name = persian.Store(n.Name)
	var fields []errs.Field
	fail := func(name, code string, args ...any) {
		fields = append(fields, errs.Field{Name: name, Code: code, Args: args})
	}
	switch size := utf8.RuneCountInString(n.Name); {
	case size == 0:
		fail("name", "identity.token.name_missing")
	case size > MaxTokenName || strings.ContainsAny(n.Name, "\n\t"):
		fail("name", "form.too_long", "max", MaxTokenName)
	}
	if len(n.Scopes) == 0 {
		fail("scopes", "identity.token.scopes_missing")
	}
	for _, scope := range n.Scopes {
		if !slices.Contains(api.Scopes(), scope) {
			fail("scopes", "form.choose")
			break
		}
	}
	if n.Days < 1 || n.Days > s.tokenDays() {
		fail("days", "form.range", "low", 1, "high", s.tokenDays())
	}
	if n.Capacity == AsCitizen {
		n.Capacity = ""
	}
	switch _, err := s.Actor(ctx, a.Person, n.Capacity); {
	case errs.Is(err, errs.Forbidden) && !level.IsMissing(err):
		fail("capacity", "form.choose")
	case err != nil:
		return "", Token{}, err
	}
	if err := errs.InvalidFields(fields); err != nil {
		return "", Token{}, err
	}
	row := tokenRow{
		Person: a.Person, ID: id.New(), Kind: tokenPersonal, Name: n.Name, Capacity: n.Capacity,
		Scopes: joinScopes(slices.Compact(slices.Sorted(slices.Values(n.Scopes)))), Act: n.Act,
	}
	secret, row, err = s.insertToken(ctx, a, row, time.Duration(n.Days)*24*time.Hour)
	return secret, row.token(), err
}

func (s *Service) tokenDays() int {
	if s.d.TokenDays <= 0 {
		return 365
	}
	return s.d.TokenDays
}

// insertToken writes a new token. A row of the same act takes the new secret:
// the first one's answer never reached anybody.
func (s *Service) insertToken(ctx context.Context, by policy.Actor, row tokenRow, life time.Duration) (secret string, _ tokenRow, err error) {
	prefix := "tarazu_pat_"
	if row.Kind == tokenSession {
		prefix = "tarazu_ses_"
	}
	secret = prefix + id.Secret(32)
	row.Hash = tokenHash(secret)
	if row.Act == "" {
		row.Act = row.ID
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		row.Created, row.Expires = store.At(tx.Now()), store.At(tx.Now().Add(life))
		if row.Kind == tokenPersonal {
			n, err := store.One[int64](ctx, tx, sqlCountTokens, row.Person, tokenPersonal, store.At(tx.Now()))
			if err != nil {
				return err
			}
			if n >= MaxTokens {
				return errs.New(errs.Conflict, "identity.token.too_many", "max", MaxTokens)
			}
		}
		before, again, err := store.Find[tokenRow](ctx, tx, sqlTokenOfAct, row.Person, row.Act)
		if err != nil {
			return err
		}
		if again {
			row.ID = before.ID
			if err := tx.ExecOne(ctx, sqlRenewToken, row.Person, row.ID, row.Hash, row.Expires); err != nil {
				return err
			}
			if err := tx.Exec(ctx, sqlForgetToken, before.Hash); err != nil {
				return err
			}
		} else if err := store.Insert(ctx, tx, "identity_token", row); err != nil {
			return err
		}
		if err := store.Insert(ctx, tx, "identity_by_token", byTokenRow{Hash: row.Hash, Person: row.Person, Token: row.ID, Expires: row.Expires}); err != nil {
			return err
		}
		if again || row.Kind != tokenPersonal {
			return nil
		}
		return s.stage(ctx, tx, "identity.token_made", row.Person, row.ID, by, map[string]any{
			"person": row.Person, "token": row.ID, "capacity": row.Capacity, "scopes": row.Scopes, "expires": row.Expires.UTC().Format(time.RFC3339),
		})
	})
	return secret, row, err
}

// Bearer implements api.Tokens: who sends a token, now.
func (s *Service) Bearer(ctx context.Context, token string) (_ api.Bearer, err error) {
	defer errs.Wrap(&err, "identity.Bearer")
	row, found, err := store.Find[tokenRow](ctx, s.d.DB, sqlTokenByHash, tokenHash(token))
	now := s.d.Clock.Now()
	switch {
	case err != nil:
		return api.Bearer{}, err
	case !found || !row.Revoked.IsZero() || !now.Before(row.Expires.Time):
		return api.Bearer{}, errs.New(errs.Unauthenticated, "")
	}
	a, err := s.Actor(ctx, row.Person, row.Capacity)
	if over := errs.Is(err, errs.Forbidden) && !level.IsMissing(err); over || errs.Is(err, errs.NotFound) {
		return api.Bearer{}, errs.New(errs.Unauthenticated, "").Because(err) // the capacity is over
	}
	if err != nil {
		return api.Bearer{}, err
	}
	a.Session = row.ID
	if now.Sub(row.Used.Time) >= touchTokenEvery {
		err := s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, sqlTouchToken, row.Person, row.ID, store.At(now))
		})
		if err != nil { // only the list of tokens is a little old
			s.d.Log.Warn("token not touched", "error", err)
		}
	}
	b := api.Bearer{Actor: a, Scopes: row.scopes()}
	if row.Kind == tokenSession {
		b.Scopes = append(api.Scopes(), api.ScopeAccount)
	}
	return b, nil
}

// Tokens lists the living tokens of the actor, the newest first.
func (s *Service) Tokens(ctx context.Context, a policy.Actor) (_ []Token, err error) {
	defer errs.Wrap(&err, "identity.Tokens")
	if err := s.mayToken(a, a.Person); err != nil {
		return nil, err
	}
	rows, err := store.All[tokenRow](ctx, s.d.DB, sqlTokens, a.Person, store.At(s.d.Clock.Now()))
	out := make([]Token, len(rows))
	for i, r := range rows {
		out[i] = r.token()
	}
	return out, err
}

// RevokeToken ends a token of the actor; it bites at its next call. errs.NotFound:
// there is no such living token.
func (s *Service) RevokeToken(ctx context.Context, a policy.Actor, token string) (err error) {
	defer errs.Wrap(&err, "identity.RevokeToken")
	if err := s.mayToken(a, a.Person); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, sqlRevokeToken, a.Person, token, store.At(tx.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "identity.token.gone")
		}
		return s.stage(ctx, tx, "identity.token_revoked", a.Person, token, a, map[string]any{"person": a.Person, "token": token})
	})
}

// ActAs changes the capacity of a token of signing in: the page's choice of a
// capacity, for programs. errs.Invalid, field "capacity": it does not hold.
func (s *Service) ActAs(ctx context.Context, a policy.Actor, capacity string) (_ policy.Actor, err error) {
	defer errs.Wrap(&err, "identity.ActAs")
	if capacity == AsCitizen {
		capacity = ""
	}
	now, err := s.Actor(ctx, a.Person, capacity)
	if errs.Is(err, errs.Forbidden) && !level.IsMissing(err) {
		err = errs.InvalidFields([]errs.Field{{Name: "capacity", Code: "form.choose"}})
	}
	if err != nil {
		return policy.Actor{}, err
	}
	now.Session = a.Session
	return now, s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.ExecOne(ctx, sqlTokenCapacity, a.Person, a.Session, capacity, tokenSession)
	})
}

// mayToken: tokens are their owner's own matter.
func (s *Service) mayToken(a policy.Actor, person string) error {
	return s.d.Policy.Check(a, "identity.tokens", policy.Resource{Type: "Person", ID: person, Attrs: map[string]any{"person": person}})
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func joinScopes(list []api.Scope) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return strings.Join(out, " ")
}

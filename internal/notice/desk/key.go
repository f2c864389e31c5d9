// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// KeyPrefix is how all keys of inboxes begin.
const KeyPrefix = "tarazu_inbox_"

// What a key lets a program do; part of locale keys.
const (
	keyList    = "list" // every key does
	keyOpen    = "open"
	keyReceipt = "receipt"
)

// scopes are what the API calls them.
var scopes = map[string]api.Scope{keyList: api.ScopeInboxList, keyOpen: api.ScopeInboxOpen, keyReceipt: api.ScopeInboxReceipt}

func keyScopes() []string { return []string{keyList, keyOpen, keyReceipt} }

// Key lets a program of a body at its notices.
type Key = program.Key

// NewKey is a key to be made.
type NewKey struct {
	Label  string
	Scopes []string
	Unit   string
}

// MakeKey makes a key, whose secret only this answer knows.
func (s *Service) MakeKey(ctx context.Context, a policy.Actor, n NewKey) (secret string, k Key, err error) {
	defer errs.Wrap(&err, "desk.MakeKey")
	if err := s.manages(a); err != nil {
		return "", Key{}, err
	}
	if err := s.d.Levels.Check(a, level.OpenNotice, civil.Of(s.d.Clock.Now())); err != nil {
		return "", Key{}, err
	}
	label, fields := program.Label(n.Label)
	if !slices.Contains(n.Scopes, keyList) || slices.ContainsFunc(n.Scopes, func(x string) bool { return scopes[x] == "" }) {
		fields = append(fields, errs.Field{Name: "scopes", Code: "desk.wrong.scopes"})
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if _, err := s.d.Identity.LockTx(ctx, tx, a.For); err != nil { // two at once are counted one after the other
			return err
		}
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		units, err := s.d.Body.Units(ctx, tx, a.For)
		if err != nil {
			return err
		}
		wrong := slices.Clone(fields)
		if n.Unit != "" && !units.Stands(n.Unit) {
			wrong = append(wrong, errs.Field{Name: "unit", Code: "desk.wrong.unit"})
		}
		if err := errs.InvalidFields(wrong); err != nil {
			return err
		}
		secret, k, err = s.keeper.MakeKeyTx(ctx, tx, program.NewKey{
			Owner: a.For, By: a.Person, Label: label, Begins: KeyPrefix, Scopes: n.Scopes, Unit: n.Unit, Level: a.Assurance,
		})
		if err != nil {
			return err
		}
		return s.stage(ctx, tx, "desk.key_made", a, k.ID, map[string]any{"key": k.ID, "prefix": k.Prefix, "scopes": n.Scopes, "unit": n.Unit})
	})
	return secret, k, err
}

func (s *Service) stage(ctx context.Context, tx *store.Tx, event string, by policy.Actor, subject string, content map[string]any) error {
	text, err := ledger.Canonical(content)
	if err != nil {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: by.For, Subject: subject, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For, Content: text,
	})
	return err
}

// RevokeKey ends a key: it opens nothing from the next call on, and what is under way
// with it opens nothing either.
func (s *Service) RevokeKey(ctx context.Context, a policy.Actor, key string) (err error) {
	defer errs.Wrap(&err, "desk.RevokeKey")
	if err := s.manages(a); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.keeper.RevokeKeyTx(ctx, tx, a.For, key); err != nil {
			return err
		}
		return s.stage(ctx, tx, "desk.key_revoked", a, key, map[string]any{"key": key})
	})
}

// Keys lists the keys of the body, the newest first.
func (s *Service) Keys(ctx context.Context, a policy.Actor) (_ []Key, err error) {
	defer errs.Wrap(&err, "desk.Keys")
	if err := s.manages(a); err != nil {
		return nil, err
	}
	return s.keeper.Keys(ctx, a.For)
}

// Bearer tells who sends a key, now: a program of the body, no person.
func (s *Service) Bearer(ctx context.Context, token string) (_ api.Bearer, err error) {
	defer errs.Wrap(&err, "desk.Bearer")
	body, k, err := s.keeper.Bearer(ctx, token)
	if err != nil {
		return api.Bearer{}, err
	}
	b := api.Bearer{Actor: policy.Actor{
		Person: body, For: body, Role: policy.Representative, Unit: k.Unit, Capacity: k.ID, Session: k.ID, Machine: true, Delegated: true,
		Assurance: k.Level, Rights: []policy.Right{policy.See},
	}}
	for _, x := range k.Scopes {
		b.Scopes = append(b.Scopes, scopes[x])
		if x != keyList { // a receipt shows what it proves
			b.Actor.Rights = []policy.Right{policy.See, policy.OpenNotices}
		}
	}
	return b, nil
}

// KeyStandsTx makes sure, in the transaction of an act, that the key of a program still
// holds. It only writes. errs.Forbidden, code desk.key_over.
func (s *Service) KeyStandsTx(ctx context.Context, tx *store.Tx, a policy.Actor) error {
	err := s.keeper.UseKeyTx(ctx, tx, a.For, a.Capacity)
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Forbidden, "desk.key_over").Because(err)
	}
	return err
}

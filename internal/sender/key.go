// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// KeyPrefix is how all keys of senders begin.
const KeyPrefix = "tarazu_send_"

// Units under which a key acts.
const (
	unitLive = "sender-live"
	unitTest = "sender-test"
)

// What a key is for, as its scope is kept.
const (
	keyLive = "live"
	keyTest = "test"
)

// Key lets a program of a body send.
type Key struct {
	program.Key
	Test bool
}

func keyOf(k program.Key) Key { return Key{Key: k, Test: slices.Contains(k.Scopes, keyTest)} }

// MakeKey makes a key, whose secret only this answer knows. A live one needs a
// contract that holds.
func (s *Service) MakeKey(ctx context.Context, a policy.Actor, label string, test bool) (secret string, k Key, err error) {
	defer errs.Wrap(&err, "sender.MakeKey")
	if err := s.manages(a); err != nil {
		return "", Key{}, err
	}
	label, wrong := program.Label(label)
	if err := errs.InvalidFields(wrong); err != nil {
		return "", Key{}, err
	}
	scope := keyLive
	if test {
		scope = keyTest
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if _, err := s.d.Identity.LockTx(ctx, tx, a.For); err != nil { // two at once are counted one after the other
			return err
		}
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		c, found, err := store.Find[contractRow](ctx, tx, sqlLatest, a.For)
		if err != nil {
			return err
		}
		if !found || c.State == Refused || c.State == Ended || !test && c.State != Approved {
			return errs.New(errs.Conflict, "sender.no_contract")
		}
		made := program.Key{}
		secret, made, err = s.keeper.MakeKeyTx(ctx, tx, program.NewKey{Owner: a.For, By: a.Person, Label: label, Begins: KeyPrefix + scope + "_", Scopes: []string{scope}})
		if err != nil {
			return err
		}
		k = keyOf(made)
		_, err = s.stage(ctx, tx, "sender.key_made", a.For, k.ID, a, map[string]any{"key": k.ID, "prefix": k.Prefix, "test": test})
		return err
	})
	return secret, k, err
}

// RevokeKey ends a key: it opens nothing from the next call on, and what is under
// way with it is not sent.
func (s *Service) RevokeKey(ctx context.Context, a policy.Actor, key string) (err error) {
	defer errs.Wrap(&err, "sender.RevokeKey")
	if err := s.manages(a); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.keeper.RevokeKeyTx(ctx, tx, a.For, key); err != nil {
			return err
		}
		_, err := s.stage(ctx, tx, "sender.key_revoked", a.For, key, a, map[string]any{"key": key})
		return err
	})
}

// Keys lists the keys of the body, the newest first.
func (s *Service) Keys(ctx context.Context, a policy.Actor) (out []Key, err error) {
	defer errs.Wrap(&err, "sender.Keys")
	if err := s.sees(a); err != nil {
		return nil, err
	}
	list, err := s.keeper.Keys(ctx, a.For)
	for _, k := range list {
		out = append(out, keyOf(k))
	}
	return out, err
}

// Bearer tells who sends a key, now: the body, with no right but to send.
func (s *Service) Bearer(ctx context.Context, token string) (_ api.Bearer, err error) {
	defer errs.Wrap(&err, "sender.Bearer")
	body, k, err := s.keeper.Bearer(ctx, token)
	if err != nil {
		return api.Bearer{}, err
	}
	unit := unitLive
	if keyOf(k).Test {
		unit = unitTest
	}
	return api.Bearer{
		// The same person for all keys of a body: so a repetition with another key
		// finds the first answer.
		Actor:  policy.Actor{Person: body, For: body, Role: policy.Representative, Unit: unit, Capacity: k.ID, Session: k.ID},
		Scopes: []api.Scope{api.ScopeSend},
	}, nil
}

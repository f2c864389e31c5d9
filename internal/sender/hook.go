// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Hook is where a body's program is told what became of its notices.
type Hook struct {
	URL      string
	Changed  time.Time
	Failing  time.Time // since when nothing was taken; zero: it works
	Stopped  time.Time // it was given up; zero: it is on
	OldUntil time.Time // until when the secret before the last one signs too
}

type hookRow struct {
	Body      string     `db:"body"`
	URL       string     `db:"url"`
	Secret    []byte     `db:"secret"`
	OldSecret []byte     `db:"old_secret"`
	OldUntil  store.Time `db:"old_until_us"`
	Failing   store.Time `db:"failing_us"`
	Stopped   store.Time `db:"stopped_us"`
	MadeBy    string     `db:"made_by"`
	Changed   store.Time `db:"changed_us"`
}

func (r hookRow) hook() Hook {
	return Hook{URL: r.URL, Changed: r.Changed.Time, Failing: r.Failing.Time, Stopped: r.Stopped.Time, OldUntil: r.OldUntil.Time}
}

const (
	hookColumns = `body, url, secret, old_secret, old_until_us, failing_us, stopped_us, made_by, changed_us`
	sqlHook     = `SELECT ` + hookColumns + ` FROM sender_hook WHERE body = $1`
	sqlMoveHook = `UPDATE sender_hook SET url = $2, failing_us = 0, stopped_us = 0, made_by = $3, changed_us = $4 WHERE body = $1`
	sqlRotate   = `UPDATE sender_hook SET old_secret = secret, old_until_us = $3, secret = $2, made_by = $4, changed_us = $5 WHERE body = $1`
	sqlFailing  = `UPDATE sender_hook SET failing_us = $2 WHERE body = $1 AND failing_us = 0`
	sqlWorks    = `UPDATE sender_hook SET failing_us = 0 WHERE body = $1 AND failing_us > 0`
	sqlStop     = `UPDATE sender_hook SET stopped_us = $2 WHERE body = $1 AND stopped_us = 0`
)

// SetHook says where to tell. The first time it makes the secret, which only this
// answer knows; later it is "" and the old secret stays. It also turns on what was
// given up.
func (s *Service) SetHook(ctx context.Context, a policy.Actor, address string) (secret string, err error) {
	defer errs.Wrap(&err, "sender.SetHook")
	if err := s.manages(a); err != nil {
		return "", err
	}
	address, ok := s.hooks.Address(address)
	if !ok {
		return "", errs.InvalidFields([]errs.Field{{Name: "url", Code: "sender.wrong.url"}})
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		secret = ""
		c, found, err := store.Find[contractRow](ctx, tx, sqlLatest, a.For)
		if err != nil {
			return err
		}
		if !found || c.State == Refused || c.State == Ended {
			return errs.New(errs.Conflict, "sender.no_contract")
		}
		n, err := tx.ExecN(ctx, sqlMoveHook, a.For, address, a.Person, store.At(tx.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			words, sealed := s.hooks.NewSecret(a.For)
			secret = words
			if err := store.Insert(ctx, tx, "sender_hook", hookRow{
				Body: a.For, URL: address, Secret: sealed, OldSecret: []byte{}, MadeBy: a.Person, Changed: store.At(tx.Now()),
			}); err != nil {
				return err
			}
		}
		_, err = s.stage(ctx, tx, "sender.hook_set", a.For, a.For, a, map[string]any{"url": address})
		return err
	})
	return secret, err
}

// RotateSecret makes a new secret. For a day both sign.
func (s *Service) RotateSecret(ctx context.Context, a policy.Actor) (secret string, err error) {
	defer errs.Wrap(&err, "sender.RotateSecret")
	if err := s.manages(a); err != nil {
		return "", err
	}
	words, sealed := s.hooks.NewSecret(a.For)
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		until := tx.Now().Add(time.Duration(s.rules.OverlapHours) * time.Hour)
		n, err := tx.ExecN(ctx, sqlRotate, a.For, sealed, store.At(until), a.Person, store.At(tx.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "")
		}
		_, err = s.stage(ctx, tx, "sender.hook_rotated", a.For, a.For, a, map[string]any{"old_until": until.UTC().Format(time.RFC3339)})
		return err
	})
	return words, err
}

// Hook reads where the body is told, and the newest deliveries.
func (s *Service) Hook(ctx context.Context, a policy.Actor) (h Hook, found bool, list []Delivery, err error) {
	defer errs.Wrap(&err, "sender.Hook")
	if err := s.sees(a); err != nil {
		return h, false, nil, err
	}
	row, found, err := store.Find[hookRow](ctx, s.d.DB, sqlHook, a.For)
	if err != nil {
		return h, false, nil, err
	}
	rows, err := store.All[deliveryRow](ctx, s.d.DB, sqlDeliveries, a.For)
	for _, r := range rows {
		list = append(list, r.delivery())
	}
	return row.hook(), found, list, err
}

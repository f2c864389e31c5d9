// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/webpush"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Browser is a browser in which somebody is told.
type Browser struct {
	ID   string
	Name string // kind of browser and system; "" if nobody knows
	Made time.Time
}

// pushRow is an alert_push row.
type pushRow struct {
	Person   string     `db:"person"`
	ID       string     `db:"id"`
	Endpoint string     `db:"endpoint"`
	P256dh   string     `db:"p256dh"`
	Auth     string     `db:"auth"`
	Device   string     `db:"device"`
	Made     store.Time `db:"made_us"`
}

const (
	sqlPushes  = `SELECT person, id, endpoint, p256dh, auth, device, made_us FROM alert_push WHERE person = $1 ORDER BY made_us, id`
	sqlPush    = `SELECT person, id, endpoint, p256dh, auth, device, made_us FROM alert_push WHERE id = $1`
	sqlNoPush  = `DELETE FROM alert_push WHERE person = $1 AND id = $2`
	sqlPushNum = `SELECT count(*) FROM alert_push WHERE person = $1`
)

// mostBrowsers is in how many browsers one person is told: the next takes the place
// of the oldest.
const mostBrowsers = 10

// Why a browser is told no more, beside codes of the gateway.
const (
	whyMoved = "moved" // somebody else signed in there
	whyFull  = "full"
)

// Browsers are those in which somebody is told.
func (s *Service) Browsers(ctx context.Context, a policy.Actor) (_ []Browser, err error) {
	defer errs.Wrap(&err, "alert.Browsers")
	rows, err := store.All[pushRow](ctx, s.d.DB, sqlPushes, a.Person)
	out := make([]Browser, len(rows))
	for i, r := range rows {
		out[i] = Browser{ID: r.ID, Name: r.Device, Made: r.Made.Time}
	}
	return out, err
}

// PushKey is what a browser needs to subscribe; "" if it cannot.
func (s *Service) PushKey() string {
	if s.d.Push == nil {
		return ""
	}
	return s.d.Push.PublicKey()
}

// Subscribe has somebody told in a browser too.
func (s *Service) Subscribe(ctx context.Context, a policy.Actor, sub webpush.Subscription, device string) (err error) {
	defer errs.Wrap(&err, "alert.Subscribe")
	if s.d.Push == nil {
		return errs.New(errs.NotFound, "")
	}
	if err := s.d.Push.Check(sub); err != nil {
		return err
	}
	p, err := s.d.Identity.Person(ctx, a.Person)
	if err != nil {
		return err
	}
	row := pushRow{Person: a.Person, ID: mark(sub.Endpoint), Endpoint: sub.Endpoint, P256dh: sub.P256dh, Auth: sub.Auth, Device: device}
	gate := s.gate(a.Person)
	gate.Lock()
	defer gate.Unlock()
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		row.Made = store.At(tx.Now())
		was, found, err := store.Find[pushRow](ctx, tx, sqlPush, row.ID)
		if err != nil {
			return err
		}
		switch {
		case found && was.Person == a.Person:
			if err := tx.Exec(ctx, sqlNoPush, a.Person, row.ID); err != nil {
				return err
			}
		case found:
			if err := s.unsubscribeTx(ctx, tx, policy.Actor{Person: was.Person, Role: policy.Citizen}, row.ID, whyMoved); err != nil {
				return err
			}
		}
		n, err := store.One[int64](ctx, tx, sqlPushNum, a.Person)
		if err != nil {
			return err
		}
		if n >= mostBrowsers {
			rows, err := store.All[pushRow](ctx, tx, sqlPushes, a.Person)
			if err != nil {
				return err
			}
			if err := s.unsubscribeTx(ctx, tx, a, rows[0].ID, whyFull); err != nil {
				return err
			}
		}
		if err := store.Insert(ctx, tx, "alert_push", row); err != nil {
			return err
		}
		w, err := s.wishesOf(ctx, tx, p)
		if err != nil {
			return err
		}
		if !w.On(Push) {
			if err := s.setWishesTx(ctx, tx, a, w, w.with(Push, true), byPage); err != nil {
				return err
			}
		}
		return s.linkedTx(ctx, tx, eventLinked, a, Push, nil)
	})
}

// Unsubscribe forgets one of somebody's own browsers.
func (s *Service) Unsubscribe(ctx context.Context, a policy.Actor, browser string) (err error) {
	defer errs.Wrap(&err, "alert.Unsubscribe")
	gate := s.gate(a.Person)
	gate.Lock()
	defer gate.Unlock()
	return s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.unsubscribeTx(ctx, tx, a, browser, byPage) })
}

// unsubscribeTx forgets a browser, with evidence why. errs.NotFound: it is none of
// theirs.
func (s *Service) unsubscribeTx(ctx context.Context, tx *store.Tx, a policy.Actor, browser, why string) error {
	n, err := tx.ExecN(ctx, sqlNoPush, a.Person, browser)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.New(errs.NotFound, "")
	}
	return s.linkedTx(ctx, tx, eventUnlinked, a, Push, []string{why})
}

// push gives a browser its message: always the neutral words, which stand on the
// screen of a locked telephone.
func (s *Service) push(ctx context.Context, browser string, lang i18n.Lang) error {
	r, found, err := store.Find[pushRow](ctx, s.d.DB, sqlPush, browser)
	if err != nil {
		return err
	}
	if !found || s.d.Push == nil {
		return errs.New(errs.Invalid, "gateway.webpush.gone")
	}
	dir := "rtl"
	if lang == i18n.EN {
		dir = "ltr"
	}
	p := s.d.Catalog.Printer(lang)
	message, err := json.Marshal(map[string]string{"title": p.T("alert.neutral.subject"), "body": p.T("alert.neutral.text"), "lang": string(lang), "dir": dir})
	if err != nil {
		return err
	}
	return s.d.Push.Send(ctx, webpush.Subscription{Endpoint: r.Endpoint, P256dh: r.P256dh, Auth: r.Auth}, message)
}

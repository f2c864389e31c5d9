// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Device is a browser from which a person has signed in.
type Device struct {
	ID      string
	Name    string // "Chrome Android", or ""
	Label   string // what its owner calls it; "": nothing yet
	Method  string // of the newest sign-in
	Session string // that it made
	First   time.Time
	Last    time.Time
}

// Met is a sign-in from a browser. Secret is what the browser keeps; two people
// who share it cannot be told from it.
type Met struct {
	Person, Secret, Name, Method, Session string
}

// MeetTx notes a sign-in. fresh tells that the person has signed in from other
// browsers before, and never from this one.
func (s *Service) MeetTx(ctx context.Context, tx *store.Tx, m Met) (fresh bool, err error) {
	defer errs.Wrap(&err, "factor.MeetTx")
	hash := s.deviceHash(m.Person, m.Secret)
	n, err := tx.ExecN(ctx, sqlMeetDevice, m.Person, hash, m.Name, m.Method, m.Session, store.At(tx.Now()))
	if err != nil || n > 0 {
		return false, err
	}
	before, err := store.One[int64](ctx, tx, sqlCountDevices, m.Person)
	if err != nil {
		return false, err
	}
	return before > 0, store.Insert(ctx, tx, "identity_device", deviceRow{
		Person: m.Person, ID: id.New(), Hash: hash, Name: m.Name, Method: m.Method, Session: m.Session,
		First: store.At(tx.Now()), Last: store.At(tx.Now()),
	})
}

// Devices lists the browsers from which a person has signed in, the newest
// first, at most 50.
func (s *Service) Devices(ctx context.Context, person string) (_ []Device, err error) {
	defer errs.Wrap(&err, "factor.Devices")
	rows, err := store.All[deviceRow](ctx, s.d.DB, sqlDevices, person, 50)
	out := make([]Device, len(rows))
	for i, r := range rows {
		out[i] = Device{ID: r.ID, Name: r.Name, Label: r.Label, Method: r.Method, Session: r.Session, First: r.First.Time, Last: r.Last.Time}
	}
	return out, err
}

// MaxLabel bounds the name of a device, in characters.
const MaxLabel = 40

// NameDevice has a device called label; "" is nothing. errs.NotFound: the person has
// no such device.
func (s *Service) NameDevice(ctx context.Context, person, device, label string) (err error) {
	defer errs.Wrap(&err, "factor.NameDevice")
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return changed(tx.ExecN(ctx, sqlNameDevice, person, device, persian.Store(label)))
	})
}

// ForgetDevice removes one; the next sign-in from it counts as new. It returns
// its session. errs.NotFound: the person has no such device.
func (s *Service) ForgetDevice(ctx context.Context, person, device string) (session string, err error) {
	defer errs.Wrap(&err, "factor.ForgetDevice")
	row, err := store.One[deviceRow](ctx, s.d.DB, sqlDevice, person, device)
	if err != nil {
		return "", err
	}
	return row.Session, s.d.DB.Write(ctx, func(tx *store.Tx) error { return changed(tx.ExecN(ctx, sqlForgetDevice, person, device)) })
}

func (s *Service) deviceHash(person, secret string) string {
	h := hmac.New(sha256.New, s.derive("devices"))
	h.Write([]byte(person + "\x00" + secret))
	return hex.EncodeToString(h.Sum(nil))
}

// SPDX-License-Identifier: Apache-2.0

package recovery

import (
	"context"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	jobTell  = "identity.recovery_tell"
	jobRound = "identity.recovery_round"

	roundEvery = 10 * time.Minute
	roundBatch = 100
)

// tell is one message about a request.
type tell struct {
	ID      string `json:"id"`
	Person  string `json:"person"`
	Request string `json:"request"`
	What    string `json:"what"` // opened, reminder, stopped, ready: part of a key of words
	To      string `json:"to"`
	Link    bool   `json:"link"` // the message may hold the link that stops it
}

// Jobs registers what the package does in the background.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, jobTell, s.send)
	s.d.Jobs.Periodic(jobRound, roundEvery, s.round)
}

func (s *Service) tellTx(ctx context.Context, tx *store.Tx, r Request, t tell) error {
	t.ID, t.Person, t.Request = id.New(), r.Person, r.ID
	return s.d.Jobs.EnqueueTx(ctx, tx, jobTell, t)
}

// tellAllTx has the owner told by every channel of the account, and whoever asks
// if that is another one.
func (s *Service) tellAllTx(ctx context.Context, tx *store.Tx, p identity.Person, r Request, what string) error {
	asks := true
	for _, to := range p.Channels() {
		asks = asks && to != r.Contact()
		if err := s.tellTx(ctx, tx, r, tell{What: what, To: to, Link: true}); err != nil {
			return err
		}
	}
	if !asks {
		return nil
	}
	return s.tellTx(ctx, tx, r, tell{What: what, To: r.Contact()})
}

// send sends one. Running twice sends one message.
func (s *Service) send(ctx context.Context, t tell) error {
	row, found, err := store.Find[requestRow](ctx, s.d.DB, sqlRequest, t.Person, t.Request)
	if err != nil || !found {
		return err
	}
	p, err := s.d.Identity.Person(ctx, t.Person)
	if err != nil {
		return err
	}
	key, args := "recovery.sms."+t.What, []any(nil)
	switch {
	case t.What == "opened" && !t.Link && t.To == row.request().Contact():
		key, args = "recovery.sms.asked", []any{"number", row.Number}
	case t.What == "opened" || t.What == "reminder":
		if !row.request().Living() {
			return nil
		}
		link, err := s.mayStop(ctx, p, t)
		if err != nil {
			return err
		}
		if key += "_bare"; link {
			key, args = strings.TrimSuffix(key, "_bare"), []any{"link", s.d.BaseURL + pathStop + "/" + s.stopToken(row.ID)}
		}
	}
	err = s.d.Identity.TellAt(ctx, t.To, p.Lang, key, "recover-"+t.ID, args...)
	if errs.Is(err, errs.Invalid) {
		return nil
	}
	return err
}

// mayStop tells whether a message may hold the link: not if the number is
// another's by now, who could keep the owner out with it. A registry that is
// silent does not keep the owner from stopping it.
func (s *Service) mayStop(ctx context.Context, p identity.Person, t tell) (bool, error) {
	if !t.Link || t.To != p.Mobile || p.NationalCode == "" || !strings.HasPrefix(p.Mobile, "+98") {
		return t.Link, nil
	}
	owns, err := s.d.SimOwner.Owns(ctx, p.NationalCode, p.Mobile)
	if errs.Is(err, errs.Unavailable) {
		return true, nil
	}
	return owns, err
}

// round reminds owners a day before a waiting is over, tells those who ask that
// it is, and ends what nobody came back for.
func (s *Service) round(ctx context.Context) error {
	now := s.d.Clock.Now()
	for _, step := range []struct {
		find, mark string
		before     time.Time
		tell       func(context.Context, *store.Tx, identity.Person, Request) error
	}{
		{sqlToRemind, sqlReminded, now.Add(remindBefore), s.remindTx},
		{sqlToTell, sqlTold, now, func(ctx context.Context, tx *store.Tx, _ identity.Person, r Request) error {
			return s.tellTx(ctx, tx, r, tell{What: "ready", To: r.Contact()})
		}},
	} {
		rows, err := store.All[requestRow](ctx, s.d.DB, step.find, store.At(step.before), roundBatch)
		if err != nil {
			return err
		}
		for _, row := range rows {
			p, err := s.d.Identity.Person(ctx, row.Person)
			if err != nil {
				return err
			}
			err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
				if err := tx.ExecOne(ctx, step.mark, row.Person, row.ID, store.At(tx.Now())); err != nil {
					return err
				}
				return step.tell(ctx, tx, p, row.request())
			})
			if err != nil && !errs.Is(err, errs.Conflict) { // somebody was faster
				return err
			}
		}
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlOver, store.At(tx.Now()), store.At(tx.Now().Add(-s.d.Wait-keep)))
	})
}

func (s *Service) remindTx(ctx context.Context, tx *store.Tx, p identity.Person, r Request) error {
	for _, to := range p.Channels() {
		if err := s.tellTx(ctx, tx, r, tell{What: "reminder", To: to, Link: true}); err != nil {
			return err
		}
	}
	return nil
}

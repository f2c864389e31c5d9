// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A telephone number can become another's: a SIM card is swapped by fraud, or a
// number is given out anew. The registry is asked again every so often about the
// number of whoever signs in, and at once it counts for nothing.

const (
	jobNumbers    = "identity.numbers"
	jobNumberLost = "identity.number_lost"

	numbersEvery = 10 * time.Minute
	askNumber    = 7 * 24 * time.Hour // how old an answer may be
	askAgain     = time.Hour          // when an answer is not believable
	askLost      = 24 * time.Hour     // the same for one that was lost: it may be theirs again
	numbersBatch = 100
)

type numberJob struct {
	Person string `json:"person"`
}

// Meet notes a sign-in from a browser. Its person is told of one that is new to
// them, and the registry is asked about their number when its answer has aged.
func (s *Service) Meet(ctx context.Context, m factor.Met) (err error) {
	defer errs.Wrap(&err, "identity.Meet")
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		fresh, err := s.factors.MeetTx(ctx, tx, m)
		if err != nil {
			return err
		}
		if fresh && m.Method != "demo" {
			if err := s.alertTx(ctx, tx, m.Person, "new_device"); err != nil {
				return err
			}
		}
		return tx.Exec(ctx, sqlNoteNumber, m.Person, store.At(tx.Now()))
	})
}

// askNumbers asks about the numbers whose turn it is, those that were lost among
// them. It stops at the first silence. A registry that takes more numbers, at once
// or within a day, than is believable is broken: who has a number keeps it, and what
// is asked again is only that.
func (s *Service) askNumbers(ctx context.Context) error {
	rows, err := store.All[numberRow](ctx, s.d.DB, sqlNumbersDue, store.At(s.d.Clock.Now()), numbersBatch)
	if err != nil {
		return err
	}
	var lost []numberRow
	asked := 0
rows:
	for _, row := range rows {
		p, err := s.Person(ctx, row.Person)
		if err != nil {
			return err
		}
		owns := true
		if p.NationalCode != "" && p.Mobile != "" && row.Mobile == p.Mobile {
			owns, err = s.d.SimOwner.Owns(ctx, p.NationalCode, p.Mobile)
			if errs.Is(err, errs.Unavailable) {
				break rows // later, from here
			}
			if err != nil {
				return err
			}
		}
		asked++
		switch {
		case owns:
			err = s.numberAsked(ctx, row, p.Mobile, false)
		case !row.Lost.IsZero() && row.Mobile == p.Mobile:
			err = s.stillLost(ctx, p.ID)
		default:
			lost = append(lost, row) // its number is that of p
		}
		if err != nil {
			return err
		}
	}
	believed, err := s.Believes(ctx, DoubtNumbers, len(lost), asked)
	if err != nil {
		return err
	}
	if !believed {
		s.d.Log.ErrorContext(ctx, "the registry of SIM cards takes more numbers, at once or within a day, than is believable", "asked", asked, "lost", len(lost))
		return s.postponeNumbers(ctx, lost)
	}
	for _, row := range lost {
		if err := s.numberAsked(ctx, row, row.Mobile, true); err != nil {
			return err
		}
	}
	return nil
}

// stillLost has a number asked about again that is another's still.
func (s *Service) stillLost(ctx context.Context, person string) error {
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlAskNumberAt, person, store.At(tx.Now().Add(askLost)))
	})
}

func (s *Service) postponeNumbers(ctx context.Context, list []numberRow) error {
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		for _, row := range list {
			if err := tx.Exec(ctx, sqlAskNumberAt, row.Person, store.At(tx.Now().Add(askAgain))); err != nil {
				return err
			}
		}
		return nil
	})
}

// numberAsked writes what the registry answered about a number that was due. Whoever
// has moved to another number meanwhile, or was found to have this one, is not meant.
func (s *Service) numberAsked(ctx context.Context, due numberRow, mobile string, lost bool) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := tx.Now()
		next, since := now.Add(askNumber), time.Time{}
		if lost {
			next, since = now.Add(askLost), now
		}
		n, err := tx.ExecN(ctx, sqlNumberAnswered, due.Person, mobile, store.At(now), store.At(next), store.At(since), due.Mobile, due.Asked)
		if err != nil || n == 0 || !lost {
			return err
		}
		if err := s.EndProofsTx(ctx, tx, due.Person, policy.Actor{Role: policy.System}, "identity.proof.number_lost"); err != nil {
			return err
		}
		if err := tx.Exec(ctx, sqlEndSignInTokens, due.Person, store.At(now), tokenSession); err != nil {
			return err
		}
		if err := s.d.Jobs.EnqueueTx(ctx, tx, jobNumberLost, numberJob{Person: due.Person}); err != nil {
			return err
		}
		return s.alertTx(ctx, tx, due.Person, "number_lost")
	})
}

// endBySMS ends the sessions that may have been opened with a message to a
// number that is another's: all but those of passkeys, apps and recovery codes.
func (s *Service) endBySMS(ctx context.Context, j numberJob) error {
	if s.sessions == nil { // no site, no sessions
		return nil
	}
	devices, err := s.factors.Devices(ctx, j.Person)
	if err != nil {
		return err
	}
	keep := map[string]bool{}
	for _, d := range devices {
		keep[d.Session] = d.Method == "passkey" || d.Method == "totp" || d.Method == "recovery"
	}
	list, err := s.sessions.SessionsOf(ctx, j.Person)
	if err != nil {
		return err
	}
	for _, one := range list {
		if keep[one.ID] {
			continue
		}
		if err := s.sessions.Revoke(ctx, j.Person, one.ID); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
	}
	return nil
}

// NumberOwnedTx notes that a registry has just said that a number is its
// owner's: it is not lost (any more), and is asked about again in its time.
func (s *Service) NumberOwnedTx(ctx context.Context, tx *store.Tx, person, mobile string) error {
	return tx.Exec(ctx, sqlNumberIsTheirs, person, mobile, store.At(tx.Now()), store.At(tx.Now().Add(askNumber)))
}

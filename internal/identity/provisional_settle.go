// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	jobProvisional     = "identity.provisional"
	jobTellProvisional = "identity.sms_provisional"

	toldConfirmed = "confirmed"
)

// tellProvisionalJob tells the owner of a provisional account what became of it.
type tellProvisionalJob struct {
	ID     string `json:"id"`
	Person string `json:"person"`
	What   string `json:"what"`
}

func (s *Service) tellProvisionalTx(ctx context.Context, tx *store.Tx, person, what string) error {
	return s.d.Jobs.EnqueueTx(ctx, tx, jobTellProvisional, tellProvisionalJob{ID: id.New(), Person: person, What: what})
}

// tellProvisional sends one; running twice sends it once.
func (s *Service) tellProvisional(ctx context.Context, j tellProvisionalJob) error {
	p, err := s.Person(ctx, j.Person)
	if err != nil {
		return err
	}
	key := "identity.sms.provisional." + j.What
	if j.What == toldConfirmed {
		key = worded(key, p.Class)
	}
	text := s.d.Catalog.Printer(p.Lang).T(key, "id", p.JudicialID)
	_, err = s.write(ctx, message{to: p.Contact(), lang: p.Lang, text: text, reference: "provisional-" + j.ID})
	if errs.Is(err, errs.Invalid) {
		return nil // no later try would help
	}
	return err
}

// settleProvisional asks the registries about the accounts that wait for their
// word. It stops at the first silence: whoever is next would wait for the same
// system. What fails otherwise does not keep the others waiting.
func (s *Service) settleProvisional(ctx context.Context) error {
	var failed error
	for done := 0; done < waitingMost; {
		rows, err := store.All[provisionalRow](ctx, s.d.DB, sqlProvisionalDue, store.At(s.d.Clock.Now()), waitingBatch)
		if err != nil || len(rows) == 0 {
			return errors.Join(failed, err)
		}
		for _, row := range rows {
			down, err := s.askProvisional(ctx, row)
			if err != nil && ctx.Err() == nil {
				failed = errors.Join(failed, err)
				err = s.postpone(ctx, row, row.Cause)
			}
			if err != nil || down {
				return errors.Join(failed, err)
			}
			done++
		}
	}
	return failed
}

// askProvisional asks about one account, outside any transaction, and writes
// what the registries said.
func (s *Service) askProvisional(ctx context.Context, row provisionalRow) (down bool, err error) {
	if now, _, err := s.StatusOf(ctx, s.d.DB, row.Person); err != nil || now != Active {
		if err == nil { // closed or merged by somebody: nothing is left to ask
			err = s.d.DB.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlProvisionalLost, row.Person, store.At(tx.Now())) })
		}
		return false, err
	}
	v, err := s.inquire(ctx, row.entries())
	switch {
	case err != nil:
		return false, err
	case v.down:
		return true, s.postpone(ctx, row, v.cause)
	case !v.fine():
		err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
			if err := s.markTx(ctx, tx, row, Contradicted, v.cause, time.Time{}); err != nil {
				return err
			}
			return s.tellProvisionalTx(ctx, tx, row.Person, "refused")
		})
	default:
		if err = s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.confirmTx(ctx, tx, row, v.who) }); errs.Is(err, errs.Conflict) {
			return false, s.loseIfTaken(ctx, row, v.who)
		}
	}
	if errs.Is(err, errs.Conflict) {
		err = nil // it was entered again, or decided, meanwhile
	}
	return false, err
}

func (s *Service) postpone(ctx context.Context, row provisionalRow, cause string) error {
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		wait := longestWait
		if row.Tries < 5 {
			wait = min(firstWait<<row.Tries, longestWait)
		}
		return s.markTx(ctx, tx, row, Asking, cause, tx.Now().Add(wait))
	})
	if errs.Is(err, errs.Conflict) {
		err = nil
	}
	return err
}

func (s *Service) markTx(ctx context.Context, tx *store.Tx, row provisionalRow, to ProvisionalState, cause string, next time.Time) error {
	return tx.ExecOne(ctx, sqlProvisionalAsked, row.Person, row.NationalCode, row.Number, row.Birth, to, cause, store.At(next), store.At(tx.Now()))
}

// confirmTx gives a provisional account the registry's numbers and names, and the
// level of its word. The directory comes first: whoever else is to get this national
// code waits there, or was faster. errs.Conflict: the code or another number is
// somebody's, or what was asked about has changed.
func (s *Service) confirmTx(ctx context.Context, tx *store.Tx, row provisionalRow, who found) error {
	n := row.newPerson(who)
	if n.NationalCode != "" {
		if err := store.Insert(ctx, tx, "identity_by_national_code", nationalCodeRow{n.NationalCode, row.Person}); err != nil {
			return err
		}
	}
	if err := tx.ExecOne(ctx, sqlProvisionalConfirmed, row.Person, row.NationalCode, row.Number, row.Birth, store.At(tx.Now())); err != nil {
		return err
	}
	if err := tx.ExecOne(ctx, sqlConfirmPerson, row.Person, n.NationalCode, who.FirstName, who.LastName, who.FatherName); err != nil {
		return err
	}
	for _, x := range n.Identifiers {
		if err := s.AddIdentifierTx(ctx, tx, row.Person, x); err != nil {
			return err
		}
	}
	if err := s.closeRivalsTx(ctx, tx, row.Person, n.NationalCode, row.Birth); err != nil {
		return err
	}
	by := policy.Actor{Role: policy.System}
	facts := map[string]any{
		"person": row.Person, "national_code": n.NationalCode, "name": Person{FirstName: who.FirstName, LastName: who.LastName}.Name(),
	}
	if err := s.stage(ctx, tx, "identity.confirmed", row.Person, row.Person, by, facts); err != nil {
		return err
	}
	if n.Way != BySelf { // else it stays at level 0, with the names of the register
		if err := s.AddProofTx(ctx, tx, Proof{Person: row.Person, Way: n.Way, By: by, Ref: n.Ref}); err != nil {
			return err
		}
	}
	if err := s.tellProvisionalTx(ctx, tx, row.Person, toldConfirmed); err != nil {
		return err
	}
	return s.d.Jobs.PublishTx(ctx, tx, Registered{Person: row.Person}) // it has its numbers from now on
}

// loseIfTaken closes a provisional account whose owner turned out to have another,
// or somebody else the numbers.
func (s *Service) loseIfTaken(ctx context.Context, row provisionalRow, who found) error {
	owner, taken, err := s.findNew(ctx, s.d.DB, row.newPerson(who))
	if err != nil || !taken || owner.ID == row.Person {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now, found, err := store.Find[provisionalRow](ctx, tx, sqlProvisional, row.Person)
		if err != nil || !found || !now.provisional().Open() || now.entries() != row.entries() {
			return err
		}
		return s.loseTx(ctx, tx, row.Person)
	})
}

// closeRivalsTx closes the provisional accounts of others who say that they are
// the one to whom a national code has just been given.
func (s *Service) closeRivalsTx(ctx context.Context, tx *store.Tx, owner, nationalCode string, birth civil.Day) error {
	if nationalCode == "" {
		return nil
	}
	rows, err := store.All[provisionalRow](ctx, tx, sqlRivals, nationalCode, birth, owner)
	for _, r := range rows {
		if err := s.loseTx(ctx, tx, r.Person); err != nil {
			return err
		}
	}
	return err
}

func (s *Service) loseTx(ctx context.Context, tx *store.Tx, person string) error {
	n, err := tx.ExecN(ctx, sqlProvisionalLost, person, store.At(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	now, _, err := s.StatusOf(ctx, tx, person)
	if err != nil || now != Active {
		return err
	}
	if err := s.ChangeStatusTx(ctx, tx, StatusChange{
		Person: person, From: Active, To: NotConfirmed, Why: WhyNotConfirmed, By: policy.Actor{Role: policy.System},
	}); err != nil {
		return err
	}
	return s.tellProvisionalTx(ctx, tx, person, "lost")
}

// takeOver ends a registration whose person has a provisional account with the
// same telephone: that account is confirmed, keeps what is in it, and gets the
// new password, which alone opens it from then on: whoever made the account had the
// telephone, and is not known to be its owner, who is told of it. done is false if
// there is none.
func (s *Service) takeOver(ctx context.Context, reg Registration, hash string) (done bool, err error) {
	row, found, err := store.Find[provisionalRow](ctx, s.d.DB, sqlSameProvisional, reg.Class, reg.NationalCode, reg.Kind, reg.Issuer, reg.Number,
		reg.Birth, reg.Mobile, reg.Email)
	if err != nil || !found {
		return false, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		who := reg.found
		who.FirstName, who.LastName, who.FatherName = reg.FirstName, reg.LastName, reg.FatherName
		if err := s.confirmTx(ctx, tx, row, who); err != nil {
			return err
		}
		if err := s.closeWaysTx(ctx, tx, row.Person, hash); err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlDone, reg.ID, row.Person, store.At(tx.Now()), Proved)
	})
	if errs.Is(err, errs.Conflict) {
		return false, nil // somebody was faster: the usual way finds the account
	}
	return err == nil, err
}

// OnTakenOver has fn called in the transaction in which the owner of a provisional
// account takes it over: what a package above keeps as a way into the account, or
// out of it to others, ends there. Call it before the service is used.
func (s *Service) OnTakenOver(fn func(ctx context.Context, tx *store.Tx, person string) error) {
	s.takenOver = append(s.takenOver, fn)
}

// closeWaysTx leaves a new password as the only way into an account that was there
// before its owner.
func (s *Service) closeWaysTx(ctx context.Context, tx *store.Tx, person, hash string) error {
	had, err := s.factors.StandingOf(ctx, tx, person)
	if err != nil {
		return err
	}
	if err := s.factors.ClearTx(ctx, tx, person); err != nil {
		return err
	}
	if err := s.setPasswordTx(ctx, tx, person, hash); err != nil {
		return err
	}
	for _, end := range s.takenOver {
		if err := end(ctx, tx, person); err != nil {
			return err
		}
	}
	facts := map[string]any{"person": person, "source": "provisional", "passkeys_ended": had.Passkeys, "apps_ended": had.Apps, "codes_ended": had.Codes}
	if err := s.stage(ctx, tx, "identity.password_changed", person, person, policy.Actor{Person: person, Role: policy.Citizen}, facts); err != nil {
		return err
	}
	return s.alertTx(ctx, tx, person, "taken_over")
}

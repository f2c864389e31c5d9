// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// frees tells whether the actor decides about what somebody else has taken: whoever
// stands above the desk does, since its people may be gone.
func frees(a policy.Actor, i Item) bool {
	return i.State != Taken || i.Holder == a.Person || a.Unit == "" || a.Unit != i.Unit
}

// act does something with a notice at a desk in one transaction, in which the actor's
// capacity still holds and the notice is still theirs to see.
func (s *Service) act(ctx context.Context, a policy.Actor, noticeID string, fn func(tx *store.Tx, i Item, v sight) error) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.standsTx(ctx, tx, a); err != nil {
			return err
		}
		i, v, err := s.find(ctx, tx, a, noticeID, actionWork)
		if err != nil {
			return err
		}
		return fn(tx, i, v)
	})
}

func (s *Service) standsTx(ctx context.Context, tx *store.Tx, a policy.Actor) error {
	if a.Machine {
		return s.KeyStandsTx(ctx, tx, a)
	}
	return s.d.Identity.StandsTx(ctx, tx, a)
}

// changed turns an update that found the item in another state into the answer for who
// came second.
func changed(n int64, err error) error {
	if err == nil && n == 0 {
		err = errs.New(errs.Conflict, "desk.changed")
	}
	return err
}

// Take says that the actor deals with a notice. A second click finds it so.
// errs.Conflict, code desk.taken: somebody else does.
func (s *Service) Take(ctx context.Context, a policy.Actor, noticeID string) (err error) {
	defer errs.Wrap(&err, "desk.Take")
	return s.act(ctx, a, noticeID, func(tx *store.Tx, i Item, _ sight) error {
		if i.State == Taken && i.Holder == a.Person {
			return nil
		}
		n, err := tx.ExecN(ctx, sqlTake, i.Body, i.Notice, a.Person, store.At(tx.Now()), i.Unit)
		if err == nil && n == 0 {
			err = errs.New(errs.Conflict, "desk.taken")
		}
		if err != nil {
			return err
		}
		return s.stepTx(ctx, tx, a, i, stepTaken, i.Unit, "")
	})
}

// Leave gives a notice back to its desk.
func (s *Service) Leave(ctx context.Context, a policy.Actor, noticeID string) (err error) {
	defer errs.Wrap(&err, "desk.Leave")
	return s.act(ctx, a, noticeID, func(tx *store.Tx, i Item, _ sight) error {
		switch {
		case i.State == Fresh:
			return nil
		case !frees(a, i) || i.State != Taken:
			return errs.New(errs.Conflict, "desk.taken")
		}
		if err := changed(tx.ExecN(ctx, sqlLeave, i.Body, i.Notice, i.Holder, store.At(tx.Now()))); err != nil {
			return err
		}
		return s.stepTx(ctx, tx, a, i, stepLeft, i.Unit, "")
	})
}

// Hand gives a notice to another unit of the body, or to its top (""), with a note.
func (s *Service) Hand(ctx context.Context, a policy.Actor, noticeID, unit, note string) (err error) {
	defer errs.Wrap(&err, "desk.Hand")
	note = persian.Store(note)
	var fields []errs.Field
	switch {
	case note == "":
		fields = append(fields, errs.Field{Name: "note", Code: "desk.wrong.note"})
	case len([]rune(note)) > s.limits.Note:
		fields = append(fields, errs.Field{Name: "note", Code: "form.too_long", Args: []any{"max", s.limits.Note}})
	}
	return s.act(ctx, a, noticeID, func(tx *store.Tx, i Item, v sight) error {
		fields := fields
		if unit == i.Unit || unit != "" && !v.units.Stands(unit) {
			fields = append(fields, errs.Field{Name: "unit", Code: "desk.wrong.unit"})
		}
		if err := errs.InvalidFields(fields); err != nil {
			return err
		}
		if !frees(a, i) {
			return errs.New(errs.Conflict, "desk.taken")
		}
		if err := changed(tx.ExecN(ctx, sqlHand, i.Body, i.Notice, unit, store.At(tx.Now()), i.State, i.Holder, i.Unit)); err != nil {
			return err
		}
		return s.stepTx(ctx, tx, a, i, stepHanded, unit, note)
	})
}

// Done says that a notice is dealt with. A second click finds it so.
func (s *Service) Done(ctx context.Context, a policy.Actor, noticeID, note string) (err error) {
	defer errs.Wrap(&err, "desk.Done")
	note = persian.Store(note)
	if len([]rune(note)) > s.limits.Note {
		return errs.InvalidFields([]errs.Field{{Name: "note", Code: "form.too_long", Args: []any{"max", s.limits.Note}}})
	}
	return s.act(ctx, a, noticeID, func(tx *store.Tx, i Item, _ sight) error {
		switch {
		case i.State == Done:
			return nil
		case !frees(a, i):
			return errs.New(errs.Conflict, "desk.taken")
		}
		if err := changed(tx.ExecN(ctx, sqlFinish, i.Body, i.Notice, store.At(tx.Now()), i.State, i.Holder)); err != nil {
			return err
		}
		return s.stepTx(ctx, tx, a, i, stepDone, i.Unit, note)
	})
}

// Again says that there is something to do after all.
func (s *Service) Again(ctx context.Context, a policy.Actor, noticeID string) (err error) {
	defer errs.Wrap(&err, "desk.Again")
	return s.act(ctx, a, noticeID, func(tx *store.Tx, i Item, _ sight) error {
		if i.State != Done {
			return nil
		}
		if err := changed(tx.ExecN(ctx, sqlReopen, i.Body, i.Notice, store.At(tx.Now()))); err != nil {
			return err
		}
		return s.stepTx(ctx, tx, a, i, stepAgain, i.Unit, "")
	})
}

// stepTx writes a step with its evidence. The note itself stays out of the log, which
// forgets nothing.
func (s *Service) stepTx(ctx context.Context, tx *store.Tx, by policy.Actor, i Item, what, unit, note string) error {
	members := map[string]string{"unit": cmp.Or(unit, "top"), "kind": i.Kind}
	if what == stepRouted {
		members["rules"], members["rule"] = decimal(i.Rules), decimal(i.Rule)
	}
	if note != "" {
		sum := sha256.Sum256([]byte(note))
		members["note_sha256"] = hex.EncodeToString(sum[:])
	}
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "desk." + what, Owner: i.Body, Subject: i.Notice, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For, Members: members,
	})
	if err != nil {
		return err
	}
	person := by.Person
	if by.Machine {
		person = ""
	}
	return store.Insert(ctx, tx, "notice_desk_step", stepRow{
		Body: i.Body, Notice: i.Notice, ID: id.New(), What: what, Unit: unit, Person: person, Note: note, At: store.At(tx.Now()), Evidence: evidence,
	})
}

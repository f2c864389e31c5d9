// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Kinds of steps beside assignments and attempts.
const (
	StepReaddressed = "readdressed" // to another address
	StepAgain       = "again"       // to the same one once more
	StepAddress     = "address"     // the first address, of somebody whose whereabouts nobody knew
	StepConcealed   = "concealed"
	StepShown       = "shown"
	StepAsked       = "asked"
	StepRefused     = "refused"
	StepPublished   = "published"
	StepWithdrawn   = "withdrawn"
)

const mostAddress = 500

// Step is what a clerk or a judge did with a task.
type Step struct {
	stepRow
}

// Where is an address that a clerk found.
type Where struct{ Address, Province, County string }

// Readdress sends a task that failed to another address, or, with no address, to
// the same one again; and gives its first address to one that had none. It is open
// then. errs.Conflict: it has moved on meanwhile.
func (s *Service) Readdress(ctx context.Context, a policy.Actor, id string, to Where, why string) (err error) {
	defer errs.Wrap(&err, "bailiff.Readdress")
	to.Address, why = persian.Store(strings.TrimSpace(to.Address)), persian.Store(strings.TrimSpace(why))
	switch {
	case utf8.RuneCountInString(to.Address) > mostAddress:
		return wrong("address", "bailiff.wrong.address")
	case why == "" || utf8.RuneCountInString(why) > mostNote:
		return wrong("why", "bailiff.wrong.why")
	}
	return s.change(ctx, a, actionAssign, id, func(tx *store.Tx, t Task) error {
		now, query, kind := store.At(tx.Now()), sqlReopen, StepReaddressed
		switch {
		case t.State == Open && t.Address == "":
			query, kind = sqlGiveAddress, StepAddress
			if to.Address == "" {
				return wrong("address", "bailiff.wrong.address")
			}
		case to.Address == "":
			to, kind = Where{t.Address, t.Province, t.County}, StepAgain
			if to.Address == "" {
				return wrong("address", "bailiff.wrong.address")
			}
		}
		if err := tx.ExecOne(ctx, query, t.Unit, t.ID, to.Address, to.Province, to.County, now); err != nil {
			return err
		}
		_, err := s.step(ctx, tx, a, t, kind, why, ledger.Record{})
		return err
	})
}

// Conceal hides the address of a task from everybody but its bailiff, or shows it
// to the registry again.
func (s *Service) Conceal(ctx context.Context, a policy.Actor, id string, on bool, why string) (err error) {
	defer errs.Wrap(&err, "bailiff.Conceal")
	if why = persian.Store(strings.TrimSpace(why)); why == "" || utf8.RuneCountInString(why) > mostNote {
		return wrong("why", "bailiff.wrong.why")
	}
	kind := StepShown
	if on {
		kind = StepConcealed
	}
	return s.change(ctx, a, actionAssign, id, func(tx *store.Tx, t Task) error {
		if err := tx.ExecOne(ctx, sqlConceal, t.Unit, t.ID, on); err != nil {
			return err
		}
		_, err := s.step(ctx, tx, a, t, kind, why, ledger.Record{})
		return err
	})
}

// change runs fn with a task that the actor may do something with.
func (s *Service) change(ctx context.Context, a policy.Actor, action, id string, fn func(tx *store.Tx, t Task) error) error {
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		t, had, err := s.find(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := hidden(s.d.Policy.Check(a, action, resource(t, had))); err != nil {
			return err
		}
		return fn(tx, t)
	})
	if errs.Is(err, errs.Conflict) {
		return errs.New(errs.Conflict, "bailiff.moved_on").Because(err)
	}
	return err
}

// step keeps what was done with a task, with its evidence.
func (s *Service) step(ctx context.Context, tx *store.Tx, a policy.Actor, t Task, kind, why string, r ledger.Record) (evidence string, err error) {
	if evidence, err = s.stage(ctx, tx, t, "bailiff."+kind, a, r); err != nil {
		return "", err
	}
	return evidence, store.Insert(ctx, tx, "bailiff_step", stepRow{
		Unit: t.Unit, Task: t.ID, ID: id.New(), Kind: kind, Why: why, DoneBy: a.Person, Label: a.Name, Evidence: evidence, At: store.At(tx.Now()),
	})
}

// Whose is whom a task is for: one of the two.
type Whose struct{ NationalCode, EntityID string }

const sqlMove = `UPDATE bailiff_task SET address = $4, province = $5, county = $6, state = CASE WHEN state = 'assigned' THEN 'open' ELSE state END,
		bailiff = '', bailiff_label = '', place = 0, due_us = 0, changed_us = $7
	WHERE case_id = $1 AND state IN ('open', 'assigned', 'failed')
		AND (national_code = $2 AND national_code <> '' OR entity_id = $3 AND entity_id <> '')`

// MoveTx gives the tasks of somebody in a case that are under way another address,
// in the caller's transaction: what a bailiff had goes back to the registry, which
// knows who goes there. It only writes.
func (s *Service) MoveTx(ctx context.Context, tx *store.Tx, caseID string, of Whose, to Where) (err error) {
	defer errs.Wrap(&err, "bailiff.MoveTx")
	return tx.Exec(ctx, sqlMove, caseID, of.NationalCode, of.EntityID, to.Address, to.Province, to.County, store.At(tx.Now()))
}

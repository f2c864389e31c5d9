// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// waitingRow is a party who has no account yet.
type waitingRow struct {
	NationalCode string `db:"national_code"`
	Case         string `db:"case_id"`
	Party        string `db:"party"`
}

const (
	sqlWaiting     = `SELECT national_code, case_id, party FROM docket_waiting WHERE national_code = $1 ORDER BY case_id, party LIMIT $2`
	sqlWaitingDone = `DELETE FROM docket_waiting WHERE national_code = $1 AND case_id = $2 AND party = $3`
	sqlGiveAccount = `UPDATE docket_party SET person = $3 WHERE case_id = $1 AND id = $2 AND person = ''`
	sqlListFor     = `INSERT INTO docket_of_person (person, case_id, side, opened_us)
		SELECT p.person, p.case_id, p.side, c.opened_us FROM docket_party p JOIN docket_case c ON c.id = p.case_id
		WHERE p.case_id = $1 AND p.id = $2 AND p.person <> '' AND p.joined_us > 0
		ON CONFLICT (person, case_id) DO NOTHING`
	// The terms of the party that run already, perhaps from service on its lawyer.
	sqlDueForParty = `INSERT INTO docket_due (person, case_id, notice, deadline, case_number, title_fa, title_en, rule, safe_day, last_day)
		SELECT p.person, d.case_id, d.notice, d.id, c.number, d.title_fa, d.title_en, d.rule, d.safe_day, d.last_day
		FROM docket_party p JOIN docket_case c ON c.id = p.case_id JOIN docket_notice n ON n.case_id = p.case_id AND n.party = p.id
			JOIN docket_deadline d ON d.case_id = n.case_id AND d.notice = n.notice
		WHERE p.case_id = $1 AND p.id = $2 AND p.person <> '' AND p.joined_us > 0 AND d.superseded_us = 0
		ON CONFLICT (person, case_id, notice) DO NOTHING`
)

// giveAccount ties a party to the account that he has now: from here on he is
// served electronically. The case appears in his list if a notice was issued to
// him before, otherwise when the first one is. It is right if it is run again.
func (s *Service) giveAccount(ctx context.Context, tx *store.Tx, w waitingRow, person string) error {
	if err := tx.Exec(ctx, sqlGiveAccount, w.Case, w.Party, person); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlListFor, w.Case, w.Party); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlDueForParty, w.Case, w.Party); err != nil {
		return err
	}
	p, err := store.One[partyRow](ctx, tx, sqlParty, w.Case, w.Party)
	if err == nil && !p.party().Joined.IsZero() {
		err = s.showLooks(ctx, tx, p.Party)
	}
	if err != nil {
		return err
	}
	if err := s.d.Jobs.EnqueueTx(ctx, tx, kindAnew, lookAgain{w.Case, w.Party}); err != nil {
		return err
	}
	return tx.Exec(ctx, sqlWaitingDone, w.NationalCode, w.Case, w.Party)
}

// waitingBatch is how many parties one transaction gives their account.
const waitingBatch = 100

// onRegistered finds the cases of somebody who has registered: all of them, in
// short transactions.
func (s *Service) onRegistered(ctx context.Context, e identity.Registered) error {
	p, err := s.d.Identity.Person(ctx, e.Person)
	if err != nil {
		return err
	}
	for n := waitingBatch; n == waitingBatch; {
		err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
			waiting, err := store.All[waitingRow](ctx, tx, sqlWaiting, p.NationalCode, waitingBatch)
			if err != nil {
				return err
			}
			n = len(waiting)
			for _, w := range waiting {
				if err := s.giveAccount(ctx, tx, w, p.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lookAgain is the job that looks for the account of a party after his case was
// opened: he may have registered while that was under way, when nothing waited
// for him yet.
type lookAgain struct {
	Case  string `json:"case"`
	Party string `json:"party"`
}

const kindAccount = "docket.account"

// lookAgainTx leaves a job for each party who waits for an account.
func (s *Service) lookAgainTx(ctx context.Context, tx *store.Tx, c Case) error {
	for _, p := range c.Parties {
		if p.Person != "" || p.NationalCode == "" {
			continue
		}
		if err := s.d.Jobs.EnqueueTx(ctx, tx, kindAccount, lookAgain{c.ID, p.ID}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) onLookAgain(ctx context.Context, l lookAgain) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := store.One[partyRow](ctx, tx, sqlParty, l.Case, l.Party)
		if err == nil {
			_, err = s.account(ctx, tx, p.Party)
		}
		return err
	})
}

// account is the account of a party, also of one who registered a moment ago
// and whose event has not been heard yet: a paper notice to somebody who can be
// served electronically would be wrong (by-law 1395 art. 13 note 1).
func (s *Service) account(ctx context.Context, tx *store.Tx, p Party) (string, error) {
	if p.Person == "" && p.EntityID != "" {
		entity, found, err := s.d.Identity.FindByIdentifier(ctx, tx, identity.EntityID, "", p.EntityID)
		if err != nil || !found {
			return "", err
		}
		return entity.ID, s.giveAccount(ctx, tx, waitingRow{Case: p.Case, Party: p.ID}, entity.ID)
	}
	if p.Person != "" || p.NationalCode == "" {
		return p.Person, nil
	}
	who, found, err := s.d.Identity.FindByNationalCode(ctx, tx, p.NationalCode)
	if err != nil || !found {
		return "", err
	}
	return who.ID, s.giveAccount(ctx, tx, waitingRow{p.NationalCode, p.Case, p.ID}, who.ID)
}

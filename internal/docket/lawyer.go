// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Representation is a lawyer on record: he acts for a party, and papers for the
// party are served on him.
type Representation struct {
	Case, Party string // ids
	Lawyer      string // the lawyer's account
	Name        string // the lawyer's
	Contract    string // number of the power of attorney
	Filing      string // with which the lawyer entered appearance; records him once
	From, Until time.Time
}

// lawyerRow is a docket_lawyer row.
type lawyerRow struct {
	Case     string     `db:"case_id"`
	ID       string     `db:"id"`
	Party    string     `db:"party"`
	Lawyer   string     `db:"lawyer"`
	Name     string     `db:"name"`
	Contract string     `db:"contract"`
	Filing   string     `db:"filing"`
	Evidence string     `db:"evidence"`
	From     store.Time `db:"from_us"`
	Until    store.Time `db:"until_us"`
	Served   int64      `db:"served"`
}

func (r lawyerRow) representation() Representation {
	return Representation{Case: r.Case, Party: r.Party, Lawyer: r.Lawyer, Name: r.Name, Contract: r.Contract, Filing: r.Filing,
		From: r.From.Time, Until: r.Until.Time}
}

const (
	sqlLawyers = `SELECT case_id, id, party, lawyer, name, contract, filing, evidence, from_us, until_us, served
		FROM docket_lawyer WHERE case_id = $1 ORDER BY from_us, id`
	sqlRecordLawyer = `INSERT INTO docket_lawyer (case_id, id, party, lawyer, name, contract, filing, evidence, from_us)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
	sqlListForLawyer = `INSERT INTO docket_of_person (person, case_id, side, opened_us, as_lawyer) VALUES ($1, $2, $3, $4, TRUE)
		ON CONFLICT (person, case_id) DO NOTHING`
	// The terms of the party that run already.
	sqlDueForLawyer = `INSERT INTO docket_due (person, case_id, notice, deadline, case_number, title_fa, title_en, rule, safe_day, last_day, as_lawyer)
		SELECT CAST($1 AS TEXT), d.case_id, d.notice, d.id, CAST($2 AS TEXT), d.title_fa, d.title_en, d.rule, d.safe_day, d.last_day, TRUE
		FROM docket_deadline d JOIN docket_notice n ON n.case_id = d.case_id AND n.notice = d.notice
		WHERE d.case_id = $3 AND n.party = $4 AND d.superseded_us = 0
		ON CONFLICT (person, case_id, notice) DO NOTHING`
	sqlEndLawyer = `UPDATE docket_lawyer SET until_us = $1 WHERE case_id = $2 AND party = $3 AND lawyer = $4 AND until_us = 0`
	// Counting is the lock: who ends the representation at this moment waits, or
	// was faster and nothing is counted.
	sqlServeLawyer = `UPDATE docket_lawyer SET served = served + 1 WHERE case_id = $1 AND party = $2 AND lawyer = $3 AND until_us = 0`
	// The same without a notice: who ends the representation waits, or was faster.
	sqlHoldLawyer = `UPDATE docket_lawyer SET served = served WHERE case_id = $1 AND party = $2 AND lawyer = $3 AND until_us = 0`
)

// readLawyers reads the lawyers on record of a case and those who were, the first
// one first.
func readLawyers(ctx context.Context, q store.Querier, caseID string) (now, past []Representation, err error) {
	rows, err := store.All[lawyerRow](ctx, q, sqlLawyers, caseID)
	for _, r := range rows {
		if r.Until.IsZero() {
			now = append(now, r.representation())
		} else {
			past = append(past, r.representation())
		}
	}
	return now, past, err
}

// RecordLawyerTx records in the caller's transaction that a lawyer represents a
// party, with evidence and an entry; the lawyer sees the case and the party's
// running terms from here on. It is right if it is run again: the same filing,
// and a lawyer who is on record, are recorded once. Errors: errs.NotFound,
// errs.Forbidden (only the registry of the unit), errs.Invalid (a party who
// does not see the case yet, a lawyer who is a party or was the other side's).
func (s *Service) RecordLawyerTx(ctx context.Context, tx *store.Tx, a policy.Actor, r Representation) (err error) {
	defer errs.Wrap(&err, "docket.RecordLawyerTx")
	c, err := readCase(ctx, tx, r.Case)
	if err != nil {
		return err
	}
	if err := s.d.Policy.Check(a, "docket.record_lawyer", caseResource(c)); err != nil {
		return err
	}
	p, ok := c.party(r.Party)
	if !ok || p.Joined.IsZero() {
		return wrongField("party", "docket.wrong.party")
	}
	if err := s.mayRepresent(ctx, tx, c, p, r); err != nil {
		return err
	}
	return s.putLawyer(ctx, tx, a, c, p, r)
}

// putLawyer records a lawyer who may represent a party.
func (s *Service) putLawyer(ctx context.Context, tx *store.Tx, a policy.Actor, c Case, p Party, r Representation) error {
	from := tx.Now()
	if !r.From.IsZero() {
		from = r.From
	}
	row := lawyerRow{ID: id.New()}
	n, err := tx.ExecN(ctx, sqlRecordLawyer, c.ID, row.ID, p.ID, r.Lawyer, r.Name, r.Contract, r.Filing, "", store.At(from))
	if err != nil || n == 0 {
		return err
	}
	row.Evidence, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.lawyer_recorded", Owner: c.ID, Subject: row.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For,
		Members: map[string]string{"case": c.Number, "party": p.ID, "lawyer": r.Lawyer, "contract": r.Contract, "filing": r.Filing},
	})
	if err != nil {
		return err
	}
	if err := tx.ExecOne(ctx, sqlLawyerEvidence, row.Evidence, c.ID, row.ID); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlListForLawyer, r.Lawyer, c.ID, p.Side, store.At(c.Opened)); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlDueForLawyer, r.Lawyer, c.Number, c.ID, p.ID); err != nil {
		return err
	}
	return s.AddEntryTx(ctx, tx, Entry{
		Case: c.ID, Kind: "docket.lawyer_recorded", Sides: []string{Plaintiff, Defendant}, By: a, Subject: row.ID, Evidence: row.Evidence,
		Members: map[string]string{"lawyer": r.Name, "name": p.Name},
	})
}

const sqlLawyerEvidence = `UPDATE docket_lawyer SET evidence = $1 WHERE case_id = $2 AND id = $3`

// EndLawyer ends a representation, as the party wishes. The lawyer is told by a
// notice (CPC 37), sees the case no more, and the next papers go to the party.
// Errors: errs.NotFound if the actor may not see the case, errs.Forbidden if it
// is not his own party, errs.Conflict (docket.lawyer_ended) if it is ended.
func (s *Service) EndLawyer(ctx context.Context, a policy.Actor, caseID, party, lawyer string) (err error) {
	defer errs.Wrap(&err, "docket.EndLawyer")
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		c, err := readCase(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := hidden(s.d.Policy.Check(a, "docket.view", caseResource(c))); err != nil {
			return err
		}
		p, ok := c.party(party)
		if !ok {
			return errs.New(errs.NotFound, "")
		}
		if err := s.d.Policy.Check(a, "docket.end_lawyer", partyResource(c, p)); err != nil {
			return err
		}
		if err := s.d.Identity.CoversTx(ctx, tx, a, policy.Sign, c.ID, ""); err != nil {
			return err
		}
		i := slices.IndexFunc(c.Lawyers, func(l Representation) bool { return l.Party == party && l.Lawyer == lawyer })
		n, err := tx.ExecN(ctx, sqlEndLawyer, store.At(tx.Now()), c.ID, p.ID, lawyer)
		if err == nil && (n == 0 || i < 0) {
			err = errs.New(errs.Conflict, "docket.lawyer_ended")
		}
		if err != nil {
			return err
		}
		return s.lawyerEnded(ctx, tx, a, c, p, c.Lawyers[i], "cpc-37")
	})
}

// lawyerEnded writes what follows when a representation ends. Whom the party
// dismissed (CPC 37) is told by a notice.
func (s *Service) lawyerEnded(ctx context.Context, tx *store.Tx, a policy.Actor, c Case, p Party, l Representation, rule string) error {
	if err := s.leftTx(ctx, tx, c, l); err != nil {
		return err
	}
	act := id.New()
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.lawyer_ended", Owner: c.ID, Subject: act, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For, Rule: rule,
		Members: map[string]string{"case": c.Number, "party": p.ID, "lawyer": l.Lawyer},
	})
	if err != nil {
		return err
	}
	entry := Entry{
		Case: c.ID, Kind: "docket.lawyer_ended", Sides: []string{Plaintiff, Defendant}, By: a, Subject: act, Evidence: evidence,
		Members: map[string]string{"lawyer": l.Name, "name": p.Name},
	}
	if rule != "cpc-37" {
		return s.AddEntryTx(ctx, tx, entry)
	}
	title, paper := s.both("docket.dismissed.title"), s.both("docket.dismissed.paper", "name", p.Name, "number", c.Number, "lawyer", l.Name)
	_, err = s.d.Notice.IssueTx(ctx, tx, notice.NewNotice{
		Key: "lawyer_ended:" + act, Owner: l.Lawyer, AddresseeName: l.Name, Kind: notice.KindOther, CaseNumber: c.Number,
		Unit: c.Unit, UnitName: c.Sender().FA, UnitNameEN: cmp.Or(c.Sender().EN, c.Sender().FA), Title: notice.Text(title), Paper: notice.Text(paper),
		Province: c.Province, IssuedBy: policy.Actor{Role: policy.System},
	})
	if err != nil {
		return err
	}
	return s.AddEntryTx(ctx, tx, entry)
}

// leftTx publishes that a lawyer acts for his party no more.
func (s *Service) leftTx(ctx context.Context, tx *store.Tx, c Case, l Representation) error {
	return s.d.Jobs.PublishTx(ctx, tx, LawyerLeft{Case: c.ID, Unit: c.Unit, Party: l.Party, Lawyer: l.Lawyer, Name: l.Name, At: tx.Now()})
}

// lawyerTx is the lawyer on record on whom papers for a party are served: the
// first one. He stays on record until the transaction ends.
func (s *Service) lawyerTx(ctx context.Context, tx *store.Tx, c Case, party string) (Representation, bool, error) {
	for _, l := range c.Lawyers {
		if l.Party != party {
			continue
		}
		if acts, err := s.actsTx(ctx, tx, c, l); err != nil {
			return Representation{}, false, err
		} else if !acts {
			continue
		}
		n, err := tx.ExecN(ctx, sqlServeLawyer, c.ID, party, l.Lawyer)
		if err != nil || n > 0 {
			return l, n > 0, err
		}
	}
	return Representation{}, false, nil
}

const sqlFindParty = `SELECT ` + partyColumns + `
	FROM docket_number n JOIN docket_party p ON p.case_id = n.case_id
	WHERE n.number = $1 AND p.joined_us > 0 AND ((p.national_code = $2 AND p.kind = 'person') OR (p.entity_id = $2 AND p.kind = 'entity'))
	ORDER BY p.id LIMIT 1`

// A body has no number of its own in the case: it is its account's.
const sqlFindBody = `SELECT ` + partyColumns + `
	FROM docket_number n JOIN docket_party p ON p.case_id = n.case_id
	WHERE n.number = $1 AND p.joined_us > 0 AND p.kind = 'entity' AND p.person = $2
	ORDER BY p.id LIMIT 1`

// findBody finds a government body among the parties of a case by its code.
func (s *Service) findBody(ctx context.Context, number, code string) (r partyRow, found bool, err error) {
	clean, err := identity.CleanIdentifier(identity.BodyCode, code)
	if err != nil { // it is no code of a body
		return r, false, nil
	}
	body, found, err := s.d.Identity.FindByIdentifier(ctx, s.d.DB, identity.BodyCode, "", clean)
	if err != nil || !found {
		return r, false, err
	}
	return store.Find[partyRow](ctx, s.d.DB, sqlFindBody, number, body.ID)
}

// FindParty finds a case by its number and one of its parties by national code
// (a company by its id, a government body by its code), for a lawyer who enters appearance. A party on whom
// nothing was served yet is not found, so that nobody can try out whether he is
// being sued. It is for the modules above; what is found is not for a page.
func (s *Service) FindParty(ctx context.Context, number, nationalCode string) (_ Case, _ Party, found bool, err error) {
	defer errs.Wrap(&err, "docket.FindParty")
	if number == "" || nationalCode == "" {
		return Case{}, Party{}, false, nil
	}
	r, found, err := store.Find[partyRow](ctx, s.d.DB, sqlFindParty, number, nationalCode)
	if err == nil && !found {
		r, found, err = s.findBody(ctx, number, nationalCode)
	}
	if err != nil || !found {
		return Case{}, Party{}, false, err
	}
	c, err := readCase(ctx, s.d.DB, r.Case)
	return c, r.party(), err == nil, err
}

func wrongField(name, code string, args ...any) error {
	return errs.InvalidFields([]errs.Field{{Name: name, Code: code, Args: args}})
}

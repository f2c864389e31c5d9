// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"cmp"
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// OpenTx opens a case in the caller's transaction: number, parties, proposed
// branch (none for a declaration), evidence docket.opened and the first entry of the timeline. It reads,
// so it is not for blind transactions. Call Ready for the unit before the
// transaction. Errors: errs.Conflict (docket.registered), the filing has a case
// already; errs.Unavailable (docket.court_pending), the register does not know
// the unit yet.
func (s *Service) OpenTx(ctx context.Context, tx *store.Tx, n NewCase) (_ Case, err error) {
	defer errs.Wrap(&err, "docket.OpenTx")
	if err := n.check(); err != nil {
		return Case{}, err
	}
	if _, taken, err := store.Find[string](ctx, tx, sqlByFiling, n.Filing); err != nil || taken {
		if taken {
			err = errs.New(errs.Conflict, "docket.registered")
		}
		return Case{}, err
	}
	court, found, err := store.Find[courtRow](ctx, tx, sqlCourt, n.Unit)
	if err == nil && !found {
		err = errs.New(errs.Unavailable, "docket.court_pending")
	}
	if err != nil {
		return Case{}, err
	}
	if n.Province != "" && n.Province != court.Province {
		return Case{}, wrongUnit()
	}
	c := Case{
		ID: id.New(), Kind: cmp.Or(n.Kind, CivilCase), Unit: n.Unit, UnitName: Text{FA: court.NameFA, EN: court.NameEN}, Province: court.Province,
		Title: Text{FA: n.TitleFA, EN: n.TitleEN}, Filing: n.Filing, First: n.First, State: StateProposed, Version: 1, Opened: tx.Now(),
	}
	// The counter's row is the unit's lock: from here on, openings of one unit
	// follow each other, so that the loads below are those of the one before.
	if c.Number, err = s.nextNumber(ctx, tx, court); err != nil {
		return Case{}, err
	}
	if c.Kind == DeclarationCase { // the registry serves it; no branch hears it
		c.State = StateReferred
	} else if err := propose(ctx, tx, &c); err != nil {
		return Case{}, err
	}
	for _, p := range n.Parties {
		p.Case, p.ID, p.Kind = c.ID, id.New(), cmp.Or(p.Kind, PersonParty)
		if p.Side == Plaintiff || !p.Joined.IsZero() { // the side that opens the case sees it at once
			p.Joined = c.Opened
		}
		c.Parties = append(c.Parties, p)
	}
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.opened", Owner: c.ID, Subject: c.ID, Actor: n.By.Person, Role: string(n.By.Role), Capacity: n.By.Capacity, OnBehalf: n.By.For, Rule: "cpc-49",
		Members: map[string]string{"case": c.Number, "kind": c.Kind, "unit": c.Unit, "filing": c.Filing, "proposed_branch": c.Proposed},
	})
	if err != nil {
		return Case{}, err
	}
	if err := insertCase(ctx, tx, c, n.By.Person, evidence); err != nil {
		return Case{}, err
	}
	if err := s.lookAgainTx(ctx, tx, c); err != nil {
		return Case{}, err
	}
	return c, s.AddEntryTx(ctx, tx, Entry{
		Case: c.ID, Kind: "docket.opened", Sides: []string{Plaintiff, Defendant}, By: n.By, Subject: c.ID, Evidence: evidence,
		Members: map[string]string{"number": c.Number, "unit_fa": c.UnitName.FA, "unit_en": c.UnitName.EN},
	})
}

// propose chooses the branch with the least load and adds the case to it.
func propose(ctx context.Context, tx *store.Tx, c *Case) error {
	branches, err := store.All[branchRow](ctx, tx, sqlBranches, c.Unit)
	if err != nil {
		return err
	}
	if len(branches) == 0 {
		return wrongUnit()
	}
	least := leastLoad(branches)
	c.Proposed, c.BranchName = least.Number, Text{FA: least.NameFA, EN: least.NameEN}
	return tx.ExecOne(ctx, sqlLoad, 1, c.Unit, c.Proposed)
}

func (s *Service) nextNumber(ctx context.Context, tx *store.Tx, court courtRow) (string, error) {
	province, ok := authority.FindProvince(court.Province)
	if !ok {
		return "", wrongUnit()
	}
	year, _, _ := civil.Of(tx.Now()).Jalali()
	serial, err := store.One[int64](ctx, tx, sqlNextSerial, court.Unit, year)
	if err != nil {
		return "", err
	}
	return number(year, province.Code, court.Unit, serial)
}

// leastLoad is the branch with the least load, the lowest number among equals
// (CPC 50). branches is not empty. The load is the open cases that are proposed
// for or referred to a branch: it falls when a case is closed.
func leastLoad(branches []branchRow) branchRow {
	return slices.MinFunc(branches, func(a, b branchRow) int {
		return cmp.Or(cmp.Compare(a.Open, b.Open), compareNumbers(a.Number, b.Number))
	})
}

// compareNumbers orders branch numbers: 2 before 10.
func compareNumbers(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// Ready lets the register know a unit, so that OpenTx can open a case there. It
// reads authority, so it must not be called inside a transaction. errs.Invalid,
// field unit: authority does not know it either.
func (s *Service) Ready(ctx context.Context, unit string) (err error) {
	defer errs.Wrap(&err, "docket.Ready")
	if _, found, err := store.Find[courtRow](ctx, s.d.DB, sqlCourt, unit); err != nil || found {
		return err
	}
	u, err := s.d.Authority.Unit(ctx, unit)
	if errs.Is(err, errs.NotFound) {
		return wrongUnit()
	}
	if err != nil {
		return err
	}
	return s.takeOver(ctx, u)
}

func wrongUnit() error {
	return errs.InvalidFields([]errs.Field{{Name: "unit", Code: "docket.wrong.unit"}})
}

// takeOver writes what authority knows about a unit. It reads authority before
// its transaction: a transaction that waits for a second connection can wait for
// ever when every connection is held by one that does the same.
func (s *Service) takeOver(ctx context.Context, u authority.Unit) error {
	branches, err := s.d.Authority.Branches(ctx, u.Code)
	if err != nil {
		return err
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, sqlUpsertCourt, u.Code, u.NameFA, u.NameEN, u.Province); err != nil {
			return err
		}
		for _, b := range branches {
			if err := tx.Exec(ctx, sqlUpsertBranch, u.Code, b.Number, b.NameFA, b.NameEN); err != nil {
				return err
			}
		}
		return nil
	})
}

// SyncCourts takes over every unit that authority has, new ones and those whose
// names have changed. A job does it when the program starts and once an hour.
func (s *Service) SyncCourts(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "docket.SyncCourts")
	units, err := s.d.Authority.Units(ctx, authority.Filter{})
	if err != nil {
		return err
	}
	for _, u := range units {
		if err := s.takeOver(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

func insertCase(ctx context.Context, tx *store.Tx, c Case, by, evidence string) error {
	row := caseRow{
		ID: c.ID, Number: c.Number, Kind: c.Kind, Unit: c.Unit, Province: c.Province, Proposed: c.Proposed, TitleFA: c.Title.FA, TitleEN: c.Title.EN,
		Filing: c.Filing, First: c.First, State: c.State, Version: c.Version, Evidence: evidence, Opened: store.At(c.Opened), OpenedBy: by,
	}
	if err := store.Insert(ctx, tx, "docket_case", row); err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, "docket_number", numberRow{c.Number, c.ID}); err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, "docket_filing", filingRow{c.Filing, c.ID}); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, p := range c.Parties {
		if err := store.Insert(ctx, tx, "docket_party", partyRow{p, store.At(p.Joined)}); err != nil {
			return err
		}
		if p.Person == "" && p.NationalCode != "" {
			if err := store.Insert(ctx, tx, "docket_waiting", waitingRow{p.NationalCode, p.Case, p.ID}); err != nil {
				return err
			}
		}
		if p.Person == "" || p.Joined.IsZero() || seen[p.Person] {
			continue
		}
		seen[p.Person] = true
		if err := store.Insert(ctx, tx, "docket_of_person", ofPersonRow{Person: p.Person, Case: c.ID, Side: p.Side, Opened: store.At(c.Opened)}); err != nil {
			return err
		}
	}
	return nil
}

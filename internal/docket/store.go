// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// caseRow is a docket_case row.
type caseRow struct {
	ID            string     `db:"id"`
	Number        string     `db:"number"`
	Kind          string     `db:"kind"`
	Unit          string     `db:"unit"`
	Province      string     `db:"province"`
	Branch        string     `db:"branch"`
	Proposed      string     `db:"proposed"`
	TitleFA       string     `db:"title_fa"`
	TitleEN       string     `db:"title_en"`
	Filing        string     `db:"filing"`
	First         string     `db:"first_id"`
	State         string     `db:"state"`
	Version       int64      `db:"version"`
	Evidence      string     `db:"evidence"`
	Opened        store.Time `db:"opened_us"`
	OpenedBy      string     `db:"opened_by"`
	Confirmed     store.Time `db:"confirmed_us"`
	ConfirmedBy   string     `db:"confirmed_by"`
	ConfirmedName string     `db:"confirmed_name"`
	Closed        store.Time `db:"closed_us"`
}

func (r caseRow) toCase() Case {
	return Case{
		ID: r.ID, Number: r.Number, Kind: r.Kind, Unit: r.Unit, Province: r.Province, Branch: r.Branch, Proposed: r.Proposed,
		Title: Text{FA: r.TitleFA, EN: r.TitleEN}, Filing: r.Filing, First: r.First, State: r.State, Version: r.Version, Opened: r.Opened.Time,
		Confirmed: r.Confirmed.Time, ConfirmedBy: r.ConfirmedBy, ConfirmedName: r.ConfirmedName, Closed: r.Closed.Time,
	}
}

const sqlCase = `SELECT id, number, kind, unit, province, branch, proposed, title_fa, title_en, filing, first_id, state, version,
		evidence, opened_us, opened_by, confirmed_us, confirmed_by, confirmed_name, closed_us
	FROM docket_case WHERE id = $1`

const (
	sqlByNumber = `SELECT case_id FROM docket_number WHERE number = $1`
	sqlByFiling = `SELECT case_id FROM docket_filing WHERE filing = $1`
)

// sqlNextSerial counts without a gap: a transaction that fails gives its serial
// back, one that is under way makes the next wait.
const sqlNextSerial = `INSERT INTO docket_counter (unit, jalali_year, serial) VALUES ($1, $2, 1)
	ON CONFLICT (unit, jalali_year) DO UPDATE SET serial = docket_counter.serial + 1
	RETURNING serial`

const (
	sqlCourt       = `SELECT unit, name_fa, name_en, province FROM docket_court WHERE unit = $1`
	sqlBranches    = `SELECT unit, number, name_fa, name_en, open_cases FROM docket_branch WHERE unit = $1`
	sqlUpsertCourt = `INSERT INTO docket_court (unit, name_fa, name_en, province) VALUES ($1, $2, $3, $4)
		ON CONFLICT (unit) DO UPDATE SET name_fa = excluded.name_fa, name_en = excluded.name_en, province = excluded.province`
	sqlUpsertBranch = `INSERT INTO docket_branch (unit, number, name_fa, name_en) VALUES ($1, $2, $3, $4)
		ON CONFLICT (unit, number) DO UPDATE SET name_fa = excluded.name_fa, name_en = excluded.name_en`
	sqlLoad = `UPDATE docket_branch SET open_cases = open_cases + $1 WHERE unit = $2 AND number = $3`
)

// sqlConfirm can happen once.
const sqlConfirm = `UPDATE docket_case SET branch = $1, state = 'referred', version = version + 1,
		confirmed_us = $2, confirmed_by = $3, confirmed_name = $4
	WHERE id = $5 AND version = $6 AND state = 'proposed'`

type courtRow struct {
	Unit     string `db:"unit"`
	NameFA   string `db:"name_fa"`
	NameEN   string `db:"name_en"`
	Province string `db:"province"`
}

type branchRow struct {
	Unit   string `db:"unit"`
	Number string `db:"number"`
	NameFA string `db:"name_fa"`
	NameEN string `db:"name_en"`
	Open   int64  `db:"open_cases"`
}

type ofPersonRow struct {
	Person   string     `db:"person"`
	Case     string     `db:"case_id"`
	Side     string     `db:"side"`
	Opened   store.Time `db:"opened_us"`
	AsLawyer bool       `db:"as_lawyer"`
}

type numberRow struct {
	Number string `db:"number"`
	Case   string `db:"case_id"`
}

type filingRow struct {
	Filing string `db:"filing"`
	Case   string `db:"case_id"`
}

const (
	// As lawyer ($2) somebody also has the cases of those whom he represents now.
	sqlCasesOf = `SELECT c.id, c.number, c.kind, c.unit, c.branch, c.proposed, c.title_fa, c.title_en, c.state, c.opened_us, p.side, p.as_lawyer
		FROM docket_of_person p JOIN docket_case c ON c.id = p.case_id
		WHERE p.person = $1 AND (NOT $4 OR p.case_id = ANY($5)) AND (p.as_lawyer OR NOT $3) AND (NOT p.as_lawyer OR $2 AND EXISTS (
			SELECT 1 FROM docket_lawyer l WHERE l.case_id = p.case_id AND l.lawyer = p.person AND l.until_us = 0))
		ORDER BY p.opened_us DESC, p.case_id DESC LIMIT 500`
	sqlUnitCases = `SELECT id, number, kind, unit, branch, proposed, title_fa, title_en, state, opened_us, '' AS side, FALSE AS as_lawyer
		FROM docket_case WHERE unit = $1 AND (opened_us, id) < ($2, $3)
		ORDER BY opened_us DESC, id DESC LIMIT $4`
	sqlUnitPending = `SELECT id, number, kind, unit, branch, proposed, title_fa, title_en, state, opened_us, '' AS side, FALSE AS as_lawyer
		FROM docket_case WHERE unit = $1 AND state = 'proposed' AND (opened_us, id) < ($2, $3)
		ORDER BY opened_us DESC, id DESC LIMIT $4`
	sqlPendingCount = `SELECT count(*) FROM docket_case WHERE unit = $1 AND state = 'proposed'`
)

type listRow struct {
	ID       string     `db:"id"`
	Number   string     `db:"number"`
	Kind     string     `db:"kind"`
	Unit     string     `db:"unit"`
	Branch   string     `db:"branch"`
	Proposed string     `db:"proposed"`
	TitleFA  string     `db:"title_fa"`
	TitleEN  string     `db:"title_en"`
	State    string     `db:"state"`
	Opened   store.Time `db:"opened_us"`
	Side     string     `db:"side"`
	AsLawyer bool       `db:"as_lawyer"`
}

// readCase reads a case with its parties, their lawyers and the names of its
// court.
func readCase(ctx context.Context, q store.Querier, id string) (Case, error) {
	r, err := store.One[caseRow](ctx, q, sqlCase, id)
	if err != nil {
		return Case{}, err
	}
	c := r.toCase()
	if c.Parties, err = readParties(ctx, q, id); err != nil {
		return Case{}, err
	}
	if c.Lawyers, c.past, err = readLawyers(ctx, q, id); err != nil {
		return Case{}, err
	}
	appeals, err := store.All[appealRow](ctx, q, sqlAppeals, id)
	if err != nil {
		return Case{}, err
	}
	for _, r := range appeals {
		c.appeals, c.at = append(c.appeals, r.Appeal), append(c.at, r.Unit)
	}
	court, _, err := store.Find[courtRow](ctx, q, sqlCourt, c.Unit)
	if err != nil {
		return Case{}, err
	}
	c.UnitName = Text{FA: court.NameFA, EN: court.NameEN}
	branches, err := store.All[branchRow](ctx, q, sqlBranches, c.Unit)
	if err != nil {
		return Case{}, err
	}
	want := c.Branch
	if want == "" {
		want = c.Proposed
	}
	for _, b := range branches {
		if b.Number == want {
			c.BranchName = Text{FA: b.NameFA, EN: b.NameEN}
		}
	}
	return c, nil
}

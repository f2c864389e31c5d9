// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type contestRow struct {
	Case       string     `db:"case_id"`
	ID         string     `db:"id"`
	Notice     string     `db:"notice"`
	Party      string     `db:"party"`
	Owner      string     `db:"owner"`
	Person     string     `db:"person"`
	Name       string     `db:"party_name"`
	Role       string     `db:"role"`
	Unit       string     `db:"unit"`
	Branch     string     `db:"branch"`
	CaseNumber string     `db:"case_number"`
	Number     string     `db:"number"`
	TitleFA    string     `db:"title_fa"`
	TitleEN    string     `db:"title_en"`
	Way        string     `db:"way"`
	Reason     string     `db:"reason"`
	Rules      string     `db:"rules"`
	Words      string     `db:"words"`
	Learned    civil.Day  `db:"learned"`
	State      State      `db:"state"`
	Late       bool       `db:"late"`
	Version    int64      `db:"version"`
	Code       string     `db:"code"`
	CodePerson string     `db:"code_person"`
	Record     string     `db:"record"`
	Hash       string     `db:"hash"`
	Evidence   string     `db:"evidence"`
	Made       store.Time `db:"made_us"`
	Changed    store.Time `db:"changed_us"`
	Signed     store.Time `db:"signed_us"`
	DecidedBy  string     `db:"decided_by"`
	Label      string     `db:"decided_label"`
	Decided    store.Time `db:"decided_us"`
	Why        string     `db:"why"`
	Served     store.Time `db:"served_us"`
	Anew       string     `db:"anew"`
	Order      string     `db:"order_notice"`
	Evidence2  string     `db:"decision_evidence"`
	OnPaper    bool       `db:"on_paper"`
	PaperWhy   string     `db:"paper_why"`
	TermDays   int64      `db:"term_days"`
	TermSource string     `db:"term_source"`
}

func (r contestRow) contest() Contest {
	return Contest{
		Case: r.Case, ID: r.ID, Notice: r.Notice, Party: r.Party, Owner: r.Owner, Person: r.Person, Name: r.Name, Role: r.Role, Unit: r.Unit,
		Branch: r.Branch, CaseNumber: r.CaseNumber, Number: r.Number, Title: Text{FA: r.TitleFA, EN: r.TitleEN}, Way: r.Way, Reason: r.Reason,
		Rules: r.Rules, Words: r.Words, Learned: r.Learned, State: r.State, Late: r.Late, Version: r.Version, Hash: r.Hash, Made: r.Made.Time,
		Changed: r.Changed.Time, Signed: r.Signed.Time, DecidedBy: r.DecidedBy, DecidedName: r.Label, Decided: r.Decided.Time, Why: r.Why,
		Served: r.Served.Time, Anew: r.Anew, Order: r.Order, code: r.Code, codePerson: r.CodePerson, record: []byte(r.Record),
		Evidence: r.Evidence, evidence2: r.Evidence2,
		OnPaper: r.OnPaper, PaperWhy: r.PaperWhy, TermDays: int(r.TermDays), TermSource: r.TermSource,
	}
}

// File is a file that somebody attached.
type File struct {
	ID     string
	Name   string
	Type   string
	Bytes  int64
	SHA256 string
	Pages  int
	blob   string
}

type fileRow struct {
	Case    string     `db:"case_id"`
	Contest string     `db:"contest"`
	ID      string     `db:"id"`
	Name    string     `db:"name"`
	Type    string     `db:"type"`
	Bytes   int64      `db:"bytes"`
	SHA256  string     `db:"sha256"`
	Pages   int64      `db:"pages"`
	Blob    string     `db:"blob"`
	Created store.Time `db:"created_us"`
}

type paperRow struct {
	Case     string     `db:"case_id"`
	Contest  string     `db:"contest"`
	Lang     string     `db:"lang"`
	Bytes    int64      `db:"bytes"`
	SHA256   string     `db:"sha256"`
	Blob     string     `db:"blob"`
	Evidence string     `db:"evidence"`
	Created  store.Time `db:"created_us"`
}

type movedRow struct {
	Merge   string `db:"merge"`
	Case    string `db:"case_id"`
	Contest string `db:"contest"`
	What    string `db:"what"`
}

const (
	contestColumns = `case_id, id, notice, party, owner, person, party_name, role, unit, branch, case_number, number, title_fa, title_en, way, reason, rules,
		words, learned, state, late, version, code, code_person, record, hash, evidence, made_us, changed_us, signed_us, decided_by, decided_label,
		decided_us, why, served_us, anew, order_notice, decision_evidence, on_paper, paper_why, term_days, term_source`
	sqlContest  = `SELECT ` + contestColumns + ` FROM contest_contest WHERE case_id = $1 AND id = $2`
	sqlOfNotice = `SELECT ` + contestColumns + ` FROM contest_contest WHERE case_id = $1 AND notice = $2 ORDER BY made_us, id`
	sqlOfCase   = `SELECT ` + contestColumns + ` FROM contest_contest WHERE case_id = $1 ORDER BY made_us, id`
	sqlOfOwner  = `SELECT ` + contestColumns + ` FROM contest_contest WHERE owner = $1 AND (made_us < $2 OR made_us = $2 AND id < $3) ORDER BY made_us DESC, id DESC LIMIT $4`
	sqlDeskOpen = `SELECT ` + contestColumns + ` FROM contest_contest WHERE unit = $1 AND state = 'open' AND signed_us > 0
		AND (signed_us > $2 OR signed_us = $2 AND id > $3) ORDER BY signed_us, id LIMIT $4`
	sqlDeskDone = `SELECT ` + contestColumns + ` FROM contest_contest WHERE unit = $1 AND state IN ('upheld', 'moved', 'set_aside') AND signed_us > 0
		AND (signed_us < $2 OR signed_us = $2 AND id < $3) ORDER BY signed_us DESC, id DESC LIMIT $4`
	sqlSave = `UPDATE contest_contest SET reason = $4, words = $5, learned = $6, code = '', code_person = '', record = '', hash = '',
			version = version + 1, changed_us = $7 WHERE case_id = $1 AND id = $2 AND version = $3 AND state = 'draft'`
	sqlTouch = `UPDATE contest_contest SET code = '', code_person = '', record = '', hash = '', version = version + 1, changed_us = $3
		WHERE case_id = $1 AND id = $2 AND state = 'draft'`
	sqlFreeze = `UPDATE contest_contest SET rules = $4, record = $5, hash = $6, code = $7, code_person = $8, changed_us = $9
		WHERE case_id = $1 AND id = $2 AND version = $3 AND state = 'draft'`
	sqlSign = `UPDATE contest_contest SET state = 'open', person = $4, role = $5, branch = $6, late = $7, evidence = $8, signed_us = $9, changed_us = $9, term_days = $10, term_source = $11,
			version = version + 1 WHERE case_id = $1 AND id = $2 AND hash = $3 AND hash <> '' AND state = 'draft'`
	sqlWithdraw = `UPDATE contest_contest SET state = 'withdrawn', version = version + 1, changed_us = $3
		WHERE case_id = $1 AND id = $2 AND state IN ('draft', 'open')`
	sqlMoot = `UPDATE contest_contest SET state = 'moot', version = version + 1, changed_us = $3
		WHERE case_id = $1 AND notice = $2 AND state IN ('draft', 'open')`
	sqlDecide = `UPDATE contest_contest SET state = $4, decided_by = $5, decided_label = $6, decided_us = $7, changed_us = $7, why = $8, served_us = $9, on_paper = $10, paper_why = $11,
			version = version + 1 WHERE case_id = $1 AND id = $2 AND version = $3 AND state = 'open'`
	sqlDecided = `UPDATE contest_contest SET anew = $3, order_notice = $4, decision_evidence = $5 WHERE case_id = $1 AND id = $2`
	sqlFiles   = `SELECT case_id, contest, id, name, type, bytes, sha256, pages, blob, created_us FROM contest_file
		WHERE case_id = $1 AND contest = $2 ORDER BY created_us, id`
	sqlDropFile = `DELETE FROM contest_file WHERE case_id = $1 AND contest = $2 AND id = $3`
	sqlPaper    = `SELECT case_id, contest, lang, bytes, sha256, blob, evidence, created_us FROM contest_paper WHERE case_id = $1 AND contest = $2 AND lang = $3`

	sqlOwnedByGone = `SELECT case_id, id AS contest FROM contest_contest WHERE owner = $1 ORDER BY case_id, id LIMIT $2`
	sqlMadeByGone  = `SELECT case_id, id AS contest FROM contest_contest WHERE person = $1 ORDER BY case_id, id LIMIT $2`
	sqlMoved       = `SELECT case_id, contest FROM contest_moved WHERE merge = $1 AND what = $2 ORDER BY case_id, contest LIMIT $3`
	sqlMoveOwner   = `UPDATE contest_contest SET owner = $3 WHERE case_id = $1 AND id = $2`
	sqlMovePerson  = `UPDATE contest_contest SET person = $3 WHERE case_id = $1 AND id = $2`
	sqlForgetMoved = `DELETE FROM contest_moved WHERE merge = $1 AND case_id = $2 AND contest = $3 AND what = $4`
	sqlDropDraft   = `UPDATE contest_contest SET state = 'withdrawn' WHERE case_id = $1 AND id = $2 AND state = 'draft' AND notice IN
		(SELECT o.notice FROM contest_contest o WHERE o.case_id = $1 AND o.owner = $3 AND o.state = 'draft')`
)

// read reads a contest with its files.
func read(ctx context.Context, q store.Querier, caseID, id string) (Contest, error) {
	r, err := store.One[contestRow](ctx, q, sqlContest, caseID, id)
	if err != nil {
		return Contest{}, err
	}
	c := r.contest()
	c.Files, err = files(ctx, q, c)
	return c, err
}

func files(ctx context.Context, q store.Querier, c Contest) ([]File, error) {
	rows, err := store.All[fileRow](ctx, q, sqlFiles, c.Case, c.ID)
	out := make([]File, len(rows))
	for i, r := range rows {
		out[i] = File{ID: r.ID, Name: r.Name, Type: r.Type, Bytes: r.Bytes, SHA256: r.SHA256, Pages: int(r.Pages), blob: r.Blob}
	}
	return out, err
}

func contests(rows []contestRow) []Contest {
	out := make([]Contest, len(rows))
	for i, r := range rows {
		out[i] = r.contest()
	}
	return out
}

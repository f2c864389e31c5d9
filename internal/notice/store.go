// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// noticeRow is a notice_notice row.
type noticeRow struct {
	Owner           string     `db:"owner"`
	ID              string     `db:"id"`
	Number          string     `db:"number"`
	Way             string     `db:"way"`
	Kind            string     `db:"kind"`
	Case            string     `db:"case_id"`
	CaseNumber      string     `db:"case_number"`
	Unit            string     `db:"unit"`
	UnitName        string     `db:"unit_name"`
	UnitNameEN      string     `db:"unit_name_en"`
	AddresseeName   string     `db:"addressee_name"`
	LawyerOf        string     `db:"lawyer_of"`
	Addressee       string     `db:"addressee"`
	TitleFA         string     `db:"title_fa"`
	TitleEN         string     `db:"title_en"`
	Rule            string     `db:"rule"`
	Days            int64      `db:"days"`
	Abroad          bool       `db:"abroad"`
	Province        string     `db:"province"`
	ContentHash     string     `db:"content_hash"`
	IssuedBy        string     `db:"issued_by"`
	IssuedRole      string     `db:"issued_role"`
	Issued          store.Time `db:"issued_us"`
	Arrived         store.Time `db:"arrived_us"`
	Listed          store.Time `db:"listed_us"`
	Viewed          store.Time `db:"viewed_us"`
	ViewedBy        string     `db:"viewed_by"`
	ViewedRole      string     `db:"viewed_role"`
	EvidenceIssued  string     `db:"evidence_issued"`
	EvidenceArrived string     `db:"evidence_arrived"`
	EvidenceViewed  string     `db:"evidence_viewed"`
	Opener          string     `db:"opener"`
	Facts           int64      `db:"facts"`
	ReplacedBy      string     `db:"replaced_by"`
}

func (r noticeRow) notice() Notice {
	return Notice{
		ID: r.ID, Number: r.Number, Owner: r.Owner, Way: r.Way, Kind: r.Kind, Case: r.Case, CaseNumber: r.CaseNumber,
		Unit: r.Unit, UnitName: r.UnitName, UnitNameEN: r.UnitNameEN, AddresseeName: r.AddresseeName, LawyerOf: r.LawyerOf, Addressee: r.Addressee, Title: Text{FA: r.TitleFA, EN: r.TitleEN},
		Rule: r.Rule, Days: int(r.Days), Abroad: r.Abroad, Province: r.Province,
		Issued: r.Issued.Time, Arrived: r.Arrived.Time, Listed: r.Listed.Time, Viewed: r.Viewed.Time,
		ViewedBy: r.ViewedBy, ViewedRole: r.ViewedRole, ContentHash: r.ContentHash,
		EvidenceIssued: r.EvidenceIssued, EvidenceArrived: r.EvidenceArrived, EvidenceViewed: r.EvidenceViewed,
		Opener: r.Opener, ReplacedBy: r.ReplacedBy, factCount: r.Facts,
	}
}

const sqlNotice = `SELECT owner, id, number, way, kind, case_id, case_number, unit, unit_name, unit_name_en, addressee_name, lawyer_of, addressee,
		title_fa, title_en, rule, days, abroad, province, content_hash, issued_by, issued_role, issued_us, arrived_us,
		listed_us, viewed_us, viewed_by, viewed_role, evidence_issued, evidence_arrived, evidence_viewed, opener, facts, replaced_by
	FROM notice_notice WHERE owner = $1 AND id = $2`

// The four lists, each with the counts of all: one question for a page. The
// row-value comparison pages by key, so that a page costs the same however deep
// it is.
const (
	sqlInboxAll = `SELECT n.owner, n.id, n.number, n.way, n.kind, n.case_id, n.case_number, n.unit, n.unit_name, n.unit_name_en, n.addressee_name, n.lawyer_of, n.addressee,
			n.title_fa, n.title_en, n.rule, n.days, n.abroad, n.province, n.content_hash, n.issued_by, n.issued_role, n.issued_us, n.arrived_us,
			n.listed_us, n.viewed_us, n.viewed_by, n.viewed_role, n.evidence_issued, n.evidence_arrived, n.evidence_viewed, n.opener, n.facts, n.replaced_by,
			c.total, c.unviewed, c.term, c.bodies
		FROM notice_notice n CROSS JOIN (SELECT count(*) AS total, count(*) FILTER (WHERE viewed_us = 0) AS unviewed, count(*) FILTER (WHERE rule <> '') AS term, count(*) FILTER (WHERE kind LIKE 'body%') AS bodies
			FROM notice_notice WHERE owner = $1 AND way = 'electronic' AND (lawyer_of <> '' OR NOT $5) AND (NOT $6 OR case_id = ANY($7)) AND (NOT $8 OR kind = ANY($9))) c
		WHERE n.owner = $1 AND n.way = 'electronic' AND (n.lawyer_of <> '' OR NOT $5) AND (NOT $6 OR n.case_id = ANY($7)) AND (NOT $8 OR n.kind = ANY($9)) AND (n.arrived_us, n.id) < ($2, $3)
		ORDER BY n.arrived_us DESC, n.id DESC LIMIT $4`
	sqlInboxUnviewed = `SELECT n.owner, n.id, n.number, n.way, n.kind, n.case_id, n.case_number, n.unit, n.unit_name, n.unit_name_en, n.addressee_name, n.lawyer_of, n.addressee,
			n.title_fa, n.title_en, n.rule, n.days, n.abroad, n.province, n.content_hash, n.issued_by, n.issued_role, n.issued_us, n.arrived_us,
			n.listed_us, n.viewed_us, n.viewed_by, n.viewed_role, n.evidence_issued, n.evidence_arrived, n.evidence_viewed, n.opener, n.facts, n.replaced_by,
			c.total, c.unviewed, c.term, c.bodies
		FROM notice_notice n CROSS JOIN (SELECT count(*) AS total, count(*) FILTER (WHERE viewed_us = 0) AS unviewed, count(*) FILTER (WHERE rule <> '') AS term, count(*) FILTER (WHERE kind LIKE 'body%') AS bodies
			FROM notice_notice WHERE owner = $1 AND way = 'electronic' AND (lawyer_of <> '' OR NOT $5) AND (NOT $6 OR case_id = ANY($7)) AND (NOT $8 OR kind = ANY($9))) c
		WHERE n.owner = $1 AND n.way = 'electronic' AND (n.lawyer_of <> '' OR NOT $5) AND (NOT $6 OR n.case_id = ANY($7)) AND (NOT $8 OR n.kind = ANY($9)) AND n.viewed_us = 0 AND (n.arrived_us, n.id) < ($2, $3)
		ORDER BY n.arrived_us DESC, n.id DESC LIMIT $4`
	sqlInboxTerm = `SELECT n.owner, n.id, n.number, n.way, n.kind, n.case_id, n.case_number, n.unit, n.unit_name, n.unit_name_en, n.addressee_name, n.lawyer_of, n.addressee,
			n.title_fa, n.title_en, n.rule, n.days, n.abroad, n.province, n.content_hash, n.issued_by, n.issued_role, n.issued_us, n.arrived_us,
			n.listed_us, n.viewed_us, n.viewed_by, n.viewed_role, n.evidence_issued, n.evidence_arrived, n.evidence_viewed, n.opener, n.facts, n.replaced_by,
			c.total, c.unviewed, c.term, c.bodies
		FROM notice_notice n CROSS JOIN (SELECT count(*) AS total, count(*) FILTER (WHERE viewed_us = 0) AS unviewed, count(*) FILTER (WHERE rule <> '') AS term, count(*) FILTER (WHERE kind LIKE 'body%') AS bodies
			FROM notice_notice WHERE owner = $1 AND way = 'electronic' AND (lawyer_of <> '' OR NOT $5) AND (NOT $6 OR case_id = ANY($7)) AND (NOT $8 OR kind = ANY($9))) c
		WHERE n.owner = $1 AND n.way = 'electronic' AND (n.lawyer_of <> '' OR NOT $5) AND (NOT $6 OR n.case_id = ANY($7)) AND (NOT $8 OR n.kind = ANY($9)) AND n.rule <> '' AND (n.arrived_us, n.id) < ($2, $3)
		ORDER BY n.arrived_us DESC, n.id DESC LIMIT $4`
	sqlInboxBodies = `SELECT n.owner, n.id, n.number, n.way, n.kind, n.case_id, n.case_number, n.unit, n.unit_name, n.unit_name_en, n.addressee_name, n.lawyer_of, n.addressee,
			n.title_fa, n.title_en, n.rule, n.days, n.abroad, n.province, n.content_hash, n.issued_by, n.issued_role, n.issued_us, n.arrived_us,
			n.listed_us, n.viewed_us, n.viewed_by, n.viewed_role, n.evidence_issued, n.evidence_arrived, n.evidence_viewed, n.opener, n.facts, n.replaced_by,
			c.total, c.unviewed, c.term, c.bodies
		FROM notice_notice n CROSS JOIN (SELECT count(*) AS total, count(*) FILTER (WHERE viewed_us = 0) AS unviewed, count(*) FILTER (WHERE rule <> '') AS term, count(*) FILTER (WHERE kind LIKE 'body%') AS bodies
			FROM notice_notice WHERE owner = $1 AND way = 'electronic' AND (lawyer_of <> '' OR NOT $5) AND (NOT $6 OR case_id = ANY($7)) AND (NOT $8 OR kind = ANY($9))) c
		WHERE n.owner = $1 AND n.way = 'electronic' AND (n.lawyer_of <> '' OR NOT $5) AND (NOT $6 OR n.case_id = ANY($7)) AND (NOT $8 OR n.kind = ANY($9)) AND n.kind LIKE 'body%' AND (n.arrived_us, n.id) < ($2, $3)
		ORDER BY n.arrived_us DESC, n.id DESC LIMIT $4`
)

// listedRow is a notice in a list, with the counts of all lists.
type listedRow struct {
	noticeRow
	countsRow
}

type countsRow struct {
	Total    int64 `db:"total"`
	Unviewed int64 `db:"unviewed"`
	Term     int64 `db:"term"`
	Bodies   int64 `db:"bodies"`
}

func (r countsRow) counts() Counts {
	return Counts{All: int(r.Total), Unviewed: int(r.Unviewed), Term: int(r.Term), Bodies: int(r.Bodies)}
}

const sqlCounts = `SELECT count(*) AS total,
		count(*) FILTER (WHERE viewed_us = 0) AS unviewed,
		count(*) FILTER (WHERE rule <> '') AS term, count(*) FILTER (WHERE kind LIKE 'body%') AS bodies
	FROM notice_notice WHERE owner = $1 AND way = 'electronic' AND (lawyer_of <> '' OR NOT $2) AND (NOT $3 OR case_id = ANY($4)) AND (NOT $5 OR kind = ANY($6))`

const (
	sqlUnlisted = `SELECT id, number, kind, unit, case_number, content_hash, issued_us, evidence_arrived FROM notice_notice
		WHERE owner = $1 AND id = ANY($2) AND listed_us = 0 AND way = 'electronic' ORDER BY id`
	sqlListed = `UPDATE notice_notice SET listed_us = $1 WHERE owner = $2 AND id = $3 AND listed_us = 0`
)

// sqlView can happen once.
const sqlView = `UPDATE notice_notice SET viewed_us = $1, viewed_by = $2, viewed_role = $3, opener = $4
	WHERE owner = $5 AND id = $6 AND viewed_us = 0 AND way = 'electronic'`

const sqlViewEvidence = `UPDATE notice_notice SET evidence_viewed = $1 WHERE owner = $2 AND id = $3`

const sqlContent = `SELECT body FROM notice_content WHERE owner = $1 AND notice = $2`

const sqlIssued = `SELECT n.id, n.number, n.way, n.content_hash FROM notice_key k
	JOIN notice_notice n ON n.owner = k.owner AND n.id = k.notice WHERE k.idem = $1`

const (
	sqlKey      = `SELECT idem, notice, owner FROM notice_key WHERE idem = $1`
	sqlIssuedTo = `SELECT n.id, n.number, n.way, n.content_hash FROM notice_notice n WHERE n.owner = ANY($1) AND n.id = $2`
)

const (
	sqlAlerts = `SELECT attempt, state, code, provider, at_us FROM notice_alert
		WHERE owner = $1 AND notice = $2 ORDER BY attempt`
	sqlPaperTasks = `SELECT t.id, t.notice, t.reason, t.national_code, t.opened_us, n.number, n.case_id, n.case_number, n.addressee_name, n.title_fa, n.title_en
		FROM notice_paper_task t JOIN notice_notice n ON n.owner = t.owner AND n.id = t.notice
		WHERE t.unit = $1 AND t.closed_us = 0 AND (t.opened_us, t.id) > ($2, $3) ORDER BY t.opened_us, t.id LIMIT $4`
	sqlPaperTaskCount = `SELECT count(*) FROM notice_paper_task WHERE unit = $1 AND closed_us = 0`
)

type contentRow struct {
	Owner  string `db:"owner"`
	Notice string `db:"notice"`
	Body   []byte `db:"body"`
}

type keyRow struct {
	Idem   string `db:"idem"`
	Notice string `db:"notice"`
	Owner  string `db:"owner"`
}

type numberRow struct {
	Number string `db:"number"`
	Notice string `db:"notice"`
	Owner  string `db:"owner"`
}

type paperTaskRow struct {
	Unit         string     `db:"unit"`
	ID           string     `db:"id"`
	Notice       string     `db:"notice"`
	Owner        string     `db:"owner"`
	Reason       string     `db:"reason"`
	NationalCode string     `db:"national_code"`
	Opened       store.Time `db:"opened_us"`
}

// findIssued finds what was issued under a key, also if the account that it was
// issued to was merged into another one, or taken back from there.
func (s *Service) findIssued(ctx context.Context, q store.Querier, key string) (Issued, bool, error) {
	type row struct {
		ID     string `db:"id"`
		Number string `db:"number"`
		Way    string `db:"way"`
		Hash   string `db:"content_hash"`
	}
	r, found, err := store.Find[row](ctx, q, sqlIssued, key)
	if err == nil && !found {
		k, known, kerr := store.Find[keyRow](ctx, q, sqlKey, key)
		if kerr != nil || !known {
			return Issued{}, false, kerr
		}
		kin, kerr := s.d.Identity.Kin(ctx, q, k.Owner)
		if kerr != nil {
			return Issued{}, false, kerr
		}
		r, found, err = store.Find[row](ctx, q, sqlIssuedTo, kin, k.Notice)
	}
	return Issued{ID: r.ID, Number: r.Number, Electronic: r.Way == WayElectronic}, found, err
}

// insertAll writes the rows of a new notice.
func insertAll(ctx context.Context, tx *store.Tx, n noticeRow, key string, body []byte) error {
	if err := store.Insert(ctx, tx, "notice_key", keyRow{Idem: key, Notice: n.ID, Owner: n.Owner}); err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, "notice_number", numberRow{Number: n.Number, Notice: n.ID, Owner: n.Owner}); err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, "notice_notice", n); err != nil {
		return err
	}
	return store.Insert(ctx, tx, "notice_content", contentRow{Owner: n.Owner, Notice: n.ID, Body: body})
}

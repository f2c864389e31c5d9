// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlCasesOfGone = `SELECT case_id FROM docket_party WHERE person = $1 AND person <> ''
		UNION SELECT case_id FROM docket_party WHERE agent_person = $1 AND agent_person <> ''
		UNION SELECT case_id FROM docket_of_person WHERE person = $1
		UNION SELECT case_id FROM docket_due WHERE person = $1
		UNION SELECT case_id FROM docket_met WHERE person = $1
		ORDER BY case_id LIMIT $2`
	sqlMovedCases = `SELECT DISTINCT case_id FROM docket_moved WHERE merge = $1 ORDER BY case_id LIMIT $2`

	// What of a case is somebody's, before it is moved. A lawyer who represents the
	// same party from both accounts keeps the row that he has.
	sqlKeepMoved = `INSERT INTO docket_moved (merge, case_id, kind, id)
		SELECT CAST($1 AS TEXT), p.case_id, 'party', p.id FROM docket_party p WHERE p.case_id = $2 AND p.person = $3
		UNION SELECT CAST($1 AS TEXT), p.case_id, 'agent', p.id FROM docket_party p WHERE p.case_id = $2 AND p.agent_person = $3
		UNION SELECT CAST($1 AS TEXT), n.case_id, 'notice', n.notice FROM docket_notice n WHERE n.case_id = $2 AND n.owner = $3
		UNION SELECT CAST($1 AS TEXT), d.case_id, 'notice', d.notice FROM docket_due d WHERE d.case_id = $2 AND d.person = $3
		UNION SELECT CAST($1 AS TEXT), d.case_id, 'notice', d.notice FROM docket_met d WHERE d.case_id = $2 AND d.person = $3
		UNION SELECT CAST($1 AS TEXT), l.case_id, 'lawyer', l.id FROM docket_lawyer l WHERE l.case_id = $2 AND l.lawyer = $3
			AND NOT EXISTS (SELECT 1 FROM docket_lawyer o WHERE o.case_id = l.case_id AND o.party = l.party AND o.lawyer = $4 AND o.until_us = 0)
		ON CONFLICT DO NOTHING`
	sqlForgetMoved = `DELETE FROM docket_moved WHERE merge = $1 AND case_id = $2`

	// Each of these takes the merge, the case, and from whom to whom.
	sqlMoveParties = `UPDATE docket_party SET person = $4 WHERE case_id = $2 AND person = $3
		AND id IN (SELECT m.id FROM docket_moved m WHERE m.merge = $1 AND m.case_id = $2 AND m.kind = 'party')`
	sqlMoveAgents = `UPDATE docket_party SET agent_person = $4 WHERE case_id = $2 AND agent_person = $3
		AND id IN (SELECT m.id FROM docket_moved m WHERE m.merge = $1 AND m.case_id = $2 AND m.kind = 'agent')`
	sqlMoveLawyers = `UPDATE docket_lawyer SET lawyer = $4 WHERE case_id = $2 AND lawyer = $3
		AND id IN (SELECT m.id FROM docket_moved m WHERE m.merge = $1 AND m.case_id = $2 AND m.kind = 'lawyer')`
	sqlMoveNotices = `UPDATE docket_notice SET owner = $4 WHERE case_id = $2 AND owner = $3
		AND notice IN (SELECT m.id FROM docket_moved m WHERE m.merge = $1 AND m.case_id = $2 AND m.kind = 'notice')`
	sqlMoveDeadlines = `UPDATE docket_deadline SET person = $4 WHERE case_id = $2 AND person = $3
		AND notice IN (SELECT m.id FROM docket_moved m WHERE m.merge = $1 AND m.case_id = $2 AND m.kind = 'notice')`
	sqlMoveDues = `UPDATE docket_due SET person = $4 WHERE person = $3 AND case_id = $2
		AND notice IN (SELECT m.id FROM docket_moved m WHERE m.merge = $1 AND m.case_id = $2 AND m.kind = 'notice')
		AND NOT EXISTS (SELECT 1 FROM docket_due o WHERE o.person = $4 AND o.case_id = $2 AND o.notice = docket_due.notice)`
	sqlMoveMet = `UPDATE docket_met SET person = $4 WHERE person = $3 AND case_id = $2
		AND notice IN (SELECT m.id FROM docket_moved m WHERE m.merge = $1 AND m.case_id = $2 AND m.kind = 'notice')
		AND NOT EXISTS (SELECT 1 FROM docket_met o WHERE o.person = $4 AND o.case_id = $2 AND o.notice = docket_met.notice)`
	// The link of a timeline's entry is shown to the account that it names.
	sqlMoveLinks = `UPDATE docket_entry SET members = replace(members, CAST($3 AS TEXT), CAST($4 AS TEXT)) WHERE case_id = $2
		AND subject IN (SELECT m.id FROM docket_moved m WHERE m.merge = $1 AND m.case_id = $2 AND m.kind = 'notice')`

	sqlListToo = `INSERT INTO docket_of_person (person, case_id, side, opened_us, as_lawyer)
		SELECT CAST($1 AS TEXT), o.case_id, o.side, o.opened_us, o.as_lawyer FROM docket_of_person o WHERE o.person = $2 AND o.case_id = $3
		ON CONFLICT (person, case_id) DO NOTHING`
	sqlUnlist = `DELETE FROM docket_of_person WHERE person = $1 AND case_id = $2
		AND NOT EXISTS (SELECT 1 FROM docket_party p WHERE p.case_id = $2 AND p.person = $1)
		AND NOT EXISTS (SELECT 1 FROM docket_lawyer l WHERE l.case_id = $2 AND l.lawyer = $1)`
	// Whatever is left: the account that goes on has the same.
	sqlDropDues = `DELETE FROM docket_due WHERE person = $1 AND case_id = $2`
	sqlDropMet  = `DELETE FROM docket_met WHERE person = $1 AND case_id = $2`
	sqlDropList = `DELETE FROM docket_of_person WHERE person = $1 AND case_id = $2`
)

var sqlMoves = []string{sqlMoveParties, sqlMoveAgents, sqlMoveLawyers, sqlMoveNotices, sqlMoveDeadlines, sqlMoveDues, sqlMoveMet, sqlMoveLinks}

// onMerged brings what an account that ended has in cases to the one that goes
// on: parties, who signed for them, lawyers on record, notices and their terms. The timeline keeps
// who did what.
func (s *Service) onMerged(ctx context.Context, e identity.MergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, subscriber, false, func(tx *store.Tx) (int, error) {
		cases, err := store.All[string](ctx, tx, sqlCasesOfGone, e.Gone, identity.ReassignBatch)
		if err != nil {
			return 0, err
		}
		for _, c := range cases {
			if err := tx.Exec(ctx, sqlKeepMoved, e.Merge, c, e.Gone, e.Into); err != nil {
				return 0, err
			}
			if err := moveTx(ctx, tx, e.Merge, c, e.Gone, e.Into); err != nil {
				return 0, err
			}
			for _, query := range []string{sqlDropDues, sqlDropMet, sqlDropList} {
				if err := tx.Exec(ctx, query, e.Gone, c); err != nil {
					return 0, err
				}
			}
		}
		return len(cases), nil
	})
}

// onUnmerged brings back what onMerged brought.
func (s *Service) onUnmerged(ctx context.Context, e identity.UnmergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, subscriber, true, func(tx *store.Tx) (int, error) {
		cases, err := store.All[string](ctx, tx, sqlMovedCases, e.Merge, identity.ReassignBatch)
		if err != nil {
			return 0, err
		}
		for _, c := range cases {
			if err := moveTx(ctx, tx, e.Merge, c, e.Into, e.Gone); err != nil {
				return 0, err
			}
			if err := tx.Exec(ctx, sqlUnlist, e.Into, c); err != nil {
				return 0, err
			}
			if err := tx.Exec(ctx, sqlForgetMoved, e.Merge, c); err != nil {
				return 0, err
			}
		}
		return len(cases), nil
	})
}

// moveTx moves one case from one account to another and lists it there.
func moveTx(ctx context.Context, tx *store.Tx, merge, caseID, from, to string) error {
	for _, query := range sqlMoves {
		if err := tx.Exec(ctx, query, merge, caseID, from, to); err != nil {
			return err
		}
	}
	return tx.Exec(ctx, sqlListToo, to, from, caseID)
}

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// limitOf reads a limit from its two columns; nil if there is none.
func limitOf(cases, titles string) *policy.Limit {
	if cases == "" && titles == "" {
		return nil
	}
	return &policy.Limit{Cases: strings.Fields(cases), Titles: strings.Fields(titles)}
}

// limitColumns is the reverse of limitOf.
func limitColumns(l *policy.Limit) (cases, titles string) {
	if l == nil {
		return "", ""
	}
	return strings.Join(l.Cases, " "), strings.Join(l.Titles, " ")
}

// groupsOf reads groups of notices from their column; nil if there is no limit.
func groupsOf(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Fields(list)
}

// NoNotices stands for no group of notices at all where groups are kept: nothing kept is
// all.
const NoNotices = "none"

// narrowed tells whether some of the groups of notices that were there are not any
// more; nil is all of them.
func narrowed(was, now []string) bool {
	return now != nil && (was == nil || slices.ContainsFunc(was, func(g string) bool { return !slices.Contains(now, g) }))
}

const sqlNarrowCapacity = `UPDATE identity_capacity SET only_notices = $3 WHERE person = $1 AND id = $2 AND ended_us = 0`

// NarrowTx leaves a capacity fewer groups of notices, from the next request on and for
// an act that waits for its row. That they are fewer is the caller's to check. It only
// writes. errs.Conflict: the capacity has ended.
func (s *Service) NarrowTx(ctx context.Context, tx *store.Tx, by policy.Actor, c Capacity) (err error) {
	defer errs.Wrap(&err, "identity.NarrowTx")
	if err := tx.ExecOne(ctx, sqlNarrowCapacity, c.Person, c.ID, strings.Join(c.Notices, " ")); err != nil {
		return err
	}
	return s.stage(ctx, tx, "identity.capacity_narrowed", c.Person, c.ID, by, capacityFacts(c))
}

const (
	sqlWidenCapacity = `UPDATE identity_capacity SET only_cases = trim(only_cases || ' ' || $3) WHERE person = $1 AND id = $2 AND only_titles <> ''`
	sqlWidenMandate  = `UPDATE identity_mandate SET cases = trim(cases || ' ' || $3) WHERE giver = $1 AND capacity = $2 AND titles <> ''`
)

// WidenTx adds a case to the limit of the capacity in which it was opened, and to
// that of its mandate: who may file a petition may also conduct the suit. Nothing
// happens to a capacity without a limit. That the case was opened in the capacity
// is in the evidence of the filing. It only writes.
func (s *Service) WidenTx(ctx context.Context, tx *store.Tx, a policy.Actor, caseID string) (err error) {
	defer errs.Wrap(&err, "identity.WidenTx")
	if a.Only == nil || caseID == "" || slices.Contains(a.Only.Cases, caseID) {
		return nil
	}
	if err := tx.ExecOne(ctx, sqlWidenCapacity, a.Person, a.Capacity, caseID); err != nil {
		return err
	}
	return tx.ExecOne(ctx, sqlWidenMandate, a.For, a.Capacity, caseID)
}

// SPDX-License-Identifier: Apache-2.0

package merge

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	jobFind   = "identity.merge_candidates"
	findEvery = 6 * time.Hour
	// findSince is how new one of two accounts, or numbers, is for them to be
	// compared: older pairs were found when the newer one was made.
	findSince = 7 * 24 * time.Hour
	// findMost pairs are noted in one transaction, at most findRounds of them by one
	// search; the next search goes on. In each, a new account is compared with the
	// oldest ones of its group with which it was not yet: what a thousand accounts
	// share comes in pieces, and all of it.
	findMost   = 500
	findRounds = 20

	shownCandidates = 100
)

// Candidate is a pair of accounts that may be one person's. It names nobody: who
// compares them opens both, and that is recorded.
type Candidate struct {
	One, Two string
	Reason   string // number, names, mobile
	Found    time.Time
}

type candidateRow struct {
	One    string     `db:"one"`
	Two    string     `db:"two"`
	Reason string     `db:"reason"`
	Found  store.Time `db:"found_us"`
}

const (
	// The same number of another register, now or in the past.
	sqlFindNumbers = `
INSERT INTO identity_candidate (one, two, reason, found_us)
SELECT DISTINCT CASE WHEN a.person < b.id THEN a.person ELSE b.id END, CASE WHEN a.person < b.id THEN b.id ELSE a.person END, 'number', CAST($1 AS BIGINT)
FROM identity_identifier a
JOIN identity_person p ON p.id = a.person AND p.status = 'active'
JOIN identity_person b ON b.id IN (SELECT g.person FROM identity_identifier g JOIN identity_person q ON q.id = g.person AND q.status = 'active'
	WHERE g.kind = a.kind AND g.country = a.country AND g.value = a.value AND g.person <> a.person
	AND NOT EXISTS (SELECT 1 FROM identity_candidate c WHERE c.one = CASE WHEN a.person < g.person THEN a.person ELSE g.person END
		AND c.two = CASE WHEN a.person < g.person THEN g.person ELSE a.person END) ORDER BY g.person LIMIT 5)
WHERE a.from_us >= $2
LIMIT $3 ON CONFLICT (one, two) DO NOTHING`
	// The same names and birth date; who has another father is somebody else.
	sqlFindNames = `
INSERT INTO identity_candidate (one, two, reason, found_us)
SELECT b.id, a.id, 'names', CAST($1 AS BIGINT) FROM identity_person a
JOIN identity_person b ON b.id IN (SELECT g.id FROM identity_person g
	WHERE g.birth = a.birth AND g.last_name = a.last_name AND g.first_name = a.first_name AND g.id < a.id AND g.status = 'active'
		AND (g.father_name = a.father_name OR a.father_name = '' OR g.father_name = '')
		AND NOT EXISTS (SELECT 1 FROM identity_candidate c WHERE c.one = g.id AND c.two = a.id)
		AND NOT EXISTS (SELECT 1 FROM identity_provisional v WHERE v.person IN (a.id, g.id) AND v.state <> 'confirmed') ORDER BY g.id LIMIT 5)
WHERE a.created_us >= $2 AND a.status = 'active' AND a.first_name <> ''
LIMIT $3 ON CONFLICT (one, two) DO NOTHING`
	// The same telephone and a name in common.
	sqlFindMobiles = `
INSERT INTO identity_candidate (one, two, reason, found_us)
SELECT b.id, a.id, 'mobile', CAST($1 AS BIGINT) FROM identity_person a
JOIN identity_person b ON b.id IN (SELECT g.id FROM identity_person g
	WHERE g.mobile = a.mobile AND g.mobile <> '' AND g.first_name = a.first_name AND g.id < a.id AND g.status = 'active'
		AND NOT EXISTS (SELECT 1 FROM identity_candidate c WHERE c.one = g.id AND c.two = a.id)
		AND NOT EXISTS (SELECT 1 FROM identity_provisional v WHERE v.person IN (a.id, g.id) AND v.state <> 'confirmed') ORDER BY g.id LIMIT 5)
WHERE a.created_us >= $2 AND a.status = 'active' AND a.first_name <> ''
LIMIT $3 ON CONFLICT (one, two) DO NOTHING`
	sqlCandidates = `
SELECT c.one, c.two, c.reason, c.found_us FROM identity_candidate c
JOIN identity_person a ON a.id = c.one AND a.status = 'active' JOIN identity_person b ON b.id = c.two AND b.status = 'active'
WHERE c.state = 'open' ORDER BY c.found_us, c.one LIMIT $1`
	sqlApart = `
INSERT INTO identity_candidate (one, two, reason, state, decider, found_us) VALUES ($1, $2, 'hand', 'apart', $3, $4)
ON CONFLICT (one, two) DO UPDATE SET state = 'apart', decider = excluded.decider`
)

// Find looks for accounts that may be one person's.
func (s *Service) Find(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "merge.Find")
	for _, find := range []string{sqlFindNumbers, sqlFindNames, sqlFindMobiles} { // one at a time: others write too
		for range findRounds {
			n := int64(0)
			err := s.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
				n, err = tx.ExecN(ctx, find, store.At(tx.Now()), store.At(tx.Now().Add(-findSince)), findMost)
				return err
			})
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
		}
	}
	return nil
}

// Candidates lists the pairs that nobody has decided about, the oldest first.
func (s *Service) Candidates(ctx context.Context) (_ []Candidate, err error) {
	defer errs.Wrap(&err, "merge.Candidates")
	rows, err := store.All[candidateRow](ctx, s.d.DB, sqlCandidates, shownCandidates)
	out := make([]Candidate, len(rows))
	for i, r := range rows {
		out[i] = Candidate{r.One, r.Two, r.Reason, r.Found.Time}
	}
	return out, err
}

// Apart says that two accounts are two people's: the pair is not shown again.
// One administrator is enough, because nothing changes; it can be compared by
// hand at any time. errs.Forbidden: one of the two is the administrator's own.
func (s *Service) Apart(ctx context.Context, by policy.Actor, one, two string) (err error) {
	defer errs.Wrap(&err, "merge.Apart")
	for _, who := range []string{one, two} { // entitled to both, and both are there
		if _, err := s.d.Identity.View(ctx, by, who, whyLook); err != nil {
			return err
		}
	}
	mine, err := s.d.Identity.Kin(ctx, s.d.DB, by.Person)
	if err != nil {
		return err
	}
	if slices.Contains(mine, one) || slices.Contains(mine, two) { // nobody hides a second account of their own
		return errs.New(errs.Forbidden, "merge.own")
	}
	body, err := ledger.Canonical(map[string]any{"one": one, "two": two})
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, sqlApart, min(one, two), max(one, two), by.Person, store.At(tx.Now())); err != nil {
			return err
		}
		_, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "identity.merge_apart", Owner: one, Subject: two, Actor: by.Person, Role: string(by.Role), Content: body,
		})
		return err
	})
}

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// MergedEvent says that two accounts were one person's: Gone ended, Into goes on.
// Whoever keeps rows of Gone brings the living ones to Into (Reassign). It is
// published more than once, for what was under way at that moment.
type MergedEvent struct {
	Merge string `json:"merge"`
	Gone  string `json:"gone"`
	Into  string `json:"into"`
}

// EventKind implements jobs.Event.
func (MergedEvent) EventKind() string { return "identity.merged" }

// UnmergedEvent says that a merge was a mistake: what came from Gone goes back.
type UnmergedEvent struct {
	Merge string `json:"merge"`
	Gone  string `json:"gone"`
	Into  string `json:"into"`
}

// EventKind implements jobs.Event.
func (UnmergedEvent) EventKind() string { return "identity.unmerged" }

// mostKin bounds how many accounts of one person are looked through.
const mostKin = 20

const (
	// Locked, so that a merge is not taken back while rows are on their way.
	sqlMergeState = `SELECT state FROM identity_merge WHERE id = $1 FOR UPDATE`
	sqlMergeDone  = `
INSERT INTO identity_merge_done (merge, module, back, n, at_us) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (merge, module, back) DO UPDATE SET n = identity_merge_done.n + excluded.n, at_us = excluded.at_us`
	sqlKin = `
SELECT into_person AS person FROM identity_merge WHERE gone = ANY($1)
UNION SELECT gone FROM identity_merge WHERE into_person = ANY($1)`
	sqlMergedInto = `SELECT DISTINCT gone AS person FROM identity_merge WHERE into_person = ANY($1) AND state = 'merged'`
)

// ReassignBatch is how many rows of a merge a module moves in one transaction.
const ReassignBatch = 100

// Reassign moves the rows that a module keeps of an account that was merged, or
// back if back. step moves at most ReassignBatch of them in the transaction and
// says how many it moved; it is called until there are none. A merge that was
// taken back, or a way back that was overtaken, moves nothing.
func (s *Service) Reassign(ctx context.Context, merge, module string, back bool, step func(tx *store.Tx) (int, error)) (err error) {
	defer errs.Wrap(&err, "identity.Reassign")
	want := "merged"
	if back {
		want = "undone"
	}
	for first := true; ; first = false {
		n := 0
		err := s.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
			n = 0
			state, found, err := store.Find[string](ctx, tx, sqlMergeState, merge)
			if err != nil || !found || state != want {
				return err
			}
			if n, err = step(tx); err != nil || n == 0 && !first {
				return err
			}
			return tx.Exec(ctx, sqlMergeDone, merge, module, back, n, store.At(tx.Now()))
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// GoesOn is the account in which somebody's things are now: their own, or the
// one that theirs was merged into, in the caller's transaction if q is one.
// Whom identity does not know stays.
func (s *Service) GoesOn(ctx context.Context, q store.Querier, person string) (_ string, err error) {
	defer errs.Wrap(&err, "identity.GoesOn")
	for range mostKin {
		status, into, err := s.StatusOf(ctx, q, person)
		if errs.Is(err, errs.NotFound) || err == nil && status != Merged {
			return person, nil
		}
		if err != nil {
			return "", err
		}
		person = into
	}
	return person, nil
}

// Kin lists an account and all with which it is merged or once was, itself
// first. What somebody did before stays under the account in which they did it.
func (s *Service) Kin(ctx context.Context, q store.Querier, person string) (_ []string, err error) {
	defer errs.Wrap(&err, "identity.Kin")
	return s.spread(ctx, q, person, sqlKin)
}

// oneWith lists an account and all that are merged into it now, itself first.
func (s *Service) oneWith(ctx context.Context, q store.Querier, person string) ([]string, error) {
	return s.spread(ctx, q, person, sqlMergedInto)
}

func (s *Service) spread(ctx context.Context, q store.Querier, person, sql string) ([]string, error) {
	out := []string{person}
	for from := 0; from < len(out) && len(out) < mostKin; {
		next, err := store.All[string](ctx, q, sql, out[from:])
		if err != nil {
			return nil, err
		}
		from = len(out)
		slices.Sort(next)
		for _, p := range next {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

// Receipt is ledger.Receipt for evidence of a thing that somebody owns now: it
// stands under the account that owned the thing then.
func (s *Service) Receipt(ctx context.Context, owner, evidence string) (_ []byte, err error) {
	defer errs.Wrap(&err, "identity.Receipt")
	file, err := s.d.Ledger.Receipt(ctx, owner, evidence)
	if !errs.Is(err, errs.NotFound) {
		return file, err
	}
	kin, kerr := s.Kin(ctx, s.d.DB, owner)
	if kerr != nil {
		return nil, kerr
	}
	for _, k := range kin[1:] {
		if file, kerr := s.d.Ledger.Receipt(ctx, k, evidence); !errs.Is(kerr, errs.NotFound) {
			return file, kerr
		}
	}
	return nil, err
}

// LockTx reads people by id and holds their rows until the transaction ends, in
// an order of its own so that two such acts do not wait for each other.
// errs.NotFound: one of them is nobody.
func (s *Service) LockTx(ctx context.Context, tx *store.Tx, people ...string) (_ map[string]Person, err error) {
	defer errs.Wrap(&err, "identity.LockTx")
	people = slices.Sorted(slices.Values(people))
	out := make(map[string]Person, len(people))
	for _, who := range people {
		row, found, err := store.Find[personRow](ctx, tx, sqlPersonForUpdate, who)
		if err == nil && !found {
			err = errs.New(errs.NotFound, "identity.no_person")
		}
		if err != nil {
			return nil, err
		}
		out[who] = row.person()
	}
	return out, nil
}

// Carried lists what merges have made of capacities, those that have ended too: the
// newest last. In the caller's transaction if q is one.
func (s *Service) Carried(ctx context.Context, q store.Querier, origins ...string) (_ []Capacity, err error) {
	defer errs.Wrap(&err, "identity.Carried")
	if len(origins) == 0 {
		return nil, nil
	}
	rows, err := store.All[capacityRow](ctx, q, sqlCarried, origins)
	out := make([]Capacity, len(rows))
	for i, r := range rows {
		out[i] = r.capacity()
	}
	return out, err
}

// CapacityTx reads one capacity in the caller's transaction. errs.NotFound: there
// is none.
func (s *Service) CapacityTx(ctx context.Context, tx *store.Tx, person, capacity string) (_ Capacity, err error) {
	defer errs.Wrap(&err, "identity.CapacityTx")
	row, err := store.One[capacityRow](ctx, tx, sqlCapacity, person, capacity)
	return row.capacity(), err
}

// CapacitiesTx lists the capacities of a person in the caller's transaction,
// those that are over too.
func (s *Service) CapacitiesTx(ctx context.Context, tx *store.Tx, person string) (_ []Capacity, err error) {
	defer errs.Wrap(&err, "identity.CapacitiesTx")
	rows, err := store.All[capacityRow](ctx, tx, sqlCapacities, person)
	out := make([]Capacity, len(rows))
	for i, r := range rows {
		out[i] = r.capacity()
	}
	return out, err
}

// EndProofTx ends one proof, which must be of this person and stand; why is a
// locale key.
func (s *Service) EndProofTx(ctx context.Context, tx *store.Tx, by policy.Actor, person, proof, why string) (err error) {
	defer errs.Wrap(&err, "identity.EndProofTx")
	if err := tx.ExecOne(ctx, sqlEndProof, person, proof, store.At(tx.Now()), why); err != nil {
		return err
	}
	if err := s.stage(ctx, tx, "identity.proof_ended", person, proof, by, map[string]any{"person": person, "why": why, "ended": 1}); err != nil {
		return err
	}
	return s.settleLevelTx(ctx, tx, person)
}

// MergedInto lists an account and all that are merged into it now, itself first.
func (s *Service) MergedInto(ctx context.Context, q store.Querier, person string) (_ []string, err error) {
	defer errs.Wrap(&err, "identity.MergedInto")
	return s.oneWith(ctx, q, person)
}

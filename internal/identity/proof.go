// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Way is how it is known who somebody is.
type Way string

// The ways (domain B.1), each with the level that it gives.
const (
	BySelf     Way = "self"     // 0: their word
	ByRegistry Way = "registry" // 1: the civil registry, or that of foreigners, and the owner of the telephone
	ByConsul   Way = "consular" // 1: the consular system
	ByVideo    Way = "video"    // 2: a broker's video
	ByVoucher  Way = "vouched"  // 2: people who know them, before an official
	ByOffice   Way = "office"   // 3: seen with their papers
)

// Level is what a proof of this kind is worth.
func (w Way) Level() int {
	switch w {
	case ByRegistry, ByConsul:
		return RegistryChecked
	case ByVideo, ByVoucher:
		return SeenRemotely
	case ByOffice:
		return SeenInPerson
	}
	return SelfDeclared
}

// Proof is one time that it was checked who a person is. It stands until it
// ends; the person's level is that of the best that stands.
type Proof struct {
	Person   string
	Way      Way
	By       policy.Actor // who saw to it; zero: this system
	Ref      string       // of the broker's session, the consular case, the counter's record
	At       time.Time
	Until    time.Time // zero: no end
	Ended    time.Time // zero: it was not ended early
	EndedWhy string    // locale key
}

// Stands tells whether the proof counts at a time.
func (p Proof) Stands(at time.Time) bool {
	return p.Ended.IsZero() && (p.Until.IsZero() || at.Before(p.Until))
}

// AddProofTx writes a proof and raises the person's level. errs.Conflict, code
// identity.provisional.unconfirmed: the account rests on its owner's word, and what
// was proved would be somebody whom no registry has named.
func (s *Service) AddProofTx(ctx context.Context, tx *store.Tx, p Proof) (err error) {
	defer errs.Wrap(&err, "identity.AddProofTx")
	word, found, err := s.ProvisionalOf(ctx, tx, p.Person)
	if err != nil {
		return err
	}
	if found && word.Open() {
		return errs.New(errs.Conflict, "identity.provisional.unconfirmed")
	}
	row := newProof(tx, p)
	if err := store.Insert(ctx, tx, "identity_proof", row); err != nil {
		return err
	}
	facts := map[string]any{"person": p.Person, "way": string(p.Way), "level": p.Way.Level(), "ref": p.Ref, "unit": p.By.Unit}
	if err := s.stage(ctx, tx, "identity.proved", p.Person, row.ID, p.By, facts); err != nil {
		return err
	}
	return s.settleLevelTx(ctx, tx, p.Person)
}

func newProof(tx *store.Tx, p Proof) proofRow {
	return proofRow{
		Person: p.Person, ID: id.New(), Level: int64(p.Way.Level()), Way: p.Way, ByPerson: p.By.Person, ByRole: p.By.Role, Unit: p.By.Unit,
		Ref: p.Ref, At: store.At(tx.Now()), Until: store.At(p.Until),
	}
}

// wayOf is the way that a level is usually reached in.
func wayOf(level int) Way {
	switch level {
	case RegistryChecked:
		return ByRegistry
	case SeenRemotely:
		return ByVideo
	case SeenInPerson:
		return ByOffice
	}
	return BySelf
}

// EndProofsTx ends what was proved in some ways, all if none is named; the
// level falls to what is left. why is a locale key.
func (s *Service) EndProofsTx(ctx context.Context, tx *store.Tx, person string, by policy.Actor, why string, ways ...Way) (err error) {
	defer errs.Wrap(&err, "identity.EndProofsTx")
	rows, err := store.All[proofRow](ctx, tx, sqlProofs, person)
	if err != nil {
		return err
	}
	ended := 0
	for _, r := range rows {
		if !r.Ended.IsZero() || len(ways) > 0 && !slices.Contains(ways, r.Way) {
			continue
		}
		if err := tx.ExecOne(ctx, sqlEndProof, person, r.ID, store.At(tx.Now()), why); err != nil {
			return err
		}
		ended++
	}
	if ended == 0 {
		return nil
	}
	if err := s.stage(ctx, tx, "identity.proof_ended", person, person, by, map[string]any{"person": person, "why": why, "ended": ended}); err != nil {
		return err
	}
	return s.settleLevelTx(ctx, tx, person)
}

// settleLevelTx writes the level that the standing proofs give. The person's
// row is locked first, so that two such acts do not pass each other.
func (s *Service) settleLevelTx(ctx context.Context, tx *store.Tx, person string) error {
	if err := tx.ExecOne(ctx, sqlTouchPerson, person); err != nil {
		return err
	}
	rows, err := store.All[proofRow](ctx, tx, sqlProofs, person)
	if err != nil {
		return err
	}
	level := SelfDeclared
	for _, r := range rows {
		if p := r.proof(); p.Stands(tx.Now()) {
			level = max(level, int(r.Level))
		}
	}
	return tx.ExecOne(ctx, sqlSetLevel, person, level)
}

// KnownTx makes sure, in the transaction of an act, that the actor is still known
// as surely as a service needs: proofs that end at this moment wait, or were
// faster. It only writes. errs.Forbidden with a level.Missing.
func (s *Service) KnownTx(ctx context.Context, tx *store.Tx, a policy.Actor, service level.Service, need int) (err error) {
	defer errs.Wrap(&err, "identity.KnownTx")
	if need <= SelfDeclared {
		return nil
	}
	n, err := tx.ExecN(ctx, sqlKnown, a.Person, need)
	if err == nil && n == 0 {
		a.Assurance = min(a.Assurance, need-1)
		err = level.Need(a, service, need)
	}
	return err
}

// Proofs lists how it is known who a person is, the newest first.
func (s *Service) Proofs(ctx context.Context, person string) (_ []Proof, err error) {
	defer errs.Wrap(&err, "identity.Proofs")
	rows, err := store.All[proofRow](ctx, s.d.DB, sqlProofs, person)
	out := make([]Proof, len(rows))
	for i, r := range rows {
		out[i] = r.proof()
	}
	return out, err
}

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A register that takes something from very many people at once is more likely
// broken than right, and who is stopped by mistake misses somebody's term. What it
// says is left undone and kept as a doubt, until two administrators have found out
// that it is true (package steward), or one that it is not.

// DoubtKind is a register whose answers may be doubted.
type DoubtKind string

// The kinds.
const (
	DoubtLicences DoubtKind = "licences" // issuers end or suspend licences
	DoubtNumbers  DoubtKind = "numbers"  // the registry of SIM cards gives numbers to others
	DoubtRegistry DoubtKind = "registry" // the civil registry reports deaths and guardianships
)

// DoubtKinds lists them.
func DoubtKinds() []DoubtKind { return []DoubtKind{DoubtLicences, DoubtNumbers, DoubtRegistry} }

// DoubtState is what became of a doubt.
type DoubtState string

// The states. They lead: open → believed, dismissed; from both to open again.
const (
	DoubtOpen      DoubtState = "open"
	DoubtBelieved  DoubtState = "believed" // for a while what the register says is done
	DoubtDismissed DoubtState = "dismissed"
)

// believedFor is how long a register is believed after two administrators have
// said so: long enough to ask about everybody again. It is technical.
const believedFor = 48 * time.Hour

// Doubt is what a register said and was not believed.
type Doubt struct {
	Kind         DoubtKind
	State        DoubtState
	Taken, Asked int // from how many of how many something would have been taken
	First, Last  time.Time
	Until        time.Time // of a believed one
	DecidedBy    string    // name
	Decided      time.Time
}

type doubtRow struct {
	Kind    DoubtKind  `db:"kind"`
	State   DoubtState `db:"state"`
	Taken   int64      `db:"taken"`
	Asked   int64      `db:"asked"`
	First   store.Time `db:"first_us"`
	Last    store.Time `db:"last_us"`
	Until   store.Time `db:"until_us"`
	Name    string     `db:"decided_name"`
	Decided store.Time `db:"decided_us"`
}

func (r doubtRow) doubt() Doubt {
	return Doubt{
		Kind: r.Kind, State: r.State, Taken: int(r.Taken), Asked: int(r.Asked), First: r.First.Time, Last: r.Last.Time, Until: r.Until.Time,
		DecidedBy: r.Name, Decided: r.Decided.Time,
	}
}

const (
	doubtColumns = `kind, state, taken, asked, first_us, last_us, until_us, decided_name, decided_us`

	sqlDoubts   = `SELECT ` + doubtColumns + ` FROM identity_doubt ORDER BY kind`
	sqlBelieved = `SELECT count(*) FROM identity_doubt WHERE kind = $1 AND state = 'believed' AND until_us > $2`
	sqlDoubt    = `
INSERT INTO identity_doubt (kind, state, taken, asked, first_us, last_us) VALUES ($1, 'open', $2, $3, $4, $4)
ON CONFLICT (kind) DO UPDATE SET taken = excluded.taken, asked = excluded.asked, last_us = excluded.last_us,
	first_us = CASE WHEN identity_doubt.state = 'open' THEN identity_doubt.first_us ELSE excluded.first_us END, state = 'open'`
	sqlSettleDoubt = `
UPDATE identity_doubt SET state = $2, until_us = $3, decided_name = $4, decided_us = $5 WHERE kind = $1 AND state = 'open'`
	sqlDoubtOpen = `SELECT first_us FROM identity_doubt WHERE kind = $1 AND state = 'open'`
	// Those about whom the issuer was not believed are asked about at once.
	sqlAskLicencesAgain = `
UPDATE identity_capacity SET asked_us = 0 WHERE issuer <> '' AND number <> '' AND ended_us = 0 AND role IN ('lawyer', 'expert') AND asked_us >= $1`
)

// believable bounds from how many of a batch something may be taken at once. Of a
// population about six in a thousand die in a year, and fewer lose a licence; a
// register that says so of one in ten is broken.
func believable(taken, asked int) bool { return taken <= max(3, asked/10) }

// Believes tells whether what a register says of a batch is to be done: it takes
// something from few of those who were asked about, or administrators have found
// that it is true. Otherwise it is kept as a doubt.
func (s *Service) Believes(ctx context.Context, kind DoubtKind, taken, asked int) (yes bool, err error) {
	defer errs.Wrap(&err, "identity.Believes")
	if believable(taken, asked) {
		return true, nil
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := store.One[int64](ctx, tx, sqlBelieved, kind, store.At(tx.Now()))
		if yes = n > 0; yes || err != nil {
			return err
		}
		return tx.Exec(ctx, sqlDoubt, kind, taken, asked, store.At(tx.Now()))
	})
	return yes && err == nil, err
}

// Doubts lists what was not believed, and what became of it.
func (s *Service) Doubts(ctx context.Context) (_ []Doubt, err error) {
	defer errs.Wrap(&err, "identity.Doubts")
	rows, err := store.All[doubtRow](ctx, s.d.DB, sqlDoubts)
	out := make([]Doubt, len(rows))
	for i, r := range rows {
		out[i] = r.doubt()
	}
	return out, err
}

// DoubtOpenTx makes sure that a doubt waits for a decision. errs.Conflict, code
// identity.doubt.over: it does not.
func (s *Service) DoubtOpenTx(ctx context.Context, tx *store.Tx, kind DoubtKind) (err error) {
	defer errs.Wrap(&err, "identity.DoubtOpenTx")
	_, found, err := store.Find[store.Time](ctx, tx, sqlDoubtOpen, kind)
	if err == nil && !found {
		err = errs.New(errs.Conflict, "identity.doubt.over")
	}
	return err
}

// SettleDoubtTx has a register believed for a while, or not. That by may, the
// caller has made sure. errs.Conflict, code identity.doubt.over.
func (s *Service) SettleDoubtTx(ctx context.Context, tx *store.Tx, by policy.Actor, kind DoubtKind, state DoubtState) (err error) {
	defer errs.Wrap(&err, "identity.SettleDoubtTx")
	since, found, err := store.Find[store.Time](ctx, tx, sqlDoubtOpen, kind)
	if err != nil {
		return err
	}
	until := time.Time{}
	if state == DoubtBelieved {
		until = tx.Now().Add(believedFor)
	}
	n := int64(0)
	if found {
		if n, err = tx.ExecN(ctx, sqlSettleDoubt, kind, state, store.At(until), by.Name, store.At(tx.Now())); err != nil {
			return err
		}
	}
	if n == 0 {
		return errs.New(errs.Conflict, "identity.doubt.over")
	}
	if state == DoubtBelieved && kind == DoubtLicences {
		if err := tx.Exec(ctx, sqlAskLicencesAgain, since); err != nil {
			return err
		}
	}
	owner := "doubt:" + string(kind)
	return s.stage(ctx, tx, "identity.doubt_"+string(state), owner, owner, by, map[string]any{"kind": string(kind), "state": string(state)})
}

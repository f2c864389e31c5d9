// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A register that takes something from very many people at once, or from one after
// the other, is more likely broken than right, and who is stopped by mistake misses
// somebody's term. What it says is left undone and kept as a doubt, until two
// administrators have found out that it is true (package steward), or one that it is
// not.

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
	Taken, Asked int // from how many of how many something would have been taken; the most while it was open
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

// Said names what a register said by the figures that were shown to whoever proposes
// to believe it: what it says later is something else.
func (d Doubt) Said() string { return fmt.Sprintf("%d %d/%d", d.First.UnixMicro(), d.Taken, d.Asked) }

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
	// While it is open the most that was said stands.
	sqlDoubt = `
INSERT INTO identity_doubt (kind, state, taken, asked, first_us, last_us) VALUES ($1, 'open', $2, $3, $4, $4)
ON CONFLICT (kind) DO UPDATE SET last_us = excluded.last_us,
	taken = CASE WHEN identity_doubt.state = 'open' AND identity_doubt.taken >= excluded.taken THEN identity_doubt.taken ELSE excluded.taken END,
	asked = CASE WHEN identity_doubt.state = 'open' AND identity_doubt.taken >= excluded.taken THEN identity_doubt.asked ELSE excluded.asked END,
	first_us = CASE WHEN identity_doubt.state = 'open' THEN identity_doubt.first_us ELSE excluded.first_us END, state = 'open'`
	sqlAnswered = `
INSERT INTO identity_answered (kind, hour_us, taken, asked) VALUES ($1, $2, $3, $4)
ON CONFLICT (kind, hour_us) DO UPDATE SET taken = identity_answered.taken + excluded.taken, asked = identity_answered.asked + excluded.asked`
	sqlAnsweredSince = `
SELECT CAST(coalesce(sum(taken), 0) AS BIGINT) AS taken, CAST(coalesce(sum(asked), 0) AS BIGINT) AS asked FROM identity_answered
WHERE kind = $1 AND hour_us >= $2`
	sqlForgetAnswered = `DELETE FROM identity_answered WHERE kind = $1 AND hour_us < $2`
	sqlSettleDoubt    = `
UPDATE identity_doubt SET state = $2, until_us = $3, decided_name = $4, decided_us = $5
WHERE kind = $1 AND state = 'open' AND first_us = $6 AND taken = $7 AND asked = $8`
	sqlDoubtOpen = `SELECT ` + doubtColumns + ` FROM identity_doubt WHERE kind = $1 AND state = 'open'`
	// Those about whom the issuer was not believed are asked about at once.
	sqlAskLicencesAgain = `
UPDATE identity_capacity SET asked_us = 0 WHERE issuer <> '' AND number <> '' AND ended_us = 0 AND role IN ('lawyer', 'expert') AND asked_us >= $1`
)

// said is what a register says in some time: from taken of asked it takes something.
type said struct {
	Taken int64 `db:"taken"`
	Asked int64 `db:"asked"`
}

// believable bounds from how many something may be taken at once. Of a population
// about six in a thousand die in a year, and fewer lose a licence; a register that
// says so of one in ten is broken.
func (a said) believable() bool { return a.Taken <= max(3, a.Asked/10) }

// judgedOver is over which times the sum of what a register says has to be
// believable, besides that of one batch: batches may be as small as one. The bounds
// are technical. What was answered is kept for as long as the last.
var judgedOver = [...]time.Duration{time.Hour, 24 * time.Hour}

// Believes tells whether what a register says of a batch is to be done: in the
// batch, and together with what was taken in the last hour and in the last day, it
// takes something from few of those who were asked about, or administrators have
// found that it is true. Otherwise it is kept as a doubt. The caller does what takes
// nothing from anybody in any case, and of the others nothing that is doubted.
func (s *Service) Believes(ctx context.Context, kind DoubtKind, taken, asked int) (yes bool, err error) {
	defer errs.Wrap(&err, "identity.Believes")
	if asked == 0 {
		return true, nil
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := tx.Now()
		n, err := store.One[int64](ctx, tx, sqlBelieved, kind, store.At(now))
		if yes = n > 0; yes || err != nil { // administrators answer for it: it does not count
			return err
		}
		hour := store.At(now.Truncate(time.Hour))
		// Two batches at once wait for each other here.
		if err := tx.Exec(ctx, sqlAnswered, kind, hour, 0, asked-taken); err != nil {
			return err
		}
		sum := said{int64(taken), int64(asked)}
		for i := 0; i < len(judgedOver) && taken > 0 && sum.believable(); i++ {
			from := store.At(now.Add(-judgedOver[i]).Truncate(time.Hour))
			if sum, err = store.One[said](ctx, tx, sqlAnsweredSince, kind, from); err != nil {
				return err
			}
			sum.Taken, sum.Asked = sum.Taken+int64(taken), sum.Asked+int64(taken)
		}
		if yes = sum.believable(); !yes {
			return tx.Exec(ctx, sqlDoubt, kind, sum.Taken, sum.Asked, store.At(now))
		}
		if err := tx.Exec(ctx, sqlAnswered, kind, hour, taken, taken); err != nil {
			return err
		}
		return tx.Exec(ctx, sqlForgetAnswered, kind, store.At(now.Add(-judgedOver[len(judgedOver)-1]).Truncate(time.Hour)))
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

// DoubtOpenTx finds the doubt of a kind that waits for a decision. said is what it
// has to be about (Doubt.Said); "": anything. errs.Conflict, code identity.doubt.over:
// none waits; identity.doubt.changed: the register has said something else since.
func (s *Service) DoubtOpenTx(ctx context.Context, tx *store.Tx, kind DoubtKind, said string) (_ Doubt, err error) {
	defer errs.Wrap(&err, "identity.DoubtOpenTx")
	row, found, err := store.Find[doubtRow](ctx, tx, sqlDoubtOpen, kind)
	d := row.doubt()
	switch {
	case err != nil:
		return Doubt{}, err
	case !found:
		return Doubt{}, errs.New(errs.Conflict, "identity.doubt.over")
	case said != "" && said != d.Said():
		return Doubt{}, errs.New(errs.Conflict, "identity.doubt.changed")
	}
	return d, nil
}

// SettleDoubtTx has a register believed for a while in what it said (Doubt.Said), or
// not; said "" is whatever it has said by now. That by may, the caller has made sure.
// Errors are those of DoubtOpenTx.
func (s *Service) SettleDoubtTx(ctx context.Context, tx *store.Tx, by policy.Actor, kind DoubtKind, said string, state DoubtState) (err error) {
	defer errs.Wrap(&err, "identity.SettleDoubtTx")
	d, err := s.DoubtOpenTx(ctx, tx, kind, said)
	if err != nil {
		return err
	}
	until := time.Time{}
	if state == DoubtBelieved {
		until = tx.Now().Add(believedFor)
	}
	n, err := tx.ExecN(ctx, sqlSettleDoubt, kind, state, store.At(until), by.Name, store.At(tx.Now()), store.At(d.First), d.Taken, d.Asked)
	if err == nil && n == 0 {
		err = errs.New(errs.Conflict, "identity.doubt.changed")
	}
	if err == nil && state == DoubtBelieved && kind == DoubtLicences {
		err = tx.Exec(ctx, sqlAskLicencesAgain, store.At(d.First))
	}
	if err != nil {
		return err
	}
	owner := "doubt:" + string(kind)
	return s.stage(ctx, tx, "identity.doubt_"+string(state), owner, owner, by, map[string]any{
		"kind": string(kind), "state": string(state), "taken": d.Taken, "asked": d.Asked, "first": d.First.UTC().Format(time.RFC3339Nano),
	})
}

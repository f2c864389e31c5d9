// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// versionRow is a signed version of a filing.
type versionRow struct {
	Owner    string     `db:"owner"`
	Filing   string     `db:"filing_id"`
	Round    int64      `db:"round"`
	Answers  string     `db:"answers"`
	Names    string     `db:"names"`
	Record   []byte     `db:"record"`
	Hash     string     `db:"hash"`
	Payment  string     `db:"payment_id"`
	Evidence string     `db:"evidence_id"`
	ByOwner  string     `db:"evidence_owner"`
	Signed   store.Time `db:"signed_us"`
}

const (
	selectLastVersion = `SELECT owner, filing_id, round, answers, names, record, hash, payment_id, evidence_id, evidence_owner, signed_us
		FROM filing_version WHERE owner = $1 AND filing_id = $2 ORDER BY round DESC LIMIT 1`
	selectVersion = `SELECT owner, filing_id, round, answers, names, record, hash, payment_id, evidence_id, evidence_owner, signed_us
		FROM filing_version WHERE owner = $1 AND filing_id = $2 AND round = $3`
	selectVersions = `SELECT owner, filing_id, round, answers, names, record, hash, payment_id, evidence_id, evidence_owner, signed_us
		FROM filing_version WHERE owner = $1 AND filing_id = $2 ORDER BY round`
)

// keepVersionTx keeps what was signed now.
func keepVersionTx(ctx context.Context, tx *store.Tx, f Filing, evidence string) error {
	answers, err := json.Marshal(f.Answers)
	if err != nil {
		return err
	}
	names, err := json.Marshal(f.Names)
	if err != nil {
		return err
	}
	return store.Insert(ctx, tx, "filing_version", versionRow{
		Owner: f.Owner, Filing: f.ID, Round: int64(f.Round), Answers: string(answers), Names: string(names), Record: f.Record,
		Hash: f.Hash, Payment: f.Payment, Evidence: evidence, Signed: store.At(tx.Now()),
	})
}

// lastSigned is f as it was signed last: what the court sees while its owner
// mends it, and after it was rejected.
func lastSigned(ctx context.Context, q store.Querier, f Filing) (Filing, error) {
	if !f.received() || f.Status == Submitted {
		return f, nil
	}
	v, err := store.One[versionRow](ctx, q, selectLastVersion, f.Owner, f.ID)
	if err != nil {
		return f, err
	}
	return f.as(v)
}

// as is f with the content of a version.
func (f Filing) as(v versionRow) (Filing, error) {
	var err error
	if f.Answers, err = catalogue.ParseAnswers([]byte(v.Answers)); err != nil {
		return f, err
	}
	f.Names = Names{}
	if err := json.Unmarshal([]byte(v.Names), &f.Names); err != nil {
		return f, err
	}
	f.Record, f.Hash, f.Payment, f.Round = v.Record, v.Hash, v.Payment, int(v.Round)
	r, err := f.parsed()
	if err != nil {
		return f, err
	}
	f.Standing = cmp.Or(policy.Role(r.Filer.Capacity), f.Standing) // it may have been taken over since
	f.Files = slices.DeleteFunc(slices.Clone(f.Files), func(a Attached) bool { return !slices.Contains(r.Attachments, a.Attachment) })
	return f, nil
}

// parsed is the record of f.
func (f Filing) parsed() (r Record, err error) {
	err = json.Unmarshal(f.Record, &r)
	return r, err
}

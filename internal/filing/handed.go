// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"cmp"
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	selectHanded = `SELECT h.owner, h.filing_id, h.round, h.unit, h.standing, h.at_us, d.owner AS now
		FROM filing_handed h JOIN filing_desk d ON d.unit = h.unit AND d.filing_id = h.filing_id
		WHERE h.owner = ANY($1) AND h.filing_id = $2 ORDER BY h.at_us DESC LIMIT 1`
)

// handedRow is a filing that somebody took over, for who owned it before.
type handedRow struct {
	Owner    string     `db:"owner"`
	Filing   string     `db:"filing_id"`
	Round    int64      `db:"round"`
	Unit     string     `db:"unit"`
	Standing string     `db:"standing"`
	At       store.Time `db:"at_us"`
	Now      string     `db:"now"` // whose it is now
}

// handed finds a filing that was taken over from somebody.
func (s *Service) handed(ctx context.Context, owner, filing string) (handedRow, bool, error) {
	kin, err := s.d.Identity.Kin(ctx, s.d.DB, owner)
	if err != nil {
		return handedRow{}, false, err
	}
	return store.Find[handedRow](ctx, s.d.DB, selectHanded, kin, filing)
}

// Handed tells since when a filing of the actor's is another's; zero: it is his, or
// never was.
func (s *Service) Handed(ctx context.Context, a policy.Actor, filing string) (_ time.Time, err error) {
	defer errs.Wrap(&err, "filing.Handed")
	if _, err := read(ctx, s.d.DB, a.Owner(), filing); !errs.Is(err, errs.NotFound) {
		return time.Time{}, err
	}
	h, _, err := s.handed(ctx, a.Owner(), filing)
	return h.At.Time, err
}

// kept is a filing that was taken over from the actor, as he keeps it: the versions
// that were signed before, and nothing that came since.
func (s *Service) kept(ctx context.Context, a policy.Actor, filing string) (f Filing, d *catalogue.Definition, err error) {
	h, found, err := s.handed(ctx, a.Owner(), filing)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "filing.not_found")
	}
	if err != nil {
		return f, nil, err
	}
	if f, err = read(ctx, s.d.DB, h.Now, filing); err != nil {
		return f, nil, err
	}
	as := f // as it stood with him
	as.Owner, as.Standing, as.Status = a.Owner(), policy.Role(h.Standing), Submitted
	if err := s.may(a, "filing.view", as, 0); err != nil {
		return Filing{}, nil, err
	}
	f.Standing, f.Record, f.before = as.Standing, nil, int(h.Round)
	if d, err = s.definition(ctx, f); err != nil {
		return f, nil, err
	}
	if f, err = withFiles(ctx, s.d.DB, f, d); err != nil {
		return f, d, err
	}
	if err := s.mayRead(a, as, false, false); err != nil {
		return Filing{}, nil, err
	}
	return f, d, s.d.Identity.RecordActing(ctx, a, "filing", f.ID)
}

// receipt is the proof file of evidence about f, which stands under the account
// that owned it then.
func (s *Service) receipt(ctx context.Context, f Filing, owner, evidence string) ([]byte, error) {
	return s.d.Identity.Receipt(ctx, cmp.Or(owner, f.Owner), evidence)
}

// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"
	"log/slog"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Load brings the database to a country file: it adds and updates counties,
// units, branches and districts, and removes no unit or branch, because cases
// may name them. Loading what is there already changes nothing. Errors:
// Forbidden, Invalid.
func (s *Service) Load(ctx context.Context, by policy.Actor, c Country) (err error) {
	defer errs.Wrap(&err, "authority.Load")
	if err := s.mayPublish(by, "country"); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	hash, err := c.hash()
	if err != nil {
		return err
	}
	var fresh bool
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		there, _, err := store.Find[string](ctx, tx, selectLoad)
		if fresh = err == nil && there != hash; !fresh {
			return err
		}
		if err := writeCountry(ctx, tx, c, hash, by.Person); err != nil {
			return err
		}
		return s.stageCountry(ctx, tx, by, c, hash, there)
	})
	if err == nil && fresh {
		s.log.InfoContext(ctx, "country loaded", slog.Int("counties", len(c.Counties)), slog.Int("units", len(c.Units)), slog.Bool("demo", c.Demo))
	}
	return err
}

// stageCountry writes the evidence of a country file: its hash, and that of the
// one it takes the place of. A program without a ledger, which serves nobody,
// may load a country to work on, and the log says so.
func (s *Service) stageCountry(ctx context.Context, tx *store.Tx, by policy.Actor, c Country, hash, before string) error {
	if s.ledger == nil {
		s.log.WarnContext(ctx, "country loaded without evidence: there is no ledger")
		return nil
	}
	return s.stage(ctx, tx, eventCountry, "country", by, map[string]any{
		"hash": hash, "before": before, "demo": c.Demo, "counties": len(c.Counties), "units": len(c.Units),
	})
}

func writeCountry(ctx context.Context, tx *store.Tx, c Country, hash, by string) error {
	for _, x := range c.Counties {
		if err := tx.Exec(ctx, upsertCounty, x.Province, x.Key, x.NameFA, x.NameEN); err != nil {
			return err
		}
	}
	for _, u := range c.Units {
		if err := writeUnit(ctx, tx, u); err != nil {
			return err
		}
	}
	return tx.Exec(ctx, upsertLoad, hash, by, store.At(tx.Now()))
}

func writeUnit(ctx context.Context, tx *store.Tx, u CountryUnit) error {
	if err := tx.Exec(ctx, upsertUnit, u.Code, u.Kind, u.Province, u.County, u.NameFA, u.NameEN); err != nil {
		return err
	}
	for _, b := range u.Branches {
		if err := tx.Exec(ctx, upsertBranch, u.Code, b.Number, b.NameFA, b.NameEN); err != nil {
			return err
		}
	}
	if err := tx.Exec(ctx, deleteDistricts, u.Code); err != nil {
		return err
	}
	for _, county := range u.Serves {
		if err := tx.Exec(ctx, insertDistrict, u.Province, county, u.Kind, u.Code); err != nil {
			return err
		}
	}
	return nil
}

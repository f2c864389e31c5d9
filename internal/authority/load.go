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
	if there, _, err := store.Find[string](ctx, s.db, selectLoad); err != nil || there == hash {
		return err
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error { return writeCountry(ctx, tx, c, hash, by.Person) })
	if err == nil {
		s.log.InfoContext(ctx, "country loaded", slog.Int("counties", len(c.Counties)), slog.Int("units", len(c.Units)), slog.Bool("demo", c.Demo))
	}
	return err
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

// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"
	"sync/atomic"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Filter narrows Units; an empty member means any.
type Filter struct {
	Kind             Kind
	Province, County string
}

// Unit is the unit with this code; errs.NotFound if there is none.
func (s *Service) Unit(ctx context.Context, code string) (_ Unit, err error) {
	defer errs.Wrap(&err, "authority.Unit")
	u, found, err := store.Find[Unit](ctx, s.db, selectUnit, code)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "authority.unit.none")
	}
	return u, err
}

// Units lists the units that pass the filter, by code.
func (s *Service) Units(ctx context.Context, f Filter) (_ []Unit, err error) {
	defer errs.Wrap(&err, "authority.Units")
	return store.All[Unit](ctx, s.db, selectUnits, f.Kind, f.Province, f.County)
}

// Branches lists the branches of a unit, the first one first.
func (s *Service) Branches(ctx context.Context, unit string) (_ []Branch, err error) {
	defer errs.Wrap(&err, "authority.Branches")
	return store.All[Branch](ctx, s.db, selectBranches, unit)
}

// Counties lists the counties of a province by their Persian names; all
// counties by province and key if province is empty.
func (s *Service) Counties(ctx context.Context, province string) (_ []County, err error) {
	defer errs.Wrap(&err, "authority.Counties")
	if province == "" {
		return store.All[County](ctx, s.db, selectCounties)
	}
	return store.All[County](ctx, s.db, selectCountiesOf, province)
}

// Places is a snapshot of the counties that other modules check answers
// against. It does not change.
type Places struct {
	hash     string
	counties map[[2]string]Text
}

// County is the name of a county of a province and whether there is one.
func (p *Places) County(province, key string) (Text, bool) {
	t, ok := p.counties[[2]string{province, key}]
	return t, ok
}

// placeCache keeps the newest snapshot; a row names what it must be of.
type placeCache struct{ last atomic.Pointer[Places] }

// Places is the snapshot of the country file that is loaded now, in whichever
// process it was loaded.
func (s *Service) Places(ctx context.Context) (_ *Places, err error) {
	defer errs.Wrap(&err, "authority.Places")
	hash, _, err := store.Find[string](ctx, s.db, selectLoad)
	if err != nil {
		return nil, err
	}
	if p := s.places.last.Load(); p != nil && p.hash == hash {
		return p, nil
	}
	all, err := s.Counties(ctx, "")
	if err != nil {
		return nil, err
	}
	p := NewPlaces(all)
	p.hash = hash
	s.places.last.Store(p)
	return p, nil
}

// NewPlaces makes a snapshot from a list, for checks without a database.
func NewPlaces(all []County) *Places {
	p := &Places{counties: make(map[[2]string]Text, len(all))}
	for _, c := range all {
		p.counties[[2]string{c.Province, c.Key}] = c.Name()
	}
	return p
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Version is a filing as it was signed once.
type Version struct {
	Filing
	Signed time.Time
	Paper  bool // it can be downloaded in the language that was asked for
	Ready  bool // so can its receipt
}

// Versions are the signed versions of a filing, the first one first: to its
// owner his own, to the staff those of a filing on their desk, which is recorded.
// A draft has none.
func (s *Service) Versions(ctx context.Context, a policy.Actor, id string, lang i18n.Lang) (list []Version, d *catalogue.Definition, err error) {
	defer errs.Wrap(&err, "filing.Versions")
	f, d, err := s.readable(ctx, a, id)
	if err != nil {
		return nil, nil, err
	}
	rows, err := store.All[versionRow](ctx, s.d.DB, selectVersions, f.Owner, f.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		if f.hides(r.Round) {
			continue
		}
		v, err := s.version(ctx, f, r)
		if err != nil {
			return nil, nil, err
		}
		if _, v.Paper, err = store.Find[paperRow](ctx, s.d.DB, selectPaper, f.Owner, f.ID, r.Hash, string(lang)); err != nil {
			return nil, nil, err
		}
		list = append(list, v)
	}
	return list, d, nil
}

// VersionPaper is the paper of one signed version, byte for byte.
func (s *Service) VersionPaper(ctx context.Context, a policy.Actor, id string, round int, lang i18n.Lang) (_ []byte, v Version, err error) {
	defer errs.Wrap(&err, "filing.VersionPaper")
	if v, err = s.versionOf(ctx, a, id, round); err != nil {
		return nil, v, err
	}
	r, found, err := store.Find[paperRow](ctx, s.d.DB, selectPaper, v.Owner, v.ID, v.Hash, string(lang))
	if err == nil && !found {
		err = errs.New(errs.NotFound, "filing.paper_pending")
	}
	if err != nil {
		return nil, v, err
	}
	b, err := s.d.Blobs.Get(ctx, r.Blob, r.SHA256)
	return b, v, err
}

// VersionReceipt is the proof file of one signed version, see Receipt.
func (s *Service) VersionReceipt(ctx context.Context, a policy.Actor, id string, round int) (_ []byte, v Version, err error) {
	defer errs.Wrap(&err, "filing.VersionReceipt")
	if v, err = s.versionOf(ctx, a, id, round); err != nil {
		return nil, v, err
	}
	b, err := s.receipt(ctx, v.Filing, v.evidenceOwner, v.Evidence)
	return b, v, err
}

// hides tells whether the reader may not see a version: it was signed after the
// filing was taken over from him.
func (f Filing) hides(round int64) bool { return f.before > 0 && int(round) >= f.before }

// readable is a filing whose papers the actor may read: his own, one that was his,
// or one on the desk of his unit.
func (s *Service) readable(ctx context.Context, a policy.Actor, id string) (f Filing, d *catalogue.Definition, err error) {
	if a.Role == policy.Clerk || a.Role == policy.Judge {
		r, rerr := s.received(ctx, a, id)
		f, d, err = r.all, r.def, rerr
	} else {
		f, d, err = s.Get(ctx, a, id)
	}
	if errs.Is(err, errs.NotFound) {
		return s.kept(ctx, a, id)
	}
	if err == nil {
		err = s.mayRead(a, f, false, false)
	}
	return f, d, err
}

func (s *Service) versionOf(ctx context.Context, a policy.Actor, id string, round int) (Version, error) {
	f, _, err := s.readable(ctx, a, id)
	if err != nil {
		return Version{}, err
	}
	r, found, err := store.Find[versionRow](ctx, s.d.DB, selectVersion, f.Owner, f.ID, int64(round))
	if err == nil && (!found || f.hides(r.Round)) {
		err = errs.New(errs.NotFound, "filing.not_found")
	}
	if err != nil {
		return Version{}, err
	}
	return s.version(ctx, f, r)
}

// version is f as it was signed in a row.
func (s *Service) version(ctx context.Context, f Filing, r versionRow) (v Version, err error) {
	if v.Filing, err = f.as(r); err != nil {
		return v, err
	}
	v.Evidence, v.evidenceOwner, v.Signed = r.Evidence, r.ByOwner, r.Signed.Time
	_, err = s.receipt(ctx, f, r.ByOwner, r.Evidence)
	if v.Ready = err == nil; errs.Is(err, errs.Conflict) { // in a second
		err = nil
	}
	return v, err
}

// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/identity/shelter"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// blobs is whose the pictures are in the store.
const blobs = "bailiff"

// orphansFor is how long a picture that no attempt names is kept.
const orphansFor = 24 * time.Hour

// Jobs registers what this module hears and does by itself. Call it once.
func (s *Service) Jobs() {
	jobs.Subscribe(s.d.Jobs, "bailiff", s.onNoAccount)
	jobs.Subscribe(s.d.Jobs, "bailiff", s.onWithdrawn)
	jobs.Subscribe(s.d.Jobs, "bailiff", s.onHidden)
	s.d.Jobs.Periodic("bailiff.sweep", time.Hour, s.sweep)
}

const sqlOpen = `INSERT INTO bailiff_task (unit, id, case_id, case_number, number, kind, title_fa, title_en, sender_fa, sender_en, case_kind, addressee,
		party_name, national_code, entity_id, address, province, county, reason, state, opened_us, changed_us)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 'open', $20, $20)
	ON CONFLICT (unit, id) DO NOTHING`

// onNoAccount opens the task of a notice. Heard twice it opens one.
func (s *Service) onNoAccount(ctx context.Context, e notice.NoAccount) error {
	n, err := s.d.Notice.OnPaper(ctx, e.Case, e.Notice)
	if errs.Is(err, errs.NotFound) { // it was delivered electronically meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		to, err := s.d.Destination(ctx, tx, e.Case, e.Notice)
		if errs.Is(err, errs.NotFound) { // of no case that we know: its unit has the work item
			return nil
		}
		if err != nil {
			return err
		}
		if e.Reason == notice.ReasonUnknownAddress {
			to.Address = ""
		}
		return tx.Exec(ctx, sqlOpen, e.Unit, e.Notice, e.Case, n.CaseNumber, e.Number, e.Kind, e.Title.FA, e.Title.EN, n.UnitName, n.UnitNameEN,
			to.CaseKind, to.Addressee, to.Name, to.NationalCode, to.EntityID, to.Address, to.Province, to.County, e.Reason, store.At(e.At))
	})
}

const (
	sqlHideUnderWay = `UPDATE bailiff_task SET address = '', state = CASE WHEN state = 'assigned' THEN 'open' ELSE state END,
			bailiff = '', bailiff_label = '', place = 0, due_us = 0, changed_us = $2
		WHERE national_code = $1 AND state IN ('open', 'assigned', 'failed', 'asked')`
	sqlHideEnded = `UPDATE bailiff_task SET concealed = TRUE
		WHERE national_code = $1 AND state NOT IN ('open', 'assigned', 'failed', 'asked')`
)

// onHidden takes the address of somebody who hides it out of the tasks under way:
// they come back to the registry, which finds another way. Of tasks that have ended
// it is concealed, since it is part of what happened.
func (s *Service) onHidden(ctx context.Context, e shelter.Hidden) error {
	p, err := s.d.Identity.Person(ctx, e.Person)
	if err != nil || p.NationalCode == "" {
		return err
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, sqlHideUnderWay, p.NationalCode, store.At(tx.Now())); err != nil {
			return err
		}
		return tx.Exec(ctx, sqlHideEnded, p.NationalCode)
	})
}

const sqlOfBlob = `SELECT id FROM bailiff_attempt WHERE photo = $1 AND photo <> '' UNION ALL SELECT id FROM bailiff_attempt WHERE signature = $1 AND signature <> ''`

// sweep removes pictures whose attempt was never recorded.
func (s *Service) sweep(ctx context.Context) error {
	_, err := s.d.Blobs.Sweep(ctx, blobs, orphansFor, func(ctx context.Context, keys []string) (map[string]bool, error) {
		needed := make(map[string]bool, len(keys))
		for _, key := range keys {
			_, found, err := store.Find[string](ctx, s.d.DB, sqlOfBlob, key)
			if err != nil {
				return nil, err
			}
			needed[key] = found
		}
		return needed, nil
	})
	return err
}

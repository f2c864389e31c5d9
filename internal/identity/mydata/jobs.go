// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	jobExport = "mydata.export"
	jobTell   = "mydata.tell"
	jobSweep  = "mydata.sweep"

	// blobs is the first part of the keys of this package's blobs.
	blobs = "mydata"
	// orphanAge is how old a blob without a row must be to be removed.
	orphanAge = time.Hour
	// makeWithin is how long a copy may take to be made: after that it has failed.
	makeWithin = 48 * time.Hour
	sweepEvery = time.Hour
)

type exportJob struct {
	Owner  string `json:"owner"`
	Export string `json:"export"`
}

type tellJob struct {
	Person string `json:"person"`
	Key    string `json:"key"`
	ID     string `json:"id"`
}

// Jobs registers what the package does in the background. Call it once.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, jobExport, s.makeExport)
	jobs.Handle(s.d.Jobs, jobTell, s.tell)
	s.d.Jobs.Periodic(jobSweep, sweepEvery, s.sweep)
}

// tellTx has a person told words of a key, after the commit. They name no case
// and hold no link.
func (s *Service) tellTx(ctx context.Context, tx *store.Tx, person, key, id string) error {
	return s.d.Jobs.EnqueueTx(ctx, tx, jobTell, tellJob{Person: person, Key: key, ID: id})
}

func (s *Service) tell(ctx context.Context, j tellJob) error {
	_, err := s.d.Identity.Tell(ctx, j.Person, j.Key, j.Key+"-"+j.ID)
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.NotFound) {
		return nil // no later try would help
	}
	return err
}

// makeExport makes a copy that was asked for. Running twice makes one: the second
// finds it ready.
func (s *Service) makeExport(ctx context.Context, j exportJob) error {
	row, found, err := store.Find[exportRow](ctx, s.d.DB, sqlExport, j.Owner, j.Export)
	if err != nil || !found || row.State != Asked {
		return err
	}
	p, err := s.d.Identity.Person(ctx, row.Owner)
	if err != nil {
		return err
	}
	made, err := s.pack(ctx, p, i18n.Lang(row.Lang))
	if err != nil {
		return err
	}
	sum := blob.Sum(made.zip)
	key := blob.Key(blobs, row.Owner, sum)
	if err := s.d.Blobs.Put(ctx, key, made.zip); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		until := tx.Now().Add(time.Duration(s.d.ExportDays) * aDay)
		n, err := tx.ExecN(ctx, sqlExportReady, row.Owner, row.ID, key, sum, len(made.zip), made.leftOut, store.At(tx.Now()), store.At(until))
		if err != nil || n == 0 { // erased, or made by somebody else, meanwhile
			return err
		}
		return s.tellTx(ctx, tx, row.By, "mydata.sms.export_ready", row.ID)
	})
}

// sweep ends the copies whose days are over and those that could not be made, and
// removes the bytes that no row names.
func (s *Service) sweep(ctx context.Context) error {
	err := s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, sqlExportsOver, store.At(tx.Now())); err != nil {
			return err
		}
		return tx.Exec(ctx, sqlExportsFailed, store.At(tx.Now().Add(-makeWithin)))
	})
	if err != nil {
		return err
	}
	_, err = s.d.Blobs.Sweep(ctx, blobs, orphanAge, func(ctx context.Context, keys []string) (map[string]bool, error) {
		needed := make(map[string]bool, len(keys))
		for _, key := range keys {
			_, found, err := store.Find[string](ctx, s.d.DB, sqlBlob, key)
			if err != nil {
				return nil, err
			}
			needed[key] = found
		}
		return needed, nil
	})
	return err
}

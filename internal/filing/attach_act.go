// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"io"
	"slices"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// defaultFiles is how many files a question takes that does not say it.
const defaultFiles = 10

const (
	updateTouched   = `UPDATE filing_filing SET updated_us = $3 WHERE owner = $1 AND id = $2 AND status = $4`
	deleteOneFile   = `DELETE FROM filing_attachment WHERE owner = $1 AND filing_id = $2 AND id = $3`
	selectFileField = `SELECT field FROM filing_attachment WHERE owner = $1 AND filing_id = $2 AND id = $3`
)

// filesQuestion is the question of that name, if it takes files and is asked.
func filesQuestion(f Filing, d *catalogue.Definition, field string) (catalogue.FieldDef, error) {
	q, ok := d.Field(field)
	if !ok || q.Type != catalogue.TypeFiles || !d.Visible(field, f.Answers) {
		return q, errs.New(errs.NotFound, "filing.not_found")
	}
	if q.Max == 0 {
		q.Max = defaultFiles
	}
	return q, nil
}

// Attach takes a file in as an answer to a question of a draft. The same bytes
// again are the same file. What it returns is kept: its bytes are durable before
// its row is.
func (s *Service) Attach(ctx context.Context, a policy.Actor, filing, field, name string, r io.Reader) (_ Attached, err error) {
	defer errs.Wrap(&err, "filing.Attach")
	f, d, err := s.Get(ctx, a, filing)
	if err != nil {
		return Attached{}, err
	}
	if err := s.may(a, "filing.edit", f, 0); err != nil {
		return Attached{}, err
	}
	q, err := filesQuestion(f, d, field)
	if err != nil {
		return Attached{}, err
	}
	if err := mayChangeFiles(f, d, field); err != nil {
		return Attached{}, err
	}
	got, err := s.intake.Take(ctx, name, r)
	if err != nil {
		return Attached{}, err
	}
	out := Attached{
		Attachment: Attachment{Field: field, Name: got.Name, Type: got.Type, Bytes: int64(len(got.Bytes)), SHA256: blob.Sum(got.Bytes)},
		ID:         id.New(), Pages: got.Pages,
	}
	if err := s.room(f.Files, out, q.Max); err != nil { // before the bytes are kept
		return Attached{}, err
	}
	out.blob = blob.Key(blobs, f.Owner, out.SHA256)
	if err := s.d.Blobs.Put(ctx, out.blob, got.Bytes); err != nil {
		return Attached{}, err
	}
	kept := out
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.actsTx(ctx, tx, a, policy.Prepare, f); err != nil {
			return err
		}
		if _, err := store.One[row](ctx, tx, lockFiling, f.Owner, f.ID); err != nil {
			return err
		}
		have, err := attached(ctx, tx, f.Owner, f.ID)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(have, out.same); i >= 0 {
			kept = have[i]
			return nil
		}
		if err := s.room(have, out, q.Max); err != nil {
			return err
		}
		kept = out
		kept.Created = tx.Now()
		err = store.Insert(ctx, tx, "filing_attachment", attachedRow{
			Owner: f.Owner, Filing: f.ID, ID: kept.ID, Field: kept.Field, Name: kept.Name, Type: kept.Type, Bytes: kept.Bytes,
			SHA256: kept.SHA256, Pages: int64(kept.Pages), Blob: kept.blob, Created: store.At(kept.Created),
		})
		if err != nil {
			return err
		}
		return tx.ExecOne(ctx, updateTouched, f.Owner, f.ID, touch(tx.Now()), f.Status) // whoever freezes it now must look again
	})
	return kept, changedMeanwhile(err)
}

// same tells whether b answers the same question with the same bytes.
func (a Attached) same(b Attached) bool { return a.Field == b.Field && a.SHA256 == b.SHA256 }

// room tells whether one more file fits beside those that are there.
func (s *Service) room(have []Attached, more Attached, most int64) error {
	total, here := more.Bytes, int64(1)
	for _, a := range have {
		if a.same(more) {
			return nil
		}
		if total += a.Bytes; a.Field == more.Field {
			here++
		}
	}
	switch {
	case here > most:
		return errs.New(errs.Invalid, "filing.files.too_many_here", "max", most)
	case len(have)+1 > s.d.Uploads.Files:
		return errs.New(errs.Invalid, "filing.files.too_many", "max", s.d.Uploads.Files)
	case total > s.d.Uploads.Filing:
		return errs.New(errs.Invalid, "filing.files.too_large", "max", s.d.Uploads.Filing>>20)
	}
	return nil
}

// mayChangeFiles tells whether the files of a question can be changed now.
func mayChangeFiles(f Filing, d *catalogue.Definition, field string) error {
	if !f.opens(d, field) {
		return errs.New(errs.Conflict, "filing.not_a_draft")
	}
	return nil
}

func changedMeanwhile(err error) error {
	if errs.Is(err, errs.Conflict) {
		return errs.New(errs.Conflict, "filing.changed_meanwhile").Because(err)
	}
	return err
}

// Detach takes a file back. A second call finds it gone, which is what was
// asked for.
func (s *Service) Detach(ctx context.Context, a policy.Actor, filing, file string) (err error) {
	defer errs.Wrap(&err, "filing.Detach")
	f, d, err := s.Get(ctx, a, filing)
	if err != nil {
		return err
	}
	if err := s.may(a, "filing.edit", f, 0); err != nil {
		return err
	}
	field, found, err := store.Find[string](ctx, s.d.DB, selectFileField, f.Owner, f.ID, file)
	if err != nil || !found {
		return err
	}
	if err := mayChangeFiles(f, d, field); err != nil {
		return err
	}
	if f.mend != nil && slices.ContainsFunc(f.mend.signed.Files, func(x Attached) bool { return x.ID == file }) {
		return errs.New(errs.Conflict, "filing.files.signed") // what was signed is kept
	}
	return changedMeanwhile(s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.actsTx(ctx, tx, a, policy.Prepare, f); err != nil {
			return err
		}
		if err := tx.Exec(ctx, deleteOneFile, f.Owner, f.ID, file); err != nil { // the sweep removes the bytes
			return err
		}
		return tx.ExecOne(ctx, updateTouched, f.Owner, f.ID, touch(tx.Now()), f.Status)
	}))
}

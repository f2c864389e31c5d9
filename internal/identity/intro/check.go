// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// step is how many rows go into one transaction: on SQLite other writers wait
// for it.
const step = 2000

// Check reads a file and keeps it with the result of every row; nothing is given
// to anybody. source is the unit for which it is introduced, "" for none.
// errs.NotFound, code intro.no_kind: there is no such kind. errs.Forbidden: by
// may not introduce these. errs.Invalid: the file cannot be read, see Read.
func (s *Service) Check(ctx context.Context, by policy.Actor, kind, source, file string, data []byte) (_ Batch, err error) {
	defer errs.Wrap(&err, "intro.Check")
	k, ok := s.kinds[kind]
	if !ok {
		return Batch{}, errs.New(errs.NotFound, "intro.no_kind")
	}
	if err := s.check(ctx, by, k, source); err != nil {
		return Batch{}, err
	}
	rows, err := Read(k, data)
	if err != nil {
		return Batch{}, err
	}
	if err := s.checkRows(ctx, by, rows); err != nil {
		return Batch{}, err
	}
	sum := sha256.Sum256(data)
	b := batchRow{
		ID: id.New(), Kind: kind, Source: source, File: persian.Store(file), SHA256: hex.EncodeToString(sum[:]),
		Person: by.Person, Role: by.Role, State: Reading, Total: int64(len(rows)),
	}
	for _, r := range rows {
		if r.Problem != "" {
			b.Wrong++
		}
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		b.Created, b.Changed = store.At(tx.Now()), store.At(tx.Now())
		return store.Insert(ctx, tx, "identity_intro_batch", b)
	})
	for from := 0; err == nil && from < len(rows); from += step {
		err = s.keep(ctx, b.ID, from, rows[from:min(from+step, len(rows))])
	}
	if err == nil {
		err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
			return tx.ExecOne(ctx, sqlMove, b.ID, Reading, Checked, store.At(tx.Now()))
		})
	}
	b.State = Checked
	return b.batch(), err
}

// keep writes rows, the first of which has the number from+1.
func (s *Service) keep(ctx context.Context, batch string, from int, rows []Row) error {
	return s.d.DB.WriteBulk(ctx, len(rows), func(tx *store.Tx, i int) error {
		r := rows[i]
		cells, err := json.Marshal(r.Cells)
		if err != nil {
			return err
		}
		return store.Insert(ctx, tx, "identity_intro_row", rowRow{
			Batch: batch, N: int64(from + i + 1), Line: int64(r.Line), NationalCode: r.Cells["national_code"], Cells: string(cells),
			Field: r.Field, Problem: r.Problem,
		})
	})
}

// checkRows finds what only the register and the calendar can tell.
func (s *Service) checkRows(ctx context.Context, by policy.Actor, rows []Row) error {
	today := civil.Of(s.d.Clock.Now())
	own := ""
	if by.Person != "" {
		p, err := s.d.Identity.Person(ctx, by.Person)
		if err != nil {
			return err
		}
		own = p.NationalCode
	}
	for part := range slices.Chunk(rows, step) {
		known, err := s.d.Identity.HoldersOf(ctx, codesOf(part, func(r Row) string { return r.Cells["national_code"] }))
		if err != nil {
			return err
		}
		for i := range part {
			r := &part[i]
			who, has := known[r.Cells["national_code"]]
			until, err := civil.Parse(r.Cells["until"])
			switch {
			case r.Problem != "":
			case own != "" && r.Cells["national_code"] == own:
				r.Field, r.Problem = "national_code", "intro.row.self"
			case err == nil && until < today && r.Cells["state"] != isSuspended && r.Cells["state"] != isRevoked:
				r.Field, r.Problem = "until", "intro.row.over"
			case has && persian.Fold(who.LastName) != persian.Fold(r.Cells["last_name"]):
				r.Field, r.Problem = "last_name", "intro.row.name"
			}
		}
	}
	return nil
}

func codesOf[T any](rows []T, code func(T) string) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = code(r)
	}
	return out
}

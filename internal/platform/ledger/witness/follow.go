// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// endedRow is a row of ledger_witness_ended.
type endedRow struct {
	Origin string     `db:"origin"`
	Size   int64      `db:"size"`
	Next   string     `db:"next_vkey"`
	At     store.Time `db:"at_us"`
}

const (
	sqlEnded    = `SELECT origin, size, next_vkey, at_us FROM ledger_witness_ended ORDER BY at_us, origin`
	sqlEndedPut = `INSERT INTO ledger_witness_ended (origin, size, next_vkey, at_us) VALUES ($1, $2, $3, $4) ON CONFLICT (origin) DO NOTHING`
	sqlEndedOne = `SELECT origin, size, next_vkey, at_us FROM ledger_witness_ended WHERE origin = $1`
)

// maxFollow bounds what is read of an announcement: a receipt of a record
// without content.
const maxFollow = 64 << 10

// followAgain watches the logs that were announced before the last start.
func (s *Server) followAgain(ctx context.Context) error {
	rows, err := store.All[endedRow](ctx, s.db, sqlEnded)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := s.Watch(r.Next); err != nil {
			return err
		}
	}
	return nil
}

// follow answers add-log, which is no part of C2SP: the receipt of the record
// with which a watched log ends and names the next one. That log is watched
// from then on, and the one that has ended is not cosigned beyond its end.
func (s *Server) follow(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFollow))
	if err != nil {
		http.Error(w, "the receipt could not be read", http.StatusBadRequest)
		return
	}
	_, turns, err := receipt.Options{Keys: s.keys()}.Follow(body)
	if err != nil || len(turns) != 1 || !turns[0].Announced {
		http.Error(w, "this is no announcement of a log that is watched here", http.StatusForbidden)
		return
	}
	row, err := s.end(r.Context(), turns[0])
	if err != nil {
		s.log.ErrorContext(r.Context(), "witness: could not write", "origin", turns[0].From, "err", err)
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	if row.Next != turns[0].Key || row.Size != turns[0].Size {
		s.log.ErrorContext(r.Context(), "witness: a log has announced two ends", "origin", row.Origin, "receipt", string(body))
		http.Error(w, "this log has announced another end", http.StatusConflict)
		return
	}
	if err := s.Watch(row.Next); err != nil {
		http.Error(w, "the next log has no key that can be read", http.StatusForbidden)
		return
	}
	s.log.InfoContext(r.Context(), "witness: a log has ended and the next one is watched", "origin", row.Origin, "next", turns[0].To)
	w.WriteHeader(http.StatusNoContent)
}

// end keeps what a log has announced, unless it has announced an end before,
// and returns what is kept.
func (s *Server) end(ctx context.Context, t receipt.Turn) (row endedRow, err error) {
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		kept, found, err := store.Find[treeRow](ctx, tx, sqlTree, t.From)
		if err != nil {
			return err
		}
		if found && kept.Size > t.Size {
			return errors.New("the log was cosigned beyond the end that it announces")
		}
		if err := tx.Exec(ctx, sqlEndedPut, t.From, t.Size, t.Key, store.At(tx.Now())); err != nil {
			return err
		}
		row, err = store.One[endedRow](ctx, tx, sqlEndedOne, t.From)
		return err
	})
	return row, err
}

// keys are those of the watched logs.
func (s *Server) keys() (out []string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, list := range s.vkeys {
		out = append(out, list...)
	}
	slices.Sort(out)
	return out
}

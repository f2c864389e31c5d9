// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"golang.org/x/mod/sumdb/note"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// maxBody bounds what is read of a request: 63 hashes and a checkpoint with a
// few signatures are less than a tenth of it.
const maxBody = 64 << 10

// sizeType is the media type of the answer that tells the size that is kept.
const sizeType = "text/x.tlog.size"

// Deps is what New needs.
type Deps struct {
	DB    *store.DB // with Migrations
	Clock clock.Clock
	Log   *slog.Logger // nil: none
	Key   Key
	Logs  []string // vkeys of the logs that are watched
	Mark  string   // file that notices a database put back to an older copy; "": none
}

// Server answers add-checkpoint.
type Server struct {
	db    *store.DB
	clock clock.Clock
	log   *slog.Logger
	key   Key
	mux   *http.ServeMux
	mark  *mark

	mu    sync.RWMutex
	logs  map[string][]note.Verifier // by origin, guarded by mu, as are the same as text
	vkeys map[string][]string
}

// New makes a witness. It fails if a log's key cannot be read.
func New(d Deps) (_ *Server, err error) {
	defer errs.Wrap(&err, "witness.New")
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{db: d.DB, clock: d.Clock, log: d.Log, key: d.Key, mux: http.NewServeMux(), logs: map[string][]note.Verifier{}, vkeys: map[string][]string{}}
	if s.mark, err = openMark(context.Background(), d.DB, d.Mark); err != nil {
		return nil, err
	}
	for _, vkey := range d.Logs {
		if err := s.Watch(vkey); err != nil {
			return nil, err
		}
	}
	s.mux.HandleFunc("POST /add-checkpoint", s.addCheckpoint)
	s.mux.HandleFunc("POST /add-log", s.follow)
	return s, s.followAgain(context.Background())
}

// Watch adds a log by its vkey.
func (s *Server) Watch(vkey string) error {
	if _, err := receipt.ParseKey(vkey); err != nil {
		return err
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.vkeys[v.Name()], vkey) {
		s.logs[v.Name()] = append(s.logs[v.Name()], v)
		s.vkeys[v.Name()] = append(s.vkeys[v.Name()], vkey)
	}
	return nil
}

// VKey is the witness's public key.
func (s *Server) VKey() string { return s.key.VKey() }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Server) addCheckpoint(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		return // the asker has gone
	}
	c, err := parse(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.RLock()
	trusted := s.logs[c.origin]
	s.mu.RUnlock()
	if len(trusted) == 0 {
		http.Error(w, "this log is not watched here", http.StatusNotFound)
		return
	}
	text, err := open(c.note, trusted)
	if err != nil {
		status := http.StatusForbidden
		if errors.Is(err, errMalformed) {
			status = http.StatusBadRequest
		}
		http.Error(w, err.Error(), status)
		return
	}
	out, size, err := s.advance(r.Context(), c)
	if err == nil && out == cosigned {
		err = s.mark.raise(c.origin, c.size)
	}
	if err != nil {
		s.log.ErrorContext(r.Context(), "witness: could not write", "origin", c.origin, "err", err)
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	s.answer(w, r, c, out, size, text)
}

// open gives the text of a checkpoint that one of the keys has signed; others'
// signatures do not count.
func open(msg []byte, trusted []note.Verifier) (string, error) {
	for _, v := range trusted {
		n, err := note.Open(msg, note.VerifierList(v))
		if err == nil {
			return n.Text, nil
		}
		_, unknown := errors.AsType[*note.UnverifiedNoteError](err)
		_, invalid := errors.AsType[*note.InvalidSignatureError](err)
		if !unknown && !invalid {
			return "", errMalformed
		}
	}
	return "", errors.New("no signature of a key that is trusted for this log")
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, c submission, out outcome, size int64, text string) {
	switch out {
	case oldBeyond:
		http.Error(w, "the old size is larger than the checkpoint", http.StatusBadRequest)
	case stale, forked:
		if out == forked {
			s.log.ErrorContext(r.Context(), "witness: a log has signed two trees of one size", "origin", c.origin, "size", c.size, "checkpoint", string(c.note))
		}
		w.Header().Set("Content-Type", sizeType)
		w.WriteHeader(http.StatusConflict)
		_, _ = io.WriteString(w, strconv.FormatInt(size, 10)+"\n") // the asker may be gone
	case afterEnd:
		s.log.ErrorContext(r.Context(), "witness: a log goes on beyond the end that it has announced", "origin", c.origin, "size", c.size, "checkpoint", string(c.note))
		http.Error(w, "this log has announced its end", http.StatusUnprocessableEntity)
	case unproved:
		s.log.ErrorContext(r.Context(), "witness: a checkpoint does not begin with the tree that was cosigned", "origin", c.origin, "old", c.old, "size", c.size, "checkpoint", string(c.note))
		http.Error(w, "the consistency proof does not hold", http.StatusUnprocessableEntity)
	case cosigned:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, s.key.Cosign([]byte(text), s.clock.Now().Unix()).Line())
	}
}

// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"errors"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// quantum is how many rows one turn issues while others send, too: few enough that
	// nobody waits long for the turn of another. Who has been alone for aloneAfter turns
	// issues quantumAlone: many enough that a transaction pays (ADR 45).
	quantum      = 8
	quantumAlone = 50
	aloneAfter   = 100
	// lanes are how many turns one process takes at once.
	lanes = 4
	// turnsPerJob is how many turns one job takes before it makes room.
	turnsPerJob = 1000
	// lease is how long a turn is held by a process that says nothing.
	lease = time.Minute
	// failedFor is how long a sender rests whose turn failed, so that he stands in
	// nobody's way: a kind that nobody handles fails each time.
	failedFor = 5 * time.Second
	// maxTries is how often a row is tried that fails without a reason of its own.
	maxTries = 5
	// A batch of more than longBatch rows rests for a while when more than
	// backlogMost jobs wait.
	longBatch   = 1000
	backlogMost = 2000
	restFor     = 250 * time.Millisecond
)

// errLost ends a turn that is no longer ours, or whose batch was paused.
var errLost = errors.New("bulk: the turn was lost, or the batch does not go any more")

// run takes turns until nobody has anything to send, unless all lanes of this
// process are taken: then they see to it.
func (s *Service) run(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "bulk.run")
	s.mu.Lock()
	if s.running >= lanes {
		s.again = true
		s.mu.Unlock()
		return nil
	}
	s.running++
	s.mu.Unlock()
	tired, err := s.turns(ctx)
	if err != nil || tired {
		s.leave()
	}
	if err == nil && tired {
		err = s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.wakeTx(ctx, tx) })
	}
	return err
}

func (s *Service) leave() {
	s.mu.Lock()
	s.running--
	s.mu.Unlock()
}

// turns takes turns until there are none, or until it is tired. Where there are none it
// leaves its lane itself: a wake that came meanwhile is not lost.
func (s *Service) turns(ctx context.Context) (tired bool, err error) {
	for i := range turnsPerJob {
		did, err := i == 0, error(nil)
		if i > 0 { // a look costs less than a turn that finds nothing
			did, err = store.One[bool](ctx, s.d.DB, sqlAnyDue, store.At(s.d.DB.Now()))
		}
		if did && err == nil {
			did, err = s.turn(ctx)
		}
		if err != nil {
			return false, err
		}
		if did {
			continue
		}
		s.mu.Lock()
		if !s.again {
			s.running--
			s.mu.Unlock()
			return false, nil
		}
		s.again = false
		s.mu.Unlock()
	}
	return true, nil
}

// taken is a turn with what is to be done in it.
type taken struct {
	turnRow
	batch Batch
	found bool
	rows  []Row
	most  int // how many they can be
	tries map[int64]int64
	more  bool // the sender has another batch that goes
}

// last tells that no row of the batch waits beyond those of the turn.
func (t taken) last() bool { return len(t.rows) < t.most }

// turn takes one turn; false: nobody has anything to send now.
func (s *Service) turn(ctx context.Context) (bool, error) {
	t, found, err := s.claim(ctx)
	if err != nil || !found {
		return false, err
	}
	if err = s.act(ctx, t); err == nil || ctx.Err() != nil || errors.Is(err, errCrash) {
		return true, err
	}
	s.d.Log.ErrorContext(ctx, "bulk: a turn failed; its sender rests", "batch", t.batch.ID, "err", err)
	return true, s.putOff(ctx, t, failedFor)
}

// act does what is to be done in a turn.
func (s *Service) act(ctx context.Context, t taken) error {
	if err := s.at("claimed"); err != nil {
		return err
	}
	switch {
	case !t.found: // no batch is left: claim has made the sender idle
		return nil
	case len(t.rows) == 0:
		return s.end(ctx, t)
	case t.batch.Total > longBatch:
		if rests, err := s.rest(ctx, t); err != nil || rests {
			return err
		}
	}
	return s.work(ctx, t)
}

func (s *Service) claim(ctx context.Context) (t taken, found bool, err error) {
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		tx.MayBeLost()
		t = taken{}
		now := tx.Now()
		if t.turnRow, found, err = store.Find[turnRow](ctx, tx, sqlClaim, store.At(now), s.id, store.At(now.Add(lease))); err != nil || !found {
			return err
		}
		going, err := store.All[batchRow](ctx, tx, sqlNextBatches, t.Sender)
		if err != nil {
			return err
		}
		if len(going) == 0 {
			return tx.Exec(ctx, sqlIdle, t.Sender, s.id, t.Started)
		}
		r := going[0]
		t.batch, t.found, t.more = r.batch(), true, len(going) > 1
		if t.most = quantum; t.Apart > aloneAfter {
			t.most = s.alone
		}
		list, err := store.All[rowRow](ctx, tx, sqlRows, r.ID, t.most)
		t.tries = make(map[int64]int64, len(list))
		for _, x := range list {
			t.rows, t.tries[x.N] = append(t.rows, x.row()), x.Tries
		}
		return err
	})
	return t, found, err
}

// rest puts a long batch off while too many jobs wait.
func (s *Service) rest(ctx context.Context, t taken) (bool, error) {
	n, err := s.d.Jobs.Waiting(ctx, backlogMost+1)
	if err != nil || n <= backlogMost {
		return false, err
	}
	return true, s.putOff(ctx, t, restFor)
}

// putOff gives a turn back, and the sender none before that time is over.
func (s *Service) putOff(ctx context.Context, t taken, d time.Duration) error {
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		at := tx.Now().Add(d)
		if err := tx.Exec(ctx, sqlRest, t.Sender, s.id, store.At(at)); err != nil {
			return err
		}
		return s.d.Jobs.EnqueueTx(ctx, tx, jobTurn, turnJob{}, jobs.Unique("rest:"+t.Sender), jobs.At(at))
	})
}

// end closes a batch in which no row waits.
func (s *Service) end(ctx context.Context, t taken) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, sqlRelease, t.Sender, s.id); err != nil {
			return err
		}
		n, err := tx.ExecN(ctx, sqlEnd, t.batch.ID, Going, Done, store.At(tx.Now()), "", "")
		if err != nil || n == 0 { // paused or stopped meanwhile
			return err
		}
		r, err := store.One[batchRow](ctx, tx, sqlBatch, t.batch.ID)
		if err != nil {
			return err
		}
		if err := s.recordTx(ctx, tx, t.batch.By, eventEnded, r.batch()); err != nil {
			return err
		}
		return s.endedTx(ctx, tx, r.batch())
	})
}

// work issues the rows of a turn in one transaction. If any of them stands in the
// way, each is taken by itself, so that it is known which.
func (s *Service) work(ctx context.Context, t taken) error {
	k := s.kinds[t.batch.Kind]
	if k.Issue == nil {
		return errs.New(errs.Internal, "").Because(errors.New("nobody issues rows of kind " + t.batch.Kind))
	}
	var err error
	if k.Blind {
		err = s.together(ctx, k, t)
	} else {
		err = s.inOne(ctx, k, t)
	}
	if err == nil || ctx.Err() != nil || errors.Is(err, errCrash) {
		return err
	}
	err = s.oneByOne(ctx, k, t)
	if errors.Is(err, errLost) {
		return s.release(ctx, t)
	}
	return err
}

// release gives a turn back that is still ours.
func (s *Service) release(ctx context.Context, t taken) error {
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlRelease, t.Sender, s.id) })
}

// errCrash is what tests let a step fail with to stand in for a crash.
var errCrash = errors.New("bulk: crash")

func doneOf(r Row, out notice.Issued, now store.Time) doneRow {
	way := notice.WayPaper
	switch {
	case out.Electronic:
		way = notice.WayElectronic
	case out.ID == "":
		way = wayNone
	}
	return doneRow{Batch: r.Batch, N: r.N, Notice: out.ID, Number: out.Number, Way: way, At: now}
}

// together sends rows of a kind that only writes in statements of many rows. A row
// that is done already has a result, and the whole turn fails on it.
func (s *Service) together(ctx context.Context, k Kind, t taken) error {
	return s.d.DB.WriteBulk(ctx, len(t.rows)+1, func(tx *store.Tx, i int) error {
		if i == len(t.rows) {
			return s.closeTurn(ctx, tx, t)
		}
		out, err := k.Issue(ctx, tx, t.batch.By, t.rows[i])
		if err != nil {
			return err
		}
		return store.Insert(ctx, tx, "notice_batch_done", doneOf(t.rows[i], out, store.At(tx.Now())))
	})
}

// inOne is together for kinds that read. The batch is locked last, as in acts that start
// one; on PostgreSQL it may so meet whoever stops the batch, and one of the two is run
// again.
func (s *Service) inOne(ctx context.Context, k Kind, t taken) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		for _, r := range t.rows {
			out, err := k.Issue(ctx, tx, t.batch.By, r)
			if err != nil {
				return err
			}
			if err := store.Insert(ctx, tx, "notice_batch_done", doneOf(r, out, store.At(tx.Now()))); err != nil {
				return err
			}
		}
		if err := s.closeTurn(ctx, tx, t); err != nil {
			return err
		}
		return s.at("issued")
	})
}

// closeTurn marks the rows of a turn as done and gives the turn back; it fails if
// the turn was lost or the batch does not go any more. A batch of which nothing is
// left ends here, so that a small one costs two transactions, unless its kind wants to
// read when it ends.
func (s *Service) closeTurn(ctx context.Context, tx *store.Tx, t taken) error {
	ends := t.last() && s.kinds[t.batch.Kind].Ended == nil
	var err error
	if ends && !t.more {
		err = tx.ExecOne(ctx, sqlIdle, t.Sender, s.id, t.Started)
	} else {
		err = tx.ExecOne(ctx, sqlRelease, t.Sender, s.id)
	}
	if err != nil {
		return err
	}
	if err := tx.ExecOne(ctx, sqlCount, t.batch.ID, len(t.rows), 0); err != nil {
		return err
	}
	n := make([]int64, len(t.rows))
	for i, r := range t.rows {
		n[i] = r.N
	}
	if err := tx.Exec(ctx, sqlRowsDone, t.batch.ID, n); err != nil || !ends {
		return err
	}
	b := t.batch
	b.Issued += len(t.rows)
	if err := tx.ExecOne(ctx, sqlEnd, b.ID, Going, Done, store.At(tx.Now()), "", ""); err != nil {
		return err
	}
	return s.recordTx(ctx, tx, b.By, eventEnded, b)
}

// oneByOne issues each row in a transaction of its own and refuses those that
// cannot be issued.
func (s *Service) oneByOne(ctx context.Context, k Kind, t taken) error {
	for _, r := range t.rows {
		err := s.one(ctx, k, t, r)
		if err == nil {
			continue
		}
		if ctx.Err() != nil || errors.Is(err, errLost) || errors.Is(err, errCrash) {
			return err
		}
		if h, held := errors.AsType[*Held](err); held {
			return s.hold(ctx, t, h)
		}
		if err := s.fail(ctx, t, r, err); err != nil {
			return err
		}
	}
	return s.release(ctx, t)
}

func (s *Service) one(ctx context.Context, k Kind, t taken, r Row) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		waits, err := s.markTx(ctx, tx, t, r, 1, 0)
		if err != nil || !waits {
			return err
		}
		var out notice.Issued
		var known bool
		if k.Known != nil {
			if out, known, err = k.Known(ctx, tx, r); err != nil {
				return err
			}
		}
		if !known {
			if out, err = k.Issue(ctx, tx, t.batch.By, r); err != nil {
				return err
			}
		}
		if err := tx.ExecOne(ctx, sqlRowDone, r.Batch, r.N); err != nil {
			return err
		}
		if err := s.at("issued"); err != nil {
			return err
		}
		return store.Insert(ctx, tx, "notice_batch_done", doneOf(r, out, store.At(tx.Now())))
	})
}

const sqlStillWaits = `SELECT count(*) FROM notice_batch_row WHERE batch = $1 AND n = $2 AND state = 'waiting'`

// markTx holds the turn on and counts; errLost: it cannot be done any more. false:
// the row waits no more.
func (s *Service) markTx(ctx context.Context, tx *store.Tx, t taken, r Row, done, refused int) (bool, error) {
	n, err := tx.ExecN(ctx, sqlHold, t.Sender, s.id, store.At(tx.Now().Add(lease)))
	if err != nil {
		return false, err
	}
	if n == 0 {
		return false, errLost
	}
	waits, err := store.One[int64](ctx, tx, sqlStillWaits, r.Batch, r.N)
	if err != nil || waits == 0 {
		return false, err
	}
	if n, err = tx.ExecN(ctx, sqlCount, t.batch.ID, done, refused); err == nil && n == 0 {
		err = errLost
	}
	return err == nil, err
}

// fail refuses a row whose error says that it can never be issued; any other error
// may pass, so the row is tried again after the rest of its batch.
func (s *Service) fail(ctx context.Context, t taken, r Row, cause error) error {
	final := false
	switch errs.KindOf(cause) {
	case errs.Invalid, errs.Forbidden, errs.NotFound, errs.Conflict, errs.TooLarge:
		final = true
	default:
		final = t.tries[r.N]+1 >= maxTries
		s.d.Log.Warn("a row of a batch failed", "batch", r.Batch, "row", r.N, "err", cause)
	}
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if !final {
			return tx.Exec(ctx, sqlTried, r.Batch, r.N)
		}
		waits, err := s.markTx(ctx, tx, t, r, 0, 1)
		if err != nil || !waits {
			return err
		}
		w := s.words(cause)
		field, code := codeOf(cause)
		return tx.ExecOne(ctx, sqlRefuse, r.Batch, r.N, w.FA, w.EN, field, code)
	})
	return err
}

// SPDX-License-Identifier: Apache-2.0

package series

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// The records that are numbered, and those of this package.
const (
	eventArrived = "notice.arrived"
	eventOpened  = "notice.series_opened"
	eventRoot    = "notice.series_root"
)

// errLost says that another process has moved the position. Nothing was
// written; the next run goes on from there.
var errLost = errs.New(errs.Conflict, "notice.series.lost_race")

// errDamaged says that rows of this package cannot be what was written. Audit
// names them.
var errDamaged = errs.New(errs.Internal, "notice.series.damaged")

// closingPause is how long after midnight a day is ended at the earliest, if
// nothing of the next day is in the log: for transactions on their way.
const closingPause = time.Minute

// Number follows the log to its end: it numbers what arrived, ends the days
// that are over and signs their roots. It may be interrupted anywhere and run
// by several processes at once.
func (s *Service) Number(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "series.Number")
	for i := 0; ; i++ {
		begun := time.Now()
		more, err := s.numberBatch(ctx)
		if errors.Is(err, errLost) { // another process is at work
			return nil
		}
		if err != nil {
			return err
		}
		if !more {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if i < calmSteps {
			clock.Pause(ctx, min(time.Since(begun), pauseMax))
		}
	}
}

// numberBatch does one step, which is one transaction, and tells whether there
// may be more to do.
func (s *Service) numberBatch(ctx context.Context) (more bool, err error) {
	st, err := s.state(ctx)
	if err != nil {
		return false, err
	}
	if done, err := s.finishDays(ctx, st); done || err != nil {
		return done, err
	}
	list, err := s.d.Ledger.Walk(ctx, st.Origin, st.Next, s.batch)
	if err != nil {
		return false, err
	}
	today := civil.Of(s.d.DB.Now())
	if len(list) == 0 {
		return s.idle(ctx, st, today)
	}
	if i := slices.IndexFunc(list, func(p ledger.Placed) bool { return min(civil.Of(p.Record.Time), today) > st.Day }); i == 0 {
		return true, s.endDay(ctx, st, min(civil.Of(list[0].Record.Time), today))
	} else if i > 0 {
		list = list[:i]
	}
	return true, s.apply(ctx, st, list)
}

// state reads the position, or begins with the oldest log. What is in it
// already belongs to today: its days had no root.
func (s *Service) state(ctx context.Context) (st stateRow, err error) {
	st, found, err := store.Find[stateRow](ctx, s.d.DB, sqlState)
	if err != nil || found {
		return st, err
	}
	logs, err := s.d.Ledger.Logs(ctx)
	if err != nil {
		return st, err
	}
	first := s.d.Ledger.Origin()
	if len(logs) > 0 {
		first = logs[0]
	}
	err = s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlStateNew, first, civil.Of(tx.Now()), s.d.Depth)
	})
	if err != nil {
		return st, err
	}
	return store.One[stateRow](ctx, s.d.DB, sqlState)
}

// idle is at the end of a log: it goes over to the next one, or ends the day if
// that is over.
func (s *Service) idle(ctx context.Context, st stateRow, today civil.Day) (more bool, err error) {
	size, sealed, err := s.d.Ledger.Ended(ctx, st.Origin)
	if err != nil {
		return false, err
	}
	if sealed && st.Next < size {
		return true, nil // its last records came while we looked
	}
	if sealed || st.Origin != s.d.Ledger.Origin() {
		logs, err := s.d.Ledger.Logs(ctx)
		if err != nil {
			return false, err
		}
		// What waits for a place in a log that has ended goes to a later one.
		waits := false
		if !sealed {
			waits, err = s.d.Ledger.Waits(ctx, st.Origin, time.Unix(1<<40, 0))
		}
		if i := slices.Index(logs, st.Origin); err == nil && !waits && i >= 0 && i+1 < len(logs) {
			to := st
			to.Origin, to.Next = logs[i+1], 0
			return true, s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.move(ctx, tx, st, to) })
		}
		if err != nil {
			return false, err
		}
	}
	midnight := today.Time()
	if today <= st.Day || s.d.DB.Now().Before(midnight.Add(closingPause)) {
		return false, nil
	}
	if waits, err := s.d.Ledger.Waits(ctx, st.Origin, midnight); err != nil || waits {
		return false, err
	}
	return true, s.endDay(ctx, st, today)
}

// move is the compare-and-swap of the position.
func (s *Service) move(ctx context.Context, tx *store.Tx, from, to stateRow) error {
	n, err := tx.ExecN(ctx, sqlStateMove, to.Origin, to.Next, to.Day, from.Origin, from.Next, from.Day)
	if err == nil && n != 1 {
		err = errLost
	}
	return err
}

// apply numbers the arrivals in list and moves the position behind it.
func (s *Service) apply(ctx context.Context, st stateRow, list []ledger.Placed) error {
	var arrivals []ledger.Placed
	var owners []string
	for _, p := range list {
		if who := p.Record.Members["recipient"]; p.Record.Event == eventArrived && who != "" {
			arrivals = append(arrivals, p)
			owners = append(owners, who)
		}
	}
	slices.Sort(owners)
	owners = slices.Compact(owners)
	if err := s.at("read"); err != nil {
		return err
	}
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		to := st
		to.Next += int64(len(list))
		if err := s.move(ctx, tx, st, to); err != nil {
			return err
		}
		if err := s.at("moved"); err != nil || len(arrivals) == 0 {
			return err
		}
		heads, err := s.headsTx(ctx, tx, owners, int(st.Depth))
		if err != nil {
			return err
		}
		return s.writeTx(ctx, tx, st, heads, arrivals)
	})
	if err != nil {
		return err
	}
	return s.at("committed")
}

// writeTx writes the lines of arrivals and moves the heads.
func (s *Service) writeTx(ctx context.Context, tx *store.Tx, st stateRow, heads map[string]headRow, arrivals []ledger.Placed) error {
	before := map[string]int64{}
	lines := make([]lineRow, len(arrivals))
	for i, p := range arrivals {
		h := heads[p.Record.Members["recipient"]]
		if _, seen := before[h.Owner]; !seen {
			before[h.Owner] = h.Serial
		}
		h.Serial++
		link := linkOf(Hash(h.Link), h.Serial, st.Origin, p.Index, Hash(p.Leaf))
		h.Link = link[:]
		lines[i] = lineRow{
			Owner: h.Owner, Serial: h.Serial, Notice: p.Record.Subject, Evidence: p.Record.ID, Origin: st.Origin, Index: p.Index,
			Leaf: p.Leaf[:], Link: h.Link, Bucket: h.Bucket, Day: st.Day, Arrived: store.At(p.Record.Time),
		}
		heads[h.Owner] = h
	}
	if err := store.InsertAll(ctx, tx, "notice_series_line", lines); err != nil {
		return err
	}
	if err := s.at("lines"); err != nil {
		return err
	}
	moves := make([][]any, 0, len(before))
	for owner, serial := range before {
		h := heads[owner]
		moves = append(moves, []any{owner, serial, h.Serial, h.Link})
	}
	n, err := store.ExecRows(ctx, tx, sqlHeadMove, moves)
	if err == nil && n != int64(len(moves)) { // nobody else is at work: the position was moved first
		err = errDamaged
	}
	if err != nil {
		return err
	}
	return s.at("heads")
}

// headsTx reads the heads of people and opens the series of those who have
// none yet.
func (s *Service) headsTx(ctx context.Context, tx *store.Tx, owners []string, depth int) (map[string]headRow, error) {
	rows, err := store.All[headRow](ctx, tx, sqlHeads, owners)
	if err != nil {
		return nil, err
	}
	out := make(map[string]headRow, len(owners))
	for _, h := range rows {
		if len(h.Link) != len(Hash{}) {
			return nil, errDamaged
		}
		out[h.Owner] = h
	}
	for _, owner := range owners {
		if _, there := out[owner]; there {
			continue
		}
		if out[owner], err = s.openTx(ctx, tx, owner, depth); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// openTx opens somebody's series. Whoever comes second fails, and the
// transaction with him.
func (s *Service) openTx(ctx context.Context, tx *store.Tx, owner string, depth int) (h headRow, err error) {
	salt := id.Bytes(32)
	tag := TagOf(salt, owner)
	start := startOf(tag)
	h = headRow{Owner: owner, Tag: tag.String(), Salt: hex.EncodeToString(salt), Bucket: bucketOf(tag, depth), Link: start[:]}
	h.Evidence, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: eventOpened, Owner: owner, Subject: owner, Role: "system", Members: map[string]string{"recipient": owner, "tag": tag.String()},
	})
	if err != nil {
		return h, err
	}
	return h, store.Insert(ctx, tx, "notice_series_head", h)
}

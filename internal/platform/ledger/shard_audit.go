// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"

	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// chained compares what this log says of the next and of the one before it
// with what they are.
func (a *auditor) chained(ctx context.Context) error {
	all, err := store.All[Log](ctx, a.l.db, sqlShards)
	if err != nil {
		return err
	}
	var me, next Log
	var before ended
	for _, g := range all {
		switch {
		case g.Origin == a.origin:
			me = g
		case g.Next == a.origin:
			if before.Origin != "" {
				a.chain("both %s and %s say that this log goes on from them", before.Origin, g.Origin)
			}
			h, _, err := store.Find[head](ctx, a.l.db, sqlHead, g.Origin)
			if err != nil {
				return err
			}
			before = ended{g, base64.StdEncoding.EncodeToString(h.Root)}
		}
	}
	for _, g := range all {
		if me.Next != "" && g.Origin == me.Next {
			next = g
		}
	}
	me.Size = a.head.Size // the rows may have moved on since
	first, err := a.about(ctx, 0, receipt.EventOpened)
	if err != nil {
		return err
	}
	last, err := a.about(ctx, me.Size-1, receipt.EventClosed)
	if err != nil {
		return err
	}
	a.began(first, before)
	return a.goesOn(ctx, me, last, next)
}

// ended is a log that has ended, with the root that it ended with.
type ended struct {
	Log
	root string // base64
}

// began compares the first record with the log before this one.
func (a *auditor) began(first *receipt.Record, before ended) {
	switch {
	case first == nil && before.Origin != "":
		a.chain("%s is said to end with this log, whose first record does not name it", before.Origin)
	case first != nil && before.Origin == "":
		a.chain("the first record names %s, which is not said to end with this log", first.Members[receipt.MemberLog])
	case first != nil:
		m := first.Members
		if m[receipt.MemberLog] != before.Origin || m[receipt.MemberKey] != before.VKey || m[receipt.MemberSize] != strconv.FormatInt(before.Size, 10) ||
			m[receipt.MemberRoot] != before.root {
			a.chain("the first record does not say what %s is: its key, size or root has changed", before.Origin)
		}
		if (first.Previous != "") != (before.State == ShardSealed) {
			a.chain("%s is %s, the first record tells otherwise", before.Origin, before.State)
		}
	}
}

// goesOn compares the last record with the next log.
func (a *auditor) goesOn(ctx context.Context, me Log, last *receipt.Record, next Log) error {
	switch {
	case me.Next == "":
		if last != nil {
			a.chain("the last record names %s as the next log, the log is said to be open", last.Members[receipt.MemberLog])
		}
		if me.State != ShardOpen && me.Origin != "" || me.Ended.UnixMicro() > 0 {
			a.chain("the log is said to be %s, and to have no next", me.State)
		}
		return nil
	case next.Origin == "":
		a.chain("the next log, %s, is not there", me.Next)
		return nil
	}
	opening, err := a.recordIn(ctx, me.Next, 0)
	if err != nil {
		return err
	}
	if opening == nil || opening.Event != receipt.EventOpened {
		a.chain("the next log, %s, does not begin with a record of this one", me.Next)
		return nil
	}
	if !opening.Time.Equal(me.Ended.Time) {
		a.chain("ended_us is not the time at which %s began", me.Next)
	}
	switch {
	case me.State == ShardLeft:
		if last != nil || opening.Previous != "" {
			a.chain("the log was left, and announces its end")
		}
	case me.State != ShardSealed:
		a.chain("%q is no state of a log that has ended", me.State)
	case last == nil:
		a.chain("the last record does not name the next log")
	case last.Members[receipt.MemberLog] != next.Origin || last.Members[receipt.MemberKey] != next.VKey:
		a.chain("the last record names another next log, or another key of it")
	case opening.Previous != last.ID:
		a.chain("the next log begins with the evidence of another end")
	}
	return nil
}

func (a *auditor) chain(format string, args ...any) {
	a.find(Finding{Code: FoundChain, Index: -1, Detail: fmt.Sprintf(format, args...)})
}

// about is the record at a place, if it is of this event.
func (a *auditor) about(ctx context.Context, index int64, event string) (*receipt.Record, error) {
	if index < 0 {
		return nil, nil
	}
	r, err := a.recordIn(ctx, a.origin, index)
	if err != nil || r == nil || r.Event != event {
		return nil, err
	}
	return r, nil
}

// recordIn reads the record at a place; nil if there is none that can be read:
// that is found elsewhere.
func (a *auditor) recordIn(ctx context.Context, origin string, index int64) (*receipt.Record, error) {
	e, found, err := store.Find[entry](ctx, a.l.db, sqlAtPlace, origin, index)
	if err != nil || !found {
		return nil, err
	}
	r, err := receipt.DecodeRecord(e.Record)
	if err != nil {
		return nil, nil //nolint:nilerr // row names it
	}
	return &r, nil
}

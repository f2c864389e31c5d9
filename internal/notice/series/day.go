// SPDX-License-Identifier: Apache-2.0

package series

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// RootOwner is whose rows the records of the days are.
const RootOwner = "series"

// rootContent is what a day's root says; docs/receipt-format.md, section 12.
type rootContent struct {
	Version int       `json:"v"`
	Day     civil.Day `json:"day"`
	Log     string    `json:"log"`    // the log that was cut
	Cut     int64     `json:"cut"`    // place of the first record that is left to the next day
	Depth   int64     `json:"depth"`  // down to where every node of the tree is there
	Series  int64     `json:"series"` // that have a line
	Lines   int64     `json:"lines"`  // of all of them
	Root    string    `json:"root"`
}

const (
	// chunk is how many buckets or nodes one statement or transaction deals with.
	chunk = 500
	// quietDays is how many days without a line are signed in one transaction.
	quietDays = 100
)

// endDay cuts the log: the days from the open one to the one before next end
// where the position is. While nobody has a line there is nothing to sign.
func (s *Service) endDay(ctx context.Context, st stateRow, next civil.Day) error {
	if err := s.at("end"); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		to := st
		to.Day = min(next, st.Day+quietDays)
		if err := s.move(ctx, tx, st, to); err != nil {
			return err
		}
		_, lines, err := store.Find[int64](ctx, tx, sqlAnyLine)
		if err != nil || !lines {
			return err
		}
		for d := st.Day; d < to.Day; d++ {
			if err := tx.Exec(ctx, sqlDayNew, d, st.Origin, st.Next, []byte{}); err != nil {
				return err
			}
		}
		return s.at("ended")
	})
}

// finishDays computes and signs the root of the oldest day that ended without
// one, and of the days after it that changed nothing. It tells whether there
// was one.
func (s *Service) finishDays(ctx context.Context, st stateRow) (bool, error) {
	days, err := store.All[dayRow](ctx, s.d.DB, sqlDaysOpen, quietDays)
	if err != nil || len(days) == 0 {
		return false, err
	}
	last, found, err := store.Find[dayRow](ctx, s.d.DB, sqlDayBefore, days[0].Day)
	if err != nil {
		return false, err
	}
	if !found {
		last.Root = make([]byte, len(Hash{}))
	}
	root := Hash(last.Root)
	if err := s.growTree(ctx, days[0].Day, int(st.Depth), &root, s.putNodes); err != nil {
		return false, err
	}
	var ready []dayRow
	for i, d := range days {
		n, err := store.One[int64](ctx, s.d.DB, sqlDayLines, d.Day)
		if err != nil {
			return false, err
		}
		if i > 0 && n > 0 { // its turn comes
			break
		}
		firsts, err := store.One[int64](ctx, s.d.DB, sqlDayFirsts, d.Day)
		if err != nil {
			return false, err
		}
		d.Root, d.Lines, d.Series = root[:], last.Lines+n, last.Series+firsts
		last, ready = d, append(ready, d)
	}
	return true, s.sign(ctx, st, ready)
}

// sign puts the roots into the log's outbox.
func (s *Service) sign(ctx context.Context, st stateRow, days []dayRow) error {
	if err := s.at("sign"); err != nil {
		return err
	}
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		before, _, err := store.Find[dayRow](ctx, tx, sqlDayBefore, days[0].Day)
		if err != nil {
			return err
		}
		previous := before.Evidence
		for _, d := range days {
			content, err := rootText(d, st.Depth)
			if err != nil {
				return err
			}
			previous, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
				Event: eventRoot, Owner: RootOwner, Subject: d.Day.String(), Role: "system", Content: json.RawMessage(content), Previous: previous,
			})
			if err != nil {
				return err
			}
			n, err := tx.ExecN(ctx, sqlDaySign, d.Series, d.Lines, d.Root, previous, store.At(tx.Now()), d.Day)
			if err != nil {
				return err
			}
			if n != 1 {
				return errLost
			}
		}
		return s.at("signed")
	})
	if err != nil {
		return err
	}
	return s.at("done")
}

// rootText is what the record of a day carries.
func rootText(d dayRow, depth int64) ([]byte, error) {
	return ledger.Canonical(rootContent{
		Version: 1, Day: d.Day, Log: d.Origin, Cut: d.Cut, Depth: depth, Series: d.Series, Lines: d.Lines, Root: Hash(d.Root).String(),
	})
}

// growTree computes the nodes that a day changed, from the buckets up, and the
// root; a day that changed nothing leaves it. What was computed before an
// interruption is computed again and is the same. put is given each row.
func (s *Service) growTree(ctx context.Context, day civil.Day, depth int, root *Hash,
	put func(ctx context.Context, day civil.Day, nodes map[int64]Hash) error) error {
	fresh := map[int64]Hash{}
	for after := int64(-1); ; {
		buckets, err := store.All[int64](ctx, s.d.DB, sqlDayBuckets, day, after, chunk)
		if err != nil {
			return err
		}
		if len(buckets) == 0 {
			break
		}
		after = buckets[len(buckets)-1]
		leaves, err := s.leaves(ctx, s.d.DB, buckets, day)
		if err != nil {
			return err
		}
		for _, b := range buckets {
			fresh[int64(1)<<depth+b] = subtree(leaves[b], depth, depth)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	for {
		if err := put(ctx, day, fresh); err != nil {
			return err
		}
		if top, there := fresh[1]; there {
			*root = top
			return nil
		}
		var err error
		if fresh, err = s.parents(ctx, day, fresh); err != nil {
			return err
		}
	}
}

// leaves reads the leaves of buckets as they were at the end of a day.
func (s *Service) leaves(ctx context.Context, q store.Querier, buckets []int64, day civil.Day) (map[int64][]Leaf, error) {
	rows, err := store.All[leafRow](ctx, q, sqlLeaves, buckets, day)
	if err != nil {
		return nil, err
	}
	out := map[int64][]Leaf{}
	for _, r := range rows {
		tag, ok := parseHash(r.Tag)
		if !ok || len(r.Link) != len(Hash{}) {
			return nil, errDamaged
		}
		out[r.Bucket] = append(out[r.Bucket], Leaf{Tag: tag, Count: r.Serial, Link: Hash(r.Link)})
	}
	for _, list := range out {
		sortLeaves(list)
	}
	return out, nil
}

// putNodes writes nodes of a day.
func (s *Service) putNodes(ctx context.Context, day civil.Day, nodes map[int64]Hash) error {
	if err := s.at("nodes"); err != nil {
		return err
	}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(nodes)), chunk) {
		err := s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
			for _, n := range part {
				h := nodes[n]
				if err := tx.Exec(ctx, sqlNodePut, n, day, h[:]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// parents computes the row above fresh.
func (s *Service) parents(ctx context.Context, day civil.Day, fresh map[int64]Hash) (map[int64]Hash, error) {
	var others []int64
	for n := range fresh {
		if _, there := fresh[n^1]; !there {
			others = append(others, n^1)
		}
	}
	slices.Sort(others)
	kept := map[int64]Hash{}
	for part := range slices.Chunk(others, chunk) {
		if err := s.nodes(ctx, part, day, kept); err != nil {
			return nil, err
		}
	}
	half := func(n int64) Hash {
		if h, there := fresh[n]; there {
			return h
		}
		return kept[n]
	}
	up := map[int64]Hash{}
	for n := range fresh {
		up[n/2] = nodeOf(half(n&^1), half(n|1))
	}
	return up, nil
}

// nodes reads nodes as they were at the end of a day into out. What is not
// there is empty.
func (s *Service) nodes(ctx context.Context, which []int64, day civil.Day, out map[int64]Hash) error {
	rows, err := store.All[nodeRow](ctx, s.d.DB, sqlNodes, which, day)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if len(r.Hash) != len(Hash{}) {
			return errDamaged
		}
		out[r.Node] = Hash(r.Hash)
	}
	return nil
}

// SPDX-License-Identifier: Apache-2.0

package series

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// exportDays is how many of the last days a file has, beside every day that
	// brought something.
	exportDays = 30
	// mostDays bounds a file with every day: twenty years.
	mostDays = 7305
	// mostContents is how many bytes of receipts keep the papers in them; the
	// others show only the papers' hashes, and each can be had by itself.
	mostContents = 16 << 20
)

// Export writes a series with its proofs: all lines, each opened notice with its
// receipt, and the way to the root of each day that brought something and of the
// last thirty, or of every day. It fails with errs.Conflict (code
// ledger.receipt_pending) for about a second after the series was begun. A file
// that would not pass is never handed out.
func (s *Service) Export(ctx context.Context, a policy.Actor, number int, every bool) (_ []byte, err error) {
	defer errs.Wrap(&err, "series.Export")
	x, err := s.pick(ctx, a, number)
	if err != nil {
		return nil, err
	}
	h, err := s.begin(ctx, x.Person)
	if err != nil {
		return nil, err
	}
	opened, err := s.d.Ledger.Receipt(ctx, x.Person, h.Evidence)
	if err != nil {
		return nil, err
	}
	st, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	f := File{Format: Format, Person: x.Person, Salt: h.Salt, Opened: string(opened), Lines: []FileLine{}, Days: []FileDay{}}
	rows, err := s.exportLines(ctx, a, x.Person, &f)
	if err != nil {
		return nil, err
	}
	if err := s.exportDays(ctx, h, int(st.Depth), rows, every, &f); err != nil {
		return nil, err
	}
	file, err := f.encode()
	if err != nil {
		return nil, err
	}
	if _, err := Check(file, receipt.Options{}); err != nil {
		return nil, errs.New(errs.Internal, "notice.series.damaged").Because(err)
	}
	return file, nil
}

// exportLines adds all lines, with the receipts that the actor may have.
func (s *Service) exportLines(ctx context.Context, a policy.Actor, person string, f *File) (all []lineRow, err error) {
	contents := 0
	for after := int64(0); ; {
		rows, err := store.All[lineRow](ctx, s.d.DB, sqlLines, person, after, chunk)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(rows))
		for i, r := range rows {
			ids[i] = r.Notice
		}
		known, err := s.d.Notice.Several(ctx, a, ids)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if len(r.Leaf) != len(Hash{}) {
				return nil, errDamaged
			}
			line := FileLine{Log: r.Origin, Index: r.Index, Leaf: Hash(r.Leaf).String(), Day: r.Day}
			if line.Receipt, err = s.receiptOf(ctx, a, known[r.Notice], r, &contents); err != nil {
				return nil, err
			}
			f.Lines = append(f.Lines, line)
			after = r.Serial
		}
		if all = append(all, rows...); len(rows) < chunk {
			return all, nil
		}
	}
}

// receiptOf is the receipt of a line, "" if the actor may not have it.
func (s *Service) receiptOf(ctx context.Context, a policy.Actor, n notice.Notice, r lineRow, contents *int) (string, error) {
	if n.ID == "" || !s.d.Notice.MayShow(a, n) {
		return "", nil
	}
	file, err := s.d.Ledger.Receipt(ctx, r.Owner, r.Evidence)
	if err != nil {
		return "", err
	}
	if *contents += len(file); *contents > mostContents {
		file, err = without(file)
	}
	return string(file), err
}

// exportDays adds the ways to the roots.
func (s *Service) exportDays(ctx context.Context, h headRow, depth int, lines []lineRow, every bool, f *File) error {
	most := exportDays
	if every {
		most = mostDays
	}
	days, err := store.All[dayRow](ctx, s.d.DB, sqlDaysSigned, most)
	if err != nil {
		return err
	}
	if !every && len(days) > 0 {
		var own []int64
		for _, l := range lines {
			if l.Day < days[len(days)-1].Day {
				own = append(own, int64(l.Day))
			}
		}
		older, err := store.All[dayRow](ctx, s.d.DB, sqlDaysOf, slices.Compact(own))
		if err != nil {
			return err
		}
		days = append(days, older...)
	}
	slices.Reverse(days)
	for _, d := range days {
		out, err := s.dayWay(ctx, h, depth, d)
		if errs.Is(err, errs.Conflict) { // its record has no place in the log yet
			break
		}
		if err != nil {
			return err
		}
		f.Days = append(f.Days, out)
	}
	return nil
}

// dayWay is the way from a series to the root of a day.
func (s *Service) dayWay(ctx context.Context, h headRow, depth int, d dayRow) (out FileDay, err error) {
	file, err := s.d.Ledger.Receipt(ctx, RootOwner, d.Evidence)
	if err != nil {
		return out, err
	}
	out.Receipt = string(file)
	siblings, err := s.upper(ctx, h.Bucket, depth, d.Day)
	if err != nil {
		return out, err
	}
	leaves, err := s.leaves(ctx, s.d.DB, []int64{h.Bucket}, d.Day)
	if err != nil {
		return out, err
	}
	tag, _ := parseHash(h.Tag)
	in := wayIn(leaves[h.Bucket], tag, depth)
	out.Way = textsOf(append(siblings, in.siblings...))
	if in.end != nil && in.end.Tag != tag {
		out.Other = &FileLeaf{Tag: in.end.Tag.String(), Count: in.end.Count, Link: in.end.Link.String()}
	}
	return out, nil
}

// upper reads the halves beside the way to a bucket, the uppermost first.
func (s *Service) upper(ctx context.Context, bucket int64, depth int, day civil.Day) ([]Hash, error) {
	place := int64(1)<<depth + bucket
	var which []int64
	for at := depth - 1; at >= 0; at-- {
		which = append(which, place>>at^1)
	}
	kept := map[int64]Hash{}
	if err := s.nodes(ctx, which, day, kept); err != nil {
		return nil, err
	}
	out := make([]Hash, depth)
	for i, n := range which {
		out[i] = kept[n]
	}
	return out, nil
}

// SPDX-License-Identifier: Apache-2.0

package series

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Finding is one thing that Audit found wrong, the first one first.
type Finding struct {
	Owner  string // whose series; "" of a day
	Serial int64  // 0: not of one line
	Detail string
}

// String is for the operator.
func (f Finding) String() string {
	switch {
	case f.Owner == "":
		return "series: " + f.Detail
	case f.Serial == 0:
		return fmt.Sprintf("series of %s: %s", f.Owner, f.Detail)
	}
	return fmt.Sprintf("series of %s, line %d: %s", f.Owner, f.Serial, f.Detail)
}

// mostFindings is after how many an audit stops: one wrong line makes what
// follows wrong.
const mostFindings = 100

// auditor walks over the logs as the numbering did.
type auditor struct {
	s     *Service
	st    stateRow
	logs  []string // the oldest first
	last  int      // the one of the position
	days  []dayRow
	now   int // the day at which the walk is, in days
	lines int64
	found []Finding
}

// Audit numbers every log again, trusting no row of this package, and compares:
// lines, heads, the records of the openings and of the roots, and the tree of
// each day. It says nothing of whether the log itself is whole: that is
// ledger.Audit.
func Audit(ctx context.Context, db *store.DB, l *ledger.Ledger) (_ []Finding, err error) {
	defer errs.Wrap(&err, "series.Audit")
	a := &auditor{s: &Service{d: Deps{DB: db, Ledger: l}, batch: batchMost}}
	if a.days, err = store.All[dayRow](ctx, db, sqlDays); err != nil {
		return nil, err
	}
	if a.logs, err = l.Logs(ctx); err != nil {
		return nil, err
	}
	st, begun, err := store.Find[stateRow](ctx, db, sqlState)
	if err != nil {
		return nil, err
	}
	a.st, a.last = st, slices.Index(a.logs, st.Origin)
	if sound, err := a.position(ctx, begun); err != nil || !sound {
		return a.found, err
	}
	for _, log := range a.logs[:a.last+1] {
		if err := a.walk(ctx, log); err != nil {
			return nil, err
		}
	}
	for _, part := range []func(context.Context) error{a.heads, a.slippedIn, a.signed, a.trees} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	return a.found, nil
}

func (a *auditor) find(owner string, serial int64, format string, args ...any) {
	if len(a.found) < mostFindings {
		a.found = append(a.found, Finding{Owner: owner, Serial: serial, Detail: fmt.Sprintf(format, args...)})
	}
}

// position looks at where the numbering is; false: nothing more can be said.
func (a *auditor) position(ctx context.Context, begun bool) (bool, error) {
	if !begun {
		heads, err := store.All[headRow](ctx, a.s.d.DB, sqlHeadsAll, "", 1)
		if err == nil && (len(heads) > 0 || len(a.days) > 0) {
			a.find("", 0, "there are series, and no position")
		}
		return false, err
	}
	switch n := len(a.days); {
	case a.last < 0 && a.st.Next > 0:
		a.find("", 0, "it is numbered up to %d of %s, which is no log of ours", a.st.Next, a.st.Origin)
		return false, nil
	case a.st.Depth < 1 || a.st.Depth > maxDepth:
		a.find("", 0, "the depth of the trees cannot be %d", a.st.Depth)
		return false, nil
	case n > 0 && a.days[n-1].Day+1 != a.st.Day:
		a.find("", 0, "the open day is %s, and the last that ended %s", a.st.Day, a.days[n-1].Day)
	}
	return true, nil
}

// walk goes over one log, as far as it was numbered.
func (a *auditor) walk(ctx context.Context, log string) error {
	for from := int64(0); log != a.st.Origin || from < a.st.Next; {
		list, err := a.s.d.Ledger.Walk(ctx, log, from, a.s.batch)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			if log == a.st.Origin {
				a.find("", 0, "numbered up to %d, and the log ends at %d", a.st.Next, from)
			}
			return nil
		}
		for _, p := range list {
			if log == a.st.Origin && p.Index >= a.st.Next {
				return nil
			}
			for a.now < len(a.days) && a.days[a.now].Origin == log && p.Index >= a.days[a.now].Cut {
				a.now++
			}
			if err := a.record(ctx, log, p); err != nil {
				return err
			}
		}
		from += int64(len(list))
	}
	return nil
}

func (a *auditor) record(ctx context.Context, log string, p ledger.Placed) error {
	who := p.Record.Members["recipient"]
	switch {
	case p.Record.Event == eventOpened:
		h, found, err := store.Find[headRow](ctx, a.s.d.DB, sqlHead, who)
		if err == nil && (!found || h.Evidence != p.Record.ID) {
			a.find(who, 0, "the log opens it at %d, and it is not there", p.Index)
		}
		return err
	case p.Record.Event == eventRoot:
		if !slices.ContainsFunc(a.days, func(d dayRow) bool { return d.Evidence == p.Record.ID }) {
			a.find("", 0, "the root at %d is of no day", p.Index)
		}
		return nil
	case p.Record.Event != eventArrived || who == "":
		return nil
	}
	a.lines++
	row, found, err := store.Find[lineRow](ctx, a.s.d.DB, sqlLineAt, who, p.Record.ID)
	if err != nil {
		return err
	}
	if !found {
		a.find(who, 0, "the arrival at %d of %s has no line", p.Index, log)
		return nil
	}
	return a.line(ctx, log, p, row)
}

// line compares a line with its record and with the line before it.
func (a *auditor) line(ctx context.Context, log string, p ledger.Placed, row lineRow) error {
	h, _, err := store.Find[headRow](ctx, a.s.d.DB, sqlHead, row.Owner)
	if err != nil {
		return err
	}
	tag, _ := parseHash(h.Tag)
	link := startOf(tag)
	if row.Serial > 1 {
		before, found, err := store.Find[lineRow](ctx, a.s.d.DB, sqlLineNumber, row.Owner, row.Serial-1)
		if err != nil {
			return err
		}
		if !found || len(before.Link) != len(link) || before.Origin == log && before.Index >= row.Index {
			a.find(row.Owner, row.Serial, "the line before it is missing or does not stand before it in the log")
			return nil
		}
		link = Hash(before.Link)
	}
	want := linkOf(link, row.Serial, log, p.Index, Hash(p.Leaf))
	switch {
	case row.Origin != log || row.Index != p.Index || !bytes.Equal(row.Leaf, p.Leaf[:]) || row.Notice != p.Record.Subject, !row.Arrived.Equal(p.Record.Time):
		a.find(row.Owner, row.Serial, "it is not what the log has at %d of %s", p.Index, log)
	case !bytes.Equal(row.Link, want[:]):
		a.find(row.Owner, row.Serial, "its link does not follow from the line before it")
	case row.Bucket != bucketOf(tag, int(a.st.Depth)):
		a.find(row.Owner, row.Serial, "its bucket is not that of the tag")
	case a.now < len(a.days) && row.Day != a.days[a.now].Day, a.now == len(a.days) && row.Day != a.st.Day:
		a.find(row.Owner, row.Serial, "it bears the day %s, which was cut elsewhere", row.Day)
	case row.Serial == h.Serial && !bytes.Equal(row.Link, h.Link), row.Serial > h.Serial:
		a.find(row.Owner, row.Serial, "the head of the series is another one")
	}
	return nil
}

// signed compares the row of each day with the record of its root.
func (a *auditor) signed(ctx context.Context) error {
	for _, d := range a.days {
		if d.Evidence == "" {
			continue
		}
		r, found, err := a.s.d.Ledger.Written(ctx, RootOwner, d.Evidence)
		if err != nil {
			return err
		}
		if len(d.Root) != len(Hash{}) {
			a.find("", 0, "the root of %s is damaged", d.Day)
			continue
		}
		content, err := rootText(d, a.st.Depth)
		if err != nil {
			return err
		}
		if sum := sha256.Sum256(content); !found || r.Event != eventRoot || r.ContentHash != hex.EncodeToString(sum[:]) || r.Subject != d.Day.String() {
			a.find("", 0, "the root of %s is not the one that was signed", d.Day)
		}
	}
	return nil
}

// heads compares the head of each series with its last line and with the record of
// its opening.
func (a *auditor) heads(ctx context.Context) error {
	for owner := ""; ; {
		rows, err := store.All[headRow](ctx, a.s.d.DB, sqlHeadsAll, owner, chunk)
		if err != nil {
			return err
		}
		for _, h := range rows {
			owner = h.Owner
			if err := a.head(ctx, h); err != nil {
				return err
			}
		}
		if len(rows) < chunk {
			return nil
		}
	}
}

func (a *auditor) head(ctx context.Context, h headRow) error {
	salt, _ := hex.DecodeString(h.Salt)
	if tag := TagOf(salt, h.Owner); h.Tag != tag.String() || h.Bucket != bucketOf(tag, int(a.st.Depth)) {
		a.find(h.Owner, 0, "its tag does not follow from its salt")
	}
	r, found, err := a.s.d.Ledger.Written(ctx, h.Owner, h.Evidence)
	if err != nil {
		return err
	}
	if !found || r.Event != eventOpened || r.Members["tag"] != h.Tag {
		a.find(h.Owner, 0, "the log has not opened it with this tag")
	}
	last, found, err := store.Find[lineRow](ctx, a.s.d.DB, sqlLineNumber, h.Owner, h.Serial)
	if err == nil && (!found || !bytes.Equal(last.Link, h.Link)) {
		a.find(h.Owner, h.Serial, "the head of the series is not its last line")
	}
	return err
}

// slippedIn looks for lines that no record of the log has given, if there are
// more lines than that.
func (a *auditor) slippedIn(ctx context.Context) error {
	n, err := store.One[int64](ctx, a.s.d.DB, sqlLineCount)
	if err != nil || n <= a.lines {
		return err
	}
	for owner, serial := "", int64(0); ; {
		rows, err := store.All[lineRow](ctx, a.s.d.DB, sqlLinesAll, owner, serial, chunk)
		if err != nil {
			return err
		}
		for _, r := range rows {
			owner, serial = r.Owner, r.Serial
			if log := slices.Index(a.logs, r.Origin); log > a.last || log == a.last && r.Index >= a.st.Next {
				a.find(r.Owner, r.Serial, "it stands at %d of %s, up to where nothing was numbered yet", r.Index, r.Origin)
				continue
			}
			at, err := a.s.d.Ledger.Walk(ctx, r.Origin, r.Index, 1)
			if err != nil && !errs.Is(err, errs.Internal) {
				return err
			}
			if err != nil || len(at) != 1 || at[0].Record.ID != r.Evidence || at[0].Record.Event != eventArrived || at[0].Record.Members["recipient"] != r.Owner {
				a.find(r.Owner, r.Serial, "it was slipped in: the log has no such arrival at %d of %s", r.Index, r.Origin)
			}
		}
		if len(rows) < chunk {
			return nil
		}
	}
}

// trees computes each day's tree again from the day before it and from the
// lines.
func (a *auditor) trees(ctx context.Context) error {
	var root Hash
	var series, lines int64
	for _, d := range a.days {
		if d.Evidence == "" {
			return nil
		}
		compare := func(ctx context.Context, day civil.Day, nodes map[int64]Hash) error {
			for part := range slices.Chunk(slices.Sorted(maps.Keys(nodes)), chunk) {
				kept := map[int64]Hash{}
				if err := a.s.nodes(ctx, part, day, kept); err != nil {
					return err
				}
				for _, n := range part {
					if kept[n] != nodes[n] {
						a.find("", 0, "node %d of the tree of %s is not what the lines give", n, day)
					}
				}
			}
			return nil
		}
		if err := a.s.growTree(ctx, d.Day, int(a.st.Depth), &root, compare); err != nil {
			return err
		}
		fresh, err := store.One[int64](ctx, a.s.d.DB, sqlDayLines, d.Day)
		if err != nil {
			return err
		}
		firsts, err := store.One[int64](ctx, a.s.d.DB, sqlDayFirsts, d.Day)
		if err != nil {
			return err
		}
		lines, series = lines+fresh, series+firsts
		if !bytes.Equal(d.Root, root[:]) || d.Lines != lines || d.Series != series {
			a.find("", 0, "the lines do not give the root of %s", d.Day)
		}
	}
	return nil
}

// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	againstRows = "multi-row insert of the same rows"
	// rowsPerInsert is how many rows the bare driver sends in one statement:
	// more were not faster.
	rowsPerInsert = 256
)

// bulkSize is how many notices one act delivers.
func (o Options) bulkSize() int { return min(10_000, max(200, int(o.Seconds*20_000))) }

// bulk delivers very many notices as one act.
func (r *rig) bulk(ctx context.Context, t *table) error {
	return r.both(ctx, r.plain, 1, app.Options{}, func(a *app.App, b raw) error {
		ours, base, err := r.pair(
			func() (sample, error) {
				list := r.bulkNotices()
				return r.once(len(list), func() error {
					_, err := a.Notice.DeliverAll(ctx, list)
					return err
				})
			},
			func() (sample, error) {
				before, err := b.number(ctx, countEntries)
				if err != nil {
					return sample{}, err
				}
				s, err := r.once(r.o.bulkSize(), func() error { return b.run(ctx, r.inserts) })
				if err != nil {
					return s, err
				}
				after, err := b.number(ctx, countEntries)
				if err == nil && after-before != int64(2*r.o.bulkSize()) {
					err = fmt.Errorf("the bare driver wrote %d records of evidence", after-before)
				}
				return s, err
			},
		)
		if err == nil {
			t.add(Row{What: fmt.Sprintf("deliver %d notices as one act", r.o.bulkSize()), Clients: 1, Against: againstRows, Wanted: "0.6"}, ours, base)
		}
		return err
	})
}

func (r *rig) bulkNotices() []notice.NewNotice {
	list := make([]notice.NewNotice, r.o.bulkSize())
	for i := range list {
		list[i] = r.notice(i, i)
	}
	return list
}

// once measures a single act of n parts.
func (r *rig) once(n int, do func() error) (sample, error) {
	runtime.GC()
	meter := startMeter(r.dbs.process())
	start := time.Now()
	err := do()
	took := time.Since(start)
	return sample{Rate: float64(n) / took.Seconds(), P50: took, P99: took, N: n, Foreign: meter.foreign()}, err
}

// traceBulk keeps the rows of one act and puts them into inserts of many rows.
func (r *rig) traceBulk(ctx context.Context, a *app.App) error {
	list := r.bulkNotices()
	t := &tracer{}
	if _, err := a.Notice.DeliverAll(store.WithTrace(ctx, t), list); err != nil {
		return err
	}
	var err error
	if r.inserts.tx, err = manyRows(t.act.tx); err == nil {
		err = t.err
	}
	return err
}

// manyRows joins inserts of one row with the same text.
func manyRows(list []statement) (out []statement, err error) {
	rows := map[string][]statement{}
	var order []string
	for _, s := range list {
		if rows[s.sql] == nil {
			order = append(order, s.sql)
		}
		rows[s.sql] = append(rows[s.sql], s)
	}
	for _, text := range order {
		head, rest, ok := strings.Cut(text, "VALUES (")
		_, tail, closed := strings.Cut(rest, ")")
		if !ok || !closed {
			return nil, fmt.Errorf("%q is no insert of one row", text)
		}
		for all := rows[text]; len(all) > 0; {
			n := min(rowsPerInsert, len(all))
			var args []any
			var values strings.Builder
			for i, s := range all[:n] {
				if i > 0 {
					values.WriteByte(',')
				}
				values.WriteByte('(')
				for j, a := range s.args {
					if j > 0 {
						values.WriteByte(',')
					}
					args = append(args, a)
					values.WriteString("$" + strconv.Itoa(len(args)))
				}
				values.WriteByte(')')
			}
			out = append(out, statement{sql: head + "VALUES " + values.String() + tail, args: args})
			all = all[n:]
		}
	}
	return out, nil
}

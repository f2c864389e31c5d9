// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/bench/world"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// fillStep is how many notices one statement makes up.
	fillStep = 250_000
	// fairSenders send beside one who sends fairFactor times as much.
	fairSenders, fairFactor = 5, 7
	// fairBatch is how many notices a normal sender sends at once, fairEvery how often:
	// ten a second, so that all six together ask for a fifth of what a small machine
	// issues, and the loud one at his multiple for less than half of it.
	fairBatch = 2
	fairEvery = 200 * time.Millisecond
	// fairWarm is how many beats go before those that count: until then connections are
	// made and statements prepared, for a loud sender more of them at once.
	fairWarm = 10
)

// batchRows are notices as rows of a batch.
func (r *rig) batchRows(n int) ([]bulk.NewRow, error) {
	out := make([]bulk.NewRow, n)
	for i := range out {
		payload, err := bulk.Notice(r.notice(i, i))
		if err != nil {
			return nil, err
		}
		out[i] = bulk.NewRow{Key: id.New(), Payload: payload}
	}
	return out, nil
}

// working runs fn while jobs and the sequencer work.
func working(ctx context.Context, a *app.App, fn func(ctx context.Context) error) error {
	work, stop := context.WithCancel(ctx)
	defer stop()
	g, gctx := errgroup.WithContext(work)
	g.Go(func() error { return a.Work(gctx) })
	err := fn(gctx)
	stop()
	if werr := g.Wait(); err == nil && !errors.Is(werr, context.Canceled) {
		err = werr
	}
	return err
}

// onCopy runs fn with the program on a copy of the template.
func (r *rig) onCopy(ctx context.Context, fn func(a *app.App) error) error {
	dsn, err := r.dbs.copy(ctx, r.plain)
	if err != nil {
		return err
	}
	return errors.Join(r.with(ctx, dsn, app.Options{}, fn), r.dbs.drop(context.WithoutCancel(ctx), dsn))
}

// batch issues very many notices as a batch, with all that follows from them at work.
func (r *rig) batch(ctx context.Context, t *table) error {
	rows, err := r.batchRows(r.o.bulkSize())
	if err != nil {
		return err
	}
	return r.onCopy(ctx, func(a *app.App) error {
		return working(ctx, a, func(ctx context.Context) error {
			b, err := a.Bulk.Open(ctx, world.System, order("bench", "batch"))
			if err != nil {
				return err
			}
			taken, err := r.once(len(rows), func() error { return a.Bulk.Take(ctx, world.System, b.ID, 0, rows) })
			if err != nil {
				return err
			}
			issued, err := r.once(len(rows), func() error {
				if err := errors.Join(a.Bulk.Seal(ctx, world.System, b.ID), a.Bulk.Start(ctx, world.System, b.ID)); err != nil {
					return err
				}
				return allDone(ctx, a, int64(len(rows)))
			})
			if err != nil {
				return err
			}
			t.add(Row{What: fmt.Sprintf("batch of %d notices, taken in", len(rows)), Clients: 1}, taken, sample{})
			t.add(Row{What: fmt.Sprintf("batch of %d notices, issued", len(rows)), Clients: 1, Against: "with its jobs and receipts"}, issued, sample{})
			return nil
		})
	})
}

func order(sender, key string) bulk.Order {
	return bulk.Order{Kind: bulk.Plain, Key: key, Sender: sender, SenderKind: bulk.Court, Title: notice.Text{FA: "آزمایش", EN: "Bench"}}
}

const sqlIssued = `SELECT coalesce(sum(done), 0) FROM notice_batch`

// allDone waits until so many rows are issued.
func allDone(ctx context.Context, a *app.App, want int64) error {
	t := time.NewTicker(watchEvery)
	defer t.Stop()
	for {
		n, err := store.One[int64](ctx, a.DB, sqlIssued)
		if err != nil || n >= want {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
		}
	}
}

// fair measures how long normal senders wait for their notices, alone and beside one
// who sends a multiple of what is normal: as often more, and as much more at once.
func (r *rig) fair(ctx context.Context, t *table) error {
	measure := func(l loud) func() (sample, error) {
		return func() (s sample, err error) {
			err = r.onCopy(ctx, func(a *app.App) error {
				watch := watchIssues(a)
				return working(ctx, a, func(ctx context.Context) error {
					s, err = r.senders(ctx, a, watch, l)
					return err
				})
			})
			return s, err
		}
	}
	for _, l := range []loud{{often: fairFactor, size: 1, how: "as often"}, {often: 1, size: fairFactor, how: "as much at once"}} {
		beside, alone, err := r.pair(measure(l), measure(loud{often: 1, size: 1}))
		if err != nil {
			return err
		}
		t.addAs(Row{
			What: fmt.Sprintf("wait of %d senders' notices, one more %d× %s", fairSenders, fairFactor, l.how), Against: "the one more at 1×; ratio of p99", Wanted: "≤ 1.2",
		}, beside, alone, ratioOf(beside.P99, alone.P99))
	}
	return nil
}

// loudSender is the one who does.
const loudSender = "loud"

// loud is how much more one sender sends: how often, and how many notices at once.
type loud struct {
	often, size int
	how         string
}

// beatKey begins the keys of batches that count.
const beatKey = "beat-"

// batchOf names a batch.
type batchOf struct{ sender, key string }

// issues knows when the last notice of each batch had been committed.
type issues struct {
	mu     sync.Mutex
	begun  map[string]batchOf // by the batches' own names
	issued map[string]time.Time
	rows   chan struct{} // one for each
}

// watched is the kind of rows that say so.
const watched = "bench"

// watchIssues has notices of the kind watched issued as they stand, and notes when that
// was committed. To be called before the jobs begin.
func watchIssues(a *app.App) *issues {
	i := &issues{begun: map[string]batchOf{}, issued: map[string]time.Time{}, rows: make(chan struct{}, 1024)}
	a.Bulk.Handle(bulk.Kind{Name: watched, Blind: true, Issue: func(ctx context.Context, tx *store.Tx, by policy.Actor, r bulk.Row) (notice.Issued, error) {
		var n notice.NewNotice
		if err := json.Unmarshal(r.Payload, &n); err != nil {
			return notice.Issued{}, err
		}
		n.Key, n.IssuedBy = r.Key, by
		tx.AfterCommit(func() {
			i.mu.Lock()
			i.issued[r.Batch] = time.Now()
			i.mu.Unlock()
			i.rows <- struct{}{}
		})
		return a.Notice.IssueTx(ctx, tx, n)
	}})
	return i
}

// senders lets each send small batches at random moments (open loop); one of them, loud,
// more than that. A wait counts from the moment on which a batch was due to be sent.
func (r *rig) senders(ctx context.Context, a *app.App, watch *issues, l loud) (sample, error) {
	dur := max(16*r.o.dur(), min(time.Second, 20*r.o.dur()))
	beats := max(int(dur/fairEvery), 2)
	warm, span := fairWarm*fairEvery, time.Duration(beats)*fairEvery
	meter := startMeter(r.dbs.process())
	start := time.Now()
	due := map[batchOf]time.Time{}
	issued := 0
	g, gctx := errgroup.WithContext(ctx)
	for i := range fairSenders + 1 {
		name, size, often := fmt.Sprint("quiet-", i), fairBatch, 1
		if i == 0 {
			name, size, often = loudSender, size*l.size, l.often
		}
		var plan []sending
		for n, at := range moments(i, fairWarm*often, 0, warm) {
			plan = append(plan, sending{batchOf{name, fmt.Sprint("warm-", n)}, start.Add(at)})
		}
		for n, at := range moments(i, beats*often, warm, span) {
			b := batchOf{name, fmt.Sprint(beatKey, n)}
			due[b], plan = start.Add(at), append(plan, sending{b, start.Add(at)})
		}
		issued += size * len(plan)
		g.Go(func() error { return r.send(gctx, a, watch, plan, size) })
	}
	for range issued {
		select {
		case <-watch.rows:
		case <-gctx.Done():
			return sample{}, cmp.Or(g.Wait(), gctx.Err())
		}
	}
	if err := g.Wait(); err != nil {
		return sample{}, err
	}
	watch.mu.Lock()
	defer watch.mu.Unlock()
	var took []time.Duration
	for id, b := range watch.begun {
		if b.sender != loudSender && strings.HasPrefix(b.key, beatKey) {
			took = append(took, watch.issued[id].Sub(due[b]))
		}
	}
	if counted := fairSenders * beats; len(took) != counted {
		return sample{}, fmt.Errorf("%d batches of %d were issued", len(took), counted)
	}
	s := summarise(took, time.Since(start.Add(warm)))
	s.Foreign = meter.foreign()
	return s, nil
}

// sending is a batch with the moment on which it is due.
type sending struct {
	batchOf
	at time.Time
}

// send sends each batch when it is due.
func (r *rig) send(ctx context.Context, a *app.App, watch *issues, plan []sending, size int) error {
	for _, b := range plan {
		rows, err := r.batchRows(size)
		if err != nil {
			return err
		}
		timer := time.NewTimer(time.Until(b.at))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		n := order(b.sender, b.key)
		n.Kind = watched
		var begun bulk.Batch
		if err := a.DB.Write(ctx, func(tx *store.Tx) (err error) {
			begun, err = a.Bulk.StartTx(ctx, tx, world.System, n, rows)
			return err
		}); err != nil {
			return err
		}
		watch.mu.Lock()
		watch.begun[begun.ID] = b.batchOf
		watch.mu.Unlock()
	}
	return nil
}

// moments are n of them between from and from plus span, in order and the same for the
// same seed. Any is as likely as any, as with senders that know nothing of each other:
// at even distances they would never meet when alone.
func moments(seed, n int, from, span time.Duration) []time.Duration {
	rnd := rand.New(rand.NewPCG(uint64(seed), uint64(from)))
	at := make([]time.Duration, n)
	for i := range at {
		at[i] = from + time.Duration(rnd.Int64N(int64(span)))
	}
	slices.Sort(at)
	return at
}

func ratioOf(a, b time.Duration) float64 {
	if b <= 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// volume measures the inbox and deliveries with few notices in a PostgreSQL database,
// and then with as many as were asked for.
func (r *rig) volume(ctx context.Context, t *table) error {
	if r.engine != "postgres" || r.o.Notices <= r.o.Few {
		return nil
	}
	dsn, err := r.dbs.copy(ctx, r.plain)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.dbs.drop(context.WithoutCancel(ctx), dsn)) }()
	var pages, acts [2]sample
	for i, n := range []int{r.o.Few, r.o.Notices} {
		if err := r.fill(ctx, dsn, n); err != nil {
			return err
		}
		err := r.with(ctx, dsn, app.Options{}, func(a *app.App) error {
			site, page, body, stop, err := r.openInbox(ctx, a)
			if err != nil {
				return err
			}
			defer stop()
			l := r.load(visitors)
			l.dur *= 4
			if pages[i], err = visit(ctx, l, site, page, len(body)); err != nil {
				return err
			}
			l = r.load(32)
			l.dur *= 4
			acts[i], err = closed(ctx, l, r.deliverOne(a))
			return err
		})
		if err != nil {
			return err
		}
	}
	against := fmt.Sprintf("the same at %d", r.o.Few)
	t.addAs(Row{What: fmt.Sprintf("inbox page, %d notices in the database", r.o.Notices), Clients: visitors, Against: against + "; ratio of p99", Wanted: "≤ 1.5"},
		pages[1], pages[0], ratioOf(pages[1].P99, pages[0].P99))
	t.addAs(Row{What: fmt.Sprintf("deliver a notice, %d in the database", r.o.Notices), Clients: 32, Against: against + "; ratio of rates", Wanted: "≤ 1.3"},
		acts[1], acts[0], acts[0].Rate/max(acts[1].Rate, 1))
	return err
}

// columnsOf are the columns of a table, in order.
const columnsOf = `SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`

// fill makes up notices of other people until there are n: copies of one that is there,
// fifty for each person, with their paper, number and key. The log is left as it is.
func (r *rig) fill(ctx context.Context, dsn string, n int) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return errors.New("the PostgreSQL server does not answer") // err may show the password
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var have int
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM notice_notice").Scan(&have); err != nil {
		return err
	}
	// Each made-up id looks like a real one and is as far apart.
	made := map[string]string{
		"owner": "'f-' || md5((g / 50)::text)", "id": "'f-' || md5('n' || g::text)", "notice": "'f-' || md5('n' || g::text)", "idem": "'f-' || g::text",
		"number": "'8' || lpad(g::text, 17, '0')", "arrived_us": "arrived_us - (g % 31536000)::bigint * 1000000", "case_id": "'f-' || md5('c' || (g / 3)::text)",
	}
	if _, err := conn.Exec(ctx, "SET synchronous_commit = off; SET maintenance_work_mem = '1GB'"); err != nil {
		return err
	}
	for _, name := range []string{"notice_notice", "notice_content", "notice_key", "notice_number"} {
		if err := r.fillTable(ctx, conn, name, made, have, n); err != nil {
			return err
		}
	}
	_, err = conn.Exec(ctx, "VACUUM (ANALYZE)")
	return errors.Join(err, checkpoint(ctx, conn))
}

// fillTable fills one table without its indexes, which are made anew afterwards: keys
// come in no order, so that an index that is kept up is read and written at random.
func (r *rig) fillTable(ctx context.Context, conn *pgx.Conn, name string, made map[string]string, have, n int) error {
	rows, err := conn.Query(ctx, columnsOf, name)
	if err != nil {
		return err
	}
	columns, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	values := slices.Clone(columns)
	for i, c := range columns {
		if v, ok := made[c]; ok {
			values[i] = v
		}
	}
	if rows, err = conn.Query(ctx, indexesOf, name); err != nil {
		return err
	}
	indexes, err := pgx.CollectRows(rows, pgx.RowToStructByPos[tableIndex])
	if err != nil {
		return err
	}
	for _, x := range indexes {
		if _, err := conn.Exec(ctx, x.Drop); err != nil {
			return err
		}
	}
	for from := have; from < n; from += fillStep {
		text := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM (SELECT * FROM %s LIMIT 1) AS t, generate_series(%d, %d) AS g",
			name, strings.Join(columns, ", "), strings.Join(values, ", "), name, from, min(from+fillStep, n)-1)
		if _, err := conn.Exec(ctx, text); err != nil {
			return err
		}
		fmt.Fprintf(r.o.Progress, "bench: %s: %d of %d notices made up in %s\n", r.engine, min(from+fillStep, n), n, name)
	}
	for _, x := range indexes {
		if _, err := conn.Exec(ctx, x.Make); err != nil {
			return err
		}
	}
	return nil
}

// tableIndex is how an index, or the key that it belongs to, is dropped and made again.
type tableIndex struct{ Drop, Make string }

const indexesOf = `SELECT CASE WHEN c.oid IS NULL THEN format('DROP INDEX %I', i.relname) ELSE format('ALTER TABLE %I DROP CONSTRAINT %I', t.relname, c.conname) END,
	CASE WHEN c.oid IS NULL THEN pg_get_indexdef(x.indexrelid) ELSE format('ALTER TABLE %I ADD CONSTRAINT %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid)) END
	FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid LEFT JOIN pg_constraint c ON c.conindid = i.oid
	WHERE t.relname = $1 AND t.relnamespace = 'public'::regnamespace`

// checkpoint writes out what filling left, so that it is not measured.
func checkpoint(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "CHECKPOINT")
	return err
}

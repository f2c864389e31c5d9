// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Options are what is measured, and how long.
type Options struct {
	Rounds   int
	Seconds  float64  // of one measurement; there are about thirty in a round
	Engines  []string // "sqlite", "postgres"
	Notices  int      // in a PostgreSQL database, for volume; 0: not measured
	Few      int      // with how many those are compared
	Only     []string // names of measurements; none: all
	Postgres string   // address of a server; "": a throw-away one
	Progress io.Writer
}

// Names are the measurements there are.
func Names() []string {
	return []string{"submit", "deliver", "bulk", "batch", "fair", "introduce", "inbox", "session", "login", "passkey", "receipt", "evidence", "volume"}
}

// check refuses what cannot be measured.
func (o Options) check() error {
	if o.Rounds < 1 || o.Seconds <= 0 || len(o.Engines) == 0 {
		return errors.New("at least one round, one engine and a time above nought are needed")
	}
	for _, e := range o.Engines {
		if e != "sqlite" && e != "postgres" {
			return fmt.Errorf("there is no engine %q: sqlite, postgres", e)
		}
	}
	for _, n := range o.Only {
		if !slices.Contains(Names(), n) {
			return fmt.Errorf("there is no measurement %q: %s", n, strings.Join(Names(), ", "))
		}
	}
	return nil
}

func (o Options) wants(name string) bool { return len(o.Only) == 0 || slices.Contains(o.Only, name) }

// dur is the length of one measurement.
func (o Options) dur() time.Duration { return time.Duration(o.Seconds * float64(time.Second)) }

// Row is one line of the table: medians over the rounds.
type Row struct {
	Engine  string  `json:"engine"`
	What    string  `json:"what"`
	Clients int     `json:"clients"`
	Ours    sample  `json:"tarazu"`
	Base    sample  `json:"base"`
	Against string  `json:"against"` // what the base is
	Ratio   float64 `json:"ratio"`   // median of the rounds' ratios; 0: there is none
	Wanted  string  `json:"wanted"`  // the figure that the plan asks for, if any
}

// Report is what a run found.
type Report struct {
	Started time.Time `json:"started"`
	Machine string    `json:"machine"`
	Engines []string  `json:"engines"`
	Rounds  int       `json:"rounds"`
	Seconds float64   `json:"seconds"`
	Rows    []Row     `json:"rows"`
}

// Run measures.
func Run(ctx context.Context, o Options) (_ Report, err error) {
	defer errs.Wrap(&err, "bench.Run")
	if err := o.check(); err != nil {
		return Report{}, err
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	dir, err := os.MkdirTemp("", "tarazu-bench-")
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	rep := Report{Started: time.Now().UTC().Truncate(time.Second), Machine: machine(dir), Rounds: o.Rounds, Seconds: o.Seconds}
	for _, engine := range o.Engines {
		words, rows, err := measureEngine(ctx, o, engine, dir)
		if err != nil {
			return rep, fmt.Errorf("%s: %w", engine, err)
		}
		rep.Engines = append(rep.Engines, words)
		rep.Rows = append(rep.Rows, rows...)
	}
	return rep, nil
}

// measureEngine does all rounds of one engine.
func measureEngine(ctx context.Context, o Options, engine, dir string) (words string, rows []Row, err error) {
	r, err := newRig(ctx, o, engine, dir)
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, r.close(context.WithoutCancel(ctx))) }()
	if words, err = r.dbs.words(ctx); err != nil {
		return "", nil, err
	}
	t := newTable(engine)
	// Signing in comes first: what is prepared for the others is a heap that no
	// server has, and each collection would go through it while people wait.
	signing := []measurement{{"session", r.session}, {"login", r.login}, {"passkey", r.passkey}}
	if err := r.rounds(ctx, t, signing); err != nil {
		return words, nil, err
	}
	if err := r.prepareActs(ctx); err != nil {
		return words, nil, err
	}
	err = r.rounds(ctx, t, []measurement{
		{"submit", r.submit}, {"deliver", r.deliver}, {"bulk", r.bulk}, {"batch", r.batch}, {"fair", r.fair}, {"introduce", r.introduce}, {"inbox", r.inbox}, {"receipt", r.receipt}, {"evidence", r.evidence}, {"volume", r.volume},
	})
	return words, t.rows(), err
}

// measurement is one that --only can name.
type measurement struct {
	name string
	run  func(ctx context.Context, t *table) error
}

// rounds does every round of those that are wanted.
func (r *rig) rounds(ctx context.Context, t *table, list []measurement) error {
	for round := range r.o.Rounds {
		for _, m := range list {
			if !r.o.wants(m.name) {
				continue
			}
			fmt.Fprintf(r.o.Progress, "bench: %s, round %d of %d: %s\n", r.engine, round+1, r.o.Rounds, m.name)
			runtime.GC()
			r.round = round
			if err := m.run(ctx, t); err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
		}
	}
	return nil
}

// table collects the rounds.
type table struct {
	engine string
	order  []string
	lines  map[string]*line
}

type line struct {
	row    Row
	ours   []sample
	base   []sample
	ratios []float64
}

func newTable(engine string) *table { return &table{engine: engine, lines: map[string]*line{}} }

// add notes one round of a line. A base without a rate makes no ratio.
func (t *table) add(row Row, ours, base sample) {
	ratio := 0.0
	if base.Rate > 0 {
		ratio = ours.Rate / base.Rate
	}
	t.addAs(row, ours, base, ratio)
}

// addAs is add with a ratio of something else than the rates; 0: there is none.
func (t *table) addAs(row Row, ours, base sample, ratio float64) {
	key := fmt.Sprint(row.What, row.Clients, row.Against)
	l, ok := t.lines[key]
	if !ok {
		row.Engine = t.engine
		l = &line{row: row}
		t.lines[key] = l
		t.order = append(t.order, key)
	}
	l.ours, l.base = append(l.ours, ours), append(l.base, base)
	if ratio > 0 {
		l.ratios = append(l.ratios, ratio)
	}
}

func (t *table) rows() []Row {
	var out []Row
	for _, k := range t.order {
		l := t.lines[k]
		r := l.row
		r.Ours, r.Base, r.Ratio = medians(l.ours), medians(l.base), median(l.ratios)
		out = append(out, r)
	}
	return out
}

func medians(list []sample) sample {
	pick := func(f func(sample) float64) float64 {
		v := make([]float64, len(list))
		for i, s := range list {
			v[i] = f(s)
		}
		return median(v)
	}
	return sample{
		Rate:    pick(func(s sample) float64 { return s.Rate }),
		P50:     time.Duration(pick(func(s sample) float64 { return float64(s.P50) })),
		P99:     time.Duration(pick(func(s sample) float64 { return float64(s.P99) })),
		N:       int(pick(func(s sample) float64 { return float64(s.N) })),
		CPU:     time.Duration(pick(func(s sample) float64 { return float64(s.CPU) })),
		Foreign: pick(func(s sample) float64 { return s.Foreign }),
	}
}

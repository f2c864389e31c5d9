// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Probe asks whether one part can be used, as somebody who uses it would. Its
// error goes into the log and nowhere else.
type Probe struct {
	Part string
	Ask  func(ctx context.Context) error
}

// Prober looks after the parts from outside the requests of people. Every
// serving process has one; each asks its own parts and tells the others what it
// found, and the one that holds the lease writes the intervals.
//
// While the database does not answer nothing can be written. The readings are
// kept here, and written when it is back; were no process alive at all, the next
// one to start finds the gap by the last sign of life.
type Prober struct {
	s       *Service
	log     *slog.Logger
	clock   clock.Clock
	probes  []Probe
	every   time.Duration
	id      string
	started time.Time

	begun bool // the gap was looked for
	parts map[string]*tracker
}

// NewProber makes a prober that asks so often. A probe of a part that the table
// does not name is left out, and said so in the log.
func (s *Service) NewProber(clk clock.Clock, every time.Duration, probes ...Probe) *Prober {
	p := &Prober{s: s, log: s.d.Log, clock: clk, every: every, id: id.New(), started: clk.Now(), parts: map[string]*tracker{}}
	for _, x := range probes {
		if _, ok := s.rules.Part(x.Part); !ok {
			p.log.Error("a probe of an unknown part is left out", "part", x.Part)
			continue
		}
		p.probes = append(p.probes, x)
		p.parts[x.Part] = newTracker(s.rules.Probe)
	}
	return p
}

// Run asks again and again until ctx ends.
func (p *Prober) Run(ctx context.Context) error {
	t := time.NewTicker(p.every)
	defer t.Stop()
	for {
		if err := p.Round(ctx); err != nil && ctx.Err() == nil {
			p.log.WarnContext(ctx, "the probes could not be written down", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// gap is how long all processes must have been silent for an outage, alive how
// long one may be silent and still count, and lease how long it leads.
func (p *Prober) gap() time.Duration {
	return max(time.Duration(p.s.rules.Probe.Gap)*time.Second, 4*p.every)
}
func (p *Prober) alive() time.Duration { return 3 * p.every }
func (p *Prober) lease() time.Duration {
	return max(time.Duration(p.s.rules.Probe.Lease)*time.Second, 3*p.every)
}

// Round asks every part once and writes down what follows. An error means that
// nothing was written; the readings are kept for the next round.
func (p *Prober) Round(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "outage.Round")
	if err := p.findGap(ctx); err != nil {
		p.log.WarnContext(ctx, "the last sign of life cannot be read", "err", err)
	}
	at := p.clock.Now()
	failing := p.ask(ctx)
	if ctx.Err() != nil {
		return ctx.Err() // what failed now failed because we end
	}
	var others [][]string
	var leads bool
	heard := p.s.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
		now := p.clock.Now()
		if others, err = exchange(ctx, tx, p.id, p.started, now, now.Add(-p.alive()), failing); err != nil {
			return err
		}
		if leads, err = lead(ctx, tx, p.id, now, now.Add(p.lease())); err == nil && leads {
			err = tx.Exec(ctx, dropProcess, p.id, store.At(now.Add(-24*time.Hour)))
		}
		return err
	})
	if heard != nil {
		others, leads = nil, false
	}
	for part, t := range p.parts {
		t.observe(at, !p.down(part, failing, others))
	}
	if heard != nil {
		return heard
	}
	if !leads {
		for _, t := range p.parts { // whoever leads has seen the same
			t.over = nil
		}
		return nil
	}
	return p.write(ctx)
}

// findGap finds, once, since when no process was alive before this one.
func (p *Prober) findGap(ctx context.Context) error {
	if p.begun {
		return nil
	}
	last, err := lastBeat(ctx, p.s.d.DB)
	if err != nil {
		return err
	}
	p.begun = true
	if last.IsZero() || p.started.Sub(last) < p.gap() {
		return nil
	}
	p.log.InfoContext(ctx, "no server was running for a while", "since", last)
	for part, t := range p.parts {
		if known, _ := p.s.rules.Part(part); known.Kind == KindOwn {
			t.seed(last)
		}
	}
	return nil
}

// ask runs all probes at once and returns the parts that failed, sorted.
func (p *Prober) ask(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(p.s.rules.Probe.Timeout)*time.Second)
	defer cancel()
	var mu sync.Mutex
	var wg sync.WaitGroup
	failing := []string{}
	for _, x := range p.probes {
		wg.Go(func() {
			if err := x.Ask(ctx); err != nil {
				p.log.WarnContext(ctx, "a probe failed", "part", x.Part, "err", err)
				mu.Lock()
				defer mu.Unlock()
				failing = append(failing, x.Part)
			}
		})
	}
	wg.Wait()
	slices.Sort(failing)
	return slices.Compact(failing)
}

// down tells whether so many of the living processes fail that the part is out
// of use.
func (p *Prober) down(part string, own []string, others [][]string) bool {
	n := 0
	for _, list := range append([][]string{own}, others...) {
		if slices.Contains(list, part) {
			n++
		}
	}
	return n > 0 && n*100 >= p.s.rules.Probe.Share*(len(others)+1)
}

// write brings the intervals to what the trackers say.
func (p *Prober) write(ctx context.Context) error {
	open, err := openParts(ctx, p.s.d.DB)
	if err != nil {
		return err
	}
	for _, x := range p.probes {
		t := p.parts[x.Part]
		spans := slices.Clone(t.over)
		if t.now != nil {
			spans = append(spans, *t.now)
		}
		from, lasts := open[x.Part]
		if since, up := t.up(); up && lasts && len(spans) == 0 { // another process opened it and is gone
			if !since.After(from) {
				since = p.clock.Now()
			}
			spans = append(spans, span{from: since, to: since})
		}
		if len(spans) == 0 {
			continue
		}
		if err := p.writeSpans(ctx, x.Part, spans); err != nil {
			return err
		}
		t.over = nil
	}
	return nil
}

func (p *Prober) writeSpans(ctx context.Context, part string, spans []span) error {
	known, _ := p.s.rules.Part(part)
	cause := Ours
	if known.Kind == KindOutside {
		cause = Theirs
	}
	return p.s.d.DB.Write(ctx, func(tx *store.Tx) error {
		for _, s := range spans {
			if err := p.s.writeSpan(ctx, tx, part, cause, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeSpan does what decide says, in the caller's transaction.
func (s *Service) writeSpan(ctx context.Context, tx *store.Tx, part string, cause Cause, sp span) error {
	list, err := probed(ctx, tx, part)
	if err != nil {
		return err
	}
	d := decide(list, sp, time.Duration(s.rules.Probe.Join)*time.Second)
	switch d.do {
	case Opened:
		if sp.from.Equal(sp.to) {
			return nil
		}
		origin := Automatic
		if sp.found {
			origin = Found
		}
		i, err := s.openTx(ctx, tx, Interval{Part: part, From: sp.from, Cause: cause, Origin: origin, Text: s.rules.Texts[origin]}, by{act: Opened, actor: machine})
		if err != nil || sp.to.IsZero() {
			return err
		}
		ended := i
		ended.To = sp.to
		_, err = s.changeTx(ctx, tx, i, ended, by{act: Closed, actor: machine})
		return err
	case Closed, Reopened:
		i := d.at.Interval
		i.To = d.to
		_, err = s.changeTx(ctx, tx, d.at.Interval, i, by{act: d.do, actor: machine})
	}
	return err
}

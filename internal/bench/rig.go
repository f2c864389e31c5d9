// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/bench/world"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	password = "گربه‌ای روی بام ۱۴۰۴"
	// submitters send petitions at once.
	submitters = 32
	// inboxSize is one page and a little of the next.
	inboxSize = notice.PageSize + 10
	// owners take the notices that are delivered.
	owners = 200
)

// rig is what the measurements of one engine stand on.
type rig struct {
	o      Options
	engine string
	dbs    databases
	out    *world.Outside
	dir    string // keys
	round  int

	plain     string // template: people, an inbox
	petitions string // template: and petitions to be signed
	frozenAt  time.Time

	people  []identity.Person // the first signers of them have passwords
	filings []world.Filing
	codes   []string // of filings

	submitted, delivered []act
	inboxQuery           act
	inserts              act // of one act of many notices
}

// signers is how many log-ins a round can make.
func (o Options) signers() int { return 64 + int(o.Seconds*640) }

// petitionsWanted is how many submissions a round can make.
func (o Options) petitionsWanted() int { return 4*submitters + int(o.Seconds*1200) }

func newRig(ctx context.Context, o Options, engine, dir string) (_ *rig, err error) {
	r := &rig{o: o, engine: engine, dir: filepath.Join(dir, engine)}
	if engine == "sqlite" {
		r.dbs = &sqliteFiles{dir: dir}
	} else if r.dbs, err = openPostgres(ctx, o.Postgres, o.Seconds < 0.5); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close(context.WithoutCancel(ctx)))
		}
	}()
	if r.out, err = world.NewOutside(); err != nil {
		return nil, err
	}
	fmt.Fprintf(o.Progress, "bench: %s: preparing people\n", engine)
	return r, r.preparePlain(ctx)
}

// prepareActs makes what is submitted, and finds what the engine is sent for each act.
func (r *rig) prepareActs(ctx context.Context) error {
	if r.o.wants("submit") {
		fmt.Fprintf(r.o.Progress, "bench: %s: preparing %d petitions\n", r.engine, r.o.petitionsWanted())
		if err := r.preparePetitions(ctx); err != nil {
			return err
		}
	}
	fmt.Fprintf(r.o.Progress, "bench: %s: tracing what the engine is sent\n", r.engine)
	return r.trace(ctx)
}

func (r *rig) close(ctx context.Context) error {
	var err error
	for _, dsn := range []string{r.plain, r.petitions} {
		if dsn != "" {
			err = errors.Join(err, r.dbs.drop(ctx, dsn))
		}
	}
	if r.out != nil {
		err = errors.Join(err, r.out.Close(ctx))
	}
	if r.dbs != nil {
		err = errors.Join(err, r.dbs.close())
	}
	return err
}

// config is the program's on dsn.
func (r *rig) config(dsn string) (config.Config, error) {
	return config.Load("", r.out.Vars(r.dir, dsn))
}

// with runs fn with the program on dsn.
func (r *rig) with(ctx context.Context, dsn string, o app.Options, fn func(a *app.App) error) (err error) {
	cfg, err := r.config(dsn)
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close(context.WithoutCancel(ctx))) }()
	return fn(a)
}

// both runs fn with the program on one copy of a template and the bare driver
// on another.
func (r *rig) both(ctx context.Context, template string, clients int, o app.Options, fn func(a *app.App, b raw) error) (err error) {
	ours, err := r.dbs.copy(ctx, template)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.dbs.drop(context.WithoutCancel(ctx), ours)) }()
	theirs, err := r.dbs.copy(ctx, template)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.dbs.drop(context.WithoutCancel(ctx), theirs)) }()
	b, err := openRaw(ctx, theirs, clients)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	return r.with(ctx, ours, o, func(a *app.App) error { return fn(a, b) })
}

// pair measures the program and the base one after the other; who begins
// changes from round to round.
func (r *rig) pair(first, second func() (sample, error)) (a, b sample, err error) {
	if r.round%2 == 0 {
		if a, err = first(); err == nil {
			b, err = second()
		}
		return a, b, err
	}
	if b, err = second(); err == nil {
		a, err = first()
	}
	return a, b, err
}

func (r *rig) preparePlain(ctx context.Context) (err error) {
	if r.plain, err = r.dbs.empty(ctx); err != nil {
		return err
	}
	if _, err := store.Migrate(ctx, r.plain, app.Migrations()...); err != nil {
		return err
	}
	return r.with(ctx, r.plain, app.Options{}, func(a *app.App) error {
		if err := world.Country(ctx, a); err != nil {
			return err
		}
		n := r.o.signers()
		if r.people, err = r.out.People(ctx, a, 1, n, password); err != nil {
			return err
		}
		more, err := r.out.People(ctx, a, 1+n, max(owners-n, 0), "")
		if err != nil {
			return err
		}
		r.people = append(r.people, more...)
		for i := range inboxSize {
			if _, err := a.Notice.Deliver(ctx, r.notice(0, i)); err != nil {
				return err
			}
		}
		if _, err := a.Jobs.Drain(ctx); err != nil {
			return err
		}
		_, err = a.Ledger.Sequence(ctx)
		return err
	})
}

func (r *rig) preparePetitions(ctx context.Context) (err error) {
	if r.petitions, err = r.dbs.copy(ctx, r.plain); err != nil {
		return err
	}
	return r.with(ctx, r.petitions, app.Options{}, func(a *app.App) error {
		if r.filings, err = world.Signable(ctx, a, r.people, r.o.petitionsWanted()); err != nil {
			return err
		}
		r.frozenAt = clock.System{}.Now()
		if err := world.Sign(ctx, a, r.filings); err != nil {
			return err
		}
		key, err := world.CodeKey(a.Config)
		if err != nil {
			return err
		}
		for _, f := range r.filings {
			have, _, err := a.Filing.Get(ctx, f.Owner, f.ID)
			if err != nil {
				return err
			}
			r.codes = append(r.codes, world.Code(key, have.Code))
		}
		return nil
	})
}

// soonAfter is a clock by which the petitions were signed a moment ago, so that
// their codes are alive in every round.
func (r *rig) soonAfter() clock.Clock {
	c := &clock.Shifted{Base: clock.System{}}
	c.SetOffset(r.frozenAt.Add(30 * time.Second).Sub(c.Base.Now()))
	return c
}

// trace keeps what is sent for the acts that the bare driver will repeat.
func (r *rig) trace(ctx context.Context) error {
	onCopy := func(template string, o app.Options, fn func(a *app.App) error) error {
		dsn, err := r.dbs.copy(ctx, template)
		if err != nil {
			return err
		}
		return errors.Join(r.with(ctx, dsn, o, fn), r.dbs.drop(ctx, dsn))
	}
	if r.o.wants("submit") {
		err := onCopy(r.petitions, app.Options{Clock: r.soonAfter()}, func(a *app.App) (err error) {
			r.submitted, err = traced(ctx, submitters, len(r.filings), r.submitOne(a))
			return err
		})
		if err != nil {
			return err
		}
	}
	return onCopy(r.plain, app.Options{}, func(a *app.App) (err error) {
		if r.o.wants("deliver") {
			n := 1000 + int(r.o.Seconds*25_000)
			if r.delivered, err = traced(ctx, 128, n, r.deliverOne(a)); err != nil {
				return err
			}
		}
		if r.o.wants("bulk") {
			if err := r.traceBulk(ctx, a); err != nil {
				return err
			}
		}
		var list []act
		list, err = traced(ctx, 1, 1, func(ctx context.Context, _ int) error {
			_, err := a.Notice.Inbox(ctx, policy.Actor{Person: r.people[0].ID, Role: policy.Citizen}, notice.FilterAll, notice.Page{})
			return err
		})
		if err == nil {
			r.inboxQuery = list[0]
		}
		return err
	})
}

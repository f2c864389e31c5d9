// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/ledger/witness"
	"github.com/tarazu/tarazu/internal/platform/obs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// demoWitnesses are the bodies that watch the log of a demo country, and
// demoQuorum is how many of them must sign.
var demoWitnesses = []string{"bar", "audit-court", "university"}

const demoQuorum = 2

// watchers are the witnesses of a demo country: the server that any body can
// run, over real HTTP, with a database of its own that ends with the process.
type watchers struct {
	all    []*watcher
	dir    string
	server *sandbox.Server
}

// watcher is one of them, with a switch before it.
type watcher struct {
	name   string
	db     *store.DB
	server *witness.Server
	faults sandbox.Faults
}

// Name implements sandbox.Double.
func (w *watcher) Name() string { return w.name }

// Faults implements sandbox.Double.
func (w *watcher) Faults() *sandbox.Faults { return &w.faults }

// ServeHTTP implements http.Handler. Witnesses ask for no token.
func (w *watcher) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	switch x := w.faults.Next(); x.Mode {
	case sandbox.Slow:
		select {
		case <-time.After(x.Delay()): // a network's delay, not a fact with a date: real time
		case <-r.Context().Done():
			return
		}
	case sandbox.Down:
		http.Error(rw, "down", http.StatusServiceUnavailable)
		return
	}
	w.server.ServeHTTP(rw, r)
}

// newWatchers starts them for the logs with these keys.
func newWatchers(ctx context.Context, clk clock.Clock, log *slog.Logger, logs ...string) (_ *watchers, err error) {
	d := &watchers{}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close(ctx))
		}
	}()
	if d.dir, err = os.MkdirTemp("", "tarazu-witnesses-"); err != nil {
		return d, err
	}
	var doubles []sandbox.Double
	for _, name := range demoWitnesses {
		w := &watcher{name: name}
		dsn := "sqlite:" + filepath.Join(d.dir, name+".db")
		if _, err = store.Migrate(ctx, dsn, witness.Migrations); err != nil {
			return d, err
		}
		if w.db, err = store.Open(ctx, dsn, store.Options{Clock: clk}); err != nil {
			return d, err
		}
		d.all = append(d.all, w)
		key, err := witness.NewKey(name + ".demo/witness")
		if err != nil {
			return d, err
		}
		if w.server, err = witness.New(witness.Deps{DB: w.db, Clock: clk, Log: log, Key: key, Logs: logs}); err != nil {
			return d, err
		}
		doubles = append(doubles, w)
	}
	d.server, err = sandbox.Serve("127.0.0.1:0", log, doubles...)
	return d, err
}

func (d *watchers) close(ctx context.Context) (err error) {
	if d.server != nil {
		err = d.server.Close(ctx)
	}
	for _, w := range d.all {
		err = errors.Join(err, w.db.Close())
	}
	return errors.Join(err, os.RemoveAll(d.dir))
}

// Witnesses are those of the configuration.
func Witnesses(cfg config.Config) ([]ledger.Witness, int) { return witnesses(cfg, nil) }

// witnesses are those of the configuration; in a demo country that names none,
// the doubles.
func witnesses(cfg config.Config, d *Doubles) (list []ledger.Witness, quorum int) {
	for _, w := range cfg.Ledger.Witnesses {
		list = append(list, ledger.Witness{VKey: w.VKey, URL: w.URL})
	}
	if len(list) > 0 || d == nil || d.watchers == nil {
		return list, cfg.Ledger.Quorum
	}
	for _, w := range d.watchers.all {
		list = append(list, ledger.Witness{VKey: w.server.VKey(), URL: d.watchers.server.URL(w.name)})
	}
	return list, demoQuorum
}

// watchChecks tell of each witness how it stands with the log.
func (a *App) watchChecks() (out []obs.Check) {
	states, err := a.Ledger.WitnessStates(context.Background())
	if err != nil {
		return nil
	}
	for i, w := range states {
		out = append(out, obs.Check{Name: "witness." + w.Name, Probe: func(ctx context.Context) (string, error) {
			now, err := a.Ledger.WitnessStates(ctx)
			if err != nil {
				return "", err
			}
			if now[i].State != ledger.WitnessSigned {
				err = errors.New("the witness " + now[i].Name + " does not sign: " + now[i].State)
			}
			return now[i].State, err
		}})
	}
	return out
}

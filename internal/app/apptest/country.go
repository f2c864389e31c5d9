// SPDX-License-Identifier: Apache-2.0

package apptest

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/office"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// country is the state in which each test finds the program: the services of the
// catalogue, the courts of the default country, one office, nobody. It is made
// once in a process and copied, with the keys that go with it.
var (
	country = storetest.NewTemplate(makeCountry)
	keysOf  sync.Map // engine -> its keys by their paths
)

func makeCountry(ctx context.Context, engine, dsn string) (err error) {
	dir, err := os.MkdirTemp("", "tarazu-country-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg, err := configure(dir, dsn, "127.0.0.1:1", nil)
	if err != nil {
		return err
	}
	if _, err := store.Migrate(ctx, dsn, app.Migrations()...); err != nil {
		return err
	}
	clk := clock.NewFake(storetest.Start)
	a, err := app.New(ctx, cfg, app.Options{Clock: &clock.Shifted{Base: clk}, Log: slog.New(slog.DiscardHandler), Version: "test"})
	if err != nil {
		return err
	}
	courts, err := authority.DefaultCountry()
	if err == nil {
		err = a.Authority.Load(ctx, system, courts)
	}
	if err == nil {
		err = openOffice(ctx, a)
	}
	if err := errors.Join(err, a.Close(ctx)); err != nil {
		return err
	}
	keys := map[string][]byte{}
	err = fs.WalkDir(os.DirFS(dir), "keys", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		keys[path], err = os.ReadFile(filepath.Join(dir, path))
		return err
	})
	keysOf.Store(engine, keys)
	return err
}

// openOffice enters the office in which Operator and Manager work.
func openOffice(ctx context.Context, a *app.App) error {
	o, err := a.Office.Register(ctx, system, office.Office{
		Code: Office, Name: authority.Text{FA: "دفتر آزمون", EN: "Test office"}, Province: "tehran", County: "tehran",
		Address: "تهران، خیابان کارگر", From: civil.Of(a.Clock.Now()), Source: "apptest",
	})
	if err != nil {
		return err
	}
	return a.Office.SetState(ctx, system, o.Code, office.Active, "apptest")
}

// settings are those of a copy of the country in a folder of the test.
func settings(t testing.TB, engine, addr string, more []string) config.Config {
	t.Helper()
	dir, dsn := t.TempDir(), country.Copy(t, engine)
	keys, _ := keysOf.Load(engine)
	cfg, err := configure(dir, dsn, addr, more)
	if err != nil {
		t.Fatal(err)
	}
	for path, b := range keys.(map[string][]byte) {
		if err := os.WriteFile(filepath.Join(dir, path), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cfg
}

// configure is a demo country in dir, with limits so high that no test runs into
// them.
func configure(dir, dsn, addr string, more []string) (config.Config, error) {
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		return config.Config{}, err
	}
	env := []string{
		"TARAZU_DATA_DIR=" + dir, "TARAZU_DATABASE=" + dsn, "TARAZU_DEMO=true",
		"TARAZU_ADDR=" + addr, "TARAZU_BASE_URL=http://" + addr, "TARAZU_LEDGER_ORIGIN=example.test/tarazu",
		"TARAZU_SECURITY_ARGON2_MEMORY_KIB=7168",
	}
	for _, limit := range []string{"LOGIN_ACCOUNT", "LOGIN_ADDRESS", "CODE_MOBILE", "CODE_ADDRESS", "REGISTER_ADDRESS", "API_TOKEN", "API_ADDRESS"} {
		env = append(env, "TARAZU_LIMITS_"+limit+"=100000/1h")
	}
	return config.Load("", append(env, more...))
}

// SPDX-License-Identifier: Apache-2.0

// Package identitytest is what the tests of modules that come after identity stand on:
// the platform and identity on one database. Outside of it only the provider of text
// messages answers, a double over HTTP; every other gateway is not there.
package identitytest

import (
	"io/fs"
	"log/slog"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/gateway/consular"
	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const (
	// Origin is the name of the log.
	Origin = "log.tarazu.example/1404"
	// BaseURL is where the program says that it is.
	BaseURL = "https://tarazu.example"
)

// Migrations are those of everything here.
var Migrations = []store.Migrations{jobs.Migrations, ledger.Migrations, web.Migrations, identity.Migrations}

// Parts are what a test adds.
type Parts struct {
	Words []fs.FS       // of the modules after identity
	Rules []policy.Part // of the same
	// SMS and Population are used instead of the provider SMS of the World, and of a
	// register that is not there.
	SMS        *sms.Client
	Population *population.Client
}

// World is the platform with identity.
type World struct {
	Log     *slog.Logger
	Jobs    *jobs.Runner
	Key     ledger.Key
	Ledger  *ledger.Ledger
	Catalog *i18n.Catalog
	Policy  *policy.Engine
	Phone   *sms.Double // the provider that SMS speaks to, unless Parts had another
	SMS     *sms.Client
	People  *identity.Service
}

// New builds a World; its jobs are run by Drain only.
func New(t testing.TB, db *store.DB, clk clock.Clock, p Parts) *World {
	t.Helper()
	w := &World{Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Phone: sms.NewDouble(sandboxtest.Token, clk), SMS: p.SMS}
	if w.SMS == nil {
		w.SMS = sms.New(sandboxtest.Link(t, w.Phone, clk))
	}
	if p.Population == nil {
		p.Population = population.New(nil)
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	w.Key, _, err = ledger.NewKey(Origin)
	check(err)
	w.Jobs = jobs.New(jobs.Deps{DB: db, Clock: clk, Log: w.Log})
	w.Ledger, err = ledger.New(ledger.Deps{DB: db, Clock: clk, Log: w.Log, Signer: w.Key.Signer(), Verifier: w.Key.VKey(), Origin: Origin})
	check(err)
	w.Catalog, err = i18n.NewCatalog(append([]fs.FS{i18n.Locale, web.Locale, identity.Locale}, p.Words...)...)
	check(err)
	w.Policy, err = policy.New(append([]policy.Part{identity.Part()}, p.Rules...)...)
	check(err)
	w.People, err = identity.New(identity.Deps{
		DB: db, Clock: clk, Log: w.Log, Jobs: w.Jobs, Ledger: w.Ledger, Policy: w.Policy, Catalog: w.Catalog, SMS: w.SMS,
		Population: p.Population, SimOwner: simowner.New(nil), Consular: consular.New(nil), Foreigners: foreigners.New(nil),
		Companies: companies.New(nil), Email: email.New(email.Options{}), CodeKey: make([]byte, 32), BaseURL: BaseURL,
		Argon: identity.Argon{Memory: 64, Time: 1},
	})
	check(err)
	w.People.Jobs()
	return w
}

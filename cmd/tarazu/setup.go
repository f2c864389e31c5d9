// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// loadCountry brings the courts to what a country file says.
func loadCountry(ctx context.Context, cfg config.Config, args []string, e env) error {
	var file []byte
	if args[0] != "--default" {
		if strings.HasPrefix(args[0], "-") {
			return errUsage
		}
		var err error
		if file, err = os.ReadFile(args[0]); err != nil {
			return err
		}
	}
	return withApp(ctx, cfg, func(a *app.App) error {
		country, err := authority.DefaultCountry()
		if file != nil {
			country, err = authority.ParseCountry(file)
		}
		if err == nil {
			err = a.Authority.Load(ctx, operator, country)
		}
		if err != nil {
			return readable(a, args[0], err)
		}
		if err := a.Docket.SyncCourts(ctx); err != nil {
			return err
		}
		branches := 0
		for _, u := range country.Units {
			branches += len(u.Branches)
		}
		fmt.Fprintf(e.out, "%d counties and %d court units with %d branches are loaded.\n", len(country.Counties), len(country.Units), branches)
		if country.Demo {
			fmt.Fprintln(e.out, "They are invented, for trials: load a file of your own before anybody files.")
		}
		return nil
	})
}

// newAdministrator is the file of `admin administrator`.
type newAdministrator struct {
	NationalCode string `json:"national_code"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	FatherName   string `json:"father_name"`
	Birth        string `json:"birth"` // "1362-08-08" or "1983-10-30"
	Mobile       string `json:"mobile"`
	TitleFA      string `json:"title_fa"` // of the post; may be left out
	TitleEN      string `json:"title_en"`
	Source       string `json:"source"` // what the appointment rests on
}

// administrator makes the account that makes all others. It has no password:
// its owner sets one as somebody does who has forgotten theirs, so that nobody
// else ever knows it.
func administrator(ctx context.Context, cfg config.Config, args []string, e env) error {
	body, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	var n newAdministrator
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&n); err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return withApp(ctx, cfg, func(a *app.App) error {
		judicialID, done, err := appoint(ctx, a, n)
		if err != nil {
			return readable(a, args[0], err)
		}
		fmt.Fprintf(e.out, "%s Its judicial ID is %s.\n", done, judicialID)
		fmt.Fprintf(e.out, "Whoever it belongs to sets a password at %s/login under \"Forgotten your password?\", with this mobile number at hand.\n", cfg.BaseURL)
		if missing := notConnected(cfg); len(missing) > 0 {
			fmt.Fprintf(e.out, "For that these must be connected (gateways.NAME.url), and are not: %s.\n", strings.Join(missing, ", "))
		}
		fmt.Fprintln(e.out, "The file holds personal data: remove it.")
		return nil
	})
}

// appoint enrols the person, unless that was done before, and gives the
// capacity. It may be run again after an interruption.
func appoint(ctx context.Context, a *app.App, n newAdministrator) (judicialID, done string, err error) {
	birth, err := civil.Parse(n.Birth)
	if err != nil {
		f := errs.Field{Name: "birth", Code: "civil.day.shape"}
		if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
			f.Code, f.Args = e.Code, e.Args
		}
		return "", "", errs.InvalidFields([]errs.Field{f})
	}
	p, err := a.Identity.Enrol(ctx, operator, identity.NewPerson{
		NationalCode: n.NationalCode, FirstName: n.FirstName, LastName: n.LastName, FatherName: n.FatherName,
		Birth: birth, Mobile: n.Mobile, Lang: i18n.FA, Assurance: identity.SeenInPerson,
	})
	done = "The administrator's account was made."
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code == "identity.person_exists" {
		p, err = known(ctx, a, n, birth)
		done = "There was an account already; it is an administrator's now."
	}
	if err != nil {
		return "", "", err
	}
	have, err := a.Identity.Capacities(ctx, p.ID)
	if err != nil {
		return "", "", err
	}
	today := civil.Of(a.Clock.Now())
	for _, c := range have {
		if c.Role == policy.Administrator && c.Holds(today) {
			return p.JudicialID, "The account is an administrator's already.", nil
		}
	}
	or := func(s, def string) string {
		if persian.Store(s) == "" {
			return def
		}
		return s
	}
	_, err = a.Identity.AddCapacity(ctx, operator, identity.Capacity{
		Person: p.ID, Role: policy.Administrator, From: today,
		TitleFA: or(n.TitleFA, "مدیر سامانه"), TitleEN: or(n.TitleEN, "Administrator"), Source: or(n.Source, "tarazu admin administrator"),
		Least: min(p.Assurance, identity.SeenRemotely), // what is ended by a recovery ends this as well
	})
	return p.JudicialID, done, err
}

// known is the account that is there, if it is that of the person in the file.
func known(ctx context.Context, a *app.App, n newAdministrator, birth civil.Day) (identity.Person, error) {
	code, err := persian.NationalCode(n.NationalCode)
	if err != nil {
		return identity.Person{}, err
	}
	mobile, err := persian.Mobile(n.Mobile)
	if err != nil {
		return identity.Person{}, err
	}
	p, found, err := a.Identity.FindByNationalCode(ctx, a.DB, code)
	if err != nil {
		return p, err
	}
	if !found || p.Birth != birth || p.Mobile != mobile {
		return p, errors.New("there is an account with this national code, with another birth date or mobile number: nothing was changed")
	}
	return p, nil
}

// notConnected names the outside systems that setting a password needs and
// that have no address.
func notConnected(cfg config.Config) []string {
	var names []string
	for _, g := range []struct {
		name string
		config.Gateway
	}{{"population", cfg.Gateways.Population}, {"simowner", cfg.Gateways.SIMOwner}, {"sms", cfg.Gateways.SMS}} {
		if g.URL == "" && !cfg.Demo {
			names = append(names, g.name)
		}
	}
	return names
}

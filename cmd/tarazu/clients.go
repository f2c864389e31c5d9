// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// newClient is the file of `admin client add`.
type newClient struct {
	NameFA    string      `json:"name_fa"`
	NameEN    string      `json:"name_en"`
	OwnerFA   string      `json:"owner_fa"`
	OwnerEN   string      `json:"owner_en"`
	Sector    string      `json:"sector"`
	Redirects []string    `json:"redirects"`
	Logouts   []string    `json:"logouts"`
	Scopes    []sso.Scope `json:"scopes"`
	Public    bool        `json:"public"`
}

// clients looks after the sites where people may sign in with their judicial
// identity.
func clients(ctx context.Context, cfg config.Config, args []string, e env) error {
	switch {
	case args[0] == "add" && len(args) == 2:
		return addClient(ctx, cfg, args[1], e)
	case args[0] == "list" && len(args) == 1:
		return withApp(ctx, cfg, func(a *app.App) error { return listClients(ctx, a, e) })
	case args[0] == "end" && len(args) == 2:
		return withApp(ctx, cfg, func(a *app.App) error {
			err := a.SSO.EndClient(ctx, operator, args[1])
			if errs.Is(err, errs.Conflict) {
				return fmt.Errorf("%s: there is no such site, or it was shut out before", args[1])
			}
			if err != nil {
				return err
			}
			fmt.Fprintln(e.out, "The site is shut out. What it was given is worth nothing from now on.")
			return nil
		})
	}
	return errUsage
}

func addClient(ctx context.Context, cfg config.Config, file string, e env) error {
	body, err := readTable(file)
	if err != nil {
		return err
	}
	return withApp(ctx, cfg, func(a *app.App) error {
		err := entry(body, func(n newClient) error {
			c, secret, err := a.SSO.AddClient(ctx, operator, sso.Client{
				NameFA: n.NameFA, NameEN: n.NameEN, OwnerFA: n.OwnerFA, OwnerEN: n.OwnerEN, Sector: n.Sector,
				Redirects: n.Redirects, Logouts: n.Logouts, Scopes: n.Scopes, Public: n.Public,
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(e.out, "The site was registered.\nissuer:        %s\nclient_id:     %s\n", cfg.BaseURL, c.ID)
			if secret != "" {
				fmt.Fprintf(e.out, "client_secret: %s\nThe secret is shown this once.\n", secret)
			}
			return nil
		})
		return readable(a, file, err)
	})
}

func listClients(ctx context.Context, a *app.App, e env) error {
	list, err := a.SSO.Clients(ctx, operator)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		fmt.Fprintln(e.out, "No site is registered.")
		return nil
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tOWNER\tSECTOR\tSCOPES\tSINCE\tSHUT OUT")
	for _, c := range list {
		var scopes []string
		for _, s := range c.Scopes {
			scopes = append(scopes, string(s))
		}
		ended := "-"
		if !c.Ended.IsZero() {
			ended = c.Ended.UTC().Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.ID, c.NameEN, c.OwnerEN, c.Sector, strings.Join(scopes, ","), c.Created.UTC().Format(time.DateOnly), ended)
	}
	return w.Flush()
}

// signingKeys looks after the keys that sign ID tokens.
func signingKeys(ctx context.Context, cfg config.Config, args []string, e env) error {
	return withApp(ctx, cfg, func(a *app.App) error {
		switch strings.Join(args, " ") {
		case "list":
			keys, err := a.SSO.SigningKeys(ctx, operator)
			if err != nil {
				return err
			}
			if len(keys) == 0 {
				fmt.Fprintln(e.out, "There is no key yet; the first sign-in at a site makes one.")
				return nil
			}
			w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "ID\tSIGNS FROM\tSIGNS UNTIL\tTRUSTED UNTIL")
			for _, k := range keys {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", k.ID, k.Signs.UTC().Format(time.RFC3339), k.Until.UTC().Format(time.RFC3339), k.Leaves.UTC().Format(time.RFC3339))
			}
			return w.Flush()
		case "rotate", "rotate drop":
			if err := a.SSO.RotateKey(ctx, operator, len(args) > 1); err != nil {
				return err
			}
			fmt.Fprintln(e.out, "A new key signs. Running servers know it within a minute.")
			return nil
		}
		return errUsage
	})
}

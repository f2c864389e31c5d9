// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"
	"crypto/subtle"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Client is a site where people may sign in with their judicial identity.
type Client struct {
	ID               string
	NameFA, NameEN   string
	OwnerFA, OwnerEN string // whose site it is, as a person knows them
	Sector           string // host; sites of one sector know a person by the same subject
	Redirects        []string
	Logouts          []string
	Scopes           []Scope // that it may ask for
	Public           bool    // it can keep no secret: an app, a page of script
	Created, Ended   time.Time
	Act              string // key of the act of registering it: a second one gives the site anew, under a new secret

	secret string // SHA-256
}

// Name is what the site is called.
func (c Client) Name(l i18n.Lang) string {
	if l == i18n.EN {
		return c.NameEN
	}
	return c.NameFA
}

// Owner is whose site it is.
func (c Client) Owner(l i18n.Lang) string {
	if l == i18n.EN {
		return c.OwnerEN
	}
	return c.OwnerFA
}

// sameAct is how long a second press counts as the same registration.
const sameAct = 10 * time.Minute

// maxClientName bounds names, in characters.
const maxClientName = 100

// AddClient registers a site. secret is known only to this answer; it is "" for
// a public one. errs.Invalid names what is wrong, by the names of the fields in
// a file: name_fa, redirects, …
func (s *Service) AddClient(ctx context.Context, by policy.Actor, c Client) (_ Client, secret string, err error) {
	defer errs.Wrap(&err, "sso.AddClient")
	if err := s.d.Policy.Check(by, "identity.sso_administer", administration); err != nil {
		return Client{}, "", err
	}
	c.NameFA, c.NameEN = persian.Store(c.NameFA), persian.Store(c.NameEN)
	c.OwnerFA, c.OwnerEN = persian.Store(c.OwnerFA), persian.Store(c.OwnerEN)
	c.Scopes = either([]Scope{Openid}, c.Scopes)
	if err := errs.InvalidFields(s.clientFaults(&c)); err != nil {
		return Client{}, "", err
	}
	if c.Act == "" {
		c.Act = id.New()
	}
	c.ID = "site-" + strings.ToLower(c.Act)
	row := clientRow{
		ID: c.ID, NameFA: c.NameFA, NameEN: c.NameEN, OwnerFA: c.OwnerFA, OwnerEN: c.OwnerEN, Sector: c.Sector,
		Redirects: strings.Join(c.Redirects, "\n"), Logouts: strings.Join(c.Logouts, "\n"), Scopes: join(c.Scopes), By: by.Person,
	}
	if !c.Public {
		secret = "tarazu_site_" + id.Secret(32)
		row.Secret = hash(secret)
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		row.Created = store.At(tx.Now())
		// A double click: the first answer never reached anybody.
		n, err := tx.ExecN(ctx, sqlRenewClient, row.ID, row.Secret, by.Person, store.At(tx.Now().Add(-sameAct)))
		if err != nil || n == 1 {
			return err
		}
		if err := store.Insert(ctx, tx, "identity_sso_client", row); err != nil {
			return err
		}
		return s.stage(ctx, tx, "identity.sso_client_added", c.ID, c.ID, by, map[string]any{
			"client": c.ID, "name": c.NameFA, "owner": c.OwnerFA, "sector": c.Sector, "redirects": row.Redirects, "scopes": row.Scopes,
		})
	})
	return row.client(), secret, err
}

// clientFaults checks a new site and fills in its sector.
func (s *Service) clientFaults(c *Client) (faults []errs.Field) {
	fail := func(name, code string) { faults = append(faults, errs.Field{Name: name, Code: code}) }
	for _, f := range []struct{ name, text string }{
		{"name_fa", c.NameFA}, {"name_en", c.NameEN}, {"owner_fa", c.OwnerFA}, {"owner_en", c.OwnerEN},
	} {
		if n := utf8.RuneCountInString(f.text); n == 0 || n > maxClientName || strings.ContainsAny(f.text, "\n\t") {
			fail(f.name, "identity.sso.client.text")
		}
	}
	if len(c.Redirects) == 0 {
		fail("redirects", "identity.sso.client.redirect")
	}
	hosts := map[string]bool{}
	for _, list := range []struct {
		name string
		uris []string
	}{{"redirects", c.Redirects}, {"logouts", c.Logouts}} {
		for _, uri := range list.uris {
			host, ok := s.site(uri)
			if !ok {
				fail(list.name, "identity.sso.client.redirect")
				break
			}
			hosts[host] = true
		}
	}
	switch {
	case c.Sector == "" && len(hosts) > 1:
		fail("sector", "identity.sso.client.sector")
	case c.Sector == "":
		for host := range hosts {
			c.Sector = host
		}
	case strings.ContainsAny(c.Sector, "/:@*? \t\n") || c.Sector != strings.ToLower(c.Sector):
		fail("sector", "identity.sso.client.sector")
	}
	return faults
}

// site checks an address to which people are sent back, and gives its host. It
// is compared letter for letter later, so only one way of writing it is taken;
// nothing in it may stand for something else.
func (s *Service) site(uri string) (host string, ok bool) {
	u, err := url.Parse(uri)
	if err != nil || len(uri) > 500 || u.String() != uri || u.Host == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" ||
		strings.ContainsAny(uri, "*# \t\r\n\\") || u.Hostname() != strings.ToLower(u.Hostname()) {
		return "", false
	}
	for name := range u.Query() {
		if slices.Contains([]string{"code", "state", "iss", "error", "error_description"}, name) {
			return "", false // would stand there twice
		}
	}
	loopback := u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
	return u.Hostname(), u.Scheme == "https" || u.Scheme == "http" && loopback && s.insecure()
}

// EndClient shuts a site out: what it was given is worth nothing from now on.
// errs.Conflict: there is no such site, or it was shut out before.
func (s *Service) EndClient(ctx context.Context, by policy.Actor, clientID string) (err error) {
	defer errs.Wrap(&err, "sso.EndClient")
	if err := s.d.Policy.Check(by, "identity.sso_administer", administration); err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, sqlEndClient, clientID, store.At(tx.Now())); err != nil {
			return err
		}
		return s.stage(ctx, tx, "identity.sso_client_ended", clientID, clientID, by, map[string]any{"client": clientID})
	})
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "identity.sso.client.gone").Because(err)
	}
	return err
}

// Clients lists the sites, those that are shut out too.
func (s *Service) Clients(ctx context.Context, by policy.Actor) (_ []Client, err error) {
	defer errs.Wrap(&err, "sso.Clients")
	if err := s.d.Policy.Check(by, "identity.sso_administer", administration); err != nil {
		return nil, err
	}
	rows, err := store.All[clientRow](ctx, s.d.DB, sqlClients)
	out := make([]Client, len(rows))
	for i, r := range rows {
		out[i] = r.client()
	}
	return out, err
}

// client finds a site that is not shut out. errs.NotFound, code
// identity.sso.client.gone.
func (s *Service) client(ctx context.Context, q store.Querier, clientID string) (Client, error) {
	row, found, err := store.Find[clientRow](ctx, q, sqlClient, clientID)
	if err == nil && (!found || !row.Ended.IsZero()) {
		err = errs.New(errs.NotFound, "identity.sso.client.gone")
	}
	return row.client(), err
}

// authentic compares a secret without telling by its time how much is right.
func (c Client) authentic(secret string) bool {
	return !c.Public && subtle.ConstantTimeCompare([]byte(hash(secret)), []byte(c.secret)) == 1
}

// isNew tells whether people should look twice.
func (c Client) isNew(now time.Time) bool { return now.Sub(c.Created) < newClient }

// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"log/slog"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/gateway/consular"
	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/messenger"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/gateway/timestamp"
	"github.com/tarazu/tarazu/internal/gateway/webpush"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// Doubles are the outside systems of a demo country, offered over HTTP on the
// loopback interface to the same clients that speak with the real ones.
type Doubles struct {
	Population *population.Double
	SimOwner   *simowner.Double
	SMS        *sms.Double
	Payments   *payments.Double
	Timestamp  *timestamp.Double
	Consular   *consular.Double
	Foreigners *foreigners.Double
	Companies  *companies.Double
	Email      *email.Double
	Bale       *messenger.Double
	Telegram   *messenger.Double
	Push       *webpush.Double

	Proofing    *proofing.Double
	Professions *professions.Double

	token  string
	server *sandbox.Server
	smtp   string // where Email listens

	watchers *watchers // nil: nobody watches the log
}

// NewDoubles starts the doubles on a free loopback port.
func NewDoubles(clk clock.Clock, log *slog.Logger) (*Doubles, error) {
	token := id.Secret(24)
	d := &Doubles{
		Population: population.NewDouble(token), SimOwner: simowner.NewDouble(token), SMS: sms.NewDouble(token, clk),
		Consular: consular.NewDouble(token), Foreigners: foreigners.NewDouble(token), Companies: companies.NewDouble(token),
		Bale: messenger.NewDouble(messenger.Bale, token, clk), Telegram: messenger.NewDouble(messenger.Telegram, token, clk),
		Email: email.NewDouble(token, clk), Professions: professions.NewDouble(token), token: token,
	}
	d.Push = webpush.NewDouble(clk, func() string { return d.server.URL(webpush.Name) })
	d.Proofing = proofing.NewDouble(proofing.DoubleOptions{
		Token: token, Clock: clk, PublicURL: func() string { return d.server.URL(proofing.Name) },
	})
	d.Payments = payments.NewDouble(payments.DoubleOptions{
		Token: token, Clock: clk, PublicURL: func() string { return d.server.URL(payments.Name) },
	})
	var err error
	if d.Timestamp, err = timestamp.NewDouble(token, clk); err != nil {
		return nil, err
	}
	d.server, err = sandbox.Serve("127.0.0.1:0", log, d.Population, d.SimOwner, d.SMS, d.Payments, d.Timestamp,
		d.Consular, d.Foreigners, d.Companies, d.Email, d.Proofing, d.Professions, d.Bale, d.Telegram, d.Push)
	if err != nil {
		return nil, err
	}
	if d.smtp, err = d.Email.Start(); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Doubles) close(ctx context.Context) error {
	d.Email.Close()
	err := d.server.Close(ctx)
	if d.watchers != nil {
		err = errors.Join(err, d.watchers.close(ctx))
	}
	return err
}

// outside are the clients of the outside systems.
type outside struct {
	population *population.Client
	simowner   *simowner.Client
	sms        *sms.Client
	payments   *payments.Client
	timestamp  *timestamp.Client
	consular   *consular.Client
	foreigners *foreigners.Client
	companies  *companies.Client
	email      *email.Client

	proofing    *proofing.Client
	professions *professions.Client
	messengers  []*messenger.Client
	links       []*link.Link // below them

	shares     map[string]int    // of text messages, to each provider but the first
	reportKeys map[string][]byte // under which providers sign their reports
}

// connect makes the clients; where no address is configured, a double answers
// in a demo country, and nobody elsewhere: such a system counts as down.
func connect(cfg config.Config, d *Doubles, clk clock.Clock, log *slog.Logger) (outside, error) {
	var links []*link.Link
	to := func(name string, g config.Gateway) *link.Link {
		opts := link.Options{Name: name, BaseURL: g.URL, Token: g.Token, Timeout: g.Timeout, Log: log, Clock: clk}
		if g.URL == "" && d != nil {
			opts.BaseURL, opts.Token = d.server.URL(name), d.token
		}
		links = append(links, link.New(opts))
		return links[len(links)-1]
	}
	out := outside{
		population: population.New(to(population.Name, cfg.Gateways.Population)),
		simowner:   simowner.New(to(simowner.Name, cfg.Gateways.SIMOwner)),
		sms:        senders(cfg, to),
		shares:     map[string]int{sms.Second: cfg.Gateways.SMS2Share},
		reportKeys: map[string][]byte{sms.Name: []byte(cfg.Gateways.SMSReportKey), sms.Second: []byte(cfg.Gateways.SMS2ReportKey)},
		payments:   payments.New(to(payments.Name, cfg.Gateways.Payments)),
		consular:   consular.New(to(consular.Name, cfg.Gateways.Consular)),
		foreigners: foreigners.New(to(foreigners.Name, cfg.Gateways.Foreigners)),
		companies:  companies.New(to(companies.Name, cfg.Gateways.Companies)),

		proofing:    proofing.New(to(proofing.Name, cfg.Gateways.Proofing)),
		professions: professions.New(to(professions.Name, cfg.Gateways.Professions)),
	}
	for _, m := range []struct {
		name      string
		gateway   config.Gateway
		page, key string
	}{
		{messenger.Bale, cfg.Gateways.Bale, cfg.Gateways.BalePage, cfg.Gateways.BaleHookKey},
		{messenger.Telegram, cfg.Gateways.Telegram, cfg.Gateways.TelegramPage, cfg.Gateways.TelegramHookKey},
	} {
		if m.gateway.URL == "" && d != nil { // whose pages are ours, and which is asked
			m.page, m.key = cfg.BaseURL+pathChats+"/"+m.name, ""
		}
		out.messengers = append(out.messengers, messenger.New(messenger.Options{Link: to(m.name, m.gateway), Page: m.page, HookKey: m.key}))
	}
	post, user, from := cfg.Gateways.Email, cfg.Gateways.EmailUser, cfg.Gateways.EmailFrom
	if post.URL == "" && d != nil {
		post.URL, post.Token, user, from = d.smtp, d.token, email.DoubleUser, "noreply@tarazu.invalid"
	}
	out.email = email.New(email.Options{Link: to(email.Name, post), Clock: clk, User: user, From: from})
	own := cfg.Gateways.Timestamp
	if own.URL == "" && d != nil {
		own.URL, own.Token = d.server.URL(timestamp.Name)+timestamp.Path, d.token
	}
	roots, err := stampRoots(cfg, d)
	if err != nil {
		return out, err
	}
	out.timestamp = timestamp.New(timestamp.Options{Link: to(timestamp.Name, own), Clock: clk, Roots: roots})
	out.links = links
	return out, nil
}

// senders are the providers of text messages: a second one only if it is
// configured.
func senders(cfg config.Config, to func(name string, g config.Gateway) *link.Link) *sms.Client {
	first := to(sms.Name, cfg.Gateways.SMS)
	if cfg.Gateways.SMS2.URL == "" {
		return sms.New(first)
	}
	return sms.New(first, to(sms.Second, cfg.Gateways.SMS2))
}

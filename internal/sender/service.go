// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"errors"
	"log/slog"

	"github.com/tarazu/tarazu/internal/gateway/outward"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this module.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this module, 29001 and on.
var Migrations = store.Migrations{Module: "sender", FS: migrations}

// Deps are what a Service needs.
type Deps struct {
	DB       *store.DB
	Clock    clock.Clock
	Log      *slog.Logger
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Catalog  *i18n.Catalog
	Identity *identity.Service
	Notice   *notice.Service
	Bulk     *bulk.Service

	// Key is the secret from which those that seal are derived: at least 32 bytes,
	// the same in all processes.
	Key []byte
	// Local lets webhooks go to loopback addresses and over plain HTTP: in a demo
	// country and in tests.
	Local bool
}

// Service is the other organisations that send. It is safe for concurrent use.
type Service struct {
	d      Deps
	rules  Rules
	keeper *program.Keeper
}

// New makes the service. Call Jobs and mount Routes before it is used.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "sender.New")
	if d.DB == nil || d.Clock == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Catalog == nil || d.Identity == nil || d.Notice == nil || d.Bulk == nil || len(d.Key) < 32 {
		return nil, errors.New("a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{d: d}
	if s.rules, err = DefaultRules(); err != nil {
		return nil, err
	}
	s.keeper, err = program.New(program.Deps{
		DB: d.DB, Clock: d.Clock, Log: d.Log, Jobs: d.Jobs, Purpose: "sender", About: "tarazu sender webhook secrets",
		Bounds: program.Bounds{Keys: s.rules.KeysMax, KeyDays: s.rules.KeyDays, Waits: s.rules.Waits, Overlap: s.rules.OverlapHours},
		Key:    d.Key, Out: outward.Client(d.Local), Local: d.Local,
	})
	return s, err
}

// Rules is what holds for all senders.
func (s *Service) Rules() Rules { return s.rules }

func (s *Service) derive(what string) []byte {
	h := hmac.New(sha256.New, s.d.Key)
	h.Write([]byte(what))
	return h.Sum(nil)
}

func (s *Service) stage(ctx context.Context, tx *store.Tx, event, body, subject string, by policy.Actor, content map[string]any) (string, error) {
	text, err := ledger.Canonical(content)
	if err != nil {
		return "", err
	}
	return s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Time: tx.Now(), Owner: body, Subject: subject, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For, Content: text,
	})
}

// manages checks that the actor may act for the body for which they stand.
func (s *Service) manages(a policy.Actor) error {
	if a.For == "" {
		return errs.New(errs.Forbidden, "sender.not_body")
	}
	return s.d.Policy.Check(a, "sender.manage", resource(a.For))
}

func (s *Service) sees(a policy.Actor) error {
	if a.For == "" {
		return errs.New(errs.Forbidden, "sender.not_body")
	}
	return s.d.Policy.Check(a, "sender.view", resource(a.For))
}

func wrong(list *[]errs.Field, name, code string, args ...any) {
	*list = append(*list, errs.Field{Name: name, Code: code, Args: args})
}

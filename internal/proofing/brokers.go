// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// askBrokers is how old the list of brokers may be.
const askBrokers = 10 * time.Minute

// Brokers lists who offers proofing by video, the cheapest first. fresh is false
// if they were not heard of lately: then the list is what they said last, and may
// be empty.
func (s *Service) Brokers(ctx context.Context) (_ []Broker, fresh bool, err error) {
	defer errs.Wrap(&err, "proofing.Brokers")
	list, err := s.knownBrokers(ctx)
	if err != nil {
		return nil, false, err
	}
	now := s.d.Clock.Now()
	old := func(b Broker) bool { return now.Sub(b.Seen) >= askBrokers }
	if len(list) > 0 && !slices.ContainsFunc(list, old) {
		return list, true, nil
	}
	said, err := s.d.Gateway.Brokers(ctx)
	if errs.Is(err, errs.Unavailable) {
		return list, false, nil
	}
	if err == nil {
		err = s.noteBrokers(ctx, said)
	}
	if err != nil {
		return nil, false, err
	}
	list, err = s.knownBrokers(ctx)
	return list, true, err
}

func (s *Service) knownBrokers(ctx context.Context) ([]Broker, error) {
	rows, err := store.All[brokerRow](ctx, s.d.DB, selectBrokers)
	out := make([]Broker, len(rows))
	for i, r := range rows {
		out[i] = r.broker()
	}
	return out, err
}

// noteBrokers keeps what the brokers said: a new name or price is a new row, and
// the old one stays with its end.
func (s *Service) noteBrokers(ctx context.Context, said []proofing.Broker) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := store.At(tx.Now())
		rows, err := store.All[brokerRow](ctx, tx, selectBrokers)
		if err != nil {
			return err
		}
		same := func(r brokerRow, b proofing.Broker) bool {
			return r.ID == b.ID && r.NameFA == b.NameFA && r.NameEN == b.NameEN && r.Price == b.PriceRials
		}
		for _, r := range rows {
			change := endBroker
			if slices.ContainsFunc(said, func(b proofing.Broker) bool { return same(r, b) }) {
				change = seeBroker
			}
			if err := tx.Exec(ctx, change, r.ID, r.Since, now); err != nil {
				return err
			}
		}
		for _, b := range said {
			if slices.ContainsFunc(rows, func(r brokerRow) bool { return same(r, b) }) {
				continue
			}
			if err := store.Insert(ctx, tx, "proofing_broker", brokerRow{ID: b.ID, Since: now, NameFA: b.NameFA, NameEN: b.NameEN, Price: b.PriceRials, Seen: now}); err != nil {
				return err
			}
		}
		return nil
	})
}

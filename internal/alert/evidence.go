// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// The kinds of evidence of this module, beside alert.wishes and alert.bounce_closed.
const (
	eventSent      = "alert.sent"      // a provider has the message
	eventDelivered = "alert.delivered" // and says that it arrived
	eventFailed    = "alert.failed"    // and will not be tried again
	eventUnknown   = "alert.unknown"   // nobody ever said
	eventBounced   = "alert.bounced"   // nothing arrives at this address
	eventDropped   = "alert.dropped"   // nothing was sent
	eventGivenUp   = "alert.given_up"
	eventLinked    = "alert.linked" // a chat was connected, or works again
	eventUnlinked  = "alert.unlinked"
	eventOptedOut  = "alert.opted_out" // a channel was turned off
)

// Why an alert was dropped.
const (
	whyNoChannel = "alert.why.no_channel"
	whyUnwanted  = "alert.why.unwanted"
	whyGivenUp   = "alert.why.given_up"
)

// events are the evidence of what became of a message. A failure after which the
// message is tried again is none: it is one message.
var events = map[string]string{Sent: eventSent, Delivered: eventDelivered, Failed: eventFailed, Spent: eventFailed, Unknown: eventUnknown}

// provedTx is the evidence of what became of a message, in the transaction that
// writes it down.
func (s *Service) provedTx(ctx context.Context, tx *store.Tx, r tryRow) error {
	event, ok := events[r.State]
	if !ok {
		return nil
	}
	var reasons []string
	switch r.State {
	case Failed:
		reasons = []string{r.Code}
	case Spent:
		reasons = []string{whyGivenUp, r.Code}
	}
	return s.eventTx(ctx, tx, event, r, reasons)
}

// eventTx writes one piece of evidence. Its subject is the thing that the alert is
// about; no address and no words stand in it.
func (s *Service) eventTx(ctx context.Context, tx *store.Tx, event string, r tryRow, reasons []string) error {
	members := map[string]string{"kind": r.Kind, "channel": r.Channel}
	if r.Provider != "" {
		members["provider"] = r.Provider
	}
	_, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: r.Owner, Subject: r.Ref, Actor: systemActor, Role: string(policy.System), Reasons: reasons, Members: members,
	})
	return err
}

// systemActor is who acts where nobody does.
const systemActor = "system"

// endedTx is the evidence that an alert came to nothing.
func (s *Service) endedTx(ctx context.Context, tx *store.Tx, r alertRow, todo step) error {
	event, why := eventDropped, whyNoChannel
	switch {
	case todo.state == Dead:
		event, why = eventGivenUp, whyGivenUp
	case todo.unwanted:
		why = whyUnwanted
	}
	_, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: r.Owner, Subject: r.Ref, Actor: systemActor, Role: string(policy.System), Reasons: []string{why}, Members: map[string]string{"kind": r.Kind},
	})
	return err
}

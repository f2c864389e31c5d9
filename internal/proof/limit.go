// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"net/netip"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
)

// Limit lets N checks happen at once, and then N more for each Per. N = 0 is no
// limit.
type Limit struct {
	N   int
	Per time.Duration
}

// mostAddresses bounds what the brake remembers.
const mostAddresses = 20_000

// brake counts the checks of each network address, in the memory of this
// process alone: nobody's address is written down. It keeps the time until
// which an address has used up its share, as identity's limits do.
type brake struct {
	clock clock.Clock
	limit Limit

	mu   sync.Mutex
	till map[netip.Prefix]time.Time // guarded by mu
}

func newBrake(c clock.Clock, l Limit) *brake {
	return &brake{clock: c, limit: l, till: map[netip.Prefix]time.Time{}}
}

// take counts one check; wait is how long to wait if it is one too many.
func (b *brake) take(address string) (wait time.Duration) {
	if b.limit.N <= 0 {
		return 0
	}
	network := of(address)
	now, every := b.clock.Now(), b.limit.Per/time.Duration(b.limit.N)
	b.mu.Lock()
	defer b.mu.Unlock()
	till := b.till[network]
	if till.Before(now) {
		till = now
	}
	if over := till.Sub(now) - time.Duration(b.limit.N-1)*every; over > 0 {
		return over
	}
	if len(b.till) >= mostAddresses {
		b.forget(now)
	}
	b.till[network] = till.Add(every)
	return 0
}

// forget drops what no longer counts, and everything if that is not enough: a
// flood from very many addresses is not for this brake to stop.
func (b *brake) forget(now time.Time) {
	for a, till := range b.till {
		if !till.After(now) {
			delete(b.till, a)
		}
	}
	if len(b.till) >= mostAddresses {
		clear(b.till)
	}
}

// of is whom an address belongs to: itself, or the usual network of one
// subscriber in IPv6 (RFC 6177).
func of(address string) netip.Prefix {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

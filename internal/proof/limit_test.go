// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"fmt"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
)

func TestTheBrakeForgets(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2025, 5, 10, 6, 30, 0, 0, time.UTC))
	b := newBrake(clk, Limit{N: 1, Per: time.Minute})
	for i := range mostAddresses + 10 {
		b.take(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255))
	}
	if len(b.till) > mostAddresses {
		t.Errorf("%d addresses are remembered", len(b.till))
	}
	if b.take("2001:db8:1:2::1") != 0 || b.take("2001:db8:1:2:3::9") == 0 {
		t.Error("two addresses of one subscriber count apart")
	}
	if b.take("not an address") != 0 || b.take("") == 0 {
		t.Error("what is no address is not counted as one")
	}
	off := newBrake(clk, Limit{})
	for range 100 {
		if off.take("10.0.0.1") != 0 {
			t.Fatal("counted although there is no limit")
		}
	}
}

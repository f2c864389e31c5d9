// SPDX-License-Identifier: Apache-2.0

package simowner_test

import (
	"context"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/platform/clock"
)

const (
	code   = "0000000019"
	mobile = "+989120000019"
)

func TestModes(t *testing.T) {
	t.Parallel()
	sandboxtest.Run(t, sandboxtest.Case{Reads: true, Make: func(t *testing.T, _ clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
		d := simowner.NewDouble(sandboxtest.Token)
		d.Add(simowner.Pair{NationalCode: code, Mobile: mobile})
		return d, func(ctx context.Context, l *link.Link) error {
			owns, err := simowner.New(l).Owns(ctx, code, mobile)
			if owns != (err == nil) {
				t.Errorf("owns %t with error %v", owns, err)
			}
			return err
		}
	}})
}

func TestOwns(t *testing.T) {
	t.Parallel()
	d := simowner.NewDouble(sandboxtest.Token)
	d.Add(simowner.Pair{NationalCode: code, Mobile: mobile}, simowner.Pair{NationalCode: "0000000027", Mobile: "+989120000027"})
	c := simowner.New(sandboxtest.Link(t, d, clock.NewFake(sandboxtest.Start)))
	for _, x := range []struct {
		code, mobile string
		want         bool
	}{
		{code, mobile, true},
		{code, "+989120000027", false},
		{code, "+989120000099", false},
		{"0000000027", "+989120000027", true},
	} {
		if got, err := c.Owns(t.Context(), x.code, x.mobile); err != nil || got != x.want {
			t.Errorf("%s %s: got %t, %v, want %t", x.code, x.mobile, got, err, x.want)
		}
	}
}

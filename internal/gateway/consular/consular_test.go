// SPDX-License-Identifier: Apache-2.0

package consular_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/consular"
	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

func who(t *testing.T) consular.Person {
	t.Helper()
	birth, err := civil.FromJalali(1361, 7, 2)
	if err != nil {
		t.Fatal(err)
	}
	return consular.Person{
		NationalCode: "0000000019", FirstName: "نسرین", LastName: "امینی", FatherName: "رضا", Birth: birth, Passport: "A12345678",
		Country: "DE", Mobile: "+491700000019", Email: "nasrin@example.org", Mission: "سرکنسولگری هامبورگ", Until: birth.Add(20_000),
	}
}

func system(t *testing.T) *consular.Double {
	t.Helper()
	d := consular.NewDouble(sandboxtest.Token)
	for _, s := range []consular.State{consular.Confirmed, consular.Pending, consular.Refused, consular.Expired, "odd"} {
		d.Add(consular.Entry{Reference: "MK-" + string(s), State: s, Person: who(t)})
	}
	return d
}

func TestModes(t *testing.T) {
	t.Parallel()
	sandboxtest.Run(t, sandboxtest.Case{Reads: true, Make: func(t *testing.T, _ clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
		return system(t), func(ctx context.Context, l *link.Link) error {
			p, err := consular.New(l).Confirm(ctx, "MK-confirmed", who(t).Birth)
			if err == nil && p != who(t) {
				t.Errorf("got %+v", p)
			}
			return err
		}
	}})
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	c := consular.New(sandboxtest.Link(t, system(t), clock.NewFake(sandboxtest.Start)))
	birth := who(t).Birth
	for _, x := range []struct {
		reference string
		birth     civil.Day
		kind      errs.Kind
		code      string
	}{
		{"MK-confirmed", birth + 1, errs.NotFound, "gateway.consular.no_match"},
		{"MK-pending", birth + 1, errs.NotFound, "gateway.consular.no_match"},
		{"MK-none", birth, errs.NotFound, "gateway.consular.no_match"},
		{"MK-pending", birth, errs.Conflict, "gateway.consular.pending"},
		{"MK-refused", birth, errs.Conflict, "gateway.consular.refused"},
		{"MK-expired", birth, errs.Conflict, "gateway.consular.expired"},
		{"MK-odd", birth, errs.Unavailable, "gateway.consular.down"},
	} {
		p, err := c.Confirm(t.Context(), x.reference, x.birth)
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Kind != x.kind || e.Code != x.code || p != (consular.Person{}) {
			t.Errorf("%s: got %+v, %v, want %s", x.reference, p, err, x.code)
		}
	}
}

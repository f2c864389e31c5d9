// SPDX-License-Identifier: Apache-2.0

package companies_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

var (
	company = companies.Entity{NationalID: "10999999990", RegistrationNumber: "12345", Kind: companies.Company, Name: "شرکت نمونهٔ البرز",
		Founded: 12_000, State: companies.Active, Officers: []companies.Officer{
			{NationalCode: "0000000019", FirstName: "مریم", LastName: "کریمی", Office: companies.Director, From: 19_000, Until: 19_999},
			{NationalCode: "0000000027", FirstName: "حسن", LastName: "یزدی", Office: companies.Representative, From: 19_000},
		}}
	body = companies.Entity{NationalID: "14000278290", Code: "110500", Kind: companies.Body, Name: "ادارهٔ نمونه", State: companies.Active}
	odd  = companies.Entity{NationalID: "10999999991", RegistrationNumber: "1", Kind: companies.Company, Name: "ناقص", State: companies.Active,
		Officers: []companies.Officer{{NationalCode: "0000000019", Office: "king"}}}
)

func register() *companies.Double {
	d := companies.NewDouble(sandboxtest.Token)
	d.Add(company, body, odd)
	return d
}

func TestModes(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		want companies.Entity
		ask  func(ctx context.Context, c *companies.Client) (companies.Entity, error)
	}{
		"company": {company, func(ctx context.Context, c *companies.Client) (companies.Entity, error) {
			return c.Company(ctx, company.NationalID, company.RegistrationNumber)
		}},
		"body": {body, func(ctx context.Context, c *companies.Client) (companies.Entity, error) {
			return c.GovernmentBody(ctx, body.Code)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sandboxtest.Run(t, sandboxtest.Case{Reads: true, Make: func(t *testing.T, _ clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
				return register(), func(ctx context.Context, l *link.Link) error {
					e, err := x.ask(ctx, companies.New(l))
					if err == nil && !reflect.DeepEqual(e, x.want) {
						t.Errorf("got %+v", e)
					}
					return err
				}
			}})
		})
	}
}

func TestNoMatch(t *testing.T) {
	t.Parallel()
	c := companies.New(sandboxtest.Link(t, register(), clock.NewFake(sandboxtest.Start)))
	for _, x := range [][2]string{{company.NationalID, "54321"}, {company.NationalID, ""}, {"", ""}, {"10999999999", "12345"}, {body.NationalID, ""}} {
		if e, err := c.Company(t.Context(), x[0], x[1]); !errs.Is(err, errs.NotFound) {
			t.Errorf("%v: got %+v, %v, want NotFound", x, e, err)
		}
	}
	if e, err := c.GovernmentBody(t.Context(), "110501"); !errs.Is(err, errs.NotFound) {
		t.Errorf("unknown body: got %+v, %v", e, err)
	}
	if e, err := c.Company(t.Context(), odd.NationalID, "1"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("unknown office: got %+v, %v, want Unavailable", e, err)
	}
}

func TestActs(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		code string
		day  int
		want companies.Office
	}{
		{"0000000019", 18_999, ""}, {"0000000019", 19_000, companies.Director}, {"0000000019", 19_999, companies.Director}, {"0000000019", 20_000, ""},
		{"0000000027", 90_000, companies.Representative}, {"0000000108", 19_500, ""},
	} {
		o, ok := company.Acts(x.code, company.Founded.Add(x.day-12_000))
		if ok != (x.want != "") || o.Office != x.want {
			t.Errorf("%s on %d: %v %t", x.code, x.day, o, ok)
		}
	}
}

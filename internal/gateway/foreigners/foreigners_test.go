// SPDX-License-Identifier: Apache-2.0

package foreigners_test

import (
	"context"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

const birth = civil.Day(5000)

var (
	resident = foreigners.Person{Code: "101234567890", Passport: "P0000019", Country: "AF", FirstName: "نجیب", LastName: "احمدزی",
		FatherName: "کریم", LatinFirst: "Najib", LatinLast: "Ahmadzai", Birth: birth, Status: foreigners.Resident, Until: 25_000}
	refugee = foreigners.Person{Code: "10123456", Country: "IQ", FirstName: "سارا", LastName: "حسن", Birth: birth, Status: foreigners.Refugee}
	visitor = foreigners.Person{Passport: "P0000019", Country: "DE", FirstName: "آنا", LastName: "مایر", Birth: birth, Status: foreigners.Visitor}
)

func register() *foreigners.Double {
	d := foreigners.NewDouble(sandboxtest.Token)
	d.Add(resident, refugee, visitor, foreigners.Person{Code: "10123457", Country: "IQ", FirstName: "الف", LastName: "ب", Birth: birth, Status: "odd"})
	return d
}

func TestModes(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(ctx context.Context, c *foreigners.Client) (foreigners.Person, error){
		"code": func(ctx context.Context, c *foreigners.Client) (foreigners.Person, error) {
			return c.ByCode(ctx, resident.Code, birth)
		},
		"passport": func(ctx context.Context, c *foreigners.Client) (foreigners.Person, error) {
			return c.ByPassport(ctx, "AF", resident.Passport, birth)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sandboxtest.Run(t, sandboxtest.Case{Reads: true, Make: func(t *testing.T, _ clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
				return register(), func(ctx context.Context, l *link.Link) error {
					p, err := ask(ctx, foreigners.New(l))
					if err == nil && p != resident {
						t.Errorf("got %+v", p)
					}
					return err
				}
			}})
		})
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	d := register()
	c := foreigners.New(sandboxtest.Link(t, d, clock.NewFake(sandboxtest.Start)))
	if p, err := c.ByCode(t.Context(), refugee.Code, birth); err != nil || p != refugee {
		t.Errorf("refugee: got %+v, %v", p, err)
	}
	// The same number on the passport of another country is another person.
	if p, err := c.ByPassport(t.Context(), "DE", "P0000019", birth); err != nil || p != visitor {
		t.Errorf("visitor: got %+v, %v", p, err)
	}
	for name, ask := range map[string]func() error{
		"wrong birth": func() error { _, err := c.ByCode(t.Context(), resident.Code, birth+1); return err },
		"unknown":     func() error { _, err := c.ByCode(t.Context(), "99999999", birth); return err },
		"no code":     func() error { _, err := c.ByCode(t.Context(), "", birth); return err },
		"no passport": func() error { _, err := c.ByPassport(t.Context(), "IQ", "", birth); return err },
		"no country":  func() error { _, err := c.ByPassport(t.Context(), "FR", "P0000019", birth); return err },
	} {
		if err := ask(); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: got %v, want NotFound", name, err)
		}
	}
	if _, err := c.ByCode(t.Context(), "10123457", birth); !errs.Is(err, errs.Unavailable) {
		t.Errorf("unknown status: got %v, want Unavailable", err)
	}
	changed := resident
	changed.Status = foreigners.Ended
	d.Add(changed)
	if p, err := c.ByPassport(t.Context(), "AF", resident.Passport, birth); err != nil || p.Status != foreigners.Ended {
		t.Errorf("replaced: got %+v, %v", p, err)
	}
}

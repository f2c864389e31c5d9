// SPDX-License-Identifier: Apache-2.0

package professions_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

const code = "0000000019"

var (
	lawyer = professions.Licence{Kind: professions.Lawyer, Issuer: "bar-tehran", Number: "12345", Grade: professions.First, State: professions.Valid, From: 18_000, Until: 21_000}
	expert = professions.Licence{Kind: professions.Expert, Issuer: "centre", Number: "77-3", State: professions.Suspended, From: 18_000, Until: 21_000, Province: "gilan", Fields: []string{"accounting"}}
)

func TestModes(t *testing.T) {
	t.Parallel()
	sandboxtest.Run(t, sandboxtest.Case{Reads: true, Make: func(t *testing.T, _ clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
		d := professions.NewDouble(sandboxtest.Token)
		d.Add(professions.Entry{NationalCode: code, Licence: lawyer}, professions.Entry{NationalCode: code, Licence: expert})
		return d, func(ctx context.Context, l *link.Link) error {
			got, err := professions.New(l).Licences(ctx, code)
			if err == nil && !reflect.DeepEqual(got, []professions.Licence{lawyer, expert}) {
				t.Errorf("got %+v", got)
			}
			return err
		}
	}})
}

func TestLicences(t *testing.T) {
	t.Parallel()
	d := professions.NewDouble(sandboxtest.Token)
	c := professions.New(sandboxtest.Link(t, d, clock.NewFake(sandboxtest.Start)))
	if got, err := c.Licences(t.Context(), code); err != nil || len(got) != 0 {
		t.Errorf("nobody: %+v, %v", got, err)
	}
	d.Add(professions.Entry{NationalCode: code, Licence: lawyer})
	revoked := lawyer
	revoked.State = professions.Revoked
	d.Add(professions.Entry{NationalCode: code, Licence: revoked})
	if got, err := c.Licences(t.Context(), code); err != nil || len(got) != 1 || got[0].State != professions.Revoked {
		t.Errorf("revoked: %+v, %v", got, err)
	}
	for name, change := range map[string]func(*professions.Licence){
		"state": func(l *professions.Licence) { l.State = "odd" }, "grade": func(l *professions.Licence) { l.Grade = "3" },
		"no grade": func(l *professions.Licence) { l.Grade = "" }, "number": func(l *professions.Licence) { l.Number = "" },
		"issuer": func(l *professions.Licence) { l.Issuer = "" }, "time": func(l *professions.Licence) { l.Until = l.From - 1 },
		"expert with a grade": func(l *professions.Licence) { l.Kind = professions.Expert },
	} {
		x := lawyer
		change(&x)
		d := professions.NewDouble(sandboxtest.Token)
		d.Add(professions.Entry{NationalCode: code, Licence: x})
		if got, err := professions.New(sandboxtest.Link(t, d, clock.NewFake(sandboxtest.Start))).Licences(t.Context(), code); !errs.Is(err, errs.Unavailable) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

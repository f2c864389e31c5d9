// SPDX-License-Identifier: Apache-2.0

package population_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

const code = "0000000019"

func birth(t *testing.T) civil.Day {
	t.Helper()
	d, err := civil.FromJalali(1370, 2, 14)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func registry(t *testing.T) *population.Double {
	t.Helper()
	d := population.NewDouble(sandboxtest.Token)
	d.Add(
		population.Entry{NationalCode: code, Birth: birth(t), Person: population.Person{FirstName: "مریم", LastName: "کریمی", FatherName: "علی", Alive: true}},
		population.Entry{NationalCode: "0000000027", Birth: birth(t), Person: population.Person{FirstName: "حسن", LastName: "یزدی", FatherName: "رضا"}},
	)
	return d
}

func TestModes(t *testing.T) {
	t.Parallel()
	cases := map[string]func(ctx context.Context, c *population.Client) (population.Person, error){
		"match": func(ctx context.Context, c *population.Client) (population.Person, error) {
			return c.Match(ctx, code, birth(t))
		},
		"confirm name": func(ctx context.Context, c *population.Client) (population.Person, error) {
			return c.ConfirmName(ctx, code, "مريم", "كريمي") // Arabic yeh and kaf
		},
	}
	for name, ask := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sandboxtest.Run(t, sandboxtest.Case{Reads: true, Make: func(t *testing.T, _ clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
				return registry(t), func(ctx context.Context, l *link.Link) error {
					p, err := ask(ctx, population.New(l))
					if want := (population.Person{FirstName: "مریم", LastName: "کریمی", FatherName: "علی", Alive: true}); err == nil && !reflect.DeepEqual(p, want) {
						t.Errorf("got %+v, want %+v", p, want)
					}
					return err
				}
			}})
		})
	}
}

func TestNoMatch(t *testing.T) {
	t.Parallel()
	c := population.New(sandboxtest.Link(t, registry(t), clock.NewFake(sandboxtest.Start)))
	if _, err := c.Match(t.Context(), code, birth(t).Add(1)); !errs.Is(err, errs.NotFound) {
		t.Errorf("wrong birth date: got %v, want NotFound", err)
	}
	if _, err := c.Match(t.Context(), "0000000108", birth(t)); !errs.Is(err, errs.NotFound) {
		t.Errorf("unknown code: got %v, want NotFound", err)
	}
	if _, err := c.ConfirmName(t.Context(), code, "مریم", "احمدی"); !errs.Is(err, errs.NotFound) {
		t.Errorf("wrong name: got %v, want NotFound", err)
	}
	p, err := c.Match(t.Context(), "0000000027", birth(t))
	if err != nil || p.Alive || p.LastName != "یزدی" {
		t.Errorf("deceased: got %+v, %v", p, err)
	}
}

func TestAdmin(t *testing.T) {
	t.Parallel()
	d := population.NewDouble(sandboxtest.Token)
	body, err := json.Marshal([]population.Entry{{NationalCode: code, Birth: birth(t), Person: population.Person{FirstName: "الف", LastName: "ب", Alive: true}}})
	if err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]int{"wrong": http.StatusUnauthorized, sandboxtest.Token: http.StatusOK} {
		r := httptest.NewRequest(http.MethodPost, "/_admin/persons", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("token %q: got %d, want %d", token, w.Code, want)
		}
	}
	c := population.New(sandboxtest.Link(t, d, clock.NewFake(sandboxtest.Start)))
	if p, err := c.Match(t.Context(), code, birth(t)); err != nil || p.LastName != "ب" {
		t.Errorf("got %+v, %v", p, err)
	}
}

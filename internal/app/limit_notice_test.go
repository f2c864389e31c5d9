// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// TestLimitedNoticesOutside: a notice of a case that the contract does not cover is
// not listed, not counted, and cannot be opened by its id, neither on pages nor by
// a program; that it was asked for opens nothing.
func TestLimitedNoticesOutside(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		e.Person(Defendant)
		in, out := e.File(Plaintiff, Defendant, LargeClaim), e.File(Plaintiff, Defendant, LargeClaim+1)
		foreign := e.File(Stranger, Plaintiff, LargeClaim)
		for _, f := range []Filed{in, out, foreign} {
			e.Refer(Judge, f.Case)
		}
		inNotice, outNotice := e.Serve(Clerk, in, Defendant), e.Serve(Clerk, out, Defendant)
		foreignNotice := e.Serve(Clerk, foreign, Plaintiff)
		_, lawyer := limited(t, e, Defendant, []string{in.Case}, nil)

		me := e.As(Lawyer)
		me.PostForm("/capacity", "capacity", lawyer.Capacity)
		for _, path := range []string{"/inbox", "/inbox?show=unviewed", "/home", "/cases"} {
			page := me.Get(path).Want(http.StatusOK)
			for what, secret := range map[string]string{"the notice": outNotice, "the case": out.Case, "the number of the case": out.CaseNumber} {
				if strings.Contains(page.Body, secret) {
					t.Errorf("%s shows %s that the contract does not cover", path, what)
				}
			}
		}
		if page := me.Get("/inbox").Want(http.StatusOK); !strings.Contains(page.Body, inNotice) {
			t.Errorf("the notice of the contract's case is not listed: %s", page.Text())
		}
		for _, path := range []string{"/inbox/" + outNotice, "/inbox/" + outNotice + "/receipt"} {
			if page := me.Get(path); page.Status != http.StatusForbidden {
				t.Errorf("%s is answered with %d", path, page.Status)
			}
		}
		me.PostForm("/inbox/" + outNotice + "/open").Want(http.StatusForbidden)
		me.Get("/inbox/" + foreignNotice).Want(http.StatusNotFound)

		program := e.API(Lawyer)
		program.Send(http.MethodPut, "/sessions/current", map[string]any{"capacity": lawyer.Capacity}).Want(http.StatusOK)
		var list struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
			Counts struct {
				All      int `json:"all"`
				Unviewed int `json:"unviewed"`
			} `json:"counts"`
		}
		answer := program.Get("/notices").Want(http.StatusOK)
		if err := json.Unmarshal(answer.Body, &list); err != nil || list.Counts.All != 1 || list.Counts.Unviewed != 1 || len(list.Items) != 1 || list.Items[0].ID != inNotice {
			t.Errorf("a program lists %+v, %v", list, err)
		}
		program.Get("/notices/" + outNotice).Want(http.StatusForbidden)
		program.Get("/notices/" + outNotice + "/receipt").Want(http.StatusForbidden)
		program.Post("/notices/"+outNotice+"/open", nil).Want(http.StatusForbidden)
		program.Get("/notices/" + foreignNotice).Want(http.StatusNotFound)
		if n, err := app.Notice.Get(ctx, e.Actor(Defendant), outNotice); err != nil || n.Opened() {
			t.Errorf("it was opened all the same: %v", err)
		}
		program.Post("/notices/"+inNotice+"/open", nil).Want(http.StatusOK)
	})
}

// TestLimitedResignation: a lawyer resigns a contract about one case. From that
// moment, before any job has run, the court's papers in that case go to the party;
// in another case in which he is on record without it they still go to him.
func TestLimitedResignation(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		in, out := e.File(Plaintiff, Defendant, LargeClaim), e.File(Plaintiff, Defendant, LargeClaim+1)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, in.Case)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, out.Case)
		m, _ := limited(t, e, Plaintiff, []string{in.Case}, nil)
		has := func(who Who, notice string) bool {
			_, err := app.Notice.Get(ctx, e.Actor(who), notice)
			if err != nil && !errs.Is(err, errs.NotFound) {
				t.Fatal(err)
			}
			return err == nil
		}
		if n := e.Letter(Clerk, in.Case, Plaintiff); !has(Lawyer, n) || has(Plaintiff, n) {
			t.Fatal("the paper does not go to the lawyer on record")
		}
		e.Clock.Advance(time.Minute)
		if err := app.Mandate.End(ctx, e.Actor(Lawyer), m.ID); err != nil {
			t.Fatal(err)
		}
		if n := e.Letter(Clerk, in.Case, Plaintiff); !has(Plaintiff, n) || has(Lawyer, n) {
			t.Error("after the resignation a paper still goes to the lawyer")
		}
		if n := e.Letter(Clerk, out.Case, Plaintiff); !has(Lawyer, n) || has(Plaintiff, n) {
			t.Error("in a case that the contract was not about the paper does not go to the lawyer")
		}
		e.Drain()
		k, err := app.Docket.View(ctx, e.Actor(Plaintiff), in.Case)
		if err != nil {
			t.Fatal(err)
		}
		if len(k.Case.Lawyers) != 0 || k.Entries[len(k.Entries)-1].Kind == "" {
			t.Errorf("he is on record still: %+v", k.Case.Lawyers)
		}
		if _, err := app.Docket.Case(ctx, e.Actor(Lawyer), in.Case); !errs.Is(err, errs.NotFound) {
			t.Errorf("he sees the case after his resignation: %v", err)
		}
	})
}

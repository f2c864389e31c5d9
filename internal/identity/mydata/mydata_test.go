// SPDX-License-Identifier: Apache-2.0

package mydata_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mydata"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Everybody sees their own details, and who looked at them in which capacity and
// why; nobody sees those of somebody else.
func TestPages(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		p, other := e.Person(Plaintiff), e.Person(Defendant)
		err := e.App.Identity.RecordAccess(t.Context(), identity.Access{Subject: p.ID, By: e.Actor(Clerk), What: "identity.access.filing", Why: "identity.access.court_desk"})
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{"fa", "en"} {
			c := e.As(Plaintiff).In(lang)
			index := c.Get(mydata.Path).Want(http.StatusOK)
			if index.Link(mydata.Path+"/parts/identity") == "" {
				t.Error("the account is not among the parts")
			}
			part := c.Get(mydata.Path + "/parts/identity").Want(http.StatusOK).Text()
			for _, want := range []string{p.NationalCode, p.JudicialID, p.FatherName} {
				if !strings.Contains(part, want) {
					t.Errorf("%s: %q is not there", lang, want)
				}
			}
			looks := c.Get(mydata.Path + "/looks").Want(http.StatusOK).Text()
			for _, text := range []string{part, looks, index.Text()} {
				if strings.Contains(text, "⟦") || strings.Contains(text, other.NationalCode) {
					t.Errorf("%s: words are missing, or somebody else is there: %s", lang, text)
				}
			}
			if !strings.Contains(looks, e.Actor(Clerk).Name) {
				t.Errorf("%s: who looked is not there", lang)
			}
		}
		e.As(Plaintiff).Get(mydata.Path + "/parts/nothing").Want(http.StatusNotFound)
	})
}

// Who acts for somebody else sees that person's data only with the right to it,
// and the look is recorded; without it the pages are his own.
func TestRepresented(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s := t.Context(), e.App.MyData
		them, me := e.Person(Stranger), e.Person(Plaintiff)
		holds := func(a policy.Actor) string {
			t.Helper()
			part, err := s.Part(ctx, a, "identity")
			if err != nil {
				t.Fatal(err)
			}
			return part.Sets[0].Rows[0][1].(string)
		}
		a := policy.Actor{Person: me.ID, Role: policy.Helper, For: them.ID, Rights: []policy.Right{policy.See, policy.Prepare}, Delegated: true}
		if got := holds(a); got != me.NationalCode {
			t.Errorf("without the right: %s", got)
		}
		before, _, err := s.Looks(ctx, e.Actor(Stranger), "")
		if err != nil || len(before) != 0 {
			t.Fatalf("%v, %v", before, err)
		}
		a.Rights = append(a.Rights, policy.Data)
		if got := holds(a); got != them.NationalCode {
			t.Errorf("with the right: %s", got)
		}
		after, _, err := s.Looks(ctx, e.Actor(Stranger), "")
		if err != nil || len(after) != 1 || after[0].What != "identity.access.acting.data" || after[0].Role != policy.Helper {
			t.Errorf("%+v, %v", after, err)
		}
		if _, err := s.Parts(ctx, policy.Actor{}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("nobody: %v", err)
		}
	})
}

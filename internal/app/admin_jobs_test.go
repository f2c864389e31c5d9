// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func TestTheAdministratorMakesDeadJobsDueAgain(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		admin := e.As(Administrator)
		err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
			for id, kind := range map[string]string{"j1": "notice.alert", "j2": "notice.alert", "j3": "payment.check"} {
				if err := tx.Exec(t.Context(), `INSERT INTO jobs_job (id, kind, args, state, due_us, attempts, created_us, finished_us, error) VALUES ($1, $2, '{"name":"Maryam"}', 'dead', 1790000000000000, 1, 1790000000000000, 1790000000000000, 'of Maryam')`, id, kind); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		left := func(want int) {
			t.Helper()
			if dead, err := e.App.Jobs.Dead(t.Context()); err != nil || len(dead) != want {
				t.Errorf("%d dead jobs (%v), want %d", len(dead), err, want)
			}
		}
		page := admin.Get("/admin/jobs").Want(http.StatusOK)
		for _, want := range []string{"notice.alert", "payment.check", "j1", "j2", "j3"} {
			if !strings.Contains(page.Text(), want) {
				t.Errorf("%s is not in %s", want, page.Text())
			}
		}
		if strings.Contains(page.Body, "Maryam") {
			t.Error("what a job carries is shown")
		}
		admin.PostForm("/admin/jobs", "job", "j3").Follow().Want(http.StatusOK)
		left(2)
		admin.PostForm("/admin/jobs", "kind", "payment.check").Want(http.StatusConflict)
		left(2)
		if p := admin.PostForm("/admin/jobs", "kind", "notice.alert").Follow().Want(http.StatusOK); !strings.Contains(p.Text(), "No job was given up") {
			t.Error(p.Text())
		}
		left(0)
	})
}

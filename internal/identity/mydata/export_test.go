// SPDX-License-Identifier: Apache-2.0

package mydata_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/identity/mydata"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A copy is made by a job, given out once for each code, to nobody else, and gone
// after its days; it holds what was filed, with the files.
func TestExport(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		p, other := e.Person(Plaintiff), e.Person(Defendant)
		f := e.File(Plaintiff, Defendant, LargeClaim)
		e.Drain() // the paper is made
		c := e.As(Plaintiff).In("en")
		page := c.PostForm(mydata.Path + "/exports").Follow().Want(http.StatusOK)
		at := page.Path
		c.PostForm(mydata.Path + "/exports").Want(http.StatusConflict)
		if _, ok := page.Form(at + "/code"); ok {
			t.Error("it is ready before it was made")
		}
		e.Drain()
		for who, want := range map[Who]int{Defendant: http.StatusNotFound, Clerk: http.StatusNotFound, Plaintiff: http.StatusOK} {
			e.As(who).Get(at).Want(want)
		}
		c.PostForm(at+"/download", "code", "123456").Want(http.StatusUnprocessableEntity) // none was sent
		c.PostForm(at + "/code").Follow().Want(http.StatusOK)
		code := e.Code(p.Mobile)
		wrong := "000000"
		if code == wrong {
			wrong = "000001"
		}
		c.PostForm(at+"/download", "code", wrong).Want(http.StatusUnprocessableEntity)
		e.As(Defendant).PostForm(at+"/download", "code", code).Want(http.StatusNotFound)
		got := c.PostForm(at+"/download", "code", code).Want(http.StatusOK)
		files := unzip(t, []byte(got.Body))
		var doc struct {
			Modules []struct {
				Module string
				Sets   []struct {
					Name string
					Rows []map[string]any
				}
			}
		}
		if err := json.Unmarshal(files["data.json"], &doc); err != nil {
			t.Fatal(err)
		}
		rows := map[string][]map[string]any{}
		for _, m := range doc.Modules {
			for _, s := range m.Sets {
				rows[s.Name] = s.Rows
			}
		}
		filed := rows["filing.held.filings"]
		if len(filed) != 1 || filed[0]["tracking"] != f.Tracking || !strings.Contains(asText(t, filed[0]["entered"]), Narrative[:40]) {
			t.Errorf("the filing: %v", filed)
		}
		papers := rows["filing.held.papers"]
		if len(papers) != 2 || !bytes.HasPrefix(files[papers[0]["file"].(string)], []byte("%PDF-")) {
			t.Errorf("the papers: %v", papers)
		}
		html := string(files["index.html"])
		if !strings.Contains(html, p.NationalCode) || strings.Contains(html, "⟦") || strings.Contains(html, "http://") || strings.Contains(html, "https://") {
			t.Error("the page lacks something, or leads elsewhere")
		}
		for name, b := range files {
			if strings.Contains(string(b), other.Mobile) {
				t.Errorf("%s has the telephone number of somebody else", name)
			}
		}
		c.PostForm(at+"/download", "code", code).Want(http.StatusUnprocessableEntity) // it was used

		x, err := e.App.MyData.Exports(t.Context(), e.Actor(Plaintiff))
		if err != nil || len(x) != 1 || x[0].Times != 1 || x[0].Taken.IsZero() {
			t.Errorf("%+v, %v", x, err)
		}
		e.Clock.Advance(8 * 24 * time.Hour)
		if err := e.App.MyData.SendExportCode(t.Context(), e.Actor(Plaintiff), x[0].ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("after its days: %v", err)
		}
		e.Drain()
		if x, err = e.App.MyData.Exports(t.Context(), e.Actor(Plaintiff)); err != nil || x[0].State != mydata.Gone {
			t.Errorf("after the sweep: %+v, %v", x, err)
		}
		if _, err := e.App.MyData.AskExport(t.Context(), e.Actor(Plaintiff), "fa"); err != nil {
			t.Errorf("another one: %v", err)
		}
	})
}

// A representative asks for the copy of whom he acts for with the right to it
// only, and no more than a few are made in a day.
func TestExportOfRepresented(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s := t.Context(), e.App.MyData
		them, me := e.Person(Stranger), e.Person(Plaintiff)
		a := e.Acting(Plaintiff, Stranger, policy.Helper, policy.See)
		x, err := s.AskExport(ctx, a, "fa")
		if err != nil || x.Owner != me.ID {
			t.Fatalf("without the right: %+v, %v", x, err)
		}
		a = e.Acting(Plaintiff, Stranger, policy.Helper, policy.See, policy.Data)
		if x, err = s.AskExport(ctx, a, "fa"); err != nil || x.Owner != them.ID {
			t.Fatalf("with the right: %+v, %v", x, err)
		}
		for range 2 {
			if err := s.EraseExport(ctx, a, x.ID); err != nil {
				t.Fatal(err)
			}
			if x, err = s.AskExport(ctx, a, "fa"); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.EraseExport(ctx, a, x.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AskExport(ctx, a, "fa"); !errs.Is(err, errs.RateLimited) {
			t.Errorf("a fourth one: %v", err)
		}
	})
}

// Nobody is handed a copy who is not known surely enough, whoever they are when
// they ask, nor if that has ended since.
func TestExportLevel(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, me := t.Context(), e.App.MyData, e.Actor(Plaintiff)
		missing := func(what string, err error) {
			t.Helper()
			if m, ok := errors.AsType[*level.Missing](err); !ok || m.Service != level.ExportData {
				t.Errorf("%s: %v", what, err)
			}
		}
		low := me
		low.Assurance = 0
		_, err := s.AskExport(ctx, low, "fa")
		missing("asked", err)
		x, err := s.AskExport(ctx, me, "fa")
		if err != nil {
			t.Fatal(err)
		}
		e.Drain()
		missing("the code", s.SendExportCode(ctx, low, x.ID))
		if err := s.SendExportCode(ctx, me, x.ID); err != nil {
			t.Fatal(err)
		}
		err = e.App.DB.Write(ctx, func(tx *store.Tx) error {
			return tx.ExecOne(ctx, `UPDATE identity_person SET assurance = 0 WHERE id = $1`, me.Person)
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.TakeExport(ctx, me, x.ID, e.Code(e.Person(Plaintiff).Mobile))
		missing("taken", err)
	})
}

func unzip(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range r.File {
		open, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(open); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func asText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

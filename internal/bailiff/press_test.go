// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// The files for newspapers say what the page says and no more; where they were
// printed is kept once there was something to print.
func TestPress(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx, today := t.Context(), civil.Of(r.clk.Now())
		p := Printing{Day: today, Printed: today, Newspaper: "روزنامهٔ نمونه", Issue: "۱۲۳"}
		if err := r.Print(ctx, centre, p); !errs.Is(err, errs.Invalid) {
			t.Errorf("nothing was published: %v", err)
		}
		to := home
		to.Address, to.CaseKind, to.Name = "", "criminal", "=رضا"
		k := r.task(t, to)
		if err := r.AskPublication(ctx, clerk, k.ID, "نشانی ندارد"); err != nil {
			t.Fatal(err)
		}
		if err := r.DecidePublication(ctx, judge, k.ID, true, ""); err != nil {
			t.Fatal(err)
		}
		for _, format := range []string{asJSON, asCSV, asRSS, asPDF} {
			b := must(r.DayFile(ctx, today, format))(t)
			if bytes.Contains(b, []byte(to.NationalCode)) || bytes.Contains(b, []byte(k.Title.FA)) {
				t.Errorf("%s says too much", format)
			}
			if format == asPDF {
				if !bytes.HasPrefix(b, []byte("%PDF-")) {
					t.Error("no PDF")
				}
			} else if !strings.Contains(string(b), k.CaseNumber) {
				t.Errorf("%s does not have the case", format)
			}
			if format == asCSV && !strings.Contains(string(b), "'=رضا") {
				t.Error("a name is a formula")
			}
		}
		if _, err := r.DayFile(ctx, today, "exe"); !errs.Is(err, errs.NotFound) {
			t.Errorf("an unknown format: %v", err)
		}
		if err := r.Print(ctx, clerk, p); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a clerk: %v", err)
		}
		if err := r.Print(ctx, centre, p); err != nil {
			t.Fatal(err)
		}
		if list := must(r.Printings(ctx, centre))(t); len(list) != 1 || list[0].Calls != 1 || len(list[0].SHA256) != 64 {
			t.Errorf("%+v", list)
		}
		steps := must(r.Ladder(ctx, r.db, k.Case, k.ID))(t)
		if len(steps) != 3 || steps[0].Kind != LadderOpened || !steps[2].Reached {
			t.Errorf("%+v", steps)
		}
	})
}

// The paper is printed for whoever takes it along, and not for others.
func TestPaper(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		k := r.given(t, home, r.one)
		if b := must(r.Paper(t.Context(), r.one, k.ID))(t); !bytes.HasPrefix(b, []byte("%PDF-")) {
			t.Error("no PDF")
		}
		if _, err := r.Paper(t.Context(), r.two, k.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another bailiff: %v", err)
		}
	})
}

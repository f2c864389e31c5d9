// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"fmt"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// A unit with more work items than a page holds reads them all, in order, each
// once, and is told how many there are.
func TestPaperTaskPages(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		const made = 7
		want := map[string]bool{}
		for i := range made {
			want[r.deliver(t, claim(fmt.Sprint("k", i), "")).ID] = true
		}
		other := claim("other", "")
		other.Unit = "23102"
		r.deliver(t, other)
		var cursor string
		for page := 1; ; page++ {
			got, err := r.PaperTaskPage(t.Context(), clerk, Page{Cursor: cursor, Size: 3})
			if err != nil {
				t.Fatal(err)
			}
			if got.Total != made {
				t.Errorf("page %d says %d in all", page, got.Total)
			}
			for _, k := range got.Tasks {
				if !want[k.Notice] {
					t.Errorf("page %d shows %s again, or another unit's", page, k.Notice)
				}
				delete(want, k.Notice)
			}
			if cursor = got.Next; cursor == "" {
				if page != 3 {
					t.Errorf("%d pages", page)
				}
				break
			}
		}
		if len(want) != 0 {
			t.Errorf("never shown: %v", want)
		}
		if _, err := r.PaperTaskPage(t.Context(), clerk, Page{Cursor: "x"}); !errs.Is(err, errs.Invalid) {
			t.Errorf("an unreadable cursor: %v", err)
		}
	})
}

// Whoever has an account by the time a clerk is shown their name can see that:
// once for each case and look. Nobody else is written about.
func TestPaperTaskNamesAreRecorded(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		for i, caseID := range []string{"case-1", "case-1", "case-2"} {
			n := claim(fmt.Sprint("k", i), "")
			n.Case = caseID
			r.deliver(t, n)
		}
		stranger := claim("stranger", "")
		stranger.NationalCode = codes[3]
		r.deliver(t, stranger)
		if tasks := must(r.tasks(ctx, clerk))(t); len(tasks) != 4 {
			t.Fatalf("%d work items", len(tasks))
		}
		if n := r.count(t, "SELECT count(*) FROM identity_access"); n != 0 {
			t.Fatalf("%d looks at nobody", n)
		}
		late := r.person(t, i18n.FA) // the addressee of the first three
		if _, err := r.tasks(ctx, policy.Actor{Person: "x", Role: policy.Citizen}); !errs.Is(err, errs.Forbidden) {
			t.Fatalf("a citizen: %v", err)
		}
		if tasks := must(r.tasks(ctx, clerk))(t); len(tasks) != 4 {
			t.Fatalf("%d work items", len(tasks))
		}
		looks := must(r.people.Accesses(ctx, late.Person))(t)
		objects := map[string]int{}
		for _, l := range looks {
			objects[l.Object]++
			if l.Name != clerk.Name || l.Unit != clerk.Unit || l.What != "notice.access.paper" || l.Why != "notice.access.duty" {
				t.Errorf("look %+v", l)
			}
		}
		if len(looks) != 2 || objects["case-1"] != 1 || objects["case-2"] != 1 {
			t.Errorf("looks %+v", looks)
		}
		if n := r.count(t, "SELECT count(*) FROM identity_access"); n != 2 {
			t.Errorf("%d looks in all, want 2", n)
		}
	})
}

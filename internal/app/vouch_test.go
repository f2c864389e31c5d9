// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
)

// TestVouching: two people vouch for somebody without papers, before the
// manager; the level falls when the time is over.
func TestVouching(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		manager, one, two := e.As(Manager), prove(e, Stranger), prove(e, Defendant)
		const mobile = "+989360000820"
		begin := func(first, second string) *Page {
			return manager.Get("/counter/vouch").Want(http.StatusOK).Submit("/counter/vouch", append(birthFields(4000),
				"first_name", "گلنار", "last_name", "بی\u200cنشان", "class", "resident", "mobile", mobile,
				"reason", "شناسنامه ندارد؛ گواهان همسایهٔ او هستند", "voucher_1", first, "voucher_2", second)...)
		}
		for name, pair := range map[string][2]string{
			"one of level 1": {one.NationalCode, e.Person(Plaintiff).NationalCode},
			"the same twice": {one.NationalCode, one.JudicialID},
			"an operator":    {one.NationalCode, e.Person(Operator).NationalCode},
			"the manager":    {e.Person(Manager).NationalCode, one.NationalCode},
			"nobody":         {one.NationalCode, NationalCode(999)},
		} {
			if p := begin(pair[0], pair[1]); p.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", name, p.Status)
			}
		}
		page := begin(one.NationalCode, two.JudicialID).Want(http.StatusOK)
		c1, c2, c3 := e.Code(one.Mobile), e.Code(two.Mobile), e.Code(mobile)
		page.Capture(Picture(), "fingerprint", "F", "code", c3, "code_1", c1, "code_2", c1).Want(http.StatusUnprocessableEntity)
		page.Capture(Picture(), "fingerprint", "F", "code", c3, "code_1", c2, "code_2", c1).Want(http.StatusUnprocessableEntity)
		done := page.Capture(Picture(), "fingerprint", "F", "code", c3, "code_1", c1, "code_2", c2).Follow().Want(http.StatusOK)
		visit, err := e.App.Office.Visit(t.Context(), e.Actor(Manager), done.Path[strings.LastIndex(done.Path, "/")+1:])
		if err != nil {
			t.Fatal(err)
		}
		p, err := e.App.Identity.Person(t.Context(), visit.Person)
		if err != nil || p.Assurance != identity.SeenRemotely || p.NationalCode != "" || p.JudicialID == "" {
			t.Fatalf("%+v, %v", p, err)
		}
		for _, who := range []string{one.ID, two.ID} {
			looks, err := e.App.Identity.Accesses(t.Context(), who)
			if err != nil || !slices.ContainsFunc(looks, func(a identity.AccessRow) bool { return a.What == "office.access.vouched" }) {
				t.Errorf("a voucher is told %v, %v", looks, err)
			}
		}
		welcomeLink(e, mobile)
		e.Clock.Advance(364 * 24 * time.Hour)
		e.Drain()
		if p, err = e.App.Identity.Person(t.Context(), p.ID); err != nil || p.Assurance != identity.SeenRemotely {
			t.Errorf("a day before the end: %d, %v", p.Assurance, err)
		}
		e.Clock.Advance(26 * time.Hour)
		e.Drain()
		if p, err = e.App.Identity.Person(t.Context(), p.ID); err != nil || p.Assurance != identity.SelfDeclared {
			t.Errorf("after the end: %d, %v", p.Assurance, err)
		}
	})
}

// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"testing"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func (r *rig) change(t *testing.T, c identity.StatusChange) {
	t.Helper()
	c.Why = "test"
	err := r.db.Write(t.Context(), func(tx *store.Tx) error { return r.people.ChangeStatusTx(t.Context(), tx, c) })
	if err != nil {
		t.Fatal(err)
	}
}

// What lies unopened in the account of somebody who has died becomes work for the
// clerk, also what arrives at that moment; it is taken back if the registry was
// wrong.
func TestOwnerHasDied(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		a, other := r.person(t, i18n.FA), r.person(t, i18n.FA)
		opened, lies := r.deliver(t, claim("k1", a.Person)), r.deliver(t, claim("k2", a.Person))
		r.deliver(t, claim("k3", other.Person))
		r.drain(t)
		if _, err := r.Open(ctx, a, opened.ID); err != nil {
			t.Fatal(err)
		}
		r.change(t, identity.StatusChange{Person: a.Person, From: identity.Active, To: identity.Deceased})
		r.drain(t)
		late := r.deliver(t, claim("k4", a.Person)) // was under way when the account was closed
		sent := len(r.sms.For("+989120000001"))
		r.drain(t)
		if n := len(r.sms.For("+989120000001")); n != sent {
			t.Errorf("%d messages to somebody who has died", n-sent)
		}
		page, err := r.PaperTaskPage(ctx, clerk, Page{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, k := range page.Tasks {
			got[k.Notice] = k.Reason
		}
		if len(got) != 2 || got[lies.ID] != ReasonDeceased || got[late.ID] != ReasonDeceased {
			t.Errorf("work of the clerk %v, want %s and %s", got, lies.ID, late.ID)
		}
		r.change(t, identity.StatusChange{Person: a.Person, From: identity.Deceased, To: identity.Active})
		r.drain(t)
		if page, err = r.PaperTaskPage(ctx, clerk, Page{}); err != nil || page.Total != 0 {
			t.Errorf("after the mistake %d tasks are left, %v", page.Total, err)
		}
		r.change(t, identity.StatusChange{Person: a.Person, From: identity.Active, To: identity.Incapable})
		r.drain(t)
		if page, err = r.PaperTaskPage(ctx, clerk, Page{}); err != nil || page.Total != 2 || page.Tasks[0].Reason != ReasonIncapable {
			t.Errorf("under guardianship: %+v, %v", page, err)
		}
	})
}

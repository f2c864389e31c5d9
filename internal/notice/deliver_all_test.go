// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"fmt"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func TestDeliverAll(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		owner := r.person(t, i18n.FA)
		list := make([]NewNotice, 300)
		for i := range list {
			list[i] = claim(fmt.Sprint("all-", i), owner.Person)
		}
		list[7].Owner = "" // no account: a work item instead
		first, err := r.Deliver(ctx, list[3])
		if err != nil {
			t.Fatal(err)
		}
		out, err := r.DeliverAll(ctx, list)
		if err != nil {
			t.Fatal(err)
		}
		if out[3] != first {
			t.Errorf("the one that was there is %+v, first it was %+v", out[3], first)
		}
		if out[7].Electronic || !out[8].Electronic {
			t.Errorf("without an account: %+v, with one: %+v", out[7], out[8])
		}
		again, err := r.DeliverAll(ctx, list)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for i, o := range out {
			if again[i] != o {
				t.Errorf("notice %d became another when sent again", i)
			}
			if seen[o.Number] || len(o.Number) != 18 {
				t.Errorf("number %q", o.Number)
			}
			seen[o.Number] = true
		}
		counts, err := r.Counts(ctx, owner)
		if err != nil || counts.All != len(list)-1 {
			t.Errorf("%d in the inbox, %v; want %d", counts.All, err, len(list)-1)
		}
		r.drain(t)
		if len(r.log) != len(list)-1 || len(r.papers) != 1 {
			t.Errorf("%d arrivals and %d without account were told", len(r.log), len(r.papers))
		}
		if _, err := r.ledger.Sequence(ctx); err != nil {
			t.Fatal(err)
		}
		row := must(store.One[noticeRow](ctx, r.db, sqlNotice, owner.Person, out[299].ID))(t)
		for _, evidence := range []string{row.EvidenceIssued, row.EvidenceArrived} {
			if _, err := r.ledger.Receipt(ctx, owner.Person, evidence); err != nil {
				t.Errorf("no receipt: %v", err)
			}
		}

		// One bad notice, and none is issued.
		bad := []NewNotice{claim("bad-1", owner.Person), claim("bad-2", owner.Person)}
		bad[1].Kind = "no such kind"
		if _, err := r.DeliverAll(ctx, bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("a bad notice: %v", err)
		}
		if now := must(r.Counts(ctx, owner))(t); now != counts {
			t.Errorf("%+v after a refused act; before it were %+v", now, counts)
		}
		other := []NewNotice{claim("all-1", owner.Person)}
		other[0].Title.FA = "چیز دیگر"
		if _, err := r.DeliverAll(ctx, other); !errs.Is(err, errs.Conflict) {
			t.Errorf("a key with another content: %v", err)
		}
		if _, err := r.DeliverAll(ctx, make([]NewNotice, MaxDeliverAll+1)); !errs.Is(err, errs.TooLarge) {
			t.Errorf("too many: %v", err)
		}
	})
}

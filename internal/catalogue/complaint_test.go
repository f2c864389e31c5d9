// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"testing"

	"github.com/tarazu/tarazu/internal/authority"
)

// TestUnknownOffenderIsNoParty: whoever does not know the offender names only
// themselves and is asked nothing about him.
func TestUnknownOffenderIsNoParty(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"complaint-bank-fraud", "complaint-insult", "complaint-assault"} {
		d := definition(t, code)
		unknown := example(d, map[string]any{"accused_known": false, "suspect_last_name": "نمونه"})
		ps, err := d.Parties(unknown)
		if err != nil || len(ps) != 1 || ps[0].Side != "plaintiff" {
			t.Errorf("%s: parties %+v, %v", code, ps, err)
		}
		if d.PageVisible("suspect", unknown) || !d.PageVisible("clues", unknown) {
			t.Errorf("%s: asks who it was, or not for clues", code)
		}
		known := example(d, map[string]any{"accused_known": true, "suspect_last_name": "نمونه", "suspect_address_unknown": true})
		ps, err = d.Parties(known)
		if err != nil || len(ps) != 2 || ps[1].Key != "suspect" || ps[1].LastName != "نمونه" || !ps[1].UnknownAddress {
			t.Errorf("%s: parties %+v, %v", code, ps, err)
		}
		if d.PageVisible("clues", known) || d.Service != nil {
			t.Errorf("%s: asks for clues of somebody known, or is served on him", code)
		}
	}
}

func TestComplaintOfWhoCannotPayIsFree(t *testing.T) {
	t.Parallel()
	d := definition(t, "complaint-insult")
	for _, poor := range []bool{false, true} {
		lines, err := d.Fees(t.Context(), example(d, map[string]any{"cannot_pay": poor, "cannot_pay_reason": "درآمدی ندارم"}), day)
		if err != nil || (len(lines) == 0) != poor {
			t.Errorf("cannot pay %v: %+v, %v", poor, lines, err)
		}
	}
}

// TestDeclarationGoesWhereTheAddresseeIs, or where the sender is if that is not
// known or not in the country.
func TestDeclarationGoesWhereTheAddresseeIs(t *testing.T) {
	t.Parallel()
	d := definition(t, "declaration-debt")
	tests := []struct {
		change        map[string]any
		county, basis string
		sheets        int64
	}{
		{nil, "kashan", "domicile", 2},
		{map[string]any{"addressee_address_unknown": true}, "rey", "applicant", 2},
		{map[string]any{"addressee_abroad": true}, "rey", "applicant", 2},
		{map[string]any{"addressee_more": true, "addressee_2_more": true}, "kashan", "domicile", 4},
	}
	for _, tt := range tests {
		a := example(d, tt.change)
		q, err := d.Routing(a)
		if err != nil || q.County != tt.county || q.Basis != tt.basis || authority.CheckQuery(q) != nil {
			t.Errorf("%v: %+v, %v, %v", tt.change, q, err, authority.CheckQuery(q))
		}
		lines, err := d.Fees(t.Context(), a, day)
		if err != nil || Total(lines) != tt.sheets*20_000 {
			t.Errorf("%v: %+v, %v", tt.change, lines, err)
		}
	}
}

// TestTenantMayStayUntilTheLeaseEnds: what a landlord asks for must fit the
// lease.
func TestTenantMayStayUntilTheLeaseEnds(t *testing.T) {
	t.Parallel()
	d := definition(t, "declaration-vacate")
	tests := []struct {
		want   string
		change map[string]any
	}{
		{"", nil},
		{"reason own", map[string]any{"lease_end": "2025-05-11"}},
		{"reason own", map[string]any{"reason": "ending"}},
		{"", map[string]any{"reason": "ending", "lease_end": "2025-06-21", "until": "day", "until_day": "2025-06-21"}},
		{"until_day own", map[string]any{"reason": "ending", "lease_end": "2025-06-21", "until": "day", "until_day": "2025-06-20"}},
		{"until_day own", map[string]any{"until": "day", "until_day": "2025-05-10"}},
		{"lease_end own", map[string]any{"lease_end": "2024-03-19"}},
		{"rescind required.choice, rent_owed required.amount", map[string]any{"reason": "rent"}},
	}
	for _, tt := range tests {
		if got := codes(d.Validate(example(d, tt.change), "")); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.change, got, tt.want)
		}
	}
}

func TestNoCertificateWithoutConsent(t *testing.T) {
	t.Parallel()
	d := definition(t, "certificate-criminal-record")
	if got := codes(d.Validate(example(d, map[string]any{"consent": false}), "")); got != "consent own" {
		t.Errorf("got %q", got)
	}
}

// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// TestTitlesStopWhatTheLawRefuses: where the law has no room for a filing, the
// person hears it on the page, before paying.
func TestTitlesStopWhatTheLawRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code   string
		change map[string]any
		want   string // field and a part of the words
	}{
		{"petition-debt.v2", map[string]any{"debt_date": "2099-01-01"}, "debt_date: not come yet"},
		{"petition-deposit", map[string]any{"amount": int64(2_000_000_001)}, "amount: more than the deposit"},
		{"petition-deposit", map[string]any{"handover_date": "2023-01-01"}, "handover_date: before the lease began"},
		{"petition-deposit", map[string]any{"handed_over": false, "lease_end": "2099-01-01"}, "lease_end: not ended yet"},
		{"petition-deposit", map[string]any{"lease_code": "کد"}, "lease_code: digits only"},
		{"petition-mahr", map[string]any{"coins": "صد و ده"}, "coins: digits only"},
		{"petition-mahr", map[string]any{"pay_when": "on_means"}, "means: "},
		{"petition-deed", map[string]any{"paid_all": false, "rest": int64(30_000_000_001)}, "rest: more than the price"},
		{"petition-deed", map[string]any{"deed_day": "2023-01-01"}, "deed_day: before the date of the contract"},
		{"petition-eviction", map[string]any{"property_use": "business", "goodwill": true}, "goodwill: general civil court"},
		{"petition-eviction", map[string]any{"lease_end": "2099-01-01"}, "lease_end: not ended yet"},
		{"petition-eviction", map[string]any{"deposit_ready": false}, "deposit_ready: ready to return"},
		{"petition-damage", map[string]any{"event_date": "2099-01-01"}, "event_date: not come yet"},
		{"appeal-civil", map[string]any{"bar": "waiver"}, "ground_competence: the judgment is final"},
		{"appeal-civil", map[string]any{"ground_reasons": false, "ground_law": false}, "ground_law: At least one"},
		{"appeal-civil", map[string]any{"served_date": "2025-01-01"}, "served_date: before it was given"},
		{"default-objection", map[string]any{"attended": true}, "attended: civil appeal"},
		{"default-objection", map[string]any{"wrote": true}, "wrote: civil appeal"},
		{"default-objection", map[string]any{"summons_seen": true}, "summons_seen: civil appeal"},
		{"default-objection", map[string]any{"timing": "excuse", "excuse": "illness", "evidence_list": nil}, "evidence_list: "},
		{"objection-no-prosecution", map[string]any{"why_overlooked": false, "why_incomplete": false}, "why_law: At least one"},
		{"objection-registrar", map[string]any{"cured_date": "2025-05-04"}, "cured_date: a new petition"},
	}
	words, err := printers()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		d := definition(t, tt.code)
		field, say, _ := strings.Cut(tt.want, ": ")
		faults := d.Validate(example(d, tt.change), "")
		if len(faults) != 1 || faults[0].Name != field || !strings.Contains(faultWords(words[i18n.EN], faults[0]), say) {
			t.Errorf("%s with %v: %s", tt.code, tt.change, codes(faults))
		}
	}
	// A waiver leaves the objection to the competence (CPC 333).
	d := definition(t, "appeal-civil")
	if faults := d.Validate(example(d, map[string]any{"bar": "waiver", "ground_competence": true}), ""); len(faults) > 0 {
		t.Errorf("an appeal about the competence: %s", codes(faults))
	}
}

// TestTitlesCostAndReachACourt: every petition and every variant of it has a
// fee and a court that hears it; what an objection costs follows from what it
// attacks.
func TestTitlesCostAndReachACourt(t *testing.T) {
	fees := map[string]string{
		"petition-debt.v2":                      "court_monetary_first.1 court_monetary_first.2 form_sheet",
		"petition-debt.v2-several":              "court_monetary_first.1 court_monetary_first.2 form_sheet",
		"petition-deed":                         "court_monetary_first.1 court_monetary_first.2 form_sheet",
		"petition-eviction":                     "court_eviction form_sheet",
		"appeal-civil":                          "court_appeal form_sheet",
		"appeal-civil-whole":                    "court_non_monetary form_sheet",
		"default-objection":                     "court_appeal form_sheet",
		"default-objection-in-time":             "court_non_monetary form_sheet",
		"objection-no-prosecution":              "objection_prosecutor",
		"objection-registrar":                   "",
		"petition-mahr-money":                   "court_monetary_first.1 court_monetary_first.2 form_sheet",
		"petition-damage-contract":              "court_monetary_first.1 court_monetary_first.2 form_sheet",
		"objection-no-prosecution-discontinued": "objection_prosecutor",
	}
	courts := map[string]string{
		"petition-debt.v2": "10101 domicile", "petition-debt.v2-abroad": "23201 plaintiff", "petition-deposit": "23101 domicile",
		"petition-mahr": "07301 wife", "petition-mahr-money": "08201 domicile", "petition-mahr-abroad": "07301 wife",
		"petition-deed": "01101 situs", "petition-eviction": "23201 situs", "petition-damage": "10201 domicile",
	}
	each(t, func(t *testing.T, s, _ *Service) {
		ctx := t.Context()
		for _, name := range embedded(t) {
			d := definition(t, name)
			for variant, change := range variants(t, name) {
				delete(change, "@case")
				delete(change, "@filer")
				answers := example(d, change)
				lines, err := d.Fees(ctx, answers, max(day, d.From))
				if err != nil {
					t.Errorf("%s%s: %v", name, variant, err)
				}
				if want, ok := fees[name+variant]; ok {
					var got []string
					for _, l := range lines {
						got = append(got, l.Code)
					}
					if strings.Join(got, " ") != want {
						t.Errorf("%s%s: fees %q, want %q", name, variant, got, want)
					}
				}
				if !d.Routed() {
					continue
				}
				q, err := d.Routing(answers)
				if err != nil {
					t.Fatal(err)
				}
				r, err := s.authority.Route(ctx, q)
				if err != nil {
					t.Errorf("%s%s: %v", name, variant, err)
					continue
				}
				if want, ok := courts[name+variant]; ok && want != r.Unit.Code+" "+q.Basis {
					t.Errorf("%s%s: %s by %s, want %s", name, variant, r.Unit.Code, q.Basis, want)
				}
			}
		}
	})
}

// TestEveryDefendantCountsOnASheet: one sheet for the court and one for each.
func TestEveryDefendantCountsOnASheet(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt.v2")
	several := variants(t, "petition-debt.v2")["-several"]
	sheets := func(a Answers) int64 {
		lines, err := d.Fees(t.Context(), a, max(day, d.From))
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(lines, func(l FeeLine) bool { return l.Code == "form_sheet" })
		return lines[i].Amount / 20_000
	}
	if n := sheets(example(d, nil)); n != 2 {
		t.Errorf("one defendant: %d sheets", n)
	}
	if n := sheets(example(d, several)); n != 4 {
		t.Errorf("three defendants: %d sheets", n)
	}
	// Who is not asked about does not count, whatever was answered before.
	gone := maps.Clone(several)
	gone["defendant_more"] = false
	if n := sheets(example(d, gone)); n != 2 {
		t.Errorf("the others are taken back: %d sheets", n)
	}
}

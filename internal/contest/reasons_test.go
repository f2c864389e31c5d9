// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
)

// What may be said depends on the way in which the paper was served.
func TestReasonsByWay(t *testing.T) {
	t.Parallel()
	r, err := DefaultReasons()
	if err != nil {
		t.Fatal(err)
	}
	table := r.At(civil.Of(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)))
	for way, want := range map[string]string{
		WayElectronic:  "no_access system_down not_me needs_actual wrong_person wrong_time",
		WayPerson:      "signature address wrong_person wrong_time",
		WayOther:       "household adverse address needs_actual wrong_person wrong_time",
		WayAffixed:     "not_affixed address needs_actual wrong_person wrong_time",
		WayPublication: "address_known needs_actual wrong_person wrong_time",
		"":             "",
	} {
		var got []string
		for _, x := range table.For(way) {
			got = append(got, x.Code)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s", way, strings.Join(got, " "))
		}
	}
	if _, ok := table.Find(WayPerson, "system_down"); ok {
		t.Error("an outage of the system against a paper")
	}
}

// The way follows from the facts; the outcomes that leave a paper behind are those
// of the bailiffs' table.
func TestWayOf(t *testing.T) {
	t.Parallel()
	r, err := DefaultReasons()
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := bailiff.DefaultOutcomes()
	if err != nil {
		t.Fatal(err)
	}
	day := civil.Of(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
	table := r.At(day)
	for _, code := range table.Affixed {
		found := false
		for _, o := range outcomes.At(day).Outcomes {
			found = found || o.Code == code && o.Class == bailiff.Legal
		}
		if !found {
			t.Errorf("%s is no outcome by which a paper is served by law", code)
		}
	}
	paper := func(facts ...notice.Fact) notice.Notice { return notice.Notice{Way: notice.WayPaper, Facts: facts} }
	for _, c := range []struct {
		n    notice.Notice
		want string
	}{
		{notice.Notice{Way: notice.WayElectronic}, WayElectronic},
		{paper(), ""},
		{paper(notice.Fact{Kind: notice.FactPaperFailed, Code: "moved"}), ""},
		{paper(notice.Fact{Kind: notice.FactPaperFailed, Code: "moved"}, notice.Fact{Kind: notice.FactPaperActual, Code: "handed", Made: time.Unix(9, 0)}), WayPerson},
		{paper(notice.Fact{Kind: notice.FactPaperLegal, Code: "household"}), WayOther},
		{paper(notice.Fact{Kind: notice.FactPaperLegal, Code: "refused"}), WayOther},
		{paper(notice.Fact{Kind: notice.FactPaperLegal, Code: "posted_absent"}), WayAffixed},
		{paper(notice.Fact{Kind: notice.FactPublished}), WayPublication},
	} {
		if got := table.WayOf(c.n); got != c.want {
			t.Errorf("%+v: %q, want %q", c.n.Facts, got, c.want)
		}
	}
}

// A table that is incomplete is refused.
func TestReasonsRefused(t *testing.T) {
	t.Parallel()
	whole := string(reasonsJSON)
	for name, change := range map[string][2]string{
		"a way that nobody knows":  {`"ways": ["person"]`, `"ways": ["drone"]`},
		"a reason named twice":     {`"code": "not_me"`, `"code": "no_access"`},
		"no citation":              {`"citation": {"fa": "مادهٔ ۶۹ قانون آیین دادرسی مدنی", "en": "Civil Procedure Code, article 69"}`, `"citation": {"fa": "", "en": ""}`},
		"a term below nought":      {`"within_days": 0`, `"within_days": -1`},
		"a proof that nobody asks": {`"proof": "required"`, `"proof": "perhaps"`},
		"a member nobody knows":    {`"mark": "inf"`, `"mark": "inf", "colour": "red"`},
		"a way without a reason":   {`["electronic", "person", "other", "affixed", "publication"]`, `["electronic"]`},
	} {
		text := strings.Replace(whole, change[0], change[1], 1)
		if name == "a way without a reason" {
			text = strings.ReplaceAll(strings.ReplaceAll(whole, `, "publication"]`, `]`), `["publication"]`, `["affixed"]`)
		}
		if text == whole {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := parseReasons([]byte(text)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := parseReasons(reasonsJSON); err != nil {
		t.Error(err)
	}
}

// A day of service becomes an instant that lies neither before the notice nor ahead.
func TestServedOn(t *testing.T) {
	t.Parallel()
	issued := time.Date(2026, 1, 10, 14, 0, 0, 0, time.UTC)
	now := time.Date(2026, 1, 20, 6, 0, 0, 0, time.UTC)
	for _, d := range []civil.Day{civil.Of(issued), civil.Of(issued).Add(3), civil.Of(now)} {
		at := servedOn(d, issued, now)
		if civil.Of(at) != d || at.Before(issued) || at.After(now) {
			t.Errorf("%s: %s", d, at)
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// publish makes a title of the petition for a debt, changed for a test.
func publish(t *testing.T, e *apptest.Env, code string, change func(m map[string]any)) {
	t.Helper()
	b, err := os.ReadFile("../catalogue/services/petition-debt.json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	m["code"] = code
	change(m)
	if b, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	if _, err := e.App.Catalogue.Publish(t.Context(), policy.Actor{Person: e.Person(apptest.Administrator).ID, Role: policy.Administrator, Assurance: 3}, b); err != nil {
		t.Fatal(err)
	}
}

// severalDefendants lets a title name up to three defendants.
func severalDefendants(m map[string]any) {
	words := func(fa, en string) map[string]any { return map[string]any{"fa": fa, "en": en} }
	for _, p := range m["pages"].([]any) {
		if page := p.(map[string]any); page["key"] == "defendant" {
			page["repeat"] = map[string]any{
				"max": 3, "title": words("خواندهٔ {n}", "Defendant {n}"),
				"more": map[string]any{"label": words("آیا خواندهٔ دیگری هست؟", "Is there another defendant?"), "hint": words("هر خوانده جدا نوشته می‌شود.", "Each is written apart.")},
			}
		}
	}
	m["example"].(map[string]any)["defendant_more"] = false
	m["parties"].([]any)[1].(map[string]any)["repeat"] = "defendant"
	m["paper"].([]any)[2].(map[string]any)["repeat"] = "defendant"
}

// TestSeveralDefendants: pages for more defendants come when they are asked
// for, nobody is named twice, the registry answers for each.
func TestSeveralDefendants(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	publish(t, e, "petition-several", severalDefendants)
	me := e.As(apptest.Plaintiff)
	page := me.PostForm("/filings", "service", "petition-several", "act", id.New()).Follow().Want(http.StatusOK)
	base := strings.TrimSuffix(page.Path, "/pages/plaintiff")
	defendant := func(prefix string, who apptest.Who, more string) *apptest.Page {
		p := e.Person(who)
		fields := []string{
			prefix + "_national_code", p.NationalCode, prefix + "_first_name", p.FirstName, prefix + "_last_name", p.LastName, prefix + "_father_name", "",
			prefix + "_abroad", "no", prefix + "_province", "tehran", prefix + "_county", "tehran", prefix + "_address", apptest.DefendantAddress, prefix + "_postal", "",
			"then", "next",
		}
		if more != "" {
			fields = append(fields, prefix+"_more", more)
		}
		return me.PostForm(base+"/pages/"+prefix, fields...)
	}
	if p := me.Get(base + "/pages/defendant_2"); p.Status != http.StatusSeeOther {
		t.Errorf("a page that is not asked is shown: %d", p.Status)
	}
	if p := defendant("defendant", apptest.Defendant, "no"); p.Location() != base+"/pages/claim" {
		t.Errorf("with one defendant the way leads to %s", p.Location())
	}
	if p := defendant("defendant", apptest.Defendant, "yes"); p.Location() != base+"/pages/defendant_2" {
		t.Fatalf("with another defendant the way leads to %s\n%s", p.Location(), p.Text())
	}
	if p := defendant("defendant_2", apptest.Defendant, "no"); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, `href="#f-defendant_2_national_code"`) {
		t.Errorf("the same person twice: %d %s", p.Status, p.Text())
	}
	if p := defendant("defendant_2", apptest.Plaintiff, "no"); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text(), "your own national code") {
		t.Errorf("oneself: %d %s", p.Status, p.Text())
	}
	if p := defendant("defendant_2", apptest.Stranger, "no"); p.Location() != base+"/pages/claim" {
		t.Errorf("after the last defendant the way leads to %s %s", p.Location(), p.Text())
	}
	if p := me.Get(base + "/pages/claim").Want(http.StatusOK); p.Link(base+"/pages/defendant_2") == "" {
		t.Error("the steps do not show the second defendant")
	}
	f, def, err := e.App.Filing.Get(t.Context(), e.Actor(apptest.Plaintiff), strings.TrimPrefix(base, "/filings/"))
	if err != nil || f.Names["defendant"].Check != "confirmed" || f.Names["defendant_2"].Check != "confirmed" {
		t.Errorf("the registry was asked: %v, %v", f.Names, err)
	}
	parties, err := def.Parties(f.Answers)
	if err != nil || len(parties) != 3 || parties[2].NationalCode != e.Person(apptest.Stranger).NationalCode {
		t.Errorf("parties %+v, %v", parties, err)
	}
}

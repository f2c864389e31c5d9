// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// demoDay is when the demo countries of these tests are made: a Sunday.
var demoDay = time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)

// newDemo starts the program on an empty database with a demo's clock that
// stands still, and makes a small demo country.
func newDemo(t *testing.T, engine, dir string, seed uint64) *app.App {
	t.Helper()
	return newDemoOn(t, engine, dir, seed, demoDay)
}

func newDemoOn(t *testing.T, engine, dir string, seed uint64, day time.Time) *app.App {
	t.Helper()
	cfg, err := config.Load("", []string{
		"TARAZU_DATA_DIR=" + dir, "TARAZU_DATABASE=" + storetest.Migrated(t, engine, app.Migrations()...), "TARAZU_DEMO=true",
		"TARAZU_LEDGER_ORIGIN=example.test/tarazu", "TARAZU_SECURITY_ARGON2_MEMORY_KIB=7168",
	})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := app.New(t.Context(), cfg, app.Options{Clock: &clock.Shifted{Base: clock.NewFake(day)}, Log: log, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	last := 0
	err = a.Demo(t.Context(), app.DemoOptions{Seed: seed, Small: true, Progress: sequential(func(p app.DemoProgress) {
		if p.Phase == app.DemoCases && p.Done != last+1 || p.Done > p.Total {
			t.Errorf("progress jumps from %d to %d of %d", last, p.Done, p.Total)
		}
		if p.Phase == app.DemoCases {
			last = p.Done
		}
	})})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestDemoOnAnyDay: terms in the demo's stories end on other days when their last one is
// closed; the stories go on all the same, on each day of a week, and when the holidays of
// Nowruz lie in them.
func TestDemoOnAnyDay(t *testing.T) {
	t.Parallel()
	days := []time.Time{}
	for i := range 7 {
		days = append(days, demoDay.AddDate(0, 0, i))
	}
	nowruz := time.Date(2027, 3, 21, 6, 30, 0, 0, time.UTC)
	for _, after := range []int{9, 17, 33} {
		days = append(days, nowruz.AddDate(0, 0, after))
	}
	for _, day := range days {
		t.Run(day.Format(time.DateOnly), func(t *testing.T) {
			t.Parallel()
			newDemoOn(t, "sqlite", t.TempDir(), 1, day)
		})
	}
}

func sequential(fn func(app.DemoProgress)) func(app.DemoProgress) {
	var mu sync.Mutex
	return func(p app.DemoProgress) {
		mu.Lock()
		defer mu.Unlock()
		fn(p)
	}
}

// listing is what can be seen of a demo country without its ids: names, titles,
// states and days, a line each.
func listing(t *testing.T, a *app.App) []string {
	t.Helper()
	var out []string
	for what, query := range map[string]string{
		"person": `SELECT p.national_code || ' ' || p.first_name || ' ' || p.last_name || ' ' || p.father_name || ' ' || p.mobile || ' ' || coalesce(c.title_fa, '') AS line, p.created_us AS at_us
			FROM identity_person p LEFT JOIN identity_capacity c ON c.person = p.id`,
		"filing": `SELECT p.national_code || ' ' || f.service || ' ' || f.status || ' ' || f.case_number AS line, f.updated_us AS at_us
			FROM filing_filing f JOIN identity_person p ON p.id = f.owner`,
		"case":     `SELECT number || ' ' || title_fa || ' ' || state || ' ' || branch AS line, opened_us AS at_us FROM docket_case`,
		"notice":   `SELECT c.number || ' ' || n.kind || ' ' || n.title_fa AS line, n.issued_us AS at_us FROM docket_notice n JOIN docket_case c ON c.id = n.case_id`,
		"deadline": `SELECT c.number || ' ' || d.rule || ' ' || CAST(d.last_day AS TEXT) AS line, d.superseded_us AS at_us FROM docket_deadline d JOIN docket_case c ON c.id = d.case_id`,
	} {
		rows, err := store.All[struct {
			Line string     `db:"line"`
			At   store.Time `db:"at_us"`
		}](t.Context(), a.DB, query)
		if err != nil {
			t.Fatal(what, err)
		}
		for _, r := range rows {
			out = append(out, fmt.Sprintf("%s: %s %s", what, r.Line, civil.Of(r.At.Time)))
		}
	}
	slices.Sort(out)
	return out
}

// everyState: whatever the program can show is somewhere in a demo country.
func everyState(t *testing.T, a *app.App) {
	t.Helper()
	resting, err := store.All[string](t.Context(), a.DB, `SELECT p.last_name || ' ' || c.role FROM identity_capacity c
		JOIN identity_person p ON p.id = c.person WHERE c.ended_us = 0 AND c.least_level > p.assurance`)
	if err != nil || len(resting) > 0 {
		t.Errorf("not known surely enough for what they hold: %v, %v", resting, err)
	}
	for what, want := range map[string]struct {
		query string
		words string
	}{
		"status":    {`SELECT DISTINCT status FROM filing_filing`, "draft payable signable submitted halted"},
		"desk":      {`SELECT DISTINCT state || ':' || act FROM filing_desk`, "new: done:serve done:seen halted:halt new:mend new:set_aside done:set_aside done:reject done:certify done:lawyer onward:serve new:send done:send"},
		"case":      {`SELECT DISTINCT kind || ':' || state FROM docket_case`, "civil:proposed civil:referred civil:closed criminal:referred declaration:closed appeal:proposed appeal:referred"},
		"notice":    {`SELECT DISTINCT kind FROM docket_notice`, "claim_copy hearing judgment order defect rejection declaration appeal"},
		"mandate":   {`SELECT DISTINCT kind || ':' || state FROM identity_mandate`, "helper:active office:active lawyer:offered"},
		"role":      {`SELECT DISTINCT role FROM identity_capacity`, "lawyer expert graduate representative guardian helper law_clerk operator manager clerk judge prosecutor bailiff inspector association centre administrator"},
		"licence":   {`SELECT DISTINCT issuer FROM identity_capacity WHERE role IN ('lawyer', 'expert')`, "bar-tehran centre experts-tehran"},
		"class":     {`SELECT DISTINCT class FROM identity_person`, "resident abroad foreign entity body"},
		"opened":    {`SELECT DISTINCT CASE WHEN viewed_us > 0 THEN 'opened' ELSE 'unopened' END FROM notice_notice`, "opened unopened"},
		"paper":     {`SELECT DISTINCT reason FROM notice_paper_task`, "no_account unknown_address"},
		"term":      {`SELECT DISTINCT rule FROM docket_deadline`, "cpc-442 cpc-54 cpc-54-objection cpc-336 cpc-306 cpc-346 crpc-270"},
		"term over": {`SELECT DISTINCT CASE WHEN last_day < ` + fmt.Sprint(int(civil.Of(demoDay))) + ` THEN 'over' ELSE 'runs' END FROM docket_deadline WHERE superseded_us = 0`, "over runs"},
		"lawyer":    {`SELECT DISTINCT kind FROM docket_notice n JOIN docket_lawyer l ON l.lawyer = n.owner`, "hearing"},
		"abroad":    {`SELECT DISTINCT CASE WHEN abroad THEN 'abroad' ELSE 'here' END FROM notice_notice`, "abroad here"},
		"files":     {`SELECT DISTINCT type FROM filing_attachment`, "application/pdf image/jpeg"},
		"kind":      {`SELECT DISTINCT kind FROM filing_desk`, "petition complaint declaration brief objection certificate"},
		"courts":    {`SELECT DISTINCT substr(unit, 3, 1) FROM docket_case`, "1 2 3 4 5"},
	} {
		have, err := store.All[string](t.Context(), a.DB, want.query)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, w := range strings.Fields(want.words) {
			if !slices.Contains(have, w) {
				t.Errorf("%s: no %q among %q", what, w, have)
			}
		}
	}
}

// TestDemoIsTheSame: one seed makes the same country on every engine, with
// everything in it that can be shown; nothing is left undone, and making it
// again changes nothing.
func TestDemoIsTheSame(t *testing.T) {
	t.Parallel()
	var lists [][]string
	for _, engine := range storetest.Engines {
		dir := t.TempDir()
		a := newDemo(t, engine, dir, 7)
		dead, err := a.Jobs.Dead(t.Context())
		if err != nil || len(dead) > 0 {
			t.Errorf("dead jobs: %v %v", dead, err)
		}
		if now := a.Clock.Now(); !now.Equal(demoDay) {
			t.Errorf("the clock was left at %s", now)
		}
		everyState(t, a)
		one := listing(t, a)
		if err := a.Demo(t.Context(), app.DemoOptions{Seed: 8, Small: true}); err != nil {
			t.Fatal(err)
		}
		if again := listing(t, a); !slices.Equal(one, again) {
			t.Errorf("%s: making it again changed it:\n%s", engine, difference(one, again))
		}
		lists = append(lists, one)
	}
	if !slices.Equal(lists[0], lists[1]) {
		t.Errorf("two countries of one seed differ:\n%s", difference(lists[0], lists[1]))
	}
}

// difference are the lines that only one of two lists has.
func difference(a, b []string) string {
	var out []string
	for _, l := range a {
		if !slices.Contains(b, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range b {
		if !slices.Contains(a, l) {
			out = append(out, "+ "+l)
		}
	}
	return strings.Join(out, "\n")
}

// TestDemoPages: the sign-in page names the main characters, everybody is found
// by name, province and role, and one click enters as anybody.
func TestDemoPages(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	e.Clock.Advance(demoDay.Sub(e.Clock.Now()))
	if err := e.App.Demo(t.Context(), app.DemoOptions{Small: true}); err != nil {
		t.Fatal(err)
	}
	b := e.As(apptest.Nobody)
	page := b.Get("/login").Want(200)
	for _, name := range []string{"مریم احمدی", "رضا کریمی", "سارا نوری", "محمد یزدانی", "شهرام فلاحی", "نرگس حاتمی", "امید بهرامی", "نیلوفر صادقی"} {
		if !strings.Contains(page.Body, name) {
			t.Errorf("%s is not offered on the sign-in page", name)
		}
	}
	page = b.Get("/demo/people?role=judge&province=fars").Want(200)
	if text := page.Text(); !strings.Contains(text, "Court of Shiraz") || strings.Contains(text, "Clerk,") {
		t.Errorf("the judges of Fars:\n%s", text)
	}
	if text := b.Get("/demo/people?name=" + url.QueryEscape("كريمي")).Want(200).Text(); !strings.Contains(text, "رضا کریمی") { // Arabic letters
		t.Errorf("somebody is not found by name:\n%s", text)
	}
	if first, second := b.Get("/demo/people").Want(200), b.Get("/demo/people?page=2").Want(200); first.Link("/demo/people?page=") == "" || first.Text() == second.Text() {
		t.Error("the list has one page")
	}
	if text := b.Get("/demo/people?page=999").Want(200).Text(); strings.Contains(text, "مریم احمدی") {
		t.Errorf("behind the end:\n%s", text)
	}
	page = b.Get("/demo/people?name=" + url.QueryEscape("سارا نوری")).Want(200).Submit("/demo/enter").Want(200)
	if page.Path != "/court" {
		t.Errorf("not entered:\n%s", page.Text())
	}
	page = b.Get("/demo?mobile=09120000201").Want(200)
	if text := page.Text(); !strings.Contains(text, "+989120000201") || strings.Contains(text, "+989120000202") {
		t.Errorf("messages of others:\n%s", text)
	}
	page = b.Get("/demo?mobile=Nima@mail.example").Want(200)
	if text := page.Text(); !strings.Contains(text, "nima@mail.example") || strings.Contains(text, "+989120000201") {
		t.Errorf("e-mails of one address:\n%s", text)
	}
	for _, name := range []string{"نیما تهرانی", "آنا وبر", "سامان وثوقی", "شیما کیانی", "یاسمن رهنما", "پروانه سلطانی"} {
		if page = b.Get("/demo/people?name=" + url.QueryEscape(name)).Want(200).Submit("/demo/enter").Want(200); page.Path != "/home" {
			t.Errorf("%s is at %s", name, page.Path)
		}
	}
}

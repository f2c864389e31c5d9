// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// The person of these tests; the code's issuing place does not exist.
const (
	adminCode   = "0000002070"
	adminMobile = "+989120000207"
	adminFile   = `{"national_code": "` + adminCode + `", "first_name": "امید", "last_name": "بهرامی", "father_name": "جواد",
	"birth": "1362-08-08", "mobile": "09120000207", "source": "حکم شمارهٔ ۱"}`
)

// eachEngine runs fn on both engines.
func eachEngine(t *testing.T, fn func(t *testing.T, s site)) {
	t.Helper()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			fn(t, newSite(t, engine))
		})
	}
}

// start opens the installation with doubles of the outside systems.
func (s site) start() *app.App {
	s.t.Helper()
	cfg, err := config.Load("", append(s.vars, "TARAZU_DEMO=true"))
	if err != nil {
		s.t.Fatal(err)
	}
	a, err := app.New(s.t.Context(), cfg, app.Options{Clock: clock.System{}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := a.Close(context.WithoutCancel(s.t.Context())); err != nil {
			s.t.Error(err)
		}
	})
	return a
}

// TestFirstStart sets an installation up without the demo: courts, and an
// administrator who chooses the password alone.
func TestFirstStart(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, s site) {
		if out := s.ok("admin", "country", "--default"); !strings.Contains(out, "court units") || !strings.Contains(out, "invented") {
			t.Error(out)
		}
		s.ok("admin", "country", "--default") // again: nothing changes
		s.oneLine("does not have the shape", "admin", "country", s.file("c.json", `{"a": 1}`))
		s.oneLine("no such file", "admin", "country", filepath.Join(t.TempDir(), "none.json"))

		file := s.file("a.json", adminFile)
		out := s.ok("admin", "administrator", file)
		for _, words := range []string{"was made", "judicial ID is ", "/login", "population, simowner, sms", "remove it"} {
			if !strings.Contains(out, words) {
				t.Errorf("no %q in %s", words, out)
			}
		}
		for _, private := range []string{adminCode, "بهرامی", "9120000207"} {
			if strings.Contains(out, private) {
				t.Errorf("%q is shown: %s", private, out)
			}
		}
		if out := s.ok("admin", "administrator", file); !strings.Contains(out, "already") {
			t.Errorf("again: %s", out)
		}
		s.oneLine("another birth date or mobile", "admin", "administrator", s.file("b.json", strings.Replace(adminFile, "1362-08-08", "1362-08-09", 1)))

		a := s.start()
		if n, err := store.One[int](t.Context(), a.DB, `SELECT count(*) FROM docket_court`); err != nil || n < 10 {
			t.Errorf("the docket has %d courts, %v", n, err)
		}
		signInAsAdministrator(t, a)
	})
}

// signInAsAdministrator goes the way of somebody who has forgotten the
// password, and signs in with the new one.
func signInAsAdministrator(t *testing.T, a *app.App) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	birth, err := civil.FromJalali(1362, 8, 8)
	must(err)
	a.Doubles.Population.Add(population.Entry{NationalCode: adminCode, Birth: birth, Person: population.Person{FirstName: "امید", LastName: "بهرامی", FatherName: "جواد", Alive: true}})
	a.Doubles.SimOwner.Add(simowner.Pair{NationalCode: adminCode, Mobile: adminMobile})
	code := func() string {
		t.Helper()
		_, err := a.Jobs.Drain(ctx)
		must(err)
		return regexp.MustCompile(`\d{6}`).FindString(persian.Digits(a.Doubles.SMS.For(adminMobile)[0].Text))
	}
	const password = "هفت اسب آبی 12"
	if _, err := a.Identity.Login(ctx, adminCode, "", identity.From{Address: "192.0.2.1"}); err == nil {
		t.Fatal("signed in without a password")
	}
	reg := id.New()
	_, err = a.Identity.Start(ctx, reg, identity.Entries{NationalCode: adminCode, Birth: birth, Mobile: adminMobile, Lang: i18n.FA, Address: "192.0.2.1"})
	must(err)
	state, err := a.Identity.Prove(ctx, reg, code())
	must(err)
	if state.State != identity.Known {
		t.Fatalf("state %s", state.State)
	}
	who, err := a.Identity.Finish(ctx, reg, password)
	must(err)
	c, err := a.Identity.Login(ctx, adminCode, password, identity.From{Address: "192.0.2.1"})
	must(err)
	must(a.Identity.FinishLogin(ctx, c, code(), identity.From{Address: "192.0.2.1"}))
	posts, err := a.Identity.Capacities(ctx, who.ID)
	must(err)
	if len(posts) != 1 || posts[0].Source != "حکم شمارهٔ ۱" {
		t.Fatalf("capacities %+v", posts)
	}
	me, err := a.Identity.Actor(ctx, who.ID, posts[0].ID)
	if err != nil || me.Role != policy.Administrator || me.Assurance != identity.SeenInPerson {
		t.Errorf("actor %+v, %v", me, err)
	}
}

func TestAdministratorFileIsChecked(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	s.oneLine("birth: There is no such day", "admin", "administrator", s.file("a.json", strings.Replace(adminFile, "1362-08-08", "1362-13-08", 1)))
	s.oneLine("birth: Enter the date", "admin", "administrator", s.file("a.json", strings.Replace(adminFile, "1362-08-08", "", 1)))
	s.oneLine(`unknown field "pasword"`, "admin", "administrator", s.file("a.json", strings.Replace(adminFile, "{", `{"pasword": "x", `, 1)))
	code, _, errOut := s.run("admin", "administrator", s.file("a.json", strings.NewReplacer(adminCode, "0000002071", "09120000207", "123").Replace(adminFile)))
	if code != exitFailed || strings.Count(errOut, "\n") != 2 || !strings.Contains(errOut, "national_code: This national code") || !strings.Contains(errOut, "mobile: A mobile number") {
		t.Errorf("%d %s", code, errOut)
	}
}

// TestAnAccountBecomesAnAdministrators: somebody who has registered already.
func TestAnAccountBecomesAnAdministrators(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	s.ok("migrate")
	a := s.start()
	birth, err := civil.FromJalali(1362, 8, 8)
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.Identity.Enrol(t.Context(), operator, identity.NewPerson{NationalCode: adminCode, FirstName: "امید", LastName: "بهرامی", Birth: birth, Mobile: adminMobile, Password: "هفت اسب آبی 12"})
	if err != nil {
		t.Fatal(err)
	}
	if out := s.ok("admin", "administrator", s.file("a.json", adminFile)); !strings.Contains(out, "account already") || !strings.Contains(out, p.JudicialID) {
		t.Error(out)
	}
	posts, err := a.Identity.Capacities(t.Context(), p.ID)
	if err != nil || len(posts) != 1 || posts[0].Role != policy.Administrator {
		t.Errorf("capacities %+v, %v", posts, err)
	}
}

// TestDeadJobs lists what was given up without what it carries, and makes it
// due again.
func TestDeadJobs(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, s site) {
		s.ok("migrate")
		if out := s.ok("admin", "jobs"); !strings.Contains(out, "No job") {
			t.Error(out)
		}
		a := s.start()
		insert := func(id, state, key string) {
			t.Helper()
			err := a.DB.Write(t.Context(), func(tx *store.Tx) error {
				return tx.Exec(t.Context(), `INSERT INTO jobs_job (id, kind, args, state, unique_key, due_us, attempt, attempts, created_us, finished_us, error)
					VALUES ($1, 'notice.alert', '{"notice":"secret"}', $2, $3, 0, $4, 9, 0, 1767225600000000, $5)`, id, state, key, map[string]int64{"dead": 9}[state], "gateway.sms.down:\n out")
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		insert("job-1", "dead", "")
		insert("job-2", "dead", "k")
		insert("job-3", "open", "k")
		out := s.ok("admin", "jobs")
		if strings.Count(out, "\n") != 3 || strings.Contains(out, "secret") || strings.Contains(out, "job-3") ||
			!regexp.MustCompile(`(?m)^job-1 +notice\.alert +9 +2026-01-01T00:00:00Z +gateway\.sms\.down: out$`).MatchString(out) {
			t.Errorf("%s", out)
		}
		code, out, errOut := s.run("admin", "jobs", "retry", "job-1", "job-2", "job-9")
		if code != exitFailed || !strings.Contains(out, "1 of 3") || strings.Count(errOut, "\n") != 2 ||
			!strings.Contains(errOut, "job-2: the same work") || !strings.Contains(errOut, "job-9: there is no dead job") {
			t.Errorf("%d %s%s", code, out, errOut)
		}
		if out := s.ok("admin", "jobs"); !strings.Contains(out, "job-2") || strings.Contains(out, "job-1") {
			t.Errorf("after it: %s", out)
		}
	})
}

// TestKeyIsNeverReplaced: neither looking at the key nor starting without it
// makes another.
func TestKeyIsNeverReplaced(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, s site) {
		path := filepath.Join(s.dir, "keys", "ledger.key")
		none := func() {
			t.Helper()
			if left, err := filepath.Glob(path + "*"); err != nil || len(left) != 0 {
				t.Errorf("key files: %v, %v", left, err)
			}
		}
		s.ok("migrate")
		s.oneLine("is not at "+path, "admin", "key")
		s.oneLine("is not at "+path, "admin", "audit")
		none()
		s.ok("admin", "country", "--default") // the first start makes it
		key := s.ok("admin", "key")
		if !strings.HasPrefix(key, "example.test/tarazu+") {
			t.Errorf("key %s", key)
		}
		if err := os.Rename(path, filepath.Join(s.dir, "copy")); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"serve"}, {"worker"}, {"admin", "country", "--default"}, {"admin", "key"}, {"admin", "audit"}} {
			s.oneLine("put the copy of its key file back", args...)
			none()
		}
		if err := os.Rename(filepath.Join(s.dir, "copy"), path); err != nil {
			t.Fatal(err)
		}
		if again := s.ok("admin", "key"); again != key {
			t.Errorf("key %s, want %s", again, key)
		}
		s.ok("admin", "audit")
	})
}

func TestCommandsNeedADatabase(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	for _, args := range [][]string{{"admin", "jobs"}, {"admin", "audit"}, {"admin", "backup", filepath.Join(t.TempDir(), "b")}} {
		s.oneLine("there is no database yet", args...)
	}
	if left, err := os.ReadDir(s.dir); err != nil || len(left) != 0 {
		t.Errorf("something was made: %v, %v", left, err)
	}
}

// TestBackupWritesOverNothing: neither a file that is there nor the database
// itself is replaced.
func TestBackupWritesOverNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var out, errOut strings.Builder
	e := env{vars: []string{"TARAZU_DATA_DIR=" + dir}, out: &out, errOut: &errOut}
	if code := run(t.Context(), []string{"migrate"}, e); code != exitOK {
		t.Fatal(errOut.String())
	}
	database := filepath.Join(dir, "tarazu.db")
	for _, target := range []string{database, filepath.Join(dir, "first")} {
		if target != database {
			if code := run(t.Context(), []string{"admin", "backup", target}, e); code != exitOK {
				t.Fatal(errOut.String())
			}
		}
		before, err := os.Stat(target)
		if err != nil {
			t.Fatal(err)
		}
		if code := run(t.Context(), []string{"admin", "backup", target}, e); code == exitOK || !strings.Contains(errOut.String(), "writes over nothing") {
			t.Errorf("a backup onto %s: exit %d, %s", filepath.Base(target), code, errOut.String())
		}
		after, err := os.Stat(target)
		if err != nil || !os.SameFile(before, after) {
			t.Errorf("%s was replaced (%v)", filepath.Base(target), err)
		}
	}
	parts, err := filepath.Glob(filepath.Join(dir, "*.part*"))
	if err != nil || len(parts) != 0 {
		t.Errorf("left behind: %v", parts)
	}
}

// TestDeaths: the accounts of a registry's file are closed, and a file with a
// wrong line closes none and shows nobody.
func TestDeaths(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, s site) {
		s.ok("admin", "administrator", s.file("a.json", adminFile))
		s.oneLine("line 2", "admin", "deaths", s.file("wrong.csv", adminCode+",deceased\n"+adminCode+",asleep\n"))
		for _, words := range []string{"1 accounts closed, 0 were closed before, 1 have no account", "0 accounts closed, 1 were closed before"} {
			if out := s.ok("admin", "deaths", s.file("d.csv", adminCode+",deceased\n0009999991,deceased\n")); !strings.Contains(out, words) || strings.Contains(out, adminCode) {
				t.Errorf("no %q in %s", words, out)
			}
		}
	})
}

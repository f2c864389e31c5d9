// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var (
	system = policy.Actor{Person: "system", Role: policy.System}
	admin  = policy.Actor{Person: "p-admin", Role: policy.Administrator, Assurance: 2}
)

// each runs fn on both engines with the default country and the embedded
// services installed.
func each(t *testing.T, fn func(t *testing.T, s, other *Service)) {
	t.Parallel()
	mods := []store.Migrations{ledger.Migrations, authority.Migrations, Migrations}
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		pol, err := policy.New(authority.Part(), Part())
		if err != nil {
			t.Fatal(err)
		}
		led := testLedger(t, db, clk)
		auth, err := authority.New(authority.Deps{DB: db, Policy: pol, Ledger: led})
		if err != nil {
			t.Fatal(err)
		}
		country, err := authority.DefaultCountry()
		if err != nil {
			t.Fatal(err)
		}
		if err := auth.Load(t.Context(), system, country); err != nil {
			t.Fatal(err)
		}
		var both [2]*Service // as two processes
		for i := range both {
			both[i], err = New(Deps{DB: db, Clock: clk, Policy: pol, Ledger: led, Authority: auth})
			if err != nil {
				t.Fatal(err)
			}
			if err := both[i].Install(t.Context(), system); err != nil {
				t.Fatal(err)
			}
		}
		fn(t, both[0], both[1])
	})
}

func TestReading(t *testing.T) {
	each(t, func(t *testing.T, s, _ *Service) {
		ctx := t.Context()
		d, err := s.Current(ctx, "petition-debt", day)
		if err != nil || d.Version != 1 || d.Kind != Petition {
			t.Fatal(d, err)
		}
		if faults := d.Validate(example(d, nil), ""); len(faults) > 0 {
			t.Errorf("the example is refused: %v", faults)
		}
		if lines, err := d.Fees(ctx, example(d, nil), day); err != nil || Total(lines) != 50_540_000 {
			t.Errorf("fees %+v, %v", lines, err)
		}
		list, err := s.List(ctx, day)
		byCode := func(a, b *Definition) int { return strings.Compare(a.Code, b.Code) }
		codes := len(slices.CompactFunc(slices.Clone(list), func(a, b *Definition) bool { return a.Code == b.Code }))
		if err != nil || len(list) < 2 || codes != len(list) || !slices.IsSortedFunc(list, byCode) || list[0].From > day {
			t.Errorf("list %v, %v", list, err)
		}
		if list, err := s.List(ctx, mustDay(t, "1403-12-29")); err != nil || len(list) != 0 {
			t.Errorf("before the first day: %v, %v", list, err)
		}
		if _, err := s.Current(ctx, "petition-debt", mustDay(t, "1403-12-29")); !errs.Is(err, errs.NotFound) {
			t.Errorf("before the first day: %v", err)
		}
		if _, err := s.Version(ctx, "petition-debt", 99); !errs.Is(err, errs.NotFound) {
			t.Errorf("a version that is not there: %v", err)
		}
	})
}

func next(t *testing.T, version, from string) []byte {
	t.Helper()
	text := strings.Replace(source(t, "brief-defence"), `"version": 1`, `"version": `+version, 1)
	text = strings.Replace(text, `"code": "brief-defence"`, `"code": "brief-trial"`, 1)
	return []byte(strings.Replace(text, `"from": "2025-03-21"`, `"from": "`+from+`"`, 1))
}

func TestPublish(t *testing.T) {
	each(t, func(t *testing.T, s, other *Service) {
		ctx := t.Context()
		if _, err := s.Publish(ctx, admin, next(t, "1", day.String())); err != nil {
			t.Fatal(err)
		}
		if _, err := other.Current(ctx, "brief-trial", day); err != nil {
			t.Fatal(err)
		}
		d, err := s.Publish(ctx, admin, next(t, "2", day.Add(5).String()))
		if err != nil || d.Version != 2 {
			t.Fatal(d, err)
		}
		for at, want := range map[int]int{4: 1, 5: 2} { // in another process, without a restart
			if d, err := other.Current(ctx, "brief-trial", day.Add(at)); err != nil || d.Version != want {
				t.Errorf("day %d: %v, %v", at, d, err)
			}
		}
		list, err := other.List(ctx, day.Add(5))
		if i := slices.IndexFunc(list, func(d *Definition) bool { return d.Code == "brief-trial" }); err != nil || i < 0 || list[i].Version != 2 {
			t.Errorf("list %v, %v", list, err)
		}
		if old, err := other.Version(ctx, "brief-trial", 1); err != nil || old.Version != 1 {
			t.Errorf("a draft lost its version: %v, %v", old, err)
		}
		if _, err := s.Publish(ctx, admin, next(t, "2", "2025-06-01")); code(err) != "catalogue.version.conflict" {
			t.Errorf("the same number again: %v", err)
		}
		if err := other.Install(ctx, system); err != nil {
			t.Errorf("the next start: %v", err)
		}
	})
}

func code(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}

// TestCompiledOnce: requests that come at the same moment share one compilation.
func TestCompiledOnce(t *testing.T) {
	each(t, func(t *testing.T, p, s *Service) {
		const n = 20
		if _, err := p.Publish(t.Context(), admin, next(t, "1", day.String())); err != nil {
			t.Fatal(err)
		}
		var ready, done sync.WaitGroup
		begin := make(chan struct{})
		got, errs := make([]*Definition, n), make([]error, n)
		for i := range n {
			ready.Add(1)
			done.Go(func() {
				ready.Done()
				<-begin
				got[i], errs[i] = s.Version(t.Context(), "brief-trial", 1)
			})
		}
		ready.Wait()
		close(begin)
		done.Wait()
		for i := range n {
			if errs[i] != nil {
				t.Fatal(errs[i])
			}
			if got[i].c != got[0].c {
				t.Fatal("compiled twice")
			}
		}
	})
}

func TestPublishRefuses(t *testing.T) {
	each(t, func(t *testing.T, s, _ *Service) {
		ctx := t.Context()
		for _, a := range []policy.Actor{{}, {Person: "c", Role: policy.Citizen, Assurance: 2}, {Person: "a", Role: policy.Administrator, Assurance: 1}} {
			if _, err := s.Publish(ctx, a, next(t, "2", "2025-06-01")); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%q: %v", a.Role, err)
			}
			if _, err := s.PublishFee(ctx, a, nil); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%q: %v", a.Role, err)
			}
			if err := s.Install(ctx, a); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%q: %v", a.Role, err)
			}
		}
		bad := bytes.Replace(next(t, "2", "2025-06-01"), []byte("answers.stance == 'part'"), []byte("answers.stanze == 'part'"), 1)
		_, err := s.Publish(ctx, admin, bad)
		e, ok := errors.AsType[*errs.Error](err)
		problems, ok2 := errors.AsType[Problems](err)
		if !ok || !ok2 || e.Kind != errs.Invalid || len(e.Fields) != len(problems) || problems[0].Line < 2 {
			t.Errorf("a faulty definition: %v", err)
		}
	})
}

func TestFeesAreDatedAndVersioned(t *testing.T) {
	each(t, func(t *testing.T, s, other *Service) {
		ctx := t.Context()
		sheet := func(price string) []byte {
			return []byte(`{"code":"form_sheet","from":"` + day.Add(10).String() + `","kind":"each","amount":` + price +
				`,"round_to":1,"label":{"fa":"برگ","en":"Sheet"},"citation":{"fa":"جدول","en":"Table"}}`)
		}
		d, err := other.Current(ctx, "petition-debt", day)
		if err != nil {
			t.Fatal(err)
		}
		cost := func(at int) int64 {
			lines, err := d.Fees(ctx, example(d, nil), day.Add(at))
			if err != nil {
				t.Fatal(err)
			}
			return lines[len(lines)-1].Amount
		}
		for _, price := range []string{"30000", "31000"} { // published, then corrected for the same day
			if _, err := s.PublishFee(ctx, admin, sheet(price)); err != nil {
				t.Fatal(err)
			}
		}
		if cost(9) != 40_000 || cost(10) != 62_000 {
			t.Errorf("sheets cost %d, then %d", cost(9), cost(10))
		}
		if all, err := s.FeeTable(ctx, "form_sheet"); err != nil || len(all) != 3 || all[2].Version != 2 {
			t.Errorf("table %+v, %v", all, err)
		}
		if _, err := s.PublishFee(ctx, admin, []byte(`{}`)); !errs.Is(err, errs.Invalid) {
			t.Errorf("an empty fee: %v", err)
		}
	})
}

func TestReadAPage(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt")
	typed := url.Values{
		"defendant_national_code": {"۰۰۰-۱۲۳۴۵۶-۰"}, "defendant_first_name": {"علي\nرضا"}, "defendant_last_name": {"كريمي"},
		"defendant_father_name": {""}, "defendant_abroad": {"no"}, "defendant_province": {"isfahan"}, "defendant_county": {"kashan"},
		"defendant_address": {"کاشان، بلوار دانش، پلاک ۷"}, "defendant_postal": {""},
	}
	f := form.New(typed)
	got := d.Read(f, "defendant", Answers{"plaintiff_job": "معلم"}, i18n.FA)
	if err := f.Err(); err != nil {
		t.Fatal(err)
	}
	if got["defendant_national_code"] != "0001234560" || got["defendant_first_name"] != "علی رضا" || got["defendant_last_name"] != "کریمی" ||
		got["defendant_abroad"] != false || got["plaintiff_job"] != "معلم" || len(got) != 8 {
		t.Errorf("got %v", got)
	}

	typed.Set("defendant_abroad", "yes") // the page still sends what it no longer asks
	typed.Set("defendant_postal", "junk")
	f = form.New(typed)
	got = d.Read(f, "defendant", got, i18n.FA)
	if _, kept := got["defendant_county"]; f.Err() != nil || kept {
		t.Errorf("got %v, %v", got, f.Err())
	}

	f = form.New(url.Values{"amount": {"۵٬۰۰۰"}, "evidence_kind": {"cheque"}, "debt_date.year": {"1403"}, "debt_date.month": {"13"}, "debt_date.day": {"1"}, "late_damages": {"yes"}})
	got = d.Read(f, "claim", nil, i18n.EN)
	e, ok := errors.AsType[*errs.Error](f.Err())
	if !ok || len(e.Fields) != 2 || got["late_damages"] != true || got["amount"] != int64(5000) {
		t.Fatalf("got %v, %v", got, f.Err())
	}
	for _, fault := range e.Fields {
		for _, a := range fault.Args {
			if _, raw := a.(Text); raw {
				t.Errorf("%s: the label is not in one language", fault.Name)
			}
		}
	}
}

func run(args ...string) (code int, out, bad string) {
	var stdout, stderr bytes.Buffer
	code = Command(args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestCommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, body []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if code, out, _ := run("check"); code != ExitFine || !strings.Contains(out, fmt.Sprintf("%d files, 0 faults", len(embedded(t)))) {
		t.Errorf("embedded: %d, %s", code, out)
	}
	good := write("brief-defence.json", []byte(source(t, "brief-defence")))
	if code, out, _ := run("check", "--lang", "fa", good); code != ExitFine || !strings.Contains(out, "۱ فایل، ۰ ایراد") {
		t.Errorf("good: %d, %s", code, out)
	}
	bad := write("bad.json", bytes.Replace(next(t, "2", "2025-06-01"), []byte("{answers.text}"), []byte("{answers.txt}"), 1))
	code, out, _ := run("check", dir)
	if code != ExitFaults || !strings.Contains(out, bad+":") || !strings.Contains(out, "there is no such answer") || !strings.Contains(out, "2 files") {
		t.Errorf("bad: %d, %s", code, out)
	}
	write("bad.json", []byte(source(t, "brief-defence")))
	if code, out, _ := run("check", dir); code != ExitFaults || !strings.Contains(out, "is called brief-defence.json") || !strings.Contains(out, "stands in") {
		t.Errorf("twice: %d, %s", code, out)
	}
	for _, args := range [][]string{{}, {"publish"}, {"check", "--lang", "xx"}, {"check", filepath.Join(dir, "none")}} {
		if code, _, said := run(args...); code != ExitUsage || said == "" {
			t.Errorf("%v: %d", args, code)
		}
	}
}

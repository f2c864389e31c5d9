// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// pages fills the pages of a draft, one after the other, and returns where they
// lead. A page that is not left ends the test.
func pages(t *testing.T, page *apptest.Page, answers map[string]string) *apptest.Page {
	t.Helper()
	for range 10 {
		if !strings.Contains(page.Path, "/pages/") {
			return page.Want(http.StatusOK)
		}
		at, _, _ := strings.Cut(page.Path, "#")
		fields, ok := page.Want(http.StatusOK).Form(at)
		if !ok {
			t.Fatalf("%s has no form", at)
		}
		for name, v := range answers {
			if len(page.All("[name="+name+"]")) > 0 {
				fields.Set(name, v)
			}
		}
		fields.Set("then", "next")
		if page = page.Client.Do(http.MethodPost, at, fields).Follow(); page.Path == at {
			t.Fatalf("%s is not left: %s", at, page.Text())
		}
	}
	t.Fatal("the pages have no end")
	return nil
}

// TestLawyerEnters goes the lawyer's way over the pages: found from home and
// from the cases, filed, recorded by the clerk; the next notice is his.
func TestLawyerEnters(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	for _, who := range []apptest.Who{apptest.Plaintiff, apptest.Lawyer} {
		for _, from := range []string{"/home", "/cases"} {
			offered := strings.Contains(strings.Join(e.As(who).Get(from).Want(http.StatusOK).Links(), " "), "/cases/enter")
			if offered != (who == apptest.Lawyer) {
				t.Errorf("%s of %s offers to enter: %v", from, who, offered)
			}
		}
	}
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	e.Refer(apptest.Judge, f.Case)
	e.Serve(apptest.Clerk, f, apptest.Defendant) // before that nobody learns by asking who is sued
	lawyer, client := e.As(apptest.Lawyer), e.Person(apptest.Defendant)
	enter := lawyer.Get(lawyer.Get("/cases").Link("/cases/enter")).Want(http.StatusOK)
	page := enter.Submit("/filings", "number", f.CaseNumber, "national_code", client.NationalCode).Want(http.StatusOK)
	draft := strings.Split(page.Path, "/")[2]
	if _, err := e.App.Filing.Attach(t.Context(), e.Actor(apptest.Lawyer), draft, "power_of_attorney", "power.pdf", strings.NewReader(string(aPDF("power")))); err != nil {
		t.Fatal(err)
	}
	pages(t, page, map[string]string{
		"licence_issuer": "bar", "licence_place": "تهران", "licence_no": "۱۲۳۴۵", "licence_grade": "پایهٔ یک",
		"client_name": client.Name(), "contract_number": "۱۴۰۴۰۱۲۳۴۵۶", "contract_date.day": "1", "contract_date.month": "12", "contract_date.year": "1403",
		"stamp_number": "۹۸۷۶۵۴۳۲۱", "scope_stage": "all", "scope_hearing": "yes", "scope_notices": "yes", "scope_appeal": "yes",
		"scope_settle": "no", "scope_withdraw": "no", "scope_delegate": "no",
	})
	e.Pay(apptest.Lawyer, draft)
	e.Sign(apptest.Lawyer, draft)
	if p := lawyer.Get("/cases/" + f.Case); p.Status != http.StatusNotFound {
		t.Errorf("before he is recorded he sees the case: %d", p.Status)
	}
	path := "/court/filings/" + draft
	e.As(apptest.Clerk).Get(path).Want(http.StatusOK).Submit(path + "/lawyer").Want(http.StatusOK)
	e.Drain()
	lawyer.Get("/cases/" + f.Case).Want(http.StatusOK)
	e.CallToHearing(apptest.Clerk, f.Case)
	for who, want := range map[apptest.Who]int{apptest.Lawyer: 1, apptest.Defendant: 1, apptest.Plaintiff: 1} {
		if n := count(t, e, `SELECT count(*) FROM notice_notice WHERE owner = $1`, e.Person(who).ID); n != int64(want) {
			t.Errorf("%s has %d notices, want %d: what comes after the record goes to the lawyer", who, n, want)
		}
	}
	if page := lawyer.Get("/inbox").Want(http.StatusOK); !strings.Contains(page.Text(), f.CaseNumber) {
		t.Errorf("the inbox of the lawyer: %s", page.Text())
	}
}

var reNumber = regexp.MustCompile(`\d{14}`)

// TestCertificateIsChecked: asked, issued over the form, and checked by somebody
// who is not signed in, who learns nothing that the paper certifies.
func TestCertificateIsChecked(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite", "TARAZU_LIMITS_VERIFY_ADDRESS=4/1h")
	f := submitted(t, e, "certificate-criminal-record")
	today := civil.Of(e.Clock.Now())
	desk, err := e.App.Identity.AddCapacity(t.Context(), policy.Actor{Role: policy.System}, identity.Capacity{
		Person: e.Person(apptest.Stranger).ID, Role: policy.Clerk, Unit: f.Unit, TitleFA: "دفتر", TitleEN: "desk", From: today, Source: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	clerk, path := e.As(apptest.Stranger), "/court/filings/"+f.ID
	clerk.Get("/capacity").Want(http.StatusOK).Submit("/capacity", "capacity", desk).Want(http.StatusOK)
	form := clerk.Get(path).Want(http.StatusOK)
	form.Submit(path+"/certify", "result", "found").Want(http.StatusUnprocessableEntity) // it must say what
	form.Submit(path+"/certify", "result", "found", "text", "یک سابقه، شمارهٔ ۱۲.").Want(http.StatusOK)
	e.Drain()
	e.Sequence()
	issued := strings.Split(e.As(apptest.Plaintiff).Get("/inbox").Want(http.StatusOK).Link("/inbox/"), "/")[2]
	paper := e.Open(apptest.Plaintiff, issued)
	if !strings.Contains(paper.Text(), e.URL+"/verify") {
		t.Errorf("the paper does not say where it is checked: %s", paper.Text())
	}
	var number string
	for _, n := range reNumber.FindAllString(persian.Digits(paper.Text()), -1) {
		if _, err := filing.ParseTracking(n); err == nil {
			number = n
		}
	}
	check := func(number string, status int) string {
		t.Helper()
		return e.Anonymous().Get("/verify").Want(http.StatusOK).Submit("/verify/certificate", "number", number).Want(status).Text()
	}
	holder := e.Person(apptest.Plaintiff)
	end := holder.NationalCode[len(holder.NationalCode)-4:]
	text := check(number, http.StatusOK)
	for _, want := range []string{"was issued and is valid", number, end, "آ. ش."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said in: %s", want, text)
		}
	}
	for _, secret := range []string{holder.NationalCode, holder.LastName, "سابقه"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is told to anybody: %s", secret, text)
		}
	}
	if text := check(number[:13]+string('0'+(number[13]-'0'+1)%10), http.StatusUnprocessableEntity); !strings.Contains(text, "this one is not right") {
		t.Errorf("a wrong digit: %s", text)
	}
	if text := check("1000000000", http.StatusUnprocessableEntity); !strings.Contains(text, "this one is not right") {
		t.Errorf("a short number: %s", text)
	}
	if text := check(f.Tracking, http.StatusOK); !strings.Contains(text, "There is no certificate with this number") {
		t.Errorf("a number that nobody has: %s", text)
	}
	if text := check(number, http.StatusUnprocessableEntity); !strings.Contains(text, "too many checks") {
		t.Errorf("one check too many: %s", text)
	}
	e.Clock.Advance(61 * 24 * time.Hour)
	if text := check(strings.Map(func(r rune) rune { return r - '0' + '۰' }, number), http.StatusOK); !strings.Contains(text, "has expired") {
		t.Errorf("after its last day: %s", text)
	}
}

// TestMendedLate: the desk offers both, with the dates; the rejection is
// objected to and upheld.
func TestMendedLate(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		f := halted(t, e)
		e.Clock.Advance(30 * 24 * time.Hour)
		e.Again(apptest.Plaintiff)
		code := mend(t, e, f, apptest.LargeClaim)
		if _, err := e.App.Filing.Submit(t.Context(), e.Actor(apptest.Plaintiff), f.ID, code); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		e.Sequence()
		e.Again(apptest.Judge)
		e.Refer(apptest.Judge, f.Case)
		path := "/court/filings/" + f.ID
		desk := e.Again(apptest.Clerk).Get(path).Want(http.StatusOK)
		if !strings.Contains(desk.Text(), "By doing this you accept it") || !strings.Contains(desk.Text(), "you do not accept it") {
			t.Errorf("the dates are not shown: %s", desk.Text())
		}
		if _, ok := desk.Form(path + "/serve"); !ok {
			t.Error("what was mended late cannot be accepted")
		}
		if _, err := e.App.Filing.Reject(t.Context(), e.Actor(apptest.Clerk), f.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("a mending that was not seen is rejected: %v", err)
		}
		desk.Submit(path + "/reject").Want(http.StatusOK)
		e.Drain()
		e.Sequence()
		if now := get(t, e, apptest.Plaintiff, f.ID); now.Status != filing.Rejected {
			t.Fatalf("%s, want rejected", now.Status)
		}
		var order string
		for _, href := range e.As(apptest.Plaintiff).Get("/inbox").Want(http.StatusOK).Links() {
			if len(href) > len("/inbox/") && strings.HasPrefix(href, "/inbox/") && order == "" {
				order = strings.Split(href, "/")[2]
			}
		}
		objection := "/court/filings/" + objectTo(t, e, f, order)
		judge := e.Again(apptest.Judge)
		done := judge.Get(objection).Want(http.StatusOK).Submit(objection+"/decide", "decision", "uphold", "why", "رفع نقص پس از مهلت بوده است.").Want(http.StatusOK)
		if !strings.Contains(done.Text(), "the rejection was upheld") {
			t.Errorf("the decision on the desk: %s", done.Text())
		}
		if now := get(t, e, apptest.Plaintiff, f.ID); now.Status != filing.Rejected {
			t.Errorf("upheld, it is %s", now.Status)
		}
	})
}

// TestFilesWhileMending: a file is added to the question that the defect names,
// and to no other; the court has it once the new version is signed.
func TestFilesWhileMending(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := submitted(t, e, "petition-eviction")
	me, clerk := e.Actor(apptest.Plaintiff), clerkOf(e, f)
	_, err := e.App.Filing.Halt(t.Context(), clerk, f.ID, []filing.Defect{{Field: "evidence_files", Code: "evidence", Note: "قرارداد پیوست نیست."}})
	if err != nil {
		t.Fatal(err)
	}
	e.Drain()
	client := e.As(apptest.Plaintiff)
	mendPage := client.Get("/filings/" + f.ID).Follow().Want(http.StatusOK)
	to, _, _ := strings.Cut(mendPage.Link("/filings/"+f.ID+"/pages/"), "#")
	page := client.Get(to).Want(http.StatusOK)
	fields, _ := page.Form(to)
	sent := map[string]string{"page": to[strings.LastIndex(to, "/")+1:]}
	for name := range fields {
		sent[name] = fields.Get(name)
	}
	sendFiles(client, "/filings/"+f.ID+"/files", sent, "evidence_files", map[string][]byte{"lease.pdf": aPDF("lease")}).Follow().Want(http.StatusOK)
	if _, seen, _, err := e.App.Filing.Received(t.Context(), clerk, f.ID); err != nil || len(seen.Files) != 0 {
		t.Errorf("the court sees what is not signed: %v, %v", seen.Files, err)
	}
	e.Pay(apptest.Plaintiff, f.ID)
	e.Sign(apptest.Plaintiff, f.ID)
	_, seen, _, err := e.App.Filing.Received(t.Context(), clerk, f.ID)
	if err != nil || len(seen.Files) != 1 || seen.Files[0].Name != "lease.pdf" {
		t.Errorf("the files of the new version: %v, %v", seen.Files, err)
	}
	if _, err := e.App.Filing.Attach(t.Context(), me, f.ID, "evidence_files", "more.pdf", strings.NewReader(string(aPDF("more")))); err == nil {
		t.Error("a file was added after it was signed")
	}
}

// TestOtherParties: a company and somebody whose address nobody knows are taken
// through submission and service, which is on paper.
func TestOtherParties(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		over   map[string]any
		reason string
	}{
		"a company": {map[string]any{
			"defendant_kind": "entity", "defendant_entity_id": "14003456780", "defendant_entity_name": "شرکت نمونهٔ آزمون", "defendant_national_code": nil,
			"defendant_first_name": nil, "defendant_last_name": nil, "defendant_abroad": nil, "defendant_address_unknown": nil,
		}, "no_account"},
		"an unknown address": {map[string]any{
			"defendant_national_code": apptest.NationalCode(778), "defendant_first_name": "گم", "defendant_last_name": "نشانی", "defendant_address_unknown": true, "defendant_province": nil, "defendant_county": nil, "defendant_address": nil, "defendant_postal": nil,
		}, "unknown_address"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			e := apptest.New(t, "sqlite")
			e.App.Doubles.Population.Add(population.Entry{ // who has no account
				NationalCode: apptest.NationalCode(778), Person: population.Person{FirstName: "گم", LastName: "نشانی", Alive: true},
			})
			f := submitted(t, e, "petition-eviction", c.over)
			clerk := clerkOf(e, f)
			k, err := e.App.Docket.CaseFor(t.Context(), e.App.DB, f.Case)
			if err != nil {
				t.Fatal(err)
			}
			head := clerk
			head.Role, head.Branch = "judge", "1"
			if err := e.App.Docket.ConfirmBranch(t.Context(), head, k.ID, k.Proposed, k.Version); err != nil {
				t.Fatal(err)
			}
			issued, err := e.App.Filing.ServeClaim(t.Context(), clerk, f.ID, 15)
			if err != nil || len(issued) != 1 {
				t.Fatalf("%v, %v", issued, err)
			}
			e.Drain()
			tasks, err := e.App.Notice.PaperTaskPage(t.Context(), clerk, notice.Page{})
			if err != nil || len(tasks.Tasks) != 1 || tasks.Tasks[0].Reason != c.reason {
				t.Errorf("%+v, %v; want one work item for %s", tasks.Tasks, err, c.reason)
			}
		})
	}
}

// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// submitted files a title with the answers of its example, against Defendant;
// over are other answers, nil for none.
func submitted(t *testing.T, e *apptest.Env, service string, over ...map[string]any) filing.Filing {
	t.Helper()
	ctx, me := t.Context(), e.Actor(apptest.Plaintiff)
	b, err := os.ReadFile("../catalogue/services/" + service + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Example map[string]any `json:"example"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	answers := catalogue.Normal(file.Example)
	other := e.Person(apptest.Defendant)
	for name, v := range map[string]any{
		"defendant_national_code": other.NationalCode, "defendant_first_name": other.FirstName, "defendant_last_name": other.LastName,
		"addressee_national_code": other.NationalCode, "addressee_first_name": other.FirstName, "addressee_last_name": other.LastName,
		"letter": false, // a letter would have to be attached
	} {
		if _, asked := answers[name]; asked {
			answers[name] = v
		}
	}
	for _, m := range over {
		for name, v := range m {
			if answers[name] = v; v == nil {
				delete(answers, name)
			}
		}
	}
	f, err := e.App.Filing.Start(ctx, me, filing.NewFiling{Service: service, Act: id.New(), Lang: i18n.FA})
	if err != nil {
		t.Fatal(err)
	}
	def, err := e.App.Catalogue.Version(ctx, f.Service, f.Version)
	if err != nil {
		t.Fatal(err)
	}
	for _, pg := range def.Pages {
		if !def.PageVisible(pg.Key, answers) {
			continue
		}
		wrong, err := e.App.Filing.Save(ctx, me, f.ID, pg.Key, answers)
		if err != nil || len(wrong) > 0 {
			t.Fatalf("%s: %v, %v", pg.Key, wrong, err)
		}
	}
	e.Pay(apptest.Plaintiff, f.ID)
	e.Sign(apptest.Plaintiff, f.ID)
	return get(t, e, apptest.Plaintiff, f.ID)
}

// clerkOf is a clerk of the unit that received a filing.
func clerkOf(e *apptest.Env, f filing.Filing) policy.Actor {
	return policy.Actor{Person: e.Person(apptest.OtherClerk).ID, Role: policy.Clerk, Unit: f.Unit, Name: "clerk", Assurance: 3}
}

// TestDeclaration: no branch, served once, then closed.
func TestDeclaration(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := submitted(t, e, "declaration-debt")
	clerk := clerkOf(e, f)
	if _, err := e.App.Filing.Halt(t.Context(), clerk, f.ID, []filing.Defect{{Field: "fee", Code: "fee_missing"}}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a declaration is halted: %v", err)
	}
	issued, err := e.App.Filing.ServeClaim(t.Context(), clerk, f.ID, 0)
	if err != nil || len(issued) != 1 {
		t.Fatalf("%v, %v", issued, err)
	}
	c, err := e.App.Docket.CaseFor(t.Context(), e.App.DB, f.Case)
	if err != nil || c.Kind != docket.DeclarationCase || c.State != docket.StateClosed {
		t.Errorf("%s case, %s, %v", c.Kind, c.State, err)
	}
}

// TestDecline: wording may be declined by a reason of the table; it is then not
// served any more.
func TestDecline(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := submitted(t, e, "declaration-debt")
	clerk := clerkOf(e, f)
	if _, err := e.App.Filing.Decline(t.Context(), clerk, f.ID, "taste", ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("an unknown reason: %v", err)
	}
	if _, err := e.App.Filing.Decline(t.Context(), clerk, f.ID, "decency", "جملهٔ سوم"); err != nil {
		t.Fatal(err)
	}
	if _, err := e.App.Filing.ServeClaim(t.Context(), clerk, f.ID, 0); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "done_already") {
		t.Errorf("served after that: %v", err)
	}
}

// TestComplaint: never halted, never served; the branch first.
func TestComplaint(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := submitted(t, e, "complaint-insult")
	clerk := clerkOf(e, f)
	if _, err := e.App.Filing.Halt(t.Context(), clerk, f.ID, []filing.Defect{{Field: "fee", Code: "fee_missing"}}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a complaint is halted: %v", err)
	}
	if _, err := e.App.Filing.ServeClaim(t.Context(), clerk, f.ID, 10); !errs.Is(err, errs.Conflict) {
		t.Errorf("a complaint is served: %v", err)
	}
	if err := e.App.Filing.Seen(t.Context(), clerk, f.ID); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "branch_first") {
		t.Errorf("before the branch: %v", err)
	}
	c, err := e.App.Docket.CaseFor(t.Context(), e.App.DB, f.Case)
	if err != nil || c.Kind != docket.CriminalCase {
		t.Fatalf("%s case, %v", c.Kind, err)
	}
	head := policy.Actor{Person: e.Person(apptest.OtherJudge).ID, Role: policy.Judge, Unit: f.Unit, Branch: "1", Name: "judge", Assurance: 3}
	if err := e.App.Docket.ConfirmBranch(t.Context(), head, c.ID, c.Proposed, c.Version); err != nil {
		t.Fatal(err)
	}
	if err := e.App.Filing.Seen(t.Context(), clerk, f.ID); err != nil {
		t.Error(err)
	}
}

// TestCertificate: no case; the answer comes to the applicant, once.
func TestCertificate(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := submitted(t, e, "certificate-criminal-record")
	if f.Case != "" || f.Tracking == "" {
		t.Fatalf("case %q, tracking %q", f.Case, f.Tracking)
	}
	clerk := clerkOf(e, f)
	if _, err := e.App.Filing.Certify(t.Context(), clerk, f.ID, false, ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("something is on record, and nothing says what: %v", err)
	}
	issued, err := e.App.Filing.Certify(t.Context(), clerk, f.ID, true, "")
	if err != nil || !issued.Electronic {
		t.Fatalf("%v, %v", issued, err)
	}
	if _, err := e.App.Filing.Certify(t.Context(), clerk, f.ID, true, ""); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second certificate: %v", err)
	}
	e.Drain()
	e.Sequence()
	if page := e.Open(apptest.Plaintiff, issued.ID); !strings.Contains(page.Body, "گواهی") {
		t.Errorf("the certificate: %s", page.Text())
	}
}

// TestTitlesOffered: a title is offered where it fits, and nowhere else.
func TestTitlesOffered(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	all := e.As(apptest.Plaintiff).Get("/filings/new").Want(http.StatusOK)
	some := e.As(apptest.Plaintiff).Get("/filings/new?kind=complaint").Want(http.StatusOK)
	for code, want := range map[string][2]bool{"petition-debt": {true, false}, "complaint-insult": {true, true}, "objection-registrar": {false, false}, "brief-defence": {false, false}} {
		in := func(p *apptest.Page) bool { return len(p.All("[value="+code+"]")) > 0 }
		if in(all) != want[0] || in(some) != want[1] {
			t.Errorf("%s: offered %v, among complaints %v", code, in(all), in(some))
		}
	}
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	list := e.As(apptest.Plaintiff).Get("/cases/" + f.Case + "/brief").Want(http.StatusOK)
	if len(list.All("[value=brief-expert-objection]")) == 0 || strings.Contains(list.Body, "title=objection-registrar") {
		t.Errorf("on the case: %s", list.Text())
	}
	if _, err := e.App.Filing.Halt(t.Context(), e.Actor(apptest.Clerk), f.ID, defects); err != nil {
		t.Fatal(err)
	}
	if p := e.As(apptest.Lawyer).PostForm("/filings", "service", "brief-representation", "act", id.New(), "number", f.CaseNumber, "national_code", "1234567890"); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text(), "No case with this number") {
		t.Errorf("a lawyer with a wrong code: %d %s", p.Status, p.Text())
	}
	if p := e.As(apptest.Lawyer).PostForm("/filings", "service", "brief-representation", "act", id.New(), "number", f.CaseNumber, "national_code", e.Person(apptest.Plaintiff).NationalCode); p.Status != http.StatusSeeOther {
		t.Errorf("a lawyer with the right code: %d %s", p.Status, p.Text())
	}
}

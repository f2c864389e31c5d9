// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

type object = map[string]any

// newcomer is somebody whom the registries know and who has no account.
func newcomer(t *testing.T, e *Env, n int) (nationalCode, mobile string) {
	t.Helper()
	birth, err := civil.Parse("1985-03-21")
	if err != nil {
		t.Fatal(err)
	}
	nationalCode, mobile = NationalCode(n), "+989361112233"
	e.App.Doubles.Population.Add(population.Entry{
		NationalCode: nationalCode, Birth: birth, Person: population.Person{FirstName: "تازه", LastName: "وارد", FatherName: "نمونه", Alive: true},
	})
	e.App.Doubles.SimOwner.Add(simowner.Pair{NationalCode: nationalCode, Mobile: mobile})
	return nationalCode, mobile
}

// apiFile fills, freezes, pays and signs a filing that has been started.
func apiFile(e *Env, c *APIClient, mobile, filing string, pages map[string]object) *APIAnswer {
	e.T.Helper()
	return apiSign(e, c, mobile, filing, pages, "filing.submitted")
}

// apiSign is apiFile for a filing whose receipt is of a certain event.
func apiSign(e *Env, c *APIClient, mobile, filing string, pages map[string]object, event string) *APIAnswer {
	t := e.T
	t.Helper()
	at := "/filings/" + filing
	form := c.Get("/services/" + c.Get(at).Want(http.StatusOK).Text("service")).Want(http.StatusOK)
	for _, pg := range form.At("pages").([]any) {
		key := pg.(object)["key"].(string)
		answers, ok := pages[key]
		if !ok {
			continue
		}
		saved := c.Send(http.MethodPut, at+"/pages/"+key, object{"answers": answers}).Want(http.StatusOK)
		if wrong := saved.At("wrong").([]any); len(wrong) > 0 {
			t.Fatalf("page %s: %s", key, saved.Body)
		}
	}
	if q := c.Get(at + "/check").Want(http.StatusOK); len(q.At("wrong").([]any)) > 0 {
		t.Fatalf("the check: %s", q.Body)
	}
	frozen := c.Post(at+"/freeze", nil).Want(http.StatusOK)
	if frozen.Text("status") == "payable" {
		pay := "/payments/" + frozen.Text("payment")
		begun := c.Post(pay+"/begin", nil).Want(http.StatusOK)
		_, token, _ := strings.Cut(begun.Text("url"), "/pay/")
		token, _, _ = strings.Cut(token, "?")
		if !e.App.Doubles.Payments.Choose(token, payments.Pay) {
			t.Fatalf("the provider knows no payment of %s", begun.Body)
		}
		if state := c.Post(pay+"/check", nil).Want(http.StatusOK).Text("state"); state != "paid" {
			t.Fatalf("the payment is %s", state)
		}
	}
	if now := c.Get(at).Want(http.StatusOK).Text("status"); now != "signable" {
		t.Fatalf("the filing is %s", now)
	}
	c.Post(at+"/signature-code", nil).Want(http.StatusOK)
	key, body := id.New(), object{"code": e.Code(mobile), "record_sha256": frozen.Text("record_sha256")}
	done := c.Send(http.MethodPost, at+"/submit", body, "Idempotency-Key", key).Want(http.StatusOK)
	again := c.Send(http.MethodPost, at+"/submit", body, "Idempotency-Key", key).Want(http.StatusOK)
	if done.Text("status") != "submitted" || string(again.Body) != string(done.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Fatalf("submitted: %s\nagain: %s", done.Body, again.Body)
	}
	if pending := c.Get(at + "/receipt"); pending.Status != http.StatusConflict || !strings.Contains(string(pending.Body), "ledger.receipt_pending") {
		t.Errorf("the receipt before its checkpoint: %d %s", pending.Status, pending.Body)
	}
	e.Drain()
	e.Sequence()
	file := c.Get(at + "/receipt").Want(http.StatusOK)
	if report, err := receipt.Verify(file.Body, receipt.Options{}); err != nil || report.Members["tracking_code"] != done.Text("tracking") {
		t.Errorf("the receipt: %+v, %v", report, err)
	}
	verdict := e.API(Nobody).Post("/verify", object{"receipt": string(file.Body)}).Want(http.StatusOK)
	if verdict.Text("verdict") != "genuine" || verdict.Text("event") != event {
		t.Errorf("the verdict: %s", verdict.Body)
	}
	return done
}

// eachOf is one field of every entry of a list.
func eachOf(a *APIAnswer, list, field string) (out []string) {
	for _, e := range a.At(list).([]any) {
		out = append(out, e.(object)[field].(string))
	}
	return out
}

// TestJourneyOverTheAPI is the life of a petition without a page: registered,
// filed, paid, signed, referred, served, opened, answered.
func TestJourneyOverTheAPI(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		nationalCode, mobile := newcomer(t, e, 900)
		nobody := e.API(Nobody)
		step := nobody.Post("/registrations", object{"national_code": nationalCode, "birth": "1364-01-01", "mobile": "09361112233"}).Want(http.StatusCreated)
		if step.Text("state") != "code" || strings.Contains(string(step.Body), "وارد") {
			t.Fatalf("before the code: %s", step.Body)
		}
		proved := nobody.Post("/registrations/"+step.Text("id")+"/code", object{"code": e.Code(mobile)}).Want(http.StatusCreated)
		if proved.Text("state") != "proved" || proved.Text("name") != "تازه وارد" {
			t.Fatalf("after the code: %s", proved.Body)
		}
		nobody.Post("/registrations/"+proved.Text("id")+"/password", object{"password": Password}).Want(http.StatusCreated)
		me := &APIClient{Env: e, Who: "newcomer", Lang: "fa"}
		me.SignIn(nationalCode, mobile, Password)
		if who := me.Get("/account").Want(http.StatusOK); who.Text("national_code") != nationalCode || who.Text("acting.role") != "citizen" {
			t.Fatalf("the account: %s", who.Body)
		}

		d := e.Person(Defendant)
		draft := me.Post("/filings", object{"service": "petition-debt"}).Want(http.StatusCreated).Text("id")
		filed := apiFile(e, me, mobile, draft, debtPages(d.NationalCode, d.FirstName, d.LastName, d.FatherName))
		caseID := filed.Text("case")

		desk := e.API(Clerk).Get("/court/filings").Want(http.StatusOK)
		if desk.Text("items.0.filing") != draft {
			t.Fatalf("the desk: %s", desk.Body)
		}
		e.API(Clerk).Post("/court/filings/"+draft+"/serve", object{"days": 15}).Want(http.StatusConflict) // the branch comes first
		judge := e.API(Judge)
		k := judge.Get("/cases/" + caseID).Want(http.StatusOK)
		judge.Get("/cases/" + caseID + "/branches").Want(http.StatusOK).Text("items.0.number")
		judge.Post("/cases/"+caseID+"/branch", object{"branch": k.Text("proposed_branch"), "version": k.At("version")}).Want(http.StatusNoContent)
		served := e.API(Clerk).Post("/court/filings/"+draft+"/serve", object{"days": 15}).Want(http.StatusOK)
		if served.At("items.0.electronic") != true {
			t.Fatalf("served: %s", served.Body)
		}
		e.Drain()
		e.Sequence()

		them := e.API(Defendant)
		inbox := them.Get("/notices?show=unviewed").Want(http.StatusOK)
		notice := inbox.Text("items.0.id")
		if before := them.Get("/notices/" + notice).Want(http.StatusOK); strings.Contains(string(before.Body), Narrative) {
			t.Error("the paper is shown before the notice was opened")
		}
		them.Get("/notices/" + notice + "/receipt").Want(http.StatusConflict)
		if opened := them.Post("/notices/"+notice+"/open", nil).Want(http.StatusOK); !strings.Contains(opened.Text("paper.fa"), "قرض دادم") {
			t.Errorf("opened: %s", opened.Body)
		}
		e.Drain()
		e.Sequence()
		if report, err := receipt.Verify(them.Get("/notices/"+notice+"/receipt?of=viewing").Want(http.StatusOK).Body, receipt.Options{}); err != nil || report.Event != "notice.viewed" {
			t.Errorf("the receipt of viewing: %+v, %v", report, err)
		}
		due := them.Get("/deadlines").Want(http.StatusOK)
		deadline := them.Get("/cases/" + caseID + "/deadlines/" + due.Text("items.0.deadline")).Want(http.StatusOK)
		if days := deadline.At("computation.days").([]any); len(days) < 15 || deadline.Text("computation.last") != due.Text("items.0.last") {
			t.Errorf("the deadline: %s", deadline.Body)
		}
		if ics := them.Get("/cases/" + caseID + "/deadlines/" + due.Text("items.0.deadline") + "/calendar.ics").Want(http.StatusOK); !strings.HasPrefix(string(ics.Body), "BEGIN:VCALENDAR") {
			t.Errorf("the calendar file: %s", ics.Body)
		}

		brief := them.Post("/filings", object{"service": "brief-defence", "case": caseID, "notice": notice}).Want(http.StatusCreated).Text("id")
		apiFile(e, them, d.Mobile, brief, map[string]object{"stance": {"stance": "deny"}, "text": {"text": Defence}})
		e.API(Clerk).Post("/court/filings/"+brief+"/seen", nil).Want(http.StatusNoContent)
		for _, c := range []*APIClient{me, them} {
			kinds := eachOf(c.Get("/cases/"+caseID).Want(http.StatusOK), "timeline", "kind")
			for _, want := range []string{"docket.referred", "filing.brief_filed"} {
				if !slices.Contains(kinds, want) {
					t.Errorf("%s sees %v", c.Who, kinds)
				}
			}
		}
		if open := them.Get("/deadlines").Want(http.StatusOK); len(open.At("items").([]any)) != 0 {
			t.Errorf("the deadline is open after the brief: %s", open.Body)
		}
		looks := me.Get("/account/accesses").Want(http.StatusOK)
		if len(looks.At("items").([]any)) == 0 {
			t.Error("nobody is said to have looked at the petition")
		}
		me.Send(http.MethodDelete, "/sessions/current", nil).Want(http.StatusNoContent)
		me.Get("/account").Want(http.StatusUnauthorized)
	})
}

// debtPages are the answers of a petition for a debt against somebody.
func debtPages(code, first, last, father string) map[string]object {
	return map[string]object{
		"plaintiff": {
			"plaintiff_province": "tehran", "plaintiff_county": "tehran", "plaintiff_address": PlaintiffAddress, "plaintiff_postal": "1345678913",
		},
		"defendant": {
			"defendant_national_code": code, "defendant_first_name": first, "defendant_last_name": last, "defendant_father_name": father,
			"defendant_abroad": false, "defendant_province": "tehran", "defendant_county": "tehran", "defendant_address": DefendantAddress,
		},
		"claim": {
			"amount": LargeClaim, "evidence_kind": "contract", "debt_date": "2025-01-05", "late_damages": true,
		},
		"grounds": {"narrative": Narrative},
		"evidence": {
			"evidence_list": "رسید دستی مورخ شانزدهم دی ماه و پیام‌های رد و بدل شده میان دو طرف",
		},
	}
}

// TestRegistrationWaits: when a registry does not answer, a registration over
// the API is kept and goes on by itself.
func TestRegistrationWaits(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		nationalCode, mobile := newcomer(t, e, 901)
		if err := e.App.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.Down}); err != nil {
			t.Fatal(err)
		}
		nobody := e.API(Nobody)
		step := nobody.Post("/registrations", object{"national_code": nationalCode, "birth": "1364-01-01", "mobile": mobile}).Want(http.StatusCreated)
		at := "/registrations/" + step.Text("id")
		if step.Text("state") != "waiting" || step.Text("cause") != "population" {
			t.Fatalf("while the registry is down: %s", step.Body)
		}
		if err := e.App.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.OK}); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			e.Clock.Advance(time.Minute)
			e.Drain()
		}
		if state := nobody.Get(at).Want(http.StatusOK).Text("state"); state != "ready" {
			t.Fatalf("afterwards it is %s", state)
		}
		nobody.Post(at+"/resend", nil).Want(http.StatusCreated)
		nobody.Post(at+"/code", object{"code": e.Code(mobile)}).Want(http.StatusCreated)
		done := nobody.Post(at+"/password", object{"password": Password}).Want(http.StatusCreated)
		me := &APIClient{Env: e, Who: "newcomer", Token: done.Text("token"), Lang: "en"}
		me.Get("/account").Want(http.StatusOK)
		nobody.Post(at+"/password", object{"password": Password}).Want(http.StatusConflict) // its name is no key to the account
	})
}

// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// clearer is the narrative as it is mended.
const clearer = "این مبلغ را در دو نوبت به خوانده قرض دادم و برای هر نوبت رسید جداگانه گرفتم. در سررسید چیزی پرداخت نشد."

// unclear is what the tests' registrar finds.
var unclear = object{"field": "narrative", "code": "unclear", "note": "تاریخ‌ها را بنویسید."}

// secondFile is another PDF: the same bytes again would be the same file.
var secondFile = append(slices.Clone(paperFile), '\n')

// apiPetition files a petition for a debt, and has the clerk halt it.
func apiPetition(e *Env) *APIAnswer {
	e.T.Helper()
	me, d := e.API(Plaintiff), e.Person(Defendant)
	draft := me.Post("/filings", object{"service": "petition-debt"}).Want(http.StatusCreated).Text("id")
	filed := apiFile(e, me, e.Person(Plaintiff).Mobile, draft, debtPages(d.NationalCode, d.FirstName, d.LastName, d.FatherName))
	e.API(Clerk).Post("/court/filings/"+draft+"/halt", object{"defects": []object{unclear}}).Want(http.StatusOK)
	e.Drain()
	return filed
}

// wrongAt are the members that a refusal names.
func wrongAt(a *APIAnswer) (out []string) {
	for _, w := range a.Want(http.StatusUnprocessableEntity).At("errors").([]any) {
		out = append(out, w.(object)["field"].(string))
	}
	return out
}

// TestMendingOverTheAPI: a petition is halted with coded reasons; its owner
// finds them by question, mends just those, with a new file, and signs again;
// date, code and number stay, and the court goes on with what was signed last.
func TestMendingOverTheAPI(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		e.Clock.Advance(330 * 24 * time.Hour) // from here on the title asks for files
		me, clerk, d := e.API(Plaintiff), e.API(Clerk), e.Person(Defendant)
		draft := me.Post("/filings", object{"service": "petition-debt"}).Want(http.StatusCreated).Text("id")
		at, desk := "/filings/"+draft, "/court/filings/"+draft
		signed := me.Post(at+"/files?field=evidence_files&name=a.pdf", paperFile).Want(http.StatusCreated).Text("id")
		filed := apiFile(e, me, e.Person(Plaintiff).Mobile, draft, examplePages(e, "petition-debt", object{
			"amount": LargeClaim, "narrative": Narrative, "defendant_province": "tehran", "defendant_county": "tehran",
			"defendant_national_code": d.NationalCode, "defendant_first_name": d.FirstName, "defendant_last_name": d.LastName,
		}))

		e.Clock.Advance(time.Hour)
		offered := map[string][]string{}
		for _, q := range clerk.Get(desk + "/reasons").Want(http.StatusOK).At("defects").([]any) {
			for _, r := range q.(object)["reasons"].([]any) {
				field := q.(object)["field"].(string)
				offered[field] = append(offered[field], r.(object)["code"].(string))
			}
		}
		if !slices.Contains(offered["narrative"], "unclear") || slices.Contains(offered["narrative"], "value") || !slices.Contains(offered["evidence_files"], "unreadable") || !slices.Contains(offered["fee"], "fee_missing") {
			t.Errorf("the reasons: %v", offered)
		}
		misfit := clerk.Post(desk+"/halt", object{"defects": []object{{"field": "amount", "code": "value"}, {"field": "narrative", "code": "value"}}})
		if got := wrongAt(misfit); !slices.Equal(got, []string{"defects[1].code"}) {
			t.Errorf("a reason that does not fit: %v", got)
		}
		clerk.Post(desk+"/halt", object{"defects": []object{unclear, {"field": "evidence_files", "code": "evidence"}}}).Want(http.StatusOK)
		e.Drain()

		halted := me.Get(at).Want(http.StatusOK)
		if halted.Text("status") != "halted" || halted.Text("submitted") != filed.Text("submitted") {
			t.Fatalf("halted: %s", halted.Body)
		}
		if inbox := me.Get("/notices?show=unviewed").Want(http.StatusOK); inbox.Text("items.0.kind") != "defect" {
			t.Errorf("the inbox: %s", inbox.Body)
		}
		why := me.Get(at + "/defects").Want(http.StatusOK)
		if why.Text("items.0.field") != "narrative" || why.Text("items.0.page") != "grounds" || why.Text("items.0.note") != "تاریخ‌ها را بنویسید." ||
			why.Text("items.0.reason.en") == "" || why.Text("items.1.field") != "evidence_files" || why.Text("items.1.label") == "" {
			t.Errorf("the reasons: %s", why.Body)
		}
		if open := why.At("open").([]any); !slices.Equal(open, []any{"narrative", "evidence_files"}) {
			t.Errorf("open are %v", open)
		}
		if due := me.Get("/cases/" + filed.Text("case") + "/deadlines/" + why.Text("deadline")).Want(http.StatusOK); due.Text("last") != why.Text("last") || due.Text("rule") != "cpc-54" {
			t.Errorf("the term: %s", due.Body)
		}

		same := me.Post(at+"/freeze", nil).Want(http.StatusConflict)
		if same.Text("code") != "filing.nothing_mended" {
			t.Errorf("signed again without a change: %s", same.Body)
		}
		other := me.Send(http.MethodPut, at+"/pages/claim", object{"answers": object{"amount": LargeClaim + 1}}).Want(http.StatusOK)
		if got := other.At("answers.amount"); got != float64(LargeClaim) || len(other.At("wrong").([]any)) != 0 {
			t.Errorf("an answer was changed that nobody found wrong: %s", other.Body)
		}
		me.Send(http.MethodDelete, at+"/files/"+signed, nil).Want(http.StatusConflict) // what was signed is kept
		me.Post(at+"/files?field=evidence_files&name=b.pdf", secondFile).Want(http.StatusCreated)
		mended := apiSign(e, me, e.Person(Plaintiff).Mobile, draft, map[string]object{"grounds": {"narrative": clearer}}, "filing.mended")
		for _, stays := range []string{"submitted", "tracking", "case", "case_number", "answers.amount"} {
			if mended.At(stays) != filed.At(stays) {
				t.Errorf("%s was %v and is %v", stays, filed.At(stays), mended.At(stays))
			}
		}
		if mended.Text("record.amends") != filed.Text("record_sha256") || mended.At("record.round") != float64(1) || len(mended.At("files").([]any)) != 2 {
			t.Errorf("the new record: %s", mended.Body)
		}

		paper := me.Get(at + "/paper.pdf").Want(http.StatusOK)
		sum := sha256.Sum256(paper.Body)
		proof := me.Get(at + "/paper.pdf/receipt").Want(http.StatusOK)
		if v := e.API(Nobody).Post("/verify", object{"receipt": string(proof.Body), "paper": hex.EncodeToString(sum[:])}).Want(http.StatusOK); v.Text("verdict") != "genuine" || v.Text("event") != "filing.paper" {
			t.Errorf("the receipt of the paper: %s", v.Body)
		}
		if v := e.API(Nobody).Post("/verify", object{"receipt": string(proof.Body), "paper": strings.Repeat("0", 64)}).Want(http.StatusOK); v.Text("verdict") != "refused" {
			t.Errorf("another paper: %s", v.Body)
		}

		seen := clerk.Get(desk).Want(http.StatusOK)
		if !strings.Contains(seen.Text("paper.fa"), "دو نوبت") || len(seen.At("files").([]any)) != 2 || seen.Text("defects.0.code") != "unclear" || strings.Contains(string(seen.Body), "mended_late") {
			t.Errorf("on the desk: %s", seen.Body)
		}
		k := e.API(Judge).Get("/cases/" + filed.Text("case")).Want(http.StatusOK)
		e.API(Judge).Post("/cases/"+filed.Text("case")+"/branch", object{"branch": k.Text("proposed_branch"), "version": k.At("version")}).Want(http.StatusNoContent)
		clerk.Post(desk+"/serve", object{"days": 15}).Want(http.StatusOK)
	})
}

// TestRejectionOverTheAPI: what is not mended in time is rejected, what is
// mended late may be, by an act of its own. The owner objects; the court
// upholds one rejection and sets another aside.
func TestRejectionOverTheAPI(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		upheld, aside, late := apiPetition(e), apiPetition(e), apiPetition(e)
		desk := func(f *APIAnswer) string { return "/court/filings/" + f.Text("id") }
		early := e.API(Clerk).Post(desk(upheld)+"/reject", nil).Want(http.StatusConflict)
		if early.Text("code") != "filing.term_runs" {
			t.Errorf("within the term: %s", early.Body)
		}
		e.Clock.Advance(30 * 24 * time.Hour)
		e.Drain()
		me, clerk, judge := e.APIAgain(Plaintiff), e.APIAgain(Clerk), e.APIAgain(Judge)

		apiSign(e, me, e.Person(Plaintiff).Mobile, late.Text("id"), map[string]object{
			"grounds": {"narrative": clearer},
		}, "filing.mended")
		if seen := clerk.Get(desk(late)).Want(http.StatusOK); seen.Text("mended_late") == "" || !slices.Contains(eachOf(seen, "acts", "act"), "reject") || !slices.Contains(eachOf(seen, "acts", "act"), "serve") {
			t.Errorf("mended late: %s", seen.Body)
		}
		clerk.Post(desk(late)+"/reject", nil).Want(http.StatusConflict) // a mending was not seen
		clerk.Post(desk(upheld)+"/reject-late", nil).Want(http.StatusConflict)
		clerk.Post(desk(late)+"/reject-late", nil).Want(http.StatusOK)
		if now := me.Get("/filings/" + late.Text("id")).Want(http.StatusOK); now.Text("status") != "rejected" {
			t.Errorf("the late one is %s", now.Text("status"))
		}

		for _, f := range []*APIAnswer{upheld, aside} {
			order := clerk.Post(desk(f)+"/reject", nil).Want(http.StatusOK)
			if order.At("electronic") != true {
				t.Errorf("the order: %s", order.Body)
			}
			clerk.Post(desk(f)+"/reject", nil).Want(http.StatusConflict)
			e.Drain()
			if state := me.Get("/cases/" + f.Text("case")).Want(http.StatusOK).Text("state"); state != "closed" {
				t.Errorf("the case is %s", state)
			}
			objection := apiObjection(e, me, f.Text("case"), order.Text("id"))
			seen := judge.Get("/court/filings/" + objection).Want(http.StatusOK)
			if !slices.Contains(eachOf(seen, "acts", "act"), "decide") || seen.At("term.in_time") != true {
				t.Errorf("before the judge: %s", seen.Body)
			}
			decide := "/court/filings/" + objection + "/decide"
			clerk.Post(decide, object{"set_aside": true, "reason": "در مهلت رفع نقص شده است."}).Want(http.StatusForbidden)
			if got := wrongAt(judge.Post(decide, object{"set_aside": true, "reason": "بله"})); !slices.Equal(got, []string{"reason"}) {
				t.Errorf("a short reason: %v", got)
			}
			judge.Post(decide, object{"set_aside": f == aside, "reason": "با توجه به برگه‌های پرونده."}).Want(http.StatusNoContent)
			judge.Post(decide, object{"set_aside": f != aside, "reason": "با توجه به برگه‌های پرونده."}).Want(http.StatusConflict)
			e.Drain()
		}
		for f, want := range map[*APIAnswer][3]string{upheld: {"rejected", "closed", "done"}, aside: {"submitted", "proposed", "new"}} {
			now, k := me.Get("/filings/"+f.Text("id")).Want(http.StatusOK), me.Get("/cases/"+f.Text("case")).Want(http.StatusOK)
			seen := clerk.Get(desk(f)).Want(http.StatusOK)
			if got := [3]string{now.Text("status"), k.Text("state"), seen.Text("state")}; got != want {
				t.Errorf("after the decision: %v, want %v", got, want)
			}
			if now.Text("submitted") != f.Text("submitted") || now.Text("tracking") != f.Text("tracking") {
				t.Errorf("the time has moved: %s", now.Body)
			}
		}
		k := judge.Get("/cases/" + aside.Text("case")).Want(http.StatusOK)
		judge.Post("/cases/"+aside.Text("case")+"/branch", object{"branch": k.Text("proposed_branch"), "version": k.At("version")}).Want(http.StatusNoContent)
		clerk.Post(desk(aside)+"/serve", object{"days": 15}).Want(http.StatusOK)
		clerk.Post(desk(upheld)+"/serve", object{"days": 15}).Want(http.StatusConflict)
	})
}

// apiObjection files the objection to a rejection, as the list of what can be
// filed on its case offers it.
func apiObjection(e *Env, me *APIClient, caseID, order string) string {
	e.T.Helper()
	attacks := ""
	for _, v := range me.Get("/cases/" + caseID + "/services").Want(http.StatusOK).At("items").([]any) {
		if item := v.(object); item["service"] == "objection-registrar" {
			attacks = item["against"].([]any)[0].(object)["notice"].(string)
		}
	}
	if attacks != order {
		e.T.Fatalf("the objection attacks %q, the order is %q", attacks, order)
	}
	me.Post("/filings", object{"service": "objection-registrar", "case": caseID}).Want(http.StatusUnprocessableEntity)
	draft := me.Post("/filings", object{"service": "objection-registrar", "case": caseID, "notice": order}).Want(http.StatusCreated).Text("id")
	return apiFile(e, me, e.Person(Plaintiff).Mobile, draft, examplePages(e, "objection-registrar", object{
		"order_number": "140423390000007890", "order_date": "2025-05-03", "served_date": "2025-05-05", "reason": "fee", "ground": "cured", "cured_date": "2025-04-27",
	})).Text("id")
}

// examplePages are the answers of a title's example by page; over are others.
func examplePages(e *Env, service string, over object) map[string]object {
	e.T.Helper()
	def, err := e.App.Catalogue.Current(e.T.Context(), service, civil.Of(e.Clock.Now()))
	if err != nil {
		e.T.Fatal(err)
	}
	answers := def.Example()
	for name, v := range over {
		answers[name] = v
	}
	out := map[string]object{}
	for _, pg := range def.Pages {
		if !def.PageVisible(pg.Key, answers) {
			continue
		}
		out[pg.Key] = object{}
		for _, q := range pg.Fields {
			if v, ok := answers[q.Name]; ok {
				out[pg.Key][q.Name] = v
			}
		}
	}
	return out
}

// clerkOf is the clerk's program in the unit that received a filing.
func clerkOf(e *Env, unit string) *APIClient {
	e.T.Helper()
	p := e.Person(OtherClerk)
	capacity, err := e.App.Identity.AddCapacity(e.T.Context(), policy.Actor{Role: policy.System, Name: "test"}, identity.Capacity{
		Person: p.ID, Role: policy.Clerk, Unit: unit, TitleFA: "سمت آزمون", TitleEN: "clerk", From: civil.Of(e.Clock.Now()), Source: "test",
	})
	if err != nil {
		e.T.Fatal(err)
	}
	c := &APIClient{Env: e, Who: "clerk of " + Who(unit), Lang: "en"}
	c.SignIn(p.NationalCode, p.Mobile, Password)
	c.Send(http.MethodPut, "/sessions/current", object{"capacity": capacity}).Want(http.StatusOK)
	return c
}

// TestDeclineOverTheAPI: a declaration is declined for a reason that is offered.
func TestDeclineOverTheAPI(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	me, d := e.API(Plaintiff), e.Person(Defendant)
	draft := me.Post("/filings", object{"service": "declaration-debt"}).Want(http.StatusCreated).Text("id")
	filed := apiFile(e, me, e.Person(Plaintiff).Mobile, draft, examplePages(e, "declaration-debt", object{
		"addressee_national_code": d.NationalCode, "addressee_first_name": d.FirstName, "addressee_last_name": d.LastName,
	}))
	clerk, desk := clerkOf(e, filed.Text("unit")), "/court/filings/"+draft
	why := clerk.Get(desk + "/reasons").Want(http.StatusOK)
	if len(why.At("defects").([]any)) != 0 || why.Text("decline.1.code") != "decency" {
		t.Errorf("the reasons: %s", why.Body)
	}
	if got := wrongAt(clerk.Post(desk+"/decline", object{"reason": "taste"})); !slices.Equal(got, []string{"reason"}) {
		t.Errorf("an unknown reason: %v", got)
	}
	clerk.Post(desk+"/decline", object{"reason": "decency", "note": "جملهٔ سوم"}).Want(http.StatusOK)
	clerk.Post(desk+"/decline", object{"reason": "decency"}).Want(http.StatusConflict)
	e.Drain()
	if n := me.Get("/notices").Want(http.StatusOK); len(n.At("items").([]any)) != 1 {
		t.Errorf("the sender is not told: %s", n.Body)
	}
}

// TestCertificateOverTheAPI: a certificate is asked for, given, and checked by
// its number, which says no more than is on every paper that bears it.
func TestCertificateOverTheAPI(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	me, nobody := e.API(Plaintiff), e.API(Nobody)
	draft := me.Post("/filings", object{"service": "certificate-criminal-record"}).Want(http.StatusCreated).Text("id")
	filed := apiFile(e, me, e.Person(Plaintiff).Mobile, draft, examplePages(e, "certificate-criminal-record", object{"letter": false}))
	issued := clerkOf(e, filed.Text("unit")).Post("/court/filings/"+draft+"/certify", object{"clean": true}).Want(http.StatusOK)
	e.Drain()
	number := me.Post("/notices/"+issued.Text("id")+"/open", nil).Want(http.StatusOK).Text("document.number")
	check := nobody.Post("/verify/certificate", object{"number": number}).Want(http.StatusOK)
	p := e.Person(Plaintiff)
	if check.At("found") != true || check.At("expired") != false || check.Text("number") != number || !strings.HasSuffix(p.NationalCode, check.Text("code_end")) {
		t.Errorf("the certificate: %s", check.Body)
	}
	for _, secret := range []string{p.NationalCode, p.LastName, "clean"} {
		if strings.Contains(string(check.Body), secret) {
			t.Errorf("the answer shows %q: %s", secret, check.Body)
		}
	}
	if got := wrongAt(nobody.Post("/verify/certificate", object{"number": number[1:]})); !slices.Equal(got, []string{"number"}) {
		t.Errorf("a wrong number: %v", got)
	}
	if none := nobody.Post("/verify/certificate", object{"number": filed.Text("tracking")}).Want(http.StatusOK); none.At("found") != false {
		t.Errorf("the number of a request: %s", none.Body)
	}
}

// TestHearingOverTheAPI: a call to a hearing is looked at, sent, and taken into
// a calendar by both sides and the court.
func TestHearingOverTheAPI(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	f := e.File(Plaintiff, Defendant, LargeClaim)
	e.Refer(Judge, f.Case)
	e.Serve(Clerk, f, Defendant)
	clerk, at := e.API(Clerk), "/cases/"+f.Case
	var parties []string
	for _, p := range clerk.Get(at).Want(http.StatusOK).At("parties").([]any) {
		parties = append(parties, p.(object)["id"].(string))
	}
	order := object{"kind": "hearing", "parties": parties, "hearing": object{"at": e.Clock.Now().Add(21 * 24 * time.Hour).Format(time.RFC3339), "place": "شعبهٔ ۱"}}
	preview := clerk.Post(at+"/notices/preview", order).Want(http.StatusOK)
	if len(preview.At("recipients").([]any)) != 2 || preview.Text("recipients.0.way") != "account" || !strings.Contains(preview.Text("recipients.1.paper.fa"), "شعبهٔ ۱") {
		t.Errorf("the preview: %s", preview.Body)
	}
	if k := clerk.Get(at).Want(http.StatusOK); len(k.At("hearings").([]any)) != 0 {
		t.Errorf("looking has sent it: %s", k.Body)
	}
	clerk.Post(at+"/notices", order).Want(http.StatusCreated)
	e.Drain()
	for _, who := range []Who{Plaintiff, Defendant, Clerk, Judge} {
		k := e.API(who).Get(at).Want(http.StatusOK)
		ics := e.API(who).Get(at + "/hearings/" + k.Text("hearings.0.id") + "/calendar.ics").Want(http.StatusOK)
		if !strings.HasPrefix(string(ics.Body), "BEGIN:VCALENDAR") || !strings.Contains(string(ics.Body), "-P1D") {
			t.Errorf("the file of %s: %s", who, ics.Body)
		}
	}
}

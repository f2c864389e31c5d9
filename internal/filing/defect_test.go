// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// defects are what the tests' registrar finds.
var defects = []filing.Defect{
	{Field: "amount", Code: "value", Note: "مبلغ با رسید نمی‌خواند."}, {Field: "narrative", Code: "unclear"},
}

const clearer = "این مبلغ را در دو نوبت به خوانده قرض دادم و برای هر نوبت رسید جداگانه گرفتم. در سررسید چیزی پرداخت نشد."

// get is a filing as its owner has it.
func get(t *testing.T, e *apptest.Env, who apptest.Who, id string) filing.Filing {
	t.Helper()
	f, _, err := e.App.Filing.Get(t.Context(), e.Actor(who), id)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// halted files a petition and halts it.
func halted(t *testing.T, e *apptest.Env) apptest.Filed {
	t.Helper()
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	if _, err := e.App.Filing.Halt(t.Context(), e.Actor(apptest.Clerk), f.ID, defects); err != nil {
		t.Fatal(err)
	}
	e.Drain()
	return f
}

// mend changes what is open and takes the filing to its signature.
func mend(t *testing.T, e *apptest.Env, f apptest.Filed, rials int64) (code string) {
	t.Helper()
	ctx, me := t.Context(), e.Actor(apptest.Plaintiff)
	for page, answers := range map[string]catalogue.Answers{
		"claim":   {"amount": rials},
		"grounds": {"narrative": clearer},
	} {
		now := maps.Clone(get(t, e, apptest.Plaintiff, f.ID).Answers)
		maps.Copy(now, answers)
		if wrong, err := e.App.Filing.Save(ctx, me, f.ID, page, now); err != nil || len(wrong) > 0 {
			t.Fatalf("%s: %v, %v", page, wrong, err)
		}
	}
	e.Pay(apptest.Plaintiff, f.ID)
	if err := e.App.Filing.SendSignatureCode(ctx, me, f.ID); err != nil {
		t.Fatal(err)
	}
	return e.Code(e.Person(apptest.Plaintiff).Mobile)
}

// TestMend: only what was named can change; what is signed anew takes the place
// of the first version, which is kept; date, code and number stay; the missing
// part of the fee is paid; the court sees what was signed last, never a draft.
func TestMend(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, me, clerk := t.Context(), e.Actor(apptest.Plaintiff), e.Actor(apptest.Clerk)
		f := halted(t, e)
		before := get(t, e, apptest.Plaintiff, f.ID)
		if before.Status != filing.Halted || before.Round != 1 {
			t.Fatalf("%s, round %d", before.Status, before.Round)
		}
		if got, err := e.App.Filing.Defects(ctx, me, f.ID); err != nil || len(got) != 2 || got[0] != defects[0] {
			t.Errorf("defects %v, %v", got, err)
		}
		due, err := e.App.Docket.OpenDeadlines(ctx, me)
		if err != nil || len(due) != 1 || due[0].Rule != "cpc-54" {
			t.Fatalf("deadlines %v, %v", due, err)
		}
		if _, err := e.App.Filing.Freeze(ctx, me, f.ID); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "nothing_mended") {
			t.Errorf("signed again without a change: %v", err)
		}
		closed := maps.Clone(before.Answers)
		closed["plaintiff_address"] = "تهران، نشانی تازه که کسی نخواسته بود"
		if _, err := e.App.Filing.Save(ctx, me, f.ID, "plaintiff", closed); err != nil {
			t.Fatal(err)
		}
		if now := get(t, e, apptest.Plaintiff, f.ID); now.Answers["plaintiff_address"] != before.Answers["plaintiff_address"] {
			t.Error("an answer was changed that nobody found wrong")
		}
		code := mend(t, e, f, apptest.LargeClaim+1_000_000_000)
		_, seen, _, err := e.App.Filing.Received(ctx, clerk, f.ID)
		if err != nil || seen.Answers["narrative"] != apptest.Narrative || seen.Hash == "" {
			t.Errorf("the court sees what is not signed: %v, %v", seen.Answers["narrative"], err)
		}
		if err := e.App.Filing.Discard(ctx, me, f.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("a received filing was given up: %v", err)
		}
		e.Clock.Advance(time.Minute)
		if _, err := e.App.Filing.Submit(ctx, me, f.ID, code); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		e.Sequence()
		after := get(t, e, apptest.Plaintiff, f.ID)
		if after.Status != filing.Submitted || after.Tracking != f.Tracking || after.CaseNumber != f.CaseNumber || !after.Submitted.Equal(before.Submitted) || after.Evidence == before.Evidence {
			t.Errorf("after mending: %+v", after)
		}
		var r filing.Record
		if err := json.Unmarshal(after.Record, &r); err != nil || r.Round != 1 || r.Amends != seen.Hash || r.Paid == 0 || r.Paid >= r.Total || r.Answers["narrative"] != clearer {
			t.Errorf("the new record: round %d, amends %q, %d of %d paid before, %v", r.Round, r.Amends, r.Paid, r.Total, err)
		}
		if n := count(t, e, `SELECT count(*) FROM filing_paper WHERE filing_id = $1 AND evidence_id <> ''`, f.ID); n != 4 {
			t.Errorf("%d papers, want one for each version and language", n)
		}
		if n := count(t, e, `SELECT count(*) FROM filing_version WHERE filing_id = $1`, f.ID); n != 2 {
			t.Errorf("%d versions kept, want 2", n)
		}
		if due, err = e.App.Docket.OpenDeadlines(ctx, me); err != nil || len(due) != 0 {
			t.Errorf("the term is still open: %v, %v", due, err)
		}
		if _, err := e.App.Filing.Submit(ctx, me, f.ID, code); err != nil {
			t.Errorf("a second click: %v", err)
		}
		e.Refer(apptest.Judge, f.Case)
		if _, err := e.App.Filing.ServeClaim(ctx, clerk, f.ID, 15); err != nil {
			t.Errorf("the mended petition cannot be served: %v", err)
		}
	})
}

// TestPapersOfAHaltedVersion: a clerk who is faster than the job takes nobody the
// paper that was signed.
func TestPapersOfAHaltedVersion(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	ctx, me := t.Context(), e.Actor(apptest.Plaintiff)
	id := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	e.Pay(apptest.Plaintiff, id)
	if err := e.App.Filing.SendSignatureCode(ctx, me, id); err != nil {
		t.Fatal(err)
	}
	if _, err := e.App.Filing.Submit(ctx, me, id, e.Code(e.Person(apptest.Plaintiff).Mobile)); err != nil {
		t.Fatal(err)
	}
	if _, err := e.App.Filing.Halt(ctx, e.Actor(apptest.Clerk), id, defects); err != nil { // no job has run
		t.Fatal(err)
	}
	e.Drain()
	if n := count(t, e, `SELECT count(*) FROM filing_paper WHERE filing_id = $1 AND evidence_id <> ''`, id); n != 2 {
		t.Errorf("%d papers of the version that was halted, want one in each language", n)
	}
}

// TestFrozenOnceMore: who goes back where nothing is to be paid, and changes
// nothing, signs with the code he has, although another may not be sent yet.
func TestFrozenOnceMore(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, me, s := t.Context(), e.Actor(apptest.Plaintiff), e.App.Filing
		f := halted(t, e)
		code := mend(t, e, f, apptest.LargeClaim)
		if err := s.Thaw(ctx, me, f.ID); err != nil {
			t.Fatal(err)
		}
		e.Pay(apptest.Plaintiff, f.ID)
		if err := s.SendSignatureCode(ctx, me, f.ID); !identity.CodeWaits(err) {
			t.Fatalf("another code at once: %v", err)
		}
		if now, err := s.Submit(ctx, me, f.ID, code); err != nil || now.Status != filing.Submitted {
			t.Errorf("%s, %v", now.Status, err)
		}
	})
}

// TestMendWithoutFee: where no sum has changed nothing is paid.
func TestMendWithoutFee(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := halted(t, e)
	code := mend(t, e, f, apptest.LargeClaim)
	if now := get(t, e, apptest.Plaintiff, f.ID); now.Payment != "" || now.Status != filing.Signable {
		t.Errorf("%s with payment %q", now.Status, now.Payment)
	}
	if _, err := e.App.Filing.Submit(t.Context(), e.Actor(apptest.Plaintiff), f.ID, code); err != nil {
		t.Error(err)
	}
}

// TestHaltAsks: a defect names a question that was asked, with a reason that
// fits it, once; a complaint cannot be halted at all (procedure table).
func TestHaltAsks(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	ctx := t.Context()
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	for what, list := range map[string][]filing.Defect{
		"nothing": nil, "an unknown question": {{Field: "nothing", Code: "unclear"}}, "a reason that does not fit": {{Field: "narrative", Code: "value"}},
		"an unknown reason": {{Field: "narrative", Code: "ugly"}}, "one question twice": {defects[1], defects[1]},
		"a long note": {{Field: "narrative", Code: "unclear", Note: strings.Repeat("آ", 501)}}, "a question as the fee": {{Field: "fee", Code: "unclear"}},
	} {
		if _, err := e.App.Filing.Halt(ctx, e.Actor(apptest.Clerk), f.ID, list); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v, want invalid", what, err)
		}
	}
	if _, err := e.App.Filing.Halt(ctx, e.Actor(apptest.Judge), f.ID, defects); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a judge halts: %v", err)
	}
	if _, err := e.App.Filing.Halt(ctx, e.Actor(apptest.OtherClerk), f.ID, defects); !errs.Is(err, errs.NotFound) {
		t.Errorf("another court halts: %v", err)
	}
}

// TestReject: after the term, and not before, the registrar rejects; the filer
// objects on the closed case, the judge sets the rejection aside, and the
// petition is on the desk again as it was signed last.
func TestReject(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, me, clerk := t.Context(), e.Actor(apptest.Plaintiff), e.Actor(apptest.Clerk)
		f := halted(t, e)
		if _, err := e.App.Filing.Reject(ctx, clerk, f.ID); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "term_runs") {
			t.Errorf("rejected within the term: %v", err)
		}
		e.Clock.Advance(30 * 24 * time.Hour)
		e.Again(apptest.Plaintiff)
		order, err := e.App.Filing.Reject(ctx, clerk, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		e.Drain()
		if got := get(t, e, apptest.Plaintiff, f.ID); got.Status != filing.Rejected {
			t.Errorf("%s, want rejected", got.Status)
		}
		if k, err := e.App.Docket.Case(ctx, me, f.Case); err != nil || k.State != docket.StateClosed {
			t.Errorf("the case is %s, %v", k.State, err)
		}
		if _, err := e.App.Filing.Save(ctx, me, f.ID, "claim", nil); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a rejected filing is changed: %v", err)
		}
		objection := objectTo(t, e, f, order.ID)
		if text := e.Again(apptest.Judge).Get("/court/filings/" + objection).Want(http.StatusOK).Text(); !strings.Contains(text, "In time: filed on") {
			t.Errorf("the judge does not see that the objection is in time: %s", text)
		}
		if err := e.App.Filing.DecideRejection(ctx, clerk, objection, true, "دلیل کافی است"); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a clerk decides: %v", err)
		}
		if err := e.App.Filing.DecideRejection(ctx, e.Actor(apptest.Judge), objection, true, "هزینه در مهلت پرداخت شده است."); err != nil {
			t.Fatal(err)
		}
		if err := e.App.Filing.DecideRejection(ctx, e.Actor(apptest.Judge), objection, false, "هزینه در مهلت پرداخت نشده است."); !errs.Is(err, errs.Conflict) {
			t.Errorf("decided twice: %v", err)
		}
		item, back, _, err := e.App.Filing.Received(ctx, clerk, f.ID)
		if err != nil || item.State != "new" || back.Status != filing.Submitted || back.Answers["narrative"] != apptest.Narrative || back.Hash == "" {
			t.Errorf("set aside: %s, %s, %v", item.State, back.Status, err)
		}
		if k, err := e.App.Docket.Case(ctx, me, f.Case); err != nil || k.State == docket.StateClosed {
			t.Errorf("the case is %s, %v", k.State, err)
		}
	})
}

// objectTo files the objection to a registrar's rejection.
func objectTo(t *testing.T, e *apptest.Env, f apptest.Filed, order string) string {
	t.Helper()
	ctx, me := t.Context(), e.Actor(apptest.Plaintiff)
	start := filing.NewFiling{Service: "objection-registrar", Act: id.New(), Lang: i18n.FA, Case: f.Case}
	if _, err := e.App.Filing.Start(ctx, me, start); !errs.Is(err, errs.Invalid) {
		t.Errorf("an objection to nothing: %v", err)
	}
	start.Act, start.Notice = id.New(), order
	o, err := e.App.Filing.Start(ctx, me, start)
	if err != nil {
		t.Fatal(err)
	}
	def, err := e.App.Catalogue.Version(ctx, o.Service, o.Version)
	if err != nil {
		t.Fatal(err)
	}
	answers := catalogue.Answers{
		"order_number": "140423390000007890", "order_date": "2025-05-03", "served_date": "2025-05-05", "reason": "fee", "ground": "cured", "cured_date": "2025-04-27",
		"narrative": "دفتر نوشته است که کسری هزینهٔ دادرسی پرداخت نشده است. من آن را در روز ششم مهلت با کارت پرداختم و رسید دارم.",
	}
	for _, pg := range def.Pages {
		if wrong, err := e.App.Filing.Save(ctx, me, o.ID, pg.Key, answers); err != nil || len(wrong) > 0 {
			t.Fatalf("%s: %v, %v", pg.Key, wrong, err)
		}
	}
	e.Pay(apptest.Plaintiff, o.ID)
	e.Sign(apptest.Plaintiff, o.ID)
	return o.ID
}

// TestHaltPages goes the way of a halted filing over its pages.
func TestHaltPages(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	clerk := e.As(apptest.Clerk)
	path := "/court/filings/" + f.ID
	if text := clerk.Get("/court").Want(http.StatusOK).Text(); !strings.Contains(text, "By ") {
		t.Errorf("the desk does not say by when a defect must be told: %s", text)
	}
	e.Clock.Advance(10 * 24 * time.Hour)
	clerk = e.Again(apptest.Clerk)
	me := e.Again(apptest.Plaintiff)
	if text := clerk.Get("/court").Want(http.StatusOK).Text(); !strings.Contains(text, "Late: it was due") {
		t.Errorf("the desk does not mark what is late: %s", text)
	}
	page := clerk.Get(clerk.Get(path).Want(http.StatusOK).Link(path + "/halt")).Want(http.StatusOK)
	if none := page.Submit(path + "/halt"); none.Status != http.StatusUnprocessableEntity {
		t.Errorf("halted for nothing: %d", none.Status)
	}
	done := page.Submit(path+"/halt", "reason_narrative", "unclear", "note_narrative", "تاریخ‌ها را بنویسید.").Want(http.StatusOK)
	if !strings.Contains(done.Text(), "This part is not clear") || strings.Contains(done.Text(), "Serve on the other side") {
		t.Errorf("the halted filing on the desk: %s", done.Text())
	}
	if text := clerk.Get("/court?show=halted").Want(http.StatusOK).Text(); !strings.Contains(text, f.CaseNumber) {
		t.Errorf("the list of what is halted: %s", text)
	}
	e.Drain()
	mendPage := me.Get("/filings/" + f.ID).Follow().Want(http.StatusOK)
	if mendPage.Path != "/filings/"+f.ID+"/mend" || !strings.Contains(mendPage.Text(), "This part is not clear") || !strings.Contains(mendPage.Text(), "You have until") {
		t.Errorf("%s: %s", mendPage.Path, mendPage.Text())
	}
	to, _, _ := strings.Cut(mendPage.Link("/filings/"+f.ID+"/pages/grounds"), "#")
	one := me.Get(to).Want(http.StatusOK)
	check := one.Submit(one.Path, "narrative", clearer, "then", "next").Want(http.StatusOK)
	if check.Path != "/filings/"+f.ID+"/check" || !strings.Contains(check.Text(), "To be paid now: 0 rials") {
		t.Fatalf("%s: %s", check.Path, check.Text())
	}
	sign := check.Submit(check.Path).Want(http.StatusOK)
	if sign.Path != "/filings/"+f.ID+"/sign" {
		t.Fatalf("%s: %s", sign.Path, sign.Text())
	}
	e.Sign(apptest.Plaintiff, f.ID)
	if text := clerk.Get(path).Want(http.StatusOK).Text(); !strings.Contains(text, "Mended in time") || !strings.Contains(text, "دو نوبت") {
		t.Errorf("the mended filing on the desk: %s", text)
	}
}

// SPDX-License-Identifier: Apache-2.0

package apptest

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Amounts of a claim that go to Court and to OtherCourt, in rials.
const (
	LargeClaim = 2_400_000_000
	SmallClaim = 600_000_000
)

// Filed is a filing by its names.
type Filed struct {
	By         Who
	ID         string
	Payment    string // "" if there was no fee
	Case       string
	CaseNumber string
	Tracking   string
}

// Draft begins a petition for a debt and fills its pages up to the check.
func (e *Env) Draft(by, against Who, rials int64) string {
	e.T.Helper()
	return e.draft(by, e.Person(against), rials)
}

func (e *Env) draft(by Who, p identity.Person, rials int64) string {
	e.T.Helper()
	me := e.As(by)
	page := me.PostForm("/filings", "service", "petition-debt", "act", id.New()).Follow().Want(http.StatusOK)
	filing := segment(page.Path, 2)
	page = e.fill(page, filing, map[string]string{
		"plaintiff_province": "tehran", "plaintiff_county": "tehran", "plaintiff_address": PlaintiffAddress, "plaintiff_postal": "1345678913",
		"defendant_kind": "person", "defendant_address_unknown": "no", "defendant_more": "no",
		"defendant_national_code": p.NationalCode, "defendant_first_name": p.FirstName, "defendant_last_name": p.LastName,
		"defendant_father_name": p.FatherName, "defendant_abroad": "no", "defendant_province": "tehran", "defendant_county": "tehran",
		"defendant_address": DefendantAddress,
		"amount":            strconv.FormatInt(rials, 10), "evidence_kind": "contract",
		"debt_date.day": "16", "debt_date.month": "10", "debt_date.year": "1403", "late_damages": "yes",
		"narrative":     Narrative,
		"evidence_list": "رسید دستی مورخ شانزدهم دی ماه و پیام\u200cهای رد و بدل شده میان دو طرف",
	})
	if !strings.HasSuffix(page.Path, "/check") {
		e.T.Fatalf("the pages lead to %s\n%s", page.Path, page.Text())
	}
	return filing
}

// Words that a test can look for where they must not be.
const (
	PlaintiffAddress = "تهران، خیابان آزادی، کوچهٔ نسترن، پلاک ۱۲"
	DefendantAddress = "تهران، خیابان ولیعصر، کوچهٔ بهار، پلاک ۷"
	Narrative        = "در تاریخ شانزدهم دی ماه این مبلغ را به خوانده قرض دادم و رسید دستی دارم. با گذشت سررسید و چند بار مراجعه بدهی خود را نپرداخته است."
	Defence          = "این بدهی را در اسفند ماه به طور کامل پرداخته\u200cام و رسید بانکی آن پیوست است؛ درخواست رد دعوا را دارم."
)

// fill answers the questions of each page from answers until no page is left.
func (e *Env) fill(page *Page, filing string, answers map[string]string) *Page {
	e.T.Helper()
	for range 20 {
		if !strings.HasPrefix(page.Path, "/filings/"+filing+"/pages/") {
			return page.Want(http.StatusOK)
		}
		at := page.Path
		fields, ok := page.Want(http.StatusOK).Form(at)
		if !ok {
			e.T.Fatalf("%s has no form\n%s", at, page.Text())
		}
		for name, v := range answers {
			if len(page.All("[name="+name+"]")) > 0 {
				fields.Set(name, v)
			}
		}
		fields.Set("then", "next")
		page = page.Client.Do(http.MethodPost, at, fields).Follow()
		if page.Path == at {
			e.T.Fatalf("%s is not left: %s", at, page.Text())
		}
	}
	e.T.Fatalf("the pages of the filing have no end")
	return nil
}

// Pay fixes a filled draft and pays its fee at the provider's double.
func (e *Env) Pay(by Who, filing string) (payment string) {
	e.T.Helper()
	me, base := e.As(by), "/filings/"+filing
	page := me.Get(base + "/check").Want(http.StatusOK).Submit(base + "/check").Want(http.StatusOK)
	if !strings.HasPrefix(page.Path, "/payments/") {
		return "" // nothing to pay
	}
	payment = segment(page.Path, 2)
	page = page.Submit("/payments/" + payment + "/begin").Want(http.StatusOK)
	token := ""
	for _, href := range page.Links() {
		if _, after, ok := strings.Cut(href, "/pay/"); ok {
			token, _, _ = strings.Cut(after, "?")
		}
	}
	if !e.App.Doubles.Payments.Choose(token, payments.Pay) {
		e.T.Fatalf("the provider knows no payment of %s", page.Links())
	}
	me.Get("/payments/return?token=" + token).Follow().Want(http.StatusOK)
	e.Drain()
	return payment
}

// Sign signs a filing that is paid and thereby submits it.
func (e *Env) Sign(by Who, filing string) *Page {
	e.T.Helper()
	me, base := e.As(by), "/filings/"+filing
	page := me.Get(base + "/sign").Want(http.StatusOK).Submit(base + "/sign/code").Want(http.StatusOK)
	page = page.Submit(base+"/sign", "code", e.Code(e.Person(by).Mobile)).Want(http.StatusOK)
	if page.Path != base+"/done" {
		e.T.Fatalf("not submitted: %s", page.Text())
	}
	e.Drain()
	return page
}

// File takes a petition through every page up to its receipt.
func (e *Env) File(by, against Who, rials int64) Filed {
	e.T.Helper()
	return e.FileAgainst(by, e.Person(against), rials)
}

// FileAgainst is File against somebody whom the civil registry knows and who
// may have no account.
func (e *Env) FileAgainst(by Who, p identity.Person, rials int64) Filed {
	e.T.Helper()
	f := Filed{By: by, ID: e.draft(by, p, rials)}
	f.Payment = e.Pay(by, f.ID)
	e.Sign(by, f.ID)
	e.Sequence()
	kept, _, err := e.App.Filing.Get(e.T.Context(), e.Actor(by), f.ID)
	if err != nil {
		e.T.Fatal(err)
	}
	f.Case, f.CaseNumber, f.Tracking = kept.Case, kept.CaseNumber, kept.Tracking
	return f
}

// Refer has the judge confirm the branch that was proposed for a case.
func (e *Env) Refer(judge Who, caseID string) {
	e.T.Helper()
	page := e.As(judge).Get("/cases/" + caseID).Want(http.StatusOK)
	page.Submit("/cases/" + caseID + "/branch").Want(http.StatusOK)
}

// Serve has a clerk serve the claim, and returns the notice that the defendant
// finds in the inbox.
func (e *Env) Serve(clerk Who, f Filed, defendant Who) (notice string) {
	e.T.Helper()
	path := "/court/filings/" + f.ID
	e.As(clerk).Get(path).Want(http.StatusOK).Submit(path+"/serve", "days", "15").Want(http.StatusOK)
	e.Drain()
	e.Sequence()
	return segment(e.As(defendant).Get("/inbox").Want(http.StatusOK).Link("/inbox/"), 2)
}

// CallToHearing has a clerk call all parties of a case to a hearing in twenty
// days, and returns the hearing.
func (e *Env) CallToHearing(clerk Who, caseID string) (hearing string) {
	e.T.Helper()
	post := "/cases/" + caseID + "/notices"
	y, m, d := civil.Of(e.Clock.Now()).Add(21).Jalali() // a Saturday
	page := e.As(clerk).Get(post+"/new?kind=hearing").Want(http.StatusOK).Submit(post, "then", "preview", "time", "09:30",
		"hearing.day", strconv.Itoa(d), "hearing.month", strconv.Itoa(m), "hearing.year", strconv.Itoa(y)).Want(http.StatusOK)
	page = page.Submit(post, "then", "send").Want(http.StatusOK)
	e.Drain()
	return segment(page.Link("/cases/"+caseID+"/hearings/"), 4)
}

// RecordLawyer has a clerk record that a lawyer represents a party of a case.
func (e *Env) RecordLawyer(clerk, lawyer, party Who, caseID string) {
	e.T.Helper()
	ctx := e.T.Context()
	l, actor := e.Person(lawyer), e.Actor(clerk) // not inside the transaction: they may have to be made
	p, found, err := e.App.Docket.PartyOf(ctx, e.App.DB, caseID, e.Person(party).ID)
	if err == nil && found {
		err = e.App.DB.Write(ctx, func(tx *store.Tx) error {
			return e.App.Docket.RecordLawyerTx(ctx, tx, actor, docket.Representation{
				Case: caseID, Party: p.ID, Lawyer: l.ID, Name: l.Name(), Contract: "1404/12", Filing: id.New(),
			})
		})
	}
	if err != nil || !found {
		e.T.Fatal(found, err)
	}
}

// Letter has a clerk send a letter of the court to a party of a case, with a term
// of its own, and returns the notice, in whoever's account it is.
func (e *Env) Letter(clerk Who, caseID string, party Who) (notice string) {
	e.T.Helper()
	ctx := e.T.Context()
	person, actor := e.Person(party), e.Actor(clerk)
	p, found, err := e.App.Docket.PartyOf(ctx, e.App.DB, caseID, person.ID)
	if err == nil && found {
		err = e.App.DB.Write(ctx, func(tx *store.Tx) error {
			out, err := e.App.Docket.IssueNoticeTx(ctx, tx, actor, docket.NewNotice{
				Case: caseID, Party: p.ID, Kind: "order", Title: docket.Text{FA: "قرار دادگاه", EN: "An order of the court"},
				Paper: docket.Text{FA: LetterFA, EN: LetterEN}, Rule: "cpc-336", Key: id.New(),
			})
			notice = out.ID
			return err
		})
	}
	if err != nil || !found {
		e.T.Fatal(found, err)
	}
	e.Drain()
	return notice
}

// What a Letter says.
const (
	LetterFA = "دادگاه چنین مقرر می‌دارد."
	LetterEN = "The court orders as follows."
)

// Open has somebody open a notice.
func (e *Env) Open(who Who, notice string) *Page {
	e.T.Helper()
	page := e.As(who).Get("/inbox/" + notice).Want(http.StatusOK).Submit("/inbox/" + notice + "/open").Want(http.StatusOK)
	e.Drain()
	e.Sequence()
	return page
}

// Answer has somebody file a brief on a case.
func (e *Env) Answer(by Who, caseID, notice string) Filed {
	e.T.Helper()
	me := e.As(by)
	page := me.PostForm("/filings", "service", "brief-defence", "act", id.New(), "case", caseID, "notice", notice).Follow().Want(http.StatusOK)
	f := Filed{By: by, ID: segment(page.Path, 2), Case: caseID}
	e.fill(page, f.ID, map[string]string{"stance": "deny", "text": Defence})
	f.Payment = e.Pay(by, f.ID)
	e.Sign(by, f.ID)
	e.Sequence()
	return f
}

// Object has somebody file a brief with a file on a case: an objection to an
// expert's report. It returns the id of the file too.
func (e *Env) Object(by Who, caseID string, file []byte) (f Filed, attached string) {
	e.T.Helper()
	f, attached = e.ObjectDraft(by, caseID, file)
	f.Payment = e.Pay(by, f.ID)
	e.Sign(by, f.ID)
	e.Sequence()
	kept, _, err := e.App.Filing.Get(e.T.Context(), e.Actor(by), f.ID)
	if err != nil {
		e.T.Fatal(err)
	}
	f.CaseNumber, f.Tracking = kept.CaseNumber, kept.Tracking
	return f, attached
}

// ObjectDraft is Object up to the check.
func (e *Env) ObjectDraft(by Who, caseID string, file []byte) (f Filed, attached string) {
	e.T.Helper()
	page := e.As(by).PostForm("/filings", "service", "brief-expert-objection", "act", id.New(), "case", caseID).Follow().Want(http.StatusOK)
	f = Filed{By: by, ID: segment(page.Path, 2), Case: caseID}
	x, err := e.App.Filing.Attach(e.T.Context(), e.Actor(by), f.ID, "evidence_files", "نقشه.pdf", bytes.NewReader(file))
	if err != nil {
		e.T.Fatal(err)
	}
	e.fill(page, f.ID, map[string]string{
		"expert": "مهندس مریم نمونه\u200cای", "report_day.day": "21", "report_day.month": "12", "report_day.year": "1403",
		"served_day.day": "25", "served_day.month": "12", "served_day.year": "1403", "late_reason": "در سفر بودم و برگه را دیر دیدم.",
		"not_visited": "yes", "wrong_figures": "yes", "ignored": "no", "beyond": "no",
		"text":    "کارشناس از سمت حیاط ما بازدید نکرده و درازای دیوار را نادرست نوشته است.",
		"request": "panel_3", "evidence_list": "نقشهٔ ثبتی، شمارهٔ ۱۲۳۴",
	})
	return f, x.ID
}

// segment is the n-th part of a path, the first being 1.
func segment(path string, n int) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	if n >= len(parts) {
		return ""
	}
	return parts[n]
}

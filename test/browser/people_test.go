// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// official is somebody with a post, or with a licence.
type official struct {
	someone
	capacity string
}

// post gives somebody new a capacity.
func (w *world) post(first, last string, role policy.Role, unit, branch string, l i18n.Lang) official {
	s := w.resident(first, last, "نمونه", l)
	o := official{someone: s}
	person := w.person(s)
	var err error
	o.capacity, err = w.app.Identity.AddCapacity(w.t.Context(), policy.Actor{Role: policy.System, Name: "test"}, identity.Capacity{
		Person: person.ID, Role: role, Unit: unit, Branch: branch, TitleFA: "سمت آزمون", TitleEN: "Post of the test", From: w.today(), Source: "test",
	})
	must(w.t, err)
	return o
}

func (w *world) person(s someone) identity.Person {
	p, found, err := w.app.Identity.FindByNationalCode(w.t.Context(), w.app.DB, s.code)
	if err == nil && !found {
		err = fmt.Errorf("%s has no account", s.name())
	}
	must(w.t, err)
	return p
}

func (w *world) actor(t *testing.T, s someone, capacity string) policy.Actor {
	t.Helper()
	a, err := w.app.Identity.Actor(t.Context(), w.person(s).ID, capacity)
	must(t, err)
	return a
}

// takeOffice signs in and chooses the capacity.
func (b *tab) takeOffice(o official) {
	b.Helper()
	b.signIn(o.someone)
	b.visit("/capacity")
	b.choose("capacity", o.capacity)
	b.press(b.p.T("identity.capacity.go"))
	b.office = o
}

// against are the answers that name a person on a page whose questions begin so.
func against(prefix string, s someone) catalogue.Answers {
	return catalogue.Answers{
		prefix + "_national_code": s.code, prefix + "_first_name": s.first, prefix + "_last_name": s.last, prefix + "_father_name": s.father,
		prefix + "_province": "tehran", prefix + "_county": "tehran", prefix + "_address": "تهران، خیابان ولیعصر، کوچهٔ بهار، پلاک ۷",
	}
}

// begin starts a title without a browser.
func (w *world) begin(t *testing.T, a policy.Actor, n filing.NewFiling) filing.Filing {
	t.Helper()
	n.Act = id.New()
	f, err := w.app.Filing.Start(t.Context(), a, n)
	must(t, err)
	return f
}

// file files a title without a browser: what is not looked at here is looked at
// in another journey.
func (w *world) file(t *testing.T, me someone, service string, more catalogue.Answers) filing.Filing {
	t.Helper()
	ctx, a := t.Context(), w.actor(t, me, "")
	f := w.paid(t, me, service, more, i18n.FA)
	seen := len(w.messages(me))
	must(t, w.app.Filing.SendSignatureCode(ctx, a, f.ID))
	f, err := w.app.Filing.Submit(ctx, a, f.ID, w.code(t, me, seen))
	must(t, err)
	return f
}

// paid fills a title without a browser and pays for it, up to the signature.
func (w *world) paid(t *testing.T, me someone, service string, more catalogue.Answers, lang i18n.Lang) filing.Filing {
	t.Helper()
	ctx, a := t.Context(), w.actor(t, me, "")
	f := w.begin(t, a, filing.NewFiling{Service: service, Lang: lang})
	_, d, err := w.app.Filing.Get(ctx, a, f.ID)
	must(t, err)
	all := d.Example()
	maps.Copy(all, more)
	for _, pg := range d.Pages {
		wrong, err := w.app.Filing.Save(ctx, a, f.ID, pg.Key, all)
		must(t, err)
		if len(wrong) > 0 {
			t.Fatalf("%s: %v", pg.Key, wrong)
		}
	}
	f, err = w.app.Filing.Freeze(ctx, a, f.ID)
	must(t, err)
	if f.Status == filing.Payable {
		url, err := w.app.Payment.Begin(ctx, a, f.Payment)
		must(t, err)
		token := url[strings.LastIndexByte(url, '/')+1:]
		if !w.app.Doubles.Payments.Choose(token, payments.Pay) {
			t.Fatal("the bank knows no such payment")
		}
		_, err = w.app.Payment.Settle(ctx, token)
		must(t, err)
		wait(t, "the word of the bank to reach the filing", func() bool {
			f, _, err = w.app.Filing.Get(ctx, a, f.ID)
			return err == nil && f.Status == filing.Signable
		})
	}
	return f
}

// answer fills page after page of a title with its own example, changed by
// more, until the check.
func (b *tab) answer(f filing.Filing, more catalogue.Answers) {
	b.Helper()
	d, err := b.w.app.Catalogue.Version(b.Context(), f.Service, f.Version)
	must(b.T, err)
	all := d.Example()
	maps.Copy(all, more)
	b.visit("/filings/" + f.ID)
	done := map[string]bool{}
	for range 3 * len(d.Pages) {
		at := b.path()
		if !strings.HasPrefix(at, "/filings/"+f.ID+"/pages/") {
			return
		}
		key := strings.TrimPrefix(at, "/filings/"+f.ID+"/pages/")
		pg, _ := d.Page(key)
		for _, q := range pg.Fields {
			if v, ok := all[q.Name]; ok && !done[q.Name] && b.has(q.Name) {
				b.put(q, v)
				done[q.Name] = true
			}
		}
		b.inspect(f.Service + "-" + key)
		b.next()
	}
	b.Fatalf("%s: %s has no end: at %s\n%s", b.look, f.Service, b.path(), b.text())
}

// has tells whether a question is on the page.
func (b *tab) has(name string) bool {
	b.Helper()
	return ask[bool](b, `!!document.querySelector("[name='" + $1 + "'], [name='" + $1 + ".day']")`, name)
}

// put answers one question as its kind is answered.
func (b *tab) put(q catalogue.FieldDef, v any) {
	b.Helper()
	switch q.Type {
	case catalogue.TypeFiles:
	case catalogue.TypeChoice, catalogue.TypeProvince, catalogue.TypeCounty:
		b.choose(q.Name, v.(string))
	case catalogue.TypeYesNo:
		b.choose(q.Name, map[bool]string{true: catalogue.Yes, false: catalogue.No}[v.(bool)])
	case catalogue.TypeDate:
		day, err := civil.Parse(v.(string))
		must(b.T, err)
		y, m, d := day.Jalali()
		b.fill(q.Name+".day", b.typed(strconv.Itoa(d)))
		b.choose(q.Name+".month", strconv.Itoa(m))
		b.fill(q.Name+".year", b.typed(strconv.Itoa(y)))
	case catalogue.TypeMobile:
		b.fill(q.Name, b.typed("0"+strings.TrimPrefix(v.(string), "+98")))
	default:
		b.fill(q.Name, fmt.Sprint(v))
	}
}

// conclude goes from the check to the receipt.
func (b *tab) conclude(me someone) {
	b.Helper()
	b.sees(b.p.T("filing.check.title"))
	if b.offers(b.p.T("filing.check.to_pay")) {
		b.press(b.p.T("filing.check.to_pay"))
		b.toBank()
		b.press(bankWords(b.look.lang).pay)
	} else {
		b.press(b.p.T("filing.check.to_sign"))
	}
	b.sign(me)
	b.receiptReady(b.p.T("filing.done.receipt"))
}

// offers tells whether the page has a button or link with these words.
func (b *tab) offers(label string) bool {
	b.Helper()
	return ask[bool](b, `[...document.querySelectorAll("main a, main button")].some((a) => a.textContent.trim() === $1)`, label)
}

// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"regexp"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// system acts where no person does: imports and the demo.
var system = policy.Actor{Role: policy.System, Name: "Tarazu"}

// Demo makes the demo country: courts, people with their capacities, and cases
// that went through the same acts as everybody's. It may be run again: what is
// there stays.
func (a *App) Demo(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "app.Demo")
	if !a.Config.Demo {
		return errNoDemo
	}
	country, err := authority.DefaultCountry()
	if err != nil {
		return err
	}
	if err := a.Authority.Load(ctx, system, country); err != nil {
		return err
	}
	if err := a.Docket.SyncCourts(ctx); err != nil {
		return err
	}
	fresh := false
	for _, p := range residents() {
		_, found, err := a.Identity.FindByNationalCode(ctx, a.DB, p.code)
		if err != nil {
			return err
		}
		if found {
			continue
		}
		fresh = true
		if err := a.settle(ctx, p); err != nil {
			return err
		}
	}
	if !fresh {
		return nil
	}
	return a.demoCases(ctx)
}

// settle gives a person an account and the capacities.
func (a *App) settle(ctx context.Context, p person) error {
	level := identity.RegistryChecked
	if len(p.posts) > 0 {
		level = identity.SeenInPerson // a post is given to people whom somebody has seen
	}
	who, err := a.Identity.Enrol(ctx, system, identity.NewPerson{
		NationalCode: p.code, FirstName: p.first, LastName: p.last, FatherName: p.father, Birth: p.birth,
		Mobile: p.mobile, Lang: i18n.FA, Assurance: level, Password: demoPassword,
	})
	if err != nil {
		return err
	}
	for _, post := range p.posts {
		_, err := a.Identity.AddCapacity(ctx, system, identity.Capacity{
			Person: who.ID, Role: post.role, Unit: post.unit, Branch: post.branch, TitleFA: post.titleFA, TitleEN: post.titleEN,
			From: civil.Of(a.Clock.Now()), Source: "demo",
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// demoCases lets two residents live a few cases: one waits for its branch, one
// is served with its term running, and one draft is half written.
func (a *App) demoCases(ctx context.Context) error {
	people := residents()
	plaintiff, defendant := people[0], people[1]
	for _, c := range []struct {
		from, against person
		amount        int64
		story         string
		serve         bool
	}{
		{plaintiff, defendant, 2_400_000_000, "در تاریخ دهم مهر ماه مبلغ دو میلیارد و چهارصد میلیون ریال به خوانده قرض دادم و رسید دستی دارم. با گذشت سررسید و چند بار مراجعه، خوانده بدهی خود را نپرداخته است.", true},
		{defendant, plaintiff, 650_000_000, "بابت فروش یک دستگاه خودرو، ششصد و پنجاه میلیون ریال از بهای آن باقی مانده و خواندهٔ محترم با وجود تحویل خودرو از پرداخت خودداری می\u200cکند.", false},
	} {
		f, err := a.demoFiling(ctx, c.from, c.against, c.amount, c.story)
		if err != nil {
			return err
		}
		if c.serve {
			if err := a.demoServe(ctx, f); err != nil {
				return err
			}
		}
	}
	me, err := a.actorOf(ctx, plaintiff.code, "")
	if err != nil {
		return err
	}
	f, err := a.Filing.Start(ctx, me, filing.NewFiling{Service: "petition-debt", Act: id.New(), Lang: i18n.FA})
	if err != nil {
		return err
	}
	_, err = a.Filing.Save(ctx, me, f.ID, "plaintiff", catalogue.Answers{"plaintiff_province": "tehran", "plaintiff_county": "tehran"})
	return err
}

// demoAnswers are the answers of a petition for a debt.
func demoAnswers(against person, amount int64, story string) catalogue.Answers {
	return catalogue.Answers{
		"plaintiff_province": "tehran", "plaintiff_county": "tehran", "plaintiff_address": "تهران، خیابان آزادی، کوچهٔ نسترن، پلاک ۱۲", "plaintiff_postal": "1345678913",
		"defendant_national_code": against.code, "defendant_first_name": against.first, "defendant_last_name": against.last, "defendant_father_name": against.father,
		"defendant_province": "tehran", "defendant_county": "tehran", "defendant_address": "تهران، خیابان ولیعصر، کوچهٔ بهار، پلاک ۷", "defendant_abroad": false,
		"defendant_kind": "person", "defendant_address_unknown": false, "defendant_more": false, // asked from version 2 on
		"amount": amount, "evidence_kind": "contract", "debt_date": "2025-01-05", "late_damages": true,
		"narrative": story, "evidence_list": "رسید دستی مورخ ۱۶ دی ۱۴۰۳ و پیام\u200cهای رد و بدل شده",
	}
}

// demoFiling files a petition through every step.
func (a *App) demoFiling(ctx context.Context, from, against person, amount int64, story string) (filing.Filing, error) {
	me, err := a.actorOf(ctx, from.code, "")
	if err != nil {
		return filing.Filing{}, err
	}
	f, err := a.Filing.Start(ctx, me, filing.NewFiling{Service: "petition-debt", Act: id.New(), Lang: i18n.FA})
	if err != nil {
		return f, err
	}
	_, d, err := a.Filing.Get(ctx, me, f.ID)
	if err != nil {
		return f, err
	}
	all := demoAnswers(against, amount, story)
	for _, pg := range d.Pages {
		wrong, err := a.Filing.Save(ctx, me, f.ID, pg.Key, all)
		if err == nil {
			err = errs.InvalidFields(wrong)
		}
		if err != nil {
			return f, err
		}
	}
	if f, err = a.Filing.Freeze(ctx, me, f.ID); err != nil {
		return f, err
	}
	if err := a.demoPay(ctx, me, f); err != nil {
		return f, err
	}
	code, err := a.demoCode(ctx, from.mobile, func() error { return a.Filing.SendSignatureCode(ctx, me, f.ID) })
	if err != nil {
		return f, err
	}
	return a.Filing.Submit(ctx, me, f.ID, code)
}

// demoPay pays a filing's fee at the provider's double.
func (a *App) demoPay(ctx context.Context, me policy.Actor, f filing.Filing) error {
	url, err := a.Payment.Begin(ctx, me, f.Payment)
	if err != nil {
		return err
	}
	token := url[lastSlash(url)+1:]
	if !a.Doubles.Payments.Choose(token, payments.Pay) {
		return fmt.Errorf("the payment double knows no such payment")
	}
	if _, err := a.Payment.Settle(ctx, token); err != nil {
		return err
	}
	_, err = a.Jobs.Drain(ctx)
	return err
}

func lastSlash(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			return i
		}
	}
	return -1
}

var reCode = regexp.MustCompile(`\d{5,8}`)

// demoCode lets ask send a code and reads it from the text message.
func (a *App) demoCode(ctx context.Context, mobile string, ask func() error) (string, error) {
	before := len(a.Doubles.SMS.For(mobile))
	if err := ask(); err != nil {
		return "", err
	}
	if _, err := a.Jobs.Drain(ctx); err != nil {
		return "", err
	}
	all := a.Doubles.SMS.For(mobile) // the newest first
	for _, m := range all[:len(all)-before] {
		if code := reCode.FindString(persian.Digits(m.Text)); code != "" {
			return code, nil
		}
	}
	return "", fmt.Errorf("no code came by text message")
}

// demoServe confirms the branch and serves the claim.
func (a *App) demoServe(ctx context.Context, f filing.Filing) error {
	judge, err := a.staffOf(ctx, f.Unit, policy.Judge)
	if err != nil {
		return err
	}
	k, err := a.Docket.Case(ctx, judge, f.Case)
	if err != nil {
		return err
	}
	if err := a.Docket.ConfirmBranch(ctx, judge, k.ID, k.Proposed, k.Version); err != nil {
		return err
	}
	clerk, err := a.staffOf(ctx, f.Unit, policy.Clerk)
	if err != nil {
		return err
	}
	if _, err := a.Filing.ServeClaim(ctx, clerk, f.ID, 15); err != nil {
		return err
	}
	_, err = a.Jobs.Drain(ctx)
	return err
}

// actorOf is a resident in one of his capacities.
func (a *App) actorOf(ctx context.Context, code, capacity string) (policy.Actor, error) {
	p, found, err := a.Identity.FindByNationalCode(ctx, a.DB, code)
	if err != nil || !found {
		return policy.Actor{}, errs.New(errs.NotFound, "").Because(err)
	}
	return a.Identity.Actor(ctx, p.ID, capacity)
}

// staffOf is the resident who holds a post in a unit.
func (a *App) staffOf(ctx context.Context, unit string, role policy.Role) (policy.Actor, error) {
	for _, l := range a.demoLogins(ctx) {
		who, err := a.Identity.Actor(ctx, l.Person, l.Capacity)
		if err == nil && who.Role == role && who.Unit == unit {
			return who, nil
		}
	}
	return policy.Actor{}, errs.New(errs.NotFound, "")
}

// demoLogins are the cards of the sign-in page: every resident in every
// capacity.
func (a *App) demoLogins(ctx context.Context) []identity.DemoLogin {
	var out []identity.DemoLogin
	for _, p := range residents() {
		who, found, err := a.Identity.FindByNationalCode(ctx, a.DB, p.code)
		if err != nil || !found {
			continue
		}
		if len(p.posts) == 0 {
			out = append(out, identity.DemoLogin{Person: who.ID, TitleFA: p.first + " " + p.last, TitleEN: who.Name(), NoteFA: "شهروند", NoteEN: "Citizen"})
			continue
		}
		posts, err := a.Identity.Capacities(ctx, who.ID)
		if err != nil {
			continue
		}
		for _, k := range posts {
			if k.Role == policy.Citizen {
				continue
			}
			out = append(out, identity.DemoLogin{Person: who.ID, Capacity: k.ID, TitleFA: p.first + " " + p.last, TitleEN: who.Name(), NoteFA: k.TitleFA, NoteEN: k.TitleEN})
		}
	}
	return out
}

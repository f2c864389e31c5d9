// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/desk"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// demoPost is the citizen whose post at the body lets them send its notices.
const demoPost = 32

// units are the desks of the government body: the head of the legal office has named
// who prepares the suits, and somebody has not answered yet.
func (s *script) units(ago int) {
	m := s.m
	head, legal, suits, money := m.main(demoHead), m.citizen(33), m.citizen(34), m.citizen(35)
	s.at(ago, hourRefer, "units", func(ctx context.Context) error {
		by, err := m.actorAs(ctx, head, policy.Representative)
		if err != nil {
			return err
		}
		ids := map[string]string{}
		for _, u := range []struct{ code, fa, en, above string }{
			{"100", "معاونت حقوقی و مشترکان", "Legal and customer affairs", ""},
			{"110", "ادارهٔ حقوقی", "Legal office", "100"},
			{"111", "میز دعاوی", "Litigation desk", "110"},
			{"120", "امور مشترکان", "Customer affairs", "100"},
			{"200", "معاونت مالی", "Finance", ""},
		} {
			made, err := m.Body.Make(ctx, by, body.NewUnit{Code: u.code, NameFA: u.fa, NameEN: u.en, Parent: ids[u.above], Act: m.act("unit " + u.code)})
			if err != nil {
				return err
			}
			ids[u.code] = made.ID
		}
		until := civil.Of(m.Clock.Now()).Add(365)
		chief, err := s.seat(ctx, by, legal, body.NewPost{
			Unit: ids["110"], TitleFA: "رئیس ادارهٔ حقوقی", TitleEN: "Head of the legal office", Rights: policy.Rights(), Gives: body.GivesPosts, Until: until,
		}, true)
		if err != nil {
			return err
		}
		few := []policy.Right{policy.See, policy.OpenNotices, policy.Prepare}
		if _, err := s.seat(ctx, chief, suits, body.NewPost{Unit: ids["111"], TitleFA: "کارشناس دعاوی", TitleEN: "Litigation expert", Rights: few, Until: until - 1}, true); err != nil {
			return err
		}
		if _, err := s.seat(ctx, by, money, body.NewPost{Unit: ids["200"], TitleFA: "حسابدار", TitleEN: "Accountant", Rights: few[:1], Until: until}, false); err != nil {
			return err
		}
		if _, err := s.seat(ctx, by, m.citizen(demoPost), body.NewPost{
			Unit: ids["120"], TitleFA: "کارشناس ابلاغ به مشترکان", TitleEN: "Officer for notices to customers", Rights: []policy.Right{policy.See, policy.Send}, Until: until,
		}, true); err != nil {
			return err
		}
		if err := m.register(ctx); err != nil {
			return err
		}
		_, err = m.Desk.SetRules(ctx, by, desk.Rules{Top: ids["100"], List: []desk.Rule{
			{Groups: []string{"summons", "judgments", "other_side"}, Unit: ids["111"]}, {Groups: []string{"execution"}, Unit: ids["200"]},
		}})
		if errs.Is(err, errs.Conflict) { // the story is played again
			err = nil
		}
		return err
	})
	for i, n := range []struct{ kind, fa, en, textFA, textEN string }{
		{notice.KindOrder, "قرار تأمین دلیل", "Order to preserve evidence", "کارشناس روز دوشنبه به محل تأسیسات می‌آید. نماینده‌ای برای همراهی معرفی کنید.", "An expert comes to the works on Monday. Name somebody to accompany him."},
		{notice.KindWrit, "اجرائیهٔ پرداخت هزینهٔ دادرسی", "Writ for the costs of a suit", "ظرف ده روز هزینهٔ دادرسی را بپردازید.", "Pay the costs of the suit within ten days."},
		{notice.KindOther, "استعلام سابقهٔ انشعاب", "Enquiry about a connection", "سابقهٔ انشعاب ملک را تا پانزده روز دیگر بفرستید.", "Send what is known of the connection of the property within fifteen days."},
	} {
		s.at(ago-40-8*i, hourSend, "to a desk", func(ctx context.Context) error {
			by, err := m.actorAs(ctx, head, policy.Representative)
			if err != nil {
				return err
			}
			clerk, err := m.staffOf(ctx, demoCourt, policy.Clerk)
			if err != nil {
				return err
			}
			_, err = m.Notice.Deliver(ctx, notice.NewNotice{
				Key: m.act("desk " + n.kind), Owner: by.For, Addressee: notice.AddresseeBody, AddresseeName: by.ForName, Kind: n.kind, Unit: demoCourt, Province: "tehran", IssuedBy: clerk,
				UnitName: "مجتمع قضایی حقوقی تهران", UnitNameEN: "Tehran Civil Judicial Complex", Title: notice.Text{FA: n.fa, EN: n.en}, Paper: notice.Text{FA: n.textFA, EN: n.textEN},
			})
			return err
		})
	}
}

// seat gives somebody a post; they accept it if accept, and it is who they are then.
func (s *script) seat(ctx context.Context, by policy.Actor, who person, n body.NewPost, accept bool) (policy.Actor, error) {
	m := s.m
	n.Person, n.LastName, n.Act = who.code, who.last, m.act("post "+who.code)
	p, err := m.Body.Give(ctx, by, n)
	if err != nil || !accept {
		return policy.Actor{}, err
	}
	me, err := m.actorAs(ctx, who, policy.Citizen)
	if err != nil {
		return policy.Actor{}, err
	}
	if p, err = m.Body.Accept(ctx, me, p.ID); err != nil {
		return policy.Actor{}, err
	}
	return m.Identity.Actor(ctx, me.Person, p.Capacity)
}

// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/sender"
)

// sends is a government body that serves notices of its own: contract, two approved
// templates and one that waits for the centre, and letters to two people.
func (s *script) sends() {
	m := s.m
	head, centre := m.main(demoHead), m.main(demoCentre)
	as := func(ctx context.Context, do func(body, centre policy.Actor) error) error {
		by, err := m.actorAs(ctx, head, policy.Representative)
		if err != nil {
			return err
		}
		decides, err := m.actorAs(ctx, centre, policy.Centre)
		if err != nil {
			return err
		}
		return do(by, decides)
	}
	templates := map[string]string{}
	s.at(44, hourRefer, "sender contract", func(ctx context.Context) error {
		return as(ctx, func(by, decides policy.Actor) error {
			c, err := m.Sender.Apply(ctx, by, sender.Application{
				Number: "1405/3120", Basis: "plan7-notice", Why: "اخطار بدهی و قطع انشعاب به مشترکان، به جای نامهٔ کاغذی", Contact: "معاونت حقوقی و مشترکان",
				Phone: "02100002150", Volume: 60, Kinds: []string{notice.KindBodyDemand, notice.KindBodyNews},
			})
			if err != nil {
				return err
			}
			today := civil.Of(m.Clock.Now())
			_, err = m.Sender.Decide(ctx, decides, c.Body, c.ID, sender.Decision{
				State: sender.Approved, Reason: "قرارداد و مستند قانونی کامل است. سهمیهٔ ماه نخست کم است و پس از بررسی بیشتر می‌شود.", From: today, Until: today.Add(365),
				Quota: sender.Quota{Day: 24, Month: 600, Second: 5}, Version: c.Version,
			})
			return err
		})
	})
	s.at(43, hourDesk, "sender templates", func(ctx context.Context) error {
		return as(ctx, func(by, decides policy.Actor) error {
			for _, t := range demoTemplates {
				made, err := m.Sender.Submit(ctx, by, t.new)
				if err != nil {
					return err
				}
				templates[t.key] = made.ID
				if !t.approved {
					continue
				}
				if err := m.Sender.Judge(ctx, decides, made.Body, made.ID, made.Version, sender.Approved, "روشن است و به نام سازمان نوشته شده است."); err != nil {
					return err
				}
			}
			return nil
		})
	})
	known := func(ctx context.Context, by policy.Actor) error {
		if len(templates) > 0 {
			return nil
		}
		list, err := m.Sender.Templates(ctx, by) // the story goes on after a stop
		for _, t := range list {
			for _, d := range demoTemplates {
				if d.new.Subject.FA == t.Subject.FA {
					templates[d.key] = t.ID
				}
			}
		}
		return err
	}
	s.at(6, hourFile, "sender letters", func(ctx context.Context) error {
		return as(ctx, func(by, _ policy.Actor) error {
			if err := known(ctx, by); err != nil {
				return err
			}
			if _, _, err := m.Sender.MakeKey(ctx, by, "محیط آزمایش", true); err != nil {
				return err
			}
			secret, _, err := m.Sender.MakeKey(ctx, by, "سامانهٔ مشترکان", false)
			if err != nil {
				return err
			}
			program, err := m.Sender.Bearer(ctx, secret)
			if err != nil {
				return err
			}
			due := civil.Of(m.Clock.Now()).Add(20).String()
			for _, x := range []sender.Message{
				{Reference: "1405/88121", Template: templates["debt"], NationalCode: m.main(demoDefendant).code,
					Fields: map[string]string{"amount": "18450000", "until": due, "place": "تهران، خیابان سهروردی، پلاک ۴۱"}},
				{Reference: "1405/88122", Template: templates["works"], NationalCode: m.main(demoPlaintiff).code,
					Fields: map[string]string{"day": due, "place": "خیابان مطهری، از پلاک ۱۲ تا ۸۰"}},
			} {
				if _, err := m.Sender.Send(ctx, program.Actor, x); err != nil {
					return err
				}
			}
			return nil
		})
	})
	s.letters(4, "1405/works-spring", "اطلاع قطع آب، بهار", 14, known, func(i int, due string) sender.Message {
		x := sender.Message{
			Reference: fmt.Sprintf("1405/W-%d", i+1), Template: templates["works"], NationalCode: m.citizen(i).code, Fields: map[string]string{"day": due, "place": "خیابان بهار"},
		}
		switch i {
		case 3:
			x.NationalCode = "1234567890"
		case 8:
			x.Fields["day"] = "فردا"
		}
		return x
	})
	s.letters(1, "1405/debts-spring", "بدهی آب‌بها، بهار", 60, known, func(i int, due string) sender.Message {
		return sender.Message{
			Reference: fmt.Sprintf("1405/D-%d", i+1), Template: templates["debt"], NationalCode: m.citizen(i % 36).code,
			Fields: map[string]string{"amount": fmt.Sprint(3_200_000 + 410_000*i), "until": due, "place": fmt.Sprintf("خیابان بهار، پلاک %d", 2*i+2)},
		}
	})
}

// letters are a batch of the body: one that is over, and one that waits for the quota of
// tomorrow. Some rows cannot be right, and some addressees have no account.
func (s *script) letters(ago int, key, titleFA string, n int, known func(context.Context, policy.Actor) error, row func(i int, due string) sender.Message) {
	m := s.m
	s.at(ago, hourFile, "sender batch", func(ctx context.Context) error {
		by, err := m.actorAs(ctx, m.citizen(demoPost), policy.Representative)
		if err != nil {
			return err
		}
		if err := known(ctx, by); err != nil {
			return err
		}
		b, err := m.Sender.OpenBatch(ctx, by, sender.NewBatch{Key: key, Title: titleFA})
		if err != nil || b.State != bulk.Taking {
			return err
		}
		due := civil.Of(m.Clock.Now()).Add(30).String()
		list := make([]sender.Message, n)
		for i := range list {
			list[i] = row(i, due)
		}
		for _, step := range []func() (sender.Batch, error){
			func() (sender.Batch, error) { return m.Sender.TakeRows(ctx, by, b.ID, 0, list) },
			func() (sender.Batch, error) { return m.Sender.SealBatch(ctx, by, b.ID) },
			func() (sender.Batch, error) { return m.Sender.StartBatch(ctx, by, b.ID) },
		} {
			if _, err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

var demoTemplates = []struct {
	key      string
	new      sender.NewTemplate
	approved bool
}{
	{"debt", sender.NewTemplate{
		Kind: notice.KindBodyDemand, Fields: "amount rial\nuntil date\nplace text 80\n",
		Subject: notice.Text{FA: "بدهی آب‌بها", EN: "Water charges due"},
		Text: notice.Text{
			FA: "بدهی آب‌بهای انشعاب {{place}} تا امروز {{amount}} است.\nاگر تا {{until}} پرداخت نشود، انشعاب بنا بر آیین‌نامهٔ عملیاتی قطع می‌شود. اگر این مبلغ را درست نمی‌دانید، تا همان روز به امور مشترکان بنویسید.",
			EN: "The water charges for {{place}} stand at {{amount}}.\nIf they are not paid by {{until}}, the supply is cut off under the operating rules. If you think the sum is wrong, write to customer affairs by that day.",
		},
	}, true},
	{"works", sender.NewTemplate{
		Kind: notice.KindBodyNews, Fields: "day date\nplace text 80\n",
		Subject: notice.Text{FA: "قطع آب برای تعمیر شبکه", EN: "Water off for repairs"},
		Text: notice.Text{
			FA: "در {{day}} از ساعت ۹ تا ۱۵ شبکهٔ {{place}} تعمیر می‌شود و آب قطع است.",
			EN: "On {{day}} from 9:00 to 15:00 the network at {{place}} is repaired and there is no water.",
		},
	}, true},
	{"meter", sender.NewTemplate{
		Kind: notice.KindBodyDemand, Fields: "until date\nplace text 80\n",
		Subject: notice.Text{FA: "تعویض کنتور", EN: "Meter to be replaced"},
		Text: notice.Text{
			FA: "کنتور انشعاب {{place}} باید تا {{until}} عوض شود. برای تعیین روز مراجعه به امور مشترکان پیام دهید.",
			EN: "The meter at {{place}} has to be replaced by {{until}}. Write to customer affairs to choose a day.",
		},
	}, false},
}

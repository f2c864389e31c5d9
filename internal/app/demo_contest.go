// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"

	"github.com/tarazu/tarazu/internal/contest"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// What is said against service in the demo country, and decided.
const (
	contestAbroad = "از بیستم تا روز پیش برای کار در استانبول بودم و سیم‌کارت ایران در رومینگ نبود. پیامک نیامد و نتوانستم وارد حساب شوم. " +
		"همان روزی که برگشتم ابلاغیه را دیدم و باز کردم. تصویر مهر ورود گذرنامه پیوست است."
	contestWard = "وقتی نسخهٔ تجدیدنظرخواهی به حسابم آمد، در بیمارستان بستری و زیر عمل قلب بودم و تا سه هفته گوشی در دسترسم نبود. " +
		"پس از ترخیص، فهرست ابلاغ‌ها را دیدم و فهمیدم مهلت پاسخ گذشته است. گواهی بستری پیوست است."
	contestMoved = "مهر ورود گذرنامه و زمان نخستین ورود به حساب با هم می‌خوانند و عدم دسترسی تا آن روز ثابت است. " +
		"به استناد مادهٔ ۱۳ آیین‌نامه، تاریخ مشاهده ملاک ابلاغ است."
	contestPage = "گواهی بستری\nبیمارستان قلب\n\nمتن\nگواهی می‌شود بیمار به مدت بیست و سه روز در بخش مراقبت‌های ویژه و جراحی قلب این بیمارستان بستری بوده است."
)

// contests lets two people say that a notice did not reach them in time: one waits
// for the judge, of the other the day of service was changed.
func (s *script) contests() {
	m := s.m
	client := m.citizen(25)
	s.contest(40, "land", client, notice.KindClaimCopy, contestAbroad, "گذرنامه.jpg")
	s.as(39, hourDesk, "decide a contest", "land", policy.Judge, func(ctx context.Context, a policy.Actor, _, caseID string) error {
		list, err := m.Contest.OfCase(ctx, a, caseID)
		if err != nil || len(list) == 0 || list[0].State != contest.Open {
			return err
		}
		_, err = m.Contest.Decide(ctx, a, caseID, list[0].ID, contest.Decision{
			State: contest.Moved, Day: civil.Of(m.Clock.Now()).Add(-2), Why: contestMoved, Version: list[0].Version,
		})
		return err
	})
	s.contest(2, "shares", m.citizen(0), notice.KindAppeal, contestWard, "گواهی بستری.pdf")
}

// contest lets somebody contest the service of a notice for want of access.
func (s *script) contest(ago int, key string, who person, kind, words, file string) {
	m := s.m
	s.at(ago, hourFile, key+" contest", func(ctx context.Context) error {
		me, err := m.actorAs(ctx, who, policy.Citizen)
		if err != nil {
			return err
		}
		caseID := m.st.Things[key+".case"]
		id, err := m.noticeOf(ctx, me, caseID, kind)
		if err != nil {
			return err
		}
		k, err := m.Contest.Begin(ctx, me, caseID, id)
		if err != nil {
			return err
		}
		if k, err = m.Contest.Save(ctx, me, caseID, k.ID, contest.Said{Reason: "no_access", Words: words, Version: k.Version}); err != nil {
			return err
		}
		body := demoPicture()
		if file != "گذرنامه.jpg" {
			pages, err := pdf.New(m.Words)
			if err != nil {
				return err
			}
			if body, err = pages.Render(pdf.FromText(i18n.FA, contestPage)); err != nil {
				return err
			}
		}
		if _, err = m.Contest.Attach(ctx, me, caseID, k.ID, file, bytes.NewReader(body)); err != nil {
			return err
		}
		code, err := m.code(ctx, who.mobile, func() error { return m.Contest.SendCode(ctx, me, caseID, k.ID) })
		if err != nil {
			return err
		}
		if k, _, err = m.Contest.Get(ctx, me, caseID, k.ID); err != nil {
			return err
		}
		_, err = m.Contest.Sign(ctx, me, caseID, k.ID, k.Hash, code)
		return err
	})
}

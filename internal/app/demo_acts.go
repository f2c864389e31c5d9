// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"maps"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// The hours at which the acts of a story happen, in their natural order: people
// file in the morning, the court acts until the afternoon, notices are opened
// in the evening.
const (
	hourFile  = 9
	hourRefer = 11
	hourDesk  = 13
	hourSend  = 15
	hourOpen  = 19
)

// file files something, up to where the plan says.
func (s *script) file(ago int, p plan) {
	s.at(ago, hourFile, p.key, func(ctx context.Context) error { return s.m.file(ctx, p) })
}

// as plays an act of the staff of the unit that received a filing.
func (s *script) as(ago, hour int, what, key string, role policy.Role, do func(ctx context.Context, a policy.Actor, filing, caseID string) error) {
	s.at(ago, hour, key+" "+what, func(ctx context.Context) error {
		things := s.m.st.Things
		a, err := s.m.staffOf(ctx, things[key+".unit"], role)
		if err != nil {
			return err
		}
		return do(ctx, a, things[key], things[key+".case"])
	})
}

// refer refers a case to a branch.
func (s *script) refer(ago int, key, branch string) {
	s.as(ago, hourRefer, "refer", key, policy.Judge, func(ctx context.Context, a policy.Actor, _, caseID string) error {
		k, err := s.m.Docket.Case(ctx, a, caseID)
		if err != nil {
			return err
		}
		return s.m.Docket.ConfirmBranch(ctx, a, k.ID, branch, k.Version)
	})
}

// serve serves a filing on the other side.
func (s *script) serve(ago int, key string, days int) {
	s.as(ago, hourDesk, "serve", key, policy.Clerk, func(ctx context.Context, a policy.Actor, filing, _ string) error {
		_, err := s.m.Filing.ServeClaim(ctx, a, filing, days)
		return err
	})
}

// sendOn sends the file to the court of appeal; that court acts under the key
// with " there".
func (s *script) sendOn(ago int, key string) {
	s.as(ago, hourSend, "send on", key, policy.Clerk, func(ctx context.Context, a policy.Actor, filing, _ string) error {
		there, err := s.m.Filing.SendOn(ctx, a, filing)
		if err != nil {
			return err
		}
		things := s.m.st.Things
		things[key+" there"], things[key+" there.case"], things[key+" there.unit"] = filing, there.ID, there.Unit
		return nil
	})
}

// seen puts a brief or a complaint before the branch.
func (s *script) seen(ago int, key string) {
	s.as(ago, hourDesk, "seen", key, policy.Clerk, func(ctx context.Context, a policy.Actor, filing, _ string) error {
		return s.m.Filing.Seen(ctx, a, filing)
	})
}

// halt finds defects.
func (s *script) halt(ago int, key string, defects ...filing.Defect) {
	s.as(ago, hourDesk, "halt", key, policy.Clerk, func(ctx context.Context, a policy.Actor, filing, _ string) error {
		_, err := s.m.Filing.Halt(ctx, a, filing, defects)
		return err
	})
}

// mend mends what was found wrong on a page.
func (s *script) mend(ago int, p plan, page string, over catalogue.Answers) {
	s.at(ago, hourFile, p.key+" mend", func(ctx context.Context) error {
		me, err := s.m.actorAs(ctx, p.by, p.role)
		if err != nil {
			return err
		}
		f, _, err := s.m.Filing.Get(ctx, me, s.m.st.Things[p.key])
		if err != nil {
			return err
		}
		if f.Status == filing.Halted {
			all := maps.Clone(f.Answers)
			maps.Copy(all, over)
			wrong, err := s.m.Filing.Save(ctx, me, f.ID, page, all)
			if err == nil {
				err = errs.InvalidFields(wrong)
			}
			if err == nil {
				f, err = s.m.Filing.Freeze(ctx, me, f.ID)
			}
			if err != nil {
				return err
			}
		}
		return s.m.conclude(ctx, me, f, p)
	})
}

// reject rejects what was not mended in time.
func (s *script) reject(ago int, key string) {
	s.as(ago, hourDesk, "reject", key, policy.Clerk, func(ctx context.Context, a policy.Actor, filing, _ string) error {
		_, err := s.m.Filing.Reject(ctx, a, filing)
		return err
	})
}

// setAside decides an objection to a rejection.
func (s *script) setAside(ago int, key, why string) {
	s.as(ago, hourSend, "set aside", key, policy.Judge, func(ctx context.Context, a policy.Actor, filing, _ string) error {
		return s.m.Filing.DecideRejection(ctx, a, filing, true, why)
	})
}

// open has somebody open the last notice of a kind in a case.
func (s *script) open(ago int, key, kind string, who person, role policy.Role) {
	s.at(ago, hourOpen, key+" open "+kind, func(ctx context.Context) error {
		me, err := s.m.actorAs(ctx, who, role)
		if err != nil {
			return err
		}
		id, err := s.m.noticeOf(ctx, me, s.m.st.Things[key+".case"], kind)
		if err == nil {
			_, err = s.m.Notice.Open(ctx, me, id)
		}
		return err
	})
}

// send sends a paper of the court to all parties of a case that can be reached.
func (s *script) send(ago int, key string, role policy.Role, o docket.NoticeOrder) {
	s.as(ago, hourSend, "send "+o.Kind, key, role, func(ctx context.Context, a policy.Actor, _, caseID string) error {
		k, err := s.m.Docket.Case(ctx, a, caseID)
		if err != nil {
			return err
		}
		o.Case, o.Act = k.ID, s.m.act(key+" "+o.Kind)
		for _, p := range k.Parties {
			o.Parties = append(o.Parties, p.ID)
		}
		_, err = s.m.Docket.IssueNotices(ctx, a, o)
		return err
	})
}

// hearing calls everybody to a hearing, on the first open day so many days
// later.
func (s *script) hearing(ago int, key string, in int) {
	s.as(ago, hourSend, "hearing", key, policy.Clerk, func(ctx context.Context, a policy.Actor, _, caseID string) error {
		k, err := s.m.Docket.Case(ctx, a, caseID)
		if err != nil {
			return err
		}
		cal, err := s.m.Calendar.Calendar(ctx)
		if err != nil {
			return err
		}
		day := civil.Of(s.m.Clock.Now()).Add(in)
		for !cal.On(day, k.Province).Open {
			day = day.Add(1)
		}
		o := docket.NoticeOrder{Case: k.ID, Act: s.m.act(key + " hearing"), Kind: notice.KindHearing, Hearing: &docket.Hearing{
			At: day.Time().In(clock.Tehran).Add(9*time.Hour + 30*time.Minute), Place: "طبقهٔ سوم، شعبهٔ ۱، اتاق ۳۰۴",
		}}
		for _, p := range k.Parties {
			o.Parties = append(o.Parties, p.ID)
		}
		_, err = s.m.Docket.IssueNotices(ctx, a, o)
		return err
	})
}

// lawyer puts the lawyer on record who entered appearance.
func (s *script) lawyer(ago int, key string) {
	s.as(ago, hourDesk, "lawyer", key, policy.Clerk, func(ctx context.Context, a policy.Actor, filing, _ string) error {
		return s.m.Filing.RecordLawyer(ctx, a, filing)
	})
}

// certify answers a request for a certificate: nothing is on record.
func (s *script) certify(ago int, key string) {
	s.as(ago, hourSend, "certify", key, policy.Clerk, func(ctx context.Context, a policy.Actor, filing, _ string) error {
		_, err := s.m.Filing.Certify(ctx, a, filing, true, "")
		return err
	})
}

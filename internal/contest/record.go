// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Record is what this program knows of the service of a notice by itself.
type Record struct {
	Notice  notice.Notice
	Effect  notice.Effect
	Outages []outage.Interval    // that touch the notice's days
	Alerts  []notice.Alert       // messages that were to point to it, with what became of them
	Here    Presence             // of whose inbox it is, in the notice's days
	Steps   []bailiff.LadderStep // of service on paper
	Term    docket.Deadline      // HasTerm: the one that is computed
	HasTerm bool
}

// Presence is who was here: sign-ins and browsers of the account that the notice
// was put into.
type Presence struct {
	Known   bool // false: not the account of one human being
	Kept    bool // there, and not for whoever asks
	SignIns []SignIn
	Devices []Device
}

// SignIn is one sign-in; Method is that of identity.SignIn.
type SignIn struct {
	At     time.Time `json:"at"`
	Method string    `json:"method"`
}

// Device is a browser from which somebody signed in, as far as is known.
type Device struct {
	Name  string    `json:"name"`
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
}

// recordOf reads it, with the outages and sign-ins up to an instant.
func (s *Service) recordOf(ctx context.Context, q store.Querier, caseID string, n notice.Notice, until time.Time) (r Record, err error) {
	r.Notice, r.Effect = n, s.d.Notice.Effect(n)
	if r.Term, r.HasTerm, err = s.d.Docket.DeadlineOf(ctx, q, caseID, n.ID); err != nil {
		return r, err
	}
	if n.Way != notice.WayElectronic {
		r.Steps, err = s.d.Bailiff.Ladder(ctx, q, caseID, n.ID)
		return r, err
	}
	from, to := days(n, r, until)
	if r.Outages, err = s.outages(ctx, q, from, to); err != nil {
		return r, err
	}
	if r.Alerts, err = s.d.Notice.AlertsAbout(ctx, n); err != nil {
		return r, err
	}
	r.Here, err = s.presence(ctx, q, n.Owner, from, to)
	return r, err
}

// days are those that matter for a notice in an account: from the day of issuing
// until it was opened; if it was not, or there is a term, until the end of that.
func days(n notice.Notice, r Record, until time.Time) (from, to time.Time) {
	to = until
	switch {
	case r.HasTerm && r.Term.Last.Add(1).Time().Before(until):
		to = r.Term.Last.Add(1).Time()
	case !r.HasTerm && n.Opened() && civil.Of(n.Viewed).Add(1).Time().Before(until):
		to = civil.Of(n.Viewed).Add(1).Time()
	}
	return civil.Of(n.Issued).Time(), to
}

// presence reads the sign-ins of a human being. The account of a company or body is
// opened by many, and no sign-in of theirs says whether it could.
func (s *Service) presence(ctx context.Context, q store.Querier, owner string, from, to time.Time) (out Presence, err error) {
	p, err := s.d.Identity.Person(ctx, owner)
	if err != nil || !p.Class.Natural() {
		return out, err
	}
	out.Known = true
	here, err := s.d.Identity.Presence(ctx, q, owner, from, to)
	for _, x := range here.SignIns {
		out.SignIns = append(out.SignIns, SignIn{x.At, x.Method})
	}
	for _, x := range here.Devices {
		out.Devices = append(out.Devices, Device{x.Name, x.First, x.Last})
	}
	return out, err
}

// outages are those of what reading and filing need.
func (s *Service) outages(ctx context.Context, q store.Querier, from, to time.Time) ([]outage.Interval, error) {
	var parts []string
	for _, act := range []string{outage.ActFile, outage.ActRead} {
		if rule, ok := s.d.Outage.Rules().Of(act); ok {
			parts = append(parts, rule.Parts...)
		}
	}
	slices.Sort(parts)
	return s.d.Outage.Touching(ctx, q, slices.Compact(parts), from, to)
}

// Record is what the program knows of the service that a contest is about. Whoever
// may see the contest may see it; the sign-ins are for their owner and the branch,
// and the branch's look is recorded.
func (s *Service) Record(ctx context.Context, a policy.Actor, k Contest) (_ Record, err error) {
	defer errs.Wrap(&err, "contest.Record")
	n, err := s.noticeOf(ctx, s.d.DB, k.Case, k.Notice)
	if err != nil {
		return Record{}, err
	}
	until := k.Signed
	if until.IsZero() {
		until = s.d.DB.Now()
	}
	r, err := s.recordOf(ctx, s.d.DB, k.Case, n, until)
	if err == nil && !k.Signed.IsZero() {
		r.Here, err = signedPresence(k.record) // sign-ins are not kept for ever, and a browser can be forgotten
	}
	if err != nil {
		return r, err
	}
	return r, s.keepBack(ctx, a, &r)
}

// keepBack leaves the sign-ins out for whoever may not see them.
func (s *Service) keepBack(ctx context.Context, a policy.Actor, r *Record) error {
	switch {
	case !r.Here.Known || a.Owner() == r.Notice.Owner:
		return nil
	case staff(a):
		return s.d.Identity.RecordAccess(ctx, identity.Access{
			Subject: r.Notice.Owner, By: a, What: "contest.access.here", Why: "docket.access.duty", Object: r.Notice.Case,
		})
	}
	r.Here = Presence{Known: true, Kept: true}
	return nil
}

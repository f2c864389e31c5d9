// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// subscriber names this module in the rows of events.
const subscriber = "docket"

// How often deadlines are compared with the calendar, and courts taken over.
const (
	recomputeEvery = time.Minute
	syncEvery      = time.Hour
	outagesEvery   = 10 * time.Minute
)

// Jobs registers what this module hears and does by itself.
func (s *Service) Jobs() {
	jobs.Subscribe(s.d.Jobs, subscriber, s.onArrived)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onViewed)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onNoAccount)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onServedOnPaper)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onContested)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onReplaced)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onRegistered)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onMandateEnded)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onLicenceOver)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onStatus)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onMerged)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onUnmerged)
	jobs.Handle(s.d.Jobs, kindAccount, s.onLookAgain)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onOutage)
	jobs.Handle(s.d.Jobs, kindAgain, s.onAgain)
	jobs.Handle(s.d.Jobs, kindTell, s.onTell)
	s.d.Jobs.Periodic("docket.outages", outagesEvery, s.lookOutages)
	s.d.Jobs.Periodic("docket.feeds", syncEvery, s.forgetReads)
	s.d.Jobs.Periodic("docket.changes", syncEvery, s.forgetChanges)
	jobs.Handle(s.d.Jobs, kindAnew, s.onAccountGiven)
	s.d.Jobs.Periodic("docket.recompute", recomputeEvery, s.Recompute)
	s.d.Jobs.Periodic("docket.courts", syncEvery, s.SyncCourts)
	s.d.Bulk.Handle(bulk.Kind{Name: kindMoved, Issue: s.issueMoved})
}

// The handlers are right if they run twice: an entry with the same key and a
// first computation for the same notice are there only once.

func (s *Service) onArrived(ctx context.Context, e notice.Arrived) error {
	return s.hear(ctx, e.Case, e.Notice, e.Owner, func(tx *store.Tx, c Case, p Party) error {
		err := s.noticeEntry(ctx, tx, "docket.notice_arrived", e.Notice, e.Evidence, e.At, e.Title, e.Owner, p)
		if err != nil || e.Rule == "" || e.Actual {
			return err
		}
		return s.firstDeadline(ctx, tx, c, p, start{
			notice: e.Notice, owner: e.Owner, title: Text(e.Title), rule: e.Rule, days: e.Days, abroad: e.Abroad, province: e.Province,
			reason: ReasonArrived, reading: e.Reading, previous: e.Evidence, at: e.At,
		})
	})
}

func (s *Service) onViewed(ctx context.Context, e notice.Viewed) error {
	return s.hear(ctx, e.Case, e.Notice, e.Owner, func(tx *store.Tx, c Case, p Party) error {
		err := s.noticeEntry(ctx, tx, "docket.notice_viewed", e.Notice, e.Evidence, e.At, e.Title, e.Owner, p)
		if err != nil || e.Rule == "" || !e.Actual || e.Idle {
			return err
		}
		return s.firstDeadline(ctx, tx, c, p, start{
			notice: e.Notice, owner: e.Owner, title: Text(e.Title), rule: e.Rule, days: e.Days, abroad: e.Abroad, province: e.Province,
			reason: ReasonViewed, reading: e.Reading, previous: e.Evidence, at: e.At,
		})
	})
}

func (s *Service) onNoAccount(ctx context.Context, e notice.NoAccount) error {
	return s.hear(ctx, e.Case, e.Notice, "", func(tx *store.Tx, _ Case, p Party) error {
		kind := "docket.notice_paper"
		if e.Reason == notice.ReasonUnknownAddress {
			kind = "docket.notice_published"
		}
		return s.noticeEntry(ctx, tx, kind, e.Notice, e.Evidence, e.At, e.Title, "", p)
	})
}

// ReasonOnPaper is why a deadline was computed: an officer or a publication served.
const ReasonOnPaper = "notice.served_on_paper"

// onServedOnPaper hears that an officer or a publication has served a notice.
func (s *Service) onServedOnPaper(ctx context.Context, e notice.ServedOnPaper) error {
	return s.hear(ctx, e.Case, e.Notice, accountOf(e.Owner, e.Case), func(tx *store.Tx, c Case, p Party) error {
		err := s.noticeEntry(ctx, tx, "docket.notice_served_paper", e.Notice, e.Evidence, e.At, e.Title, "", p)
		if err != nil || e.Rule == "" || !e.Runs {
			return err
		}
		return s.firstDeadline(ctx, tx, c, p, start{
			notice: e.Notice, owner: p.Person, title: Text(e.Title), rule: e.Rule, days: e.Days, abroad: e.Abroad, province: e.Province,
			reason: ReasonOnPaper, reading: e.Reading, previous: e.Evidence, at: e.At,
		})
	})
}

// decisionKinds are what the timeline says of each decision about service.
var decisionKinds = map[string]string{
	notice.FactUpheld:   "docket.service_upheld",
	notice.FactMoved:    "docket.service_moved",
	notice.FactSetAside: "docket.service_set_aside",
}

// onContested hears what a judge has decided about service, and lets the term run
// from there, or not at all.
func (s *Service) onContested(ctx context.Context, e notice.Contested) error {
	return s.hear(ctx, e.Case, e.Notice, accountOf(e.Owner, e.Case), func(tx *store.Tx, c Case, p Party) error {
		if err := s.noticeEntry(ctx, tx, decisionKinds[e.Decision], e.Notice, e.Evidence, e.At, e.Title, "", p); err != nil {
			return err
		}
		if e.Decision == notice.FactUpheld {
			return nil
		}
		return s.MoveServiceTx(ctx, tx, c.ID, e.Notice, e.RunsFrom, "contest", e.Evidence)
	})
}

// onReplaced hears that a notice is no longer to be heeded: its term ends.
func (s *Service) onReplaced(ctx context.Context, e notice.Replaced) error {
	return s.hear(ctx, e.Case, e.Notice, accountOf(e.Owner, e.Case), func(tx *store.Tx, c Case, p Party) error {
		if err := s.noticeEntry(ctx, tx, "docket.notice_replaced", e.Notice, e.Evidence, e.At, e.Title, "", p); err != nil {
			return err
		}
		return s.MoveServiceTx(ctx, tx, c.ID, e.Notice, time.Time{}, "replaced", e.Evidence)
	})
}

// accountOf is in whose account a notice is; "" if its rows are the case's.
func accountOf(owner, caseID string) string {
	if owner == caseID {
		return ""
	}
	return owner
}

// hear runs fn with the case and the party of a notice. A notice of something
// that is not in this register is none of ours.
func (s *Service) hear(ctx context.Context, caseID, noticeID, owner string, fn func(tx *store.Tx, c Case, p Party) error) error {
	if caseID == "" {
		return nil
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := readCase(ctx, tx, caseID)
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		p, found, err := s.addressee(ctx, tx, caseID, noticeID, owner)
		if err != nil {
			return err
		}
		if !found {
			p = Party{Case: caseID, Person: owner}
		}
		p.Case = caseID
		return fn(tx, c, p)
	})
}

// sqlLawyerName also finds a lawyer who represents the party no more.
const sqlLawyerName = `SELECT name FROM docket_lawyer WHERE case_id = $1 AND party = $2 AND lawyer = $3 ORDER BY from_us DESC LIMIT 1`

// noticeEntry is what the timeline says of a notice: both sides see that it was
// served, on the party or its lawyer; whose account it is in has a link to it.
func (s *Service) noticeEntry(ctx context.Context, tx *store.Tx, kind, noticeID, evidence string, at time.Time, title notice.Text, owner string, p Party) error {
	m := map[string]string{"title_fa": title.FA, "title_en": title.EN, "name": p.Name}
	if owner != "" {
		m["href"], m["owner"] = "/inbox/"+noticeID, owner
	}
	if owner != "" && owner != p.Person {
		lawyer, found, err := store.Find[string](ctx, tx, sqlLawyerName, p.Case, p.ID, owner)
		if err != nil {
			return err
		}
		if found {
			delete(m, "name")
			both := s.both("docket.lawyer_of", "lawyer", lawyer, "name", p.Name)
			m["name_fa"], m["name_en"] = both.FA, both.EN
		}
	}
	return s.AddEntryTx(ctx, tx, Entry{
		Case: p.Case, Kind: kind, Sides: []string{Plaintiff, Defendant}, By: policy.Actor{Role: policy.System},
		Subject: noticeID, Evidence: evidence, At: at, Members: m,
	})
}

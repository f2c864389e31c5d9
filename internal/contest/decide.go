// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Decision is what a judge decides on a contest.
type Decision struct {
	State State     // Upheld, Moved or SetAside
	Day   civil.Day // Moved: the day of service
	Why   string

	OnPaper  bool   // SetAside: served anew on paper although there is an account
	PaperWhy string // why

	Version int64 // of the contest that was seen
}

// MayDecide tells whether the actor decides a contest.
func (s *Service) MayDecide(a policy.Actor, c docket.Case, k Contest) bool {
	return k.State == Open && s.d.Policy.Check(a, "contest.decide", resource(c, k)) == nil
}

// servedOn is the instant of service on a day: terms are counted in days, and the
// instant lies neither before the notice was issued nor after now.
func servedOn(day civil.Day, issued, now time.Time) time.Time {
	at := day.Time().Add(12 * time.Hour)
	if at.Before(issued) {
		at = issued
	}
	if at.After(now) {
		at = now
	}
	return at
}

// Decide decides a contest, in one transaction: the state, the fact of the notice
// (from which terms follow), the new notice if the service is set aside, and the
// order, which is served on whoever contested and, without what was said and the
// reasons, on the other side. Of two judges at once, or a judge
// and a person who withdraws, the second is errs.Conflict
// (contest.decided_meanwhile).
func (s *Service) Decide(ctx context.Context, a policy.Actor, caseID, contest string, d Decision) (_ Contest, err error) {
	defer errs.Wrap(&err, "contest.Decide")
	k, c, err := s.find(ctx, a, caseID, contest)
	if err != nil {
		return Contest{}, err
	}
	if err := s.d.Policy.Check(a, "contest.decide", resource(c, k)); err != nil {
		return Contest{}, err
	}
	n, err := s.noticeOf(ctx, s.d.DB, caseID, k.Notice)
	if err != nil {
		return Contest{}, err
	}
	d.Why, d.PaperWhy = persian.Store(strings.TrimSpace(d.Why)), persian.Store(strings.TrimSpace(d.PaperWhy))
	if err := d.check(n, civil.Of(s.d.DB.Now())); err != nil {
		return Contest{}, err
	}
	if k.State != Open || k.Version != d.Version {
		return Contest{}, errs.New(errs.Conflict, "contest.decided_meanwhile")
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.decideTx(ctx, tx, a, k, c, n, d) })
	if errs.Is(err, errs.Conflict) {
		if now, rerr := read(ctx, s.d.DB, caseID, contest); rerr == nil && now.State != Open {
			return Contest{}, errs.New(errs.Conflict, "contest.decided_meanwhile").Because(err)
		}
	}
	if err != nil {
		return Contest{}, err
	}
	return read(ctx, s.d.DB, caseID, contest)
}

func (d Decision) check(n notice.Notice, today civil.Day) error {
	var f []errs.Field
	bad := func(name, code string, args ...any) { f = append(f, errs.Field{Name: name, Code: code, Args: args}) }
	if !d.State.Decided() {
		bad("decision", "contest.wrong.decision")
	}
	if d.State == Moved && (d.Day < civil.Of(n.Issued) || d.Day > today) {
		bad("day", "contest.wrong.day", "from", civil.Of(n.Issued), "to", today)
	}
	if l := utf8.RuneCountInString(d.Why); l < leastWords || l > mostWords {
		bad("why", "contest.wrong.why", "min", leastWords)
	}
	l := utf8.RuneCountInString(d.PaperWhy)
	switch {
	case d.OnPaper && d.State != SetAside:
		bad("way", "contest.wrong.on_paper")
	case d.OnPaper && (l < leastWords || l > mostWords):
		bad("paper_why", "contest.wrong.paper_why", "min", leastWords)
	case !d.OnPaper && l > 0:
		bad("way", "contest.wrong.paper_not_chosen")
	}
	return errs.InvalidFields(f)
}

// decidedRecord is what stands in the evidence of a decision.
type decidedRecord struct {
	Format     string `json:"format"`
	Contest    string `json:"contest"`
	CaseNumber string `json:"case_number"`
	Notice     string `json:"notice_number"`
	Decision   string `json:"decision"`
	Served     string `json:"served,omitempty"`
	Why        string `json:"why"`
	OnPaper    string `json:"on_paper,omitempty"` // why it is served anew on paper
	Judge      string `json:"judge"`
	Branch     string `json:"branch"`
}

func (s *Service) decideTx(ctx context.Context, tx *store.Tx, a policy.Actor, k Contest, c docket.Case, n notice.Notice, d Decision) error {
	if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
		return err
	}
	var served time.Time
	if d.State == Moved {
		served = servedOn(d.Day, n.Issued, tx.Now())
	}
	err := tx.ExecOne(ctx, sqlDecide, k.Case, k.ID, d.Version, d.State, a.Person, a.Name, store.At(tx.Now()), d.Why, atOrZero(served),
		d.OnPaper, d.PaperWhy) // the lock
	if err != nil {
		return err
	}
	owner, err := s.ownerOf(ctx, tx, k.Case, k.Notice)
	if err != nil {
		return err
	}
	fact, err := s.d.Notice.DecideTx(ctx, tx, a, owner, k.Notice, k.ID, decisions[d.State], served, k.Reason)
	if err != nil {
		return err
	}
	k.State, k.Why, k.Served, k.DecidedName, k.Decided = d.State, d.Why, served, a.Name, tx.Now()
	k.OnPaper, k.PaperWhy = d.OnPaper, d.PaperWhy
	if d.State == SetAside {
		anew, err := s.d.Docket.ServeAnewTx(ctx, tx, a, k.Case, k.Notice, "contest", "contest-"+k.ID, d.OnPaper)
		if err != nil {
			return err
		}
		k.Anew = anew.ID
	}
	body, err := ledger.Canonical(decidedRecord{
		Format: "tarazu-contest-decision-1", Contest: k.ID, CaseNumber: k.CaseNumber, Notice: k.Number, Decision: string(d.State),
		Served: stamp(served), Why: d.Why, OnPaper: d.PaperWhy, Judge: a.Name, Branch: c.Sender().FA,
	})
	if err != nil {
		return err
	}
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "contest.decided", Owner: k.Case, Subject: k.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, Content: body,
		Previous: fact.Evidence, Rule: k.Rules, Reasons: []string{string(d.State)},
		Members: map[string]string{"case": k.CaseNumber, "notice": k.Number, "filed": k.Evidence},
	})
	if err != nil {
		return err
	}
	order, err := s.d.Docket.IssueNoticeTx(ctx, tx, a, docket.NewNotice{
		Case: k.Case, Party: k.Party, Kind: notice.KindOrder, Title: s.both("contest.order.title"), Paper: s.orderText(c, k, s.orderBlocks),
		Key: "contest-order-" + k.ID,
	})
	if err != nil {
		return err
	}
	if err := s.copyTx(ctx, tx, a, c, k); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlDecided, k.Case, k.ID, k.Anew, order.ID, evidence); err != nil {
		return err
	}
	return s.d.Jobs.EnqueueTx(ctx, tx, kindPaper, paperJob{Case: k.Case, Contest: k.ID}, jobs.Unique(k.ID))
}

func atOrZero(t time.Time) store.Time {
	if t.IsZero() {
		return store.Time{}
	}
	return store.At(t)
}

func (s *Service) both(key string, pairs ...any) docket.Text {
	return docket.Text{FA: s.d.Catalog.Printer(i18n.FA).T(key, pairs...), EN: s.d.Catalog.Printer(i18n.EN).T(key, pairs...)}
}

// orderText is the order as plain text, as it is served.
func (s *Service) orderText(c docket.Case, k Contest, blocks func(*i18n.Printer, Contest) []pdf.Block) docket.Text {
	in := func(l i18n.Lang) string {
		p := s.d.Catalog.Printer(l)
		var b strings.Builder
		b.WriteString(c.Sender().In(l) + "\n" + p.T("contest.order.title") + "\n" + p.T("contest.order.case", "number", k.CaseNumber) + "\n")
		for _, block := range blocks(p, k) {
			b.WriteString("\n" + block.Heading + "\n" + strings.Join(block.Lines, "\n") + "\n")
		}
		return b.String()
	}
	return docket.Text{FA: in(i18n.FA), EN: in(i18n.EN)}
}

// copyTx serves the order on every other party that knows of the case, as far as it is
// theirs: what is decided about the service, without what was said and the reasons,
// which may be about somebody's health.
func (s *Service) copyTx(ctx context.Context, tx *store.Tx, a policy.Actor, c docket.Case, k Contest) error {
	for _, p := range c.Parties {
		if p.ID == k.Party || p.Joined.IsZero() {
			continue
		}
		_, err := s.d.Docket.IssueNoticeTx(ctx, tx, a, docket.NewNotice{
			Case: k.Case, Party: p.ID, Kind: notice.KindOrder, Title: s.both("contest.order.title"), Paper: s.orderText(c, k, s.copyBlocks),
			Key: "contest-order-" + k.ID + "-" + p.ID,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"strings"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A term that moves because a judge has decided on a service is told by a notice of
// its own, with its computation: to the party whose service it was, and to the other
// defendants whom the longest term helps. What moves by itself, with the calendar or an
// outage, is told by a message and in the timeline.

// byOrder tells whether a computation differs from an earlier one because a judge has
// decided on a service, of its own notice or of the other defendant's whose term is the
// longest, or was.
func byOrder(ctx context.Context, tx *store.Tx, was, now Deadline) (bool, error) {
	switch now.Reason {
	case ReasonMoved, ReasonAnew:
		return true, nil
	case ReasonShared:
	default:
		return false, nil
	}
	for _, o := range []*calendar.Other{was.Computation.Longest, now.Computation.Longest} {
		if o == nil {
			continue
		}
		t, found, err := store.Find[termRow](ctx, tx, sqlTerm, now.Case, o.Notice)
		if err != nil || found && !t.Decided.IsZero() {
			return err == nil, err
		}
	}
	return false, nil
}

// termNoticeTx tells the party whose term it is what it is now and how that follows;
// was is the zero Deadline if none ran.
func (s *Service) termNoticeTx(ctx context.Context, tx *store.Tx, c Case, was, now Deadline) error {
	p, found, err := s.addressee(ctx, tx, now.Case, now.Notice, now.Person)
	if err != nil || !found {
		return err
	}
	today := civil.Of(tx.Now())
	paper := func(l i18n.Lang) string { return s.termPaper(s.d.Catalog.Printer(l), c, p, was, now, today) }
	_, err = s.IssueNoticeTx(ctx, tx, policy.Actor{Role: policy.System}, NewNotice{
		Case: c.ID, Party: p.ID, Kind: notice.KindOther, Title: s.both("docket.term_notice.title"),
		Paper: Text{FA: paper(i18n.FA), EN: paper(i18n.EN)}, Key: "term-" + now.ID,
	})
	return err
}

// termPaper is that notice in one language: blocks parted by an empty line, each with
// its heading (web.Paper).
func (s *Service) termPaper(p *i18n.Printer, c Case, to Party, was, now Deadline, today civil.Day) string {
	l := p.Lang()
	what := []string{p.T("docket.term_notice.what"), p.T("docket.term_notice.about", "title", now.Title.In(l)), p.T("docket.reason." + now.Reason)}
	if was.ID != "" {
		what = append(what, p.T("docket.term_notice.was", "day", was.Last))
	}
	what = append(what, p.T("docket.term_notice.now", "safe", now.Safe, "last", now.Last))
	blocks := []string{
		strings.Join([]string{c.Sender().In(l), p.T("docket.term_notice.title"), p.T("docket.case_number", "number", c.Number), p.Day(today)}, "\n"),
		p.T("docket.compose.to") + "\n" + to.Name,
		strings.Join(what, "\n"),
		p.T("docket.term_notice.how") + "\n" + strings.TrimSpace(calendar.Explain(p, now.Computation)),
	}
	return strings.Join(blocks, "\n\n")
}

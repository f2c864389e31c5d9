// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// MemberNotice is the member of an entry of another module that is about a notice:
// its id. What modules above say of a notice without it is shown to nobody who has to
// do with some groups of notices only.
const MemberNotice = "notice"

// aboutNotices are the modules above whose entries are all about a notice.
var aboutNotices = []string{"contest."}

const sqlDeadlineNotices = `SELECT id, notice FROM docket_deadline WHERE case_id = $1`

// groupsIn are the groups of the notices of a case by their ids, for an actor who has
// to do with some of them only; nil for everybody else.
func (s *Service) groupsIn(ctx context.Context, a policy.Actor, caseID string) (map[string]string, error) {
	if a.Notices == nil {
		return nil, nil
	}
	rows, err := store.All[noticeRow](ctx, s.d.DB, sqlNotices, caseID)
	out := map[string]string{}
	for _, r := range rows {
		out[r.Notice] = notice.GroupOf(r.Kind)
	}
	return out, err
}

// withinGroups leaves out of a timeline what is about notices, or their terms, with
// which the actor has nothing to do.
func (s *Service) withinGroups(ctx context.Context, a policy.Actor, c Case, list []Entry) ([]Entry, error) {
	groups, err := s.groupsIn(ctx, a, c.ID)
	if err != nil || groups == nil {
		return list, err
	}
	type row struct {
		ID     string `db:"id"`
		Notice string `db:"notice"`
	}
	terms, err := store.All[row](ctx, s.d.DB, sqlDeadlineNotices, c.ID)
	if err != nil {
		return nil, err
	}
	for _, t := range terms {
		groups[t.ID] = groups[t.Notice]
	}
	return slices.DeleteFunc(list, func(e Entry) bool {
		if e.Kind == "docket.appeal_decided" {
			return !notice.Within(a, notice.KindJudgment)
		}
		group, known := groups[e.Subject]
		if about := e.Members[MemberNotice]; about != "" {
			group, known = groups[about]
		}
		if known {
			return !slices.Contains(a.Notices, group)
		}
		return slices.ContainsFunc(aboutNotices, func(module string) bool { return strings.HasPrefix(e.Kind, module) })
	}), nil
}

// SeesNotice tells whether an actor who has to do with some groups of notices only has
// to do with this one of a case; everybody else has. It is for the modules above,
// which ask it beside their own rules.
func (s *Service) SeesNotice(ctx context.Context, a policy.Actor, caseID, noticeID string) (_ bool, err error) {
	defer errs.Wrap(&err, "docket.SeesNotice")
	if a.Notices == nil {
		return true, nil
	}
	r, found, err := store.Find[noticeRow](ctx, s.d.DB, sqlNoticeOf, caseID, noticeID)
	return found && notice.Within(a, r.Kind), err
}

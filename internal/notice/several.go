// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const sqlSeveral = `SELECT owner, id, number, way, kind, case_id, case_number, unit, unit_name, unit_name_en, addressee_name, lawyer_of,
		title_fa, title_en, rule, days, abroad, province, content_hash, issued_by, issued_role, issued_us, arrived_us,
		listed_us, viewed_us, viewed_by, viewed_role, evidence_issued, evidence_arrived, evidence_viewed
	FROM notice_notice WHERE owner = $1 AND id = ANY($2)`

// Several returns the actor's own notices among ids, those that he may see,
// without their papers. Who acts for another is recorded by the caller.
func (s *Service) Several(ctx context.Context, a policy.Actor, ids []string) (_ map[string]Notice, err error) {
	defer errs.Wrap(&err, "notice.Several")
	rows, err := store.All[noticeRow](ctx, s.d.DB, sqlSeveral, a.Owner(), ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Notice, len(rows))
	for _, r := range rows {
		n := r.notice()
		switch err := s.d.Policy.Check(a, "notice.view", resource(n)); {
		case err == nil:
			out[n.ID] = n
		case !errs.Is(err, errs.Forbidden):
			return nil, err
		}
	}
	return out, nil
}

// MayShow tells whether the actor may have the receipt of a notice, which shows
// its paper: it was opened, and he may open it.
func (s *Service) MayShow(a policy.Actor, n Notice) bool {
	return n.Opened() && s.mayOpen(a, n) == nil && s.d.Policy.Check(a, "notice.receipt", resource(n)) == nil
}

// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// IssuedNotice is a notice of a case.
type IssuedNotice struct {
	ID    string
	Kind  string // one of notice.Kinds
	Title Text
	At    time.Time // when it was issued
	Party string    // id of the party whom it is for
	Owner string    // account that it went to: the party's or its lawyer's; "" on paper
}

// noticeRow is a docket_notice row.
type noticeRow struct {
	Case    string     `db:"case_id"`
	Notice  string     `db:"notice"`
	Party   string     `db:"party"`
	Kind    string     `db:"kind"`
	TitleFA string     `db:"title_fa"`
	TitleEN string     `db:"title_en"`
	Owner   string     `db:"owner"`
	Issued  store.Time `db:"issued_us"`
	Ordered bool       `db:"ordered_paper"` // on paper, whatever account there is
}

const sqlNotices = `SELECT case_id, notice, party, kind, title_fa, title_en, owner, issued_us, ordered_paper
	FROM docket_notice WHERE case_id = $1 ORDER BY issued_us, notice`

// NoticesOf lists the notices of a case, the first one first: to a party and its
// lawyer those for this party, to the staff all. It names nobody, so it is not
// recorded. What the actor may not see is errs.NotFound.
func (s *Service) NoticesOf(ctx context.Context, a policy.Actor, caseID string) (_ []IssuedNotice, err error) {
	defer errs.Wrap(&err, "docket.NoticesOf")
	c, err := s.visible(ctx, a, caseID)
	if err != nil {
		return nil, err
	}
	rows, err := store.All[noticeRow](ctx, s.d.DB, sqlNotices, c.ID)
	if err != nil {
		return nil, err
	}
	var out []IssuedNotice
	for _, r := range rows {
		if (staff(a) || c.mine(a, r.Party)) && notice.Within(a, r.Kind) {
			out = append(out, IssuedNotice{ID: r.Notice, Kind: r.Kind, Title: Text{FA: r.TitleFA, EN: r.TitleEN}, At: r.Issued.Time,
				Party: r.Party, Owner: r.Owner})
		}
	}
	return out, nil
}

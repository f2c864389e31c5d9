// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// OnPaper gives a notice that goes on paper with what stands in it, for whoever
// prints and serves it: its rows are kept under its case. Who may have it is the
// caller's to check.
func (s *Service) OnPaper(ctx context.Context, caseID, id string) (_ Notice, err error) {
	defer errs.Wrap(&err, "notice.OnPaper")
	r, err := store.One[noticeRow](ctx, s.d.DB, sqlNotice, caseID, id)
	if err != nil {
		return Notice{}, err
	}
	if r.Way != WayPaper {
		return Notice{}, errs.New(errs.NotFound, "")
	}
	return s.fill(ctx, r.notice())
}

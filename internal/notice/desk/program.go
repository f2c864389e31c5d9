// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"context"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// OpenByProgram opens a notice that is at the key's desk: a fact with evidence, in the
// role of a program.
func (s *Service) OpenByProgram(ctx context.Context, a policy.Actor, noticeID string) (_ notice.Notice, err error) {
	defer errs.Wrap(&err, "desk.OpenByProgram")
	if _, _, err := s.find(ctx, s.d.DB, a, noticeID, actionWork); err != nil {
		return notice.Notice{}, err
	}
	return s.d.Notice.Open(ctx, a, noticeID)
}

// counts tells whether opening by a program is viewing, by the law that is in force
// for a notice.
func (s *Service) counts(n notice.Notice) bool {
	return s.d.Notice.Effect(n).Row.Counts(notice.OpenerMachine)
}

// Content is what was fixed when a notice was issued, byte by byte, once the program
// has opened it. errs.Conflict, code notice.not_opened.
func (s *Service) Content(ctx context.Context, a policy.Actor, noticeID string) (_ []byte, _ notice.Notice, err error) {
	defer errs.Wrap(&err, "desk.Content")
	if _, _, err := s.find(ctx, s.d.DB, a, noticeID, actionWork); err != nil {
		return nil, notice.Notice{}, err
	}
	return s.d.Notice.Content(ctx, a, noticeID)
}

// Receipt is the proof file of arrival, or of the opening.
func (s *Service) Receipt(ctx context.Context, a policy.Actor, noticeID string, opening bool) (_ []byte, _ notice.Notice, err error) {
	defer errs.Wrap(&err, "desk.Receipt")
	if _, _, err := s.find(ctx, s.d.DB, a, noticeID, actionSee); err != nil {
		return nil, notice.Notice{}, err
	}
	return s.d.Notice.Receipt(ctx, a, noticeID, opening)
}

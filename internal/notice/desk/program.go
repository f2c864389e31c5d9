// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
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

// Counting parts the kinds of notices to the body by whether opening by a program is
// viewing today.
func (s *Service) Counting(ctx context.Context, a policy.Actor) (counts, not []string, err error) {
	defer errs.Wrap(&err, "desk.Counting")
	who, err := s.d.Identity.Person(ctx, a.For)
	if err != nil {
		return nil, nil, err
	}
	addressee := notice.AddresseeEntity
	if who.Class == identity.Body {
		addressee = notice.AddresseeBody
	}
	counts, not = s.d.Notice.Opening(notice.OpenerMachine, addressee)
	return counts, not, nil
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

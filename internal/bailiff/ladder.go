// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Kinds of ladder steps beside the Step… of the registry.
const (
	LadderOpened   = "opened"   // there was no account, or no address
	LadderAssigned = "assigned" // a bailiff got it
	LadderAttempt  = "attempt"  // and went there
)

// LadderStep is one thing that was tried to reach somebody.
type LadderStep struct {
	Kind    string
	At      time.Time
	By      string // name of who did it
	Why     string // in words, or a code: of what the kind says
	Class   string // of an attempt
	Attempt string // its id
	Counted bool   // of an attempt
	Reached bool   // with it, the notice is served
}

// Ladder is what was tried on paper to serve a notice, in order, until it was served
// or the call was published: for the page of the judge. It is empty for a notice
// that never went on paper. Who may see it is the caller's to check.
func (s *Service) Ladder(ctx context.Context, q store.Querier, caseID, noticeID string) (_ []LadderStep, err error) {
	defer errs.Wrap(&err, "bailiff.Ladder")
	r, found, err := store.Find[taskRow](ctx, q, sqlOfNotice, caseID, noticeID)
	if err != nil || !found {
		return nil, err
	}
	return s.ladder(ctx, q, r.task())
}

func (s *Service) ladder(ctx context.Context, q store.Querier, t Task) ([]LadderStep, error) {
	out := []LadderStep{{Kind: LadderOpened, At: t.Opened}}
	given, err := store.All[assignmentRow](ctx, q, sqlAssigned, t.Unit, t.ID)
	if err != nil {
		return nil, err
	}
	for _, g := range given {
		out = append(out, LadderStep{Kind: LadderAssigned, At: g.At.Time, By: g.Label})
	}
	tried, err := attempts(ctx, q, t)
	if err != nil {
		return nil, err
	}
	for _, a := range tried {
		out = append(out, LadderStep{
			Kind: LadderAttempt, At: a.At, By: a.Label, Why: a.Code, Class: a.Class, Attempt: a.ID, Counted: a.Counted,
			Reached: a.Counted && (a.Class == Actual || a.Class == Legal),
		})
	}
	steps, err := store.All[stepRow](ctx, q, sqlSteps, t.Unit, t.ID)
	if err != nil {
		return nil, err
	}
	for _, st := range steps {
		out = append(out, LadderStep{Kind: st.Kind, At: st.At.Time, By: st.Label, Why: st.Why, Reached: st.Kind == StepPublished})
	}
	if t.State == Withdrawn {
		out = append(out, LadderStep{Kind: StepWithdrawn, At: t.Changed})
	}
	slices.SortStableFunc(out, func(a, b LadderStep) int { return cmp.Compare(a.At.UnixMicro(), b.At.UnixMicro()) })
	return out, nil
}

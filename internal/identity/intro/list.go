// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// listed is how many batches a page of the list has.
const listed = 20

// first is beyond every id: a list begins there.
const first = "~"

// Batches lists the files of the sources for which an actor introduces, the
// newest first; an administrator sees all. after is the id of the last one of the
// page before, "" for none.
func (s *Service) Batches(ctx context.Context, by policy.Actor, after string) (_ []Batch, more bool, err error) {
	defer errs.Wrap(&err, "intro.Batches")
	mine, err := s.SourcesOf(ctx, by)
	if err != nil || len(mine) == 0 {
		return nil, false, err
	}
	if after == "" {
		after = first
	}
	var rows []batchRow
	if by.Role == policy.Administrator || by.Role == policy.System {
		rows, err = store.All[batchRow](ctx, s.d.DB, sqlAllBatches, after, listed+1)
	} else {
		names := make([]string, len(mine))
		for i, x := range mine {
			names[i] = x.Source
		}
		rows, err = store.All[batchRow](ctx, s.d.DB, sqlBatchesOf, names, after, listed+1)
	}
	var out []Batch
	for _, r := range rows {
		b := r.batch()
		if err := s.check(ctx, by, s.kinds[b.Kind], b.Source); err == nil { // as when it is opened
			out = append(out, b)
		}
	}
	if more = len(rows) > listed; more {
		out = out[:min(listed, len(out))]
	}
	return out, more, err
}

// Offer is a kind that somebody may introduce, and the sources for which.
type Offer struct {
	Kind    Kind
	Sources []Source
}

// Offers lists what an actor may introduce, in the order of the kinds.
func (s *Service) Offers(ctx context.Context, by policy.Actor) (out []Offer, err error) {
	defer errs.Wrap(&err, "intro.Offers")
	mine, err := s.SourcesOf(ctx, by)
	if err != nil {
		return nil, err
	}
	admin := by.Role == policy.Administrator || by.Role == policy.System
	for _, k := range s.order {
		o := Offer{Kind: k}
		for _, x := range mine {
			if s.check(ctx, by, k, x.Source) == nil {
				o.Sources = append(o.Sources, x)
			}
		}
		if len(o.Sources) > 0 || k.Behalf && admin {
			out = append(out, o)
		}
	}
	return out, nil
}

// recordLooks writes that by saw what became of people whom somebody else has
// introduced.
func (s *Service) recordLooks(ctx context.Context, by policy.Actor, b Batch, rows []lineRow) error {
	if by.Person == b.By.Person || by.Role == policy.System {
		return nil
	}
	var looks []identity.Access
	for _, r := range rows {
		if r.Person != "" {
			looks = append(looks, identity.Access{Subject: r.Person, By: by, What: "intro.access.row", Why: "intro.access.why", Object: b.ID})
		}
	}
	return s.d.Identity.RecordAccesses(ctx, looks)
}

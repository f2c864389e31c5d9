// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// pageSize is how many contests a list shows.
const pageSize = 30

// Page is a part of a list.
type Page struct {
	Contests []Contest
	Next     string // cursor of the next part; "" if this is the last
}

type cursor struct {
	At store.Time `json:"at"`
	ID string     `json:"id"`
}

// Desk lists what waits for the actor's branch, the oldest first, or what was
// decided, the last one first. It names people, so it is recorded.
func (s *Service) Desk(ctx context.Context, a policy.Actor, decided bool, after string) (_ Page, err error) {
	defer errs.Wrap(&err, "contest.Desk")
	if err := s.d.Policy.Check(a, "contest.list", policy.Resource{Type: "ContestDesk", ID: a.Unit, Attrs: map[string]any{"unit": a.Unit}}); err != nil {
		return Page{}, err
	}
	from := cursor{}
	query := sqlDeskOpen
	if decided {
		query, from = sqlDeskDone, cursor{At: store.At(s.d.DB.Now().AddDate(1, 0, 0))}
	}
	if err := api.ReadCursor(after, &from); err != nil {
		return Page{}, err
	}
	rows, err := store.All[contestRow](ctx, s.d.DB, query, a.Unit, from.At, from.ID, pageSize+1)
	if err != nil {
		return Page{}, err
	}
	var out Page
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		out.Next = api.Cursor(cursor{At: rows[pageSize-1].Signed, ID: rows[pageSize-1].ID})
	}
	var looks []identity.Access
	for _, k := range contests(rows) {
		c, err := s.d.Docket.CaseFor(ctx, s.d.DB, k.Case)
		if err != nil {
			return Page{}, err
		}
		if s.d.Policy.Check(a, "contest.read", resource(c, k)) != nil {
			continue
		}
		out.Contests = append(out.Contests, k)
		looks = append(looks, identity.Access{Subject: k.Owner, By: a, What: "contest.access.list", Why: "docket.access.duty", Object: k.Case})
	}
	return out, s.d.Identity.RecordAccesses(ctx, looks)
}

// Mine lists the contests of the actor's account, the newest first.
func (s *Service) Mine(ctx context.Context, a policy.Actor, after string) (_ Page, err error) {
	defer errs.Wrap(&err, "contest.Mine")
	from := cursor{At: store.At(s.d.DB.Now().AddDate(1, 0, 0))}
	if err := api.ReadCursor(after, &from); err != nil {
		return Page{}, err
	}
	rows, err := store.All[contestRow](ctx, s.d.DB, sqlOfOwner, a.Owner(), from.At, from.ID, pageSize+1)
	if err != nil {
		return Page{}, err
	}
	var out Page
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		out.Next = api.Cursor(cursor{At: rows[pageSize-1].Made, ID: rows[pageSize-1].ID})
	}
	for _, k := range contests(rows) {
		c, err := s.d.Docket.CaseFor(ctx, s.d.DB, k.Case)
		if err != nil {
			return Page{}, err
		}
		if s.d.Policy.Check(a, "contest.see", resource(c, k)) != nil {
			continue
		}
		if sees, err := s.d.Docket.SeesNotice(ctx, a, k.Case, k.Notice); err != nil {
			return Page{}, err
		} else if sees {
			out.Contests = append(out.Contests, k)
		}
	}
	return out, nil
}

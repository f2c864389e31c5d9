// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"math"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Filter is which notices of an inbox are shown.
type Filter string

// The filters.
const (
	FilterAll      Filter = "all"
	FilterUnviewed Filter = "unviewed"
	FilterTerm     Filter = "term"   // those that start a term
	FilterBodies   Filter = "bodies" // those of other organisations
)

// Filters lists the filters in the order of the page.
func Filters() []Filter { return []Filter{FilterAll, FilterUnviewed, FilterTerm, FilterBodies} }

// PageSize is how many notices a page shows unless asked otherwise.
const PageSize = 50

// Page is a place in the inbox: the first Size notices after the one that
// Cursor names; the newest ones if it is empty.
type Page struct {
	Cursor string
	Size   int // 0: PageSize
}

// InboxPage is one page of an inbox, the newest arrival first.
type InboxPage struct {
	Notices []Notice
	Counts  Counts // of all filters
	Next    string // cursor of the next page; "" on the last one
}

// Counts is how many notices each filter has.
type Counts struct{ All, Unviewed, Term, Bodies int }

// Of is the count of a filter.
func (c Counts) Of(f Filter) int {
	switch f {
	case FilterUnviewed:
		return c.Unviewed
	case FilterTerm:
		return c.Term
	case FilterBodies:
		return c.Bodies
	}
	return c.All
}

// clientsOnly tells whether an actor's inbox is limited to what was served on a
// lawyer for those whom he represents: the staff of his office has nothing to do
// with his own notices.
func clientsOnly(a policy.Actor) bool { return a.Role == policy.LawClerk }

// Inbox reads a page of the inbox of the actor, or of whom he acts for. An unreadable cursor is
// errs.Invalid, an unknown filter shows all.
func (s *Service) Inbox(ctx context.Context, a policy.Actor, f Filter, p Page) (_ InboxPage, err error) {
	defer errs.Wrap(&err, "notice.Inbox")
	at, after, err := parseCursor(p.Cursor)
	if err != nil {
		return InboxPage{}, err
	}
	size := p.Size
	if size <= 0 || size > 500 {
		size = PageSize
	}
	query := sqlInboxAll
	switch f {
	case FilterUnviewed:
		query = sqlInboxUnviewed
	case FilterTerm:
		query = sqlInboxTerm
	case FilterBodies:
		query = sqlInboxBodies
	}
	limited, cases, _ := a.Limited()
	some, kinds := KindsOf(a)
	rows, err := store.All[listedRow](ctx, s.d.DB, query, a.Owner(), at, after, size+1, clientsOnly(a), limited, cases, some, kinds)
	if err != nil {
		return InboxPage{}, err
	}
	var out InboxPage
	if len(rows) > 0 {
		out.Counts = rows[0].counts()
	} else if out.Counts, err = s.Counts(ctx, a); err != nil {
		return InboxPage{}, err
	}
	if len(rows) > size {
		rows = rows[:size]
		last := rows[size-1]
		out.Next = strconv.FormatInt(store.Micros(last.Arrived.Time), 36) + "." + last.ID
	}
	out.Notices = make([]Notice, len(rows))
	for i, r := range rows {
		out.Notices[i] = r.notice()
	}
	return out, s.withFacts(ctx, s.d.DB, out.Notices)
}

// Counts counts the notices of an inbox by filter.
func (s *Service) Counts(ctx context.Context, a policy.Actor) (_ Counts, err error) {
	defer errs.Wrap(&err, "notice.Counts")
	limited, cases, _ := a.Limited()
	some, kinds := KindsOf(a)
	r, err := store.One[countsRow](ctx, s.d.DB, sqlCounts, a.Owner(), clientsOnly(a), limited, cases, some, kinds)
	return r.counts(), err
}

// Listed remembers that the owner saw these notices in a list: the first time
// only, and nothing is written if all were seen before. Who acts on his behalf
// does not see them for him; that he looked is recorded.
func (s *Service) Listed(ctx context.Context, a policy.Actor, list []Notice) error {
	owner := a.Person
	if a.For != "" {
		return s.d.Identity.RecordActing(ctx, a, "inbox", "")
	}
	var fresh []string
	for _, n := range list {
		if n.Owner == owner && n.Listed.IsZero() && !n.Opened() {
			fresh = append(fresh, n.ID)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		rows, err := store.All[noticeRow](ctx, tx, sqlUnlisted, owner, fresh)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if n, err := tx.ExecN(ctx, sqlListed, store.At(tx.Now()), owner, r.ID); err != nil || n == 0 {
				return err // another window was faster
			}
			if _, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
				Event: eventListed, Owner: owner, Subject: r.ID, Actor: a.Person, Role: string(a.Role), ContentHash: r.ContentHash,
				Previous: r.EvidenceArrived, Members: members(r, etsiListed, owner),
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

func parseCursor(c string) (at int64, after string, err error) {
	if c == "" {
		return math.MaxInt64, "", nil
	}
	us, after, _ := strings.Cut(c, ".")
	at, perr := strconv.ParseInt(us, 36, 64)
	if perr != nil || !id.Valid(after) {
		return 0, "", errs.New(errs.Invalid, "notice.cursor")
	}
	return at, after, nil
}

// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// PaperTask is a work item: serve this notice on paper.
type PaperTask struct {
	ID, Notice, Number string
	Case, CaseNumber   string
	AddresseeName      string
	Title              Text
	Reason             string
	Opened             time.Time
}

// PaperTaskPage is one page of the open work items of a unit, the oldest first.
type PaperTaskPage struct {
	Tasks []PaperTask
	Next  string // cursor of the next page; "" on the last one
	Total int    // open work items of the unit, on all pages
}

// mostPaperTasks is the longest page of work items.
const mostPaperTasks = 200

// PaperTaskPage reads a page of the open work items of the actor's unit. It
// shows names, so for each addressee who has an account by now it is recorded
// that the actor looked. An unreadable cursor is errs.Invalid.
func (s *Service) PaperTaskPage(ctx context.Context, a policy.Actor, p Page) (_ PaperTaskPage, err error) {
	defer errs.Wrap(&err, "notice.PaperTaskPage")
	unit := policy.Resource{Type: "NoticeUnit", ID: a.Unit, Attrs: map[string]any{"code": a.Unit}}
	if err := s.d.Policy.Check(a, "notice.serve_on_paper", unit); err != nil {
		return PaperTaskPage{}, err
	}
	at, after := int64(0), ""
	if p.Cursor != "" {
		if at, after, err = parseCursor(p.Cursor); err != nil {
			return PaperTaskPage{}, err
		}
	}
	size := p.Size
	if size <= 0 || size > mostPaperTasks {
		size = PageSize
	}
	rows, err := store.All[taskRow](ctx, s.d.DB, sqlPaperTasks, a.Unit, at, after, size+1)
	if err != nil {
		return PaperTaskPage{}, err
	}
	total, err := store.One[int64](ctx, s.d.DB, sqlPaperTaskCount, a.Unit)
	if err != nil {
		return PaperTaskPage{}, err
	}
	out := PaperTaskPage{Total: int(total)}
	if len(rows) > size {
		rows = rows[:size]
		last := rows[size-1]
		out.Next = strconv.FormatInt(store.Micros(last.Opened.Time), 36) + "." + last.ID
	}
	if err := s.recordShown(ctx, a, rows); err != nil {
		return PaperTaskPage{}, err
	}
	for _, r := range rows {
		out.Tasks = append(out.Tasks, r.task())
	}
	return out, nil
}

// recordShown records, in one write, that the actor was shown the names of
// these work items: once for each person and case.
func (s *Service) recordShown(ctx context.Context, a policy.Actor, rows []taskRow) error {
	var codes []string
	for _, r := range rows {
		if r.NationalCode != "" {
			codes = append(codes, r.NationalCode)
		}
	}
	people, err := s.d.Identity.PeopleOf(ctx, codes)
	if err != nil {
		return err
	}
	var looks []identity.Access
	known := map[[2]string]bool{}
	for _, r := range rows {
		person := people[r.NationalCode]
		if key := [2]string{person, r.Case}; person != "" && !known[key] {
			known[key] = true
			looks = append(looks, identity.Access{
				Subject: person, By: a, What: "notice.access.paper", Why: "notice.access.duty", Object: r.Case,
			})
		}
	}
	return s.d.Identity.RecordAccesses(ctx, looks)
}

type taskRow struct {
	ID            string     `db:"id"`
	Notice        string     `db:"notice"`
	Reason        string     `db:"reason"`
	NationalCode  string     `db:"national_code"`
	Opened        store.Time `db:"opened_us"`
	Number        string     `db:"number"`
	Case          string     `db:"case_id"`
	CaseNumber    string     `db:"case_number"`
	AddresseeName string     `db:"addressee_name"`
	TitleFA       string     `db:"title_fa"`
	TitleEN       string     `db:"title_en"`
}

func (r taskRow) task() PaperTask {
	return PaperTask{
		ID: r.ID, Notice: r.Notice, Number: r.Number, Case: r.Case, CaseNumber: r.CaseNumber, AddresseeName: r.AddresseeName,
		Title: Text{FA: r.TitleFA, EN: r.TitleEN}, Reason: r.Reason, Opened: r.Opened.Time,
	}
}

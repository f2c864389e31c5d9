// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// DeskItem is one filing that came in to a court unit.
type DeskItem struct {
	Filing, Owner, Kind, Service, Case, CaseNumber string
	Tracking                                       string
	TitleFA, TitleEN, Filer                        string
	State                                          string // new, halted, onward or done
	Done                                           bool
	Act                                            Act    // what was done last
	ByName                                         string // by whom
	At                                             time.Time
	Arrived                                        time.Time
}

// deskLimit is how many filings one page of the desk shows.
const deskLimit = 50

// Cursor is a place in the desk's list: behind the filing that it names.
type Cursor struct {
	At     time.Time
	Filing string
}

// DeskFilter says which part of the desk to show.
type DeskFilter struct {
	State string // DeskNew if empty
	Kind  string // "" for all
	After Cursor
}

// DeskPage is a part of what has come in to a court unit. It names nobody:
// whose filing it is stands on the filing's own page, where reading is recorded.
type DeskPage struct {
	Items   []DeskItem
	Waiting int64   // how many wait in all
	Next    *Cursor // where it goes on; nil at the end
}

// Desk lists what has come in to the actor's unit: what waits, the oldest
// first, or what is halted or done, the newest first.
func (s *Service) Desk(ctx context.Context, a policy.Actor, f DeskFilter) (out DeskPage, err error) {
	defer errs.Wrap(&err, "filing.Desk")
	if err := s.mayDesk(a); err != nil {
		return out, err
	}
	var rows []deskRow
	waits := f.State == "" || f.State == deskNew
	if waits {
		rows, err = store.All[deskRow](ctx, s.d.DB, selectDesk, a.Unit, deskNew, touch(f.After.At), f.After.Filing, deskLimit, f.Kind)
	} else {
		if f.After.At.IsZero() {
			f.After.At = s.d.Clock.Now().Add(time.Second)
		}
		rows, err = store.All[deskRow](ctx, s.d.DB, selectDeskPast, a.Unit, f.State, touch(f.After.At), f.After.Filing, deskLimit, f.Kind)
	}
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		out.Items = append(out.Items, r.item())
	}
	if len(rows) == deskLimit {
		last := rows[len(rows)-1]
		out.Next = &Cursor{At: last.Arrived.Time, Filing: last.Filing}
		if !waits {
			out.Next.At = last.Done.Time
		}
	}
	out.Waiting, err = store.One[int64](ctx, s.d.DB, countDesk, a.Unit, deskNew)
	return out, err
}

func (r deskRow) item() DeskItem {
	return DeskItem{
		Filing: r.Filing, Owner: r.Owner, Kind: r.Kind, Service: r.Service, Case: r.Case, CaseNumber: r.CaseNumber, Tracking: r.Tracking,
		TitleFA: r.TitleFA, TitleEN: r.TitleEN, Filer: r.Filer, State: r.State, Done: r.State == deskDone,
		Act: Act(r.Act), ByName: r.ByName, At: r.Done.Time, Arrived: r.Arrived.Time,
	}
}

// received is a filing on the desk with all that an act on it needs to know.
type received struct {
	item     DeskItem
	f        Filing
	def      *catalogue.Definition
	c        docket.Case // zero if it is filed on no case
	referred bool        // the branch is confirmed
	today    civil.Day
	all      Filing          // as it is now, with all its files; f is what was signed last
	mendBy   docket.Deadline // of the last defect notice; zero if there is none yet
	onward   *onward         // where its file goes; nil if it stays
	late     time.Time       // when it was mended after its term and nobody has acted on it since; else zero
	signed   Record          // of f
}

// Received loads a filing on the desk of the actor's unit and records that it
// was read (every read of a person's data by somebody else is).
func (s *Service) Received(ctx context.Context, a policy.Actor, id string) (item DeskItem, f Filing, d *catalogue.Definition, err error) {
	defer errs.Wrap(&err, "filing.Received")
	r, err := s.received(ctx, a, id)
	return r.item, r.f, r.def, err
}

func (s *Service) received(ctx context.Context, a policy.Actor, id string) (r received, err error) {
	row, found, err := store.Find[deskRow](ctx, s.d.DB, selectDeskOne, a.Unit, id)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "filing.not_found")
	}
	if err != nil {
		return r, err
	}
	f, err := read(ctx, s.d.DB, row.Owner, row.Filing)
	if err != nil {
		return r, err
	}
	f.desk = row.Unit
	if err = s.may(a, "filing.view", f, 0); err != nil {
		return r, err
	}
	var c docket.Case
	if row.Case != "" {
		if c, err = s.d.Docket.CaseFor(ctx, s.d.DB, row.Case); err != nil {
			return r, err
		}
	}
	if err = s.record(ctx, a, f, c); err != nil {
		return r, err
	}
	d, err := s.definition(ctx, f)
	if err != nil {
		return r, err
	}
	if f, err = withFiles(ctx, s.d.DB, f, d); err != nil {
		return r, err
	}
	r = received{all: f, item: row.item(), def: d, c: c, referred: c.State != docket.StateProposed, today: s.today()}
	if r.f, err = lastSigned(ctx, s.d.DB, f); err != nil {
		return r, err
	}
	if r.signed, err = r.f.parsed(); err != nil {
		return r, err
	}
	if r.onward, err = s.onwardOf(ctx, r); err != nil || f.Round == 0 {
		return r, err
	}
	if r.mendBy, _, err = s.mendBy(ctx, s.d.DB, f); err != nil || r.item.Act != ActMend {
		return r, err
	}
	if r.termOver(civil.Of(r.item.At)) {
		r.late = r.item.At
	}
	return r, nil
}

// record writes for everybody in the case who has an account that a member of
// the staff read the filing: it names the other party too. Who does not see the
// case yet is shown it later.
func (s *Service) record(ctx context.Context, a policy.Actor, f Filing, c docket.Case) error {
	look := identity.Access{Subject: f.Owner, By: a, What: "filing", Why: "court_desk", Object: f.Tracking}
	if !slices.ContainsFunc(c.Parties, func(p docket.Party) bool { return p.Person == f.Owner }) {
		if err := s.d.Identity.RecordAccess(ctx, look); err != nil {
			return err
		}
	}
	return s.d.Docket.RecordAccess(ctx, c, look)
}

// actTx moves a filing on its desk from one state to the next and keeps who did
// it. Of two at the same moment the second gets errs.Conflict.
func actTx(ctx context.Context, tx *store.Tx, a policy.Actor, unit, filing, from, to string, act Act) error {
	return tx.ExecOne(ctx, updateDesk, unit, filing, from, to, string(act), a.Person, a.Name, touch(tx.Now()))
}

// atDesk runs an act on a received filing. Whoever comes second is told who was
// faster with what.
func (s *Service) atDesk(ctx context.Context, a policy.Actor, r received, fn func(tx *store.Tx) error) error {
	err := s.d.DB.Write(ctx, fn)
	if !errs.Is(err, errs.Conflict) {
		return err
	}
	row, found, rerr := store.Find[deskRow](ctx, s.d.DB, selectDeskOne, a.Unit, r.f.ID)
	if rerr != nil || !found || row.State == r.item.State {
		return err
	}
	r.item = row.item()
	return r.doneAlready()
}

// doneAlready tells the loser of a race who did what and when.
func (r received) doneAlready() error {
	return errs.New(errs.Conflict, "filing.done_already", "name", r.item.ByName, "act", i18n.Key("filing.act."+string(r.item.Act)), "at", r.item.At)
}

func conflict(code string) error { return errs.New(errs.Conflict, code) }

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"embed"
	"log/slog"
	"time"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds this module's words.
//
//go:embed locale/*.json
var Locale embed.FS

// Deps are what the module needs. All are required.
type Deps struct {
	DB        *store.DB
	Clock     clock.Clock
	Log       *slog.Logger
	Jobs      *jobs.Runner
	Ledger    *ledger.Ledger
	Policy    *policy.Engine
	Identity  *identity.Service
	Authority *authority.Service
	Catalogue *catalogue.Service
	Payment   *payment.Service
	Notice    *notice.Service
	Docket    *docket.Service

	Papers *pdf.Writer
	Signer *pdf.Signer // signs the papers
	// BaseURL is where people reach the service, without a slash at the end; it
	// stands in the papers' QR code.
	BaseURL string
}

// Service is the module.
type Service struct{ d Deps }

// New makes the module.
func New(d Deps) *Service { return &Service{d: d} }

// Jobs registers what the module hears.
func (s *Service) Jobs() {
	jobs.Subscribe(s.d.Jobs, "filing", s.onPaid)
	jobs.Handle(s.d.Jobs, kindConfirmName, s.confirmLater)
}

// today is the day in Iran.
func (s *Service) today() civil.Day { return civil.Of(s.d.Clock.Now()) }

// definition is the title that f keeps.
func (s *Service) definition(ctx context.Context, f Filing) (*catalogue.Definition, error) {
	return s.d.Catalogue.Version(ctx, f.Service, f.Version)
}

// Get loads one filing of the actor.
func (s *Service) Get(ctx context.Context, a policy.Actor, id string) (f Filing, d *catalogue.Definition, err error) {
	defer errs.Wrap(&err, "filing.Get")
	if f, err = read(ctx, s.d.DB, a.Person, id); err != nil {
		return f, nil, err
	}
	if err = s.may(a, "filing.view", f, 0); err != nil {
		return Filing{}, nil, err
	}
	if d, err = s.definition(ctx, f); err != nil {
		return f, d, err
	}
	f, err = withFiles(ctx, s.d.DB, f, d)
	return f, d, err
}

// mineLimit is how many filings the dashboard shows.
const mineLimit = 50

// Mine lists the person's filings, the newest first.
func (s *Service) Mine(ctx context.Context, a policy.Actor) (_ []Filing, err error) {
	defer errs.Wrap(&err, "filing.Mine")
	rows, err := store.All[row](ctx, s.d.DB, selectMine, a.Person, mineLimit)
	if err != nil {
		return nil, err
	}
	out := make([]Filing, 0, len(rows))
	for _, r := range rows {
		f, err := r.filing()
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// Receipt is the proof file of a submitted filing. Until a checkpoint covers
// the submission it is a Conflict with the code ledger.receipt_pending.
func (s *Service) Receipt(ctx context.Context, a policy.Actor, id string) (b []byte, f Filing, err error) {
	defer errs.Wrap(&err, "filing.Receipt")
	if f, _, err = s.Get(ctx, a, id); err != nil {
		return nil, f, err
	}
	if f.Status != Submitted {
		return nil, f, errs.New(errs.NotFound, "filing.not_submitted")
	}
	b, err = s.d.Ledger.Receipt(ctx, f.Owner, f.Evidence)
	return b, f, err
}

// DeskItem is one filing that came in to a court unit.
type DeskItem struct {
	Filing, Owner, Kind, Service, Case, CaseNumber string
	TitleFA, TitleEN, Filer                        string
	Done                                           bool
	Arrived                                        time.Time
}

// deskLimit is how many filings one page of the desk shows.
const deskLimit = 50

// Cursor is a place in the desk's list: behind the filing that it names.
type Cursor struct {
	At     time.Time
	Filing string
}

// DeskPage is a part of what has come in to a court unit. It names nobody:
// whose filing it is stands on the filing's own page, where reading is recorded.
type DeskPage struct {
	Items   []DeskItem
	Waiting int64   // how many wait in all
	Next    *Cursor // where it goes on; nil at the end
}

// Desk lists what has come in to the actor's unit: what waits, the oldest
// first, or what is done, the newest first.
func (s *Service) Desk(ctx context.Context, a policy.Actor, done bool, after Cursor) (out DeskPage, err error) {
	defer errs.Wrap(&err, "filing.Desk")
	if err := s.mayDesk(a); err != nil {
		return out, err
	}
	var rows []deskRow
	if done {
		if after.At.IsZero() {
			after.At = s.d.Clock.Now().Add(time.Second)
		}
		rows, err = store.All[deskRow](ctx, s.d.DB, selectDeskDone, a.Unit, touch(after.At), after.Filing, deskLimit)
	} else {
		rows, err = store.All[deskRow](ctx, s.d.DB, selectDesk, a.Unit, deskNew, touch(after.At), after.Filing, deskLimit)
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
		if done {
			out.Next.At = last.Done.Time
		}
	}
	out.Waiting, err = store.One[int64](ctx, s.d.DB, countDesk, a.Unit, deskNew)
	return out, err
}

func (r deskRow) item() DeskItem {
	return DeskItem{
		Filing: r.Filing, Owner: r.Owner, Kind: r.Kind, Service: r.Service, Case: r.Case, CaseNumber: r.CaseNumber,
		TitleFA: r.TitleFA, TitleEN: r.TitleEN, Filer: r.Filer, Done: r.State == deskDone, Arrived: r.Arrived.Time,
	}
}

// Received loads a filing on the desk of the actor's unit and records that it
// was read (every read of a person's data by somebody else is).
func (s *Service) Received(ctx context.Context, a policy.Actor, id string) (item DeskItem, f Filing, d *catalogue.Definition, err error) {
	defer errs.Wrap(&err, "filing.Received")
	r, found, err := store.Find[deskRow](ctx, s.d.DB, selectDeskOne, a.Unit, id)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "filing.not_found")
	}
	if err != nil {
		return item, f, nil, err
	}
	if f, err = read(ctx, s.d.DB, r.Owner, r.Filing); err != nil {
		return item, f, nil, err
	}
	if err = s.may(a, "filing.view", f, 0); err != nil {
		return item, Filing{}, nil, err
	}
	if err = s.record(ctx, a, f); err != nil {
		return item, Filing{}, nil, err
	}
	if d, err = s.definition(ctx, f); err != nil {
		return item, Filing{}, nil, err
	}
	f, err = withFiles(ctx, s.d.DB, f, d)
	return r.item(), f, d, err
}

// record writes for everybody in the case who has an account that a member of
// the staff read the filing: it names the other party too.
func (s *Service) record(ctx context.Context, a policy.Actor, f Filing) error {
	c, err := s.d.Docket.CaseFor(ctx, s.d.DB, f.Case)
	if err != nil {
		return err
	}
	seen := map[string]bool{"": true}
	for _, person := range append([]string{f.Owner}, persons(c)...) {
		if seen[person] {
			continue
		}
		seen[person] = true
		err := s.d.Identity.RecordAccess(ctx, identity.Access{Subject: person, By: a, What: "filing", Why: "court_desk", Object: f.Tracking})
		if err != nil {
			return err
		}
	}
	return nil
}

func persons(c docket.Case) []string {
	out := make([]string, len(c.Parties))
	for i, p := range c.Parties {
		out[i] = p.Person
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"embed"
	"github.com/a-h/templ"
	"github.com/tarazu/tarazu/internal/platform/web"
	"log/slog"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/shelter"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/intake"
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
	// Above is what stands at the top of a person's first page; it may be nil, and may
	// return nil.
	Above     func(c *web.Ctx) templ.Component
	DB        *store.DB
	Clock     clock.Clock
	Log       *slog.Logger
	Jobs      *jobs.Runner
	Ledger    *ledger.Ledger
	Policy    *policy.Engine
	Identity  *identity.Service
	Calendar  *calendar.Service
	Authority *authority.Service
	Catalogue *catalogue.Service
	Payment   *payment.Service
	Notice    *notice.Service
	Docket    *docket.Service
	Shelter   *shelter.Service

	Blobs   *blob.Store // what is attached, and the papers
	Uploads Uploads
	Papers  *pdf.Writer
	Signer  *pdf.Signer // signs the papers
	// BaseURL is where people reach the service, without a slash at the end; it
	// stands in the papers' QR code.
	BaseURL string
	// MoreProof is the page on which a person gets to a level and then goes on to
	// next.
	MoreProof func(a policy.Actor, need int, next string) string
	// Desks are the first pages of those who file nothing, by role.
	Desks map[policy.Role]string
}

// Service is the module.
type Service struct {
	d      Deps
	intake *intake.Intake
}

// New makes the module.
func New(d Deps) *Service { return &Service{d: d, intake: intake.New(d.Uploads.File)} }

// Jobs registers what the module hears.
func (s *Service) Jobs() {
	jobs.Subscribe(s.d.Jobs, "filing", s.onPaid)
	jobs.Subscribe(s.d.Jobs, "filing", s.onSubmitted)
	jobs.Subscribe(s.d.Jobs, "filing", s.onMended)
	jobs.Subscribe(s.d.Jobs, "filing", s.onLawyerLeft)
	jobs.Subscribe(s.d.Jobs, "filing", s.onMerged)
	jobs.Subscribe(s.d.Jobs, "filing", s.onUnmerged)
	jobs.Handle(s.d.Jobs, kindPaper, s.makePapers)
	jobs.Handle(s.d.Jobs, kindConfirmName, s.confirmLater)
	s.d.Jobs.Periodic("filing.sweep_blobs", sweepBlobsEvery, s.sweepBlobs)
}

// today is the day in Iran.
func (s *Service) today() civil.Day { return civil.Of(s.d.Clock.Now()) }

// definition is the title that f keeps, for its filer.
func (s *Service) definition(ctx context.Context, f Filing) (*catalogue.Definition, error) {
	d, err := s.d.Catalogue.Version(ctx, f.Service, f.Version)
	if err != nil {
		return nil, err
	}
	return f.bind(d)
}

// Get loads one filing of the actor.
func (s *Service) Get(ctx context.Context, a policy.Actor, id string) (f Filing, d *catalogue.Definition, err error) {
	defer errs.Wrap(&err, "filing.Get")
	if f, err = read(ctx, s.d.DB, a.Owner(), id); err != nil {
		return f, nil, err
	}
	if err = s.may(a, "filing.view", f, 0); err != nil {
		return Filing{}, nil, err
	}
	if d, err = s.definition(ctx, f); err != nil {
		return f, d, err
	}
	if f, err = withFiles(ctx, s.d.DB, f, d); err != nil {
		return f, d, err
	}
	if f, err = withMending(ctx, s.d.DB, f, d); err != nil {
		return f, d, err
	}
	if f, err = s.withShelter(ctx, f, d); err != nil {
		return f, d, err
	}
	return f, d, s.d.Identity.RecordActing(ctx, a, "filing", f.ID)
}

// Within tells whether a filing of whom the actor acts for is within the matters
// to which he is limited.
func (s *Service) Within(ctx context.Context, a policy.Actor, id string) bool {
	f, err := read(ctx, s.d.DB, a.Owner(), id)
	return err == nil && a.Only.Covers(f.Case, f.Service)
}

// standingOnly is the standing to which an actor's lists of filings are limited:
// the staff of a lawyer's office has nothing to do with his own affairs.
func standingOnly(a policy.Actor) policy.Role {
	if a.Role == policy.LawClerk {
		return policy.Lawyer
	}
	return policy.Nobody
}

// mineLimit is how many filings the dashboard shows.
const mineLimit = 50

// Mine lists the person's filings, the newest first.
func (s *Service) Mine(ctx context.Context, a policy.Actor) (_ []Filing, err error) {
	defer errs.Wrap(&err, "filing.Mine")
	limited, cases, titles := a.Limited()
	rows, err := store.All[row](ctx, s.d.DB, selectMine, a.Owner(), mineLimit, standingOnly(a), limited, cases, titles)
	if err != nil {
		return nil, err
	}
	out := make([]Filing, 0, len(rows))
	for _, r := range rows {
		f, err := r.filing()
		if err != nil {
			return nil, err
		}
		if group := f.mendedGroup(); group == "" || notice.Within(a, notice.KindDefect) {
			out = append(out, f)
		}
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
	if !f.received() {
		return nil, f, errs.New(errs.NotFound, "filing.not_submitted")
	}
	b, err = s.receipt(ctx, f, f.evidenceOwner, f.Evidence)
	return b, f, err
}

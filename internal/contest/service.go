// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"log/slog"

	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this module.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this module.
var Migrations = store.Migrations{Module: "contest", FS: migrations}

// Deps are what a Service needs.
type Deps struct {
	DB       *store.DB
	Log      *slog.Logger
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Catalog  *i18n.Catalog
	Identity *identity.Service
	Levels   level.Rules // what signing asks for; nil: nothing
	Outage   *outage.Service
	Notice   *notice.Service
	Bailiff  *bailiff.Service
	Docket   *docket.Service
	Blobs    *blob.Store
	Papers   *pdf.Writer
	Signer   *pdf.Signer
	BaseURL  string // without a slash at the end
	MaxFile  int64  // bytes of one file
}

// Service is the contests. It is safe for concurrent use.
type Service struct {
	d       Deps
	reasons Reasons
	intake  *intake.Intake
}

// New makes the module.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Catalog == nil || d.Identity == nil || d.Outage == nil ||
		d.Notice == nil || d.Bailiff == nil || d.Docket == nil || d.Blobs == nil || d.Papers == nil || d.Signer == nil || d.MaxFile <= 0 {
		return nil, errors.New("contest: a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	r, err := DefaultReasons()
	if err != nil {
		return nil, err
	}
	return &Service{d: d, reasons: r, intake: intake.New(d.MaxFile)}, nil
}

// Get reads a contest: its party and lawyers, and the branch that decides. What
// the actor may not see is errs.NotFound. A reading by staff is recorded.
func (s *Service) Get(ctx context.Context, a policy.Actor, caseID, id string) (_ Contest, _ docket.Case, err error) {
	defer errs.Wrap(&err, "contest.Get")
	k, c, err := s.find(ctx, a, caseID, id)
	if err != nil {
		return Contest{}, docket.Case{}, err
	}
	return k, c, s.record(ctx, a, c, k)
}

// find is Get without the record.
func (s *Service) find(ctx context.Context, a policy.Actor, caseID, id string) (Contest, docket.Case, error) {
	k, err := read(ctx, s.d.DB, caseID, id)
	if err != nil {
		return Contest{}, docket.Case{}, err
	}
	c, err := s.d.Docket.CaseFor(ctx, s.d.DB, caseID)
	if err != nil {
		return Contest{}, docket.Case{}, err
	}
	if sees, err := s.d.Docket.SeesNotice(ctx, a, caseID, k.Notice); err != nil || !sees {
		return Contest{}, docket.Case{}, cmp.Or(err, error(errs.New(errs.NotFound, "")))
	}
	return k, c, hidden(s.maySee(a, c, k))
}

// maySee asks the rules whether the actor reads a contest: in office, or as the
// party.
func (s *Service) maySee(a policy.Actor, c docket.Case, k Contest) error {
	if staff(a) {
		return s.d.Policy.Check(a, "contest.read", resource(c, k))
	}
	return s.d.Policy.Check(a, "contest.see", resource(c, k))
}

// record writes who of the staff looked at whose contest, and who looked in
// somebody's name.
func (s *Service) record(ctx context.Context, a policy.Actor, c docket.Case, k Contest) error {
	if !staff(a) {
		return s.d.Identity.RecordActing(ctx, a, "case", c.ID)
	}
	return s.d.Docket.RecordAccess(ctx, c, identity.Access{By: a, What: "contest.access.read", Why: "docket.access.duty", Object: c.ID})
}

// subject is the notice of a case against whose service something may be said, and
// the party whom it is for.
type subject struct {
	c     docket.Case
	party string
	n     notice.Notice
	way   string
	table Table
}

// about finds what somebody may contest. A notice that is not for the actor is
// errs.NotFound; one that serves nothing is errs.Conflict.
func (s *Service) about(ctx context.Context, a policy.Actor, caseID, noticeID string) (out subject, err error) {
	list, err := s.d.Docket.NoticesOf(ctx, a, caseID)
	if err != nil {
		return out, err
	}
	for _, i := range list {
		if i.ID != noticeID {
			continue
		}
		if out.c, err = s.d.Docket.CaseFor(ctx, s.d.DB, caseID); err != nil {
			return out, err
		}
		out.party = i.Party
		if err := hidden(s.d.Policy.Check(a, "contest.see", resource(out.c, Contest{Party: i.Party}))); err != nil {
			return out, err
		}
		if out.n, err = s.noticeOf(ctx, s.d.DB, caseID, noticeID); err != nil {
			return out, err
		}
		out.table = s.reasons.At(dayOf(out.n))
		out.way = out.table.WayOf(out.n)
		return out, nil
	}
	return out, errs.New(errs.NotFound, "")
}

// contestable refuses what serves nothing.
func (s *Service) contestable(o subject) error {
	e := s.d.Notice.Effect(o.n)
	switch {
	case e.Void:
		return errs.New(errs.Conflict, "notice.void")
	case e.Served.IsZero() || o.way == "":
		return errs.New(errs.Conflict, "contest.not_served")
	}
	return nil
}

// noticeOf is the notice itself, wherever its rows are.
func (s *Service) noticeOf(ctx context.Context, q store.Querier, caseID, noticeID string) (notice.Notice, error) {
	owner, err := s.ownerOf(ctx, q, caseID, noticeID)
	if err != nil {
		return notice.Notice{}, err
	}
	return s.d.Notice.Of(ctx, q, owner, noticeID)
}

// ownerOf is under whom the rows of a notice are.
func (s *Service) ownerOf(ctx context.Context, q store.Querier, caseID, noticeID string) (string, error) {
	owner, err := s.d.Docket.ServedOn(ctx, q, caseID, noticeID)
	if owner == "" {
		owner = caseID
	}
	return owner, err
}

// OfNotice lists what was said against the service of a notice, as far as the
// actor may see it.
func (s *Service) OfNotice(ctx context.Context, a policy.Actor, caseID, noticeID string) (_ []Contest, err error) {
	defer errs.Wrap(&err, "contest.OfNotice")
	rows, err := store.All[contestRow](ctx, s.d.DB, sqlOfNotice, caseID, noticeID)
	if err != nil {
		return nil, err
	}
	return s.seen(ctx, a, caseID, rows)
}

// OfCase lists what was said against the service of the notices of a case, as far
// as the actor may see it.
func (s *Service) OfCase(ctx context.Context, a policy.Actor, caseID string) (_ []Contest, err error) {
	defer errs.Wrap(&err, "contest.OfCase")
	rows, err := store.All[contestRow](ctx, s.d.DB, sqlOfCase, caseID)
	if err != nil {
		return nil, err
	}
	return s.seen(ctx, a, caseID, rows)
}

func (s *Service) seen(ctx context.Context, a policy.Actor, caseID string, rows []contestRow) ([]Contest, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	c, err := s.d.Docket.CaseFor(ctx, s.d.DB, caseID)
	if err != nil {
		return nil, err
	}
	var out []Contest
	for _, k := range contests(rows) {
		if k.State == Draft && k.Owner != a.Owner() {
			continue
		}
		if s.maySee(a, c, k) != nil {
			continue
		}
		if sees, err := s.d.Docket.SeesNotice(ctx, a, caseID, k.Notice); err != nil {
			return nil, err
		} else if sees {
			out = append(out, k)
		}
	}
	return out, nil
}

// SPDX-License-Identifier: Apache-2.0

package merge

import (
	"context"
	"embed"
	"errors"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package, fa and en.
//
//go:embed locale/*.json
var Locale embed.FS

// Deps are what the package needs.
type Deps struct {
	DB       *store.DB
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Identity *identity.Service
	Steward  *steward.Service

	// UndoDays is for how many days a merge can be taken back; 90.
	UndoDays int
}

// Service is safe for concurrent use.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Jobs == nil || d.Ledger == nil || d.Identity == nil || d.Steward == nil {
		return nil, errors.New("merge: a dependency is missing")
	}
	if d.UndoDays <= 0 {
		d.UndoDays = 90
	}
	return &Service{d: d}, nil
}

const (
	jobTell  = "identity.merge_tell"
	jobAgain = "identity.merge_again"
)

// Jobs registers what the package does in the background.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, jobTell, s.tell)
	jobs.Handle(s.d.Jobs, jobAgain, s.again)
	s.d.Jobs.Periodic(jobFind, findEvery, s.Find)
}

// pauses are when the event of a merge is published again: acts that were under
// way in the account are over after minutes, money that was being confirmed
// after days.
var pauses = []time.Duration{2 * time.Minute, time.Hour, 24 * time.Hour, 4 * 24 * time.Hour}

type againJob struct {
	Merge string `json:"merge"`
	N     int    `json:"n"` // of the pauses
}

// publishTx tells the modules what holds, and again after a while.
func (s *Service) publishTx(ctx context.Context, tx *store.Tx, m mergeRow, n int) error {
	var e jobs.Event = identity.MergedEvent{Merge: m.ID, Gone: m.Gone, Into: m.Into}
	if m.State == undone {
		e = identity.UnmergedEvent{Merge: m.ID, Gone: m.Gone, Into: m.Into}
	}
	if err := s.d.Jobs.PublishTx(ctx, tx, e); err != nil || n >= len(pauses) {
		return err
	}
	return s.d.Jobs.EnqueueTx(ctx, tx, jobAgain, againJob{m.ID, n}, jobs.At(tx.Now().Add(pauses[n])))
}

func (s *Service) again(ctx context.Context, j againJob) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		m, found, err := store.Find[mergeRow](ctx, tx, sqlMerge, j.Merge)
		if err != nil || !found {
			return err
		}
		return s.publishTx(ctx, tx, m, j.N+1)
	})
}

type tellJob struct {
	Merge  string `json:"merge"`
	Person string `json:"person"`
	What   string `json:"what"` // gone, into, undone
}

// tellTx has both sides told.
func (s *Service) tellTx(ctx context.Context, tx *store.Tx, m mergeRow) error {
	gone, into := "gone", "into"
	if m.State == undone {
		gone, into = "undone", "undone"
	}
	for person, what := range map[string]string{m.Gone: gone, m.Into: into} {
		if err := s.d.Jobs.EnqueueTx(ctx, tx, jobTell, tellJob{m.ID, person, what}); err != nil {
			return err
		}
	}
	return nil
}

// tell sends the messages; running twice sends them once.
func (s *Service) tell(ctx context.Context, j tellJob) error {
	return s.d.Identity.TellAll(ctx, j.Person, "merge.sms."+j.What, "merge-"+j.Merge+"-"+j.What+"-"+j.Person)
}

func (s *Service) stage(ctx context.Context, tx *store.Tx, event string, m mergeRow, by policy.Actor, facts map[string]any) error {
	facts["merge"], facts["gone"], facts["into"] = m.ID, m.Gone, m.Into
	body, err := ledger.Canonical(facts)
	if err != nil {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: m.Into, Subject: m.ID, Actor: by.Person, Role: string(by.Role), Content: body,
	})
	return err
}

// conflict is a refusal that the page shows.
func conflict(code string, args ...any) error { return errs.New(errs.Conflict, code, args...) }

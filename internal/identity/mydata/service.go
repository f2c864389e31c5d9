// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package, and those for what package identity
// and its packages keep.
//
//go:embed locale/*.json
var Locale embed.FS

// Deps are what a Service needs; all of them unless it says otherwise.
type Deps struct {
	DB       *store.DB
	Clock    clock.Clock
	Log      *slog.Logger // nil: none
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Catalog  *i18n.Catalog
	Identity *identity.Service
	Blobs    *blob.Store
	// Population is the civil registry, which names are taken from.
	Population *population.Client
	// Provinces are the keys of all provinces.
	Provinces []string
	// ExportDays is how many days a copy can be downloaded; 7.
	ExportDays int
	// Levels are what a copy asks for; nil: nothing.
	Levels level.Rules
	// Sources are the readers of all modules, in the order of the page.
	Sources []held.Source
	// ProvinceName is the name of a province; nil: its key is shown.
	ProvinceName func(l i18n.Lang, key string) string
	// ServiceName is the title of what somebody can file; nil: its code is shown.
	ServiceName func(l i18n.Lang, code string) string
}

// Service is what is kept about people. It is safe for concurrent use.
type Service struct {
	d       Deps
	modules []string
	intake  *intake.Intake // of proofs
}

// New makes the service. Mount Routes before it is used.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "mydata.New")
	if d.DB == nil || d.Clock == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Catalog == nil || d.Identity == nil || d.Blobs == nil || d.Population == nil || len(d.Sources) == 0 {
		return nil, errors.New("a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.ExportDays <= 0 {
		d.ExportDays = 7
	}
	s := &Service{d: d, intake: intake.New(maxProof)}
	for _, src := range d.Sources {
		if !slices.Contains(s.modules, src.Module()) {
			s.modules = append(s.modules, src.Module())
		}
	}
	return s, nil
}

// Whose is whose data the actor asks for: his own, or with the right to it that
// of whom he acts for.
func Whose(a policy.Actor) string {
	if a.For != "" && a.Has(policy.Data) {
		return a.For
	}
	return a.Person
}

// shownRows is how many rows of one kind a page shows; the file has all.
const shownRows = 50

// Part is what one module keeps about somebody.
type Part struct {
	Module string
	Sets   []held.Set // those with rows
}

// Rows is how many entries there are, and whether there are more than were read.
func (p Part) Rows() (n int, more bool) {
	for _, set := range p.Sets {
		n, more = n+len(set.Rows), more || set.More
	}
	return n, more
}

// Parts reads what each module keeps, up to so many rows of each kind.
func (s *Service) Parts(ctx context.Context, a policy.Actor) (_ []Part, err error) {
	defer errs.Wrap(&err, "mydata.Parts")
	return s.parts(ctx, a, s.modules, shownRows)
}

// Part reads what one module keeps. errs.NotFound: there is no such module.
func (s *Service) Part(ctx context.Context, a policy.Actor, module string) (_ Part, err error) {
	defer errs.Wrap(&err, "mydata.Part")
	if !slices.Contains(s.modules, module) {
		return Part{}, errs.New(errs.NotFound, "")
	}
	list, err := s.parts(ctx, a, []string{module}, shownRows)
	if err != nil {
		return Part{}, err
	}
	return list[0], nil
}

func (s *Service) parts(ctx context.Context, a policy.Actor, modules []string, most int) ([]Part, error) {
	person := Whose(a)
	if err := s.may(a, "mydata.read", person); err != nil {
		return nil, err
	}
	p, err := s.d.Identity.Person(ctx, person)
	if err != nil {
		return nil, err
	}
	if err := s.looked(ctx, a); err != nil {
		return nil, err
	}
	return s.read(ctx, p, modules, most)
}

func (s *Service) read(ctx context.Context, p identity.Person, modules []string, most int) ([]Part, error) {
	out := make([]Part, len(modules))
	for i, m := range modules {
		out[i].Module = m
	}
	for _, src := range s.d.Sources {
		i := slices.Index(modules, src.Module())
		if i < 0 {
			continue
		}
		set, err := src.Read(ctx, s.d.DB, held.Asked{Person: p.ID, NationalCode: p.NationalCode, Most: most})
		if err != nil {
			return nil, err
		}
		if len(set.Rows) > 0 {
			out[i].Sets = append(out[i].Sets, set)
		}
	}
	return out, nil
}

// looked records that the actor read the data of whom he acts for.
func (s *Service) looked(ctx context.Context, a policy.Actor) error {
	if Whose(a) == a.Person {
		return nil
	}
	return s.d.Identity.RecordActing(ctx, a, "data", "")
}

func (s *Service) may(a policy.Actor, action, person string) error {
	return s.d.Policy.Check(a, action, policy.Resource{Type: "PersonalData", ID: person, Attrs: map[string]any{"person": person}})
}

// Look is one look of somebody at a person's data.
type Look struct {
	ID     string
	At     time.Time
	Name   string
	Role   policy.Role
	Unit   string
	What   string
	Why    string
	Object string
}

// looksPage is how many looks a page has.
const looksPage = 50

// Looks lists who has looked, the newest first, after the look that before names.
func (s *Service) Looks(ctx context.Context, a policy.Actor, before string) (_ []Look, more bool, err error) {
	defer errs.Wrap(&err, "mydata.Looks")
	person := Whose(a)
	if err := s.may(a, "mydata.read", person); err != nil {
		return nil, false, err
	}
	if err := s.looked(ctx, a); err != nil {
		return nil, false, err
	}
	rows, err := store.All[lookRow](ctx, s.d.DB, sqlLooks, person, before, looksPage+1)
	if len(rows) > looksPage {
		rows, more = rows[:looksPage], true
	}
	out := make([]Look, len(rows))
	for i, r := range rows {
		out[i] = Look{ID: r.ID, At: r.At.Time, Name: r.Name, Role: r.Role, Unit: r.Unit, What: r.What, Why: r.Why, Object: r.Object}
	}
	return out, more, err
}

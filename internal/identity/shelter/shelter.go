// SPDX-License-Identifier: Apache-2.0

package shelter

import (
	"context"
	"embed"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package, fa and en.
//
//go:embed locale/*.json
var Locale embed.FS

// Deps are what the package needs, all of them.
type Deps struct {
	DB       *store.DB
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Identity *identity.Service
}

// Service is safe for concurrent use.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Jobs == nil || d.Ledger == nil || d.Identity == nil {
		return nil, errors.New("shelter: a dependency is missing")
	}
	return &Service{d: d}, nil
}

// Events of the log. No record bears an address.
const (
	eventHidden = "identity.address_hidden"
	eventEnded  = "identity.address_shown_again"
	eventRead   = "identity.hidden_address_read"
)

// Limits of what is entered, in characters.
const (
	maxAddress = 300
	minReason  = 10
	maxReason  = 500
)

// Shelter is that somebody hides where they live.
type Shelter struct {
	Address string // where the court finds them; "": they left none
	Since   time.Time
}

type row struct {
	Person  string     `db:"person"`
	Ended   store.Time `db:"ended_us"`
	ID      string     `db:"id"`
	Address string     `db:"address"`
	Since   store.Time `db:"since_us"`
}

const (
	sqlOpen   = `SELECT person, ended_us, id, address, since_us FROM identity_shelter WHERE ended_us = 0 AND person = ANY($1) ORDER BY since_us LIMIT 1`
	sqlChange = `UPDATE identity_shelter SET address = $2 WHERE ended_us = 0 AND person = ANY($1)`
	sqlEnd    = `UPDATE identity_shelter SET ended_us = $2 WHERE ended_us = 0 AND person = ANY($1)`
	// An account counts as hiding if one that goes on in it does.
	sqlAmong = `SELECT person FROM identity_shelter WHERE ended_us = 0 AND person = ANY($1)
		UNION SELECT m.into_person FROM identity_merge m JOIN identity_shelter s ON s.person = m.gone AND s.ended_us = 0
		WHERE m.into_person = ANY($1) AND m.state = 'merged'`
	sqlHeld = `SELECT address, since_us AS since, ended_us AS ended FROM identity_shelter WHERE person = $1 ORDER BY since_us DESC LIMIT $2`
)

// Held is what this package keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			Address string     `db:"address"`
			Since   store.Time `db:"since"`
			Ended   store.Time `db:"ended"`
		}]("identity.held.shelter", sqlHeld),
	}
}

// Of tells whether a person hides where they live.
func (s *Service) Of(ctx context.Context, q store.Querier, person string) (_ Shelter, hidden bool, err error) {
	defer errs.Wrap(&err, "shelter.Of")
	if person == "" {
		return Shelter{}, false, nil
	}
	kin, err := s.d.Identity.Kin(ctx, q, person)
	if err != nil {
		return Shelter{}, false, err
	}
	r, found, err := store.Find[row](ctx, q, sqlOpen, kin)
	return Shelter{Address: r.Address, Since: r.Since.Time}, found, err
}

// Among are those of some people who hide where they live.
func (s *Service) Among(ctx context.Context, q store.Querier, people []string) (_ []string, err error) {
	defer errs.Wrap(&err, "shelter.Among")
	people = slices.DeleteFunc(slices.Clone(people), func(p string) bool { return p == "" })
	if len(people) == 0 {
		return nil, nil
	}
	return store.All[string](ctx, q, sqlAmong, people)
}

// Hide hides where the actor lives, or changes what address the court has of
// them. Nobody can do it for somebody else: errs.Forbidden. An address that is
// too long is errs.Invalid with the field address.
func (s *Service) Hide(ctx context.Context, a policy.Actor, address string) (err error) {
	defer errs.Wrap(&err, "shelter.Hide")
	address = persian.Store(strings.TrimSpace(address))
	if utf8.RuneCountInString(address) > maxAddress {
		return errs.InvalidFields([]errs.Field{{Name: "address", Code: "shelter.too_long", Args: []any{"max", maxAddress}}})
	}
	return s.own(ctx, a, func(tx *store.Tx, kin []string, open bool) error {
		if open {
			return tx.Exec(ctx, sqlChange, kin, address)
		}
		r := row{Person: a.Person, ID: id.New(), Address: address, Since: store.At(tx.Now())}
		if err := store.Insert(ctx, tx, "identity_shelter", r); err != nil {
			return err
		}
		if err := s.d.Jobs.PublishTx(ctx, tx, Hidden{Person: a.Person}); err != nil {
			return err
		}
		return s.stageTx(ctx, tx, a, eventHidden, a.Person, nil)
	})
}

// End shows the actor's addresses again. It does nothing if they are not hidden.
func (s *Service) End(ctx context.Context, a policy.Actor) (err error) {
	defer errs.Wrap(&err, "shelter.End")
	return s.own(ctx, a, func(tx *store.Tx, kin []string, open bool) error {
		if !open {
			return nil
		}
		if err := tx.Exec(ctx, sqlEnd, kin, store.At(tx.Now())); err != nil {
			return err
		}
		return s.stageTx(ctx, tx, a, eventEnded, a.Person, nil)
	})
}

// own runs an act of somebody about themselves, one at a time.
func (s *Service) own(ctx context.Context, a policy.Actor, act func(tx *store.Tx, kin []string, open bool) error) error {
	if a.Person == "" || a.For != "" {
		return errs.New(errs.Forbidden, "shelter.own")
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if _, err := s.d.Identity.LockTx(ctx, tx, a.Person); err != nil {
			return err
		}
		kin, err := s.d.Identity.Kin(ctx, tx, a.Person)
		if err != nil {
			return err
		}
		_, open, err := store.Find[row](ctx, tx, sqlOpen, kin)
		if err != nil {
			return err
		}
		return act(tx, kin, open)
	})
}

// Show is the address that a person left with the court, for whoever a module
// above has found to be the judge of a case of theirs. The reading is evidence and
// stands in the list of who looked at the person's data. errs.NotFound: the
// person hides nothing.
func (s *Service) Show(ctx context.Context, a policy.Actor, person, object, why string) (sh Shelter, err error) {
	defer errs.Wrap(&err, "shelter.Show")
	why = persian.Store(strings.TrimSpace(why))
	if n := utf8.RuneCountInString(why); n < minReason || n > maxReason {
		return sh, errs.InvalidFields([]errs.Field{{Name: "why", Code: "shelter.reason_length", Args: []any{"min", minReason, "max", maxReason}}})
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now, hidden, err := s.Of(ctx, tx, person)
		if err != nil {
			return err
		}
		if !hidden {
			return errs.New(errs.NotFound, "")
		}
		sh = now
		if err := s.d.Identity.RecordAccessesTx(ctx, tx, []identity.Access{{Subject: person, By: a, What: "shelter.access", Why: why, Object: object}}); err != nil {
			return err
		}
		return s.stageTx(ctx, tx, a, eventRead, person, map[string]string{"object": object})
	})
	return sh, err
}

func (s *Service) stageTx(ctx context.Context, tx *store.Tx, a policy.Actor, event, person string, members map[string]string) error {
	_, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Time: tx.Now(), Owner: person, Subject: person, Actor: a.Person, Role: string(a.Role), Members: members,
	})
	return err
}

// sentences stand where an address would, by the language of a paper.
var sentences = map[i18n.Lang]string{
	i18n.FA: "نشانی نزد دادگاه محفوظ است.",
	i18n.EN: "The address is kept by the court.",
}

// Words are the sentence that stands where an address would.
func Words(l i18n.Lang) string { return sentences[l] }

// Fixed tells whether a text is that sentence.
func Fixed(text string) bool {
	for _, s := range sentences {
		if text == s {
			return true
		}
	}
	return false
}

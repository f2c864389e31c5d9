// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// AsCitizen is the capacity that everybody has.
const AsCitizen = "citizen"

// Capacity is a role that a person may act in. Source says where it is known
// from: an appointment, a licence, an import.
type Capacity struct {
	ID               string // given by AddCapacity
	Person           string
	Role             policy.Role
	Unit, Branch     string
	TitleFA, TitleEN string    // "clerk of the general civil court of …"
	From             civil.Day // first day
	Until            civil.Day // last day; 0: no end
	Source           string
	Number, Grade    string    // of the licence or appointment
	Ended            time.Time // zero unless it was ended early

	// Of a licence: who issued it (a short name that stays), for which fields and
	// where an expert may act, whether it is suspended and why (words or a locale
	// key), and when the issuer was last asked.
	Issuer       string
	Fields       []string
	Place        string
	Suspended    time.Time
	SuspendedWhy string
	Asked        time.Time

	// In a capacity on behalf of somebody else: of whom, and what may be done
	// there. Mandate is what it comes from; "" if it comes from the law or an
	// appointment (a guardian, a managing director). Base is a capacity of BaseOf
	// without which this one is worth nothing.
	For          string
	ForName      string // filled in by Capacities
	Rights       []policy.Right
	Only         *policy.Limit // to some matters of For; nil: all
	Notices      []string      // groups of notices of For; nil: all of them
	Mandate      string
	BaseOf, Base string

	// Of a capacity that a merge of accounts carried: whose it was first and its id
	// there. Its source knows it by that person.
	OriginOf, Origin string

	// Least is how surely it must be known who the holder is for the capacity to be
	// used: powers over others do not outlive a recovery that ended the proofs.
	Least int
}

// Title is the capacity in words.
func (c Capacity) Title(l i18n.Lang) string {
	if l == i18n.EN {
		return c.TitleEN
	}
	return c.TitleFA
}

// KnownTo is the person by whom the source of the capacity knows its holder: a
// merge of accounts does not change what an issuer has written.
func (c Capacity) KnownTo() string {
	if c.OriginOf != "" {
		return c.OriginOf
	}
	return c.Person
}

// First is the id of the capacity before any merge.
func (c Capacity) First() string {
	if c.Origin != "" {
		return c.Origin
	}
	return c.ID
}

// Carried is the capacity as a merge gives it to somebody under a new id: what it
// was first is kept.
func (c Capacity) Carried(person, id string) Capacity {
	if c.Origin == "" {
		c.OriginOf, c.Origin = c.Person, c.ID
	}
	c.Person, c.ID = person, id
	return c
}

// Holds tells whether the capacity is valid on a day.
func (c Capacity) Holds(d civil.Day) bool {
	return c.Ended.IsZero() && c.Suspended.IsZero() && c.From <= d && (c.Until == 0 || d <= c.Until)
}

// Actor implements web.ActorSource: who person is in a capacity, now. Capacity
// "" and AsCitizen are the citizen. errs.Unauthenticated, code
// identity.no_person: there is no such person; identity.closed: the account may
// not be used (Status). errs.Forbidden, code identity.capacity.over: the capacity
// does not hold today; with a level.Missing: its holder is not known as surely as
// it needs.
func (s *Service) Actor(ctx context.Context, person, capacity string) (_ policy.Actor, err error) {
	defer errs.Wrap(&err, "identity.Actor")
	row, found, err := store.Find[actorRow](ctx, s.d.DB, sqlActor, person, capacity)
	switch {
	case err != nil:
		return policy.Actor{}, err
	case !found:
		return policy.Actor{}, errs.New(errs.Unauthenticated, "identity.no_person")
	case row.Status != Active:
		return policy.Actor{}, errs.New(errs.Unauthenticated, "identity.closed")
	}
	a := policy.Actor{
		Person: person, Role: policy.Citizen, Name: Person{FirstName: row.FirstName, LastName: row.LastName}.Name(), Assurance: int(row.Assurance),
	}
	if capacity == "" || capacity == AsCitizen {
		return a, nil
	}
	if !row.holds(civil.Of(s.d.Clock.Now())) {
		return policy.Actor{}, errs.New(errs.Forbidden, "identity.capacity.over")
	}
	if err := level.Need(a, level.UseCapacity, int(row.Least)); err != nil {
		return policy.Actor{}, err
	}
	a.Role, a.Unit, a.Branch, a.Capacity = row.Role, row.Unit, row.Branch, capacity
	if row.For != "" {
		a.For, a.Rights, a.Delegated = row.For, splitRights(row.Rights), row.Mandate != ""
		a.Only, a.Notices = limitOf(row.Cases, row.Titles), groupsOf(row.Notices)
		a.ForName = Person{FirstName: row.ForFirst, LastName: row.ForLast}.Name()
	}
	return a, nil
}

// StandsTx makes sure, in the transaction of an act that cannot be taken back,
// that the actor's capacity still holds: who ends it at this moment waits, or
// was faster. It only writes. errs.Forbidden, code identity.capacity.over.
func (s *Service) StandsTx(ctx context.Context, tx *store.Tx, a policy.Actor) (err error) {
	defer errs.Wrap(&err, "identity.StandsTx")
	if a.Capacity == "" {
		return nil
	}
	err = tx.ExecOne(ctx, sqlUseCapacity, a.Person, a.Capacity, store.At(tx.Now()), civil.Of(tx.Now()))
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Forbidden, "identity.capacity.over").Because(err)
	}
	return err
}

// Capacities lists what a person is beside a citizen, those that are over too.
func (s *Service) Capacities(ctx context.Context, person string) (_ []Capacity, err error) {
	defer errs.Wrap(&err, "identity.Capacities")
	rows, err := store.All[capacityRow](ctx, s.d.DB, sqlCapacities, person)
	out := make([]Capacity, len(rows))
	for i, r := range rows {
		out[i] = r.capacity()
		if err == nil && r.For != "" {
			var p Person
			p, err = s.Person(ctx, r.For)
			out[i].ForName = p.Name()
		}
	}
	return out, err
}

// CapacitiesOf lists the capacities of several people by person. It is for
// lists; Capacities is for one.
func (s *Service) CapacitiesOf(ctx context.Context, people []string) (_ map[string][]Capacity, err error) {
	defer errs.Wrap(&err, "identity.CapacitiesOf")
	if len(people) == 0 {
		return nil, nil
	}
	rows, err := store.All[capacityRow](ctx, s.d.DB, sqlCapacitiesOf, people)
	out := make(map[string][]Capacity, len(rows))
	for _, r := range rows {
		out[r.Person] = append(out[r.Person], r.capacity())
	}
	return out, err
}

// AddCapacity lets a person act in a role. errs.Invalid names what is missing;
// errs.NotFound: there is no such person.
func (s *Service) AddCapacity(ctx context.Context, by policy.Actor, c Capacity) (capacityID string, err error) {
	defer errs.Wrap(&err, "identity.AddCapacity")
	if err := s.mayChange(by, "identity.add_capacity", c.Person, c.Role); err != nil {
		return "", err
	}
	c.TitleFA, c.TitleEN, c.Source = persian.Store(c.TitleFA), persian.Store(c.TitleEN), persian.Store(c.Source)
	var fields []errs.Field
	for _, f := range []struct {
		name string
		ok   bool
	}{
		{"role", c.Role.Valid() && c.Role != policy.Nobody && c.Role != policy.Citizen && c.Role != policy.System},
		{"title_fa", c.TitleFA != ""}, {"title_en", c.TitleEN != ""}, {"source", c.Source != ""},
		{"until", c.Until == 0 || c.Until >= c.From},
		{"for", (c.For != "") == onBehalf(c) && c.For != c.Person},
		{"rights", (c.For == "") == (len(c.Rights) == 0) && (c.For == "" || slices.Contains(c.Rights, policy.See)) && rightsFit(c)},
	} {
		if !f.ok {
			fields = append(fields, errs.Field{Name: f.name, Code: "identity.capacity.field"})
		}
	}
	if err := errs.InvalidFields(fields); err != nil {
		return "", err
	}
	for _, who := range []string{c.Person, c.For} {
		if who == "" {
			continue
		}
		if _, err := s.Person(ctx, who); err != nil {
			return "", err
		}
	}
	c.ID, c.Mandate, c.BaseOf, c.Base = id.New(), "", "", "" // these are the mandates'
	err = s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error { return s.AddCapacityTx(ctx, tx, by, c) })
	return c.ID, err
}

// AddCapacityTx gives a capacity in the caller's transaction, under the id that
// it has. Whether it may be given is the caller's to check. It only writes.
func (s *Service) AddCapacityTx(ctx context.Context, tx *store.Tx, by policy.Actor, c Capacity) (err error) {
	defer errs.Wrap(&err, "identity.AddCapacityTx")
	row := c.row()
	row.Created = store.At(tx.Now())
	if err := store.Insert(ctx, tx, "identity_capacity", row); err != nil {
		return err
	}
	return s.stage(ctx, tx, "identity.capacity_added", c.Person, c.ID, by, capacityFacts(c))
}

// onBehalf tells whether a capacity needs somebody on whose behalf it is held. A
// lawyer and a representative may have one.
func onBehalf(c Capacity) bool {
	switch c.Role {
	case policy.Guardian, policy.Helper, policy.LawClerk:
		return true
	case policy.Lawyer, policy.Representative:
		return c.For != ""
	}
	return false
}

// rightsFit tells whether the rights are known, and none is beyond the role.
func rightsFit(c Capacity) bool {
	for _, r := range c.Rights {
		if !slices.Contains(policy.Rights(), r) || r == policy.Sign && !MaySign(c.Role) {
			return false
		}
	}
	return true
}

// MaySign tells whether a role can have the right to sign for somebody else: who
// helps or works in a lawyer's office prepares, and the signature is the other's.
func MaySign(r policy.Role) bool { return r != policy.Helper && r != policy.LawClerk }

func capacityFacts(c Capacity) map[string]any {
	facts := map[string]any{
		"person": c.Person, "capacity": c.ID, "role": string(c.Role), "unit": c.Unit, "branch": c.Branch,
		"from": c.From.String(), "source": c.Source,
	}
	if c.Until != 0 {
		facts["until"] = c.Until.String()
	}
	cases, titles := limitColumns(c.Only)
	for name, value := range map[string]string{
		"only_cases": cases, "only_titles": titles, "only_notices": strings.Join(c.Notices, " "),
		"number": c.Number, "grade": c.Grade, "for": c.For, "rights": joinRights(c.Rights), "mandate": c.Mandate,
		"issuer": c.Issuer, "fields": strings.Join(c.Fields, ", "), "place": c.Place,
	} {
		if value != "" {
			facts[name] = value
		}
	}
	return facts
}

func (s *Service) mayChange(by policy.Actor, action, person string, role policy.Role) error {
	return s.d.Policy.Check(by, action, policy.Resource{
		Type: "Capacity", ID: person, Attrs: map[string]any{"person": person, "role": string(role)},
	})
}

// codeOf is the locale code of err, a general one if it has none.
func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
		return e.Code
	}
	return "form.wrong"
}

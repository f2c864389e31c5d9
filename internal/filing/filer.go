// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"cmp"
	"context"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// filerOf is as what the owner of what the actor deals with files: a legal person
// as a representative, whoever acts for it (its representative, or a lawyer by
// contract); a human being as a citizen; a lawyer on record and his office as a
// lawyer. Nobody: a representative of nobody in particular, who files nothing.
func (s *Service) filerOf(ctx context.Context, a policy.Actor) (policy.Role, error) {
	switch {
	case a.Standing() == policy.Lawyer:
		return policy.Lawyer, nil
	case a.For == "" && a.Role == policy.Representative:
		return policy.Nobody, nil
	case a.For == "":
		return a.Standing(), nil
	}
	p, err := s.d.Identity.Person(ctx, a.For)
	if err == nil && !p.Class.Natural() {
		return policy.Representative, nil
	}
	return policy.Citizen, err
}

// openTo tells whether the actor, whose owner stands as standing, may begin
// something under a title: it is open to the owner and to whoever acts for him, and
// within the limit of the contract. What begins a case is filed by a lawyer in the
// name of a client, not in his own.
func openTo(def *catalogue.Definition, standing policy.Role, a policy.Actor) error {
	switch {
	case standing == policy.Lawyer && !procedures[def.Kind].joins:
		return errs.New(errs.Forbidden, "filing.choose_client")
	case !def.OpenTo(standing, a.Role):
		return errs.New(errs.Forbidden, "filing.not_in_this_capacity")
	}
	return nil
}

// closedTo tells whether the actor is a lawyer in the name of a client, and the
// title, in the version that the draft keeps, closed to lawyers: its paper has no
// line for him.
func (f Filing) closedTo(def *catalogue.Definition, a policy.Actor) bool {
	return a.For != "" && a.Role == policy.Lawyer && openTo(def, cmp.Or(f.Standing, policy.Citizen), a) != nil
}

// legal tells whether the filer is a company or a body.
func (f Filing) legal() bool { return f.Standing == policy.Representative }

// bind binds a title to the filer of f and to who signs it, as far as that is known.
func (f Filing) bind(d *catalogue.Definition) (*catalogue.Definition, error) {
	who := catalogue.Filer{Legal: f.legal()}
	if len(f.Record) > 0 {
		r, err := f.parsed()
		if err != nil {
			return nil, err
		}
		if r.Agent != nil {
			who.Agent = policy.Role(r.Agent.Role)
		}
	}
	return d.For(who), nil
}

// seat are the first answers of a draft for a legal person: where its register
// says that it has its seat. A register that is silent leaves them open.
func (s *Service) seat(ctx context.Context, def *catalogue.Definition, owner string) (catalogue.Answers, error) {
	out := catalogue.Answers{}
	p, err := s.d.Identity.Person(ctx, owner)
	if err != nil {
		return out, err
	}
	l, err := s.d.Identity.LegalSeat(ctx, p)
	if err != nil {
		return out, err
	}
	for name, v := range map[string]string{"plaintiff_province": l.Province, "plaintiff_address": l.Address, "plaintiff_postal": l.Postal} {
		if _, asked := def.Field(name); asked && v != "" {
			out[name] = v
		}
	}
	return out, nil
}

// filerParty is who files, for the record: a legal person with its numbers.
func (s *Service) filerParty(ctx context.Context, f Filing, p identity.Person, capacity string) (RecordParty, error) {
	if !f.legal() {
		return RecordParty{
			JudicialID: p.JudicialID, NationalCode: p.NationalCode, FirstName: p.FirstName,
			LastName: p.LastName, FatherName: p.FatherName, Birth: p.Birth.String(), Capacity: capacity,
		}, nil
	}
	l, err := s.d.Identity.Legal(ctx, p)
	return RecordParty{
		JudicialID: p.JudicialID, LastName: l.Name, Capacity: capacity,
		Kind: catalogue.Entity, EntityID: l.NationalID, Registration: l.RegistrationNumber, BodyCode: l.Code,
	}, err
}

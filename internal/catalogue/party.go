// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Kinds of parties.
const (
	Person = "person"
	Entity = "entity" // a company, an office
)

// Party is a person as a filing names them. Province and County are keys. Key
// is the prefix of the answers it came from: "defendant", "defendant_2".
type Party struct {
	Key                             string
	Side                            string // "plaintiff" or "defendant"
	Kind                            string // Person or Entity
	EntityID, EntityName            string
	Registration, BodyCode          string // of a legal person that files, as its register has them
	NationalCode                    string
	FirstName, LastName, FatherName string
	Birth                           civil.Day // 0: not known
	Address, Province, County       string
	Postal, Mobile, Job             string
	Abroad                          bool
	UnknownAddress                  bool // the filer does not know it (CPC 73: notice by publication)
}

// Name is the full name of a person, or the name of an entity.
func (p Party) Name() string {
	if p.Kind == Entity {
		return p.EntityName
	}
	return strings.TrimSpace(p.FirstName + " " + p.LastName)
}

// members are the texts of a party that a definition may fill from answers.
func (p *Party) members() map[string]*string {
	return map[string]*string{
		"national_code": &p.NationalCode, "first_name": &p.FirstName, "last_name": &p.LastName, "father_name": &p.FatherName,
		"address": &p.Address, "province": &p.Province, "county": &p.County, "postal": &p.Postal, "mobile": &p.Mobile, "job": &p.Job,
		"kind": &p.Kind, "entity_id": &p.EntityID, "entity_name": &p.EntityName,
	}
}

// with fills what is empty in p from q: what a register confirmed stands before
// what was typed.
func (p Party) with(q Party) Party {
	from := q.members()
	for name, to := range p.members() {
		if *to == "" {
			*to = *from[name]
		}
	}
	if p.Birth == 0 {
		p.Birth = q.Birth
	}
	p.Key = cmp.Or(p.Key, q.Key)
	p.Abroad = p.Abroad || q.Abroad
	p.UnknownAddress = p.UnknownAddress || q.UnknownAddress
	return p
}

// Parties are the persons whom the answers name, in the order of the
// definition. The filer is among them with what was asked of them; their name
// comes from their account.
func (d *Definition) Parties(answers Answers) (_ []Party, err error) {
	defer errs.Wrap(&err, "catalogue.Parties")
	vars := d.activation(d.Prune(answers))
	var out []Party
	for _, c := range d.c.parties {
		named, err := c.when.holds(vars)
		if err != nil {
			return nil, err
		}
		if !named || c.def.repeat != "" && !d.pageVisible(c.def.key, vars) {
			continue
		}
		p := Party{Key: c.def.key, Side: c.def.side}
		m := p.members()
		for name, prg := range c.parts {
			if *m[name], err = prg.text(vars); err != nil {
				return nil, err
			}
		}
		for name, to := range map[string]*bool{"abroad": &p.Abroad, "unknown_address": &p.UnknownAddress} {
			if prg, ok := c.flags[name]; ok {
				if *to, err = prg.holds(vars); err != nil {
					return nil, err
				}
			}
		}
		if p.Kind = cmp.Or(p.Kind, Person); p.Kind != Person && p.Kind != Entity {
			return nil, errs.New(errs.Internal, "").Because(fmt.Errorf("catalogue: %s: a party of kind %q", d.Code, p.Kind))
		}
		out = append(out, p)
	}
	return out, nil
}

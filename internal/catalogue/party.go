// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Party is a person as a filing names them. Province and County are keys.
type Party struct {
	Side                            string // "plaintiff" or "defendant"
	NationalCode                    string
	FirstName, LastName, FatherName string
	Birth                           civil.Day // 0: not known
	Address, Province, County       string
	Postal, Mobile, Job             string
	Abroad                          bool
}

// Name is the full name.
func (p Party) Name() string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

// members are the texts of a party that a definition may fill from answers.
func (p *Party) members() map[string]*string {
	return map[string]*string{
		"national_code": &p.NationalCode, "first_name": &p.FirstName, "last_name": &p.LastName, "father_name": &p.FatherName,
		"address": &p.Address, "province": &p.Province, "county": &p.County, "postal": &p.Postal, "mobile": &p.Mobile, "job": &p.Job,
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
	p.Abroad = p.Abroad || q.Abroad
	return p
}

// Parties are the persons whom the answers name, in the order of the
// definition. The filer is among them with what was asked of them; their name
// comes from their account.
func (d *Definition) Parties(answers Answers) (_ []Party, err error) {
	defer errs.Wrap(&err, "catalogue.Parties")
	vars := d.activation(d.Prune(answers))
	var out []Party
	for _, def := range d.c.parties {
		p := Party{Side: def.side}
		m := p.members()
		for name, prg := range def.parts {
			if *m[name], err = prg.text(vars); err != nil {
				return nil, err
			}
		}
		if def.abroad != nil {
			if p.Abroad, err = def.abroad.holds(vars); err != nil {
				return nil, err
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"slices"
	"sync"

	"github.com/tarazu/tarazu/internal/calendar"
)

// terms are the statutory terms that definitions may name.
var terms = sync.OnceValues(calendar.DefaultRules)

// acts checks what the kind of a filing allows and asks for: where it goes,
// whether it is served, what it attacks and where it is offered.
func (p *parser) acts(d *Definition) {
	inCase := d.Kind == Brief || d.Kind == Objection
	switch {
	case inCase && d.routing != nil:
		p.say("/routing", "/routing: a %s goes to the court of its case", d.Kind)
	case !inCase && d.routing == nil:
		p.say("/kind", "/routing: a %s needs it: which court does it go to?", d.Kind)
	}
	if !inCase && d.On != nil {
		p.say("/on", "/on: only a brief or an objection stands in a case")
	}
	if d.On != nil {
		p.roles("/on/filers", d.On.Filers)
		for _, r := range d.On.Filers {
			if !slices.Contains(d.Filers, r) {
				p.say("/on/filers", "/on/filers: %q is not among /filers", r)
			}
		}
	}
	if (d.Kind == Objection) != (d.Against != nil) {
		p.say("/kind", "/against: an objection says what it attacks, and nothing else does")
	}
	if d.Against != nil {
		p.term(d, "/against/rule", d.Against.Rule)
	}
	p.service(d)
}

// service checks whether and with which term a filing is served on the other
// side.
func (p *parser) service(d *Definition) {
	s := d.Service
	if s == nil {
		if d.Kind == Petition { // the law has every petition served (CPC 67)
			d.Service = &ServiceDef{Rule: "cpc-442", MinDays: 5, MaxDays: 60, Days: 10}
		}
		return
	}
	if !slices.Contains([]Kind{Petition, Objection, Declaration}, d.Kind) {
		p.say("/service", "/service: a %s is not served on the other side", d.Kind)
		return
	}
	bounded := s.MinDays > 0 && s.MinDays <= s.Days && s.Days <= s.MaxDays
	none := s.MinDays == 0 && s.Days == 0 && s.MaxDays == 0
	r, ok := calendar.Rule{}, true
	if s.Rule != "" {
		if r, ok = p.term(d, "/service/rule", s.Rule); !ok {
			return
		}
	}
	switch {
	case s.Rule != "" && r.SetByCourt() && !bounded:
		p.say("/service", "/service: the court sets this term, so min_days, days and max_days are needed, in this order of size")
	case (s.Rule == "" || !r.SetByCourt()) && !none:
		p.say("/service", "/service: days only stand with a rule that leaves the term to the court")
	}
}

// term finds a rule of the calendar by its code.
func (p *parser) term(d *Definition, at, code string) (calendar.Rule, bool) {
	all, err := terms()
	if err != nil {
		p.say(at, "%v", err)
		return calendar.Rule{}, false
	}
	r, err := all.At(code, max(d.From, d.env.today()))
	if err != nil {
		p.say(at, "%s: the calendar has no rule %q; it has %q", at, code, all.Codes())
	}
	return r, err == nil
}

// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"strings"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// value is what fills a hole, "" if there is nothing.
func (w *writer) value(name, filter string) string {
	l := w.p.Lang()
	group, member, _ := strings.Cut(name, ".")
	if w.copy != nil && w.copy.Side == group {
		return w.party(*w.copy, member)
	}
	switch group {
	case "court":
		return w.facts.Court.In(l)
	case "branch":
		return w.facts.Branch.In(l)
	case "case":
		return w.p.Digits(w.facts.Case)
	case "day":
		return w.day(w.facts.Day)
	case "side":
		if w.facts.Side == "" {
			return ""
		}
		return w.p.T(sideKey(w.facts.CaseKind, w.facts.Side))
	case "plaintiff":
		return w.party(w.facts.Plaintiff, member)
	case "defendant":
		return w.party(w.facts.Defendant, member)
	case "presenter":
		return w.party(w.facts.Presenter, member)
	case "agent":
		return w.agent(member)
	}
	return w.answer(w.d.c.fields[member].def, filter)
}

// sideKey is the locale key of a side's name: an accused is no defendant.
func sideKey(kind, side string) string {
	if kind == "" || kind == "civil" {
		return "catalogue.side." + side
	}
	return "catalogue.side." + kind + "." + side
}

func (w *writer) day(d civil.Day) string {
	if d == 0 {
		return ""
	}
	return w.p.Day(d)
}

func (w *writer) agent(member string) string {
	switch member {
	case "title":
		return w.facts.Agent.Title.In(w.p.Lang())
	case "contract":
		return w.p.Digits(w.facts.Agent.Contract)
	}
	return w.facts.Agent.Name
}

func (w *writer) party(p Party, member string) string {
	switch member {
	case "name":
		return p.Name()
	case "father_name":
		return p.FatherName
	case "national_code":
		return w.p.Digits(p.NationalCode)
	case "entity_id":
		return w.p.Digits(p.EntityID)
	case "registration":
		return w.p.Digits(p.Registration)
	case "body_code":
		return w.p.Digits(p.BodyCode)
	case "age":
		return w.age(p.Birth)
	case "province":
		return province(p.Province).In(w.p.Lang())
	case "county":
		t, _ := w.d.env.places.County(p.Province, p.County)
		return t.In(w.p.Lang())
	}
	v := *p.members()[member]
	switch member {
	case "postal":
		return w.p.Digits(v)
	case "mobile":
		return w.mobile(v)
	}
	return v
}

// mobile is a number of this country as people dial it, "0912…".
func (w *writer) mobile(s string) string {
	if rest, ok := strings.CutPrefix(s, "+98"); ok {
		s = "0" + rest
	}
	return w.p.Digits(s)
}

// age is in full Jalali years on the day of the paper.
func (w *writer) age(birth civil.Day) string {
	if birth == 0 || w.facts.Day == 0 {
		return ""
	}
	y, m, d := w.facts.Day.Jalali()
	by, bm, bd := birth.Jalali()
	years := y - by
	if m < bm || m == bm && d < bd {
		years--
	}
	return w.p.Int(int64(years))
}

func (w *writer) answer(f FieldDef, filter string) string {
	v, ok := w.facts.Answers[f.Name]
	if !ok {
		return ""
	}
	l := w.p.Lang()
	switch f.Type {
	case TypeRials:
		n, _ := v.(int64)
		if filter == "|words" {
			return persianNumber(n)
		}
		return w.p.Money(n)
	case TypeYesNo:
		if b, _ := v.(bool); b {
			return w.p.T("catalogue.yes")
		}
		return w.p.T("catalogue.no")
	}
	s, _ := v.(string)
	switch f.Type {
	case TypeChoice:
		for _, c := range f.Choices {
			if c.Value == s && filter == "|in" {
				return c.In.In(l)
			} else if c.Value == s {
				return c.Label.In(l)
			}
		}
	case TypeDate:
		d, err := civil.Parse(s)
		if err != nil {
			return ""
		}
		return w.day(d)
	case TypeNationalCode, TypePostal, TypeEntityID, TypeCaseNumber:
		return w.p.Digits(s)
	case TypeMobile:
		return w.mobile(s)
	case TypeProvince:
		return province(s).In(l)
	case TypeCounty:
		of, _ := w.facts.Answers[f.Of].(string)
		t, _ := w.d.env.places.County(of, s)
		return t.In(l)
	case TypeLongText:
		return ownWords(s)
	}
	return s
}

// ownWords is a person's text as a paper quotes it. A paper's blocks are parted
// by empty lines and their first lines are headings: text without empty lines
// cannot begin a block, and so can never pass for what the court says.
func ownWords(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = persian.Store(line); line != "" {
			lines = append(lines, line)
		}
	}
	return "«" + strings.Join(lines, "\n") + "»"
}

func province(key string) Text {
	p, _ := authority.FindProvince(key)
	return p.Name()
}

// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Kind is the kind of filing (domain B.6).
type Kind string

// The kinds.
const (
	Petition    Kind = "petition"
	Complaint   Kind = "complaint"
	Declaration Kind = "declaration"
	Brief       Kind = "brief"
	Objection   Kind = "objection"
	Certificate Kind = "certificate"
)

// Type is what kind of answer a field takes and how it is asked.
type Type string

// The types. Beside each: what an answer is in Answers.
const (
	TypeText         Type = "text"          // string, one line
	TypeLongText     Type = "longtext"      // string, several lines
	TypeRials        Type = "rials"         // int64
	TypeChoice       Type = "choice"        // string, a value of Choices
	TypeDate         Type = "date"          // string, Gregorian "2025-05-11"
	TypeNationalCode Type = "national_code" // string, ten digits
	TypeMobile       Type = "mobile"        // string, "+989…"
	TypePostal       Type = "postal"        // string, ten digits
	TypeProvince     Type = "province"      // string, key of a province
	TypeCounty       Type = "county"        // string, key of a county of the province in field Of
	TypeYesNo        Type = "yesno"         // bool
	TypeEntityID     Type = "entity_id"     // string, eleven digits
	TypeCaseNumber   Type = "case_number"   // string, eighteen digits
	TypeFiles        Type = "files"         // none: uploads stand beside the answers
)

// Definition is one version of one service, checked and compiled. It does not
// change and is safe for concurrent use.
type Definition struct {
	Code      string        `json:"code"`
	Version   int           `json:"version"`
	Kind      Kind          `json:"kind"`
	Title     Text          `json:"title"`
	Summary   Text          `json:"summary"`
	From      civil.Day     `json:"from"`
	Until     civil.Day     `json:"until"` // last day; 0: no end
	Assurance int           `json:"assurance"`
	Filers    []policy.Role `json:"filers"`
	Citations []Citation    `json:"citations"`
	Pages     []PageDef     `json:"pages"`   // copies of repeated pages among them
	Service   *ServiceDef   `json:"service"` // nil: never served on the other side
	Against   *AgainstDef   `json:"against"` // of objections
	On        *OnDef        `json:"on"`      // of briefs and objections; nil: wherever a case is open

	answers map[string]answerDef
	rules   []ruleDef
	parties []partyDef
	fees    []feeRef
	routing *routingDef
	paper   []blockDef
	example map[string]any

	c     *compiled
	env   binding
	filer Filer
}

// Citation is an article of law behind the service.
type Citation struct {
	Code string `json:"code"` // "cpc-51"
	Text Text   `json:"text"`
}

// ServiceDef says that a filing is served on the other side, and with which
// term to answer. Without a Rule no term runs. MinDays, MaxDays and Days (the
// proposal) are 0 for a rule whose term stands in the law.
type ServiceDef struct {
	Rule    string `json:"rule"`
	MinDays int    `json:"min_days"`
	MaxDays int    `json:"max_days"`
	Days    int    `json:"days"`
}

// AgainstDef says what an objection attacks: notices of these kinds, within
// the term of a rule.
type AgainstDef struct {
	Notices []string `json:"notices"`
	Rule    string   `json:"rule"`
}

// OnDef says where a filing in an open case is offered: on which kinds of case,
// to whom on which side, in which capacity (empty: any of Filers).
type OnDef struct {
	Cases  []string      `json:"cases"`
	Sides  []string      `json:"sides"`
	Filers []policy.Role `json:"filers"`
}

// PageDef is one page of questions. Key is part of its address. A page that the
// file repeats stands here once for each copy, each with its own title and
// fields (see expand).
type PageDef struct {
	Key    string     `json:"key"`
	Title  Text       `json:"title"`
	Intro  Text       `json:"intro"` // may be empty
	Fields []FieldDef `json:"fields"`

	repeat *repeatDef
	at     string // where it stands in the file
	copy   int    // 2 and up: a copy of the page before it
}

// repeatDef says how often a page is asked.
type repeatDef struct {
	Max   int  `json:"max"`
	Title Text `json:"title"`
	More  struct {
		Label Text `json:"label"`
		Hint  Text `json:"hint"`
	} `json:"more"`
}

// FieldDef is one question with all that a page needs to ask it. Min and Max
// are lengths in characters for text, amounts for rials and the number of
// files; 0 means no limit.
// InputMode and Autocomplete are the HTML attributes. Visible and Required are
// CEL; ask Definition.Visible and Definition.Required.
type FieldDef struct {
	Name         string          `json:"name"`
	Type         Type            `json:"type"`
	Label        Text            `json:"label"`
	Hint         Text            `json:"hint"`
	Required     string          `json:"required"`
	Visible      string          `json:"visible"`
	Of           string          `json:"of"` // county: the field with its province
	Choices      []Choice        `json:"choices"`
	Autocomplete string          `json:"autocomplete"`
	InputMode    string          `json:"-"`
	Rows         int             `json:"rows"`
	Counter      bool            `json:"counter"` // show how many characters are left
	Term         Term            `json:"term"`    // a legal term explained; may be empty
	Errors       map[string]Text `json:"errors"`  // own words instead of the common ones
	Min          int64           `json:"-"`
	Max          int64           `json:"max"` // files: how many

	at   string // where it stands in the file
	more bool   // asks whether there is one more; made by expand
}

// Choice is one possible answer. In is how it reads inside a sentence.
type Choice struct {
	Value string `json:"value"`
	Label Text   `json:"label"`
	Hint  Text   `json:"hint"`
	In    Text   `json:"in"`
}

// Term is a word of the law in plain words.
type Term struct {
	Title Text `json:"title"`
	Text  Text `json:"text"`
}

// answerDef is the JSON Schema of one answer, of which the keywords here are
// allowed.
type answerDef struct {
	Type      string   `json:"type"`
	MinLength int64    `json:"minLength"`
	MaxLength int64    `json:"maxLength"`
	Minimum   *int64   `json:"minimum"`
	Maximum   *int64   `json:"maximum"`
	Enum      []string `json:"enum"`
	Pattern   string   `json:"pattern"`
	Format    string   `json:"format"`
}

type ruleDef struct {
	Field   string `json:"field"`
	Check   string `json:"check"`
	Message Text   `json:"message"`
	Repeat  string `json:"repeat"`

	at   string
	copy int
}

// partyDef is a person as a file names them: CEL by member, beside the side and
// the page whose copies name them.
type partyDef struct {
	side, repeat string
	key          string // of its page or answers: "defendant_2"
	members      map[string]string

	at   string
	copy int
}

type feeRef struct {
	Item string `json:"item"`
	Of   string `json:"of"`
	When string `json:"when"`
}

type routingDef struct {
	Nature   string `json:"nature"`
	Value    string `json:"value"`
	Province string `json:"province"`
	County   string `json:"county"`
	Basis    string `json:"basis"`
}

type blockDef struct {
	Heading Text      `json:"heading"`
	When    string    `json:"when"`
	Lines   []lineDef `json:"lines"`
	Repeat  string    `json:"repeat"`

	at   string
	page string // of the copy that it is about
	copy int
}

type lineDef struct {
	FA       string `json:"fa"`
	EN       string `json:"en"`
	When     string `json:"when"`
	Optional bool   `json:"optional"` // left out if a value in it is missing
}

// binding is what a definition needs from outside: the counties that exist,
// the fees that hold and today. The check command has one without a database.
type binding struct {
	places *authority.Places
	today  func() civil.Day
	fee    func(ctx context.Context, code string, at civil.Day) (FeeItem, error)
}

// bind is a copy of d that sees the world through b.
func (d *Definition) bind(b binding) *Definition {
	c := *d
	c.env = b
	return &c
}

// Filer is for whom something is filed, and through whom, as far as a definition
// has to know: "filer.legal" and "filer.agent" in its expressions.
type Filer struct {
	Legal bool        // a company or a body, not a human being
	Agent policy.Role // who signs on behalf of the filer: a representative, a lawyer …; Nobody: the filer himself
}

// For is a copy of d for a filer.
func (d *Definition) For(f Filer) *Definition {
	c := *d
	c.filer = f
	return &c
}

// OpenTo tells whether a title can be filed by or for somebody: the filer as what
// he stands there, and, if a lawyer does it in his name, the lawyer too.
func (d *Definition) OpenTo(standing policy.Role, agent policy.Role) bool {
	return slices.Contains(d.Filers, standing) && (agent != policy.Lawyer || slices.Contains(d.Filers, policy.Lawyer))
}

// Page is the page with this key.
func (d *Definition) Page(key string) (PageDef, bool) {
	for _, p := range d.Pages {
		if p.Key == key {
			return p, true
		}
	}
	return PageDef{}, false
}

// Field is the field with this name.
func (d *Definition) Field(name string) (FieldDef, bool) {
	f, ok := d.c.fields[name]
	if !ok {
		return FieldDef{}, false
	}
	return f.def, true
}

// Routed tells whether a filing of this service is routed to a court; a brief
// goes to the court of its case.
func (d *Definition) Routed() bool { return d.routing != nil }

// Routing is the question for authority.Route that the answers make.
func (d *Definition) Routing(answers Answers) (q authority.Query, err error) {
	defer errs.Wrap(&err, "catalogue.Routing")
	if d.routing == nil {
		return q, errs.New(errs.Invalid, "catalogue.not_routed")
	}
	vars := d.activation(d.Prune(answers))
	q = authority.Query{Nature: d.routing.Nature, At: d.env.today()}
	q.Value, err = d.c.routing.value.int(vars)
	if err != nil {
		return q, err
	}
	for _, x := range []struct {
		to *string
		by *program
	}{{&q.Province, d.c.routing.province}, {&q.County, d.c.routing.county}, {&q.Basis, d.c.routing.basis}} {
		if *x.to, err = x.by.text(vars); err != nil {
			return q, err
		}
	}
	return q, nil
}

// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"bytes"
	_ "embed" // for the table of effects
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

//go:embed effects.json
var effectsJSON []byte

// What a fact means in law.
const (
	EffectNone          = "none"
	EffectService       = "service"        // served (ابلاغ)
	EffectActualService = "actual_service" // served in fact (ابلاغ واقعی)
)

// As what somebody is served. The law may ask for more with some of them.
const (
	AddresseePerson = "person"
	AddresseeLawyer = "lawyer" // on record, for his party
	AddresseeEntity = "entity" // a legal person
	AddresseeBody   = "body"   // of the government
)

// Addressees lists every kind of addressee.
func Addressees() []string {
	return []string{AddresseePerson, AddresseeLawyer, AddresseeEntity, AddresseeBody}
}

// Who opened a notice: the addressee, or somebody who may in his name.
const (
	OpenerSelf           = "self"
	OpenerLawyer         = "lawyer"
	OpenerRepresentative = "representative"
	OpenerGuardian       = "guardian"
	OpenerHelper         = "helper"
	OpenerLawClerk       = "law_clerk"
	OpenerMachine        = "machine" // a program with a key of the body
)

// Openers lists every kind of opener.
func Openers() []string {
	return []string{OpenerSelf, OpenerLawyer, OpenerRepresentative, OpenerGuardian, OpenerHelper, OpenerLawClerk, OpenerMachine}
}

// effective are the kinds of facts that may serve a notice.
var effective = []string{FactArrived, FactViewed, FactDeemed, FactPaperActual, FactPaperLegal, FactPublished}

// Reading is one version of what the facts of a notice mean in law.
type Reading struct {
	Code     string    `json:"code"`
	Version  int       `json:"version"`
	From     civil.Day `json:"from"` // first day of issuing that it is for
	Citation Text      `json:"citation"`
	// ActualRules are the rules whose terms run from actual service only.
	ActualRules   []string `json:"actual_rules"`
	Rows          []Row    `json:"rows"`
	AlertEffect   string   `json:"alert_effect"`
	AlertCitation Text     `json:"alert_citation"`
	Source        string   `json:"source"`
	Mark          string   `json:"mark"`
}

// Row is what the facts mean for some kinds of notices and of addressees.
type Row struct {
	About        Text              `json:"about"`
	Kinds        []string          `json:"kinds"`      // of notices; none: all
	Addressees   []string          `json:"addressees"` // none: all
	Effects      map[string]string `json:"effects"`    // of each kind of fact
	Openers      map[string]string `json:"openers"`    // what opening by each of them means
	MustBeActual bool              `json:"must_be_actual"`
	DeemedAfter  int               `json:"deemed_after"` // days without opening; 0: never
	DeemedSource string            `json:"deemed_source"`
	Source       string            `json:"source"`
	Mark         string            `json:"mark"`
}

func (r Row) names(kind, addressee string) bool {
	return (len(r.Kinds) == 0 || slices.Contains(r.Kinds, kind)) && (len(r.Addressees) == 0 || slices.Contains(r.Addressees, addressee))
}

// Counts tells whether opening by somebody means anything in law; what it then
// means, Of says.
func (r Row) Counts(opener string) bool {
	return r.Openers[opener] != EffectNone || r.Effects[FactViewed] == EffectNone
}

// Opening parts the kinds of notices to an addressee of which viewing means something in
// law: those for which opening by somebody counts, and those for which not.
func (r Reading) Opening(opener, addressee string) (counts, not []string) {
	for _, kind := range Kinds() {
		row := r.RowOf(kind, addressee)
		switch {
		case row.Effects[FactViewed] == EffectNone:
		case row.Counts(opener):
			counts = append(counts, kind)
		default:
			not = append(not, kind)
		}
	}
	return counts, not
}

// RowOf is the row for a kind of notice and of addressee. ParseEffects has seen
// to it that there is one.
func (r Reading) RowOf(kind, addressee string) Row {
	if addressee == "" {
		addressee = AddresseePerson
	}
	for _, row := range r.Rows {
		if row.names(kind, addressee) {
			return row
		}
	}
	return Row{}
}

// Name is how evidence and deadlines name this version: "bylaw-1395-13@1".
func (r Reading) Name() string { return fmt.Sprintf("%s@%d", r.Code, r.Version) }

// Effects is the table of readings, the newest last.
type Effects struct{ list []Reading }

// DefaultEffects reads the embedded table.
func DefaultEffects() (Effects, error) { return ParseEffects(effectsJSON) }

// ParseEffects reads a table and refuses one that is incomplete or out of
// order.
func ParseEffects(b []byte) (_ Effects, err error) {
	defer errs.Wrap(&err, "notice.ParseEffects")
	var file struct {
		About    string    `json:"about"`
		Versions []Reading `json:"versions"`
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return Effects{}, err
	}
	if len(file.Versions) == 0 {
		return Effects{}, fmt.Errorf("no version")
	}
	for i, r := range file.Versions {
		if i > 0 && r.From <= file.Versions[i-1].From {
			return Effects{}, fmt.Errorf("%s: begins before the version above it", r.Name())
		}
		if err := r.check(); err != nil {
			return Effects{}, fmt.Errorf("%s: %w", r.Name(), err)
		}
	}
	return Effects{list: file.Versions}, nil
}

func (r Reading) check() error {
	if r.Code == "" || r.Version < 1 || r.Citation.FA == "" || r.Citation.EN == "" || r.Source == "" || r.Mark == "" {
		return fmt.Errorf("code, version, citation, source or mark is missing")
	}
	for i, row := range r.Rows {
		if err := row.check(); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	for _, kind := range Kinds() {
		for _, addressee := range Addressees() {
			if !slices.ContainsFunc(r.Rows, func(row Row) bool { return row.names(kind, addressee) }) {
				return fmt.Errorf("no row says what a %s for a %s means", kind, addressee)
			}
		}
	}
	return nil
}

func (r Row) check() error {
	all := func(table map[string]string, names []string) error {
		for _, name := range names {
			if !slices.Contains([]string{EffectNone, EffectService, EffectActualService}, table[name]) {
				return fmt.Errorf("%s means %q", name, table[name])
			}
		}
		if len(table) != len(names) {
			return fmt.Errorf("something unknown is given a meaning")
		}
		return nil
	}
	unknown := func(given, known []string) bool {
		return slices.ContainsFunc(given, func(s string) bool { return !slices.Contains(known, s) })
	}
	switch {
	case r.About.FA == "" || r.About.EN == "" || r.Source == "" || r.Mark == "":
		return fmt.Errorf("about, source or mark is missing")
	case unknown(r.Kinds, Kinds()) || unknown(r.Addressees, Addressees()):
		return fmt.Errorf("unknown kind of notice or addressee")
	case r.DeemedAfter < 0 || r.DeemedAfter > 0 && r.DeemedSource == "":
		return fmt.Errorf("deemed_after is below nought or without its source")
	}
	if err := all(r.Effects, effective); err != nil {
		return err
	}
	return all(r.Openers, Openers())
}

// At is the reading that stands for a notice issued on a day; before the first
// version, the first.
func (e Effects) At(d civil.Day) Reading {
	out := e.list[0]
	for _, r := range e.list {
		if r.From <= d {
			out = r
		}
	}
	return out
}

// leastWait is the shortest wait of all rows after which somebody is deemed to
// have refused, in days; 0 if there is none.
func (e Effects) leastWait() int {
	least := 0
	for _, r := range e.list {
		for _, row := range r.Rows {
			if row.DeemedAfter > 0 && (least == 0 || row.DeemedAfter < least) {
				least = row.DeemedAfter
			}
		}
	}
	return least
}

// Effect is what the facts of one notice mean in law.
type Effect struct {
	Reading  Reading
	Row      Row
	Served   time.Time // zero: not served
	By       string    // the kind of fact that served it
	InFact   time.Time // actual service; zero: not yet
	ByActual bool      // its term runs from actual service only
	Moved    bool      // a judge has said since when it is served
	Void     bool      // set aside, or another notice has taken its place: it serves nothing
}

// RunsFrom is the instant from which the notice's term is counted; zero if it
// does not run yet, or if there is no term.
func (e Effect) RunsFrom() time.Time {
	if e.ByActual {
		return e.InFact
	}
	return e.Served
}

// How far a notice has come to its addressee.
const (
	ReachNever  = "never"  // not served
	ReachLegal  = "legal"  // served in law; nobody knows whether he knows
	ReachActual = "actual" // served in fact: he has it
)

// Reach is how far the notice has come: what a judge must know before deciding in
// somebody's absence.
func (e Effect) Reach() string {
	switch {
	case !e.InFact.IsZero():
		return ReachActual
	case !e.Served.IsZero():
		return ReachLegal
	}
	return ReachNever
}

// Of computes what the facts of n mean. It is a pure function of them, and the
// same in whatever order they are given.
func (e Effects) Of(n Notice) Effect {
	r := e.At(civil.Of(n.Issued))
	row := r.RowOf(n.Kind, n.Addressee)
	out := Effect{Reading: r, Row: row, ByActual: row.MustBeActual || slices.Contains(r.ActualRules, n.Rule)}
	for _, f := range n.History() {
		switch f.Kind {
		case FactSetAside, FactReplaced:
			return Effect{Reading: r, Row: row, ByActual: out.ByActual, Void: true}
		case FactMoved:
			out.Served, out.By, out.Moved = f.Holds, FactMoved, true
			if !out.InFact.IsZero() || out.ByActual {
				out.InFact = f.Holds
			}
			continue
		}
		out.apply(row.means(f), f)
	}
	return out
}

// means is what a fact means by a row.
func (r Row) means(f Fact) string {
	effect := r.Effects[f.Kind]
	if f.Kind != FactViewed || effect == EffectNone {
		return effect
	}
	if by, ok := r.Openers[f.Code]; ok {
		return by
	}
	return effect
}

func (e *Effect) apply(effect string, f Fact) {
	if f.At.IsZero() || effect == EffectNone || effect == "" {
		return
	}
	if !e.Moved && (e.Served.IsZero() || f.At.Before(e.Served)) {
		e.Served, e.By = f.At, f.Kind
	}
	if effect == EffectActualService && (e.InFact.IsZero() || !e.Moved && f.At.Before(e.InFact)) {
		e.InFact = f.At
	}
}

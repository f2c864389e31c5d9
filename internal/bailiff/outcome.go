// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"bytes"
	_ "embed" // for the tables
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

//go:embed outcomes.json
var outcomesJSON []byte

// Classes of outcomes: the fact that notice is told.
const (
	Actual = "actual" // to the addressee, or to whom the law puts in the same place
	Legal  = "legal"  // in another way that the law knows
	Failed = "failed" // not served, with the reason
	Again  = "again"  // not served yet
)

// What an outcome needs beside its code.
const (
	NeedName     = "name"
	NeedRelation = "relation"
	NeedProof    = "proof" // a signature, or a picture of the signed slip
	NeedPhoto    = "photo"
	NeedNote     = "note"
)

// Kinds of addressees.
const (
	AsPerson = "person"
	AsEntity = "entity" // a company
	AsBody   = "body"   // of the government
)

// Text is one text in both languages.
type Text struct {
	FA string `json:"fa"`
	EN string `json:"en"`
}

// In is the text in a language.
func (t Text) In(l i18n.Lang) string {
	if l == i18n.EN && t.EN != "" {
		return t.EN
	}
	return t.FA
}

// Outcome is one thing that can have happened at the door.
type Outcome struct {
	Code       string   `json:"code"`
	Class      string   `json:"class"`
	Addressees []string `json:"addressees"`
	Needs      []string `json:"needs"`
	Relations  []string `json:"relations,omitempty"`
	Article    string   `json:"article"` // of the Civil Procedure Code
}

// Needing tells whether something has to be said with it.
func (o Outcome) Needing(what string) bool { return slices.Contains(o.Needs, what) }

// OutcomeTable is one version of the outcomes.
type OutcomeTable struct {
	Code     string    `json:"code"`
	Version  int       `json:"version"`
	From     civil.Day `json:"from"`
	Citation Text      `json:"citation"`
	Source   string    `json:"source"`
	Mark     string    `json:"mark"`
	Outcomes []Outcome `json:"outcomes"`
}

// Name is how evidence names this version: "cpc-67-83@1".
func (t OutcomeTable) Name() string { return fmt.Sprintf("%s@%d", t.Code, t.Version) }

// For lists the outcomes for a kind of addressee.
func (t OutcomeTable) For(addressee string) []Outcome {
	var out []Outcome
	for _, o := range t.Outcomes {
		if slices.Contains(o.Addressees, addressee) {
			out = append(out, o)
		}
	}
	return out
}

// Find is the outcome with a code for a kind of addressee.
func (t OutcomeTable) Find(addressee, code string) (Outcome, bool) {
	for _, o := range t.For(addressee) {
		if o.Code == code {
			return o, true
		}
	}
	return Outcome{}, false
}

// Outcomes are all versions, the newest last.
type Outcomes struct{ list []OutcomeTable }

// DefaultOutcomes reads the embedded table.
func DefaultOutcomes() (Outcomes, error) { return ParseOutcomes(outcomesJSON) }

// ParseOutcomes reads a table and refuses one that is incomplete or out of order.
func ParseOutcomes(b []byte) (_ Outcomes, err error) {
	defer errs.Wrap(&err, "bailiff.ParseOutcomes")
	var file struct {
		About    string         `json:"about"`
		Versions []OutcomeTable `json:"versions"`
	}
	if err := strictly(b, &file); err != nil {
		return Outcomes{}, err
	}
	if len(file.Versions) == 0 {
		return Outcomes{}, fmt.Errorf("no version")
	}
	for i, t := range file.Versions {
		if i > 0 && t.From <= file.Versions[i-1].From {
			return Outcomes{}, fmt.Errorf("%s: begins before the version above it", t.Name())
		}
		if err := t.check(); err != nil {
			return Outcomes{}, fmt.Errorf("%s: %w", t.Name(), err)
		}
	}
	return Outcomes{list: file.Versions}, nil
}

func (t OutcomeTable) check() error {
	if t.Code == "" || t.Version < 1 || t.Citation.FA == "" || t.Citation.EN == "" || t.Source == "" || t.Mark == "" {
		return fmt.Errorf("code, version, citation, source or mark is missing")
	}
	seen := map[string]bool{}
	for _, o := range t.Outcomes {
		unknown := func(list, known []string) bool {
			return slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(known, s) })
		}
		switch {
		case o.Code == "" || seen[o.Code]:
			return fmt.Errorf("outcome %q is named twice or not at all", o.Code)
		case !slices.Contains([]string{Actual, Legal, Failed, Again}, o.Class), o.Article == "":
			return fmt.Errorf("outcome %s: unknown class, or no article", o.Code)
		case len(o.Addressees) == 0 || unknown(o.Addressees, []string{AsPerson, AsEntity, AsBody}):
			return fmt.Errorf("outcome %s: unknown addressee", o.Code)
		case unknown(o.Needs, []string{NeedName, NeedRelation, NeedProof, NeedPhoto, NeedNote}):
			return fmt.Errorf("outcome %s: unknown need", o.Code)
		case o.Needing(NeedRelation) != (len(o.Relations) > 0):
			return fmt.Errorf("outcome %s: relations and the need for one do not agree", o.Code)
		case o.Class == Actual && !o.Needing(NeedProof):
			return fmt.Errorf("outcome %s: handed over without a signature", o.Code)
		}
		seen[o.Code] = true
	}
	for _, a := range []string{AsPerson, AsEntity, AsBody} {
		for _, class := range []string{Actual, Legal, Failed, Again} {
			if !slices.ContainsFunc(t.For(a), func(o Outcome) bool { return o.Class == class }) {
				return fmt.Errorf("no outcome %s for addressee %s", class, a)
			}
		}
	}
	return nil
}

// At is the version that stands on a day; before the first one, the first.
func (o Outcomes) At(d civil.Day) OutcomeTable {
	out := o.list[0]
	for _, t := range o.list {
		if t.From <= d {
			out = t
		}
	}
	return out
}

// strictly decodes JSON whose members are all known.
func strictly(b []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// Rules of the terms around a defect (CPC 54; 345 applies it to objections).
const (
	ruleMend      = "cpc-54"           // to cure the defect, from service of the defect notice
	ruleTell      = "cpc-54-tell"      // the registrar's, to tell the plaintiff
	ruleRejection = "cpc-54-objection" // to object to the registrar's rejection
)

// FieldFee is the "field" of a defect in the fee: it is no question.
const FieldFee = "fee"

// Limits on what one defect notice says.
const (
	maxDefects = 30
	maxNote    = 500
)

// Defect is one thing that the registrar found wrong: the question, a coded
// reason, and a note in his own words, which may be empty.
type Defect struct {
	Field string `json:"field"`
	Code  string `json:"code"`
	Note  string `json:"note,omitempty"`
}

// DefectReason is a coded reason of defects.json.
type DefectReason struct {
	Code     string           `json:"code"`
	Kinds    []catalogue.Kind `json:"kinds"`
	On       []string         `json:"on"` // types of questions; empty: all but the fee
	From     civil.Day        `json:"from"`
	Mark     string           `json:"mark"`
	Label    catalogue.Text   `json:"label"`
	Help     catalogue.Text   `json:"help"`
	Citation catalogue.Text   `json:"citation"`
}

//go:embed defects.json
var defectsFile []byte

// allReasons are the reasons as data.
var allReasons = sync.OnceValues(func() ([]DefectReason, error) {
	var file struct {
		Defects []DefectReason `json:"defects"`
	}
	err := json.Unmarshal(defectsFile, &file)
	return file.Defects, err
})

// reasons are those that hold on a day for a kind of filing and a type of
// question ("fee" for the fee).
func reasons(kind catalogue.Kind, on string, at civil.Day) (out []DefectReason) {
	all, err := allReasons()
	if err != nil {
		return nil // compiled in and tested
	}
	for _, r := range all {
		fits := slices.Contains(r.On, on) || len(r.On) == 0 && on != FieldFee
		if slices.Contains(r.Kinds, kind) && fits && r.From <= at {
			out = append(out, r)
		}
	}
	return out
}

// reason finds a reason by its code, whatever the day: what was written once
// keeps its words.
func reason(code string) DefectReason {
	all, err := allReasons()
	i := slices.IndexFunc(all, func(r DefectReason) bool { return r.Code == code })
	if err != nil || i < 0 {
		return DefectReason{Code: code}
	}
	return all[i]
}

// checkDefects says what is wrong with a list of defects, under the names that
// the desk's page gives them.
func checkDefects(def *catalogue.Definition, answers catalogue.Answers, list []Defect, at civil.Day) ([]Defect, error) {
	var wrong []errs.Field
	if len(list) == 0 || len(list) > maxDefects {
		return nil, errs.InvalidFields([]errs.Field{{Name: "reason_" + FieldFee, Code: "filing.defect_none"}})
	}
	out := slices.Clone(list)
	seen := map[string]bool{}
	for i, d := range list {
		on := FieldFee
		if d.Field != FieldFee {
			f, ok := def.Field(d.Field)
			if !ok || !def.Visible(d.Field, answers) {
				wrong = append(wrong, errs.Field{Name: "reason_" + d.Field, Code: "filing.defect_field"})
				continue
			}
			on = string(f.Type)
		}
		known := slices.ContainsFunc(reasons(def.Kind, on, at), func(r DefectReason) bool { return r.Code == d.Code })
		out[i].Note = persian.Store(d.Note)
		switch {
		case !known || seen[d.Field]:
			wrong = append(wrong, errs.Field{Name: "reason_" + d.Field, Code: "filing.defect_reason"})
		case utf8.RuneCountInString(out[i].Note) > maxNote:
			wrong = append(wrong, errs.Field{Name: "note_" + d.Field, Code: "filing.defect_note", Args: []any{"max", maxNote}})
		}
		seen[d.Field] = true
	}
	return out, errs.InvalidFields(wrong)
}

// SPDX-License-Identifier: Apache-2.0

package intro

import (
	_ "embed" // for the kinds
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

//go:embed kinds.json
var kindsFile []byte

// People is the kind of files that make accounts.
const People = "people"

// Kind is what a file may introduce.
type Kind struct {
	Kind    string        `json:"kind"`
	Role    policy.Role   `json:"role"` // of the capacity; "" for accounts
	TitleFA string        `json:"title_fa"`
	TitleEN string        `json:"title_en"`
	Grade   string        `json:"grade"`  // of everybody introduced so
	Behalf  bool          `json:"behalf"` // the role is held on behalf of the source, a government body
	By      []policy.Role `json:"by"`     // who may, beside administrators, for a source of their own
	Ground  string        `json:"ground"` // in law
	// GroundFA is the same in Persian, for pages.
	GroundFA string `json:"ground_fa"`

	Since   civil.Day `json:"since"` // first day of the ground
	Columns []Column  `json:"columns"`
}

// Column of a file. KnownAs are the headings by which it is found; the first is
// Persian.
type Column struct {
	Name     string   `json:"name"`
	Is       string   `json:"is"` // text, national_code, day, mobile, one_of
	Values   []string `json:"values"`
	Required bool     `json:"required"`
	InTitle  bool     `json:"in_title"` // of the capacity
	KnownAs  []string `json:"known_as"`
	// Words are other ways to write a value.
	Words map[string][]string `json:"words"`
}

// Kinds reads what there is to introduce.
func Kinds() (out []Kind, err error) {
	if err := json.Unmarshal(kindsFile, &out); err != nil {
		return nil, fmt.Errorf("intro: kinds.json: %w", err)
	}
	for _, k := range out {
		if err := k.check(); err != nil {
			return nil, fmt.Errorf("intro: kinds.json: %s: %w", k.Kind, err)
		}
	}
	return out, nil
}

func (k Kind) check() error {
	if k.Ground == "" || k.GroundFA == "" || k.TitleFA == "" || k.TitleEN == "" || (k.Kind == People) != (k.Role == "") || !k.Role.Valid() {
		return errors.New("it says too little")
	}
	seen := map[string]bool{}
	for _, c := range k.Columns {
		switch c.Is {
		case "text", "national_code", "day", "mobile", "one_of":
		default:
			return fmt.Errorf("column %s: there is no %q", c.Name, c.Is)
		}
		for _, h := range append([]string{c.Name}, c.KnownAs...) {
			if seen[persian.Fold(h)] && persian.Fold(h) != persian.Fold(c.Name) {
				return fmt.Errorf("column %s: two columns are called %q", c.Name, h)
			}
			seen[persian.Fold(h)] = true
		}
	}
	if !slices.ContainsFunc(k.Columns, func(c Column) bool { return c.Is == "national_code" && c.Required && c.Name == "national_code" }) {
		return errors.New("it has no national code")
	}
	return nil
}

// column finds the column with a heading.
func (k Kind) column(heading string) (Column, bool) {
	h := persian.Fold(heading)
	for _, c := range k.Columns {
		if persian.Fold(c.Name) == h || slices.ContainsFunc(c.KnownAs, func(s string) bool { return persian.Fold(s) == h }) {
			return c, true
		}
	}
	return Column{}, false
}

// read brings one cell to the form in which it is kept. problem is a locale
// key.
func (c Column) read(cell string) (value, problem string) {
	cell = persian.Store(cell)
	if cell == "" {
		if c.Required {
			return "", "form.required"
		}
		return "", ""
	}
	var err error
	switch c.Is {
	case "national_code":
		value, err = persian.NationalCode(cell)
	case "mobile":
		value, err = persian.Mobile(cell)
	case "day":
		var d civil.Day
		if d, err = civil.Parse(cell); err == nil {
			value = d.String()
		}
	case "one_of":
		if value = c.value(persian.Fold(cell)); value == "" {
			return cell, "intro.row.one_of"
		}
	default:
		value = cell
		if len(value) > maxCell {
			return "", "intro.row.long"
		}
	}
	if err != nil {
		return cell, codeOf(err)
	}
	return value, ""
}

// value is the value that a text stands for; "" if it is none.
func (c Column) value(text string) string {
	for _, v := range c.Values {
		if text == v || slices.ContainsFunc(c.Words[v], func(w string) bool { return persian.Fold(w) == text }) {
			return v
		}
	}
	return ""
}

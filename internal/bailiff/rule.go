// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	_ "embed" // for the rules
	"fmt"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

//go:embed rules.json
var rulesJSON []byte

// Rule is one version of the terms of service on paper and of publication.
type Rule struct {
	Version   int       `json:"version"`
	From      civil.Day `json:"from"`
	ServeDays int       `json:"serve_days"` // from the assignment
	Serve     Text      `json:"serve_citation"`
	ServeMark string    `json:"serve_mark"`

	Attempts        int    `json:"attempts_before_publication"` // unless the address is unknown
	ShownDays       int    `json:"shown_days"`
	Publication     Text   `json:"publication_citation"`
	PublicationMark string `json:"publication_mark"`

	WithheldCases   []string `json:"withheld_case_kinds"`
	WithheldNotices []string `json:"withheld_notice_kinds"`
	Withheld        Text     `json:"withheld_citation"`
	WithheldMark    string   `json:"withheld_mark"`
}

// Name is how evidence names this version.
func (r Rule) Name() string { return fmt.Sprintf("bailiff@%d", r.Version) }

// Withholds tells whether a call of this kind does not say what it is about.
func (r Rule) Withholds(caseKind, noticeKind string) bool {
	return slices.Contains(r.WithheldCases, caseKind) || slices.Contains(r.WithheldNotices, noticeKind)
}

// Rules are all versions, the newest last.
type Rules struct{ list []Rule }

// DefaultRules reads the embedded table.
func DefaultRules() (Rules, error) { return ParseRules(rulesJSON) }

// ParseRules reads a table and refuses one that is incomplete or out of order.
func ParseRules(b []byte) (_ Rules, err error) {
	defer errs.Wrap(&err, "bailiff.ParseRules")
	var file struct {
		About    string `json:"about"`
		Versions []Rule `json:"versions"`
	}
	if err := strictly(b, &file); err != nil {
		return Rules{}, err
	}
	if len(file.Versions) == 0 {
		return Rules{}, fmt.Errorf("no version")
	}
	for i, r := range file.Versions {
		switch {
		case r.Version < 1 || r.Serve.FA == "" || r.Serve.EN == "" || r.ServeMark == "" || r.Publication.FA == "" || r.Publication.EN == "" ||
			r.PublicationMark == "" || r.Withheld.FA == "" || r.Withheld.EN == "" || r.WithheldMark == "":
			return Rules{}, fmt.Errorf("%s: version, citation or mark is missing", r.Name())
		case r.ServeDays < 1 || r.ShownDays < 1 || r.Attempts < 0:
			return Rules{}, fmt.Errorf("%s: a number of days is missing", r.Name())
		case i > 0 && r.From <= file.Versions[i-1].From:
			return Rules{}, fmt.Errorf("%s: begins before the version above it", r.Name())
		}
	}
	return Rules{list: file.Versions}, nil
}

// At is the version that stands on a day; before the first one, the first.
func (r Rules) At(d civil.Day) Rule {
	out := r.list[0]
	for _, v := range r.list {
		if v.From <= d {
			out = v
		}
	}
	return out
}

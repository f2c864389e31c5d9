// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Bases of a place: why this place counts. The first four are those of CPC 11,
// in this order. Which of them a nature allows stands in data/jurisdiction.json.
const (
	Domicile  = "domicile"  // the defendant lives there
	Residence = "residence" // no domicile in Iran: where the defendant stays for now
	Property  = "property"  // neither: where an immovable of the defendant lies
	Plaintiff = "plaintiff" // none of these: where the plaintiff lives
)

// jurisdiction is the table of what is heard where.
type jurisdiction struct {
	About     string          `json:"about"`
	Citations map[string]Text `json:"citations"`
	Natures   []natureRow     `json:"natures"`
	Bases     []basisRow      `json:"bases"`
	Reviews   []reviewRow     `json:"reviews"`
	Districts map[Kind]string `json:"districts"` // why a unit serves a county
}

// natureRow says which kind of unit hears a nature, from a day on: Kind, or
// Below and Above an amount of the table of thresholds.
type natureRow struct {
	Nature   string    `json:"nature"`
	From     civil.Day `json:"from"`
	Until    civil.Day `json:"until"` // last day; 0: no end
	Kind     Kind      `json:"kind"`
	Limit    string    `json:"limit"`
	Below    Kind      `json:"below"`
	Above    Kind      `json:"above"`
	Reason   string    `json:"reason"`
	Bases    []string  `json:"bases"`
	Citation string    `json:"citation"`
	Source   string    `json:"source"`
}

// basisRow says why a place counts; with a nature, for that nature only.
type basisRow struct {
	Basis    string `json:"basis"`
	Nature   string `json:"nature"`
	Reason   string `json:"reason"`
	Citation string `json:"citation"`
}

// reviewRow says which court reviews a decision that is attacked within a term,
// from a day on.
type reviewRow struct {
	Term   string    `json:"term"`
	From   civil.Day `json:"from"`
	Until  civil.Day `json:"until"` // last day; 0: no end
	Nature string    `json:"nature"`
	Basis  string    `json:"basis"`
	Source string    `json:"source"`
}

//go:embed data/jurisdiction.json
var jurisdictionData []byte

// embeddedJurisdiction is read once: the file does not change.
var embeddedJurisdiction = sync.OnceValues(func() (jurisdiction, error) { return parseJurisdiction(jurisdictionData) })

// parseJurisdiction reads a table and refuses one in which two rows of a nature
// hold on the same day, or something refers to nothing.
func parseJurisdiction(data []byte) (j jurisdiction, err error) {
	defer errs.Wrap(&err, "authority: table of jurisdiction")
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&j); err != nil {
		return j, err
	}
	cited := func(code string) bool { t := j.Citations[code]; return t.FA != "" && t.EN != "" }
	for k, code := range j.Districts {
		if !k.valid() || !cited(code) {
			return j, fmt.Errorf("district of %q", k)
		}
	}
	for _, b := range j.Bases {
		if b.Basis == "" || !cited(b.Citation) {
			return j, fmt.Errorf("basis %q", b.Basis)
		}
	}
	for i, n := range j.Natures {
		if err := j.check(n, cited); err != nil {
			return j, fmt.Errorf("nature %q from %s: %w", n.Nature, n.From, err)
		}
		for _, o := range j.Natures[:i] {
			if o.Nature == n.Nature && (o.holds(n.From) || n.holds(o.From)) {
				return j, fmt.Errorf("nature %q: two rows hold on one day", n.Nature)
			}
		}
	}
	for i, r := range j.Reviews {
		if err := j.checkReview(r, j.Reviews[:i]); err != nil {
			return j, fmt.Errorf("review %q from %s: %w", r.Term, r.From, err)
		}
	}
	return j, nil
}

func (j jurisdiction) checkReview(r reviewRow, before []reviewRow) error {
	if r.Term == "" || r.From == 0 || r.Source == "" {
		return fmt.Errorf("its term, first day or source is missing")
	}
	if _, _, err := j.asks(Query{Nature: r.Nature, Basis: r.Basis, At: r.From}); err != nil {
		return fmt.Errorf("nature %q, basis %q: %v", r.Nature, r.Basis, err) // a fault of the file, not of who asks
	}
	if slices.ContainsFunc(before, func(o reviewRow) bool { return o.Term == r.Term && (o.holds(r.From) || r.holds(o.From)) }) {
		return fmt.Errorf("two rows hold on one day")
	}
	return nil
}

func (r reviewRow) holds(at civil.Day) bool { return r.From <= at && (r.Until == 0 || at <= r.Until) }

// review is the row of a term on a day.
func (j jurisdiction) review(term string, at civil.Day) (reviewRow, bool) {
	i := slices.IndexFunc(j.Reviews, func(r reviewRow) bool { return r.Term == term && r.holds(at) })
	if i < 0 {
		return reviewRow{}, false
	}
	return j.Reviews[i], true
}

func (j jurisdiction) check(n natureRow, cited func(string) bool) error {
	byKind := n.Kind.valid() && n.Limit == "" && n.Below == "" && n.Above == ""
	byLimit := n.Kind == "" && n.Limit == ConciliationLimit && n.Below.valid() && n.Above.valid() && n.Reason != ""
	switch {
	case n.Nature == "" || n.From == 0 || n.Source == "" || !cited(n.Citation):
		return fmt.Errorf("its name, first day, citation or source is missing")
	case n.Until != 0 && n.Until < n.From:
		return fmt.Errorf("ends before it begins")
	case !byKind && !byLimit:
		return fmt.Errorf("needs a kind, or a limit with two kinds and a reason")
	case len(n.Bases) == 0:
		return fmt.Errorf("no place counts")
	}
	for _, k := range []Kind{n.Kind, n.Below, n.Above} {
		if _, ok := j.Districts[k]; k != "" && !ok {
			return fmt.Errorf("nothing says what the district of %q is", k)
		}
	}
	for _, b := range n.Bases {
		if _, ok := j.basis(n.Nature, b); !ok {
			return fmt.Errorf("basis %q is not described", b)
		}
	}
	return nil
}

func (n natureRow) holds(at civil.Day) bool { return n.From <= at && (n.Until == 0 || at <= n.Until) }

// reason is the code of the words of a row.
func (n natureRow) reason() string {
	if n.Reason != "" {
		return n.Reason
	}
	return n.Nature
}

// basis finds the row of a basis, that of the nature first.
func (j jurisdiction) basis(nature, basis string) (basisRow, bool) {
	found := -1
	for i, b := range j.Bases {
		if b.Basis == basis && (b.Nature == nature || b.Nature == "" && found < 0) {
			found = i
		}
	}
	if found < 0 {
		return basisRow{}, false
	}
	b := j.Bases[found]
	if b.Reason == "" {
		b.Reason = b.Basis
	}
	return b, true
}

// row is what holds for a nature on a day. Errors: Invalid.
func (j jurisdiction) row(nature string, at civil.Day) (natureRow, error) {
	code := "authority.route.nature"
	for _, n := range j.Natures {
		if n.Nature != nature {
			continue
		}
		if n.holds(at) {
			return n, nil
		}
		code = "authority.route.day"
	}
	return natureRow{}, errs.New(errs.Invalid, code)
}

// asks checks that a question can be answered: its nature, its basis and,
// where money decides, its value. Errors: Invalid.
func (j jurisdiction) asks(q Query) (natureRow, basisRow, error) {
	n, err := j.row(q.Nature, q.At)
	if err != nil {
		return n, basisRow{}, err
	}
	if q.Basis == "" {
		q.Basis = Domicile
	}
	b, ok := j.basis(q.Nature, q.Basis)
	if !ok || !slices.Contains(n.Bases, q.Basis) {
		return n, b, errs.New(errs.Invalid, "authority.route.basis")
	}
	if n.Limit != "" && q.Value <= 0 {
		return n, b, errs.New(errs.Invalid, "authority.route.value")
	}
	return n, b, nil
}

// Natures lists what a filing can be about, sorted.
func Natures() []string {
	j, err := embeddedJurisdiction()
	if err != nil {
		return nil // New says so
	}
	var out []string
	for _, n := range j.Natures {
		out = append(out, n.Nature)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// CheckQuery tells without a database whether a question to Route makes sense:
// nature, basis, value and day. Errors: Invalid.
func CheckQuery(q Query) error {
	j, err := embeddedJurisdiction()
	if err == nil {
		_, _, err = j.asks(q)
	}
	return err
}

// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"bytes"
	_ "embed" // for the table
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

//go:embed reasons.json
var reasonsJSON []byte

// Ways in which a notice was served.
const (
	WayElectronic  = "electronic"
	WayPerson      = "person"      // handed to the addressee
	WayOther       = "other"       // left with somebody else
	WayAffixed     = "affixed"     // left at the address
	WayPublication = "publication" // in a newspaper
)

// Ways lists them.
func Ways() []string {
	return []string{WayElectronic, WayPerson, WayOther, WayAffixed, WayPublication}
}

// What a reason wants attached.
const (
	ProofRequired = "required"
	ProofAsked    = "asked"
)

// Reason is one thing that may be said against service.
type Reason struct {
	Code     string   `json:"code"`
	Ways     []string `json:"ways"`
	Name     Text     `json:"name"`
	Wants    Text     `json:"wants"`
	Proof    string   `json:"proof"`
	Outages  bool     `json:"outages,omitempty"` // the program's own record is the proof
	Within   int      `json:"within_days"`       // from service; 0: the law names no term
	Citation Text     `json:"citation"`
	Mark     string   `json:"mark"`
}

// Table is one version of the reasons.
type Table struct {
	Code     string    `json:"code"`
	Version  int       `json:"version"`
	From     civil.Day `json:"from"`
	Affixed  []string  `json:"affixed"` // outcomes of a bailiff by which nobody took the paper
	Citation Text      `json:"citation"`
	Source   string    `json:"source"`
	Mark     string    `json:"mark"`
	Reasons  []Reason  `json:"reasons"`
}

// Name is how evidence names this version: "service-contest@1".
func (t Table) Name() string { return fmt.Sprintf("%s@%d", t.Code, t.Version) }

// For lists what may be said against a way of service.
func (t Table) For(way string) []Reason {
	var out []Reason
	for _, r := range t.Reasons {
		if slices.Contains(r.Ways, way) {
			out = append(out, r)
		}
	}
	return out
}

// Find is the reason with a code that may be said against a way.
func (t Table) Find(way, code string) (Reason, bool) {
	list := t.For(way)
	i := slices.IndexFunc(list, func(r Reason) bool { return r.Code == code })
	if i < 0 {
		return Reason{}, false
	}
	return list[i], true
}

// WayOf is in which way a notice was served; "" if it was not.
func (t Table) WayOf(n notice.Notice) string {
	if n.Way == notice.WayElectronic {
		return WayElectronic
	}
	for _, f := range n.History() {
		switch {
		case f.Kind == notice.FactPaperActual:
			return WayPerson
		case f.Kind == notice.FactPaperLegal && slices.Contains(t.Affixed, f.Code):
			return WayAffixed
		case f.Kind == notice.FactPaperLegal:
			return WayOther
		case f.Kind == notice.FactPublished:
			return WayPublication
		}
	}
	return ""
}

// Reasons are all versions, the newest last.
type Reasons struct{ list []Table }

// DefaultReasons reads the embedded table.
func DefaultReasons() (Reasons, error) { return parseReasons(reasonsJSON) }

// parseReasons reads a table and refuses one that is incomplete or out of order.
func parseReasons(b []byte) (_ Reasons, err error) {
	defer errs.Wrap(&err, "contest.parseReasons")
	var file struct {
		About    string  `json:"about"`
		Versions []Table `json:"versions"`
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return Reasons{}, err
	}
	if len(file.Versions) == 0 {
		return Reasons{}, fmt.Errorf("no version")
	}
	for i, t := range file.Versions {
		if i > 0 && t.From <= file.Versions[i-1].From {
			return Reasons{}, fmt.Errorf("%s: begins before the version above it", t.Name())
		}
		if err := t.check(); err != nil {
			return Reasons{}, fmt.Errorf("%s: %w", t.Name(), err)
		}
	}
	return Reasons{list: file.Versions}, nil
}

func (t Table) check() error {
	both := func(x Text) bool { return x.FA != "" && x.EN != "" }
	if t.Code == "" || t.Version < 1 || !both(t.Citation) || t.Source == "" || t.Mark == "" || len(t.Affixed) == 0 {
		return fmt.Errorf("code, version, affixed, citation, source or mark is missing")
	}
	seen := map[string]bool{}
	for _, r := range t.Reasons {
		switch {
		case r.Code == "" || seen[r.Code]:
			return fmt.Errorf("reason %q is named twice or not at all", r.Code)
		case !both(r.Name) || !both(r.Wants) || !both(r.Citation) || r.Mark == "":
			return fmt.Errorf("reason %s: name, wants, citation or mark is missing", r.Code)
		case r.Proof != ProofRequired && r.Proof != ProofAsked || r.Within < 0:
			return fmt.Errorf("reason %s: unknown proof, or a term below nought", r.Code)
		case len(r.Ways) == 0 || slices.ContainsFunc(r.Ways, func(w string) bool { return !slices.Contains(Ways(), w) }):
			return fmt.Errorf("reason %s: unknown way", r.Code)
		}
		seen[r.Code] = true
	}
	for _, way := range Ways() {
		if len(t.For(way)) == 0 {
			return fmt.Errorf("no reason for %s", way)
		}
	}
	return nil
}

// At is the version that stands on a day; before the first one, the first.
func (r Reasons) At(d civil.Day) Table {
	out := r.list[0]
	for _, t := range r.list {
		if t.From <= d {
			out = t
		}
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package appoint

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package, fa and en.
//
//go:embed locale/*.json
var Locale embed.FS

//go:embed posts.json
var postsJSON []byte

// Post is a post that somebody can be appointed to.
type Post struct {
	Role   policy.Role   `json:"role"`
	Unit   string        `json:"unit"` // what its unit is: court, source (who introduces people), "" none
	Branch bool          `json:"branch"`
	By     []policy.Role `json:"by"`
}

// Rules are what posts.json says.
type Rules struct {
	AdultAge struct {
		Years int `json:"years"`
	} `json:"adult_age"`
	Posts []Post `json:"posts"`
}

// ReadRules reads the posts.
func ReadRules() (r Rules, err error) {
	if err := json.Unmarshal(postsJSON, &r); err != nil {
		return r, fmt.Errorf("appoint: posts.json: %w", err)
	}
	for _, p := range r.Posts {
		if p.Role == "" || !p.Role.Valid() || len(p.By) == 0 || !slices.Contains([]string{"", "court", "source"}, p.Unit) {
			return r, fmt.Errorf("appoint: posts.json: %q is wrong", p.Role)
		}
	}
	if r.AdultAge.Years < 1 {
		return r, errors.New("appoint: posts.json: no age")
	}
	return r, nil
}

// Deps are what the package needs, all of them.
type Deps struct {
	DB         *store.DB
	Clock      clock.Clock
	Policy     *policy.Engine
	Catalog    *i18n.Catalog
	Identity   *identity.Service
	Population *population.Client
	Steward    *steward.Service
	// UnitName is the name of a unit in both languages by what it is (court,
	// source) and its code; "" if there is none. Branch "" is the whole unit.
	UnitName func(ctx context.Context, kind, code, branch string) (fa, en string, err error)
}

// Service is safe for concurrent use.
type Service struct {
	d     Deps
	rules Rules
}

// New makes the service.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "appoint.New")
	if d.DB == nil || d.Clock == nil || d.Policy == nil || d.Catalog == nil || d.Identity == nil || d.Population == nil || d.Steward == nil || d.UnitName == nil {
		return nil, errors.New("a dependency is missing")
	}
	rules, err := ReadRules()
	return &Service{d: d, rules: rules}, err
}

// leastProof is how surely it must be known who holds a post: they see the papers
// of others.
const leastProof = identity.SeenRemotely

func (s *Service) today() civil.Day { return civil.Of(s.d.Clock.Now()) }

func (s *Service) post(role policy.Role) (Post, bool) {
	i := slices.IndexFunc(s.rules.Posts, func(p Post) bool { return p.Role == role })
	if i < 0 {
		return Post{}, false
	}
	return s.rules.Posts[i], true
}

// Posts lists what an actor may appoint to.
func (s *Service) Posts(by policy.Actor) (out []Post) {
	for _, p := range s.rules.Posts {
		if s.may(by, p, "", by.Unit) == nil {
			out = append(out, p)
		}
	}
	return out
}

// may asks whether by appoints to a post; unit is the one whose decision it is.
func (s *Service) may(by policy.Actor, p Post, person, unit string) error {
	list := make([]string, len(p.By))
	for i, r := range p.By {
		list[i] = string(r)
	}
	return s.d.Policy.Check(by, "appoint.change", policy.Resource{Type: "Appointment", ID: string(p.Role), Attrs: map[string]any{
		"person": person, "by": list, "unit": unit,
	}})
}

// title is the words of a capacity in a language.
func (s *Service) title(l i18n.Lang, key, name string) string {
	return s.d.Catalog.Printer(l).T(key, "name", name)
}

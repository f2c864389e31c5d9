// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"context"
	_ "embed" // for the sources
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

//go:embed sources.json
var sourcesFile []byte

// Source is who introduces people: an association, the Centre, a ministry. A
// government body is one of its own accord, for who represents it.
type Source struct {
	Source string      `json:"source"` // short name that stays; "": the administrators
	NameFA string      `json:"name_fa"`
	NameEN string      `json:"name_en"`
	Role   policy.Role `json:"role"` // of who introduces for it
	Body   string      `json:"body"` // code of the government body that it is
	Kinds  []string    `json:"kinds"`
}

// Name of the source in a language.
func (s Source) Name(l i18n.Lang) string {
	if l == i18n.EN {
		return s.NameEN
	}
	return s.NameFA
}

// ofBody begins the source of a government body for its own representatives; the
// id of its account follows.
const ofBody = "body:"

// Sources reads who may introduce what.
func Sources() (out []Source, err error) {
	if err := json.Unmarshal(sourcesFile, &out); err != nil {
		return nil, fmt.Errorf("intro: sources.json: %w", err)
	}
	for _, s := range out {
		if s.Source == "" || strings.HasPrefix(s.Source, ofBody) || s.NameFA == "" || s.NameEN == "" || len(s.Kinds) == 0 || (s.Body != "") != (s.Role == policy.Representative) {
			return nil, fmt.Errorf("intro: sources.json: %q says too little", s.Source)
		}
	}
	return out, nil
}

// behalf is the account of the body for which a source introduces
// representatives; "" for others.
func behalf(source string) string {
	person, ok := strings.CutPrefix(source, ofBody)
	if !ok {
		return ""
	}
	return person
}

// SourceName is what a source is called, by its short name.
func (s *Service) SourceName(ctx context.Context, l i18n.Lang, source string) (string, error) {
	if person := behalf(source); person != "" {
		p, err := s.d.Identity.Person(ctx, person)
		return p.Name(), err
	}
	if i := slices.IndexFunc(s.sources, func(x Source) bool { return x.Source == source }); i >= 0 {
		return s.sources[i].Name(l), nil
	}
	return source, nil
}

// SourcesOf lists for whom an actor may introduce somebody.
func (s *Service) SourcesOf(ctx context.Context, by policy.Actor) (out []Source, err error) {
	defer errs.Wrap(&err, "intro.SourcesOf")
	switch by.Role {
	case policy.Administrator, policy.System:
		var all []string
		for _, k := range s.order {
			if !k.Behalf {
				all = append(all, k.Kind)
			}
		}
		return append(slices.Clone(s.sources), Source{Kinds: all}), nil
	case policy.Representative:
		return s.sourcesOfBody(ctx, by)
	}
	for _, x := range s.sources {
		if x.Role == by.Role && x.Source == by.Unit {
			out = append(out, x)
		}
	}
	return out, nil
}

func (s *Service) sourcesOfBody(ctx context.Context, by policy.Actor) (out []Source, err error) {
	if by.For == "" || !by.Has(policy.Sign) {
		return nil, nil
	}
	body, err := s.d.Identity.Person(ctx, by.For)
	if err != nil || body.Class != identity.Body {
		return nil, err
	}
	numbers, err := s.d.Identity.Identifiers(ctx, body.ID)
	for _, x := range s.sources {
		if slices.ContainsFunc(numbers, func(n identity.Identifier) bool {
			return n.Kind == identity.BodyCode && n.Value == x.Body && n.Until.IsZero()
		}) {
			out = append(out, x)
		}
	}
	if !by.Delegated { // who represents it is not for somebody to say to whom that was entrusted
		var own []string
		for _, k := range s.order {
			if k.Behalf {
				own = append(own, k.Kind)
			}
		}
		out = append(out, Source{Source: ofBody + body.ID, NameFA: body.Name(), NameEN: body.Name(), Role: policy.Representative, Kinds: own})
	}
	return out, err
}

// resource is a kind from a source, for the rules. What a source may not
// introduce has no roles that may.
func (s *Service) resource(ctx context.Context, k Kind, source string) (policy.Resource, error) {
	var by []string
	holder := behalf(source)
	fits := k.Behalf == (holder != "")
	for _, x := range s.sources {
		if x.Source != source {
			continue
		}
		fits = slices.Contains(x.Kinds, k.Kind)
		if x.Body != "" {
			p, _, err := s.d.Identity.FindByIdentifier(ctx, s.d.DB, identity.BodyCode, "", x.Body)
			if err != nil {
				return policy.Resource{}, err
			}
			holder = p.ID
		}
		if fits && slices.Contains(k.By, x.Role) {
			by = []string{string(x.Role)}
		}
	}
	if k.Behalf && fits {
		by = []string{string(policy.Representative)}
	}
	return policy.Resource{Type: "Introduction", ID: k.Kind, Attrs: map[string]any{
		"source": source, "by": by, "holder": holder, "behalf": k.Behalf, "fits": fits,
	}}, nil
}

// check asks the rules.
func (s *Service) check(ctx context.Context, by policy.Actor, k Kind, source string) error {
	r, err := s.resource(ctx, k, source)
	if err == nil {
		err = s.d.Policy.Check(by, "intro.use", r)
	}
	return err
}

// body finds the account of a government body by its code. errs.Invalid, field
// body: there is none.
func (s *Service) body(ctx context.Context, code string) (identity.Person, error) {
	wrong := errs.InvalidFields([]errs.Field{{Name: "body", Code: "intro.no_body"}})
	value, err := identity.CleanIdentifier(identity.BodyCode, code)
	if err != nil {
		return identity.Person{}, wrong
	}
	p, found, err := s.d.Identity.FindByIdentifier(ctx, s.d.DB, identity.BodyCode, "", value)
	switch {
	case err != nil:
		return p, err
	case !found || p.Class != identity.Body || p.Status != identity.Active:
		return p, wrong
	}
	return p, nil
}

// SourceOfBody is the source for who represents a government body, by its code.
// errs.Invalid, field body: it has no account.
func (s *Service) SourceOfBody(ctx context.Context, code string) (_ string, err error) {
	defer errs.Wrap(&err, "intro.SourceOfBody")
	p, err := s.body(ctx, code)
	return ofBody + p.ID, err
}

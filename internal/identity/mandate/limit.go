// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"context"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Matter is something to which a mandate can be limited: a case or a title.
type Matter struct {
	ID     string
	FA, EN string // in words
}

// matters lists what a mandate of a kind can be limited to.
func (s *Service) matters(ctx context.Context, a policy.Actor, r Rule) (cases, titles []Matter, err error) {
	if !r.Limits || s.d.Matters == nil {
		return nil, nil, nil
	}
	return s.d.Matters(ctx, a)
}

// limit fixes the matters to which a mandate is limited: cases of the giver's and
// titles that are offered to him, and nothing else. What is kept about a person is
// about all of his matters and is not seen under a limit.
func (s *Service) limit(ctx context.Context, a policy.Actor, m *Mandate, rule Rule, n NewMandate) error {
	if len(n.Cases) == 0 && len(n.Titles) == 0 {
		return nil
	}
	cases, titles, err := s.matters(ctx, a, rule)
	if err != nil {
		return err
	}
	m.Only = &policy.Limit{}
	pick := func(from []Matter, ids []string) (picked []string) {
		for _, x := range from {
			if slices.Contains(ids, x.ID) {
				picked = append(picked, x.ID)
				m.OnlyFA, m.OnlyEN = append(m.OnlyFA, x.FA), append(m.OnlyEN, x.EN)
			}
		}
		return picked
	}
	m.Only.Cases, m.Only.Titles = pick(cases, n.Cases), pick(titles, n.Titles)
	var fields []errs.Field
	if len(m.Only.Cases) != len(n.Cases) {
		fields = append(fields, errs.Field{Name: "cases", Code: "mandate.wrong.matter"})
	}
	if len(m.Only.Titles) != len(n.Titles) {
		fields = append(fields, errs.Field{Name: "titles", Code: "mandate.wrong.matter"})
	}
	if slices.Contains(m.Rights, policy.Data) {
		fields = append(fields, errs.Field{Name: "rights", Code: "mandate.wrong.limited_data"})
	}
	return errs.InvalidFields(fields)
}

// limited is the limit as it is kept.
func (m Mandate) limited() (cases, titles string) {
	if m.Only == nil {
		return "", ""
	}
	return strings.Join(m.Only.Cases, " "), strings.Join(m.Only.Titles, " ")
}

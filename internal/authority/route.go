// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Query asks for the competent unit. Nature says what the claim is about (see
// Natures); Value is in rials and counts only where money decides; Province and
// County are the place that counts and Basis says why ("" is Domicile); At is
// the day whose law holds, 0 is today.
type Query struct {
	Nature           string
	Value            int64
	Province, County string
	Basis            string
	At               civil.Day
}

// Reason is one step of the way to a court. Code is a locale key whose
// variables are Args.
type Reason struct {
	Code     string
	Args     []any
	Citation Text
}

// Routing is the competent unit and the reasons, in the order in which they
// were weighed.
type Routing struct {
	Unit Unit
	Why  []Reason
}

// Route finds the unit that is competent: the place by its basis, the kind of
// unit by the nature and value of the claim, the unit by its district; each step
// with its reason. Errors: Invalid for an unknown nature, a basis that the
// nature does not have, or a claim whose value decides and is missing; NotFound
// where no unit of that kind serves the place.
func (s *Service) Route(ctx context.Context, q Query) (_ Routing, err error) {
	defer errs.Wrap(&err, "authority.Route")
	if q.At == 0 {
		q.At = civil.Of(s.clock.Now())
	}
	n, b, err := s.jurisdiction.asks(q)
	if err != nil {
		return Routing{}, err
	}
	places, err := s.Places(ctx)
	if err != nil {
		return Routing{}, err
	}
	if _, ok := places.County(q.Province, q.County); !ok {
		return Routing{}, errs.New(errs.Invalid, "authority.route.place")
	}
	kind, why, err := s.kindOf(ctx, n, q)
	if err != nil {
		return Routing{}, err
	}
	r := Routing{Why: []Reason{{Code: "authority.reason." + b.Reason, Citation: s.jurisdiction.Citations[b.Citation]}, why}}
	r.Unit, err = s.serving(ctx, q, kind)
	if err != nil {
		return Routing{}, err
	}
	if r.Unit.County != q.County {
		r.Why = append(r.Why, Reason{Code: "authority.reason.serves", Citation: s.jurisdiction.Citations[s.jurisdiction.Districts[kind]]})
	}
	return r, nil
}

// Reviews tells whether a decision that is attacked within a term (a code of
// calendar/rules.json) is reviewed by another court than the one that gave it.
func (s *Service) Reviews(term string, at civil.Day) bool {
	_, ok := s.jurisdiction.review(term, at)
	return ok
}

// RouteReview finds the court that reviews a decision of a unit: the one of the
// kind that data/jurisdiction.json names, for the place where the unit sits.
// Errors: Invalid if decisions attacked within this term stay with their court;
// NotFound as Route.
func (s *Service) RouteReview(ctx context.Context, term, unit string, at civil.Day) (_ Routing, err error) {
	defer errs.Wrap(&err, "authority.RouteReview")
	r, ok := s.jurisdiction.review(term, at)
	if !ok {
		return Routing{}, errs.New(errs.Invalid, "authority.route.nature")
	}
	from, err := s.Unit(ctx, unit)
	if err != nil {
		return Routing{}, err
	}
	return s.Route(ctx, Query{Nature: r.Nature, Basis: r.Basis, Province: from.Province, County: from.County, At: at})
}

// kindOf decides which kind of unit hears the claim.
func (s *Service) kindOf(ctx context.Context, n natureRow, q Query) (Kind, Reason, error) {
	why := Reason{Code: "authority.reason." + n.reason(), Citation: s.jurisdiction.Citations[n.Citation]}
	if n.Limit == "" {
		return n.Kind, why, nil
	}
	limit, err := s.Threshold(ctx, n.Limit, q.At)
	if err != nil {
		return "", Reason{}, err
	}
	// "limit" has the words within_limit and above_limit, "family_limit" those
	// of its own.
	group := "authority.reason." + strings.TrimSuffix(n.Reason, "limit")
	if c, l := why.Citation, limit.Citation; c != l { // what gives the amount its height
		why.Citation = Text{FA: c.FA + "؛ " + l.FA, EN: c.EN + "; " + l.EN}
	}
	why.Args = []any{"value", q.Value, "limit", limit.Value}
	if q.Value <= limit.Value {
		why.Code = group + "within_limit"
		return n.Below, why, nil
	}
	why.Code = group + "above_limit"
	return n.Above, why, nil
}

// serving is the unit of a kind that serves the place; of several, the one with
// the lowest code, so that the same question has the same answer.
func (s *Service) serving(ctx context.Context, q Query, k Kind) (Unit, error) {
	units, err := store.All[Unit](ctx, s.db, selectServing, q.Province, q.County, k)
	if err != nil {
		return Unit{}, err
	}
	if len(units) == 0 {
		return Unit{}, errs.New(errs.NotFound, "authority.route.no_unit")
	}
	return units[0], nil
}

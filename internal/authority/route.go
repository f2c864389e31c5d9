// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Bases of a place: why this place counts (CPC 11, in this order).
const (
	Domicile  = "domicile"  // the defendant lives there
	Residence = "residence" // no domicile in Iran: where the defendant stays for now
	Property  = "property"  // neither: where an immovable of the defendant lies
	Plaintiff = "plaintiff" // none of these: where the plaintiff lives
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

var (
	cpc11 = Text{"مادهٔ ۱۱ قانون آیین دادرسی مدنی", "Civil Procedure Act, article 11"}
	act12 = func(faItem, enItem string) Text {
		return Text{
			"بند " + faItem + " مادهٔ ۱۲ قانون شوراهای حل اختلاف، مصوب ۱۴۰۲/۰۶/۲۲",
			"Conciliation Councils Act of 22/6/1402 (13 September 2023), article 12, item " + enItem,
		}
	}
	cpc10 = Text{"مادهٔ ۱۰ قانون آیین دادرسی مدنی", "Civil Procedure Act, article 10"}
)

// nature says how the kind of court follows from what a claim is about.
type nature struct {
	money    bool // the amount decides, by ConciliationLimit
	kind     Kind
	citation Text
}

func natures() map[string]nature {
	return map[string]nature{
		"monetary":              {money: true},
		"non_monetary":          {kind: GeneralCivil, citation: cpc10},
		"possession":            {kind: Conciliation, citation: act12("۲", "2")},
		"eviction":              {kind: Conciliation, citation: act12("۴", "4")},
		"heirs":                 {kind: Conciliation, citation: act12("۶", "6")},
		"evidence_preservation": {kind: Conciliation, citation: act12("۷", "7")},
		"conciliation_request":  {kind: Conciliation, citation: act12("۸", "8")},
	}
}

// Natures lists what a claim can be about, sorted.
func Natures() []string {
	var out []string
	for n := range natures() {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// Route finds the unit that is competent for a claim: the place by CPC 11, the
// kind of court by the nature and value of the claim. Errors: Invalid for an
// unknown nature or basis or a monetary claim without a value; NotFound where
// no unit of that kind serves the place.
func (s *Service) Route(ctx context.Context, q Query) (_ Routing, err error) {
	defer errs.Wrap(&err, "authority.Route")
	if q.At == 0 {
		q.At = civil.Of(s.clock.Now())
	}
	place, err := s.placeReason(ctx, q)
	if err != nil {
		return Routing{}, err
	}
	kind, why, err := s.kindOf(ctx, q)
	if err != nil {
		return Routing{}, err
	}
	r := Routing{Why: []Reason{place, why}}
	r.Unit, err = s.serving(ctx, q, kind)
	if err != nil {
		return Routing{}, err
	}
	if r.Unit.County != q.County {
		r.Why = append(r.Why, Reason{Code: "authority.reason.serves", Citation: cpc11})
	}
	return r, nil
}

func (s *Service) placeReason(ctx context.Context, q Query) (Reason, error) {
	if q.Basis == "" {
		q.Basis = Domicile
	}
	if !slices.Contains([]string{Domicile, Residence, Property, Plaintiff}, q.Basis) {
		return Reason{}, errs.New(errs.Invalid, "authority.route.basis")
	}
	places, err := s.Places(ctx)
	if err != nil {
		return Reason{}, err
	}
	if _, ok := places.County(q.Province, q.County); !ok {
		return Reason{}, errs.New(errs.Invalid, "authority.route.place")
	}
	return Reason{Code: "authority.reason." + q.Basis, Citation: cpc11}, nil
}

// kindOf decides which kind of court hears the claim.
func (s *Service) kindOf(ctx context.Context, q Query) (Kind, Reason, error) {
	n, ok := natures()[q.Nature]
	switch {
	case !ok:
		return "", Reason{}, errs.New(errs.Invalid, "authority.route.nature")
	case !n.money:
		return n.kind, Reason{Code: "authority.reason." + q.Nature, Citation: n.citation}, nil
	case q.Value <= 0:
		return "", Reason{}, errs.New(errs.Invalid, "authority.route.value")
	}
	limit, err := s.Threshold(ctx, ConciliationLimit, q.At)
	switch {
	case errs.Is(err, errs.NotFound): // before the Act there was no such court
		return GeneralCivil, Reason{Code: "authority.reason.before_limit", Citation: cpc10}, nil
	case err != nil:
		return "", Reason{}, err
	}
	why := Reason{Code: "authority.reason.within_limit", Args: []any{"value", q.Value, "limit", limit.Value}, Citation: limit.Citation}
	if q.Value <= limit.Value {
		return Conciliation, why, nil
	}
	why.Code = "authority.reason.above_limit"
	return GeneralCivil, why, nil
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

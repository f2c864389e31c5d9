// SPDX-License-Identifier: Apache-2.0

package office

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// Office is an office of electronic judicial services: a licensed place where
// people are helped to use them.
type Office struct {
	Code             string // six digits, so that it is never a court unit's, which has five
	Name             authority.Text
	Province, County string // keys of package authority
	Address          string
	Phone            string // of the office; "" not known
	Point            Point
	State            State
	From             civil.Day // first day of the licence
	Until            civil.Day // last day; 0: no end
	Source           string    // the licence: who gave it, its number
	Created, Changed time.Time
}

// Open tells whether its people may act on a day.
func (o Office) Open(d civil.Day) bool {
	return o.State == Active && o.From <= d && (o.Until == 0 || d <= o.Until)
}

// Point is a place on the map in millionths of a degree (WGS 84); the zero
// Point is not known.
type Point struct{ Lat, Lon int64 }

// Known tells whether the place is known.
func (p Point) Known() bool { return p != Point{} }

// String writes latitude and longitude as maps take them.
func (p Point) String() string {
	deg := func(v int64) string { return strconv.FormatFloat(float64(v)/1e6, 'f', -1, 64) }
	return deg(p.Lat) + ", " + deg(p.Lon)
}

// ParsePoint reads latitude and longitude in degrees, as a map shows them:
// "35.6892, 51.3890". errs.Invalid, code office.point.
func ParsePoint(s string) (Point, error) {
	parts := strings.FieldsFunc(persian.Digits(strings.ReplaceAll(s, "٫", ".")), func(r rune) bool { return r == ',' || r == '،' || r == ' ' })
	if len(parts) == 2 {
		lat, err1 := strconv.ParseFloat(parts[0], 64)
		lon, err2 := strconv.ParseFloat(parts[1], 64)
		if err1 == nil && err2 == nil && math.Abs(lat) <= 90 && math.Abs(lon) <= 180 {
			return Point{int64(math.Round(lat * 1e6)), int64(math.Round(lon * 1e6))}, nil
		}
	}
	return Point{}, errs.New(errs.Invalid, "office.point")
}

// codeOf is the locale code of err, a general one if it has none.
func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
		return e.Code
	}
	return "form.wrong"
}

var codeShape = regexp.MustCompile(`^[0-9]{6}$`)

// clean brings an office to be registered into the form in which it is kept.
// errs.Invalid names what is wrong.
func (o Office) clean(places *authority.Places) (Office, error) {
	var fields []errs.Field
	need := func(name, code string, ok bool) {
		if !ok {
			fields = append(fields, errs.Field{Name: name, Code: code})
		}
	}
	o.Code, o.Phone = persian.Identifier(o.Code), persian.Identifier(o.Phone)
	o.Name = authority.Text{FA: persian.Store(o.Name.FA), EN: persian.Store(o.Name.EN)}
	o.Address, o.Source = persian.Store(o.Address), persian.Store(o.Source)
	need("code", "office.code", codeShape.MatchString(o.Code))
	need("name_fa", "form.required", o.Name.FA != "")
	need("name_en", "form.required", o.Name.EN != "")
	_, known := places.County(o.Province, o.County)
	need("county", "office.county", known)
	need("address", "form.required", o.Address != "")
	need("source", "form.required", o.Source != "")
	need("until", "office.until", o.Until == 0 || o.Until >= o.From)
	return o, errs.InvalidFields(fields)
}

// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Kind is what a court unit is.
type Kind string

// The kinds of unit that routing knows.
const (
	GeneralCivil Kind = "general_civil" // دادگاه عمومی حقوقی
	Conciliation Kind = "conciliation"  // دادگاه صلح
	Family       Kind = "family"        // دادگاه خانواده
	Prosecutor   Kind = "prosecutor"    // دادسرا
	Appeal       Kind = "appeal"        // دادگاه تجدیدنظر استان
)

// Kinds lists the kinds of unit.
func Kinds() []Kind { return []Kind{GeneralCivil, Conciliation, Family, Prosecutor, Appeal} }

func (k Kind) valid() bool { return slices.Contains(Kinds(), k) }

// Country is a country file: counties and court units.
type Country struct {
	About    string        `json:"about"`
	Demo     bool          `json:"demo"`
	Counties []County      `json:"counties"`
	Units    []CountryUnit `json:"units"`
}

// County is a county (شهرستان), the judicial district of CPC 11. Its key is
// unique within its province.
type County struct {
	Province string `json:"province" db:"province"`
	Key      string `json:"key" db:"county"`
	NameFA   string `json:"fa" db:"name_fa"`
	NameEN   string `json:"en" db:"name_en"`
}

// Name is the county's name.
func (c County) Name() Text { return Text{c.NameFA, c.NameEN} }

// Unit is a court unit. Code has five digits (domain C) and is text.
type Unit struct {
	Code     string `json:"code" db:"code"`
	Kind     Kind   `json:"kind" db:"kind"`
	Province string `json:"province" db:"province"`
	County   string `json:"county" db:"county"`
	NameFA   string `json:"fa" db:"name_fa"`
	NameEN   string `json:"en" db:"name_en"`
}

// Name is the unit's name.
func (u Unit) Name() Text { return Text{u.NameFA, u.NameEN} }

// Branch is one branch of a unit. Number "1" is the first branch, whose head
// refers the filings (CPC 50).
type Branch struct {
	Unit   string `json:"-" db:"unit"`
	Number string `json:"number" db:"number"`
	NameFA string `json:"fa" db:"name_fa"`
	NameEN string `json:"en" db:"name_en"`
}

// Name is the branch's name.
func (b Branch) Name() Text { return Text{b.NameFA, b.NameEN} }

// CountryUnit is a unit as a country file has it: with the counties of its
// province that it serves and with its branches.
type CountryUnit struct {
	Unit
	Serves   []string `json:"serves"`
	Branches []Branch `json:"branches"`
}

//go:embed data/country.json
var countryData []byte

// DefaultCountry is the embedded country file. It is demo data.
func DefaultCountry() (Country, error) { return ParseCountry(countryData) }

// ParseCountry reads a country file. Errors: Invalid with one field per fault,
// named by its place in the file ("units[3].code").
func ParseCountry(data []byte) (c Country, err error) {
	defer errs.Wrap(&err, "authority.ParseCountry")
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return Country{}, errs.New(errs.Invalid, "authority.country.shape").Because(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Country{}, errs.New(errs.Invalid, "authority.country.shape").Because(fmt.Errorf("more follows the object"))
	}
	return c, c.check()
}

var (
	placeShape  = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	codeShape   = regexp.MustCompile(`^[0-9]{5}$`)
	numberShape = regexp.MustCompile(`^[1-9][0-9]{0,3}$`)
)

func (c Country) check() error {
	var faults []errs.Field
	bad := func(code, at string, args ...any) {
		faults = append(faults, errs.Field{Name: fmt.Sprintf(at, args...), Code: "authority.country." + code})
	}
	if len(c.Counties) == 0 || len(c.Units) == 0 {
		bad("empty", "units")
	}
	known := map[[2]string]bool{}
	for i, x := range c.Counties {
		if _, ok := FindProvince(x.Province); !ok {
			bad("province", "counties[%d].province", i)
		}
		if !placeShape.MatchString(x.Key) {
			bad("key", "counties[%d].key", i)
		}
		if known[[2]string{x.Province, x.Key}] {
			bad("twice", "counties[%d].key", i)
		}
		if x.NameFA == "" || x.NameEN == "" {
			bad("name", "counties[%d]", i)
		}
		known[[2]string{x.Province, x.Key}] = true
	}
	codes := map[string]bool{}
	for i, u := range c.Units {
		at := fmt.Sprintf("units[%d]", i)
		if !codeShape.MatchString(u.Code) {
			bad("code", "%s.code", at)
		}
		if codes[u.Code] {
			bad("twice", "%s.code", at)
		}
		codes[u.Code] = true
		if !u.Kind.valid() {
			bad("kind", "%s.kind", at)
		}
		if !known[[2]string{u.Province, u.County}] {
			bad("county", "%s.county", at)
		}
		if u.NameFA == "" || u.NameEN == "" {
			bad("name", "%s", at)
		}
		for j, county := range u.Serves {
			if !known[[2]string{u.Province, county}] {
				bad("county", "%s.serves[%d]", at, j)
			}
		}
		numbers := map[string]bool{}
		for j, b := range u.Branches {
			if !numberShape.MatchString(b.Number) || b.NameFA == "" || b.NameEN == "" {
				bad("branch", "%s.branches[%d]", at, j)
			}
			if numbers[b.Number] {
				bad("twice", "%s.branches[%d].number", at, j)
			}
			numbers[b.Number] = true
		}
		if !numbers["1"] { // CPC 50: its head refers the filings
			bad("first_branch", "%s.branches", at)
		}
	}
	return errs.InvalidFields(faults)
}

// hash names the contents of a country file.
func (c Country) hash() (string, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

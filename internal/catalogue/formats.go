// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"errors"
	"regexp"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

var countyShape = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// caseNumberShape: from 1400 on a case number has 18 digits (domain C).
var caseNumberShape = regexp.MustCompile(`^[0-9]{18}$`)

// formats are the JSON Schema formats of the answers. Each accepts only the
// normal form that is kept; pages normalise before (Definition.Read). The
// county is compared with its province elsewhere, because a format sees one
// value.
func formats() []jsonschema.Format {
	return []jsonschema.Format{
		format("national_code", same(persian.NationalCode)),
		format("mobile", same(persian.Mobile)),
		format("postal", same(persian.Postal)),
		format("entity_id", same(persian.LegalID)),
		format("case_number", func(s string) error {
			if !caseNumberShape.MatchString(s) {
				return errs.New(errs.Invalid, "catalogue.case_number")
			}
			return nil
		}),
		format("date", same(func(s string) (string, error) {
			d, err := civil.Parse(s)
			return d.String(), err
		})),
		format("province", func(s string) error {
			if _, ok := authority.FindProvince(s); !ok {
				return errs.New(errs.Invalid, "catalogue.place")
			}
			return nil
		}),
		format("county", func(s string) error {
			if !countyShape.MatchString(s) {
				return errs.New(errs.Invalid, "catalogue.place")
			}
			return nil
		}),
	}
}

func format(name string, check func(string) error) jsonschema.Format {
	return jsonschema.Format{Name: name, Validate: func(v any) error {
		s, ok := v.(string)
		if !ok {
			return nil // its type is another rule's matter
		}
		return check(s)
	}}
}

// same accepts what normalising does not change.
func same(normal func(string) (string, error)) func(string) error {
	return func(s string) error {
		n, err := normal(s)
		if err == nil && n != s {
			err = errs.New(errs.Invalid, "catalogue.wrong")
		}
		return err
	}
}

// codeOf is the locale key of an error, or the common one.
func codeOf(err error) (string, []any) {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
		return e.Code, e.Args
	}
	return "catalogue.wrong", nil
}

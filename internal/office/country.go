// SPDX-License-Identifier: Apache-2.0

package office

import (
	"cmp"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// countries lists the countries (ISO 3166-1) but this one by their names, which
// are those of the Unicode CLDR.
func countries(l i18n.Lang) []web.Option {
	tag := language.Persian
	if l == i18n.EN {
		tag = language.English
	}
	names, order := display.Regions(tag), collate.New(tag)
	var out []web.Option
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			r, err := language.ParseRegion(code)
			if err != nil || !r.IsCountry() || r.Canonicalize() != r || r.String() != code || code == identity.Home {
				continue
			}
			if name := names.Name(r); name != "" {
				out = append(out, web.Option{Value: code, Label: name})
			}
		}
	}
	slices.SortFunc(out, func(a, b web.Option) int {
		return cmp.Or(order.CompareString(a.Label, b.Label), cmp.Compare(a.Value, b.Value))
	})
	return out
}

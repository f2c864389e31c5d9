// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// faults is everything wrong with a page, or with all of them if page is "":
// what the definition finds, files that are missing, somebody named twice, and
// names that do not fit or were not asked.
func faults(f Filing, def *catalogue.Definition, page string) []errs.Field {
	wrong := append(def.Validate(f.Answers, page), fileFaults(f, def, page)...)
	wrong = append(wrong, namedTwice(f, def, page)...)
	wrong = append(wrong, f.givenAway(def, page)...)
	for _, pg := range def.Pages {
		if (page != "" && page != pg.Key) || len(def.Validate(f.Answers, pg.Key)) > 0 {
			continue
		}
		for _, n := range namesOn(pg) {
			_, _, _, print, ok := n.of(def.Prune(f.Answers))
			have := f.Names[n.prefix]
			switch {
			case !ok:
			case have.Asked != print, have.Check == NameUnasked:
				wrong = append(wrong, errs.Field{Name: n.code, Code: "filing.name_unasked"})
			case have.Check == NameMismatch:
				wrong = append(wrong, errs.Field{Name: n.code, Code: "filing.name_mismatch"})
			}
		}
	}
	return wrong
}

// SPDX-License-Identifier: Apache-2.0

package app

import (
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/identity/intro"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/platform/held"
)

// HeldData are the readers of everything that the program keeps about people, in
// the order in which a person is shown them.
func HeldData() []held.Source {
	return slices.Concat(
		identity.Held(), factor.Held(), mandate.Held(), sso.Held(), intro.Held(), steward.Held(),
	)
}

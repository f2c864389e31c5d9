// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/contest"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/identity/intro"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/identity/mydata"
	"github.com/tarazu/tarazu/internal/identity/recovery"
	"github.com/tarazu/tarazu/internal/identity/shelter"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/desk"
	"github.com/tarazu/tarazu/internal/notice/series"
	"github.com/tarazu/tarazu/internal/office"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/web"
	"github.com/tarazu/tarazu/internal/proofing"
)

// HeldData are the readers of everything that the program keeps about people, in
// the order in which a person is shown them.
func HeldData() []held.Source {
	return slices.Concat(
		identity.Held(), factor.Held(), recovery.Held(), shelter.Held(), mandate.Held(), body.Held(), sso.Held(), intro.Held(), steward.Held(), mydata.Held(),
		bailiff.Held(), contest.Held(),
		docket.Held(), notice.Held(), alert.Held(), series.Held(), desk.Held(), filing.Held(), payment.Held(), proofing.Held(), office.Held(), web.Held(), program.Held(), ledger.Held(),
	)
}

// serviceName is the title of what somebody can file, as it is called today.
func (a *App) serviceName(l i18n.Lang, code string) string {
	d, err := a.Catalogue.Current(context.Background(), code, civil.Of(a.Clock.Now()))
	if err != nil { // it is not offered any more
		return code
	}
	if l == i18n.EN {
		return d.Title.EN
	}
	return d.Title.FA
}

func provinceKeys() []string {
	var out []string
	for _, p := range authority.Provinces() {
		out = append(out, p.Key)
	}
	return out
}

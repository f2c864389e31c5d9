// SPDX-License-Identifier: Apache-2.0

package app

import (
	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/contest"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/appoint"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/identity/intro"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/identity/licence"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/identity/merge"
	"github.com/tarazu/tarazu/internal/identity/mydata"
	"github.com/tarazu/tarazu/internal/identity/recovery"
	"github.com/tarazu/tarazu/internal/identity/shelter"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/notice/desk"
	"github.com/tarazu/tarazu/internal/notice/series"
	"github.com/tarazu/tarazu/internal/office"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web"
	"github.com/tarazu/tarazu/internal/proof"
	"github.com/tarazu/tarazu/internal/proofing"
	"github.com/tarazu/tarazu/internal/sender"
)

// Migrations is the schema of the whole program.
func Migrations() []store.Migrations {
	return []store.Migrations{
		jobs.Migrations, ledger.Migrations, web.Migrations, api.Migrations, program.Migrations,
		identity.Migrations, sso.Migrations, sender.Migrations, intro.Migrations, alert.Migrations, calendar.Migrations, outage.Migrations, authority.Migrations, catalogue.Migrations,
		payment.Migrations, proofing.Migrations, notice.Migrations, series.Migrations, bulk.Migrations, desk.Migrations, office.Migrations, bailiff.Migrations, docket.Migrations, filing.Migrations,
		contest.Migrations,
	}
}

// Words is the catalogue of all words in both languages.
func Words() (*i18n.Catalog, error) {
	return i18n.NewCatalog(
		level.Locale, proofing.Locale,
		i18n.Locale, web.Locale, api.Locale, program.Locale, ledger.Locale, receipt.Locale, link.Locale, pdf.Locale, intake.Locale, Locale,
		identity.Locale, mandate.Locale, sso.Locale, intro.Locale, licence.Locale, appoint.Locale, steward.Locale, held.Locale, mydata.Locale, calendar.Locale, outage.Locale, authority.Locale, catalogue.Locale,
		recovery.Locale, sender.Locale,
		shelter.Locale,
		body.Locale,
		merge.Locale,
		bailiff.Locale,
		series.Locale,
		bulk.Locale,
		desk.Locale,
		contest.Locale,
		alert.Locale,
		payment.Locale, notice.Locale, office.Locale, docket.Locale, filing.Locale, proof.Locale,
	)
}

// Rules is the policy of the whole program, validated.
func Rules() (*policy.Engine, error) {
	return policy.New(
		bailiff.Part(),
		identity.Part(), mandate.Part(), body.Part(), sso.Part(), sender.Part(), intro.Part(), appoint.Part(), steward.Part(), mydata.Rules(), alert.Part(), calendar.Policy(), outage.Policy(), authority.Part(), catalogue.Part(),
		payment.Part(), notice.Part(), series.Part(), bulk.Part(), desk.Part(), office.Part(), docket.Part(), filing.Part(),
		contest.Part(),
	)
}

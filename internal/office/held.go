// SPDX-License-Identifier: Apache-2.0

package office

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldVisits = `
SELECT o.name_fa, o.name_en, v.kind, v.consent, v.reason, v.first_name, v.last_name, v.father_name, v.birth, v.mobile, v.email,
	v.done_us AS at, v.until_us AS until, v.picture, v.signature, v.fingerprint
FROM office_visit v JOIN office_office o ON o.code = v.office
WHERE v.person = $1 AND v.person <> '' ORDER BY v.id DESC LIMIT $2`
	sqlHeldLooks = `
SELECT o.name_fa, o.name_en, l.reason, l.flagged, l.at_us AS at FROM office_look l JOIN office_office o ON o.code = l.office
WHERE l.person = $1 ORDER BY l.id DESC LIMIT $2`
	sqlHeldVouched = `
SELECT o.name_fa, o.name_en, v.done_us AS at, v.until_us AS until
FROM office_voucher c JOIN office_visit v ON v.office = c.office AND v.id = c.visit JOIN office_office o ON o.code = c.office
WHERE c.person = $1 ORDER BY c.visit DESC LIMIT $2`
)

// Held is what this module keeps about a person as a client, or as somebody who
// has vouched for another.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			NameFA      string     `db:"name_fa"`
			NameEN      string     `db:"name_en"`
			Kind        string     `db:"kind" held:"office.held.kind."`
			Consent     string     `db:"consent" held:"office.consent."`
			Reason      string     `db:"reason"`
			FirstName   string     `db:"first_name" held:"-"`
			LastName    string     `db:"last_name" held:"-"`
			FatherName  string     `db:"father_name" held:"-"`
			Birth       civil.Day  `db:"birth" held:"-"`
			Mobile      string     `db:"mobile" held:"-"`
			Email       string     `db:"email" held:"-"`
			At          store.Time `db:"at"`
			Until       store.Time `db:"until"`
			Picture     string     `db:"picture" held:"file"`
			Signature   string     `db:"signature" held:"file"`
			Fingerprint string     `db:"fingerprint" held:"-"`
		}]("office.held.visits", sqlHeldVisits),
		held.ByPerson[struct {
			NameFA  string     `db:"name_fa"`
			NameEN  string     `db:"name_en"`
			Reason  string     `db:"reason"`
			Flagged bool       `db:"flagged"`
			At      store.Time `db:"at"`
		}]("office.held.looks", sqlHeldLooks),
		held.ByPerson[struct {
			NameFA string     `db:"name_fa"`
			NameEN string     `db:"name_en"`
			At     store.Time `db:"at"`
			Until  store.Time `db:"until"`
		}]("office.held.vouched", sqlHeldVouched),
	}
}

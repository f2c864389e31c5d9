// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"unicode"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Certificate is what anybody who has its number may know of a certificate:
// enough to hold a paper to it, and not what it says.
type Certificate struct {
	Number   string    `db:"number"`
	TitleFA  string    `db:"title_fa"` // the kind of paper
	TitleEN  string    `db:"title_en"`
	UnitFA   string    `db:"unit_fa"` // who issued it
	UnitEN   string    `db:"unit_en"`
	Initials string    `db:"initials"` // of the holder
	CodeEnd  string    `db:"code_end"` // last digits of the holder's national code
	Issued   civil.Day `db:"issued_day"`
	Until    civil.Day `db:"until_day"` // the last day on which it holds
	Expired  bool      `db:"-"`
}

const selectCertificate = `SELECT number, title_fa, title_en, unit_fa, unit_en, initials, code_end, issued_day, until_day
	FROM filing_certificate WHERE number = $1`

// codeEnd is how many digits of a national code are shown.
const codeEnd = 4

// CertificateByNumber finds a certificate by its number as people write it;
// found is false if there is none. A number with a wrong digit is errs.Invalid.
func (s *Service) CertificateByNumber(ctx context.Context, number string) (c Certificate, found bool, err error) {
	defer errs.Wrap(&err, "filing.CertificateByNumber")
	if number, err = ParseTracking(number); err != nil {
		return c, false, err
	}
	c, found, err = store.Find[Certificate](ctx, s.d.DB, selectCertificate, number)
	c.Expired = found && c.Until < s.today()
	return c, found, err
}

// shownOf is what the directory keeps of a certificate.
func shownOf(facts certificateFacts, title catalogue.Text, unit authority.Unit, holder identity.Person) Certificate {
	code := holder.NationalCode
	return Certificate{
		Number: facts.Number, TitleFA: title.FA, TitleEN: title.EN, UnitFA: unit.NameFA, UnitEN: unit.NameEN,
		Initials: initial(holder.FirstName) + " " + initial(holder.LastName), CodeEnd: code[max(0, len(code)-codeEnd):],
		Issued: facts.Issued, Until: facts.Until,
	}
}

// initial is the first letter of a name.
func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) {
			return string(r) + "."
		}
	}
	return ""
}

// SPDX-License-Identifier: Apache-2.0

package office

import (
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type visitRow struct {
	Office      string                  `db:"office"`
	ID          string                  `db:"id"`
	Kind        Kind                    `db:"kind"`
	State       string                  `db:"state"`
	Operator    string                  `db:"operator"`
	Person      string                  `db:"person"`
	Class       identity.Class          `db:"class"`
	Number      string                  `db:"number"`
	NumberKind  identity.IdentifierKind `db:"number_kind"`
	Country     string                  `db:"country"`
	Birth       civil.Day               `db:"birth"`
	Mobile      string                  `db:"mobile"`
	Email       string                  `db:"email"`
	Lang        i18n.Lang               `db:"lang"`
	FirstName   string                  `db:"first_name"`
	LastName    string                  `db:"last_name"`
	FatherName  string                  `db:"father_name"`
	Code        string                  `db:"code"`
	Consent     Consent                 `db:"consent"`
	Picture     string                  `db:"picture"`
	Signature   string                  `db:"signature"`
	Fingerprint string                  `db:"fingerprint"`
	Claim       string                  `db:"claim"`
	Created     store.Time              `db:"created_us"`
	Done        store.Time              `db:"done_us"`
	Reason      string                  `db:"reason"`
}

func (r visitRow) visit() Visit {
	return Visit{
		Client: Client{Class: r.Class, Number: r.Number, NumberKind: r.NumberKind, Country: r.Country, Birth: r.Birth, Mobile: r.Mobile, Email: r.Email, Lang: r.Lang},
		Office: r.Office, ID: r.ID, Kind: r.Kind, Operator: r.Operator, Person: r.Person,
		FirstName: r.FirstName, LastName: r.LastName, FatherName: r.FatherName, Code: r.Code, Consent: r.Consent,
		Picture: r.Picture, Signature: r.Signature, Fingerprint: r.Fingerprint, Claim: r.Claim, Created: r.Created.Time, Done: r.Done.Time, Reason: r.Reason,
	}
}

const (
	sqlVisit = `SELECT office, id, kind, state, operator, person, class, number, number_kind, country, birth, mobile, email, lang,
	first_name, last_name, father_name, code, consent, picture, signature, fingerprint, claim, created_us, done_us, reason
FROM office_visit WHERE office = $1 AND id = $2`
	sqlFinishVisit = `UPDATE office_visit SET state = 'done', person = $3, consent = $4, picture = $5, signature = $6, fingerprint = $7, claim = $8, done_us = $9
WHERE office = $1 AND id = $2 AND state = 'asked'`
	sqlVisitCode = `UPDATE office_visit SET code = $3 WHERE office = $1 AND id = $2 AND state = 'asked'`
	// What was entered about somebody for whom nothing was done in the end.
	sqlDropVisits  = `DELETE FROM office_visit WHERE state = 'asked' AND created_us < $1`
	sqlVisitOfBlob = `SELECT id FROM office_visit WHERE picture = $1 AND picture <> '' UNION ALL SELECT id FROM office_visit WHERE signature = $1 AND signature <> ''`
)

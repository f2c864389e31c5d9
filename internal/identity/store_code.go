// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type codeRow struct {
	ID      string     `db:"id"`
	Purpose Purpose    `db:"purpose"`
	Subject string     `db:"subject"`
	Person  string     `db:"person"`
	Mobile  string     `db:"mobile"`
	Lang    i18n.Lang  `db:"lang"`
	Tries   int64      `db:"tries"`
	Sent    store.Time `db:"sent_us"`
	Expires store.Time `db:"expires_us"`
	Checked store.Time `db:"checked_us"`
	Used    store.Time `db:"used_us"`
	UsedBy  string     `db:"used_by"`
	SMS     string     `db:"sms"`
}

const (
	sqlCode = `
SELECT id, purpose, subject, person, mobile, lang, tries, sent_us, expires_us, checked_us, used_us, used_by, sms
FROM identity_code WHERE id = $1`
	sqlCodeForUpdate = `
SELECT id, purpose, subject, person, mobile, lang, tries, sent_us, expires_us, checked_us, used_us, used_by, sms
FROM identity_code WHERE id = $1 FOR UPDATE`
	sqlLivingCode = `
SELECT id, purpose, subject, person, mobile, lang, tries, sent_us, expires_us, checked_us, used_us, used_by, sms
FROM identity_code WHERE purpose = $1 AND subject = $2 AND used_us = 0`
	// A code that makes room for the next counts as used, by nobody.
	sqlRetireCodes = `UPDATE identity_code SET used_us = $1 WHERE purpose = $2 AND subject = $3 AND used_us = 0`
	sqlCodeTried   = `UPDATE identity_code SET tries = tries + 1 WHERE id = $1`
	sqlCodeChecked = `UPDATE identity_code SET checked_us = $2 WHERE id = $1 AND used_us = 0`
	sqlUseCode     = `UPDATE identity_code SET used_us = $2, used_by = $4 WHERE id = $1 AND used_us = 0 AND checked_us >= $3 AND checked_us > 0`
	sqlCodeSMS     = `UPDATE identity_code SET sms = $2 WHERE id = $1`
)

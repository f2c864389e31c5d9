// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlSetSMSOff  = `INSERT INTO identity_sms_off (person, since_us) VALUES ($1, $2) ON CONFLICT (person) DO NOTHING`
	sqlDropSMSOff = `DELETE FROM identity_sms_off WHERE person = $1`
)

// SetSMSOffTx has a text message count no more as somebody's second step, or
// count again. changed is false when it was so already.
func (s *Service) SetSMSOffTx(ctx context.Context, tx *store.Tx, person string, off bool) (changed bool, err error) {
	defer errs.Wrap(&err, "factor.SetSMSOffTx")
	var n int64
	if off {
		n, err = tx.ExecN(ctx, sqlSetSMSOff, person, store.At(tx.Now()))
	} else {
		n, err = tx.ExecN(ctx, sqlDropSMSOff, person)
	}
	return n > 0, err
}

// Second tells whether there is a second step that nobody gets by text message
// and that can be taken every day. here: the site can have passkeys.
func (s Standing) Second(here bool) bool { return s.Apps > 0 || here && s.Passkeys > 0 }

// SMS tells whether a text message counts as a second step.
func (s Standing) SMS() bool { return s.Off == 0 }

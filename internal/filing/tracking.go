// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"fmt"
	"strconv"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// trackingDigits is the length of a tracking code: twelve random digits, so
// that codes cannot be guessed or counted, and two check digits.
const trackingDigits = 14

// newTracking makes a tracking code. Its check digits are those of ISO 7064
// MOD 97-10: they catch every single wrong digit and every swap of neighbours.
func newTracking() string {
	body := id.Digits(trackingDigits - 2)
	n, _ := strconv.ParseInt(body+"00", 10, 64) // fourteen digits fit
	return body + fmt.Sprintf("%02d", 98-n%97)
}

// ParseTracking reads a tracking code as people write it: Persian digits,
// spaces and dashes are fine.
func ParseTracking(s string) (string, error) {
	code := persian.Identifier(s)
	if len(code) != trackingDigits {
		return "", errs.New(errs.Invalid, "filing.tracking.length")
	}
	n, err := strconv.ParseInt(code, 10, 64)
	if err != nil {
		return "", errs.New(errs.Invalid, "filing.tracking.digits")
	}
	if n%97 != 1 {
		return "", errs.New(errs.Invalid, "filing.tracking.check")
	}
	return code, nil
}

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// The levels of proof that a person is who they say (domain B.1).
const (
	SelfDeclared    = 0 // nothing was checked
	RegistryChecked = 1 // civil registry and SIM registry agree, and a code from a text message
	SeenRemotely    = 2 // a video proofing
	SeenInPerson    = 3 // somebody entitled saw the person and their papers
)

// Person is somebody who has an account. The names are the civil registry's.
type Person struct {
	ID           string
	JudicialID   string // twelve digits, opaque: see newJudicialID
	NationalCode string
	FirstName    string
	LastName     string
	FatherName   string
	Birth        civil.Day
	Mobile       string // +989xxxxxxxxx
	Assurance    int    // SelfDeclared … SeenInPerson
	Lang         i18n.Lang
	Created      time.Time
}

// Name is the person's first and last name.
func (p Person) Name() string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

// newJudicialID makes a judicial identifier (shenase-ye ghazayi). The real
// format is not published (domain B.1), so ours is opaque: eleven random
// digits, the first not zero, and Luhn's check digit (ISO/IEC 7812-1 annex B),
// so that a slip of the pen is noticed.
func newJudicialID() string {
	s := id.Digits(11)
	for s[0] == '0' {
		s = id.Digits(11)
	}
	return s + strconv.Itoa(luhn(s))
}

// luhn is the check digit to be put behind s, which holds digits only.
func luhn(s string) int {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return (10 - sum%10) % 10
}

// LocalMobile is a number the way people write it: 09121234567.
func LocalMobile(mobile string) string {
	if rest, ok := strings.CutPrefix(mobile, "+98"); ok {
		return "0" + rest
	}
	return mobile
}

// MaskMobile hides the middle of a number from whoever reads over a shoulder:
// 0912•••4567.
func MaskMobile(mobile string) string {
	s := LocalMobile(mobile)
	if len(s) != 11 {
		return "•••"
	}
	return s[:4] + "•••" + s[7:]
}

// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// The levels of proof that a person is who they say (domain B.1).
const (
	SelfDeclared    = 0 // nothing was checked
	RegistryChecked = 1 // civil registry and SIM registry agree, and a code from a text message
	SeenRemotely    = 2 // a video proofing
	SeenInPerson    = 3 // somebody entitled saw the person and their papers
)

// Class is what kind of person somebody is.
type Class string

// The classes. Entities and bodies never sign in: a representative acts for
// them. Their name stands in LastName.
const (
	Resident Class = "resident" // citizen living in the country
	Abroad   Class = "abroad"   // citizen living elsewhere
	Foreign  Class = "foreign"  // national of another country
	Entity   Class = "entity"   // legal entity
	Body     Class = "body"     // government body
)

// Natural tells whether such a person is a human being, who can sign in.
func (c Class) Natural() bool { return c == Resident || c == Abroad || c == Foreign }

// Status is whether an account may be used.
type Status string

// The states of an account.
const (
	Active    Status = "active"
	Deceased  Status = "deceased"  // the registry says so
	Incapable Status = "incapable" // under guardianship: the guardian acts
	Merged    Status = "merged"    // it was a duplicate: MergedInto goes on
	// NotConfirmed: it was provisional, and its national code is somebody else's.
	NotConfirmed Status = "not_confirmed"
)

// Home is the country of residence of whoever lives here.
const Home = "IR"

// Person is somebody who has an account. The names are the registry's that
// knows them.
type Person struct {
	ID           string
	Class        Class
	Status       Status
	MergedInto   string // id of the account that goes on, if Status is Merged
	JudicialID   string // twelve digits, opaque: see newJudicialID
	NationalCode string
	FirstName    string
	LastName     string
	FatherName   string
	Birth        civil.Day
	Mobile       string // +989xxxxxxxxx, or the number of another country; "" if they have an address for e-mail only
	Email        string
	Country      string // of residence, ISO 3166-1 alpha-2
	Zone         string // time zone (IANA) where they live; "" is Asia/Tehran
	Province     string // where they live in the country; "" not known
	Assurance    int    // SelfDeclared … SeenInPerson
	Lang         i18n.Lang
	Created      time.Time
}

// Name is the person's first and last name.
func (p Person) Name() string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

// LivesAbroad tells whether the terms for residents of other countries are
// theirs.
func (p Person) LivesAbroad() bool { return p.Country != "" && p.Country != Home }

// LivesAbroad tells the same of a person by id, in the caller's transaction if q
// is one. Nobody lives nowhere: an unknown person does not.
func (s *Service) LivesAbroad(ctx context.Context, q store.Querier, person string) (_ bool, err error) {
	defer errs.Wrap(&err, "identity.LivesAbroad")
	country, _, err := store.Find[string](ctx, q, sqlResidence, person)
	return Person{Country: country}.LivesAbroad(), err
}

const judicialDigits = 12

// newJudicialID makes a judicial identifier (shenase-ye ghazayi). The real
// format is not published (domain B.1), so ours is opaque: eleven random
// digits, the first not zero, and Luhn's check digit (ISO/IEC 7812-1 annex B),
// so that a slip of the pen is noticed.
func newJudicialID() string {
	s := id.Digits(judicialDigits - 1)
	for s[0] == '0' {
		s = id.Digits(judicialDigits - 1)
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

// Contact is where codes and alerts for a person go: the telephone, or by
// e-mail where they have no telephone, or live where our messages may not come.
func (p Person) Contact() string {
	if p.Email != "" && (p.Mobile == "" || p.LivesAbroad()) {
		return p.Email
	}
	return p.Mobile
}

// Channels are all the ways to reach the person: telephone, e-mail.
func (p Person) Channels() []string {
	var out []string
	for _, to := range []string{p.Mobile, p.Email} {
		if to != "" {
			out = append(out, to)
		}
	}
	return out
}

// MaskContact hides the middle of a number or an address from whoever reads over
// a shoulder: 0912•••4567, a•••@example.org.
func MaskContact(s string) string {
	name, host, ok := strings.Cut(s, "@")
	switch local := LocalMobile(s); {
	case ok && name != "":
		return name[:1] + "•••@" + host
	case len(local) == 11 && local[0] == '0', len(local) < 9:
		return MaskMobile(s)
	default:
		return local[:4] + "•••" + local[len(local)-3:]
	}
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

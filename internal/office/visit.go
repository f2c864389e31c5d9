// SPDX-License-Identifier: Apache-2.0

package office

import (
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Kind is what somebody came to a counter for.
type Kind string

// The kinds.
const (
	ToRegister Kind = "register" // an account, level 3
	ToRaise    Kind = "raise"    // level 3 for an account that is there
	ToRecover  Kind = "recover"  // the way back into an account, see package recovery
	ToVouch    Kind = "vouch"    // an account, level 2 for some time, for somebody without papers
)

// Consent is how a client agreed to what was done for them.
type Consent string

// The ways.
const (
	ByCode Consent = "code" // from a text message to their own telephone
	OnSlip Consent = "slip" // they have none, and signed the slip
)

// The states of a visit.
const (
	visitAsked = "asked" // the registry has answered, the client's code is out
	visitDone  = "done"
)

// Client is what an operator enters about the person at the counter, checked
// for form.
type Client struct {
	Class      identity.Class
	Number     string
	NumberKind identity.IdentifierKind // "": a national code
	Country    string                  // where they live, or of the passport; ISO 3166-1 alpha-2
	Birth      civil.Day
	Mobile     string // "" if they have no telephone
	Email      string
	Lang       i18n.Lang
}

// Visit is what is done for one client.
type Visit struct {
	Client
	Office, ID                      string
	Kind                            Kind
	Operator                        string // person
	Person                          string // the account; "" until there is one
	FirstName, LastName, FatherName string // as the registry has them
	Code                            string // id of the code sent to the client
	Consent                         Consent
	Picture, Signature              string // keys of the blobs
	Fingerprint                     string
	Claim                           string
	Reason                          string // of a vouching
	Created, Done                   time.Time
}

// Name is the client's name.
func (v Visit) Name() string {
	return identity.Person{FirstName: v.FirstName, LastName: v.LastName}.Name()
}

// CleanNumber reads the number of a client's papers by class: ten digits of a
// national code; for a foreign national a comprehensive code, or with letters or
// fewer digits a passport.
func CleanNumber(class identity.Class, s string) (number string, kind identity.IdentifierKind, err error) {
	if class != identity.Foreign {
		number, err = identity.SignInName(s)
		if err == nil && len(number) != nationalDigits {
			err = errs.New(errs.Invalid, "persian.national_code.length")
		}
		return number, "", err
	}
	if number, err = identity.CleanIdentifier(identity.ForeignCode, s); err == nil {
		return number, identity.ForeignCode, nil
	}
	number, err = identity.CleanIdentifier(identity.Passport, s)
	return number, identity.Passport, err
}

const nationalDigits = 10

// Captured is what was taken of a client at the counter.
type Captured struct {
	Entered     string // the code that the client told
	OnSlip      bool   // they have no telephone and sign the slip
	Picture     Upload
	Signature   Upload
	Fingerprint string           // reference of the device
	Vouched     [vouchers]string // the codes that the vouchers told
}

// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"image/png"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// step is how long a code of an app is shown (RFC 6238).
	step = 30 * time.Second
	// around is how many steps a clock may be wrong.
	around = 1
	// offerLife is how long somebody may take to set up their app.
	offerLife = 15 * time.Minute

	useOffer  = "offers"
	useSecret = "secrets"
)

var codeOptions = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1} // what every app can do

var b32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// Offer is a secret for an app, not yet in force.
type Offer struct {
	State   string
	Secret  string // to be typed, if the picture cannot be taken
	Picture string // a data address with the QR code
}

type offer struct {
	Person  string `json:"p"`
	Session string `json:"s"`
	Secret  string `json:"k"`
	Expires int64  `json:"e"`
}

// OfferTOTP makes a secret for somebody's app. It is kept nowhere until a code
// shows that the app has it. account is what the app calls it.
func (s *Service) OfferTOTP(person, session, account string) (_ Offer, err error) {
	defer errs.Wrap(&err, "factor.OfferTOTP")
	key, err := totp.Generate(totp.GenerateOpts{Issuer: s.d.Site, AccountName: account, Period: uint(step / time.Second), SecretSize: 20})
	if err != nil {
		return Offer{}, err
	}
	return s.offer(key, person, session)
}

// OfferAgain is the same offer once more, for a page that is shown again.
func (s *Service) OfferAgain(person, session, account, state string) (_ Offer, err error) {
	defer errs.Wrap(&err, "factor.OfferAgain")
	o, err := s.openOffer(person, session, state)
	if err != nil {
		return Offer{}, err
	}
	raw, err := b32.DecodeString(o.Secret)
	if err != nil {
		return Offer{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: s.d.Site, AccountName: account, Period: uint(step / time.Second), Secret: raw})
	if err != nil {
		return Offer{}, err
	}
	return s.offer(key, person, session)
}

func (s *Service) offer(key *otp.Key, person, session string) (Offer, error) {
	plain, err := json.Marshal(offer{Person: person, Session: session, Secret: key.Secret(), Expires: store.Micros(s.d.Clock.Now().Add(offerLife))})
	if err != nil {
		return Offer{}, err
	}
	out := Offer{Secret: key.Secret()}
	if out.State, err = s.seal(useOffer, person, plain); err != nil {
		return Offer{}, err
	}
	img, err := key.Image(220, 220)
	if err != nil {
		return Offer{}, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return Offer{}, err
	}
	out.Picture = "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
	return out, nil
}

func (s *Service) openOffer(person, session, state string) (o offer, err error) {
	plain, err := s.open(useOffer, person, state)
	if err == nil {
		err = json.Unmarshal(plain, &o)
	}
	switch {
	case err != nil, o.Person != person, o.Session != session, store.Micros(s.d.Clock.Now()) >= o.Expires:
		return offer{}, errs.New(errs.Invalid, "identity.totp.expired").Because(err)
	}
	return o, nil
}

// NewTOTP is a secret whose app has shown a right code. SetTOTPTx puts it in
// force.
type NewTOTP struct {
	row totpRow
}

// CheckNewTOTP looks at the first code of an app. errs.Invalid:
// identity.totp.expired, or the field "code".
func (s *Service) CheckNewTOTP(person, session, state, code string) (_ NewTOTP, err error) {
	defer errs.Wrap(&err, "factor.CheckNewTOTP")
	o, err := s.openOffer(person, session, state)
	if err != nil {
		return NewTOTP{}, err
	}
	at, ok := match(o.Secret, code, s.d.Clock.Now(), -1)
	if !ok {
		return NewTOTP{}, wrongCode("identity.totp.wrong")
	}
	sealed, err := s.seal(useSecret, person, []byte(o.Secret))
	return NewTOTP{row: totpRow{Person: person, Secret: sealed, Step: at}}, err
}

// SetTOTPTx puts a secret in force, in place of an older one.
func (s *Service) SetTOTPTx(ctx context.Context, tx *store.Tx, n NewTOTP) (err error) {
	defer errs.Wrap(&err, "factor.SetTOTPTx")
	if err := tx.Exec(ctx, sqlDropTOTP, n.row.Person); err != nil {
		return err
	}
	row := n.row
	row.Created = store.At(tx.Now())
	return store.Insert(ctx, tx, "identity_totp", row)
}

// DropTOTPTx removes the secret. errs.NotFound: there is none.
func (s *Service) DropTOTPTx(ctx context.Context, tx *store.Tx, person string) (err error) {
	defer errs.Wrap(&err, "factor.DropTOTPTx")
	return changed(tx.ExecN(ctx, sqlDropTOTP, person))
}

// HasTOTP tells whether a person has an app.
func (s *Service) HasTOTP(ctx context.Context, q store.Querier, person string) (bool, error) {
	_, found, err := store.Find[totpRow](ctx, q, sqlTOTP, person)
	return found, err
}

// UseTOTPTx spends a code of an app. A time step counts once, and no earlier
// one counts after it. errs.Invalid, field "code": identity.totp.wrong,
// identity.totp.used. errs.NotFound: the person has no app.
func (s *Service) UseTOTPTx(ctx context.Context, tx *store.Tx, person, code string) (err error) {
	defer errs.Wrap(&err, "factor.UseTOTPTx")
	row, found, err := store.Find[totpRow](ctx, tx, sqlTOTPForUpdate, person)
	switch {
	case err != nil:
		return err
	case !found:
		return errs.New(errs.NotFound, "")
	}
	secret, err := s.open(useSecret, person, row.Secret)
	if err != nil {
		return err
	}
	at, ok := match(string(secret), code, tx.Now(), row.Step)
	if !ok {
		if _, before := match(string(secret), code, tx.Now(), -1); before {
			return wrongCode("identity.totp.used")
		}
		return wrongCode("identity.totp.wrong")
	}
	return tx.ExecOne(ctx, sqlUseTOTP, person, at, store.At(tx.Now()))
}

// match finds the time step after last whose code this is.
func match(secret, code string, now time.Time, last int64) (at int64, ok bool) {
	code = persian.Identifier(code)
	mid := now.Unix() / int64(step/time.Second)
	for n := mid - around; n <= mid+around; n++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(n), codeOptions)
		if err == nil && n > last && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			at, ok = n, true
		}
	}
	return at, ok
}

func wrongCode(code string) error {
	return errs.InvalidFields([]errs.Field{{Name: "code", Code: code}})
}

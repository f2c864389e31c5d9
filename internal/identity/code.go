// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Purpose is what a one-time code is for. A code of one purpose is worth
// nothing for another.
type Purpose string

// The purposes.
const (
	ForRegistration Purpose = "register"
	ForLogin        Purpose = "login"
	ForSigning      Purpose = "sign"
	ForMandate      Purpose = "mandate"
	ForVouching     Purpose = "vouch"   // the person vouches for somebody at the counter
	ForConsent      Purpose = "consent" // the person stands at the counter of an office
)

const (
	// CodeDigits is the length of a one-time code.
	CodeDigits = 6
	// CodeTries is how often a code may be entered (RFC 4226 7.3: throttle).
	CodeTries = 5
	// checkedFor is how long a code that was entered rightly may be used.
	checkedFor = 5 * time.Minute
	// sameClick is how soon a second sending of the same form must follow the
	// first to count as a double click.
	sameClick = 10 * time.Second
)

// CodeRule is how long a code lives and how soon another may be sent.
type CodeRule struct {
	Life   time.Duration
	Resend time.Duration
}

// DefaultCodes: sign-in codes live 120 s in the model system (domain B.1,
// CRC-NASR); a code for signing 7 minutes, with 2 minutes before the next.
var DefaultCodes = map[Purpose]CodeRule{
	ForRegistration: {Life: 5 * time.Minute, Resend: 2 * time.Minute},
	ForLogin:        {Life: 2 * time.Minute, Resend: time.Minute},
	ForSigning:      {Life: 7 * time.Minute, Resend: 2 * time.Minute},
	ForMandate:      {Life: 7 * time.Minute, Resend: 2 * time.Minute},
	ForVouching:     {Life: 10 * time.Minute, Resend: time.Minute},
	ForConsent:      {Life: 10 * time.Minute, Resend: time.Minute},
}

// Code asks for a one-time code. Subject is what it is to be good for (a
// registration, a sign-in, a filing with its content hash): CheckCode refuses
// it for anything else.
type Code struct {
	Purpose Purpose
	Person  string // "" before there is an account
	Mobile  string // +989xxxxxxxxx
	Subject string
	Lang    i18n.Lang // language of the message; "" is Persian
}

// SentCode is what a page may tell about a code.
type SentCode struct {
	ID      string
	Mobile  string
	Sent    time.Time
	Expires time.Time
	Again   time.Time // from when another one may be sent
	Dead    bool      // used, expired, or tried too often
	SMS     string    // queued, sent, failing (the provider does not answer), refused (it does not take the number)
}

// SendCodeTx makes a code for c and has it sent by a job after the commit. An
// older code for the same purpose and subject dies. While the last one is
// younger than the resend delay it is errs.RateLimited, code
// identity.code.wait, and codeID is that of the code under way, so that a
// double click leads to the same page; the transaction may go on with it (see
// CodeWaits). errs.RateLimited, code identity.code.mobile: too many codes for this number. errs.Conflict, code
// identity.code.number_lost: the number is another's by now. It reads, so it must
// not be used in a blind transaction.
func (s *Service) SendCodeTx(ctx context.Context, tx *store.Tx, c Code) (codeID string, err error) {
	defer errs.Wrap(&err, "identity.SendCodeTx")
	rule, ok := s.codes[c.Purpose]
	if !ok || c.Subject == "" || c.Mobile == "" {
		return "", errs.New(errs.Internal, "").Because(errors.New("a code without purpose, subject or mobile"))
	}
	now := tx.Now()
	if c.Person != "" {
		lost, err := store.One[int64](ctx, tx, sqlNumberIsLost, c.Person, c.Mobile)
		if err != nil {
			return "", err
		}
		if lost > 0 {
			return "", errs.New(errs.Conflict, "identity.code.number_lost")
		}
	}
	// The limit comes first, even one that is off: on PostgreSQL its row lock
	// puts parallel requests in line, so that the second one sees the first
	// one's code.
	perMobile := brake{s.limits.CodeMobile, "code", []string{string(c.Purpose), c.Mobile}}
	wait, err := s.queueTx(ctx, tx, perMobile)
	if err != nil {
		return "", err
	}
	last, found, err := store.Find[codeRow](ctx, tx, sqlLivingCode, c.Purpose, c.Subject)
	if err != nil {
		return "", err
	}
	if again := last.Sent.Add(rule.Resend); found && last.Mobile == c.Mobile && again.After(now) {
		if wait == 0 { // nothing is sent, and the caller may go on to commit
			if err := s.giveBackTx(ctx, tx, perMobile); err != nil {
				return "", err
			}
		}
		return last.ID, errs.New(errs.RateLimited, "identity.code.wait", "seconds", int((again.Sub(now)+time.Second-1)/time.Second))
	}
	if wait > 0 {
		return last.ID, errs.New(errs.RateLimited, "identity.code.mobile", "minutes", minutes(wait))
	}
	if err := tx.Exec(ctx, sqlRetireCodes, store.At(now), c.Purpose, c.Subject); err != nil {
		return "", err
	}
	if c.Lang == "" {
		c.Lang = i18n.FA
	}
	row := codeRow{
		ID: id.New(), Purpose: c.Purpose, Subject: c.Subject, Person: c.Person, Mobile: c.Mobile, Lang: c.Lang,
		Sent: store.At(now), Expires: store.At(now.Add(rule.Life)), SMS: "queued",
	}
	if err := store.Insert(ctx, tx, "identity_code", row); err != nil {
		return "", err
	}
	return row.ID, s.d.Jobs.EnqueueTx(ctx, tx, jobCode, codeJob{Code: row.ID}, jobs.First())
}

// CodeWaits reports whether err only says that the last code is too young for
// another one. What that code was sent for may be kept with it all the same: it
// is still good.
func CodeWaits(err error) bool { return isCode(err, "identity.code.wait") }

// CheckCode compares what somebody entered with the code, counting the try in
// a transaction of its own. errs.Invalid with field "code" says what is wrong;
// errs.RateLimited, code identity.code.tries: five tries are used up. A code
// that fits still has to be used with UseCodeTx, within five minutes.
func (s *Service) CheckCode(ctx context.Context, codeID, subject, entered string) (err error) {
	defer errs.Wrap(&err, "identity.CheckCode")
	var verdict error
	err = s.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
		verdict, _, err = s.checkCodeTx(ctx, tx, codeID, subject, entered, "")
		return err
	})
	if err != nil {
		return err
	}
	return verdict
}

// checkCodeTx is CheckCode within a transaction, which has to be committed
// whatever the verdict: the try counts. by lets the one that used the code a
// moment ago pass once more, the second half of a double click; fresh tells that
// nobody has used it yet.
func (s *Service) checkCodeTx(ctx context.Context, tx *store.Tx, codeID, subject, entered, by string) (verdict error, fresh bool, err error) {
	row, found, err := store.Find[codeRow](ctx, tx, sqlCodeForUpdate, codeID)
	if err != nil {
		return nil, false, err
	}
	fresh = row.Used.IsZero()
	verdict, fits := s.judgeCode(row, found, subject, persian.Identifier(entered), by, tx.Now())
	switch {
	case verdict == nil && fresh:
		err = tx.Exec(ctx, sqlCodeChecked, codeID, store.At(tx.Now()))
	case verdict == nil, fits, !found, row.Subject != subject, row.Tries >= CodeTries, !fresh:
	default:
		err = tx.ExecOne(ctx, sqlCodeTried, codeID)
	}
	return verdict, fresh, err
}

func (s *Service) judgeCode(row codeRow, found bool, subject, entered, by string, now time.Time) (verdict error, fits bool) {
	wrong := func(code string, args ...any) error {
		return errs.InvalidFields([]errs.Field{{Name: "code", Code: code, Args: args}})
	}
	fits = found && row.Subject == subject && subtle.ConstantTimeCompare([]byte(s.codeText(row.ID)), []byte(entered)) == 1
	left := CodeTries - int(row.Tries) - 1
	switch {
	case !found || row.Subject != subject:
		return wrong("identity.code.expired"), false
	case row.Tries >= CodeTries:
		return errs.New(errs.RateLimited, "identity.code.tries"), fits
	case !row.Used.IsZero() && fits && by != "" && row.UsedBy == by && now.Sub(row.Used.Time) < sameClick:
		return nil, true
	case !row.Used.IsZero():
		return wrong("identity.code.used"), fits
	case !now.Before(row.Expires.Time):
		return wrong("identity.code.expired"), fits
	case fits:
		return nil, true
	case left == 0:
		return errs.New(errs.RateLimited, "identity.code.tries"), false
	}
	return wrong("identity.code.wrong", "left", left), false
}

// UseCodeTx spends a code that CheckCode accepted, exactly once; otherwise the
// transaction fails with errs.Conflict. It only writes, and is right in a blind
// transaction.
func (s *Service) UseCodeTx(ctx context.Context, tx *store.Tx, codeID string) (err error) {
	defer errs.Wrap(&err, "identity.UseCodeTx")
	return s.useCodeTx(ctx, tx, codeID, "")
}

func (s *Service) useCodeTx(ctx context.Context, tx *store.Tx, codeID, by string) error {
	return tx.ExecOne(ctx, sqlUseCode, codeID, store.At(tx.Now()), store.At(tx.Now().Add(-checkedFor)), by)
}

// SentCode tells what a page may know about a code. errs.NotFound if there is
// none.
func (s *Service) SentCode(ctx context.Context, codeID string) (_ SentCode, err error) {
	defer errs.Wrap(&err, "identity.SentCode")
	row, err := store.One[codeRow](ctx, s.d.DB, sqlCode, codeID)
	if err != nil {
		return SentCode{}, err
	}
	return SentCode{
		ID: row.ID, Mobile: row.Mobile, Sent: row.Sent.Time, Expires: row.Expires.Time,
		Again: row.Sent.Add(s.codes[row.Purpose].Resend), SMS: row.SMS,
		Dead: !row.Used.IsZero() || row.Tries >= CodeTries || !s.d.Clock.Now().Before(row.Expires.Time),
	}, nil
}

// codeText computes a code from its id: HMAC-SHA-256 with the dynamic
// truncation of RFC 4226 5.3.
func (s *Service) codeText(codeID string) string {
	h := hmac.New(sha256.New, s.d.CodeKey)
	h.Write([]byte("tarazu one-time code\x00" + codeID))
	sum := h.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&0xf:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", CodeDigits, n%1_000_000)
}

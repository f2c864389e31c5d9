// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// ID names a payment. It is a UUIDv7, made by the module that asks for the
// payment, which may so name it in a record before it exists.
type ID = string

// Payment is a sum that a person owes for one subject.
type Payment struct {
	ID       ID
	Owner    string // the person who pays
	Subject  string // id of what is paid for, in the caller's module
	Purpose  string // what kind of subject it is, in the caller's words for programs: "filing.fee"
	Lang     i18n.Lang
	ReturnTo string // local path of the subject's page
	TitleFA  string // what is paid for, to people
	TitleEN  string
	Lines    []Line
	Amount   int64 // rials, the sum of Lines
	State    State
	Reason   Reason // why it was cancelled, has expired or failed
	Bank     string // the bank's reference number, if paid
	Evidence string // id of the evidence record of the payment, if paid
	Created  time.Time
	Paid     time.Time // zero: not paid

	attempts int64  // how many attempts there are; the last one has this number
	settling string // token of the attempt that is being confirmed
	token    string // token of the attempt that was paid
}

// Line is one part of the amount, with the rule it follows from.
type Line struct {
	Code       string `json:"code"`
	NameFA     string `json:"name_fa"`
	NameEN     string `json:"name_en"`
	BasisFA    string `json:"basis_fa"` // how the amount follows, "3.5 % of …"; may be empty
	BasisEN    string `json:"basis_en"`
	Amount     int64  `json:"amount"`      // rials
	CitationFA string `json:"citation_fa"` // article or tariff line
	CitationEN string `json:"citation_en"`
}

// Name is the line's name in a language.
func (l Line) Name(lang i18n.Lang) string { return pick(lang, l.NameFA, l.NameEN) }

// Basis says how the amount follows, in a language.
func (l Line) Basis(lang i18n.Lang) string { return pick(lang, l.BasisFA, l.BasisEN) }

// Citation is the article or tariff line, in a language.
func (l Line) Citation(lang i18n.Lang) string { return pick(lang, l.CitationFA, l.CitationEN) }

// Title is what is paid for, in a language.
func (p Payment) Title(lang i18n.Lang) string { return pick(lang, p.TitleFA, p.TitleEN) }

func pick(lang i18n.Lang, fa, en string) string {
	if lang == i18n.EN && en != "" {
		return en
	}
	return fa
}

// Attempt is one try to pay at the provider.
type Attempt struct {
	Number    int64
	Reference string // ours, the provider's idempotency key
	Token     string // the provider's
	PayURL    string // the provider's page
	State     AttemptState
	Started   time.Time
}

// payTime is how long the provider waits for the payer's decision. Iranian
// providers give 10 to 15 minutes; until then the old link is offered again.
const payTime = 15 * time.Minute

// timeOut is when a payment without a decision counts as expired: payTime and
// five minutes for an answer on its way.
const timeOut = 20 * time.Minute

// New is a payment to be created.
type New struct {
	ID       ID
	Owner    string // the person who pays
	Subject  string
	Purpose  string
	Lines    []Line
	Lang     i18n.Lang // of the provider's page
	ReturnTo string    // local path of the subject's page, "/filings/…"
	TitleFA  string    // what is paid for; no personal data: the bank sees it
	TitleEN  string
}

// localPath is what a ReturnTo may look like: no other host, no query.
var localPath = regexp.MustCompile(`^(/[A-Za-z0-9_-]+)+$`)

// maxAmount is far above any court fee and far below what overflows a sum.
const maxAmount = 1_000_000_000_000_000

// check returns the sum of the lines. What it finds is a programmer's mistake,
// so it has no public words.
func (n New) check() (sum int64, err error) {
	for _, l := range n.Lines {
		if l.Amount < 0 || l.Amount > maxAmount || l.Code == "" || strings.TrimSpace(l.NameFA) == "" {
			return 0, errors.New("payment: a line without code, name or sensible amount")
		}
		sum += l.Amount
	}
	if !id.Valid(n.ID) || n.Owner == "" || strings.TrimSpace(n.TitleFA) == "" || n.Subject == "" || n.Purpose == "" || (n.Lang != i18n.FA && n.Lang != i18n.EN) ||
		!localPath.MatchString(n.ReturnTo) || sum <= 0 || sum > maxAmount || len(n.Lines) > 100 {
		return 0, errors.New("payment: incomplete, or its sum or return path makes no sense")
	}
	return sum, nil
}

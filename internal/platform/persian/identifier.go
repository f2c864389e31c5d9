// SPDX-License-Identifier: Apache-2.0

package persian

import (
	"strings"
	"unicode"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Identifier is the form in which a number or code is compared and kept: ASCII
// digits, without white space, dashes, zero-width characters or bidi marks.
// Letters stay as they are; nothing is padded.
func Identifier(s string) string {
	return strings.Map(func(r rune) rune {
		if r == zwnj || r == '\u200d' || r == '\u2212' || invisible(r) ||
			unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return digit(r)
	}, strings.ToValidUTF8(s, ""))
}

func invalid(code string) error { return errs.New(errs.Invalid, code) }

// allDigits tells whether s consists of ASCII digits only.
func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// issuedRepeated is the one code of ten equal digits that is reported to have
// really been issued (domain C); every other one is a made-up entry.
const issuedRepeated = "1111111111"

// NationalCode checks a national code (کد ملی) and returns its ten digits.
// The check digit is the weighted sum of the first nine digits (weights 10 to
// 2) modulo 11: itself if below 2, else 11 less it. Codes of eight or nine
// digits are refused with a code of their own, never padded: leading zeros
// that a spreadsheet dropped must be put back by the person. Errors are
// errs.Invalid with a code under persian.national_code.
func NationalCode(s string) (string, error) {
	s = Identifier(s)
	switch {
	case s == "":
		return "", invalid("persian.national_code.empty")
	case !allDigits(s):
		return "", invalid("persian.national_code.digits")
	case len(s) == 8 || len(s) == 9:
		return "", invalid("persian.national_code.short")
	case len(s) != 10:
		return "", invalid("persian.national_code.length")
	case s == issuedRepeated:
		return s, nil
	case strings.Count(s, s[:1]) == 10:
		return "", invalid("persian.national_code.repeated")
	case s[3:9] == "000000":
		return "", invalid("persian.national_code.check")
	}
	sum := 0
	for i := range 9 {
		sum += int(s[i]-'0') * (10 - i)
	}
	check := sum % 11
	if check >= 2 {
		check = 11 - check
	}
	if int(s[9]-'0') != check {
		return "", invalid("persian.national_code.check")
	}
	return s, nil
}

// LegalID checks a legal-entity identifier (شناسه ملی) and returns its eleven
// digits. Digits four to nine may not all be zero; the last digit is the sum
// of (digit + tenth digit + 2) with weights 29, 27, 23, 19, 17 twice, modulo
// 11, ten standing as zero. Errors are errs.Invalid under persian.legal_id.
func LegalID(s string) (string, error) {
	s = Identifier(s)
	switch {
	case s == "":
		return "", invalid("persian.legal_id.empty")
	case !allDigits(s):
		return "", invalid("persian.legal_id.digits")
	case len(s) != 11:
		return "", invalid("persian.legal_id.length")
	case s[3:9] == "000000":
		return "", invalid("persian.legal_id.check")
	}
	weights := [...]int{29, 27, 23, 19, 17}
	plus := int(s[9]-'0') + 2
	sum := 0
	for i := range 10 {
		sum += (int(s[i]-'0') + plus) * weights[i%5]
	}
	if sum%11%10 != int(s[10]-'0') {
		return "", invalid("persian.legal_id.check")
	}
	return s, nil
}

// Mobile checks an Iranian mobile number, written 09…, 9…, 98…, +98… or 0098…,
// and returns it as +989 and nine digits (E.164). Errors are errs.Invalid
// under persian.mobile.
func Mobile(s string) (string, error) {
	s = Identifier(s)
	if s == "" {
		return "", invalid("persian.mobile.empty")
	}
	s = strings.NewReplacer("(", "", ")", "").Replace(s)
	rest := s
	for _, p := range []string{"+98", "0098", "98", "0"} {
		if r, ok := strings.CutPrefix(s, p); ok && len(r) == 10 {
			rest = r
			break
		}
	}
	switch {
	case !allDigits(strings.TrimPrefix(s, "+")):
		return "", invalid("persian.mobile.digits")
	case len(rest) != 10 || rest[0] != '9':
		return "", invalid("persian.mobile.shape")
	}
	return "+98" + rest, nil
}

// Phone checks a mobile number of any country and returns it as + and 8 to 15
// digits (E.164). A number of this country may be written as Mobile takes it;
// one of another country with + or 00 and the country's code. Errors are
// errs.Invalid under persian.phone or persian.mobile.
func Phone(s string) (string, error) {
	n := strings.NewReplacer("(", "", ")", "").Replace(Identifier(s))
	if rest, ok := strings.CutPrefix(n, "00"); ok {
		n = "+" + rest
	}
	rest, foreign := strings.CutPrefix(n, "+")
	switch {
	case n == "":
		return "", invalid("persian.mobile.empty")
	case !foreign || strings.HasPrefix(rest, "98"):
		return Mobile(s)
	case !allDigits(rest):
		return "", invalid("persian.mobile.digits")
	case len(rest) < 8 || len(rest) > 15 || rest[0] == '0':
		return "", invalid("persian.phone.shape")
	}
	return n, nil
}

// Postal checks the shape of a postal code and returns its ten digits. There
// is no public check digit; only a registry can refuse.
// Errors are errs.Invalid under persian.postal.
func Postal(s string) (string, error) {
	s = Identifier(s)
	switch {
	case s == "":
		return "", invalid("persian.postal.empty")
	case !allDigits(s):
		return "", invalid("persian.postal.digits")
	case len(s) != 10:
		return "", invalid("persian.postal.length")
	}
	return s, nil
}

// Sheba checks an Iranian IBAN (شبا) and returns IR and 24 digits: with the
// first four characters moved to the end and I=18, R=27, the number modulo 97
// is 1 (ISO 13616). Errors are errs.Invalid under persian.sheba.
func Sheba(s string) (string, error) {
	s = strings.ToUpper(Identifier(s))
	if s == "" {
		return "", invalid("persian.sheba.empty")
	}
	rest, ok := strings.CutPrefix(s, "IR")
	if !ok || !allDigits(rest) || len(rest) != 24 {
		return "", invalid("persian.sheba.shape")
	}
	mod := 0
	for _, r := range rest[2:] + "1827" + rest[:2] {
		mod = (mod*10 + int(r-'0')) % 97
	}
	if mod != 1 {
		return "", invalid("persian.sheba.check")
	}
	return s, nil
}

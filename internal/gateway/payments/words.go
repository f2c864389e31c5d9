// SPDX-License-Identifier: Apache-2.0

package payments

import "strconv"

// words are those of the double's page. They are the bank's, not Tarazu's, and
// so do not stand in the locale files.
type words struct {
	Bank, Trial, Heading, Merchant, For, Amount, Reference, Unit   string
	Pay, Cancel, Others, Leave, Late, Back                         string
	IsPaid, IsCancelled, IsExpired, IsReturned, IsLeft, HowToLeave string
	Unknown, HowUnknown                                            string
}

var wordsOf = map[string]words{
	"fa": {
		Bank:        "درگاه پرداخت آزمایشی",
		Trial:       "این صفحه نمونه است و پولی جابه‌جا نمی‌شود.",
		Heading:     "پرداخت اینترنتی",
		Merchant:    "پذیرنده",
		For:         "بابت",
		Amount:      "مبلغ",
		Reference:   "شمارهٔ مرجع بانک",
		Unit:        "ریال",
		Pay:         "پرداخت می‌کنم",
		Cancel:      "انصراف از پرداخت",
		Others:      "رفتارهای دیگر برای آزمایش",
		Leave:       "صفحه را رها می‌کنم و چیزی اعلام نمی‌شود",
		Late:        "پرداخت می‌کنم ولی پاسخ بانک دیر می‌رسد",
		Back:        "بازگشت به سایت پذیرنده",
		IsPaid:      "پرداخت انجام شد",
		IsCancelled: "از پرداخت انصراف دادید",
		IsExpired:   "مهلت این پرداخت گذشته است",
		IsReturned:  "پول به حساب شما برگشت",
		IsLeft:      "صفحه را رها کردید",
		HowToLeave:  "بانک چیزی به پذیرنده اعلام نکرد. خودتان به سایت پذیرنده بروید.",
		Unknown:     "این پرداخت شناخته نشد",
		HowUnknown:  "به سایت پذیرنده برگردید و پرداخت را دوباره شروع کنید.",
	},
	"en": {
		Bank:        "Trial payment gateway",
		Trial:       "This page is a model. No money moves.",
		Heading:     "Pay online",
		Merchant:    "Paid to",
		For:         "For",
		Amount:      "Amount",
		Reference:   "Bank reference number",
		Unit:        "rials",
		Pay:         "Pay",
		Cancel:      "Cancel the payment",
		Others:      "Other behaviour, for trials",
		Leave:       "Leave the page without an answer",
		Late:        "Pay, but the bank’s answer comes late",
		Back:        "Back to the merchant’s site",
		IsPaid:      "The payment was made",
		IsCancelled: "You cancelled the payment",
		IsExpired:   "The time for this payment has passed",
		IsReturned:  "The money went back to your account",
		IsLeft:      "You left the page",
		HowToLeave:  "The bank told the merchant nothing. Go to the merchant’s site yourself.",
		Unknown:     "This payment is not known",
		HowUnknown:  "Go back to the merchant’s site and start the payment again.",
	},
}

// amount writes rials with separators, in Persian digits in fa.
func (w words) amount(rials int64, lang string) string {
	s := strconv.FormatInt(rials, 10)
	var out []rune
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			if lang == "fa" {
				out = append(out, '٬')
			} else {
				out = append(out, ',')
			}
		}
		if lang == "fa" {
			c += '۰' - '0'
		}
		out = append(out, c)
	}
	return string(out) + " " + w.Unit
}

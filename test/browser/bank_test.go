// SPDX-License-Identifier: Apache-2.0

package browser

import "github.com/tarazu/tarazu/internal/platform/i18n"

// bank are the buttons of the trial bank's page, which belongs to somebody
// else and has words of its own.
type bank struct{ pay, cancel, late, leave, back string }

func bankWords(l i18n.Lang) bank {
	if l == i18n.FA {
		return bank{"پرداخت می‌کنم", "انصراف از پرداخت", "پرداخت می‌کنم ولی پاسخ بانک دیر می‌رسد", "صفحه را رها می‌کنم و چیزی اعلام نمی‌شود", "بازگشت به سایت پذیرنده"}
	}
	return bank{"Pay", "Cancel the payment", "Pay, but the bank’s answer comes late", "Leave the page without an answer", "Back to the merchant’s site"}
}

// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/persian"
)

// panicked is the error that a panic becomes. Of a value that is neither an
// error nor a text only the type is told: its fields could be anything.
func panicked(p any) error {
	switch x := p.(type) {
	case error:
		return fmt.Errorf("the handler panicked: %w", x)
	case string:
		return fmt.Errorf("the handler panicked: %s", x)
	}
	return fmt.Errorf("the handler panicked: [%T]", p)
}

// shown is what the row says of an error: without numbers that are a national
// code or a mobile number, and cut at a rune boundary.
func shown(err error) string {
	const most = 500
	r := []rune(scrub(err.Error()))
	return string(r[:min(len(r), most)])
}

// numbers are runs of digits, Persian and Arabic ones included, that could be a
// mobile number or a national code.
var numbers = regexp.MustCompile(`\+?[0-9۰-۹٠-٩]{8,14}`)

// scrub does for the row what the program's log does by itself (platform/obs).
func scrub(s string) string {
	return numbers.ReplaceAllStringFunc(s, func(n string) string {
		d := persian.Digits(strings.TrimPrefix(n, "+"))
		_, notCode := persian.NationalCode(d)
		_, notMobile := persian.Mobile(n)
		if len(d) == 10 && notCode == nil || notMobile == nil {
			return "[redacted]"
		}
		return n
	})
}

// SPDX-License-Identifier: Apache-2.0

package payments

import (
	"encoding/json"
	"strconv"
)

// words are those of the double's page. They are the bank's, not Tarazu's, and
// so do not stand in the locale files.
type words struct {
	Bank, Trial, Heading, Merchant, For, Amount, Reference, Unit   string
	Pay, Cancel, Others, Leave, Late, Back                         string
	IsPaid, IsCancelled, IsExpired, IsReturned, IsLeft, HowToLeave string
	Unknown, HowUnknown                                            string
}

// readWords reads the words of both languages.
func readWords() map[string]words {
	out := map[string]words{}
	text, err := pageFiles.ReadFile("page/words.json")
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil { // embedded; the tests read every page
		return map[string]words{}
	}
	return out
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

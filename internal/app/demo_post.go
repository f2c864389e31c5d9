// SPDX-License-Identifier: Apache-2.0

package app

import (
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/persian"
)

// posted is a text message or an e-mail of the doubles.
type posted struct {
	to, subject, text string
	lang              string // of an e-mail
	at                time.Time
}

// mail tells whether it is an e-mail.
func (p posted) mail() bool { return strings.Contains(p.to, "@") }

// newest is how many messages the pane shows.
const newest = 30

// postOf are the newest messages to a number or an address, or to everybody if
// it is "", with the form in which that is kept.
func (d *Doubles) postOf(to string) (string, []posted) {
	to = strings.TrimSpace(to)
	if !strings.Contains(to, "@") {
		if n, err := persian.Phone(to); err == nil {
			to = n
		} else {
			to = ""
		}
	}
	var out []posted
	for _, s := range d.SMS.List() {
		if to == "" || to == s.To {
			out = append(out, posted{to: s.To, text: s.Text, at: s.At})
		}
	}
	for _, k := range d.Email.For(to) {
		out = append(out, posted{to: k.To, subject: k.Subject, text: k.Text, lang: k.Lang, at: k.At})
	}
	slices.SortStableFunc(out, func(a, b posted) int { return b.at.Compare(a.at) })
	return to, out[:min(len(out), newest)]
}

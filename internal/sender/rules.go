// SPDX-License-Identifier: Apache-2.0

package sender

import (
	_ "embed" // for the rules
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/webhook"
)

//go:embed rules.json
var rulesJSON []byte

// Basis is a law by which a body may serve through the system.
type Basis struct {
	Code     string      `json:"code"`
	Name     notice.Text `json:"name"`
	Citation notice.Text `json:"citation"`
	Mark     string      `json:"mark"`
}

// Quota is how many notices a body may send.
type Quota struct {
	Day    int64 `json:"day"`
	Month  int64 `json:"month"`
	Second int64 `json:"second"`
}

// Rules is what holds for all senders.
type Rules struct {
	About        string        `json:"about"`
	Version      int           `json:"version"`
	From         civil.Day     `json:"from"`
	Bases        []Basis       `json:"bases"`
	Names        []string      `json:"names"` // folded, as Claims
	Claims       []string      `json:"claims"`
	FieldMax     int           `json:"field_max"`
	FieldsMax    int           `json:"fields_max"`
	TextMax      int           `json:"text_max"`
	SubjectMax   int           `json:"subject_max"`
	BatchMax     int           `json:"batch_max"`
	KeysMax      int           `json:"keys_max"`
	KeyDays      int           `json:"key_days"`
	Quota        Quota         `json:"quota"`
	MissesDay    int64         `json:"misses_day"`
	MissesShare  int64         `json:"misses_share"` // of a day's quota, in hundredths, if it is more
	BatchRows    int           `json:"batch_rows"`
	PieceRows    int           `json:"piece_rows"`
	BatchDays    int           `json:"batch_days"` // after which one that was not started is left
	Codes        []TestCode    `json:"codes"`
	Waits        webhook.Waits `json:"waits"`
	OverlapHours int           `json:"overlap_hours"`
	Source       string        `json:"source"`
	Mark         string        `json:"mark"`
}

// TestCode is an addressee of a test key.
type TestCode struct {
	Code    string `json:"code"`
	Outcome string `json:"outcome"`
}

// DefaultRules reads the embedded rules.
func DefaultRules() (r Rules, err error) {
	if err := json.Unmarshal(rulesJSON, &r); err != nil {
		return r, fmt.Errorf("sender: rules.json: %w", err)
	}
	if r.Version < 1 || r.From == 0 || len(r.Bases) == 0 || len(r.Names) == 0 || len(r.Codes) == 0 || len(r.Waits) == 0 || r.Source == "" ||
		min(r.FieldMax, r.FieldsMax, r.TextMax, r.SubjectMax, r.BatchMax, r.KeysMax, r.KeyDays, r.OverlapHours, r.BatchRows, r.PieceRows, r.BatchDays) < 1 ||
		min(r.Quota.Day, r.Quota.Month, r.Quota.Second, r.MissesDay, r.MissesShare) < 1 {
		return r, errors.New("sender: rules.json is not whole")
	}
	for _, list := range [][]string{r.Names, r.Claims} { // once, and not for each value of each notice
		for i := range list {
			list[i] = persian.Fold(list[i])
		}
	}
	return r, nil
}

// Misses is how many addressees without an account a body may hear of in a day.
func (r Rules) Misses(q Quota) int64 { return max(r.MissesDay, q.Day*r.MissesShare/100) }

// Basis finds a law by its code.
func (r Rules) Basis(code string) (Basis, bool) {
	i := slices.IndexFunc(r.Bases, func(b Basis) bool { return b.Code == code })
	if i < 0 {
		return Basis{}, false
	}
	return r.Bases[i], true
}

func (r Rules) outcome(code string) (string, bool) {
	for _, c := range r.Codes {
		if c.Code == code {
			return c.Outcome, true
		}
	}
	return "", false
}

// imitates tells whether a text calls itself a court's: by a name (in subjects and
// values) or, in running text, by a claim.
func (r Rules) imitates(text string, claimsOnly bool) bool {
	plain := joined(text)
	for _, c := range r.Claims {
		if strings.Contains(" "+plain+" ", " "+c+" ") || strings.Contains(plain, c) && !ascii(c) {
			return true
		}
	}
	if claimsOnly {
		return false
	}
	for _, name := range r.Names {
		if strings.Contains(name, " ") {
			if strings.Contains(plain, name) {
				return true
			}
			continue
		}
		for word := range strings.FieldsSeq(plain) {
			// Persian takes endings on to the word: دادگاه‌های. English plurals are listed.
			if word == name || !ascii(name) && utf8.RuneCountInString(name) > 3 && strings.HasPrefix(word, name) {
				return true
			}
		}
	}
	return false
}

// joined folds a text and joins letters that stand alone: «د ا د گ ا ه», c-o-u-r-t.
func joined(text string) string {
	var out []string
	run := ""
	for word := range strings.FieldsSeq(persian.Fold(text)) {
		if utf8.RuneCountInString(word) == 1 {
			run += word
			continue
		}
		if run != "" {
			out, run = append(out, run), ""
		}
		out = append(out, word)
	}
	if run != "" {
		out = append(out, run)
	}
	return strings.Join(out, " ")
}

func ascii(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 }) }

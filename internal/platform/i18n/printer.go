// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Printer writes for people in one language. It does not change and may be
// used by many goroutines.
type Printer struct {
	lang  Lang
	texts map[string]string
	days  *dayMemo
	local *time.Location // of the reader, who lives in another country; nil: none
}

// dayMemo keeps the words of the days written last: a page of a hundred times
// has few days. Each day has one place, shared with those 256 days away.
type dayMemo [256]atomic.Pointer[dayWords]

type dayWords struct {
	day   civil.Day
	words string
}

// Lang is the printer's language.
func (p *Printer) Lang() Lang { return p.lang }

// Has tells whether there is a text for key.
func (p *Printer) Has(key string) bool {
	_, ok := p.texts[key]
	return ok
}

// T returns the text for key with its variables filled in from pairs of name
// and value. Whole numbers, days and times are written the printer's way,
// strings stay as they are. An unknown key gives "⟦key⟧", a variable without a
// value stays in braces; both show on the page and stop nothing.
func (p *Printer) T(key string, pairs ...any) string {
	text, ok := p.texts[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(pairs) < 2 {
		return text
	}
	return p.fill(text, pairs)
}

// fill puts values in the place of {name}. What is no variable, or has no
// value, stays. (Written by hand: a page of a hundred such texts is read far
// more often than written, and an expression costs ten times as much.)
func (p *Printer) fill(text string, pairs []any) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !open || !closed {
			if b.Len() == 0 {
				return text
			}
			b.WriteString(text)
			return b.String()
		}
		if b.Len() == 0 {
			b.Grow(len(text) + 16*len(pairs)) // room for most values, once
		}
		value, ok := valueOf(pairs, name)
		if !ok { // the brace stays; what follows it may hold another
			b.WriteString(before)
			b.WriteByte('{')
			text = rest
			continue
		}
		b.WriteString(before)
		b.WriteString(p.value(value))
		text = after
	}
}

func valueOf(pairs []any, name string) (any, bool) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if n, ok := pairs[i].(string); ok && n == name {
			return pairs[i+1], true
		}
	}
	return nil, false
}

// N is T for a counted thing: key.one when n is 1, key.other otherwise, in
// both languages, with {n} filled in. (CLDR would use "one" for zero in
// Persian too; a text such as «یک پرونده» would then be wrong.)
func (p *Printer) N(key string, n int, pairs ...any) string {
	form := key + ".other"
	if n == 1 && p.Has(key+".one") {
		form = key + ".one"
	}
	return p.T(form, append([]any{"n", n}, pairs...)...)
}

// Error returns the words of err that are safe for the public: those of its
// code, else those of its kind.
func (p *Printer) Error(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if ok && p.Has(e.Code) {
		return p.T(e.Code, e.Args...)
	}
	kind := errs.KindOf(err)
	return p.T("errs." + strings.ReplaceAll(kind.String(), " ", "_"))
}

// Key names words: as a value of other words it is written in their language.
type Key string

func (p *Printer) value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case Key:
		return p.T(string(v))
	case int:
		return p.Int(int64(v))
	case int32:
		return p.Int(int64(v))
	case int64:
		return p.Int(v)
	case civil.Day:
		return p.Day(v)
	case time.Time:
		return p.Time(v)
	}
	return fmt.Sprint(v)
}

// Int writes a whole number with its thousands parted: "۳۱٬۲۵۰" or "31,250".
func (p *Printer) Int(n int64) string {
	s := strconv.FormatInt(n, 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	sep, minus := ",", "-"
	if p.lang == FA {
		// The left-to-right mark keeps the sign on the left of the number.
		sep, minus = "٬", "\u200e−"
	}
	var b strings.Builder
	if neg {
		b.WriteString(minus)
	}
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteRune(r)
	}
	return p.Digits(b.String())
}

// Digits writes the digits of s in the printer's script, for numbers that are
// not counted (years, articles, clock times). Identifiers that people copy keep
// Latin digits: do not pass them.
func (p *Printer) Digits(s string) string { return Digits(p.lang, s) }

// Digits is Printer.Digits for a text in a language that is not the page's.
func Digits(l Lang, s string) string {
	if l != FA {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '۰'
		}
		return r
	}, s)
}

// Money writes an amount in rials: "۳۱٬۲۵۰٬۰۰۰ ریال" or "31,250,000 rials".
func (p *Printer) Money(rials int64) string {
	return p.T("civil.money.rials", "amount", p.Int(rials))
}

var weekdays = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// Weekday is the name of the day of the week.
func (p *Printer) Weekday(w time.Weekday) string {
	return p.T("civil.weekday." + weekdays[w])
}

// JalaliMonth is the name of a Jalali month, 1 to 12.
func (p *Printer) JalaliMonth(m int) string { return p.T("civil.jalali." + strconv.Itoa(m)) }

// GregorianMonth is the name of a Gregorian month, 1 to 12.
func (p *Printer) GregorianMonth(m int) string { return p.T("civil.gregorian." + strconv.Itoa(m)) }

func (p *Printer) jalali(d civil.Day) string {
	y, m, day := d.Jalali()
	return p.date(y, p.JalaliMonth(m), day)
}

func (p *Printer) gregorian(d civil.Day) string {
	y, m, day := d.Gregorian()
	return p.date(y, p.GregorianMonth(m), day)
}

func (p *Printer) date(y int, month string, day int) string {
	return p.Digits(strconv.Itoa(day)) + " " + month + " " + p.Digits(strconv.Itoa(y))
}

// Day writes a day in full: "شنبه ۱ آذر ۱۴۰۴", "Saturday 22 November 2025 (1
// Azar 1404)".
func (p *Printer) Day(d civil.Day) string {
	place := &p.days[uint64(d)%uint64(len(p.days))]
	if w := place.Load(); w != nil && w.day == d {
		return w.words
	}
	s := p.Weekday(d.Weekday()) + " " + p.DayShort(d)
	if p.lang == EN {
		s += " (" + p.jalali(d) + ")"
	}
	place.Store(&dayWords{d, s})
	return s
}

// DayShort writes a day without its weekday in the language's own calendar:
// "۱ آذر ۱۴۰۴", "22 November 2025".
func (p *Printer) DayShort(d civil.Day) string {
	if p.lang == FA {
		return p.jalali(d)
	}
	return p.gregorian(d)
}

// DayOther writes a day in the calendar that DayShort does not use, for a
// title attribute: "۲۲ نوامبر ۲۰۲۵", "1 Azar 1404".
func (p *Printer) DayOther(d civil.Day) string {
	if p.lang == FA {
		return p.gregorian(d)
	}
	return p.jalali(d)
}

// Time writes an instant as day and clock time (hours and minutes) in Tehran,
// which the law goes by, and beside it the reader's own (see In).
func (p *Printer) Time(t time.Time) string {
	day := civil.Of(t)
	h, m, _ := t.In(clock.Tehran).Clock()
	words := p.T("civil.time", "day", p.Day(day), "clock", p.clock(h, m))
	if p.local == nil {
		return words
	}
	there := t.In(p.local)
	h, m, _ = there.Clock()
	own := p.clock(h, m)
	y, mo, d := there.Date()
	if local, err := civil.FromGregorian(y, int(mo), d); err == nil && local != day {
		own = p.T("civil.time", "day", p.Day(local), "clock", own)
	}
	return p.T("civil.time_local", "time", words, "local", own)
}

func (p *Printer) clock(h, m int) string {
	return p.Digits(string([]byte{byte('0' + h/10), byte('0' + h%10), ':', byte('0' + m/10), byte('0' + m%10)}))
}

// Clock writes the clock time of an instant in Tehran, HH:MM:SS.
func (p *Printer) Clock(t time.Time) string {
	return p.Digits(t.In(clock.Tehran).Format("15:04:05"))
}

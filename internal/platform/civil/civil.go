// SPDX-License-Identifier: Apache-2.0

// Package civil owns calendar days without a time of day, in the two calendars
// of the country: Jalali (official) and Gregorian. A term, a birth date and a
// holiday are days, not instants; the day of an instant is its day in Tehran.
//
// Conversion to and from Jalali is done by yaa110/go-persian-calendar, which
// agrees with the astronomical calendar for 1300 to 1500 but rolls days that
// do not exist over into the next month: every day that comes in is therefore
// checked by a round trip.
package civil

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	ptime "github.com/yaa110/go-persian-calendar"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// Day is a calendar day: the number of days since 1970-01-01. Days are
// compared and subtracted as numbers.
type Day int32

// The years that are accepted from people and files, in either calendar:
// Jalali 1200 to 1600, that is 1821-03-21 to 2222-03-20. Outside 1300 to 1500
// leap years are computed, not observed.
const (
	minJalali, maxJalali = 1200, 1600
	firstGregorianYear   = 1700 // below it Parse reads a Jalali year
)

const secondsPerDay = 86400

// Of returns the day of an instant in Tehran (UTC+3:30).
func Of(t time.Time) Day {
	_, offset := t.In(clock.Tehran).Zone()
	s := t.Unix() + int64(offset)
	d := s / secondsPerDay
	if s%secondsPerDay < 0 {
		d--
	}
	return Day(d)
}

// Parse reads a day written year first: "2025-05-11", or Jalali "1404-06-31"
// when the year is below 1700. Persian and Arabic digits and / instead of - are
// accepted, one-digit months and days too. Errors are errs.Invalid.
func Parse(s string) (Day, error) {
	s = persian.Digits(persian.Store(s))
	sep := "-"
	if strings.Contains(s, "/") {
		sep = "/"
	}
	parts := strings.Split(s, sep)
	if len(parts) != 3 || len(parts[0]) != 4 {
		return 0, errs.New(errs.Invalid, "civil.day.shape")
	}
	var n [3]int
	for i, p := range parts {
		if p == "" || i > 0 && len(p) > 2 {
			return 0, errs.New(errs.Invalid, "civil.day.shape")
		}
		for _, c := range []byte(p) {
			if c < '0' || c > '9' {
				return 0, errs.New(errs.Invalid, "civil.day.shape")
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	if n[0] < firstGregorianYear {
		return FromJalali(n[0], n[1], n[2])
	}
	return FromGregorian(n[0], n[1], n[2])
}

// FromGregorian makes a day from a Gregorian date within Jalali 1200 to 1600.
// Errors are errs.Invalid: civil.day.year or civil.day.missing (no such day).
func FromGregorian(y, m, d int) (Day, error) {
	if y < firstGregorianYear || y > 9999 {
		return 0, errs.New(errs.Invalid, "civil.day.year")
	}
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, errs.New(errs.Invalid, "civil.day.missing")
	}
	day := dayOfUTC(time.Date(y, time.Month(m), d, 12, 0, 0, 0, time.UTC))
	if gy, gm, gd := day.Gregorian(); gy != y || gm != m || gd != d {
		return 0, errs.New(errs.Invalid, "civil.day.missing")
	}
	if jy, _, _ := day.Jalali(); jy < minJalali || jy > maxJalali {
		return 0, errs.New(errs.Invalid, "civil.day.year")
	}
	return day, nil
}

// FromJalali makes a day from a Jalali date between 1200 and 1600. Errors are
// errs.Invalid: civil.day.year or civil.day.missing (no such day, as 30 Esfand
// of a year that is not a leap year).
func FromJalali(y, m, d int) (Day, error) {
	if y < minJalali || y > maxJalali {
		return 0, errs.New(errs.Invalid, "civil.day.year")
	}
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, errs.New(errs.Invalid, "civil.day.missing")
	}
	day := dayOfUTC(ptime.Date(y, ptime.Month(m), d, 12, 0, 0, 0, time.UTC).Time())
	if jy, jm, jd := day.Jalali(); jy != y || jm != m || jd != d {
		return 0, errs.New(errs.Invalid, "civil.day.missing")
	}
	return day, nil
}

// dayOfUTC is exact for instants at noon UTC, on either side of 1970.
func dayOfUTC(noon time.Time) Day { return Day((noon.Unix() - secondsPerDay/2) / secondsPerDay) }

func (d Day) noon() time.Time {
	return time.Unix(int64(d)*secondsPerDay+secondsPerDay/2, 0).UTC()
}

// Gregorian returns the Gregorian year, month and day.
func (d Day) Gregorian() (y, m, day int) {
	yy, mm, dd := d.noon().Date()
	return yy, int(mm), dd
}

// Jalali returns the Jalali year, month and day.
func (d Day) Jalali() (y, m, day int) {
	yy, mm, dd := ptime.New(d.noon()).Date()
	return yy, int(mm), dd
}

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.noon().Weekday() }

// String is the ISO 8601 Gregorian date, "2025-05-11".
func (d Day) String() string {
	y, m, day := d.Gregorian()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// JalaliString is the Jalali date with ASCII digits, "1404-06-31". It is for
// records and machines; people are shown i18n's Printer.Day.
func (d Day) JalaliString() string {
	y, m, day := d.Jalali()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// Add returns the day n days later (earlier if n is negative).
func (d Day) Add(n int) Day { return d + Day(n) }

// Time returns the instant at which the day begins in Tehran, in UTC.
func (d Day) Time() time.Time {
	y, m, day := d.Gregorian()
	return time.Date(y, time.Month(m), day, 0, 0, 0, 0, clock.Tehran).UTC()
}

// MarshalText writes the ISO Gregorian date, in JSON values and keys alike.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what Parse reads.
func (d *Day) UnmarshalText(b []byte) error {
	day, err := Parse(string(b))
	if err != nil {
		return err
	}
	*d = day
	return nil
}

// Value stores the day as its number (BIGINT).
func (d Day) Value() (driver.Value, error) { return int64(d), nil }

// Scan reads a day from its number.
func (d *Day) Scan(src any) error {
	n, ok := src.(int64)
	if !ok || int64(Day(n)) != n {
		return fmt.Errorf("civil: cannot read a day from %T", src)
	}
	*d = Day(n)
	return nil
}

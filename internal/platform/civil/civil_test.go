// SPDX-License-Identifier: Apache-2.0

package civil

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

func TestAnchors(t *testing.T) {
	t.Parallel()
	for _, a := range []struct {
		jalali, gregorian string
		weekday           time.Weekday
	}{
		{"1403-01-01", "2024-03-20", time.Wednesday},
		{"1404-01-01", "2025-03-21", time.Friday},
		{"1405-01-01", "2026-03-21", time.Saturday},
		{"1403-04-02", "2024-06-22", time.Saturday},
		{"1404-07-20", "2025-10-12", time.Sunday},
		{"1403-12-30", "2025-03-20", time.Thursday},
		{"1348-10-11", "1970-01-01", time.Thursday},
		{"1348-10-10", "1969-12-31", time.Wednesday},
		{"1404-09-01", "2025-11-22", time.Saturday},
	} {
		d, err := Parse(a.jalali)
		if err != nil {
			t.Fatal(a.jalali, err)
		}
		if d.String() != a.gregorian || d.JalaliString() != a.jalali || d.Weekday() != a.weekday {
			t.Errorf("%s: got %s %s %s", a.jalali, d, d.JalaliString(), d.Weekday())
		}
		if g, err := Parse(a.gregorian); err != nil || g != d {
			t.Errorf("%s: got %v, %v", a.gregorian, g, err)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"۱۴۰۴/۶/۳۱":            "2025-09-22",
		" 1404/06/31 ":         "2025-09-22",
		"\u200e2025-5-1\u200e": "2025-05-01",
		"1200-01-01":           "1821-03-21",
		"1600-12-29":           "2222-03-20",
		"٢٠٢٤/٠٢/٢٩":           "2024-02-29",
	} {
		if d, err := Parse(in); err != nil || d.String() != want {
			t.Errorf("%q: got %v, %v; want %s", in, d, err, want)
		}
	}
	for in, code := range map[string]string{
		"":              "civil.day.shape",
		"1404-06":       "civil.day.shape",
		"31/06/1404":    "civil.day.shape",
		"1404/06-31":    "civil.day.shape",
		"1404-+6-31":    "civil.day.shape",
		"1404-006-31":   "civil.day.shape",
		"1404--1":       "civil.day.shape",
		"1404-12-30":    "civil.day.missing", // not a leap year
		"1404-07-31":    "civil.day.missing",
		"1404-13-01":    "civil.day.missing",
		"1404-00-10":    "civil.day.missing",
		"2025-02-29":    "civil.day.missing",
		"2025-04-31":    "civil.day.missing",
		"1199-01-01":    "civil.day.year",
		"1699-01-01":    "civil.day.year",
		"1700-01-01":    "civil.day.year",
		"1821-03-20":    "civil.day.year",
		"2222-03-21":    "civil.day.year",
		"9999-01-01":    "civil.day.year",
		"0000-01-01":    "civil.day.year",
		"2025-05-11T00": "civil.day.shape",
	} {
		_, err := Parse(in)
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.Code != code || e.Kind != errs.Invalid {
			t.Errorf("%q: got %v, want %s", in, err, code)
		}
	}
}

// Every day of three centuries goes to Jalali and back, and follows the day
// before it by exactly one day in both calendars.
func TestRoundTripEveryDay(t *testing.T) {
	t.Parallel()
	from, err := FromJalali(1300, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	to, err := FromJalali(1500, 12, 29)
	if err != nil {
		t.Fatal(err)
	}
	leaps := map[int]bool{}
	py, pm, pd := 1299, 12, 30
	for d := from; d <= to; d++ {
		y, m, day := d.Jalali()
		back, err := FromJalali(y, m, day)
		if err != nil || back != d {
			t.Fatalf("%s: back %v, %v", d.JalaliString(), back, err)
		}
		gy, gm, gd := d.Gregorian()
		if back, err := FromGregorian(gy, gm, gd); err != nil || back != d {
			t.Fatalf("%s: back %v, %v", d, back, err)
		}
		next := y == py && m == pm && day == pd+1 || day == 1 && (y == py && m == pm+1 || y == py+1 && m == 1 && pm == 12)
		if !next {
			t.Fatalf("%04d-%02d-%02d is followed by %s", py, pm, pd, d.JalaliString())
		}
		if m == 12 && day == 30 {
			leaps[y] = true
		}
		py, pm, pd = y, m, day
	}
	for _, y := range []int{1399, 1403, 1408} {
		if !leaps[y] {
			t.Errorf("%d is not a leap year", y)
		}
	}
	if leaps[1404] || leaps[1407] {
		t.Error("1404 or 1407 is a leap year")
	}
}

func TestOfIsTheDayInTehran(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2025, 5, 10, 20, 30, 0, 0, time.UTC)
	if d := Of(midnight); d.String() != "2025-05-11" || !d.Time().Equal(midnight) {
		t.Errorf("got %s beginning %s", d, d.Time())
	}
	if d := Of(midnight.Add(-time.Microsecond)); d.String() != "2025-05-10" {
		t.Errorf("just before midnight: %s", d)
	}
	if d := Of(time.Date(1960, 1, 1, 12, 0, 0, 0, time.UTC)); d.String() != "1960-01-01" {
		t.Errorf("before 1970: %s", d)
	}
	for d := Day(-40000); d < 40000; d += 37 {
		if Of(d.Time()) != d || Of(d.Add(1).Time().Add(-1)) != d {
			t.Fatalf("%s is not its own day", d)
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	d, err := Parse("1404-02-21")
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(map[string]Day{"day": d})
	if err != nil || string(b) != `{"day":"2025-05-11"}` {
		t.Fatalf("%s, %v", b, err)
	}
	var back map[string]Day
	if err := json.Unmarshal(b, &back); err != nil || back["day"] != d {
		t.Fatalf("%v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"day":"2025-13-11"}`), &back); err == nil {
		t.Error("a day that does not exist was read")
	}
	v, err := d.Value()
	if err != nil || v != int64(d) {
		t.Fatalf("%v, %v", v, err)
	}
	var s Day
	if err := s.Scan(v); err != nil || s != d {
		t.Fatalf("%v, %v", s, err)
	}
	for _, bad := range []any{nil, "2025-05-11", int64(1) << 40} {
		if err := s.Scan(bad); err == nil {
			t.Errorf("a day was read from %v", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2025-05-11", "1404-06-31", "۱۴۰۳/۱۲/۳۰", "1404-12-30", "0-0-0", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		for _, again := range []string{d.String(), d.JalaliString()} {
			if back, err := Parse(again); err != nil || back != d {
				t.Fatalf("%q -> %s -> %v, %v", s, again, back, err)
			}
		}
	})
}

// FuzzCalendars: a date of either calendar is the same date when written back,
// or none at all; nothing rolls over.
func FuzzCalendars(f *testing.F) {
	for _, d := range [][3]int{{1403, 12, 30}, {1404, 12, 30}, {1404, 7, 31}, {1, 1, 1}, {2024, 2, 29}, {2025, 2, 29}, {0, 0, 0}, {-1, 13, 32}, {1 << 40, 1, 1}, {9999, 12, 31}} {
		f.Add(d[0], d[1], d[2])
	}
	f.Fuzz(func(t *testing.T, y, m, d int) {
		if day, err := FromJalali(y, m, d); err == nil {
			if y2, m2, d2 := day.Jalali(); y2 != y || m2 != m || d2 != d {
				t.Fatalf("Jalali %d-%d-%d -> %s -> %d-%d-%d", y, m, d, day, y2, m2, d2)
			}
		}
		if day, err := FromGregorian(y, m, d); err == nil {
			if y2, m2, d2 := day.Gregorian(); y2 != y || m2 != m || d2 != d {
				t.Fatalf("Gregorian %d-%d-%d -> %s -> %d-%d-%d", y, m, d, day, y2, m2, d2)
			}
			if y2, m2, d2 := day.Jalali(); true {
				if back, err := FromJalali(y2, m2, d2); err == nil && back != day {
					t.Fatalf("%s is %d-%d-%d, which is %s", day, y2, m2, d2, back)
				}
			}
		}
	})
}

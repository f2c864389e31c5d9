// SPDX-License-Identifier: Apache-2.0

package web

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// DayRole is what a day is in a term.
type DayRole uint8

// The roles. The day of service and the day of the act count for nothing
// (CPC 445); a last day that is closed moves to the next open one.
const (
	DayOutside  DayRole = iota // before or after the term
	DayService                 // the paper was served; does not count
	DayCounted                 // counts
	DayExcluded                // does not count: a suspension, an outage
	DayMoved                   // past the count, because the last day was closed
	DaySafe                    // the day to be done by
	DayLast                    // the last day
)

// StripDay is one day of a Strip.
type StripDay struct {
	Day    civil.Day
	Role   DayRole
	Count  int    // which day of the term, from 1; 0: none
	Closed bool   // Friday, holiday or closure
	Note   string // why it is closed or excluded: "Friday", the name of the holiday
}

// Strip is a term drawn day by day, from service to the last day.
type Strip struct {
	Title   string
	Days    []StripDay // in order, without gaps
	Today   civil.Day  // marked if it is among Days
	Summary string     // the sentence that says the same
}

// cells lays the days on weeks that begin on Saturday: offset is how many
// places of the first week stay empty.
func (s Strip) offset() int {
	if len(s.Days) == 0 {
		return 0
	}
	return weekPlace(s.Days[0].Day)
}

// weekPlace is 0 for Saturday to 6 for Friday.
func weekPlace(d civil.Day) int { return (int(d.Weekday()) + 1) % 7 }

func (d StripDay) class(today civil.Day) string {
	c := []string{"day"}
	switch d.Role {
	case DayService:
		c = append(c, "day-service")
	case DayCounted:
		c = append(c, "day-counted")
	case DayExcluded:
		c = append(c, "day-excluded")
	case DayMoved:
		c = append(c, "day-moved")
	case DaySafe:
		c = append(c, "day-counted", "day-safe")
	case DayLast:
		c = append(c, "day-counted", "day-last")
	}
	if d.Closed {
		c = append(c, "day-closed")
	}
	if d.Day == today {
		c = append(c, "day-today")
	}
	return strings.Join(c, " ")
}

// mark is the small word in a day's cell.
func (d StripDay) mark(p *i18n.Printer, today civil.Day) string {
	switch {
	case d.Role == DayService:
		return p.T("web.strip.short.service")
	case d.Role == DayLast:
		return p.T("web.strip.short.last")
	case d.Role == DaySafe:
		return p.T("web.strip.short.safe")
	case d.Day == today:
		return p.T("web.strip.short.today")
	case d.Closed:
		return p.T("web.strip.short.closed")
	}
	return ""
}

// words is the meaning of a day in the table.
func (d StripDay) words(p *i18n.Printer, today civil.Day) string {
	var w []string
	switch d.Role {
	case DayService:
		w = append(w, p.T("web.strip.service"))
	case DayCounted:
		w = append(w, p.T("web.strip.counted"))
	case DayExcluded:
		w = append(w, p.T("web.strip.excluded"))
	case DayMoved:
		w = append(w, p.T("web.strip.moved"))
	case DaySafe:
		w = append(w, p.T("web.strip.safe"))
	case DayLast:
		w = append(w, p.T("web.strip.last"))
	}
	if d.Closed && d.Note == "" {
		w = append(w, p.T("web.strip.closed"))
	}
	if d.Note != "" {
		w = append(w, d.Note)
	}
	if d.Day == today {
		w = append(w, p.T("web.strip.today"))
	}
	return strings.Join(w, p.T("web.list_separator")+" ")
}

// ownDay is a day in the language's own calendar, as DayShort writes it.
func ownDay(p *i18n.Printer, d civil.Day) (day int, month string) {
	if p.Lang() == i18n.FA {
		_, m, day := d.Jalali()
		return day, p.JalaliMonth(m)
	}
	_, m, day := d.Gregorian()
	return day, p.GregorianMonth(m)
}

func dayNumber(p *i18n.Printer, d civil.Day) string {
	day, _ := ownDay(p, d)
	return p.Int(int64(day))
}

// monthName is the month to be named above a day: on the first day drawn and
// on the first of each month.
func (s Strip) monthName(p *i18n.Printer, i int) string {
	day, month := ownDay(p, s.Days[i].Day)
	if i != 0 && day != 1 {
		return ""
	}
	if p.Lang() == i18n.EN && len(month) > 4 {
		return month[:3]
	}
	return month
}

func (s Strip) has(role DayRole) bool {
	for _, d := range s.Days {
		if d.Role == role {
			return true
		}
	}
	return false
}

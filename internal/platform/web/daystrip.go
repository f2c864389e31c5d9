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

// dayNumber is the day of the Jalali month; monthStart tells whether the month
// should be named beside it: on its first day, and on the first day drawn.
func (s Strip) monthStart(i int) bool {
	_, _, day := s.Days[i].Day.Jalali()
	return i == 0 || day == 1
}

func jalaliDay(p *i18n.Printer, d civil.Day) string {
	_, _, day := d.Jalali()
	return p.Int(int64(day))
}

func jalaliMonth(p *i18n.Printer, d civil.Day) string {
	_, m, _ := d.Jalali()
	return p.JalaliMonth(m)
}

func (s Strip) has(role DayRole) bool {
	for _, d := range s.Days {
		if d.Role == role {
			return true
		}
	}
	return false
}

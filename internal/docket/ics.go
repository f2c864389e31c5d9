// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// icsEvent is an event of a calendar file: a whole day, or an hour from an
// instant on. Its words are those of the keys "docket.ics.<words>" and
// "docket.ics.words".
type icsEvent struct {
	uid   string
	words string
	day   civil.Day
	at    time.Time // zero: all day
	alarm string    // how long before, "-P3D"; "" for none
}

// icsFile writes events as an iCalendar object (RFC 5545). A phone shows them to
// whoever looks at it, so they name neither the case nor what it is about. UID
// and SEQUENCE let a later version replace an earlier one.
func icsFile(p *i18n.Printer, made time.Time, sequence int, events ...icsEvent) []byte {
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Tarazu//Docket//EN")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	for _, e := range events {
		summary := escapeICS(p.T("docket.ics." + e.words))
		line("BEGIN", "VEVENT")
		line("UID", e.uid+"@tarazu")
		line("SEQUENCE", fmt.Sprint(sequence))
		line("DTSTAMP", icsTime(made))
		if e.at.IsZero() {
			fold(&b, "DTSTART;VALUE=DATE:"+icsDay(e.day))
			fold(&b, "DTEND;VALUE=DATE:"+icsDay(e.day.Add(1)))
			line("TRANSP", "TRANSPARENT")
		} else {
			line("DTSTART", icsTime(e.at))
			line("DURATION", "PT1H")
		}
		line("SUMMARY", summary)
		line("DESCRIPTION", escapeICS(p.T("docket.ics.words")))
		line("CLASS", "PRIVATE")
		if e.alarm != "" {
			line("BEGIN", "VALARM")
			line("ACTION", "DISPLAY")
			line("DESCRIPTION", summary)
			line("TRIGGER", e.alarm)
			line("END", "VALARM")
		}
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return []byte(b.String())
}

// calendarFile is a deadline: the safe date, with an alarm three days before,
// and the last date.
func calendarFile(p *i18n.Printer, d Deadline) []byte {
	return icsFile(p, d.Made, d.Seq-1,
		icsEvent{uid: d.Notice + "-safe", words: "safe", day: d.Safe, alarm: "-P3D"},
		icsEvent{uid: d.Notice + "-last", words: "last", day: d.Last})
}

// hearingCalendar is a hearing, with an alarm a day before.
func hearingCalendar(p *i18n.Printer, now time.Time, h Hearing) []byte {
	return icsFile(p, now, 0, icsEvent{uid: h.ID, words: "hearing", at: h.At, alarm: "-P1D"})
}

func icsTime(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

func icsDay(d civil.Day) string { return strings.ReplaceAll(d.String(), "-", "") }

// escapeICS escapes a TEXT value (RFC 5545, section 3.3.11).
func escapeICS(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

// fold ends a line and breaks it after at most 75 octets, never inside a
// character (RFC 5545, section 3.1).
func fold(b *strings.Builder, s string) {
	width := 75
	for len(s) > width {
		cut := width
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s, width = s[cut:], 74
	}
	b.WriteString(s + "\r\n")
}

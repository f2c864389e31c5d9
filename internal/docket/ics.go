// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// calendarFile writes a deadline as an iCalendar object (RFC 5545): two all-day
// events, the safe date with an alarm three days before, and the last date. A
// phone shows them to whoever looks at it, so they name neither the case nor
// what it is about. UID and SEQUENCE let a later computation replace an earlier
// one.
func calendarFile(p *i18n.Printer, d Deadline) []byte {
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Tarazu//Docket//EN")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	event := func(kind string, day civil.Day, alarm bool) {
		line("BEGIN", "VEVENT")
		line("UID", d.Notice+"-"+kind+"@tarazu")
		line("SEQUENCE", fmt.Sprint(d.Seq-1))
		line("DTSTAMP", d.Made.UTC().Format("20060102T150405Z"))
		fold(&b, "DTSTART;VALUE=DATE:"+icsDay(day))
		fold(&b, "DTEND;VALUE=DATE:"+icsDay(day.Add(1)))
		line("SUMMARY", escapeICS(p.T("docket.ics."+kind)))
		line("DESCRIPTION", escapeICS(p.T("docket.ics.words")))
		line("CLASS", "PRIVATE")
		line("TRANSP", "TRANSPARENT")
		if alarm {
			line("BEGIN", "VALARM")
			line("ACTION", "DISPLAY")
			line("DESCRIPTION", escapeICS(p.T("docket.ics."+kind)))
			line("TRIGGER", "-P3D")
			line("END", "VALARM")
		}
		line("END", "VEVENT")
	}
	event("safe", d.Safe, true)
	event("last", d.Last, false)
	line("END", "VCALENDAR")
	return []byte(b.String())
}

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

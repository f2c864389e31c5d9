// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// The page of a deadline holds for somebody abroad, for a closure of the
// province, and after a later one: the old page stays and leads to the new one,
// whose calendar file replaces the old entry.
func TestDeadlinePage(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		s := newSite(t, r, cast{"plaintiff": p, "defendant": d, "clerk": clerk})
		r.publish(t, "2025-05-31") // the last day: heat in Markazi
		here := r.open(t, debt("f1", p, d))
		n := debt("f2", p, d)
		n.Parties[1].Abroad = true
		abroad := r.open(t, n)
		r.serve(t, here, Defendant, "cpc-336", "k1")
		r.serve(t, abroad, Defendant, "cpc-54", "k2")
		r.drain(t)
		urls := map[string]string{}
		for _, due := range must(r.OpenDeadlines(t.Context(), d))(t) {
			urls[due.Case] = "/cases/" + due.Case + "/deadlines/" + due.Deadline
		}
		s.as("defendant")
		// Twenty days from 10 May end on Friday the 30th; the 31st, the day of the
		// act, is closed in the province, so the 1st of June is the last day.
		_, page := s.get(urls[here.ID])
		s.has(page, "۸ خرداد ۱۴۰۴", "۱۱ خرداد ۱۴۰۴", "گرما", "مرکزی", "در ایران", "این قاعده را از کجا می\u200cدانیم", "calendar.ics")
		if _, ics := s.get(urls[here.ID] + "/calendar.ics"); !strings.Contains(ics, "20250601") || !strings.Contains(ics, "SEQUENCE:0") {
			t.Errorf("calendar file %s", ics)
		}
		// That the length is from memory is for whoever checks the law.
		memory := r.cat.Printer(i18n.FA).T("calendar.note.memory")
		if note, _, _ := strings.Cut(page, "<details"); strings.Contains(note, memory) || !strings.Contains(page, memory) {
			t.Error("a lay person is told beside the dates that the term is from memory, or nowhere")
		}
		// Abroad: sixty days, and that they are the general term is said.
		_, page = s.get(urls[abroad.ID])
		s.has(page, "۶۰ روز", "خارج از کشور", r.cat.Printer(i18n.FA).T("calendar.note.abroad_default"), "۱۹ تیر ۱۴۰۴")
		// A later closure of the new last day.
		r.clk.Advance(time.Hour)
		r.publish(t, "2025-06-01")
		if err := r.Recompute(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, page = s.get(urls[here.ID])
		s.has(page, "این محاسبه دیگر معتبر نیست", "۱۱ خرداد ۱۴۰۴")
		if strings.Contains(page, "calendar.ics") {
			t.Error("a calendar file is offered for what is no longer valid")
		}
		now := "/cases/" + here.ID + "/deadlines/" + must(r.OpenDeadlines(t.Context(), d))(t)[0].Deadline
		s.has(page, `href="`+now+`"`)
		_, page = s.get(now)
		s.has(page, "۱۲ خرداد ۱۴۰۴", urls[here.ID])
		if _, ics := s.get(now + "/calendar.ics"); !strings.Contains(ics, "20250602") || !strings.Contains(ics, "SEQUENCE:1") {
			t.Errorf("calendar file %s", ics)
		}
		s.as("clerk")
		_, page = s.get(now)
		if note, _, _ := strings.Cut(page, "<details"); !strings.Contains(note, memory) {
			t.Error("the staff are not told that the term is from memory")
		}
	})
}

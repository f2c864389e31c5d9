// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// introductions: a bar association sends a list with faults, reads what is wrong
// in which row, applies the rest, and takes it back; then the same as a workbook.
func introductions(t *testing.T, w *world, c context.Context, l look) {
	staff := w.post("هاله", "کانونی", policy.Association, "bar-tehran", "", l.lang)
	w.lift(t, staff.someone, identity.ByOffice)
	lawyer, namesake := w.resident("روشنک", "پروانه‌دار", "ناصر", l.lang), w.resident("داود", "هم‌نام", "شعبان", l.lang)
	later := w.newcomer("یگانه", "آینده", "پرویز")
	dir := t.TempDir()
	b := w.open(t, c, l)
	b.takeOffice(staff)
	b.visit("/introductions")
	b.inspect("introductions-none")
	b.press(b.p.T("intro.list.new"))
	b.at("/introductions/new")
	b.inspect("introductions-new")
	b.press(b.p.T("intro.new.go"))
	b.refused("file")
	b.attach("file", put(t, dir, "columns.csv", []byte("کد ملی,نام خانوادگی\n"+lawyer.code+","+lawyer.last+"\n")))
	b.press(b.p.T("intro.new.go"))
	b.refused("file")
	b.inspect("introductions-new-refused")

	rows := [][]any{
		{"کد ملی", "نام خانوادگی", "شماره پروانه", "پایه", "اعتبار تا"},
		{lawyer.code, lawyer.last, "12345", "پایه یک", "1410/12/29"},
		{later.code, later.last, "12346", "کارآموز", "1410/12/29"},
		{namesake.code, "دیگری", "12347", "پایه دو", "1410/12/29"},
		{"1234567890", "بی‌شماره", "12348", "پایه سه", "1410/12/29"},
		{lawyer.code, lawyer.last, "12345", "پایه یک", "1410/12/29"},
	}
	var text strings.Builder
	for _, r := range rows {
		fmt.Fprintln(&text, strings.Join([]string{r[0].(string), r[1].(string), r[2].(string), r[3].(string), r[4].(string)}, ","))
	}
	b.attach("file", put(t, dir, "lawyers.csv", []byte(text.String())))
	b.press(b.p.T("intro.new.go"))
	b.at("/introductions/")
	b.sees(b.p.T("intro.batch.checked", "good", 2, "wrong", 3), b.p.T("intro.row.name"), b.p.T("intro.row.twice"))
	b.inspect("introductions-checked")
	if report := string(b.download(b.p.T("intro.batch.report"))); !strings.Contains(report, lawyer.last) || !strings.Contains(report, b.p.T("intro.row.name")) {
		t.Errorf("%s: the report does not tell what is wrong:\n%s", l, report)
	}
	me := w.open(t, c, l)
	me.quiet = true
	me.signIn(lawyer)
	me.visit("/capacity")
	me.lacks("وکیل دادگستری", "Lawyer") // nothing yet

	b.press(b.p.T("intro.batch.apply", "n", 2))
	b.inspect("introductions-applying")
	b.reloads(b.p.T("intro.outcome.granted"))
	b.sees(b.p.T("intro.outcome.introduced"))
	b.inspect("introductions-applied")
	me.visit("/capacity")
	me.examine("capacity-introduced")
	if n := ask[int](me, `document.querySelectorAll("input[name=capacity]").length`); n != 2 {
		t.Errorf("%s: %d capacities after the introduction", l, n)
	}
	b.press(b.p.T("intro.batch.undo"))
	b.sees(b.p.T("intro.undo.text"))
	b.inspect("introductions-undo")
	b.press(b.p.T("intro.undo.go"))
	b.reloads(b.p.T("intro.state.undone"))
	b.inspect("introductions-undone")
	me.visit("/capacity")
	if n := ask[int](me, `document.querySelectorAll("input[name=capacity]").length`); n > 1 {
		t.Errorf("%s: %d capacities after it was taken back", l, n)
	}

	book := excelize.NewFile()
	for i, row := range rows[:3] {
		must(t, book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
	}
	var sheet bytes.Buffer
	must(t, book.Write(&sheet))
	b.visit("/introductions/new")
	b.attach("file", put(t, dir, "lawyers.xlsx", sheet.Bytes()))
	b.press(b.p.T("intro.new.go"))
	b.sees(b.p.T("intro.batch.checked", "good", 2, "wrong", 0))
	b.press(b.p.T("intro.batch.apply", "n", 2))
	b.reloads(b.p.T("intro.outcome.granted"))
	b.visit("/introductions")
	b.sees("lawyers.csv", "lawyers.xlsx")
	b.inspect("introductions")
}

// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

func kindOf(t testing.TB, name string) Kind {
	t.Helper()
	all, err := Kinds()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(k Kind) bool { return k.Kind == name })
	if i < 0 {
		t.Fatalf("no kind %s", name)
	}
	return all[i]
}

const good = "کد ملی;نام خانوادگی;شماره پروانه;پایه;اعتبار تا\n" +
	"۰۰۰۱۲۳۴۵۶۰;كريمي;۱۲۳;۱;1406/12/29\n" +
	"0009999991;یزدی;\"12;4\";trainee;2027-03-20\n"

func TestRead(t *testing.T) {
	t.Parallel()
	k := kindOf(t, "lawyers")
	for name, text := range map[string]string{
		"as is": good, "with a mark": "\xef\xbb\xbf" + good, "Windows lines": strings.ReplaceAll(good, "\n", "\r\n"),
		"tabs":           strings.NewReplacer("\"12;4\"", "12;4", ";", "\t").Replace(good[:len(good)-len("0009999991;یزدی;\"12;4\";trainee;2027-03-20\n")]) + "0009999991\tیزدی\t12;4\ttrainee\t2027-03-20\n",
		"commas":         "national code,last_name,Licence Number,grade,VALID UNTIL\n0001234560,کریمی,۱۲۳,۱,1406-12-29\n0009999991,یزدی,12;4,Trainee,2027-03-20",
		"another order":  "پایه;x;اعتبار تا;کد ملی;شماره پروانه;نام خانوادگی\n۱;;1406/12/29;0001234560;۱۲۳;کریمی\n\n;;;\ntrainee;x;2027/3/20;0009999991;12-4;یزدی",
		"Arabic letters": strings.ReplaceAll(good, "ی", "ي"),
	} {
		rows, err := Read(k, []byte(text))
		if err != nil || len(rows) != 2 {
			t.Errorf("%s: %+v, %v", name, rows, err)
			continue
		}
		a, b := rows[0], rows[1]
		if a.Problem != "" || a.Cells["national_code"] != "0001234560" || a.Cells["last_name"] != "کریمی" || a.Cells["grade"] != "1" || a.Cells["until"] != "2028-03-19" || a.Line != 2 {
			t.Errorf("%s: %+v", name, a)
		}
		if b.Problem != "" || b.Cells["grade"] != "trainee" || b.Cells["until"] != "2027-03-20" {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

// A workbook reads like the same rows as text; a cell that the spreadsheet took
// for a number keeps no zero in front, and is said to be wrong.
func TestReadWorkbook(t *testing.T) {
	t.Parallel()
	book := excelize.NewFile()
	for i, row := range [][]any{
		{"کد ملی", "نام خانوادگی", "یادداشت", "شماره پروانه", "پایه", "اعتبار تا", "وضعیت"},
		{"۰۰۰۱۲۳۴۵۶۰", "كريمي", "", 123, "پایه یک", "1406/12/29", "معتبر"},
		{},
		{"0009999991", "یزدی", "", "12-4", "کارآموز", "2027-03-20", "تعلیق"},
		{9999991, "یزدی", "", "12-4", "2", "2027-03-20"},
	} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	k := kindOf(t, "lawyers")
	rows, err := Read(k, b.Bytes())
	if err != nil || len(rows) != 3 {
		t.Fatalf("%+v, %v", rows, err)
	}
	if r := rows[0]; r.Problem != "" || r.Line != 2 || r.Cells["national_code"] != "0001234560" || r.Cells["number"] != "123" || r.Cells["grade"] != "1" || r.Cells["state"] != "valid" || r.Cells["until"] != "2028-03-19" {
		t.Errorf("%+v", r)
	}
	if r := rows[1]; r.Problem != "" || r.Line != 4 || r.Cells["grade"] != "trainee" || r.Cells["state"] != "suspended" {
		t.Errorf("%+v", r)
	}
	if r := rows[2]; r.Field != "national_code" || r.Problem != "persian.national_code.length" {
		t.Errorf("%+v", r)
	}
	var empty bytes.Buffer
	if err := excelize.NewFile().Write(&empty); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(k, empty.Bytes()); !errs.Is(err, errs.Invalid) {
		t.Errorf("an empty workbook: %v", err)
	}
}

// A small file that unpacks to very much is refused, whether it says so of itself
// or not, and before it is read as a workbook.
func TestBomb(t *testing.T) {
	t.Parallel()
	k := kindOf(t, "lawyers")
	for _, parts := range []int{1, 3} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := range parts {
			w, err := z.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", i))
			if err == nil {
				_, err = w.Write(make([]byte, (maxUnpacked+1)/parts+1))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := Read(k, b.Bytes())
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Code != "intro.file.large" {
			t.Errorf("%d parts, %d bytes: %v", parts, b.Len(), err)
		}
	}
}

func TestRowProblems(t *testing.T) {
	t.Parallel()
	k := kindOf(t, "lawyers")
	for row, want := range map[string]string{
		"0001234560;کریمی;1;1;1406/12/29;more":                     " intro.row.cells",
		"0001234561;کریمی;1;1;1406/12/29":                          "national_code persian.national_code.check",
		"1234560;کریمی;1;1;1406/12/29":                             "national_code persian.national_code.length",
		";کریمی;1;1;1406/12/29":                                    "national_code form.required",
		"0001234560;;1;1;1406/12/29":                               "last_name form.required",
		"0001234560;کریمی;1;3;1406/12/29":                          "grade intro.row.one_of",
		"0001234560;کریمی;1;1;1406/12/31":                          "until civil.day.missing",
		"0001234560;کریمی;1;1":                                     "until form.required",
		"0001234560;" + strings.Repeat("ب", 200) + ";1;1;1406/1/1": "last_name intro.row.long",
	} {
		rows, err := Read(k, []byte("کد ملی;نام خانوادگی;شماره پروانه;پایه;اعتبار تا\n"+row+"\n"))
		if err != nil || len(rows) != 1 || rows[0].Field+" "+rows[0].Problem != want {
			t.Errorf("%s: %+v, %v, want %s", row, rows, err, want)
		}
	}
	rows, err := Read(k, []byte(good+"0001234560;کریمی;125;2;1406/12/29\n"))
	if err != nil || len(rows) != 3 || rows[0].Problem != "" || rows[2].Problem != "intro.row.twice" {
		t.Errorf("twice: %+v, %v", rows, err)
	}
}

func TestFileProblems(t *testing.T) {
	t.Parallel()
	k := kindOf(t, "lawyers")
	for text, want := range map[string]string{
		"": "intro.file.empty", "\xef\xbb\xbf \n": "intro.file.empty", good[:strings.Index(good, "\n")]: "intro.file.empty",
		"\xff\xfe\x00a": "intro.file.text", "PK\x03\x04\x9d": "intro.file.workbook",
		"national code,last name\n1,2": "intro.file.column", "national code,کد ملی,last name": "intro.file.column_twice",
		good + "0001234560;\"کریمی\n": "intro.file.line",
	} {
		_, err := Read(k, []byte(text))
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Code != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// FuzzRead: whatever comes, a row without a problem has every required cell.
func FuzzRead(f *testing.F) {
	k := kindOf(f, "lawyers")
	f.Add(good)
	f.Add("national code,last name,licence number,grade,valid until\n\"0001234560\",\"a\"\"b\",1,1,1406/1/1")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := Read(k, []byte(text))
		if err != nil {
			if !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.TooLarge) {
				t.Error(err)
			}
			return
		}
		for _, r := range rows {
			for _, c := range k.Columns {
				if value, problem := c.read(r.Cells[c.Name]); r.Problem == "" && (problem != "" || value != r.Cells[c.Name]) {
					t.Errorf("row %d: %s is %q: %s", r.Line, c.Name, r.Cells[c.Name], problem)
				}
			}
		}
	})
}

// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// consistent checks what every definition promises that passed: pages and
// fields are there once, every answer is asked for, and answers of any kind are
// pruned to what is asked.
func consistent(t *testing.T, d *Definition) {
	t.Helper()
	pages, asked := map[string]bool{}, map[string]bool{}
	for _, pg := range d.Pages {
		if pages[pg.Key] || len(pg.Fields) == 0 {
			t.Fatalf("page %q is empty or there twice", pg.Key)
		}
		pages[pg.Key] = true
		for _, f := range pg.Fields {
			_, answer := d.answers[f.Name]
			if asked[f.Name] || answer == (f.Type == TypeFiles) {
				t.Fatalf("field %q is there twice or does not fit its answer", f.Name)
			}
			asked[f.Name] = true
		}
	}
	for name := range d.answers {
		if !asked[name] {
			t.Fatalf("no page asks for %q", name)
		}
	}
	example := Normal(d.example)
	for _, a := range []Answers{{}, example, d.everyCopy(example)} {
		pruned := d.Prune(a)
		for name := range pruned {
			if !d.Visible(name, a) {
				t.Fatalf("%q is kept but not asked", name)
			}
		}
		if _, err := d.Parties(pruned); err != nil {
			t.Fatal(err)
		}
	}
	if faults := d.Validate(example, ""); len(faults) > 0 {
		t.Fatalf("the example is refused: %v", faults)
	}
}

func FuzzParse(f *testing.F) {
	for _, code := range embedded(f) {
		body, err := services.ReadFile("services/" + code + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
		f.Add(body[:len(body)/2])
	}
	f.Add([]byte(severalSource(f)))
	f.Add([]byte(`{"code":"x","pages":[[[[[[`))
	f.Add([]byte("\xff{}"))
	b, err := embeddedBinding(clock.NewFake(storetest.Start))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, problems := parse("f.json", body, b)
		if (d == nil) == (len(problems) == 0) {
			t.Fatalf("definition %v and problems %v", d != nil, problems)
		}
		lines := strings.Count(string(body), "\n") + 1
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Message == "" {
				t.Fatalf("line %d of %d: %q", p.Line, lines, p.Message)
			}
		}
		if d != nil {
			consistent(t, d)
		}
	})
}

// FuzzExpand repeats a page with names and numbers of all kinds: either the
// faults say where, or the copies are whole.
func FuzzExpand(f *testing.F) {
	b, err := embeddedBinding(clock.NewFake(storetest.Start))
	if err != nil {
		f.Fatal(err)
	}
	text := severalSource(f)
	f.Add("defendant", 3, "answers.defendant_abroad", "{answers.defendant_last_name}")
	f.Add("defendant", 10, "answers.defendant_more", "{defendant.name} {n}")
	f.Add("defendant", 2, "answers.defendant_2_abroad", "{answers.defendant_2_last_name}")
	f.Add("claim", 2, "'answers.defendant_x' == ''", "{n}{n}")
	f.Add("defendant_2", 4, "answers.amount > 0", "{answers.defendant_more}")
	f.Fuzz(func(t *testing.T, page string, most int, cel, line string) {
		if strings.ContainsAny(page+cel+line, "\"\\") || strings.ContainsFunc(page+cel+line, func(r rune) bool { return r < ' ' || r == 0xfffd }) {
			t.Skip("not a text of a JSON file")
		}
		body := text
		for _, pair := range [][2]string{
			{`"repeat": {"max": 3`, fmt.Sprintf(`"repeat": {"max": %d`, most)},
			{`"repeat": "defendant", "heading"`, `"repeat": "` + page + `", "heading"`},
			{`"required": "false", "visible": "!answers.defendant_abroad"`, `"required": "false", "visible": "` + cel + `"`},
			{`{"fa": "نام خانوادگی: {answers.defendant_last_name}"`, `{"fa": "نام خانوادگی: ` + line + `"`},
			{`"en": "Last name: {answers.defendant_last_name}"`, `"en": "Last name: ` + line + `"`},
		} {
			if !strings.Contains(body, pair[0]) {
				t.Fatalf("the definition has no %q", pair[0])
			}
			body = strings.Replace(body, pair[0], pair[1], 1)
		}
		d, problems := parse("f.json", []byte(body), b)
		if d == nil {
			if len(problems) == 0 || problems[0].Line < 2 {
				t.Fatalf("problems %v", problems)
			}
			return
		}
		consistent(t, d)
		for n := 1; n <= most; n++ {
			key := copyKey("defendant", n)
			i := slices.IndexFunc(d.Pages, func(p PageDef) bool { return p.Key == key })
			if i < 0 {
				t.Fatalf("copy %d is not there", n)
			}
			for _, fd := range d.Pages[i].Fields {
				if !strings.HasPrefix(fd.Name, key+"_") {
					t.Fatalf("%s asks for %s", key, fd.Name)
				}
			}
			if _, more := d.Field(key + "_more"); more != (n < most) {
				t.Fatalf("copy %d of %d asks for one more: %v", n, most, more)
			}
		}
	})
}

// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// severalSource is the petition for a debt, against up to three defendants,
// with papers to upload.
func severalSource(t testing.TB) string {
	t.Helper()
	body, err := services.ReadFile("services/petition-debt.json")
	if err != nil {
		t.Fatal(err)
	}
	return swap(t, string(body),
		`"key": "defendant",`, `"key": "defendant",
   "repeat": {"max": 3, "title": {"fa": "خواندهٔ {n}", "en": "Defendant {n}"}, "more": {"label": {"fa": "خواندهٔ دیگری هم هست؟", "en": "Is there one more defendant?"}}},`,
		`{"side": "defendant",`, `{"side": "defendant", "repeat": "defendant",`,
		`{"heading": {"fa": "۲. خوانده", "en": "2. Defendant"}, "lines": [`,
		`{"repeat": "defendant", "heading": {"fa": "۲. خواندهٔ {n}", "en": "2. Defendant {n}"}, "lines": [
   {"fa": "نام خانوادگی: {answers.defendant_last_name}", "en": "Last name: {answers.defendant_last_name}"},`,
		`"defendant_abroad": false,`, `"defendant_abroad": false, "defendant_more": false,`,
		`"title": {"fa": "چه مدرکی دارید؟", "en": "What evidence do you have?"},
   "fields": [`, `"title": {"fa": "چه مدرکی دارید؟", "en": "What evidence do you have?"},
   "fields": [
    {"name": "evidence_files", "type": "files", "max": 4, "label": {"fa": "عکس مدارک", "en": "Pictures of the documents"}},`,
		`"rules": [`, `"rules": [
  {"repeat": "defendant", "field": "defendant_last_name", "check": "answers.defendant_last_name != answers.defendant_first_name", "message": {"fa": "نام و نام خانوادگی یکی است.", "en": "Both names are the same."}},`,
	)
}

// swap replaces pairs, each of which must be there.
func swap(t testing.TB, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the definition has no %q", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// second are the answers about a second defendant, who lives in Germany.
var second = map[string]any{
	"defendant_more": true, "defendant_2_national_code": "0009999991", "defendant_2_first_name": "مریم", "defendant_2_last_name": "نمونه",
	"defendant_2_abroad": true, "defendant_2_address": "آلمان، برلین، خیابان گوته، شمارهٔ ۴", "defendant_2_more": false,
}

func keys(d *Definition) (out []string) {
	for _, p := range d.Pages {
		out = append(out, p.Key)
	}
	return out
}

func TestRepeatedPageIsExpanded(t *testing.T) {
	t.Parallel()
	d := fromText(t, severalSource(t))
	if got := strings.Join(keys(d), " "); got != "plaintiff defendant defendant_2 defendant_3 claim grounds evidence" {
		t.Errorf("pages %s", got)
	}
	if p, _ := d.Page("defendant_2"); p.Title.FA != "خواندهٔ ۲" || p.Title.EN != "Defendant 2" {
		t.Errorf("title %v", p.Title)
	}
	if f, ok := d.Field("defendant_2_county"); !ok || f.Of != "defendant_2_province" {
		t.Errorf("county %+v", f)
	}
	if _, ok := d.Field("defendant_3_more"); ok {
		t.Error("the last copy asks for one more")
	}
	one := example(d, nil)
	for _, a := range []Answers{one, example(d, map[string]any{"defendant_2_more": true, "defendant_2_last_name": "پنهان"})} {
		if d.PageVisible("defendant_2", a) || d.PageVisible("defendant_3", a) || !d.PageVisible("defendant", a) || !d.PageVisible("evidence", a) {
			t.Error("the wrong pages are asked")
		}
		if ps, err := d.Parties(a); err != nil || len(ps) != 2 {
			t.Errorf("parties %+v, %v", ps, err)
		}
	}
	two := example(d, second)
	if faults := d.Validate(two, ""); len(faults) > 0 || !d.PageVisible("defendant_2", two) || d.PageVisible("defendant_3", two) {
		t.Errorf("faults %v", faults)
	}
	ps, err := d.Parties(two)
	if err != nil || len(ps) != 3 || ps[1].Key != "defendant" || ps[2].Key != "defendant_2" || !ps[2].Abroad || ps[2].Name() != "مریم نمونه" {
		t.Errorf("parties %+v, %v", ps, err)
	}
	if got := codes(d.Validate(example(d, map[string]any{"defendant_more": true, "defendant_2_more": true}), "defendant_3")); !strings.HasPrefix(got, "defendant_3_national_code required.text") {
		t.Errorf("faults of the third: %s", got)
	}
	twice := example(d, second)
	twice["defendant_2_national_code"] = twice["defendant_national_code"]
	if got := codes(d.Validate(twice, "")); got != "defendant_2_national_code named_twice" {
		t.Errorf("the same person twice: %s", got)
	}
	delete(twice, "defendant_more")
	if got := codes(d.Validate(twice, "defendant")); got != "defendant_more required.choice" {
		t.Errorf("the same person on a copy that is not asked: %s", got)
	}
	same := example(d, second)
	same["defendant_2_first_name"] = same["defendant_2_last_name"]
	if got := codes(d.Validate(same, "")); got != "defendant_2_last_name own" {
		t.Errorf("the rule of the copy: %s", got)
	}
}

func TestRepeatedBlockOfThePaper(t *testing.T) {
	t.Parallel()
	d := fromText(t, severalSource(t))
	text := func(change map[string]any, l i18n.Lang) string {
		s, err := d.Compose(l, exampleFacts(example(d, change), day, Filer{}))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	one, two := text(nil, i18n.EN), text(second, i18n.EN)
	if strings.Contains(one, "Defendant 2") || !strings.Contains(one, "2. Defendant 1\nLast name: نمونه\u200cای\nName: کاوه نمونه\u200cای\n") {
		t.Errorf("one defendant:\n%s", one)
	}
	if !strings.Contains(two, "2. Defendant 1\nLast name: نمونه\u200cای\nName: کاوه نمونه\u200cای\n") ||
		!strings.Contains(two, "2. Defendant 2\nLast name: نمونه\nName: مریم نمونه\nNational code: 0009999991\nAddress: outside Iran, آلمان") {
		t.Errorf("two defendants:\n%s", two)
	}
	if fa := text(second, i18n.FA); !strings.Contains(fa, "۲. خواندهٔ ۲\n") {
		t.Errorf("in Persian:\n%s", fa)
	}
}

func TestFilesStandBesideTheAnswers(t *testing.T) {
	t.Parallel()
	d := fromText(t, severalSource(t))
	f, ok := d.Field("evidence_files")
	if !ok || f.Max != 4 || d.Required("evidence_files", nil) || !d.Visible("evidence_files", nil) {
		t.Errorf("field %+v", f)
	}
	if got := codes(d.Validate(example(d, map[string]any{"evidence_files": "x"}), "")); got != "evidence_files unknown" {
		t.Errorf("an answer to files: %s", got)
	}
	in := form.New(map[string][]string{"evidence_files": {""}, "evidence_list": {"سفته"}})
	if got := d.Read(in, "evidence", nil, i18n.EN); in.Err() != nil || len(got) != 1 {
		t.Errorf("read %v, %v", got, in.Err())
	}
	must := fromText(t, swap(t, severalSource(t), `"type": "files", "max": 4,`, `"type": "files", "required": "answers.evidence_kind == 'cheque'",`))
	if f, _ := must.Field("evidence_files"); f.Max != maxFiles || must.Required("evidence_files", example(must, nil)) ||
		!must.Required("evidence_files", example(must, map[string]any{"evidence_kind": "cheque"})) {
		t.Errorf("required files: %+v", f)
	}
	if faults := must.Validate(example(must, map[string]any{"evidence_kind": "cheque"}), ""); len(faults) > 0 {
		t.Errorf("whether files are there is not in the answers: %v", faults)
	}
}

func TestEntities(t *testing.T) {
	t.Parallel()
	d := fromText(t, swap(t, severalSource(t),
		`{"name": "defendant_national_code", "type": "national_code",`, `{"name": "defendant_kind", "type": "choice", "label": {"fa": "خوانده کیست؟", "en": "Who is the defendant?"}, "choices": [
      {"value": "person", "label": {"fa": "شخص", "en": "A person"}}, {"value": "entity", "label": {"fa": "شرکت", "en": "A company"}}]},
    {"name": "defendant_entity_id", "type": "entity_id", "visible": "answers.defendant_kind == 'entity'", "label": {"fa": "شناسهٔ ملی", "en": "National id"}},
    {"name": "defendant_entity_name", "type": "text", "visible": "answers.defendant_kind == 'entity'", "label": {"fa": "نام شرکت", "en": "Name of the company"}},
    {"name": "defendant_address_unknown", "type": "yesno", "label": {"fa": "نشانی او را نمی‌دانم", "en": "I do not know the address"}},
    {"name": "defendant_national_code", "type": "national_code", "visible": "answers.defendant_kind == 'person'",`,
		`"name": "defendant_first_name", "type": "text",`, `"name": "defendant_first_name", "type": "text", "visible": "answers.defendant_kind == 'person'",`,
		`"name": "defendant_last_name", "type": "text",`, `"name": "defendant_last_name", "type": "text", "visible": "answers.defendant_kind == 'person'",`,
		`"answers": {`, `"answers": {
  "defendant_kind": {"type": "string", "enum": ["person", "entity"]}, "defendant_entity_id": {"type": "string", "format": "entity_id"},
  "defendant_entity_name": {"type": "string", "maxLength": 100}, "defendant_address_unknown": {"type": "boolean"},`,
		`"national_code": "answers.defendant_national_code", "first_name"`, `"kind": "answers.defendant_kind", "entity_id": "answers.defendant_entity_id",
   "entity_name": "answers.defendant_entity_name", "unknown_address": "answers.defendant_address_unknown",
   "national_code": "answers.defendant_national_code", "first_name"`,
		`{"fa": "نام خانوادگی: {answers.defendant_last_name}", "en": "Last name: {answers.defendant_last_name}"},`,
		`{"fa": "شناسهٔ ملی: {defendant.entity_id}", "en": "National id: {defendant.entity_id}", "optional": true},`,
		`{"fa": "کد ملی: {defendant.national_code}", "en": "National code: {defendant.national_code}"},
   {"fa": "اقامتگاه: استان {defendant`, `{"fa": "کد ملی: {defendant.national_code}", "en": "National code: {defendant.national_code}", "optional": true},
   {"fa": "اقامتگاه: استان {defendant`,
		`"defendant_national_code": "0001234560",`, `"defendant_kind": "person", "defendant_address_unknown": false, "defendant_national_code": "0001234560",`,
	))
	firm := example(d, map[string]any{
		"defendant_kind": "entity", "defendant_entity_id": "10380284790", "defendant_entity_name": "شرکت نمونه", "defendant_address_unknown": true,
	})
	if faults := d.Validate(firm, ""); len(faults) > 0 {
		t.Error(faults)
	}
	ps, err := d.Parties(firm)
	if err != nil || ps[1].Kind != Entity || ps[1].EntityID != "10380284790" || ps[1].Name() != "شرکت نمونه" || !ps[1].UnknownAddress || ps[1].NationalCode != "" {
		t.Errorf("%+v, %v", ps, err)
	}
	if s, err := d.Compose(i18n.FA, exampleFacts(firm, day, Filer{})); err != nil || !strings.Contains(s, "شناسهٔ ملی: ۱۰۳۸۰۲۸۴۷۹۰\nنام و نام خانوادگی: شرکت نمونه\n") {
		t.Errorf("%s\n%v", s, err)
	}
	if got := codes(d.Validate(example(d, map[string]any{"defendant_kind": "entity", "defendant_entity_id": "10380284791", "defendant_entity_name": "شرکت نمونه"}), "")); got != "defendant_entity_id persian.legal_id.check" {
		t.Errorf("a wrong id: %s", got)
	}
	in := form.New(map[string][]string{"defendant_kind": {"entity"}, "defendant_entity_id": {"۱۰۳۸۰-۲۸۴۷۹۰"}})
	if got := d.Read(in, "defendant", nil, i18n.FA); got["defendant_entity_id"] != "10380284790" {
		t.Errorf("read %v", got)
	}
}

func TestCheckOfRepeats(t *testing.T) {
	t.Parallel()
	text := severalSource(t)
	tests := map[string]struct{ old, with, say string }{
		"no number":             {`"fa": "خواندهٔ {n}", "en": "Defendant {n}"}, "more"`, `"fa": "خوانده", "en": "Defendant"}, "more"`, "needs {n}"},
		"a field without P":     {`{"name": "defendant_first_name"`, `{"name": "the_first_name"`, "are called defendant_…"},
		"a stranger with P":     {`{"name": "narrative"`, `{"name": "defendant_story"`, `only fields of the repeated page "defendant"`},
		"a reserved name":       {`{"name": "defendant_father_name"`, `{"name": "defendant_2_name"`, "the repeat makes fields with this name"},
		"a reserved answer":     {`"amount": {`, `"defendant_more": {"type": "boolean"}, "amount": {`, "makes this answer"},
		"a reserved page":       {`"key": "claim"`, `"key": "defendant_3"`, "makes pages with this name"},
		"no such page":          {`{"repeat": "defendant", "heading"`, `{"repeat": "debtor", "heading"`, `no repeated page is called "debtor"`},
		"a party of the first":  {`{"side": "defendant", "repeat": "defendant",`, `{"side": "defendant",`, `needs "repeat": "defendant"`},
		"a rule of the first":   {`{"repeat": "defendant", "field"`, `{"field"`, `needs "repeat": "defendant"`},
		"CEL in a copy, once":   {`"visible": "!answers.defendant_abroad", "label": {"fa": "استان`, `"visible": "answers.defendant_abroad == 1", "label": {"fa": "استان`, "no matching overload"},
		"looks ahead, once":     {`"visible": "!answers.defendant_abroad", "label": {"fa": "استان`, `"visible": "answers.defendant_postal == ''", "label": {"fa": "استان`, "not asked before it"},
		"a hole in a copy":      {`{answers.defendant_last_name}", "en"`, `{answers.defendant_lost_name}", "en"`, "there is no such answer"},
		"a number elsewhere":    {`"fa": "تاریخ: {day}", "en": "Date: {day}"`, `"fa": "تاریخ: {n}", "en": "Date: {n}"`, "there is no such value"},
		"an answer of files":    {`"amount": {`, `"evidence_files": {"type": "string", "maxLength": 5}, "amount": {`, "/answers/evidence_files must go"},
		"files in a paper":      {`{answers.evidence_list}", "en"`, `{answers.evidence_files}", "en"`, "there is no such answer"},
		"max of another":        {`"type": "rials",`, `"type": "rials", "max": 5,`, "only files have it"},
		"too many copies":       {`"repeat": {"max": 3`, `"repeat": {"max": 11`, "/pages/1/repeat/max"},
		"no such kind of party": {`"national_code": "answers.defendant_national_code"`, `"kind": "'ghost'", "national_code": "answers.defendant_national_code"`, `kind "ghost"`},
		"days of a fixed term":  {`"example": {`, `"service": {"rule": "cpc-336", "days": 5}, "example": {`, "leaves the term to the court"},
		"no days":               {`"example": {`, `"service": {"rule": "cpc-442"}, "example": {`, "the court sets this term"},
		"no such rule":          {`"example": {`, `"service": {"rule": "cpc-999"}, "example": {`, "the calendar has no rule"},
		"attacks nothing":       {`"kind": "petition"`, `"kind": "objection"`, "says what it attacks"},
		"offered in a case":     {`"example": {`, `"on": {"cases": ["civil"], "sides": ["plaintiff"]}, "example": {`, "only a brief or an objection"},
		"an odd basis":          {`? 'plaintiff' : 'domicile'`, `? 'plaintiff' : 'wife'`, "authority.route.basis"},
		"no value":              {`"value": "answers.amount",`, `"value": "0",`, "authority.route.value"},
		"goes nowhere":          {`"routing": {`, `"rooting": {`, "no such member"},
	}
	for name, tt := range tests {
		changed := swap(t, text, tt.old, tt.with)
		_, err := Check("f.json", []byte(changed))
		ps, _ := errors.AsType[Problems](err)
		line := 1 + strings.Count(changed[:strings.Index(changed, tt.with)], "\n")
		n := 0
		for _, p := range ps {
			if strings.Contains(p.Message, tt.say) {
				if n++; p.Line < line-3 || p.Line > line+3 {
					switch name { // said where the other half stands
					case "attacks nothing", "no such kind of party", "an odd basis":
					default:
						t.Errorf("%s: said on line %d, stands on line %d", name, p.Line, line)
					}
				}
			}
		}
		if n == 0 || n > 2 {
			t.Errorf("%s: %q is said %d times in %v", name, tt.say, n, ps)
		}
	}
}

// TestPruneOfRepeatedPages: whatever is answered, pruning is stable, keeps only
// what is asked, the copies that are asked stand without a gap, and there is a
// party for each of them.
func TestPruneOfRepeatedPages(t *testing.T) {
	t.Parallel()
	d := fromText(t, severalSource(t))
	full := example(d, second)
	for name, v := range example(d, nil) {
		if rest, ok := strings.CutPrefix(name, "defendant_"); ok && rest != "more" {
			full["defendant_3_"+rest] = v
		}
	}
	seen := map[int]bool{}
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		a := Answers{}
		for _, f := range d.c.order {
			v, ok := full[f.def.Name]
			if !ok || r.IntN(5) == 0 {
				continue
			}
			if _, flag := v.(bool); flag {
				v = r.IntN(2) == 0
			}
			a[f.def.Name] = v
		}
		p := d.Prune(a)
		if !reflect.DeepEqual(d.Prune(p), p) {
			t.Fatalf("pruned twice is not pruned once: %v", a)
		}
		for _, f := range d.c.order {
			if _, kept := p[f.def.Name]; kept && !d.Visible(f.def.Name, a) {
				t.Fatalf("%s is kept but not asked: %v", f.def.Name, a)
			}
			if d.Visible(f.def.Name, a) != d.Visible(f.def.Name, p) {
				t.Fatalf("what is not asked decides about %s: %v", f.def.Name, a)
			}
		}
		asked := 0
		for i, key := range []string{"defendant", "defendant_2", "defendant_3"} {
			if d.PageVisible(key, a) {
				if asked != i {
					t.Fatalf("%s is asked, the one before it is not: %v", key, a)
				}
				asked++
			}
		}
		ps, err := d.Parties(a)
		if err != nil || len(ps) != 1+asked {
			t.Fatalf("%d copies, parties %v, %v", asked, ps, err)
		}
		seen[asked] = true
	}
	if !seen[1] || !seen[2] || !seen[3] {
		t.Errorf("tried only %v copies", seen)
	}
}

// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var day = civil.Of(storetest.Start)

// definition is an embedded definition, seen without a database.
func definition(t *testing.T, code string) *Definition {
	t.Helper()
	return fromText(t, source(t, code))
}

func source(t *testing.T, code string) string {
	t.Helper()
	body, err := services.ReadFile("services/" + code + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func world(t *testing.T) binding {
	t.Helper()
	b, err := embeddedBinding(clock.NewFake(storetest.Start))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func fromText(t *testing.T, body string) *Definition {
	t.Helper()
	d, problems := parse("x.json", []byte(body), world(t))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return d
}

func example(d *Definition, change map[string]any) Answers {
	a := Normal(d.example)
	for k, v := range change {
		if a[k] = v; v == nil {
			delete(a, k)
		}
	}
	return a
}

func TestWordsAreFine(t *testing.T) {
	t.Parallel()
	c, err := i18n.NewCatalog(Locale)
	if err != nil {
		t.Fatal(err)
	}
	for _, flaw := range c.Check() {
		t.Error(flaw)
	}
}

// TestPapers compares the papers of every embedded version with files that
// were read by a person: of its example, and of each variant of the example in
// testdata/variants/NAME.json, {"variant": {"answer": value}}; null takes an
// answer away, "@case" is the kind of case, "@filer" who files. Write them anew with TARAZU_GOLDEN=write, and read them.
func TestPapers(t *testing.T) {
	t.Parallel()
	plaintiff := Party{FirstName: "نرگس", LastName: "آزمایشی", FatherName: "حسن", NationalCode: "0000000019", Birth: mustDay(t, "1369-03-15")}
	defendant := Party{FirstName: "کاوه", LastName: "نمونه\u200cای", NationalCode: "0001234560"}
	facts := Facts{
		Day: day, Plaintiff: plaintiff, Presenter: defendant, Side: "defendant", Case: "140423920000100001",
		Court: Text{FA: "مجتمع قضایی حقوقی اصفهان", EN: "Isfahan Civil Judicial Complex"}, Branch: Text{FA: "شعبهٔ ۲", EN: "Branch 2"},
	}
	written := map[string]bool{}
	for _, name := range embedded(t) {
		d := definition(t, name)
		f := facts
		f.Day = max(day, d.From)
		if d.On != nil {
			f.Side, f.CaseKind = d.On.Sides[0], d.On.Cases[0]
		}
		if f.Side == "plaintiff" {
			f.Presenter = plaintiff
		}
		own := f.CaseKind
		for variant, change := range variants(t, name) {
			f.CaseKind = own
			if kind, ok := change["@case"].(string); ok {
				f.CaseKind = kind
				delete(change, "@case")
			}
			who, _ := change["@filer"].(string)
			delete(change, "@filer")
			d, f := as(d, f, who)
			f.Answers = example(d, change)
			if faults := d.Validate(f.Answers, ""); len(faults) > 0 {
				t.Errorf("%s%s: %v", name, variant, faults)
			}
			for _, l := range i18n.Langs() {
				got, err := d.Compose(l, f)
				if err != nil {
					t.Fatal(err)
				}
				file := name + variant + "." + string(l) + ".txt"
				golden(t, file, got)
				written[file] = true
			}
		}
	}
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !written[filepath.Base(file)] {
			t.Errorf("%s is the paper of nothing", file)
		}
	}
}

// embedded lists the embedded definitions, "petition-debt.v2" among them.
func embedded(t testing.TB) (names []string) {
	t.Helper()
	files, err := embeddedServices()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f.name), ".json"))
	}
	return names
}

// as is a definition and its facts for who files: "" the human being of the facts,
// "company" a company through its director, "lawyer" that human being through a
// lawyer.
func as(d *Definition, f Facts, who string) (*Definition, Facts) {
	switch who {
	case "company":
		firm := Party{Kind: Entity, EntityName: "شرکت نمونهٔ سپید", EntityID: "10100000008", Registration: "4521"}
		f.Plaintiff, f.Presenter = firm, firm
		f.Agent = Agent{Name: "مریم نمونه\u200cای", Title: Text{FA: "مدیرعامل شرکت نمونهٔ سپید", EN: "Managing director of شرکت نمونهٔ سپید"}}
		return d.For(Filer{Legal: true, Agent: policy.Representative}), f
	case "lawyer":
		f.Agent = Agent{Name: "آرش نمونه\u200cای", Title: Text{FA: "وکیل", EN: "Lawyer"}, Contract: "1234567890"}
		return d.For(Filer{Agent: policy.Lawyer}), f
	}
	return d, f
}

// variants are the changes to an example, by what stands behind the name of
// their papers.
func variants(t *testing.T, name string) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{"": nil}
	body, err := os.ReadFile(filepath.Join("testdata", "variants", name+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return out
	}
	var changes map[string]map[string]any
	if err := errors.Join(err, json.Unmarshal(body, &changes)); err != nil {
		t.Fatal(err)
	}
	for variant, change := range changes {
		out["-"+variant] = map[string]any{}
		for k, v := range change {
			out["-"+variant][k] = Normal(map[string]any{k: v})[k]
		}
	}
	return out
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if os.Getenv("TARAZU_GOLDEN") == "write" {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s", name, got)
	}
}

func mustDay(t *testing.T, s string) civil.Day {
	t.Helper()
	d, err := civil.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPaperNeedsItsFacts(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt")
	facts := exampleFacts(example(d, nil), day, Filer{})
	facts.Plaintiff.FatherName = ""
	if _, err := d.Compose(i18n.FA, facts); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "plaintiff.father_name") {
		t.Errorf("a petition without the father's name (CPC 51): %v", err)
	}
	facts = exampleFacts(example(d, map[string]any{"narrative": nil}), day, Filer{})
	if _, err := d.Compose(i18n.EN, facts); !errs.Is(err, errs.Invalid) {
		t.Errorf("a petition without its grounds: %v", err)
	}
}

func TestTypedValuesCannotForgeThePaper(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt")
	facts := exampleFacts(example(d, map[string]any{"narrative": strings.Repeat("{court} {answers.amount|words} ", 3)}), day, Filer{})
	got, err := d.Compose(i18n.FA, facts)
	if err != nil || !strings.Contains(got, "{court} {answers.amount|words}") {
		t.Errorf("what was typed is not kept as typed: %v", err)
	}
}

func TestRouting(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt")
	q, err := d.Routing(example(d, nil))
	want := authority.Query{Nature: "monetary", Value: 1_500_000_000, Province: "isfahan", County: "kashan", Basis: "domicile", At: day}
	if err != nil || q != want {
		t.Errorf("got %+v, %v", q, err)
	}
	// The defendant's county was answered before "abroad" was: it counts no more.
	q, err = d.Routing(example(d, map[string]any{"defendant_abroad": true}))
	want.Province, want.County, want.Basis = "tehran", "rey", "plaintiff"
	if err != nil || q != want {
		t.Errorf("got %+v, %v", q, err)
	}
	brief := definition(t, "brief-defence")
	if _, err := brief.Routing(example(brief, nil)); brief.Routed() || !errs.Is(err, errs.Invalid) {
		t.Errorf("a brief is routed: %v", err)
	}
}

func TestParties(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt")
	ps, err := d.Parties(example(d, map[string]any{"defendant_abroad": true}))
	if err != nil || len(ps) != 2 {
		t.Fatal(ps, err)
	}
	want := Party{Key: "defendant", Side: "defendant", Kind: Person, NationalCode: "0001234560", FirstName: "کاوه", LastName: "نمونه\u200cای", Address: "کاشان، بلوار دانش، کوچهٔ سرو، پلاک ۷", Abroad: true}
	if ps[0].Side != "plaintiff" || ps[0].County != "rey" || ps[1] != want {
		t.Errorf("got %+v", ps)
	}
}

func TestFieldsCarryWhatAPageNeeds(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt")
	f, ok := d.Field("amount")
	if !ok || f.Min != 10_000 || f.Max != 9_000_000_000_000_000 || f.InputMode != "numeric" || f.Autocomplete != "off" || f.Term.Title.FA == "" {
		t.Errorf("amount: %+v", f)
	}
	if f, _ = d.Field("narrative"); f.Min != 50 || f.Max != 4000 || !f.Counter {
		t.Errorf("narrative: %+v", f)
	}
	if f, _ = d.Field("plaintiff_postal"); f.Autocomplete != "postal-code" || f.InputMode != "numeric" || f.Required != "false" {
		t.Errorf("postal code: %+v", f)
	}
	if p, ok := d.Page("defendant"); !ok || len(p.Fields) != 9 {
		t.Errorf("page: %+v", p)
	}
}

func codes(fields []errs.Field) string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Name+" "+strings.TrimPrefix(f.Code, "catalogue."))
	}
	return strings.Join(out, ", ")
}

func TestValidate(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt")
	tests := []struct {
		name, page, want string
		change           map[string]any
	}{
		{"fine", "", "", nil},
		{"empty address", "", "plaintiff_address required.text", map[string]any{"plaintiff_address": ""}},
		{"no county", "", "defendant_county required.choice", map[string]any{"defendant_county": nil}},
		{"no amount", "", "amount required.amount", map[string]any{"amount": nil}},
		{"no date", "", "debt_date required.date", map[string]any{"debt_date": nil}},
		{"another page", "grounds", "", map[string]any{"amount": nil}},
		{"optional", "", "", map[string]any{"plaintiff_postal": nil}},
		{"optional but wrong", "", "plaintiff_postal persian.postal.length", map[string]any{"plaintiff_postal": "12"}},
		{"not asked, so neither required nor checked", "", "", map[string]any{"defendant_abroad": true, "defendant_county": nil, "defendant_postal": "x"}},
		{"national code", "", "defendant_national_code persian.national_code.check", map[string]any{"defendant_national_code": "0001234561"}},
		{"not normal", "", "defendant_national_code wrong", map[string]any{"defendant_national_code": "۰۰۰۱۲۳۴۵۶۰"}},
		{"too short", "", "narrative too_short", map[string]any{"narrative": "کوتاه"}},
		{"too long", "", "narrative too_long", map[string]any{"narrative": strings.Repeat("ا", 4001)}},
		{"at the limit", "", "", map[string]any{"narrative": strings.Repeat("ا", 4000)}},
		{"too little", "", "amount too_small", map[string]any{"amount": int64(9_999)}},
		{"too much", "", "amount too_large", map[string]any{"amount": int64(100_000_000_000_000_001)}},
		{"unknown choice", "", "evidence_kind required.choice", map[string]any{"evidence_kind": "word"}},
		{"wrong type", "", "amount wrong", map[string]any{"amount": "5"}},
		{"wrong type of a switch", "", "defendant_abroad wrong", map[string]any{"defendant_abroad": "yes"}},
		{"county of another province", "", "defendant_county place", map[string]any{"defendant_county": "shiraz"}},
		{"no such province", "", "defendant_province place, defendant_county place", map[string]any{"defendant_province": "atlantis"}},
		{"not due yet", "", "debt_date own", map[string]any{"debt_date": "2025-05-11"}},
		{"due today", "", "", map[string]any{"debt_date": "2025-05-10"}},
		{"no such day", "", "debt_date civil.day.missing", map[string]any{"debt_date": "2025-02-30"}},
		{"no such question", "", "extra unknown", map[string]any{"extra": "x"}},
	}
	words, err := printers()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		faults := d.Validate(example(d, tt.change), tt.page)
		if got := codes(faults); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		for _, f := range faults {
			for _, l := range i18n.Langs() {
				if s := faultWords(words[l], f); strings.ContainsAny(s, "⟦{") {
					t.Errorf("%s: words in %s: %q", tt.name, l, s)
				}
			}
		}
	}
	if faults := d.Validate(Answers{}, ""); len(faults) != 16 {
		t.Errorf("no answers: %d faults: %s", len(faults), codes(faults))
	}
}

func TestMessageNamesTheQuestion(t *testing.T) {
	t.Parallel()
	words, err := printers()
	if err != nil {
		t.Fatal(err)
	}
	d := definition(t, "petition-debt")
	f := d.Validate(example(d, map[string]any{"narrative": "کوتاه"}), "")[0]
	if got := faultWords(words[i18n.EN], f); got != "“Your account” must have at least 50 characters." {
		t.Errorf("got %q", got)
	}
	if got := faultWords(words[i18n.FA], f); got != "«شرح ماجرا» باید دست\u200cکم ۵۰ حرف باشد." {
		t.Errorf("got %q", got)
	}
	own := fromText(t, strings.Replace(source(t, "petition-debt"), `"name": "narrative", `,
		`"name": "narrative", "errors": {"required": {"fa": "بنویسید چه شد.", "en": "Write what happened."}}, `, 1))
	f = own.Validate(example(own, map[string]any{"narrative": nil}), "")[0]
	if got := faultWords(words[i18n.EN], f); got != "Write what happened." {
		t.Errorf("got %q", got)
	}
}

func TestVisibleAndRequired(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt")
	here, abroad := Answers{"defendant_abroad": false}, Answers{"defendant_abroad": true}
	if !d.Visible("defendant_county", here) || d.Visible("defendant_county", abroad) || !d.Visible("defendant_county", Answers{}) {
		t.Error("the county is asked unless the defendant lives abroad")
	}
	if !d.Required("defendant_county", here) || d.Required("defendant_county", abroad) || d.Required("defendant_postal", here) {
		t.Error("what is required is wrong")
	}
	if d.Visible("nothing", here) || d.Required("nothing", here) {
		t.Error("an unknown field is asked")
	}
	if p := d.Prune(Answers{"defendant_abroad": true, "defendant_county": "rey", "defendant_address": "x", "extra": 1, "narrative": ""}); len(p) != 2 {
		t.Errorf("pruned to %v", p)
	}
}

func TestParseAnswers(t *testing.T) {
	t.Parallel()
	a, err := ParseAnswers([]byte(`{"amount":100000000000000000,"yes":true,"text":"ا","half":1.5}`))
	if err != nil || a["amount"] != int64(100_000_000_000_000_000) || a["yes"] != true || a["text"] != "ا" {
		t.Errorf("got %v, %v", a, err)
	}
	for _, broken := range []string{"", "[]", `{} {}`, `{"a":`} {
		if _, err := ParseAnswers([]byte(broken)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", broken, err)
		}
	}
	if n := Normal(map[string]any{"a": 5, "b": 2.0, "c": 2.5}); n["a"] != int64(5) || n["b"] != int64(2) || n["c"] != 2.5 {
		t.Errorf("got %v", n)
	}
}

// mend changes the source of an embedded definition and returns its problems.
func mend(t *testing.T, old, with string) Problems {
	t.Helper()
	text := source(t, "brief-defence")
	if !strings.Contains(text, old) {
		t.Fatalf("the definition has no %q", old)
	}
	_, err := Check("f.json", []byte(strings.Replace(text, old, with, 1)))
	ps, _ := errors.AsType[Problems](err)
	return ps
}

func TestCheckFindsFaultsWithTheirLine(t *testing.T) {
	t.Parallel()
	text := source(t, "brief-defence")
	tests := map[string]struct{ old, with, say string }{
		"syntax":                  {`"version": 1,`, `"version": 1`, "invalid character"},
		"key twice":               {`"version": 1,`, `"version": 1, "version": 2,`, `"version" stands twice`},
		"unknown member":          {`"version": 1,`, `"version": 1, "verson": 2,`, `no such member here: "verson"`},
		"wrong kind":              {`"kind": "brief"`, `"kind": "letter"`, "/kind: value must be one of"},
		"no such role":            {`["citizen"]`, `["king"]`, `no role is called "king"`},
		"bad date":                {`"2025-03-21"`, `"2025-02-31"`, "is not valid date"},
		"CEL name":                {`"visible": "answers.stance == 'part'"`, `"visible": "answers.stanse == 'part'"`, "column 1 of the expression: undeclared reference"},
		"CEL types":               {`"visible": "answers.stance == 'part'"`, `"visible": "answers.stance == 5"`, "column 16 of the expression: found no matching overload"},
		"CEL result":              {`"visible": "answers.stance == 'part'"`, `"visible": "answers.stance"`, "gives string, want bool"},
		"CEL syntax":              {`"visible": "answers.stance == 'part'"`, `"visible": "answers.stance =="`, "Syntax error"},
		"CEL loop":                {`"visible": "answers.stance == 'part'"`, `"visible": "[1].all(x, x > 0)"`, "undeclared reference"},
		"looks ahead":             {`"visible": "answers.stance == 'part'"`, `"visible": "answers.text == ''"`, `looks at "text", which is not asked before it`},
		"choices and enum":        {`"enum": ["accept", "part", "deny"]`, `"enum": ["accept", "deny"]`, "are not the enum"},
		"type and field":          {`"text": {"type": "string"`, `"text": {"type": "boolean"`, `a field of type longtext needs type "string"`},
		"field without answer":    {`"name": "accepted_part"`, `"name": "accepted_bit"`, `says nothing about "accepted_bit"`},
		"no upper limit":          {`"minLength": 20, "maxLength": 8000`, `"minLength": 20`, "needs an upper limit"},
		"pattern":                 {`"minLength": 20, "maxLength": 8000`, `"pattern": "(", "maxLength": 8000`, "missing closing )"},
		"hole":                    {`{answers.text}`, `{answers.txt}`, "there is no such answer"},
		"hole of facts":           {`{case}`, `{caze}`, "there is no such value"},
		"brace":                   {`{case}`, `{case`, "a brace that is not part of a value"},
		"holes differ":            {`"en": "Date: {day}"`, `"en": "Date: {case}"`, "are not those"},
		"filter":                  {`{answers.accepted_part}"`, `{answers.accepted_part|words}"`, "cannot be written that way"},
		"Arabic letters":          {`"fa": "لایحهٔ دفاعیه"`, `"fa": "لايحهٔ دفاعیه"`, "Arabic yeh or kaf"},
		"one language":            {`"en": "Defence brief"`, `"english": "Defence brief"`, "missing property"},
		"example":                 {`"stance": "part"`, `"stance": "maybe"`, "/example/stance: catalogue.required.choice"},
		"more than one object":    {`"example": {`, `"example": {}} {"x": {`, "more follows"},
		"division by zero":        {`"visible": "answers.stance == 'part'"`, `"visible": "1 / answers.stance.size() > 0"`, "divi"},
		"no such fee":             {`"paper": [`, `"fees": [{"item": "tip", "of": "1"}], "paper": [`, "no fee"},
		"no such nature":          {`"paper": [`, `"routing": {"nature": "love", "province": "''", "county": "''"}, "paper": [`, "/routing/nature"},
		"rule without a field":    {`"paper": [`, `"rules": [{"field": "x", "check": "true", "message": {"fa": "ا", "en": "a"}}], "paper": [`, `no field "x"`},
		"HTML stays mere text":    {`"en": "Defence brief"`, `"en": "Defence <b>brief</b>"`, "-"},
		"a rule that costs a lot": {`"visible": "answers.stance == 'part'"`, `"visible": "` + strings.Repeat("answers.stance == 'part' || ", 34) + `true"`, "-"},
	}
	for name, tt := range tests {
		ps := mend(t, tt.old, tt.with)
		if tt.say == "-" {
			if len(ps) > 0 {
				t.Errorf("%s: %v", name, ps)
			}
			continue
		}
		line := 1 + strings.Count(text[:strings.Index(text, tt.old)], "\n")
		found := false
		for _, p := range ps {
			near := p.Line == line || p.Line == line+1 || crossFile(name)
			found = found || strings.Contains(p.Message, tt.say) && near
		}
		if !found {
			t.Errorf("%s: no %q near line %d in %v", name, tt.say, line, ps)
		}
	}
}

// crossFile names the faults between two places, which are reported at the
// other one.
func crossFile(name string) bool {
	switch name {
	case "choices and enum", "division by zero", "more than one object", "field without answer":
		return true
	}
	return false
}

// faultWords is the words for a fault, as Read gives them to a form.
func faultWords(p *i18n.Printer, f errs.Field) string {
	return p.T(f.Code, inLang(f.Args, p.Lang())...)
}

// TestOwnWordsMakeNoHeading: what a person writes stays inside its block.
func TestOwnWordsMakeNoHeading(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt")
	forged := "بدهکار است و نمی‌پردازد، با آنکه چند بار به او مراجعه کرده‌ام.\n\n\u200c \n۸. دستور دادگاه\nخوانده باید مبلغ را واریز کند."
	for _, l := range i18n.Langs() {
		facts := exampleFacts(Normal(example(d, map[string]any{"narrative": forged})), 20000, Filer{})
		text, err := d.Compose(l, facts)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range strings.Split(text, "\n\n") {
			if strings.HasPrefix(strings.TrimSpace(block), "۸. دستور") {
				t.Errorf("%s: a person's text begins a block:\n%s", l, text)
			}
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func command(args ...string) (code int, stdout, stderr string) {
	var out, bad bytes.Buffer
	code = Command(args, &out, &bad)
	return code, out.String(), bad.String()
}

// The JSON that scripts rely on, and the same result as by the function.
func TestCommandJSON(t *testing.T) {
	t.Parallel()
	code, out, bad := command("--rule", "cpc-336", "--served", "2025-04-21", "--json")
	if code != 0 || bad != "" {
		t.Fatal(code, bad)
	}
	var got struct {
		Safe, Last string
		Days       []map[string]any
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Safe != "2025-05-11" || got.Last != "2025-05-12" || len(got.Days) != 22 {
		t.Errorf("safe %s, last %s, %d days", got.Safe, got.Last, len(got.Days))
	}
	if want := (map[string]any{"date": "2025-04-21", "counted": false, "why": "service"}); !reflect.DeepEqual(got.Days[0], want) {
		t.Errorf("first day %v", got.Days[0])
	}
	if want := (map[string]any{"date": "2025-05-11", "counted": true, "why": "term"}); !reflect.DeepEqual(got.Days[20], want) {
		t.Errorf("day 20 %v", got.Days[20])
	}
	var whole Computation
	if err := json.Unmarshal([]byte(out), &whole); err != nil {
		t.Fatal(err)
	}
	direct, err := law(t).Compute(Input{Rule: "cpc-336", Served: day(t, "2025-04-21")})
	if err != nil || !reflect.DeepEqual(whole, direct) {
		t.Errorf("the command and the function differ: %+v, %+v, %v", whole, direct, err)
	}
	_, jalali, _ := command("--rule=CPC-336", "--served=۱۴۰۴/۲/۱", "--json")
	if jalali != out {
		t.Error("the Jalali date gives another result")
	}
}

func TestCommandText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args string
		want []string
	}{
		{"--rule cel-34 --served 2025-05-16 --abroad --province Tehran", []string{
			"Term abroad: 60 days", "Province: Tehran", "Civil Judgments Enforcement Act, article 34",
			"The general two months", "Friday 16 May 2025", "the day of service is not counted",
		}},
		{"--rule cpc-260 --served 2025-06-26 --lang fa", []string{
			"نظریهٔ کارشناس", "روز مطمئن: پنجشنبه ۱۲ تیر ۱۴۰۴", "آخرین روز: دوشنبه ۱۶ تیر ۱۴۰۴", "(عاشورا)",
		}},
		{"--rule cpc-442 --days 1 --served 2029-06-10", []string{"Term: 1 day\n", "Only Fridays and fixed solar holidays"}},
		{"--rule cpc-54-tell --served 2025-05-12", []string{"Term: 2 days\n", "Last day: Thursday 15 May 2025"}},
		{"--rule cpc-54-tell --served 2025-05-12 --thursday-closed", []string{"Last day: Saturday 17 May 2025", "Thursday, closed"}},
		{"--rule cpc-306 --served 2025-05-10", []string{"runs from the day of actual service"}},
	} {
		code, out, bad := command(strings.Fields(c.args)...)
		if code != 0 || bad != "" {
			t.Errorf("%s: %d %s", c.args, code, bad)
		}
		for _, w := range c.want {
			if !strings.Contains(out, w) {
				t.Errorf("%s: %q is not in\n%s", c.args, w, out)
			}
		}
		if strings.Contains(out, "⟦") || strings.Contains(out, "{") {
			t.Errorf("%s: words are missing in\n%s", c.args, out)
		}
	}
}

func TestCommandUsage(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"":                                  "--rule: Give the code",
		"--rule x --served 2025-05-10":      "Known rules: cpc-54, cpc-54-objection, cpc-54-tell, cpc-112",
		"--rule cpc-54":                     "--served: Give the day",
		"--rule cpc-54 --served 1404-12-30": "--served: There is no such day",
		"--rule cpc-54 --served yesterday":  "--served: Enter the date",
		"--rule cpc-54 --served 2025-05-10 --province Teheran":        "--province: There is no province",
		"--rule cpc-54 --served 2025-05-10 --province Teheran --json": "Markazi, Gilan",
		"--rule cpc-54 --served 2025-05-10 --province X --lang fa":    "مرکزی، گیلان",
		"--rule cpc-54 --served 2025-05-10 --days 3":                  "--days: The term of cpc-54",
		"--rule cpc-442 --served 2025-05-10":                          "--days: The term of cpc-442 is set by the court",
		"--rule cpc-442 --served 2025-05-10 --days 0":                 "--days: The number of days must be from 1 to 720",
		"--rule cpc-54 --served 2025-05-10 --days x":                  "-days",
		"--rule cpc-54 --served 2025-05-10 --nonsense":                "-nonsense",
		"--rule cpc-54 --served 2025-05-10 more":                      `unexpected argument "more"`,
		"--rule cpc-54 --served 2025-05-10 --lang de":                 "--lang: must be en or fa",
		"--rule crpc-270 --served 1390-01-01":                         "--rule: Rule crpc-270 was not in force",
	} {
		code, out, bad := command(strings.Fields(args)...)
		if code != 2 || out != "" || !strings.Contains(bad, want) {
			t.Errorf("%s: %d, %q, want %q", args, code, bad, want)
		}
	}
	if code, out, _ := command("-h"); code != 0 || !strings.Contains(out, "cpc-54-tell, cpc-112") {
		t.Errorf("help: %d %s", code, out)
	}
}

// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

func files(fa, en string) fstest.MapFS {
	return fstest.MapFS{"locale/fa.json": {Data: []byte(fa)}, "locale/en.json": {Data: []byte(en)}}
}

func catalog(t *testing.T, fa, en string) *Catalog {
	t.Helper()
	c, err := NewCatalog(files(fa, en))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPlatformWordsAreFine(t *testing.T) {
	t.Parallel()
	c, err := NewCatalog(Locale)
	if err != nil {
		t.Fatal(err)
	}
	for _, flaw := range c.Check() {
		t.Error(flaw)
	}
	for k := errs.Internal; k <= errs.Unavailable; k++ {
		for _, l := range Langs() {
			if s := c.Printer(l).Error(errs.New(k, "")); strings.Contains(s, "⟦") {
				t.Errorf("%s: kind %s has no words", l, k)
			}
		}
	}
}

func TestCatalogRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2]string{
		"a key twice in one file":  {`{"a.b":"x","a.b":"y"}`, `{}`},
		"a key of the platform":    {`{"errs.internal":"x"}`, `{}`},
		"a badly shaped key":       {`{"A b":"x"}`, `{}`},
		"a text that is no string": {`{"a.b":1}`, `{}`},
		"a list":                   {`[]`, `{}`},
		"half a file":              {`{"a.b":"x"`, `{}`},
		"an empty file":            {``, `{}`},
	} {
		if _, err := NewCatalog(files(c[0], c[1])); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := NewCatalog(fstest.MapFS{}); err == nil {
		t.Error("a source without words was accepted")
	}
	one := files(`{"a.b":"الف"}`, `{"a.b":"a"}`)
	if _, err := NewCatalog(one, one); err == nil {
		t.Error("a key in two sources was accepted")
	}
}

func TestCheckFinds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ fa, en, say string }{
		"missing in en":  {`{"a.b":"الف"}`, `{}`, "en: a.b: missing"},
		"missing in fa":  {`{}`, `{"a.b":"a"}`, "fa: a.b: missing"},
		"variables":      {`{"a.b":"{n} الف"}`, `{"a.b":"{m} a"}`, "en: a.b: variables [m] differ from [n]"},
		"half a plural":  {`{"a.one":"الف"}`, `{"a.one":"a"}`, "has no a.other"},
		"Arabic kaf":     {`{"a.b":"كار"}`, `{"a.b":"a"}`, "Arabic yeh or kaf"},
		"ASCII digits":   {`{"a.b":"تا 10 روز"}`, `{"a.b":"a"}`, "ASCII digits"},
		"fa quotes":      {`{"a.b":"“الف”"}`, `{"a.b":"a"}`, "quotes other than"},
		"Latin comma":    {`{"a.b":"الف, ب"}`, `{"a.b":"a"}`, "Latin comma"},
		"lost ZWNJ":      {`{"a.b":"او می رود"}`, `{"a.b":"a"}`, "after می"},
		"straight quote": {`{"a.b":"الف"}`, `{"a.b":"don't"}`, "straight quotes"},
		"Persian in en":  {`{"a.b":"الف"}`, `{"a.b":"الف"}`, "Persian letters"},
		"empty":          {`{"a.b":""}`, `{"a.b":"a"}`, "fa: a.b: empty"},
		"white space":    {`{"a.b":"الف "}`, `{"a.b":"a"}`, "white space at an end"},
		"bidi":           {`{"a.b":"الف\u200f"}`, `{"a.b":"a"}`, "bidi control"},
	} {
		if got := strings.Join(catalog(t, c.fa, c.en).Check(), "\n"); !strings.Contains(got, c.say) {
			t.Errorf("%s: got %q", name, got)
		}
	}
	fine := catalog(t, `{"a.b":"{n} روز در ۱۰ می\u200cشود، IR58 و «{x}»"}`, `{"a.b":"{x} isn’t {n}"}`)
	if got := fine.Check(); len(got) > 0 {
		t.Errorf("found %v in fine words", got)
	}
}

func TestPrinterText(t *testing.T) {
	t.Parallel()
	c := catalog(t, `{"a.b":"{n} روز برای {who}","c.other":"{n} پرونده","c.one":"یک پرونده"}`,
		`{"a.b":"{n} days for {who}","c.other":"{n} cases","c.one":"one case"}`)
	fa, en := c.Printer(FA), c.Printer(EN)
	for _, v := range []struct{ got, want string }{
		{fa.T("a.b", "n", 1200, "who", "او"), "۱٬۲۰۰ روز برای او"},
		{en.T("a.b", "n", int64(1200), "who", "{n}"), "1,200 days for {n}"},
		{en.T("a.b", "n", 3), "3 days for {who}"},
		{en.T("a.b", "n"), "{n} days for {who}"},
		{en.T("a.b", 5, 6, "n", 7), "7 days for {who}"},
		{en.T("no.such"), "⟦no.such⟧"},
		{fa.N("c", 1), "یک پرونده"}, {fa.N("c", 0), "۰ پرونده"}, {en.N("c", 2), "2 cases"}, {en.N("c", 1), "one case"},
		{string(c.Printer("xx").Lang()), "fa"},
		{FA.Dir() + EN.Dir(), "rtlltr"},
		{fa.Int(-1234567), "\u200e−۱٬۲۳۴٬۵۶۷"}, {en.Int(-999), "-999"}, {en.Int(1000), "1,000"},
		{fa.Money(31250000), "۳۱٬۲۵۰٬۰۰۰ ریال"}, {en.Money(31250000), "31,250,000 rials"},
		{fa.Digits("1404/06"), "۱۴۰۴/۰۶"},
	} {
		if v.got != v.want {
			t.Errorf("got %q, want %q", v.got, v.want)
		}
	}
	if !fa.Has("a.b") || fa.Has("no.such") {
		t.Error("Has is wrong")
	}
}

func TestPrinterDays(t *testing.T) {
	t.Parallel()
	c := catalog(t, `{}`, `{}`)
	fa, en := c.Printer(FA), c.Printer(EN)
	d, err := civil.Parse("1404-09-01")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2025, 11, 21, 20, 35, 9, 0, time.UTC) // 00:05:09 of the 22nd in Tehran
	for _, v := range []struct{ got, want string }{
		{fa.Day(d), "شنبه ۱ آذر ۱۴۰۴"},
		{en.Day(d), "Saturday 22 November 2025 (1 Azar 1404)"},
		{fa.DayShort(d), "۱ آذر ۱۴۰۴"}, {en.DayShort(d), "22 November 2025"},
		{fa.DayOther(d), "۲۲ نوامبر ۲۰۲۵"}, {en.DayOther(d), "1 Azar 1404"},
		{fa.Time(at), "شنبه ۱ آذر ۱۴۰۴، ساعت ۰۰:۰۵"},
		{en.Time(at), "Saturday 22 November 2025 (1 Azar 1404), 00:05"},
		{fa.Clock(at), "۰۰:۰۵:۰۹"}, {en.Clock(at), "00:05:09"},
	} {
		if v.got != v.want {
			t.Errorf("got %q, want %q", v.got, v.want)
		}
	}
}

func TestPrinterError(t *testing.T) {
	t.Parallel()
	p := catalog(t, `{"a.b":"تا {n} روز"}`, `{"a.b":"up to {n} days"}`).Printer(EN)
	for _, v := range []struct {
		err  error
		want string
	}{
		{errs.New(errs.Invalid, "a.b", "n", 5), "up to 5 days"},
		{errs.New(errs.NotFound, "no.such"), p.T("errs.not_found")},
		{errors.New("secret"), p.T("errs.internal")},
	} {
		if got := p.Error(v.err); got != v.want {
			t.Errorf("got %q, want %q", got, v.want)
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// FuzzForms: whatever is sent to a page, in its address or as its form, nothing
// fails through our fault, and nothing hidden comes out with the refusal.
func FuzzForms(f *testing.F) {
	long := strings.Repeat("الف", 3000)
	for i, seed := range []string{
		"", "then=next", "then=autosave&seen=x", "then=ask&seen=", "page=evidence&then=later", "amount=%D9%AF%D9%A0&amount=1", "amount=99999999999999999999",
		"amount=%00&narrative=%ff%fe", "debt_date.day=31&debt_date.month=12&debt_date.year=1403", "debt_date.day=-1&debt_date.month=x&debt_date.year=99999999999",
		"code=%E2%80%8F%DB%B1", "%zz", "a;b=c", "=&=&=", "days=0", "days=%DB%B9%DB%B9%DB%B9", "version=9223372036854775808&branch=1", "party=&party=x&kind=hearing&then=send",
		"kind=judgment&then=preview&rule=cpc-336&text=" + url.QueryEscape(long), "kind=hearing&hearing.day=30&hearing.month=12&hearing.year=1404&time=25:61", "lang=xx&theme=y&next=//evil.example",
		"reason_amount=value&note_amount=" + url.QueryEscape(long), "reason_none=none", "number=%DB%B1&national_code=1", "capacity=judge", "after=%27&show=done&kind=x&q=%25", "t=%3Cscript%3E&h=" + strings.Repeat("0", 64),
		"service=petition-debt&act=x&case=none&notice=none", "national_code=0000000000&password=" + url.QueryEscape(long),
	} {
		for k := range uint16(6) {
			f.Add(seed, uint16(i)*17+k*29, k)
		}
	}
	w := worldOn(New(f, "sqlite"))
	clients := []*http.Client{}
	for _, who := range []Who{Plaintiff, Defendant, Clerk, Judge, Lawyer, Nobody} {
		clients = append(clients, w.As(who).HTTP)
	}
	table := visits(w)
	routes := slices.DeleteFunc(w.App.Web.Routes(), func(r web.Route) bool {
		_, known := table[r.Method+" "+r.Pattern]
		return !known || r.Pattern == web.LogoutPath
	})
	slices.SortFunc(routes, func(a, b web.Route) int { return strings.Compare(a.Method+a.Pattern, b.Method+b.Pattern) })
	f.Fuzz(func(t *testing.T, raw string, which, who uint16) {
		r := routes[int(which)%len(routes)]
		v := table[r.Method+" "+r.Pattern]
		if r.Method == http.MethodGet {
			path, _, _ := strings.Cut(v.path, "?")
			u := url.URL{Path: path, RawQuery: escaped(raw)}
			send(t, w, clients[int(who)%len(clients)], r.Method, u.String(), "", nil)
			return
		}
		typed := url.Values{}
		for i := 0; i+1 < len(v.fields); i += 2 {
			typed.Add(v.fields[i], v.fields[i+1])
		}
		body := raw
		if who%2 == 0 && len(typed) > 0 {
			body = typed.Encode() + "&" + raw
		}
		c := clients[int(who)%len(clients)]
		send(t, w, c, r.Method, v.path, "application/x-www-form-urlencoded", strings.NewReader(body))
		parts, kind := multiparts(t, body)
		send(t, w, c, r.Method, v.path, kind, parts)
		send(t, w, c, r.Method, v.path, kind, strings.NewReader(raw)) // not what it says
	})
}

// escaped is a query that can be sent at all.
func escaped(raw string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == '#' || r > '~' {
			return -1
		}
		return r
	}, raw)
}

// multiparts is the same form as browsers send it where files can be chosen,
// with a file that is none.
func multiparts(t *testing.T, body string) (io.Reader, string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	fields, _ := url.ParseQuery(body)
	for name, list := range fields {
		for _, v := range list {
			if err := m.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, name := range []string{"evidence_files", "receipt", "paper"} {
		p, err := m.CreateFormFile(name, "a.pdf")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(p, body)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return &b, m.FormDataContentType()
}

// send sends a request as a page of this site would.
func send(t *testing.T, w world, c *http.Client, method, path, kind string, body io.Reader) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, w.URL+path, body)
	if err != nil {
		t.Skip(err)
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Origin", w.URL)
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode >= 500 {
		t.Errorf("%s %s: %d %s", method, path, res.StatusCode, out)
	}
	if to := res.Header.Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, "http") && !strings.HasPrefix(to, w.URL) {
		t.Errorf("%s %s leads away, to %s", method, path, to)
	}
	if _, after, raw := strings.Cut(string(out), "⟦"); raw {
		t.Errorf("%s %s: words are missing: %.80s", method, path, after)
	}
}

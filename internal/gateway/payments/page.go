// SPDX-License-Identifier: Apache-2.0

package payments

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
)

//go:embed page/pay.html page/pay.css page/words.json
var pageFiles embed.FS

// payPage is what the double's page shows.
type payPage struct {
	Lang, Dir, Heading, Words           string
	Merchant, Description, Amount, Bank string
	Open                                bool
	Back                                string
	W                                   words
	status                              int
	returnOrigin                        string // where a form may lead to by redirect
}

// pages are the provider's pages for people: one page per payment, which works
// without script, and its stylesheet.
func (d *Double) pages() http.Handler {
	page := template.Must(template.ParseFS(pageFiles, "page/pay.html"))
	css, _ := pageFiles.ReadFile("page/pay.css") // embedded, so it is there
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pay/pay.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write(css)
	})
	mux.HandleFunc("GET /pay/{token}", func(w http.ResponseWriter, r *http.Request) {
		d.show(w, page, d.view(r.PathValue("token")))
	})
	mux.HandleFunc("POST /pay/{token}", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
		token, choice := r.PathValue("token"), Choice(r.FormValue("action"))
		done := d.Choose(token, choice)
		v := d.view(token)
		switch {
		case done && choice == Leave:
			v.Open, v.Heading, v.Words, v.Back = false, v.W.IsLeft, v.W.HowToLeave, v.returnOrigin+"/"
			d.show(w, page, v)
		case done:
			http.Redirect(w, r, v.Back, http.StatusSeeOther)
		default: // decided before, too late, or no such choice: show how it stands
			d.show(w, page, v)
		}
	})
	return mux
}

func (d *Double) show(w http.ResponseWriter, page *template.Template, v payPage) {
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		http.Error(w, "page", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	// A browser checks form-action for the redirect after the form as well, so
	// the merchant's origin is named.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' "+v.returnOrigin)
	w.WriteHeader(v.status)
	_, _ = w.Write(b.Bytes())
}

// view is how the page of the payment with token looks now.
func (d *Double) view(token string) payPage {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.byToken[token]
	if p == nil {
		w := d.words["fa"]
		return payPage{Lang: "fa", Dir: "rtl", W: w, Heading: w.Unknown, Words: w.HowUnknown, status: http.StatusNotFound}
	}
	v := payPage{Lang: p.order.Lang, Dir: "rtl", W: d.words[p.order.Lang], status: http.StatusOK,
		Description: p.order.Description, Bank: p.bank}
	if v.Lang == "en" {
		v.Dir = "ltr"
	}
	v.Amount = v.W.amount(p.order.AmountRials, v.Lang)
	back, err := url.Parse(p.order.ReturnURL)
	if err != nil { // start has parsed it
		back = &url.URL{}
	}
	v.Merchant = back.Host
	v.returnOrigin = (&url.URL{Scheme: back.Scheme, Host: back.Host}).String()

	state := d.state(p)
	outcome := string(state)
	switch {
	case p.paid && state == Open:
		outcome = "pending" // paid, and told later
		v.Heading = v.W.IsPaid
	case state == Open:
		v.Open, v.Heading = true, v.W.Heading
	default:
		v.Heading = map[State]string{Paid: v.W.IsPaid, Cancelled: v.W.IsCancelled, Expired: v.W.IsExpired, Returned: v.W.IsReturned}[state]
	}
	if !v.Open {
		q := back.Query()
		q.Set("token", token)
		q.Set("outcome", outcome)
		back.RawQuery = q.Encode()
		v.Back = back.String()
	}
	return v
}

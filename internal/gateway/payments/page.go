// SPDX-License-Identifier: Apache-2.0

package payments

import (
	"embed"
	"html/template"
	"net/http"
	"net/url"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
)

//go:embed page/pay.html page/words.json
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
	mux := http.NewServeMux()
	mux.Handle("GET /pay/pay.css", sandbox.Stylesheet())
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
	sandbox.Show(w, page, v, v.status, v.returnOrigin)
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

// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
)

//go:embed page/check.html page/words.json
var pageFiles embed.FS

// words are those of the double's page. They are the broker's, not Tarazu's,
// and so do not stand in the locale files.
type words struct {
	Broker, Trial, Heading, Lead, For, Asker, Others, Back string
	Choices                                                map[State]string // what the buttons say
	Ended                                                  map[State]string // how a session stands
	HowToLeave, Unknown, HowUnknown                        string
}

// readWords reads the words of both languages.
func readWords() map[string]words {
	out := map[string]words{}
	text, err := pageFiles.ReadFile("page/words.json")
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil { // embedded; the tests read every page
		return map[string]words{}
	}
	return out
}

// checkPage is what the double's page shows.
type checkPage struct {
	Lang, Dir, Heading, Words, Who, Asker string
	Choices                               []State // while it is open
	Back                                  string
	W                                     words
	status                                int
	origin                                string
}

// pages are the broker's pages for people: one for each session, which works
// without script, and its stylesheet.
func (d *Double) pages() http.Handler {
	page := template.Must(template.ParseFS(pageFiles, "page/check.html"))
	show := func(w http.ResponseWriter, v checkPage) { sandbox.Show(w, page, v, v.status, v.origin) }
	mux := http.NewServeMux()
	mux.Handle("GET /check/check.css", sandbox.Stylesheet())
	mux.HandleFunc("GET /check/{token}", func(w http.ResponseWriter, r *http.Request) { show(w, d.view(r.PathValue("token"))) })
	mux.HandleFunc("POST /check/{token}", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
		token, choice := r.PathValue("token"), State(r.FormValue("outcome"))
		done := d.Choose(token, choice)
		v := d.view(token)
		switch {
		case done && choice == Leave:
			v.Choices, v.Heading, v.Words, v.Back = nil, v.W.Ended[Leave], v.W.HowToLeave, v.origin+"/"
			show(w, v)
		case done:
			http.Redirect(w, r, v.Back, http.StatusSeeOther)
		default: // decided before, too late, or no such choice: show how it stands
			show(w, v)
		}
	})
	return mux
}

// view is how the page of the session with token looks now.
func (d *Double) view(token string) checkPage {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.byToken[token]
	if s == nil {
		w := d.words["fa"]
		return checkPage{Lang: "fa", Dir: "rtl", W: w, Heading: w.Unknown, Words: w.HowUnknown, status: http.StatusNotFound}
	}
	v := checkPage{Lang: s.order.Lang, Dir: "rtl", W: d.words[s.order.Lang], status: http.StatusOK, Who: s.order.FirstName + " " + s.order.LastName}
	if v.Lang == "en" {
		v.Dir = "ltr"
	}
	back, err := url.Parse(s.order.ReturnURL)
	if err != nil { // start has parsed it
		back = &url.URL{}
	}
	v.Asker = back.Host
	v.origin = (&url.URL{Scheme: back.Scheme, Host: back.Host}).String()
	state := d.state(s)
	if state == Open {
		v.Heading, v.Words = v.W.Heading, v.W.Lead
		v.Choices = []State{Live, NotLive, NoMatch, BadPicture, Abandoned, Leave}
		return v
	}
	v.Heading = v.W.Ended[state]
	q := back.Query()
	q.Set("token", token)
	back.RawQuery = q.Encode()
	v.Back = back.String()
	return v
}

// SPDX-License-Identifier: Apache-2.0

package outage_test

import (
	"bytes"
	"encoding/xml"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func has(t *testing.T, p *Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.Text(), w) {
			t.Errorf("%q is not on the page: %s", w, p.Text())
		}
	}
}

// fields fill the form of an outage that began two hours ago and ended an hour
// ago.
func fields(e *Env, more ...string) []string {
	jalali := func(name string, at time.Time) []string {
		local := at.In(clock.Tehran)
		y, m, d := jalaliOf(local)
		return []string{name + ".year", y, name + ".month", m, name + ".day", d, name + "_time", local.Format("15:04")}
	}
	list := []string{"part", "filing", "cause", "ours", "text_fa", "ثبت دادخواست کار نمی‌کرد.", "text_en", "Petitions could not be filed."}
	list = append(list, jalali("from", e.Clock.Now().Add(-2*time.Hour))...)
	list = append(list, jalali("to", e.Clock.Now().Add(-time.Hour))...)
	for i := 0; i+1 < len(more); i += 2 { // instead of what stands there
		for n := 0; n < len(list); n += 2 {
			if list[n] == more[i] {
				list[n+1] = more[i+1]
			}
		}
	}
	return list
}

// jalaliOf are the three fields of a day.
func jalaliOf(at time.Time) (y, m, d string) {
	a, b, c := civil.Of(at).Jalali()
	return strconv.Itoa(a), strconv.Itoa(b), strconv.Itoa(c)
}

// upload gives a file to the page that checks papers.
func upload(e *Env, field, name, text string) *Page {
	e.T.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		e.T.Fatal(err)
	}
	return e.Anonymous().In("en").Send(http.MethodPost, "/verify", w.FormDataContentType(), &body)
}

func TestAnOutageFromDeclarationToCertificate(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		anybody := e.Anonymous()
		has(t, anybody.In("en").Get("/status").Want(http.StatusOK), "Everything works", "There was no outage", "Signing in")
		has(t, anybody.In("fa").Get("/status").Want(http.StatusOK), "همه‌چیز کار می‌کند", "هیچ قطعی‌ای نبوده است", "ورود به حساب")

		admin := e.As(Administrator).In("fa")
		has(t, admin.Get("/outages").Want(http.StatusOK).Submit("/outages").Want(http.StatusUnprocessableEntity), "یکی از پاسخ‌ها را برگزینید")
		made := admin.Get("/outages").Want(http.StatusOK).Submit("/outages", fields(e)...).Want(http.StatusOK)
		path := made.Path
		has(t, made, "قطعی اعلام شد", "ثبت دادخواست کار نمی‌کرد.", "بستن یا اصلاح")
		one := anybody.In("en").Get(path).Want(http.StatusOK)
		has(t, one, "Filing petitions and briefs", "Our service", "Petitions could not be filed.", "1 h 0 min", "Outage entered", "by an administrator")
		if strings.Contains(one.Text(), "Close or correct") || strings.Contains(one.Body, e.Person(Administrator).ID) {
			t.Error("everybody is shown what is the administrator's")
		}
		has(t, anybody.Get("/status").Want(http.StatusOK), "Out of use for 1 h 0 min in 30 days", "Filing petitions and briefs")

		// The certificate is made in a moment, and the log knows it.
		if p := anybody.Get(path + "/certificates/fa"); p.Status != http.StatusSeeOther {
			t.Errorf("before it is made: %d", p.Status)
		}
		e.Drain()
		e.Sequence()
		for _, lang := range []string{"fa", "en"} {
			pdf := anybody.Get(path + "/certificates/" + lang).Want(http.StatusOK)
			if !strings.HasPrefix(pdf.Body, "%PDF-1.7") || !strings.Contains(pdf.Body, "/ETSI.CAdES.detached") {
				t.Errorf("%s is no signed PDF", lang)
			}
			has(t, upload(e, "paper", "a.pdf", pdf.Body).Want(http.StatusOK), "This paper stands in the log", "Making of an outage’s certificate")
			has(t, upload(e, "paper", "a.pdf", pdf.Body+"\n").Want(http.StatusOK), "not recorded in the log")
		}
		proof := anybody.Get(path + "/receipts/1").Want(http.StatusOK).Body
		rep, err := receipt.Verify([]byte(proof), receipt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(rep.Content), `"part":"filing"`) || strings.Contains(proof, e.Person(Administrator).ID) {
			t.Errorf("the receipt says %s", rep.Content)
		}
		// The code on the certificate leads to the page with the record's hash.
		has(t, anybody.Get("/verify?h="+rep.ContentHash).Want(http.StatusOK), "You came here by the code on a paper")

		// Corrected with a reason, then withdrawn.
		id := strings.TrimPrefix(path, "/status/")
		change := admin.Get("/outages/" + id + "?do=correct").Want(http.StatusOK)
		has(t, change.Submit("/outages/"+id+"/correct").Want(http.StatusUnprocessableEntity), "دلیل را بنویسید")
		change.Submit("/outages/"+id+"/correct", "cause", "theirs", "reason", "The data centre said so.").Want(http.StatusOK)
		change.Submit("/outages/"+id+"/correct", "cause", "planned", "reason", "from an old page").Want(http.StatusUnprocessableEntity)
		has(t, anybody.Get(path).Want(http.StatusOK), "An outside system", "Reason: The data centre said so.")
		e.Drain()
		anybody.Get(path + "/certificates/en").Want(http.StatusOK)
		admin.Get("/outages/"+id+"?do=withdraw").Submit("/outages/"+id+"/withdraw", "reason", "It was a test.").Want(http.StatusOK)
		has(t, anybody.Get(path).Want(http.StatusOK), "This outage was withdrawn", "It was a test.", "There is a certificate as soon as")
		has(t, anybody.Get("/status").Want(http.StatusOK), "Withdrawn", "No outage in 30 days")
	})
}

func TestCloseByHand(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	admin := e.As(Administrator).In("fa")
	path := admin.Get("/outages").Submit("/outages", fields(e, "part", "inbox", "to.year", "", "to.month", "", "to.day", "", "to_time", "")...).Want(http.StatusOK).Path
	e.Clock.Advance(30 * time.Second)
	has(t, e.Anonymous().In("en").Get("/status").Want(http.StatusOK), "Some parts cannot be used now", "Inbox of notices: since", "Out of use")
	id := strings.TrimPrefix(path, "/status/")
	page := admin.Get("/outages/" + id).Want(http.StatusOK)
	has(t, page.Submit("/outages/"+id+"/close", "to_time", "25:99").Want(http.StatusUnprocessableEntity), "ساعت را با ساعت و دقیقه بنویسید")
	page.Submit("/outages/"+id+"/close", "to_time", "۰۹:۴۵").Want(http.StatusOK)
	i, _, err := e.App.Outage.Get(t.Context(), id)
	if err != nil || i.Open() || i.To.In(clock.Tehran).Format("15:04") != "09:45" {
		t.Errorf("%+v, %v", i, err)
	}
}

// TestTheStatusPageOutlivesTheDatabase: with the tables gone and a cookie that
// cannot be looked up, it still tells what was known last.
func TestTheStatusPageOutlivesTheDatabase(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	visitor := e.As(Plaintiff)
	_, err := e.App.Outage.Declare(t.Context(), e.Actor(Administrator), outage.Facts{
		Part: "login", From: e.Clock.Now().Add(-time.Hour), Cause: outage.Ours, Text: outage.Text{FA: "ورود", EN: "Signing in"},
	})
	if err != nil {
		t.Fatal(err)
	}
	visitor.In("en").Get("/status").Want(http.StatusOK)
	for _, table := range []string{"outage_interval", "web_session"} {
		if err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Exec(t.Context(), `ALTER TABLE `+table+` RENAME TO `+table+`_away`)
		}); err != nil {
			t.Fatal(err)
		}
	}
	e.Clock.Advance(time.Minute)
	has(t, visitor.Get("/status").Want(http.StatusOK), "This page may be out of date", "Signing in: since")
	has(t, e.Anonymous().In("fa").Get("/status").Want(http.StatusOK), "شاید این صفحه تازه نباشد")
}

func TestFeed(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	e.As(Administrator).Get("/outages").Submit("/outages", fields(e)...).Want(http.StatusOK)
	p := e.Anonymous().In("en").Get("/status/feed.atom").Want(http.StatusOK)
	var feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Updated string   `xml:"updated"`
		Entries []struct {
			ID    string `xml:"id"`
			Title string `xml:"title"`
			Link  struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(p.Body), &feed); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "application/atom+xml") || len(feed.Entries) != 1 || feed.ID == "" || feed.Updated == "" ||
		feed.Entries[0].Title != "Filing petitions and briefs – Over" || feed.Entries[0].Link.Href != e.URL+"/status/"+strings.TrimPrefix(feed.Entries[0].ID, "urn:uuid:") {
		t.Errorf("%s", p.Body)
	}
}

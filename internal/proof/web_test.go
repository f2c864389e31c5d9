// SPDX-License-Identifier: Apache-2.0

package proof_test

import (
	"bytes"
	"crypto/sha256"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/timestamp"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const pdf = "%PDF-1.7\nسند نمونه\n%%EOF\n"

// file is a chosen file, or a plain field if it has no name.
type file struct{ field, name, text string }

// send posts the form of /verify as a browser does, without signing in.
func send(e *Env, files ...file) *Page {
	e.T.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range files {
		part, err := w.CreateFormField(f.field)
		if f.name != "" {
			part, err = w.CreateFormFile(f.field, f.name)
		}
		if err == nil {
			_, err = part.Write([]byte(f.text))
		}
		if err != nil {
			e.T.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		e.T.Fatal(err)
	}
	req, err := http.NewRequestWithContext(e.T.Context(), http.MethodPost, e.URL+"/verify", &body)
	if err != nil {
		e.T.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Origin", e.URL)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	c := e.Anonymous()
	res, err := c.HTTP.Do(req)
	if err != nil {
		e.T.Fatal(err)
	}
	defer res.Body.Close()
	doc, err := html.Parse(res.Body)
	if err != nil {
		e.T.Fatal(err)
	}
	return &Page{Client: c, Asked: "POST /verify", Path: "/verify", Status: res.StatusCode, Header: res.Header, Doc: doc}
}

// paperOf stages the evidence of a paper as the modules do and returns its
// receipt once it has a place.
func paperOf(e *Env, document string) (receiptOf func() string) {
	e.T.Helper()
	hash, err := receipt.PaperHash(strings.NewReader(document))
	if err != nil {
		e.T.Fatal(err)
	}
	var id string
	err = e.App.DB.WriteBlind(e.T.Context(), func(tx *store.Tx) (err error) {
		id, err = e.App.Ledger.StageTx(e.T.Context(), tx, ledger.Record{Event: "filing.paper", Owner: "o", Subject: "f", ContentHash: hash})
		return err
	})
	if err != nil {
		e.T.Fatal(err)
	}
	return func() string {
		file, err := e.App.Ledger.Receipt(e.T.Context(), "o", id)
		if err != nil {
			e.T.Fatal(err)
		}
		return string(file)
	}
}

func has(t *testing.T, p *Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.Text(), w) {
			t.Errorf("%q is not said in: %s", w, p.Text())
		}
	}
}

func TestAnybodyChecksAReceiptAndItsPaper(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		receiptOf := paperOf(e, pdf)
		has(t, send(e, file{"paper", "a.pdf", pdf}).Want(200), "being recorded right now")
		e.Sequence()
		r := receiptOf()

		has(t, send(e, file{"receipt", "a.tlog-proof", r}, file{"paper", "a.pdf", pdf}).Want(200),
			"The receipt is genuine", "byte for byte", "Making of a filing’s paper", "the one that this server keeps", "clock was right")
		has(t, send(e, file{"receipt", "a.tlog-proof", r}).Want(200), "The receipt is genuine", "a paper that you did not choose")
		if ok, err := e.App.Ledger.StampNow(t.Context()); err != nil || !ok {
			t.Fatalf("no time stamp: %v", err)
		}
		stamped := send(e, file{"receipt", "a.tlog-proof", r}).Want(200)
		has(t, stamped, "independent time-stamping authority", "Time stamps of the demo country")
		if strings.Contains(stamped.Text(), "clock was right") {
			t.Error("the time is said to be unproved although it is stamped")
		}
		token := e.Anonymous().Get(stamped.Link("/verify/stamps/")).Want(200).Body
		_, checkpoint, _ := strings.Cut(r, "\n\n")
		if _, err := timestamp.Check([]byte(token), sha256.Sum256([]byte(checkpoint)), e.App.Doubles.Timestamp.Roots()); err != nil {
			t.Errorf("the token is not over the end of the receipt: %v", err)
		}
		has(t, send(e, file{"paper", "a.pdf", pdf}).Want(200), "This paper stands in the log", "Nothing is said about people")
		// The fields mixed up, and an empty one.
		has(t, send(e, file{"paper", "a.tlog-proof", r}, file{"receipt", "a.pdf", pdf}).Want(200), "byte for byte")
		has(t, send(e, file{"paper", "a.pdf", pdf}, file{"receipt", "none", ""}).Want(200), "This paper stands in the log")

		has(t, send(e, file{"receipt", "a", r}, file{"paper", "a.pdf", pdf + "\n"}).Want(200), "refused", "the paper is the one that was recorded", "printing it to PDF")
		has(t, send(e, file{"paper", "a.pdf", pdf + "\n"}).Want(200), "not recorded in the log")
		for name, c := range map[string]struct{ text, words string }{
			"another file": {"hello\n", "has the form of a receipt"},
			"a letter":     {strings.Replace(r, "\nindex ", "\nindex 1", 1), "stands in the log"},
			"a signature":  {strings.Replace(r, "\n\n— ", "\n\n- ", 1), "has the form of a receipt"},
		} {
			p := send(e, file{"receipt", "a", c.text}).Want(200)
			if !strings.Contains(p.Text(), "This receipt was refused") || !strings.Contains(p.Text(), c.words) {
				t.Errorf("%s: %s", name, p.Text())
			}
		}
	})
}

func TestAReceiptOfAnotherServiceIsRefused(t *testing.T) {
	t.Parallel()
	e, other := New(t, "sqlite"), New(t, "postgres") // each engine's country has keys of its own
	receiptOf := paperOf(other, pdf)
	other.Sequence()
	has(t, send(e, file{"receipt", "a", receiptOf()}).Want(200), "This receipt was refused", "the key is that of this service", "did not issue the receipt")
}

func TestTheCodeOnAPaperLeadsHere(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	f := e.File(Plaintiff, Defendant, LargeClaim)
	e.Sequence()
	r := e.As(Plaintiff).Get("/filings/" + f.ID + "/receipt").Want(200).Body
	rep, err := receipt.Verify([]byte(r), receipt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	page := e.Anonymous().Get("/verify?t=" + f.Tracking + "&h=" + rep.ContentHash).Want(200)
	has(t, page, "You came here by the code on a paper", f.Tracking)
	if fields, ok := page.Form("/verify"); !ok || fields.Get("t") != f.Tracking || fields.Get("h") != rep.ContentHash {
		t.Errorf("the form carries %v", fields)
	}
	same := []file{{"t", "", f.Tracking}, {"h", "", rep.ContentHash}}
	has(t, send(e, append(same, file{"receipt", "a", r})...).Want(200), "fits the code", "Submission of a filing", f.CaseNumber)
	has(t, send(e, file{"t", "", "999"}, file{"receipt", "a", r}).Want(200), "of another paper", "The receipt is genuine")
	// What is no code of ours is not shown again.
	if p := e.Anonymous().Get("/verify?t=%3Cb%3E+call+us&h=zz").Want(200); strings.Contains(p.Body, "call us") {
		t.Error("a text in the address stands on the page")
	}
	// A petition's own receipt speaks of no paper.
	has(t, send(e, file{"receipt", "a", r}, file{"paper", "a.pdf", pdf}).Want(200), "refused", "receipt of the filing itself")
}

func TestWhatIsSentIsBounded(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite", "TARAZU_LIMITS_VERIFY_ADDRESS=6/1h")
	has(t, send(e).Want(422), "Choose a receipt or a paper")
	has(t, send(e, file{"receipt", "a", strings.Repeat("A", 2<<20+1)}).Want(422), "too large to be a receipt")
	has(t, send(e, file{"paper", "a.pdf", "%PDF" + strings.Repeat("A", 20<<20)}).Want(422), "larger than 20 MB")
	has(t, send(e, file{"paper", "a.pdf", pdf}, file{"receipt", "b.pdf", pdf}).Want(422), "one paper only")
	has(t, send(e, file{"paper", "a", "c2sp.org a"}, file{"receipt", "b", "c2sp.org b"}).Want(422), "one receipt only")
	send(e, file{"paper", "a.pdf", pdf}).Want(200)
	has(t, send(e, file{"paper", "a.pdf", pdf}).Want(422), "10 minutes")
	e.Clock.Advance(10 * time.Minute)
	send(e, file{"paper", "a.pdf", pdf}).Want(200)
	send(e, file{"paper", "a.pdf", pdf}).Want(422)
}

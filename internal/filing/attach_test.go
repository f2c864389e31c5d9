// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
)

const filesTitle = "brief-expert-objection"

// aPDF is a small PDF with a word of its own.
func aPDF(word string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var at [3]int
	for i, o := range []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /X (" + word + ") >>"} {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 4\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \n%010d 00000 n \n", at[0], at[1], at[2])
	fmt.Fprintf(&b, "trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", table)
	return b.Bytes()
}

func aPNG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withFiles is a draft of a title that takes files, on a referred case.
func withFiles(e *apptest.Env) (draft filing.Filing, field, page string) {
	t := e.T
	t.Helper()
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	e.Refer(apptest.Judge, f.Case)
	me := e.Actor(apptest.Plaintiff)
	draft, err := e.App.Filing.Start(t.Context(), me, filing.NewFiling{Service: filesTitle, Act: id.New(), Lang: i18n.FA, Case: f.Case})
	if err != nil {
		t.Fatal(err)
	}
	_, d, err := e.App.Filing.Get(t.Context(), me, draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, pg := range d.Pages {
		for _, q := range pg.Fields {
			if q.Type == "files" {
				return draft, q.Name, pg.Key
			}
		}
	}
	t.Fatal("no question for files")
	return draft, "", ""
}

// sendFiles posts a page's form with files as a browser does.
func sendFiles(c *apptest.Client, path string, fields map[string]string, field string, files map[string][]byte) *apptest.Page {
	t := c.Env.T
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, v := range fields {
		if err := m.WriteField(name, v); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range files {
		w, err := m.CreateFormFile(field, name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return c.Send(http.MethodPost, path, m.FormDataContentType(), &b)
}

// TestAttach: what is attached is kept as it was, once, within the limits, and
// can be taken back.
func TestAttach(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, me, s := t.Context(), e.Actor(apptest.Plaintiff), e.App.Filing
		f, field, _ := withFiles(e)
		first, err := s.Attach(ctx, me, f.ID, field, "a.exe", bytes.NewReader(aPDF("1")))
		if err != nil || first.Name != "a.pdf" || first.Pages != 1 || first.Field != field {
			t.Fatalf("%+v, %v", first, err)
		}
		again, err := s.Attach(ctx, me, f.ID, field, "b.pdf", bytes.NewReader(aPDF("1")))
		if err != nil || again.ID != first.ID {
			t.Errorf("the same bytes twice: %+v, %v", again, err)
		}
		for i := 2; i <= 10; i++ {
			if _, err := s.Attach(ctx, me, f.ID, field, "n.pdf", bytes.NewReader(aPDF(fmt.Sprint(i)))); err != nil {
				t.Fatalf("file %d: %v", i, err)
			}
		}
		if _, err := s.Attach(ctx, me, f.ID, field, "n.pdf", bytes.NewReader(aPDF("11"))); !errs.Is(err, errs.Invalid) {
			t.Errorf("an eleventh file: %v", err)
		}
		if _, err := s.Attach(ctx, me, f.ID, "no_such", "n.pdf", bytes.NewReader(aPDF("12"))); !errs.Is(err, errs.NotFound) {
			t.Errorf("for no question: %v", err)
		}
		if _, err := s.Attach(ctx, e.Actor(apptest.Stranger), f.ID, field, "n.pdf", bytes.NewReader(aPDF("13"))); !errs.Is(err, errs.NotFound) {
			t.Errorf("by a stranger: %v", err)
		}
		for range 2 {
			if err := s.Detach(ctx, me, f.ID, first.ID); err != nil {
				t.Fatal(err)
			}
		}
		if list, err := s.Attachments(ctx, me, f.ID); err != nil || len(list) != 9 {
			t.Errorf("%d files, %v; want 9", len(list), err)
		}
		if _, _, err := s.AttachmentFile(ctx, me, f.ID, first.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("a file that was taken back: %v", err)
		}
	})
}

// TestAttachOnThePage: without script, several at once; what is wrong stands at
// the question, and what was typed stays.
func TestAttachOnThePage(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f, field, key := withFiles(e)
	me := e.As(apptest.Plaintiff)
	path := "/filings/" + f.ID + "/pages/" + key
	page := me.Get(path).Want(http.StatusOK)
	if !strings.Contains(page.Body, "10 MB") || !strings.Contains(page.Body, "50 MB") {
		t.Errorf("the limits are not said before: %s", page.Text())
	}
	fields, ok := page.Form(path)
	if !ok {
		t.Fatal("no form")
	}
	sent := map[string]string{}
	area := ""
	for name := range fields {
		sent[name] = fields.Get(name)
		if len(page.All("textarea[name="+name+"]")) > 0 || name != "page" && name != "seen" && name != "tab" && name != "then" && area == "" {
			area = name
		}
	}
	sent[area] = "پیش از پیوست کردن نوشته شد"
	delete(sent, field)
	page = sendFiles(me, "/filings/"+f.ID+"/files", sent, field, map[string][]byte{"deed.pdf": aPDF("1"), "photo.png": aPNG(t), "letter.docx": []byte("PK\x03\x04")}).Want(http.StatusUnprocessableEntity)
	for _, want := range []string{"deed.pdf", "photo.png", "letter.docx: This is a Word file", sent[area], `href="#f-` + field + `"`} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page does not show %q\n%s", want, page.Text())
		}
	}
	page = me.Get(path).Want(http.StatusOK)
	if !strings.Contains(page.Body, sent[area]) || strings.Count(page.Body, "file-facts") != 2 {
		t.Fatalf("%d files are kept, or what was typed is not: %s", strings.Count(page.Body, "file-facts"), page.Text())
	}
	link := page.Link("/filings/" + f.ID + "/files/")
	got := me.Get(link).Want(http.StatusOK)
	if csp := got.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox") || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") || got.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the file is sent with %v", got.Header)
	}
	e.As(apptest.Stranger).Get(link).Want(http.StatusNotFound)
	fields, _ = page.Form(path)
	sent["seen"] = fields.Get("seen")
	after := sendFiles(me, link+"/remove", sent, field, nil).Follow().Want(http.StatusOK)
	if strings.Count(after.Body, "file-facts") != 1 {
		t.Errorf("%d files after one was taken back", strings.Count(after.Body, "file-facts"))
	}
	big := make([]byte, 52<<20)
	if p := sendFiles(me, "/filings/"+f.ID+"/files", sent, field, map[string][]byte{"big.pdf": big}).Want(http.StatusRequestEntityTooLarge); !strings.Contains(p.Text(), "50 MB") {
		t.Errorf("too much at once: %s", p.Text())
	}
}

// TestAttachedIsSigned: the record names each file by its hash, and what is
// frozen takes no more files.
func TestAttachedIsSigned(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	e.Refer(apptest.Judge, f.Case)
	o, _ := e.Object(apptest.Plaintiff, f.Case, aPDF("map"))
	me := e.Actor(apptest.Plaintiff)
	kept, _, err := e.App.Filing.Get(t.Context(), me, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	var r filing.Record
	if err := json.Unmarshal(kept.Record, &r); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(aPDF("map"))
	want := filing.Attachment{Field: "evidence_files", Name: "نقشه.pdf", Type: "application/pdf", Bytes: int64(len(aPDF("map"))), SHA256: hex.EncodeToString(sum[:])}
	if len(r.Attachments) != 1 || r.Attachments[0] != want {
		t.Errorf("the record has %+v", r.Attachments)
	}
	if _, err := e.App.Filing.Attach(t.Context(), me, o.ID, "evidence_files", "x.pdf", bytes.NewReader(aPDF("late"))); !errs.Is(err, errs.Forbidden) {
		t.Errorf("attached to a submitted filing: %v", err)
	}
}

// TestSharedFiles: the other party reads a claim from its service on, and the
// filer sees that it was read; the court reads it at once.
func TestSharedFiles(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	e.Person(apptest.Defendant)
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	path := "/cases/" + f.Case + "/files/" + f.ID
	e.As(apptest.Defendant).Get(path).Want(http.StatusNotFound)
	e.Refer(apptest.Judge, f.Case)
	e.Open(apptest.Defendant, e.Serve(apptest.Clerk, f, apptest.Defendant))
	e.As(apptest.Defendant).Get(path).Want(http.StatusOK)
	e.As(apptest.Stranger).Get(path).Want(http.StatusNotFound)
	o, file := e.Object(apptest.Plaintiff, f.Case, aPDF("map"))
	file = "/cases/" + f.Case + "/files/" + o.ID + "/" + file
	if got := e.As(apptest.Defendant).Get(file).Want(http.StatusOK); got.Body != string(aPDF("map")) {
		t.Error("other bytes than were attached")
	}
	if seen := e.As(apptest.Plaintiff).Get("/account").Text(); !strings.Contains(seen, "The other party read a paper") {
		t.Errorf("the filer is not told: %s", seen)
	}
}

// TestOrphans: what no row names is removed after a day, and nothing else.
func TestOrphans(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	me, s := e.Actor(apptest.Plaintiff), e.App.Filing
	f, field, _ := withFiles(e)
	var list []filing.Attached
	for _, word := range []string{"1", "2"} {
		x, err := s.Attach(t.Context(), me, f.ID, field, word, bytes.NewReader(aPDF(word)))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, x)
	}
	if err := s.Detach(t.Context(), me, f.ID, list[0].ID); err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		t.Helper()
		err := filepath.WalkDir(strings.TrimPrefix(e.App.Config.Blobs.URL, "file:"), func(path string, d fs.DirEntry, err error) error {
			if err == nil && (strings.Contains(path, list[0].SHA256) || strings.Contains(path, list[1].SHA256)) {
				n++
				old := time.Now().Add(-25 * time.Hour)
				return os.Chtimes(path, old, old)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	e.Drain()
	if n := count(); n != 2 {
		t.Fatalf("%d blobs; a young one was removed", n)
	}
	e.Clock.Advance(25 * time.Hour)
	e.Drain()
	if n := count(); n != 1 {
		t.Errorf("%d blobs are left, want the one that is attached", n)
	}
	if _, _, err := s.AttachmentFile(t.Context(), me, f.ID, list[1].ID); err != nil {
		t.Error(err)
	}
}

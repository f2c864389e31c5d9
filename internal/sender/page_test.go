// SPDX-License-Identifier: Apache-2.0

package sender_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	units "github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/sender"
)

// upload sends the form of a new batch.
func upload(c *Client, file string, pairs ...string) *Page {
	c.Env.T.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			c.Env.T.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "بدهی‌ها.csv")
	if err == nil {
		_, err = part.Write([]byte(file))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		c.Env.T.Fatal(err)
	}
	return c.Send(http.MethodPost, "/sender/batches", w.FormDataContentType(), &b)
}

// actOf is the key of the form of a new batch.
func actOf(p *Page) string {
	fields, _ := p.Form("/sender/batches")
	return fields.Get("act")
}

// TestClerkSends: whose post says so sends at the page and manages nothing; other posts
// do neither. Nobody gives the right on who has it not.
func TestClerkSends(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		b := bodyOn(t, e, Plaintiff, "S1", plenty)
		s, ctx, to := e.App.Sender, t.Context(), e.Person(Defendant)
		u := e.Unit(b.head, "1", "")
		clerk, post := e.AtPost(b.head, u.ID, Stranger, units.GivesNone, policy.See, policy.Send)
		signer, _ := e.AtPost(b.head, u.ID, Lawyer, units.GivesPosts, policy.See, policy.OpenNotices, policy.Prepare, policy.Sign, policy.Data)
		n := sender.NewBatch{Key: "x", Title: "x"}
		for name, err := range map[string]error{
			"a post that only signs sends":    func() error { _, err := s.OpenBatch(ctx, signer, n); return err }(),
			"a post that signs makes a key":   func() error { _, _, err := s.MakeKey(ctx, signer, "x", true); return err }(),
			"the clerk makes a key":           func() error { _, _, err := s.MakeKey(ctx, clerk, "x", true); return err }(),
			"the clerk submits a template":    func() error { _, err := s.Submit(ctx, clerk, demand()); return err }(),
			"the clerk sets a hook":           func() error { _, err := s.SetHook(ctx, clerk, "https://example.org/"); return err }(),
			"the clerk sends without a batch": func() error { _, err := s.Send(ctx, clerk, letter("1", b.template, "1111111111")); return err }(),
			"a citizen makes a batch":         func() error { _, err := s.OpenBatch(ctx, e.Actor(Defendant), n); return err }(),
		} {
			if !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.OpenBatch(ctx, signer, n); code(err) != "web.right.missing.send" {
			t.Errorf("what is missing: %v", err)
		}
		_, err := e.App.Body.Give(ctx, signer, units.NewPost{
			Unit: u.ID, Person: to.NationalCode, LastName: to.LastName, TitleFA: "x", Rights: []policy.Right{policy.See, policy.Send}, Until: civil.Of(e.Clock.Now()),
		})
		if code(err) != "rights body.wrong.rights" {
			t.Errorf("given on without having it: %v", err)
		}

		me := e.As(Stranger)
		me.Get("/sender/batches").Want(http.StatusForbidden) // as a citizen
		me.Get("/capacity").Submit("/capacity", "capacity", post.Capacity).Want(http.StatusOK)
		if home := me.Get("/home").Want(http.StatusOK); !strings.Contains(home.Body, `href="/sender"`) {
			t.Error("the menu has no way to it")
		}
		if desk := me.Get("/sender").Want(http.StatusOK); !strings.Contains(desk.Body, `href="/sender/batches"`) {
			t.Error("the desk has no way to it")
		}
		form := me.Get("/sender/batches").Want(http.StatusOK)
		act := actOf(form)
		ask := []string{"act", act, "title", "بدهی آب", "template", b.template, "mode", "live"}
		head := "reference;national_code;amount;until;plate\n"
		for file, want := range map[string]string{
			"":                              "empty",
			head:                            "no row under its headings",
			"reference,national_code,x\n1":  "x is none of this template",
			"reference,reference\n1":        "reference is there twice",
			"reference,amount,until\n1":     "plate is missing",
			"reference,amount,until,plate":  "national_code is missing",
			"\xff\xfe":                      "UTF-8",
			head + "1;\"2;3;4;5\n6;7;8;9;0": "Line 2 cannot be read",
		} {
			if page := upload(me, file, ask...).Want(http.StatusUnprocessableEntity); !strings.Contains(page.Text(), want) || actOf(page) != act {
				t.Errorf("%q: want %q: %s", file, want, page.Text())
			}
		}
		upload(me, head+"1;2;3;4;5", "act", act).Want(http.StatusUnprocessableEntity)
		var file strings.Builder
		file.WriteString("\ufeff" + "شماره;کد ملی;amount;until;plate\n")
		for i := range 3 {
			fmt.Fprintf(&file, "a-%d;%s;1250000;2025-09-01;پلاک %d\n", i, to.NationalCode, i)
		}
		file.WriteString("a-3;123;1250000;2025-09-01;پلاک\n\n")
		page := upload(me, file.String(), ask...).Want(http.StatusSeeOther)
		path := page.Header.Get("Location")
		if again := upload(me, file.String(), ask...).Want(http.StatusSeeOther); again.Header.Get("Location") != path {
			t.Error("a second click made another batch")
		}
		shown := me.Get(path).Want(http.StatusOK)
		for _, words := range []string{"3 notices wait for you to start", "cannot be taken back", "national_code", "This code is not right"} {
			if !strings.Contains(shown.Text(), words) {
				t.Errorf("the page does not say %q: %s", words, shown.Text())
			}
		}
		e.Drain()
		b.once(0)
		shown.Submit(path + "/start").Want(http.StatusOK)
		me.PostForm(path + "/start").Want(http.StatusUnprocessableEntity)
		me.PostForm(path + "/fly").Want(http.StatusNotFound)
		going := me.Get(path).Submit(path + "/pause").Want(http.StatusOK)
		e.Drain()
		b.once(0)
		if desk := me.Get("/sender"); !strings.Contains(desk.Body, path) || !strings.Contains(desk.Text(), "Batches under way") {
			t.Errorf("the desk does not show the batch: %s", desk.Text())
		}
		going.Submit(path + "/continue").Want(http.StatusOK)
		e.Drain()
		b.once(3)
		if done := me.Get(path).Want(http.StatusOK); strings.Contains(done.Text(), to.NationalCode) || strings.Contains(done.Text(), to.LastName) || !strings.Contains(done.Text(), "arrived") {
			t.Errorf("done: %s", done.Text())
		}
		if refused := me.Get(path + "?show=refused"); strings.Contains(refused.Text(), "a-1") || !strings.Contains(refused.Text(), "a-3") {
			t.Errorf("refused: %s", refused.Text())
		}
		if csv := me.Get(path + "/results").Want(http.StatusOK); strings.Count(csv.Body, "\n") != 5 || strings.Contains(csv.Body, to.NationalCode) {
			t.Errorf("file: %s", csv.Body)
		}
		if by := b.text(`SELECT used_key FROM sender_notice WHERE reference = 'a-1'`); by != post.Capacity {
			t.Errorf("sent by %q", by)
		}
		// A test by hand reaches nobody.
		test := upload(me, head+"t-1;1111111111;5;2025-09-01;x\n", "act", "another", "title", "آزمایش", "template", b.template, "mode", "test").Want(http.StatusSeeOther).Header.Get("Location")
		me.Get(test).Submit(test + "/start").Want(http.StatusOK)
		e.Drain()
		b.once(3)
		if list := me.Get("/sender/batches?show=test").Want(http.StatusOK); !strings.Contains(list.Body, test) || strings.Contains(list.Body, path) {
			t.Errorf("tests: %s", list.Text())
		}
		// Who may not send sees nothing of it; the right ends with the post.
		other := e.As(Lawyer)
		for _, p := range []string{"/sender/batches", path, path + "/results"} {
			other.Get(p).Want(http.StatusForbidden)
		}
		if err := e.App.Body.End(ctx, b.head, post.ID); err != nil {
			t.Fatal(err)
		}
		if page := me.Get(path); page.Status == http.StatusOK {
			t.Error("the post has ended and the page is shown")
		}
	})
}

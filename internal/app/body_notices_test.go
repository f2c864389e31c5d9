// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestNoticesOfAPost: who holds a post for some groups of notices learns of no other
// notice of the body: not in a list, a count, by its id, on a page, by a program, in
// the series or in what is kept about the body; and gives nobody more. A post without
// that limit keeps all of them.
func TestNoticesOfAPost(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, head := t.Context(), e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		writs, _ := e.AtNarrowPost(head, u.ID, Stranger, []string{"execution"}, policy.See, policy.OpenNotices, policy.Data)
		none, _ := e.AtNarrowPost(head, u.ID, Defendant, []string{body.NoNotices}, policy.See, policy.OpenNotices)
		all, _ := e.AtPost(head, u.ID, Lawyer, body.GivesNone, policy.See, policy.OpenNotices)
		writ, judgment := e.ToBody(head, notice.KindWrit, "11"), e.ToBody(head, notice.KindJudgment, "22")

		for name, c := range map[string]struct {
			who  policy.Actor
			want int
		}{"the head": {head, 2}, "a post without a limit": {all, 2}, "a post for writs": {writs, 1}, "a post for none": {none, 0}} {
			page, err := e.App.Notice.Inbox(ctx, c.who, notice.FilterAll, notice.Page{})
			if err != nil || len(page.Notices) != c.want || page.Counts.All != c.want || page.Counts.Unviewed != c.want {
				t.Errorf("%s lists %d notices, counts %+v, %v; want %d", name, len(page.Notices), page.Counts, err, c.want)
			}
			several, err := e.App.Notice.Several(ctx, c.who, []string{writ, judgment})
			if err != nil || len(several) != c.want {
				t.Errorf("%s finds %d by id, %v", name, len(several), err)
			}
		}
		for _, who := range []policy.Actor{writs, none} {
			for what, err := range map[string]error{
				"get":     second(e.App.Notice.Get(ctx, who, judgment)),
				"open":    second(e.App.Notice.Open(ctx, who, judgment)),
				"read":    second(e.App.Notice.Read(ctx, who, judgment)),
				"receipt": third(e.App.Notice.Receipt(ctx, who, judgment, false)),
			} {
				if !errs.Is(err, errs.NotFound) {
					t.Errorf("%s: %v", what, err)
				}
			}
		}
		if n, err := e.App.Notice.Get(ctx, head, judgment); err != nil || n.Opened() {
			t.Errorf("it was opened: %v, %v", n.Viewed, err)
		}

		me := e.As(Stranger)
		me.Get("/capacity").Submit("/capacity", "capacity", writs.Capacity).Want(http.StatusOK)
		for _, path := range []string{"/inbox", "/inbox?show=unviewed", "/home"} {
			if page := me.Get(path).Want(http.StatusOK); strings.Contains(page.Body, judgment) || strings.Contains(page.Body, "Notice 22") {
				t.Errorf("%s shows the judgment: %s", path, page.Text())
			}
		}
		if page := me.Get("/inbox"); !strings.Contains(page.Body, writ) || strings.Contains(page.Body, "/inbox/numbers") {
			t.Errorf("the inbox: %s", page.Text())
		}
		me.Get("/inbox/" + judgment).Want(http.StatusNotFound)
		me.PostForm("/inbox/" + judgment + "/open").Want(http.StatusNotFound)
		me.Get("/inbox/numbers").Want(http.StatusForbidden)
		me.Get("/inbox/" + writ).Want(http.StatusOK).Submit("/inbox/" + writ + "/open").Want(http.StatusOK)
		program := e.API(Stranger)
		program.Send(http.MethodPut, "/sessions/current", map[string]any{"capacity": writs.Capacity}).Want(http.StatusOK)
		if list := string(program.Get("/notices").Want(http.StatusOK).Body); strings.Contains(list, judgment) || !strings.Contains(list, `"all":1`) {
			t.Errorf("the program lists %s", list)
		}
		program.Get("/notices/" + judgment).Want(http.StatusNotFound)
		program.Post("/notices/"+judgment+"/open", nil).Want(http.StatusNotFound)
		if data := me.Get("/account/data"); strings.Contains(data.Body, "Notice 22") {
			t.Error("what is kept about the body shows the judgment")
		}
	})
}

// TestNoticesGivenOn: who may give posts gives no group of notices that they have not
// themselves, and nothing beyond: not by leaving the groups out, either.
func TestNoticesGivenOn(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, head := t.Context(), e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		see := []policy.Right{policy.See}
		until := civil.Of(e.Clock.Now()).Add(20)
		give := func(by policy.Actor, who Who, gives body.Gives, notices ...string) (body.Post, error) {
			p := e.Person(who)
			return e.App.Body.Give(ctx, by, body.NewPost{Unit: u.ID, Person: p.NationalCode, LastName: p.LastName, TitleFA: "رئیس", Rights: see, Gives: gives, Notices: notices, Until: until})
		}
		post, err := give(head, Stranger, body.GivesPosts, "summons", "execution")
		if err != nil {
			t.Fatal(err)
		}
		if post, err = e.App.Body.Accept(ctx, e.Actor(Stranger), post.ID); err != nil {
			t.Fatal(err)
		}
		chief, err := e.App.Identity.Actor(ctx, e.Person(Stranger).ID, post.Capacity)
		if err != nil || strings.Join(chief.Notices, " ") != "summons execution" {
			t.Fatalf("%+v, %v", chief, err)
		}
		if _, err := give(chief, Defendant, body.GivesNone, "summons", "judgments"); !errs.Is(err, errs.Invalid) {
			t.Errorf("a group that they have not: %v", err)
		}
		if _, err := give(head, Defendant, body.GivesNone, "wishes"); !errs.Is(err, errs.Invalid) {
			t.Errorf("an unknown group: %v", err)
		}
		silent, err := give(chief, Defendant, body.GivesNone)
		if err != nil || strings.Join(silent.Notices, " ") != "summons execution" {
			t.Errorf("left out: %v, %v", silent.Notices, err)
		}
		// What they could not have given, they cannot take.
		wide, err := give(head, Lawyer, body.GivesNone)
		if err != nil || wide.Notices != nil {
			t.Fatalf("%v, %v", wide.Notices, err)
		}
		if err := e.App.Body.End(ctx, chief, wide.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a post with all notices: %v", err)
		}
	})
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

// SPDX-License-Identifier: Apache-2.0

package desk_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/desk"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// program is a program with a new key of a body.
func program(t *testing.T, e *Env, head policy.Actor, n desk.NewKey) (*APIClient, desk.Key) {
	t.Helper()
	secret, k, err := e.App.Desk.MakeKey(t.Context(), head, n)
	if err != nil {
		t.Fatal(err)
	}
	return &APIClient{Env: e, Who: "program", Token: secret, Lang: "en"}, k
}

// TestProgram: a key lists, opens and fetches receipts, as far as it goes; its opening
// is a fact in the role of a program that serves nothing, and people still find the
// notice unopened; the bytes are those that were fixed.
func TestProgram(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, head := t.Context(), e.Head(Plaintiff, "B1")
		law, money := e.Unit(head, "1", ""), e.Unit(head, "2", "")
		rules(t, e, head, money.ID, desk.Rule{Groups: []string{"judgments"}, Unit: law.ID})
		judgment, writ := e.ToBody(head, notice.KindJudgment, "11"), e.ToBody(head, notice.KindWrit, "22")
		e.Drain()
		e.Sequence()
		whole, _ := program(t, e, head, desk.NewKey{Label: "همه", Scopes: []string{"list", "open", "receipt"}})
		part, _ := program(t, e, head, desk.NewKey{Label: "حقوقی", Scopes: []string{"list", "open"}, Unit: law.ID})
		looks, _ := program(t, e, head, desk.NewKey{Label: "فهرست", Scopes: []string{"list"}})
		if list := string(whole.Get("/body/notices").Want(http.StatusOK).Body); !strings.Contains(list, judgment) || !strings.Contains(list, writ) || strings.Contains(list, "محرمانه") {
			t.Errorf("the list: %s", list)
		}
		if list := string(part.Get("/body/notices").Want(http.StatusOK).Body); !strings.Contains(list, judgment) || strings.Contains(list, writ) {
			t.Errorf("the list of a unit: %s", list)
		}
		for _, path := range []string{"", "/content"} {
			part.Get("/body/notices/" + writ + path).Want(http.StatusNotFound)
		}
		part.Post("/body/notices/"+writ+"/open", nil).Want(http.StatusNotFound)
		part.Get("/body/notices/" + judgment + "/receipt").Want(http.StatusForbidden)
		looks.Post("/body/notices/"+judgment+"/open", nil).Want(http.StatusForbidden)
		looks.Get("/body/notices/" + judgment + "/content").Want(http.StatusForbidden)
		whole.Get("/body/notices/" + judgment + "/content").Want(http.StatusConflict)
		whole.Get("/body/notices/" + judgment + "/receipt").Want(http.StatusConflict)

		for range 2 {
			opened := whole.Post("/body/notices/"+judgment+"/open", nil).Want(http.StatusOK)
			if text := string(opened.Body); !strings.Contains(text, `"counts":false`) {
				t.Errorf("opened: %s", text)
			}
		}
		n, err := e.App.Notice.Get(ctx, head, judgment)
		if err != nil || n.Opened() || e.App.Notice.Effect(n).Reach() != notice.ReachLegal || len(n.Facts) != 1 || n.Facts[0].Code != notice.OpenerMachine || e.App.Notice.OpenTo(head, n) {
			t.Errorf("after a program: %+v, %v", n.Facts, err)
		}
		sum := sha256.Sum256(whole.Get("/body/notices/" + judgment + "/content").Want(http.StatusOK).Body)
		if hex.EncodeToString(sum[:]) != n.ContentHash {
			t.Error("the bytes are not those that were fixed")
		}
		e.Drain()
		e.Sequence()
		for _, of := range []string{"arrival", "opening"} {
			if file := whole.Get("/body/notices/" + judgment + "/receipt?of=" + of).Want(http.StatusOK).Body; !strings.HasPrefix(string(file), "c2sp.org/tlog-proof@v1") {
				t.Errorf("receipt of %s: %.60s", of, file)
			}
		}
		v, err := e.App.Desk.Get(ctx, head, judgment)
		if err != nil || !v.Opened.IsZero() || len(v.Steps) != 2 {
			t.Errorf("at the desk: %+v, %v", v, err)
		}
		worker, _ := e.AtPost(head, law.ID, Stranger, body.GivesNone, works...)
		if n, err = e.App.Notice.Open(ctx, worker, judgment); err != nil || e.App.Notice.Effect(n).Reach() != notice.ReachActual {
			t.Errorf("then by a person: %v", err)
		}
		whole.Post("/body/notices/"+judgment+"/done", nil).Want(http.StatusNoContent)
		if v, err = e.App.Desk.Get(ctx, head, judgment); err != nil || v.State != desk.Done {
			t.Errorf("dealt with: %+v, %v", v, err)
		}
		// A key is good for nothing else, and nobody's token for this.
		for _, path := range []string{"/notices", "/cases", "/account/body/units", "/notices/" + writ} {
			if got := whole.Get(path); got.Status != http.StatusForbidden {
				t.Errorf("%s with a key: %d", path, got.Status)
			}
		}
		other := e.Head(Defendant, "B2")
		foreign, _ := program(t, e, other, desk.NewKey{Label: "دیگر", Scopes: []string{"list", "open", "receipt"}})
		for _, path := range []string{"", "/content", "/receipt"} {
			foreign.Get("/body/notices/" + judgment + path).Want(http.StatusNotFound)
		}
		foreign.Post("/body/notices/"+judgment+"/open", nil).Want(http.StatusNotFound)
		foreign.Post("/body/notices/"+judgment+"/done", nil).Want(http.StatusNotFound)
	})
}

// TestKeys: only who manages the body makes and revokes keys, within bounds; one that
// was revoked or is over opens nothing, not even what is under way.
func TestKeys(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Desk, e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		worker, _ := e.AtPost(head, u.ID, Stranger, body.GivesHeads, policy.Rights()...)
		other := e.Head(Defendant, "B2")
		foreign := e.Unit(other, "1", "")
		good := desk.NewKey{Label: "کلید", Scopes: []string{"list", "open"}}
		_, _, err := s.MakeKey(ctx, worker, good)
		refused(t, "by a post", err, errs.Forbidden, "desk.not_yours")
		for name, n := range map[string]desk.NewKey{
			"program.wrong.label": {Label: " ", Scopes: []string{"list"}}, "desk.wrong.scopes": {Label: "کلید", Scopes: []string{"list", "all"}},
			"desk.wrong.unit": {Label: "کلید", Scopes: []string{"list"}, Unit: foreign.ID},
		} {
			_, _, err := s.MakeKey(ctx, head, n)
			refused(t, name, err, errs.Invalid, name)
		}
		id := e.ToBody(head, notice.KindWrit, "11")
		e.Drain()
		c, k := program(t, e, head, good)
		if list, err := s.Keys(ctx, head); err != nil || len(list) != 1 || strings.Contains(c.Token, list[0].ID) || !strings.HasPrefix(c.Token, list[0].Prefix) {
			t.Errorf("%+v, %v", list, err)
		}
		refused(t, "another body's key", s.RevokeKey(ctx, other, k.ID), errs.NotFound, "")
		refused(t, "by a post", s.RevokeKey(ctx, worker, k.ID), errs.Forbidden, "desk.not_yours")
		bearer, err := s.Bearer(ctx, c.Token)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RevokeKey(ctx, head, k.ID); err != nil {
			t.Fatal(err)
		}
		_, err = s.OpenByProgram(ctx, bearer.Actor, id) // it was let in before
		refused(t, "in flight", err, errs.Forbidden, "desk.key_over")
		refused(t, "in flight, done", s.Done(ctx, bearer.Actor, id, ""), errs.Forbidden, "desk.key_over")
		if n, err := e.App.Notice.Get(ctx, head, id); err != nil || len(n.Facts) != 0 {
			t.Errorf("opened after all: %+v, %v", n.Facts, err)
		}
		c.Get("/body/notices").Want(http.StatusUnauthorized)
		c, _ = program(t, e, head, good)
		e.Clock.Advance(365 * 24 * time.Hour)
		c.Get("/body/notices").Want(http.StatusUnauthorized)
		if n := evidence(t, e, head.For, "desk.key_made"); n != 2 {
			t.Errorf("%d pieces of evidence", n)
		}
	})
}

// ear hears webhooks.
type ear struct {
	mu     sync.Mutex
	status int
	heard  []heard
}

type heard struct {
	header http.Header
	body   string
}

func (r *ear) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	b, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard = append(r.heard, heard{req.Header, string(b)})
	w.WriteHeader(r.status)
}

func (r *ear) take(next int) (out []heard) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out, r.heard, r.status = r.heard, nil, next
	return out
}

func signed(h heard, secret string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return false
	}
	m := hmac.New(sha256.New, key)
	m.Write([]byte(h.header.Get("webhook-id") + "." + h.header.Get("webhook-timestamp") + "." + h.body))
	return strings.Contains(h.header.Get("webhook-signature"), "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
}

// TestTelling: a body's address hears of arrival and opening, with ids and nothing that
// says who or what; what was not taken comes again; and nothing is told inside.
func TestTelling(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head := t.Context(), e.App.Desk, e.Head(Plaintiff, "B1")
		u := e.Unit(head, "1", "")
		worker, _ := e.AtPost(head, u.ID, Stranger, body.GivesNone, works...)
		rules(t, e, head, u.ID)
		r := &ear{status: http.StatusInternalServerError}
		server := httptest.NewServer(r)
		t.Cleanup(server.Close)
		for _, bad := range []string{"", "ftp://example.com/", "https://a@example.com/", "file:///etc/passwd"} {
			_, err := s.SetHook(ctx, head, bad)
			refused(t, bad, err, errs.Invalid, "program.wrong.url")
		}
		_, err := s.SetHook(ctx, worker, server.URL)
		refused(t, "by a post", err, errs.Forbidden, "desk.not_yours")
		secret, err := s.SetHook(ctx, head, server.URL)
		if err != nil || !strings.HasPrefix(secret, "whsec_") {
			t.Fatal(err)
		}
		id := e.ToBody(head, notice.KindWrit, "11")
		e.Drain()
		first := r.take(http.StatusNoContent)
		if len(first) != 1 || !signed(first[0], secret) || !strings.Contains(first[0].body, `"notice.arrived"`) || !strings.Contains(first[0].body, id) || strings.Contains(first[0].body, `"11"`) {
			t.Fatalf("heard %+v", first)
		}
		for _, personal := range []string{"سازمان", "Notice", "1404239223", head.For} {
			if strings.Contains(first[0].body, personal) {
				t.Errorf("it tells %q: %s", personal, first[0].body)
			}
		}
		e.Clock.Advance(6 * time.Second)
		e.Drain()
		if again := r.take(http.StatusNoContent); len(again) != 1 || again[0].header.Get("webhook-id") != first[0].header.Get("webhook-id") {
			t.Errorf("again: %+v", again)
		}
		fresh, err := s.RotateSecret(ctx, head)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.App.Notice.Open(ctx, worker, id); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		if seen := r.take(http.StatusGone); len(seen) != 1 || !strings.Contains(seen[0].body, `"notice.viewed"`) || !signed(seen[0], secret) || !signed(seen[0], fresh) {
			t.Errorf("opened: %+v", seen)
		}
		late := e.ToBody(head, notice.KindWrit, "12")
		e.Drain()
		if h, _, list, err := s.Hook(ctx, head); err != nil || h.Stopped.IsZero() || len(list) != 3 {
			t.Errorf("who wants no more is told no more: %+v, %d, %v", h, len(list), err)
		}
		if got := r.take(http.StatusNoContent); len(got) != 1 {
			t.Errorf("%d", len(got))
		}
		if at(t, e, head, late) != u.ID { // what becomes of telling moves nothing
			t.Error("not at its desk")
		}
	})
}

// TestUntold: what a body's program did not take is on the desk of whoever manages it, not
// of others there nor of strangers; tried again it goes out in order and is off.
func TestUntold(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s, head, other := t.Context(), e.App.Desk, e.Head(Plaintiff, "B1"), e.Head(Defendant, "B2")
		u := e.Unit(head, "1", "")
		worker, _ := e.AtPost(head, u.ID, Stranger, body.GivesNone, works...)
		r := &ear{status: http.StatusGone}
		server := httptest.NewServer(r)
		t.Cleanup(server.Close)
		if _, err := s.SetHook(ctx, head, server.URL); err != nil {
			t.Fatal(err)
		}
		ids := []string{}
		for _, key := range []string{"1", "2", "3"} {
			ids = append(ids, e.ToBody(head, notice.KindWrit, key))
			e.Drain()
		}
		r.take(http.StatusNoContent)
		const words = "3 events could not be told"
		sees := func(who Who, a policy.Actor) bool {
			c := e.As(who).In("en")
			c.Get("/capacity").Submit("/capacity", "capacity", a.Capacity).Want(http.StatusOK)
			return strings.Contains(c.Get(desk.Path).Want(http.StatusOK).Text(), "could not be told")
		}
		if !sees(Plaintiff, head) || sees(Stranger, worker) || sees(Defendant, other) {
			t.Error("who sees it")
		}
		for name, a := range map[string]policy.Actor{"a post": worker, "a citizen": e.Actor(Defendant)} {
			refused(t, name, s.TryAgain(ctx, a), errs.Forbidden, "desk.not_yours")
			refused(t, name, s.LeaveUntold(ctx, a), errs.Forbidden, "desk.not_yours")
			_, err := s.Untold(ctx, a)
			refused(t, name, err, errs.Forbidden, "desk.not_yours")
		}
		refused(t, "another body", s.TryAgain(ctx, other), errs.Conflict, "program.trying")
		me, path := e.As(Plaintiff).In("en"), desk.Path+"/programs"
		page := me.Get(path).Want(http.StatusOK)
		if !strings.Contains(page.Text(), words) || !strings.Contains(page.Text(), "it wants no more (410)") {
			t.Errorf("%s", page.Text())
		}
		page.Submit(path + "/hook/try").Want(http.StatusOK)
		e.Drain()
		heard := r.take(http.StatusNoContent)
		if len(heard) != len(ids) {
			t.Fatalf("%d heard", len(heard))
		}
		for i, id := range ids {
			if !strings.Contains(heard[i].body, id) {
				t.Errorf("%d: %s", i, heard[i].body)
			}
		}
		if page := me.Get(path).Want(http.StatusOK); strings.Contains(page.Text(), "could not be told") || sees(Plaintiff, head) {
			t.Errorf("afterwards: %s", page.Text())
		}
		if n := evidence(t, e, head.For, "desk.hook_tried"); n != 1 {
			t.Errorf("%d pieces of evidence", n)
		}
	})
}

// TestProgramPages: keys and the address over the pages; a secret is shown once.
func TestProgramPages(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	head := e.Head(Plaintiff, "B1")
	u := e.Unit(head, "1", "")
	me := e.As(Plaintiff)
	me.Get("/capacity").Submit("/capacity", "capacity", head.Capacity).Want(http.StatusOK)
	path := desk.Path + "/programs"
	page := me.Get(path).Want(http.StatusOK)
	if counts, _, err := e.App.Desk.Counting(t.Context(), head); err != nil || len(counts) > 0 || !strings.Contains(page.Text(), "Opening by a program is not viewing") {
		t.Errorf("what opening means: %v %v: %s", counts, err, page.Text())
	}
	if bad := page.Submit(path+"/keys", "label", "", "unit", "top"); bad.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a name: %d", bad.Status)
	}
	made := page.Submit(path+"/keys", "label", "Registry", "scopes", "open", "unit", u.ID).Want(http.StatusOK)
	if !strings.Contains(made.Body, desk.KeyPrefix) {
		t.Fatalf("%s", made.Text())
	}
	secret := made.Body[strings.Index(made.Body, desk.KeyPrefix):]
	secret = secret[:strings.IndexAny(secret, "<\"&")]
	page = me.Get(path).Want(http.StatusOK)
	if strings.Contains(page.Body, secret) || !strings.Contains(page.Text(), "Read the papers") {
		t.Errorf("afterwards: %s", page.Text())
	}
	list, err := e.App.Desk.Keys(t.Context(), head)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	page = page.Submit(path + "/keys/" + list[0].ID + "/revoke").Want(http.StatusOK)
	if !strings.Contains(page.Text(), "Revoked") {
		t.Errorf("%s", page.Text())
	}
	if told := page.Submit(path+"/hook", "url", "https://example.com/told").Want(http.StatusOK); !strings.Contains(told.Body, "whsec_") {
		t.Errorf("%s", told.Text())
	}
	me.Get(path).Submit(path + "/hook/rotate").Want(http.StatusOK)
}

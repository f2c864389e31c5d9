// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/desk"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/sender"
)

// backwards makes the tables of keys and deliveries as they were before there was one
// keeper of them: the Down part of both migrations, and what they held.
var backwards = []struct{ file, version, copies string }{
	{"sender/migrations/29002_to_program.sql", "29002", `
INSERT INTO sender_key SELECT owner, id, label, prefix, hash, scopes = 'test', made_by, made_us, expires_us, revoked_us, used_us FROM program_key WHERE purpose = 'sender';
INSERT INTO sender_hook SELECT owner, url, secret, old_secret, old_until_us, failing_us, stopped_us, made_by, changed_us FROM program_hook WHERE purpose = 'sender';
INSERT INTO sender_delivery SELECT owner, id, '', event, payload, state, tries, status, next_us, made_us, done_us FROM program_delivery WHERE purpose = 'sender'`},
	{"notice/desk/migrations/17502_to_program.sql", "17502", `
INSERT INTO notice_desk_key SELECT owner, id, label, prefix, hash, scopes, unit, level, made_by, made_us, expires_us, revoked_us, used_us FROM program_key WHERE purpose = 'desk';
INSERT INTO notice_desk_hook SELECT owner, url, secret, old_secret, old_until_us, failing_us, stopped_us, made_by, changed_us FROM program_hook WHERE purpose = 'desk';
INSERT INTO notice_desk_delivery SELECT owner, id, event, payload, state, tries, status, made_us, done_us FROM program_delivery WHERE purpose = 'desk'`},
}

// toOldState brings the database to the schema before the keeper; what is not copied
// back is gone.
func toOldState(t *testing.T, e *Env) {
	t.Helper()
	err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
		for _, b := range backwards {
			text, err := os.ReadFile(filepath.Join(root, "internal", b.file))
			if err != nil {
				return err
			}
			_, down, _ := strings.Cut(string(text), "-- +goose Down")
			if e.App.DB.Engine() == store.SQLite {
				down = strings.NewReplacer("BIGINT", "INTEGER", "BOOLEAN", "INTEGER", "BYTEA", "BLOB").Replace(down)
			}
			for s := range strings.SplitSeq(down+b.copies+";DELETE FROM store_migration WHERE version_id = "+b.version, ";") {
				if strings.TrimSpace(s) == "" {
					continue
				}
				if err := tx.Exec(t.Context(), s); err != nil {
					return err
				}
			}
		}
		for _, table := range []string{"program_delivery", "program_hook", "program_key"} {
			if err := tx.Exec(t.Context(), "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// listener hears what bodies are told.
type listener struct {
	mu     sync.Mutex
	status int
	heard  []string
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = append(l.heard, string(b))
	w.WriteHeader(l.status)
}

func (l *listener) answer(status int) (heard []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	heard, l.heard, l.status = l.heard, nil, status
	return heard
}

// sendsFor makes a body a sender; what it returns sends a letter with a test key.
func sendsFor(t *testing.T, e *Env, head policy.Actor) func(key, reference string) (id string) {
	t.Helper()
	ctx, s, today := t.Context(), e.App.Sender, civil.Of(e.Clock.Now())
	c, err := s.Apply(ctx, head, sender.Application{
		Number: "1404/12", Basis: "municipal-77", Why: "مادهٔ ۷۷", Contact: "ادارهٔ درآمد", Phone: "021 1234", Volume: 10, Kinds: []string{notice.KindBodyNews},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Decide(ctx, e.Actor(Centre), c.Body, c.ID, sender.Decision{
		State: sender.Approved, Reason: "کامل است", From: today, Until: today.Add(300), Quota: sender.Quota{Day: 10, Month: 100, Second: 10}, Version: c.Version,
	}); err != nil {
		t.Fatal(err)
	}
	tpl, err := s.Submit(ctx, head, sender.NewTemplate{Kind: notice.KindBodyNews, Subject: notice.Text{FA: "خبر"}, Text: notice.Text{FA: "خبری برای شما."}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Judge(ctx, e.Actor(Centre), tpl.Body, tpl.ID, tpl.Version, sender.Approved, "روشن است"); err != nil {
		t.Fatal(err)
	}
	return func(key, reference string) string {
		t.Helper()
		bearer, err := s.Bearer(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		x, err := s.Send(ctx, bearer.Actor, sender.Message{Reference: reference, Template: tpl.ID, NationalCode: "1111111111"})
		if err != nil {
			t.Fatal(err)
		}
		return x.ID
	}
}

// TestKeeperMove: a database from before there was one keeper of keys and deliveries goes
// on: its keys open what they opened, secrets sign, what waits is delivered, and what
// had stopped is work.
func TestKeeperMove(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx := t.Context()
		head, silent := e.Head(Plaintiff, "B1"), e.Head(Defendant, "B2")
		l := &listener{status: http.StatusInternalServerError}
		server := httptest.NewServer(l)
		t.Cleanup(server.Close)
		secret, k, err := e.App.Desk.MakeKey(ctx, head, desk.NewKey{Label: "دبیرخانه", Scopes: []string{"list", "open"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{head.For, silent.For} {
			by := head
			if body == silent.For {
				by = silent
			}
			if _, err := e.App.Desk.SetHook(ctx, by, server.URL); err != nil {
				t.Fatal(err)
			}
		}
		lost := e.ToBody(silent, notice.KindWrit, "1")
		l.answer(http.StatusGone)
		e.Drain()
		l.answer(http.StatusInternalServerError)
		id := e.ToBody(head, notice.KindWrit, "11")
		e.Drain()
		if heard := l.answer(http.StatusNoContent); len(heard) != 1 || !strings.Contains(heard[0], id) {
			t.Fatalf("%v", heard)
		}
		letters := sendsFor(t, e, head)
		sendKey, _, err := e.App.Sender.MakeKey(ctx, head, "آزمایش", true)
		if err != nil {
			t.Fatal(err)
		}
		l.answer(http.StatusInternalServerError)
		if _, err := e.App.Sender.SetHook(ctx, head, server.URL); err != nil {
			t.Fatal(err)
		}
		sent := letters(sendKey, "a1")
		e.Drain()
		l.answer(http.StatusNoContent)

		toOldState(t, e)
		if _, err := e.App.Desk.Bearer(ctx, secret); err == nil {
			t.Fatal("the key is still in the new table")
		}
		if n, err := store.Migrate(ctx, e.App.Config.Database, app.Migrations()...); err != nil || n != len(backwards) {
			t.Fatalf("%d steps, %v", n, err)
		}

		list, err := e.App.Desk.Keys(ctx, head)
		if err != nil || len(list) != 1 || list[0].ID != k.ID || list[0].Label != "دبیرخانه" || !list[0].Expires.Equal(k.Expires) {
			t.Errorf("keys: %+v %v", list, err)
		}
		program := &APIClient{Env: e, Who: "program", Token: secret, Lang: "en"}
		program.Post("/body/notices/"+id+"/open", nil).Want(http.StatusOK)
		program.Get("/body/notices/" + id + "/receipt").Want(http.StatusForbidden)
		e.Clock.Advance(6 * time.Second)
		e.Drain()
		var again []string
		for _, text := range l.answer(http.StatusNoContent) {
			if strings.Contains(text, `"notice.arrived"`) {
				again = append(again, text)
			}
		}
		if all := strings.Join(again, " "); len(again) != 2 || !strings.Contains(all, id) || !strings.Contains(all, sent) {
			t.Errorf("what waited: %v", again)
		}
		letters(sendKey, "a2") // the key sends, as a test
		e.Drain()
		if heard := l.answer(http.StatusNoContent); len(heard) != 1 || !strings.Contains(heard[0], `"a2"`) || !strings.Contains(heard[0], `"test":true`) {
			t.Errorf("sent with the key: %v", heard)
		}
		h, found, _, err := e.App.Desk.Hook(ctx, silent)
		if err != nil || !found || h.Stopped.IsZero() || !h.Work.Open() || h.Work.GivenUp != 1 || h.Work.Status != http.StatusGone {
			t.Fatalf("what had stopped: %+v %v", h, err)
		}
		if err := e.App.Desk.TryAgain(ctx, silent); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		if heard := l.answer(http.StatusNoContent); len(heard) != 1 || !strings.Contains(heard[0], lost) {
			t.Errorf("tried again: %v", heard)
		}
	})
}

// SPDX-License-Identifier: Apache-2.0

package messenger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/clock"
)

// Posted is a message that the double showed in a chat.
type Posted struct {
	Chat int64     `json:"chat"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// Written is what somebody writes to the bot.
type Written struct {
	Chat int64  `json:"chat"`
	Name string `json:"name"`
	Lang string `json:"lang"`
	Text string `json:"text"`
}

// Double behaves like a messenger with one bot: it knows the chats of those who
// wrote to the bot and no others, hands over what they wrote (getUpdates) or calls
// a webhook, refuses to write to who has blocked the bot, and asks to wait while it
// is flooded. Beside the bot API it has POST /_admin/write (Written), /_admin/block
// ({"chat":1,"blocked":true}), /_admin/flood ({"seconds":5}), /_admin/list
// ({"chat":0}) and /_control (package sandbox). Nothing in it outlives the process.
type Double struct {
	name, token string
	mux         *http.ServeMux
	faults      sandbox.Faults
	clock       clock.Clock

	mu      sync.Mutex
	chats   map[int64]bool // guarded by mu, with the fields below; true: blocked
	posted  []Posted
	written []Posted          // by people, to the bot
	updates []json.RawMessage // from number first on, that nobody fetched yet
	first   int64
	flood   time.Time
	hook    struct{ url, secret string }
}

// NewDouble makes a messenger called name, with a bot that holds token.
func NewDouble(name, token string, c clock.Clock) *Double {
	d := &Double{name: name, token: token, mux: http.NewServeMux(), clock: c, chats: map[int64]bool{}, first: 1000}
	d.mux.Handle("POST /{bot}/{method}", sandbox.Open(&d.faults, d.call))
	d.mux.Handle("POST /_admin/write", sandbox.Admin(token, func(in Written) (struct{}, error) {
		return struct{}{}, d.Write(context.Background(), in)
	}))
	d.mux.Handle("POST /_admin/block", sandbox.Admin(token, func(in struct {
		Chat    int64 `json:"chat"`
		Blocked bool  `json:"blocked"`
	}) (struct{}, error) {
		d.Block(in.Chat, in.Blocked)
		return struct{}{}, nil
	}))
	d.mux.Handle("POST /_admin/flood", sandbox.Admin(token, func(in struct {
		Seconds int `json:"seconds"`
	}) (struct{}, error) {
		d.Flood(time.Duration(in.Seconds) * time.Second)
		return struct{}{}, nil
	}))
	d.mux.Handle("POST /_admin/list", sandbox.Admin(token, func(in struct {
		Chat int64 `json:"chat"`
	}) ([]Posted, error) {
		return d.List(in.Chat), nil
	}))
	d.mux.Handle("/_control", sandbox.Control(&d.faults, token))
	return d
}

// Name implements sandbox.Double.
func (d *Double) Name() string { return d.name }

// Faults implements sandbox.Double.
func (d *Double) Faults() *sandbox.Faults { return &d.faults }

// ServeHTTP implements http.Handler.
func (d *Double) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.mux.ServeHTTP(w, r) }

// Block has somebody block the bot, or take that back.
func (d *Double) Block(chat int64, blocked bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.chats[chat] = blocked
}

// Flood has the messenger ask everybody to wait, from now on.
func (d *Double) Flood(wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.flood = d.clock.Now().Add(wait)
}

// List returns what was shown in a chat, or in all of them for 0, the newest first.
func (d *Double) List(chat int64) []Posted {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := []Posted{}
	for _, p := range slices.Backward(d.posted) {
		if chat == 0 || p.Chat == chat {
			out = append(out, p)
		}
	}
	return out
}

// WrittenBy returns what somebody wrote to the bot, the oldest first.
func (d *Double) WrittenBy(chat int64) []Posted {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Posted
	for _, p := range d.written {
		if p.Chat == chat {
			out = append(out, p)
		}
	}
	return out
}

// Blocked tells whether somebody has blocked the bot.
func (d *Double) Blocked(chat int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.chats[chat]
}

// Write has somebody write to the bot. The webhook is called at once, if there is
// one, and its refusal is the error.
func (d *Double) Write(ctx context.Context, w Written) error {
	d.mu.Lock()
	if _, known := d.chats[w.Chat]; !known {
		d.chats[w.Chat] = false
	}
	d.written = append(d.written, Posted{Chat: w.Chat, Text: w.Text, At: d.clock.Now()})
	number := d.first + int64(len(d.updates))
	raw, err := json.Marshal(map[string]any{"update_id": number, "message": map[string]any{
		"message_id": number, "date": d.clock.Now().Unix(), "text": w.Text,
		"from": map[string]any{"id": w.Chat, "is_bot": false, "first_name": w.Name, "language_code": w.Lang},
		"chat": map[string]any{"id": w.Chat, "type": "private", "first_name": w.Name},
	}})
	hook := d.hook
	if err == nil && hook.url == "" {
		d.updates = append(d.updates, raw)
	} else {
		d.first++
	}
	d.mu.Unlock()
	if err != nil || hook.url == "" {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.url, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(secretHeader, hook.secret)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, res.Body)
	if res.StatusCode/100 != 2 {
		return errors.New("the webhook did not take it: " + res.Status)
	}
	return nil
}

func (d *Double) call(w http.ResponseWriter, r *http.Request, a sandbox.Ask, body []byte) {
	say := func(status int, out map[string]any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(out)
	}
	no := func(code int, why string) {
		say(code, map[string]any{"ok": false, "error_code": code, "description": why})
	}
	yes := func(result any) { say(http.StatusOK, map[string]any{"ok": true, "result": result}) }
	if r.PathValue("bot") != "bot"+d.token {
		no(http.StatusUnauthorized, "Unauthorized")
		return
	}
	var in struct {
		Chat    int64  `json:"chat_id"`
		Text    string `json:"text"`
		Offset  int64  `json:"offset"`
		Limit   int    `json:"limit"`
		URL     string `json:"url"`
		Secret  string `json:"secret_token"`
		Timeout int    `json:"timeout"`
	}
	if json.Unmarshal(body, &in) != nil {
		no(http.StatusBadRequest, "Bad Request: can't parse the body")
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	switch r.PathValue("method") {
	case "sendMessage":
		blocked, known := d.chats[in.Chat]
		switch wait := d.flood.Sub(d.clock.Now()); {
		case wait > 0:
			say(http.StatusTooManyRequests, map[string]any{
				"ok": false, "error_code": 429, "description": "Too Many Requests: retry later", "parameters": map[string]any{"retry_after": int(wait.Seconds())},
			})
		case !known:
			no(http.StatusBadRequest, "Bad Request: chat not found")
		case blocked:
			no(http.StatusForbidden, "Forbidden: bot was blocked by the user")
		case in.Text == "":
			no(http.StatusBadRequest, "Bad Request: message text is empty")
		default:
			d.posted = append(d.posted, Posted{Chat: in.Chat, Text: in.Text, At: d.clock.Now()})
			to := in.Chat
			if a.Wrong != "" {
				to++ // the answer that belongs to another request
			}
			yes(map[string]any{"message_id": len(d.posted), "date": d.clock.Now().Unix(), "chat": map[string]any{"id": to, "type": "private"}, "text": in.Text})
		}
	case "getUpdates":
		if d.hook.url != "" {
			no(http.StatusConflict, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
			return
		}
		for len(d.updates) > 0 && d.first < in.Offset {
			d.updates, d.first = d.updates[1:], d.first+1
		}
		out := d.updates[:min(len(d.updates), max(in.Limit, 1))]
		if a.Wrong != "" {
			yes([]any{map[string]any{"update_id": -1}})
			return
		}
		yes(append([]json.RawMessage{}, out...))
	case "setWebhook":
		d.hook.url, d.hook.secret = in.URL, in.Secret
		yes(a.Wrong == "")
	case "deleteWebhook":
		d.hook.url, d.hook.secret = "", ""
		yes(a.Wrong == "")
	default:
		no(http.StatusNotFound, "Not Found: method not found")
	}
}

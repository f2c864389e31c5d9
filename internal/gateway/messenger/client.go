// SPDX-License-Identifier: Apache-2.0

// Package messenger is the way to messengers with a bot API: Bale's and
// Telegram's are the same one. It owns the wire protocol and nothing that lasts.
// Double stands in for a messenger, with the people who write to the bot, in tests
// and in the demo.
//
// The token of a bot is part of the address of every call (.../botTOKEN/method),
// so no error and no log of this package holds an address.
package messenger

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// The messengers: names of gateways, so that their error codes are
// gateway.bale.down and gateway.telegram.down.
const (
	Bale     = "bale"
	Telegram = "telegram"
)

// secretHeader is where the messenger shows the secret of a webhook.
const secretHeader = "X-Telegram-Bot-Api-Secret-Token"

// maxAnswer bounds what is read of an answer or of an update, in bytes.
const maxAnswer = 1 << 20

// Options of a client. Link is needed: its address is that of the messenger
// without /botTOKEN, its secret is the token.
type Options struct {
	Link *link.Link
	// Page is where people find the bot: https://t.me/NAME. A start parameter is put
	// behind it. "": they have to look for it.
	Page string
	// HookKey is the secret that the messenger shows when it calls us. "": it does
	// not call, and is asked for what people wrote.
	HookKey string
}

// Client speaks with one messenger as one bot. It is safe for concurrent use.
type Client struct {
	o    Options
	http *http.Client
}

// New makes a client.
func New(o Options) *Client {
	return &Client{o: o, http: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second},
		// A redirect would carry the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Name is that of the messenger.
func (c *Client) Name() string { return c.o.Link.State().Name }

// Connected tells whether there is such a bot.
func (c *Client) Connected() bool { return c.o.Link.Connected() }

// Calls tells whether the messenger calls us; if not, it is asked (Updates).
func (c *Client) Calls() bool { return c.o.HookKey != "" }

// Page leads to the bot with code as its start parameter; "" if nobody knows where
// it is.
func (c *Client) Page(code string) string {
	u, err := url.Parse(c.o.Page)
	if err != nil || c.o.Page == "" {
		return ""
	}
	q := u.Query()
	q.Set("start", code)
	u.RawQuery = q.Encode()
	return u.String()
}

// Knows tells whether a call to our webhook comes from the messenger.
func (c *Client) Knows(r *http.Request) bool {
	return c.o.HookKey != "" && subtle.ConstantTimeCompare([]byte(r.Header.Get(secretHeader)), []byte(c.o.HookKey)) == 1
}

// Update is what somebody wrote to the bot.
type Update struct {
	ID   int64
	Chat int64
	Name string // as the messenger shows it
	Lang string // of their app: "fa"; "" if it does not say
	Text string
}

type user struct {
	ID       int64  `json:"id"`
	First    string `json:"first_name"`
	Last     string `json:"last_name"`
	Username string `json:"username"`
	Lang     string `json:"language_code"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

type wireUpdate struct {
	ID      int64 `json:"update_id"`
	Message *struct {
		From *user  `json:"from"`
		Chat chat   `json:"chat"`
		Text string `json:"text"`
	} `json:"message"`
}

// maxName bounds a display name, in bytes: messengers allow up to 128 characters.
const maxName = 512

// plain drops what is not seen but changes what is: control characters, and those
// that turn the direction of what follows.
func plain(r rune) rune {
	if unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
		return -1
	}
	return r
}

// update reads one; ok is false for what is no text of one person alone with the bot.
func (w wireUpdate) update() (u Update, ok bool) {
	m := w.Message
	if m == nil || m.From == nil || m.Chat.ID == 0 || m.Chat.Type != "private" {
		return Update{ID: w.ID}, false
	}
	name := strings.TrimSpace(m.From.First + " " + m.From.Last)
	if name == "" {
		name = m.From.Username
	}
	name = strings.Map(plain, name)
	if len(name) > maxName {
		name = strings.ToValidUTF8(name[:maxName], "")
	}
	return Update{ID: w.ID, Chat: m.Chat.ID, Name: name, Lang: m.From.Lang, Text: m.Text}, true
}

// ReadUpdate reads what the messenger's call brings; ok is false for what does not
// concern us. errs.Invalid: it is no update.
func ReadUpdate(r *http.Request) (u Update, ok bool, err error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer+1))
	var w wireUpdate
	if err != nil || len(body) > maxAnswer || json.Unmarshal(body, &w) != nil || w.ID == 0 {
		return Update{}, false, errs.New(errs.Invalid, "")
	}
	u, ok = w.update()
	return u, ok, nil
}

// Flood says that the messenger wants us to wait.
type Flood struct{ After time.Duration }

func (f *Flood) Error() string { return "asked to wait " + f.After.String() }

// WaitOf is how long the messenger wants us to wait; 0 if it said nothing of that.
func WaitOf(err error) time.Duration {
	if f, ok := errors.AsType[*Flood](err); ok {
		return f.After
	}
	return 0
}

// Send writes to a chat. errs.Invalid, code gateway.messenger.blocked: whoever it
// is has blocked the bot; gateway.messenger.unknown: there is no such chat.
// errs.Unavailable: nobody knows whether it was taken; WaitOf says how long to
// wait. The API has no key by which a message is known again, so after an answer
// that got lost it may arrive twice: two messages are better than none.
func (c *Client) Send(ctx context.Context, to int64, text string) (err error) {
	defer errs.Wrap(&err, "messenger.Send")
	var sent struct {
		ID   int64 `json:"message_id"`
		Chat chat  `json:"chat"`
	}
	err = c.call(ctx, "sendMessage", map[string]any{"chat_id": to, "text": text}, &sent, func() error {
		if sent.ID == 0 || sent.Chat.ID != to {
			return errors.New("the answer is about another chat")
		}
		return nil
	})
	if r, ok := errors.AsType[*link.Refused](err); ok {
		switch r.Code {
		case "blocked", "unknown":
			return errs.New(errs.Invalid, "gateway.messenger."+r.Code).Because(err)
		}
	}
	return err
}

// updatesAtOnce is how many the messenger hands over in one answer.
const updatesAtOnce = 100

// Updates are what people wrote and nobody fetched yet, from the one numbered from
// on: those before it are forgotten there. last is the number of the newest, 0 if
// there is none.
func (c *Client) Updates(ctx context.Context, from int64) (list []Update, last int64, err error) {
	defer errs.Wrap(&err, "messenger.Updates")
	in := map[string]any{"limit": updatesAtOnce, "timeout": 0, "allowed_updates": []string{"message"}}
	if from > 0 {
		in["offset"] = from
	}
	var raw []wireUpdate
	err = c.call(ctx, "getUpdates", in, &raw, func() error {
		for _, w := range raw {
			if w.ID < from || w.ID == 0 {
				return errors.New("the answer has an update that was not asked for")
			}
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	for _, w := range raw {
		last = max(last, w.ID)
		if u, ok := w.update(); ok {
			list = append(list, u)
		}
	}
	return list, last, nil
}

// SetHook tells the messenger to call address, one call at a time, and to show our
// secret when it does; without a secret it tells it not to call.
func (c *Client) SetHook(ctx context.Context, address string) (err error) {
	defer errs.Wrap(&err, "messenger.SetHook")
	method, in := "deleteWebhook", map[string]any{}
	if c.Calls() {
		method = "setWebhook"
		in = map[string]any{"url": address, "secret_token": c.o.HookKey, "max_connections": 1, "allowed_updates": []string{"message"}}
	}
	var done bool
	return c.call(ctx, method, in, &done, func() error {
		if !done {
			return errors.New("it did not do it")
		}
		return nil
	})
}

type answer struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int64 `json:"retry_after"`
	} `json:"parameters"`
}

func (c *Client) call(ctx context.Context, method string, in, out any, check func() error) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return c.o.Link.Do(ctx, method, func(ctx context.Context) error {
		a, err := c.post(ctx, method, body)
		if err != nil {
			return err
		}
		if !a.OK {
			return a.refusal()
		}
		if json.Unmarshal(a.Result, out) != nil {
			return errors.New("the answer does not have the agreed form")
		}
		return check()
	})
}

// refusal tells apart what concerns one chat, which says that the messenger is up,
// and what concerns us.
func (a answer) refusal() error {
	words := strings.ToLower(a.Description)
	switch {
	case a.Code == http.StatusTooManyRequests:
		return &Flood{After: max(time.Duration(a.Parameters.RetryAfter)*time.Second, time.Second)}
	case a.Code == http.StatusForbidden && !strings.Contains(words, "token"):
		return &link.Refused{Status: http.StatusBadRequest, Code: "blocked"}
	case a.Code == http.StatusBadRequest && (strings.Contains(words, "chat not found") || strings.Contains(words, "user is deactivated")):
		return &link.Refused{Status: http.StatusBadRequest, Code: "unknown"}
	case a.Code == http.StatusConflict:
		return &link.Refused{Status: http.StatusConflict, Code: "hook"}
	case a.Code >= 400 && a.Code < 600:
		return &link.Refused{Status: a.Code, Code: "refused"}
	}
	return errors.New("the answer says neither yes nor no")
}

// IsHooked tells that Updates failed because the messenger calls somebody instead.
func IsHooked(err error) bool {
	r, ok := errors.AsType[*link.Refused](err)
	return ok && r.Code == "hook"
}

// post makes one call. No error of it holds the address.
func (c *Client) post(ctx context.Context, method string, body []byte) (a answer, err error) {
	base, token := c.o.Link.Address()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/bot"+url.PathEscape(token)+"/"+method, bytes.NewReader(body))
	if err != nil {
		return a, errors.New("the base address is not a URL")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err
		}
		return a, err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return a, err
	}
	if len(answer) > maxAnswer {
		return a, errors.New("the answer is too long")
	}
	if t, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil || t != "application/json" || json.Unmarshal(answer, &a) != nil {
		return a, errors.New("the answer is not that of a bot API")
	}
	if !a.OK && a.Code == 0 {
		a.Code = res.StatusCode
	}
	return a, nil
}

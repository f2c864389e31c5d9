// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"hash/fnv"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/messenger"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// pathChats is where the messengers of a demo country show a visitor's chat with
// the bot: in place of the app on their telephone.
const pathChats = "/demo/chats"

// chatLine is one message of a chat.
type chatLine struct {
	own  bool
	text string
	at   time.Time
}

type chatPane struct {
	view    web.View
	path    string
	name    string // as whom the visitor is in the messenger
	typed   string // what a link to the bot wants sent
	lines   []chatLine
	blocked bool
}

// chatOf is the chat of whoever is signed in, with their name there.
func (a *App) chatOf(c *web.Ctx) (int64, string) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(c.Actor.Person))
	return int64(h.Sum32()) + 1, cmp.Or(c.Actor.Name, c.T("app.chat.visitor"))
}

func (a *App) doubleOf(c *web.Ctx) (*messenger.Double, error) {
	if a.Doubles == nil {
		return nil, errs.New(errs.NotFound, "").Because(errNoDemo)
	}
	for _, d := range []*messenger.Double{a.Doubles.Bale, a.Doubles.Telegram} {
		if d.Name() == c.Param("messenger") {
			return d, nil
		}
	}
	return nil, errs.New(errs.NotFound, "")
}

func (a *App) getChat(c *web.Ctx) error { return a.renderChat(c, nil, nil) }

func (a *App) renderChat(c *web.Ctx, in *form.Form, shown *web.Errors) error {
	d, err := a.doubleOf(c)
	if err != nil {
		return err
	}
	chat, name := a.chatOf(c)
	v := chatPane{view: c.View(in, shown), path: pathChats + "/" + d.Name(), name: name, blocked: d.Blocked(chat)}
	if code := c.Query("start"); code != "" {
		v.typed = "/start " + code
	}
	for _, p := range d.List(chat) {
		v.lines = append(v.lines, chatLine{text: p.Text, at: p.At})
	}
	for _, w := range d.WrittenBy(chat) {
		v.lines = append(v.lines, chatLine{own: true, text: w.Text, at: w.At})
	}
	slices.SortStableFunc(v.lines, func(x, y chatLine) int { return x.at.Compare(y.at) })
	v.lines = v.lines[max(0, len(v.lines)-newest):]
	title := map[string]string{messenger.Bale: c.T("app.chat.bale"), messenger.Telegram: c.T("app.chat.telegram")}[d.Name()]
	return c.Render(web.Page{Title: title, Lead: c.T("app.chat.lead"), Back: "/demo", Errors: shown, Body: chatBody(c.P, v)})
}

func (a *App) postChat(c *web.Ctx) error {
	d, err := a.doubleOf(c)
	if err != nil {
		return err
	}
	in, err := c.Form(8 << 10)
	if err != nil {
		return err
	}
	chat, name := a.chatOf(c)
	block := in.Choice("block", "", "yes", "no")
	text := in.Text("text", form.Optional, form.Max(200))
	if block == "" && text == "" {
		in.Fail("text", "app.chat.empty")
	}
	if err := in.Err(); err != nil {
		if shown, ok := c.Errors(err, in); ok {
			return a.renderChat(c, in, shown)
		}
		return err
	}
	if block != "" {
		d.Block(chat, block == "yes")
		return c.Redirect(pathChats + "/" + d.Name())
	}
	if err := d.Write(c.Context(), messenger.Written{Chat: chat, Name: name, Lang: string(c.P.Lang()), Text: text}); err != nil {
		return err
	}
	return c.Redirect(pathChats + "/" + d.Name())
}

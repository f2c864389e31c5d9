// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/gateway/messenger"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// chatView is one messenger on the page of wishes.
type chatView struct {
	channel Channel
	link    *Link
	pending *Pending
}

// chats are the messengers in which somebody can be told, as they stand.
func (s *Service) chats(c *web.Ctx) ([]chatView, error) {
	links, err := s.Links(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	pending, err := s.Pending(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	var out []chatView
	for _, ch := range s.Messengers() {
		v := chatView{channel: ch}
		for _, l := range links {
			if l.Channel == ch {
				v.link = &l
			}
		}
		for _, p := range pending {
			if p.Channel == ch {
				v.pending = &p
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// What somebody does with a messenger.
const (
	doConnect    = "connect"
	doConfirm    = "confirm"
	doRefuse     = "refuse"
	doDisconnect = "disconnect"
)

func (s *Service) postChat(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	ch := Channel(f.Choice("messenger", string(Bale), string(Telegram)))
	act, claim := f.Choice("act", doConnect, doConfirm, doRefuse, doDisconnect), f.Text("claim", form.Optional, form.Max(80))
	err = f.Err()
	done := ""
	if err == nil {
		switch act {
		case doConnect:
			err = s.Connect(c.Context(), c.Actor, ch)
		case doConfirm:
			done, err = "alert.link.done", s.Confirm(c.Context(), c.Actor, ch, claim)
		case doRefuse:
			done, err = "alert.link.refused", s.Refuse(c.Context(), c.Actor, ch)
		case doDisconnect:
			done, err = "alert.link.ended", s.Disconnect(c.Context(), c.Actor, ch)
		}
	}
	if err != nil {
		if shown, ok := c.Errors(err, f); ok {
			return s.wishesPage(c, c.View(nil, shown))
		}
		return err
	}
	if done != "" {
		c.Flash(done)
	}
	return c.Redirect(Path + "#" + string(ch))
}

// botCalled is where a messenger calls, server to server, with what somebody wrote.
func (s *Service) botCalled(c *web.Ctx) error {
	client, ok := s.client(Channel(c.Param("messenger")))
	if !ok || !client.Knows(c.R) { // a program has nowhere to sign in
		c.W.WriteHeader(http.StatusUnauthorized)
		return nil
	}
	u, ok, err := messenger.ReadUpdate(c.R)
	if err != nil {
		return err
	}
	if ok {
		if err := s.Heard(c.Context(), Channel(client.Name()), u); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
	}
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}

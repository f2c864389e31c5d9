// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"strings"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice/desk"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
	"github.com/tarazu/tarazu/internal/sender"
)

// bearers knows all kinds of tokens: of people, and of organisations that send or read.
type bearers struct{ a *App }

// Bearer implements api.Tokens.
func (b bearers) Bearer(ctx context.Context, token string) (api.Bearer, error) {
	if strings.HasPrefix(token, sender.KeyPrefix) {
		return b.a.Sender.Bearer(ctx, token)
	}
	if strings.HasPrefix(token, desk.KeyPrefix) {
		return b.a.Desk.Bearer(ctx, token)
	}
	return b.a.Identity.Bearer(ctx, token)
}

// sends tells whether somebody acts for a government body, which may send notices of
// its own.
func (a *App) sends(c *web.Ctx) bool {
	if c.Actor.Role != policy.Representative || !a.Sender.Manages(c.Actor) && !a.Sender.Sends(c.Actor) {
		return false
	}
	who, err := a.Identity.Person(c.Context(), c.Actor.For)
	if err != nil {
		c.Log().Warn("class of a body", "err", err)
	}
	return who.Class == identity.Body
}

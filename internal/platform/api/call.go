// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"log/slog"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Call is one call of one operation.
type Call struct {
	Actor   policy.Actor  // zero: nobody, and the operation is open
	P       *i18n.Printer // in the caller's language
	Ref     string        // the reference of this call
	Address string        // network address of the caller
	// Act names what this write is to do, the same for each repetition: a
	// service that takes a key of the act gets it. It is made of the
	// Idempotency-Key and tells nothing of it. "" for reads.
	Act string

	ctx context.Context
	log *slog.Logger
}

// Context ends at the operation's time limit.
func (c *Call) Context() context.Context { return c.ctx }

// Lang is the caller's language.
func (c *Call) Lang() i18n.Lang { return c.P.Lang() }

// Log is the logger with the call's reference. Never log personal data.
func (c *Call) Log() *slog.Logger { return c.log }

// Text is a text in both languages.
type Text struct {
	FA string `json:"fa"`
	EN string `json:"en"`
}

type callKey struct{}

func callOf(ctx context.Context) *Call {
	c, _ := ctx.Value(callKey{}).(*Call)
	if c == nil { // a programmer's mistake; everything is refused
		c = &Call{}
	}
	c.ctx = ctx
	return c
}

// Bearer is what a token says.
type Bearer struct {
	Actor  policy.Actor
	Scopes []Scope
}

// Tokens tells who a bearer is, at each call. It answers errs.Unauthenticated
// for a token that is unknown, revoked or over, and for a capacity that is gone.
type Tokens interface {
	Bearer(ctx context.Context, token string) (Bearer, error)
}

// actorKey is whose idempotency keys a caller uses: those of the capacity, so
// that a repetition after signing in again finds the first answer.
func actorKey(a policy.Actor) string {
	if a.Person == "" {
		return "anybody"
	}
	return a.Person + " " + string(a.Role) + " " + a.Unit + " " + a.Branch
}

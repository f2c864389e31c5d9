// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
)

// demoLogins are the cards of the sign-in page: the main characters.
func (a *App) demoLogins(ctx context.Context) []identity.DemoLogin {
	var codes []string
	for _, p := range residents() {
		codes = append(codes, p.code)
	}
	accounts, posts, err := a.accountsOf(ctx, codes)
	if err != nil {
		a.Log.WarnContext(ctx, "demo people", "err", err)
		return nil
	}
	var out []identity.DemoLogin
	for _, p := range residents() {
		if accounts[p.code] == "" {
			continue
		}
		l := identity.DemoLogin{Person: accounts[p.code], TitleFA: p.name(), TitleEN: p.name(), NoteFA: "شهروند", NoteEN: "Citizen"}
		for _, k := range posts[p.code] {
			l.Capacity, l.NoteFA, l.NoteEN = k.ID, k.TitleFA, k.TitleEN
		}
		out = append(out, l)
	}
	return out
}

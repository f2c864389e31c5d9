// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// peoplePath is the list of everybody in a demo country.
const peoplePath = "/demo/people"

// demoCards are the main characters in the order that tells the story, each
// with what to try.
var demoCards = []struct {
	n   int
	try string
}{
	{demoPlaintiff, "app.card.plaintiff"},
	{demoDefendant, "app.card.defendant"},
	{demoClerk, "app.card.clerk"},
	{demoJudge, "app.card.judge"},
	{demoLawyer, "app.card.lawyer"},
	{demoProsecute, "app.card.prosecutor"},
	{demoOperator, "app.card.operator"},
	{demoAdmin, "app.card.administrator"},
	{demoNewcomer, "app.card.newcomer"},
}

// demoLogins are the cards of the sign-in page. They cost two queries.
func (a *App) demoLogins(ctx context.Context) []identity.DemoLogin {
	codes := make([]string, len(demoCards))
	for i, k := range demoCards {
		codes[i] = syntheticCode(k.n)
	}
	accounts, posts, err := a.accountsOf(ctx, codes)
	if err != nil {
		a.Log.WarnContext(ctx, "demo people", "err", err)
		return nil
	}
	if accounts[syntheticCode(demoPlaintiff)] == "" { // there is no country yet
		return nil
	}
	var out []identity.DemoLogin
	for i, k := range demoCards {
		p, known := a.country.find(codes[i])
		if !known || accounts[codes[i]] == "" && !p.noAccount {
			continue
		}
		l := a.loginOf(p, accounts[codes[i]], posts[codes[i]])
		l.TryFA, l.TryEN = a.Words.Printer(i18n.FA).T(k.try), a.Words.Printer(i18n.EN).T(k.try)
		out = append(out, l)
	}
	return out
}

// loginOf is how somebody is entered: in the last of the capacities, or through
// the registration.
func (a *App) loginOf(p person, account string, posts []identity.Capacity) identity.DemoLogin {
	fa, en := a.Words.Printer(i18n.FA), a.Words.Printer(i18n.EN)
	l := identity.DemoLogin{Person: account, TitleFA: p.name(), TitleEN: p.name(), NoteFA: fa.T("app.demo.citizen"), NoteEN: en.T("app.demo.citizen")}
	if account == "" {
		l.NoteFA, l.NoteEN, l.Href = fa.T("app.demo.newcomer"), en.T("app.demo.newcomer"), "/demo#newcomers"
	}
	for _, k := range posts {
		l.Capacity, l.NoteFA, l.NoteEN = k.ID, k.TitleFA, k.TitleEN
	}
	return l
}

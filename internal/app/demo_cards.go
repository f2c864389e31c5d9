// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// peoplePath is the list of everybody in a demo country.
const peoplePath = "/demo/people"

// demoCards are the main characters in the order that tells the story, each
// with its group and what to try.
var demoCards = []struct {
	n          int
	group, try string
}{
	{demoPlaintiff, "app.group.parties", "app.card.plaintiff"},
	{demoDefendant, "app.group.parties", "app.card.defendant"},
	{demoNewcomer, "app.group.parties", "app.card.newcomer"},
	{demoClerk, "app.group.courts", "app.card.clerk"},
	{demoJudge, "app.group.courts", "app.card.judge"},
	{demoProsecute, "app.group.courts", "app.card.prosecutor"},
	{demoDeputy, "app.group.courts", "app.card.desk"},
	{demoBailiff, "app.group.courts", "app.card.bailiff"},
	{demoElder, "app.group.for", "app.card.elder"},
	{demoHelper, "app.group.for", "app.card.helper"},
	{demoGuardian, "app.group.for", "app.card.guardian"},
	{demoDirector, "app.group.for", "app.card.director"},
	{demoHead, "app.group.for", "app.card.head"},
	{demoEmigrant, "app.group.abroad", "app.card.emigrant"},
	{demoResident, "app.group.abroad", "app.card.foreigner"},
	{demoLawyer, "app.group.law", "app.card.lawyer"},
	{demoAssistant, "app.group.law", "app.card.assistant"},
	{demoGraduate, "app.group.law", "app.card.graduate"},
	{demoBar, "app.group.law", "app.card.association"},
	{demoExpert, "app.group.law", "app.card.expert"},
	{demoOperator, "app.group.offices", "app.card.operator"},
	{demoManager, "app.group.offices", "app.card.manager"},
	{demoInspector, "app.group.offices", "app.card.inspector"},
	{demoCentre, "app.group.centre", "app.card.centre"},
	{demoAdmin, "app.group.centre", "app.card.administrator"},
	{demoAdminToo, "app.group.centre", "app.card.administrator_too"},
}

// cardCode is the code of the main character with a number.
func (c *country) cardCode(n int) string {
	i := slices.IndexFunc(c.people, func(p person) bool { return p.n == n })
	if i < 0 {
		return ""
	}
	return c.people[i].code
}

// demoLogins are the cards of the sign-in page. They cost two queries.
func (a *App) demoLogins(ctx context.Context) []identity.DemoLogin {
	if a.country == nil {
		return nil
	}
	codes := make([]string, len(demoCards))
	for i, k := range demoCards {
		codes[i] = a.country.cardCode(k.n)
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
		fa, en := a.Words.Printer(i18n.FA), a.Words.Printer(i18n.EN)
		l.TryFA, l.TryEN = fa.T(k.try), en.T(k.try)
		l.GroupFA, l.GroupEN = fa.T(k.group), en.T(k.group)
		out = append(out, l)
	}
	return out
}

// loginOf is how somebody is entered: in the last post of their own, else on
// behalf of whom they act for, or through the registration.
func (a *App) loginOf(p person, account string, posts []identity.Capacity) identity.DemoLogin {
	fa, en := a.Words.Printer(i18n.FA), a.Words.Printer(i18n.EN)
	note := "app.demo.citizen"
	if p.class != "" {
		note += "." + string(p.class)
	}
	l := identity.DemoLogin{Person: account, TitleFA: p.name(), TitleEN: cmp.Or(p.latin, p.name()), NoteFA: fa.T(note), NoteEN: en.T(note)}
	if account == "" {
		l.NoteFA, l.NoteEN, l.Href = fa.T("app.demo.newcomer"), en.T("app.demo.newcomer"), "/demo#newcomers"
	}
	own := slices.ContainsFunc(posts, func(k identity.Capacity) bool { return k.For == "" })
	for _, k := range posts {
		if !own || k.For == "" {
			l.Capacity, l.NoteFA, l.NoteEN = k.ID, k.TitleFA, k.TitleEN
		}
	}
	return l
}

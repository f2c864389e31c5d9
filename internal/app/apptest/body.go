// SPDX-License-Identifier: Apache-2.0

package apptest

import (
	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Head is somebody whom the register names as the head of a government body with a
// code, acting for it; its account is made if it is not there yet.
func (e *Env) Head(who Who, code string) policy.Actor {
	e.T.Helper()
	p := e.Person(who)
	e.App.Doubles.Companies.Add(companies.Entity{
		Code: code, Kind: companies.Body, Name: "سازمان نمونهٔ " + code, State: companies.Active,
		Officers: []companies.Officer{{NationalCode: p.NationalCode, FirstName: p.FirstName, LastName: p.LastName, Office: companies.Director, From: civil.Of(e.Clock.Now()) - 100}},
	})
	me := policy.Actor{Person: p.ID, Role: policy.Citizen, Assurance: p.Assurance}
	c, err := e.App.Identity.RegisterEntity(e.T.Context(), me, identity.EntityRef{Code: code})
	if err != nil {
		e.T.Fatal(err)
	}
	return e.actorIn(who, c.ID)
}

func (e *Env) actorIn(who Who, capacity string) policy.Actor {
	e.T.Helper()
	a, err := e.App.Identity.Actor(e.T.Context(), e.Person(who).ID, capacity)
	if err != nil {
		e.T.Fatal(err)
	}
	return a
}

// Unit makes a unit of the body that somebody manages, under another one or at the
// top ("").
func (e *Env) Unit(head policy.Actor, code, parent string) body.Unit {
	e.T.Helper()
	u, err := e.App.Body.Make(e.T.Context(), head, body.NewUnit{Code: code, NameFA: "واحد " + code, NameEN: "Unit " + code, Parent: parent})
	if err != nil {
		e.T.Fatal(err)
	}
	return u
}

// OfferPost has somebody offer a post at a unit for thirty days.
func (e *Env) OfferPost(by policy.Actor, unit string, who Who, gives body.Gives, rights ...policy.Right) body.Post {
	e.T.Helper()
	p := e.Person(who)
	post, err := e.App.Body.Give(e.T.Context(), by, body.NewPost{
		Unit: unit, Person: p.NationalCode, LastName: p.LastName, TitleFA: "کارشناس", TitleEN: "Expert", Rights: rights, Gives: gives, Until: civil.Of(e.Clock.Now()).Add(30),
	})
	if err != nil {
		e.T.Fatal(err)
	}
	return post
}

// AtNarrowPost is AtPost with some groups of notices only.
func (e *Env) AtNarrowPost(by policy.Actor, unit string, who Who, notices []string, rights ...policy.Right) (policy.Actor, body.Post) {
	e.T.Helper()
	p := e.Person(who)
	post, err := e.App.Body.Give(e.T.Context(), by, body.NewPost{
		Unit: unit, Person: p.NationalCode, LastName: p.LastName, TitleFA: "کارشناس", TitleEN: "Expert", Rights: rights, Notices: notices, Until: civil.Of(e.Clock.Now()).Add(30),
	})
	if err == nil {
		post, err = e.App.Body.Accept(e.T.Context(), e.Actor(who), post.ID)
	}
	if err != nil {
		e.T.Fatal(err)
	}
	return e.actorIn(who, post.Capacity), post
}

// ToBody serves a notice of a kind on a body, outside any case, and returns its id.
func (e *Env) ToBody(head policy.Actor, kind, key string) string {
	e.T.Helper()
	out, err := e.App.Notice.Deliver(e.T.Context(), notice.NewNotice{
		Key: "apptest " + key, Owner: head.For, Addressee: notice.AddresseeBody, AddresseeName: "سازمان نمونه", Kind: kind, Case: "case-" + key, CaseNumber: "1404239223" + key,
		Unit: "23101", UnitName: "شعبهٔ ۱ دادگاه عمومی حقوقی", UnitNameEN: "Branch 1", Province: "tehran", IssuedBy: system,
		Title: notice.Text{FA: "ابلاغیهٔ " + key, EN: "Notice " + key}, Paper: notice.Text{FA: "متن محرمانهٔ " + key, EN: "The paper of " + key},
	})
	if err != nil {
		e.T.Fatal(err)
	}
	return out.ID
}

// AtPost is OfferPost and the acceptance: who somebody is in it.
func (e *Env) AtPost(by policy.Actor, unit string, who Who, gives body.Gives, rights ...policy.Right) (policy.Actor, body.Post) {
	e.T.Helper()
	post, err := e.App.Body.Accept(e.T.Context(), e.Actor(who), e.OfferPost(by, unit, who, gives, rights...).ID)
	if err != nil {
		e.T.Fatal(err)
	}
	return e.actorIn(who, post.Capacity), post
}

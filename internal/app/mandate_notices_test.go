// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// narrow has somebody give a mandate for some groups of notices, and returns who its
// taker is in it.
func narrow(t *testing.T, e *Env, by policy.Actor, taker Who, kind mandate.Kind, groups []string, rights ...policy.Right) (mandate.Mandate, policy.Actor) {
	t.Helper()
	ctx, app, p := t.Context(), e.App, e.Person(taker)
	m, err := app.Mandate.Draft(ctx, by, mandate.NewMandate{
		Kind: kind, Taker: p.NationalCode, LastName: p.LastName, Until: civil.Of(e.Clock.Now()).Add(30), Rights: rights, Notices: groups,
	})
	if err != nil {
		t.Fatal(err)
	}
	return accepted(t, e, by, taker, m.ID)
}

// accepted gives a draft with its code and has it accepted.
func accepted(t *testing.T, e *Env, by policy.Actor, taker Who, id string) (m mandate.Mandate, a policy.Actor) {
	t.Helper()
	ctx, app := t.Context(), e.App
	giver, err := app.Identity.Person(ctx, by.Person)
	if err == nil {
		err = app.Mandate.SendCode(ctx, by, id)
	}
	if err == nil {
		_, err = app.Mandate.Give(ctx, by, id, e.Code(giver.Mobile))
	}
	if err == nil {
		m, err = app.Mandate.Accept(ctx, e.Actor(taker), id)
	}
	if err == nil {
		a, err = app.Identity.Actor(ctx, e.Person(taker).ID, m.Capacity)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m, a
}

// sent issues a notice of a kind with a term to a party of a case.
func sent(t *testing.T, e *Env, caseID, person, kind string) string {
	t.Helper()
	ctx, actor, out := t.Context(), e.Actor(Clerk), ""
	c, err := e.App.Docket.CaseFor(ctx, e.App.DB, caseID)
	found := false
	for _, p := range c.Parties {
		if p.Person != person {
			continue
		}
		found = true
		err = e.App.DB.Write(ctx, func(tx *store.Tx) error {
			n, err := e.App.Docket.IssueNoticeTx(ctx, tx, actor, docket.NewNotice{
				Case: caseID, Party: p.ID, Kind: kind, Title: docket.Text{FA: "برگهٔ " + kind, EN: "Paper " + kind},
				Paper: docket.Text{FA: LetterFA, EN: LetterEN}, Rule: "cpc-336", Key: id.New(),
			})
			out = n.ID
			return err
		})
	}
	if err != nil || !found {
		t.Fatal(found, err)
	}
	e.Drain()
	e.Sequence()
	return out
}

// TestNoticesOfCapacities is the table of ADR 54: every kind of capacity in which
// somebody acts for another, with every group of notices, in every place in which a
// notice or its term appears. What is within is there, and of what is outside there
// is nothing.
func TestNoticesOfCapacities(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		e.Person(Defendant)
		f := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, f.Case)
		me := e.Person(Defendant)
		of := map[string]string{} // group → notice
		kinds := map[string]string{
			"summons": notice.KindClaimCopy, "judgments": notice.KindJudgment, "execution": notice.KindWrit, "registry": notice.KindDefect,
			"other_side": notice.KindBrief, "bodies": "body_decision", "rest": notice.KindOther,
		}
		for _, g := range notice.Groups() {
			of[g] = sent(t, e, f.Case, me.ID, kinds[g])
		}
		full := e.Actor(Defendant)
		entries := func(a policy.Actor) (n int) {
			v, err := app.Docket.View(ctx, a, f.Case)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range v.Entries {
				if strings.HasPrefix(x.Members["title_en"], "Paper ") {
					n++
				}
			}
			return n
		}
		all := entries(full)
		if all < 2*len(of) {
			t.Fatalf("the timeline has %d entries about %d notices", all, len(of))
		}
		see := []policy.Right{policy.See, policy.OpenNotices}
		grant := func(kind, group string) policy.Actor {
			switch kind {
			case "helper":
				_, a := narrow(t, e, full, Stranger, mandate.Helper, []string{group}, see...)
				return a
			case "lawyer":
				_, a := narrow(t, e, full, Lawyer, mandate.Lawyer, []string{group}, see...)
				return a
			}
			// What no form gives yet, but the capacity can have: a guardian, a representative.
			c := identity.Capacity{
				ID: id.New(), Person: e.Person(Stranger).ID, Role: policy.Guardian, TitleFA: "آزمون", TitleEN: kind, From: civil.Of(e.Clock.Now()),
				Source: "apptest", For: me.ID, Rights: see, Notices: []string{group},
			}
			if kind == "representative" {
				c.Role = policy.Representative
			}
			if err := app.DB.WriteBlind(ctx, func(tx *store.Tx) error {
				return app.Identity.AddCapacityTx(ctx, tx, policy.Actor{Role: policy.System}, c)
			}); err != nil {
				t.Fatal(err)
			}
			a, err := app.Identity.Actor(ctx, c.Person, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		for _, kind := range []string{"helper", "lawyer", "guardian", "representative"} {
			e.Clock.Advance(61 * time.Minute) // nobody looks for people more often than so
			for _, group := range append(notice.Groups(), identity.NoNotices) {
				a := grant(kind, group)
				places := map[string]func(nid string) bool{}
				page, err := app.Notice.Inbox(ctx, a, notice.FilterAll, notice.Page{})
				if err != nil {
					t.Fatal(err)
				}
				want := 1
				if group == identity.NoNotices {
					want = 0
				}
				if page.Counts.All != want || page.Counts.Unviewed != want || page.Counts.Term != want {
					t.Errorf("%s for %s counts %+v", kind, group, page.Counts)
				}
				places["inbox"] = func(nid string) bool {
					return slices.ContainsFunc(page.Notices, func(n notice.Notice) bool { return n.ID == nid })
				}
				places["one"] = func(nid string) bool { _, err := app.Notice.Get(ctx, a, nid); return visible(t, err) }
				several, err := app.Notice.Several(ctx, a, slices.Collect(maps.Values(of)))
				if err != nil {
					t.Fatal(err)
				}
				places["several"] = func(nid string) bool { _, there := several[nid]; return there }
				places["alerts"] = func(nid string) bool { _, err := app.Notice.Alerts(ctx, a, nid); return visible(t, err) }
				list, err := app.Docket.NoticesOf(ctx, a, f.Case)
				if err != nil {
					t.Fatal(err)
				}
				places["case notices"] = func(nid string) bool {
					return slices.ContainsFunc(list, func(n docket.IssuedNotice) bool { return n.ID == nid })
				}
				dues, err := app.Docket.OpenDeadlines(ctx, a)
				if err != nil {
					t.Fatal(err)
				}
				places["open deadlines"] = func(nid string) bool {
					return slices.ContainsFunc(dues, func(d docket.Due) bool { return d.Notice == nid })
				}
				v, err := app.Docket.View(ctx, a, f.Case)
				if err != nil {
					t.Fatal(err)
				}
				places["deadlines of the case"] = func(nid string) bool {
					return slices.ContainsFunc(v.Deadlines, func(d docket.Deadline) bool { return d.Notice == nid })
				}
				places["timeline"] = func(nid string) bool {
					return slices.ContainsFunc(v.Entries, func(x docket.Entry) bool { return x.Subject == nid })
				}
				places["one deadline"] = func(nid string) bool {
					d, found, err := app.Docket.DeadlineOf(ctx, app.DB, f.Case, nid)
					if err != nil || !found {
						t.Fatal(found, err)
					}
					_, _, _, err = app.Docket.Deadline(ctx, a, f.Case, d.ID)
					return visible(t, err)
				}
				for g, nid := range of {
					for place, shows := range places {
						if got := shows(nid); got != (g == group) {
							t.Errorf("%s for %s, %s: a notice of %s is there: %v", kind, group, place, g, got)
						}
					}
					if g != group {
						if _, err := app.Notice.Open(ctx, a, nid); !errs.Is(err, errs.NotFound) {
							t.Errorf("%s for %s opens %s: %v", kind, group, g, err)
						}
						if _, err := app.Contest.Begin(ctx, a, f.Case, nid); !errs.Is(err, errs.NotFound) {
							t.Errorf("%s for %s contests %s: %v", kind, group, g, err)
						}
					}
				}
				if n := entries(a); want == 0 && n != 0 || n > all/len(of)+1 {
					t.Errorf("%s for %s reads %d of %d entries about notices", kind, group, n, all)
				}
				if _, err := app.Docket.MakeFeed(ctx, a, docket.Feed{Deadlines: true}, "fa"); !errs.Is(err, errs.Forbidden) {
					t.Errorf("%s makes a calendar of another's terms: %v", kind, err)
				}
			}
		}
		e.Drain()
		for _, who := range []Who{Stranger, Lawyer} { // messages about notices go to their owner
			for _, m := range app.Doubles.SMS.For(e.Person(who).Mobile) {
				if m.Text == app.Words.Printer(e.Person(who).Lang).T("alert.text.notice") {
					t.Errorf("%s is sent a message about a notice of somebody else", who)
				}
			}
		}
		for _, nid := range of {
			if n, err := app.Notice.Get(ctx, full, nid); err != nil || n.Opened() {
				t.Errorf("opened by somebody who had nothing to do with it: %v", err)
			}
		}
	})
}

// visible tells whether something was found; any error but "there is none" fails.
func visible(t *testing.T, err error) bool {
	t.Helper()
	if err != nil && !errs.Is(err, errs.NotFound) {
		t.Fatal(err)
	}
	return err == nil
}

// TestNoticesOnPages: a helper for summonses walks through every page and operation
// that shows notices or terms, and reads nothing of a judgment; the giver and he read
// in words what the mandate covers.
func TestNoticesOnPages(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	f := e.File(Plaintiff, Defendant, LargeClaim)
	e.Refer(Judge, f.Case)
	me := e.Actor(Defendant)
	hidden := sent(t, e, f.Case, me.Person, notice.KindJudgment)
	shown := sent(t, e, f.Case, me.Person, notice.KindClaimCopy)
	due, _, err := e.App.Docket.DeadlineOf(t.Context(), e.App.DB, f.Case, hidden)
	if err != nil {
		t.Fatal(err)
	}
	m, a := narrow(t, e, me, Stranger, mandate.Helper, []string{"summons"}, policy.See, policy.OpenNotices, policy.Prepare)
	them := e.As(Stranger)
	words := "Summonses"
	for _, c := range []*Client{e.As(Defendant), them} {
		for _, path := range []string{"/account/mandates", "/account/mandates/" + m.ID, "/account/mandates/" + m.ID + "/end"} {
			if page := c.Get(path).Want(http.StatusOK); !strings.Contains(page.Text(), words) {
				t.Errorf("%s does not say what the mandate covers: %s", path, page.Text())
			}
		}
	}
	page := them.Get("/capacity").Want(http.StatusOK)
	if !strings.Contains(page.Text(), words) {
		t.Errorf("the choice of capacities: %s", page.Text())
	}
	page = page.Submit("/capacity", "capacity", a.Capacity).Want(http.StatusOK)
	if !strings.Contains(page.Body, "for some notices") {
		t.Errorf("the head of the page: %s", page.Text())
	}
	for _, path := range []string{"/home", "/inbox", "/inbox?show=term", "/cases", "/cases/" + f.Case} {
		page := them.Get(path).Want(http.StatusOK)
		if strings.Contains(page.Body, hidden) || strings.Contains(page.Body, due.ID) || strings.Contains(page.Body, "Paper judgment") {
			t.Errorf("%s shows the judgment: %s", path, page.Text())
		}
	}
	if page := them.Get("/inbox"); !strings.Contains(page.Body, shown) {
		t.Errorf("the inbox: %s", page.Text())
	}
	for _, path := range []string{"/inbox/" + hidden, "/cases/" + f.Case + "/deadlines/" + due.ID, "/cases/" + f.Case + "/deadlines/" + due.ID + "/calendar.ics",
		"/cases/" + f.Case + "/notices/" + hidden, "/inbox/" + hidden + "/receipt"} {
		them.Get(path).Want(http.StatusNotFound)
	}
	program := e.API(Stranger)
	program.Send(http.MethodPut, "/sessions/current", map[string]any{"capacity": a.Capacity}).Want(http.StatusOK)
	for _, path := range []string{"/notices", "/deadlines", "/cases/" + f.Case, "/cases/" + f.Case + "/notices", "/contests"} {
		if body := string(program.Get(path).Want(http.StatusOK).Body); strings.Contains(body, hidden) || strings.Contains(body, due.ID) || strings.Contains(body, "Paper judgment") {
			t.Errorf("%s gives the judgment: %s", path, body)
		}
	}
	for _, path := range []string{"/notices/" + hidden, "/cases/" + f.Case + "/deadlines/" + due.ID} {
		program.Get(path).Want(http.StatusNotFound)
	}
}

// TestNoticesOfARepresentative: whom the register names has all notices of a company
// or body; whom they let represent it has the groups that were chosen, by page and by
// program, and cannot choose more for themselves or for others.
func TestNoticesOfARepresentative(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app, head := t.Context(), e.App, e.Head(Plaintiff, "B1")
		m, writs := narrow(t, e, head, Stranger, mandate.Staff, []string{"execution"}, policy.See, policy.OpenNotices, policy.Sign)
		writ, judgment := e.ToBody(head, notice.KindWrit, "31"), e.ToBody(head, notice.KindJudgment, "32")
		if head.Notices != nil || writs.Role != policy.Representative || !slices.Equal(writs.Notices, []string{"execution"}) {
			t.Fatalf("%+v, %+v", head.Notices, writs)
		}
		for name, c := range map[string]struct {
			who  policy.Actor
			want int
		}{"by the register": {head, 2}, "by a mandate": {writs, 1}} {
			page, err := app.Notice.Inbox(ctx, c.who, notice.FilterAll, notice.Page{})
			if err != nil || len(page.Notices) != c.want || page.Counts.All != c.want {
				t.Errorf("%s: %d notices, %+v, %v", name, len(page.Notices), page.Counts, err)
			}
		}
		if _, err := app.Notice.Open(ctx, writs, judgment); !errs.Is(err, errs.NotFound) {
			t.Errorf("opens a judgment: %v", err)
		}
		if _, err := app.Notice.Open(ctx, writs, writ); err != nil {
			t.Errorf("opens a writ: %v", err)
		}
		if _, _, err := app.Mandate.SetNotices(ctx, writs, m.ID, nil, ""); !errs.Is(err, errs.Forbidden) {
			t.Errorf("widens it for themselves: %v", err)
		}
		p := e.Person(Defendant)
		_, err := app.Mandate.Draft(ctx, writs, mandate.NewMandate{
			Kind: mandate.Staff, Taker: p.NationalCode, LastName: p.LastName, Until: civil.Of(e.Clock.Now()), Rights: []policy.Right{policy.See},
		})
		if !errs.Is(err, errs.Forbidden) {
			t.Errorf("passes it on: %v", err)
		}
		program := e.API(Plaintiff)
		program.Send(http.MethodPut, "/sessions/current", map[string]any{"capacity": head.Capacity}).Want(http.StatusOK)
		body := string(program.Send(http.MethodPut, "/account/mandates/"+m.ID+"/notices", map[string]any{"notices": []string{"execution", "rest"}}).Want(http.StatusOK).Body)
		if !strings.Contains(body, `"wider"`) || !strings.Contains(body, `"replaces":"`+m.ID+`"`) {
			t.Errorf("more by program: %s", body)
		}
		body = string(program.Send(http.MethodPut, "/account/mandates/"+m.ID+"/notices", map[string]any{"notices": []string{"none"}}).Want(http.StatusOK).Body)
		if strings.Contains(body, `"wider"`) || !strings.Contains(body, `"notices":["none"]`) {
			t.Errorf("fewer by program: %s", body)
		}
		if _, err := app.Notice.Get(ctx, e.Actor(Stranger), writ); !errs.Is(err, errs.NotFound) {
			t.Errorf("as oneself: %v", err)
		}
		if a, err := app.Identity.Actor(ctx, writs.Person, writs.Capacity); err != nil || !slices.Equal(a.Notices, []string{identity.NoNotices}) {
			t.Errorf("%+v, %v", a.Notices, err)
		}
	})
}

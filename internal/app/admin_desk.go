// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/contest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/appoint"
	"github.com/tarazu/tarazu/internal/identity/intro"
	"github.com/tarazu/tarazu/internal/identity/merge"
	"github.com/tarazu/tarazu/internal/identity/mydata"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const adminDesk = "/admin"

// deskItem is a page of whoever runs the installation. Its key is what the page
// calls itself in the menu (web.Page.Active); app.desk.KEY says what is done there.
type deskItem struct{ key, href string }

// deskItems are those pages, grouped; app.desk.group.KEY is the heading.
var deskItems = []struct {
	key   string
	items []deskItem
}{
	{"people", []deskItem{{"accounts", steward.PathAccounts}, {"merges", merge.PathMerges}, {"doubts", steward.PathDoubts}, {"corrections", mydata.PathDesk}, {"registrations", steward.PathRegistrations}, {"appointments", appoint.PathPosts}}},
	{"law", []deskItem{{"closures", calendar.PathClosures}, {"contest_terms", contest.PathTerms}}},
	{"others", []deskItem{{"introductions", intro.Path}, {"offices", "/offices"}, {"sites", sso.PathSites}}},
	{"machine", []deskItem{{"outages", outage.PathDesk}, {"alerts", alert.PathDesk}, {"jobs", adminJobs}, {"log", adminLog}}},
}

// onDesk tells whether a page is one of them.
func onDesk(active string) bool {
	for _, g := range deskItems {
		for _, i := range g.items {
			if i.key == active {
				return true
			}
		}
	}
	return false
}

func (a *App) getDesk(c *web.Ctx) error {
	waiting, err := a.deskWaiting(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("app.desk.title"), Lead: c.T("app.desk.lead"), Active: "desk", Body: deskBody(c.P, waiting)})
}

// deskWaiting is how much waits for an administrator on those of the pages where
// something can, by their keys.
func (a *App) deskWaiting(ctx context.Context, by policy.Actor) (map[string]int, error) {
	closed, err := a.Steward.OpenProposals(ctx, by)
	if err != nil {
		return nil, err
	}
	candidates, err := a.Merge.Candidates(ctx)
	if err != nil {
		return nil, err
	}
	merges, undos, err := a.Merge.Waiting(ctx, by)
	if err != nil {
		return nil, err
	}
	doubts, _, err := a.Steward.Doubts(ctx, by)
	if err != nil {
		return nil, err
	}
	doubts = slices.DeleteFunc(doubts, func(d identity.Doubt) bool { return d.State != identity.DoubtOpen })
	corrections, err := a.MyData.OpenCorrections(ctx, by)
	if err != nil {
		return nil, err
	}
	posts, err := a.Appoint.Pending(ctx, by)
	if err != nil {
		return nil, err
	}
	bounces, err := a.Alert.Open(ctx, by)
	if err != nil {
		return nil, err
	}
	dead, err := a.Jobs.Dead(ctx)
	return map[string]int{
		"accounts": len(closed), "merges": len(candidates) + len(merges) + len(undos), "doubts": len(doubts), "corrections": len(corrections),
		"appointments": len(posts), "jobs": len(dead), "alerts": bounces,
	}, err
}

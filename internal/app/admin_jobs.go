// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const adminJobs = "/admin/jobs"

// adminRoutes are the pages of whoever runs the installation.
func (a *App) adminRoutes() []web.Route {
	only := []policy.Role{policy.Administrator}
	return []web.Route{
		{Method: http.MethodGet, Pattern: adminDesk, Roles: only, Handle: a.getDesk},
		{Method: http.MethodGet, Pattern: adminJobs, Roles: only, Handle: a.getJobs},
		{Method: http.MethodPost, Pattern: adminJobs, Roles: only, Handle: a.postJobs},
		{Method: http.MethodGet, Pattern: adminLog, Roles: only, Handle: a.getLogPage},
	}
}

// deadKind are the dead jobs of one kind, the newest first. Of a job only what
// names it is shown: its payload, and what its handler said, may be about people.
type deadKind struct {
	kind string
	jobs []jobs.Job
	last time.Time
}

// byKind sorts dead jobs, the kind that failed last first.
func byKind(dead []jobs.Job) []deadKind {
	var out []deadKind
	for _, j := range dead { // the newest first
		i := slices.IndexFunc(out, func(k deadKind) bool { return k.kind == j.Kind })
		if i < 0 {
			i = len(out)
			out = append(out, deadKind{kind: j.Kind, last: j.Finished})
		}
		out[i].jobs = append(out[i].jobs, j)
	}
	slices.SortStableFunc(out, func(x, y deadKind) int {
		return cmp.Or(y.last.Compare(x.last), cmp.Compare(x.kind, y.kind))
	})
	return out
}

func (a *App) getJobs(c *web.Ctx) error {
	dead, err := a.Jobs.Dead(c.Context())
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("app.jobs.title"), Lead: c.T("app.jobs.lead"), Active: "jobs", Wide: true,
		Body: jobsBody(c.P, byKind(dead)),
	})
}

// postJobs makes one dead job due again, or all of a kind.
func (a *App) postJobs(c *web.Ctx) error {
	in, err := c.Form(4 << 10)
	if err != nil {
		return err
	}
	one, kind := in.Text("job", form.Optional, form.Max(80)), in.Text("kind", form.Optional, form.Max(80))
	if err := in.Err(); err != nil {
		return err
	}
	dead, err := a.Jobs.Dead(c.Context())
	if err != nil {
		return err
	}
	done := 0
	for _, j := range dead {
		if j.ID != one && (kind == "" || j.Kind != kind) {
			continue
		}
		switch err := a.Jobs.Retry(c.Context(), j.ID); {
		case err == nil:
			done++
		case errs.Is(err, errs.NotFound), errs.Is(err, errs.Conflict): // somebody was faster, or the same work waits already
		default:
			return err
		}
	}
	if done == 0 {
		return errs.New(errs.Conflict, "app.jobs.none_due")
	}
	c.Log().Info("dead jobs made due again", "kind", kind, "jobs", done, "by", c.Actor.Person)
	c.Flash("app.jobs.due")
	return c.Redirect(adminJobs)
}

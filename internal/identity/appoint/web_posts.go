// SPDX-License-Identifier: Apache-2.0

package appoint

import (
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// personView is somebody with their posts.
type personView struct {
	web.View
	path  string
	posts []Post // that can be given
	held  []identity.Capacity
	ends  []identity.Capacity // that can be ended
	today civil.Day
	me    string
	wait  []Pending // for a second administrator
}

// postsView is where somebody is looked for.
type postsView struct {
	web.View
	wait []Pending
}

func (s *Service) showPosts(c *web.Ctx) error { return s.postsPage(c, c.View(nil, nil)) }

func (s *Service) postsPage(c *web.Ctx, view web.View) (err error) {
	v := postsView{View: view}
	if v.wait, err = s.Pending(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("appoint.posts.title"), Lead: c.T("appoint.posts.lead"), Active: "appointments", Errors: view.Errors, Body: postsBody(v),
	})
}

// findPerson leads to somebody by a number, which comes in the body: an address
// would keep it.
func (s *Service) findPerson(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	name := f.Checked("name", identity.SignInName)
	if err = f.Err(); err == nil {
		p, found, ferr := s.d.Identity.FindByName(c.Context(), name)
		if ferr != nil {
			return ferr
		}
		if found {
			return c.Redirect(PathPosts + "/" + p.ID)
		}
		err = errs.InvalidFields([]errs.Field{{Name: "name", Code: "appoint.posts.nobody"}})
	}
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	return s.postsPage(c, c.View(f, shown))
}

func (s *Service) showPerson(c *web.Ctx) error { return s.personPage(c, c.View(nil, nil)) }

func (s *Service) personPage(c *web.Ctx, view web.View) error {
	p, err := s.d.Identity.View(c.Context(), c.Actor, c.Param("person"), "appoint.access.post")
	if err != nil {
		return err
	}
	v := personView{View: view, path: PathPosts + "/" + p.ID, posts: s.Posts(c.Actor), today: s.today(), me: c.Actor.Person}
	if v.held, err = s.d.Identity.Capacities(c.Context(), p.ID); err != nil {
		return err
	}
	if v.wait, err = s.Pending(c.Context(), c.Actor); err != nil {
		return err
	}
	v.wait = slices.DeleteFunc(v.wait, func(w Pending) bool { return w.Person != p.ID })
	if p.ID == c.Actor.Person { // one's own posts are somebody else's matter
		v.posts = nil
	}
	for _, k := range v.held {
		if k.Ended.IsZero() && s.mayEnd(c.Actor, k) {
			v.ends = append(v.ends, k)
		}
	}
	return c.Render(web.Page{
		Title: p.Name(), Caption: c.T("appoint.posts.title"), Active: "appointments", Back: PathPosts, Errors: view.Errors, Body: personBody(v),
	})
}

func (s *Service) postPost(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	var roles []string
	for _, p := range s.Posts(c.Actor) {
		roles = append(roles, string(p.Role))
	}
	n := Appointment{
		Person: c.Param("person"), Role: policy.Role(f.Choice("role", roles...)), Unit: f.Text("unit", form.Optional, form.Max(40)),
		Branch: f.Text("branch", form.Optional, form.Max(10)), Until: f.Day("until", form.Optional), Letter: f.Text("letter", form.Max(100)),
	}
	if err = f.Err(); err == nil {
		_, err = s.Appoint(c.Context(), c.Actor, n)
	}
	words := "appoint.person.given"
	if n.Role == policy.Administrator {
		words = "appoint.administrator.proposed"
	}
	return s.done(c, f, err, words)
}

// done goes back to the person, or shows what was wrong.
func (s *Service) done(c *web.Ctx, f *form.Form, err error, words string) error {
	if err == nil {
		c.Flash(words)
		return c.Redirect(PathPosts + "/" + c.Param("person"))
	}
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.personPage(c, c.View(f, shown))
}

func (s *Service) postEnd(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	capacity, why := f.Text("capacity", form.Required, form.Max(64)), f.Text("why", form.Required, form.Max(300))
	words := "appoint.person.ended"
	if err = f.Err(); err == nil {
		var k identity.Capacity
		if k, err = s.find(c.Context(), c.Actor, c.Param("person"), capacity); err == nil {
			err = s.End(c.Context(), c.Actor, k.Person, k.ID, why)
		}
		if k.Role == policy.Administrator {
			words = "appoint.administrator.proposed"
		}
	}
	return s.done(c, f, err, words)
}

func (s *Service) postDecision(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	proposal, then := f.Text("proposal", form.Required, form.Max(64)), f.Choice("then", "approve", "refuse")
	if err = f.Err(); err == nil {
		err = s.Decide(c.Context(), c.Actor, proposal, then == "approve")
	}
	return s.done(c, f, err, "appoint.administrator.decided")
}

func (v personView) roles() web.Choice {
	o := web.Choice{Name: "role", Label: v.T("appoint.person.role"), Prompt: v.T("appoint.person.choose")}
	for _, p := range v.posts {
		o.Options = append(o.Options, web.Option{Value: string(p.Role), Label: v.T("appoint.role." + string(p.Role))})
	}
	return o
}

func (v personView) which() web.Choice {
	o := web.Choice{Name: "capacity", Label: v.T("appoint.person.end_which")}
	for i, k := range v.ends {
		o.Options = append(o.Options, web.Option{Value: k.ID, Label: k.Title(v.P.Lang()), On: len(v.ends) == 1 && i == 0})
	}
	return o
}

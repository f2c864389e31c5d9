// SPDX-License-Identifier: Apache-2.0

package body

import (
	"slices"

	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// giveView is the page on which a post is given.
type giveView struct {
	web.View
	u        Unit
	o        Offer
	act      string
	citation string
}

func (s *Service) givePage(c *web.Ctx) error { return s.drawGive(c, c.View(nil, nil)) }

func (s *Service) drawGive(c *web.Ctx, view web.View) error {
	u, o, err := s.Offers(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	v := giveView{View: view, u: u, o: o, act: id.New(), citation: s.limits.Citation.FA}
	if c.P.Lang() == "en" {
		v.citation = s.limits.Citation.EN
	}
	return c.Render(web.Page{
		Title: c.T("body.give.title"), Caption: u.Name(c.P.Lang()), Lead: c.T("body.give.lead"), Active: "account", Back: u.path(), Errors: view.Errors, Body: giveBody(v),
	})
}

func (s *Service) postGive(c *web.Ctx) error {
	u, o, err := s.Offers(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	n := NewPost{
		Unit: u.ID, Person: f.Text("person", form.Required, form.Max(20)), LastName: f.Text("last_name", form.Required, form.Max(100)),
		TitleFA: f.Text("title_fa", form.Required, form.Max(maxName)), TitleEN: f.Text("title_en", form.Max(maxName)), Until: f.Day("until"),
		Act: f.Text("act", form.Max(64)),
	}
	for _, r := range f.Choices("rights", names(o.Rights)...) {
		n.Rights = append(n.Rights, policy.Right(r))
	}
	switch chosen := f.Choices("notices", append(slices.Clone(o.Notices), allNotices, NoNotices)...); {
	case len(chosen) == 0 && !f.Failed("notices"):
		f.Fail("notices", "body.wrong.notices_none")
	case slices.Contains(chosen, allNotices):
	case slices.Contains(chosen, NoNotices):
		n.Notices = []string{NoNotices}
	default:
		n.Notices = chosen
	}
	if len(o.Gives) > 1 {
		if n.Gives = Gives(f.Choice("gives", append(names(o.Gives[1:]), givesNone)...)); n.Gives == givesNone {
			n.Gives = GivesNone
		}
	}
	if err = f.Err(); err == nil {
		_, err = s.Give(c.Context(), c.Actor, n)
	}
	return c.After(f, err, "body.give.done", u.path(), s.drawGive)
}

// allNotices is every group that the giver has, as an answer.
const allNotices = "all"

// givesNone is GivesNone as an answer.
const givesNone = "none"

func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}

func (v giveView) rights() web.Choice {
	o := web.Choice{Name: "rights", Label: v.T("mandate.new.rights")}
	suggested := []policy.Right{policy.See, policy.OpenNotices, policy.Prepare}
	for _, r := range v.o.Rights {
		o.Options = append(o.Options, web.Option{
			Value: string(r), Label: v.T("body.right." + string(r)), Hint: v.T("body.right_hint." + string(r)), On: slices.Contains(suggested, r),
		})
	}
	return o
}

// notices are the groups of notices; nothing is chosen beforehand, as whoever has a
// desk rarely needs all of them.
func (v giveView) notices() web.Choice {
	o := web.Choice{Name: "notices", Label: v.T("body.give.notices"), Hint: v.T("body.give.notices_hint")}
	o.Options = append(o.Options, web.Option{Value: allNotices, Label: v.T("body.notices.all"), Hint: v.T("body.notices.all_hint")})
	for _, g := range v.o.Notices {
		o.Options = append(o.Options, web.Option{Value: g, Label: v.T("notice.group." + g), Hint: v.T("notice.group_hint." + g)})
	}
	o.Options = append(o.Options, web.Option{Value: NoNotices, Label: v.T("body.notices.none")})
	return o
}

func (v giveView) gives() web.Choice {
	o := web.Choice{Name: "gives", Label: v.T("body.give.gives")}
	for _, g := range v.o.Gives {
		value := string(g)
		if g == GivesNone {
			value = givesNone
		}
		o.Options = append(o.Options, web.Option{Value: value, Label: v.T("body.gives." + value), On: g == GivesNone})
	}
	return o
}

// SPDX-License-Identifier: Apache-2.0

package body

import (
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// minePage lists the posts that the reader was offered.
func (s *Service) minePage(c *web.Ctx) error {
	list, units, err := s.Mine(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	tasks := make([]web.Task, len(list))
	for i, p := range list {
		state := p.Standing(s.today())
		tasks[i] = web.Task{
			Label: c.T("body.capacity", "title", p.Title(c.P.Lang()), "name", p.BodyName), Href: p.path(), Status: c.T("body.state." + string(state)), Tone: tone(state),
			Hint: c.T("body.mine.hint", "unit", units[p.Unit].Name(c.P.Lang()), "day", c.P.DayShort(p.Until)),
		}
	}
	return c.Render(web.Page{
		Title: c.T("body.mine.title"), Lead: c.T("body.mine.lead"), Active: "account", Back: "/capacity", Body: mineBody(c.View(nil, nil), tasks),
	})
}

// seatView is the page of one post.
type seatView struct {
	web.View
	seat  Seat
	state State
	acts  bool // the reader is in this capacity now
}

func (s *Service) seatPage(c *web.Ctx) error {
	v, err := s.seat(c)
	if err != nil {
		return err
	}
	return s.drawSeat(c, v)
}

func (s *Service) seat(c *web.Ctx) (v seatView, err error) {
	v = seatView{View: c.View(nil, nil)}
	v.seat, err = s.Post(c.Context(), c.Actor, c.Param("id"))
	v.state = v.seat.Standing(s.today())
	v.acts = v.seat.Capacity != "" && v.seat.Capacity == c.Actor.Capacity
	return v, err
}

func (s *Service) drawSeat(c *web.Ctx, v seatView) error {
	title, back := v.seat.Name, v.seat.At.path()
	if v.seat.Mine {
		title, back = v.seat.BodyName, PathPosts
	}
	return c.Render(web.Page{
		Title: title, Caption: v.seat.Title(c.P.Lang()), Active: "account", Back: back, Errors: v.Errors, Body: seatBody(v),
	})
}

func (v seatView) facts() []web.SummaryRow {
	lang, p := v.P.Lang(), v.seat.Post
	rights := make([]string, len(p.Rights))
	for i, r := range p.Rights {
		rights[i] = v.T("body.right." + string(r))
	}
	rows := []web.SummaryRow{
		{Key: v.T("mandate.show.state"), Body: web.Tag(tone(v.state), v.T("body.state."+string(v.state)))},
		{Key: v.T("body.seat.body"), Value: p.BodyName},
		{Key: v.T("body.seat.unit"), Value: v.seat.At.Name(lang)},
		{Key: v.T("body.seat.who"), Value: p.Name},
		{Key: v.T("body.seat.title"), Value: p.Title(lang)},
		{Key: v.T("mandate.show.rights"), Value: strings.Join(rights, v.T("mandate.show.and")+" ")},
		{Key: v.T("body.seat.notices"), Value: v.notices()},
		{Key: v.T("mandate.show.until"), Body: web.DayShortText(v.P, p.Until)},
		{Key: v.T("body.seat.given_by"), Value: p.GiverName},
	}
	if p.Gives != GivesNone {
		rows = append(rows, web.SummaryRow{Key: v.T("body.seat.gives"), Value: v.T("body.gives." + string(p.Gives))})
	}
	if !p.Accepted.IsZero() {
		rows = append(rows, web.SummaryRow{Key: v.T("mandate.show.accepted"), Body: web.TimeText(v.P, p.Accepted)})
	}
	if !p.Ended.IsZero() {
		rows = append(rows, web.SummaryRow{Key: v.T("mandate.show.ended"), Body: web.TimeText(v.P, p.Ended)},
			web.SummaryRow{Key: v.T("body.seat.why"), Value: v.T("body.why." + p.Why)})
	}
	return rows
}

// notices says with which notices the holder has to do.
func (v seatView) notices() string {
	switch {
	case v.seat.Notices == nil:
		return v.T("body.notices.all")
	case slices.Contains(v.seat.Notices, NoNotices):
		return v.T("body.notices.none")
	}
	words := make([]string, len(v.seat.Notices))
	for i, g := range v.seat.Notices {
		words[i] = v.T("notice.group." + g)
	}
	return strings.Join(words, v.T("mandate.show.and")+" ")
}

func (v seatView) table() web.TableOptions {
	o := web.TableOptions{
		Caption: v.T("body.seat.looks"), HiddenCaption: true, Empty: v.T("mandate.show.no_looks"),
		Columns: []web.Column{{Label: v.T("mandate.show.when")}, {Label: v.T("mandate.show.what")}},
	}
	for _, l := range v.seat.Looks {
		o.Rows = append(o.Rows, []web.Cell{{Body: web.TimeText(v.P, l.At)}, {Text: v.T(l.What)}})
	}
	return o
}

// endWord is the locale key of what ending it is called for the reader.
func (v seatView) endWord() string {
	switch {
	case v.seat.Mine && v.state == Offered:
		return "mandate.end.decline"
	case v.seat.Mine:
		return "mandate.end.resign"
	}
	return "body.seat.end"
}

func (s *Service) postAccept(c *web.Ctx) error {
	p, err := s.Accept(c.Context(), c.Actor, c.Param("id"))
	if err == nil {
		c.Flash("body.seat.accepted")
		return c.Redirect(p.path())
	}
	if errs.Is(err, errs.NotFound) {
		return err
	}
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	v, serr := s.seat(c)
	if serr != nil {
		return serr
	}
	v.View = c.View(nil, shown)
	return s.drawSeat(c, v)
}

// endPostPage says what ending means, and asks.
func (s *Service) endPostPage(c *web.Ctx) error {
	v, err := s.seat(c)
	switch {
	case err != nil:
		return err
	case v.state == Ended:
		return c.Redirect(v.seat.path())
	case !v.seat.Ends:
		return errs.New(errs.Forbidden, "body.beyond")
	}
	return c.Render(web.Page{
		Title: c.T(v.endWord()), Caption: v.seat.Title(c.P.Lang()), Active: "account", Back: v.seat.path(), Body: endPostBody(v),
	})
}

func (s *Service) postEndPost(c *web.Ctx) error {
	v, err := s.seat(c)
	if err != nil {
		return err
	}
	if err := s.End(c.Context(), c.Actor, v.seat.ID); err != nil {
		return err
	}
	c.Flash("body.seat.ended")
	if !v.seat.Mine {
		return c.Redirect(v.seat.At.path())
	}
	if v.acts && c.Actor.Role == policy.Representative { // it was the capacity in which he pressed
		if err := c.Renew(identity.AsCitizen); err != nil {
			return err
		}
	}
	return c.Redirect(v.seat.path())
}

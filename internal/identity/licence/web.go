// SPDX-License-Identifier: Apache-2.0

package licence

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Path is where somebody asks for the capacity of their licence.
const Path = "/capacity/licence"

// maxForm is far above what the form holds, in bytes.
const maxForm = 4 << 10

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Roles: web.SignedIn, Handle: s.show},
		{Method: http.MethodPost, Pattern: Path, Roles: web.SignedIn, Handle: s.post},
	}
}

// view is the page, with what was found if it was asked.
type view struct {
	web.View
	asked   bool
	granted bool
	level   bool // the account's level is too low
	table   web.TableOptions
}

func (s *Service) show(c *web.Ctx) error {
	me, err := s.d.Identity.Person(c.Context(), c.Actor.Person)
	if err != nil {
		return err
	}
	return s.page(c, view{View: c.View(nil, nil), level: me.Assurance < levelNeeded})
}

func (s *Service) page(c *web.Ctx, v view) error {
	return c.Render(web.Page{
		Title: c.T("licence.title"), Lead: c.T("licence.lead"), Back: "/capacity", Active: "account", Errors: v.Errors, Body: body(v),
	})
}

func (s *Service) post(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err == nil {
		err = f.Err()
	}
	if err != nil {
		return err
	}
	found, err := s.Claim(c.Context(), c.Actor)
	if errs.Is(err, errs.Unavailable) || errs.Is(err, errs.RateLimited) {
		return s.page(c, view{View: c.View(nil, &web.Errors{Items: []web.ErrorItem{{Words: c.P.Error(err)}}})})
	}
	if err != nil {
		shown, ok := c.Errors(err, nil)
		if !ok {
			return err
		}
		return s.page(c, view{View: c.View(nil, shown)})
	}
	v := view{View: c.View(nil, nil), asked: true, table: web.TableOptions{
		Caption: c.T("licence.found"), HiddenCaption: true, Empty: c.T("licence.none"), Columns: []web.Column{
			{Label: c.T("licence.field.kind")}, {Label: c.T("licence.field.issuer")}, {Label: c.T("licence.field.number")},
			{Label: c.T("licence.field.until")}, {Label: c.T("licence.field.state")},
		},
	}}
	for _, l := range found {
		issuer, err := s.d.IssuerName(c.Context(), c.P.Lang(), l.Issuer)
		if err != nil {
			return err
		}
		kind, tone := c.T("licence.title.lawyer."+string(l.Grade)), web.Warn
		if l.Kind == professions.Expert {
			kind = c.T("licence.title.expert", "fields", joined(c.P, l.Fields))
		}
		state := "licence.state." + string(l.State)
		if l.Capacity != "" {
			v.granted, state, tone = true, "licence.state.capacity", web.Good
		}
		v.table.Rows = append(v.table.Rows, []web.Cell{
			{Text: kind}, {Text: issuer}, {Text: l.Number, LTR: true}, {Text: c.P.DayShort(l.Until)}, {Body: web.Tag(tone, c.T(state))},
		})
	}
	return s.page(c, v)
}

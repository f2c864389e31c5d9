// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// enterService is the title with which a lawyer enters appearance.
const enterService = "brief-representation"

// EnterPath is the address where a lawyer enters appearance.
const EnterPath = "/cases/enter"

// enterView is how a lawyer finds the case of his client.
type enterView struct {
	title titleView
	view  web.View
}

func (s *Service) getEnter(c *web.Ctx) error { return s.renderEnter(c, nil, nil) }

func (s *Service) renderEnter(c *web.Ctx, in *form.Form, shown *web.Errors) error {
	return s.drawEnter(c, in, shown, capacityOf(c))
}

// drawEnter draws the page for a capacity of the reader.
func (s *Service) drawEnter(c *web.Ctx, in *form.Form, shown *web.Errors, capacity string) error {
	d, err := s.d.Catalogue.Current(c.Context(), enterService, s.today())
	if err != nil {
		return err
	}
	v := enterView{title: titleOf(c, d), view: c.View(in, shown)}
	v.title.Capacity = capacity
	return c.Render(web.Page{
		Title: c.T("filing.enter.title"), Lead: c.T("filing.enter.lead"), Active: "cases", Back: "/cases", Errors: shown, Body: enterBody(c.P, v),
	})
}

// postCertify issues the certificate.
func (s *Service) postCertify(c *web.Ctx) error {
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	result, text := in.Choice("result", "clean", "found"), in.Text("text", form.Max(maxReason))
	if err = in.Err(); err == nil {
		_, err = s.Certify(c.Context(), c.Actor, c.Param("id"), result == "clean", text)
	}
	if err != nil {
		return s.receivedAgain(c, in, err)
	}
	c.Flash("filing.certified")
	return c.Redirect("/court/filings/" + c.Param("id"))
}

// postLawyer puts a lawyer on record.
func (s *Service) postLawyer(c *web.Ctx) error {
	if err := s.RecordLawyer(c.Context(), c.Actor, c.Param("id")); err != nil {
		return s.receivedAgain(c, nil, err)
	}
	c.Flash("filing.lawyer_recorded")
	return c.Redirect("/court/filings/" + c.Param("id"))
}

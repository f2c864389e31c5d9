// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// maxForm is far above what any form of this package without a file holds, in
// bytes.
const maxForm = 16 << 10

// exportView is the page of one copy.
type exportView struct {
	web.View
	About  string
	Export Export
	Mobile string
	Days   int
}

func (v exportView) path() string { return pathExports + "/" + v.Export.ID }

func (s *Service) postExport(c *web.Ctx) error {
	if _, err := c.Form(maxForm); err != nil {
		return err
	}
	x, err := s.AskExport(c.Context(), c.Actor, c.P.Lang())
	if err != nil {
		return err
	}
	return c.Redirect(pathExports + "/" + x.ID)
}

func (s *Service) exportPage(c *web.Ctx) error { return s.drawExport(c, c.View(nil, nil)) }

func (s *Service) drawExport(c *web.Ctx, view web.View) error {
	x, err := s.Export(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	p, err := s.d.Identity.Person(c.Context(), c.Actor.Person)
	if err != nil {
		return err
	}
	page := web.Page{
		Title: c.T("mydata.export.title"), Caption: c.T("mydata.title"), Active: "account", Back: Path, Errors: view.Errors,
		Body: exportBody(exportView{View: view, About: about(c), Export: x, Mobile: i18n.LTR(identity.MaskContact(p.Contact())), Days: s.d.ExportDays}),
	}
	if x.State == Asked {
		page.RefreshURL = pathExports + "/" + x.ID
	}
	return c.Render(page)
}

func (s *Service) postExportCode(c *web.Ctx) error {
	err := s.SendExportCode(c.Context(), c.Actor, c.Param("id"))
	switch {
	case identity.CodeWaits(err):
		c.Flash("mydata.export.code_waits")
	case err != nil:
		return s.exportAgain(c, err)
	default:
		c.Flash("mydata.export.code_sent")
	}
	return c.Redirect(pathExports + "/" + c.Param("id"))
}

func (s *Service) postExportTake(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	var file []byte
	code := f.Code("code", identity.CodeDigits, form.Required)
	if err = f.Err(); err == nil {
		file, err = s.TakeExport(c.Context(), c.Actor, c.Param("id"), code)
	}
	if err != nil {
		return s.exportAgain(c, err)
	}
	return c.Download("tarazu-data.zip", "application/zip", file)
}

func (s *Service) postExportErase(c *web.Ctx) error {
	if err := s.EraseExport(c.Context(), c.Actor, c.Param("id")); err != nil {
		return err
	}
	c.Flash("mydata.export.erased")
	return c.Redirect(Path)
}

// exportAgain shows the page with what was wrong.
func (s *Service) exportAgain(c *web.Ctx, err error) error {
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	return s.drawExport(c, c.View(nil, shown))
}

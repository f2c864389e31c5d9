// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// addressView is the page on which a judge asks for an address that is hidden.
type addressView struct {
	web.View
	id     string
	shown  bool
	hidden []HiddenAddress
}

func (v addressView) rows() []web.SummaryRow {
	var out []web.SummaryRow
	for _, h := range v.hidden {
		kept, written := h.Kept, h.Written
		if kept == "" {
			kept = v.T("docket.address.none_kept")
		}
		if written == "" {
			written = v.T("docket.address.none_written")
		}
		out = append(out,
			web.SummaryRow{Key: v.T("docket.address.party"), Value: h.Name},
			web.SummaryRow{Key: v.T("docket.address.kept"), Value: kept},
			web.SummaryRow{Key: v.T("docket.address.written"), Value: written})
	}
	return out
}

func (s *Service) addressesPage(c *web.Ctx) error {
	if _, err := s.hiding(c.Context(), c.Actor, c.Param("id")); err != nil {
		return err
	}
	return s.renderAddresses(c, addressView{View: c.View(nil, nil)})
}

func (s *Service) renderAddresses(c *web.Ctx, v addressView) error {
	v.id = c.Param("id")
	return c.Render(web.Page{
		Title: c.T("docket.address.title"), Lead: c.T("docket.address.lead"), Active: "cases", Back: casePath(v.id),
		Errors: v.Errors, Body: addressBody(v),
	})
}

// postAddresses answers with the addresses themselves: they stand in no URL, and
// going back does not show them again.
func (s *Service) postAddresses(c *web.Ctx) error {
	in, err := c.Form(maxAddressForm)
	if err != nil {
		return err
	}
	why := in.Text("why", form.Max(500))
	var list []HiddenAddress
	if err = in.Err(); err == nil {
		list, err = s.HiddenAddresses(c.Context(), c.Actor, c.Param("id"), why)
	}
	if err != nil {
		shown, ok := c.Errors(err, in)
		if !ok {
			return err
		}
		return s.renderAddresses(c, addressView{View: c.View(in, shown)})
	}
	return s.renderAddresses(c, addressView{View: c.View(nil, nil), shown: true, hidden: list})
}

// maxAddressForm is far above what the form holds, in bytes.
const maxAddressForm = 8 << 10

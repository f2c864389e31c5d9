// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"errors"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// PathHome is where somebody says to which address papers are taken.
const PathHome = "/account/residence"

// pathShelter is where an address is hidden (identity/shelter).
const pathShelter = "/account/address"

var homeOwners = []policy.Role{policy.Citizen, policy.Representative}

type homeView struct {
	web.View
	list     []HomeIn
	province string
	counties []web.Option
}

func (s *Service) showHome(c *web.Ctx) error {
	return s.homePage(c, c.View(nil, nil), c.Query("province"))
}

func (s *Service) homePage(c *web.Ctx, view web.View, province string) error {
	v := homeView{View: view}
	var err error
	if v.list, err = s.Homes(c.Context(), c.Actor); err != nil {
		if e, ok := errors.AsType[*errs.Error](err); ok && e.Code == "docket.home.hidden" {
			return c.Redirect(pathShelter)
		}
		return err
	}
	if name(v.View, province) != "" {
		v.province = province
		counties, err := s.d.Authority.Counties(c.Context(), province)
		if err != nil {
			return err
		}
		for _, k := range counties {
			v.counties = append(v.counties, web.Option{Value: k.Key, Label: k.Name().In(c.P.Lang())})
		}
	}
	return c.Render(web.Page{
		Title: c.T("docket.home.title"), Lead: c.T("docket.home.lead"), Back: web.AccountPath, Active: "account", Errors: view.Errors, Body: homeBody(v),
	})
}

func (s *Service) postHome(c *web.Ctx) error {
	f, err := c.Form(8 << 10)
	if err != nil {
		return err
	}
	to := Home{Address: f.Text("address", form.Max(mostHome)), Province: f.Raw("province"), County: f.Raw("county")}
	f.Known("province", "county")
	if err = f.Err(); err == nil {
		_, err = s.MoveHome(c.Context(), c.Actor, to)
	}
	if err != nil {
		shown, ok := c.Errors(err, f)
		if !ok {
			return err
		}
		return s.homePage(c, c.View(f, shown), to.Province)
	}
	c.Flash("docket.home.done")
	return c.Redirect(PathHome)
}

func name(v web.View, province string) string {
	for _, p := range authority.Provinces() {
		if p.Key == province {
			return p.Name().In(v.P.Lang())
		}
	}
	return ""
}

func (v homeView) provinceName() string { return name(v.View, v.province) }

func (v homeView) provinces() (out []web.Option) {
	for _, p := range authority.Provinces() {
		out = append(out, web.Option{Value: p.Key, Label: p.Name().In(v.P.Lang())})
	}
	return out
}

func (v homeView) rows() (out []web.SummaryRow) {
	for _, h := range v.list {
		out = append(out, web.SummaryRow{Key: Text{FA: h.TitleFA, EN: h.TitleEN}.In(v.P.Lang()), Value: h.Address})
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// clientView is one client whom a lawyer may choose.
type clientView struct {
	capacity, name, words string
	none                  bool // the contract covers nothing new
}

// clientPage asks a lawyer in whose name something is filed: what begins a case is
// filed for a client, under a contract.
func (s *Service) clientPage(c *web.Ctx, shown *web.Errors) error {
	var views []clientView
	if c.Actor.Role == policy.Lawyer { // a mandate is not passed on to the office
		list, err := s.Clients(c.Context(), c.Actor)
		if err != nil {
			return err
		}
		for _, x := range list {
			v := clientView{capacity: x.Capacity, name: x.Name, none: len(x.Titles) == 0}
			v.words = c.T("filing.client.all", "number", x.Contract, "until", x.Until)
			if !x.All {
				v.words = c.T("filing.client.some", "number", x.Contract, "until", x.Until)
			}
			views = append(views, v)
		}
	}
	return c.Render(web.Page{
		Title: c.T("filing.client.title"), Lead: c.T("filing.client.lead"), Active: "filings", Back: "/home", Errors: shown,
		Body: clientBody(c.P, views, c.Actor.Role == policy.Lawyer),
	})
}

// postClient goes on in the name of a client.
func (s *Service) postClient(c *web.Ctx) error {
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	chosen := in.Text("capacity")
	if err := in.Err(); err != nil {
		return err
	}
	list, err := s.Clients(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.Capacity != chosen {
			continue
		}
		if err := c.Renew(chosen); err != nil {
			return err
		}
		return c.Redirect("/filings/new")
	}
	return errs.New(errs.Forbidden, "filing.client.over")
}

// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/office"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// officesEach is how many offices a province of a demo country has.
const officesEach = 2

// demoOfficesOf invents the offices of all provinces, or of one.
func demoOfficesOf(provinces []authority.Province, only string) []office.Office {
	var out []office.Office
	for i, p := range provinces {
		if only != "" && p.Key != only {
			continue
		}
		for k := range officesEach {
			out = append(out, office.Office{
				Code: fmt.Sprintf("%02d%04d", 70+i%30, 1000*(i/30)+101+k), Province: p.Key,
				Name: authority.Text{
					FA: fmt.Sprintf("دفتر خدمات قضایی شمارهٔ %s %s", persianNumber(k+1), p.CapitalFA),
					EN: fmt.Sprintf("Judicial services office %d, %s", k+1, p.CapitalEN),
				},
				Source: "پروانهٔ نمونهٔ شمارهٔ " + persianNumber(101+officesEach*i+k),
			})
		}
	}
	return out
}

// officePost is a post in an office.
func officePost(role policy.Role, o office.Office) post {
	if role == policy.Manager {
		return post{role: role, unit: o.Code, titleFA: "مدیر " + o.Name.FA, titleEN: "Manager, " + o.Name.EN}
	}
	return post{role: role, unit: o.Code, titleFA: "متصدی " + o.Name.FA, titleEN: "Operator, " + o.Name.EN}
}

// offices enters the offices and opens them. In a small country only those of
// its provinces are there.
func (m *maker) offices(ctx context.Context, file authority.Country) error {
	today := civil.Of(m.Clock.Now())
	for i, o := range demoOfficesOf(authority.Provinces(), "") {
		if _, staffed := m.country.staff(o.Code, policy.Operator); !staffed {
			continue
		}
		o.County, o.From = capitalOf(file, authority.Province{Key: o.Province}), today
		o.Address = m.country.street(firstOfficer+10*i+9, placeIn(file, o.Province, o.County))
		have, err := m.Office.Office(ctx, system, o.Code)
		if errs.Is(err, errs.NotFound) {
			have, err = m.Office.Register(ctx, system, o)
		}
		if err == nil && have.State == office.Licensed {
			err = m.Office.SetState(ctx, system, o.Code, office.Active, "آغاز کار")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

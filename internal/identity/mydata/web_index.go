// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/web"
)

// indexView is the page of all modules.
type indexView struct {
	web.View
	About string
	Parts []Part
	Open  string // id of the copy that is there
	Days  int
}

func (s *Service) indexPage(c *web.Ctx) error {
	parts, err := s.Parts(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := indexView{View: c.View(nil, nil), About: about(c), Parts: parts, Days: s.d.ExportDays}
	exports, err := s.Exports(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for _, x := range exports {
		if x.State == Asked || x.State == Ready {
			v.Open = x.ID
		}
	}
	return c.Render(web.Page{
		Title: c.T("mydata.title"), Lead: c.T("mydata.lead"), Active: "account", Back: web.AccountPath,
		Body: indexBody(v),
	})
}

// tasks are the modules, each with what it has.
func (v indexView) tasks() []web.Task {
	out := make([]web.Task, len(v.Parts))
	for i, part := range v.Parts {
		var names []string
		for _, set := range part.Sets {
			names = append(names, v.T(set.Name))
		}
		n, more := part.Rows()
		out[i] = web.Task{Label: v.T("held.module." + part.Module), Hint: strings.Join(names, v.T("mydata.and")+" "), Tone: web.Neutral}
		switch {
		case n == 0:
			out[i].Status, out[i].Hint = v.T("mydata.nothing"), ""
		case more:
			out[i].Status, out[i].Href = v.T("mydata.more_than", "n", n), partPath(part.Module)
		default:
			out[i].Status, out[i].Href = v.P.N("mydata.entries", n), partPath(part.Module)
		}
	}
	return out
}

func partPath(module string) string { return Path + "/parts/" + module }

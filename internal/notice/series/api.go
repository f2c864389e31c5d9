// SPDX-License-Identifier: Apache-2.0

package series

import (
	"net/http"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// API adds the operations of this package.
func (s *Service) API(r *api.Registry) {
	op := func(id, path, summary string) api.Op {
		return api.Op{ID: id, Method: http.MethodGet, Path: path, Tag: "notices", Summary: summary, Roles: readers, Scope: api.ScopeRead}
	}
	api.Add(r, op("listNoticeNumbers", "/notices/numbers", "The notices with their numbers, the newest first"), s.apiLines)
	api.Add(r, op("listNoticeDays", "/notices/days", "What came on each of the last days, as sealed"), s.apiDays)
	file := op("getNoticeSeries", "/notices/series", "The series of notices with its proofs, as a file")
	file.Note = "tarazu verify checks it offline. Until about a second after the first question for it the answer is 409."
	api.AddFile(r, file, []string{"application/json"}, s.apiFile)
}

// APISeriesAsked names a series; it is exported for huma, which skips what is not.
type APISeriesAsked struct {
	Series int `query:"series" minimum:"0" default:"0" doc:"0 is that of the account; others are of accounts that were merged into it."`
}

type apiLinesAsked struct {
	APISeriesAsked
	After string `query:"after" maxLength:"20" doc:"The cursor of the page before."`
}

type apiLine struct {
	Number  int64     `json:"number"`
	Notice  string    `json:"notice"`
	Arrived time.Time `json:"arrived"`
	Day     civil.Day `json:"day" doc:"Whose seal has it first."`
}

func (s *Service) apiLines(c *api.Call, in *apiLinesAsked) (out api.Page[apiLine], err error) {
	before := int64(0)
	if in.After != "" {
		if before, err = strconv.ParseInt(in.After, 10, 64); err != nil || before < 1 {
			return out, errs.New(errs.Invalid, "notice.cursor")
		}
	}
	rows, more, err := s.Lines(c.Context(), c.Actor, in.Series, before)
	var list []apiLine
	next := ""
	for _, l := range rows {
		list = append(list, apiLine{Number: l.Serial, Notice: l.Notice.ID, Arrived: l.Arrived, Day: l.Day})
		next = strconv.FormatInt(l.Serial, 10)
	}
	if !more {
		next = ""
	}
	return api.NewPage(list, next), err
}

type apiDay struct {
	Day    civil.Day `json:"day"`
	New    int64     `json:"new"`
	Last   int64     `json:"last" doc:"The last number at the end of the day; 0: none."`
	Sealed time.Time `json:"sealed"`
}

func (s *Service) apiDays(c *api.Call, in *APISeriesAsked) (out api.Page[apiDay], err error) {
	rows, err := s.Signed(c.Context(), c.Actor, in.Series, exportDays)
	var list []apiDay
	for _, d := range rows {
		list = append(list, apiDay{Day: d.Day, New: d.New, Last: d.Count, Sealed: d.At})
	}
	return api.NewPage(list, ""), err
}

type apiFileAsked struct {
	APISeriesAsked
	Days string `query:"days" enum:"last,all" default:"last"`
}

func (s *Service) apiFile(c *api.Call, in *apiFileAsked) (api.File, error) {
	file, err := s.Export(c.Context(), c.Actor, in.Series, in.Days == "all")
	return api.File{Name: fileName, Type: "application/json", Body: file}, err
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
)

type apiPageSaved struct {
	APIFilingAsked
	Page string `path:"page" maxLength:"80"`
	Body struct {
		Answers map[string]any `json:"answers" doc:"Of this page, by question; null or missing: not answered."`
	}
}

type apiSaved struct {
	Wrong   []api.FieldProblem `json:"wrong" doc:"What is wrong with the page as it is now kept."`
	Answers catalogue.Answers  `json:"answers" doc:"Of all pages, as they are kept."`
}

// apiSave goes the way of a page: the answers become the fields of its form,
// which the definition reads, mends and checks.
func (s *Service) apiSave(c *api.Call, in *apiPageSaved) (out apiSaved, err error) {
	f, d, err := s.Get(c.Context(), c.Actor, in.ID)
	if err != nil {
		return out, err
	}
	pg, ok := d.Page(in.Page)
	if !ok {
		return out, errs.New(errs.NotFound, "filing.not_found")
	}
	typed, err := typedAnswers(pg, in.Body.Answers)
	if err != nil {
		return out, err
	}
	read := form.New(typed)
	if f.Status == Halted {
		read = withKept(read, f, d, pg)
	}
	answers := d.Read(read, pg.Key, f.Answers, c.Lang())
	wrong, err := s.Save(c.Context(), c.Actor, f.ID, pg.Key, answers)
	if err != nil {
		return out, err
	}
	for _, w := range wrong {
		read.Fail(w.Name, w.Code, w.Args...)
	}
	out.Wrong = apiWrong(c, fieldsOf(read.Err()))
	if f, _, err = s.Get(c.Context(), c.Actor, f.ID); err != nil {
		return out, err
	}
	out.Answers = f.Answers
	return out, nil
}

// typedAnswers are answers of a page as its form would send them. A value of
// the wrong JSON type, or to a question that the page does not ask, is an error.
func typedAnswers(pg catalogue.PageDef, answers map[string]any) (url.Values, error) {
	typed, wrong := url.Values{}, []errs.Field{}
	fail := func(name, code string, args ...any) {
		wrong = append(wrong, errs.Field{Name: name, Code: code, Args: args})
	}
	for name := range answers {
		if !slices.ContainsFunc(pg.Fields, func(q catalogue.FieldDef) bool { return q.Name == name && q.Type != catalogue.TypeFiles }) {
			fail(name, "api.field.unknown")
		}
	}
	for _, q := range pg.Fields {
		v, given := answers[q.Name]
		if !given || v == nil {
			continue
		}
		switch q.Type {
		case catalogue.TypeRials:
			n, ok := v.(float64)
			if !ok || n != float64(int64(n)) || n < 0 || n > float64(form.MaxRials) {
				fail(q.Name, "api.field.type", "type", "integer")
				continue
			}
			typed.Set(q.Name, strconv.FormatInt(int64(n), 10))
		case catalogue.TypeYesNo:
			yes, ok := v.(bool)
			if !ok {
				fail(q.Name, "api.field.type", "type", "boolean")
				continue
			}
			typed.Set(q.Name, catalogue.No)
			if yes {
				typed.Set(q.Name, catalogue.Yes)
			}
		case catalogue.TypeFiles:
		default:
			text, ok := v.(string)
			switch {
			case !ok:
				fail(q.Name, "api.field.type", "type", "string")
			case q.Type == catalogue.TypeDate && text != "":
				day, err := civil.Parse(text)
				if err != nil {
					fail(q.Name, "form.day_none")
					continue
				}
				y, m, d := day.Jalali()
				typed.Set(q.Name+".year", strconv.Itoa(y))
				typed.Set(q.Name+".month", strconv.Itoa(m))
				typed.Set(q.Name+".day", strconv.Itoa(d))
			default:
				typed.Set(q.Name, text)
			}
		}
	}
	slices.SortFunc(wrong, func(a, b errs.Field) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return typed, errs.InvalidFields(wrong)
}

// fieldsOf are the wrong fields of an error.
func fieldsOf(err error) []errs.Field {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Fields
	}
	return nil
}

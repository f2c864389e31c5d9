// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// API adds the operations of this module: what can be filed, for everybody.
func (s *Service) API(r *api.Registry) {
	get := func(id, path, summary string) api.Op {
		return api.Op{ID: id, Method: http.MethodGet, Path: path, Tag: "catalogue", Summary: summary, Roles: web.Anyone}
	}
	api.Add(r, get("listServices", "/services", "What can be filed today"), s.apiList)
	api.Add(r, get("getService", "/services/{code}", "One title with its questions and the JSON Schema of their answers"), s.apiGet)
}

// APIService is a title in a list.
type APIService struct {
	Code      string   `json:"code"`
	Version   int      `json:"version"`
	Kind      string   `json:"kind"`
	Title     api.Text `json:"title"`
	Summary   api.Text `json:"summary"`
	From      string   `json:"from"`
	Filers    []string `json:"filers" doc:"citizen: human beings; representative: companies and bodies; lawyer: through a lawyer too, in the name of a client."`
	Assurance int      `json:"assurance"`
}

// apiForm is a title with its questions.
type apiForm struct {
	APIService
	Citations []apiCitation `json:"citations"`
	On        *apiOn        `json:"on,omitempty" doc:"Of what is filed on a case: on which."`
	Against   []string      `json:"against,omitempty" doc:"Of an objection: the kinds of notices that it attacks."`
	Pages     []apiPage     `json:"pages"`
	Answers   apiSchema     `json:"answers" doc:"The JSON Schema (2020-12) of all answers together. The formats are explained in docs/api.md."`
}

type apiCitation struct {
	Code string   `json:"code"`
	Text api.Text `json:"text"`
}

type apiOn struct {
	Cases []string `json:"cases"`
	Sides []string `json:"sides"`
}

type apiPage struct {
	Key    string     `json:"key"`
	Title  api.Text   `json:"title"`
	Intro  api.Text   `json:"intro"`
	Fields []apiField `json:"fields"`
}

type apiField struct {
	Name     string      `json:"name"`
	Type     string      `json:"type"`
	Label    api.Text    `json:"label"`
	Hint     api.Text    `json:"hint"`
	Required string      `json:"required" doc:"CEL over the answers and filer (legal: a company or body; agent: the role of who signs for it): whether it must be answered."`
	Visible  string      `json:"visible,omitempty" doc:"CEL over the answers: whether it is asked."`
	Of       string      `json:"of,omitempty" doc:"Of a county: the question that has its province."`
	Choices  []apiChoice `json:"choices,omitempty"`
	Term     *apiTerm    `json:"term,omitempty"`
}

type apiChoice struct {
	Value string   `json:"value"`
	Label api.Text `json:"label"`
	Hint  api.Text `json:"hint"`
}

type apiTerm struct {
	Title api.Text `json:"title"`
	Text  api.Text `json:"text"`
}

// apiSchema is a JSON Schema of an object.
type apiSchema struct {
	Type       string               `json:"type"`
	Closed     bool                 `json:"additionalProperties"`
	Properties map[string]apiAnswer `json:"properties"`
}

type apiAnswer struct {
	Type      string   `json:"type"`
	Format    string   `json:"format,omitempty"`
	Pattern   string   `json:"pattern,omitempty"`
	Enum      []string `json:"enum,omitempty"`
	MinLength int64    `json:"minLength,omitempty"`
	MaxLength int64    `json:"maxLength,omitempty"`
	Minimum   *int64   `json:"minimum,omitempty"`
	Maximum   *int64   `json:"maximum,omitempty"`
}

func apiServiceOf(d *Definition) APIService {
	out := APIService{
		Code: d.Code, Version: d.Version, Kind: string(d.Kind), Title: api.Text(d.Title), Summary: api.Text(d.Summary),
		From: d.From.String(), Assurance: d.Assurance, Filers: []string{},
	}
	for _, f := range d.Filers {
		out.Filers = append(out.Filers, string(f))
	}
	return out
}

func (s *Service) apiList(c *api.Call, _ *struct{}) (api.Page[APIService], error) {
	list, err := s.List(c.Context(), s.today())
	var out []APIService
	for _, d := range list {
		out = append(out, apiServiceOf(d))
	}
	return api.NewPage(out, ""), err
}

type apiServiceAsked struct {
	Code    string `path:"code" maxLength:"80"`
	Version int    `query:"version" minimum:"1" maximum:"9999" doc:"An older one that a draft keeps; today's if missing."`
}

func (s *Service) apiGet(c *api.Call, in *apiServiceAsked) (apiForm, error) {
	d, err := s.Current(c.Context(), in.Code, s.today())
	if in.Version != 0 {
		d, err = s.Version(c.Context(), in.Code, in.Version)
	}
	if err != nil {
		return apiForm{}, err
	}
	out := apiForm{APIService: apiServiceOf(d), Citations: []apiCitation{}, Answers: apiSchema{Type: "object", Properties: map[string]apiAnswer{}}}
	for _, k := range d.Citations {
		out.Citations = append(out.Citations, apiCitation{Code: k.Code, Text: api.Text(k.Text)})
	}
	if d.On != nil {
		out.On = &apiOn{Cases: d.On.Cases, Sides: d.On.Sides}
	}
	if d.Against != nil {
		out.Against = d.Against.Notices
	}
	for _, pg := range d.Pages {
		page := apiPage{Key: pg.Key, Title: api.Text(pg.Title), Intro: api.Text(pg.Intro)}
		for _, f := range pg.Fields {
			page.Fields = append(page.Fields, apiFieldOf(f))
		}
		out.Pages = append(out.Pages, page)
	}
	for name, a := range d.answers {
		out.Answers.Properties[name] = apiAnswer{
			Type: a.Type, Format: a.Format, Pattern: a.Pattern, Enum: a.Enum, MinLength: a.MinLength, MaxLength: a.MaxLength,
			Minimum: a.Minimum, Maximum: a.Maximum,
		}
	}
	return out, nil
}

func apiFieldOf(f FieldDef) apiField {
	out := apiField{
		Name: f.Name, Type: string(f.Type), Label: api.Text(f.Label), Hint: api.Text(f.Hint), Required: f.Required, Visible: f.Visible, Of: f.Of,
	}
	for _, o := range f.Choices {
		out.Choices = append(out.Choices, apiChoice{Value: o.Value, Label: api.Text(o.Label), Hint: api.Text(o.Hint)})
	}
	if f.Term != (Term{}) {
		out.Term = &apiTerm{Title: api.Text(f.Term.Title), Text: api.Text(f.Term.Text)}
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// API adds the operations of this module.
func (s *Service) API(r *api.Registry) {
	op := func(id, method, path, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: "/filings" + path, Tag: "filings", Summary: summary, Roles: filers, Scope: scope}
	}
	get := func(id, path, summary string) api.Op { return op(id, http.MethodGet, path, summary, api.ScopeRead) }
	post := func(id, path, summary string) api.Op {
		return op(id, http.MethodPost, path, summary, api.ScopeFile)
	}
	start := post("startFiling", "", "Begin a draft of a title")
	start.Status = http.StatusCreated
	api.Add(r, start, s.apiStart)
	api.Add(r, get("listFilings", "", "My filings, the newest first"), s.apiMine)
	api.Add(r, get("getFiling", "/{id}", "One filing with its answers and how it stands"), s.apiFiling)
	save := op("savePage", http.MethodPut, "/{id}/pages/{page}", "Keep the answers of one page of a draft", api.ScopeFile)
	save.Note = "The answers of the page are replaced. They are kept whether they are right or not; what is wrong with them is answered. " +
		"Of a halted filing only the questions that listDefects names as open change; the rest of the page stays as it was signed."
	save.MaxBody = maxForm
	api.Add(r, save, s.apiSave)
	api.Add(r, get("checkFiling", "/{id}/check", "Everything that is still wrong; if nothing is, the fee, the court, and why"), s.apiCheck)
	api.Add(r, get("listDefects", "/{id}/defects", "Why the court has halted a filing: what is to be mended"), s.apiListDefects)
	api.Add(r, post("freezeFiling", "/{id}/freeze", "Fix a checked draft: its court, its fee, its record"), s.apiFreeze)
	api.Add(r, post("changeFiling", "/{id}/change", "Take an unpaid filing back to a draft"), s.apiThaw)
	api.Add(r, op("discardFiling", http.MethodDelete, "/{id}", "Give a draft up and forget its answers", api.ScopeFile), s.apiDiscard)
	api.Add(r, post("sendSignatureCode", "/{id}/signature-code", "Send the code that signs the record"), s.apiSendCode)
	submit := post("submitFiling", "/{id}/submit", "Sign the record with the code and hand it to the court")
	submit.Note = "What is answered with 200 is acknowledged: it is durable and has evidence."
	api.Add(r, submit, s.apiSubmit)
	receiptOp := get("getReceipt", "/{id}/receipt", "The proof file of the submission")
	receiptOp.Note = "409 with the code ledger.receipt_pending for about a second after the submission."
	api.AddFile(r, receiptOp, []string{"text/plain"}, s.apiReceipt)
	api.AddFile(r, get("getPaper", "/{id}/paper.pdf", "The paper as a signed PDF, once it is made"), []string{intake.PDF}, s.apiPaper)
	paperReceipt := get("getPaperReceipt", "/{id}/paper.pdf/receipt", "The proof file of the paper: that exactly these bytes were made of the filing")
	paperReceipt.Note = "409 with the code ledger.receipt_pending for about a second after the paper was made."
	api.AddFile(r, paperReceipt, []string{"text/plain"}, s.apiPaperReceipt)
	s.apiFiles(r)
	s.apiCases(r)
	s.apiCourt(r)
}

type apiStartAsked struct {
	Body struct {
		Service string `json:"service" maxLength:"80" doc:"Code of the title."`
		Case    string `json:"case,omitempty" maxLength:"64" doc:"For what is filed on a case."`
		Notice  string `json:"notice,omitempty" maxLength:"64" doc:"The notice that it answers or attacks."`

		Number       string `json:"case_number,omitempty" maxLength:"40" doc:"A lawyer enters appearance on a case that he is not in yet: its number …"`
		NationalCode string `json:"national_code,omitempty" maxLength:"20" doc:"… and the national code of whom he represents."`
	}
}

// APIFilingAsked names a filing; it is exported for huma, which skips what is not.
type APIFilingAsked struct {
	ID string `path:"id" maxLength:"64"`
}

type apiFiling struct {
	ID         string            `json:"id"`
	Service    string            `json:"service"`
	Version    int               `json:"version" doc:"Of the title, which this filing keeps."`
	Title      api.Text          `json:"title"`
	Status     string            `json:"status" enum:"draft,payable,signable,submitted,discarded,halted,rejected"`
	Answers    catalogue.Answers `json:"answers"`
	Files      []apiFile         `json:"files"`
	Case       string            `json:"case,omitempty"`
	Notice     string            `json:"notice,omitempty"`
	Record     json.RawMessage   `json:"record,omitempty" doc:"What is signed, from freezing on: canonical JSON."`
	SHA256     string            `json:"record_sha256,omitempty"`
	Payment    string            `json:"payment,omitempty"`
	CodeSent   bool              `json:"code_sent"`
	Tracking   string            `json:"tracking,omitempty"`
	CaseNumber string            `json:"case_number,omitempty"`
	Unit       string            `json:"unit,omitempty"`
	Created    time.Time         `json:"created"`
	Updated    time.Time         `json:"updated"`
	Submitted  *time.Time        `json:"submitted,omitempty"`
}

func apiFilingOf(f Filing, d *catalogue.Definition) apiFiling {
	out := apiFiling{
		ID: f.ID, Service: f.Service, Version: f.Version, Title: api.Text(d.Title), Status: string(f.Status), Answers: f.Answers, Files: []apiFile{},
		Case: f.Case, Notice: f.Notice, Record: f.Record, SHA256: f.Hash, Payment: f.Payment, CodeSent: f.Code != "", Tracking: f.Tracking,
		CaseNumber: f.CaseNumber, Unit: f.Unit, Created: f.Created, Updated: f.Updated,
	}
	if out.Answers == nil {
		out.Answers = catalogue.Answers{}
	}
	for _, a := range f.Files {
		out.Files = append(out.Files, apiFileOf(a))
	}
	if !f.Submitted.IsZero() {
		out.Submitted = &f.Submitted
	}
	return out
}

// apiShow is a filing of the actor as it stands now.
func (s *Service) apiShow(c *api.Call, id string) (apiFiling, error) {
	f, d, err := s.Get(c.Context(), c.Actor, id)
	if err == nil && f.Status == Payable { // it may be paid, and the event not heard yet
		if err = s.catchUp(c.Context(), f); err == nil {
			f, d, err = s.Get(c.Context(), c.Actor, id)
		}
	}
	if err != nil {
		return apiFiling{}, err
	}
	return apiFilingOf(f, d), nil
}

func (s *Service) apiStart(c *api.Call, in *apiStartAsked) (apiFiling, error) {
	f, err := s.Start(c.Context(), c.Actor, NewFiling{
		Service: in.Body.Service, Act: c.Act, Lang: c.Lang(), Case: in.Body.Case, Notice: in.Body.Notice,
		Number: persian.Identifier(in.Body.Number), NationalCode: persian.Identifier(in.Body.NationalCode),
	})
	if err != nil {
		return apiFiling{}, err
	}
	return s.apiShow(c, f.ID)
}

// apiMineItem is a filing in the list.
type apiMineItem struct {
	ID         string    `json:"id"`
	Service    string    `json:"service"`
	Status     string    `json:"status"`
	Case       string    `json:"case,omitempty"`
	CaseNumber string    `json:"case_number,omitempty"`
	Tracking   string    `json:"tracking,omitempty"`
	Updated    time.Time `json:"updated"`
}

func (s *Service) apiMine(c *api.Call, in *api.Paging) (api.Page[apiMineItem], error) {
	all, err := s.Mine(c.Context(), c.Actor)
	if err != nil {
		return api.Page[apiMineItem]{}, err
	}
	after := ""
	if err := api.ReadCursor(in.After, &after); err != nil {
		return api.Page[apiMineItem]{}, err
	}
	if after != "" {
		i := slices.IndexFunc(all, func(f Filing) bool { return f.ID == after })
		if i < 0 {
			return api.Page[apiMineItem]{}, api.BadCursor()
		}
		all = all[i+1:]
	}
	next := ""
	if len(all) > in.Limit {
		all = all[:in.Limit]
		next = api.Cursor(all[in.Limit-1].ID)
	}
	var out []apiMineItem
	for _, f := range all {
		out = append(out, apiMineItem{
			ID: f.ID, Service: f.Service, Status: string(f.Status), Case: f.Case, CaseNumber: f.CaseNumber, Tracking: f.Tracking, Updated: f.Updated,
		})
	}
	return api.NewPage(out, next), nil
}

func (s *Service) apiFiling(c *api.Call, in *APIFilingAsked) (apiFiling, error) {
	return s.apiShow(c, in.ID)
}

// apiQuote is what a filing would cost and where it would go, or what is wrong.
type apiQuote struct {
	Wrong []api.FieldProblem `json:"wrong" doc:"Empty: it can be frozen."`
	Fees  []apiFee           `json:"fees"`
	Total int64              `json:"total_rials"`
	Court *apiUnit           `json:"court,omitempty"`
	Why   []apiWhy           `json:"why" doc:"How the court follows from the answers."`
}

type apiFee struct {
	Code     string   `json:"code"`
	Label    api.Text `json:"label"`
	Basis    api.Text `json:"basis"`
	Citation api.Text `json:"citation"`
	Amount   int64    `json:"amount_rials"`
}

type apiUnit struct {
	Code string   `json:"code"`
	Name api.Text `json:"name"`
}

type apiWhy struct {
	Words    string   `json:"words"`
	Citation api.Text `json:"citation"`
}

func apiWrong(c *api.Call, wrong []errs.Field) []api.FieldProblem {
	out := []api.FieldProblem{}
	for _, w := range wrong {
		out = append(out, api.FieldOf(c, w))
	}
	return out
}

func (s *Service) apiCheck(c *api.Call, in *APIFilingAsked) (apiQuote, error) {
	_, q, wrong, err := s.Check(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiQuote{}, err
	}
	out := apiQuote{Wrong: apiWrong(c, wrong), Fees: []apiFee{}, Why: []apiWhy{}, Total: q.Total}
	for _, l := range q.Fees {
		out.Fees = append(out.Fees, apiFee{Code: l.Code, Label: api.Text(l.Label), Basis: api.Text(l.Basis), Citation: api.Text(l.Citation), Amount: l.Amount})
	}
	for _, w := range q.Why {
		out.Why = append(out.Why, apiWhy{Words: c.P.T(w.Code, w.Args...), Citation: api.Text(w.Citation)})
	}
	if q.UnitCode != "" {
		out.Court = &apiUnit{Code: q.UnitCode, Name: api.Text{FA: q.UnitFA, EN: q.UnitEN}}
	}
	return out, nil
}

func (s *Service) apiFreeze(c *api.Call, in *APIFilingAsked) (apiFiling, error) {
	f, err := s.Freeze(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiFiling{}, err
	}
	return s.apiShow(c, f.ID)
}

func (s *Service) apiThaw(c *api.Call, in *APIFilingAsked) (apiFiling, error) {
	if err := s.Thaw(c.Context(), c.Actor, in.ID); err != nil {
		return apiFiling{}, err
	}
	return s.apiShow(c, in.ID)
}

func (s *Service) apiDiscard(c *api.Call, in *APIFilingAsked) (api.None, error) {
	return api.None{}, s.Discard(c.Context(), c.Actor, in.ID)
}

func (s *Service) apiSendCode(c *api.Call, in *APIFilingAsked) (apiFiling, error) {
	if _, err := s.apiShow(c, in.ID); err != nil {
		return apiFiling{}, err
	}
	if err := s.SendSignatureCode(c.Context(), c.Actor, in.ID); err != nil {
		return apiFiling{}, err
	}
	return s.apiShow(c, in.ID)
}

type apiSigned struct {
	APIFilingAsked
	Body struct {
		Code   string `json:"code" maxLength:"20"`
		SHA256 string `json:"record_sha256" pattern:"^[0-9a-f]{64}$" doc:"Of the record that the signer was shown."`
	}
}

func (s *Service) apiSubmit(c *api.Call, in *apiSigned) (apiFiling, error) {
	f, _, err := s.Get(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiFiling{}, err
	}
	if f.Hash != in.Body.SHA256 { // another record would be signed than was shown
		return apiFiling{}, errs.New(errs.Conflict, "filing.changed_meanwhile")
	}
	if _, err := s.Submit(c.Context(), c.Actor, f.ID, in.Body.Code); err != nil {
		return apiFiling{}, err
	}
	return s.apiShow(c, f.ID)
}

func (s *Service) apiReceipt(c *api.Call, in *APIFilingAsked) (api.File, error) {
	b, f, err := s.Receipt(c.Context(), c.Actor, in.ID)
	return api.File{Name: "tarazu-" + f.Tracking + ".tlog-proof", Type: "text/plain; charset=utf-8", Body: b}, err
}

type apiPaperAsked struct {
	APIFilingAsked
	Lang string `query:"lang" enum:"fa,en" doc:"Of the paper; Accept-Language if missing."`
}

func (in *apiPaperAsked) lang(c *api.Call) i18n.Lang {
	if in.Lang != "" {
		return i18n.Lang(in.Lang)
	}
	return c.Lang()
}

func (s *Service) apiPaper(c *api.Call, in *apiPaperAsked) (api.File, error) {
	b, f, err := s.PaperFile(c.Context(), c.Actor, in.ID, in.lang(c))
	return api.File{Name: "tarazu-" + f.Tracking + ".pdf", Type: intake.PDF, Body: b}, err
}

func (s *Service) apiPaperReceipt(c *api.Call, in *apiPaperAsked) (api.File, error) {
	b, f, err := s.PaperReceipt(c.Context(), c.Actor, in.ID, in.lang(c))
	return api.File{Name: "tarazu-" + f.Tracking + "-paper.tlog-proof", Type: "text/plain; charset=utf-8", Body: b}, err
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// apiCourt adds what a court does with what came in.
func (s *Service) apiCourt(r *api.Registry) {
	get := func(id, path, summary string) api.Op {
		return api.Op{ID: id, Method: http.MethodGet, Path: "/court/filings" + path, Tag: "court", Summary: summary, Roles: staff, Scope: api.ScopeRead}
	}
	act := func(id, path, summary string) api.Op {
		return api.Op{ID: id, Method: http.MethodPost, Path: "/court/filings/{id}" + path, Tag: "court", Summary: summary, Roles: clerks, Scope: api.ScopeCourt}
	}
	api.Add(r, get("listDesk", "", "What has come in to the actor's unit: what waits, the oldest first; the rest, the newest first"), s.apiDesk)
	received := get("getReceived", "/{id}", "A filing on the desk, its paper, and what can be done with it")
	received.Note = "That it was read is recorded and shown to the people in it."
	api.Add(r, received, s.apiReceived)
	api.AddFile(r, get("getReceivedFile", "/{id}/files/{file}", "One file of a filing on the desk"),
		[]string{intake.PDF, "image/jpeg", "image/png"}, s.apiReceivedFile)
	api.Add(r, act("serveFiling", "/serve", "Serve a filing on the other side"), s.apiServe)
	api.Add(r, act("seenFiling", "/seen", "Put a filing before the branch"), s.apiSeen)
	api.Add(r, act("haltFiling", "/halt", "Halt a filing for defects, with a notice and a term to mend them"), s.apiHalt)
	api.Add(r, act("rejectFiling", "/reject", "Reject a halted filing that was not mended within its term"), s.apiReject)
	decide := act("decideRejection", "/decide", "Decide on an objection to a registrar's rejection")
	decide.Roles = judges
	api.Add(r, decide, s.apiDecide)
	api.Add(r, act("certifyFiling", "/certify", "Answer a request for a certificate"), s.apiCertify)
	api.Add(r, act("recordLawyer", "/lawyer", "Put the lawyer who enters appearance on record"), s.apiRecordLawyer)
}

type apiDeskAsked struct {
	After string `query:"after" maxLength:"400"`
	State string `query:"state" enum:"new,halted,done" default:"new"`
	Kind  string `query:"kind" enum:"petition,complaint,declaration,brief,objection,certificate"`
}

// APIDeskItem is a filing on the desk.
type APIDeskItem struct {
	Filing     string     `json:"filing"`
	Kind       string     `json:"kind"`
	Service    string     `json:"service"`
	Title      api.Text   `json:"title"`
	Case       string     `json:"case,omitempty"`
	CaseNumber string     `json:"case_number,omitempty"`
	State      string     `json:"state"`
	Act        string     `json:"act,omitempty" doc:"What was done last."`
	ActAt      *time.Time `json:"act_at,omitempty"`
	Arrived    time.Time  `json:"arrived"`
}

func apiDeskItemOf(it DeskItem) APIDeskItem {
	out := APIDeskItem{
		Filing: it.Filing, Kind: it.Kind, Service: it.Service, Title: api.Text{FA: it.TitleFA, EN: it.TitleEN}, Case: it.Case,
		CaseNumber: it.CaseNumber, State: it.State, Act: string(it.Act), Arrived: it.Arrived,
	}
	if !it.At.IsZero() {
		out.ActAt = &it.At
	}
	return out
}

type apiDesk struct {
	api.Page[APIDeskItem]
	Waiting int64 `json:"waiting" doc:"How many wait in all."`
}

// apiDesk names nobody: whose filing it is stands on the filing itself, where
// reading is recorded.
func (s *Service) apiDesk(c *api.Call, in *apiDeskAsked) (apiDesk, error) {
	var after Cursor
	if err := api.ReadCursor(in.After, &after); err != nil {
		return apiDesk{}, err
	}
	page, err := s.Desk(c.Context(), c.Actor, DeskFilter{State: in.State, Kind: in.Kind, After: after})
	if err != nil {
		return apiDesk{}, err
	}
	var out []APIDeskItem
	for _, it := range page.Items {
		out = append(out, apiDeskItemOf(it))
	}
	next := ""
	if page.Next != nil {
		next = api.Cursor(page.Next)
	}
	return apiDesk{Page: api.NewPage(out, next), Waiting: page.Waiting}, nil
}

type apiReceivedFiling struct {
	APIDeskItem
	Filer    string     `json:"filer"`
	Tracking string     `json:"tracking"`
	Paper    api.Text   `json:"paper"`
	Files    []apiFile  `json:"files"`
	SHA256   string     `json:"record_sha256"`
	Acts     []apiOffer `json:"acts" doc:"What the actor may do with it."`
}

type apiOffer struct {
	Act  string `json:"act"`
	Wait string `json:"wait,omitempty" doc:"Why it cannot be done yet."`
}

func (s *Service) apiReceived(c *api.Call, in *APIFilingAsked) (out apiReceivedFiling, err error) {
	r, err := s.received(c.Context(), c.Actor, in.ID)
	if err != nil {
		return out, err
	}
	out = apiReceivedFiling{
		APIDeskItem: apiDeskItemOf(r.item), Filer: r.item.Filer, Tracking: r.f.Tracking, SHA256: r.f.Hash, Files: []apiFile{}, Acts: []apiOffer{},
	}
	if out.Paper.FA, out.Paper.EN, err = s.papers(c.Context(), r.f, r.def); err != nil {
		return out, err
	}
	for _, a := range r.f.Files {
		out.Files = append(out.Files, apiFileOf(a))
	}
	for _, o := range r.offers() {
		if s.mayAct(c.Actor, o.Act, r.f) != nil {
			continue
		}
		offered := apiOffer{Act: string(o.Act)}
		if o.Wait != "" {
			offered.Wait = c.P.T(o.Wait)
		}
		out.Acts = append(out.Acts, offered)
	}
	return out, nil
}

func (s *Service) apiReceivedFile(c *api.Call, in *apiFileAsked) (api.File, error) {
	r, a, err := s.ReceivedFile(c.Context(), c.Actor, in.ID, in.File)
	return apiRead(r, a, err)
}

type apiTerm struct {
	APIFilingAsked
	Body struct {
		Days int `json:"days,omitempty" minimum:"0" maximum:"720" doc:"Of the term to answer, where the court sets it."`
	}
}

type apiServed struct {
	ID         string `json:"id"`
	Number     string `json:"number"`
	Electronic bool   `json:"electronic" doc:"Else a work item for service on paper is open."`
}

func (s *Service) apiServe(c *api.Call, in *apiTerm) (api.Page[apiServed], error) {
	list, err := s.ServeClaim(c.Context(), c.Actor, in.ID, in.Body.Days)
	var out []apiServed
	for _, n := range list {
		out = append(out, apiServed{ID: n.ID, Number: n.Number, Electronic: n.Electronic})
	}
	return api.NewPage(out, ""), err
}

func (s *Service) apiSeen(c *api.Call, in *APIFilingAsked) (api.None, error) {
	return api.None{}, s.Seen(c.Context(), c.Actor, in.ID)
}

type apiDefect struct {
	Field string `json:"field" maxLength:"80" doc:"A question of the title, or fee."`
	Code  string `json:"code" maxLength:"80" doc:"The coded reason."`
	Note  string `json:"note,omitempty" maxLength:"2000"`
}

type apiDefects struct {
	APIFilingAsked
	Body struct {
		Defects []apiDefect `json:"defects" minItems:"1" maxItems:"100"`
	}
}

func (s *Service) apiHalt(c *api.Call, in *apiDefects) (apiServed, error) {
	var list []Defect
	for _, d := range in.Body.Defects {
		list = append(list, Defect{Field: d.Field, Code: d.Code, Note: persian.Store(d.Note)})
	}
	n, err := s.Halt(c.Context(), c.Actor, in.ID, list)
	return apiServed{ID: n.ID, Number: n.Number, Electronic: n.Electronic}, err
}

func (s *Service) apiReject(c *api.Call, in *APIFilingAsked) (apiServed, error) {
	n, err := s.Reject(c.Context(), c.Actor, in.ID)
	return apiServed{ID: n.ID, Number: n.Number, Electronic: n.Electronic}, err
}

type apiDecision struct {
	APIFilingAsked
	Body struct {
		SetAside bool   `json:"set_aside" doc:"Else the rejection is upheld."`
		Reason   string `json:"reason" maxLength:"20000"`
	}
}

func (s *Service) apiDecide(c *api.Call, in *apiDecision) (api.None, error) {
	return api.None{}, s.DecideRejection(c.Context(), c.Actor, in.ID, in.Body.SetAside, persian.Store(in.Body.Reason))
}

type apiCertificate struct {
	APIFilingAsked
	Body struct {
		Clean bool   `json:"clean" doc:"Nothing is on record."`
		Text  string `json:"text,omitempty" maxLength:"20000"`
	}
}

func (s *Service) apiCertify(c *api.Call, in *apiCertificate) (apiServed, error) {
	n, err := s.Certify(c.Context(), c.Actor, in.ID, in.Body.Clean, persian.Store(in.Body.Text))
	return apiServed{ID: n.ID, Number: n.Number, Electronic: n.Electronic}, err
}

func (s *Service) apiRecordLawyer(c *api.Call, in *APIFilingAsked) (api.None, error) {
	return api.None{}, s.RecordLawyer(c.Context(), c.Actor, in.ID)
}

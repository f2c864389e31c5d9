// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
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
	why := get("listReasons", "/{id}/reasons", "The coded reasons for which a filing may be halted, by question, or declined")
	why.Roles, why.Note = clerks, received.Note
	api.Add(r, why, s.apiReasons)
	api.Add(r, act("rejectFiling", "/reject", "Reject a halted filing that was not mended within its term"), s.apiReject)
	late := act("rejectLate", "/reject-late", "Reject a filing that was mended, but after its term")
	late.Note = "An act of its own: nobody rejects a mending that he has not seen. Whoever accepts the late mending goes on with the filing."
	api.Add(r, late, s.apiRejectLate)
	api.Add(r, act("declineFiling", "/decline", "Refuse to send a declaration, for its wording"), s.apiDecline)
	decide := act("decideRejection", "/decide", "Decide on an objection to a registrar's rejection")
	decide.Roles = judges
	api.Add(r, decide, s.apiDecide)
	api.Add(r, act("certifyFiling", "/certify", "Answer a request for a certificate"), s.apiCertify)
	send := act("sendFilingOn", "/send", "Send the file of a case to the court of appeal, once its appeal was served and answered")
	send.Roles = staff
	send.Note = "A late appeal is sent on by a judge only."
	api.Add(r, send, s.apiSend)
	api.Add(r, act("recordLawyer", "/lawyer", "Put the lawyer who enters appearance on record"), s.apiRecordLawyer)
}

type apiDeskAsked struct {
	After string `query:"after" maxLength:"400"`
	State string `query:"state" enum:"new,halted,onward,done" default:"new"`
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
	FiledBy  apiFiler   `json:"filed_by"`
	Tracking string     `json:"tracking"`
	Paper    api.Text   `json:"paper"`
	Files    []apiFile  `json:"files"`
	SHA256   string     `json:"record_sha256"`
	Acts     []apiOffer `json:"acts" doc:"What the actor may do with it."`

	NamesWait  bool             `json:"names_wait" doc:"The civil registry has not answered for a name."`
	NamesWrong bool             `json:"names_wrong" doc:"The civil registry knows nobody by a name."`
	Defects    []apiDefectFound `json:"defects" doc:"What was found wrong in the last round."`
	MendBy     string           `json:"mend_by,omitempty" doc:"The last day of the term to mend it."`
	Late       *time.Time       `json:"mended_late,omitempty" doc:"When it was mended after its term, and nobody has acted on that since."`
	Term       *apiObjectedBy   `json:"term,omitempty" doc:"Of an objection, once it is computed: whether it came in time."`
}

// apiFiler is who filed: a human being or a legal person, and who signed on its
// behalf.
type apiFiler struct {
	Kind         string         `json:"kind" enum:"person,entity"`
	EntityID     string         `json:"entity_id,omitempty"`
	Registration string         `json:"registration_number,omitempty"`
	BodyCode     string         `json:"body_code,omitempty"`
	Agent        *apiFilerAgent `json:"agent,omitempty" doc:"Who signed on behalf of the filer."`
}

type apiFilerAgent struct {
	Name     string   `json:"name"`
	Role     string   `json:"role"`
	Title    api.Text `json:"title" doc:"The capacity in words."`
	Contract string   `json:"contract,omitempty" doc:"Number of the mandate."`
}

func apiFilerOf(r Record) apiFiler {
	out := apiFiler{
		Kind: cmp.Or(r.Filer.Kind, catalogue.Person), EntityID: r.Filer.EntityID, Registration: r.Filer.Registration, BodyCode: r.Filer.BodyCode,
	}
	if a := r.Agent; a != nil {
		out.Agent = &apiFilerAgent{Name: a.Name(), Role: a.Role, Title: api.Text{FA: a.TitleFA, EN: a.TitleEN}, Contract: a.Contract}
	}
	return out
}

type apiOffer struct {
	Act  string `json:"act"`
	Late bool   `json:"late,omitempty" doc:"Of a rejection: of a late mending, by rejectLate."`
	Wait string `json:"wait,omitempty" doc:"Why it cannot be done yet."`
}

type apiObjectedBy struct {
	Filed  string `json:"filed"`
	Last   string `json:"last"`
	InTime bool   `json:"in_time"`
}

func (s *Service) apiReceived(c *api.Call, in *APIFilingAsked) (out apiReceivedFiling, err error) {
	r, err := s.received(c.Context(), c.Actor, in.ID)
	if err != nil {
		return out, err
	}
	out = apiReceivedFiling{
		APIDeskItem: apiDeskItemOf(r.item), Filer: r.item.Filer, Tracking: r.f.Tracking, SHA256: r.f.Hash, Files: []apiFile{}, Acts: []apiOffer{},
		FiledBy: apiFilerOf(r.signed), NamesWait: r.f.Names.any(NameUnanswered), NamesWrong: r.f.Names.any(NameMismatch), Defects: []apiDefectFound{},
	}
	if r.mendBy.Last != 0 {
		out.MendBy = r.mendBy.Last.String()
	}
	if !r.late.IsZero() {
		out.Late = &r.late
	}
	h, halted, err := s.lastHalt(c.Context(), r.f)
	if err != nil {
		return out, err
	}
	if halted {
		list, err := h.defects()
		if err != nil {
			return out, err
		}
		out.Defects = apiDefectsFound(c, r.f, r.def, list)
	}
	if r.def.Against != nil {
		due, ok, err := s.d.Docket.DeadlineOf(c.Context(), s.d.DB, r.f.Case, r.f.Notice)
		if err != nil {
			return out, err
		}
		if filed := civil.Of(r.f.Submitted); ok {
			out.Term = &apiObjectedBy{Filed: filed.String(), Last: due.Last.String(), InTime: filed <= due.Last}
		}
	}
	if out.Paper.FA, out.Paper.EN, err = s.papers(c.Context(), r.f, r.def); err != nil {
		return out, err
	}
	for _, a := range r.f.Files {
		out.Files = append(out.Files, apiFileOf(a))
	}
	for _, o := range r.offers() {
		if s.mayOn(c.Actor, o.Act, r) != nil {
			continue
		}
		offered := apiOffer{Act: string(o.Act), Late: o.Act == ActReject && !r.late.IsZero()}
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
	fields := fieldsOf(err)
	for i := range fields {
		fields[i].Name = apiDefectName(fields[i].Name, list)
	}
	return apiServed{ID: n.ID, Number: n.Number, Electronic: n.Electronic}, err
}

// apiDefectName is the member of the body that is wrong: the service knows the
// names of the page.
func apiDefectName(name string, list []Defect) string {
	part, field, _ := strings.Cut(name, "_")
	i := slices.IndexFunc(list, func(d Defect) bool { return d.Field == field })
	switch {
	case i < 0:
		return "defects"
	case part == "reason":
		part = "code"
	}
	return fmt.Sprintf("defects[%d].%s", i, part)
}

func (s *Service) apiReject(c *api.Call, in *APIFilingAsked) (apiServed, error) {
	n, err := s.Reject(c.Context(), c.Actor, in.ID)
	return apiServed{ID: n.ID, Number: n.Number, Electronic: n.Electronic}, err
}

func (s *Service) apiRejectLate(c *api.Call, in *APIFilingAsked) (apiServed, error) {
	n, err := s.RejectLate(c.Context(), c.Actor, in.ID)
	return apiServed{ID: n.ID, Number: n.Number, Electronic: n.Electronic}, err
}

type apiRefusal struct {
	APIFilingAsked
	Body struct {
		Reason string `json:"reason" maxLength:"80" doc:"The code of one that listReasons gives."`
		Note   string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (s *Service) apiDecline(c *api.Call, in *apiRefusal) (apiServed, error) {
	n, err := s.Decline(c.Context(), c.Actor, in.ID, in.Body.Reason, in.Body.Note)
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
	err := s.DecideRejection(c.Context(), c.Actor, in.ID, in.Body.SetAside, persian.Store(in.Body.Reason))
	for i, w := range fieldsOf(err) {
		if w.Name == "why" { // as the page calls it
			fieldsOf(err)[i].Name = "reason"
		}
	}
	return api.None{}, err
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

type apiSentOn struct {
	Number string `json:"number" doc:"Of the case there."`
	Unit   string `json:"unit"`
	Branch string `json:"proposed_branch"`
}

func (s *Service) apiSend(c *api.Call, in *APIFilingAsked) (apiSentOn, error) {
	there, err := s.SendOn(c.Context(), c.Actor, in.ID)
	return apiSentOn{Number: there.Number, Unit: there.Unit, Branch: there.Proposed}, err
}

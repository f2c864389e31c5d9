// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"net/http"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// API adds the operations of this module.
func (s *Service) API(r *api.Registry) {
	const tag = "status"
	api.Add(r, api.Op{
		ID: "getStatus", Method: http.MethodGet, Path: "/status", Tag: tag, Roles: web.Anyone,
		Summary: "What of the service can be used now, and the outages of the last 30 days",
	}, s.apiStatus)
	api.Add(r, api.Op{
		ID: "getOutage", Method: http.MethodGet, Path: "/outages/{id}", Tag: tag, Roles: web.Anyone,
		Summary: "One outage with all its versions",
	}, s.apiOutage)
	api.AddFile(r, api.Op{
		ID: "getOutageCertificate", Method: http.MethodGet, Path: "/outages/{id}/certificate", Tag: tag, Roles: web.Anyone,
		Summary: "The signed certificate of an outage that has ended",
	}, []string{"application/pdf"}, s.apiCertificate)
	api.AddFile(r, api.Op{
		ID: "getOutageReceipt", Method: http.MethodGet, Path: "/outages/{id}/receipts/{version}", Tag: tag, Roles: web.Anyone,
		Summary: "The proof file of one version of an outage",
	}, []string{"application/octet-stream"}, s.apiReceipt)
	api.Add(r, api.Op{
		ID: "declareOutage", Method: http.MethodPost, Path: "/outages", Tag: tag, Roles: []policy.Role{policy.Administrator}, Scope: api.ScopeAccount,
		Summary: "Declare an outage that no probe saw, or one that is planned", Status: http.StatusCreated,
		Note: "Needs a token from signing in. Deadlines may move because of it.",
	}, s.apiDeclare)
}

// APIInterval is an outage as operations tell it.
type APIInterval struct {
	ID        string     `json:"id"`
	Version   int64      `json:"version"`
	Part      string     `json:"part"`
	Name      api.Text   `json:"name" doc:"Of the part."`
	From      time.Time  `json:"from"`
	To        *time.Time `json:"to,omitempty" doc:"Missing while it lasts."`
	Cause     string     `json:"cause" enum:"ours,theirs,planned"`
	Origin    string     `json:"origin" enum:"automatic,found,declared"`
	Text      api.Text   `json:"text"`
	Withdrawn bool       `json:"withdrawn"`
	Evidence  string     `json:"evidence" doc:"Id of this version in the log."`
	Changed   time.Time  `json:"changed"`
}

func (s *Service) apiOf(i Interval) APIInterval {
	part, _ := s.rules.Part(i.Part)
	out := APIInterval{
		ID: i.ID, Version: i.Version, Part: i.Part, Name: api.Text(part.Name), From: i.From, Cause: string(i.Cause), Origin: string(i.Origin),
		Text: api.Text(i.Text), Withdrawn: i.Withdrawn, Evidence: i.Evidence, Changed: i.Changed,
	}
	if !i.To.IsZero() {
		out.To = &i.To
	}
	return out
}

type apiPart struct {
	Code    string   `json:"code"`
	Name    api.Text `json:"name"`
	Kind    string   `json:"kind" enum:"own,outside"`
	Usable  bool     `json:"usable"`
	Seconds int64    `json:"seconds" doc:"Out of use in the last 30 days."`
}

type apiStatus struct {
	At      time.Time     `json:"at"`
	Checked *time.Time    `json:"checked,omitempty" doc:"When a server last looked after itself."`
	Stale   bool          `json:"stale" doc:"The database does not answer: this is what was known last."`
	Parts   []apiPart     `json:"parts"`
	Outages []APIInterval `json:"outages" doc:"The newest first; planned ones before them."`
}

func (s *Service) apiStatus(c *api.Call, _ *struct{}) (apiStatus, error) {
	st := s.Status(c.Context())
	out := apiStatus{At: st.At, Stale: st.Stale, Parts: []apiPart{}, Outages: []APIInterval{}}
	if !st.Checked.IsZero() {
		out.Checked = &st.Checked
	}
	for _, p := range st.Parts {
		out.Parts = append(out.Parts, apiPart{Code: p.Part.Code, Name: api.Text(p.Part.Name), Kind: p.Part.Kind, Usable: p.Down == nil, Seconds: int64(p.Total / time.Second)})
	}
	for _, list := range [][]Interval{st.Planned, st.Recent} {
		for _, i := range list {
			out.Outages = append(out.Outages, s.apiOf(i))
		}
	}
	return out, nil
}

// APIAsked is the id of an outage, as several operations take it.
type APIAsked struct {
	ID string `path:"id"`
}

type apiVersion struct {
	APIInterval
	Act    string `json:"act" enum:"opened,closed,reopened,corrected,withdrawn"`
	Reason string `json:"reason,omitempty"`
}

type apiOutage struct {
	APIInterval
	Versions []apiVersion `json:"versions" doc:"The oldest first."`
}

func (s *Service) apiOutage(c *api.Call, in *APIAsked) (apiOutage, error) {
	i, versions, err := s.Get(c.Context(), in.ID)
	out := apiOutage{APIInterval: s.apiOf(i)}
	for _, v := range versions {
		out.Versions = append(out.Versions, apiVersion{APIInterval: s.apiOf(v.Interval), Act: string(v.Act), Reason: v.Reason})
	}
	return out, err
}

type apiCertificateAsked struct {
	APIAsked
	Lang string `query:"lang" enum:"fa,en" default:"fa"`
}

func (s *Service) apiCertificate(c *api.Call, in *apiCertificateAsked) (api.File, error) {
	file, err := s.Certificate(c.Context(), in.ID, i18n.Lang(in.Lang))
	return api.File{Name: "tarazu-outage-" + in.ID + "-" + in.Lang + ".pdf", Type: "application/pdf", Body: file}, err
}

type apiReceiptAsked struct {
	APIAsked
	Version int64 `path:"version" minimum:"1"`
}

func (s *Service) apiReceipt(c *api.Call, in *apiReceiptAsked) (api.File, error) {
	file, err := s.Receipt(c.Context(), in.ID, in.Version)
	return api.File{Name: "tarazu-outage-" + in.ID + "-" + strconv.FormatInt(in.Version, 10) + ".tlog-proof", Type: "application/octet-stream", Body: file}, err
}

type apiDeclared struct {
	Body struct {
		Part  string     `json:"part"`
		From  time.Time  `json:"from"`
		To    *time.Time `json:"to,omitempty"`
		Cause string     `json:"cause" enum:"ours,theirs,planned"`
		Text  api.Text   `json:"text"`
	}
}

func (s *Service) apiDeclare(c *api.Call, in *apiDeclared) (APIInterval, error) {
	f := Facts{Part: in.Body.Part, From: in.Body.From, Cause: Cause(in.Body.Cause), Text: Text(in.Body.Text)}
	if in.Body.To != nil {
		f.To = *in.Body.To
	}
	i, err := s.Declare(c.Context(), c.Actor, f)
	return s.apiOf(i), err
}

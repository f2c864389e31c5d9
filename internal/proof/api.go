// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// API adds the operations of this module.
func (s *Service) API(r *api.Registry) {
	api.Add(r, api.Op{
		ID: "verify", Method: http.MethodPost, Path: "/verify", Tag: "proof", Summary: "Check a receipt, a paper, or one against the other",
		Note:  "Nothing of it is kept. A receipt is checked as offline, with the keys of this log; a paper is sent as its SHA-256.",
		Roles: web.Anyone, MaxBody: 2*maxReceipt + 4<<10,
	}, s.apiVerify)
	api.Add(r, api.Op{
		ID: "checkCertificate", Method: http.MethodPost, Path: "/verify/certificate", Tag: "proof", Summary: "Check a certificate by its number",
		Note:  "The answer is what a paper that bears the number must say too, and nothing that it certifies. The number is sent, so that it stands in no address and no log.",
		Roles: web.Anyone,
	}, s.apiCertificate)
	api.AddFile(r, api.Op{
		ID: "getStamp", Method: http.MethodGet, Path: "/verify/stamps/{size}", Tag: "proof", Roles: web.Anyone,
		Summary: "The time stamp of an independent authority over the checkpoint of a size (RFC 3161)",
	}, []string{stampType}, s.apiStampFile)
}

type apiNumbered struct {
	Body struct {
		Number string `json:"number" minLength:"1" maxLength:"40"`
	}
}

type apiCertified struct {
	Found    bool      `json:"found" doc:"Else no certificate bears this number, and the rest is missing."`
	Number   string    `json:"number,omitempty"`
	Title    *api.Text `json:"title,omitempty"`
	Unit     *api.Text `json:"unit,omitempty" doc:"Who issued it."`
	Issued   string    `json:"issued,omitempty"`
	Until    string    `json:"until,omitempty" doc:"The last day on which it holds."`
	Expired  bool      `json:"expired"`
	Initials string    `json:"initials,omitempty" doc:"Of the holder."`
	CodeEnd  string    `json:"code_end,omitempty" doc:"The last digits of the holder's national code."`
}

func (s *Service) apiCertificate(c *api.Call, in *apiNumbered) (apiCertified, error) {
	k, found, err := s.byNumber(c.Context(), c.Address, persian.Identifier(in.Body.Number))
	if err != nil || !found {
		return apiCertified{}, err
	}
	return apiCertified{
		Found: true, Number: k.Number, Title: &api.Text{FA: k.TitleFA, EN: k.TitleEN}, Unit: &api.Text{FA: k.UnitFA, EN: k.UnitEN},
		Issued: k.Issued.String(), Until: k.Until.String(), Expired: k.Expired, Initials: k.Initials, CodeEnd: k.CodeEnd,
	}, nil
}

type apiStampAsked struct {
	Size int64  `path:"size" minimum:"1"`
	Log  string `query:"log" maxLength:"200" doc:"Name of the log, as in the receipt; the newest log if it is left out."`
}

func (s *Service) apiStampFile(c *api.Call, in *apiStampAsked) (api.File, error) {
	t, err := s.Stamp(c.Context(), in.Log, in.Size)
	return api.File{Name: stampName(in.Size), Type: stampType, Body: t.Token}, err
}

type apiGiven struct {
	Body struct {
		Receipt string `json:"receipt,omitempty" maxLength:"2097152" doc:"The text of the receipt file."`
		Paper   string `json:"paper,omitempty" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of the paper's file."`
	}
}

type apiVerdict struct {
	Verdict   string            `json:"verdict" enum:"genuine,refused,found,unknown,waits" doc:"genuine and refused: of the receipt. found, unknown, waits: of a paper alone."`
	Refused   string            `json:"refused,omitempty" doc:"The check that failed."`
	Words     string            `json:"words,omitempty"`
	Event     string            `json:"event,omitempty"`
	Time      *time.Time        `json:"time,omitempty"`
	Members   map[string]string `json:"members,omitempty"`
	Content   json.RawMessage   `json:"content,omitempty" doc:"What the receipt shows, as it was signed."`
	Index     *int64            `json:"index,omitempty"`
	TreeSize  *int64            `json:"tree_size,omitempty"`
	Stamp     *apiStamp         `json:"stamp,omitempty" doc:"An independent authority's word on when, once there is one: getStamp has it."`
	Proved    []string          `json:"proved,omitempty"`
	NotProved []string          `json:"not_proved,omitempty"`
}

type apiStamp struct {
	Size      int64     `json:"size" doc:"Of the checkpoint."`
	Authority string    `json:"authority"`
	Time      time.Time `json:"time"`
}

func (s *Service) apiVerify(c *api.Call, in *apiGiven) (apiVerdict, error) {
	if err := s.slow(c.Address); err != nil {
		return apiVerdict{}, err
	}
	g := Given{Paper: in.Body.Paper}
	if in.Body.Receipt != "" {
		g.Receipt = []byte(in.Body.Receipt)
	}
	if g.Receipt == nil && g.Paper == "" {
		return apiVerdict{}, wrong(fieldReceipt, "proof.nothing")
	}
	a, err := s.Check(c.Context(), g)
	if err != nil {
		return apiVerdict{}, err
	}
	switch {
	case a.Report != nil:
		r := a.Report
		v := apiVerdict{
			Verdict: "genuine", Event: r.Event, Time: &r.Time, Members: r.Members, Content: r.Content, Index: &r.Index, TreeSize: &r.TreeSize,
			Proved: r.Proved, NotProved: r.NotProved,
		}
		if a.Stamp != nil {
			v.Stamp = &apiStamp{Size: a.Stamp.Size, Authority: a.Stamp.Authority, Time: a.Stamp.Time}
		}
		return v, nil
	case a.Refused != nil:
		return apiVerdict{Verdict: "refused", Refused: a.Refused.Check, Words: c.P.Error(a.Refused.Err)}, nil
	case a.Found != nil:
		return apiVerdict{Verdict: "found", Event: a.Found.Event, Time: &a.Found.Time, Index: &a.Found.Index, TreeSize: &a.Found.Size}, nil
	case a.Waits:
		return apiVerdict{Verdict: "waits"}, nil
	}
	return apiVerdict{Verdict: "unknown"}, nil
}

// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// API adds the operations of this module.
func (s *Service) API(r *api.Registry) {
	api.Add(r, api.Op{
		ID: "verify", Method: http.MethodPost, Path: "/verify", Tag: "proof", Summary: "Check a receipt, a paper, or one against the other",
		Note:  "Nothing of it is kept. A receipt is checked as offline, with the keys of this log; a paper is sent as its SHA-256.",
		Roles: web.Anyone, MaxBody: 2*maxReceipt + 4<<10,
	}, s.apiVerify)
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
	Proved    []string          `json:"proved,omitempty"`
	NotProved []string          `json:"not_proved,omitempty"`
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
		return apiVerdict{
			Verdict: "genuine", Event: r.Event, Time: &r.Time, Members: r.Members, Content: r.Content, Index: &r.Index, TreeSize: &r.TreeSize,
			Proved: r.Proved, NotProved: r.NotProved,
		}, nil
	case a.Refused != nil:
		return apiVerdict{Verdict: "refused", Refused: a.Refused.Check, Words: c.P.Error(a.Refused.Err)}, nil
	case a.Found != nil:
		return apiVerdict{Verdict: "found"}, nil
	case a.Waits:
		return apiVerdict{Verdict: "waits"}, nil
	}
	return apiVerdict{Verdict: "unknown"}, nil
}

// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"errors"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// API adds the operations for the programs of other organisations.
func (s *Service) API(r *api.Registry) {
	op := func(id, method, path, summary string) api.Op {
		return api.Op{
			ID: id, Method: method, Path: "/sender" + path, Tag: "senders", Summary: summary, Roles: []policy.Role{policy.Representative}, Scope: api.ScopeSend,
		}
	}
	send := op("sendNotice", http.MethodPost, "/notices", "Send one notice, with a key of the organisation")
	send.Note = "The reference is the organisation’s own and is used once for ever: the same again gives the first answer, with another content it is a conflict. " +
		"not_possible says that nothing was served and that the notice has to be served on paper. What was sent cannot be taken back."
	api.Add(r, send, s.apiSend)
	many := op("sendNotices", http.MethodPost, "/batches", "Send up to 500 notices")
	many.Note, many.MaxBody, many.Timeout = "Each one by itself: the answer says of each what became of it, in the order of the request.", 4<<20, 100*time.Second
	api.Add(r, many, s.apiBatch)
	api.Add(r, op("listSent", http.MethodGet, "/notices", "What was sent with keys of this mode, the newest first"), s.apiList)
	api.Add(r, op("getSent", http.MethodGet, "/notices/{id}", "What became of one notice"), s.apiOne)
	api.AddFile(r, op("getSentReceipt", http.MethodGet, "/notices/{id}/receipt", "The proof that it was sent, as a file"),
		[]string{"application/octet-stream"}, s.apiReceipt)
	s.batchAPI(r)
}

type apiMessage struct {
	Reference    string            `json:"reference" maxLength:"64" doc:"The organisation’s own, once for ever." example:"1404/77-1"`
	Template     string            `json:"template" maxLength:"64" doc:"Id of an approved template."`
	NationalCode string            `json:"national_code,omitempty" maxLength:"20" doc:"Of the addressee; or entity_id. Test keys take only the codes of the guide."`
	EntityID     string            `json:"entity_id,omitempty" maxLength:"20" doc:"National id of a company."`
	Fields       map[string]string `json:"fields,omitempty" doc:"A value for each field of the template; days as 2026-03-21, amounts in rials as digits."`
}

func (m apiMessage) message() Message { return Message(m) }

type apiSent struct {
	ID        string     `json:"id"`
	Reference string     `json:"reference"`
	Template  string     `json:"template"`
	Version   int64      `json:"version" doc:"Of the template."`
	Test      bool       `json:"test"`
	State     string     `json:"state" enum:"arrived,not_possible"`
	Number    string     `json:"number,omitempty" doc:"Of the notice, 18 digits; none in a test."`
	At        time.Time  `json:"at"`
	Viewed    *time.Time `json:"viewed,omitempty"`
	Deemed    *time.Time `json:"deemed,omitempty" doc:"Nobody opened it for the time that the law names."`
}

func apiSentOf(x Sent) apiSent {
	out := apiSent{ID: x.ID, Reference: x.Reference, Template: x.Template, Version: x.Version, Test: x.Test, State: string(x.State), Number: x.Number, At: x.At}
	if !x.Viewed.IsZero() {
		out.Viewed = &x.Viewed
	}
	if !x.Deemed.IsZero() {
		out.Deemed = &x.Deemed
	}
	return out
}

// APISenderSend is one notice; it is exported for huma, which skips what is not.
type APISenderSend struct{ Body apiMessage }

func (s *Service) apiSend(c *api.Call, in *APISenderSend) (apiSent, error) {
	x, err := s.Send(c.Context(), c.Actor, in.Body.message())
	if err != nil {
		return apiSent{}, err
	}
	return apiSentOf(x), nil
}

type apiBatch struct {
	Body struct {
		Notices []apiMessage `json:"notices" minItems:"1" maxItems:"500"`
	}
}

type apiOutcome struct {
	Reference string             `json:"reference"`
	Sent      *apiSent           `json:"sent,omitempty"`
	Code      string             `json:"code,omitempty" doc:"Why it was not sent."`
	Detail    string             `json:"detail,omitempty"`
	Errors    []api.FieldProblem `json:"errors,omitempty"`
	Wait      int                `json:"retry_after,omitempty" doc:"Seconds, if a quota is used up."`
}

type apiOutcomes struct {
	Notices []apiOutcome `json:"notices"`
	Sent    int          `json:"sent"`
	Refused int          `json:"refused"`
}

// apiBatch sends one after the other. When a quota is used up the others are not
// tried: they are told the same.
func (s *Service) apiBatch(c *api.Call, in *apiBatch) (out apiOutcomes, err error) {
	var over error
	for _, m := range in.Body.Notices {
		one := apiOutcome{Reference: m.Reference}
		var x Sent
		if err = over; err == nil {
			x, err = s.send(c.Context(), c.Actor, m.message(), manner{many: true})
		}
		if err == nil {
			sent := apiSentOf(x)
			one.Sent = &sent
			out.Sent++
			out.Notices = append(out.Notices, one)
			continue
		}
		e, known := errors.AsType[*errs.Error](err)
		if !known || errs.Is(err, errs.Internal) || errs.Is(err, errs.Unavailable) || errs.Is(err, errs.Unauthenticated) {
			if out.Sent == 0 {
				return out, err
			}
			one.Code, one.Detail = "errs.unavailable", c.P.T("api.detail.unavailable")
		} else {
			one.Code, one.Detail = e.Code, c.P.Error(err)
			for _, f := range e.Fields {
				one.Errors = append(one.Errors, api.FieldOf(c, f))
			}
			if errs.Is(err, errs.RateLimited) {
				over = err
				one.Wait = waitOf(e)
			}
		}
		out.Refused++
		out.Notices = append(out.Notices, one)
	}
	return out, nil
}

func waitOf(e *errs.Error) int {
	for i := 0; i+1 < len(e.Args); i += 2 {
		if n, ok := e.Args[i+1].(int); ok && e.Args[i] == "minutes" {
			return n * 60
		}
	}
	return 1
}

type apiSentAsked struct {
	api.Paging
}

func (s *Service) apiList(c *api.Call, in *apiSentAsked) (api.Page[apiSent], error) {
	list, next, err := s.List(c.Context(), c.Actor, in.After, in.Limit)
	var out []apiSent
	for _, x := range list {
		out = append(out, apiSentOf(x))
	}
	return api.NewPage(out, next), err
}

// APISenderByID names a notice; it is exported for huma, which skips what is not.
type APISenderByID struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Service) apiOne(c *api.Call, in *APISenderByID) (apiSent, error) {
	x, err := s.One(c.Context(), c.Actor, in.ID)
	if err != nil {
		return apiSent{}, err
	}
	return apiSentOf(x), nil
}

func (s *Service) apiReceipt(c *api.Call, in *APISenderByID) (api.File, error) {
	file, err := s.Receipt(c.Context(), c.Actor, in.ID)
	return api.File{Name: "tarazu-sent-" + in.ID + ".tlog-proof", Type: "application/octet-stream", Body: file}, err
}

// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// batchAPI adds the operations for batches that go out in the background.
func (s *Service) batchAPI(r *api.Registry) {
	op := func(id, method, path, summary string) api.Op {
		return api.Op{
			ID: id, Method: method, Path: "/sender/batches" + path, Tag: "senders", Summary: summary, Roles: []policy.Role{policy.Representative}, Scope: api.ScopeSend,
		}
	}
	add := op("makeSenderBatch", http.MethodPost, "/new", "Make a batch of many notices, which goes out in the background")
	add.Note = "The key is the organisation’s own: the same again gives the first batch. Rows are then added in pieces, the batch is sealed and started."
	api.Add(r, add, s.apiBatchMake)
	api.Add(r, op("listSenderBatches", http.MethodGet, "", "The batches of this mode, the newest first"), s.apiBatchList)
	api.Add(r, op("getSenderBatch", http.MethodGet, "/{id}", "How far a batch is"), s.apiBatchOne)
	rows := op("addSenderBatchRows", http.MethodPost, "/{id}/rows", "Add up to 1,000 notices to a batch")
	rows.Note = "from says how many rows come before these. Rows that are in already are passed over, so that whoever was cut off sends again from where he knows; " +
		"with a gap it is a conflict. A row that cannot be right is kept with its reason and does not hold up the others."
	rows.MaxBody, rows.Timeout = 8<<20, 100*time.Second
	api.Add(r, rows, s.apiBatchRows)
	api.Add(r, op("sealSenderBatch", http.MethodPost, "/{id}/seal", "Say that all rows are in"), s.batchStep(s.SealBatch))
	start := op("startSenderBatch", http.MethodPost, "/{id}/start", "Let a sealed batch go out")
	start.Note = "What is over a quota waits for the next day or month. A reference that was sent before, alone or in another batch, is not sent again."
	api.Add(r, start, s.batchStep(s.StartBatch))
	api.Add(r, op("pauseSenderBatch", http.MethodPost, "/{id}/pause", "Let a batch wait"), s.batchStep(s.PauseBatch))
	api.Add(r, op("continueSenderBatch", http.MethodPost, "/{id}/continue", "Let a paused batch go on"), s.batchStep(s.ContinueBatch))
	stop := op("stopSenderBatch", http.MethodPost, "/{id}/stop", "End a batch: what waits is not sent")
	stop.Note = "What was sent cannot be taken back. References that were not sent are free again."
	api.Add(r, stop, s.batchStep(s.StopBatch))
	api.Add(r, op("listSenderBatchRows", http.MethodGet, "/{id}/rows", "What became of each row of a batch"), s.apiBatchResults)
	file := op("getSenderBatchResults", http.MethodGet, "/{id}/results", "What became of each row of a batch, as one file")
	file.Timeout = 100 * time.Second
	api.AddFile(r, file, []string{fileTypes["csv"], fileTypes["jsonl"]}, s.apiBatchFile)
}

type apiSenderBatch struct {
	ID       string     `json:"id"`
	Key      string     `json:"key"`
	Title    string     `json:"title"`
	Test     bool       `json:"test"`
	TellEach bool       `json:"tell_each"`
	State    bulk.State `json:"state" enum:"taking,checked,going,paused,done,stopped"`
	Rows     int        `json:"rows"`
	Arrived  int        `json:"arrived"`
	Missed   int        `json:"not_possible" doc:"Served by nobody yet: serve on paper."`
	Refused  int        `json:"refused"`
	Twins    int        `json:"twins" doc:"Their reference is in a batch already."`
	Waiting  int        `json:"waiting" doc:"In a stopped batch: left."`
	Rests    *time.Time `json:"rests_until,omitempty" doc:"A quota is used up; it goes on by itself."`
	Reason   string     `json:"reason,omitempty" doc:"Why it rests or was stopped."`
	Made     time.Time  `json:"made"`
	Started  *time.Time `json:"started,omitempty"`
	Ended    *time.Time `json:"ended,omitempty"`
}

func batchOf(c *api.Call, b Batch) apiSenderBatch {
	out := apiSenderBatch{
		ID: b.ID, Key: b.Key, Title: b.Title.FA, Test: b.Test, TellEach: b.Each, State: b.State, Rows: b.Total, Arrived: b.Issued - b.Unreached, Missed: b.Unreached,
		Refused: b.Refused, Twins: b.Twins, Waiting: b.Waiting(), Reason: b.Why.In(c.P.Lang()), Made: b.Made,
	}
	for to, at := range map[**time.Time]time.Time{&out.Rests: b.Rests, &out.Started: b.Started, &out.Ended: b.Ended} {
		if !at.IsZero() {
			*to = &at
		}
	}
	return out
}

type apiBatchNew struct {
	Body struct {
		Key      string `json:"key" maxLength:"64" doc:"The organisation’s own for this batch: letters, digits and . _ : / -" example:"1404/water-debts"`
		Title    string `json:"title" maxLength:"120" doc:"What the organisation’s people see."`
		TellEach bool   `json:"tell_each,omitempty" doc:"Webhooks tell of each notice too; if not, only batch.ended is told, once."`
	}
}

func (s *Service) apiBatchMake(c *api.Call, in *apiBatchNew) (apiSenderBatch, error) {
	b, err := s.OpenBatch(c.Context(), c.Actor, NewBatch{Key: in.Body.Key, Title: in.Body.Title, Each: in.Body.TellEach})
	return batchOf(c, b), err
}

type apiBatchesAsked struct {
	After string `query:"after" maxLength:"64" doc:"Where the list goes on: the member next of the page before."`
}

func (s *Service) apiBatchList(c *api.Call, in *apiBatchesAsked) (api.Page[apiSenderBatch], error) {
	list, next, err := s.Batches(c.Context(), c.Actor, false, in.After)
	var out []apiSenderBatch
	for _, b := range list {
		out = append(out, batchOf(c, b))
	}
	return api.NewPage(out, next), err
}

func (s *Service) apiBatchOne(c *api.Call, in *APISenderByID) (apiSenderBatch, error) {
	b, err := s.Batch(c.Context(), c.Actor, in.ID)
	return batchOf(c, b), err
}

type apiBatchPiece struct {
	APISenderByID
	Body struct {
		From    int          `json:"from" minimum:"0" doc:"How many rows come before the first of these."`
		Notices []apiMessage `json:"notices" minItems:"1" maxItems:"1000"`
	}
}

func (s *Service) apiBatchRows(c *api.Call, in *apiBatchPiece) (apiSenderBatch, error) {
	list := make([]Message, len(in.Body.Notices))
	for i, m := range in.Body.Notices {
		list[i] = m.message()
	}
	b, err := s.TakeRows(c.Context(), c.Actor, in.ID, in.Body.From, list)
	return batchOf(c, b), err
}

// batchStep is the operation of a step.
func (s *Service) batchStep(do func(context.Context, policy.Actor, string) (Batch, error)) func(*api.Call, *APISenderByID) (apiSenderBatch, error) {
	return func(c *api.Call, in *APISenderByID) (apiSenderBatch, error) {
		b, err := do(c.Context(), c.Actor, in.ID)
		return batchOf(c, b), err
	}
}

type apiBatchRow struct {
	Row       int64      `json:"row" doc:"The first one is 1."`
	Reference string     `json:"reference"`
	State     State      `json:"state" enum:"waiting,arrived,not_possible,refused,twin,left"`
	Field     string     `json:"field,omitempty" doc:"What was wrong with it."`
	Code      string     `json:"code,omitempty"`
	Detail    string     `json:"detail,omitempty"`
	ID        string     `json:"id,omitempty" doc:"GET /sender/notices/{id}; of a twin, the notice that was sent."`
	Number    string     `json:"number,omitempty"`
	At        *time.Time `json:"at,omitempty"`
	Viewed    *time.Time `json:"viewed,omitempty"`
	Deemed    *time.Time `json:"deemed,omitempty"`
}

func batchRowOf(c *api.Call, r Result) apiBatchRow {
	out := apiBatchRow{
		Row: r.Row, Reference: r.Reference, State: r.State, Field: r.Field, Code: r.Code, Detail: r.Reason.In(c.P.Lang()), ID: r.Sent.ID, Number: r.Sent.Number,
	}
	for to, at := range map[**time.Time]time.Time{&out.At: r.Sent.At, &out.Viewed: r.Sent.Viewed, &out.Deemed: r.Sent.Deemed} {
		if !at.IsZero() {
			*to = &at
		}
	}
	return out
}

type apiBatchRowsAsked struct {
	APISenderByID
	api.Paging
	Show string `query:"show" enum:"all,refused,unreached" default:"all" doc:"refused: with twins; unreached: not_possible."`
}

func (s *Service) apiBatchResults(c *api.Call, in *apiBatchRowsAsked) (api.Page[apiBatchRow], error) {
	after, err := int64(0), error(nil)
	if in.After != "" {
		if after, err = strconv.ParseInt(in.After, 10, 64); err != nil || after < 0 {
			return api.Page[apiBatchRow]{}, errs.InvalidFields([]errs.Field{{Name: "after", Code: "form.wrong"}})
		}
	}
	show := bulk.Show(in.Show)
	if in.Show == "all" {
		show = bulk.ShowAll
	}
	list, more, err := s.Results(c.Context(), c.Actor, in.ID, show, after, in.Limit)
	var out []apiBatchRow
	for _, r := range list {
		out = append(out, batchRowOf(c, r))
	}
	next := ""
	if more {
		next = strconv.FormatInt(list[len(list)-1].Row, 10)
	}
	return api.NewPage(out, next), err
}

type apiResultsAsked struct {
	APISenderByID
	Format string `query:"format" enum:"csv,jsonl" default:"csv" doc:"jsonl: one object a line, as in the list."`
}

func (s *Service) apiBatchFile(c *api.Call, in *apiResultsAsked) (api.File, error) {
	body, err := s.resultsFile(c, in.ID, in.Format)
	return api.File{Name: "tarazu-batch-" + in.ID + "." + in.Format, Type: fileTypes[in.Format], Body: body}, err
}

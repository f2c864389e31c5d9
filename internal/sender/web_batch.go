// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"io"
	"mime/multipart"
	"net/url"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// The most that a file of notices has, in bytes, and how long it may take.
const (
	maxFile     = 32 << 20
	fileTimeout = 2 * time.Minute
	shownRows   = 25
)

// batchesView is the batches of a body, with the form for a new one.
type batchesView struct {
	web.View
	test      bool
	now       time.Time
	list      []Batch
	paging    web.Paging
	templates []Template // approved ones; none: nothing can be sent
	live      bool       // the contract is in force
	act       string
	rows      int
}

func (s *Service) showBatches(c *web.Ctx) error { return s.batchesPage(c, c.View(nil, nil)) }

func (s *Service) batchesPage(c *web.Ctx, view web.View) error {
	v := batchesView{View: view, test: c.Query("show") == "test", act: id.New(), rows: s.rules.BatchRows, now: c.Now()}
	if view.Form != nil {
		v.test = view.Form.Raw("mode") == "test"
		if act := view.Form.Raw("act"); act != "" { // it goes on where it was cut off
			v.act = act
		}
	}
	list, next, err := s.Batches(c.Context(), c.Actor, v.test, c.Query("before"))
	if err != nil {
		return err
	}
	v.list = list
	if next != "" {
		v.paging.Older = v.address() + "&" + url.Values{"before": {next}}.Encode()
	}
	if c.Query("before") != "" {
		v.paging.Newer = v.address()
	}
	own, found, err := s.Own(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v.live = found && own.allows(false, s.today())
	if found && own.allows(true, s.today()) {
		all, err := s.Templates(c.Context(), c.Actor)
		if err != nil {
			return err
		}
		for _, t := range all {
			if t, found, err := s.standing(c.Context(), t.Body, t.ID); err != nil {
				return err
			} else if found {
				v.templates = append(v.templates, t)
			}
		}
	}
	return c.Render(web.Page{Title: c.T("sender.batches.title"), Lead: c.T("sender.batches.lead"), Active: "sender", Back: Path, Errors: view.Errors, Body: batchesBody(v)})
}

func (v batchesView) address() string {
	if v.test {
		return pathBatches + "?show=test"
	}
	return pathBatches + "?show=live"
}

func (v batchesView) modes() []web.Filter {
	return []web.Filter{
		{Label: v.T("sender.keys.live"), Href: pathBatches, On: !v.test}, {Label: v.T("sender.keys.test"), Href: pathBatches + "?show=test", On: v.test},
	}
}

// batchItems lists batches.
func batchItems(v web.View, list []Batch, now time.Time) (out []web.Item) {
	for _, b := range list {
		tag, tone := v.T("notice.bulk.state."+string(b.State)), batchTones[b.State]
		if b.rests(now) {
			tag, tone = v.T("sender.batch.rests_tag"), web.Warn
		}
		out = append(out, web.Item{
			Title: b.Title.In(v.P.Lang()), Href: b.page(), Tag: tag, Tone: tone,
			Meta: []string{v.T("sender.batch.so_far", "n", b.Total-b.Waiting(), "total", b.Total), v.P.Time(b.Made)},
		})
	}
	return out
}

func (v batchesView) choice() web.Choice {
	o := web.Choice{Name: "template", Label: v.T("sender.batch.template"), Prompt: v.T("sender.choose")}
	for _, t := range v.templates {
		o.Options = append(o.Options, web.Option{Value: t.ID, Label: t.Subject.In(v.P.Lang())})
	}
	return o
}

func (v batchesView) mode() web.Choice {
	o := web.Choice{Name: "mode", Label: v.T("sender.keys.mode"), Options: []web.Option{
		{Value: "test", Label: v.T("sender.keys.test"), Hint: v.T("sender.batch.test_hint"), On: v.test || !v.live},
	}}
	if v.live {
		o.Options = append(o.Options, web.Option{Value: "live", Label: v.T("sender.keys.live"), Hint: v.T("sender.batch.live_hint"), On: !v.test})
	}
	return o
}

// columns are what the files of the templates need, for people who make one.
func (v batchesView) columns() (out []web.SummaryRow) {
	for _, t := range v.templates {
		line := colReference + "," + colNational
		for _, f := range t.Fields {
			line += "," + f.Name
		}
		out = append(out, web.SummaryRow{Key: t.Subject.In(v.P.Lang()), Value: line, LTR: true})
	}
	return out
}

var batchTones = map[bulk.State]web.Tone{
	bulk.Taking: web.Neutral, bulk.Checked: web.Warn, bulk.Going: web.Info, bulk.Paused: web.Warn, bulk.Done: web.Good, bulk.Stopped: web.Bad,
}

// rests tells whether a batch waits for a quota.
func (b Batch) rests(now time.Time) bool { return b.State == bulk.Going && b.Rests.After(now) }

func (b Batch) page() string { return pathBatches + "/" + b.ID }

// postBatch takes a file in. The act of the form is the key of the batch: who was cut
// off sends the form again.
func (s *Service) postBatch(c *web.Ctx) error {
	if err := s.batches(c.Actor); err != nil {
		return err
	}
	f, err := c.Form(maxFile + maxForm)
	if err != nil {
		return err
	}
	title, template := f.Text("title", form.Required, form.Max(maxTitle)), f.Text("template", form.Missing("form.choose"), form.Max(64))
	mode, act := f.Choice("mode", "test", "live"), f.Text("act", form.Required, form.Max(50))
	h, _ := f.File("file")
	var b Batch
	if err = f.Err(); err == nil {
		b, err = s.takeFile(c.Context(), c.Actor, NewBatch{Key: "page:" + act, Title: title, Test: mode == "test"}, template, h)
	}
	return c.After(f, err, "sender.batch.taken", b.page(), s.batchesPage)
}

func (s *Service) takeFile(ctx context.Context, a policy.Actor, n NewBatch, template string, h *multipart.FileHeader) (Batch, error) {
	t, found, err := s.standing(ctx, a.For, template)
	if err != nil {
		return Batch{}, err
	}
	if !found {
		return Batch{}, errs.InvalidFields([]errs.Field{{Name: "template", Code: "sender.wrong.template"}})
	}
	if h.Size > maxFile {
		return Batch{}, fileWrong("sender.file.large", "max", maxFile>>20)
	}
	in, err := h.Open()
	if err != nil {
		return Batch{}, err
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		return Batch{}, err
	}
	list, err := s.ReadFile(t, data)
	if err != nil {
		return Batch{}, err
	}
	b, err := s.OpenBatch(ctx, a, n)
	if err != nil || b.State != bulk.Taking {
		return b, err
	}
	for from := 0; from < len(list); from += s.rules.PieceRows {
		if _, err := s.TakeRows(ctx, a, b.ID, from, list[from:min(from+s.rules.PieceRows, len(list))]); err != nil {
			return b, err
		}
	}
	return s.SealBatch(ctx, a, b.ID)
}

// batchView is one batch.
type batchView struct {
	web.View
	b       Batch
	now     time.Time
	days    int
	show    bulk.Show
	results web.TableOptions
	paging  web.Paging
}

func (s *Service) showBatch(c *web.Ctx) error { return s.batchPage(c, c.View(nil, nil)) }

func (s *Service) batchPage(c *web.Ctx, view web.View) error {
	b, err := s.Batch(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	v := batchView{View: view, b: b, now: c.Now()}
	if v.days, err = s.Days(c.Context(), c.Actor, b); err != nil {
		return err
	}
	if x := bulk.Show(c.Query("show")); x == bulk.ShowRefused || x == bulk.ShowUnreached {
		v.show = x
	}
	after, _ := strconv.ParseInt(c.Query("after"), 10, 64) // anything else is the first page
	list, more, err := s.Results(c.Context(), c.Actor, b.ID, v.show, max(0, after), shownRows)
	if err != nil {
		return err
	}
	v.table(list)
	if more {
		v.paging.Older = v.address(v.show, list[len(list)-1].Row)
	}
	if after > 0 {
		v.paging.Newer = v.address(v.show, 0)
	}
	v.paging.Back, v.paging.On = c.T("sender.rows.first"), c.T("sender.rows.on")
	page := web.Page{Title: b.Title.In(c.P.Lang()), Caption: c.T("sender.batches.title"), Active: "sender", Back: pathBatches, Errors: view.Errors, Body: batchBody(v)}
	if b.State == bulk.Going && after == 0 && !b.rests(v.now) {
		page.RefreshURL = v.address(v.show, 0)
	}
	return c.Render(page)
}

func (v batchView) address(show bulk.Show, after int64) string {
	q := url.Values{}
	if show != bulk.ShowAll {
		q.Set("show", string(show))
	}
	if after > 0 {
		q.Set("after", strconv.FormatInt(after, 10))
	}
	if len(q) == 0 {
		return v.b.page()
	}
	return v.b.page() + "?" + q.Encode()
}

func (v *batchView) table(list []Result) {
	v.results = web.TableOptions{
		Caption: v.T("sender.rows"), HiddenCaption: true, Empty: v.T("sender.rows.none"),
		Columns: []web.Column{{Label: v.T("sender.rows.row"), Numeric: true}, {Label: v.T("sender.rows.reference")}, {Label: v.T("sender.rows.outcome")}, {Label: v.T("sender.rows.about")}},
	}
	for _, r := range list {
		v.results.Rows = append(v.results.Rows, []web.Cell{
			{Text: v.P.Int(r.Row)}, {Text: r.Reference, LTR: true}, {Body: web.Tag(rowTones[r.State], v.T("sender.row."+string(r.State)))}, {Text: v.about(r)},
		})
	}
}

// about is what there is to say of a row.
func (v batchView) about(r Result) string {
	switch {
	case r.State == RowRefused && r.Field != "":
		return v.T("sender.rows.wrong", "field", i18n.LTR(r.Field), "reason", r.Reason.In(v.P.Lang()))
	case r.State == RowRefused:
		return r.Reason.In(v.P.Lang())
	case !r.Sent.Viewed.IsZero():
		return v.T("sender.rows.viewed", "at", r.Sent.Viewed)
	case !r.Sent.Deemed.IsZero():
		return v.T("sender.rows.deemed", "at", r.Sent.Deemed)
	case r.State == Arrived:
		return v.T("sender.rows.arrived", "at", r.Sent.At)
	case r.State == RowTwin && r.Sent.ID != "":
		return v.T("sender.rows.twin_sent", "at", r.Sent.At)
	}
	return ""
}

var rowTones = map[State]web.Tone{
	Arrived: web.Good, NotPossible: web.Warn, RowWaiting: web.Info, RowRefused: web.Bad, RowTwin: web.Neutral, RowLeft: web.Neutral,
}

func (v batchView) filters() []web.Filter {
	return []web.Filter{
		{Label: v.T("sender.rows.all"), Href: v.address(bulk.ShowAll, 0), On: v.show == bulk.ShowAll},
		{Label: v.T("sender.rows.unreached"), Href: v.address(bulk.ShowUnreached, 0), On: v.show == bulk.ShowUnreached},
		{Label: v.T("sender.rows.refused"), Href: v.address(bulk.ShowRefused, 0), On: v.show == bulk.ShowRefused},
	}
}

func (v batchView) facts() []web.SummaryRow {
	mode := v.T("sender.keys.live")
	if v.b.Test {
		mode = v.T("sender.keys.test")
	}
	state := web.Tag(batchTones[v.b.State], v.T("notice.bulk.state."+string(v.b.State)))
	if v.b.rests(v.now) {
		state = web.Tag(web.Warn, v.T("sender.batch.rests_tag"))
	}
	rows := []web.SummaryRow{
		{Key: v.T("sender.field.state"), Body: state}, {Key: v.T("sender.keys.mode"), Value: mode},
		{Key: v.T("notice.bulk.column.made"), Body: web.TimeText(v.P, v.b.Made)},
	}
	if !v.b.Started.IsZero() {
		rows = append(rows, web.SummaryRow{Key: v.T("sender.batch.started"), Body: web.TimeText(v.P, v.b.Started)})
	}
	if !v.b.Ended.IsZero() {
		rows = append(rows, web.SummaryRow{Key: v.T("notice.bulk.ended"), Body: web.TimeText(v.P, v.b.Ended)})
	}
	return rows
}

func (v batchView) figures() []web.Figure {
	waiting := v.T("sender.batch.waiting")
	if v.b.State == bulk.Stopped {
		waiting = v.T("sender.row.left")
	}
	out := []web.Figure{
		{Label: v.T("notice.bulk.figure.total"), Value: v.P.Int(int64(v.b.Total))},
		{Label: v.T("sender.row.arrived"), Value: v.P.Int(int64(v.b.Issued - v.b.Unreached)), Tone: web.Good},
		{Label: v.T("sender.row.not_possible"), Value: v.P.Int(int64(v.b.Unreached)), Note: v.T("sender.batch.paper")},
		{Label: waiting, Value: v.P.Int(int64(v.b.Waiting()))},
	}
	if v.b.Refused > 0 {
		out = append(out, web.Figure{Label: v.T("sender.row.refused"), Value: v.P.Int(int64(v.b.Refused)), Tone: web.Warn})
	}
	if v.b.Twins > 0 {
		out = append(out, web.Figure{Label: v.T("sender.row.twin"), Value: v.P.Int(int64(v.b.Twins))})
	}
	return out
}

// postStep starts, pauses, continues or stops.
func (s *Service) postStep(c *web.Ctx) error {
	step, ok := map[string]func(context.Context, policy.Actor, string) (Batch, error){
		"seal": s.SealBatch, "start": s.StartBatch, "pause": s.PauseBatch, "continue": s.ContinueBatch, "stop": s.StopBatch,
	}[c.Param("step")]
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	b, err := step(c.Context(), c.Actor, c.Param("id"))
	return c.After(f, err, "sender.batch.stepped", b.page(), s.batchPage)
}

func (s *Service) getResults(c *web.Ctx) error {
	b, err := s.resultsCSV(c.Context(), c.Actor, c.P, c.Param("id"))
	if err != nil {
		return err
	}
	return c.Download("tarazu-batch-"+c.Param("id")+".csv", fileTypes["csv"], b)
}

// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Batch is many notices of a body that are sent as one job.
type Batch struct {
	bulk.Batch
	Test bool
	Each bool // webhooks tell each of its notices, not only its end
}

// NewBatch is a batch to be made.
type NewBatch struct {
	Key   string // of the body: the same key is the same batch
	Title string
	Each  bool
	Test  bool // for people; a key sends in its own mode
}

type batchRow struct {
	Body      string     `db:"body"`
	ID        string     `db:"id"`
	Test      bool       `db:"test"`
	Each      bool       `db:"tell_each"`
	StartedBy string     `db:"started_by"`
	Capacity  string     `db:"capacity"`
	ByKey     bool       `db:"by_key"`
	Made      store.Time `db:"made_us"`
}

const (
	batchColumns = `body, id, test, tell_each, started_by, capacity, by_key, made_us`
	sqlBatch     = `SELECT ` + batchColumns + ` FROM sender_batch WHERE body = $1 AND id = $2`
	sqlBatchesIn = `SELECT ` + batchColumns + ` FROM sender_batch WHERE body = $1 AND id = ANY($2)`
	sqlMakeBatch = `INSERT INTO sender_batch (body, id, test, tell_each, made_us) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (body, id) DO NOTHING`
	sqlStarter   = `UPDATE sender_batch SET started_by = $3, capacity = $4, by_key = $5 WHERE body = $1 AND id = $2`
)

func (s *Service) today() civil.Day { return civil.Of(s.d.Clock.Now()) }

// kindBatch is the kind of rows that are notices of a body.
const kindBatch = "sender"

// line is who stands in turn for a body: what it sends, and apart from it its tests.
func line(body string, test bool) string {
	if test {
		return "body-test:" + body
	}
	return "body:" + body
}

// byKey tells whether a program acts, and not a person.
func byKey(a policy.Actor) bool { return a.Unit == unitLive || a.Unit == unitTest }

// batches checks that the actor sends batches for the body for which they stand.
func (s *Service) batches(a policy.Actor) error {
	if a.For == "" {
		return errs.New(errs.Forbidden, "sender.not_body")
	}
	return s.d.Policy.Check(a, "sender.batch", resource(a.For))
}

// Sends tells whether somebody sends batches for a body, for pages.
func (s *Service) Sends(a policy.Actor) bool { return s.batches(a) == nil }

// OpenBatch makes an empty batch, or finds the one that has its key.
func (s *Service) OpenBatch(ctx context.Context, a policy.Actor, n NewBatch) (_ Batch, err error) {
	defer errs.Wrap(&err, "sender.OpenBatch")
	if err := s.batches(a); err != nil {
		return Batch{}, err
	}
	if byKey(a) {
		n.Test = a.Unit == unitTest
	}
	n.Title = persian.Store(n.Title)
	var bad []errs.Field
	if !reference.MatchString(n.Key) {
		wrong(&bad, "key", "sender.wrong.reference")
	}
	switch size := utf8.RuneCountInString(n.Title); {
	case size == 0:
		wrong(&bad, "title", "form.required")
	case size > maxTitle || strings.ContainsAny(n.Title, "\n\t"):
		wrong(&bad, "title", "form.too_long", "max", maxTitle)
	}
	if err := errs.InvalidFields(bad); err != nil {
		return Batch{}, err
	}
	if err := s.mayBegin(ctx, a.For, n.Test); err != nil {
		return Batch{}, err
	}
	b, err := s.d.Bulk.Open(ctx, a, bulk.Order{
		Kind: kindBatch, Key: n.Key, Sender: line(a.For, n.Test), SenderKind: bulk.Body, Title: notice.Text{FA: n.Title, EN: n.Title},
	})
	if err != nil {
		return Batch{}, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlMakeBatch, a.For, b.ID, n.Test, n.Each, store.At(b.Made))
	})
	if err != nil {
		return Batch{}, err
	}
	return s.Batch(ctx, a, b.ID)
}

// maxTitle is how long the name of a batch may be, in letters.
const maxTitle = 120

// mayBegin refuses a batch that could not be sent.
func (s *Service) mayBegin(ctx context.Context, body string, test bool) error {
	c, found, err := store.Find[contractRow](ctx, s.d.DB, sqlLatest, body)
	if err == nil && (!found || !c.contract().allows(test, s.today())) {
		err = errs.New(errs.Forbidden, "sender.contract_rests")
	}
	return err
}

// own finds a batch of the body for which somebody acts; a key finds those of its mode.
func (s *Service) own(ctx context.Context, a policy.Actor, batch string) (batchRow, error) {
	if err := s.batches(a); err != nil {
		return batchRow{}, err
	}
	row, found, err := store.Find[batchRow](ctx, s.d.DB, sqlBatch, a.For, batch)
	if err == nil && (!found || byKey(a) && row.Test != (a.Unit == unitTest)) {
		err = errs.New(errs.NotFound, "")
	}
	return row, err
}

// Batch is how far a batch is.
func (s *Service) Batch(ctx context.Context, a policy.Actor, batch string) (_ Batch, err error) {
	defer errs.Wrap(&err, "sender.Batch")
	row, err := s.own(ctx, a, batch)
	if err != nil {
		return Batch{}, err
	}
	b, err := s.d.Bulk.Batch(ctx, a, batch)
	return Batch{Batch: b, Test: row.Test, Each: row.Each}, err
}

// Batches are the body's, the newest first: its tests, or the others. A key has those
// of its mode. before is the id of the last one of the page before.
func (s *Service) Batches(ctx context.Context, a policy.Actor, test bool, before string) (out []Batch, next string, err error) {
	defer errs.Wrap(&err, "sender.Batches")
	if err := s.batches(a); err != nil {
		return nil, "", err
	}
	if byKey(a) {
		test = a.Unit == unitTest
	}
	list, next, err := s.d.Bulk.BatchesOf(ctx, a, line(a.For, test), before)
	if err != nil || len(list) == 0 {
		return nil, next, err
	}
	ids := make([]string, len(list))
	for i, b := range list {
		ids[i] = b.ID
	}
	rows, err := store.All[batchRow](ctx, s.d.DB, sqlBatchesIn, a.For, ids)
	for _, b := range list {
		i := slices.IndexFunc(rows, func(r batchRow) bool { return r.ID == b.ID })
		if i >= 0 { // else it is being made at this moment
			out = append(out, Batch{Batch: b, Test: rows[i].Test, Each: rows[i].Each})
		}
	}
	return out, next, err
}

// TakeRows takes notices in, in order, from row from of the batch on (0 is the first);
// rows that are in already are passed over. A row that cannot be right is kept with its
// reason. Whether an addressee has an account is not looked at before its turn.
func (s *Service) TakeRows(ctx context.Context, a policy.Actor, batch string, from int, list []Message) (_ Batch, err error) {
	defer errs.Wrap(&err, "sender.TakeRows")
	row, err := s.own(ctx, a, batch)
	if err != nil {
		return Batch{}, err
	}
	if from < 0 || from+len(list) > s.rules.BatchRows {
		return Batch{}, errs.New(errs.TooLarge, "sender.batch.full", "max", s.rules.BatchRows)
	}
	rows, err := s.rowsOf(ctx, row, list)
	if err != nil {
		return Batch{}, err
	}
	if err := s.d.Bulk.Take(ctx, a, batch, from, rows); err != nil {
		return Batch{}, err
	}
	return s.Batch(ctx, a, batch)
}

// rowsOf looks at notices as they would be sent now.
func (s *Service) rowsOf(ctx context.Context, b batchRow, list []Message) ([]bulk.NewRow, error) {
	c, found, err := store.Find[contractRow](ctx, s.d.DB, sqlLatest, b.Body)
	if err != nil {
		return nil, err
	}
	if !found || !c.contract().allows(b.Test, s.today()) {
		return nil, errs.New(errs.Forbidden, "sender.contract_rests")
	}
	templates := map[string]*templateRow{}
	out := make([]bulk.NewRow, len(list))
	for i, m := range list {
		t, known := templates[m.Template]
		if !known {
			row, found, err := store.Find[templateRow](ctx, s.d.DB, sqlStanding, b.Body, m.Template)
			if err != nil {
				return nil, err
			}
			if found {
				t = &row
			}
			templates[m.Template] = t
		}
		payload, err := json.Marshal(m)
		if err != nil {
			return nil, err
		}
		out[i] = bulk.NewRow{Key: m.Reference, Label: m.Reference, Payload: payload, Wrong: s.wrongRow(c, t, m, b.Test)}
	}
	return out, nil
}

// wrongRow is why a notice could not be sent now; nil if it could.
func (s *Service) wrongRow(c contractRow, t *templateRow, m Message, test bool) error {
	_, _, bad := s.addressee(m, test)
	if !reference.MatchString(m.Reference) {
		bad = slices.Insert(bad, 0, errs.Field{Name: "reference", Code: "sender.wrong.reference"})
	}
	switch {
	case t == nil:
		wrong(&bad, "template", "sender.wrong.template")
	case !slices.Contains(strings.Fields(c.Kinds), t.Kind):
		wrong(&bad, "template", "sender.wrong.kind_contract")
	default:
		_, more := s.fill(t.template(), m.Fields)
		bad = append(bad, more...)
	}
	return errs.InvalidFields(bad)
}

// SealBatch says that all rows are in.
func (s *Service) SealBatch(ctx context.Context, a policy.Actor, batch string) (_ Batch, err error) {
	defer errs.Wrap(&err, "sender.SealBatch")
	return s.step(ctx, a, batch, s.d.Bulk.Seal)
}

// StartBatch lets a checked batch go; PauseBatch, ContinueBatch and StopBatch steer it.
// What was issued stays served.
func (s *Service) StartBatch(ctx context.Context, a policy.Actor, batch string) (_ Batch, err error) {
	defer errs.Wrap(&err, "sender.StartBatch")
	return s.goes(ctx, a, batch, bulk.Checked, s.d.Bulk.Start)
}

// PauseBatch lets a batch wait.
func (s *Service) PauseBatch(ctx context.Context, a policy.Actor, batch string) (_ Batch, err error) {
	defer errs.Wrap(&err, "sender.PauseBatch")
	return s.step(ctx, a, batch, s.d.Bulk.Pause)
}

// ContinueBatch lets a paused batch go on.
func (s *Service) ContinueBatch(ctx context.Context, a policy.Actor, batch string) (_ Batch, err error) {
	defer errs.Wrap(&err, "sender.ContinueBatch")
	return s.goes(ctx, a, batch, bulk.Paused, s.d.Bulk.Continue)
}

// StopBatch ends a batch: what waits is not sent, and its references are free again.
func (s *Service) StopBatch(ctx context.Context, a policy.Actor, batch string) (_ Batch, err error) {
	defer errs.Wrap(&err, "sender.StopBatch")
	return s.step(ctx, a, batch, s.d.Bulk.Stop)
}

func (s *Service) step(ctx context.Context, a policy.Actor, batch string, do func(context.Context, policy.Actor, string) error) (Batch, error) {
	if _, err := s.own(ctx, a, batch); err != nil {
		return Batch{}, err
	}
	if err := do(ctx, a, batch); err != nil {
		return Batch{}, err
	}
	return s.Batch(ctx, a, batch)
}

// goes is step for one after which notices are sent: who takes it answers for them.
func (s *Service) goes(ctx context.Context, a policy.Actor, batch string, from bulk.State, do func(context.Context, policy.Actor, string) error) (Batch, error) {
	b, err := s.Batch(ctx, a, batch)
	if err != nil {
		return Batch{}, err
	}
	if b.State != from {
		return Batch{}, errs.New(errs.Conflict, "notice.bulk.state")
	}
	if err := s.mayBegin(ctx, a.For, b.Test); err != nil {
		return Batch{}, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if !byKey(a) {
			if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
				return err
			}
		}
		return tx.ExecOne(ctx, sqlStarter, a.For, batch, a.Person, a.Capacity, byKey(a))
	})
	if err != nil {
		return Batch{}, err
	}
	return s.step(ctx, a, batch, do)
}

// Days is how many days a batch goes on at the quotas of the contract, if nothing else
// is sent; 0: it is not known.
func (s *Service) Days(ctx context.Context, a policy.Actor, b Batch) (_ int, err error) {
	defer errs.Wrap(&err, "sender.Days")
	c, found, err := store.Find[contractRow](ctx, s.d.DB, sqlLatest, a.For)
	if err != nil || !found || c.PerDay == 0 || b.State == bulk.Done || b.State == bulk.Stopped {
		return 0, err
	}
	used, _, err := store.Find[int64](ctx, s.d.DB, sqlCounted, a.For, b.Test, "d"+s.today().String())
	rest := int64(b.Waiting()) - max(0, c.PerDay-used)
	return 1 + int((max(0, rest)+c.PerDay-1)/c.PerDay), err
}

// sweepBatches leaves batches that nobody has started, with what stands in their rows.
func (s *Service) sweepBatches(ctx context.Context) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		before := tx.Now().Add(-time.Duration(s.rules.BatchDays) * 24 * time.Hour)
		return s.d.Bulk.LeaveTx(ctx, tx, kindBatch, before, s.both("sender.batch.stopped.old", "days", s.rules.BatchDays))
	})
}

// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"encoding/json"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// takeTries is how often rows are looked at anew when another batch of the sender
// took the same keys meanwhile.
const takeTries = 3

// Open makes an empty batch, or finds the one that has its key: then taking in
// goes on after Total rows. errs.Forbidden: the actor may not send for the sender.
func (s *Service) Open(ctx context.Context, a policy.Actor, n Order) (b Batch, err error) {
	defer errs.Wrap(&err, "bulk.Open")
	err = s.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
		b, _, err = s.openTx(ctx, tx, a, n)
		return err
	})
	return b, err
}

func (s *Service) openTx(ctx context.Context, tx *store.Tx, a policy.Actor, n Order) (Batch, bool, error) {
	r, err := s.order(tx, a, n)
	if err != nil {
		return Batch{}, false, err
	}
	return s.keepTx(ctx, tx, r)
}

// order is the row of a new batch.
func (s *Service) order(tx *store.Tx, a policy.Actor, n Order) (batchRow, error) {
	b := Batch{ID: id.New(), Sender: n.Sender, SenderKind: n.SenderKind, By: a}
	if err := s.d.Policy.Check(a, "bulk.start", resource(b)); err != nil {
		return batchRow{}, err
	}
	if _, ok := s.kinds[n.Kind]; !ok || n.Key == "" || len(n.Key) > maxKey || n.Sender == "" {
		return batchRow{}, errs.New(errs.Invalid, "notice.bulk.wrong")
	}
	return batchRow{
		ID: b.ID, Sender: n.Sender, SenderKind: n.SenderKind, Idem: n.Key, Kind: n.Kind, TitleFA: n.Title.FA, TitleEN: n.Title.EN,
		Person: a.Person, Role: a.Role, Unit: a.Unit, Branch: a.Branch, Name: a.Name, For: a.For, Capacity: a.Capacity, State: Taking, Made: store.At(tx.Now()),
	}, nil
}

// keepTx writes a new batch, or finds the one that has its key.
func (s *Service) keepTx(ctx context.Context, tx *store.Tx, r batchRow) (_ Batch, found bool, err error) {
	if made, err := store.InsertNew(ctx, tx, "notice_batch", r); made || err != nil {
		return r.batch(), false, err
	}
	first, err := store.One[batchRow](ctx, tx, sqlByKey, r.Sender, r.Idem)
	if err == nil && first.Kind != r.Kind {
		err = errs.New(errs.Conflict, "notice.bulk.wrong")
	}
	return first.batch(), true, err
}

// Take takes rows in, in order, from row from of the batch on (0 is the first).
// Rows that were taken in before are passed over, so that whoever was cut off
// sends again from where he knows. errs.Conflict, notice.bulk.gap: rows before
// from are missing; notice.bulk.sealed: the batch takes no more.
func (s *Service) Take(ctx context.Context, a policy.Actor, batch string, from int, rows []NewRow) (err error) {
	defer errs.Wrap(&err, "bulk.Take")
	for len(rows) > 0 {
		part := rows[:min(len(rows), takeMost)]
		if err := s.takePart(ctx, a, batch, from, part); err != nil {
			return err
		}
		from, rows = from+len(part), rows[len(part):]
	}
	return nil
}

func (s *Service) takePart(ctx context.Context, a policy.Actor, batch string, from int, rows []NewRow) (err error) {
	for range takeTries {
		r, err := store.One[batchRow](ctx, s.d.DB, sqlBatch, batch)
		if err != nil {
			return err
		}
		b := r.batch()
		if err := s.check(a, "bulk.start", b); err != nil {
			return err
		}
		switch {
		case b.State != Taking:
			return errs.New(errs.Conflict, "notice.bulk.sealed")
		case from > b.Total:
			return errs.New(errs.Conflict, "notice.bulk.gap")
		}
		fresh := rows[min(b.Total-from, len(rows)):]
		if len(fresh) == 0 {
			return nil
		}
		list, refused, twins, err := s.look(ctx, s.d.DB, b, b.Total, fresh)
		if err != nil {
			return err
		}
		if err := s.at("take"); err != nil {
			return err
		}
		err = s.d.DB.WriteBulk(ctx, len(list)+1, func(tx *store.Tx, i int) error {
			if i == len(list) {
				return tx.ExecOne(ctx, sqlTake, b.ID, b.Total, len(list), refused, twins)
			}
			return store.Insert(ctx, tx, "notice_batch_row", list[i])
		})
		if !errs.Is(err, errs.Conflict) {
			return err
		}
	}
	return err
}

// look says of each new row whether it can be issued.
func (s *Service) look(ctx context.Context, q store.Querier, b Batch, from int, rows []NewRow) (out []rowRow, refused, twins int, err error) {
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.Key
	}
	have, err := store.All[string](ctx, q, sqlTaken, b.Sender, keys)
	if err != nil {
		return nil, 0, 0, err
	}
	seen := make(map[string]bool, len(rows)+len(have))
	for _, k := range have {
		seen[k] = true
	}
	for i, n := range rows {
		r := rowRow{Batch: b.ID, N: int64(from + i), Sender: b.Sender, Idem: n.Key, Label: n.Label, State: RowWaiting}
		wrong := s.wrong(b.Kind, n)
		switch {
		case wrong != nil:
			w := s.words(wrong)
			r.State, r.ReasonFA, r.ReasonEN = RowRefused, w.FA, w.EN
			r.Field, r.Code = codeOf(wrong)
			r.Idem, r.Label = clip(n.Key, maxKey), clip(n.Label, maxLabel)
			refused++
		case seen[n.Key]:
			r.State = RowTwin
			twins++
		default:
			seen[n.Key], r.Payload = true, string(n.Payload)
		}
		out = append(out, r)
	}
	return out, refused, twins, nil
}

// wrong is why a row can never be issued; nil if it can.
func (s *Service) wrong(kind string, n NewRow) error {
	switch k := s.kinds[kind]; {
	case n.Wrong != nil:
		return n.Wrong
	case n.Key == "" || len(n.Key) > maxKey || !utf8.ValidString(n.Key):
		return errs.New(errs.Invalid, "notice.bulk.wrong_key")
	case len(n.Label) > maxLabel || !utf8.ValidString(n.Label):
		return errs.New(errs.Invalid, "notice.bulk.wrong_label")
	case len(n.Payload) > maxPayload || !json.Valid(n.Payload):
		return errs.New(errs.Invalid, "notice.bulk.wrong_row")
	case k.Check != nil:
		return k.Check(n.Payload)
	}
	return nil
}

// clip cuts a text that is kept only to be shown.
func clip(s string, most int) string {
	out := ""
	for _, r := range s {
		if len(out)+utf8.RuneLen(r) > most || r == utf8.RuneError {
			break
		}
		out += string(r)
	}
	return out
}

// Seal says that all rows are in.
func (s *Service) Seal(ctx context.Context, a policy.Actor, batch string) (err error) {
	defer errs.Wrap(&err, "bulk.Seal")
	return s.move(ctx, a, batch, "bulk.start", []State{Taking}, func(tx *store.Tx, b Batch) error {
		return tx.ExecOne(ctx, sqlMove, b.ID, Taking, Checked)
	})
}

// Start lets a checked batch go.
func (s *Service) Start(ctx context.Context, a policy.Actor, batch string) (err error) {
	defer errs.Wrap(&err, "bulk.Start")
	return s.move(ctx, a, batch, "bulk.start", []State{Checked}, func(tx *store.Tx, b Batch) error {
		if err := tx.ExecOne(ctx, sqlStart, b.ID, store.At(tx.Now())); err != nil {
			return err
		}
		return s.startedTx(ctx, tx, a, b)
	})
}

// StartTx makes a batch of the rows and lets it go, in the transaction of the act
// that causes it. The same key again answers with the first batch and takes
// nothing in.
func (s *Service) StartTx(ctx context.Context, tx *store.Tx, a policy.Actor, n Order, rows []NewRow) (_ Batch, err error) {
	defer errs.Wrap(&err, "bulk.StartTx")
	r, err := s.order(tx, a, n)
	if err != nil {
		return Batch{}, err
	}
	list, refused, twins, err := s.look(ctx, tx, r.batch(), 0, rows)
	if err != nil {
		return Batch{}, err
	}
	r.State, r.Started = Going, r.Made
	r.Total, r.Refused, r.Twins = int64(len(list)), int64(refused), int64(twins)
	b, found, err := s.keepTx(ctx, tx, r)
	if err != nil || found {
		return b, err
	}
	if err := store.InsertAll(ctx, tx, "notice_batch_row", list); err != nil {
		return b, err
	}
	return b, s.startedTx(ctx, tx, a, b)
}

// startedTx is what follows when a batch has been let go: evidence and turns.
func (s *Service) startedTx(ctx context.Context, tx *store.Tx, a policy.Actor, b Batch) error {
	if err := s.recordTx(ctx, tx, a, eventStarted, b); err != nil {
		return err
	}
	return s.goTx(ctx, tx, b)
}

// goTx gives the sender turns again.
func (s *Service) goTx(ctx context.Context, tx *store.Tx, b Batch) error {
	if err := tx.Exec(ctx, sqlBusy, b.Sender); err != nil {
		return err
	}
	return s.wakeTx(ctx, tx)
}

// recordTx is the evidence of what became of a batch; each notice has its own.
func (s *Service) recordTx(ctx context.Context, tx *store.Tx, a policy.Actor, event string, b Batch) error {
	content, err := ledger.Canonical(map[string]any{
		"batch": b.ID, "sender": b.Sender, "kind": b.Kind, "rows": b.Total, "issued": b.Issued, "refused": b.Refused, "twins": b.Twins,
	})
	if err != nil {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: b.ID, Subject: b.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For, Content: content,
	})
	return err
}

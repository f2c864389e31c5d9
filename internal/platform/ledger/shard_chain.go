// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"fmt"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Chain is the receipts of the records with which the logs of the chain end and
// begin, one after another: who trusts the key of one log follows it to the
// others (receipt.Options.Follow). Receipts that wait for their witnesses are
// left out, with all that come after. It fails with errs.NotFound while there
// is only one log.
func (l *Ledger) Chain(ctx context.Context) (out []byte, err error) {
	defer errs.Wrap(&err, "ledger.Chain")
	list, err := l.chain(ctx)
	if err != nil {
		return nil, err
	}
	for i, g := range list {
		if i > 0 {
			file, err := l.receiptAt(ctx, g.Origin, 0, receipt.EventOpened)
			if errs.Is(err, errs.Conflict) {
				break
			}
			if err != nil {
				return nil, err
			}
			out = append(out, file...)
		}
		if g.State != ShardSealed {
			continue
		}
		file, err := l.receiptAt(ctx, g.Origin, g.Size-1, receipt.EventClosed)
		if errs.Is(err, errs.Conflict) {
			break
		}
		if err != nil {
			return nil, err
		}
		out = append(out, file...)
	}
	if len(out) == 0 {
		return nil, errs.New(errs.NotFound, "ledger.no_chain")
	}
	return out, nil
}

// receiptAt is the receipt of the record at a place, if it is one about logs.
func (l *Ledger) receiptAt(ctx context.Context, origin string, index int64, event string) ([]byte, error) {
	e, err := store.One[entry](ctx, l.db, sqlAtPlace, origin, index)
	if err != nil {
		return nil, asDamage(err)
	}
	if r, err := receipt.DecodeRecord(e.Record); err != nil || r.Event != event || e.Owner != ShardOwner {
		return nil, damaged(fmt.Errorf("the record at %d of %s is not that of %s: %v", index, origin, event, err))
	}
	return l.Receipt(ctx, e.Owner, e.ID)
}

// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"encoding/json"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Plain is the kind of rows that are notices as they stand (Notice).
const Plain = "notice"

// Notice is the payload of a notice as it stands. Its key and who issues it come
// from the batch.
func Notice(n notice.NewNotice) ([]byte, error) {
	n.Key, n.IssuedBy = "", policy.Actor{}
	return json.Marshal(n)
}

func (s *Service) plain() Kind {
	read := func(payload []byte) (n notice.NewNotice, err error) {
		if err := json.Unmarshal(payload, &n); err != nil {
			return n, errs.New(errs.Invalid, "notice.bulk.wrong_row").Because(err)
		}
		return n, nil
	}
	return Kind{
		Name: Plain, Blind: true,
		Check: func(payload []byte) error {
			n, err := read(payload)
			if err != nil {
				return err
			}
			n.Key = "later"
			return n.Check()
		},
		Issue: func(ctx context.Context, tx *store.Tx, by policy.Actor, r Row) (notice.Issued, error) {
			n, err := read(r.Payload)
			if err != nil {
				return notice.Issued{}, err
			}
			n.Key, n.IssuedBy = r.Key, by
			return s.d.Notice.IssueTx(ctx, tx, n)
		},
		Known: func(ctx context.Context, tx *store.Tx, r Row) (notice.Issued, bool, error) {
			return s.d.Notice.IssuedTx(ctx, tx, r.Key)
		},
	}
}

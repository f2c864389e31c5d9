// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// CaseFor reads a case whole, for the modules above that decide by rules of
// their own who may see what; pages use Case. errs.NotFound if there is none.
func (s *Service) CaseFor(ctx context.Context, q store.Querier, id string) (_ Case, err error) {
	defer errs.Wrap(&err, "docket.CaseFor")
	return readCase(ctx, q, id)
}

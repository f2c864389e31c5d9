// SPDX-License-Identifier: Apache-2.0

package web

import "github.com/tarazu/tarazu/internal/platform/errs"

func showComponents(*Ctx) error { return errs.New(errs.NotFound, "") }

// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/config"
)

// deaths closes the accounts of those whom a file of the civil registry names.
func deaths(ctx context.Context, cfg config.Config, args []string, e env) error {
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	return withApp(ctx, cfg, func(a *app.App) error {
		sum, err := a.Steward.ApplyFeed(ctx, text)
		fmt.Fprintf(e.out, "%d people in the file: %d accounts closed, %d were closed before, %d have no account\n", sum.Lines, sum.Closed, sum.Before, sum.Unknown)
		return err
	})
}

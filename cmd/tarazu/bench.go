// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/tarazu/tarazu/internal/bench"
	"github.com/tarazu/tarazu/internal/platform/aside"
	"github.com/tarazu/tarazu/internal/platform/config"
)

// benchmark measures on databases of its own, whatever the configuration says.
func benchmark(ctx context.Context, args []string, e env) int {
	aside.MakeRoom(config.Security{}.Passwords()) // as in serve
	aside.SlowCollector()
	return bench.Command(ctx, args, e.out, e.errOut)
}

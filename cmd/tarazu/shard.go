// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/ledger"
)

// auditCommand is `tarazu audit`.
func auditCommand(ctx context.Context, args []string, e env) int {
	if len(args) > 0 {
		h, _ := helpOf([]string{"audit"})
		h.print(e.errOut, e.lang)
		return exitUsage
	}
	return admin(ctx, []string{"audit"}, e)
}

// newShard ends the log and opens the next one with the same key.
func newShard(ctx context.Context, cfg config.Config, _ []string, e env) error {
	return turn(ctx, cfg, e, func(l *ledger.Ledger, _ ledger.Opened) error {
		return l.TurnSame(ctx, l.Origin(), ledger.WhyShard)
	})
}

// rotateKey ends the log and opens the next one with a new key.
func rotateKey(ctx context.Context, cfg config.Config, args []string, e env) error {
	why := ledger.WhyKey
	if len(args) > 0 {
		known := false
		if why, known = map[string]string{"prepare": "", "lost": ledger.WhyLost, "known": ledger.WhyKnown}[args[0]]; !known {
			return errUsage
		}
	}
	return turn(ctx, cfg, e, func(l *ledger.Ledger, o ledger.Opened) error {
		list, err := l.Shards(ctx)
		if err != nil {
			return err
		}
		name, err := l.NextOrigin(ctx)
		if err != nil {
			return err
		}
		key, file, err := o.Ring.Prepare(list, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.out, "The key of the next log is in %s.\n%s\n", file, key.VKey())
		if why == "" {
			fmt.Fprintln(e.out, "Copy the file to the same place on every other machine, and to the safe. Then run: tarazu admin rotate-key")
			return nil
		}
		return l.Turn(ctx, ledger.Turn{From: l.Origin(), Next: key, Why: why})
	})
}

// turn runs a change of logs and says what came of it. A key that is missing
// is for the change to refuse: it may be why it is made.
func turn(ctx context.Context, cfg config.Config, e env, change func(l *ledger.Ledger, o ledger.Opened) error) error {
	if _, err := prepare(ctx, cfg); err != nil {
		return err
	}
	db, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	o, err := ledger.ReadChain(ctx, db, cfg.Ledger.KeyFile, cfg.Ledger.Origin)
	if _, missing := errors.AsType[*ledger.KeyError](err); err != nil && (!missing || o.First.VKey() == "") {
		return err
	}
	l, err := newLog(cfg, db, o, ledger.Deps{})
	if err != nil {
		return err
	}
	if err := l.Refresh(ctx); err != nil {
		return err
	}
	before := l.Origin()
	if err := change(l, o); err != nil || l.Origin() == before {
		return err
	}
	size, _, err := l.Ended(ctx, before)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s has ended with %d records. The log is %s now, and its key is\n%s\nPublish both. Running processes go on by themselves.\n", before, size, l.Origin(), l.VKey())
	return nil
}

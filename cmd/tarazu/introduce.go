// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/identity/intro"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

var doingRows = words{"ردیف\u200cها", "Rows"}

// introduce checks a file that introduces people and applies it if asked to, or
// takes back what one has given.
func introduce(ctx context.Context, cfg config.Config, args []string, e env) error {
	apply := len(args) == 3 && args[2] == "apply"
	switch {
	case len(args) == 2 && args[0] == "undo":
		return withApp(ctx, cfg, func(a *app.App) error {
			if err := a.Intro.Undo(ctx, operator, args[1]); err != nil {
				return inWords(a, args[1], err)
			}
			return workOn(ctx, a, args[1], e)
		})
	case len(args) == 3 && !apply:
		return errUsage
	}
	data, err := readFile(args[1])
	if err != nil {
		return err
	}
	return withApp(ctx, cfg, func(a *app.App) error {
		b, err := a.Intro.Check(ctx, operator, args[0], "", filepath.Base(args[1]), data)
		if err != nil {
			return inWords(a, args[1], err)
		}
		fmt.Fprintf(e.out, "batch %s: %d rows, %d of them wrong\n", b.ID, b.Total, b.Wrong)
		if err := showWrong(ctx, a, b, e); err != nil || !apply {
			return err
		}
		if err := a.Intro.Apply(ctx, operator, b.ID); err != nil {
			return inWords(a, args[1], err)
		}
		return workOn(ctx, a, b.ID, e)
	})
}

// inWords is an error of the service in the words of its page.
func inWords(a *app.App, what string, err error) error {
	p := a.Words.Printer(i18n.EN)
	if e, ok := errors.AsType[*errs.Error](err); ok && p.Has(e.Code) {
		return fmt.Errorf("%s: %s", what, p.T(e.Code, e.Args...))
	}
	return err
}

// workOn does the work here, so that it can be watched; what is left of it is
// done by whoever serves.
func workOn(ctx context.Context, a *app.App, batch string, e env) error {
	p := newProgress(e)
	if err := a.Intro.Work(ctx, batch, func(done, total int) { p.step(doingRows, int64(done), int64(total)) }); err != nil {
		return err
	}
	b, n, err := a.Intro.Batch(ctx, operator, batch)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s: %s; granted %d, waiting for an account %d, had it already %d, refused %d, taken back %d\n", b.ID, b.State,
		n[intro.Granted], n[intro.Introduced], n[intro.KnownAs], n[intro.Refused], n[intro.TakenBack])
	return nil
}

// showWrong lists what is wrong, without what stands in the rows.
func showWrong(ctx context.Context, a *app.App, b intro.Batch, e env) error {
	const page = 1000
	words := a.Words.Printer(e.lang)
	for n := 0; b.Wrong > 0 && n < b.Total; n += page {
		lines, err := a.Intro.Lines(ctx, operator, b.ID, n, page)
		if err != nil {
			return err
		}
		for _, l := range lines {
			if l.Problem != "" {
				fmt.Fprintf(e.out, "%d\t%s\t%s\n", l.Line, l.Field, words.T(l.Problem))
			}
		}
	}
	return nil
}

// readFile reads a file of introductions, a little more than may come, so that
// one that is too large is refused as such.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, intro.MaxBytes+1))
}

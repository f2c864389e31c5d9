// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"regexp"
	"slices"
	"strconv"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// yearName is what a log's name ends in: a year, and a number if it is not the
// first log of that year.
var yearName = regexp.MustCompile(`/1[0-9]{3}(-[0-9]+)?$`)

// NextOrigin is a name for the log that goes on from the newest one today: the
// same, with this year (Solar Hijri) at its end, and a number if there is such a
// log already.
func (l *Ledger) NextOrigin(ctx context.Context) (_ string, err error) {
	defer errs.Wrap(&err, "ledger.NextOrigin")
	all, err := store.All[Log](ctx, l.db, sqlShards)
	if err != nil {
		return "", err
	}
	s, err := l.newest(ctx)
	if err != nil {
		return "", err
	}
	year, _, _ := civil.Of(l.clock.Now()).Jalali()
	base := yearName.ReplaceAllString(s.origin, "") + "/" + strconv.Itoa(year)
	name := base
	for n := 2; name == s.origin || slices.ContainsFunc(all, func(g Log) bool { return g.Origin == name }); n++ {
		name = base + "-" + strconv.Itoa(n)
	}
	return name, nil
}

// TurnYear ends the newest log if it began in an earlier year than this one
// (Solar Hijri, in Tehran). The next one has the same secret under a name of its
// own, so that every machine that has it goes on. A job calls it now and then.
func (l *Ledger) TurnYear(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "ledger.TurnYear")
	s, err := l.newest(ctx)
	if err != nil || s.signer == nil || l.keys == nil {
		return err
	}
	first, found, err := store.Find[entry](ctx, l.db, sqlAtPlace, s.origin, 0)
	if err != nil || !found {
		return err
	}
	began, _, _ := civil.Of(first.Staged.Time).Jalali()
	if year, _, _ := civil.Of(l.clock.Now()).Jalali(); began >= year {
		return nil
	}
	return l.TurnSame(ctx, s.origin, WhyYear)
}

// TurnSame is Turn to a log with the secret of the newest one.
func (l *Ledger) TurnSame(ctx context.Context, from, why string) (err error) {
	defer errs.Wrap(&err, "ledger.TurnSame")
	if l.keys == nil {
		return errNoKey
	}
	name, err := l.NextOrigin(ctx)
	if err != nil {
		return err
	}
	k, err := l.keys(l.VKey())
	if err == nil {
		k, err = k.As(name)
	}
	if err != nil {
		return err
	}
	return l.Turn(ctx, Turn{From: from, Next: k, Why: why})
}

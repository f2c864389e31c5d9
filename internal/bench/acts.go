// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/bench/world"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/id"
)

const (
	againstBare  = "bare driver, 1 tx each"
	againstBest  = "best of the bare driver"
	againstBoth  = "best of the bare driver and pgbench"
	againstArgon = "argon2id alone (x/crypto)"
	againstKept  = "argon2id alone, memory kept"
	againstBytes = "bare handler, same query"
	countEntries = `SELECT count(*) FROM ledger_entry`
)

// load is a measurement with so many clients.
func (r *rig) load(clients int) load {
	return load{clients: clients, dur: r.o.dur(), warm: max(2*clients, 8), server: r.dbs.process()}
}

func (r *rig) submitOne(a *app.App) func(ctx context.Context, i int) error {
	return func(ctx context.Context, i int) error {
		_, err := a.Filing.Submit(ctx, r.filings[i].Owner, r.filings[i].ID, r.codes[i])
		return err
	}
}

// replay sends the statements of acts[i].
func replay(b raw, acts []act) func(ctx context.Context, i int) error {
	return func(ctx context.Context, i int) error { return b.run(ctx, acts[i]) }
}

// submit: the code is checked, and the filing with its case, parties, evidence,
// desk, timeline and jobs is written.
func (r *rig) submit(ctx context.Context, t *table) error {
	return r.both(ctx, r.petitions, submitters, app.Options{Clock: r.soonAfter()}, func(a *app.App, b raw) error {
		l := r.load(submitters)
		l.most = len(r.filings)
		ours, base, err := r.pair(
			func() (sample, error) { return closed(ctx, l, r.submitOne(a)) },
			func() (sample, error) { return sameRows(ctx, b, len(r.submitted), 2, l, replay(b, r.submitted)) },
		)
		if err == nil {
			t.add(Row{What: "submit a filing", Clients: submitters, Against: againstBare, Wanted: "0.7"}, ours, base)
		}
		return err
	})
}

// sameRows makes sure that the bare driver wrote what the program does: each
// act so and so many records of evidence.
func sameRows(ctx context.Context, b raw, most, evidence int, l load, do func(ctx context.Context, i int) error) (sample, error) {
	if l.most = most; l.warm > most/2 {
		return sample{}, fmt.Errorf("%d traced acts are too few", most)
	}
	before, err := b.number(ctx, countEntries)
	if err != nil {
		return sample{}, err
	}
	s, err := closed(ctx, l, do)
	if err != nil {
		return s, err
	}
	after, err := b.number(ctx, countEntries)
	if err == nil && after-before != int64((s.N+l.warm)*evidence) {
		err = fmt.Errorf("the bare driver wrote %d records of evidence for %d acts", after-before, s.N)
	}
	return s, err
}

// notice is one of about a kilobyte, as a court writes it.
func (r *rig) notice(owner, n int) notice.NewNotice {
	p := r.people[owner%len(r.people)]
	return notice.NewNotice{
		Key: id.New(), Owner: p.ID, AddresseeName: p.Name(), NationalCode: p.NationalCode, Kind: notice.KindHearing,
		Case: id.New(), CaseNumber: fmt.Sprintf("1404239223101%05d", n%100000), Unit: "23101", UnitName: "مجتمع قضایی حقوقی تهران", UnitNameEN: "Tehran Civil Judicial Complex",
		Title: notice.Text{FA: "ابلاغ وقت دادرسی", EN: "Notice of a hearing"},
		Paper: notice.Text{
			FA: "بدین وسیله به شما ابلاغ می‌شود که وقت رسیدگی به دعوای مطروح در این شعبه تعیین شده است. در روز و ساعت یادشده با مدارک هویتی و اصل اسناد خود در شعبه حاضر شوید. " +
				"حاضر نشدن شما مانع رسیدگی و صدور رأی نیست. می‌توانید پیش از آن روز لایحهٔ خود را از همین سامانه بفرستید.",
			EN: "You are notified that a day has been set to hear the claim before this branch. Come to the branch on that day and hour with proof of identity and the originals of your documents. " +
				"If you do not come, the court may still hear the claim and decide. You may send a brief through this service before that day.",
		},
		Rule: "cpc-54", Province: "tehran", IssuedBy: world.System,
	}
}

func (r *rig) deliverOne(a *app.App) func(ctx context.Context, i int) error {
	return func(ctx context.Context, i int) error {
		_, err := a.Notice.Deliver(ctx, r.notice(i, i))
		return err
	}
}

// deliver at several numbers of clients, with group commit and without.
func (r *rig) deliver(ctx context.Context, t *table) error {
	return r.both(ctx, r.plain, 128, app.Options{}, func(a *app.App, b raw) error {
		ungrouped, err := r.dbs.copy(ctx, r.plain)
		if err != nil {
			return err
		}
		err = r.with(ctx, ungrouped, app.Options{NoGroup: true}, func(single *app.App) error {
			return r.deliverAll(ctx, t, a, single, b)
		})
		if derr := r.dbs.drop(context.WithoutCancel(ctx), ungrouped); err == nil {
			err = derr
		}
		return err
	})
}

func (r *rig) deliverAll(ctx context.Context, t *table, a, single *app.App, b raw) error {
	done := 0 // acts that the bare driver has sent
	var best, last sample
	bare := func(l load) (sample, error) {
		rest := r.delivered[done:]
		s, err := sameRows(ctx, b, len(rest), 2, l, replay(b, rest))
		done += s.N + l.warm
		if s.Rate > best.Rate {
			best = s
		}
		return s, err
	}
	for _, clients := range []int{1, 8, 32, 128} {
		l := r.load(clients)
		if clients == 8 { // where one transaction each is often at its best
			if _, err := bare(l); err != nil {
				return err
			}
			continue
		}
		ours, base, err := r.pair(
			func() (sample, error) { return closed(ctx, l, r.deliverOne(a)) },
			func() (sample, error) { return bare(l) },
		)
		if err != nil {
			return err
		}
		last = ours
		wanted := map[int]string{32: "0.7"}[clients]
		t.add(Row{What: "deliver a notice", Clients: clients, Against: againstBare, Wanted: wanted}, ours, base)
		if clients == 1 {
			continue
		}
		alone, err := closed(ctx, l, r.deliverOne(single))
		if err != nil {
			return err
		}
		t.add(Row{What: "deliver, no group commit", Clients: clients, Against: againstBare}, alone, base)
	}
	row := Row{What: "deliver a notice", Clients: 128, Against: againstBest, Wanted: "3"}
	if _, ok := r.dbs.(*pgDatabases); ok {
		tps, err := r.pgbenchBest(ctx)
		if err != nil {
			return err
		}
		row.Against, row.Wanted = againstBoth, "1.5"
		if t.add(Row{What: "deliver a notice", Clients: 128, Against: "pgbench, 1 tx each"}, last, sample{Rate: tps, N: 1}); tps > best.Rate {
			best = sample{Rate: tps, N: 1}
		}
	}
	t.add(row, last, best)
	return nil
}

// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"cmp"
	"context"
	_ "embed" // for the targets
	"encoding/json"
	"slices"
	"strconv"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// smallest is the least number of people that is shown: of fewer somebody might
// be told who knows one of them.
const smallest = 5

// Target is a share of fully electronic registrations that was reported or is
// aimed at, from a day on.
type Target struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`  // reported, aim
	Share    int       `json:"share"` // percent
	From     civil.Day `json:"from"`
	SourceFA string    `json:"source_fa"`
	SourceEN string    `json:"source_en"`
}

// Source names where the target is from.
func (t Target) Source(l i18n.Lang) string {
	if l == i18n.EN {
		return t.SourceEN
	}
	return t.SourceFA
}

//go:embed targets.json
var targetsJSON []byte

// Count is one number of a report. Hidden: it is too small to be shown, or would
// tell another one that is.
type Count struct {
	Key    string // month 140405, channel, level, class, province or cause; "" not known
	N      int64
	Hidden bool
}

// Month is what was registered in a month.
type Month struct {
	Key        string // 140405
	Electronic int64
	All        int64
	Hidden     bool
}

// Share is the part of a hundred that was fully electronic.
func (m Month) Share() int {
	if m.All == 0 {
		return 0
	}
	return int((m.Electronic*200 + m.All) / (2 * m.All))
}

// Report is how people came to have accounts.
type Report struct {
	Total   Month // of all months; without those who were introduced by a file
	Months  []Month
	Tables  []ReportTable
	Targets []Target
}

// ReportTable are the numbers of one kind.
type ReportTable struct {
	Of     string // channel, level, class, province, cause
	Counts []Count
}

type countRow struct {
	Key string `db:"key"`
	N   int64  `db:"n"`
}

type monthRow struct {
	Month      int64 `db:"month"`
	Electronic int64 `db:"electronic"`
	N          int64 `db:"n"`
}

const (
	sqlMonths = `
SELECT month, CAST(sum(CASE WHEN channel IN ('self', 'broker', 'consul') THEN n ELSE 0 END) AS BIGINT) AS electronic, CAST(sum(n) AS BIGINT) AS n
FROM identity_count WHERE channel <> 'file' GROUP BY month ORDER BY month DESC`
	sqlByChannel  = `SELECT channel AS key, CAST(sum(n) AS BIGINT) AS n FROM identity_count GROUP BY channel`
	sqlByLevel    = `SELECT CASE level WHEN 0 THEN '0' WHEN 1 THEN '1' WHEN 2 THEN '2' ELSE '3' END AS key, CAST(sum(n) AS BIGINT) AS n FROM identity_count GROUP BY level`
	sqlByClass    = `SELECT class AS key, CAST(sum(n) AS BIGINT) AS n FROM identity_count GROUP BY class`
	sqlByProvince = `SELECT province AS key, CAST(sum(n) AS BIGINT) AS n FROM identity_count GROUP BY province`
	sqlByCause    = `SELECT cause AS key, CAST(sum(n) AS BIGINT) AS n FROM identity_refusal GROUP BY cause`
)

// Registrations reports how people came to have accounts. Nobody can be told
// from it: see hide.
func (s *Service) Registrations(ctx context.Context, by policy.Actor) (_ Report, err error) {
	defer errs.Wrap(&err, "steward.Registrations")
	if err := s.d.Policy.Check(by, "steward.counts", policy.Resource{Type: "RegisterOfPeople", ID: "counts"}); err != nil {
		return Report{}, err
	}
	var r Report
	if err := json.Unmarshal(targetsJSON, &r.Targets); err != nil {
		return Report{}, err
	}
	today := civil.Of(s.d.Clock.Now())
	r.Targets = slices.DeleteFunc(r.Targets, func(t Target) bool { return t.From > today })
	months, err := store.All[monthRow](ctx, s.d.DB, sqlMonths)
	if err != nil {
		return Report{}, err
	}
	for _, m := range months {
		r.Total.Electronic += m.Electronic
		r.Total.All += m.N
		r.Months = append(r.Months, Month{Key: strconv.FormatInt(m.Month, 10), Electronic: m.Electronic, All: m.N})
	}
	hideMonths(r.Months)
	r.Total.Hidden = few(r.Total.Electronic) || few(r.Total.All-r.Total.Electronic)
	for _, t := range []struct{ of, sql string }{
		{"channel", sqlByChannel}, {"level", sqlByLevel}, {"class", sqlByClass}, {"province", sqlByProvince}, {"cause", sqlByCause},
	} {
		rows, err := store.All[countRow](ctx, s.d.DB, t.sql)
		if err != nil {
			return Report{}, err
		}
		table := ReportTable{Of: t.of}
		for _, row := range rows {
			table.Counts = append(table.Counts, Count{Key: row.Key, N: row.N})
		}
		slices.SortFunc(table.Counts, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Key, b.Key)) })
		hide(table.Counts)
		r.Tables = append(r.Tables, table)
	}
	return r, nil
}

func few(n int64) bool { return n > 0 && n < smallest }

// hide hides small numbers. The total is known, so one hidden number alone could
// be computed from the others: the next smallest is hidden with it.
func hide(list []Count) {
	hidden := 0
	for i, c := range list {
		if few(c.N) {
			list[i].Hidden = true
			hidden++
		}
	}
	if hidden != 1 {
		return
	}
	next := -1
	for i, c := range list {
		if !c.Hidden && c.N > 0 && (next < 0 || c.N < list[next].N) {
			next = i
		}
	}
	if next >= 0 {
		list[next].Hidden = true
	}
}

// hideMonths hides a month as a whole if one of its two parts is small, and
// another one with it if it is the only one.
func hideMonths(list []Month) {
	counts := make([]Count, len(list))
	for i, m := range list {
		counts[i].N = m.All
		if few(m.Electronic) || few(m.All-m.Electronic) {
			counts[i].N = 1
		}
	}
	hide(counts)
	for i := range list {
		list[i].Hidden = counts[i].Hidden
	}
}

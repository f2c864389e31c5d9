// SPDX-License-Identifier: Apache-2.0

package series

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldSeries = `SELECT serial AS number, tag, salt FROM notice_series_head WHERE owner = $1 ORDER BY owner LIMIT $2`
	sqlHeldLines  = `SELECT serial AS number, notice AS id, arrived_us AS arrived, evidence AS record FROM notice_series_line WHERE owner = $1 ORDER BY serial DESC LIMIT $2`
)

// Held is what this package keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			Number int64  `db:"number"`
			Tag    string `db:"tag" held:"-"`
			Salt   string `db:"salt" held:"-"`
		}]("notice.series.held.series", sqlHeldSeries),
		held.ByPerson[struct {
			Number  int64      `db:"number"`
			ID      string     `db:"id" held:"-"`
			Arrived store.Time `db:"arrived"`
			Record  string     `db:"record" held:"-"`
		}]("notice.series.held.lines", sqlHeldLines),
	}
}

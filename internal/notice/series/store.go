// SPDX-License-Identifier: Apache-2.0

package series

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// stateRow is the row of notice_series_state.
type stateRow struct {
	ID     string    `db:"id"`
	Origin string    `db:"origin"`
	Next   int64     `db:"next"`
	Day    civil.Day `db:"day"`
	Depth  int64     `db:"depth"`
}

// headRow is a row of notice_series_head.
type headRow struct {
	Owner    string `db:"owner"`
	Tag      string `db:"tag"`
	Salt     string `db:"salt"`
	Bucket   int64  `db:"bucket"`
	Serial   int64  `db:"serial"`
	Link     []byte `db:"link"`
	Evidence string `db:"evidence"`
}

// lineRow is a row of notice_series_line.
type lineRow struct {
	Owner    string     `db:"owner"`
	Serial   int64      `db:"serial"`
	Notice   string     `db:"notice"`
	Evidence string     `db:"evidence"`
	Origin   string     `db:"origin"`
	Index    int64      `db:"idx"`
	Leaf     []byte     `db:"leaf"`
	Link     []byte     `db:"link"`
	Bucket   int64      `db:"bucket"`
	Day      civil.Day  `db:"day"`
	Arrived  store.Time `db:"arrived_us"`
}

// dayRow is a row of notice_series_day.
type dayRow struct {
	Day      civil.Day  `db:"day"`
	Origin   string     `db:"origin"`
	Cut      int64      `db:"cut"`
	Series   int64      `db:"series"`
	Lines    int64      `db:"lines"`
	Root     []byte     `db:"root"`
	Evidence string     `db:"evidence"`
	Signed   store.Time `db:"signed_us"`
}

// nodeRow is a hash of notice_series_node.
type nodeRow struct {
	Node int64  `db:"node"`
	Hash []byte `db:"hash"`
}

// leafRow is the last line of a series on a day.
type leafRow struct {
	Bucket int64  `db:"bucket"`
	Tag    string `db:"tag"`
	Serial int64  `db:"serial"`
	Link   []byte `db:"link"`
}

// countRow is how many lines a day brought.
type countRow struct {
	Day civil.Day `db:"day"`
	N   int64     `db:"n"`
}

const (
	sqlState     = `SELECT id, origin, next, day, depth FROM notice_series_state WHERE id = 'series'`
	sqlStateNew  = `INSERT INTO notice_series_state (id, origin, next, day, depth) VALUES ('series', $1, 0, $2, $3) ON CONFLICT (id) DO NOTHING`
	sqlStateMove = `UPDATE notice_series_state SET origin = $1, next = $2, day = $3 WHERE id = 'series' AND origin = $4 AND next = $5 AND day = $6`

	sqlHead     = `SELECT owner, tag, salt, bucket, serial, link, evidence FROM notice_series_head WHERE owner = $1`
	sqlHeads    = `SELECT owner, tag, salt, bucket, serial, link, evidence FROM notice_series_head WHERE owner = ANY($1)`
	sqlHeadsAll = `SELECT owner, tag, salt, bucket, serial, link, evidence FROM notice_series_head WHERE owner > $1 ORDER BY owner LIMIT $2`
	sqlHeadMove = `UPDATE notice_series_head SET serial = $3, link = $4 WHERE owner = $1 AND serial = $2`

	sqlLines       = `SELECT owner, serial, notice, evidence, origin, idx, leaf, link, bucket, day, arrived_us FROM notice_series_line WHERE owner = $1 AND serial > $2 ORDER BY serial LIMIT $3`
	sqlLinesBefore = `SELECT owner, serial, notice, evidence, origin, idx, leaf, link, bucket, day, arrived_us FROM notice_series_line WHERE owner = $1 AND serial < $2 ORDER BY serial DESC LIMIT $3`
	sqlDayCounts   = `SELECT day, count(*) AS n FROM notice_series_line WHERE owner = $1 AND day >= $2 GROUP BY day`
	sqlLineAt      = `SELECT owner, serial, notice, evidence, origin, idx, leaf, link, bucket, day, arrived_us FROM notice_series_line WHERE owner = $1 AND evidence = $2`
	sqlLineNumber  = `SELECT owner, serial, notice, evidence, origin, idx, leaf, link, bucket, day, arrived_us FROM notice_series_line WHERE owner = $1 AND serial = $2`
	sqlLinesAll    = `SELECT owner, serial, notice, evidence, origin, idx, leaf, link, bucket, day, arrived_us FROM notice_series_line WHERE (owner, serial) > ($1, $2) ORDER BY owner, serial LIMIT $3`
	sqlLineCount   = `SELECT count(*) FROM notice_series_line`
	sqlDays        = `SELECT day, origin, cut, series, lines, root, evidence, signed_us FROM notice_series_day ORDER BY day`
	sqlLineOf      = `SELECT owner, serial, notice, evidence, origin, idx, leaf, link, bucket, day, arrived_us FROM notice_series_line WHERE owner = $1 AND notice = $2 ORDER BY serial LIMIT 1`

	sqlDayNew     = `INSERT INTO notice_series_day (day, origin, cut, root) VALUES ($1, $2, $3, $4)`
	sqlDaysOpen   = `SELECT day, origin, cut, series, lines, root, evidence, signed_us FROM notice_series_day WHERE evidence = '' ORDER BY day LIMIT $1`
	sqlDayBefore  = `SELECT day, origin, cut, series, lines, root, evidence, signed_us FROM notice_series_day WHERE day < $1 ORDER BY day DESC LIMIT 1`
	sqlDaysSigned = `SELECT day, origin, cut, series, lines, root, evidence, signed_us FROM notice_series_day WHERE evidence <> '' ORDER BY day DESC LIMIT $1`
	sqlDaysOf     = `SELECT day, origin, cut, series, lines, root, evidence, signed_us FROM notice_series_day WHERE evidence <> '' AND day = ANY($1) ORDER BY day DESC`
	sqlDaySign    = `UPDATE notice_series_day SET series = $1, lines = $2, root = $3, evidence = $4, signed_us = $5 WHERE day = $6 AND evidence = ''`

	sqlAnyLine    = `SELECT serial FROM notice_series_line LIMIT 1`
	sqlDayLines   = `SELECT count(*) FROM notice_series_line WHERE day = $1`
	sqlDayFirsts  = `SELECT count(*) FROM notice_series_line WHERE day = $1 AND serial = 1`
	sqlDayBuckets = `SELECT DISTINCT bucket FROM notice_series_line WHERE day = $1 AND bucket > $2 ORDER BY bucket LIMIT $3`
	sqlLeaves     = `SELECT h.bucket, h.tag, l.serial, l.link FROM notice_series_head h JOIN notice_series_line l ON l.owner = h.owner
		WHERE h.bucket = ANY($1) AND l.serial = (SELECT max(x.serial) FROM notice_series_line x WHERE x.owner = h.owner AND x.day <= $2)
		ORDER BY h.bucket, h.tag`
	sqlNodes = `SELECT n.node, n.hash FROM notice_series_node n
		WHERE n.node = ANY($1) AND n.day = (SELECT max(x.day) FROM notice_series_node x WHERE x.node = n.node AND x.day <= $2)`
	sqlNodePut = `INSERT INTO notice_series_node (node, day, hash) VALUES ($1, $2, $3) ON CONFLICT (node, day) DO NOTHING`
)

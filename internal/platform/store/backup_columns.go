// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sort"
)

// restoreValue turns a JSON value into what this database's column of that
// kind keeps.
func restoreValue(kind string, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch x := v.(type) {
	case json.Number:
		switch kind {
		case "float":
			return x.Float64()
		case "bool":
			return x.String() != "0", nil
		}
		return x.Int64()
	case string:
		if kind == "bytes" {
			return base64.StdEncoding.DecodeString(x)
		}
		return x, nil
	case bool:
		if kind == "int" { // a BOOLEAN of PostgreSQL, coming to SQLite
			return map[bool]int64{true: 1}[x], nil
		}
		return x, nil
	}
	return nil, fmt.Errorf("%T cannot stand in a column", v)
}

// listTables lists Tarazu's own tables, without the migration bookkeeping.
func listTables(ctx context.Context, tx *sql.Tx, e Engine) ([]backupTable, error) {
	query := `SELECT m.name, p.name, p.type FROM sqlite_master m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, p.cid`
	if e == Postgres {
		query = `SELECT table_name, column_name, data_type FROM information_schema.columns
			WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position`
	}
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byName := map[string]*backupTable{}
	for rows.Next() {
		var table, column, kind string
		if err := rows.Scan(&table, &column, &kind); err != nil {
			return nil, err
		}
		if table == versionTable || table == lockTable {
			continue
		}
		t := byName[table]
		if t == nil {
			t = &backupTable{Table: table}
			byName[table] = t
		}
		k, ok := columnKinds[kind]
		if !ok {
			return nil, fmt.Errorf("column %s.%s has type %s, which is outside the portable subset", table, column, kind)
		}
		t.Columns = append(t.Columns, backupColumn{column, k})
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	out := make([]backupTable, 0, len(byName))
	for _, t := range byName {
		out = append(out, *t)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Table < out[j].Table })
	return out, nil
}

// columnKinds maps both engines' type names. SQLite keeps a BOOLEAN as 0 or 1
// in an INTEGER column; the reader of either engine takes it as a number.
var columnKinds = map[string]string{
	"INTEGER": "int", "TEXT": "text", "BLOB": "bytes", "REAL": "float",
	"bigint": "int", "text": "text", "bytea": "bytes", "double precision": "float", "boolean": "bool",
}

func listVersions(ctx context.Context, tx *sql.Tx) ([]int64, error) {
	rows, err := tx.QueryContext(ctx, "SELECT DISTINCT version_id FROM "+versionTable+" WHERE version_id > 0 ORDER BY version_id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var v int64
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

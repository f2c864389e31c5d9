// SPDX-License-Identifier: Apache-2.0

package store

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// backupFormat names the archive: gzip over lines of JSON. The first line is a
// header, then for each table a line with its columns followed by one array a
// row, and at the end a line with the number of rows and the SHA-256 of
// everything before it. It is the same for both engines, so that a backup of
// one can be restored into the other.
const backupFormat = "tarazu-backup-1"

// BackupSummary is what was written or read.
type BackupSummary struct {
	Engine string
	Tables int
	Rows   int64
	SHA256 string
}

type backupHeader struct {
	Format   string  `json:"format"`
	Engine   string  `json:"engine"`
	At       string  `json:"at"`
	Versions []int64 `json:"versions"`
}

type backupTable struct {
	Table   string         `json:"table"`
	Columns []backupColumn `json:"columns"`
}

type backupColumn struct {
	Name string `json:"name"`
	Type string `json:"type"` // int, text, bytes, bool, float
}

type backupEnd struct {
	End    bool   `json:"end"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Backup writes every row as it stood at one instant, while others go on
// writing. Keys that live outside the database (the ledger's signing key, the
// secret of one-time codes) are not in it.
func (db *DB) Backup(ctx context.Context, w io.Writer) (sum BackupSummary, err error) {
	defer errs.Wrap(&err, "store.Backup")
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{Isolation: snapshotLevel(db.engine), ReadOnly: true})
	if err != nil {
		return sum, err
	}
	defer tx.Rollback()
	tables, err := listTables(ctx, tx, db.engine)
	if err != nil {
		return sum, err
	}
	versions, err := listVersions(ctx, tx)
	if err != nil {
		return sum, err
	}
	zip := gzip.NewWriter(w)
	out := &lineWriter{w: bufio.NewWriter(zip), sum: sha256.New()}
	out.line(backupHeader{backupFormat, db.engine.String(), db.Now().Format(time.RFC3339Nano), versions})
	for _, t := range tables {
		if err := dumpTable(ctx, tx, t, out); err != nil {
			return sum, fmt.Errorf("table %s: %w", t.Table, err)
		}
	}
	sum = BackupSummary{Engine: db.engine.String(), Tables: len(tables), Rows: out.rows, SHA256: hex.EncodeToString(out.sum.Sum(nil))}
	out.line(backupEnd{true, out.rows, sum.SHA256})
	return sum, errors.Join(out.err, out.w.Flush(), zip.Close())
}

func snapshotLevel(e Engine) sql.IsolationLevel {
	if e == Postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

type lineWriter struct {
	w    *bufio.Writer
	sum  hash.Hash
	rows int64
	err  error
}

func (l *lineWriter) line(v any) {
	if l.err != nil {
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		l.err = err
		return
	}
	b = append(b, '\n')
	_, _ = l.sum.Write(b)
	_, l.err = l.w.Write(b)
}

func dumpTable(ctx context.Context, tx *sql.Tx, t backupTable, out *lineWriter) error {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	out.line(t)
	rows, err := tx.QueryContext(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+t.Table)
	if err != nil {
		return err
	}
	defer rows.Close()
	row, dest := make([]any, len(names)), make([]any, len(names))
	for i := range row {
		dest[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i, v := range row { // SQLite's driver gives an empty blob as a nil slice, which is no NULL
			if b, ok := v.([]byte); ok && b == nil {
				row[i] = []byte{}
			}
		}
		out.line(row) // []byte becomes base64
		out.rows++
		if out.err != nil {
			return out.err
		}
	}
	return rows.Err()
}

// Restore brings the empty database at dsn to the schema of a backup, fills it from
// that, and then to the newest schema: steps that move rows move those of the backup
// too. It refuses a database that holds rows, an archive of a newer schema, and an
// archive that is cut short or altered; in each case no row is kept.
func Restore(ctx context.Context, dsn string, r io.Reader, mods ...Migrations) (sum BackupSummary, err error) {
	defer errs.Wrap(&err, "store.Restore")
	zip, err := gzip.NewReader(r)
	if err != nil {
		return sum, fmt.Errorf("this is no backup: %w", err)
	}
	lines := bufio.NewReaderSize(zip, 1<<20)
	head, err := lines.ReadBytes('\n')
	if err != nil {
		return sum, errors.New("the backup is cut short after 0 lines")
	}
	var h backupHeader
	if err := json.Unmarshal(head, &h); err != nil || h.Format != backupFormat {
		return sum, errors.New("this is no backup of Tarazu")
	}
	then, err := only(mods, h.Versions)
	if err != nil {
		return sum, err
	}
	if _, err := Migrate(ctx, dsn, then...); err != nil {
		return sum, err
	}
	if sum, err = restoreRows(ctx, dsn, h, head, lines); err != nil {
		return sum, err
	}
	_, err = Migrate(ctx, dsn, mods...)
	return sum, err
}

// restoreRows fills a database that has the schema of a backup, in one transaction.
func restoreRows(ctx context.Context, dsn string, h backupHeader, head []byte, lines *bufio.Reader) (sum BackupSummary, err error) {
	db, _, _, err := openMigrate(dsn)
	if err != nil {
		return sum, err
	}
	defer db.Close()
	engine := Postgres
	if strings.HasPrefix(dsn, "sqlite:") {
		engine = SQLite
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return sum, err
	}
	defer tx.Rollback()
	ld := &loader{ctx: ctx, tx: tx, engine: engine, sum: sha256.New(), summary: BackupSummary{Engine: h.Engine}}
	_, _ = ld.sum.Write(head)
	if err := ld.empty(); err != nil {
		return sum, err
	}
	if err := ld.load(lines); err != nil {
		return sum, err
	}
	return ld.summary, tx.Commit()
}

type loader struct {
	ctx     context.Context
	tx      *sql.Tx
	engine  Engine
	sum     hash.Hash
	table   backupTable
	insert  *sql.Stmt
	known   map[string]map[string]string // table -> column -> type, as this database has it
	summary BackupSummary
}

func (l *loader) load(r *bufio.Reader) error {
	for n := 1; ; n++ { // the header was read
		line, err := r.ReadBytes('\n')
		if err != nil {
			return fmt.Errorf("the backup is cut short after %d lines", n)
		}
		if line[0] == '[' {
			err = l.row(line)
		} else if strings.HasPrefix(string(line), `{"end":`) {
			return l.end(line)
		} else {
			err = l.startTable(line)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
		_, _ = l.sum.Write(line)
	}
}

// empty refuses a database that holds rows, and learns its tables.
func (l *loader) empty() error {
	tables, err := listTables(l.ctx, l.tx, l.engine)
	if err != nil {
		return err
	}
	l.known = map[string]map[string]string{}
	for _, t := range tables {
		var n int64
		if err := l.tx.QueryRowContext(l.ctx, "SELECT count(*) FROM "+t.Table).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("the database is not empty: table %s has %d rows", t.Table, n)
		}
		l.known[t.Table] = map[string]string{}
		for _, c := range t.Columns {
			l.known[t.Table][c.Name] = c.Type
		}
	}
	return nil
}

func (l *loader) startTable(line []byte) error {
	l.table = backupTable{}
	if err := json.Unmarshal(line, &l.table); err != nil {
		return err
	}
	columns, ok := l.known[l.table.Table]
	if !ok {
		return fmt.Errorf("unknown table %q: a backup of an older program needs a database that nobody has migrated yet", l.table.Table)
	}
	names := make([]string, len(l.table.Columns))
	marks := make([]string, len(l.table.Columns))
	for i, c := range l.table.Columns {
		kind, ok := columns[c.Name]
		if !ok {
			return fmt.Errorf("table %s has no column %q", l.table.Table, c.Name)
		}
		l.table.Columns[i].Type = kind
		names[i], marks[i] = c.Name, "$"+strconv.Itoa(i+1)
	}
	st, err := l.tx.PrepareContext(l.ctx, "INSERT INTO "+l.table.Table+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")")
	l.insert = st
	l.summary.Tables++
	return err
}

func (l *loader) row(line []byte) error {
	dec := json.NewDecoder(strings.NewReader(string(line)))
	dec.UseNumber()
	var row []any
	if err := dec.Decode(&row); err != nil {
		return err
	}
	if l.insert == nil || len(row) != len(l.table.Columns) {
		return errors.New("a row that fits no table")
	}
	for i, c := range l.table.Columns {
		v, err := restoreValue(c.Type, row[i])
		if err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
		row[i] = v
	}
	l.summary.Rows++
	_, err := l.insert.ExecContext(l.ctx, row...)
	return err
}

func (l *loader) end(line []byte) error {
	var e backupEnd
	if err := json.Unmarshal(line, &e); err != nil {
		return err
	}
	got := hex.EncodeToString(l.sum.Sum(nil))
	if e.Rows != l.summary.Rows || e.SHA256 != got {
		return errors.New("the backup was altered: its checksum does not fit")
	}
	l.summary.SHA256 = got
	return nil
}

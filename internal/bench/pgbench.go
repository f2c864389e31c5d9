// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/store/pgtemp"
)

var (
	reUUID       = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	reTPS        = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)
	reMark       = regexp.MustCompile(`\$(\d+)`)
	digits       = regexp.MustCompile(`^\d{18}$`)
	errNoPgbench = errors.New("pgbench is not installed")
)

// pgbenchBest is how many acts a second PostgreSQL's own load program reaches
// with one transaction each, at its best of several numbers of clients. It sends
// the statements of one traced delivery, prepared; ids are new each time.
func (r *rig) pgbenchBest(ctx context.Context) (best float64, err error) {
	program, err := pgtemp.Program("pgbench")
	if err != nil {
		return 0, errors.Join(errNoPgbench, err)
	}
	dsn, err := r.dbs.copy(ctx, r.plain)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.dbs.drop(context.WithoutCancel(ctx), dsn)) }()
	script := filepath.Join(r.dir, "deliver.sql")
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return 0, err
	}
	if err := os.WriteFile(script, []byte(pgbenchScript(r.delivered[0])), 0o600); err != nil {
		return 0, err
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return 0, errors.New("the PostgreSQL address cannot be read")
	}
	for _, clients := range []int{8, 16, 32} { // the server has few connections left beside ours
		n := max(5, int(r.o.Seconds*1500)/clients)
		cmd := exec.CommandContext(ctx, program, "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-t", strconv.Itoa(n), "-f", script, u.String())
		out, err := cmd.CombinedOutput()
		m := reTPS.FindSubmatch(out)
		if err != nil || m == nil {
			return 0, fmt.Errorf("pgbench: %w: %.400s", err, out)
		}
		tps, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			return 0, err
		}
		best = max(best, tps)
	}
	return best, nil
}

// pgbenchScript writes an act as a script. What must be unique is made by the
// server; everything else stands as it was traced.
func pgbenchScript(a act) string {
	var b strings.Builder
	b.WriteString("BEGIN;\n")
	for _, s := range a.tx {
		text := strings.Join(strings.Fields(s.sql), " ")
		b.WriteString(reMark.ReplaceAllStringFunc(text, func(mark string) string {
			i, err := strconv.Atoi(mark[1:])
			if err != nil || i > len(s.args) {
				return mark
			}
			return pgbenchLiteral(s.args[i-1])
		}))
		b.WriteString(";\n")
	}
	b.WriteString("COMMIT;\n")
	return b.String()
}

func pgbenchLiteral(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case []byte:
		return `'\x` + hex.EncodeToString(v) + `'`
	case string:
		switch {
		case reUUID.MatchString(v):
			return "gen_random_uuid()::text"
		case digits.MatchString(v):
			return "lpad((random() * 1e17)::bigint::text, 18, '1')"
		}
		// A colon would begin one of pgbench's variables.
		return "'" + strings.NewReplacer("'", "''", ":", `'||chr(58)||'`, "\n", `'||chr(10)||'`).Replace(v) + "'"
	}
	return "'" + strings.ReplaceAll(fmt.Sprint(v), "'", "''") + "'"
}

// SPDX-License-Identifier: Apache-2.0

package store

import "testing"

func TestStatementNames(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"SELECT a, b FROM x_y WHERE c = $1":                           "SELECT x_y",
		"\n  insert into x_y (a) VALUES ($1) ON CONFLICT DO NOTHING":  "INSERT x_y",
		"UPDATE x_y SET a = 'secret' WHERE b = $1":                    "UPDATE x_y",
		"DELETE FROM x_y WHERE a = '0499370899'":                      "DELETE x_y",
		"WITH v(a) AS (VALUES ($1)) UPDATE x_y SET a = v.a FROM v":    "WITH v",
		"SELECT (SELECT count(*) FROM x_y WHERE a = $1) AS n, 2 AS m": "SELECT x_y",
		"":       "statement",
		"COMMIT": "COMMIT",
	} {
		if got := statementName(query); got != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}

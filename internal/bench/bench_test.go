// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSmoke runs everything at tiny size: the figures mean nothing, but every
// measurement checks itself (rows written, bytes of a page, all receipts there).
func TestSmoke(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			var out, progress bytes.Buffer
			code := Command(t.Context(), []string{"--rounds", "1", "--seconds", "0.02", "--engine", engine, "--json", "--few", "300", "--notices", "400"}, &out, &progress)
			if code != 0 {
				t.Fatalf("exit code %d: %s", code, progress.String())
			}
			var rep Report
			if err := json.Unmarshal(out.Bytes(), &rep); err != nil {
				t.Fatal(err)
			}
			if len(rep.Rows) != map[string]int{"sqlite": 23, "postgres": 26}[engine] || len(rep.Engines) != 1 {
				t.Errorf("%d rows, engines %v", len(rep.Rows), rep.Engines)
			}
			for _, r := range rep.Rows {
				paired := !strings.HasPrefix(r.What, "receipt") && !strings.HasPrefix(r.What, "accounts") && !strings.HasPrefix(r.What, "batch of") && !strings.HasPrefix(r.What, "log in by passkey")
				if r.Ours.N == 0 || r.Ours.Rate <= 0 || r.Ours.P50 <= 0 || r.Ours.P99 < r.Ours.P50 || paired != (r.Ratio > 0) || paired != (r.Base.N > 0) {
					t.Errorf("row %+v", r)
				}
			}
			var text bytes.Buffer
			if err := rep.WriteText(&text); err != nil || strings.Count(text.String(), "\n") < 15 {
				t.Errorf("table %q, %v", text.String(), err)
			}
		})
	}
}

func TestCommandRefuses(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"--engine", "oracle"}, {"--only", "submit,nothing"}, {"--rounds", "0"}, {"--seconds", "0"}, {"more"}, {"--rounds", "x"},
	} {
		var out, errOut bytes.Buffer
		if code := Command(context.Background(), args, &out, &errOut); code != 2 || errOut.Len() == 0 || out.Len() != 0 {
			t.Errorf("%v: exit code %d, %q, %q", args, code, out.String(), errOut.String())
		}
	}
}

func TestQuantiles(t *testing.T) {
	t.Parallel()
	var list []time.Duration
	for i := range 200 {
		list = append(list, time.Duration(200-i))
	}
	s := summarise(slices.Clone(list), time.Second)
	if s.N != 200 || s.Rate != 200 || s.P50 != 100 || s.P99 != 198 {
		t.Errorf("sample %+v", s)
	}
	if m := median([]float64{3, 1, 2}); m != 2 {
		t.Errorf("median %v", m)
	}
	if m := median([]float64(nil)); m != 0 {
		t.Errorf("median of nothing %v", m)
	}
}

// TestTracerKeepsWhatWasCommitted: a transaction that ran twice is sent once.
func TestTracerKeepsWhatWasCommitted(t *testing.T) {
	t.Parallel()
	tr := &tracer{}
	tr.Query("read before", []any{time.Duration(1), []string{"a"}})
	tr.Begin()
	tr.Exec("first try", nil)
	tr.Begin()
	tr.Exec("second try", []any{int32(1)})
	tr.Commit()
	tr.Query("between", nil)
	tr.Begin()
	tr.Query("read in it", nil)
	tr.Commit()
	tr.Query("after", nil)
	text := func(list []statement) (out string) {
		for _, s := range list {
			out += s.sql + ";"
		}
		return out
	}
	if tr.err != nil || text(tr.act.before) != "read before;between;" || text(tr.act.tx) != "second try;read in it;" || text(tr.act.after) != "after;" {
		t.Errorf("%+v", tr)
	}
	if a := tr.act.before[0].args; a[0] != int64(1) {
		t.Errorf("arguments %#v", a)
	}
}

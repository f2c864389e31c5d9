// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// conditions are what must be known to read the table.
const conditions = `Ratios are medians of the rounds' ratios; all else are medians of the rounds. The
bare driver sends the statements that the program was traced to send, one
transaction for each act, unpipelined. Limits on how often something may be
tried are raised out of reach for the run. Jobs and the sequencer run only where receipts are
measured. "cpu" is processor time for
one act, in which the client and the database server have their part; "others" is
that of other programs, in cores.
`

// WriteText writes the report for people.
func (r Report) WriteText(w io.Writer) error {
	fmt.Fprintf(w, "%s, %s\n%s\n%d rounds of %gs\n\n", r.Started.Format("2006-01-02 15:04 UTC"), r.Machine, strings.Join(r.Engines, "\n"), r.Rounds, r.Seconds)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "engine\twhat\tclients\ttarazu/s\tp50\tp99\tcpu\tothers\tbase/s\tp50\tp99\tcpu\tratio\twanted\tbase\t")
	for _, row := range r.Rows {
		clients, base, ratio := fmt.Sprint(row.Clients), []string{"", "", "", ""}, ""
		if row.Clients == 0 {
			clients = "open"
		}
		if row.Base.Rate > 0 {
			base = []string{perSecond(row.Base.Rate), brief(row.Base.P50), brief(row.Base.P99), cpu(row.Base.CPU)}
		}
		if row.Ratio > 0 {
			ratio = fmt.Sprintf("%.2f", row.Ratio)
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%.2f\t%s\t%s\t%s\t%s\t\n", row.Engine, row.What, clients, perSecond(row.Ours.Rate),
			brief(row.Ours.P50), brief(row.Ours.P99), cpu(row.Ours.CPU), row.Ours.Foreign, strings.Join(base, "\t"), ratio, row.Wanted, row.Against)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprint(w, "\n", conditions)
	return err
}

// WriteJSON writes the report for programs; times are nanoseconds.
func (r Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

func perSecond(v float64) string {
	if v < 100 {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// cpu is a time that may not have been measured.
func cpu(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return brief(d)
}

// brief is a time with about three digits.
func brief(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%.0fµs", float64(d)/float64(time.Microsecond))
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2fms", float64(d)/float64(time.Millisecond))
	case d < time.Second:
		return fmt.Sprintf("%.0fms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.2fs", d.Seconds())
}

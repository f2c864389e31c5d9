// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// progress shows how far something long is: a bar on a terminal, else a line at
// each quarter. It may be told from several goroutines.
type progress struct {
	out  io.Writer
	bar  bool
	lang i18n.Lang

	mu      sync.Mutex
	what    string
	quarter int64
	drawn   time.Time
}

func newProgress(e env) *progress {
	p := &progress{out: e.out, lang: e.lang}
	if f, ok := e.out.(*os.File); ok {
		info, err := f.Stat()
		p.bar = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// barWidth is how wide the bar is, in characters.
const barWidth = 30

// step says that done of total are there of what.
func (p *progress) step(what words, done, total int64) {
	if total <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	name := what.in(p.lang)
	if name != p.what {
		p.what, p.quarter, p.drawn = name, 0, time.Time{}
	}
	done = min(done, total)
	if p.bar {
		now := time.Now()
		if done < total && now.Sub(p.drawn) < 80*time.Millisecond {
			return
		}
		p.drawn = now
		full := int(barWidth * done / total)
		fmt.Fprintf(p.out, "\r%s [%s%s] %d/%d", name, strings.Repeat("█", full), strings.Repeat("·", barWidth-full), done, total)
		if done == total {
			fmt.Fprintln(p.out)
		}
		return
	}
	if q := 4 * done / total; q > p.quarter {
		p.quarter = q
		fmt.Fprintf(p.out, "%s: %d/%d\n", name, done, total)
	}
}

// counted is a reader that tells how much of a file was read.
type counted struct {
	io.Reader
	done, total int64
	tell        func(done, total int64)
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.done += int64(n)
	c.tell(c.done, c.total)
	return n, err
}

// What takes long.
var (
	doingPeople  = words{"اشخاص", "People"}
	doingCases   = words{"پرونده\u200cها", "Cases"}
	doingRestore = words{"بازگردانی", "Restoring"}
	doingExport  = words{"برون‌بری", "Exporting"}
	doingAudit   = words{"بازبینی", "Auditing"}
)

// SPDX-License-Identifier: Apache-2.0

package series

import (
	"encoding/json"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// What a report proves and does not prove, as codes; their words stand under
// notice.series.proved.* and notice.series.not_proved.*.
const (
	ProvedWhole  = "whole"   // the parts fit together
	ProvedNoGap  = "no_gap"  // the lines are chained from the first to the last
	ProvedDays   = "days"    // each day shown had exactly these lines
	ProvedNone   = "none"    // on the days shown there was no line at all
	ProvedIssuer = "issuer"  // the log's owner signed the roots
	ProvedView   = "witness" // enough trusted witnesses saw the log with the roots in it

	NotProvedIssuer = "issuer" // no key given
	NotProvedView   = "witness"
	NotProvedHidden = "unopened" // what unopened notices say
	NotProvedNewer  = "newer"    // lines that no root shown covers
	NotProvedBefore = "gaps"     // days between those shown
	NotProvedPaper  = "paper"    // what came on paper
	NotProvedTruth  = "truth"
)

// Day is what the root of one day shows of a series.
type Day struct {
	Day   civil.Day `json:"day"`
	Count int       `json:"count"` // lines at its end
	New   int       `json:"new"`   // of them since the day shown before it
	Index int64     `json:"index"` // of the root's record in its log
	ID    string    `json:"id"`
}

// Report is what a series file shows.
type Report struct {
	Person        string   `json:"person"`
	Tag           string   `json:"tag"`
	Lines         int      `json:"lines"`
	Shown         int      `json:"shown"` // with their receipt
	Newer         int      `json:"newer"` // that no root shown covers
	Days          []Day    `json:"days"`
	IssuerChecked bool     `json:"issuer_checked"`
	Keys          []string `json:"keys"` // vkeys in the file
	Proved        []string `json:"proved"`
	NotProved     []string `json:"not_proved"`

	gaps bool
}

// Check checks a series file with nothing but the file and the keys in o. Every
// refusal is an errs.Invalid error whose code is notice.series.refused.* or, of
// a receipt in it, receipt.refused.*.
func Check(file []byte, o receipt.Options) (Report, error) {
	f, err := parse(file)
	if err != nil {
		return Report{}, err
	}
	salt, ok := parseHash(f.Salt)
	if !ok || f.Person == "" {
		return Report{}, refuse("format")
	}
	c := &checker{f: f, tag: TagOf(salt[:], f.Person), o: receipt.Options{Keys: o.Keys, Ends: o.Ends, Witnesses: o.Witnesses, Quorum: o.Quorum}}
	c.r = Report{Person: f.Person, Tag: c.tag.String(), Lines: len(f.Lines), IssuerChecked: len(o.Keys) > 0, Keys: []string{}, Days: []Day{}}
	for _, part := range []func() error{c.opened, c.lines, c.days} {
		if err := part(); err != nil {
			return Report{}, err
		}
	}
	c.verdict()
	return c.r, nil
}

// checker is one check under way.
type checker struct {
	f     File
	o     receipt.Options
	tag   Hash
	links []Hash // links[n] is that after n lines
	r     Report
}

// receipt checks one receipt and what it is of.
func (c *checker) receipt(text, event string) (receipt.Report, error) {
	r, err := receipt.Verify([]byte(text), c.o)
	if err != nil {
		return r, err
	}
	if r.Event != event {
		return r, refuse("event")
	}
	if !slices.Contains(c.r.Keys, r.Key) {
		c.r.Keys = append(c.r.Keys, r.Key)
	}
	return r, nil
}

// opened: the log binds the tag to the person.
func (c *checker) opened() error {
	r, err := c.receipt(c.f.Opened, eventOpened)
	if err == nil && (r.Members["recipient"] != c.f.Person || r.Members["tag"] != c.tag.String()) {
		err = refuse("opened")
	}
	return err
}

// lines: they are chained in the order of the log, and each receipt is of this
// line of this person.
func (c *checker) lines() error {
	link := startOf(c.tag)
	c.links = []Hash{link}
	var left []string // logs that the series has gone on from
	for i, l := range c.f.Lines {
		n := i + 1
		leaf, ok := parseHash(l.Leaf)
		if !ok || l.Log == "" || l.Index < 0 {
			return refuse("line", "n", n)
		}
		if i > 0 {
			before := c.f.Lines[i-1]
			switch {
			case before.Log == l.Log && before.Index >= l.Index, before.Day > l.Day, slices.Contains(left, l.Log):
				return refuse("order", "n", n)
			case before.Log != l.Log:
				left = append(left, before.Log)
			}
		}
		link = linkOf(link, int64(n), l.Log, l.Index, leaf)
		c.links = append(c.links, link)
		if l.Receipt == "" {
			continue
		}
		c.r.Shown++
		r, err := c.receipt(l.Receipt, eventArrived)
		if err != nil {
			return err
		}
		is, err := leafOf(l.Receipt)
		switch {
		case err != nil:
			return err
		case r.Members["recipient"] != c.f.Person:
			return refuse("recipient", "n", n)
		case is != leaf || r.Index != l.Index || r.Origin != l.Log:
			return refuse("receipt", "n", n)
		}
	}
	return nil
}

// days: each root has this series with exactly the lines up to that day.
func (c *checker) days() error {
	var last rootContent
	for i, d := range c.f.Days {
		r, err := c.receipt(d.Receipt, eventRoot)
		if err != nil {
			return err
		}
		var root rootContent
		if r.Content == nil || json.Unmarshal(r.Content, &root) != nil || root.Version != 1 || root.Depth < 1 || root.Depth > maxDepth {
			return refuse("root", "n", i+1)
		}
		if i > 0 && (root.Day <= last.Day || root.Lines < last.Lines || root.Series < last.Series || root.Log == last.Log && root.Cut < last.Cut) {
			return refuse("days", "day", root.Day)
		}
		if i > 0 && root.Day == last.Day+1 && r.Previous != c.r.Days[i-1].ID {
			return refuse("days", "day", root.Day)
		}
		count, err := c.until(root)
		if err != nil {
			return err
		}
		if err := c.way(d, root, count); err != nil {
			return err
		}
		day := Day{Day: root.Day, Count: count, New: count, Index: r.Index, ID: r.ID}
		if i > 0 {
			day.New -= c.r.Days[i-1].Count
			c.r.gaps = c.r.gaps || root.Day != last.Day+1
		}
		c.r.Days = append(c.r.Days, day)
		last = root
	}
	return nil
}

// until counts the lines up to a day, and holds them against where the log was
// cut.
func (c *checker) until(root rootContent) (int, error) {
	n := 0
	for i, l := range c.f.Lines {
		if l.Day <= root.Day {
			n = i + 1
		}
		if l.Log == root.Log && (l.Day <= root.Day) != (l.Index < root.Cut) {
			return 0, refuse("cut", "n", i+1, "day", root.Day)
		}
	}
	if int64(n) > root.Lines {
		return 0, refuse("days", "day", root.Day)
	}
	return n, nil
}

func (c *checker) way(d FileDay, root rootContent, count int) error {
	siblings, ok := hashesOf(d.Way)
	if !ok {
		return refuse("way", "day", root.Day)
	}
	w := way{siblings: siblings}
	var own *Leaf
	if count > 0 {
		own = &Leaf{Tag: c.tag, Count: int64(count), Link: c.links[count]}
	}
	if d.Other != nil {
		tag, okTag := parseHash(d.Other.Tag)
		link, okLink := parseHash(d.Other.Link)
		if !okTag || !okLink || d.Other.Count < 1 {
			return refuse("way", "day", root.Day)
		}
		w.end = &Leaf{Tag: tag, Count: d.Other.Count, Link: link}
	}
	if got, ok := w.root(c.tag, int(root.Depth), own); !ok || got.String() != root.Root {
		return refuse("way", "day", root.Day)
	}
	return nil
}

// verdict sums up.
func (c *checker) verdict() {
	r := &c.r
	covered := 0
	if n := len(r.Days); n > 0 {
		covered = r.Days[n-1].Count
	}
	r.Newer = r.Lines - covered
	r.Proved = []string{ProvedWhole}
	switch {
	case r.Lines > 0:
		r.Proved = append(r.Proved, ProvedNoGap)
		if len(r.Days) > 0 {
			r.Proved = append(r.Proved, ProvedDays)
		}
	case len(r.Days) > 0:
		r.Proved = append(r.Proved, ProvedNone)
	}
	add := func(is bool, proved, not string) {
		if is {
			r.Proved = append(r.Proved, proved)
		} else {
			r.NotProved = append(r.NotProved, not)
		}
	}
	add(r.IssuerChecked, ProvedIssuer, NotProvedIssuer)
	add(c.o.Quorum > 0, ProvedView, NotProvedView)
	for _, m := range []struct {
		is   bool
		code string
	}{{r.Shown < r.Lines, NotProvedHidden}, {r.Newer > 0, NotProvedNewer}, {r.gaps, NotProvedBefore}} {
		if m.is {
			r.NotProved = append(r.NotProved, m.code)
		}
	}
	r.NotProved = append(r.NotProved, NotProvedPaper, NotProvedTruth)
}

// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Locale holds the words receipt.*, for the command line and for pages that
// show a report.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

// Exit codes of Command.
const (
	ExitGood    = 0 // every file was accepted
	ExitRefused = 1 // at least one file was refused or could not be read
	ExitUsage   = 2 // the command line or a key is wrong
)

// Outcome is what --json prints about one file, one object on each line.
type Outcome struct {
	File    string  `json:"file"`
	OK      bool    `json:"ok"`
	Refused string  `json:"refused,omitempty"` // the reason's code
	Words   string  `json:"words,omitempty"`   // the reason in words
	Report  *Report `json:"report,omitempty"`
	Other   any     `json:"other,omitempty"` // the report about a file of another Kind

	kind *Kind
}

// Kind is another kind of file that proves something by the receipts in it.
type Kind struct {
	Is     func(head []byte) bool // the file begins like one
	Most   int64                  // the largest one that is read, in bytes
	Locale fs.FS                  // its words, both languages
	Check  func(file []byte, o Options) (report any, err error)
	Print  func(b *bytes.Buffer, p *i18n.Printer, file string, report any)
}

// command is one run of "tarazu verify".
type command struct {
	p      *i18n.Printer
	json   bool
	stdout io.Writer
	kinds  []Kind
}

// Command is "tarazu verify [--key VKEY] [--key-file FILE] [--paper FILE]
// [--record FILE] [--witness VKEY] [--quorum N] [--chain FILE] [--json] [--lang en|fa] FILE…".
// It needs no network and no database. The key flags and --witness may be given
// more than once; a file is accepted if one of the keys signed it, and N of the
// witnesses (one, if N is not given). --paper is a document (a PDF) and --record a JSON
// file that every receipt must speak of. It returns ExitGood, ExitRefused or
// ExitUsage. A file of one of kinds is checked as such.
func Command(args []string, stdout, stderr io.Writer, kinds ...Kind) int {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var keys, keyFiles []string
	flags.Func("key", "", func(s string) error { keys = append(keys, s); return nil })
	flags.Func("key-file", "", func(s string) error { keyFiles = append(keyFiles, s); return nil })
	var witnesses []string
	flags.Func("witness", "", func(s string) error { witnesses = append(witnesses, s); return nil })
	quorum := flags.Int("quorum", 0, "")
	chain := flags.String("chain", "", "")
	paper := flags.String("paper", "", "")
	record := flags.String("record", "", "")
	asJSON := flags.Bool("json", false, "")
	lang := flags.String("lang", "en", "")
	parseErr := flags.Parse(args)
	l, known := i18n.Parse(*lang)
	if !known {
		l = i18n.EN
	}
	catalog, err := i18n.NewCatalog(words(kinds)...)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return ExitUsage
	}
	c := &command{p: catalog.Printer(l), json: *asJSON, stdout: stdout, kinds: kinds}
	usage := func() int {
		fmt.Fprintln(stderr, c.p.T("receipt.usage"))
		return ExitUsage
	}
	if errors.Is(parseErr, flag.ErrHelp) {
		fmt.Fprintln(stdout, c.p.T("receipt.usage"))
		return ExitGood
	}
	if parseErr != nil || !known || flags.NArg() == 0 {
		return usage()
	}
	o, err := options(keys, keyFiles)
	if err != nil {
		fmt.Fprintln(stderr, c.p.Error(err))
		return ExitUsage
	}
	if err := o.witnesses(witnesses, *quorum); err != nil {
		fmt.Fprintln(stderr, c.p.Error(err))
		return ExitUsage
	}
	if o, err = c.follow(o, *chain); err != nil {
		fmt.Fprintln(stderr, c.p.Error(err))
		return ExitUsage
	}
	if err := given(&o, *paper, *record); err != nil {
		fmt.Fprintln(stderr, c.p.Error(err))
		return ExitUsage
	}
	code := ExitGood
	for _, name := range flags.Args() {
		out := c.check(name, o)
		if !out.OK {
			code = ExitRefused
		}
		if err := c.print(out); err != nil {
			return ExitRefused // nobody saw the answer
		}
	}
	return code
}

// options gathers the trusted keys.
func options(keys, files []string) (Options, error) {
	var o Options
	for _, k := range keys {
		k = strings.TrimSpace(k)
		if _, err := ParseKey(k); err != nil {
			return o, err
		}
		o.Keys = append(o.Keys, k)
	}
	for _, name := range files {
		text, err := readFile(name, MaxSize)
		if err != nil {
			return o, errs.New(errs.Invalid, "receipt.key_unreadable").Because(err)
		}
		more, err := ParseKeys(string(text))
		if err != nil {
			return o, err
		}
		o.Keys = append(o.Keys, more...)
	}
	return o, nil
}

// follow takes the keys that a chain file leads to, and says which.
func (c *command) follow(o Options, name string) (Options, error) {
	if name == "" {
		return o, nil
	}
	file, err := readFile(name, MaxSize)
	if err != nil {
		return o, errs.New(errs.Invalid, "receipt.chain_unreadable").Because(err)
	}
	o, turns, err := o.Follow(file)
	if err != nil || c.json {
		return o, err
	}
	if len(turns) == 0 {
		fmt.Fprintln(c.stdout, c.p.T("receipt.chain_none"))
	}
	for _, t := range turns {
		key := "receipt.chain_turn"
		if !t.Announced {
			key = "receipt.chain_left"
		}
		fmt.Fprintln(c.stdout, c.p.T(key, "from", printable(t.From), "to", printable(t.To), "size", t.Size))
	}
	return o, nil
}

// witnesses adds the trusted witnesses and how many of them must have signed.
func (o *Options) witnesses(vkeys []string, quorum int) error {
	for _, w := range vkeys {
		w = strings.TrimSpace(w)
		if _, err := ParseWitnessKey(w); err != nil {
			return err
		}
		if !slices.Contains(o.Witnesses, w) {
			o.Witnesses = append(o.Witnesses, w)
		}
	}
	if quorum == 0 && len(o.Witnesses) > 0 {
		quorum = 1
	}
	if quorum < 0 || quorum > len(o.Witnesses) {
		return errs.New(errs.Invalid, "receipt.quorum_wrong", "have", len(o.Witnesses))
	}
	o.Quorum = quorum
	return nil
}

// given hashes what the receipts are to be compared with.
func given(o *Options, paper, record string) error {
	bad := errs.New(errs.Invalid, "receipt.given_unreadable")
	if paper != "" {
		f, err := os.Open(paper)
		if err != nil {
			return bad.Because(err)
		}
		o.Paper, err = PaperHash(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return bad.Because(err)
		}
	}
	if record != "" {
		text, err := readFile(record, MaxSize)
		if err == nil {
			o.Content, err = ContentHash(text)
		}
		if err != nil {
			return bad.Because(err)
		}
	}
	return nil
}

// words are those of receipts and of other kinds of files.
func words(kinds []Kind) []fs.FS {
	out := []fs.FS{Locale}
	for _, k := range kinds {
		out = append(out, k.Locale)
	}
	return out
}

// readFile reads a file, but no more than one byte beyond most.
func readFile(name string, most int64) (_ []byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, most+1))
}

func (c *command) check(name string, o Options) Outcome {
	out := Outcome{File: name}
	most := int64(MaxSize)
	for _, k := range c.kinds {
		most = max(most, k.Most)
	}
	file, err := readFile(name, most)
	if err != nil {
		out.Refused, out.Words = "receipt.unreadable", c.p.T("receipt.unreadable", "file", name)
		return out
	}
	var r Report
	if k := c.kindOf(file); k != nil {
		out.kind = k
		out.Other, err = k.Check(file, o)
	} else {
		r, err = Verify(file, o)
		out.Report = &r
	}
	if err != nil {
		out.Report, out.Other = nil, nil
		if e, ok := errors.AsType[*errs.Error](err); ok {
			out.Refused = e.Code
		}
		out.Words = c.p.Error(err)
		return out
	}
	out.OK = true
	return out
}

// kindOf is the other kind that a file is of; nil for a receipt.
func (c *command) kindOf(file []byte) *Kind {
	for i, k := range c.kinds {
		if k.Is(file) {
			return &c.kinds[i]
		}
	}
	return nil
}

func (c *command) print(out Outcome) error {
	if c.json {
		b, err := json.Marshal(out)
		if err != nil {
			return err
		}
		_, err = c.stdout.Write(append(b, '\n'))
		return err
	}
	var b bytes.Buffer
	switch {
	case !out.OK && out.Refused == "receipt.unreadable":
		fmt.Fprintln(&b, out.Words)
	case !out.OK:
		fmt.Fprintf(&b, "%s\n  %s\n", c.p.T("receipt.title.refused", "file", printable(out.File)), out.Words)
	default:
		c.report(&b, out)
	}
	_, err := c.stdout.Write(b.Bytes())
	return err
}

// report writes an accepted receipt for people.
func (c *command) report(b *bytes.Buffer, out Outcome) {
	if out.Report == nil {
		out.kind.Print(b, c.p, printable(out.File), out.Other)
		return
	}
	file, r := out.File, *out.Report
	title := "receipt.title.proved"
	if !r.IssuerChecked {
		title = "receipt.title.unchecked"
	}
	fmt.Fprintln(b, c.p.T(title, "file", file))
	if !r.IssuerChecked {
		fmt.Fprintf(b, "  %s\n  %s\n  %s\n", c.p.T("receipt.unchecked"), c.p.T("receipt.key_found"), r.Key)
	}
	for _, f := range []struct{ name, value string }{
		{"event", r.Event}, {"time", c.p.Time(r.Time) + " (" + r.Time.Format(timeLayout) + ")"}, {"subject", r.Subject},
		{"actor", r.Actor}, {"role", r.Role}, {"rule", r.Rule}, {"reasons", strings.Join(r.Reasons, " · ")},
		{"previous", r.Previous}, {"id", r.ID}, {"content_hash", r.ContentHash}, {"log", r.Origin},
		{"place", c.p.T("receipt.place", "index", r.Index, "size", r.TreeSize)}, {"key", r.KeyName + " " + r.KeyHash},
	} {
		if f.value != "" {
			fmt.Fprintf(b, "  %s: %s\n", c.p.T("receipt.field."+f.name), printable(f.value))
		}
	}
	for _, w := range r.Witnesses {
		key := "receipt.witness.unchecked"
		if w.Trusted {
			key = "receipt.witness.trusted"
		}
		fmt.Fprintf(b, "  %s: %s, %s (%s)\n", c.p.T("receipt.field.witness"), printable(w.Name), c.p.Time(w.Time), c.p.T(key))
		if !w.Trusted {
			fmt.Fprintf(b, "    %s\n", w.Key)
		}
	}
	for _, name := range sortedNames(r.Members) {
		fmt.Fprintf(b, "  %s: %s\n", printable(name), printable(r.Members[name]))
	}
	c.list(b, "receipt.proved", r.Proved)
	c.list(b, "receipt.not_proved", r.NotProved)
	if r.Content != nil {
		fmt.Fprintf(b, "  %s:\n", c.p.T("receipt.content"))
		var text bytes.Buffer
		if json.Indent(&text, r.Content, "", "  ") == nil {
			for line := range strings.SplitSeq(text.String(), "\n") {
				fmt.Fprintf(b, "    %s\n", printable(line))
			}
		}
	}
}

func (c *command) list(b *bytes.Buffer, key string, codes []string) {
	fmt.Fprintf(b, "  %s:\n", c.p.T(key))
	for _, code := range codes {
		fmt.Fprintf(b, "    - %s\n", c.p.T(key+"."+code))
	}
}

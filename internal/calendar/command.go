// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Exit codes of Command.
const (
	exitOK    = 0
	exitFault = 1 // ours: the embedded tables cannot be read, the output is closed
	exitUsage = 2 // a flag is missing or wrong
)

const usage = `usage: tarazu deadline --rule CODE --served DATE [--abroad] [--province NAME] [--days N] [--thursday-closed]
                       [--outage DATE] [--other DATE[+abroad]] [--postponed DATE:DATE] [--json] [--lang en|fa]
       tarazu deadline --list [--json] [--lang en|fa]

Counts a statutory term on the embedded calendar, without a database.

  --rule CODE      law and article: %s
  --served DATE    day of service, 2025-05-11 or Jalali 1404-06-31
  --abroad         the addressee lives abroad
  --province NAME  province of the court, in Persian or English
  --days N         the term the court set (cpc-442 only)
  --thursday-closed
                   courts rest on Thursdays too
  --outage DATE    a day on which the electronic services were down; may be repeated
  --other DATE     day of service on another defendant, "+abroad" if he lives
                   abroad; may be repeated (CPC 447)
  --postponed A:B  a hearing of day A that could not be held, and its new day;
                   may be repeated (CPC 448)
  --list           print the table of terms
  --json           print JSON
  --lang en|fa     language of the text, en by default
`

// flags are the command line as typed.
type flags struct {
	rule, served, province, lang string
	abroad, json, thursdayClosed bool
	days                         int
	list                         bool

	outages, others, postponed texts
}

// texts is a flag that may be repeated.
type texts []string

func (t *texts) String() string     { return strings.Join(*t, " ") }
func (t *texts) Set(v string) error { *t = append(*t, v); return nil }

// Command is "tarazu deadline": it counts a term on the embedded tables. It
// returns the exit code: 0, 2 for a wrong command line, 1 for our fault.
func Command(args []string, stdout, stderr io.Writer) int {
	law, err := DefaultLaw(Options{})
	if err != nil {
		return fault(stderr, err)
	}
	catalog, err := i18n.NewCatalog(Locale)
	if err != nil {
		return fault(stderr, err)
	}
	var f flags
	fs := flag.NewFlagSet("deadline", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&f.rule, "rule", "", "")
	fs.StringVar(&f.served, "served", "", "")
	fs.StringVar(&f.province, "province", "", "")
	fs.StringVar(&f.lang, "lang", string(i18n.EN), "")
	fs.BoolVar(&f.abroad, "abroad", false, "")
	fs.BoolVar(&f.json, "json", false, "")
	fs.BoolVar(&f.thursdayClosed, "thursday-closed", false, "")
	fs.IntVar(&f.days, "days", 0, "")
	fs.BoolVar(&f.list, "list", false, "")
	fs.Var(&f.outages, "outage", "")
	fs.Var(&f.others, "other", "")
	fs.Var(&f.postponed, "postponed", "")
	help := fmt.Sprintf(usage, strings.Join(law.Rules.Codes(), ", "))
	err = fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, help)
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "deadline: %v\n\n%s", err, help)
		return exitUsage
	case fs.NArg() > 0:
		fmt.Fprintf(stderr, "deadline: unexpected argument %q\n\n%s", fs.Arg(0), help)
		return exitUsage
	}
	if f.thursdayClosed {
		if law, err = DefaultLaw(Options{ThursdayClosed: true}); err != nil {
			return fault(stderr, err)
		}
	}
	lang, ok := i18n.Parse(f.lang)
	if !ok {
		fmt.Fprintf(stderr, "deadline: --lang: must be en or fa\n")
		return exitUsage
	}
	p := catalog.Printer(lang)
	if f.list {
		if err := f.printRules(stdout, p, law.Rules); err != nil {
			return fault(stderr, err)
		}
		return exitOK
	}
	daysGiven := false
	fs.Visit(func(g *flag.Flag) { daysGiven = daysGiven || g.Name == "days" })
	result, err := f.compute(law, daysGiven)
	if err != nil {
		return complain(stderr, p, law, err)
	}
	if f.json {
		err = printJSON(stdout, result)
	} else {
		_, err = io.WriteString(stdout, Explain(p, result))
	}
	if err != nil {
		return fault(stderr, err)
	}
	return exitOK
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func (f flags) printRules(w io.Writer, p *i18n.Printer, rules Rules) error {
	if f.json {
		return printJSON(w, struct {
			Rules   []Rule   `json:"rules"`
			Moments []Moment `json:"moments"`
		}{rules.List(), rules.Moments()})
	}
	_, err := io.WriteString(w, ListRules(p, rules))
	return err
}

func (f flags) compute(law Law, daysGiven bool) (Computation, error) {
	if f.rule == "" {
		return Computation{}, wrong("rule", "calendar.rule.missing")
	}
	if f.served == "" {
		return Computation{}, wrong("served", "calendar.served.missing")
	}
	in := Input{Rule: strings.ToLower(f.rule), Abroad: f.abroad, Province: f.province, Days: f.days}
	err := flagDay("served", f.served, &in.Served)
	if err != nil {
		return Computation{}, err
	}
	if daysGiven && f.days < 1 {
		return Computation{}, wrong("days", "calendar.days.range", "max", maxCourtDays)
	}
	if err := f.facts(&in); err != nil {
		return Computation{}, err
	}
	return law.Compute(in)
}

// facts reads what may move the last day.
func (f flags) facts(in *Input) error {
	for i, v := range f.outages {
		b := Blocked{Outage: fmt.Sprintf("--outage %d", i+1)}
		if err := flagDay("outage", v, &b.Day); err != nil {
			return err
		}
		in.Blocked = append(in.Blocked, b)
	}
	for i, v := range f.others {
		o := Other{Notice: fmt.Sprintf("--other %d", i+1)}
		v, o.Abroad = strings.CutSuffix(v, "+abroad")
		if err := flagDay("other", v, &o.Served); err != nil {
			return err
		}
		in.Others = append(in.Others, o)
	}
	for i, v := range f.postponed {
		h := Postponed{Hearing: fmt.Sprintf("--postponed %d", i+1)}
		was, now, _ := strings.Cut(v, ":")
		if err := errors.Join(flagDay("postponed", was, &h.Was), flagDay("postponed", now, &h.Now)); err != nil {
			return err
		}
		in.Hearings = append(in.Hearings, h)
	}
	return nil
}

// flagDay reads the day of a flag.
func flagDay(name, text string, into *civil.Day) error {
	d, err := civil.Parse(text)
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return wrong(name, e.Code, e.Args...)
	}
	*into = d
	return err
}

// complain writes what is wrong, naming the flag, and what would be right.
func complain(stderr io.Writer, p *i18n.Printer, law Law, err error) int {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return fault(stderr, err)
	}
	if len(e.Fields) == 0 {
		fmt.Fprintf(stderr, "deadline: %s\n", p.Error(err))
		return exitFault
	}
	for _, w := range e.Fields {
		fmt.Fprintf(stderr, "deadline: --%s: %s\n", w.Name, p.T(w.Code, w.Args...))
		switch w.Code {
		case "calendar.rule.missing", "calendar.rule.unknown":
			fmt.Fprintln(stderr, p.T("calendar.rule.known", "list", strings.Join(law.Rules.Codes(), ", ")))
		case "calendar.province.unknown":
			fmt.Fprintln(stderr, p.T("calendar.province.known", "list", provinceNames(p)))
		}
	}
	return exitUsage
}

func provinceNames(p *i18n.Printer) string {
	var names []string
	for _, v := range Provinces() {
		names = append(names, Text{FA: v.FA, EN: v.EN}.In(p.Lang()))
	}
	return strings.Join(names, separator(p))
}

func fault(stderr io.Writer, err error) int {
	fmt.Fprintf(stderr, "deadline: %v\n", err)
	return exitFault
}

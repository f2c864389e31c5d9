// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Exit codes of Command.
const (
	ExitFine   = 0
	ExitFaults = 1
	ExitUsage  = 2
)

// Command is `tarazu catalogue check [--lang fa|en] [DIR|FILE…]`; args begin
// with "check". It needs neither a database nor a network. Faults go to stdout
// as FILE:LINE: MESSAGE, one a line.
func Command(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("catalogue", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	lang := flags.String("lang", "en", "")
	var parseErr error
	known := len(args) > 0 && args[0] == "check"
	if len(args) > 0 {
		rest := args
		if known {
			rest = args[1:]
		}
		parseErr = flags.Parse(rest)
	}
	l, ok := i18n.Parse(*lang)
	if !ok {
		l = i18n.EN
	}
	all, err := printers()
	if err != nil {
		fmt.Fprintln(stderr, err)
		return ExitUsage
	}
	p := all[l]
	if errors.Is(parseErr, flag.ErrHelp) {
		fmt.Fprintln(stdout, p.T("catalogue.usage"))
		return ExitFine
	}
	if parseErr != nil || !known || !ok {
		fmt.Fprintln(stderr, p.T("catalogue.usage"))
		return ExitUsage
	}
	files, err := gather(flags.Args())
	if err != nil {
		fmt.Fprintln(stderr, err)
		return ExitUsage
	}
	return checkFiles(files, p, stdout)
}

// gather reads the files that the arguments name; none names the embedded ones.
func gather(args []string) ([]namedBody, error) {
	if len(args) == 0 {
		return embeddedServices()
	}
	var names []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			names = append(names, arg)
			continue
		}
		err = filepath.WalkDir(arg, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && filepath.Ext(path) == ".json" {
				names = append(names, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var out []namedBody
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, namedBody{name, body})
	}
	return out, nil
}

func checkFiles(files []namedBody, p *i18n.Printer, stdout io.Writer) int {
	faults := 0
	seen := map[string]string{}
	report := func(ps ...Problem) {
		for _, problem := range ps {
			fmt.Fprintln(stdout, problem)
			faults++
		}
	}
	for _, f := range files {
		d, err := Check(f.name, f.body)
		if problems, ok := errors.AsType[Problems](err); ok {
			report(problems...)
			continue
		} else if err != nil {
			report(Problem{f.name, 1, err.Error()})
			continue
		}
		base := filepath.Base(f.name)
		version := fmt.Sprintf("%s.v%d.json", d.Code, d.Version)
		if base != d.Code+".json" && base != version {
			report(Problem{f.name, 1, fmt.Sprintf("the file of this service is called %s.json or %s", d.Code, version)})
		}
		if other, twice := seen[version]; twice {
			report(Problem{f.name, 1, fmt.Sprintf("%s version %d stands in %s already", d.Code, d.Version, other)})
		}
		seen[version] = f.name
		fmt.Fprintln(stdout, p.T("catalogue.check.fine", "name", f.name, "version", d.Version))
	}
	fmt.Fprintln(stdout, p.T("catalogue.check.summary", "files", len(files), "faults", faults))
	if faults > 0 {
		return ExitFaults
	}
	return ExitFine
}

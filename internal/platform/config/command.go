// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// masked stands for a secret that is set.
const masked = "********"

// usage of the command.
const usage = `usage: tarazu config check [--file FILE]
       tarazu config example

check    read the configuration, print what is in effect (secrets masked) and
         everything that is wrong with it
example  print a file with every key, its words and its default
`

// Command is `tarazu config`. It returns the exit code: 0 valid, 1 not valid,
// 2 wrong usage.
func Command(args, env []string, out, errOut io.Writer) int {
	if len(args) > 0 && args[0] == "example" && len(args) == 1 {
		fmt.Fprint(out, Example())
		return 0
	}
	if len(args) == 0 || args[0] != "check" {
		fmt.Fprint(errOut, usage)
		return 2
	}
	fs := flag.NewFlagSet("config check", flag.ContinueOnError)
	fs.SetOutput(errOut)
	fs.Usage = func() { fmt.Fprint(errOut, usage) }
	file := fs.String("file", "", "the configuration file; default: what TARAZU_CONFIG names")
	if err := fs.Parse(args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if fs.NArg() > 0 {
		fmt.Fprint(errOut, usage)
		return 2
	}
	c, err := Load(*file, env)
	fmt.Fprint(out, c.Effective())
	for _, w := range c.Warnings {
		fmt.Fprintln(errOut, "warning:", w)
	}
	if err == nil {
		fmt.Fprintln(out, "\n# The configuration is valid.")
		return 0
	}
	for _, f := range Faults(err) {
		fmt.Fprintln(errOut, "fault:", f)
	}
	return 1
}

// Effective is the configuration as TOML, each value with where it came from,
// secrets masked.
func (c Config) Effective() string {
	return document(func(b *strings.Builder, name string, s setting) {
		v := s.value(&c)
		shown := v.show()
		if _, isDB := v.(database); s.secret && !isDB && shown != "" {
			shown = masked
		}
		if v.quoted() {
			shown = quote(shown)
		}
		fmt.Fprintf(b, "%s = %s # %s\n", name, shown, c.sources[s.key])
	})
}

// Example is a configuration file with every key, commented out, with its
// words, its variable and its default.
func Example() string {
	head := "# Configuration of Tarazu. Every key may be left out. A variable of the\n" +
		"# environment goes before the file. A secret may stand in a file of its own:\n" +
		"# KEY_file = \"PATH\", or the variable with _FILE at its end.\n\n"
	var c Config
	return head + document(func(b *strings.Builder, name string, s setting) {
		v := s.value(&c)
		def := s.def
		if v.quoted() {
			def = quote(def)
		} else if def == "" {
			def = v.show()
		}
		for _, line := range wrap(s.doc, 76) {
			fmt.Fprintln(b, "# "+line)
		}
		note := envName(s.key)
		if s.secret {
			note += ", secret"
		}
		fmt.Fprintf(b, "# [%s]\n#%s = %s\n\n", note, name, def)
	})
}

// document writes all settings under their tables.
func document(each func(b *strings.Builder, name string, s setting)) string {
	var b strings.Builder
	table := ""
	for _, s := range settings {
		name := s.key
		if i := strings.LastIndex(s.key, "."); i >= 0 {
			name = s.key[i+1:]
			if s.key[:i] != table {
				table = s.key[:i]
				fmt.Fprintf(&b, "\n[%s]\n", table)
			}
		}
		each(&b, name, s)
	}
	return strings.ReplaceAll(b.String(), "\n\n\n", "\n\n")
}

// quote writes a TOML basic string.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// wrap breaks a text into lines of at most width bytes.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(text) {
		if line != "" && len(line)+1+len(w) > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + w)
	}
	return append(lines, line)
}

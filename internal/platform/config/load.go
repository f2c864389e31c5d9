// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// entry is one key of the file.
type entry struct {
	text  string
	items []string // of a list of texts; nil for anything else
	kind  unstable.Kind
	where string // file:line
}

type loader struct {
	env    map[string]string
	file   map[string]entry
	faults []Fault
}

func (l *loader) fault(where, key, mend string) {
	l.faults = append(l.faults, Fault{Where: where, Key: key, Mend: mend})
}

// readFile fills l.file with the keys of the TOML file and their lines. The
// library's strict decoding stops at the first value of a wrong type; reading
// its parse tree instead lets all faults be told at once.
func (l *loader) readFile(path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		l.fault(path, "(file)", "cannot be read: "+reason(err))
		return
	}
	var whole map[string]any // finds what is wrong with the document as such
	if err := toml.Unmarshal(data, &whole); err != nil {
		where := path
		if e, ok := errors.AsType[*toml.DecodeError](err); ok {
			row, _ := e.Position()
			where = fmt.Sprintf("%s:%d", path, row)
		}
		l.fault(where, "(file)", "is not TOML: "+err.Error())
		return
	}
	p := &unstable.Parser{}
	p.Reset(data)
	var table []string
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table, _ = dotted(p, e)
		case unstable.KeyValue:
			key, line := dotted(p, e)
			v := e.Value()
			l.file[strings.Join(slices.Concat(table, key), ".")] = entry{
				text: string(v.Data), items: items(v), kind: v.Kind, where: fmt.Sprintf("%s:%d", path, line),
			}
		}
	}
}

// items gives the texts of a list; nil if n is none, or holds anything else.
func items(n *unstable.Node) []string {
	if n.Kind != unstable.Array {
		return nil
	}
	list := []string{}
	for it := n.Children(); it.Next(); {
		if it.Node().Kind != unstable.String {
			return nil
		}
		list = append(list, string(it.Node().Data))
	}
	return list
}

// dotted gives the parts of a key and its line.
func dotted(p *unstable.Parser, n *unstable.Node) (parts []string, line int) {
	it := n.Key()
	for it.Next() {
		line = p.Shape(it.Node().Raw).Start.Line
		parts = append(parts, string(it.Node().Data))
	}
	return parts, line
}

// apply gives one setting its value from the environment, the file or its
// default.
func (l *loader) apply(s setting, c *Config) {
	v := s.value(c)
	if s.def != "" {
		if err := v.set(s.def); err != nil {
			l.fault("", s.key, "has a wrong default") // a test sees to it that none has
		}
	}
	c.sources[s.key] = "default"
	text, where, ok := l.find(s)
	if !ok {
		return
	}
	c.sources[s.key] = where
	if err := v.set(text); err != nil {
		l.fault(where, s.key, err.Error())
	}
}

// find looks a setting up: environment before file. A secret may be named as
// a file at either place, but not be given there twice.
func (l *loader) find(s setting) (text, where string, ok bool) {
	name := envName(s.key)
	if v, has := l.env[name]; has {
		text, where, ok = v, name, true
	}
	if f, has := l.env[name+"_FILE"]; has && s.secret {
		return l.secret(s, f, name+"_FILE", ok)
	}
	if ok {
		return text, where, true
	}
	if e, has := l.file[s.key]; has {
		text, where, ok = e.text, e.where, true
		isList := false
		switch s.value(&Config{}).(type) {
		case networks, watches:
			isList = true
		}
		switch {
		case isList && e.kind == unstable.Array && e.items != nil:
			text = strings.Join(e.items, ",")
		case isList && e.kind == unstable.Array:
			l.fault(where, s.key, "write a list of texts")
			return "", "", false
		case !slices.Contains([]unstable.Kind{unstable.String, unstable.Bool, unstable.Integer}, e.kind):
			l.fault(where, s.key, "write one simple value, not a list, a table, a date or a fraction")
			return "", "", false
		}
	}
	if e, has := l.file[s.key+"_file"]; has && s.secret {
		return l.secret(s, e.text, e.where, ok)
	}
	return text, where, ok
}

// secret reads a secret's file.
func (l *loader) secret(s setting, path, where string, twice bool) (string, string, bool) {
	if twice {
		l.fault(where, s.key, "is given twice, as a value and as a file; keep the file")
		return "", "", false
	}
	data, err := os.ReadFile(path)
	if err != nil {
		l.fault(where, s.key, "the file that holds it cannot be read: "+reason(err))
		return "", "", false
	}
	v := strings.TrimRight(string(data), "\r\n")
	if v == "" {
		l.fault(where, s.key, "the file that holds it is empty")
		return "", "", false
	}
	return v, where, true
}

// reason is an error of the file system without the path, which is said
// already.
func reason(err error) string {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// envName is the environment variable of a key.
func envName(key string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// unknown finds keys that do not exist. In the file they are faults. In the
// environment they are warnings only: container platforms put variables of
// their own there, named after the service (TARAZU_PORT …).
func (l *loader) unknown(c *Config) {
	keys, names := map[string]bool{}, map[string]bool{prefix + "CONFIG": true}
	for _, s := range settings {
		keys[s.key], names[envName(s.key)] = true, true
		if s.secret {
			keys[s.key+"_file"], names[envName(s.key)+"_FILE"] = true, true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(l.file)) {
		if !keys[key] {
			l.fault(l.file[key].where, key, "no such key"+didYouMean(key, keys))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.env)) {
		if !names[name] && !strings.HasPrefix(name, prefix+"TEST_") {
			c.Warnings = append(c.Warnings, name+": no such variable"+didYouMean(name, names)+"; it is ignored")
		}
	}
}

// derive fills in what follows from other settings and checks how they fit
// together.
func (l *loader) derive(c *Config) {
	fill := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	fill(&c.BaseURL, "http://"+reachable(c.Addr))
	fill(&c.Database, "sqlite:"+filepath.Join(c.DataDir, "tarazu.db"))
	fill(&c.Blobs.URL, "file:"+filepath.Join(c.DataDir, "blobs"))
	if c.Uploads.FilingMB < c.Uploads.FileMB {
		l.fault(c.sources["uploads.filing_mb"], "uploads.filing_mb", "is less than uploads.file_mb, what one file may have")
	}
	if c.Ledger.Quorum > len(c.Ledger.Witnesses) {
		l.fault(c.sources["ledger.quorum"], "ledger.quorum", "is more than there are witnesses in ledger.witnesses: no receipt could ever be handed out")
	}
	fill(&c.Ledger.KeyFile, filepath.Join(c.DataDir, "keys", "ledger.key"))
	fill(&c.Security.CodeKeyFile, filepath.Join(c.DataDir, "keys", "code.key"))
	if c.Gateways.Email.URL != "" && c.Gateways.EmailFrom == "" {
		l.fault(c.sources["gateways.email.url"], "gateways.email.from", "name the sender’s address, as gateways.email.url is set")
	}
	if c.DataDir == "" {
		l.fault(c.sources["data_dir"], "data_dir", "name a folder")
	}
	secure := strings.HasPrefix(c.BaseURL, "https://")
	if c.sources["secure_cookies"] == "default" {
		c.SecureCookies = secure
	}
	if c.SecureCookies && !secure {
		l.fault(c.sources["secure_cookies"], "secure_cookies", "browsers would not send such cookies to an http:// address; set base_url to https:// or leave this out")
	}
	if !secure && !loopback(c.BaseURL) {
		if c.Demo || c.sources["base_url"] == "default" {
			c.Warnings = append(c.Warnings, "base_url: plain http can be read on the way; put a proxy with https before it and set base_url")
		} else {
			l.fault(c.sources["base_url"], "base_url", "people must reach the service over https://; plain http is for this machine and for demos")
		}
	}
	if slices.ContainsFunc(c.TrustedProxies, func(p netip.Prefix) bool { return p.Bits() == 0 }) {
		c.Warnings = append(c.Warnings, "trusted_proxies: whoever reaches this server can claim any address, and so get around the limits by address; name your proxies only")
	}
	if c.Demo {
		return
	}
	if c.sources["ledger.origin"] == "default" {
		c.Warnings = append(c.Warnings, "ledger.origin: choose your own before the first receipt; it cannot be changed later")
	}
	for _, g := range []struct {
		name string
		url  string
	}{{"population", c.Gateways.Population.URL}, {"simowner", c.Gateways.SIMOwner.URL}, {"sms", c.Gateways.SMS.URL}, {"payments", c.Gateways.Payments.URL}, {"timestamp", c.Gateways.Timestamp.URL},
		{"consular", c.Gateways.Consular.URL}, {"foreigners", c.Gateways.Foreigners.URL}, {"companies", c.Gateways.Companies.URL},
		{"proofing", c.Gateways.Proofing.URL}, {"professions", c.Gateways.Professions.URL}, {"email", c.Gateways.Email.URL}} {
		if g.url == "" {
			c.Warnings = append(c.Warnings, "gateways."+g.name+".url: not connected; whatever needs it says that it is not available")
		}
	}
}

// reachable is the address under which this machine itself reaches a listener
// on addr.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && (host == "" || (ip != nil && ip.IsUnspecified())) {
		return "localhost:" + port
	}
	return addr
}

func loopback(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
}

// didYouMean offers the closest known name, if one is close.
func didYouMean(name string, known map[string]bool) string {
	best, least := "", len(name)/3+1
	for _, k := range slices.Sorted(maps.Keys(known)) {
		if d := distance(name, k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := last
			if a[i] != b[j] {
				change++
			}
			last = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

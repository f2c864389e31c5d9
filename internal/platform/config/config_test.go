// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write docs/configuration.toml anew")

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tarazu.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || c.BaseURL != "http://127.0.0.1:8080" || c.Database != "sqlite:var/tarazu.db" ||
		c.Demo || c.SecureCookies || c.Log.Level != slog.LevelInfo || c.Log.Format != "text" ||
		c.Ledger.Interval != time.Second || c.Ledger.KeyFile != "var/keys/ledger.key" || c.Security.CodeKeyFile != "var/keys/code.key" ||
		c.Security.Argon2Memory != 46<<10 || c.Security.Argon2Time != 1 || c.Session.Lifetime != 12*time.Hour ||
		c.Limits.LoginAccount != (Limit{10, 15 * time.Minute}) || c.Gateways.SMS.Timeout != 5*time.Second {
		t.Errorf("defaults are %+v", c)
	}
	if len(c.Warnings) != 12 {
		t.Errorf("warnings %q, want the origin and eleven gateways", c.Warnings)
	}
	if c, err = Load("", []string{"TARAZU_DEMO=true"}); err != nil || len(c.Warnings) != 0 || !c.Demo {
		t.Errorf("demo: %v, %q", err, c.Warnings)
	}
}

func TestEnvironmentBeforeFileBeforeDefault(t *testing.T) {
	t.Parallel()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := file(t, `
addr = "0.0.0.0:80" # overridden
base_url = "https://adl.example/"
data_dir = "/srv/tarazu"
[log]
level = "warn"
format = "json"
[limits]
login_account = "off"
code_mobile = "3/10m"
[gateways.sms]
url = "https://sms.example/api"
token_file = "`+token+`"
[gateways]
population.timeout = "1500ms"
[security]
argon2_memory_kib = 65536
`)
	c, err := Load(path, []string{"TARAZU_ADDR=127.0.0.1:0", "TARAZU_LOG_LEVEL=debug", "TARAZU_GATEWAYS_PAYMENTS_TOKEN_FILE=" + token,
		"TARAZU_TEST_ROUNDS=3", "TARAZU_PORT=tcp://10.0.0.1", "OTHER=1", "TARAZU_ADRR=x"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:0" || c.Log.Level != slog.LevelDebug || c.Log.Format != "json" || c.BaseURL != "https://adl.example" ||
		!c.SecureCookies || c.Database != "sqlite:/srv/tarazu/tarazu.db" || !c.Limits.LoginAccount.Off() ||
		c.Limits.CodeMobile != (Limit{3, 10 * time.Minute}) || c.Gateways.SMS.Token != "s3cret" ||
		c.Gateways.Payments.Token != "s3cret" || c.Gateways.Population.Timeout != 1500*time.Millisecond || c.Security.Argon2Memory != 65536 {
		t.Errorf("got %+v", c)
	}
	for _, want := range []string{"TARAZU_PORT: no such variable", "TARAZU_ADRR: no such variable; did you mean TARAZU_ADDR?"} {
		if !slices.ContainsFunc(c.Warnings, func(w string) bool { return strings.HasPrefix(w, want) }) {
			t.Errorf("no warning %q in %q", want, c.Warnings)
		}
	}
	byVariable, err := Load("", []string{"TARAZU_CONFIG=" + path})
	if err != nil || byVariable.Addr != "0.0.0.0:80" {
		t.Errorf("by TARAZU_CONFIG: %v, %v", byVariable.Addr, err)
	}
}

func TestBaseURLFollowsTheAddress(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		url  string
		warn bool
	}{
		"127.0.0.1:8080": {"http://127.0.0.1:8080", false},
		"localhost:80":   {"http://localhost:80", false},
		"0.0.0.0:8080":   {"http://localhost:8080", false},
		":8080":          {"http://localhost:8080", false},
		"[::]:8080":      {"http://localhost:8080", false},
		"[::1]:8080":     {"http://[::1]:8080", false},
		"192.0.2.7:80":   {"http://192.0.2.7:80", true},
	}
	for addr, want := range tests {
		c, err := Load("", []string{"TARAZU_ADDR=" + addr})
		warned := slices.ContainsFunc(c.Warnings, func(w string) bool { return strings.HasPrefix(w, "base_url:") })
		if err != nil || c.BaseURL != want.url || warned != want.warn {
			t.Errorf("%s: %s, warned %v, %v; want %+v", addr, c.BaseURL, warned, err, want)
		}
	}
}

func TestAllFaultsAtOnceWithLineAndMend(t *testing.T) {
	t.Parallel()
	path := file(t, `adr = "1.2.3.4:80"
addr = "nonsense"
demo = "perhaps"
base_url = "http://public.example"

[log]
level = "loud"
levle = "info"

[ledger]
interval = "1ms"
origin = "https://x"

[limits]
login_account = "often"
code_mobile = ["5/1h"]

[gateways.sms]
url = "sms.example"
token = "abc"
token_file = "nowhere"

[gateways.post]
url = "https://post.example"
`)
	_, err := Load(path, []string{"TARAZU_SESSION_LIFETIME=forever", "TARAZU_DATABASE=mysql://root:hunter2@db/x", "TARAZU_SECURE_COOKIES=true",
		"TARAZU_GATEWAYS_PAYMENTS_TOKEN_FILE=/nonexistent/token", "TARAZU_GATEWAYS_EMAIL_URL=smtp://mail.example"})
	var got []string
	for _, f := range Faults(err) {
		got = append(got, f.String())
		if f.Mend == "" {
			t.Errorf("%v says no way to mend it", f)
		}
	}
	want := []string{
		path + ":1: adr: no such key; did you mean addr?",
		path + ":2: addr: write ADDRESS:PORT",
		path + ":3: demo: write true or false",
		path + ":4: base_url: people must reach",
		path + ":7: log.level: write debug, info, warn or error",
		path + ":8: log.levle: no such key; did you mean log.level?",
		path + ":11: ledger.interval: write a duration",
		path + ":12: ledger.origin: write your domain",
		path + ":15: limits.login_account: write COUNT/PERIOD",
		path + ":16: limits.code_mobile: write one simple value",
		path + ":19: gateways.sms.url: write a whole address",
		path + ":21: gateways.sms.token: is given twice",
		path + ":24: gateways.post.url: no such key",
		"TARAZU_GATEWAYS_EMAIL_URL: gateways.email.url: write smtp://HOST:PORT",
		"TARAZU_SESSION_LIFETIME: session.lifetime: write a duration",
		"TARAZU_DATABASE: database: write sqlite:FILE or postgres://",
		"TARAZU_SECURE_COOKIES: secure_cookies: browsers would not",
		"TARAZU_GATEWAYS_PAYMENTS_TOKEN_FILE: gateways.payments.token: the file that holds it cannot be read: no such file",
	}
	for _, w := range want {
		if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, w) }) {
			t.Errorf("missing fault %q", w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d faults, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error repeats a secret: %v", err)
	}
}

func TestWitnesses(t *testing.T) {
	t.Parallel()
	const one, two = "bar.example+0a1b2c3d+BAAA/+= https://w.bar.example/", "uni.example+0a1b2c3d+BBBB http://127.0.0.1:8099"
	tests := map[string]struct{ file, env, want, key string }{
		"none":            {"", "", `[]`, ""},
		"list":            {"[ledger]\nwitnesses = [\"" + one + "\", \"" + two + "\"]\nquorum = 2", "", `["bar.example+0a1b2c3d+BAAA/+= https://w.bar.example", "` + two + `"]`, ""},
		"variable":        {"", two, `["` + two + `"]`, ""},
		"no address":      {"", "bar.example+0a1b2c3d+BAAA", "", "ledger.witnesses"},
		"no key":          {"", "bar.example https://w.bar.example", "", "ledger.witnesses"},
		"plain http":      {"", "a+b+c http://w.example", "", "ledger.witnesses"},
		"too many wanted": {"[ledger]\nwitnesses = [\"" + one + "\"]\nquorum = 2", "", "", "ledger.quorum"},
	}
	for name, tt := range tests {
		var env []string
		if tt.env != "" {
			env = append(env, "TARAZU_LEDGER_WITNESSES="+tt.env)
		}
		c, err := Load(file(t, tt.file+"\n"), env)
		if tt.key != "" {
			if f := Faults(err); len(f) != 1 || f[0].Key != tt.key {
				t.Errorf("%s: faults %v, want one of %s", name, f, tt.key)
			}
			continue
		}
		if shown := (watches{&c.Ledger.Witnesses}).show(); err != nil || shown != tt.want {
			t.Errorf("%s: %s, %v; want %s", name, shown, err, tt.want)
		}
		again, err := Load(file(t, c.Effective()), nil)
		if err != nil || !slices.Equal(again.Ledger.Witnesses, c.Ledger.Witnesses) {
			t.Errorf("%s: what is shown is read as %v, %v", name, again.Ledger.Witnesses, err)
		}
	}
}

func TestTrustedProxies(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file, env  string
		want, mend string // shown, or what the fault says
	}{
		"none":       {"", "", `[]`, ""},
		"list":       {`trusted_proxies = ["10.1.2.3/8", "192.0.2.7", "2001:db8::1/32"]`, "", `["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]`, ""},
		"empty list": {`trusted_proxies = []`, "", `[]`, ""},
		"one text":   {`trusted_proxies = "::1"`, "", `["::1/128"]`, ""},
		"variable":   {`trusted_proxies = ["10.0.0.0/8"]`, "192.0.2.0/24, ::1", `["192.0.2.0/24", "::1/128"]`, ""},
		"name":       {`trusted_proxies = ["proxy.example"]`, "", "", "write addresses or networks"},
		"bits":       {"", "10.0.0.0/33", "", "write addresses or networks"},
		"mapped":     {"", "::ffff:10.0.0.0/104", "", "without ::ffff: before"},
		"numbers":    {"trusted_proxies = [10, 1]", "", "", "a list of texts"},
		"table":      {"trusted_proxies = { a = 1 }", "", "", "write one simple value"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var env []string
			if tt.env != "" {
				env = append(env, "TARAZU_TRUSTED_PROXIES="+tt.env)
			}
			c, err := Load(file(t, tt.file+"\n"), env)
			if tt.mend != "" {
				if f := Faults(err); len(f) != 1 || f[0].Key != "trusted_proxies" || !strings.Contains(f[0].Mend, tt.mend) {
					t.Errorf("faults %v, want one with %q", f, tt.mend)
				}
				return
			}
			if shown := (networks{&c.TrustedProxies}).show(); err != nil || shown != tt.want {
				t.Fatalf("%s, %v; want %s", shown, err, tt.want)
			}
			again, err := Load(file(t, c.Effective()), nil)
			if err != nil || !slices.Equal(again.TrustedProxies, c.TrustedProxies) {
				t.Errorf("what is shown is read as %v, %v", again.TrustedProxies, err)
			}
		})
	}
	c, err := Load("", []string{"TARAZU_TRUSTED_PROXIES=0.0.0.0/0"})
	if err != nil || !slices.ContainsFunc(c.Warnings, func(w string) bool { return strings.HasPrefix(w, "trusted_proxies:") }) {
		t.Errorf("everybody trusted: %v, warnings %q", err, c.Warnings)
	}
}

func TestFileThatIsNoConfiguration(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ path, want string }{
		"missing":   {filepath.Join(t.TempDir(), "none.toml"), "cannot be read: no such file"},
		"syntax":    {file(t, "addr = \"127.0.0.1:1\"\nlog = [\n"), "tarazu.toml:"},
		"twice":     {file(t, "demo = true\ndemo = true\n"), "tarazu.toml:"},
		"directory": {t.TempDir(), "cannot be read: is a directory"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Load(tt.path, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Load = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestCheckMasksSecrets(t *testing.T) {
	t.Parallel()
	path := file(t, "demo = true\n[gateways.sms]\ntoken = \"hunter2\"\n")
	env := []string{"TARAZU_DATABASE=postgres://app:hunter2@db/tarazu?sslpassword=hunter2&sslmode=require"}
	var out, errOut bytes.Buffer
	if code := Command([]string{"check", "--file", path}, env, &out, &errOut); code != 0 {
		t.Fatalf("exit code %d: %s", code, errOut.String())
	}
	if strings.Contains(out.String()+errOut.String(), "hunter2") {
		t.Errorf("a secret is shown:\n%s%s", out.String(), errOut.String())
	}
	for _, want := range []string{
		"addr = \"127.0.0.1:8080\" # default\n", "demo = true # " + path + ":1\n", "[gateways.sms]\n", "token = \"********\" # " + path + ":3\n",
		"app:%2A", "@db/tarazu", "sslmode=require", "The configuration is valid.",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	// What is shown can be read again.
	again := file(t, out.String())
	if _, err := Load(again, nil); err != nil {
		t.Errorf("the effective configuration is not valid itself: %v", err)
	}
}

func TestCommandCodes(t *testing.T) {
	t.Parallel()
	bad := file(t, "adr = 1\n")
	tests := map[string]struct {
		args []string
		code int
		say  string
	}{
		"none":    {nil, 2, "usage"},
		"other":   {[]string{"chek"}, 2, "usage"},
		"flag":    {[]string{"check", "--flie", "x"}, 2, "flie"},
		"extra":   {[]string{"check", "x"}, 2, "usage"},
		"help":    {[]string{"check", "--help"}, 0, "usage"},
		"fault":   {[]string{"check", "--file", bad}, 1, "fault: " + bad + ":1: adr: no such key"},
		"example": {[]string{"example"}, 0, "TARAZU_ADDR"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errOut bytes.Buffer
			if code := Command(tt.args, nil, &out, &errOut); code != tt.code || !strings.Contains(out.String()+errOut.String(), tt.say) {
				t.Errorf("code %d, want %d, with %q in:\n%s%s", code, tt.code, tt.say, out.String(), errOut.String())
			}
		})
	}
}

// Every key has words and a default that its own rules accept, and the file in
// docs is what the program prints. Run with -update after a change.
func TestEveryKeyIsDocumented(t *testing.T) {
	t.Parallel()
	for _, s := range settings {
		var c Config
		if s.doc == "" || (s.def != "" && s.value(&c).set(s.def) != nil) {
			t.Errorf("%s: no words, or a default that is refused", s.key)
		}
	}
	golden := filepath.Join("..", "..", "..", "docs", "configuration.toml")
	if *update {
		if err := os.WriteFile(golden, []byte(Example()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != Example() {
		t.Error("docs/configuration.toml is stale; run go test ./internal/platform/config -update")
	}
	// Uncommented it is a valid file, but for what is derived when left out.
	var lines []string
	for line := range strings.Lines(Example()) {
		if strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "# ") && !strings.HasSuffix(line, "= \"\"\n") {
			line = line[1:]
		}
		lines = append(lines, line)
	}
	if _, err := Load(file(t, strings.Join(lines, "")), nil); err != nil {
		t.Errorf("the example is not valid: %v", err)
	}
}

func TestKeyIsMadeOnceAndGuarded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys", "code.key")
	keys := make([][]byte, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			k, err := LoadOrCreateKey(path)
			if err != nil {
				t.Error(err)
			}
			keys[i] = k
		})
	}
	wg.Wait()
	for _, k := range keys {
		if len(k) != keySize || !bytes.Equal(k, keys[0]) {
			t.Fatalf("starters have different keys")
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreateKey(path); err == nil || !strings.Contains(err.Error(), "0600") {
		t.Errorf("a key that others may read: %v", err)
	}
	if err := os.WriteFile(path, []byte("abcd\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreateKey(path); err == nil || !strings.Contains(err.Error(), "not a key") {
		t.Errorf("a short key: %v", err)
	}
}

// TestMail: the server that takes e-mail, and who the sender is.
func TestMail(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ url, from, fault string }{
		{"smtp://mail.example:587", "noreply@court.example", ""},
		{"smtps://mail.example:465", "noreply@court.example", ""},
		{"", "noreply@court.example", ""},
		{"smtp://mail.example:587", "", "gateways.email.from: name the sender"},
		{"smtp://mail.example:587", "Court <noreply@court.example>", "gateways.email.from: write an e-mail address"},
		{"https://mail.example:587", "noreply@court.example", "gateways.email.url: write smtp://"},
		{"smtp://user@mail.example:587", "noreply@court.example", "gateways.email.url: write smtp://"},
	} {
		_, err := Load("", []string{"TARAZU_DEMO=true", "TARAZU_GATEWAYS_EMAIL_URL=" + x.url, "TARAZU_GATEWAYS_EMAIL_FROM=" + x.from})
		if (err != nil) != (x.fault != "") || (err != nil && !strings.Contains(err.Error(), x.fault)) {
			t.Errorf("%q from %q: got %v, want %q", x.url, x.from, err, x.fault)
		}
	}
}

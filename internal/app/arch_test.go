// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app"
)

// root is the repository, from this package.
const root = "../.."

// sources reads all source files of the repository that people write.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			hidden := strings.HasPrefix(d.Name(), ".") && rel != "."
			if hidden || slices.Contains([]string{"node_modules", "dist", "bin", "var", "testdata"}, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		switch path.Ext(rel) {
		case ".go", ".templ", ".sql", ".css", ".js", ".mjs", ".cedar", ".cedarschema":
		default:
			return nil
		}
		if strings.HasSuffix(rel, "_templ.go") {
			return nil
		}
		text, err := os.ReadFile(file)
		out = append(out, source{rel, string(text)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 100 {
		t.Fatalf("only %d files found: the test sees nothing", len(out))
	}
	return out
}

func TestArchitecture(t *testing.T) {
	t.Parallel()
	for _, fault := range architecture(app.Order, sources(t)) {
		t.Error(fault)
	}
}

// fine is a small repository without a fault.
func fine() map[string]string {
	const head = "// SPDX-License-Identifier: Apache-2.0\n\n"
	file := func(pkg string, imports ...string) string {
		text := head + "// Package " + pkg + " is here.\npackage " + pkg + "\n"
		for _, imp := range imports {
			if strings.HasPrefix(imp, "internal/") {
				imp = modulePath + imp
			}
			text += "import \"" + imp + "\"\n"
		}
		return text
	}
	return map[string]string{
		"cmd/tarazu/main.go":                file("main", "internal/app", "internal/high"),
		"internal/app/app.go":               file("app", "internal/low", "internal/high", "internal/gateway/sandbox"),
		"internal/low/low.go":               file("low", "internal/platform/errs", "internal/gateway/sms"),
		"internal/low/web_page.go":          file("low", "net/http", "internal/platform/web") + "\nfunc Card() {}\n",
		"internal/low/store.go":             file("low", "internal/platform/store"),
		"internal/low/policy.go":            file("low", "internal/platform/policy"),
		"internal/high/page_test.go":        file("high", "internal/app/apptest"),
		"internal/low/lowtest/lowtest.go":   file("lowtest", "internal/gateway/sandbox"),
		"internal/high/high_test.go":        file("high", "internal/low/lowtest"),
		"internal/bench/bench.go":           file("bench", "internal/app"),
		"internal/high/high.go":             file("high", "internal/low"),
		"internal/high/high.templ":          file("high", "internal/platform/web") + "\ntempl Shown(s string) {\n\t<p>{ s }</p>\n}\n",
		"internal/platform/web/web.go":      file("web", "internal/platform/errs", "internal/platform/web/assets"),
		"internal/platform/web/assets/a.go": file("assets"),
		"internal/platform/errs/errs.go":    file("errs"),
		"internal/gateway/sms/sms.go":       file("sms", "internal/platform/errs", "internal/gateway/sandbox"),
		"internal/gateway/sandbox/s.go":     file("sandbox", "internal/platform/errs"),
		"web/css/a.css":                     "/* SPDX-License-Identifier: Apache-2.0 */\n",
	}
}

// TestArchitectureNotices plants one fault at a time.
func TestArchitectureNotices(t *testing.T) {
	t.Parallel()
	const head = "// SPDX-License-Identifier: Apache-2.0\n"
	imports := func(pkg, imp string) string {
		return head + "// Package p is here.\npackage " + pkg + "\nimport \"" + modulePath + imp + "\"\n"
	}
	cases := []struct{ name, path, text, want string }{
		{"nothing", "", "", ""},
		{"a higher module", "internal/low/x.go", imports("low", "internal/high"), "low imports high, which comes after it"},
		{"a higher module's sub-package", "internal/low/x.go", imports("low", "internal/high/sub"), "low imports high, which comes after it"},
		{"a higher module in a test", "internal/low/x_test.go", imports("low", "internal/high"), "low imports high, which comes after it"},
		{"a higher module in a template", "internal/low/x.templ", imports("low", "internal/high"), "low imports high, which comes after it"},
		{"a module imports app", "internal/high/x.go", imports("high", "internal/app"), "high imports app"},
		{"a module imports the measuring", "internal/high/x.go", imports("high", "internal/bench"), "high imports bench"},
		{"app imports the measuring", "internal/app/x.go", imports("app", "internal/bench"), "app imports bench"},
		{"a module's test imports app", "internal/high/x_test.go", imports("high", "internal/app"), "high imports app"},
		{"a module imports the tool for tests", "internal/high/x.go", imports("high", "internal/app/apptest"), "high imports app"},
		{"platform's test imports the tool for tests", "internal/platform/web/x_test.go", imports("web", "internal/app/apptest"), "platform imports internal/app/apptest"},
		{"platform imports a module", "internal/platform/web/x.go", imports("web", "internal/low"), "platform imports internal/low"},
		{"platform imports a gateway", "internal/platform/web/x.go", imports("web", "internal/gateway/sms"), "platform imports internal/gateway/sms"},
		{"platform imports app", "internal/platform/web/x.go", imports("web", "internal/app"), "platform imports internal/app"},
		{"a gateway imports a module", "internal/gateway/sms/x.go", imports("sms", "internal/low"), "a gateway imports internal/low"},
		{"a module imports the sandbox", "internal/high/x.go", imports("high", "internal/gateway/sandbox"), "a module imports the sandbox"},
		{"a module imports what is for tests", "internal/high/x.go", imports("high", "internal/low/lowtest"), "imports internal/low/lowtest, which is for tests"},
		{"app imports what is for tests", "internal/app/x.go", imports("app", "internal/low/lowtest"), "imports internal/low/lowtest, which is for tests"},
		{"a module uses a double", "internal/high/x.go", imports("high", "internal/gateway/sms") + "var d = sms.NewDouble()\n", "uses the double sms.NewDouble"},
		{"a renamed double", "internal/high/x.go", head + "package high\nimport s \"" + modulePath + "internal/gateway/sms\"\nvar d *s.Double\n", "uses the double sms.Double"},
		{"a package without a place", "internal/other/x.go", head + "// Package other is here.\npackage other\n", "other is not in app.Order"},
		{"a page with SQL", "internal/low/web_x.go", imports("low", "internal/platform/store"), "imports internal/platform/store: pages ask the service"},
		{"a page with database/sql", "internal/low/web.go", head + "package low\nimport \"database/sql\"\n", "imports database/sql"},
		{"an API with SQL", "internal/low/api_x.go", imports("low", "internal/platform/store"), "pages ask the service"},
		{"a template with SQL", "internal/low/x.templ", imports("low", "internal/platform/store"), "pages ask the service"},
		{"SQL with HTTP", "internal/low/store_x.go", head + "package low\nimport \"net/http\"\n", "imports net/http: SQL knows no pages"},
		{"SQL with pages", "internal/low/store.go", imports("low", "internal/platform/web"), "SQL knows no pages"},
		{"a decision with SQL", "internal/low/policy_x.go", imports("low", "internal/platform/store"), "a decision needs facts only"},
		{"a decision with HTTP", "internal/low/policy.go", head + "package low\nimport \"net/http\"\n", "a decision needs facts only"},
		{"another module's page", "internal/high/x.go", imports("high", "internal/low") + "var c = low.Card\n", "uses low.Card, a page of another module"},
		{"another module's page in a template", "internal/high/x.templ", imports("high", "internal/low") + "templ A() {\n\t@low.Card()\n}\n", "uses low.Card, a page of another module"},
		{"no comment", "internal/platform/mute/x.go", head + "\npackage mute\n", "internal/platform/mute: the package has no comment"},
		{"a licence line is not a comment", "internal/platform/mute/x.go", head + "package mute\n", "the package has no comment"},
		{"no licence", "internal/low/x.go", "package low\n", "internal/low/x.go: no SPDX line"},
		{"no licence in SQL", "internal/low/migrations/1.sql", "SELECT 1;\n", "no SPDX line"},
		{"another licence", "web/css/a.css", "/* SPDX-License-Identifier: MIT */\n", "no SPDX line"},
		{"a cycle of platform", "internal/platform/errs/x.go", imports("errs", "internal/platform/web/assets"), "cycle: internal/platform/errs → internal/platform/web → internal/platform/errs"},
		{"not Go", "internal/low/x.go", head + "pakage low\n", "cannot be parsed"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tree := fine()
			if c.path != "" {
				tree[c.path] = c.text
			}
			var files []source
			for p, text := range tree {
				files = append(files, source{p, text})
			}
			found := strings.Join(architecture([]string{"low", "high"}, files), "\n")
			if c.want == "" && found != "" {
				t.Errorf("a fault where there is none:\n%s", found)
			}
			if !strings.Contains(found, c.want) {
				t.Errorf("not noticed: %q in\n%s", c.want, found)
			}
		})
	}
}

// SPDX-License-Identifier: Apache-2.0

// Command build makes the embedded assets: it bundles web/css/app.css and
// web/js/app.js for browsers back to Chrome 80 (Android phones of 2019), names
// every file by its hash, compresses text, and writes the manifest and the
// licences of what is inside. Run it from the root of the repository, after
// `npm ci` in web:
//
//	go run ./internal/platform/web/assets/build
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	source = "web"
	target = "internal/platform/web/assets/dist"
)

func main() {
	if err := build(source, target); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// build bundles src into out and replaces what was there.
func build(src, out string) error {
	if _, err := os.Stat(filepath.Join(src, "node_modules", "vazirmatn")); err != nil {
		return fmt.Errorf("the font is missing: run `npm ci --ignore-scripts` in %s first", src)
	}
	files, err := bundle(src)
	if err != nil {
		return err
	}
	manifest := map[string]string{}
	for name := range files {
		manifest[plain(name)] = name
	}
	for plainName, path := range licences(src) {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files[plainName] = b
		manifest[plainName] = plainName
	}
	b, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	files["manifest.json"] = append(b, '\n')
	return write(out, files)
}

// bundle runs esbuild and returns the outputs by hashed name.
func bundle(src string) (map[string][]byte, error) {
	abs, err := filepath.Abs(src)
	if err != nil {
		return nil, err
	}
	var entries []api.EntryPoint
	for _, pattern := range []string{"css/*.css", "js/*.js", "js/*.ts"} {
		found, err := filepath.Glob(filepath.Join(abs, pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			base := filepath.Base(path)
			if strings.HasPrefix(base, "_") {
				continue // a part that another file imports
			}
			entries = append(entries, api.EntryPoint{
				InputPath: path, OutputPath: strings.TrimSuffix(base, filepath.Ext(base)),
			})
		}
	}
	result := api.Build(api.BuildOptions{
		EntryPointsAdvanced: entries,
		AbsWorkingDir:       abs,
		Outdir:              filepath.Join(abs, "out"),
		Bundle:              true,
		MinifyWhitespace:    true,
		MinifySyntax:        true,
		MinifyIdentifiers:   true,
		Charset:             api.CharsetUTF8,
		EntryNames:          "[name]-[hash]",
		AssetNames:          "vazirmatn-[hash]", // the only asset; its own name holds brackets
		Loader:              map[string]api.Loader{".woff2": api.LoaderFile},
		LegalComments:       api.LegalCommentsNone,
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "80"},
			{Name: api.EngineFirefox, Version: "78"},
			{Name: api.EngineSafari, Version: "13.1"},
		},
		LogLevel: api.LogLevelWarning,
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(result.Errors[0].Text)
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	return files, nil
}

var hashPart = regexp.MustCompile(`-[A-Z0-9]{8}(\.[a-z0-9]+)$`)

// plain turns app-ABCD1234.css into app.css.
func plain(name string) string { return hashPart.ReplaceAllString(name, "$1") }

// licences are the texts that must go where the font goes.
func licences(src string) map[string]string {
	return map[string]string{"vazirmatn.LEGAL.txt": filepath.Join(src, "node_modules", "vazirmatn", "OFL.txt")}
}

// write empties out, the .gitkeep excepted, and writes the files with a
// compressed twin of every text.
func write(out string, files map[string][]byte) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	old, err := os.ReadDir(out)
	if err != nil {
		return err
	}
	for _, f := range old {
		if f.Name() == ".gitkeep" {
			continue
		}
		if err := os.Remove(filepath.Join(out, f.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(out, name), b, 0o644); err != nil {
			return err
		}
		if ext := filepath.Ext(name); ext != ".css" && ext != ".js" && ext != ".svg" {
			continue
		}
		var z bytes.Buffer
		w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, name+".gz"), z.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

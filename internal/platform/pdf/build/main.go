// SPDX-License-Identifier: Apache-2.0

// Command build copies the fonts that package pdf embeds, with their licence,
// from the npm package that web/package-lock.json pins. Run it from the root
// of the repository, after `npm ci` in web:
//
//	go run ./internal/platform/pdf/build
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

const target = "internal/platform/pdf/fonts"

// sources are the files to copy, under web/node_modules/vazirmatn.
var sources = []string{"fonts/ttf/Vazirmatn-Regular.ttf", "fonts/ttf/Vazirmatn-Bold.ttf", "OFL.txt"}

func main() {
	if err := build(filepath.Join("web", "node_modules", "vazirmatn"), target); err != nil {
		fmt.Fprintln(os.Stderr, "fonts:", err)
		os.Exit(1)
	}
}

func build(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, name := range sources {
		b, err := os.ReadFile(filepath.Join(from, filepath.FromSlash(name)))
		if err != nil {
			return fmt.Errorf("a font is missing (run `npm ci --ignore-scripts` in web first): %w", err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(name)), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

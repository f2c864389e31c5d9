// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
)

// Catalog is every keyed text in every language. It does not change after
// NewCatalog and may be used by many goroutines.
type Catalog struct {
	texts map[Lang]map[string]string
	days  map[Lang]*dayMemo
}

var keyShape = regexp.MustCompile(`^[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+$`)

// NewCatalog reads locale/fa.json and locale/en.json, flat objects of key and
// text, from every source, and the platform's own. A key that stands twice, in
// one file or in two, is an error, as is a key that is not lower-case words
// parted by dots.
func NewCatalog(sources ...fs.FS) (*Catalog, error) {
	c := &Catalog{texts: map[Lang]map[string]string{}, days: map[Lang]*dayMemo{}}
	for _, l := range Langs() {
		c.texts[l], c.days[l] = map[string]string{}, new(dayMemo)
		if err := c.read(Locale, l); err != nil {
			return nil, err
		}
		for _, src := range sources {
			if src == fs.FS(Locale) {
				continue
			}
			if err := c.read(src, l); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func (c *Catalog) read(src fs.FS, l Lang) (err error) {
	name := "locale/" + string(l) + ".json"
	f, err := src.Open(name)
	if err != nil {
		return fmt.Errorf("i18n: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	// The decoder goes token by token, because decoding into a map would
	// silently keep the last of two equal keys.
	dec := json.NewDecoder(f)
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("i18n: %s is not an object: %w", name, orEOF(err))
	}
	for dec.More() {
		var text string
		t, err := dec.Token()
		if err != nil {
			return fmt.Errorf("i18n: %s: %w", name, err)
		}
		key, _ := t.(string)
		if err := dec.Decode(&text); err != nil {
			return fmt.Errorf("i18n: %s: %s: %w", name, key, err)
		}
		if !keyShape.MatchString(key) {
			return fmt.Errorf("i18n: %s: key %q is not lower-case words parted by dots", name, key)
		}
		if _, twice := c.texts[l][key]; twice {
			return fmt.Errorf("i18n: %s: key %q stands twice", name, key)
		}
		c.texts[l][key] = text
	}
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("i18n: %s: %w", name, err)
	}
	return nil
}

func orEOF(err error) error {
	if err == nil {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Printer writes in language l.
func (c *Catalog) Printer(l Lang) *Printer {
	if _, ok := c.texts[l]; !ok {
		l = FA
	}
	return &Printer{lang: l, texts: c.texts[l], days: c.days[l]}
}

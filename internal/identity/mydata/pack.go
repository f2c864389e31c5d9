// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

const (
	// packedRows is how many rows of one kind a copy has at most, and packedBytes
	// how much of files: it is made in memory. What has no room is said.
	packedRows  = 20_000
	packedBytes = 200 << 20
	nameLength  = 80
)

// packed is a copy as it was made.
type packed struct {
	zip     []byte
	leftOut int
}

// packing is a copy while it is made.
type packing struct {
	zip     *zip.Writer
	bytes   int64
	n       int // files so far
	leftOut int
	names   map[string]string // of the files, by key of the blob
	at      time.Time
}

// pack makes a ZIP of everything that is kept about somebody: data.json for
// programs, index.html to read, and the files.
func (s *Service) pack(ctx context.Context, p identity.Person, lang i18n.Lang) (_ packed, err error) {
	parts, err := s.read(ctx, p, s.modules, packedRows)
	if err != nil {
		return packed{}, err
	}
	var out bytes.Buffer
	k := &packing{zip: zip.NewWriter(&out), names: map[string]string{}, at: s.d.Clock.Now()}
	for _, part := range parts {
		for _, set := range part.Sets {
			if err := s.packFiles(ctx, k, set); err != nil {
				return packed{}, err
			}
		}
	}
	list, err := json.MarshalIndent(k.document(s, parts), "", "  ")
	if err != nil {
		return packed{}, err
	}
	if err := k.add("data.json", list); err != nil {
		return packed{}, err
	}
	var page bytes.Buffer
	v := packView{P: s.d.Catalog.Printer(lang), s: s, Name: p.Name(), At: k.at, Parts: parts, files: k.names, LeftOut: k.leftOut}
	if err := packPage(v).Render(ctx, &page); err != nil {
		return packed{}, err
	}
	if err := k.add("index.html", page.Bytes()); err != nil {
		return packed{}, err
	}
	err = k.zip.Close()
	return packed{zip: out.Bytes(), leftOut: k.leftOut}, err
}

// packFiles adds the files of a set. One that the store has lost is left out and
// logged; a store that does not answer fails the whole, and the job tries again.
func (s *Service) packFiles(ctx context.Context, k *packing, set held.Set) error {
	for _, row := range set.Rows {
		called := ""
		for i, c := range set.Columns {
			if text, ok := row[i].(string); ok && c.Name == "name" {
				called = text
			}
		}
		for i, c := range set.Columns {
			key, _ := row[i].(string)
			if c.Kind != held.File || key == "" || k.names[key] != "" {
				continue
			}
			b, err := s.d.Blobs.Get(ctx, key, sumOf(key))
			switch {
			case errs.Is(err, errs.Internal):
				s.d.Log.ErrorContext(ctx, "mydata: a file is left out of a copy", "err", err)
				k.leftOut++
				continue
			case err != nil:
				return err
			case k.bytes+int64(len(b)) > packedBytes:
				k.leftOut++
				continue
			}
			k.n, k.bytes = k.n+1, k.bytes+int64(len(b))
			name := fileName(k.n, called, c.Name, b)
			if err := k.add(name, b); err != nil {
				return err
			}
			k.names[key] = name
		}
	}
	return nil
}

func (k *packing) add(name string, b []byte) error {
	w, err := k.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: k.at})
	if err == nil {
		_, err = w.Write(b)
	}
	return err
}

// sumOf is the SHA-256 in the key of a blob.
func sumOf(key string) string {
	sum, _, _ := strings.Cut(path.Base(key), "-")
	return sum
}

// fileName is a name that no other file has and that stays in its folder.
func fileName(n int, called, column string, b []byte) string {
	called = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, called)
	if called = strings.Trim(called, ". "); called == "" {
		called = column + map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}[http.DetectContentType(b)]
	}
	if list := []rune(called); len(list) > nameLength {
		called = string(list[len(list)-nameLength:])
	}
	return fmt.Sprintf("files/%04d-%s", n, called)
}

// document is data.json.
func (k *packing) document(s *Service, parts []Part) map[string]any {
	modules := make([]map[string]any, len(parts))
	for i, part := range parts {
		sets := make([]map[string]any, len(part.Sets))
		for at, set := range part.Sets {
			sets[at] = map[string]any{"name": set.Name, "title": s.both(set.Name), "rows": k.rows(set), "more": set.More}
		}
		modules[i] = map[string]any{"module": part.Module, "title": s.both("held.module." + part.Module), "sets": sets}
	}
	return map[string]any{"made": k.at.UTC().Format(time.RFC3339), "modules": modules, "files_left_out": k.leftOut}
}

func (s *Service) both(key string) held.Text {
	return held.Text{FA: s.d.Catalog.Printer(i18n.FA).T(key), EN: s.d.Catalog.Printer(i18n.EN).T(key)}
}

func (k *packing) rows(set held.Set) []map[string]any {
	out := make([]map[string]any, len(set.Rows))
	for i, row := range set.Rows {
		out[i] = map[string]any{}
		for at, c := range set.Columns {
			if !held.Empty(row[at]) {
				out[i][c.Name] = k.value(c, row[at])
			}
		}
	}
	return out
}

func (k *packing) value(c held.Column, v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case civil.Day:
		return v.String()
	case string:
		if c.Kind == held.File {
			return k.names[v] // "" if it had no room
		}
	}
	return v
}

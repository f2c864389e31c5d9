// SPDX-License-Identifier: Apache-2.0

// Package assets owns what the browser gets beside pages: the stylesheet, the
// script and the font, built by ./build into dist (never committed) and
// embedded. Names carry a hash of their content, so they may be cached for
// ever; text is stored compressed as well.
package assets

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

//go:embed all:dist
var dist embed.FS

// Dist is the built folder. Before the first build it holds nothing of use and
// pages come without style or script.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return dist // cannot happen: the name is constant and valid
	}
	return sub
}

// Prefix is the path under which assets are served.
const Prefix = "/assets/"

// ManifestName is the file that maps plain names to hashed ones.
const ManifestName = "manifest.json"

// Assets is an opened dist folder.
type Assets struct {
	fs       fs.FS
	manifest map[string]string
	hashed   map[string]bool
}

// Open reads the manifest of a dist folder. A missing manifest is not an error
// (nothing was built); a broken one is.
func Open(dir fs.FS) (_ *Assets, err error) {
	defer errs.Wrap(&err, "assets.Open")
	a := &Assets{fs: dir, manifest: map[string]string{}, hashed: map[string]bool{}}
	b, err := fs.ReadFile(dir, ManifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &a.manifest); err != nil {
		return nil, err
	}
	for _, name := range a.manifest {
		a.hashed[name] = true
	}
	return a, nil
}

// URL is the path of an asset by its plain name ("app.css"), "" if it was not
// built.
func (a *Assets) URL(name string) string {
	if h, ok := a.manifest[name]; ok {
		return Prefix + h
	}
	return ""
}

// ServeHTTP serves the files of the manifest, and no others.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	if !a.hashed[name] {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", contentType(name))
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	file := name
	if _, err := fs.Stat(a.fs, name+".gz"); err == nil {
		h.Add("Vary", "Accept-Encoding")
		if AcceptsGzip(r) && r.Header.Get("Range") == "" {
			h.Set("Content-Encoding", "gzip")
			file += ".gz"
		}
	}
	b, err := fs.ReadFile(a.fs, file)
	if err != nil {
		h.Del("Cache-Control")
		h.Del("Content-Encoding")
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(b) // the reader may be gone; nobody is left to tell
	}
}

func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".woff2":
		return "font/woff2"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}

// AcceptsGzip tells whether the client takes gzip (RFC 9110, 12.5.3; a weight
// of zero refuses it).
func AcceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if c := strings.TrimSpace(coding); c != "gzip" && c != "*" {
			continue
		}
		q := strings.TrimPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		return strings.Trim(q, "0.") != "" || q == ""
	}
	return false
}

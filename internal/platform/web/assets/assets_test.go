// SPDX-License-Identifier: Apache-2.0

package assets_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/tarazu/tarazu/internal/platform/web/assets"
)

func TestAssets(t *testing.T) {
	t.Parallel()
	a, err := assets.Open(fstest.MapFS{
		"manifest.json":    {Data: []byte(`{"app.css":"app-AAAA1111.css"}`)},
		"app-AAAA1111.css": {Data: []byte("body{}")}, "app-AAAA1111.css.gz": {Data: []byte("zipped")},
		"secret.txt": {Data: []byte("no")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := a.URL("app.css"); got != "/assets/app-AAAA1111.css" {
		t.Errorf("address %q", got)
	}
	if got := a.URL("none.css"); got != "" {
		t.Errorf("address %q", got)
	}
	get := func(path, encoding string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", encoding)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		return w
	}
	w := get("/assets/app-AAAA1111.css", "")
	if w.Body.String() != "body{}" || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
	if w := get("/assets/app-AAAA1111.css", "br, gzip;q=0.8"); w.Body.String() != "zipped" || w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("%q %v", w.Body, w.Header())
	}
	for _, path := range []string{"/assets/secret.txt", "/assets/manifest.json", "/assets/", "/assets/../secret.txt"} {
		if w := get(path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestNothingBuiltYet(t *testing.T) {
	t.Parallel()
	a, err := assets.Open(fstest.MapFS{".gitkeep": {}})
	if err != nil || a.URL("app.css") != "" {
		t.Errorf("%q, %v", a.URL("app.css"), err)
	}
	if _, err := assets.Open(fstest.MapFS{"manifest.json": {Data: []byte("{")}}); err == nil {
		t.Error("a broken manifest passes")
	}
}

func TestAcceptsGzip(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br": false, "br, gzip": true, "gzip;q=0": false, "gzip; q=0.0": false, "gzip;q=0.5": true, "*": true, "x-gzip": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", header)
		if got := assets.AcceptsGzip(r); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
)

func TestSessionSettingsHaveEffect(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite", "TARAZU_SESSION_LIFETIME=1h", "TARAZU_TRUSTED_PROXIES=127.0.0.1, ::1")
	c := e.As(Plaintiff)
	list, err := e.App.Web.SessionsOf(t.Context(), e.Person(Plaintiff).ID)
	if err != nil || len(list) != 1 {
		t.Fatalf("sessions %v, %v", list, err)
	}
	if life := list[0].ExpiresAt.Sub(list[0].CreatedAt.Time); life != time.Hour {
		t.Errorf("a session lasts %v, want 1h", life)
	}
	c.Get("/home").Want(http.StatusOK)
	e.Clock.Advance(time.Hour)
	c.Get("/home").Want(http.StatusSeeOther)

	// Signed in through a trusted proxy: the address is that of the person.
	other := e.Anonymous()
	other.HTTP.Transport = forwarded("203.0.113.9")
	who := e.Person(Stranger)
	other.Get("/login").Want(http.StatusOK).Submit("/login", "national_code", who.NationalCode, "password", Password).
		Want(http.StatusOK).Submit("/login/code", "code", e.Code(who.Mobile)).Want(http.StatusOK)
	ins, err := e.App.Identity.SignIns(t.Context(), who.ID)
	if err != nil || len(ins) != 1 || ins[0].Address != "203.0.113.9" {
		t.Errorf("sign-ins %+v, %v", ins, err)
	}
}

// TestNoRoomForFiles: a program that cannot open its store of files says so.
func TestNoRoomForFiles(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	taken := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(taken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"file:" + taken, "s3://bucket?nonsense=1", "ftp://example.org"} {
		cfg := e.App.Config
		cfg.Blobs.URL = address
		if _, err := app.New(t.Context(), cfg, app.Options{Clock: &clock.Shifted{Base: e.Clock}, Doubles: e.App.Doubles}); err == nil {
			t.Errorf("%s: the program has begun", address)
		}
	}
}

// forwarded is a proxy that says whom it speaks for.
type forwarded string

func (f forwarded) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Forwarded-For", string(f))
	return http.DefaultTransport.RoundTrip(r)
}

// TestEverySettingIsUsed: a setting that nothing reads would be a lie.
func TestEverySettingIsUsed(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	for _, dir := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				strings.Contains(filepath.ToSlash(path), "/platform/config/") {
				return err
			}
			text, err := os.ReadFile(path)
			source.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	all := source.String()
	n := 0
	var walk func(v reflect.Type, path string)
	walk = func(v reflect.Type, path string) {
		for f := range v.Fields() {
			switch {
			case !f.IsExported():
			case f.Type.Kind() == reflect.Struct && f.Type.PkgPath() == v.PkgPath() && f.Type != reflect.TypeFor[config.Limit]() && f.Type != reflect.TypeFor[config.Gateway]():
				walk(f.Type, path+"."+f.Name)
			default:
				if n++; !strings.Contains(all, "."+f.Name) {
					t.Errorf("nothing reads Config%s.%s", path, f.Name)
				}
			}
		}
	}
	walk(reflect.TypeFor[config.Config](), "")
	if n < 20 {
		t.Errorf("only %d settings found: the test sees nothing", n)
	}
}

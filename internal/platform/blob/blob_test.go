// SPDX-License-Identifier: Apache-2.0

package blob_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/blob/blobtest"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// TestMain gives the tests the environment of a program with an S3 store.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "blobs-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	env, err := blobtest.Environment(dir)
	for k, v := range env {
		err = errors.Join(err, os.Setenv(k, v))
	}
	if err != nil {
		panic(err)
	}
	return m.Run()
}

// each runs fn with a store in memory, one in a folder that is not there yet,
// and one that speaks S3.
func each(t *testing.T, fn func(t *testing.T, s *blob.Store)) {
	t.Helper()
	for name, address := range map[string]string{"mem": "mem:", "file": "file:" + filepath.Join(t.TempDir(), "a", "blobs"), "s3": blobtest.S3(t).URL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := blob.Open(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			fn(t, s)
		})
	}
}

func TestPutAndGet(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *blob.Store) {
		ctx := t.Context()
		b := []byte("what was attached")
		key := blob.Key("filing", "owner", blob.Sum(b))
		if key == blob.Key("filing", "owner", blob.Sum(b)) || strings.Contains(key, "owner") {
			t.Errorf("the key %s is not new, or names the owner", key)
		}
		if err := s.Put(ctx, key, b); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Get(ctx, key, blob.Sum(b)); err != nil || string(got) != string(b) {
			t.Errorf("got %q, %v", got, err)
		}
		if _, err := s.Get(ctx, key, blob.Sum([]byte("something else"))); !errs.Is(err, errs.Internal) {
			t.Errorf("changed bytes were given out: %v", err)
		}
		if _, err := s.Get(ctx, key+"0", blob.Sum(b)); !errs.Is(err, errs.Internal) {
			t.Errorf("a blob that is gone: %v", err)
		}
		if err := s.Ping(ctx); err != nil {
			t.Error(err)
		}
	})
}

// TestSizes: nothing at all, and more than the parts in which a large file goes
// to an S3 store, come back as they were.
func TestSizes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *blob.Store) {
		for _, size := range []int{0, 1, 12<<20 + 1} {
			b := bytes.Repeat([]byte{7}, size)
			key := blob.Key("filing", "owner", blob.Sum(b))
			if err := s.Put(t.Context(), key, b); err != nil {
				t.Fatalf("%d bytes: %v", size, err)
			}
			if got, err := s.Get(t.Context(), key, blob.Sum(b)); err != nil || !bytes.Equal(got, b) {
				t.Errorf("%d of %d bytes came back, %v", len(got), size, err)
			}
		}
	})
}

// TestAtOnce: what many put and get at the same moment does not mix.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *blob.Store) {
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				b := bytes.Repeat([]byte{byte(i)}, 1000+i)
				key := blob.Key("filing", "owner", blob.Sum(b))
				if err := s.Put(t.Context(), key, b); err != nil {
					t.Error(err)
					return
				}
				if got, err := s.Get(t.Context(), key, blob.Sum(b)); err != nil || !bytes.Equal(got, b) {
					t.Errorf("file %d: %d bytes, %v", i, len(got), err)
				}
			})
		}
		wg.Wait()
	})
}

// TestSweep: it removes what is old and not needed, of its own module only.
func TestSweep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *blob.Store) {
		ctx := t.Context()
		keys := map[string]string{}
		for _, name := range []string{"filing/needed", "filing/orphan", "other/orphan"} {
			module, text, _ := strings.Cut(name, "/")
			b := []byte(text)
			keys[name] = blob.Key(module, "owner", blob.Sum(b))
			if err := s.Put(ctx, keys[name], b); err != nil {
				t.Fatal(err)
			}
		}
		need := func(_ context.Context, asked []string) (map[string]bool, error) {
			if slices.Contains(asked, keys["other/orphan"]) {
				t.Error("asked about another module's blob")
			}
			return map[string]bool{keys["filing/needed"]: true}, nil
		}
		if n, err := s.Sweep(ctx, "filing", time.Hour, need); n != 0 || err != nil {
			t.Errorf("%d young blobs were removed, %v", n, err)
		}
		if n, err := s.Sweep(ctx, "filing", -time.Hour, need); n != 1 || err != nil {
			t.Errorf("%d blobs were removed, %v; want 1", n, err)
		}
		for _, name := range slices.Sorted(maps.Keys(keys)) {
			_, text, _ := strings.Cut(name, "/")
			_, err := s.Get(ctx, keys[name], blob.Sum([]byte(text)))
			if gone := name == "filing/orphan"; gone != (err != nil) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestFolder: nothing of a store in a folder can be read by other users of the
// machine, and no other files stand beside the blobs.
func TestFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "blobs")
	s, err := blob.Open(t.Context(), "file:"+dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	key := blob.Key("filing", "owner", blob.Sum(nil))
	if err := s.Put(t.Context(), key, nil); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
	beside, err := os.ReadDir(filepath.Dir(filepath.Join(dir, key)))
	if err != nil || len(beside) != 1 {
		t.Errorf("%v, %v", beside, err)
	}
	if _, err := blob.Open(t.Context(), "ftp://example.org"); err == nil {
		t.Error("an address of no kind was opened")
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a store whose folder is gone answers")
	}
}

// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// mark is a file beside the database that says how large a tree of each log was
// signed. It is written before a signature leaves, so a database that is put
// back to an older copy without it is noticed at the next start.
type mark struct {
	path string // "": none is kept

	mu    sync.Mutex
	sizes map[string]int64 // guarded by mu
}

// openMark reads the file and holds the database to it.
func openMark(ctx context.Context, db *store.DB, path string) (*mark, error) {
	m := &mark{path: path, sizes: map[string]int64{}}
	if path == "" {
		return m, nil
	}
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		size, origin, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		n, err := strconv.ParseInt(size, 10, 64)
		if err != nil || !ok {
			return nil, fmt.Errorf("%s: this is not how sizes are written here", path)
		}
		m.sizes[origin] = n
	}
	for origin, size := range m.sizes {
		kept, _, err := store.Find[treeRow](ctx, db, sqlTree, origin)
		if err != nil {
			return nil, err
		}
		if kept.Size < size {
			return nil, fmt.Errorf("a tree of %d records of the log %s was signed, and the database knows of %d: it is an older copy. Put the newest one back; if there is none, begin with another name and key", size, origin, kept.Size)
		}
	}
	return m, nil
}

// raise keeps that a tree of a log is to be signed; a file that cannot be
// written keeps it from being signed.
func (m *mark) raise(origin string, size int64) error {
	if m.path == "" {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if size <= m.sizes[origin] {
		return nil
	}
	sizes := maps.Clone(m.sizes)
	sizes[origin] = size
	var b strings.Builder
	for _, o := range slices.Sorted(maps.Keys(sizes)) {
		fmt.Fprintf(&b, "%d %s\n", sizes[o], o)
	}
	f, err := os.CreateTemp(filepath.Dir(m.path), ".mark-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(b.String())
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), m.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	m.sizes = sizes
	return nil
}

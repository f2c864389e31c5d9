// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Export writes every log as static files below dir, as C2SP tlog-tiles wants
// them served: ORIGIN/checkpoint and ORIGIN/tile/…, and beside them
// ORIGIN/vkey, and chain, how the logs go on from one to the next (Chain), once
// there are several. Full tiles that are there already are left alone, so it can be
// interrupted and run again. A file appears whole or not at all, and a
// checkpoint only after the tiles it needs. told hears how many tiles of a log
// are done; nil: nobody. It returns how many files it wrote.
func (l *Ledger) Export(ctx context.Context, dir string, told func(origin string, done, total int64)) (files int, err error) {
	defer errs.Wrap(&err, "ledger.Export")
	logs, err := l.Shards(ctx)
	if err != nil {
		return 0, err
	}
	for _, g := range logs {
		if !filepath.IsLocal(g.Origin) {
			return files, errors.New("the log's name is no path: " + g.Origin)
		}
		n, err := l.exportLog(ctx, filepath.Join(dir, filepath.FromSlash(g.Origin)), g.Origin, told)
		if files += n; err != nil {
			return files, err
		}
	}
	chain, err := l.Chain(ctx)
	if errs.Is(err, errs.NotFound) { // one log only
		return files, nil
	}
	if err != nil || len(chain) == 0 {
		return files, err
	}
	n, err := writeWhole(filepath.Join(dir, "chain"), chain)
	return files + n, err
}

func (l *Ledger) exportLog(ctx context.Context, dir, origin string, told func(origin string, done, total int64)) (files int, err error) {
	h, err := l.published(ctx, origin)
	if errs.Is(err, errs.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if err := checkHead(h); err != nil {
		return 0, damaged(err)
	}
	list := tilesOf(h.Size)
	for i, t := range list {
		n, err := l.exportTile(ctx, dir, origin, t)
		if files += n; err != nil {
			return files, err
		}
		if told != nil {
			told(origin, int64(i+1), int64(len(list)))
		}
	}
	point, err := l.withCosignatures(ctx, h)
	if err != nil {
		return files, err
	}
	for name, text := range map[string][]byte{"vkey": []byte(h.VKey + "\n"), "checkpoint": point} {
		n, err := writeWhole(filepath.Join(dir, name), text)
		if files += n; err != nil {
			return files, err
		}
	}
	return files, nil
}

func (l *Ledger) exportTile(ctx context.Context, dir, origin string, t Tile) (files int, err error) {
	path := filepath.Join(dir, "tile", filepath.FromSlash(t.Path()))
	if info, err := os.Stat(path); err == nil && info.Size() == int64(t.Width)*32 {
		return 0, nil // tiles never change
	}
	hashes, err := l.Tile(ctx, origin, t)
	if err != nil {
		return 0, err
	}
	return writeWhole(path, hashes)
}

// tilesOf are the tiles of a tree, each as wide as the tree fills it.
func tilesOf(size int64) (out []Tile) {
	for level := 0; size > 0; level++ {
		for n := range size / tileWidth {
			out = append(out, Tile{Level: level, N: n, Width: tileWidth})
		}
		if w := size % tileWidth; w > 0 {
			out = append(out, Tile{Level: level, N: size / tileWidth, Width: int(w)})
		}
		size /= tileWidth
	}
	return out
}

// writeWhole puts a file in its place when it is on the disk, unless it is
// there already with these bytes.
func writeWhole(path string, text []byte) (files int, err error) {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return 0, nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // to be served to everybody
		return 0, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".part-*")
	if err != nil {
		return 0, err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(f.Name()))
	}
	return 1, nil
}

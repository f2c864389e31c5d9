// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// tileHeight is that of C2SP tlog-tiles: a full tile holds 256 hashes.
const tileHeight = 8

const tileWidth = 1 << tileHeight

// tiles reads a log's stored hashes from its tile rows, and from hashes that
// are not written yet. It implements tlog.HashReader, trusting the rows, and
// tlog.TileReader, for tlog.TileHashReader to check them against a root.
type tiles struct {
	ctx    context.Context
	q      store.Querier
	origin string
	rows   map[[2]int64][]byte
	fresh  map[int64]tlog.Hash
}

func newTiles(ctx context.Context, q store.Querier, origin string) *tiles {
	return &tiles{ctx: ctx, q: q, origin: origin, rows: map[[2]int64][]byte{}, fresh: map[int64]tlog.Hash{}}
}

// row returns the hashes of a tile as far as it has grown.
func (t *tiles) row(level int, n int64) ([]byte, error) {
	key := [2]int64{int64(level), n}
	if b, ok := t.rows[key]; ok {
		return b, nil
	}
	r, found, err := store.Find[tileRow](t.ctx, t.q, sqlTile, t.origin, level, n)
	if err != nil {
		return nil, err
	}
	if !found || r.Width < 1 || r.Width > tileWidth || int64(len(r.Hashes)) != r.Width*tlog.HashSize {
		return nil, damaged(fmt.Errorf("tile %d/%d is missing or has the wrong length", level, n))
	}
	t.rows[key] = r.Hashes
	return r.Hashes, nil
}

// ReadHashes implements tlog.HashReader.
func (t *tiles) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if h, ok := t.fresh[x]; ok {
			out[i] = h
			continue
		}
		tile := tlog.TileForIndex(tileHeight, x)
		data, err := t.row(tile.L, tile.N)
		if err != nil {
			return nil, err
		}
		tile.W = len(data) / tlog.HashSize
		if out[i], err = tlog.HashFromTile(tile, data, x); err != nil {
			return nil, damaged(err)
		}
	}
	return out, nil
}

// Height implements tlog.TileReader.
func (t *tiles) Height() int { return tileHeight }

// ReadTiles implements tlog.TileReader.
func (t *tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(want))
	for i, w := range want {
		data, err := t.row(w.L, w.N)
		if err != nil {
			return nil, err
		}
		if len(data) < w.W*tlog.HashSize {
			return nil, damaged(fmt.Errorf("tile %s is too short", w.Path()))
		}
		out[i] = data[:w.W*tlog.HashSize]
	}
	return out, nil
}

// SaveTiles implements tlog.TileReader; the rows are there already.
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// add appends a leaf hash at place n without writing it.
func (t *tiles) add(n int64, leaf tlog.Hash) error {
	hashes, err := tlog.StoredHashesForRecordHash(n, leaf, t)
	if err != nil {
		return err
	}
	at := tlog.StoredHashIndex(0, n)
	for i, h := range hashes {
		t.fresh[at+int64(i)] = h
	}
	return nil
}

// grown returns the tile rows that change when the log grows.
func (t *tiles) grown(from, to int64) ([]tileRow, error) {
	var out []tileRow
	for _, tile := range tlog.NewTiles(tileHeight, from, to) {
		data, err := tlog.ReadTileData(tile, t)
		if err != nil {
			return nil, err
		}
		out = append(out, tileRow{Origin: t.origin, Level: int64(tile.L), N: tile.N, Width: int64(tile.W), Hashes: data})
	}
	return out, nil
}

// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api/layout"
	"golang.org/x/mod/sumdb/note"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestTilePaths: every path of a tile is that of another program that serves
// C2SP tlog-tiles, and only such a path is read.
func TestTilePaths(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{0, 5, 255, 256, 999, 1000, 1234067, 999999, 1 << 40} {
		for _, level := range []int{0, 1, 7, 63} {
			for _, width := range []int{1, 17, 255, 256} {
				tile := Tile{Level: level, N: n, Width: width}
				want := layout.TilePath(uint64(level), uint64(n), uint8(width%256)) //nolint:gosec // small
				if got := "tile/" + tile.Path(); got != want {
					t.Errorf("%+v stands at %s, elsewhere at %s", tile, got, want)
				}
				if back, err := ParseTilePath(tile.Path()); err != nil || back != tile {
					t.Errorf("%s is read as %+v, %v", tile.Path(), back, err)
				}
			}
		}
	}
	for _, bad := range []string{
		"", "0", "0/", "0/5", "0/0005", "00/005", "0/x005", "0/x000/005", "64/000", "-1/000", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p/", "0/1000",
		"entries/000", "0/000/", "0//000", "0/-01", "0/+01", "0/00x", "0/x001x234/067", "0/000.p/5/5", strings.Repeat("0", 100),
	} {
		if tile, err := ParseTilePath(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, tile)
		}
	}
}

// reader is somebody else's program that knows nothing but the exported files:
// it computes the root from the leaf hashes with another library.
func reader(t *testing.T, dir, vkey string) (size uint64, root []byte, leaves [][]byte) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(text, note.VerifierList(v))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(n.Text, "\n")
	if size, err = strconv.ParseUint(lines[1], 10, 64); err != nil {
		t.Fatal(err)
	}
	for at := uint64(0); at < size; {
		tile := at / layout.TileWidth
		data, err := os.ReadFile(filepath.Join(dir, layout.TilePath(0, tile, layout.PartialTileSize(0, tile, size))))
		if err != nil {
			t.Fatal(err)
		}
		for ; len(data) > 0; data, at = data[32:], at+1 {
			leaves = append(leaves, data[:32])
		}
	}
	root = treeOf(leaves)
	if !bytes.Equal(mustBase64(lines[2]), root) {
		t.Fatalf("the exported leaves do not have the signed root of %d", size)
	}
	// Each tile above holds the hashes of the full tiles below.
	for level, below := uint64(1), leaves; len(below) >= 256; level++ {
		var up [][]byte
		for i := 0; i+256 <= len(below); i += 256 {
			up = append(up, treeOf(below[i:i+256]))
		}
		for i, h := range up {
			tile := uint64(i) / 256 //nolint:gosec // small
			data, err := os.ReadFile(filepath.Join(dir, layout.TilePath(level, tile, layout.PartialTileSize(level, tile, size))))
			if err != nil || !bytes.Equal(data[i%256*32:][:32], h) {
				t.Fatalf("hash %d of level %d is wrong: %v", i, level, err)
			}
		}
		below = up
	}
	return size, root, leaves
}

// mustBase64 reads a line of a checkpoint; a wrong one is noticed by whoever
// compares.
func mustBase64(s string) []byte {
	b, _ := base64.StdEncoding.DecodeString(s)
	return b
}

// treeOf is the root over leaf hashes, by transparency-dev/merkle's hasher.
func treeOf(leaves [][]byte) []byte {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	return rfc6962.DefaultHasher.HashChildren(treeOf(leaves[:k]), treeOf(leaves[k:]))
}

func TestExport(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		withWitnesses(t, l, 1, 1)
		dir := t.TempDir()
		export := func(want int) {
			t.Helper()
			told := int64(0)
			n, err := l.Export(t.Context(), dir, func(_ string, done, total int64) { told = total - done })
			if err != nil || n != want || told != 0 {
				t.Fatalf("%d files written, %v, %d left; want %d", n, err, told, want)
			}
		}
		export(0)
		acts := stage(t, l, "o", 300)
		sequence(t, l, 300)
		export(0) // nobody has signed it yet
		cosign(t, l, 1)
		export(5) // 0/000, 0/001.p/44, 1/000.p/1, the key, the checkpoint
		export(0)
		log := filepath.Join(dir, filepath.FromSlash(testOrigin))
		if size, _, _ := reader(t, log, l.VKey()); size != 300 {
			t.Errorf("%d leaves", size)
		}
		// It was interrupted: a tile is missing, and part of one is there.
		if err := os.Remove(filepath.Join(log, "tile", "0", "000")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(log, "tile", "1", "000.p", "1"), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		acts = append(acts, stage(t, l, "o", 300)...)
		sequence(t, l, 300)
		cosign(t, l, 1)
		export(5) // 0/000, 0/001, 0/002.p/88, 1/000.p/2, the checkpoint
		_, _, leaves := reader(t, log, l.VKey())
		if len(leaves) != 600 {
			t.Errorf("%d leaves", len(leaves))
		}
		// Nothing but hashes, checkpoint and key, and no leftovers.
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && (strings.HasPrefix(d.Name(), ".") || strings.Contains(path, "entries")) {
				t.Errorf("left behind: %s", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		crossCheck(t, l, acts, leaves)
	})
}

// crossCheck compares our receipts with what transparency-dev/merkle says of
// the exported leaves.
func crossCheck(t *testing.T, l *Ledger, acts []act, leaves [][]byte) {
	t.Helper()
	for _, a := range acts[:40] {
		file, err := l.Receipt(t.Context(), a.owner, a.id)
		if err != nil {
			t.Fatal(err)
		}
		p, err := receipt.ParseProof(file)
		if err != nil {
			t.Fatal(err)
		}
		e, err := store.One[entry](t.Context(), l.db, sqlEntry, a.owner, a.id)
		if err != nil {
			t.Fatal(err)
		}
		var path [][]byte
		for _, h := range p.Path {
			path = append(path, h[:])
		}
		leaf := rfc6962.DefaultHasher.HashLeaf(e.Record)
		if !bytes.Equal(leaf, leaves[p.Index]) {
			t.Fatalf("leaf %d is another one in the export", p.Index)
		}
		root := treeOf(leaves[:p.Size])
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(p.Index), uint64(p.Size), leaf, path, root); err != nil { //nolint:gosec // not negative
			t.Errorf("inclusion of %d in %d: %v", p.Index, p.Size, err)
		}
		leaf[0] ^= 1
		if proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(p.Index), uint64(p.Size), leaf, path, root) == nil { //nolint:gosec // not negative
			t.Error("a changed leaf is proved")
		}
	}
	// Our consistency proofs, for sizes on both sides of tiles.
	h, err := store.One[head](t.Context(), l.db, sqlHead, l.origin)
	if err != nil {
		t.Fatal(err)
	}
	for _, old := range []int64{1, 2, 255, 256, 257, 300, 512, 599} {
		body, err := l.submission(t.Context(), h, old)
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(string(body), "\n\n")
		var path [][]byte
		for _, line := range strings.Split(head, "\n")[1:] {
			path = append(path, mustBase64(line))
		}
		if err := proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(old), uint64(h.Size), path, treeOf(leaves[:old]), h.Root); err != nil { //nolint:gosec // not negative
			t.Errorf("consistency of %d with %d: %v", old, h.Size, err)
		}
	}
	if empty := sha256.Sum256(nil); !bytes.Equal(rfc6962.DefaultHasher.EmptyRoot(), empty[:]) {
		t.Error("the empty tree")
	}
}

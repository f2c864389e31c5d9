// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Tile names a tile of hashes (C2SP tlog-tiles).
type Tile struct {
	Level int
	N     int64
	Width int // 256: full
}

// Path is where the tile stands below tile/.
func (t Tile) Path() string {
	n := fmt.Sprintf("%03d", t.N%1000)
	for rest := t.N / 1000; rest > 0; rest /= 1000 {
		n = fmt.Sprintf("x%03d/%s", rest%1000, n)
	}
	s := strconv.Itoa(t.Level) + "/" + n
	if t.Width < tileWidth {
		s += ".p/" + strconv.Itoa(t.Width)
	}
	return s
}

// ParseTilePath reads what Path writes, and nothing else. Entry bundles have no
// path here: what was recorded is never published. It fails with errs.NotFound.
func ParseTilePath(s string) (Tile, error) {
	none := errs.New(errs.NotFound, "")
	if len(s) > 60 {
		return Tile{}, none
	}
	body, part, partial := strings.Cut(s, ".p/")
	t := Tile{Width: tileWidth}
	var err error
	if partial {
		if t.Width, err = strconv.Atoi(part); err != nil || t.Width < 1 || t.Width >= tileWidth {
			return Tile{}, none
		}
	}
	level, n, _ := strings.Cut(body, "/")
	if t.Level, err = strconv.Atoi(level); err != nil || t.Level < 0 || t.Level > 63 {
		return Tile{}, none
	}
	if t.N, err = strconv.ParseInt(strings.NewReplacer("x", "", "/", "").Replace(n), 10, 64); err != nil || t.N < 0 || t.Path() != s {
		return Tile{}, none
	}
	return t, nil
}

// CheckpointOf is the newest checkpoint of the log called origin with its
// quorum of witnesses, and their signatures below it; where none are asked for,
// the newest. It fails with errs.NotFound if there is none.
func (l *Ledger) CheckpointOf(ctx context.Context, origin string) (_ []byte, err error) {
	defer errs.Wrap(&err, "ledger.CheckpointOf")
	h, err := l.published(ctx, origin)
	if err != nil {
		return nil, err
	}
	return l.withCosignatures(ctx, h)
}

// published is the tree of a log that everybody is shown.
func (l *Ledger) published(ctx context.Context, origin string) (head, error) {
	none := errs.New(errs.NotFound, "ledger.empty")
	h, found, err := store.Find[head](ctx, l.db, sqlHead, origin)
	if err != nil || !found || h.Size == 0 {
		return h, cmp.Or[error](err, none)
	}
	need, err := l.needs(ctx, origin)
	if err != nil || need == 0 {
		return h, err
	}
	p, found, err := store.Find[checkpointRow](ctx, l.db, sqlCosignedLast, origin, need)
	if err != nil || !found {
		return h, cmp.Or[error](err, none)
	}
	return headOf(p, h.VKey)
}

// withCosignatures is a checkpoint with the witnesses' lines below it.
func (l *Ledger) withCosignatures(ctx context.Context, h head) ([]byte, error) {
	sigs, _, err := l.cosignatures(ctx, h)
	if err != nil {
		return nil, err
	}
	out := append([]byte{}, h.Checkpoint...)
	for _, c := range sigs {
		out = append(out, c.Line()...)
	}
	return out, nil
}

// Tile is the hashes of a tile of the log called origin. A partial tile is
// there for every size that the log had, and only as far as a signed checkpoint
// reaches; errs.NotFound beyond.
func (l *Ledger) Tile(ctx context.Context, origin string, t Tile) (_ []byte, err error) {
	defer errs.Wrap(&err, "ledger.Tile")
	r, found, err := store.Find[tileRow](ctx, l.db, sqlTile, origin, t.Level, t.N)
	if err != nil {
		return nil, err
	}
	if !found || r.Width < int64(t.Width) || len(r.Hashes) < t.Width*tlog.HashSize {
		return nil, errs.New(errs.NotFound, "")
	}
	return r.Hashes[:t.Width*tlog.HashSize], nil
}

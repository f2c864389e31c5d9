// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// logPath is where everybody's programs read the evidence log (C2SP
// tlog-tiles): /log/ORIGIN/checkpoint and /log/ORIGIN/tile/…. Only hashes are
// there, never what was recorded. /log/chain is how the logs go on from one
// another; no log can have that name, which has no domain.
const (
	logPath   = "/log"
	chainName = "chain"
)

// How long what was read may be kept: a full tile never changes again, a
// partial one is what it is, and a checkpoint is soon followed by another.
const (
	keepTile       = "public, max-age=31536000, immutable"
	keepCheckpoint = "public, max-age=1"
)

// tilesPer lets one address read so many tiles in a minute: a reader who
// begins with nothing needs one for each 256 records.
var tilesPer = Limit{N: 6000, Per: time.Minute}

// getLogs names all logs, for people.
func (s *Service) getLogs(c *web.Ctx) error {
	list, err := s.ledger.Shards(c.Context())
	if err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("proof.logs.title"), Lead: c.T("proof.logs.lead"), Active: "verify", Wide: true, Body: logsBody(c.P, list)})
}

// logRows are the logs, the newest first.
func logRows(p *i18n.Printer, list []ledger.Log) (rows [][]web.Cell) {
	for _, g := range slices.Backward(list) {
		row := []web.Cell{{Text: g.Origin, LTR: true}, {Text: p.T("proof.logs.state." + g.State)}, {Text: p.Int(g.Size)}, {Body: hash(g.VKey)}, {Text: ""}}
		if g.Size > 0 {
			row[4] = web.Cell{Text: p.T("proof.logs.checkpoint"), Href: logPath + "/" + g.Origin + "/checkpoint"}
		}
		rows = append(rows, row)
	}
	return rows
}

// turned tells whether a log has gone on from another.
func turned(list []ledger.Log) bool {
	return slices.ContainsFunc(list, func(g ledger.Log) bool { return g.Next != "" })
}

func (s *Service) getLog(c *web.Ctx) error {
	if wait := s.tiles.take(c.IP()); wait > 0 {
		return errs.New(errs.RateLimited, "proof.too_often", "minutes", int((wait+time.Minute-1)/time.Minute))
	}
	rest := c.Param("path")
	if rest == chainName {
		file, err := s.ledger.Chain(c.Context())
		if err != nil {
			return err
		}
		return raw(c, "text/plain; charset=utf-8", keepCheckpoint, file)
	}
	if origin, ok := strings.CutSuffix(rest, "/checkpoint"); ok {
		point, err := s.ledger.CheckpointOf(c.Context(), origin)
		if err != nil {
			return err
		}
		return raw(c, "text/plain; charset=utf-8", keepCheckpoint, point)
	}
	origin, name, ok := strings.Cut(rest, "/tile/")
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	tile, err := ledger.ParseTilePath(name)
	if err != nil {
		return err
	}
	hashes, err := s.ledger.Tile(c.Context(), origin, tile)
	if err != nil {
		return err
	}
	return raw(c, "application/octet-stream", keepTile, hashes)
}

// raw answers a program that has no session.
func raw(c *web.Ctx, kind, keep string, b []byte) error {
	h := c.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", keep)
	h.Set("Access-Control-Allow-Origin", "*") // it is for everybody
	c.W.WriteHeader(http.StatusOK)
	_, _ = c.W.Write(b) // the reader may be gone
	return nil
}

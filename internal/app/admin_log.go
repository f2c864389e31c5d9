// SPDX-License-Identifier: Apache-2.0

package app

import (
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// adminLog is where an administrator sees how the evidence log stands.
const adminLog = "/admin/log"

// logView is what stands there.
type logView struct {
	health    ledger.Health
	quorum    int
	witnesses []ledger.WitnessState
	audits    []ledger.Audited
	logs      []ledger.Log
}

func (a *App) getLogPage(c *web.Ctx) (err error) {
	v := logView{quorum: a.Ledger.Quorum()}
	ctx := c.Context()
	if v.health, err = a.Ledger.Health(ctx); err != nil {
		return err
	}
	if v.witnesses, err = a.Ledger.WitnessStates(ctx); err != nil {
		return err
	}
	if v.audits, err = a.Ledger.LastAudits(ctx); err != nil {
		return err
	}
	if v.logs, err = a.Ledger.Shards(ctx); err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("app.log.title"), Lead: c.T("app.log.lead"), Active: "log", Wide: true, Body: logBody(c.P, v)})
}

// tone is how loudly the state of the log is said.
func (v logView) tone() web.Tone {
	switch v.health.State {
	case ledger.Sequencing:
		return web.Good
	case ledger.Late, ledger.Stopped:
		return web.Warn
	}
	return web.Bad
}

func (v logView) facts(p *i18n.Printer) []web.SummaryRow {
	rows := []web.SummaryRow{{Key: p.T("app.log.pending"), Value: p.Int(v.health.Pending)}}
	if !v.health.Signed.IsZero() {
		rows = append(rows, web.SummaryRow{Key: p.T("app.log.signed"), Body: web.TimeText(p, v.health.Signed)})
	}
	if v.health.Differs != "" {
		rows = append(rows, web.SummaryRow{Key: p.T("app.log.differs"), Value: v.health.Differs, LTR: true})
	}
	return rows
}

func (v logView) witnessRows(p *i18n.Printer) (rows [][]web.Cell) {
	for _, w := range v.witnesses {
		row := []web.Cell{{Text: w.Name, LTR: true}, {Text: p.T("app.log.witness." + w.State)}, {Text: p.Int(w.Size)}, {Text: p.Int(w.Behind)}, {Text: p.T("app.log.never")}}
		if !w.Signed.IsZero() {
			row[4] = web.Cell{Body: web.TimeText(p, w.Signed)}
		}
		rows = append(rows, row)
	}
	return rows
}

func (v logView) auditRows(p *i18n.Printer) (rows [][]web.Cell) {
	for _, a := range v.audits {
		rows = append(rows, []web.Cell{{Text: a.Origin, LTR: true}, {Body: web.TimeText(p, a.At)}, {Text: p.Int(a.Size)}, {Text: p.Int(a.Findings)}})
	}
	return rows
}

func (v logView) logRows(p *i18n.Printer) (rows [][]web.Cell) {
	for _, g := range v.logs {
		row := []web.Cell{{Text: g.Origin, LTR: true}, {Text: p.T("app.log.shard." + g.State)}, {Text: ""}, {Text: p.Int(g.Size)}, {Body: logKey(g.VKey)}, {Text: ""}}
		if g.Next != "" {
			row[2] = web.Cell{Body: web.TimeText(p, g.Ended.Time)}
		}
		if g.Size > 0 {
			row[5] = web.Cell{Text: p.T("app.log.checkpoint"), Href: "/log/" + g.Origin + "/checkpoint"}
		}
		rows = append(rows, row)
	}
	return rows
}

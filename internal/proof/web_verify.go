// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/url"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// verifyView is the page: the form, and the answer if something was given.
type verifyView struct {
	p      *i18n.Printer
	form   web.View
	given  Given
	answer *Answer

	in        *form.Form // the number of a certificate, as it was typed
	certified *certified

	key string // of this server's newest log, for those who check by themselves

	watching []string // keys of the witnesses
}

func (s *Service) getVerify(c *web.Ctx) error {
	return s.render(c, verifyView{given: fromCode(c.Query(fieldCode), c.Query(fieldHash))}, nil)
}

// postVerify answers on the same page: nothing is kept that a redirect could
// lead to.
func (s *Service) postVerify(c *web.Ctx) error {
	g, err := s.take(c)
	var a Answer
	if err == nil {
		a, err = s.Check(c.Context(), g)
	}
	if err != nil {
		if shown, ok := c.Errors(err, nil); ok {
			return s.render(c, verifyView{given: g}, shown)
		}
		return err
	}
	return s.render(c, verifyView{given: g, answer: &a}, nil)
}

// getStamp gives the time stamp over a checkpoint, for everybody's own program.
// It holds a hash and nothing else of ours.
func (s *Service) getStamp(c *web.Ctx) error {
	size, err := strconv.ParseInt(c.Param("size"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "")
	}
	t, err := s.Stamp(c.Context(), c.Query("log"), size)
	if err != nil {
		return err
	}
	return c.Download(stampName(size), stampType, t.Token)
}

// stampType is the media type of a time-stamp token.
const stampType = "application/timestamp-token"

// stampPath is where the time stamp over a checkpoint is had.
func stampPath(log string, size int64) string {
	return path + "/stamps/" + strconv.FormatInt(size, 10) + "?" + url.Values{"log": {log}}.Encode()
}

func stampName(size int64) string { return "checkpoint-" + strconv.FormatInt(size, 10) + ".tst" }

// take reads what was sent, if this address may send now.
func (s *Service) take(c *web.Ctx) (g Given, err error) {
	if err := s.slow(c.IP()); err != nil {
		return g, err
	}
	if kind, _, err := mime.ParseMediaType(c.R.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" {
		parts, err := c.R.MultipartReader()
		if err != nil {
			return g, errs.New(errs.Invalid, "form.encoding")
		}
		if g, err = read(parts); err != nil {
			return g, err
		}
	}
	if g.Receipt == nil && g.Paper == "" {
		return g, wrong(fieldReceipt, "proof.nothing")
	}
	return g, nil
}

// slow counts one check of an address, and refuses one too many.
func (s *Service) slow(address string) error {
	if wait := s.brake.take(address); wait > 0 {
		return errs.New(errs.RateLimited, "proof.too_often", "minutes", int((wait+time.Minute-1)/time.Minute))
	}
	return nil
}

func (s *Service) render(c *web.Ctx, v verifyView, shown *web.Errors) error {
	v.p, v.form, v.key = c.P, c.View(v.in, shown), s.ledger.VKey()
	v.watching = s.ledger.WitnessKeys()
	page := web.Page{Title: c.T("proof.title"), Lead: c.T("proof.lead"), Active: "verify", Errors: shown, Body: verifyBody(v)}
	if v.answer != nil || v.certified != nil {
		page.Title, page.Lead = c.T("proof.answer"), ""
	}
	return c.Render(page)
}

// event names what happened, in words where it has some.
func event(p *i18n.Printer, name string) string {
	if key := "proof.event." + name; p.Has(key) {
		return p.T(key)
	}
	return name
}

// facts are what the record says, for people.
func (v verifyView) facts() []web.SummaryRow {
	r, p := v.answer.Report, v.p
	rows := []web.SummaryRow{
		{Key: p.T("receipt.field.event"), Value: event(p, r.Event)},
		{Key: p.T("receipt.field.time"), Body: web.TimeText(p, r.Time)},
	}
	if n := r.Members["case_number"]; n != "" {
		rows = append(rows, web.SummaryRow{Key: p.T("proof.case_number"), Value: n, LTR: true})
	}
	if n := r.Members["tracking_code"]; n != "" {
		rows = append(rows, web.SummaryRow{Key: p.T("proof.tracking"), Value: n, LTR: true})
	}
	return append(rows,
		web.SummaryRow{Key: p.T("proof.issuer"), Value: r.Origin, LTR: true},
		web.SummaryRow{Key: p.T("receipt.field.place"), Value: p.T("receipt.place", "index", r.Index, "size", r.TreeSize)})
}

// witnesses are those who signed the log with this record in it.
func (v verifyView) witnesses() (rows []web.SummaryRow) {
	for _, w := range v.answer.Report.Witnesses {
		rows = append(rows, web.SummaryRow{Key: w.Name, Body: witnessed(v.p, w)})
	}
	return rows
}

// details are what an expert compares.
func (v verifyView) details() []web.SummaryRow {
	r, p := v.answer.Report, v.p
	rows := []web.SummaryRow{
		{Key: p.T("receipt.field.id"), Body: hash(r.ID)},
		{Key: p.T("receipt.field.subject"), Body: hash(r.Subject)},
		{Key: p.T("receipt.field.content_hash"), Body: hash(r.ContentHash)},
		{Key: p.T("receipt.field.key"), Body: hash(r.KeyName + " " + r.KeyHash)},
	}
	return append(rows, web.SummaryRow{Key: p.T("proof.root"), Body: hash(r.Root)})
}

// content is the content of the receipt, line by line.
func (v verifyView) content() string {
	var b bytes.Buffer
	if json.Indent(&b, v.answer.Report.Content, "", "  ") != nil {
		return ""
	}
	return b.String()
}

// papers tells whether the receipt speaks of a paper that was not given.
func (v verifyView) paperMissing() bool {
	r := v.answer.Report
	return v.answer.Paper == "" && r.Content == nil && r.ContentHash != ""
}

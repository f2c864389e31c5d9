// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// kindPaper is the job that makes the certificates of a version.
	kindPaper = "outage.paper"
	// blobModule is where the certificates stand among the files.
	blobModule = "outage"
)

type paperJob struct {
	Interval string `json:"interval"`
	Version  int64  `json:"version"`
}

type paperRow struct {
	Interval string     `db:"interval_id"`
	Version  int64      `db:"version"`
	Lang     string     `db:"lang"`
	Bytes    int64      `db:"bytes"`
	SHA256   string     `db:"sha256"`
	Blob     string     `db:"blob"`
	Evidence string     `db:"evidence_id"`
	Created  store.Time `db:"created_us"`
}

const selectPaper = `SELECT interval_id, version, lang, bytes, sha256, blob, evidence_id, created_us
	FROM outage_paper WHERE interval_id = $1 AND version = $2 AND lang = $3`

// certified tells whether an interval as it stands has certificates: what lasts
// cannot be certified, nor what was taken back.
func certified(i Interval) bool { return !i.To.IsZero() && !i.Withdrawn }

// Jobs registers what is done later.
func (s *Service) Jobs() { jobs.Handle(s.d.Jobs, kindPaper, s.makePapers) }

// makePapers makes, signs and keeps the certificates of one version in both
// languages, with evidence of each one's SHA-256. What is there is left alone.
func (s *Service) makePapers(ctx context.Context, j paperJob) error {
	_, versions, err := s.Get(ctx, j.Interval)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.Version != j.Version {
			continue
		}
		for _, lang := range []i18n.Lang{i18n.FA, i18n.EN} {
			_, found, err := store.Find[paperRow](ctx, s.d.DB, selectPaper, v.ID, v.Version, string(lang))
			if err == nil && !found {
				err = s.makePaper(ctx, v.Interval, lang)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) makePaper(ctx context.Context, i Interval, lang i18n.Lang) error {
	p, err := s.paper(i, s.d.Catalog.Printer(lang))
	if err != nil {
		return err
	}
	file, err := s.d.Papers.Render(p)
	if err != nil {
		return err
	}
	if file, err = s.d.Signer.Sign(ctx, file, s.d.DB.Now()); err != nil {
		return err
	}
	sum := blob.Sum(file)
	key := blob.Key(blobModule, i.ID, sum)
	if err := s.d.Blobs.Put(ctx, key, file); err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "outage.paper", Time: tx.Now(), Owner: registerOwner, Subject: i.ID, Role: string(policy.System), ContentHash: sum, Previous: i.Evidence,
			Members: map[string]string{"lang": string(lang), "record_sha256": p.Hash},
		})
		if err != nil {
			return err
		}
		return store.Insert(ctx, tx, "outage_paper", paperRow{
			Interval: i.ID, Version: i.Version, Lang: string(lang), Bytes: int64(len(file)), SHA256: sum, Blob: key, Evidence: evidence, Created: store.At(tx.Now()),
		})
	})
	if errs.Is(err, errs.Conflict) { // another attempt was faster: its paper is the one
		return nil
	}
	return err
}

// paper is what a certificate says. Its code leads to the page that checks it.
func (s *Service) paper(i Interval, p *i18n.Printer) (pdf.Paper, error) {
	record, err := ledger.Canonical(contentOf(i))
	if err != nil {
		return pdf.Paper{}, err
	}
	hash := sha256.Sum256(record)
	part, _ := s.rules.Part(i.Part)
	both := func(t time.Time) string {
		return exact(p, t) + " (" + p.DayOther(civil.Of(t)) + ")"
	}
	line := func(key, value string) string { return p.T(key) + ": " + value }
	out := pdf.Paper{
		Lang: p.Lang(), Title: p.T("outage.paper.title"), Court: p.T("outage.paper.issuer"), Hash: hex.EncodeToString(hash[:]),
		Blocks: []pdf.Block{
			{Heading: p.T("outage.paper.what"), Lines: []string{
				p.T("outage.paper.sentence", "part", part.Name.In(p.Lang()), "from", exact(p, i.From), "to", exact(p, i.To)),
			}},
			{Heading: p.T("outage.paper.facts"), Lines: []string{
				line("outage.field.part", part.Name.In(p.Lang())), line("outage.field.from", both(i.From)), line("outage.field.to", both(i.To)),
				line("outage.field.length", length(p, i.To.Sub(i.From))), line("outage.field.cause", p.T("outage.cause."+string(i.Cause))),
				line("outage.field.origin", p.T("outage.origin."+string(i.Origin))), line("outage.field.version", p.Int(i.Version)),
			}},
		},
	}
	if text := i.Text.In(p.Lang()); text != "" {
		out.Blocks = append(out.Blocks, pdf.Block{Heading: p.T("outage.field.text"), Lines: []string{text}})
	}
	out.Blocks = append(out.Blocks,
		pdf.Block{Heading: p.T("outage.paper.evidence"), Lines: []string{p.T("outage.paper.evidence_text"), line("outage.field.evidence", i.Evidence)}},
		pdf.Block{Heading: p.T("outage.paper.means"), Lines: []string{p.T("outage.paper.means_text")}})
	out.VerifyURL = s.d.BaseURL + "/verify?h=" + out.Hash
	return out, nil
}

// exact is an instant with its seconds, in Tehran.
func exact(p *i18n.Printer, t time.Time) string {
	return p.T("outage.exact", "time", t, "seconds", p.Digits(t.In(clock.Tehran).Format("05")))
}

// length is a duration in words.
func length(p *i18n.Printer, d time.Duration) string {
	d = d.Round(time.Second)
	h, m, sec := int64(d/time.Hour), int64(d%time.Hour/time.Minute), int64(d%time.Minute/time.Second)
	switch {
	case h >= 24:
		return p.T("outage.length.days", "days", h/24, "hours", h%24)
	case h > 0:
		return p.T("outage.length.hours", "hours", h, "minutes", m)
	case m > 0:
		return p.T("outage.length.minutes", "minutes", m)
	}
	return p.T("outage.length.seconds", "seconds", sec)
}

// Certificate is the certificate of an interval as it stands, byte for byte as it
// was signed. Errors: errs.NotFound outage.not_found; errs.Conflict
// outage.paper.none while it lasts or if it was withdrawn, outage.paper.pending
// until it is made.
func (s *Service) Certificate(ctx context.Context, id string, lang i18n.Lang) (file []byte, err error) {
	defer errs.Wrap(&err, "outage.Certificate")
	i, err := loadInterval(ctx, s.d.DB, id)
	if err != nil {
		return nil, err
	}
	if !certified(i) {
		return nil, errs.New(errs.Conflict, "outage.paper.none")
	}
	r, found, err := store.Find[paperRow](ctx, s.d.DB, selectPaper, i.ID, i.Version, string(lang))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errs.New(errs.Conflict, "outage.paper.pending")
	}
	return s.d.Blobs.Get(ctx, r.Blob, r.SHA256)
}

// Receipt is the proof file of one version of an interval. Until a checkpoint
// covers it, it is a Conflict ledger.receipt_pending.
func (s *Service) Receipt(ctx context.Context, id string, version int64) (_ []byte, err error) {
	defer errs.Wrap(&err, "outage.Receipt")
	_, versions, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		if v.Version == version {
			return s.d.Ledger.Receipt(ctx, registerOwner, v.Evidence)
		}
	}
	return nil, errs.New(errs.NotFound, "outage.not_found")
}

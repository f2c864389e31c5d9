// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// kindPaper is the job that makes the papers of a filing.
const kindPaper = "filing.paper"

type paperJob struct {
	Owner  string `json:"owner"`
	Filing string `json:"filing"`
}

// paperRow is one paper as the table has it.
type paperRow struct {
	Owner    string     `db:"owner"`
	Filing   string     `db:"filing_id"`
	Record   string     `db:"record"`
	Lang     string     `db:"lang"`
	Bytes    int64      `db:"bytes"`
	SHA256   string     `db:"sha256"`
	Blob     string     `db:"blob"`
	Evidence string     `db:"evidence_id"`
	ByOwner  string     `db:"evidence_owner"`
	Created  store.Time `db:"created_us"`
}

const (
	selectPaper = `SELECT owner, filing_id, record, lang, bytes, sha256, blob, evidence_id, evidence_owner, created_us
		FROM filing_paper WHERE owner = $1 AND filing_id = $2 AND record = $3 AND lang = $4`
	selectLastPaper = `SELECT owner, filing_id, record, lang, bytes, sha256, blob, evidence_id, evidence_owner, created_us
		FROM filing_paper WHERE owner = $1 AND filing_id = $2 AND lang = $3 ORDER BY created_us DESC LIMIT 1`
)

// onSubmitted has the papers of a received filing made.
func (s *Service) onSubmitted(ctx context.Context, e EventSubmitted) error {
	return s.makePapers(ctx, paperJob{Owner: e.Owner, Filing: e.Filing})
}

// onMended has the papers of its new version made; those of the one before stay.
func (s *Service) onMended(ctx context.Context, e EventMended) error {
	return s.makePapers(ctx, paperJob{Owner: e.Owner, Filing: e.Filing})
}

// makePapers renders the papers of a received filing in both languages, signs
// and keeps them, and leaves evidence of each: its SHA-256, behind the evidence
// of the submission. Every version that was signed has its papers, also if the
// filing was halted before this job came to it. What is there already is left
// alone, so it may run twice.
func (s *Service) makePapers(ctx context.Context, j paperJob) error {
	owner, err := s.ownerNow(ctx, j.Owner, j.Filing)
	if err != nil {
		return err
	}
	f, err := read(ctx, s.d.DB, owner, j.Filing)
	if errs.Is(err, errs.NotFound) { // taken over since, or gone
		h, found, herr := s.handed(ctx, j.Owner, j.Filing)
		if herr != nil || !found {
			return herr
		}
		f, err = read(ctx, s.d.DB, h.Now, j.Filing)
	}
	if err != nil {
		return err
	}
	versions, err := store.All[versionRow](ctx, s.d.DB, selectVersions, f.Owner, f.ID)
	if err != nil {
		return err
	}
	for _, v := range versions {
		signed, err := f.as(v)
		if err != nil {
			return err
		}
		signed.Evidence = v.Evidence
		for _, lang := range []i18n.Lang{i18n.FA, i18n.EN} {
			_, found, err := store.Find[paperRow](ctx, s.d.DB, selectPaper, f.Owner, f.ID, v.Hash, string(lang))
			if err == nil && !found {
				err = s.makePaper(ctx, signed, lang)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) makePaper(ctx context.Context, f Filing, lang i18n.Lang) error {
	file, err := s.renderPaper(ctx, f, lang)
	if err != nil {
		return err
	}
	sum := blob.Sum(file)
	key := blob.Key(blobs, f.Owner, sum)
	if err := s.d.Blobs.Put(ctx, key, file); err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		_, found, err := store.Find[paperRow](ctx, tx, selectPaper, f.Owner, f.ID, f.Hash, string(lang))
		if err != nil || found { // another attempt was faster: its paper is the one, this blob is swept
			return err
		}
		evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "filing.paper", Time: tx.Now(), Owner: f.Owner, Subject: f.ID, Role: string(policy.System), ContentHash: sum, Previous: f.Evidence,
			Members: map[string]string{"lang": string(lang), "record_sha256": f.Hash, "tracking_code": f.Tracking},
		})
		if err != nil {
			return err
		}
		return store.Insert(ctx, tx, "filing_paper", paperRow{
			Owner: f.Owner, Filing: f.ID, Record: f.Hash, Lang: string(lang), Bytes: int64(len(file)), SHA256: sum, Blob: key,
			Evidence: evidence, Created: store.At(tx.Now()),
		})
	})
	if errs.Is(err, errs.Conflict) { // two attempts at the same moment: the key let one through
		return nil
	}
	return err
}

// renderPaper makes the PDF of a filing and signs it, now.
func (s *Service) renderPaper(ctx context.Context, f Filing, lang i18n.Lang) ([]byte, error) {
	def, err := s.definition(ctx, f)
	if err != nil {
		return nil, err
	}
	text, err := s.Paper(ctx, f, def, lang)
	if err != nil {
		return nil, err
	}
	unit, err := s.d.Authority.Unit(ctx, f.Unit)
	if err != nil {
		return nil, err
	}
	p := pdf.FromText(lang, text)
	p.Court, p.Number, p.Tracking, p.Hash = unit.NameFA, f.CaseNumber, f.Tracking, f.Hash
	p.VerifyURL = s.d.BaseURL + "/verify?t=" + f.Tracking + "&h=" + f.Hash
	if lang == i18n.EN {
		p.Court = unit.NameEN
	}
	file, err := s.d.Papers.Render(p)
	if err != nil {
		return nil, err
	}
	return s.d.Signer.Sign(ctx, file, s.d.Clock.Now())
}

// paperOf is the paper of a filing that was received. Until the job has made it
// the answer is errs.NotFound filing.paper_pending; it is asked for again, should
// it never have been (what was submitted to an older program).
func (s *Service) paperOf(ctx context.Context, f Filing, lang i18n.Lang) (paperRow, error) {
	if f.Submitted.IsZero() {
		return paperRow{}, errs.New(errs.NotFound, "filing.not_submitted")
	}
	r, found, err := store.Find[paperRow](ctx, s.d.DB, selectLastPaper, f.Owner, f.ID, string(lang))
	if err != nil || found && (r.Record == f.Hash || f.Status != Submitted) {
		return r, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return s.d.Jobs.EnqueueTx(ctx, tx, kindPaper, paperJob{Owner: f.Owner, Filing: f.ID}, jobs.Unique(f.ID+":"+f.Hash))
	})
	if err == nil {
		err = errs.New(errs.NotFound, "filing.paper_pending")
	}
	return paperRow{}, err
}

// PaperFile is the paper of a submitted filing of the actor, byte for byte as
// it was signed and as its evidence says.
func (s *Service) PaperFile(ctx context.Context, a policy.Actor, id string, lang i18n.Lang) (file []byte, f Filing, err error) {
	defer errs.Wrap(&err, "filing.PaperFile")
	f, _, err = s.Get(ctx, a, id)
	if err == nil {
		err = s.mayRead(a, f, false, false)
	}
	if err != nil {
		return nil, f, err
	}
	file, err = s.paperBytes(ctx, f, lang)
	return file, f, err
}

// SharedPaper is the paper of a filing that the parties of its case may read.
func (s *Service) SharedPaper(ctx context.Context, a policy.Actor, caseID, filing string, lang i18n.Lang) (file []byte, f Filing, err error) {
	defer errs.Wrap(&err, "filing.SharedPaper")
	if f, _, err = s.Shared(ctx, a, caseID, filing); err != nil {
		return nil, f, err
	}
	file, err = s.paperBytes(ctx, f, lang)
	return file, f, err
}

func (s *Service) paperBytes(ctx context.Context, f Filing, lang i18n.Lang) ([]byte, error) {
	r, err := s.paperOf(ctx, f, lang)
	if err != nil {
		return nil, err
	}
	return s.d.Blobs.Get(ctx, r.Blob, r.SHA256)
}

// PaperReceipt is the proof file of a paper: that exactly these bytes were made
// of the filing, and when. Until a checkpoint covers it, it is a Conflict with
// the code ledger.receipt_pending.
func (s *Service) PaperReceipt(ctx context.Context, a policy.Actor, id string, lang i18n.Lang) (b []byte, f Filing, err error) {
	defer errs.Wrap(&err, "filing.PaperReceipt")
	if f, _, err = s.Get(ctx, a, id); err != nil {
		return nil, f, err
	}
	r, err := s.paperOf(ctx, f, lang)
	if err != nil {
		return nil, f, err
	}
	b, err = s.receipt(ctx, f, r.ByOwner, r.Evidence)
	return b, f, err
}

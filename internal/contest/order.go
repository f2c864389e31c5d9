// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// kindPaper is the job that makes the order as a PDF.
const kindPaper = "contest.paper"

type paperJob struct {
	Case    string `json:"case"`
	Contest string `json:"contest"`
}

// decisionWords are the words of each decision in the order.
var decisionWords = map[State]string{
	Upheld: "contest.order.upheld", Moved: "contest.order.moved", SetAside: "contest.order.set_aside",
}

// orderBlocks are the parts of an order: what was said, what is decided, why.
func (s *Service) orderBlocks(p *i18n.Printer, k Contest) []pdf.Block {
	r := s.Reason(k)
	var why []string
	for line := range strings.SplitSeq(k.Why, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			why = append(why, line)
		}
	}
	decided := []string{p.T(decisionWords[k.State], "day", civil.Of(k.Served))}
	if k.OnPaper {
		decided = append(decided, p.T("contest.order.on_paper", "why", k.PaperWhy))
	}
	return []pdf.Block{
		{Heading: p.T("contest.order.about"), Lines: []string{
			p.T("contest.order.notice", "title", k.Title.In(p.Lang()), "number", k.Number),
			p.T("contest.order.said", "name", k.Name, "day", civil.Of(k.Signed), "reason", r.Name.In(p.Lang())),
		}},
		{Heading: p.T("contest.order.decision"), Lines: decided},
		{Heading: p.T("contest.order.why"), Lines: why},
		{Heading: p.T("contest.order.ground"), Lines: []string{r.Citation.In(p.Lang()), p.T("contest.order.by", "name", k.DecidedName, "day", civil.Of(k.Decided))}},
	}
}

// copyBlocks are the parts of the order as the other side reads it.
func (s *Service) copyBlocks(p *i18n.Printer, k Contest) []pdf.Block {
	return []pdf.Block{
		{Heading: p.T("contest.order.about"), Lines: []string{
			p.T("contest.order.notice", "title", k.Title.In(p.Lang()), "number", k.Number),
			p.T("contest.copy.said", "name", k.Name, "day", civil.Of(k.Signed)),
		}},
		{Heading: p.T("contest.order.decision"), Lines: []string{p.T(decisionWords[k.State], "day", civil.Of(k.Served)), p.T("contest.copy.terms")}},
		{Heading: p.T("contest.order.why"), Lines: []string{p.T("contest.copy.why")}},
		{Heading: p.T("contest.order.ground"), Lines: []string{p.T("contest.order.by", "name", k.DecidedName, "day", civil.Of(k.Decided))}},
	}
}

// makePapers makes, signs and keeps the order in both languages, with evidence of
// each one's SHA-256. What is there is left alone.
func (s *Service) makePapers(ctx context.Context, j paperJob) error {
	k, err := read(ctx, s.d.DB, j.Case, j.Contest)
	if err != nil {
		return err
	}
	c, err := s.d.Docket.CaseFor(ctx, s.d.DB, j.Case)
	if err != nil {
		return err
	}
	for _, lang := range []i18n.Lang{i18n.FA, i18n.EN} {
		_, found, err := store.Find[paperRow](ctx, s.d.DB, sqlPaper, k.Case, k.ID, string(lang))
		if err == nil && !found {
			err = s.makePaper(ctx, c, k, lang)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) makePaper(ctx context.Context, c docket.Case, k Contest, lang i18n.Lang) error {
	p := s.d.Catalog.Printer(lang)
	hash := sha256.Sum256([]byte(k.Hash + k.evidence2))
	paper := pdf.Paper{
		Lang: lang, Title: p.T("contest.order.title"), Court: c.Sender().In(lang), Number: k.CaseNumber, Hash: hex.EncodeToString(hash[:]),
		Blocks: s.orderBlocks(p, k),
	}
	paper.VerifyURL = s.d.BaseURL + "/verify?h=" + paper.Hash
	file, err := s.d.Papers.Render(paper)
	if err != nil {
		return err
	}
	if file, err = s.d.Signer.Sign(ctx, file, s.d.DB.Now()); err != nil {
		return err
	}
	sum := blob.Sum(file)
	key := blob.Key(blobs, k.Case, sum)
	if err := s.d.Blobs.Put(ctx, key, file); err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "contest.paper", Owner: k.Case, Subject: k.ID, Role: string(policy.System), ContentHash: sum, Previous: k.evidence2,
			Members: map[string]string{"lang": string(lang), "record_sha256": paper.Hash},
		})
		if err != nil {
			return err
		}
		return store.Insert(ctx, tx, "contest_paper", paperRow{
			Case: k.Case, Contest: k.ID, Lang: string(lang), Bytes: int64(len(file)), SHA256: sum, Blob: key, Evidence: evidence, Created: store.At(tx.Now()),
		})
	})
	if errs.Is(err, errs.Conflict) { // another attempt was faster: its paper is the one
		return nil
	}
	return err
}

// OrderFile is the order as a PDF, byte for byte as it was signed, for whoever may
// read the contest. errs.Conflict (contest.order.pending) until it is made.
func (s *Service) OrderFile(ctx context.Context, a policy.Actor, caseID, contest string, lang i18n.Lang) (_ []byte, err error) {
	defer errs.Wrap(&err, "contest.OrderFile")
	k, _, err := s.Get(ctx, a, caseID, contest)
	if err != nil {
		return nil, err
	}
	if !k.State.Decided() {
		return nil, errs.New(errs.NotFound, "")
	}
	r, found, err := store.Find[paperRow](ctx, s.d.DB, sqlPaper, k.Case, k.ID, string(lang))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errs.New(errs.Conflict, "contest.order.pending")
	}
	return s.d.Blobs.Get(ctx, r.Blob, r.SHA256)
}

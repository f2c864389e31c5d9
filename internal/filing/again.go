// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"errors"
	"strconv"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// updateAgain lets a round count from a second notice, once: a party that changes
// its lawyers every week gets no term without an end.
const updateAgain = `UPDATE filing_halt SET first_notice = notice_id, notice_id = $4
	WHERE owner = $1 AND filing_id = $2 AND round = $3 AND ended = '' AND first_notice = '' AND notice_id = $5`

// errNotAgain rolls a transaction back in which nothing is to be served again.
var errNotAgain = errors.New("filing: nothing is to be served again")

// onLawyerLeft serves the defect notices again that were served on a lawyer who has
// left before their term was over: on the party, or another lawyer on record. The
// term runs from that service, and the earlier one counts no more.
func (s *Service) onLawyerLeft(ctx context.Context, e docket.LawyerLeft) error {
	rows, err := store.All[deskRow](ctx, s.d.DB, selectDeskOfCase, e.Unit, e.Case)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.State != deskHalted {
			continue
		}
		if err := s.serveAgain(ctx, e, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) serveAgain(ctx context.Context, e docket.LawyerLeft, row deskRow) error {
	r := received{item: row.item(), today: s.today()}
	f, err := read(ctx, s.d.DB, row.Owner, row.Filing)
	if err != nil {
		return err
	}
	if r.c, err = s.d.Docket.CaseFor(ctx, s.d.DB, e.Case); err != nil {
		return err
	}
	party, ok := partyFor(r.c, f)
	h, halted, err := s.lastHalt(ctx, f)
	if err != nil || !halted || !ok || party.ID != e.Party || h.Ended != "" || h.First != "" || !f.beingMended() {
		return err
	}
	if served, err := s.d.Docket.ServedOn(ctx, s.d.DB, e.Case, h.Notice); err != nil || served != e.Lawyer {
		return err
	}
	if r.mendBy, _, err = s.mendBy(ctx, s.d.DB, f); err != nil || r.termOver(r.today) {
		return err // it was over while he could have acted
	}
	if r.def, err = s.definition(ctx, f); err != nil {
		return err
	}
	if r.f, err = lastSigned(ctx, s.d.DB, f); err != nil {
		return err
	}
	defects, err := h.defects()
	if err != nil {
		return err
	}
	r.item.Filer = party.Name
	text, err := s.defectPaper(r, defects, e.Name)
	if err != nil {
		return err
	}
	content, err := ledger.Canonical(halting{Format: defectsFormat, Filing: f.ID, Record: r.f.Hash, Defects: defects})
	if err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.serveAgainTx(ctx, tx, e, r, h, content, text) })
	if errors.Is(err, errNotAgain) {
		return nil
	}
	return err
}

func (s *Service) serveAgainTx(ctx context.Context, tx *store.Tx, e docket.LawyerLeft, r received, h haltRow, content []byte, text docket.Text) error {
	err := s.d.Docket.StandsForTx(ctx, tx, e.Case, e.Party, e.Lawyer)
	if err == nil { // he is on record again
		return errNotAgain
	}
	if !errs.Is(err, errs.Forbidden) {
		return err
	}
	f, err := lockTx(ctx, tx, r.f.Owner, r.f.ID)
	if err != nil {
		return err
	}
	if !f.beingMended() || int64(f.Round) != h.Round {
		return errNotAgain
	}
	round, by := strconv.Itoa(f.Round), policy.Actor{Role: policy.System}
	issued, err := s.d.Docket.IssueNoticeTx(ctx, tx, by, docket.NewNotice{
		Case: e.Case, Party: e.Party, Kind: notice.KindDefect, Title: both(func(p *i18n.Printer) string { return p.T("filing.paper.defect.title") }),
		Document: content, Paper: text, Rule: ruleMend, Key: "defect:" + f.ID + ":" + round + ":again",
	})
	if err != nil {
		return err
	}
	n, err := tx.ExecN(ctx, updateAgain, f.Owner, f.ID, h.Round, issued.ID, h.Notice)
	if err != nil {
		return err
	}
	if n == 0 {
		return errNotAgain
	}
	if err := s.d.Docket.ReplaceTx(ctx, tx, docket.Replaced{
		Case: e.Case, Party: e.Party, Notice: h.Notice, By: issued.ID, Lawyer: e.Lawyer, Name: e.Name,
	}); err != nil {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "filing.defects_again", Time: tx.Now(), Owner: f.Owner, Subject: f.ID, Role: string(policy.System), Rule: ruleMend, Previous: f.Evidence,
		Members: map[string]string{
			"case_number": f.CaseNumber, "round": round, "party": e.Party, "lawyer": e.Lawyer, "former_notice": h.Notice, "notice": issued.ID,
		},
	})
	return err
}

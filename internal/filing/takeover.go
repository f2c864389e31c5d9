// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"slices"
	"strconv"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	updateTakenOver = `UPDATE filing_filing SET status = 'halted', standing = $4, answers = $5, names = $6, tabs = '{}',
		record = NULL, hash = '', payment_id = '', code_id = '', updated_us = $7
		WHERE owner = $1 AND id = $2 AND round = $3 AND status IN ('halted', 'payable', 'signable')`
	updateFiler    = `UPDATE filing_desk SET filer = $3 WHERE unit = $1 AND filing_id = $2`
	deleteUnsigned = `DELETE FROM filing_attachment WHERE owner = $1 AND filing_id = $2 AND NOT (id = ANY($3))`
	upsertHanded   = `INSERT INTO filing_handed (owner, filing_id, round, unit, standing, at_us) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (owner, filing_id) DO UPDATE SET round = excluded.round, unit = excluded.unit, standing = excluded.standing, at_us = excluded.at_us`
)

// evidenceStays keeps under whose account the evidence of a filing stands when
// the filing goes to another.
var evidenceStays = []string{
	`UPDATE filing_filing SET evidence_owner = owner WHERE owner = $1 AND id = $2 AND evidence_owner = ''`,
	`UPDATE filing_version SET evidence_owner = owner WHERE owner = $1 AND filing_id = $2 AND evidence_owner = ''`,
	`UPDATE filing_paper SET evidence_owner = owner WHERE owner = $1 AND filing_id = $2 AND evidence_owner = ''`,
}

// Left is a halted filing of a lawyer who acts for its party no more, as whoever
// can take it over sees it before.
type Left struct {
	ID, Case, Tracking string
	Filer              string // who filed it
	Mine               bool   // it is the actor's already
	Stands             bool   // who filed it is on record for the party still
	Definition         *catalogue.Definition
	Defects            []Defect
	Deadline           docket.Deadline // of mending; without an id while it is computed
	f                  Filing
	party              docket.Party
}

// LeftBehind finds a halted filing for the party that the actor is or represents.
// That it was looked at is recorded for who filed it. errs.NotFound: there is no
// such thing for him. errs.Conflict: it is not being mended (filing.not_halted).
func (s *Service) LeftBehind(ctx context.Context, a policy.Actor, caseID, filing string) (l Left, err error) {
	defer errs.Wrap(&err, "filing.LeftBehind")
	none := errs.New(errs.NotFound, "filing.not_found")
	c, err := s.d.Docket.Case(ctx, a, caseID) // to others the case does not exist
	if err != nil {
		return l, err
	}
	row, found, err := store.Find[deskRow](ctx, s.d.DB, selectDeskOne, c.Unit, filing)
	if err != nil || !found || row.Case != caseID {
		return l, orElse(err, none)
	}
	f, err := read(ctx, s.d.DB, row.Owner, row.Filing)
	if err != nil {
		return l, err
	}
	party, ok := partyFor(c, f)
	own, stands := c.PartyOf(a.Owner())
	err = s.d.Policy.Check(a, "filing.take_over", policy.Resource{Type: "FilingLeft", ID: f.ID, Attrs: map[string]any{
		"case": f.Case, "title": f.Service, "group": notice.GroupOf(notice.KindDefect), "party": ok && stands && own.ID == party.ID,
	}})
	if err != nil {
		if !policy.Outside(err) {
			err = none.Because(err)
		}
		return l, err
	}
	if !f.beingMended() {
		return l, errs.New(errs.Conflict, "filing.not_halted")
	}
	l = Left{ID: f.ID, Case: f.Case, Tracking: f.Tracking, Filer: row.Filer, Mine: f.Owner == a.Owner(), f: f, party: party}
	l.Stands = slices.ContainsFunc(c.Lawyers, func(r docket.Representation) bool { return r.Lawyer == f.Owner && r.Party == party.ID })
	if l.Definition, err = s.definition(ctx, f); err != nil {
		return l, err
	}
	if l.f, err = withFiles(ctx, s.d.DB, f, l.Definition); err != nil {
		return l, err
	}
	if l.f, err = withMending(ctx, s.d.DB, l.f, l.Definition); err != nil {
		return l, err
	}
	l.Defects = l.f.mend.defects
	if l.Deadline, _, err = s.mendBy(ctx, s.d.DB, f); err != nil || l.Mine {
		return l, err
	}
	return l, s.d.Identity.RecordAccess(ctx, identity.Access{Subject: f.Owner, By: a, What: "filing", Why: "party", Object: f.Tracking})
}

func orElse(err, none error) error {
	if err != nil {
		return err
	}
	return none
}

// TakeOver makes a halted filing the actor's, or of whom he acts for: the party for
// whom it was filed, or its lawyer on record, once whoever filed it stands in the
// case for that party no more. It begins from what was signed last: what nobody
// signed is not handed on, and a fee that was paid for it goes back to who paid. Who
// filed it keeps what he signed. A second call finds the first one's result.
// errs.Forbidden, errs.NotFound as LeftBehind; errs.Conflict: who filed it is on
// record still (filing.take_over.stands), a payment is being confirmed
// (filing.take_over.paying), or it was changed meanwhile.
func (s *Service) TakeOver(ctx context.Context, a policy.Actor, caseID, filing string) (_ Filing, err error) {
	defer errs.Wrap(&err, "filing.TakeOver")
	l, err := s.LeftBehind(ctx, a, caseID, filing)
	if err != nil || l.Mine {
		return l.f, err
	}
	to := l.f
	to.Owner = a.Owner()
	if to.Standing, err = s.filerOf(ctx, a); err != nil {
		return to, err
	}
	who, err := s.d.Identity.Person(ctx, to.Owner)
	if err != nil {
		return to, err
	}
	signed, err := store.One[versionRow](ctx, s.d.DB, selectLastVersion, l.f.Owner, l.f.ID)
	if err != nil {
		return to, err
	}
	t := handover{by: a, from: l.f, to: to, left: l, name: who.Name(), signed: signed}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.takeOverTx(ctx, tx, t) })
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.NotFound) { // somebody was faster, perhaps the other half of a double click
		if now, rerr := read(ctx, s.d.DB, to.Owner, to.ID); rerr == nil {
			return now, nil
		}
	}
	if err != nil {
		return to, err
	}
	return read(ctx, s.d.DB, to.Owner, to.ID)
}

// handover is all that takeOverTx needs.
type handover struct {
	by       policy.Actor
	from, to Filing
	left     Left
	name     string // of whose it will be
	signed   versionRow
}

func (s *Service) takeOverTx(ctx context.Context, tx *store.Tx, t handover) error {
	if err := s.actsTx(ctx, tx, t.by, policy.Prepare, t.to); err != nil {
		return err
	}
	if err := s.d.Docket.StandsForTx(ctx, tx, t.from.Case, t.left.party.ID, t.to.Owner); err != nil {
		return err
	}
	err := s.d.Docket.StandsForTx(ctx, tx, t.from.Case, t.left.party.ID, t.from.Owner)
	if err == nil {
		return conflict("filing.take_over.stands")
	}
	if !errs.Is(err, errs.Forbidden) {
		return err
	}
	now, err := lockTx(ctx, tx, t.from.Owner, t.from.ID)
	if err != nil {
		return err
	}
	if err := s.giveBackTx(ctx, tx, now); err != nil {
		return err
	}
	err = tx.ExecOne(ctx, updateTakenOver, now.Owner, now.ID, t.from.Round, string(t.to.Standing), t.signed.Answers, t.signed.Names, touch(tx.Now()))
	if err != nil {
		return err
	}
	kept := []string{}
	for _, x := range t.from.mend.signed.Files {
		kept = append(kept, x.ID)
	}
	if err := tx.Exec(ctx, deleteUnsigned, now.Owner, now.ID, kept); err != nil { // the sweep removes the bytes
		return err
	}
	for _, query := range evidenceStays {
		if err := tx.Exec(ctx, query, now.Owner, now.ID); err != nil {
			return err
		}
	}
	if err := moveTx(ctx, tx, []movingRow{{ID: now.ID, Tracking: now.Tracking}}, now.Owner, t.to.Owner); err != nil {
		return err
	}
	if err := tx.Exec(ctx, updateFiler, now.Unit, now.ID, t.name); err != nil {
		return err
	}
	if err := tx.Exec(ctx, upsertHanded, now.Owner, now.ID, t.from.Round, now.Unit, string(now.Standing), touch(tx.Now())); err != nil {
		return err
	}
	return s.tellTakenOverTx(ctx, tx, t)
}

// giveBackTx ends what is owed for the version that nobody will sign, or gives the
// money back to who paid it.
func (s *Service) giveBackTx(ctx context.Context, tx *store.Tx, f Filing) (err error) {
	switch {
	case f.Payment == "":
		return nil
	case f.Status == Payable:
		err = s.d.Payment.VoidTx(ctx, tx, f.Owner, f.Payment)
	case f.Status == Signable:
		err = s.d.Payment.RefundTx(ctx, tx, f.Owner, f.Payment, "filing.take_over.refund")
	}
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "filing.take_over.paying").Because(err)
	}
	return err
}

// tellTakenOverTx leaves evidence that names both, and tells both sides of it.
func (s *Service) tellTakenOverTx(ctx context.Context, tx *store.Tx, t handover) error {
	round := strconv.Itoa(t.from.Round)
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "filing.taken_over", Time: tx.Now(), Owner: t.to.Owner, Subject: t.to.ID, Actor: t.by.Person, Role: string(t.by.Role),
		Capacity: t.by.Capacity, OnBehalf: t.by.For, Previous: t.from.Evidence, Rule: ruleMend,
		Members: map[string]string{
			"from": t.from.Owner, "to": t.to.Owner, "party": t.left.party.ID, "tracking_code": t.from.Tracking, "case_number": t.from.CaseNumber,
			"round": round, "signed_hash": t.signed.Hash, "standing": string(t.to.Standing),
		},
	})
	if err != nil {
		return err
	}
	if err := s.d.Identity.RecordAccessesTx(ctx, tx, []identity.Access{{
		Subject: t.by.For, By: t.by, What: "identity.access.acting.prepared", Why: "identity.access.mandate", Object: t.to.ID,
	}}); err != nil {
		return err
	}
	return s.d.Docket.AddEntryTx(ctx, tx, docket.Entry{
		Case: t.to.Case, Kind: "filing.taken_over", Sides: []string{t.left.party.Side}, By: t.by, Subject: t.to.ID, Evidence: evidence, At: tx.Now(),
		Members: map[string]string{
			"title_fa": t.left.Definition.Title.FA, "title_en": t.left.Definition.Title.EN, "from": t.left.Filer, "name": t.name,
		},
		Key: "filing.taken_over:" + t.to.ID + ":" + evidence,
	})
}

// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Open gives the owner the paper. The first opening is viewing in the sense of
// article 13: its time, who and in which capacity are stored with evidence
// notice.viewed, and Viewed is published, all in one transaction. Later ones
// only read. Somebody else's notice is errs.NotFound.
func (s *Service) Open(ctx context.Context, a policy.Actor, id string) (_ Notice, err error) {
	defer errs.Wrap(&err, "notice.Open")
	n, err := s.Get(ctx, a, id)
	if err != nil {
		return Notice{}, err
	}
	if err := s.mayOpen(a, n); err != nil { // that there is one is known
		return Notice{}, err
	}
	if !n.Opened() {
		if n, err = s.view(ctx, a, n.ID); err != nil {
			return Notice{}, err
		}
	}
	return s.fill(ctx, n)
}

// Read gives the paper of a notice that was opened before. One that was not is
// errs.Conflict (notice.not_opened): reading never opens.
func (s *Service) Read(ctx context.Context, a policy.Actor, id string) (_ Notice, err error) {
	defer errs.Wrap(&err, "notice.Read")
	n, err := s.Get(ctx, a, id)
	switch {
	case err != nil:
		return Notice{}, err
	case !n.Opened():
		return Notice{}, errs.New(errs.Conflict, "notice.not_opened")
	}
	if err := s.mayOpen(a, n); err != nil {
		return Notice{}, err
	}
	return s.fill(ctx, n)
}

// mayOpen asks the rules, and how surely it is known who the actor is: an
// account that somebody made with another's number must not open their post.
func (s *Service) mayOpen(a policy.Actor, n Notice) error {
	if err := s.d.Policy.Check(a, "notice.open", resource(n)); err != nil {
		return err
	}
	return s.d.Levels.Check(a, level.OpenNotice, civil.Of(s.d.DB.Now()))
}

// OfRepresented gives the paper of a notice that was served on somebody's lawyer,
// for whom he represents: the notice is neither listed nor opened by it. Who may
// have it is the caller's to check, who knows the parties.
func (s *Service) OfRepresented(ctx context.Context, owner, id string) (_ Notice, err error) {
	defer errs.Wrap(&err, "notice.OfRepresented")
	r, err := store.One[noticeRow](ctx, s.d.DB, sqlNotice, owner, id)
	if err != nil {
		return Notice{}, err
	}
	if r.LawyerOf == "" || r.Way != WayElectronic {
		return Notice{}, errs.New(errs.NotFound, "")
	}
	return s.fill(ctx, r.notice())
}

// view marks the notice as viewed unless somebody was faster, and returns it as
// it then is.
func (s *Service) view(ctx context.Context, a policy.Actor, id string) (out Notice, err error) {
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		row, err := store.One[noticeRow](ctx, tx, sqlNotice, a.Owner(), id)
		if err != nil {
			return err
		}
		first, err := s.viewTx(ctx, tx, a, &row)
		if err != nil {
			return err
		}
		if !first { // somebody was faster: read what he wrote
			if row, err = store.One[noticeRow](ctx, tx, sqlNotice, a.Owner(), id); err != nil {
				return err
			}
		}
		out = row.notice()
		out.FirstOpening = first
		return nil
	})
	return out, err
}

func (s *Service) viewTx(ctx context.Context, tx *store.Tx, a policy.Actor, row *noticeRow) (first bool, err error) {
	if !row.Viewed.IsZero() {
		return false, nil
	}
	// The update is the lock: only who changes the row stages evidence. The id
	// of that is known only afterwards, so a second statement writes it.
	n, err := tx.ExecN(ctx, sqlView, store.At(tx.Now()), a.Person, string(a.Role), row.Owner, row.ID)
	if err != nil || n == 0 {
		return false, err
	}
	row.Viewed, row.ViewedBy, row.ViewedRole = store.At(tx.Now()), a.Person, string(a.Role)
	reading := s.effects.At(civil.Of(row.Issued.Time))
	m := members(*row, etsiViewed, row.Owner)
	m["assurance"] = strconv.Itoa(a.Assurance)
	rec := ledger.Record{
		Event: eventViewed, Owner: row.Owner, Subject: row.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For,
		ContentHash: row.ContentHash, Previous: row.EvidenceArrived, Rule: reading.Name(), Members: m,
	}
	if row.EvidenceViewed, err = s.d.Ledger.StageTx(ctx, tx, rec); err != nil {
		return false, err
	}
	if err := tx.ExecOne(ctx, sqlViewEvidence, row.EvidenceViewed, row.Owner, row.ID); err != nil {
		return false, err
	}
	if err := s.d.Identity.RecordAccessesTx(ctx, tx, []identity.Access{{
		Subject: a.For, By: a, What: "identity.access.acting.opened", Why: "identity.access.mandate", Object: row.ID,
	}}); err != nil {
		return false, err
	}
	effect := s.effects.Of(row.notice())
	return true, s.d.Jobs.PublishTx(ctx, tx, Viewed{
		Notice: row.ID, Number: row.Number, Owner: row.Owner, Case: row.Case, Kind: row.Kind,
		Title: Text{FA: row.TitleFA, EN: row.TitleEN}, By: a.Person, Role: string(a.Role), Rule: row.Rule, Days: int(row.Days),
		Abroad: row.Abroad, Province: row.Province, Actual: effect.ByActual, Reading: reading.Name(),
		Evidence: row.EvidenceViewed, At: tx.Now(),
	})
}

// fill adds the paper.
func (s *Service) fill(ctx context.Context, n Notice) (Notice, error) {
	body, err := store.One[[]byte](ctx, s.d.DB, sqlContent, n.Owner, n.ID)
	if err != nil {
		return Notice{}, err
	}
	var c content
	if err := json.Unmarshal(body, &c); err != nil {
		return Notice{}, err
	}
	n.Paper, n.Document = c.Paper, c.Document
	return n, nil
}

// Receipt is the proof file of arrival, or of viewing, for the owner, once he
// has opened the notice (before that it would show the content unread).
// errs.Conflict with code ledger.receipt_pending: ready in about a second.
func (s *Service) Receipt(ctx context.Context, a policy.Actor, id string, viewing bool) (_ []byte, _ Notice, err error) {
	defer errs.Wrap(&err, "notice.Receipt")
	n, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, Notice{}, err
	}
	if !n.Opened() {
		return nil, n, errs.New(errs.Conflict, "notice.not_opened")
	}
	if err := hidden(s.d.Policy.Check(a, "notice.receipt", resource(n))); err != nil {
		return nil, Notice{}, err
	}
	evidence := n.EvidenceArrived
	if viewing {
		evidence = n.EvidenceViewed
	}
	file, err := s.d.Identity.Receipt(ctx, n.Owner, evidence)
	return file, n, err
}

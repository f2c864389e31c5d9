// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"encoding/json"
	"slices"
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
	if !s.OpenTo(a, n) {
		if n, err = s.view(ctx, a, n.ID); err != nil {
			return Notice{}, err
		}
	}
	return s.fill(ctx, n)
}

// OpenTo tells whether the actor may read a notice without opening it: somebody
// whose opening counts has opened it, or he has himself. Who opens in the
// addressee's name without effect in law leaves it closed to everybody else.
func (s *Service) OpenTo(a policy.Actor, n Notice) bool {
	row := s.effects.Of(n).Row
	return slices.ContainsFunc(n.History(), func(f Fact) bool {
		return f.Kind == FactViewed && (row.Counts(f.Code) || f.Person == a.Person)
	})
}

// Read gives the paper of a notice that was opened before. One that was not is
// errs.Conflict (notice.not_opened): reading never opens.
func (s *Service) Read(ctx context.Context, a policy.Actor, id string) (_ Notice, err error) {
	defer errs.Wrap(&err, "notice.Read")
	n, err := s.Get(ctx, a, id)
	switch {
	case err != nil:
		return Notice{}, err
	case !s.OpenTo(a, n):
		return Notice{}, errs.New(errs.Conflict, "notice.not_opened")
	}
	if err := s.mayOpen(a, n); err != nil {
		return Notice{}, err
	}
	return s.fill(ctx, n)
}

// openedBy is the first opening by somebody; zero if there is none.
func (n Notice) openedBy(person string) Fact {
	for _, f := range n.History() {
		if f.Kind == FactViewed && f.Person == person {
			return f
		}
	}
	return Fact{}
}

// Content is what was fixed when a notice was issued, byte by byte; like Read.
func (s *Service) Content(ctx context.Context, a policy.Actor, id string) (_ []byte, _ Notice, err error) {
	defer errs.Wrap(&err, "notice.Content")
	n, err := s.Read(ctx, a, id)
	if err != nil {
		return nil, n, err
	}
	body, err := store.One[[]byte](ctx, s.d.DB, sqlContent, n.Owner, n.ID)
	return body, n, err
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
// it then is. Who opens in somebody's name must still have the right to: what the
// rules allowed before may have been taken back since.
func (s *Service) view(ctx context.Context, a policy.Actor, id string) (out Notice, err error) {
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.standsTx(ctx, tx, a); err != nil {
			return err
		}
		row, err := store.One[noticeRow](ctx, tx, sqlNotice, a.Owner(), id)
		if err != nil {
			return err
		}
		if !a.Machine {
			if err := s.d.Identity.CoversTx(ctx, tx, a, policy.OpenNotices, row.Case, ""); err != nil {
				return err
			}
		}
		// What means nothing in law is not the viewing: for the addressee the notice
		// stays unopened, and the time in which it is to be opened runs on.
		first := false
		if s.effects.Of(row.notice()).Row.Counts(openerOf(a, row.LawyerOf)) {
			if first, err = s.viewTx(ctx, tx, a, &row); err != nil {
				return err
			}
		}
		if out, err = s.readTx(ctx, tx, a.Owner(), id); err != nil {
			return err
		}
		if !first && !s.OpenTo(a, out) {
			if out, err = s.viewAgainTx(ctx, tx, a, out); err != nil {
				return err
			}
			first = true
		}
		out.FirstOpening = first
		return nil
	})
	return out, err
}

// standsTx makes sure, in the transaction of an opening, that the capacity of a
// person, or the key of a program, still holds.
func (s *Service) standsTx(ctx context.Context, tx *store.Tx, a policy.Actor) error {
	if !a.Machine {
		return s.d.Identity.StandsTx(ctx, tx, a)
	}
	if s.d.Machine == nil {
		return errs.New(errs.Forbidden, "")
	}
	return s.d.Machine(ctx, tx, a)
}

// openerOf is as what the actor stands to the addressee of what he opens.
func openerOf(a policy.Actor, lawyerOf string) string {
	switch {
	case a.Machine:
		return OpenerMachine
	case a.For == "" && lawyerOf != "":
		return OpenerLawyer
	case a.For == "":
		return OpenerSelf
	case a.Role == policy.Helper:
		return OpenerHelper
	case a.Role == policy.LawClerk:
		return OpenerLawClerk
	case a.Role == policy.Guardian:
		return OpenerGuardian
	}
	return OpenerRepresentative
}

// viewAgainTx notes that somebody opens what was opened before without effect.
func (s *Service) viewAgainTx(ctx context.Context, tx *store.Tx, a policy.Actor, n Notice) (Notice, error) {
	n, f, err := s.addFactTx(ctx, tx, n, a, Fact{Kind: FactViewed, Code: openerOf(a, n.LawyerOf)}, map[string]string{"assurance": strconv.Itoa(a.Assurance)})
	if err != nil {
		return n, err
	}
	return n, s.viewedTx(ctx, tx, a, n, f)
}

// viewedTx tells the owner who looked, and everybody who waits for it.
func (s *Service) viewedTx(ctx context.Context, tx *store.Tx, a policy.Actor, n Notice, f Fact) error {
	if err := s.d.Identity.RecordAccessesTx(ctx, tx, []identity.Access{{
		Subject: a.For, By: a, What: "identity.access.acting.opened", Why: "identity.access.mandate", Object: n.ID,
	}}); err != nil {
		return err
	}
	e := s.effects.Of(n)
	return s.d.Jobs.PublishTx(ctx, tx, Viewed{
		Notice: n.ID, Number: n.Number, Owner: n.Owner, Case: n.Case, Kind: n.Kind,
		Title: n.Title, By: a.Person, Role: string(a.Role), Rule: n.Rule, Days: n.Days,
		Abroad: n.Abroad, Province: n.Province, Actual: e.ByActual, Idle: !e.InFact.Equal(f.At), Reading: e.Reading.Name(),
		Evidence: f.Evidence, At: f.At,
	})
}

func (s *Service) viewTx(ctx context.Context, tx *store.Tx, a policy.Actor, row *noticeRow) (first bool, err error) {
	if !row.Viewed.IsZero() {
		return false, nil
	}
	// The update is the lock: only who changes the row stages evidence. The id
	// of that is known only afterwards, so a second statement writes it.
	row.Opener = openerOf(a, row.LawyerOf)
	n, err := tx.ExecN(ctx, sqlView, store.At(tx.Now()), a.Person, string(a.Role), row.Opener, row.Owner, row.ID)
	if err != nil || n == 0 {
		return false, err
	}
	row.Viewed, row.ViewedBy, row.ViewedRole = store.At(tx.Now()), a.Person, string(a.Role)
	reading := s.effects.At(civil.Of(row.Issued.Time))
	m := members(*row, etsiViewed, row.Owner)
	m["assurance"], m["opener"] = strconv.Itoa(a.Assurance), row.Opener
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
	one := []Notice{row.notice()}
	if err := s.withFacts(ctx, tx, one); err != nil {
		return false, err
	}
	return true, s.viewedTx(ctx, tx, a, one[0], Fact{At: one[0].Viewed, Evidence: row.EvidenceViewed})
}

// fill adds the paper.
func (s *Service) fill(ctx context.Context, n Notice) (Notice, error) {
	return s.fillFrom(ctx, s.d.DB, n)
}

func (s *Service) fillFrom(ctx context.Context, q store.Querier, n Notice) (Notice, error) {
	body, err := store.One[[]byte](ctx, q, sqlContent, n.Owner, n.ID)
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
	if !s.OpenTo(a, n) {
		return nil, n, errs.New(errs.Conflict, "notice.not_opened")
	}
	if err := hidden(s.d.Policy.Check(a, "notice.receipt", resource(n))); err != nil {
		return nil, Notice{}, err
	}
	evidence := n.EvidenceArrived
	if viewing {
		if evidence = n.EvidenceViewed; evidence == "" { // their own, which means nothing in law
			evidence = n.openedBy(a.Person).Evidence
		}
	}
	file, err := s.d.Identity.Receipt(ctx, n.Owner, evidence)
	return file, n, err
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// insertFile puts what was filed on a case on the desk of the court that gets
// its file: there it is read, and nothing is to be done with it.
const insertFile = `INSERT INTO filing_desk (unit, filing_id, owner, kind, service, case_id, case_number, title_fa, title_en, filer, state,
		arrived_us, done_us, act, by_person, by_name, tracking)
	SELECT CAST($1 AS TEXT), filing_id, owner, kind, service, case_id, case_number, title_fa, title_en, filer, 'done',
		arrived_us, done_us, act, by_person, by_name, tracking
	FROM filing_desk WHERE unit = $2 AND case_id = $3 AND filing_id <> $4
	ON CONFLICT (unit, filing_id) DO NOTHING`

// deleteCopy makes room for an appeal that came there before, to be read, with
// the file of the other side's appeal.
const deleteCopy = `DELETE FROM filing_desk WHERE unit = $1 AND filing_id = $2`

// onward is where the file of a case goes because of an objection: to the court
// that authority/data/jurisdiction.json names for the term of the objection.
type onward struct {
	unit  authority.Unit // zero: there is no such court
	late  bool           // it was filed after the last legal day
	reply civil.Day      // last day of an answer that is awaited; 0: none is
	waits bool           // one is whose term is not computed yet
	paper bool           // one was served on paper: the term is not known here
}

// onwardOf finds out where the file goes; nil if it stays.
func (s *Service) onwardOf(ctx context.Context, r received) (*onward, error) {
	filed := civil.Of(r.f.Submitted)
	if r.def.Kind != catalogue.Objection || r.def.Against == nil || r.c.Kind != docket.CivilCase || !s.d.Authority.Reviews(r.def.Against.Rule, filed) {
		return nil, nil
	}
	var out onward
	to, err := s.d.Authority.RouteReview(ctx, r.def.Against.Rule, r.f.Unit, filed)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	out.unit = to.Unit
	due, known, err := s.d.Docket.DeadlineOf(ctx, s.d.DB, r.f.Case, r.f.Notice)
	if err != nil {
		return nil, err
	}
	out.late = known && filed > due.Last
	if r.item.State == deskOnward {
		err = s.replyRuns(ctx, r, &out)
	}
	return &out, err
}

// replyRuns finds out who of those who were served may still answer. Who was
// served on paper has no term that is known here: the clerk is told and decides.
func (s *Service) replyRuns(ctx context.Context, r received, out *onward) error {
	for _, p := range r.c.Parties {
		n, found, err := s.d.Notice.IssuedTx(ctx, s.d.DB, claimKey(r.f.ID, p.ID))
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		d, known, err := s.d.Docket.DeadlineOf(ctx, s.d.DB, r.c.ID, n.ID)
		if err != nil {
			return err
		}
		switch {
		case !known && n.Electronic:
			out.waits = true
		case !known:
			out.paper = true
		case d.Met.IsZero() && d.Last >= r.today:
			out.reply = max(out.reply, d.Last)
		}
	}
	return nil
}

// claimKey is the key of the notice by which a filing is served on a party.
func claimKey(filing, party string) string { return "claim:" + filing + ":" + party }

// SendOn sends the file of a case to the court that reviews its judgment, once
// the other side has answered the appeal or its term is over (CPC 346 [mem]): a
// case of its own there with the appeal on that court's desk, and all that was
// filed on the case to be read. The registry does it; an appeal that came late
// only a judge, who accepts the excuse with it (CPC 340 [mem]). It happens once:
// who comes second is told who was faster.
func (s *Service) SendOn(ctx context.Context, a policy.Actor, filing string) (there docket.Case, err error) {
	defer errs.Wrap(&err, "filing.SendOn")
	r, err := s.received(ctx, a, filing)
	if err != nil {
		return there, err
	}
	if err := s.mayOn(a, ActSend, r); err != nil {
		return there, err
	}
	if err := r.can(ActSend); err != nil {
		return there, err
	}
	party, ok := partyFor(r.c, r.f)
	if !ok {
		return there, errs.New(errs.Conflict, "filing.filer_left")
	}
	if err := s.d.Docket.Ready(ctx, r.onward.unit.Code); err != nil {
		return there, err
	}
	n := docket.NewAppeal{
		Case: r.c.ID, Unit: r.onward.unit.Code, Party: party.ID, Filing: r.f.ID, Title: docket.Text(r.def.Title), Late: r.onward.late,
	}
	if g := r.signed.Agent; g != nil {
		n.Agent, n.AgentTitleFA, n.AgentTitleEN = g.Name(), g.TitleFA, g.TitleEN
	}
	err = s.atDesk(ctx, a, r, func(tx *store.Tx) error {
		if err := actTx(ctx, tx, a, a.Unit, r.f.ID, deskOnward, deskDone, ActSend); err != nil {
			return err
		}
		if there, err = s.d.Docket.SendOnTx(ctx, tx, a, n); err != nil {
			return err
		}
		if err := tx.Exec(ctx, deleteCopy, there.Unit, r.f.ID); err != nil {
			return err
		}
		err = store.Insert(ctx, tx, "filing_desk", deskRow{
			Unit: there.Unit, Filing: r.f.ID, Owner: r.f.Owner, Kind: string(r.def.Kind), Service: r.f.Service, Case: there.ID, CaseNumber: there.Number,
			TitleFA: r.def.Title.FA, TitleEN: r.def.Title.EN, Filer: r.item.Filer, Tracking: r.f.Tracking, State: deskNew,
			Arrived: store.At(tx.Now()), Done: store.At(tx.Now()), Act: string(ActSend), ByPerson: a.Person, ByName: a.Name,
		})
		if err != nil {
			return err
		}
		return tx.Exec(ctx, insertFile, there.Unit, a.Unit, r.c.ID, r.f.ID)
	})
	return there, err
}

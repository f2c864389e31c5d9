// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Quote is what a filing would cost now and where it would go.
type Quote struct {
	Fees     []catalogue.FeeLine
	Total    int64
	Why      []authority.Reason // how the court follows from the answers
	UnitCode string
	UnitFA   string
	UnitEN   string
}

// quote computes fee and court of f as they stand today.
func (s *Service) quote(ctx context.Context, f Filing, def *catalogue.Definition) (q Quote, err error) {
	q.Fees, err = def.Fees(ctx, f.Answers, s.today())
	if err != nil {
		return q, err
	}
	q.Total = catalogue.Total(q.Fees)
	if def.Kind == catalogue.Brief { // goes where its case is
		c, err := s.d.Docket.CaseFor(ctx, s.d.DB, f.Case)
		if err != nil {
			return q, err
		}
		q.UnitCode = c.Unit
	} else {
		query, err := def.Routing(f.Answers)
		if err != nil {
			return q, err
		}
		query.At = s.today()
		to, err := s.d.Authority.Route(ctx, query)
		if err != nil {
			return q, err
		}
		q.UnitCode, q.Why = to.Unit.Code, to.Why
	}
	unit, err := s.d.Authority.Unit(ctx, q.UnitCode)
	q.UnitFA, q.UnitEN = unit.NameFA, unit.NameEN
	return q, err
}

// Check says everything that is still wrong with a draft; with nothing wrong
// it also says what it costs and which court it goes to.
func (s *Service) Check(ctx context.Context, a policy.Actor, filing string) (f Filing, q Quote, wrong []errs.Field, err error) {
	defer errs.Wrap(&err, "filing.Check")
	f, def, err := s.Get(ctx, a, filing)
	if err != nil {
		return f, q, nil, err
	}
	if wrong = faults(f, def, ""); len(wrong) > 0 {
		return f, q, wrong, nil
	}
	q, err = s.quote(ctx, f, def)
	return f, q, nil, err
}

// Freeze fixes a checked draft: its court, its fee and its canonical record.
// With a fee it waits for the payment, else for the signature. A second call
// finds the first one's result.
func (s *Service) Freeze(ctx context.Context, a policy.Actor, filing string) (_ Filing, err error) {
	defer errs.Wrap(&err, "filing.Freeze")
	f, q, wrong, err := s.Check(ctx, a, filing)
	if err != nil {
		return f, err
	}
	if f.Status == Payable || f.Status == Signable {
		return f, nil
	}
	if err := s.may(a, "filing.edit", f, 0); err != nil {
		return f, err
	}
	if err := errs.InvalidFields(wrong); err != nil {
		return f, err
	}
	def, err := s.definition(ctx, f)
	if err != nil {
		return f, err
	}
	person, err := s.d.Identity.Person(ctx, a.Person)
	if err != nil {
		return f, err
	}
	before := f.Updated
	f.Unit, f.Status = q.UnitCode, Signable
	if q.Total > 0 {
		f.Payment, f.Status = id.New(), Payable
	}
	f.Record, f.Hash, err = build(f, person, string(a.Role), q)
	if err != nil {
		return f, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		err := tx.ExecOne(ctx, updateFrozen, f.Owner, f.ID, f.Status, f.Record, f.Hash, f.Payment, f.Unit, touch(tx.Now()), touch(before))
		if err != nil || f.Payment == "" {
			return err
		}
		return s.d.Payment.CreateTx(ctx, tx, payment.New{
			ID: f.Payment, Owner: f.Owner, Subject: f.ID, Purpose: "filing", Lang: f.Lang, ReturnTo: "/filings/" + f.ID + "/sign",
			TitleFA: def.Title.FA, TitleEN: def.Title.EN, Lines: paymentLines(q.Fees),
		})
	})
	if errs.Is(err, errs.Conflict) { // another click or tab was faster: show what it did
		if now, rerr := read(ctx, s.d.DB, f.Owner, f.ID); rerr == nil && now.Status != Draft {
			return now, nil
		}
		return f, errs.New(errs.Conflict, "filing.changed_meanwhile").Because(err)
	}
	return f, err
}

func paymentLines(fees []catalogue.FeeLine) []payment.Line {
	out := make([]payment.Line, len(fees))
	for i, l := range fees {
		out[i] = payment.Line{
			Code: l.Code, NameFA: l.Label.FA, NameEN: l.Label.EN, BasisFA: l.Basis.FA, BasisEN: l.Basis.EN,
			Amount: l.Amount, CitationFA: l.Citation.FA, CitationEN: l.Citation.EN,
		}
	}
	return out
}

// Thaw takes a frozen filing back to a draft, to change an answer. It is
// refused once the fee is paid, and while a payment is being confirmed.
func (s *Service) Thaw(ctx context.Context, a policy.Actor, filing string) (err error) {
	defer errs.Wrap(&err, "filing.Thaw")
	f, _, err := s.Get(ctx, a, filing)
	if err != nil {
		return err
	}
	if err := s.may(a, "filing.edit", f, 0); err != nil {
		return err
	}
	if f.Status == Draft {
		return nil
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if f.Payment != "" {
			if err := s.d.Payment.VoidTx(ctx, tx, f.Owner, f.Payment); err != nil {
				return err
			}
		}
		return tx.ExecOne(ctx, updateThawed, f.Owner, f.ID, touch(tx.Now()))
	})
	if errs.Is(err, errs.Conflict) {
		return errs.New(errs.Conflict, "filing.paid_is_fixed").Because(err)
	}
	return err
}

// onPaid moves a filing on when its fee is paid. Hearing it twice is harmless:
// the second time no row waits for that payment.
func (s *Service) onPaid(ctx context.Context, e payment.Paid) error {
	if e.Purpose != "filing" {
		return nil
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, updatePaid, e.Owner, e.Subject, e.Payment, touch(tx.Now()))
	})
}

// catchUp does what onPaid will do: the person may be back from the bank before
// the event is heard.
func (s *Service) catchUp(ctx context.Context, f Filing) error {
	p, err := s.d.Payment.Of(ctx, f.Owner, f.Payment)
	if err != nil || p.State != payment.StatePaid {
		return err
	}
	return s.onPaid(ctx, payment.Paid{Payment: f.Payment, Owner: f.Owner, Subject: f.ID, Purpose: "filing"})
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"cmp"
	"context"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Quote is what a filing would cost now and where it would go.
type Quote struct {
	Fees     []catalogue.FeeLine
	Total    int64
	Paid     int64              // with the versions signed before
	Due      int64              // what is to be paid now
	Why      []authority.Reason // how the court follows from the answers
	UnitCode string
	UnitFA   string
	UnitEN   string
}

// quote computes fee and court of f as they stand today. What is mended stays
// at its court, and its fee is that of the day it was submitted on.
func (s *Service) quote(ctx context.Context, f Filing, def *catalogue.Definition) (q Quote, err error) {
	at := s.today()
	if f.mend != nil {
		at = civil.Of(f.Submitted)
	}
	q.Fees, err = def.Fees(ctx, f.Answers, at)
	if err != nil {
		return q, err
	}
	q.Total = catalogue.Total(q.Fees)
	q.Due = q.Total
	switch {
	case f.mend != nil:
		q.UnitCode = f.Unit
		if q.Paid, q.Due, err = f.shortfall(def, q.Total); err != nil {
			return q, err
		}
	case procedures[def.Kind].joins: // goes where its case is
		c, err := s.d.Docket.CaseFor(ctx, s.d.DB, f.Case)
		if err != nil {
			return q, err
		}
		q.UnitCode = c.Unit
	default:
		query, err := def.Routing(f.Answers)
		if err != nil {
			return q, err
		}
		query.At = at
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

// shortfall is what was paid with the versions before, and what is still owed:
// only where the fee was named as a defect or a sum has changed.
func (f Filing) shortfall(def *catalogue.Definition, total int64) (paid, due int64, err error) {
	before, err := f.mend.signed.parsed()
	if err != nil {
		return 0, 0, err
	}
	owes := f.mend.open[FieldFee]
	for _, pg := range def.Pages {
		for _, q := range pg.Fields {
			owes = owes || q.Type == catalogue.TypeRials && f.Answers[q.Name] != f.mend.signed.Answers[q.Name]
		}
	}
	if !owes {
		return before.Total, 0, nil
	}
	return before.Total, max(0, total-before.Total), nil
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
	if f.mend != nil {
		if changed, err := f.mended(); err != nil || (!changed && q.Due == 0) {
			return f, cmp.Or(err, conflict("filing.nothing_mended"))
		}
	}
	def, err := s.definition(ctx, f)
	if err != nil {
		return f, err
	}
	person, err := s.d.Identity.Person(ctx, f.Owner)
	if err != nil {
		return f, err
	}
	if f.Round == 0 && f.legal() == person.Class.Natural() { // begun before a company filed as itself: the record would say the wrong thing
		return f, conflict("filing.begun_otherwise")
	}
	onWord, err := s.d.Identity.OnTheirWord(ctx, person.ID)
	if err != nil {
		return f, err
	}
	if onWord { // the record would hold a name that nobody has confirmed
		return f, level.Need(policy.Actor{}, level.SignFiling, max(def.Assurance, identity.RegistryChecked))
	}
	before := f.Updated
	f.Unit, f.Status = q.UnitCode, Signable
	if q.Due > 0 {
		f.Payment, f.Status = id.New(), Payable
	}
	filer, err := s.filerParty(ctx, f, person, string(f.Standing))
	if err != nil {
		return f, err
	}
	if f.Record, f.Hash, err = build(f, filer, q); err != nil {
		return f, err
	}
	if s.may(a, "filing.sign", f, 0) == nil && !f.closedTo(def, a) { // the paper names who is going to sign
		if f.Record, f.Hash, err = s.recordFor(ctx, a, f); err != nil {
			return f, err
		}
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.filesTx(ctx, tx, a, policy.Prepare, f, def); err != nil {
			return err
		}
		err := tx.ExecOne(ctx, updateFrozen, f.Owner, f.ID, f.Status, f.Record, f.Hash, f.Payment, f.Unit, touch(tx.Now()), touch(before))
		if err != nil {
			return err
		}
		if err := s.d.Identity.RecordAccessesTx(ctx, tx, []identity.Access{{
			Subject: a.For, By: a, What: "identity.access.acting.prepared", Why: "identity.access.mandate", Object: f.ID,
		}}); err != nil {
			return err
		}
		if f.Payment == "" {
			return nil
		}
		return s.d.Payment.CreateTx(ctx, tx, payment.New{
			ID: f.Payment, Owner: f.Owner, Subject: f.ID, Purpose: PaymentPurpose, Lang: f.Lang, ReturnTo: "/filings/" + f.ID + "/sign",
			TitleFA: def.Title.FA, TitleEN: def.Title.EN, Lines: paymentLines(q),
		})
	})
	if errs.Is(err, errs.Conflict) { // another click or tab was faster: show what it did
		if now, rerr := read(ctx, s.d.DB, f.Owner, f.ID); rerr == nil && now.Status != Draft && now.Status != Halted {
			return now, nil
		}
		return f, errs.New(errs.Conflict, "filing.changed_meanwhile").Because(err)
	}
	return f, err
}

// paymentLines are the lines of the fee, or the one of what is missing.
func paymentLines(q Quote) []payment.Line {
	if q.Paid > 0 {
		r := reason("fee_missing")
		name := both(func(p *i18n.Printer) string { return p.T("filing.fees.shortfall") })
		basis := both(func(p *i18n.Printer) string {
			return p.T("filing.fees.shortfall_basis", "total", p.Money(q.Total), "paid", p.Money(q.Paid))
		})
		return []payment.Line{{
			Code: "shortfall", NameFA: name.FA, NameEN: name.EN, BasisFA: basis.FA, BasisEN: basis.EN,
			Amount: q.Due, CitationFA: r.Citation.FA, CitationEN: r.Citation.EN,
		}}
	}
	out := make([]payment.Line, len(q.Fees))
	for i, l := range q.Fees {
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
	if f.Status == Draft || f.Status == Halted {
		return nil
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.actsTx(ctx, tx, a, policy.Prepare, f); err != nil {
			return err
		}
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
	if e.Purpose != PaymentPurpose {
		return nil
	}
	owner, err := s.ownerNow(ctx, e.Owner, e.Subject)
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, updatePaid, owner, e.Subject, e.Payment, touch(tx.Now()))
	})
}

// catchUp does what onPaid will do: the person may be back from the bank before
// the event is heard.
func (s *Service) catchUp(ctx context.Context, f Filing) error {
	p, err := s.d.Payment.Of(ctx, f.Owner, f.Payment)
	if err != nil || p.State != payment.StatePaid {
		return err
	}
	return s.onPaid(ctx, payment.Paid{Payment: f.Payment, Owner: f.Owner, Subject: f.ID, Purpose: PaymentPurpose})
}

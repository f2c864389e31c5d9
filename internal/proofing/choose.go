// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// purpose names our payments to the payment module.
const purpose = "proofing"

// payers are the capacities in which somebody pays for himself.
var payers = []policy.Role{policy.Citizen, policy.Lawyer}

// mayOrder refuses whoever acts for others or has nothing to gain: a proof is of
// the person who sits at the screen, and so is its payment.
func mayOrder(a policy.Actor, p identity.Person) error {
	switch {
	case a.For != "" || !slices.Contains(payers, a.Role):
		return errs.New(errs.Conflict, "proofing.video.as_yourself")
	case !p.Class.Natural():
		return errs.New(errs.Conflict, "proofing.video.not_for_you")
	case p.Assurance >= identity.SeenRemotely:
		return errs.New(errs.Conflict, "proofing.video.not_needed")
	}
	return nil
}

// Choose orders proofing by a broker and returns the order: one that is paid and
// has attempts left comes first, whichever broker was chosen. back is where the
// person wants to go on afterwards, sealed. errs.Conflict, code proofing.video.…;
// errs.Invalid: there is no such broker.
func (s *Service) Choose(ctx context.Context, a policy.Actor, broker string, lang i18n.Lang, back string) (_ Order, err error) {
	defer errs.Wrap(&err, "proofing.Choose")
	p, err := s.d.Identity.Person(ctx, a.Person)
	if err != nil {
		return Order{}, err
	}
	if err := mayOrder(a, p); err != nil {
		return Order{}, err
	}
	if onWord, err := s.d.Identity.OnTheirWord(ctx, p.ID); err != nil || onWord {
		if err == nil { // nobody has said yet whom the broker should see
			err = errs.New(errs.Conflict, "identity.provisional.unconfirmed")
		}
		return Order{}, err
	}
	list, _, err := s.Brokers(ctx)
	if err != nil {
		return Order{}, err
	}
	i := slices.IndexFunc(list, func(b Broker) bool { return b.ID == broker })
	if i < 0 {
		return Order{}, errs.InvalidFields([]errs.Field{{Name: "broker", Code: "proofing.video.which"}})
	}
	var o Order
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		// A row of this person's own is the lock: two presses at once make one order.
		if err := tx.Exec(ctx, takeTurn, p.ID, store.At(tx.Now()), store.At(tx.Now())); err != nil {
			return err
		}
		rows, err := store.All[orderRow](ctx, tx, selectUnder, p.ID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			switch {
			case r.State == Ready, r.Broker == list[i].ID && r.Price == list[i].Price:
				o = r.order()
				o.Return = back
				return tx.Exec(ctx, updateBack, o.Owner, o.ID, back)
			case s.d.Payment.VoidTx(ctx, tx, r.Owner, r.Payment) == nil:
				if err := tx.Exec(ctx, updateVoid, r.Owner, r.ID, store.At(tx.Now())); err != nil {
					return err
				}
			default: // it is being paid just now
				o = r.order()
				return nil
			}
		}
		o, err = s.orderTx(ctx, tx, p, list[i], lang, back)
		return err
	})
	return o, err
}

func (s *Service) orderTx(ctx context.Context, tx *store.Tx, p identity.Person, b Broker, lang i18n.Lang, back string) (Order, error) {
	r := orderRow{
		Owner: p.ID, ID: id.New(), Broker: b.ID, NameFA: b.NameFA, NameEN: b.NameEN, Price: b.Price, State: Ready, Lang: lang, Back: back,
		Created: store.At(tx.Now()),
	}
	if b.Price > 0 {
		r.State, r.Payment = Unpaid, id.New()
		fa, en := s.d.Catalog.Printer(i18n.FA), s.d.Catalog.Printer(i18n.EN)
		day := civil.Of(b.Since)
		err := s.d.Payment.CreateTx(ctx, tx, payment.New{
			ID: r.Payment, Owner: p.ID, Subject: r.ID, Purpose: purpose, Lang: lang, ReturnTo: pathVideo + "/" + r.ID,
			TitleFA: fa.T("proofing.pay.title"), TitleEN: en.T("proofing.pay.title"),
			Lines: []payment.Line{{
				Code: "proofing_video", Amount: b.Price, NameFA: fa.T("proofing.pay.line", "broker", b.NameFA), NameEN: en.T("proofing.pay.line", "broker", b.NameEN),
				BasisFA: fa.T("proofing.pay.basis", "n", Attempts), BasisEN: en.T("proofing.pay.basis", "n", Attempts),
				CitationFA: fa.T("proofing.pay.since", "day", fa.Day(day)), CitationEN: en.T("proofing.pay.since", "day", en.Day(day)),
			}},
		})
		if err != nil {
			return Order{}, err
		}
	}
	return r.order(), store.Insert(ctx, tx, "proofing_order", r)
}

// onPaid makes an order ready. Hearing it twice is harmless.
func (s *Service) onPaid(ctx context.Context, e payment.Paid) error {
	if e.Purpose != purpose {
		return nil
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		kin, err := s.d.Identity.Kin(ctx, tx, e.Owner) // the order may have followed a merge
		if err != nil {
			return err
		}
		return tx.Exec(ctx, updatePaid, kin, e.Subject, e.Payment)
	})
}

// Order returns an order of the actor's own with its last attempt, after asking
// whether it was paid meanwhile.
func (s *Service) Order(ctx context.Context, a policy.Actor, order string) (o Order, last Try, err error) {
	defer errs.Wrap(&err, "proofing.Order")
	if o, err = loadOrder(ctx, s.d.DB, a.Person, order); err != nil {
		return o, last, err
	}
	if o.State == Unpaid {
		p, err := s.d.Payment.Of(ctx, o.Owner, o.Payment)
		if err != nil {
			return o, last, err
		}
		if p.State == payment.StatePaid { // back from the bank before the event was heard
			if err := s.onPaid(ctx, payment.Paid{Payment: o.Payment, Owner: o.Owner, Subject: o.ID, Purpose: purpose}); err != nil {
				return o, last, err
			}
			if o, err = loadOrder(ctx, s.d.DB, a.Person, order); err != nil {
				return o, last, err
			}
		}
	}
	last, _, err = loadTry(ctx, s.d.DB, o.Owner, o.ID, o.tries)
	return o, last, err
}

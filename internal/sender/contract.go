// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// State is how far a contract has come; part of locale keys.
type State string

// The states: applied → approved ⇄ suspended → ended, or refused.
const (
	Applied   State = "applied"
	Approved  State = "approved"
	Refused   State = "refused"
	Suspended State = "suspended"
	Ended     State = "ended"
)

// Contract is what a body may send, and until when.
type Contract struct {
	Body, ID         string
	TitleFA, TitleEN string // the body's name
	Code             string // of the body
	Number           string
	Basis            string // code of a Basis
	Why              string // its own law, in words
	Contact, Phone   string // of the body's office for this
	Kinds            []string
	Volume           int64 // a day, as the body expects
	State            State
	Applied, Decided time.Time
	Reason           string // of the centre
	From, Until      civil.Day
	Quota            Quota
	Version          int64
}

// Title is what the body is called.
func (c Contract) Title(l i18n.Lang) string { return notice.Text{FA: c.TitleFA, EN: c.TitleEN}.In(l) }

// Holds tells whether the body may send on a day.
func (c Contract) Holds(day civil.Day) bool {
	return c.State == Approved && c.From <= day && day <= c.Until
}

// allows tells whether notices may be sent on a day, or tests.
func (c Contract) allows(test bool, day civil.Day) bool {
	if test {
		return c.State != Refused && c.State != Ended
	}
	return c.Holds(day)
}

type contractRow struct {
	Body      string     `db:"body"`
	ID        string     `db:"id"`
	TitleFA   string     `db:"title_fa"`
	TitleEN   string     `db:"title_en"`
	Code      string     `db:"code"`
	Number    string     `db:"number"`
	Basis     string     `db:"basis"`
	Why       string     `db:"why"`
	Contact   string     `db:"contact"`
	Phone     string     `db:"phone"`
	Kinds     string     `db:"kinds"`
	Volume    int64      `db:"volume"`
	State     State      `db:"state"`
	AppliedBy string     `db:"applied_by"`
	Applied   store.Time `db:"applied_us"`
	DecidedBy string     `db:"decided_by"`
	Decided   store.Time `db:"decided_us"`
	Reason    string     `db:"reason"`
	From      civil.Day  `db:"from_day"`
	Until     civil.Day  `db:"until_day"`
	PerDay    int64      `db:"per_day"`
	PerMonth  int64      `db:"per_month"`
	PerSecond int64      `db:"per_second"`
	Version   int64      `db:"version"`
	Evidence  string     `db:"evidence"`
}

func (r contractRow) contract() Contract {
	return Contract{
		Body: r.Body, ID: r.ID, TitleFA: r.TitleFA, TitleEN: r.TitleEN, Code: r.Code, Number: r.Number, Basis: r.Basis, Why: r.Why, Contact: r.Contact,
		Phone: r.Phone, Kinds: strings.Fields(r.Kinds), Volume: r.Volume, State: r.State, Applied: r.Applied.Time, Decided: r.Decided.Time, Reason: r.Reason,
		From: r.From, Until: r.Until, Quota: Quota{Day: r.PerDay, Month: r.PerMonth, Second: r.PerSecond}, Version: r.Version,
	}
}

const (
	contractColumns = `body, id, title_fa, title_en, code, number, basis, why, contact, phone, kinds, volume, state, applied_by, applied_us, decided_by, decided_us,
		reason, from_day, until_day, per_day, per_month, per_second, version, evidence`
	sqlContract  = `SELECT ` + contractColumns + ` FROM sender_contract WHERE body = $1 AND id = $2`
	sqlLatest    = `SELECT ` + contractColumns + ` FROM sender_contract WHERE body = $1 ORDER BY applied_us DESC, id DESC LIMIT 1`
	sqlContracts = `SELECT ` + contractColumns + ` FROM sender_contract ORDER BY CASE state WHEN 'applied' THEN 0 ELSE 1 END, applied_us DESC LIMIT 500`
	sqlDecide    = `UPDATE sender_contract SET state = $4, decided_by = $5, decided_us = $6, reason = $7, from_day = $8, until_day = $9,
		per_day = $10, per_month = $11, per_second = $12, evidence = $13, version = version + 1 WHERE body = $1 AND id = $2 AND version = $3`
)

// Application is what a body applies with.
type Application struct {
	Number, Basis, Why, Contact, Phone string
	Kinds                              []string
	Volume                             int64
}

// Apply asks the centre for a contract. errs.Invalid names the fields; errs.Conflict,
// code sender.applied_before: there is one that is not over.
func (s *Service) Apply(ctx context.Context, a policy.Actor, n Application) (_ Contract, err error) {
	defer errs.Wrap(&err, "sender.Apply")
	if err := s.manages(a); err != nil {
		return Contract{}, err
	}
	who, err := s.d.Identity.Person(ctx, a.For)
	if err != nil {
		return Contract{}, err
	}
	if who.Class != identity.Body {
		return Contract{}, errs.New(errs.Forbidden, "sender.not_body")
	}
	var bad []errs.Field
	for _, f := range []struct {
		name string
		text *string
		max  int
	}{{"number", &n.Number, 60}, {"why", &n.Why, 1000}, {"contact", &n.Contact, 120}, {"phone", &n.Phone, 30}} {
		*f.text = persian.Store(*f.text)
		switch size := utf8.RuneCountInString(*f.text); {
		case size == 0:
			wrong(&bad, f.name, "form.required")
		case size > f.max:
			wrong(&bad, f.name, "form.too_long", "max", f.max)
		}
	}
	if _, ok := s.rules.Basis(n.Basis); !ok {
		wrong(&bad, "basis", "form.choose")
	}
	if len(n.Kinds) == 0 || slices.ContainsFunc(n.Kinds, func(k string) bool { return !slices.Contains(notice.BodyKinds(), k) }) {
		wrong(&bad, "kinds", "sender.wrong.kinds")
	}
	if n.Volume < 1 || n.Volume > 10_000_000 {
		wrong(&bad, "volume", "form.range", "low", 1, "high", 10_000_000)
	}
	if err := errs.InvalidFields(bad); err != nil {
		return Contract{}, err
	}
	row := contractRow{
		Body: a.For, ID: id.New(), TitleFA: who.Name(), TitleEN: who.Name(), Number: n.Number, Basis: n.Basis, Why: n.Why, Contact: n.Contact, Phone: n.Phone,
		Kinds: strings.Join(slices.Compact(slices.Sorted(slices.Values(n.Kinds))), " "), Volume: n.Volume, State: Applied, AppliedBy: a.Person, Version: 1,
	}
	list, err := s.d.Identity.Identifiers(ctx, a.For)
	if err != nil {
		return Contract{}, err
	}
	for _, i := range list {
		if i.Kind == identity.BodyCode {
			row.Code = i.Value
		}
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		row.Applied = store.At(tx.Now())
		old, found, err := store.Find[contractRow](ctx, tx, sqlLatest, a.For)
		if err != nil {
			return err
		}
		if found && (old.State == Applied || old.State == Approved || old.State == Suspended) {
			return errs.New(errs.Conflict, "sender.applied_before")
		}
		if row.Evidence, err = s.stage(ctx, tx, "sender.applied", a.For, row.ID, a, map[string]any{
			"contract": row.ID, "number": row.Number, "basis": row.Basis, "kinds": row.Kinds, "volume": row.Volume,
		}); err != nil {
			return err
		}
		return store.Insert(ctx, tx, "sender_contract", row)
	})
	return row.contract(), err
}

// Decision is what the centre says of a contract.
type Decision struct {
	State       State // Approved, Refused, Suspended or Ended
	Reason      string
	From, Until civil.Day // of an approval
	Quota       Quota
	Version     int64 // of the contract that was looked at
}

// may lists what may follow a state.
var may = map[State][]State{
	Applied: {Approved, Refused}, Approved: {Approved, Suspended, Ended}, Suspended: {Approved, Ended},
}

// Decide approves or refuses an application, gives a contract other days or quotas,
// suspends it, lets it go on or ends it. errs.Conflict: it has moved on.
func (s *Service) Decide(ctx context.Context, a policy.Actor, body, contract string, n Decision) (_ Contract, err error) {
	defer errs.Wrap(&err, "sender.Decide")
	if err := s.d.Policy.Check(a, "sender.decide", resource(body)); err != nil {
		return Contract{}, err
	}
	n.Reason = persian.Store(n.Reason)
	var bad []errs.Field
	if size := utf8.RuneCountInString(n.Reason); size == 0 {
		wrong(&bad, "reason", "sender.wrong.reason")
	} else if size > 1000 {
		wrong(&bad, "reason", "form.too_long", "max", 1000)
	}
	if n.State == Approved {
		if n.From == 0 {
			wrong(&bad, "from", "form.required")
		}
		if n.Until < n.From || n.Until > n.From.Add(5*366) {
			wrong(&bad, "until", "sender.wrong.until")
		}
		for _, q := range []struct {
			name string
			n    int64
		}{{"per_day", n.Quota.Day}, {"per_month", n.Quota.Month}, {"per_second", n.Quota.Second}} {
			if q.n < 1 || q.n > 10_000_000 {
				wrong(&bad, q.name, "form.range", "low", 1, "high", 10_000_000)
			}
		}
	}
	if err := errs.InvalidFields(bad); err != nil {
		return Contract{}, err
	}
	var out contractRow
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		row, found, err := store.Find[contractRow](ctx, tx, sqlContract, body, contract)
		if err != nil {
			return err
		}
		if !found {
			return errs.New(errs.NotFound, "")
		}
		if row.Version != n.Version || !slices.Contains(may[row.State], n.State) {
			return errs.New(errs.Conflict, "sender.moved_on")
		}
		if n.State != Approved {
			n.From, n.Until, n.Quota = row.From, row.Until, Quota{Day: row.PerDay, Month: row.PerMonth, Second: row.PerSecond}
		}
		evidence, err := s.stage(ctx, tx, "sender.decided", body, contract, a, map[string]any{
			"contract": contract, "state": string(n.State), "reason": n.Reason, "from": n.From.String(), "until": n.Until.String(),
			"per_day": n.Quota.Day, "per_month": n.Quota.Month, "per_second": n.Quota.Second,
		})
		if err != nil {
			return err
		}
		changed, err := tx.ExecN(ctx, sqlDecide, body, contract, n.Version, n.State, a.Person, store.At(tx.Now()), n.Reason, n.From, n.Until,
			n.Quota.Day, n.Quota.Month, n.Quota.Second, evidence)
		if err != nil {
			return err
		}
		if changed == 0 {
			return errs.New(errs.Conflict, "sender.moved_on")
		}
		if out, err = store.One[contractRow](ctx, tx, sqlContract, body, contract); err != nil {
			return err
		}
		return s.batchesFollow(ctx, tx, a, out.contract())
	})
	return out.contract(), err
}

// Contracts lists all contracts for the centre, applications first.
func (s *Service) Contracts(ctx context.Context, a policy.Actor) (_ []Contract, err error) {
	defer errs.Wrap(&err, "sender.Contracts")
	if err := s.d.Policy.Check(a, "sender.look", resource("")); err != nil {
		return nil, err
	}
	rows, err := store.All[contractRow](ctx, s.d.DB, sqlContracts)
	out := make([]Contract, len(rows))
	for i, r := range rows {
		out[i] = r.contract()
	}
	return out, err
}

// Contract is one of them.
func (s *Service) Contract(ctx context.Context, a policy.Actor, body, contract string) (_ Contract, err error) {
	defer errs.Wrap(&err, "sender.Contract")
	if err := s.d.Policy.Check(a, "sender.look", resource(body)); err != nil {
		return Contract{}, err
	}
	row, found, err := store.Find[contractRow](ctx, s.d.DB, sqlContract, body, contract)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "")
	}
	return row.contract(), err
}

// Own is the newest contract of the body for which somebody acts; found is false if
// it has never applied.
func (s *Service) Own(ctx context.Context, a policy.Actor) (_ Contract, found bool, err error) {
	defer errs.Wrap(&err, "sender.Own")
	if err := s.sees(a); err != nil {
		return Contract{}, false, err
	}
	row, found, err := store.Find[contractRow](ctx, s.d.DB, sqlLatest, a.For)
	return row.contract(), found, err
}

// Manages tells whether somebody may act as a sender, for pages.
func (s *Service) Manages(a policy.Actor) bool { return s.manages(a) == nil }

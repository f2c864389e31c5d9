// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// leastReason is how long a written reason is, in characters.
const leastReason = 15

// Look shows an operator the details of an account. Within minutes after the
// client told this operator a code it needs nothing more. Otherwise it needs a
// written reason, and is flagged: the manager and the inspector find it in the
// report, and the person reads the reason in their list of who looked.
// errs.Invalid: field number (no such account) or reason.
func (s *Service) Look(ctx context.Context, a policy.Actor, name, reason string) (_ identity.Person, flagged bool, err error) {
	defer errs.Wrap(&err, "office.Look")
	if err := s.mayServe(ctx, a); err != nil {
		return identity.Person{}, false, err
	}
	p, found, err := s.d.Identity.FindByName(ctx, name)
	if err != nil {
		return identity.Person{}, false, err
	}
	now := s.d.Clock.Now()
	since := now.Add(-time.Duration(s.d.ConsentMinutes) * time.Minute)
	agreed, err := store.One[int64](ctx, s.d.DB, sqlAgreed, a.Unit, p.ID, a.Person, store.At(since))
	if err != nil {
		return identity.Person{}, false, err
	}
	reason, flagged = persian.Store(reason), !found || agreed == 0
	if flagged && utf8.RuneCountInString(reason) < leastReason { // before it is told whether there is an account
		return identity.Person{}, false, errs.InvalidFields([]errs.Field{{Name: "reason", Code: "office.look_reason", Args: []any{"min", leastReason}}})
	}
	if !found {
		return identity.Person{}, false, invalid("number", "office.no_account")
	}
	look := lookRow{Office: a.Unit, ID: id.New(), Operator: a.Person, Person: p.ID, Flagged: flagged, At: store.At(now)}
	why := "office.access.present"
	if flagged {
		look.Reason, why = reason, reason
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		if err := store.Insert(ctx, tx, "office_look", look); err != nil {
			return err
		}
		return s.d.Identity.RecordAccessesTx(ctx, tx, []identity.Access{{Subject: p.ID, By: a, What: "office.access.look", Why: why, Object: look.ID}})
	})
	return p, flagged, err
}

// Tally is what one operator did in a span of time.
type Tally struct {
	Operator, Name                      string
	Registered, Raised, Vouched, OnSlip int
	Looks, Flagged                      int
}

// Flag is a look that had no fresh consent.
type Flag struct {
	At           time.Time
	Name, Reason string // of the operator
}

// mostFlags is how many flagged looks a report lists.
const mostFlags = 100

// Report counts what each operator of an office did since a time, and lists the
// newest flagged looks.
func (s *Service) Report(ctx context.Context, a policy.Actor, o Office, since time.Time) (_ []Tally, _ []Flag, err error) {
	defer errs.Wrap(&err, "office.Report")
	if err := s.may(a, "office.report", o, ""); err != nil {
		return nil, nil, err
	}
	posts, err := s.d.Identity.PostsAt(ctx, s.d.DB, o.Code)
	if err != nil {
		return nil, nil, err
	}
	var order []string
	by := map[string]*Tally{}
	at := func(person string) *Tally {
		if by[person] == nil {
			by[person], order = &Tally{Operator: person}, append(order, person)
		}
		return by[person]
	}
	for _, p := range posts {
		at(p.Person).Name = p.Name
	}
	visits, err := store.All[visitTally](ctx, s.d.DB, sqlVisitTallies, o.Code, store.At(since))
	if err != nil {
		return nil, nil, err
	}
	for _, v := range visits {
		t := at(v.Operator)
		switch v.Kind {
		case ToRegister:
			t.Registered += int(v.N)
		case ToRaise, ToRecover:
			t.Raised += int(v.N)
		case ToVouch:
			t.Vouched += int(v.N)
		}
		if v.Consent == OnSlip {
			t.OnSlip += int(v.N)
		}
	}
	looks, err := store.All[lookTally](ctx, s.d.DB, sqlLookTallies, o.Code, store.At(since))
	if err != nil {
		return nil, nil, err
	}
	for _, l := range looks {
		t := at(l.Operator)
		if t.Looks += int(l.N); l.Flagged {
			t.Flagged += int(l.N)
		}
	}
	out := make([]Tally, len(order))
	for i, person := range order {
		out[i] = *by[person]
	}
	rows, err := store.All[lookRow](ctx, s.d.DB, sqlFlags, o.Code, store.At(since), mostFlags)
	flags := make([]Flag, len(rows))
	for i, r := range rows {
		flags[i] = Flag{At: r.At.Time, Name: at(r.Operator).Name, Reason: r.Reason}
	}
	return out, flags, err
}

// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// RuleBook is the rules of a body as who manages it sees them.
type RuleBook struct {
	Rules
	Units     body.Units
	Provinces []authority.Province
	Versions  []Rules // the newest first
	Most      int
}

const shownVersions = 50

// Rules reads the rules of the body that the actor manages.
func (s *Service) Rules(ctx context.Context, a policy.Actor) (out RuleBook, err error) {
	defer errs.Wrap(&err, "desk.Rules")
	if err := s.manages(a); err != nil {
		return out, err
	}
	if out.Units, err = s.d.Body.Units(ctx, s.d.DB, a.For); err != nil {
		return out, err
	}
	out.Provinces = authority.Provinces()
	rows, err := store.All[rulesRow](ctx, s.d.DB, sqlRules, a.For, shownVersions)
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		v, err := r.rules()
		if err != nil {
			return out, err
		}
		out.Versions = append(out.Versions, v)
	}
	if len(out.Versions) > 0 {
		out.Rules = out.Versions[0]
	}
	out.Most = s.limits.Rules
	return out, nil
}

// tidy brings a rule into the form in which it is kept.
func (r Rule) tidy() Rule {
	r.Court, r.Case = persian.Digits(strings.TrimSpace(r.Court)), strings.ReplaceAll(persian.Digits(strings.TrimSpace(r.Case)), " ", "")
	var groups []string
	for _, g := range notice.Groups() {
		if slices.Contains(r.Groups, g) {
			groups = append(groups, g)
		}
	}
	if len(groups) == len(r.Groups) { // an unknown one is told
		r.Groups = groups
	}
	return r
}

const maxCourt, maxCase = 40, 30

// wrong says what is wrong with a rule.
func (r Rule) wrong(units body.Units) (fields []errs.Field) {
	fail := func(name, code string) { fields = append(fields, errs.Field{Name: name, Code: code}) }
	if r.empty() {
		fail("groups", "desk.wrong.empty")
	}
	if slices.ContainsFunc(r.Groups, func(g string) bool { return !slices.Contains(notice.Groups(), g) }) {
		fail("groups", "desk.wrong.groups")
	}
	if r.Province != "" && !slices.ContainsFunc(authority.Provinces(), func(p authority.Province) bool { return p.Key == r.Province }) {
		fail("province", "desk.wrong.province")
	}
	if len(r.Court) > maxCourt || strings.ContainsAny(r.Court, " \t\n") {
		fail("court", "desk.wrong.court")
	}
	if len(r.Case) > maxCase || strings.Trim(r.Case, "0123456789") != "" {
		fail("case", "desk.wrong.case")
	}
	if !units.Stands(r.Unit) {
		fail("unit", "desk.wrong.unit")
	}
	return fields
}

// check brings rules into the form in which they are kept, or says what is wrong.
func (s *Service) check(n Rules, units body.Units) (Rules, error) {
	list := make([]Rule, len(n.List))
	for i, r := range n.List {
		list[i] = r.tidy()
		if fields := list[i].wrong(units); len(fields) > 0 {
			return n, errs.InvalidFields(fields)
		}
	}
	if len(list) > s.limits.Rules {
		return n, errs.InvalidFields([]errs.Field{{Name: "groups", Code: "desk.wrong.many", Args: []any{"max", s.limits.Rules}}})
	}
	if n.Top != "" && !units.Stands(n.Top) {
		return n, errs.InvalidFields([]errs.Field{{Name: "top", Code: "desk.wrong.unit"}})
	}
	n.List = list
	return n, nil
}

// SetRules writes the whole list of rules anew. n.Version is the version that the actor
// has seen: errs.Conflict, code desk.rules_changed, if there is a newer one. They hold
// at once for what arrives from now on; a body's first rules also for what it has.
func (s *Service) SetRules(ctx context.Context, a policy.Actor, n Rules) (version int64, err error) {
	defer errs.Wrap(&err, "desk.SetRules")
	if err := s.manages(a); err != nil {
		return 0, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if _, err := s.d.Identity.LockTx(ctx, tx, a.For); err != nil { // no unit ends meanwhile, and nobody else writes rules
			return err
		}
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		units, err := s.d.Body.Units(ctx, tx, a.For)
		if err != nil {
			return err
		}
		now, err := s.newest(ctx, tx, a.For)
		if err != nil {
			return err
		}
		if now.Version != n.Version {
			return errs.New(errs.Conflict, "desk.rules_changed")
		}
		n, err := s.check(n, units)
		if err != nil {
			return err
		}
		text, err := json.Marshal(n.List)
		if err != nil {
			return err
		}
		version = now.Version + 1
		content, err := ledger.Canonical(map[string]any{"version": version, "top": n.Top, "rules": n.List})
		if err != nil {
			return err
		}
		evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "desk.rules_set", Owner: a.For, Subject: a.For, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For, Content: content,
		})
		if err != nil {
			return err
		}
		if err := store.Insert(ctx, tx, "notice_desk_rules", rulesRow{
			Body: a.For, Version: version, Top: n.Top, Rules: string(text), By: a.Person, At: store.At(tx.Now()), Evidence: evidence,
		}); err != nil {
			return err
		}
		if version > 1 {
			return nil
		}
		return s.d.Jobs.EnqueueTx(ctx, tx, jobCatchUp, catchUpJob{Body: a.For})
	})
	return version, err
}

// Forecast is where one of the last notices would go by some rules.
type Forecast struct {
	Item
	To string // unit; "" is the top
	By int64  // which rule, from 1; 0: none
}

// Preview says where the last notices of the body would go by rules that do not hold
// yet. Nothing is changed.
func (s *Service) Preview(ctx context.Context, a policy.Actor, n Rules) (out []Forecast, err error) {
	defer errs.Wrap(&err, "desk.Preview")
	book, err := s.Rules(ctx, a)
	if err != nil {
		return nil, err
	}
	if n, err = s.check(n, book.Units); err != nil {
		return nil, err
	}
	rows, err := store.All[itemRow](ctx, s.d.DB, sqlLast, a.For, s.limits.Preview)
	if err != nil {
		return nil, err
	}
	list := make([]Item, len(rows))
	for i, r := range rows {
		list[i] = r.item()
	}
	if list, err = s.fill(ctx, a, list); err != nil {
		return nil, err
	}
	for _, i := range list {
		f := Forecast{Item: i}
		f.To, f.By = n.unit(i, book.Units.Stands)
		out = append(out, f)
	}
	return out, s.d.Identity.RecordActing(ctx, a, "inbox", "")
}

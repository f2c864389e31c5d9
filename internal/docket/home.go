// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Limits of an address, in characters.
const (
	leastHome = 10
	mostHome  = 500
)

// Home is an address within the country to which papers are taken.
type Home struct{ Address, Province, County string }

// HomeIn is the address that an open case has of somebody.
type HomeIn struct {
	Case     string `db:"case_id"`
	Number   string `db:"number"`
	TitleFA  string `db:"title_fa"`
	TitleEN  string `db:"title_en"`
	Party    string `db:"party"`
	Side     string `db:"side"`
	Name     string `db:"name"`
	Code     string `db:"national_code"`
	Entity   string `db:"entity_id"`
	Address  string `db:"address"`
	Province string `db:"province"`
	County   string `db:"county"`
}

const (
	sqlHomes = `SELECT p.case_id, c.number, c.title_fa, c.title_en, p.id AS party, p.side, p.name, p.national_code, p.entity_id, p.address, p.province, p.county
		FROM docket_of_person o JOIN docket_party p ON p.case_id = o.case_id AND p.person = o.person JOIN docket_case c ON c.id = o.case_id
		WHERE o.person = $1 AND NOT o.as_lawyer AND p.joined_us > 0 AND c.state <> 'closed' ORDER BY o.opened_us DESC, p.case_id, p.id`
	sqlSetHome = `UPDATE docket_party SET address = $3, province = $4, county = $5, abroad = FALSE WHERE case_id = $1 AND id = $2`
)

func (s *Service) mayMoveHome(ctx context.Context, q store.Querier, a policy.Actor) error {
	err := s.d.Policy.Check(a, "docket.move_home", policy.Resource{Type: "Account", ID: a.Owner(), Attrs: map[string]any{"owner": a.Owner()}})
	if err != nil {
		return err
	}
	if _, hidden, err := s.d.Shelter.Of(ctx, q, a.Owner()); err != nil || !hidden {
		return err
	}
	return errs.New(errs.Conflict, "docket.home.hidden")
}

// Homes lists the open cases of the actor's account with the address that each
// has. errs.Conflict, code docket.home.hidden: the address is hidden, and is
// changed where that was done.
func (s *Service) Homes(ctx context.Context, a policy.Actor) (_ []HomeIn, err error) {
	defer errs.Wrap(&err, "docket.Homes")
	if err := s.mayMoveHome(ctx, s.d.DB, a); err != nil {
		return nil, err
	}
	return store.All[HomeIn](ctx, s.d.DB, sqlHomes, a.Owner())
}

// MoveHome gives every open case of the actor's account a new address, and the
// papers that are on their way with it, in one transaction. In each case it is
// evidence, and the timeline tells that the address was changed, not to what. Until
// then service at the former address holds (Civil Procedure Code, articles 79 and
// 80; mem). It returns in how many cases something was changed.
func (s *Service) MoveHome(ctx context.Context, a policy.Actor, to Home) (changed int, err error) {
	defer errs.Wrap(&err, "docket.MoveHome")
	to.Address = persian.Store(strings.TrimSpace(to.Address))
	if err := s.checkHome(ctx, to); err != nil {
		return 0, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		changed = 0
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		if err := s.mayMoveHome(ctx, tx, a); err != nil {
			return err
		}
		list, err := store.All[HomeIn](ctx, tx, sqlHomes, a.Owner())
		if err != nil {
			return err
		}
		for _, h := range list {
			if (Home{h.Address, h.Province, h.County}) == to {
				continue
			}
			if err := s.moveHomeTx(ctx, tx, a, h, to); err != nil {
				return err
			}
			changed++
		}
		return nil
	})
	return changed, err
}

func (s *Service) checkHome(ctx context.Context, to Home) error {
	var f []errs.Field
	list, err := s.d.Authority.Counties(ctx, to.Province)
	if err != nil {
		return err
	}
	if to.Province == "" || !slices.ContainsFunc(list, func(c authority.County) bool { return c.Key == to.County }) {
		f = append(f, errs.Field{Name: "county", Code: "docket.home.wrong_county"})
	}
	if n := utf8.RuneCountInString(to.Address); n < leastHome || n > mostHome {
		f = append(f, errs.Field{Name: "address", Code: "docket.home.wrong_address", Args: []any{"min", leastHome, "max", mostHome}})
	}
	return errs.InvalidFields(f)
}

func (s *Service) moveHomeTx(ctx context.Context, tx *store.Tx, a policy.Actor, h HomeIn, to Home) error {
	if err := tx.ExecOne(ctx, sqlSetHome, h.Case, h.Party, to.Address, to.Province, to.County); err != nil {
		return err
	}
	content, err := ledger.Canonical(map[string]any{
		"format": "tarazu-address-1", "case_number": h.Number, "party": h.Party, "address": to.Address, "province": to.Province, "county": to.County,
	})
	if err != nil {
		return err
	}
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.address_changed", Owner: h.Case, Subject: h.Party, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For,
		Content: content, Rule: "cpc-79", Members: map[string]string{"case": h.Number},
	})
	if err != nil {
		return err
	}
	if s.d.Moved != nil {
		if err := s.d.Moved(ctx, tx, h, to); err != nil {
			return err
		}
	}
	return s.AddEntryTx(ctx, tx, Entry{
		Case: h.Case, Kind: "docket.address_changed", Sides: []string{Plaintiff, Defendant}, By: a, Subject: h.Party, Evidence: evidence,
		Key: "docket.address_changed:" + evidence, Members: map[string]string{"name": h.Name},
	})
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// submission is all that submitTx needs, read before the transaction so that
// the transaction is short.
type submission struct {
	actor    policy.Actor
	filing   Filing
	def      *catalogue.Definition
	filer    identity.Person
	unit     authority.Unit
	tracking string
	parties  []docket.Party // of a petition
}

func (s *Service) prepare(ctx context.Context, a policy.Actor, f Filing, def *catalogue.Definition) (submission, error) {
	sub := submission{actor: a, filing: f, def: def, tracking: newTracking()}
	var err error
	if sub.filer, err = s.d.Identity.Person(ctx, f.Owner); err != nil {
		return sub, err
	}
	if sub.unit, err = s.d.Authority.Unit(ctx, f.Unit); err != nil {
		return sub, err
	}
	if procedures[def.Kind].opens == "" {
		return sub, nil
	}
	if sub.parties, err = s.parties(ctx, sub); err != nil {
		return sub, err
	}
	return sub, s.d.Docket.Ready(ctx, sub.unit.Code)
}

// parties are the persons whom the answers name. The plaintiff is the filer;
// whoever else has an account is found by national code: only then can he be
// served electronically.
func (s *Service) parties(ctx context.Context, sub submission) ([]docket.Party, error) {
	named, err := sub.def.Parties(sub.filing.Answers)
	if err != nil {
		return nil, err
	}
	var out []docket.Party
	for _, n := range named {
		p := docket.Party{
			Side: n.Side, Kind: n.Kind, NationalCode: n.NationalCode, EntityID: n.EntityID, Name: n.Name(),
			Address: n.Address, Province: n.Province, County: n.County, Abroad: n.Abroad, UnknownAddress: n.UnknownAddress,
		}
		if n.Side == docket.Plaintiff {
			if p, err = sub.plaintiff(p); err != nil {
				return nil, err
			}
		} else if n.NationalCode != "" {
			who, found, err := s.d.Identity.FindByNationalCode(ctx, s.d.DB, n.NationalCode)
			if err != nil {
				return nil, err
			}
			if found {
				p.Person = who.ID
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// plaintiff is the filer as a party of the case, with who signed for him.
func (sub submission) plaintiff(p docket.Party) (docket.Party, error) {
	p.Person, p.NationalCode, p.Name = sub.filer.ID, sub.filer.NationalCode, sub.filer.Name()
	r, err := sub.filing.parsed()
	if err != nil {
		return p, err
	}
	if r.Filer.Kind == catalogue.Entity {
		p.Kind, p.NationalCode, p.EntityID, p.Name = docket.EntityParty, "", r.Filer.EntityID, r.Filer.LastName
	}
	if r.Agent != nil {
		p.Agent, p.AgentFA, p.AgentEN, p.AgentPerson = r.Agent.Name(), r.Agent.TitleFA, r.Agent.TitleEN, sub.actor.Person
	}
	return p, nil
}

// submitTx is the act: everything or nothing. The receipt date is the date of
// the suit (CPC 49).
func (s *Service) submitTx(ctx context.Context, tx *store.Tx, sub submission) error {
	f := sub.filing
	if err := s.filesTx(ctx, tx, sub.actor, policy.Sign, f, sub.def); err != nil {
		return err
	}
	if err := s.d.Identity.KnownTx(ctx, tx, sub.actor, level.SignFiling, sub.def.Assurance); err != nil {
		return err
	}
	if err := s.d.Identity.UseCodeTx(ctx, tx, f.Code); err != nil {
		return err
	}
	if err := s.d.Identity.RecordAccessesTx(ctx, tx, []identity.Access{{
		Subject: sub.actor.For, By: sub.actor, What: "identity.access.acting.signed", Why: "identity.access.mandate", Object: f.ID,
	}}); err != nil {
		return err
	}
	number, p := "", procedures[sub.def.Kind]
	switch {
	case p.joins:
		c, err := s.d.Docket.CaseFor(ctx, tx, f.Case)
		if err != nil {
			return err
		}
		number = c.Number
	case p.opens != "":
		c, err := s.d.Docket.OpenTx(ctx, tx, docket.NewCase{
			Kind: p.opens, Unit: sub.unit.Code, Province: sub.unit.Province, TitleFA: sub.def.Title.FA, TitleEN: sub.def.Title.EN,
			Filing: f.ID, Parties: sub.parties, By: sub.actor,
		})
		if err != nil {
			return err
		}
		f.Case, number = c.ID, c.Number
		if err := s.d.Identity.WidenTx(ctx, tx, sub.actor, c.ID); err != nil {
			return err
		}
	}
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "filing.submitted", Time: tx.Now(), Owner: f.Owner, Subject: f.ID, Actor: sub.actor.Person, Role: string(sub.actor.Role), Capacity: sub.actor.Capacity, OnBehalf: sub.actor.For,
		ContentHash: f.Hash, Content: f.Record, Rule: p.law,
		Members: map[string]string{
			"tracking_code": sub.tracking, "case_number": number, "unit": sub.unit.Code,
			"signature_method": "sms-code", "signature_code_id": f.Code, "signed_hash": f.Hash,
		},
	})
	if err != nil {
		return err
	}
	err = tx.ExecOne(ctx, updateSubmitted, f.Owner, f.ID, f.Hash, sub.tracking, f.Case, number, evidence, touch(tx.Now()))
	if err != nil {
		return err
	}
	if err := keepVersionTx(ctx, tx, f, evidence); err != nil {
		return err
	}
	if err := tx.Exec(ctx, insertTracking, sub.tracking, f.Owner, f.ID); err != nil {
		return err
	}
	if p.joins {
		err = s.d.Docket.AddEntryTx(ctx, tx, docket.Entry{
			Case: f.Case, Kind: p.entry, Sides: []string{docket.Plaintiff, docket.Defendant}, By: sub.actor,
			Subject: f.ID, Evidence: evidence, At: tx.Now(),
			Members: map[string]string{"by_name": sub.filer.Name(), "title_fa": sub.def.Title.FA, "title_en": sub.def.Title.EN},
		})
		if err != nil {
			return err
		}
		if f.Notice != "" {
			if err := s.d.Docket.MeetTx(ctx, tx, f.Owner, f.Case, f.Notice); err != nil {
				return err
			}
		}
	}
	err = store.Insert(ctx, tx, "filing_desk", deskRow{
		Unit: sub.unit.Code, Filing: f.ID, Owner: f.Owner, Kind: string(sub.def.Kind), Service: f.Service, Case: f.Case,
		CaseNumber: number, TitleFA: sub.def.Title.FA, TitleEN: sub.def.Title.EN, Filer: sub.filer.Name(),
		Tracking: sub.tracking, State: deskNew, Arrived: store.At(tx.Now()),
	})
	if err != nil {
		return err
	}
	return s.d.Jobs.PublishTx(ctx, tx, EventSubmitted{
		Owner: f.Owner, Filing: f.ID, Service: f.Service, Case: f.Case, Unit: sub.unit.Code, At: tx.Now(),
	})
}

// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"maps"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/appoint"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// acting are those who act for somebody else: the director of a company and the
// head of a body, a helper, the guardian of a child, the assistant of a lawyer; and a lawyer who has been
// asked and has not answered.
func (s *script) acting() {
	m := s.m
	for _, e := range demoEntities() {
		if e.joined {
			s.join(74, e)
		}
	}
	s.units(70)
	s.sends()
	elder, helper, lawyer := m.main(demoElder), m.main(demoHelper), m.main(demoLawyer)
	s.mandate(60, "helper", elder, policy.Citizen, helper, mandate.NewMandate{
		Kind: mandate.Helper, Rights: []policy.Right{policy.See, policy.OpenNotices, policy.Prepare},
	}, true)
	s.mandate(50, "assistant", lawyer, policy.Lawyer, m.main(demoAssistant), mandate.NewMandate{
		Kind: mandate.Office, Rights: []policy.Right{policy.See, policy.Prepare},
	}, true)
	s.mandate(4, "contract", m.main(demoDefendant), policy.Citizen, lawyer, mandate.NewMandate{Kind: mandate.Lawyer, Rights: policy.Rights()}, false)

	s.at(45, hourDesk, "guardian", func(ctx context.Context) error {
		judge, err := m.actorAs(ctx, m.main(demoJudge), policy.Judge)
		if err != nil {
			return err
		}
		aunt, child := m.main(demoGuardian), m.main(demoWard)
		if _, err := m.Appoint.AppointGuardian(ctx, judge, appoint.Guardianship{
			Guardian: aunt.code, GuardianName: aunt.last, Ward: child.code, WardName: child.last, Decision: "140423101000045",
		}); err != nil {
			return err
		}
		return m.register(ctx)
	})

	// The helper sees it, opens it and prepares the answer; the signature stays
	// with who is helped.
	s.file(11, plan{key: "rent", service: debt, by: m.citizen(20), against: []person{elder}, over: catalogue.Answers{"amount": 1250 * million}})
	s.refer(10, "rent", "1")
	s.serve(5, "rent", 15)

	// Against the company, which has an account: its director opens the notice.
	firm := demoEntities()[0]
	s.file(9, plan{key: "invoice", service: debt, by: m.citizen(16), against: []person{m.main(demoDirector)}, over: catalogue.Answers{
		"amount": 5600 * million, "defendant_kind": "entity", "defendant_national_code": nil, "defendant_first_name": nil, "defendant_last_name": nil,
		"defendant_father_name": nil, "defendant_abroad": nil, "defendant_entity_id": firm.nationalID, "defendant_entity_name": firm.name,
	}})
	s.refer(8, "invoice", "1")
	s.serve(3, "invoice", 15)

	// By the company: its director filed and the other side has it; a second one waits
	// for his signature. A lawyer may file claims of money for it, and nothing else.
	seat := catalogue.Answers{"plaintiff_province": "tehran", "plaintiff_county": "tehran", "plaintiff_address": firm.address, "plaintiff_postal": firm.postal}
	of := func(over catalogue.Answers) catalogue.Answers { maps.Copy(over, seat); return over }
	director := m.main(demoDirector)
	s.file(18, plan{key: "delivery", service: debt, by: director, role: policy.Representative, against: []person{m.citizen(28)},
		over: of(catalogue.Answers{"amount": 3400 * million})})
	s.refer(17, "delivery", "2")
	s.serve(14, "delivery", 15)
	s.file(2, plan{key: "cheque", service: debt, by: director, role: policy.Representative, against: []person{m.citizen(29)},
		over: of(catalogue.Answers{"amount": 1800 * million}), until: filing.Signable})
	s.mandate(20, "counsel", director, policy.Representative, lawyer, mandate.NewMandate{
		Kind: mandate.Lawyer, Rights: policy.Rights()[:4], Titles: []string{debt, "declaration-debt"},
	}, true)

	// Against somebody who lives abroad by their account: the longer term.
	away := m.main(demoEmigrant)
	s.file(12, plan{key: "flat", service: debt, by: m.citizen(25), against: []person{away}, over: catalogue.Answers{"amount": 9300 * million}})
	s.refer(11, "flat", "2")
	s.serve(6, "flat", 60)
}

// join makes the account of a legal person through whoever its register names.
func (s *script) join(ago int, e demoEntity) {
	s.at(ago, hourFile, "join "+e.name, func(ctx context.Context) error {
		me, err := s.m.actorAs(ctx, s.m.main(e.officer), policy.Citizen)
		if err != nil {
			return err
		}
		if _, err := s.m.Identity.RegisterEntity(ctx, me, identity.EntityRef{
			NationalID: e.nationalID, RegistrationNumber: e.registration, Code: e.code,
		}); err != nil {
			return err
		}
		return s.m.register(ctx)
	})
}

// mandate gives a mandate for a year, with the giver's code; the taker accepts it
// if accept.
func (s *script) mandate(ago int, key string, giver person, role policy.Role, taker person, n mandate.NewMandate, accept bool) {
	s.at(ago, hourRefer, "mandate "+key, func(ctx context.Context) error {
		m := s.m
		me, err := m.actorAs(ctx, giver, role)
		if err != nil {
			return err
		}
		n.Taker, n.LastName, n.Act, n.Until = taker.code, taker.last, m.act("mandate "+key), civil.Of(m.Clock.Now()).Add(365)
		d, err := m.Mandate.Draft(ctx, me, n)
		if err != nil {
			return err
		}
		if d.State == mandate.Draft {
			code, err := m.code(ctx, giver.mobile, func() error { return m.Mandate.SendCode(ctx, me, d.ID) })
			if err != nil {
				return err
			}
			if d, err = m.Mandate.Give(ctx, me, d.ID, code); err != nil {
				return err
			}
		}
		if !accept || d.State != mandate.Offered {
			return nil
		}
		other, err := m.actorAs(ctx, taker, policy.Citizen)
		if err != nil {
			return err
		}
		if _, err := m.Mandate.Accept(ctx, other, d.ID); err != nil {
			return err
		}
		return m.register(ctx)
	})
}

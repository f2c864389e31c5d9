// SPDX-License-Identifier: Apache-2.0

package appoint

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// One administrator who could make another one, or send the others away, could do
// alone whatever needs two. So both needs two as well.

// WhyEnded is why an administrator's post ended; a locale key.
const WhyEnded = "appoint.why.two"

func (s *Service) giving() steward.Act {
	return steward.Act{Kind: "administrator", Event: "identity.administrator", Allowed: s.mayBecome, Do: s.becomeTx}
}

func (s *Service) ending() steward.Act {
	return steward.Act{Kind: "administrator_end", Event: "identity.administrator_end", Allowed: s.isOne, Do: s.endTx}
}

// Pending is what two administrators decide about somebody's post.
type Pending struct {
	steward.Proposal
	Ends bool
}

// Decide gives or ends an administrator's post that another administrator has
// proposed to, or refuses it. Errors are those of steward.DecideOn.
func (s *Service) Decide(ctx context.Context, by policy.Actor, proposal string, approve bool) (err error) {
	defer errs.Wrap(&err, "appoint.Decide")
	act := s.giving()
	_, err = s.d.Steward.Find(ctx, by, act, proposal)
	if errs.Is(err, errs.NotFound) {
		act = s.ending()
		_, err = s.d.Steward.Find(ctx, by, act, proposal)
	}
	if err == nil {
		_, err = s.d.Steward.DecideOn(ctx, act, by, proposal, approve)
	}
	return err
}

// Pending lists what waits for a second administrator, the oldest first.
func (s *Service) Pending(ctx context.Context, by policy.Actor) (out []Pending, err error) {
	defer errs.Wrap(&err, "appoint.Pending")
	for _, act := range []steward.Act{s.giving(), s.ending()} {
		list, err := s.d.Steward.Open(ctx, by, act)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			out = append(out, Pending{Proposal: p, Ends: act.Kind == s.ending().Kind})
		}
	}
	return out, nil
}

func (s *Service) proposeAdministrator(ctx context.Context, by policy.Actor, person, letter string) error {
	_, err := s.d.Steward.Propose(ctx, s.giving(), by, steward.Proposal{Person: person, Reason: s.title(i18n.FA, "appoint.administrator.letter", s.d.Catalog.Printer(i18n.FA).Digits(letter))})
	return err
}

func (s *Service) proposeEnd(ctx context.Context, by policy.Actor, person, why string) error {
	_, err := s.d.Steward.Propose(ctx, s.ending(), by, steward.Proposal{Person: person, Reason: s.title(i18n.FA, "appoint.administrator.why", why)})
	return err
}

// mayBecome says whether somebody can be given the post now.
func (s *Service) mayBecome(ctx context.Context, tx *store.Tx, p steward.Proposal) error {
	people, err := s.d.Identity.LockTx(ctx, tx, p.Person)
	if err != nil {
		return err
	}
	who := people[p.Person]
	if who.Status != identity.Active || !who.Class.Natural() {
		return errs.New(errs.Conflict, "appoint.wrong.person")
	}
	if who.Assurance < leastProof {
		return errs.New(errs.Conflict, "appoint.wrong.level")
	}
	held, err := s.administrator(ctx, tx, p.Person)
	if err == nil && len(held) > 0 {
		err = errs.New(errs.Conflict, "appoint.administrator.already")
	}
	return err
}

func (s *Service) becomeTx(ctx context.Context, tx *store.Tx, p steward.Proposal, by policy.Actor) error {
	key := "appoint.title." + string(policy.Administrator)
	return s.d.Identity.AddCapacityTx(ctx, tx, by, identity.Capacity{
		ID: id.New(), Person: p.Person, Role: policy.Administrator, From: s.today(), TitleFA: s.title(i18n.FA, key, ""), TitleEN: s.title(i18n.EN, key, ""),
		Source: "appoint.source.letter", Number: p.Reason, Least: leastProof,
	})
}

// isOne says whether there is a post to end.
func (s *Service) isOne(ctx context.Context, tx *store.Tx, p steward.Proposal) error {
	held, err := s.administrator(ctx, tx, p.Person)
	if err == nil && len(held) == 0 {
		err = errs.New(errs.Conflict, "appoint.none")
	}
	return err
}

func (s *Service) endTx(ctx context.Context, tx *store.Tx, p steward.Proposal, by policy.Actor) error {
	held, err := s.administrator(ctx, tx, p.Person)
	if err != nil {
		return err
	}
	for _, c := range held {
		if _, err := s.d.Identity.RevokeTx(ctx, tx, by, c, WhyEnded); err != nil {
			return err
		}
	}
	return nil
}

// administrator lists the posts of an administrator that somebody has and that
// were not ended.
func (s *Service) administrator(ctx context.Context, tx *store.Tx, person string) ([]identity.Capacity, error) {
	list, err := s.d.Identity.CapacitiesTx(ctx, tx, person)
	return slices.DeleteFunc(list, func(c identity.Capacity) bool {
		return c.Role != policy.Administrator || !c.Ended.IsZero() || c.Until != 0 && c.Until < s.today()
	}), err
}

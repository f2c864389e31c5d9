// SPDX-License-Identifier: Apache-2.0

package licence

import (
	"context"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Found is one licence that an issuer knows of, and whether it is a capacity now.
type Found struct {
	professions.Licence
	Role     policy.Role
	Capacity string // id; "" if it gives none
}

// Claim asks the issuers about the actor's own licences, makes capacities of those
// that are valid and are none yet, and has those go on that were over. errs.Conflict,
// code licence.level: it is not known surely enough who by is; licence.no_code: by
// has no national code. errs.Unavailable: the issuers do not answer.
// errs.RateLimited, code licence.limited: by asks too often.
func (s *Service) Claim(ctx context.Context, by policy.Actor) (_ []Found, err error) {
	defer errs.Wrap(&err, "licence.Claim")
	me, err := s.d.Identity.Person(ctx, by.Person)
	switch {
	case err != nil:
		return nil, err
	case me.NationalCode == "":
		return nil, errs.New(errs.Conflict, "licence.no_code")
	case me.Assurance < levelNeeded:
		return nil, errs.New(errs.Conflict, "licence.level")
	}
	if err := s.d.Identity.Brake(ctx, "licence.limited", "licence", me.ID); err != nil {
		return nil, err
	}
	list, err := s.d.Professions.Licences(ctx, me.NationalCode)
	if err != nil {
		return nil, err
	}
	out := make([]Found, len(list))
	for i, l := range list {
		out[i] = Found{Licence: l, Role: roleOf(l.Kind)}
		if valid(l, s.today()) {
			if out[i].Capacity, err = s.grant(ctx, by, l); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// grant makes a capacity of a valid licence unless it is one; the second half of a
// double click finds that of the first. One whose last day is over goes on: nobody
// asks about it any more when it was renewed late, or when the register was wrong
// about the day.
func (s *Service) grant(ctx context.Context, by policy.Actor, l professions.Licence) (capacity string, err error) {
	c := identity.Capacity{
		ID: id.New(), Person: by.Person, Role: roleOf(l.Kind), From: s.today(), Until: l.Until, Source: source, Number: l.Number,
		Grade: string(l.Grade), Issuer: l.Issuer, Fields: l.Fields, Place: l.Province, Asked: s.d.Clock.Now(), Least: levelNeeded,
	}
	title := func(lang i18n.Lang) string {
		p := s.d.Catalog.Printer(lang)
		if l.Kind == professions.Expert {
			return p.T("licence.title.expert", "fields", joined(p, l.Fields))
		}
		return p.T("licence.title.lawyer." + string(l.Grade))
	}
	c.TitleFA, c.TitleEN = title(i18n.FA), title(i18n.EN)
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		held, err := s.d.Identity.HeldTx(ctx, tx, by.Person)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(held, func(h identity.Capacity) bool { return is(l, h) && h.Ended.IsZero() && h.Base == "" })
		if i >= 0 {
			capacity, err = s.goOn(ctx, tx, by, held[i], l)
			return err
		}
		capacity = c.ID
		return s.d.Identity.AddCapacityTx(ctx, tx, by, c)
	})
	return capacity, err
}

// goOn renews a capacity that is over, and tells which one is held now: none if it
// was suspended, which only whoever did it lifts.
func (s *Service) goOn(ctx context.Context, tx *store.Tx, by policy.Actor, c identity.Capacity, l professions.Licence) (capacity string, err error) {
	today := civil.Of(tx.Now())
	if c.Suspended.IsZero() && !c.Holds(today) {
		ch := judge(c, []professions.Licence{l}, tx.Now())
		if ch.step == identity.CapacityRenewed {
			if err := s.d.Identity.ChangeCapacityTx(ctx, tx, by, ch.step, ch.was, ch.now, ch.why); err != nil {
				return "", err
			}
			c = ch.now
		}
	}
	if !c.Holds(today) {
		return "", nil
	}
	return c.ID, nil
}

// joined is several fields as words.
func joined(p *i18n.Printer, fields []string) string {
	if p.Lang() == i18n.EN {
		return strings.Join(fields, ", ")
	}
	return strings.Join(fields, "، ")
}

// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// step is one act of a story: so many days before today, by the clock of the
// demo.
type step struct {
	ago, hour int
	what      string // for errors
	do        func(ctx context.Context) error
}

// stories plays all steps that were not played yet, in the order of their
// times.
func (m *maker) stories(ctx context.Context) error {
	steps := m.script()
	slices.SortStableFunc(steps, func(a, b step) int {
		if a.ago != b.ago {
			return b.ago - a.ago
		}
		return a.hour - b.hour
	})
	today := civil.Of(m.st.Today)
	for i, s := range steps {
		if i >= m.st.Steps {
			m.travel(today.Add(-s.ago).Time().Add(time.Duration(s.hour)*time.Hour + 7*time.Minute).In(clock.Tehran))
			if err := s.do(ctx); err != nil {
				return fmt.Errorf("%s: %w", s.what, err)
			}
			if _, err := m.Jobs.Drain(ctx); err != nil {
				return err
			}
			m.st.Steps = i + 1
			if err := m.writeDemo(m.st); err != nil {
				return err
			}
		}
		m.progress(DemoProgress{DemoCases, i + 1, len(steps)})
	}
	return nil
}

// actorAs is somebody of the demo country in a role.
func (m *maker) actorAs(ctx context.Context, p person, role policy.Role) (policy.Actor, error) {
	account := m.accounts[p.code]
	if role == policy.Citizen || role == "" {
		return m.Identity.Actor(ctx, account, "")
	}
	for _, k := range m.posts[p.code] {
		if k.Role == role {
			return m.Identity.Actor(ctx, account, k.ID)
		}
	}
	return policy.Actor{}, errs.New(errs.NotFound, "").Because(fmt.Errorf("nobody acts as %s", role))
}

// staffOf is who holds a post in a unit.
func (m *maker) staffOf(ctx context.Context, unit string, role policy.Role) (policy.Actor, error) {
	p, ok := m.country.staff(unit, role)
	if !ok {
		return policy.Actor{}, errs.New(errs.NotFound, "").Because(fmt.Errorf("unit %s has no %s", unit, role))
	}
	return m.actorAs(ctx, p, role)
}

// act is the key of an act of a story: the same when the story is played again.
func (m *maker) act(key string) string {
	b := binary.BigEndian.AppendUint64([]byte(m.st.Owner+"/"+key+"/"), m.st.Seed)
	sum := sha256.Sum256(b)
	sum[6], sum[8] = sum[6]&0x0f|0x70, sum[8]&0x3f|0x80 // version 7
	u, _ := uuid.FromBytes(sum[:16])                    // of sixteen bytes
	return u.String()
}

// plan is a filing of a story.
type plan struct {
	key, service string
	by           person
	role         policy.Role // Citizen if it is ""
	against      []person    // who answers to each copy of the party's questions
	over         catalogue.Answers
	on           string        // key of the filing whose case it joins
	notice       string        // key of the notice that it answers or attacks
	enters       person        // whom a lawyer who enters appearance represents
	files        []planFile    // what is attached
	pages        int           // of a draft: how many are filled; 0: all
	until        filing.Status // where it stops; Submitted if it is ""
}

// file takes a filing through the same steps as everybody's.
func (m *maker) file(ctx context.Context, p plan) error {
	me, err := m.actorAs(ctx, p.by, p.role)
	if err != nil {
		return err
	}
	n := filing.NewFiling{Service: p.service, Act: m.act(p.key), Lang: i18n.FA}
	if p.on != "" {
		n.Case = m.st.Things[p.on+".case"]
	}
	if p.notice != "" {
		n.Notice = m.st.Things[p.notice]
	}
	f, err := m.Filing.Start(ctx, me, n)
	if err != nil {
		return err
	}
	m.st.Things[p.key] = f.ID
	f, d, err := m.Filing.Get(ctx, me, f.ID)
	if err != nil {
		return err
	}
	if f.Status == filing.Draft {
		if err := m.fill(ctx, me, f, d, p); err != nil {
			return err
		}
		if p.until == filing.Draft {
			return nil
		}
		if f, err = m.Filing.Freeze(ctx, me, f.ID); err != nil {
			return err
		}
	}
	return m.conclude(ctx, me, f, p)
}

// conclude pays, signs and submits what is frozen, as far as the plan goes.
func (m *maker) conclude(ctx context.Context, me policy.Actor, f filing.Filing, p plan) (err error) {
	if f.Status == filing.Payable && p.until != filing.Payable {
		if err := m.pay(ctx, me, f); err != nil {
			return err
		}
		if f, _, err = m.Filing.Get(ctx, me, f.ID); err != nil {
			return err
		}
	}
	if f.Status == filing.Signable && p.until != filing.Signable {
		code, err := m.code(ctx, p.by.mobile, func() error { return m.Filing.SendSignatureCode(ctx, me, f.ID) })
		if err != nil {
			return err
		}
		if f, err = m.Filing.Submit(ctx, me, f.ID, code); err != nil {
			return err
		}
	}
	if f.Case != "" {
		m.st.Things[p.key+".case"] = f.Case
	}
	if f.Unit != "" {
		m.st.Things[p.key+".unit"] = f.Unit
	}
	return nil
}

// fill answers the pages of a draft and attaches its files.
func (m *maker) fill(ctx context.Context, me policy.Actor, f filing.Filing, d *catalogue.Definition, p plan) error {
	all := answersOf(d, p)
	for i, pg := range d.Pages {
		if p.pages > 0 && i == p.pages {
			return nil
		}
		if !d.PageVisible(pg.Key, all) {
			continue
		}
		for _, x := range p.files {
			if !slices.ContainsFunc(pg.Fields, func(q catalogue.FieldDef) bool { return q.Name == x.field }) {
				continue
			}
			if err := m.attach(ctx, me, f.ID, x); err != nil {
				return err
			}
		}
		wrong, err := m.Filing.Save(ctx, me, f.ID, pg.Key, all)
		if err == nil {
			err = errs.InvalidFields(wrong)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", pg.Key, err)
		}
	}
	return nil
}

// answersOf are the answers of the title's own example, overlaid with the data
// of the people in the plan.
func answersOf(d *catalogue.Definition, p plan) catalogue.Answers {
	out := d.Example()
	put := func(name string, v any) {
		if _, asked := d.Field(name); asked {
			out[name] = v
		}
	}
	put("plaintiff_province", p.by.province)
	put("plaintiff_county", p.by.county)
	put("plaintiff_address", p.by.address)
	put("plaintiff_mobile", p.by.mobile)
	delete(out, "plaintiff_postal")
	for i, who := range p.against {
		prefix := otherSide(d)
		if i > 0 {
			prefix += fmt.Sprintf("_%d", i+1)
		}
		maps.DeleteFunc(out, func(name string, _ any) bool {
			return strings.HasPrefix(name, prefix+"_") && !strings.HasPrefix(strings.TrimPrefix(name, prefix+"_"), fmt.Sprint(i+2))
		})
		put(prefix+"_kind", "person")
		put(prefix+"_national_code", who.code)
		put(prefix+"_first_name", who.first)
		put(prefix+"_last_name", who.last)
		put(prefix+"_father_name", who.father)
		put(prefix+"_abroad", who.abroad)
		put(prefix+"_address_unknown", false)
		put(prefix+"_address", who.address)
		if !who.abroad {
			put(prefix+"_province", who.province)
			put(prefix+"_county", who.county)
		}
		put(prefix+"_more", i+1 < len(p.against))
	}
	for name, v := range p.over {
		if v == nil {
			delete(out, name)
		} else {
			out[name] = v
		}
	}
	return out
}

// otherSide is how the questions about the other side begin.
func otherSide(d *catalogue.Definition) string {
	for _, prefix := range []string{"addressee", "suspect"} {
		if _, asked := d.Field(prefix + "_first_name"); asked {
			return prefix
		}
	}
	return "defendant"
}

// pay pays a filing's fee at the provider's double.
func (m *maker) pay(ctx context.Context, me policy.Actor, f filing.Filing) error {
	url, err := m.Payment.Begin(ctx, me, f.Payment)
	if err != nil {
		return err
	}
	token := url[strings.LastIndexByte(url, '/')+1:]
	if !m.Doubles.Payments.Choose(token, payments.Pay) {
		return fmt.Errorf("the payment double knows no such payment")
	}
	if _, err := m.Payment.Settle(ctx, token); err != nil {
		return err
	}
	_, err = m.Jobs.Drain(ctx)
	return err
}

var reCode = regexp.MustCompile(`\d{5,8}`)

// code lets ask send a code and reads it from the text message.
func (m *maker) code(ctx context.Context, mobile string, ask func() error) (string, error) {
	before := len(m.Doubles.SMS.For(mobile))
	if err := ask(); err != nil {
		return "", err
	}
	if _, err := m.Jobs.Drain(ctx); err != nil {
		return "", err
	}
	all := m.Doubles.SMS.For(mobile) // the newest first
	for _, s := range all[:len(all)-before] {
		if code := reCode.FindString(persian.Digits(s.Text)); code != "" {
			return code, nil
		}
	}
	return "", fmt.Errorf("no code came by text message")
}

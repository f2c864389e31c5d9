// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// plan is a filing of a story.
type plan struct {
	key, service string
	by           person
	role         policy.Role // Citizen if it is ""
	against      []person    // who answers to each copy of the party's questions
	over         catalogue.Answers
	on           string        // key of the filing whose case it joins
	notice       string        // kind of the notice that it answers or attacks
	represents   person        // by a lawyer who enters appearance
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
	if p.represents.code != "" {
		c, err := m.Docket.CaseFor(ctx, m.DB, n.Case)
		if err != nil {
			return err
		}
		n.Case, n.Number, n.NationalCode = "", c.Number, p.represents.code
	}
	if p.notice != "" {
		if n.Notice, err = m.noticeOf(ctx, me, n.Case, p.notice); err != nil {
			return err
		}
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

// noticeOf is the last notice of a kind that somebody got in a case.
func (m *maker) noticeOf(ctx context.Context, me policy.Actor, caseID, kind string) (string, error) {
	all, err := m.Docket.NoticesOf(ctx, me, caseID)
	if err != nil {
		return "", err
	}
	for _, n := range slices.Backward(all) {
		if n.Kind == kind {
			return n.ID, nil
		}
	}
	return "", fmt.Errorf("there is no notice %q", kind)
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
		if err := m.attachTo(ctx, me, f, pg, all, p.files); err != nil {
			return err
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

// attachTo attaches the files of a page, which may be asked for only because of
// answers on it.
func (m *maker) attachTo(ctx context.Context, me policy.Actor, f filing.Filing, pg catalogue.PageDef, all catalogue.Answers, files []planFile) error {
	for _, x := range files {
		if !slices.ContainsFunc(pg.Fields, func(q catalogue.FieldDef) bool { return q.Name == x.field }) {
			continue
		}
		if _, err := m.Filing.Save(ctx, me, f.ID, pg.Key, all); err != nil {
			return err
		}
		if err := m.attach(ctx, me, f.ID, x); err != nil {
			return err
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

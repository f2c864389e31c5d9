// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity/shelter"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// NewFiling is what Start needs.
type NewFiling struct {
	Service string
	Act     string // key of this act: a double click starts one draft
	Lang    i18n.Lang
	Case    string // for what joins a case
	Notice  string // that a brief answers or an objection attacks

	// A lawyer enters appearance on a case that he is not in yet: its number and
	// the national code of the party whom he represents.
	Number       string
	NationalCode string
}

// Start makes a draft of a title in its current version.
func (s *Service) Start(ctx context.Context, a policy.Actor, n NewFiling) (_ Filing, err error) {
	defer errs.Wrap(&err, "filing.Start")
	def, err := s.d.Catalogue.Current(ctx, n.Service, s.today())
	if err != nil {
		return Filing{}, err
	}
	standing, err := s.filerOf(ctx, a)
	if err != nil {
		return Filing{}, err
	}
	f := Filing{Owner: a.Owner(), Standing: standing, ID: id.New(), Service: def.Code, Version: def.Version, Status: Draft,
		Lang: n.Lang, Answers: catalogue.Answers{}, Case: n.Case}
	if err := s.may(a, "filing.edit", f, 0); err != nil {
		return Filing{}, err
	}
	if err := s.stands(ctx, a, def, n, &f); err != nil {
		return Filing{}, err
	}
	f.Answers = catalogue.Answers{}
	if f.legal() {
		if f.Answers, err = s.seat(ctx, def, f.Owner); err != nil {
			return Filing{}, err
		}
	}
	if _, hidden, err := s.d.Shelter.Of(ctx, s.d.DB, f.Owner); err != nil {
		return Filing{}, err
	} else if hidden && asks(def, "", fieldAddress) {
		f.Answers[fieldAddress] = shelter.Words(f.Lang)
	}
	answers, err := json.Marshal(f.Answers)
	if err != nil {
		return Filing{}, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.actsTx(ctx, tx, a, policy.Prepare, f); err != nil {
			return err
		}
		first, found, err := store.Find[string](ctx, tx, selectAct, a.Owner(), n.Act)
		if err != nil {
			return err
		}
		if found {
			f, err = read(ctx, tx, a.Owner(), first)
			return err
		}
		open, err := store.One[int64](ctx, tx, countDrafts, a.Owner())
		if err != nil {
			return err
		}
		if open >= maxDrafts {
			return errs.New(errs.Conflict, "filing.too_many_drafts", "max", maxDrafts)
		}
		if err := tx.Exec(ctx, insertAct, a.Owner(), n.Act, f.ID); err != nil {
			return err
		}
		f.Created, f.Updated = tx.Now(), tx.Now()
		return store.Insert(ctx, tx, "filing_filing", row{
			Owner: f.Owner, ID: f.ID, Service: f.Service, Version: int64(f.Version), Status: Draft, Lang: string(f.Lang),
			Answers: string(answers), Names: "{}", Case: f.Case, Notice: f.Notice, Party: f.Party, Standing: string(f.Standing), Created: store.At(tx.Now()), Updated: store.At(tx.Now()),
		})
	})
	if errs.Is(err, errs.Conflict) { // the other half of a double click was faster
		if first, found, ferr := store.Find[string](ctx, s.d.DB, selectAct, a.Owner(), n.Act); ferr == nil && found {
			return read(ctx, s.d.DB, a.Owner(), first)
		}
	}
	return f, err
}

const insertAct = `INSERT INTO filing_act (owner, act, filing_id) VALUES ($1, $2, $3)`

// stands checks whether a title is offered to the actor, in his capacity and on
// this case, and fills in where the draft stands. To a stranger the case does
// not exist.
func (s *Service) stands(ctx context.Context, a policy.Actor, def *catalogue.Definition, n NewFiling, f *Filing) error {
	if err := openTo(def, f.Standing, a); err != nil {
		return err
	}
	if !procedures[def.Kind].joins {
		if n.Case != "" || n.Notice != "" || n.Number != "" {
			return errs.New(errs.Invalid, "filing.brief_needs_case")
		}
		return nil
	}
	if entersAppearance(def) {
		c, p, err := s.findParty(ctx, a, n.Number, n.NationalCode)
		f.Case, f.Party = c.ID, p.ID
		return err
	}
	if n.Case == "" {
		return errs.New(errs.Invalid, "filing.brief_needs_case")
	}
	c, err := s.d.Docket.Case(ctx, a, n.Case)
	if errs.Is(err, errs.NotFound) {
		return errs.New(errs.NotFound, "filing.not_found").Because(err)
	}
	if err != nil {
		return err
	}
	if !offered(def, c, f.Standing, a) {
		return conflict("filing.not_offered")
	}
	p, ok := c.PartyOf(a.Owner())
	if !ok {
		return errs.New(errs.NotFound, "filing.not_found")
	}
	f.Case, f.Notice, f.Party = c.ID, n.Notice, p.ID
	if def.Against == nil && n.Notice == "" {
		return nil
	}
	list, err := s.noticesFor(ctx, a, def, c.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(x docket.IssuedNotice) bool { return x.ID == n.Notice }) {
		if def.Against == nil {
			return errs.New(errs.NotFound, "filing.not_found")
		}
		return errs.InvalidFields([]errs.Field{{Name: "notice", Code: "filing.which_notice"}})
	}
	return nil
}

// offered tells whether a brief or an objection is offered on a case to one of
// its parties, who stands there as standing, or their lawyer. A closed case takes nothing but an objection.
func offered(def *catalogue.Definition, c docket.Case, standing policy.Role, a policy.Actor) bool {
	if !procedures[def.Kind].joins || entersAppearance(def) || openTo(def, standing, a) != nil {
		return false
	}
	if c.State == docket.StateClosed && def.Against == nil && c.Kind != docket.DeclarationCase {
		return false
	}
	if def.On == nil {
		return true
	}
	kind := c.Kind
	if kind == docket.AppealCase { // a civil suit; what is decided on appeal is final (CPC 365 [mem])
		if def.Against != nil {
			return false
		}
		kind = docket.CivilCase
	}
	return slices.Contains(def.On.Cases, kind) && slices.Contains(def.On.Sides, c.Side) &&
		(len(def.On.Filers) == 0 || slices.Contains(def.On.Filers, standing))
}

// caseTitle is a title that can be filed on a case, and of an objection the
// notices that it can attack: at least one.
type caseTitle struct {
	def     *catalogue.Definition
	attacks []docket.IssuedNotice
}

// titlesOn are the titles that the actor can file on a case that he may see.
func (s *Service) titlesOn(ctx context.Context, a policy.Actor, c docket.Case) (out []caseTitle, err error) {
	list, err := s.d.Catalogue.List(ctx, s.today())
	if err != nil {
		return nil, err
	}
	standing, err := s.filerOf(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		if !offered(d, c, standing, a) {
			continue
		}
		t := caseTitle{def: d}
		if d.Against != nil {
			if t.attacks, err = s.noticesFor(ctx, a, d, c.ID); err != nil {
				return nil, err
			}
			if len(t.attacks) == 0 { // nothing to object to
				continue
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// entersAppearance tells whether a title brings a lawyer into a case that he is
// not in yet.
func entersAppearance(def *catalogue.Definition) bool {
	return def.Kind == catalogue.Brief && def.On != nil && slices.Equal(def.On.Filers, []policy.Role{policy.Lawyer})
}

// noticesFor are the actor's notices on a case that a title may answer, or of
// the kinds that it attacks.
func (s *Service) noticesFor(ctx context.Context, a policy.Actor, def *catalogue.Definition, caseID string) ([]docket.IssuedNotice, error) {
	list, err := s.d.Docket.NoticesOf(ctx, a, caseID)
	if err != nil || def.Against == nil {
		return list, err
	}
	return slices.DeleteFunc(list, func(n docket.IssuedNotice) bool { return !slices.Contains(def.Against.Notices, n.Kind) }), nil
}

// partyFor is the party for whom a filing on a case was made: the filer or whom
// he represented when he began it, whoever represents it now. Filings from before
// that was kept have whom he represents, or did.
func partyFor(c docket.Case, f Filing) (docket.Party, bool) {
	i := slices.IndexFunc(c.Parties, func(p docket.Party) bool { return p.ID == f.Party })
	if i >= 0 {
		return c.Parties[i], true
	}
	if p, ok := c.PartyOf(f.Owner); ok {
		return p, true
	}
	return c.PartyOnce(f.Owner)
}

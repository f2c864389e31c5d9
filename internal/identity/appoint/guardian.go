// SPDX-License-Identifier: Apache-2.0

package appoint

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Guardianship is what a court has decided.
type Guardianship struct {
	Guardian, GuardianName string // national code or judicial identifier; last name as a check
	Ward, WardName         string
	Until                  civil.Day // 0: until a court ends it
	Decision               string    // number of the decision
}

// AppointGuardian enters the guardian that the judge's court has appointed, of a
// child or of somebody whom the civil registry calls incapable; nobody loses the
// say over their own matters by one judge's entry. The ward is told.
// errs.Invalid names what is wrong; that there is no such person and that the name
// is another have one answer.
func (s *Service) AppointGuardian(ctx context.Context, by policy.Actor, n Guardianship) (capacity string, err error) {
	defer errs.Wrap(&err, "appoint.AppointGuardian")
	post, _ := s.post(policy.Guardian)
	if err := s.may(by, post, "", by.Unit); err != nil {
		return "", err
	}
	var fields []errs.Field
	guardian, err := s.named(ctx, "guardian", n.Guardian, n.GuardianName, &fields)
	if err != nil {
		return "", err
	}
	ward, err := s.named(ctx, "ward", n.Ward, n.WardName, &fields)
	if err != nil {
		return "", err
	}
	n.Decision = persian.Store(n.Decision)
	switch {
	case len(fields) > 0:
	case guardian.Status != identity.Active, guardian.Assurance < leastProof:
		fields = append(fields, errs.Field{Name: "guardian", Code: "appoint.wrong.level"})
	case guardian.ID == ward.ID:
		fields = append(fields, errs.Field{Name: "ward", Code: "appoint.wrong.same"})
	case ward.Status == identity.Deceased, ward.Status == identity.Merged:
		fields = append(fields, errs.Field{Name: "ward", Code: "appoint.wrong.name"})
	case ward.Status != identity.Incapable && !s.minor(ward.Birth):
		fields = append(fields, errs.Field{Name: "ward", Code: "appoint.wrong.capable"})
	}
	if n.Decision == "" {
		fields = append(fields, errs.Field{Name: "decision", Code: "form.required"})
	}
	if n.Until != 0 && n.Until < s.today() {
		fields = append(fields, errs.Field{Name: "until", Code: "appoint.wrong.until"})
	}
	if err := errs.InvalidFields(fields); err != nil {
		return "", err
	}
	for _, who := range []string{guardian.ID, ward.ID} {
		if err := s.may(by, post, who, by.Unit); err != nil {
			return "", err
		}
	}
	err = s.d.Identity.RecordAccesses(ctx, []identity.Access{
		{Subject: guardian.ID, By: by, What: "appoint.access.person", Why: "appoint.access.guardian"},
		{Subject: ward.ID, By: by, What: "appoint.access.person", Why: "appoint.access.guardian"},
	})
	if err != nil {
		return "", err
	}
	return s.guard(ctx, by, guardian.ID, ward, identity.Capacity{
		Until: n.Until, Source: "appoint.source.court", Number: n.Decision, Issuer: by.Unit,
	})
}

// named finds somebody by number and last name.
func (s *Service) named(ctx context.Context, field, number, last string, fields *[]errs.Field) (identity.Person, error) {
	p, found, err := s.d.Identity.FindByName(ctx, persian.Identifier(number))
	if err == nil && (!found || !p.Class.Natural() || persian.Fold(p.LastName) != persian.Fold(last)) {
		*fields = append(*fields, errs.Field{Name: field, Code: "appoint.wrong.name"})
	}
	return p, err
}

// guard gives the capacity of a guardian unless it is held from the same source.
func (s *Service) guard(ctx context.Context, by policy.Actor, guardian string, ward identity.Person, c identity.Capacity) (string, error) {
	c.ID, c.Person, c.Role, c.For, c.Rights, c.From = id.New(), guardian, policy.Guardian, ward.ID, policy.Rights(), s.today()
	c.Least = leastProof
	c.TitleFA, c.TitleEN = s.title(i18n.FA, "appoint.title.guardian", ward.Name()), s.title(i18n.EN, "appoint.title.guardian", ward.Name())
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		held, err := s.d.Identity.HeldTx(ctx, tx, guardian)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(held, func(h identity.Capacity) bool {
			return h.Role == c.Role && h.For == c.For && h.Issuer == c.Issuer && h.Until == c.Until && h.Holds(s.today())
		})
		if i >= 0 {
			c.ID = held[i].ID
			return nil
		}
		if err := s.d.Identity.AddCapacityTx(ctx, tx, by, c); err != nil {
			return err
		}
		return s.d.Identity.TellGuardedTx(ctx, tx, ward.ID)
	})
	return c.ID, err
}

// minor tells whether somebody born on a day has not come of age.
func (s *Service) minor(birth civil.Day) bool {
	if birth == 0 { // not known
		return false
	}
	return s.today() < s.adultOn(birth)
}

// adultOn is the day on which somebody comes of age.
func (s *Service) adultOn(birth civil.Day) civil.Day {
	y, m, d := birth.Jalali()
	return comesOfAge(y+s.rules.AdultAge.Years, m, d)
}

// ClaimWard gives the actor the capacity of the guardian by law (vali) of a child,
// if the civil registry names him. The child gets an account if there is none.
// errs.Invalid, field national_code: appoint.wrong.ward (no such child, or another
// guardian: one answer), appoint.wrong.adult. errs.Conflict, code appoint.level.
// errs.RateLimited; errs.Unavailable.
func (s *Service) ClaimWard(ctx context.Context, by policy.Actor, nationalCode string, birth civil.Day) (capacity string, err error) {
	defer errs.Wrap(&err, "appoint.ClaimWard")
	me, err := s.d.Identity.Person(ctx, by.Person)
	switch {
	case err != nil:
		return "", err
	case me.NationalCode == "" || me.Assurance < leastProof:
		return "", errs.New(errs.Conflict, "appoint.level")
	}
	if err := s.d.Identity.Brake(ctx, "appoint.limited", "ward", me.ID); err != nil {
		return "", err
	}
	wrong := func(code string) error {
		return errs.InvalidFields([]errs.Field{{Name: "national_code", Code: code}})
	}
	child, err := s.d.Population.Match(ctx, nationalCode, birth)
	switch {
	case errs.Is(err, errs.NotFound):
		return "", wrong("appoint.wrong.ward")
	case err != nil:
		return "", err
	case !child.Alive || !slices.Contains(child.Guardians, me.NationalCode):
		return "", wrong("appoint.wrong.ward")
	}
	adult := s.adultOn(birth)
	if s.today() >= adult {
		return "", wrong("appoint.wrong.adult")
	}
	ward, found, err := s.d.Identity.FindByNationalCode(ctx, s.d.DB, nationalCode)
	if err == nil && !found {
		ward, err = s.d.Identity.Enrol(ctx, policy.Actor{Role: policy.System}, identity.NewPerson{
			NationalCode: nationalCode, FirstName: child.FirstName, LastName: child.LastName, FatherName: child.FatherName, Birth: birth,
			Mobile: me.Mobile, Email: me.Email, Country: me.Country, Zone: me.Zone, Province: me.Province, Lang: me.Lang, Assurance: identity.RegistryChecked, Way: identity.ByRegistry,
		})
	}
	if err != nil {
		return "", err
	}
	return s.guard(ctx, by, me.ID, ward, identity.Capacity{Until: adult.Add(-1), Source: "appoint.source.registry"})
}

// comesOfAge is the day of a birthday; of somebody born on a leap day, the day
// after the last of the month.
func comesOfAge(y, m, d int) civil.Day {
	if day, err := civil.FromJalali(y, m, d); err == nil {
		return day
	}
	day, _ := civil.FromJalali(y, m, d-1) // it is there: only the 30th of Esfand may be missing
	return day.Add(1)
}

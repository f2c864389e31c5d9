// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// change is one value that becomes another.
type change struct{ field, was, now string }

// OpenCorrections lists what waits for an answer, the oldest first, for
// administrators.
func (s *Service) OpenCorrections(ctx context.Context, a policy.Actor) (_ []Correction, err error) {
	defer errs.Wrap(&err, "mydata.OpenCorrections")
	if err := s.mayDecide(a, ""); err != nil {
		return nil, err
	}
	rows, err := store.All[correctionRow](ctx, s.d.DB, sqlOpenCorrections, shownMost)
	return corrections(rows), err
}

// CorrectionOf reads one for an administrator, with the person as they stand in
// the register; the look is recorded.
func (s *Service) CorrectionOf(ctx context.Context, a policy.Actor, owner, correction string) (_ Correction, _ identity.Person, err error) {
	defer errs.Wrap(&err, "mydata.CorrectionOf")
	if err := s.mayDecide(a, owner); err != nil {
		return Correction{}, identity.Person{}, err
	}
	row, err := store.One[correctionRow](ctx, s.d.DB, sqlCorrection, owner, correction)
	if err != nil {
		return Correction{}, identity.Person{}, err
	}
	p, err := s.d.Identity.View(ctx, a, owner, "mydata.access.correction")
	return row.correction(), p, err
}

// Proof reads the file of a request, for an administrator.
func (s *Service) Proof(ctx context.Context, a policy.Actor, owner, correction string) (name string, _ []byte, err error) {
	defer errs.Wrap(&err, "mydata.Proof")
	c, _, err := s.CorrectionOf(ctx, a, owner, correction)
	if err == nil && c.blob == "" {
		err = errs.New(errs.NotFound, "")
	}
	if err != nil {
		return "", nil, err
	}
	b, err := s.d.Blobs.Get(ctx, c.blob, sumOf(c.blob))
	return c.File, b, err
}

// DecideCorrection answers a request with reasons. When it is granted, names are
// taken from the civil registry, asked anew, whatever was claimed; the province
// becomes the one that the administrator chose; anything else is answered in
// words. errs.Conflict, code mydata.decide.done: somebody else was faster;
// mydata.decide.same: the registry says what stands here already.
func (s *Service) DecideCorrection(ctx context.Context, a policy.Actor, owner, correction string, grant bool, province, answer string) (err error) {
	defer errs.Wrap(&err, "mydata.DecideCorrection")
	c, p, err := s.CorrectionOf(ctx, a, owner, correction)
	if err != nil {
		return err
	}
	if c.by == a.Person { // as helper, guardian or representative: nobody answers himself
		return errs.New(errs.Forbidden, "mydata.decide.own")
	}
	answer = persian.Store(answer)
	if k := utf8.RuneCountInString(answer); k < minReason || k > maxReason {
		return errs.InvalidFields([]errs.Field{{Name: "answer", Code: "mydata.correction.reason_wrong", Args: []any{"min", minReason, "max", maxReason}}})
	}
	var list []change
	source := "hand"
	state := Refused
	if grant {
		state = Done
		switch c.Field {
		case FieldNames:
			source = "registry"
			if list, err = s.askRegistry(ctx, p); err != nil {
				return err
			}
		case FieldProvince:
			if !slices.Contains(s.d.Provinces, province) {
				return errs.InvalidFields([]errs.Field{{Name: "province", Code: "form.choose"}})
			}
			if province == p.Province {
				return errs.InvalidFields([]errs.Field{{Name: "province", Code: "mydata.decide.same_province"}})
			}
			list = []change{{"province", p.Province, province}}
		}
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, sqlDecide, owner, correction, state, answer, a.Person, a.Name, store.At(tx.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "mydata.decide.done")
		}
		fields := make([]string, len(list))
		for i, x := range list {
			fields[i] = x.field
			if err := s.changeTx(ctx, tx, owner, correction, source, x, a); err != nil {
				return err
			}
		}
		members := map[string]string{"field": string(c.Field), "state": state}
		if len(fields) > 0 {
			members["changed"], members["source"] = strings.Join(fields, " "), source
		}
		if err := s.stage(ctx, tx, "identity.correction_"+state, correction, owner, a, members); err != nil {
			return err
		}
		return s.tellTx(ctx, tx, owner, "mydata.sms.correction", correction)
	})
}

// askRegistry compares the names with the civil registry's, and says what has
// changed there.
func (s *Service) askRegistry(ctx context.Context, p identity.Person) ([]change, error) {
	if p.NationalCode == "" {
		return nil, errs.New(errs.Conflict, "mydata.decide.no_registry")
	}
	now, err := s.d.Population.Match(ctx, p.NationalCode, p.Birth)
	switch {
	case errs.Is(err, errs.NotFound):
		return nil, errs.New(errs.Conflict, "mydata.decide.no_match").Because(err)
	case err != nil:
		return nil, err
	}
	list := namesChanged(p, now)
	if len(list) == 0 {
		return nil, errs.New(errs.Conflict, "mydata.decide.same")
	}
	return list, nil
}

func namesChanged(p identity.Person, now population.Person) []change {
	var out []change
	for _, x := range []change{{"first_name", p.FirstName, now.FirstName}, {"last_name", p.LastName, now.LastName}, {"father_name", p.FatherName, now.FatherName}} {
		if x.was != x.now && x.now != "" {
			out = append(out, x)
		}
	}
	return out
}

var errField = errors.New("mydata: no such field")

func (s *Service) changeTx(ctx context.Context, tx *store.Tx, owner, correction, source string, x change, a policy.Actor) error {
	update := map[string]string{"first_name": sqlSetFirstName, "last_name": sqlSetLastName, "father_name": sqlSetFatherName, "province": sqlSetProvince}[x.field]
	if update == "" {
		return errField
	}
	if err := tx.ExecOne(ctx, update, owner, x.now, x.was); err != nil {
		return err
	}
	return store.Insert(ctx, tx, "identity_change", changeRow{
		Person: owner, ID: id.New(), Field: x.field, Was: x.was, Now: x.now, Source: source, Correction: correction,
		ByPerson: a.Person, ByRole: a.Role, At: store.At(tx.Now()),
	})
}

func (s *Service) mayDecide(a policy.Actor, person string) error {
	return s.may(a, "mydata.decide", person)
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// NameCheck is what the civil registry said of the other party's name.
type NameCheck string

// The answers. Unanswered is the registry's outage, not the person's fault:
// the filing goes on, and a job asks again.
const (
	NameUnasked    NameCheck = ""
	NameConfirmed  NameCheck = "confirmed"
	NameMismatch   NameCheck = "mismatch"
	NameUnanswered NameCheck = "unanswered"
)

// Named is what the civil registry said of one name, and the fingerprint of the
// name that it was asked about.
type Named struct {
	Check NameCheck `json:"check"`
	Asked string    `json:"asked"`
}

// Names are the names in a filing, by the prefix of their questions
// ("defendant_2").
type Names map[string]Named

// any tells whether a name has an answer.
func (n Names) any(check NameCheck) bool {
	for _, x := range n {
		if x.Check == check {
			return true
		}
	}
	return false
}

// nameFields are the answers that together name a person.
type nameFields struct{ prefix, code, first, last string }

// namesOn finds the questions of a page that name a person by national code.
func namesOn(pg catalogue.PageDef) (out []nameFields) {
	for _, f := range pg.Fields {
		prefix, ok := strings.CutSuffix(f.Name, "_national_code")
		if ok && f.Type == catalogue.TypeNationalCode {
			out = append(out, nameFields{prefix: prefix, code: f.Name, first: prefix + "_first_name", last: prefix + "_last_name"})
		}
	}
	return out
}

// of reads the three answers and makes their fingerprint; ok tells whether all
// are there.
func (n nameFields) of(answers catalogue.Answers) (code, first, last, print string, ok bool) {
	text := func(name string) string { v, _ := answers[name].(string); return v }
	code, first, last = text(n.code), text(n.first), text(n.last)
	sum := sha256.Sum256([]byte(code + "\x00" + first + "\x00" + last))
	return code, first, last, hex.EncodeToString(sum[:]), code != "" && first != "" && last != ""
}

// askNames asks the civil registry about the names on a page, unless it has
// answered for these very ones.
func (s *Service) askNames(ctx context.Context, by policy.Actor, f *Filing, pg catalogue.PageDef) error {
	for _, n := range namesOn(pg) {
		code, first, last, print, ok := n.of(f.Answers)
		have := f.Names[n.prefix]
		if !ok {
			delete(f.Names, n.prefix)
			continue
		}
		if have.Asked == print && have.Check != NameUnasked && have.Check != NameUnanswered {
			continue
		}
		check, as, err := s.confirm(ctx, by, code, first, last)
		if err != nil {
			return err
		}
		if check == NameConfirmed { // from here on as the registry writes it, not as it was typed
			f.Answers[n.first], f.Answers[n.last] = as.First, as.Last
			_, _, _, print, _ = n.of(f.Answers)
		}
		f.Names[n.prefix] = Named{Check: check, Asked: print}
	}
	return nil
}

// notOneself refuses a filing against the person who files it.
func (s *Service) notOneself(ctx context.Context, f Filing, pg catalogue.PageDef) (wrong []errs.Field, err error) {
	names := namesOn(pg)
	if len(names) == 0 {
		return nil, nil
	}
	me, err := s.d.Identity.Person(ctx, f.Owner)
	if err != nil {
		return nil, err
	}
	if f.legal() {
		return s.notItself(ctx, f, pg, me)
	}
	for _, n := range names {
		if code, _, _, _, _ := n.of(f.Answers); code != "" && code == me.NationalCode {
			wrong = append(wrong, errs.Field{Name: n.code, Code: "filing.against_oneself"})
		}
	}
	return wrong, nil
}

// notItself is notOneself for a company or a body.
func (s *Service) notItself(ctx context.Context, f Filing, pg catalogue.PageDef, me identity.Person) (wrong []errs.Field, err error) {
	l, err := s.d.Identity.Legal(ctx, me)
	if err != nil || l.NationalID == "" {
		return nil, err
	}
	for _, q := range pg.Fields {
		if v, _ := f.Answers[q.Name].(string); q.Type == catalogue.TypeEntityID && v == l.NationalID {
			wrong = append(wrong, errs.Field{Name: q.Name, Code: "filing.against_itself"})
		}
	}
	return wrong, nil
}

// namedTwice are the questions of a page, or of all if page is "", that name
// somebody whom an earlier one names: a person or a legal entity stands in a
// filing once.
func namedTwice(f Filing, def *catalogue.Definition, page string) (wrong []errs.Field) {
	seen := map[string]bool{}
	for _, pg := range def.Pages {
		for _, q := range pg.Fields {
			if q.Type != catalogue.TypeNationalCode && q.Type != catalogue.TypeEntityID {
				continue
			}
			v, _ := f.Answers[q.Name].(string)
			if v == "" || !def.Visible(q.Name, f.Answers) {
				continue
			}
			if seen[v] && (page == "" || page == pg.Key) {
				wrong = append(wrong, errs.Field{Name: q.Name, Code: "filing.named_twice"})
			}
			seen[v] = true
		}
	}
	return wrong
}

func (s *Service) confirm(ctx context.Context, by policy.Actor, code, first, last string) (NameCheck, identity.ConfirmedName, error) {
	name, err := s.d.Identity.ConfirmName(ctx, by, code, first, last)
	switch errs.KindOf(err) {
	case errs.Unavailable:
		return NameUnanswered, name, nil
	case errs.NotFound:
		return NameMismatch, name, nil
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid {
		return NameUnasked, name, nil // the page says what is wrong with the code
	}
	if err != nil {
		return NameUnasked, name, err
	}
	return NameConfirmed, name, nil
}

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
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
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

// nameFields are the answers on one page that together name a person.
type nameFields struct{ code, first, last string }

// namesOn finds the fields that name a person by national code; nil if the page
// asks for nobody.
func namesOn(pg catalogue.PageDef) *nameFields {
	for _, f := range pg.Fields {
		prefix, ok := strings.CutSuffix(f.Name, "_national_code")
		if ok && f.Type == catalogue.TypeNationalCode {
			return &nameFields{code: f.Name, first: prefix + "_first_name", last: prefix + "_last_name"}
		}
	}
	return nil
}

// of reads the three answers and makes their fingerprint.
func (n nameFields) of(answers catalogue.Answers) (code, first, last, print string) {
	text := func(name string) string { v, _ := answers[name].(string); return v }
	code, first, last = text(n.code), text(n.first), text(n.last)
	sum := sha256.Sum256([]byte(code + "\x00" + first + "\x00" + last))
	return code, first, last, hex.EncodeToString(sum[:])
}

// askName asks the civil registry about the name on a page whose answers are
// right otherwise, unless it has answered for this very name.
func (s *Service) askName(ctx context.Context, by policy.Actor, f *Filing, pg catalogue.PageDef) error {
	n := namesOn(pg)
	if n == nil {
		return nil
	}
	code, first, last, print := n.of(f.Answers)
	if code == "" || first == "" || last == "" {
		f.NameCheck, f.NameAsked = NameUnasked, ""
		return nil
	}
	if f.NameAsked == print && f.NameCheck != NameUnasked && f.NameCheck != NameUnanswered {
		return nil
	}
	check, as, err := s.confirm(ctx, by, code, first, last)
	if err != nil {
		return err
	}
	if check == NameConfirmed { // from here on as the registry writes it, not as it was typed
		f.Answers[n.first], f.Answers[n.last] = as.First, as.Last
		_, _, _, print = n.of(f.Answers)
	}
	f.NameCheck, f.NameAsked = check, print
	return nil
}

// notOneself refuses a claim against the person who files it.
func (s *Service) notOneself(ctx context.Context, f Filing, pg catalogue.PageDef) ([]errs.Field, error) {
	n := namesOn(pg)
	if n == nil {
		return nil, nil
	}
	me, err := s.d.Identity.Person(ctx, f.Owner)
	if code, _, _, _ := n.of(f.Answers); err == nil && code != "" && code == me.NationalCode {
		return []errs.Field{{Name: n.code, Code: "filing.against_oneself"}}, nil
	}
	return nil, err
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

// faults is everything wrong with a page, or with all of them if page is "":
// what the definition finds, and a name that does not fit or was not asked.
func faults(f Filing, def *catalogue.Definition, page string) []errs.Field {
	wrong := append(def.Validate(f.Answers, page), fileFaults(f, def, page)...)
	for _, pg := range def.Pages {
		n := namesOn(pg)
		if n == nil || (page != "" && page != pg.Key) || len(def.Validate(f.Answers, pg.Key)) > 0 {
			continue
		}
		_, _, _, print := n.of(f.Answers)
		switch {
		case f.NameAsked != print, f.NameCheck == NameUnasked:
			wrong = append(wrong, errs.Field{Name: n.code, Code: "filing.name_unasked"})
		case f.NameCheck == NameMismatch:
			wrong = append(wrong, errs.Field{Name: n.code, Code: "filing.name_mismatch"})
		}
	}
	return wrong
}

// kindConfirmName is the job that asks the registry again after its outage.
const kindConfirmName = "filing.confirm_name"

type nameJob struct {
	Owner  string `json:"owner"`
	Filing string `json:"filing"`
	Asked  string `json:"asked"`
}

// confirmLater asks about a name that the registry did not answer for. A draft
// whose name turns out wrong cannot be frozen any more; a submitted filing keeps
// what was signed, and the answer becomes evidence beside it, for the court.
func (s *Service) confirmLater(ctx context.Context, j nameJob) error {
	f, err := read(ctx, s.d.DB, j.Owner, j.Filing)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil || f.NameAsked != j.Asked || f.NameCheck != NameUnanswered {
		return err
	}
	def, err := s.definition(ctx, f)
	if err != nil {
		return err
	}
	for _, pg := range def.Pages {
		n := namesOn(pg)
		if n == nil {
			continue
		}
		code, first, last, print := n.of(f.Answers)
		if print != j.Asked {
			continue
		}
		check, _, err := s.confirm(ctx, system, code, first, last)
		if err != nil {
			return err
		}
		if check == NameUnanswered {
			return errs.New(errs.Unavailable, "") // the job is tried again
		}
		return s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.nameAnsweredTx(ctx, tx, j, check) })
	}
	return nil
}

// system acts where a job does.
var system = policy.Actor{Role: policy.System}

func (s *Service) nameAnsweredTx(ctx context.Context, tx *store.Tx, j nameJob, check NameCheck) error {
	if err := tx.Exec(ctx, updateName, j.Owner, j.Filing, j.Asked, check); err != nil {
		return err
	}
	f, err := read(ctx, tx, j.Owner, j.Filing)
	if err != nil || f.Status != Submitted {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "filing.name_checked", Time: tx.Now(), Owner: f.Owner, Subject: f.ID, Role: string(policy.System),
		Previous: f.Evidence, Members: map[string]string{"answer": string(check)},
	})
	return err
}

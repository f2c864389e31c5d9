// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// blobs is where the files stand among those of other modules.
const blobs = "contest"

// dayOf is the day whose version of the reasons holds for a notice.
func dayOf(n notice.Notice) civil.Day { return civil.Of(n.Issued) }

// Begin makes a draft against the service of a notice, or finds the one that the
// account has. Another open contest of the notice is errs.Conflict
// (contest.already_open).
func (s *Service) Begin(ctx context.Context, a policy.Actor, caseID, noticeID string) (_ Contest, err error) {
	defer errs.Wrap(&err, "contest.Begin")
	o, err := s.about(ctx, a, caseID, noticeID)
	if err != nil {
		return Contest{}, err
	}
	if err := s.d.Policy.Check(a, "contest.write", resource(o.c, Contest{Party: o.party, Owner: a.Owner()})); err != nil {
		return Contest{}, err
	}
	var out Contest
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.actsTx(ctx, tx, a, policy.Prepare, o.c.ID, o.party); err != nil {
			return err
		}
		rows, err := store.All[contestRow](ctx, tx, sqlOfNotice, caseID, noticeID)
		if err != nil {
			return err
		}
		for _, k := range contests(rows) {
			switch {
			case k.State == Open:
				return errs.New(errs.Conflict, "contest.already_open")
			case k.State == Draft && k.Owner == a.Owner():
				out, err = read(ctx, tx, k.Case, k.ID)
				return err
			}
		}
		if o.n, err = s.noticeOf(ctx, tx, caseID, noticeID); err != nil {
			return err
		}
		if err := s.contestable(o); err != nil {
			return err
		}
		name := a.Name
		if a.For != "" {
			name = a.ForName
		}
		r := contestRow{
			Case: caseID, ID: id.New(), Notice: noticeID, Party: o.party, Owner: a.Owner(), Person: a.Person, Name: name, Role: string(a.Role),
			Unit: o.c.Unit, CaseNumber: o.c.Number, Number: o.n.Number, TitleFA: o.n.Title.FA, TitleEN: o.n.Title.EN, Way: o.way,
			Rules: o.table.Name(), State: Draft, Version: 1, Made: store.At(tx.Now()), Changed: store.At(tx.Now()),
		}
		out = r.contest()
		return store.Insert(ctx, tx, "contest_contest", r)
	})
	return out, err
}

// actsTx makes sure that the actor may still act for a party of a case.
func (s *Service) actsTx(ctx context.Context, tx *store.Tx, a policy.Actor, right policy.Right, caseID, party string) error {
	if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
		return err
	}
	if err := s.d.Identity.CoversTx(ctx, tx, a, right, caseID, ""); err != nil {
		return err
	}
	return s.d.Docket.StandsForTx(ctx, tx, caseID, party, a.Owner())
}

// Said is what somebody says.
type Said struct {
	Reason  string
	Words   string
	Learned civil.Day // 0: not said
	Version int64     // of the draft that was seen
}

// Save keeps what was said in a draft, right or wrong; Faults tells what is wrong.
// A draft that was changed elsewhere is errs.Conflict (contest.changed_meanwhile).
func (s *Service) Save(ctx context.Context, a policy.Actor, caseID, contest string, in Said) (_ Contest, err error) {
	defer errs.Wrap(&err, "contest.Save")
	k, err := s.mine(ctx, a, caseID, contest)
	if err != nil {
		return Contest{}, err
	}
	words := persian.Store(strings.TrimSpace(in.Words))
	if utf8.RuneCountInString(words) > mostWords {
		return Contest{}, errs.InvalidFields([]errs.Field{{Name: "words", Code: "contest.wrong.words_long", Args: []any{"max", mostWords}}})
	}
	reason := in.Reason
	if _, ok := s.tableOf(k).Find(k.Way, reason); !ok {
		reason = ""
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.actsTx(ctx, tx, a, policy.Prepare, caseID, k.Party); err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlSave, caseID, contest, in.Version, reason, words, in.Learned, store.At(tx.Now()))
	})
	if err != nil {
		return Contest{}, changedMeanwhile(err)
	}
	return read(ctx, s.d.DB, caseID, contest)
}

func changedMeanwhile(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Conflict && e.Code == "" {
		return errs.New(errs.Conflict, "contest.changed_meanwhile").Because(err)
	}
	return err
}

// mine is a draft that the actor may change.
func (s *Service) mine(ctx context.Context, a policy.Actor, caseID, contest string) (Contest, error) {
	k, c, err := s.find(ctx, a, caseID, contest)
	if err != nil {
		return Contest{}, err
	}
	if err := s.d.Policy.Check(a, "contest.write", resource(c, k)); err != nil {
		return Contest{}, err
	}
	if k.State != Draft {
		return Contest{}, errs.New(errs.Conflict, "contest.not_draft")
	}
	return k, nil
}

// tableOf is the version of the reasons that a contest was made by.
func (s *Service) tableOf(k Contest) Table {
	for _, t := range s.reasons.list {
		if t.Name() == k.Rules {
			return t
		}
	}
	return s.reasons.list[len(s.reasons.list)-1]
}

// Reason is what a contest says, in words.
func (s *Service) Reason(k Contest) Reason {
	r, _ := s.tableOf(k).Find(k.Way, k.Reason)
	return r
}

// Faults are what has to be mended before a contest can be signed.
func (s *Service) Faults(k Contest, today civil.Day) error {
	var f []errs.Field
	bad := func(name, code string, args ...any) { f = append(f, errs.Field{Name: name, Code: code, Args: args}) }
	r, ok := s.tableOf(k).Find(k.Way, k.Reason)
	if !ok {
		bad("reason", "contest.wrong.reason")
	}
	if utf8.RuneCountInString(k.Words) < leastWords {
		bad("words", "contest.wrong.words", "min", leastWords)
	}
	if k.Learned > today {
		bad("learned", "contest.wrong.learned")
	}
	if ok && r.Proof == ProofRequired && len(k.Files) == 0 {
		bad("files", "contest.wrong.files")
	}
	return errs.InvalidFields(f)
}

// Attach takes a file in beside a draft. The same bytes again are the same file.
func (s *Service) Attach(ctx context.Context, a policy.Actor, caseID, contest, name string, r io.Reader) (_ File, err error) {
	defer errs.Wrap(&err, "contest.Attach")
	k, err := s.mine(ctx, a, caseID, contest)
	if err != nil {
		return File{}, err
	}
	got, err := s.intake.Take(ctx, name, r)
	if err != nil {
		return File{}, err
	}
	f := File{ID: id.New(), Name: got.Name, Type: got.Type, Bytes: int64(len(got.Bytes)), SHA256: blob.Sum(got.Bytes), Pages: got.Pages}
	f.blob = blob.Key(blobs, k.Case, f.SHA256)
	if err := s.d.Blobs.Put(ctx, f.blob, got.Bytes); err != nil {
		return File{}, err
	}
	kept := f
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		kept = f
		if err := s.actsTx(ctx, tx, a, policy.Prepare, caseID, k.Party); err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, sqlTouch, caseID, contest, store.At(tx.Now())); err != nil { // the lock
			return err
		}
		have, err := files(ctx, tx, k)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(have, func(h File) bool { return h.SHA256 == f.SHA256 }); i >= 0 {
			kept = have[i]
			return nil
		}
		if len(have) >= mostFiles {
			return errs.New(errs.Invalid, "contest.wrong.too_many_files", "max", mostFiles)
		}
		return store.Insert(ctx, tx, "contest_file", fileRow{
			Case: caseID, Contest: contest, ID: f.ID, Name: f.Name, Type: f.Type, Bytes: f.Bytes, SHA256: f.SHA256, Pages: int64(f.Pages),
			Blob: f.blob, Created: store.At(tx.Now()),
		})
	})
	return kept, changedMeanwhile(err)
}

// Detach takes a file back from a draft.
func (s *Service) Detach(ctx context.Context, a policy.Actor, caseID, contest, file string) (err error) {
	defer errs.Wrap(&err, "contest.Detach")
	k, err := s.mine(ctx, a, caseID, contest)
	if err != nil {
		return err
	}
	return changedMeanwhile(s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.actsTx(ctx, tx, a, policy.Prepare, caseID, k.Party); err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, sqlTouch, caseID, contest, store.At(tx.Now())); err != nil {
			return err
		}
		return tx.Exec(ctx, sqlDropFile, caseID, contest, file)
	}))
}

// FileOf is one attached file, for whoever may read the contest.
func (s *Service) FileOf(ctx context.Context, a policy.Actor, caseID, contest, file string) (_ []byte, _ File, err error) {
	defer errs.Wrap(&err, "contest.FileOf")
	k, _, err := s.Get(ctx, a, caseID, contest)
	if err != nil {
		return nil, File{}, err
	}
	for _, f := range k.Files {
		if f.ID == file {
			b, err := s.d.Blobs.Get(ctx, f.blob, f.SHA256)
			return b, f, err
		}
	}
	return nil, File{}, errs.New(errs.NotFound, "")
}

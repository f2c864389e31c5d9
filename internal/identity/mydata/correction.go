// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"context"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Field is something about a person that may be wrong; part of keys of words.
type Field string

// The fields. Names come from the civil registry and are corrected there first;
// telephone and e-mail are not among them, because whoever could have an
// administrator change them could take the account.
const (
	FieldNames    Field = "names"
	FieldProvince Field = "province"
	FieldOther    Field = "other" // anything else that is kept: answered in words
)

// Fields lists what can be said to be wrong.
func Fields() []Field { return []Field{FieldNames, FieldProvince, FieldOther} }

// The states of a correction: asked → done or refused.
const (
	Done    = "done"
	Refused = "refused"
)

// Bounds, in characters, and of open requests of one person.
const (
	minReason  = 10
	maxReason  = 1000
	maxClaimed = 200
	openMost   = 5
	shownMost  = 50
)

// Correction is what somebody says is wrong about them here.
type Correction struct {
	Owner, ID       string
	Field           Field
	Claimed, Reason string
	File            string // name of the proof; "" none
	State           string
	Answer          string
	Decider         string // name
	Asked, Decided  time.Time
	blob, by        string // by: who asked
}

// NewCorrection is what somebody enters.
type NewCorrection struct {
	Field           Field
	Claimed, Reason string
	Name            string    // of the file
	File            io.Reader // nil: none
}

// AskCorrection keeps a request for an administrator. The proof goes through the
// same intake as all files.
func (s *Service) AskCorrection(ctx context.Context, a policy.Actor, n NewCorrection) (_ Correction, err error) {
	defer errs.Wrap(&err, "mydata.AskCorrection")
	owner := Whose(a)
	if err := s.may(a, "mydata.correct", owner); err != nil {
		return Correction{}, err
	}
	row := correctionRow{
		Owner: owner, ID: id.New(), Field: n.Field, Claimed: persian.Store(n.Claimed), Reason: persian.Store(n.Reason), By: a.Person, State: Asked,
	}
	var wrong []errs.Field
	if !slices.Contains(Fields(), n.Field) {
		wrong = append(wrong, errs.Field{Name: "field", Code: "form.wrong"})
	}
	if k := utf8.RuneCountInString(row.Claimed); k == 0 || k > maxClaimed {
		wrong = append(wrong, errs.Field{Name: "claimed", Code: "mydata.correction.claimed_wrong", Args: []any{"max", maxClaimed}})
	}
	if k := utf8.RuneCountInString(row.Reason); k < minReason || k > maxReason {
		wrong = append(wrong, errs.Field{Name: "reason", Code: "mydata.correction.reason_wrong", Args: []any{"min", minReason, "max", maxReason}})
	}
	if len(wrong) > 0 {
		return Correction{}, errs.InvalidFields(wrong)
	}
	if n.File != nil {
		f, err := s.intake.Take(ctx, n.Name, n.File)
		if err != nil {
			return Correction{}, err
		}
		row.File, row.Blob = f.Name, blob.Key(blobs, owner, blob.Sum(f.Bytes))
		if err := s.d.Blobs.Put(ctx, row.Blob, f.Bytes); err != nil {
			return Correction{}, err
		}
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		open, err := store.One[int64](ctx, tx, sqlOpenOf, owner)
		if err != nil {
			return err
		}
		if open >= openMost {
			return errs.New(errs.RateLimited, "mydata.correction.limited", "n", openMost)
		}
		row.Asked = store.At(tx.Now())
		if err := store.Insert(ctx, tx, "identity_correction", row); err != nil {
			return err
		}
		return s.stage(ctx, tx, "identity.correction_asked", row.ID, owner, a, map[string]string{"field": string(row.Field)})
	})
	return row.correction(), err
}

// Corrections lists those of the actor's, or of whom he may see all data, the
// newest first.
func (s *Service) Corrections(ctx context.Context, a policy.Actor) (_ []Correction, err error) {
	defer errs.Wrap(&err, "mydata.Corrections")
	owner := Whose(a)
	if err := s.may(a, "mydata.correct", owner); err != nil {
		return nil, err
	}
	rows, err := store.All[correctionRow](ctx, s.d.DB, sqlCorrections, owner, shownMost)
	return corrections(rows), err
}

func corrections(rows []correctionRow) []Correction {
	out := make([]Correction, len(rows))
	for i, r := range rows {
		out[i] = r.correction()
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// ConciliationLimit is the code of the amount up to which a monetary claim
// belongs to the conciliation court (Conciliation Councils Act of 22/6/1402,
// art 12, item 1). The head of the judiciary may adjust it every three years.
const ConciliationLimit = "conciliation_limit"

// Threshold is an amount that the law sets, from a day on. Value is in rials.
type Threshold struct {
	Code     string
	From     civil.Day
	Version  int // 0 in the embedded table; a correction for the same day counts up
	Value    int64
	Citation Text
	Note     Text // what is uncertain about it; may be empty
}

//go:embed data/thresholds.json
var thresholdData []byte

// defaultThresholds reads the embedded table.
func defaultThresholds() ([]Threshold, error) {
	var file struct {
		Thresholds []struct {
			Code     string    `json:"code"`
			From     civil.Day `json:"from"`
			Value    int64     `json:"value"`
			Citation Text      `json:"citation"`
			Note     Text      `json:"note"`
		} `json:"thresholds"`
	}
	if err := json.Unmarshal(thresholdData, &file); err != nil {
		return nil, fmt.Errorf("data/thresholds.json: %w", err)
	}
	var out []Threshold
	for i, r := range file.Thresholds {
		t := Threshold{Code: r.Code, From: r.From, Value: r.Value, Citation: r.Citation, Note: r.Note}
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("data/thresholds.json: entry %d: %w", i+1, err)
		}
		out = append(out, t)
	}
	return out, nil
}

func (t Threshold) check() error {
	var f []errs.Field
	bad := func(name, code string) { f = append(f, errs.Field{Name: name, Code: code}) }
	if t.Code != ConciliationLimit {
		bad("code", "authority.threshold.code")
	}
	if t.Value <= 0 {
		bad("value", "authority.threshold.value")
	}
	if t.Citation.FA == "" || t.Citation.EN == "" {
		bad("citation", "authority.threshold.citation")
	}
	return errs.InvalidFields(f)
}

type thresholdRow struct {
	Code        string     `db:"code"`
	From        civil.Day  `db:"from_day"`
	Version     int        `db:"version"`
	Value       int64      `db:"value"`
	CitationFA  string     `db:"citation_fa"`
	CitationEN  string     `db:"citation_en"`
	NoteFA      string     `db:"note_fa"`
	NoteEN      string     `db:"note_en"`
	PublishedBy string     `db:"published_by"`
	PublishedAt store.Time `db:"published_us"`
}

func (r thresholdRow) threshold() Threshold {
	return Threshold{
		Code: r.Code, From: r.From, Version: r.Version, Value: r.Value,
		Citation: Text{r.CitationFA, r.CitationEN}, Note: Text{r.NoteFA, r.NoteEN},
	}
}

// Thresholds lists every amount with this code, embedded and published, the
// one that holds last at the end.
func (s *Service) Thresholds(ctx context.Context, code string) (_ []Threshold, err error) {
	defer errs.Wrap(&err, "authority.Thresholds")
	rows, err := store.All[thresholdRow](ctx, s.db, selectThresholds, code)
	if err != nil {
		return nil, err
	}
	var out []Threshold
	for _, t := range s.defaults {
		if t.Code == code {
			out = append(out, t)
		}
	}
	for _, r := range rows {
		out = append(out, r.threshold())
	}
	slices.SortStableFunc(out, func(a, b Threshold) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Version, b.Version))
	})
	return out, nil
}

// Threshold is the amount that holds on a day; errs.NotFound if there is none
// yet.
func (s *Service) Threshold(ctx context.Context, code string, at civil.Day) (Threshold, error) {
	all, err := s.Thresholds(ctx, code)
	if err != nil {
		return Threshold{}, err
	}
	for _, t := range slices.Backward(all) {
		if t.From <= at {
			return t, nil
		}
	}
	return Threshold{}, errs.New(errs.NotFound, "authority.threshold.none")
}

// PublishThreshold adds an amount or corrects one (same code and day). What
// held before stays in the table. Errors: Forbidden, Invalid, Conflict when
// somebody published for the same day at the same moment.
func (s *Service) PublishThreshold(ctx context.Context, by policy.Actor, t Threshold) (err error) {
	defer errs.Wrap(&err, "authority.PublishThreshold")
	if err := s.mayPublish(by, "thresholds"); err != nil {
		return err
	}
	if err := t.check(); err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		last, err := store.One[int](ctx, tx, selectThresholdVersion, t.Code, t.From)
		if err != nil {
			return err
		}
		if err := store.Insert(ctx, tx, "authority_threshold", thresholdRow{
			Code: t.Code, From: t.From, Version: last + 1, Value: t.Value,
			CitationFA: t.Citation.FA, CitationEN: t.Citation.EN, NoteFA: t.Note.FA, NoteEN: t.Note.EN,
			PublishedBy: by.Person, PublishedAt: store.At(tx.Now()),
		}); err != nil {
			return err
		}
		return s.stage(ctx, tx, eventThreshold, t.Code, by, map[string]any{
			"code": t.Code, "from": t.From, "version": last + 1, "value": t.Value, "citation": t.Citation, "note": t.Note,
		})
	})
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Conflict {
		return errs.New(errs.Conflict, "authority.threshold.conflict").Because(err)
	}
	return err
}

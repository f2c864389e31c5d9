// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Entry is something that happened in a case.
//
// Its words stand in the locale of the module that added it: kind
// "filing.submitted" is written by the key "filing.entry.submitted", with the
// Members as variables; a member "title_fa" is the variable {title} in Persian;
// a member "reason_key" is the variable {reason}, with the words of that key.
// A member "href" is a path shown with the words of "….link"; with a member
// "owner" it is shown to that person only.
type Entry struct {
	Case     string
	Kind     string   // "module.what"
	Sides    []string // who may see it: Plaintiff, Defendant; staff see all
	By       policy.Actor
	Subject  string // id of the thing it is about
	Evidence string
	At       time.Time // zero: now
	Members  map[string]string
	Key      string // the same key is added once; empty: Kind and Subject
}

type entryRow struct {
	Case         string     `db:"case_id"`
	ID           string     `db:"id"`
	Kind         string     `db:"kind"`
	ForPlaintiff bool       `db:"for_plaintiff"`
	ForDefendant bool       `db:"for_defendant"`
	ByPerson     string     `db:"by_person"`
	ByRole       string     `db:"by_role"`
	ByName       string     `db:"by_name"`
	Subject      string     `db:"subject"`
	Evidence     string     `db:"evidence"`
	Members      string     `db:"members"`
	Idem         string     `db:"idem"`
	At           store.Time `db:"at_us"`
}

const sqlAddEntry = `INSERT INTO docket_entry (case_id, id, kind, for_plaintiff, for_defendant, by_person, by_role, by_name,
		subject, evidence, members, idem, at_us)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (case_id, idem) DO NOTHING`

// The three views of a timeline; each reads one case.
const (
	sqlTimeline = `SELECT case_id, id, kind, for_plaintiff, for_defendant, by_person, by_role, by_name, subject, evidence, members, idem, at_us
		FROM docket_entry WHERE case_id = $1 ORDER BY at_us, id LIMIT 2000`
	sqlTimelinePlaintiff = `SELECT case_id, id, kind, for_plaintiff, for_defendant, by_person, by_role, by_name, subject, evidence, members, idem, at_us
		FROM docket_entry WHERE case_id = $1 AND for_plaintiff ORDER BY at_us, id LIMIT 2000`
	sqlTimelineDefendant = `SELECT case_id, id, kind, for_plaintiff, for_defendant, by_person, by_role, by_name, subject, evidence, members, idem, at_us
		FROM docket_entry WHERE case_id = $1 AND for_defendant ORDER BY at_us, id LIMIT 2000`
)

// AddEntryTx adds an entry in the caller's transaction. It only writes, so it
// may be used in a blind transaction, and it is right if it is run again: the
// second one with the same Key is dropped.
func (s *Service) AddEntryTx(ctx context.Context, tx *store.Tx, e Entry) (err error) {
	defer errs.Wrap(&err, "docket.AddEntryTx")
	if e.Case == "" || !strings.Contains(e.Kind, ".") {
		return errs.New(errs.Invalid, "docket.wrong.entry")
	}
	members := ""
	if len(e.Members) > 0 {
		b, err := json.Marshal(e.Members)
		if err != nil {
			return err
		}
		members = string(b)
	}
	if e.Key == "" {
		e.Key = e.Kind + ":" + e.Subject
	}
	if e.At.IsZero() {
		e.At = tx.Now()
	}
	return tx.Exec(ctx, sqlAddEntry, e.Case, id.New(), e.Kind,
		slices.Contains(e.Sides, Plaintiff), slices.Contains(e.Sides, Defendant),
		e.By.Person, string(e.By.Role), e.By.Name, e.Subject, e.Evidence, members, e.Key, store.At(e.At))
}

// timeline reads what happened in a case, the first thing first, as far as
// c.Side may see it; all if that is "" (staff). Who has to do with some groups of
// notices only reads nothing there of the others.
func (s *Service) timeline(ctx context.Context, a policy.Actor, c Case) ([]Entry, error) {
	query := sqlTimeline
	switch c.Side {
	case Plaintiff:
		query = sqlTimelinePlaintiff
	case Defendant:
		query = sqlTimelineDefendant
	}
	rows, err := store.All[entryRow](ctx, s.d.DB, query, c.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, len(rows))
	for i, r := range rows {
		if out[i], err = r.entry(); err != nil {
			return nil, err
		}
	}
	return s.withinGroups(ctx, a, c, out)
}

func (r entryRow) entry() (Entry, error) {
	e := Entry{
		Case: r.Case, Kind: r.Kind, By: policy.Actor{Person: r.ByPerson, Role: policy.Role(r.ByRole), Name: r.ByName},
		Subject: r.Subject, Evidence: r.Evidence, At: r.At.Time, Key: r.Idem, Sides: []string{Court},
	}
	if r.ForPlaintiff {
		e.Sides = append(e.Sides, Plaintiff)
	}
	if r.ForDefendant {
		e.Sides = append(e.Sides, Defendant)
	}
	if r.Members == "" {
		return e, nil
	}
	return e, json.Unmarshal([]byte(r.Members), &e.Members)
}

// key is the locale key of the entry's words.
func (e Entry) key() string {
	module, what, _ := strings.Cut(e.Kind, ".")
	if changed, ok := strings.CutPrefix(what, "deadline_"); ok && module == "docket" && e.Members["from_fa"] != "" {
		return "docket.entry.term_" + changed // entries from before this did not say from when to when, and why
	}
	if what == "notice_replaced" && module == "docket" && e.Members["lawyer"] == "" {
		return "docket.entry.notice_superseded" // served anew for another reason than a lawyer who left
	}
	return module + ".entry." + what
}

// Words writes the entry.
func (e Entry) Words(p *i18n.Printer) string { return p.T(e.key(), e.pairs(p)...) }

// Link is the path of the entry's subject for a person and its words; "" if
// there is none for him.
func (e Entry) Link(p *i18n.Printer, person string) (href, words string) {
	href = e.Members["href"]
	if owner := e.Members["owner"]; href == "" || owner != "" && owner != person || !p.Has(e.key()+".link") {
		return "", ""
	}
	return href, p.T(e.key() + ".link")
}

// pairs are the members as variables of a language.
func (e Entry) pairs(p *i18n.Printer) []any {
	var out []any
	for k, v := range e.Members {
		if name, ok := strings.CutSuffix(k, "_"+string(p.Lang())); ok {
			k = name
		}
		if name, ok := strings.CutSuffix(k, "_key"); ok {
			k = name
			if p.Has(v) {
				v = p.T(v)
			}
		}
		out = append(out, k, v)
	}
	return out
}

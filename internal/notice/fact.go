// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Kinds of facts. Arrival and the first opening stand in the notice itself, the
// others are rows of their own.
const (
	FactArrived     = "arrived"
	FactViewed      = "viewed"       // Code: the opener
	FactDeemed      = "deemed"       // nobody opened it for the time that the reading names
	FactPaperActual = "paper_actual" // an officer handed it to the addressee (CPC 68)
	FactPaperLegal  = "paper_legal"  // or left it in another way that the law knows (CPC 69, 70); Code: which
	FactPaperFailed = "paper_failed" // or could not; Code: why
	FactPublished   = "published"    // in the system and an electronic newspaper (by-law article 16)
	FactContested   = "contested"    // the addressee says that he was not served; Code: why
	FactUpheld      = "upheld"       // the judge: it was served as it says
	FactMoved       = "moved"        // the judge: it is served since Holds
	FactSetAside    = "set_aside"    // the judge: it was not served
	FactReplaced    = "replaced"     // another notice (Other) took its place; Code: why
)

// etsiFacts names the events in ETSI EN 319 522 where it has one.
var etsiFacts = map[string]string{
	FactDeemed:      "AcceptanceRejectionExpiry",
	FactViewed:      etsiViewed,
	FactPaperActual: "RelayToNonERDS",
	FactPaperLegal:  "RelayToNonERDS",
	FactPaperFailed: "RelayToNonERDSFailure",
}

// negative facts say why.
var negative = []string{FactDeemed, FactPaperFailed, FactContested, FactSetAside, FactReplaced}

// Fact is something that happened to a notice. It is never changed.
type Fact struct {
	ID       string
	Kind     string
	At       time.Time // when it happened
	Code     string
	Person   string // who acted
	Role     string
	Holds    time.Time // FactMoved: since when the notice is served
	Other    string    // id of the notice, attempt, order or contest that it comes of
	Evidence string
	Made     time.Time // when we learned of it: an officer without a signal tells later
}

type factRow struct {
	Owner    string     `db:"owner"`
	Notice   string     `db:"notice"`
	ID       string     `db:"id"`
	Kind     string     `db:"kind"`
	At       store.Time `db:"at_us"`
	Code     string     `db:"code"`
	Person   string     `db:"person"`
	Role     string     `db:"role"`
	Holds    store.Time `db:"holds_us"`
	Other    string     `db:"other"`
	Evidence string     `db:"evidence"`
	Made     store.Time `db:"made_us"`
}

func (r factRow) fact() Fact {
	return Fact{ID: r.ID, Kind: r.Kind, At: r.At.Time, Code: r.Code, Person: r.Person, Role: r.Role, Holds: r.Holds.Time,
		Other: r.Other, Evidence: r.Evidence, Made: r.Made.Time}
}

const (
	sqlFacts = `SELECT owner, notice, id, kind, at_us, code, person, role, holds_us, other, evidence, made_us
		FROM notice_fact WHERE owner = $1 AND notice = ANY($2) ORDER BY notice, made_us, id`
	sqlCountFact = `UPDATE notice_notice SET facts = facts + 1 WHERE owner = $1 AND id = $2`
)

// History is all facts of a notice, those that stand in it too, in the order in
// which they were learned.
func (n Notice) History() []Fact {
	out := make([]Fact, 0, len(n.Facts)+2)
	if !n.Arrived.IsZero() {
		out = append(out, Fact{Kind: FactArrived, At: n.Arrived, Evidence: n.EvidenceArrived, Made: n.Arrived})
	}
	if !n.Viewed.IsZero() {
		out = append(out, Fact{Kind: FactViewed, At: n.Viewed, Code: n.Opener, Person: n.ViewedBy, Role: n.ViewedRole, Evidence: n.EvidenceViewed, Made: n.Viewed})
	}
	out = append(out, n.Facts...)
	slices.SortStableFunc(out, func(a, b Fact) int { return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID)) })
	return out
}

// withFacts reads the facts that have rows of their own into the notices of one
// owner. Most notices have none, and then nothing is asked.
func (s *Service) withFacts(ctx context.Context, q store.Querier, list []Notice) error {
	var ids []string
	for _, n := range list {
		if n.factCount > 0 {
			ids = append(ids, n.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := store.All[factRow](ctx, q, sqlFacts, list[0].Owner, ids)
	if err != nil {
		return err
	}
	for i := range list {
		for _, r := range rows {
			if r.Notice == list[i].ID {
				list[i].Facts = append(list[i].Facts, r.fact())
			}
		}
	}
	return nil
}

// readTx reads a notice with all its facts.
func (s *Service) readTx(ctx context.Context, q store.Querier, owner, id string) (Notice, error) {
	r, err := store.One[noticeRow](ctx, q, sqlNotice, owner, id)
	if err != nil {
		return Notice{}, err
	}
	one := []Notice{r.notice()}
	err = s.withFacts(ctx, q, one)
	return one[0], err
}

// addFactTx appends a fact with its evidence and returns the notice as it is
// with it.
func (s *Service) addFactTx(ctx context.Context, tx *store.Tx, n Notice, by policy.Actor, f Fact, more map[string]string) (Notice, Fact, error) {
	f.Made, f.Person, f.Role = tx.Now(), by.Person, string(by.Role)
	if f.At.IsZero() {
		f.At = f.Made
	}
	f.ID = id.New()
	m := members(noticeRow{Number: n.Number, Kind: n.Kind, Unit: n.Unit, CaseNumber: n.CaseNumber, Issued: store.At(n.Issued)}, etsiFacts[f.Kind], n.recipient())
	for k, v := range more {
		m[k] = v
	}
	if f.Other != "" {
		m["other"] = f.Other
	}
	if !f.At.Equal(f.Made) {
		m["happened"] = stamp(f.At)
	}
	if !f.Holds.IsZero() {
		m["served_since"] = stamp(f.Holds)
	}
	rec := ledger.Record{
		Event: "notice." + f.Kind, Owner: n.Owner, Subject: n.ID, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For,
		ContentHash: n.ContentHash, Previous: cmp.Or(n.EvidenceViewed, n.EvidenceArrived, n.EvidenceIssued),
		Rule: s.effects.At(civil.Of(n.Issued)).Name(), Members: m,
	}
	if slices.Contains(negative, f.Kind) {
		rec.Reasons = []string{cmp.Or(f.Code, f.Kind)}
	} else if f.Code != "" {
		m["code"] = f.Code
	}
	var err error
	if f.Evidence, err = s.d.Ledger.StageTx(ctx, tx, rec); err != nil {
		return n, f, err
	}
	if err := store.Insert(ctx, tx, "notice_fact", factRow{
		Owner: n.Owner, Notice: n.ID, ID: f.ID, Kind: f.Kind, At: store.At(f.At), Code: f.Code, Person: f.Person, Role: f.Role,
		Holds: store.At(f.Holds), Other: f.Other, Evidence: f.Evidence, Made: store.At(f.Made),
	}); err != nil {
		return n, f, err
	}
	n.Facts = append(n.Facts, f)
	return n, f, tx.ExecOne(ctx, sqlCountFact, n.Owner, n.ID)
}

// recipient is the person whose account it is for; "" if there is none.
func (n Notice) recipient() string {
	if n.Way != WayElectronic {
		return ""
	}
	return n.Owner
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

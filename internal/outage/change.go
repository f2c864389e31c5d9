// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// registerOwner is whose row the evidence of an outage is: nobody's in
// particular.
const registerOwner = "outage"

// by is who changes an interval. The program itself is the zero value.
type by struct {
	act    Act
	actor  policy.Actor
	reason string
}

// machine is the program as somebody who acts.
var machine = policy.Actor{Role: policy.System}

// openTx writes a new interval.
func (s *Service) openTx(ctx context.Context, tx *store.Tx, i Interval, b by) (Interval, error) {
	i.ID, i.Version, i.Changed = id.New(), 1, tx.Now()
	v, err := s.stage(ctx, tx, i, b, "")
	if err != nil {
		return i, err
	}
	if err := store.Insert(ctx, tx, "outage_interval", rowOf(v.Interval)); err != nil {
		return i, err
	}
	return v.Interval, s.publishTx(ctx, tx, Changed{Interval: v.Interval})
}

// changeTx makes the next version of an interval. Whoever read an older version
// gets a Conflict.
func (s *Service) changeTx(ctx context.Context, tx *store.Tx, was, i Interval, b by) (Interval, error) {
	i.Version, i.Changed = was.Version+1, tx.Now()
	v, err := s.stage(ctx, tx, i, b, was.Evidence)
	if err != nil {
		return i, err
	}
	r := rowOf(v.Interval)
	n, err := tx.ExecN(ctx, updateInterval, r.ID, r.Version, r.Part, r.From, r.To, r.Cause, r.TextFA, r.TextEN, r.Withdrawn, r.Evidence, r.Changed, was.Version)
	if err != nil {
		return i, err
	}
	if n != 1 {
		return i, errs.New(errs.Conflict, "outage.changed_meanwhile")
	}
	return v.Interval, s.publishTx(ctx, tx, Changed{Interval: v.Interval, Was: &was})
}

// publishTx tells whoever hears of it, has the certificates made and lets the
// status page look again.
func (s *Service) publishTx(ctx context.Context, tx *store.Tx, e Changed) error {
	tx.AfterCommit(s.forget)
	if err := s.d.Jobs.PublishTx(ctx, tx, e); err != nil || !certified(e.Interval) {
		return err
	}
	return s.d.Jobs.EnqueueTx(ctx, tx, kindPaper, paperJob{Interval: e.Interval.ID, Version: e.Interval.Version})
}

// stage writes the version and its evidence. Receipts of outages are for
// everybody, so the evidence names the role of who acted and not the person.
func (s *Service) stage(ctx context.Context, tx *store.Tx, i Interval, b by, previous string) (v Version, err error) {
	content, err := ledger.Canonical(contentOf(i))
	if err != nil {
		return v, err
	}
	r := ledger.Record{
		Event: "outage." + string(b.act), Time: tx.Now(), Owner: registerOwner, Subject: i.ID, Role: string(b.actor.Role),
		Content: content, Previous: previous, Rule: s.rules.ID(),
	}
	if b.reason != "" {
		r.Reasons = []string{b.reason}
	}
	if i.Evidence, err = s.d.Ledger.StageTx(ctx, tx, r); err != nil {
		return v, err
	}
	v = Version{Interval: i, Act: b.act, Reason: b.reason, Person: b.actor.Person, Role: string(b.actor.Role)}
	return v, insertVersion(ctx, tx, v)
}

// content is what a receipt shows of a version.
type content struct {
	ID        string `json:"id"`
	Version   int64  `json:"version"`
	Part      string `json:"part"`
	From      string `json:"from"`
	To        string `json:"to,omitempty"`
	Cause     Cause  `json:"cause"`
	Origin    Origin `json:"origin"`
	Text      Text   `json:"text"`
	Withdrawn bool   `json:"withdrawn"`
}

// stampLayout is RFC 3339 in UTC to the microsecond.
const stampLayout = "2006-01-02T15:04:05.000000Z07:00"

func contentOf(i Interval) content {
	c := content{
		ID: i.ID, Version: i.Version, Part: i.Part, From: i.From.UTC().Format(stampLayout), Cause: i.Cause, Origin: i.Origin, Text: i.Text, Withdrawn: i.Withdrawn,
	}
	if !i.To.IsZero() {
		c.To = i.To.UTC().Format(stampLayout)
	}
	return c
}

// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// What became of a notice that was to be sent.
const (
	Arrived     State = "arrived"
	NotPossible State = "not_possible" // nothing was issued: serve on paper
)

// Message is one notice to be sent.
type Message struct {
	Reference    string // the body's own, once for ever
	Template     string
	NationalCode string // of the addressee; or
	EntityID     string // of a company
	Fields       map[string]string
}

// Sent is a notice of a body as its program sees it. Nothing in it says who the
// addressee is.
type Sent struct {
	ID, Reference  string
	Template       string
	Version        int64
	Test           bool
	State          State
	Number         string
	At             time.Time // arrived, or found not to be possible
	Viewed, Deemed time.Time
	evidence       string
}

type sentRow struct {
	Body      string     `db:"body"`
	ID        string     `db:"id"`
	Test      bool       `db:"test"`
	Reference string     `db:"reference"`
	Asked     string     `db:"asked"`
	Template  string     `db:"template"`
	Version   int64      `db:"version"`
	Notice    string     `db:"notice"`
	Number    string     `db:"number"`
	State     State      `db:"state"`
	Sent      store.Time `db:"sent_us"`
	Viewed    store.Time `db:"viewed_us"`
	Deemed    store.Time `db:"deemed_us"`
	Key       string     `db:"used_key"`
	Evidence  string     `db:"evidence"`
	Batch     string     `db:"batch"`
	Quiet     bool       `db:"quiet"`
}

func (r sentRow) sent() Sent {
	return Sent{
		ID: r.ID, Reference: r.Reference, Template: r.Template, Version: r.Version, Test: r.Test, State: r.State, Number: r.Number, At: r.Sent.Time,
		Viewed: r.Viewed.Time, Deemed: r.Deemed.Time, evidence: r.Evidence,
	}
}

const (
	sentColumns    = `body, id, test, reference, asked, template, version, notice, number, state, sent_us, viewed_us, deemed_us, used_key, evidence, batch, quiet`
	sqlByReference = `SELECT ` + sentColumns + ` FROM sender_notice WHERE body = $1 AND test = $2 AND reference = $3`
	sqlSent        = `SELECT ` + sentColumns + ` FROM sender_notice WHERE body = $1 AND test = $2 AND id = $3`
	sqlSentList    = `SELECT ` + sentColumns + ` FROM sender_notice WHERE body = $1 AND test = $2 AND id < $3 ORDER BY id DESC LIMIT $4`
	sqlOfNotice    = `SELECT ` + sentColumns + ` FROM sender_notice WHERE notice = $1 AND notice <> ''`
	sqlSeen        = `UPDATE sender_notice SET viewed_us = $3 WHERE body = $1 AND id = $2 AND viewed_us = 0`
	sqlDeemed      = `UPDATE sender_notice SET deemed_us = $3 WHERE body = $1 AND id = $2 AND deemed_us = 0`
)

var reference = regexp.MustCompile(`^[A-Za-z0-9._:/-]{1,64}$`)

// Send sends one notice with a key. The same reference again gives the first answer;
// with another content it is errs.Conflict, code sender.reference_used. Over quota it
// is errs.RateLimited with the time to wait, and nothing was sent.
//
// Whether the addressee has an account is told, because without that the body cannot
// know that it has to serve on paper; why not, is not. How often it may hear so in a
// day is bounded (misses_day).
func (s *Service) Send(ctx context.Context, a policy.Actor, m Message) (_ Sent, err error) {
	defer errs.Wrap(&err, "sender.Send")
	return s.send(ctx, a, m, manner{})
}

// manner is how a notice is sent.
type manner struct {
	many  bool   // with others in one call: counted by the day and the month, not by the second
	batch string // in which it is sent; many
	quiet bool   // webhooks do not tell of it
	hand  bool   // no key: a person has started the batch
}

// send is Send in a manner.
func (s *Service) send(ctx context.Context, a policy.Actor, m Message, in manner) (_ Sent, err error) {
	if err := s.d.Policy.Check(a, "sender.send", resource(a.For)); err != nil {
		return Sent{}, err
	}
	test := a.Unit == unitTest
	to, outcome, bad := s.addressee(m, test)
	if !reference.MatchString(m.Reference) {
		wrong(&bad, "reference", "sender.wrong.reference")
	}
	if err := errs.InvalidFields(bad); err != nil {
		return Sent{}, err
	}
	asked := s.asked(m, to)
	var row sentRow
	for range 2 {
		err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
			var err error
			row, err = s.sendTx(ctx, tx, a, m, to, outcome, asked, in)
			return err
		})
		if !errs.Is(err, errs.Conflict) {
			break
		}
		// Another one with the same reference was faster: its answer is there now.
		if _, found, ferr := store.Find[sentRow](ctx, s.d.DB, sqlByReference, a.For, test, m.Reference); ferr != nil || !found {
			break
		}
	}
	return row.sent(), err
}

// addressee reads to whom a notice goes; outcome is what a test simulates.
func (s *Service) addressee(m Message, test bool) (to, outcome string, bad []errs.Field) {
	name, code, normal := "national_code", m.NationalCode, persian.NationalCode
	if m.EntityID != "" {
		name, code, normal = "entity_id", m.EntityID, persian.LegalID
	}
	if (m.NationalCode == "") == (m.EntityID == "") {
		wrong(&bad, "national_code", "sender.wrong.one_addressee")
		return "", "", bad
	}
	if test {
		to = persian.Digits(strings.TrimSpace(code))
		outcome, known := s.rules.outcome(to)
		if !known || outcome == "wrong" {
			wrong(&bad, name, "sender.wrong.test_code")
		}
		return to, outcome, bad
	}
	to, err := normal(code)
	if err != nil {
		wrong(&bad, name, "sender.wrong.code")
	}
	return to, "", bad
}

// asked is what a repetition is compared with. It is keyed: nobody can try out codes
// on it.
func (s *Service) asked(m Message, to string) string {
	h := hmac.New(sha256.New, s.derive("tarazu sender asked"))
	text, _ := json.Marshal([]any{m.Template, to, m.Fields}) // maps are written in order; strings cannot fail
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil))
}

func (s *Service) sendTx(ctx context.Context, tx *store.Tx, a policy.Actor, m Message, to, outcome, asked string, in manner) (sentRow, error) {
	body, test := a.For, a.Unit == unitTest
	none := sentRow{}
	before, found, err := store.Find[sentRow](ctx, tx, sqlByReference, body, test, m.Reference)
	if err != nil {
		return none, err
	}
	if found {
		if before.Asked != asked {
			return none, errs.New(errs.Conflict, "sender.reference_used")
		}
		return before, nil
	}
	if !in.hand {
		lives, err := s.keeper.LivesTx(ctx, tx, body, a.Capacity)
		if err != nil {
			return none, err
		}
		if !lives { // revoked while this call was under way
			return none, errs.New(errs.Unauthenticated, "")
		}
	}
	c, found, err := store.Find[contractRow](ctx, tx, sqlLatest, body)
	if err != nil {
		return none, err
	}
	if !found || !c.contract().allows(test, civil.Of(tx.Now())) {
		return none, errs.New(errs.Forbidden, "sender.contract_rests")
	}
	t, found, err := store.Find[templateRow](ctx, tx, sqlStanding, body, m.Template)
	if err != nil {
		return none, err
	}
	if !found {
		return none, errs.InvalidFields([]errs.Field{{Name: "template", Code: "sender.wrong.template"}})
	}
	if !slices.Contains(strings.Fields(c.Kinds), t.Kind) {
		return none, errs.InvalidFields([]errs.Field{{Name: "template", Code: "sender.wrong.kind_contract"}})
	}
	text, bad := s.fill(t.template(), m.Fields)
	if err := errs.InvalidFields(bad); err != nil {
		return none, err
	}
	if err := s.take(ctx, tx, c.contract(), test, in.many); err != nil {
		return none, err
	}
	row := sentRow{
		Body: body, ID: id.New(), Test: test, Reference: m.Reference, Asked: asked, Template: t.ID, Version: t.Version, State: Arrived, Sent: store.At(tx.Now()), Key: a.Capacity,
		Batch: in.batch, Quiet: in.quiet,
	}
	switch {
	case test:
		row.imagine(outcome)
	default:
		if err := s.issue(ctx, tx, a, c.contract(), t.template(), m, to, text, &row); err != nil {
			return none, err
		}
	}
	if row.State == NotPossible {
		if err := s.bound(ctx, tx, body, test, "m"+civil.Of(tx.Now()).String(), s.rules.Misses(c.contract().Quota), "sender.quota.misses"); err != nil {
			return none, err
		}
	}
	if row.Evidence, err = s.stage(ctx, tx, "sender.sent", body, row.ID, a, map[string]any{
		"sent": row.ID, "reference": row.Reference, "template": row.Template, "version": row.Version, "notice": row.Number, "state": string(row.State), "test": test,
		"at": row.Sent.UTC().Format(time.RFC3339),
	}); err != nil {
		return none, err
	}
	if err := store.Insert(ctx, tx, "sender_notice", row); err != nil {
		return none, err
	}
	return row, s.tellAll(ctx, tx, row)
}

// imagine gives a test the outcome of its code.
func (r *sentRow) imagine(outcome string) {
	switch outcome {
	case "not_possible":
		r.State = NotPossible
	case "viewed":
		r.Viewed = r.Sent
	case "deemed":
		r.Deemed = r.Sent
	}
}

// issue serves the notice, if the addressee has an account that is in use.
func (s *Service) issue(ctx context.Context, tx *store.Tx, a policy.Actor, c Contract, t Template, m Message, to string, text notice.Text, row *sentRow) error {
	var who identity.Person
	var found bool
	var err error
	addressee := notice.AddresseePerson
	if m.EntityID != "" {
		addressee = notice.AddresseeEntity
		who, found, err = s.d.Identity.FindByIdentifier(ctx, tx, identity.EntityID, "", to)
	} else {
		who, found, err = s.d.Identity.FindByNationalCode(ctx, tx, to)
	}
	if err != nil {
		return err
	}
	if !found || who.Status != identity.Active || who.Assurance < identity.RegistryChecked && m.EntityID == "" {
		row.State = NotPossible
		return nil
	}
	fields, err := json.Marshal(map[string]any{"sender": c.Code, "template": t.ID, "version": t.Version, "fields": m.Fields})
	if err != nil {
		return err
	}
	title := t.Subject
	if title.EN == "" {
		title.EN = title.FA
	}
	out, err := s.d.Notice.IssueTx(ctx, tx, notice.NewNotice{
		Key: "sender " + c.Body + " " + m.Reference, Owner: who.ID, AddresseeName: who.Name(), Addressee: addressee, NationalCode: who.NationalCode, Kind: t.Kind,
		Unit: "body:" + c.Code, UnitName: c.TitleFA, UnitNameEN: c.TitleEN, Title: title, Document: fields, Paper: text, IssuedBy: a,
	})
	row.Notice, row.Number = out.ID, out.Number
	return err
}

// One is one notice that a key's body has sent, in the key's mode.
func (s *Service) One(ctx context.Context, a policy.Actor, sent string) (_ Sent, err error) {
	defer errs.Wrap(&err, "sender.One")
	if err := s.d.Policy.Check(a, "sender.send", resource(a.For)); err != nil {
		return Sent{}, err
	}
	row, found, err := store.Find[sentRow](ctx, s.d.DB, sqlSent, a.For, a.Unit == unitTest, sent)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "")
	}
	return row.sent(), err
}

// List pages through what was sent, the newest first; after is the id of the last
// one seen.
func (s *Service) List(ctx context.Context, a policy.Actor, after string, size int) (_ []Sent, next string, err error) {
	defer errs.Wrap(&err, "sender.List")
	if err := s.d.Policy.Check(a, "sender.send", resource(a.For)); err != nil {
		return nil, "", err
	}
	if after == "" {
		after = "~"
	}
	if size < 1 || size > 200 {
		size = 50
	}
	rows, err := store.All[sentRow](ctx, s.d.DB, sqlSentList, a.For, a.Unit == unitTest, after, size+1)
	if len(rows) > size {
		rows = rows[:size]
		next = rows[size-1].ID
	}
	out := make([]Sent, len(rows))
	for i, r := range rows {
		out[i] = r.sent()
	}
	return out, next, err
}

// Receipt is the proof that a notice was sent and has arrived, or could not be.
func (s *Service) Receipt(ctx context.Context, a policy.Actor, sent string) (_ []byte, err error) {
	defer errs.Wrap(&err, "sender.Receipt")
	one, err := s.One(ctx, a, sent)
	if err != nil {
		return nil, err
	}
	return s.d.Ledger.Receipt(ctx, a.For, one.evidence)
}

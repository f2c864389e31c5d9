// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// signedRecord is what is signed: what is said, and what the record said then.
type signedRecord struct {
	Format     string         `json:"format"`
	Contest    string         `json:"contest"`
	CaseNumber string         `json:"case_number"`
	Notice     string         `json:"notice_number"`
	By         string         `json:"by"`
	Reason     string         `json:"reason"`
	Rules      string         `json:"rules"`
	Words      string         `json:"words"`
	Learned    string         `json:"learned,omitempty"`
	Files      []signedFile   `json:"files"`
	Way        string         `json:"way"`
	Served     string         `json:"served"`
	Opened     string         `json:"opened,omitempty"`
	Outages    []signedOutage `json:"outages"`
	Alerts     []signedAlert  `json:"alerts,omitempty"`
	SignIns    *[]SignIn      `json:"sign_ins,omitempty"` // nil: of no human being's account
	Devices    []Device       `json:"devices,omitempty"`
}

type signedFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

type signedOutage struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

// signedAlert is a message as it stood when the contest was signed.
type signedAlert struct {
	Kind    string `json:"kind"`
	Channel string `json:"channel,omitempty"`
	State   string `json:"state"`
	At      string `json:"at"`
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func signedOf(k Contest, r Record) ([]byte, string, error) {
	out := signedRecord{
		Format: "tarazu-contest-2", Contest: k.ID, CaseNumber: k.CaseNumber, Notice: k.Number, By: k.Name, Reason: k.Reason, Rules: k.Rules,
		Words: k.Words, Way: k.Way, Served: stamp(r.Effect.Served), Opened: stamp(r.Notice.Viewed), Files: []signedFile{}, Outages: []signedOutage{},
	}
	if k.Learned != 0 {
		out.Learned = k.Learned.String()
	}
	for _, f := range k.Files {
		out.Files = append(out.Files, signedFile{f.Name, f.SHA256})
	}
	for _, o := range r.Outages {
		out.Outages = append(out.Outages, signedOutage{o.ID, o.Version})
	}
	for _, a := range r.Alerts {
		out.Alerts = append(out.Alerts, signedAlert{string(a.Kind), string(a.Channel), a.State, stamp(a.At)})
	}
	if r.Here.Known {
		list := append([]SignIn{}, r.Here.SignIns...)
		out.SignIns, out.Devices = &list, r.Here.Devices
	}
	b, err := ledger.Canonical(out)
	sum := sha256.Sum256(b)
	return b, hex.EncodeToString(sum[:]), err
}

// signedPresence is what a signed record says of sign-ins and browsers.
func signedPresence(record []byte) (out Presence, err error) {
	var r signedRecord
	if err := json.Unmarshal(record, &r); err != nil || r.SignIns == nil {
		return out, err
	}
	return Presence{Known: true, SignIns: *r.SignIns, Devices: r.Devices}, nil
}

// maySign is a draft without faults that the actor may sign.
func (s *Service) maySign(ctx context.Context, a policy.Actor, caseID, contest string) (Contest, docket.Case, error) {
	k, c, err := s.find(ctx, a, caseID, contest)
	if err != nil {
		return k, c, err
	}
	if err := s.d.Policy.Check(a, "contest.sign", resource(c, k)); err != nil {
		return k, c, err
	}
	return k, c, s.d.Levels.Check(a, level.SignFiling, civil.Of(s.d.DB.Now()))
}

// SendCode fixes the record of a draft and sends who signs a one-time code for it.
// Errors are those of identity.SendCodeTx and of Faults.
func (s *Service) SendCode(ctx context.Context, a policy.Actor, caseID, contest string) (err error) {
	defer errs.Wrap(&err, "contest.SendCode")
	k, _, err := s.maySign(ctx, a, caseID, contest)
	if err != nil {
		return err
	}
	if k.State != Draft {
		return errs.New(errs.Conflict, "contest.not_draft")
	}
	if err := s.Faults(k, civil.Of(s.d.DB.Now())); err != nil {
		return err
	}
	person, err := s.d.Identity.Person(ctx, a.Person)
	if err != nil {
		return err
	}
	n, err := s.noticeOf(ctx, s.d.DB, k.Case, k.Notice)
	if err != nil {
		return err
	}
	r, err := s.recordOf(ctx, s.d.DB, k.Case, n, s.d.DB.Now())
	if err != nil {
		return err
	}
	record, hash, err := signedOf(k, r)
	if err != nil {
		return err
	}
	k.Hash = hash
	var wait error
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		wait = nil
		if err := s.actsTx(ctx, tx, a, policy.Sign, caseID, k.Party); err != nil {
			return err
		}
		code, err := s.d.Identity.SendCodeTx(ctx, tx, identity.Code{
			Purpose: identity.ForSigning, Person: a.Person, Mobile: person.Contact(), Subject: k.codeSubject(), Lang: person.Lang,
		})
		if identity.CodeWaits(err) { // for these very words, kept once more meanwhile: it goes on serving
			wait = err
		} else if err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlFreeze, caseID, contest, k.Version, k.Rules, string(record), hash, code, a.Person, store.At(tx.Now()))
	})
	if err != nil {
		return changedMeanwhile(err)
	}
	return wait
}

// Sign signs the record with the code and brings the contest before the court, in
// one transaction with its evidence, the fact of the notice and the case's
// timeline. hash is that of the record that was shown. A second click finds what
// the first did.
func (s *Service) Sign(ctx context.Context, a policy.Actor, caseID, contest, hash, code string) (_ Contest, err error) {
	defer errs.Wrap(&err, "contest.Sign")
	k, c, err := s.maySign(ctx, a, caseID, contest)
	switch {
	case err != nil:
		return Contest{}, err
	case k.State == Open:
		return k, nil
	case k.State != Draft:
		return k, errs.New(errs.Conflict, "contest.not_draft")
	case k.code == "" || k.codePerson != a.Person:
		return k, errs.InvalidFields([]errs.Field{{Name: "code", Code: "contest.code_not_sent"}})
	case hash != k.Hash:
		return k, errs.New(errs.Conflict, "contest.changed_meanwhile")
	}
	if err := s.d.Identity.CheckCode(ctx, k.code, k.codeSubject(), code); err != nil {
		return k, s.alreadyOpen(ctx, k, err)
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.signTx(ctx, tx, a, k, c) })
	if err != nil {
		if now, rerr := read(ctx, s.d.DB, caseID, contest); rerr == nil && now.State == Open {
			return now, nil
		}
		return k, changedMeanwhile(err)
	}
	return read(ctx, s.d.DB, caseID, contest)
}

// alreadyOpen leaves out what is wrong with the code of a second click.
func (s *Service) alreadyOpen(ctx context.Context, k Contest, err error) error {
	if now, rerr := read(ctx, s.d.DB, k.Case, k.ID); rerr == nil && now.State == Open {
		return nil
	}
	return err
}

func (s *Service) signTx(ctx context.Context, tx *store.Tx, a policy.Actor, k Contest, c docket.Case) error {
	if err := s.actsTx(ctx, tx, a, policy.Sign, k.Case, k.Party); err != nil {
		return err
	}
	if err := s.d.Identity.KnownTx(ctx, tx, a, level.SignFiling, s.d.Levels.Of(level.SignFiling, civil.Of(tx.Now()))); err != nil {
		return err
	}
	rows, err := store.All[contestRow](ctx, tx, sqlOfNotice, k.Case, k.Notice)
	if err != nil {
		return err
	}
	for _, o := range contests(rows) {
		switch {
		case o.State == Open:
			return errs.New(errs.Conflict, "contest.already_open")
		case o.State.Decided() && o.Reason == k.Reason:
			return errs.InvalidFields([]errs.Field{{Name: "reason", Code: "contest.same_reason"}})
		}
	}
	owner, err := s.ownerOf(ctx, tx, k.Case, k.Notice)
	if err != nil {
		return err
	}
	n, err := s.d.Notice.Of(ctx, tx, owner, k.Notice)
	if err != nil {
		return err
	}
	fact, err := s.d.Notice.ContestTx(ctx, tx, a, owner, k.Notice, k.ID, k.Reason)
	if err != nil {
		return err
	}
	r := s.Reason(k)
	served := s.d.Notice.Effect(n).Served
	days, source, err := s.termFor(ctx, tx, r, dayOf(n))
	if err != nil {
		return err
	}
	late := days > 0 && civil.Of(tx.Now()) > civil.Of(served).Add(days)
	members := map[string]string{
		"case": k.CaseNumber, "notice": k.Number, "reason": k.Reason, "signature_method": "sms-code", "signature_code_id": k.code,
	}
	if days > 0 {
		members["term_days"], members["term_source"] = strconv.Itoa(days), source.FA
	} else {
		source = Text{}
	}
	if late {
		members["late"] = "yes"
	}
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "contest.filed", Owner: k.Case, Subject: k.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For,
		Content: k.record, Previous: fact.Evidence, Rule: k.Rules, Reasons: []string{k.Reason}, Members: members,
	})
	if err != nil {
		return err
	}
	if err := s.d.Identity.UseCodeTx(ctx, tx, k.code); err != nil {
		return err
	}
	err = tx.ExecOne(ctx, sqlSign, k.Case, k.ID, k.Hash, a.Person, string(a.Role), c.Branch, late, evidence, store.At(tx.Now()), days, source.FA)
	if err != nil {
		return err
	}
	return s.d.Docket.AddEntryTx(ctx, tx, docket.Entry{
		Case: k.Case, Kind: "contest.filed", Sides: []string{docket.Plaintiff, docket.Defendant}, By: a, Subject: k.ID, Evidence: evidence,
		Members: map[string]string{"title_fa": k.Title.FA, "title_en": k.Title.EN, "name": k.Name, "href": k.Path(), "owner": k.Owner, docket.MemberNotice: k.Notice},
	})
}

// Withdraw takes a contest back, a draft or one that nobody has decided. One that
// was decided meanwhile is errs.Conflict (contest.decided_meanwhile).
func (s *Service) Withdraw(ctx context.Context, a policy.Actor, caseID, contest string) (err error) {
	defer errs.Wrap(&err, "contest.Withdraw")
	k, c, err := s.find(ctx, a, caseID, contest)
	if err != nil || k.State == Withdrawn {
		return err
	}
	right := policy.Sign
	if k.State == Draft {
		right = policy.Prepare
		err = s.d.Policy.Check(a, "contest.write", resource(c, k))
	} else {
		err = s.d.Policy.Check(a, "contest.sign", resource(c, k))
	}
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.actsTx(ctx, tx, a, right, caseID, k.Party); err != nil {
			return err
		}
		now, err := store.One[contestRow](ctx, tx, sqlContest, caseID, contest)
		if err != nil || now.State == Withdrawn {
			return err
		}
		changed, err := tx.ExecN(ctx, sqlWithdraw, caseID, contest, store.At(tx.Now()))
		if err != nil {
			return err
		}
		if changed == 0 || now.State != k.State {
			return errs.New(errs.Conflict, "contest.decided_meanwhile")
		}
		if now.State == Draft { // the court never had it
			return nil
		}
		evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "contest.withdrawn", Owner: k.Case, Subject: k.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For,
			Previous: now.Evidence, Reasons: []string{"withdrawn"}, Members: map[string]string{"case": k.CaseNumber, "notice": k.Number},
		})
		if err != nil {
			return err
		}
		return s.d.Docket.AddEntryTx(ctx, tx, docket.Entry{
			Case: k.Case, Kind: "contest.withdrawn", Sides: []string{docket.Plaintiff, docket.Defendant}, By: a, Subject: k.ID, Evidence: evidence,
			Members: map[string]string{"title_fa": k.Title.FA, "title_en": k.Title.EN, "name": k.Name, docket.MemberNotice: k.Notice},
		})
	})
}

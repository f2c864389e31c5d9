// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Names of events in evidence, and their names in ETSI EN 319 522.
const (
	eventIssued    = "notice.issued"
	eventArrived   = "notice.arrived"
	eventNoAccount = "notice.no_account"
	eventOnPaper   = "notice.on_paper"
	eventListed    = "notice.listed"
	eventViewed    = "notice.viewed"

	etsiIssued    = "SubmissionAcceptance"
	etsiArrived   = "ContentConsignment"
	etsiNoAccount = "RelayToNonERDS"
	etsiListed    = "NotificationAccessTracking"
	etsiViewed    = "ContentHandover"
)

// Reasons for service on paper.
const (
	ReasonNoAccount      = "no_account"      // note 1 of article 13; opinion 7/96/687
	ReasonOrdered        = "ordered"         // a judge has ordered paper, whatever account there is
	ReasonUnknownAddress = "unknown_address" // and nobody knows where to take it: publication (CPC 73, by-law article 16)
)

// deliverTries is how often Deliver draws another number when one is taken.
const deliverTries = 3

// Deliver issues n in a transaction of its own, grouped with those of others.
// The same Key again gives the notice that was issued first; with another
// content it is errs.Conflict (notice.key_reused).
func (s *Service) Deliver(ctx context.Context, n NewNotice) (out Issued, err error) {
	defer errs.Wrap(&err, "notice.Deliver")
	for range deliverTries {
		err = s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
			var err error
			out, err = s.IssueTx(ctx, tx, n)
			return err
		})
		if !errs.Is(err, errs.Conflict) {
			return out, err
		}
		first, found, findErr := s.findIssued(ctx, s.d.DB, n.Key)
		if findErr != nil {
			return Issued{}, findErr
		}
		if found {
			return first, s.sameContent(ctx, n, first)
		}
	}
	return Issued{}, err
}

// sameContent compares n with what was issued under its key.
func (s *Service) sameContent(ctx context.Context, n NewNotice, first Issued) error {
	body, err := n.canonical(first.Number)
	if err != nil {
		return err
	}
	owner, err := s.d.Identity.GoesOn(ctx, s.d.DB, n.rowOwner())
	if err != nil {
		return err
	}
	have, err := store.One[[]byte](ctx, s.d.DB, sqlContent, owner, first.ID)
	if errs.Is(err, errs.NotFound) || err == nil && string(have) != string(body) {
		return errs.New(errs.Conflict, "notice.key_reused")
	}
	return err
}

// IssueTx issues a notice in the caller's transaction: its rows, the evidence
// of issuing and of arrival, the alert job and the event Arrived; or, without
// an account, the work item for service on paper, its evidence and the event
// NoAccount. It only writes, so it may be used in a blind transaction.
//
// A Key that was used before fails the whole transaction with errs.Conflict;
// Deliver turns that into the first answer, and a caller who can read asks
// IssuedTx before.
func (s *Service) IssueTx(ctx context.Context, tx *store.Tx, n NewNotice) (_ Issued, err error) {
	defer errs.Wrap(&err, "notice.IssueTx")
	if err := n.Check(); err != nil {
		return Issued{}, err
	}
	now := tx.Now()
	out := Issued{ID: id.New(), Number: newNumber(now), Electronic: n.Owner != ""}
	body, err := n.canonical(out.Number)
	if err != nil {
		return Issued{}, err
	}
	sum := sha256.Sum256(body)
	row := n.row(out, hex.EncodeToString(sum[:]), now)
	reading := s.effects.At(civil.Of(now)).Name()

	issued := s.evidence(n, row, eventIssued, etsiIssued, "")
	issued.Actor, issued.Role = n.IssuedBy.Person, string(n.IssuedBy.Role)
	if row.EvidenceIssued, err = s.d.Ledger.StageTx(ctx, tx, issued); err != nil {
		return Issued{}, err
	}
	if out.Electronic {
		err = s.arrive(ctx, tx, n, &row, body, reading)
	} else {
		err = s.relay(ctx, tx, n, &row, body, reading)
	}
	if err != nil {
		return Issued{}, err
	}
	return out, insertAll(ctx, tx, row, n.Key, body)
}

// arrive places the notice in the account: from here it is served.
func (s *Service) arrive(ctx context.Context, tx *store.Tx, n NewNotice, row *noticeRow, body []byte, reading string) error {
	row.Arrived = store.At(tx.Now())
	rec := s.evidence(n, *row, eventArrived, etsiArrived, row.EvidenceIssued)
	rec.Content, rec.Rule, rec.Role = body, reading, "system"
	var err error
	if row.EvidenceArrived, err = s.d.Ledger.StageTx(ctx, tx, rec); err != nil {
		return err
	}
	if err := s.alertTx(ctx, tx, row.Owner, row.ID); err != nil {
		return err
	}
	if row.Addressee == AddresseeEntity || row.Addressee == AddresseeBody {
		if err := s.d.Jobs.PublishTx(ctx, tx, AtBody{Notice: row.ID, Owner: row.Owner}); err != nil {
			return err
		}
	}
	effect := s.effects.Of(row.notice())
	return s.d.Jobs.PublishTx(ctx, tx, Arrived{
		Notice: row.ID, Number: row.Number, Owner: row.Owner, Case: row.Case, Kind: row.Kind, Title: n.Title, Rule: row.Rule,
		Days: int(row.Days), Abroad: row.Abroad, Province: row.Province, Actual: effect.ByActual, Reading: reading,
		Evidence: row.EvidenceArrived, At: tx.Now(),
	})
}

// relay opens the work item for service on paper: nothing is in an account.
func (s *Service) relay(ctx context.Context, tx *store.Tx, n NewNotice, row *noticeRow, body []byte, reading string) error {
	event, reasons := eventNoAccount, []string{ReasonNoAccount}
	if n.OnPaper {
		event, reasons = eventOnPaper, []string{ReasonOrdered}
	}
	if n.UnknownAddress {
		reasons = append(reasons, ReasonUnknownAddress)
	}
	reason := reasons[len(reasons)-1]
	rec := s.evidence(n, *row, event, etsiNoAccount, row.EvidenceIssued)
	rec.Content, rec.Rule, rec.Role, rec.Reasons = body, reading, "system", reasons
	var err error
	if row.EvidenceArrived, err = s.d.Ledger.StageTx(ctx, tx, rec); err != nil {
		return err
	}
	task := paperTaskRow{Unit: row.Unit, ID: id.New(), Notice: row.ID, Owner: row.Owner, Reason: reason, NationalCode: n.NationalCode, Opened: store.At(tx.Now())}
	if err := store.Insert(ctx, tx, "notice_paper_task", task); err != nil {
		return err
	}
	return s.d.Jobs.PublishTx(ctx, tx, NoAccount{
		Notice: row.ID, Number: row.Number, Owner: row.Owner, Case: row.Case, Unit: row.Unit, Kind: row.Kind, Title: n.Title,
		Reason: reason, Evidence: row.EvidenceArrived, At: tx.Now(),
	})
}

// evidence is one record with the members that EN 319 522-3 asks for: event,
// message, sender, recipient, submission time. Time, issuer, identifier and
// content hash are members of the record itself.
func (s *Service) evidence(n NewNotice, row noticeRow, event, etsi, previous string) ledger.Record {
	return ledger.Record{
		Event: event, Owner: row.Owner, Subject: row.ID, ContentHash: row.ContentHash, Previous: previous,
		Members: members(row, etsi, n.Owner),
	}
}

func members(row noticeRow, etsi, recipient string) map[string]string {
	m := map[string]string{
		"erds_event":      etsi,
		"message":         row.Number,
		"kind":            row.Kind,
		"sender":          row.Unit,
		"recipient":       recipient,
		"case":            row.CaseNumber,
		"submission_time": stamp(row.Issued.Time),
	}
	for k, v := range m {
		if v == "" {
			delete(m, k)
		}
	}
	return m
}

// rowOwner is whose rows they are: the person's, or the case's where there is
// no account.
func (n NewNotice) rowOwner() string {
	if n.Owner != "" {
		return n.Owner
	}
	return n.Case
}

func (n NewNotice) canonical(number string) ([]byte, error) {
	return ledger.Canonical(content{
		Version: 1, Number: number, Kind: n.Kind, Case: n.Case, CaseNumber: n.CaseNumber, Unit: n.Unit, UnitName: n.UnitName,
		Addressee: addressee{Name: n.AddresseeName, Kind: n.Addressee, LawyerOf: n.LawyerOf, NationalCode: n.NationalCode}, Title: n.Title, Paper: n.Paper,
		Document: n.Document, Rule: n.Rule, Days: n.Days, Abroad: n.Abroad, Province: n.Province,
	})
}

func (n NewNotice) row(out Issued, hash string, now time.Time) noticeRow {
	way := WayPaper
	if out.Electronic {
		way = WayElectronic
	}
	return noticeRow{
		Owner: n.rowOwner(), ID: out.ID, Number: out.Number, Way: way, Kind: n.Kind, Case: n.Case, CaseNumber: n.CaseNumber,
		Unit: n.Unit, UnitName: n.UnitName, UnitNameEN: n.UnitNameEN, AddresseeName: n.AddresseeName, LawyerOf: n.LawyerOf, Addressee: n.addressee(), TitleFA: n.Title.FA, TitleEN: n.Title.EN,
		Rule: n.Rule, Days: int64(n.Days), Abroad: n.Abroad, Province: n.Province, ContentHash: hash,
		IssuedBy: n.IssuedBy.Person, IssuedRole: string(n.IssuedBy.Role), Issued: store.At(now),
	}
}

// newNumber draws a notice number: the Jalali year and fourteen random digits,
// eighteen in all like the other numbers of the courts (domain C). It tells
// nothing about how many notices there are, and needs no counter, so that
// issuing stays a blind write.
func newNumber(now time.Time) string {
	y, _, _ := civil.Of(now).Jalali()
	return fmt.Sprintf("%04d", y) + id.Digits(14)
}

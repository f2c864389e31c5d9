// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// NewNotice is a paper for one party of a case.
type NewNotice struct {
	Case, Party string // ids
	Kind        string // one of notice.Kinds
	Title       Text
	Document    []byte // JSON facts of the paper; may be nil
	Paper       Text
	Rule        string // code of the term it starts; "" for none
	Days        int    // term set by the court, if the rule says so
	Key         string // the same key issues one notice
	OnPaper     bool   // a judge has ordered that: to the party itself, whatever account or lawyer it has
}

// IssueNoticeTx issues a notice to a party in the caller's transaction, with an
// entry in the timeline. It is served on the party's lawyer on record, if there
// is one; a party with neither lawyer nor account is served on paper, or by
// publication if nobody knows the address. From here on the party sees the case. It reads, so it is not for blind transactions. Run
// again with the same Key it answers with the first notice. Errors:
// errs.NotFound, errs.Forbidden, errs.Invalid (also for an unknown rule, so
// that no term is lost later).
func (s *Service) IssueNoticeTx(ctx context.Context, tx *store.Tx, a policy.Actor, n NewNotice) (_ notice.Issued, err error) {
	defer errs.Wrap(&err, "docket.IssueNoticeTx")
	c, err := readCase(ctx, tx, n.Case)
	if err != nil {
		return notice.Issued{}, err
	}
	if err := s.d.Policy.Check(a, "docket.issue", caseResource(c)); err != nil {
		return notice.Issued{}, err
	}
	p, ok := c.party(n.Party)
	if !ok {
		return notice.Issued{}, wrongField("party", "docket.wrong.party")
	}
	if err := s.checkRule(n, civil.Of(tx.Now())); err != nil {
		return notice.Issued{}, err
	}
	first, found, err := s.d.Notice.IssuedTx(ctx, tx, n.Key)
	if err != nil || found {
		return first, err
	}
	if p.Person, err = s.account(ctx, tx, p); err != nil {
		return notice.Issued{}, err
	}
	if err := s.joinTx(ctx, tx, p); err != nil {
		return notice.Issued{}, err
	}
	if !p.Abroad && p.Person != "" { // who lives abroad now has the longer terms (CPC 446), whatever the petition says
		if p.Abroad, err = s.d.Identity.LivesAbroad(ctx, tx, p.Person); err != nil {
			return notice.Issued{}, err
		}
	}
	from := c.Sender()
	paper := notice.NewNotice{
		Key: n.Key, AddresseeName: p.Name, NationalCode: p.NationalCode, UnknownAddress: p.UnknownAddress, Kind: n.Kind,
		Case: c.ID, CaseNumber: c.Number, Unit: c.Unit, UnitName: from.FA, UnitNameEN: from.EN, Title: notice.Text(n.Title),
		Document: n.Document, Paper: notice.Text(n.Paper), Rule: n.Rule, Days: n.Days, Abroad: p.Abroad, Province: c.Province, IssuedBy: a,
	}
	if p.Kind == EntityParty {
		paper.Addressee = notice.AddresseeEntity
		if p.EntityID == "" { // an authority is in no register of companies
			paper.Addressee = notice.AddresseeBody
		}
	}
	lawyer, represented, err := s.lawyerTx(ctx, tx, c, p.ID)
	if err != nil {
		return notice.Issued{}, err
	}
	if represented {
		if lawyer.Lawyer, err = s.inUse(ctx, tx, lawyer.Lawyer); err != nil {
			return notice.Issued{}, err
		}
		represented = lawyer.Lawyer != ""
	}
	if paper.Owner, err = s.inUse(ctx, tx, p.Person); err != nil {
		return notice.Issued{}, err
	}
	if n.OnPaper {
		paper.Owner, paper.OnPaper, represented = "", true, false
	}
	if represented { // papers are served on the lawyer on record, who has an account
		paper.Owner, paper.AddresseeName, paper.LawyerOf = lawyer.Lawyer, lawyer.Name, p.Name
	}
	out, err := s.d.Notice.IssueTx(ctx, tx, paper)
	if err != nil {
		return notice.Issued{}, err
	}
	row := noticeRow{Case: c.ID, Notice: out.ID, Party: p.ID, Kind: n.Kind, TitleFA: n.Title.FA, TitleEN: n.Title.EN, Owner: paper.Owner, Issued: store.At(tx.Now()), Ordered: n.OnPaper}
	if err := store.Insert(ctx, tx, "docket_notice", row); err != nil {
		return notice.Issued{}, err
	}
	if err := s.keepTerm(ctx, tx, c, p, n, out.ID); err != nil {
		return notice.Issued{}, err
	}
	e := Entry{
		Case: c.ID, Kind: "docket.notice_issued", Sides: []string{p.Side}, By: a, Subject: out.ID,
		Members: map[string]string{"title_fa": n.Title.FA, "title_en": n.Title.EN, "name": p.Name},
	}
	if represented {
		e.Kind, e.Members["lawyer"] = "docket.notice_to_lawyer", lawyer.Name
	}
	return out, s.AddEntryTx(ctx, tx, e)
}

// inUse is the account in which papers for person are placed: theirs, the one
// that goes on if theirs was merged, or "" if nobody may use it any more: whoever
// has died or is under guardianship is served on paper.
func (s *Service) inUse(ctx context.Context, tx *store.Tx, person string) (string, error) {
	if person == "" {
		return "", nil
	}
	status, into, err := s.d.Identity.StatusOf(ctx, tx, person)
	switch {
	case errs.Is(err, errs.NotFound), status == identity.Active: // whom identity does not know stays as the case has them
		return person, nil
	case err != nil:
		return "", err
	case status == identity.Merged:
		return s.inUse(ctx, tx, into)
	}
	return "", nil
}

// checkRule refuses a term that could not be computed when the notice arrives.
func (s *Service) checkRule(n NewNotice, today civil.Day) error {
	if n.Rule == "" {
		return nil
	}
	r, err := s.d.Calendar.Rule(n.Rule, today)
	if err != nil {
		return err
	}
	if r.SetByCourt() != (n.Days > 0) {
		return errs.InvalidFields([]errs.Field{{Name: "days", Code: "docket.wrong.days"}})
	}
	return nil
}

const sqlNoticeParty = `SELECT p.case_id, p.id, p.side, p.kind, p.person, p.national_code, p.entity_id, p.name, p.address, p.province, p.county,
		p.abroad, p.unknown_address, p.agent, p.agent_fa, p.agent_en, p.joined_us
	FROM docket_notice n JOIN docket_party p ON p.case_id = n.case_id AND p.id = n.party
	WHERE n.case_id = $1 AND n.notice = $2`

// addressee finds the party that a notice went to: the one it was issued to, or
// the one whose account it is in.
func (s *Service) addressee(ctx context.Context, q store.Querier, caseID, noticeID, owner string) (Party, bool, error) {
	r, found, err := store.Find[partyRow](ctx, q, sqlNoticeParty, caseID, noticeID)
	if err != nil || found {
		return r.party(), found, err
	}
	return s.PartyOf(ctx, q, caseID, owner)
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	_ "embed" // for the table
	"encoding/json"
	"sync"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

//go:embed certificate.json
var certificateFile []byte

// checkPath is where anybody checks a certificate by its number: a page of
// proof.
const checkPath = "/verify"

// validity is how long a certificate can be verified from its issue, by the day
// from which that holds.
var validity = sync.OnceValues(func() (list []struct {
	From civil.Day `json:"from"`
	Days int       `json:"days"`
}, err error) {
	var file struct {
		Validity json.RawMessage `json:"validity"`
	}
	if err = json.Unmarshal(certificateFile, &file); err == nil {
		err = json.Unmarshal(file.Validity, &list)
	}
	return list, err
})

// validFor is the number of days that holds on a day.
func validFor(at civil.Day) (days int, err error) {
	list, err := validity()
	for _, v := range list {
		if v.From <= at {
			days = v.Days
		}
	}
	return days, err
}

// certificateFacts is what a certificate says, as data.
type certificateFacts struct {
	Format string    `json:"format"`
	Filing string    `json:"filing"`
	Number string    `json:"number"`
	Clean  bool      `json:"clean"`
	Issued civil.Day `json:"issued"`
	Until  civil.Day `json:"until"`
}

// Certify answers a request for a certificate: the result goes to the
// applicant's account under a number by which anybody can check it on /verify.
// text is what the office adds; it may be empty if nothing is on record.
func (s *Service) Certify(ctx context.Context, a policy.Actor, filing string, clean bool, text string) (issued notice.Issued, err error) {
	defer errs.Wrap(&err, "filing.Certify")
	r, err := s.received(ctx, a, filing)
	if err != nil {
		return issued, err
	}
	if err := s.mayAct(a, ActCertify, r.f); err != nil {
		return issued, err
	}
	if err := r.can(ActCertify); err != nil {
		return issued, err
	}
	text = persian.Store(text)
	if n := utf8.RuneCountInString(text); n > maxReason || !clean && n < minReason {
		return issued, errs.InvalidFields([]errs.Field{{Name: "text", Code: "filing.reason_bounds", Args: []any{"min", minReason, "max", maxReason}}})
	}
	unit, err := s.d.Authority.Unit(ctx, a.Unit)
	if err != nil {
		return issued, err
	}
	filer, err := s.d.Identity.Person(ctx, r.f.Owner)
	if err != nil {
		return issued, err
	}
	valid, err := validFor(s.today())
	if err != nil {
		return issued, err
	}
	facts := certificateFacts{Format: "tarazu-certificate-1", Filing: r.f.ID, Number: newTracking(), Clean: clean, Issued: s.today(), Until: s.today().Add(valid)}
	document, err := ledger.Canonical(facts)
	if err != nil {
		return issued, err
	}
	body := both(func(p *i18n.Printer) string {
		result := p.T("filing.paper.certificate.clean")
		if !clean {
			result = p.T("filing.paper.certificate.found")
		}
		lines := []string{
			p.T("filing.paper.god"), r.def.Title.In(p.Lang()), p.T("filing.paper.certificate.number", "number", i18n.LTR(facts.Number)),
			p.T("filing.paper.day", "day", facts.Issued), p.T("filing.paper.to", "name", filer.Name()), "", result,
		}
		if text != "" {
			lines = append(lines, text)
		}
		return paper(append(lines, "", p.T("filing.paper.certificate.until", "day", facts.Until),
			p.T("filing.paper.certificate.check", "address", i18n.LTR(s.d.BaseURL+checkPath)))...)
	})
	err = s.atDesk(ctx, a, r, func(tx *store.Tx) error {
		if err := actTx(ctx, tx, a, a.Unit, r.f.ID, deskNew, deskDone, ActCertify); err != nil {
			return err
		}
		issued, err = s.d.Notice.IssueTx(ctx, tx, notice.NewNotice{
			Key: "certificate:" + r.f.ID, Owner: r.f.Owner, AddresseeName: filer.Name(), NationalCode: filer.NationalCode, Kind: notice.KindCertificate,
			Unit: unit.Code, UnitName: unit.NameFA, UnitNameEN: unit.NameEN, Title: notice.Text(r.def.Title), Document: document,
			Paper: notice.Text(body), Province: unit.Province, IssuedBy: a,
		})
		if err != nil {
			return err
		}
		if err := store.Insert(ctx, tx, "filing_certificate", shownOf(facts, r.def.Title, unit, filer)); err != nil {
			return err
		}
		_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "filing.certified", Time: tx.Now(), Owner: r.f.Owner, Subject: r.f.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For, Content: document,
			Previous: r.f.Evidence, Members: map[string]string{"certificate": facts.Number, "notice": issued.ID, "until": facts.Until.String()},
		})
		return err
	})
	return issued, err
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	_ "embed" // for the table
	"encoding/json"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

//go:embed decline.json
var declineFile []byte

// declineReasons are why a declaration may be declined, as data.
var declineReasons = sync.OnceValues(func() ([]DefectReason, error) {
	var file struct {
		Reasons []DefectReason `json:"reasons"`
	}
	err := json.Unmarshal(declineFile, &file)
	return file.Reasons, err
})

// Decline refuses to send a declaration for its wording, by a coded reason, and
// tells the sender (note to CPC 157 [mem]). Its record is closed.
func (s *Service) Decline(ctx context.Context, a policy.Actor, filing, code, note string) (issued notice.Issued, err error) {
	defer errs.Wrap(&err, "filing.Decline")
	r, err := s.received(ctx, a, filing)
	if err != nil {
		return issued, err
	}
	if err := s.mayAct(a, ActDecline, r.f); err != nil {
		return issued, err
	}
	if err := r.can(ActDecline); err != nil {
		return issued, err
	}
	list, err := declineReasons()
	if err != nil {
		return issued, err
	}
	i := slices.IndexFunc(list, func(x DefectReason) bool { return x.Code == code && x.From <= s.today() })
	if i < 0 {
		return issued, errs.InvalidFields([]errs.Field{{Name: "reason", Code: "filing.decline_reason"}})
	}
	if note = persian.Store(note); utf8.RuneCountInString(note) > maxNote {
		return issued, errs.InvalidFields([]errs.Field{{Name: "note", Code: "filing.defect_note", Args: []any{"max", maxNote}}})
	}
	party, ok := partyFor(r.c, r.f)
	if !ok {
		return issued, errs.New(errs.Conflict, "filing.filer_left")
	}
	text := both(func(p *i18n.Printer) string {
		lines := append(s.paperHead(p, r, "filing.paper.declined.title"), "",
			p.T("filing.paper.declined.why", "title", r.def.Title.In(p.Lang()), "tracking", i18n.LTR(r.f.Tracking), "reason", list[i].Label.In(p.Lang()), "citation", list[i].Citation.In(p.Lang())))
		if note != "" {
			lines = append(lines, p.T("filing.paper.defect.note", "note", note))
		}
		return paper(append(lines, p.T("filing.paper.declined.again"))...)
	})
	err = s.atDesk(ctx, a, r, func(tx *store.Tx) error {
		if err := actTx(ctx, tx, a, a.Unit, r.f.ID, deskNew, deskDone, ActDecline); err != nil {
			return err
		}
		issued, err = s.d.Docket.IssueNoticeTx(ctx, tx, a, docket.NewNotice{
			Case: r.c.ID, Party: party.ID, Kind: notice.KindOther, Title: both(func(p *i18n.Printer) string { return p.T("filing.paper.declined.title") }),
			Paper: text, Key: "declined:" + r.f.ID,
		})
		if err != nil {
			return err
		}
		_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "filing.declined", Time: tx.Now(), Owner: r.f.Owner, Subject: r.f.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For, Previous: r.f.Evidence,
			Members: map[string]string{"reason": code, "notice": issued.ID},
		})
		if err != nil {
			return err
		}
		return s.d.Docket.CloseTx(ctx, tx, a, r.c.ID, "filing.closed.declined")
	})
	return issued, err
}

// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// rePerson are the names of columns that hold a person: an id, a number or a way
// to reach them.
var rePerson = regexp.MustCompile(`^(person|owner|subject|giver|taker|operator|lawyer|lawyer_of|filer|actor|agent|national_code|judicial_id|mobile|email|initials|addressee_name|given_by|[a-z]+_by|[a-z]+_person|by_name|[a-z]+_name|asker)$`)

// Grounds for not asking for a column.
const (
	official  = "what somebody does in office is in the evidence and in the thing itself, not a fact about them"
	directory = "a directory: it leads to a row that is shown"
	ofRow     = "part of a row that is shown by another column"
	passing   = "removed within days, as the page says"
	keptBack  = "kept back until the person joins the case (ADR 0016)"
	noOne     = "a name of a thing, not of a person"

	organisation = "a body, never a person"
)

// notAsked are the columns that no reader asks for, each with the reason.
var notAsked = map[string]string{
	"payment_refund.owner":  "beside the payment, which is asked for",
	"proofing_token.owner":  directory,
	"proofing_try.owner":    "an attempt of an order, which is asked for",
	"proofing_ask.person":   "when somebody last asked the registries about themselves: a brake, no more",
	"api_idempotency.actor": passing + "; the answer is sealed",

	"contest_term.person":   official,
	"alert_bounce.ended_by": official,
	"alert_reference.owner": directory,
	"alert_try.owner":       "shown beside the alert that it is a try of",
	"alert_wishes.email":    noOne,
	"alert_chat.person":     directory,
	"alert_code.person":     "a code that holds for minutes; removed within the hour",

	"authority_load.loaded_by":         official,
	"authority_threshold.published_by": official,
	"notice_batch.by_person":           official,
	"notice_batch.by_name":             official,
	"bailiff_assignment.given_by":      official,
	"contest_contest.code_person":      passing + ": to whom the code was sent",
	"contest_contest.decided_by":       official,
	"contest_contest.party_name":       ofRow,
	"bailiff_attempt.taken_by":         ofRow,
	"bailiff_printed.told_by":          official,
	"bailiff_publication.asked_by":     official,
	"bailiff_publication.decided_by":   official,
	"bailiff_publication.party_name":   ofRow,
	"bailiff_step.done_by":             official,
	"bailiff_task.party_name":          ofRow,
	"calendar_closure.published_by":    official,
	"catalogue_fee.published_by":       official,
	"outage_version.by_person":         official,
	"sender_contract.applied_by":       official,
	"sender_contract.decided_by":       official,
	"sender_template.made_by":          official,
	"sender_template.decided_by":       official,
	"sender_batch.started_by":          official,
	"catalogue_service.published_by":   official,

	"program_key.owner":      organisation,
	"program_hook.owner":     organisation,
	"program_hook.made_by":   official,
	"program_delivery.owner": organisation,

	"docket_case.confirmed_by":       official,
	"docket_case.confirmed_name":     official,
	"docket_case.opened_by":          "the opening side joins at once and is asked for as a party",
	"docket_deadline.superseded_by":  noOne,
	"docket_entry.by_name":           ofRow,
	"docket_entry.subject":           noOne,
	"docket_notice.owner":            "the notice itself is shown by module notice",
	"docket_party.agent":             ofRow,
	"docket_party.agent_person":      ofRow,
	"docket_party.national_code":     keptBack,
	"docket_postponed.by_person":     official,
	"docket_sent.by_name":            official,
	"docket_sent.by_person":          official,
	"docket_waiting.national_code":   keptBack,
	"notice_fact.person":             official + "; for whom it was done, it is shown",
	"notice_notice.replaced_by":      noOne,
	"filing_act.owner":               "keys of acts; the filing itself is shown",
	"filing_certificate.initials":    "anybody who has the number may see it; the request for it is shown as a filing",
	"filing_desk.by_name":            official,
	"filing_desk.by_person":          official,
	"filing_desk.filer":              ofRow,
	"filing_desk.owner":              "the court’s list of filings that are shown",
	"filing_halt.by_name":            ofRow,
	"filing_halt.by_person":          official,
	"filing_rejection.owner":         directory,
	"filing_tracking.owner":          directory,
	"identity_access.person":         "whom somebody looked at is a fact about that person, and shown to them",
	"identity_by_claim.person":       directory,
	"identity_by_credential.person":  directory,
	"identity_by_identifier.person":  directory,
	"identity_by_judicial_id.person": directory,

	"identity_by_judicial_id.judicial_id":     directory,
	"identity_by_national_code.national_code": directory,
	"identity_by_national_code.person":        directory,
	"identity_by_recover.person":              directory,
	"identity_by_token.person":                directory,
	"identity_capacity.base_person":           "a lawyer’s clerk’s capacity; the lawyer has given the mandate, which is shown",
	"identity_capacity.origin_person":         "the same person’s account that was merged",
	"identity_doubt.decided_name":             official,
	"identity_claim.by_person":                official,
	"identity_code.mobile":                    passing,
	"identity_code.person":                    passing,
	"identity_code.subject":                   noOne,
	"identity_code.used_by":                   passing,
	"identity_change.by_person":               official,
	"identity_correction.asked_by":            ofRow,
	"identity_correction.decided_by":          official,
	"identity_correction.decided_name":        ofRow,
	"identity_export.asked_by":                ofRow,
	"identity_intro_batch.by_person":          official,
	"identity_intro_result.person":            "found by the national code of its row",
	"identity_intro_waiting.national_code":    directory,
	"identity_mandate.base_person":            ofRow,
	"identity_mandate.ended_by":               ofRow,
	"identity_mandate.given_by":               ofRow,
	"identity_mandate.taker":                  "asked for by identity_mandate_of",
	"identity_mandate_of.giver":               directory,
	"identity_number.mobile":                  ofRow,
	"identity_person.email":                   ofRow,
	"identity_person.father_name":             ofRow,
	"identity_person.first_name":              ofRow,
	"identity_person.judicial_id":             ofRow,
	"identity_person.last_name":               ofRow,
	"identity_person.mobile":                  ofRow,
	"identity_person.national_code":           ofRow,
	"identity_proof.by_person":                official,
	"identity_unit_change.by_person":          official,
	"identity_unit_post.ended_by":             ofRow,
	"identity_unit_post.given_by":             official,
	"identity_proposal.decided_by":            official,
	"identity_proposal.decided_name":          official,
	"identity_proposal.proposed_by":           official,
	"identity_proposal.proposed_name":         official,
	"identity_recover.email":                  ofRow,
	"identity_recover.ended_by":               noOne,
	"identity_recover.mobile":                 ofRow,
	"identity_registration.email":             passing,
	"identity_registration.father_name":       passing,
	"identity_registration.first_name":        passing,
	"identity_registration.last_name":         passing,
	"identity_registration.mobile":            passing,
	"identity_registration.national_code":     passing,
	"identity_registration.person":            passing,
	"identity_sso_client.created_by":          official,
	"identity_sso_grant.subject":              ofRow,
	"identity_sso_request.person":             passing,
	"identity_sso_request.subject":            passing,
	"identity_sso_subject.subject":            ofRow,
	"identity_sso_token.person":               "unreadable tokens of sign-ins that are shown; removed when they are over",
	"identity_provisional.email":              ofRow,
	"identity_provisional.mobile":             ofRow,
	"identity_provisional.national_code":      ofRow,
	"identity_status.by_person":               official,
	"identity_status.into_person":             ofRow,
	"jobs_job.lease_by":                       noOne,
	"identity_merge.into_person":              "shown as a step in the life of the account that ended",
	"identity_merge_part.person":              ofRow,
	"ledger_paper.owner":                      directory,
	"notice_content.owner":                    "asked for by the notice that was opened",
	"notice_key.owner":                        directory,
	"notice_notice.addressee_name":            ofRow,
	"notice_notice.issued_by":                 official,
	"notice_notice.lawyer_of":                 "of the lawyer whom it reached; its party reads a copy in the case",
	"notice_notice.unit_name":                 noOne,
	"notice_notice.viewed_by":                 "shown to the owner among who looked",
	"notice_number.owner":                     directory,
	"notice_paper_task.national_code":         "a court’s work item about a notice on paper; the notice comes with it",
	"notice_paper_task.owner":                 "a court’s work item about a notice that is shown",
	"office_look.operator":                    official,
	"office_step.person":                      official,
	"office_visit.email":                      ofRow,
	"office_visit.father_name":                ofRow,
	"office_visit.first_name":                 ofRow,
	"office_visit.last_name":                  ofRow,
	"office_visit.mobile":                     ofRow,
	"office_visit.operator":                   official,
	"payment_payment.subject":                 noOne,
	"payment_token.owner":                     directory,
	"web_session.agent":                       ofRow,
}

// TestTablesHeld: whatever column of whatever table holds a person, a reader asks for
// it, so that the person is shown it; or it stands above with the reason.
func TestTablesHeld(t *testing.T) {
	t.Parallel()
	columns, err := personColumns(filepath.Join(root, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	if len(columns) < 100 {
		t.Fatalf("only %d columns found: the test sees nothing", len(columns))
	}
	missing, needless := heldFaults(columns, app.HeldData(), notAsked)
	for _, c := range missing {
		t.Errorf("%s may hold a person, and no reader asks for it: add it to held.go of its module, or to notAsked with the reason", c)
	}
	for _, c := range needless {
		t.Errorf("%s is asked for or gone, and need not stand in notAsked", c)
	}
}

// TestTablesHeldNotices: a table that nobody reads, a column that is read but not
// asked for, and an exception that is none.
func TestTablesHeldNotices(t *testing.T) {
	t.Parallel()
	columns := []string{"low_thing.person", "low_thing.owner", "low_other.person", "low_gone.person"}
	sources := []held.Source{{Name: "low.held.thing", SQL: `SELECT t.person FROM low_thing t JOIN low_other o ON o.person = t.owner WHERE t.owner = $1`}}
	missing, needless := heldFaults(columns, sources, map[string]string{"low_thing.owner": ofRow, "low_gone.person": directory, "low_never.person": directory})
	if fmt.Sprint(missing) != "[low_other.person low_thing.person]" || fmt.Sprint(needless) != "[low_never.person low_thing.owner]" {
		t.Errorf("%v, %v", missing, needless)
	}
}

// TestWordsHeld: each kind of thing and each of its columns has words.
func TestWordsHeld(t *testing.T) {
	t.Parallel()
	words, err := app.Words()
	if err != nil {
		t.Fatal(err)
	}
	p, asked := words.Printer(i18n.FA), map[string]bool{}
	for _, s := range app.HeldData() {
		keys := []string{s.Name, "held.module." + s.Module()}
		for _, c := range s.Columns() {
			keys = append(keys, "held.column."+c.Name)
		}
		for _, k := range keys {
			if asked[k] = true; !p.Has(k) {
				t.Errorf("%s: %q has no words", s.Name, k)
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(root, "internal/platform/held/locale/en.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range reQuoted.FindAllStringSubmatch(string(text), -1) {
		if k := m[1]; strings.HasPrefix(k, "held.column.") && !asked[k] {
			t.Errorf("no reader has the column %q", k)
		}
	}
}

var (
	reCreate  = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`)
	reAdded   = regexp.MustCompile(`ALTER TABLE (\w+) ADD COLUMN (\w+)`)
	reDropped = regexp.MustCompile(`(?m)^DROP TABLE (\w+);`)
	reColumn  = regexp.MustCompile(`(?m)^\s*(\w+)\s+(?:TEXT|BIGINT|BOOLEAN|BYTEA)\b`)
	reAsked   = regexp.MustCompile(`(?:(\w+)\.)?(\w+) = \$1\b`)
	reAlias   = regexp.MustCompile(`\b(?:FROM|JOIN) (\w+)(?: ([a-z]\w*))?`)
)

// personColumns lists the columns of all migrations that may hold a person, as
// table.column.
func personColumns(dir string) ([]string, error) {
	found, dropped := map[string]bool{}, []string{}
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(file) != ".sql" {
			return err
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		up, _, _ := strings.Cut(string(b), "-- +goose Down")
		for _, table := range reCreate.FindAllStringSubmatch(up, -1) {
			for _, c := range reColumn.FindAllStringSubmatch(table[2], -1) {
				found[table[1]+"."+c[1]] = rePerson.MatchString(c[1])
			}
		}
		for _, c := range reAdded.FindAllStringSubmatch(up, -1) {
			found[c[1]+"."+c[2]] = rePerson.MatchString(c[2])
		}
		for _, m := range reDropped.FindAllStringSubmatch(up, -1) {
			dropped = append(dropped, m[1])
		}
		return nil
	})
	maps.DeleteFunc(found, func(c string, _ bool) bool {
		table, _, _ := strings.Cut(c, ".")
		return slices.Contains(dropped, table)
	})
	maps.DeleteFunc(found, func(_ string, person bool) bool { return !person })
	return slices.Sorted(maps.Keys(found)), err
}

// heldFaults are the columns for which no source asks and which are no
// exceptions, and the exceptions that are not needed.
func heldFaults(columns []string, sources []held.Source, exceptions map[string]string) (missing, needless []string) {
	asked := map[string]bool{}
	for _, s := range sources {
		tables, first := map[string]string{}, ""
		for _, m := range reAlias.FindAllStringSubmatch(s.SQL, -1) {
			tables[m[2]], tables[m[1]] = m[1], m[1]
			if first == "" {
				first = m[1]
			}
		}
		for _, m := range reAsked.FindAllStringSubmatch(s.SQL, -1) {
			table := tables[m[1]]
			if m[1] == "" {
				table = first
			}
			asked[table+"."+m[2]] = true
		}
	}
	for _, c := range columns {
		if exceptions[c] == "" && !asked[c] {
			missing = append(missing, c)
		}
	}
	for c := range exceptions {
		if asked[c] || !slices.Contains(columns, c) {
			needless = append(needless, c)
		}
	}
	slices.Sort(missing)
	slices.Sort(needless)
	return missing, needless
}

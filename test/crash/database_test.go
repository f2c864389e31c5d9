// SPDX-License-Identifier: Apache-2.0

package crash_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type (
	filingRow struct {
		Owner      string `db:"owner"`
		ID         string `db:"id"`
		Status     string `db:"status"`
		Tracking   string `db:"tracking"`
		Case       string `db:"case_id"`
		CaseNumber string `db:"case_number"`
		Unit       string `db:"unit"`
		Evidence   string `db:"evidence_id"`
		Hash       string `db:"hash"`
		Code       string `db:"code_id"`
		Submitted  int64  `db:"submitted_us"`
		Service    string `db:"service"`
		Answers    string `db:"answers"`
		Payment    string `db:"payment_id"`
		Round      int64  `db:"round"`
	}
	caseRow struct {
		ID       string `db:"id"`
		Number   string `db:"number"`
		Unit     string `db:"unit"`
		State    string `db:"state"`
		Filing   string `db:"filing"`
		Evidence string `db:"evidence"`
	}
	noticeRow struct {
		Owner           string `db:"owner"`
		ID              string `db:"id"`
		Number          string `db:"number"`
		Kind            string `db:"kind"`
		Case            string `db:"case_id"`
		ContentHash     string `db:"content_hash"`
		Viewed          int64  `db:"viewed_us"`
		EvidenceIssued  string `db:"evidence_issued"`
		EvidenceArrived string `db:"evidence_arrived"`
		EvidenceViewed  string `db:"evidence_viewed"`
	}
	keyRow struct {
		Key    string `db:"idem"`
		Notice string `db:"notice"`
	}
	paperRow struct {
		Owner    string `db:"owner"`
		Filing   string `db:"filing_id"`
		Lang     string `db:"lang"`
		SHA256   string `db:"sha256"`
		Blob     string `db:"blob"`
		Evidence string `db:"evidence_id"`
	}
	evidenceRow struct {
		Owner   string `db:"owner"`
		ID      string `db:"id"`
		Origin  string `db:"origin"` // the log
		Record  []byte `db:"record"`
		Content []byte `db:"content"`
		Index   int64  `db:"place"` // -1: none yet
	}
	jobRow struct {
		ID    string `db:"id"`
		Kind  string `db:"kind"`
		Args  string `db:"args"`
		State string `db:"state"`
	}
	deadlineRow struct {
		Case     string `db:"case_id"`
		ID       string `db:"id"`
		Notice   string `db:"notice"`
		Evidence string `db:"evidence"`
	}
	pair struct {
		A string `db:"a"`
		B string `db:"b"`
	}
	count struct {
		Of string `db:"of"`
		N  int64  `db:"n"`
	}
)

// headRow is where the series of one person's notices stands, lineRow one number of it.
type headRow struct {
	Owner    string `db:"owner"`
	Serial   int64  `db:"serial"`
	Evidence string `db:"evidence"`
}

// tryRow is a message about something.
type tryRow struct {
	Owner string `db:"owner"`
	Ref   string `db:"ref"`
	State string `db:"state"`
}

type lineRow struct {
	Owner  string `db:"owner"`
	Serial int64  `db:"serial"`
	Notice string `db:"notice"`
}

// database is what the database holds, and what is wrong with it.
type database struct {
	t         *testing.T
	filings   map[string]filingRow
	cases     map[string]caseRow
	notices   map[string]noticeRow
	keys      map[string]keyRow
	evidence  []evidenceRow
	jobs      []jobRow
	deadlines []deadlineRow
	papers    []paperRow
	heads     []headRow
	tries     []tryRow
	batches   map[string]batchRow     // by their keys
	lines     map[string][]lineRow    // of an owner, by their numbers
	versions  map[string][]versionRow // of a filing, the first one first
	files     map[string][]fileRow
	halts     map[string][]haltRow
	acts      []pair

	tracking, numbers, caseOfFiling, entries, contents, noticeNumbers []pair
	law                                                               map[string]int64 // published tables: event and subject
	usedCodes                                                         map[string]bool
	desk, parties, alerts, serials, loads                             map[string]int64
	senders                                                           map[string]int64 // of batches, that are not idle

	faults []string
	lost   int
}

func (d *database) fault(format string, args ...any) {
	d.faults = append(d.faults, fmt.Sprintf(format, args...))
}

// gone is the fault of something acknowledged that is not there as it was.
func (d *database) gone(format string, args ...any) {
	d.lost++
	d.fault("LOST: "+format, args...)
}

// look reads everything.
func look(t *testing.T, db *store.DB) *database {
	t.Helper()
	d := &database{t: t, filings: map[string]filingRow{}, cases: map[string]caseRow{}, notices: map[string]noticeRow{},
		keys: map[string]keyRow{}, usedCodes: map[string]bool{}}
	for _, r := range all[filingRow](t, db, `SELECT owner, id, status, tracking, case_id, case_number, unit, evidence_id, hash, code_id, submitted_us, service, answers, payment_id, round FROM filing_filing`) {
		d.filings[r.ID] = r
	}
	for _, r := range all[caseRow](t, db, `SELECT id, number, unit, state, filing, evidence FROM docket_case`) {
		d.cases[r.ID] = r
	}
	for _, r := range all[noticeRow](t, db, `SELECT owner, id, number, kind, case_id, content_hash, viewed_us, evidence_issued, evidence_arrived, evidence_viewed FROM notice_notice`) {
		d.notices[r.ID] = r
	}
	for _, r := range all[keyRow](t, db, `SELECT idem, notice FROM notice_key`) {
		d.keys[r.Key] = r
	}
	d.batches = map[string]batchRow{}
	for _, b := range all[batchRow](t, db, `SELECT id, idem, state, total, done FROM notice_batch`) {
		d.batches[b.Key] = b
	}
	d.evidence = all[evidenceRow](t, db, `SELECT owner, id, origin, record, content, coalesce(idx, -1) AS place FROM ledger_entry`)
	d.jobs = all[jobRow](t, db, `SELECT id, kind, args, state FROM jobs_job`)
	d.deadlines = all[deadlineRow](t, db, `SELECT case_id, id, notice, evidence FROM docket_deadline`)
	d.papers = all[paperRow](t, db, `SELECT owner, filing_id, lang, sha256, blob, evidence_id FROM filing_paper`)
	d.versions, d.files, d.halts = map[string][]versionRow{}, map[string][]fileRow{}, map[string][]haltRow{}
	for _, v := range all[versionRow](t, db, `SELECT filing_id, round, answers, hash, payment_id, evidence_id FROM filing_version ORDER BY round`) {
		d.versions[v.Filing] = append(d.versions[v.Filing], v)
	}
	for _, x := range all[fileRow](t, db, `SELECT filing_id, id, sha256, blob FROM filing_attachment`) {
		d.files[x.Filing] = append(d.files[x.Filing], x)
	}
	for _, h := range all[haltRow](t, db, `SELECT owner, filing_id, round, notice_id, ended FROM filing_halt`) {
		d.halts[h.Filing] = append(d.halts[h.Filing], h)
	}
	d.acts = all[pair](t, db, `SELECT act AS a, filing_id AS b FROM filing_act`)
	d.tracking = all[pair](t, db, `SELECT tracking AS a, filing_id AS b FROM filing_tracking`)
	d.numbers = all[pair](t, db, `SELECT number AS a, case_id AS b FROM docket_number`)
	d.caseOfFiling = all[pair](t, db, `SELECT filing AS a, case_id AS b FROM docket_filing`)
	d.entries = all[pair](t, db, `SELECT kind AS a, subject AS b FROM docket_entry`)
	d.noticeNumbers = all[pair](t, db, `SELECT number AS a, notice AS b FROM notice_number`)
	type content struct {
		Notice string `db:"notice"`
		Body   []byte `db:"body"`
	}
	for _, c := range all[content](t, db, `SELECT notice, body FROM notice_content`) {
		d.contents = append(d.contents, pair{c.Notice, hashOf(c.Body)})
	}
	for _, id := range all[string](t, db, `SELECT id FROM identity_code WHERE purpose = 'sign' AND used_us > 0 AND checked_us > 0`) {
		d.usedCodes[id] = true
	}
	d.heads, d.lines = all[headRow](t, db, `SELECT owner, serial, evidence FROM notice_series_head`), map[string][]lineRow{}
	d.tries = all[tryRow](t, db, `SELECT owner, ref, state FROM alert_try`)
	for _, l := range all[lineRow](t, db, `SELECT owner, serial, notice FROM notice_series_line ORDER BY owner, serial`) {
		d.lines[l.Owner] = append(d.lines[l.Owner], l)
	}
	counts := func(query string) map[string]int64 {
		out := map[string]int64{}
		for _, c := range all[count](t, db, query) {
			out[c.Of] = c.N
		}
		return out
	}
	d.law = counts(`SELECT 'catalogue.published ' || code AS of, count(*) AS n FROM catalogue_service GROUP BY code
		UNION ALL SELECT 'authority.country_loaded country' AS of, count(*) AS n FROM authority_load`)
	d.desk = counts(`SELECT filing_id AS of, count(*) AS n FROM filing_desk GROUP BY filing_id`)
	d.parties = counts(`SELECT case_id AS of, count(*) AS n FROM docket_party GROUP BY case_id`)
	d.alerts = counts(`SELECT ref AS of, count(*) AS n FROM alert_try WHERE kind = 'notice' AND state IN ('sent', 'delivered') GROUP BY ref`)
	d.senders = counts(`SELECT 'sender ' || sender || ' is not idle; started' AS of, started AS n FROM notice_batch_sender WHERE busy OR holder <> ''`)
	d.serials = counts(`SELECT unit AS of, serial AS n FROM docket_counter`)
	d.loads = counts(`SELECT unit AS of, CAST(sum(open_cases) AS BIGINT) AS n FROM docket_branch GROUP BY unit`)
	return d
}

// pending counts the evidence without a place in the log.
func (d *database) pending() (n int) {
	for _, e := range d.evidence {
		if e.Index < 0 {
			n++
		}
	}
	return n
}

// tally counts the pairs by one side, and keeps the other.
func tally(list []pair, by func(pair) string) map[string][]pair {
	out := map[string][]pair{}
	for _, p := range list {
		out[by(p)] = append(out[by(p)], p)
	}
	return out
}

func (f filingRow) brief() bool { return f.Service == "brief-defence" }

// wholeFilings: a filing is submitted with all that belongs to it, or not at
// all.
func (d *database) wholeFilings() {
	tracking := tally(d.tracking, func(p pair) string { return p.B })
	cases := tally(d.caseOfFiling, func(p pair) string { return p.A })
	codes := map[string]int{}
	for _, f := range d.filings {
		n, want := 0, 0
		switch f.Status {
		case "submitted", "halted":
			want = 1
		case "draft", "payable", "signable":
			if f.Round > 0 { // being mended
				want = 1
			}
		default:
			d.fault("filing %s is %s", f.ID, f.Status)
		}
		if f.Tracking != "" && f.CaseNumber != "" && f.Evidence != "" && f.Submitted > 0 {
			n = 1
		}
		if n != want || (f.Case != "") != (want == 1 || f.brief()) {
			d.fault("filing %s is half: %+v", f.ID, f)
		}
		if got := tracking[f.ID]; len(got) != want || want == 1 && got[0].A != f.Tracking {
			d.fault("filing %s is %s, its tracking code has %v", f.ID, f.Status, got)
		}
		if f.brief() {
			if len(cases[f.ID]) != 0 {
				d.fault("brief %s has opened the case %v", f.ID, cases[f.ID])
			}
		} else if got := cases[f.ID]; len(got) != want || want == 1 && (got[0].B != f.Case || d.cases[f.Case].Number != f.CaseNumber || d.cases[f.Case].Filing != f.ID) {
			d.fault("filing %s is %s, its case is %v", f.ID, f.Status, got)
		}
		if got := d.desk[f.ID]; got != int64(want) {
			d.fault("filing %s is %s and on the desk %d times", f.ID, f.Status, got)
		}
		if f.Round == 0 && d.usedCodes[f.Code] != (want == 1) {
			d.fault("filing %s is %s, its signature code was used: %v", f.ID, f.Status, d.usedCodes[f.Code])
		}
		if want == 1 && f.Status == "submitted" {
			codes[f.Code]++
		}
	}
	for code, n := range codes {
		if n > 1 {
			d.fault("code %s signed %d filings", code, n)
		}
	}
}

// wholeCases: numbers are unique and without gaps, and every case has its
// parties, its first entry and its share in its branch's load.
func (d *database) wholeCases() {
	numbers, entries := tally(d.numbers, func(p pair) string { return p.B }), tally(d.entries, func(p pair) string { return p.A + " " + p.B })
	seen, serials := map[string]string{}, map[string]map[int64]bool{}
	for _, c := range d.cases {
		if other, twice := seen[c.Number]; twice {
			d.fault("cases %s and %s have the number %s", c.ID, other, c.Number)
		}
		seen[c.Number] = c.ID
		if got := numbers[c.ID]; len(got) != 1 || got[0].A != c.Number {
			d.fault("case %s has the number %s, the directory says %v", c.ID, c.Number, got)
		}
		if d.parties[c.ID] != 2 {
			d.fault("case %s has %d parties", c.ID, d.parties[c.ID])
		}
		if n := len(entries["docket.opened "+c.ID]); n != 1 {
			d.fault("case %s was opened %d times by its timeline", c.ID, n)
		}
		if f := d.filings[c.Filing]; f.Case != c.ID {
			d.fault("case %s was opened by filing %s, whose case is %q", c.ID, c.Filing, f.Case)
		}
		serial, err := strconv.ParseInt(c.Number[len(c.Number)-5:], 10, 64)
		if err != nil {
			d.fault("number %s: %v", c.Number, err)
		}
		if serials[c.Unit] == nil {
			serials[c.Unit] = map[int64]bool{}
		}
		serials[c.Unit][serial] = true
	}
	for unit, have := range serials {
		if n := int64(len(have)); n != d.serials[unit] || !have[1] || !have[n] || d.loads[unit] != n {
			d.fault("unit %s has %d cases, its counter stands at %d, its branches have %d", unit, n, d.serials[unit], d.loads[unit])
		}
	}
}

// wholeNotices: a notice has its key, number, content, entries and deadline,
// each once.
func (d *database) wholeNotices() {
	keys := map[string]int{}
	for _, k := range d.keys {
		keys[k.Notice]++
	}
	numbers, contents := tally(d.noticeNumbers, func(p pair) string { return p.B }), tally(d.contents, func(p pair) string { return p.A })
	entries := tally(d.entries, func(p pair) string { return p.A + " " + p.B })
	deadlines := map[string]int{}
	for _, l := range d.deadlines {
		deadlines[l.Notice]++
	}
	for _, n := range d.notices {
		viewed := 0
		if n.Viewed > 0 {
			viewed = 1
		}
		if (n.EvidenceViewed != "") != (viewed == 1) {
			d.fault("notice %s is viewed by half: %+v", n.ID, n)
		}
		if got := numbers[n.ID]; keys[n.ID] != 1 || len(got) != 1 || got[0].A != n.Number {
			d.fault("notice %s has %d keys and the numbers %v", n.ID, keys[n.ID], got)
		}
		if got := contents[n.ID]; len(got) != 1 || got[0].B != n.ContentHash {
			d.fault("notice %s has the contents %v, its hash is %s", n.ID, got, n.ContentHash)
		}
		if got := d.alerts[n.ID]; got != 1 {
			d.fault("notice %s was alerted %d times", n.ID, got)
		}
		if a, v := len(entries["docket.notice_arrived "+n.ID]), len(entries["docket.notice_viewed "+n.ID]); a != 1 || v != viewed {
			d.fault("notice %s arrived %d times and was viewed %d times (want %d) by its timeline", n.ID, a, v, viewed)
		}
		if deadlines[n.ID] != 1 {
			d.fault("notice %s has %d deadlines", n.ID, deadlines[n.ID])
		}
	}
	if len(d.keys) != len(d.notices) || len(d.noticeNumbers) != len(d.notices) || len(d.contents) != len(d.notices) || len(d.deadlines) != len(d.notices) {
		d.fault("%d notices, %d keys, %d numbers, %d contents, %d deadlines",
			len(d.notices), len(d.keys), len(d.noticeNumbers), len(d.contents), len(d.deadlines))
	}
}

// wholeSeries: the numbers of each person's notices have no gap, and no notice
// bears two. The newest notices may have none yet.
func (d *database) wholeSeries() {
	numbered := map[string]bool{}
	for _, h := range d.heads {
		lines := d.lines[h.Owner]
		if int64(len(lines)) != h.Serial {
			d.fault("the series of %s stands at %d and has %d lines", h.Owner, h.Serial, len(lines))
		}
		for i, l := range lines {
			if l.Serial != int64(i)+1 || numbered[l.Notice] || d.notices[l.Notice].Owner != h.Owner {
				d.fault("line %d of the series of %s is number %d, notice %s (numbered before: %t)", i+1, h.Owner, l.Serial, l.Notice, numbered[l.Notice])
			}
			numbered[l.Notice] = true
		}
	}
}

// wholeJobs: each event has left one job for each that hears it, and all have
// ended.
func (d *database) wholeJobs() {
	jobs := map[string]int{}
	for _, j := range d.jobs {
		if strings.HasPrefix(j.ID, "periodic:") {
			continue
		}
		if j.State != "done" && j.Kind != "alert.send" { // a reminder waits for its day
			d.fault("job %s %s is %s", j.Kind, j.ID, j.State)
		}
		var args struct {
			Notice string `json:"notice"`
			Ref    string `json:"ref"`
		}
		if err := json.Unmarshal([]byte(j.Args), &args); err != nil {
			d.fault("job %s: %v", j.ID, err)
		}
		jobs[j.Kind+" "+args.Notice+args.Ref]++
	}
	for _, n := range d.notices {
		for kind, want := range map[string]int{"notice.arrived>docket": 1, "notice.viewed>docket": int(min(n.Viewed, 1))} {
			if got := jobs[kind+" "+n.ID]; got != want {
				d.fault("notice %s has %d jobs %s, want %d", n.ID, got, kind, want)
			}
		}
	}
}

// wholePapers: every version that was signed has one paper in each language, and the
// bytes of each are there as its row says, whenever the program was killed
// between the two.
func (d *database) wholePapers(ctx context.Context, blobs *blob.Store) {
	langs := map[string]string{}
	for _, p := range d.papers {
		langs[p.Filing] += p.Lang + " "
		if _, err := blobs.Get(ctx, p.Blob, p.SHA256); err != nil {
			d.gone("the paper of filing %s: %v", p.Filing, err)
		}
	}
	for id := range d.filings {
		n := len(d.versions[id])
		if has := langs[id]; strings.Count(has, "fa ") != n || strings.Count(has, "en ") != n {
			d.fault("filing %s with %d versions has the papers %q", id, n, has)
		}
	}
}

// oneToOne: every record of evidence belongs to one row that names it, and
// every row that names one has it, of the right event.
func (d *database) oneToOne() {
	type want struct{ owner, event, subject string }
	named := map[string]want{}
	loose := map[want]int{} // evidence that no row names, by what it must be
	name := func(id, owner, event, subject string) {
		if _, twice := named[id]; twice || id == "" {
			d.fault("%s %s names the evidence %q, which another row names too, or none", event, subject, id)
		}
		named[id] = want{owner, event, subject}
	}
	for _, f := range d.filings {
		for _, v := range d.versions[f.ID] {
			name(v.Evidence, f.Owner, map[bool]string{true: "filing.submitted", false: "filing.mended"}[v.Round == 0], f.ID)
		}
		for _, h := range d.halts[f.ID] {
			loose[want{f.Owner, "filing.halted", f.ID}] += len(d.halts[f.ID])
			if d.notices[h.Notice].Kind != "defect" {
				d.fault("the halt of %s has told nobody: %+v", f.ID, h)
			}
		}
	}
	for _, c := range d.cases {
		name(c.Evidence, c.ID, "docket.opened", c.ID)
		if c.State == "referred" {
			loose[want{c.ID, "docket.referred", c.ID}] = 1
		}
	}
	for _, n := range d.notices {
		name(n.EvidenceIssued, n.Owner, "notice.issued", n.ID)
		name(n.EvidenceArrived, n.Owner, "notice.arrived", n.ID)
		if n.Viewed > 0 {
			name(n.EvidenceViewed, n.Owner, "notice.viewed", n.ID)
		}
	}
	for _, m := range d.tries { // what became of each message, one record for each step
		switch m.State {
		case "delivered", "unknown":
			loose[want{m.Owner, "alert." + m.State, m.Ref}]++
			fallthrough
		case "sent":
			loose[want{m.Owner, "alert.sent", m.Ref}]++
		}
	}
	for _, b := range d.batches {
		loose[want{b.ID, "notice.batch_started", b.ID}]++
		if b.State == "done" {
			loose[want{b.ID, "notice.batch_ended", b.ID}]++
		}
	}
	for _, h := range d.heads {
		name(h.Evidence, h.Owner, "notice.series_opened", h.Owner)
	}
	for _, p := range d.papers {
		name(p.Evidence, p.Owner, "filing.paper", p.Filing)
	}
	for _, l := range d.deadlines {
		name(l.Evidence, l.Case, "docket.deadline", l.ID)
	}
	for _, e := range d.evidence {
		rec, err := receipt.DecodeRecord(e.Record)
		if err != nil || rec.ID != e.ID {
			d.fault("evidence %s cannot be read: %v", e.ID, err)
			continue
		}
		if e.Index < 0 {
			d.fault("evidence %s of %s %s has no place in the log", e.ID, rec.Event, rec.Subject)
		}
		if strings.HasPrefix(rec.Event, "identity.") { // the people, prepared before
			continue
		}
		if e.Owner == ledger.ShardOwner { // how the logs follow one another: its own audit
			continue
		}
		if e.Owner == "law" { // the tables of law, published when the program first started
			d.law[rec.Event+" "+rec.Subject]--
			continue
		}
		if x := (want{e.Owner, rec.Event, rec.Subject}); loose[x] > 0 {
			loose[x]--
			continue
		}
		w, ok := named[e.ID]
		if !ok || w != (want{e.Owner, rec.Event, rec.Subject}) {
			d.fault("evidence %s of %s %s belongs to no row (%+v)", e.ID, rec.Event, rec.Subject, w)
		}
		delete(named, e.ID)
	}
	for w, n := range loose {
		if n != 0 {
			d.fault("%d records of %s of %s are missing", n, w.event, w.subject)
		}
	}
	for what, n := range d.law {
		if n != 0 {
			d.fault("%s: %d rows more than evidence", what, n)
		}
	}
	for id, w := range named {
		d.fault("%s %s names the evidence %s, which is not there", w.event, w.subject, id)
	}
}

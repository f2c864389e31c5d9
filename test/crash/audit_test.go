// SPDX-License-Identifier: Apache-2.0

package crash_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// audit starts the program once more, lets it finish what it had begun, and
// compares the book with the database and the database with itself.
func (r *rig) audit(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	// By this clock the leases of the dead have run out and what failed is due.
	later := &clock.Shifted{Base: clock.System{}}
	later.SetOffset(15 * time.Minute)
	a, err := app.New(ctx, r.config(t), app.Options{Clock: later, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(ctx); err != nil {
			t.Error(err)
		}
	}()
	before := look(t, a.DB)
	ran, err := a.Jobs.Drain(ctx)
	if err != nil {
		t.Fatal(err)
	}
	sequenced, err := a.Ledger.Sequence(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if dead, err := a.Jobs.Dead(ctx); err != nil || len(dead) > 0 {
		t.Errorf("dead jobs: %v, %v", dead, err)
	}
	if found, err := a.Ledger.AuditAll(ctx); err != nil || len(found) > 0 {
		t.Errorf("the ledger's own audit: %v, %v", found, err)
	}
	d := look(t, a.DB)
	d.wholeFilings()
	d.wholeCases()
	d.wholeNotices()
	d.wholeJobs()
	d.wholeSeries()
	d.wholePapers(ctx, a.Blobs)
	d.wholeLives()
	d.oneToOne()
	r.compare(d)
	r.compareLives(ctx, d, a.Blobs)
	r.compareBatches(d)
	r.checkTree(t, a, d)
	proofs := r.checkReceipts(t, a, d)
	for i, f := range d.faults {
		if i == 30 {
			t.Errorf("and %d faults more", len(d.faults)-30)
			break
		}
		t.Error(f)
	}
	b := r.book
	kinds := func() string {
		return fmt.Sprintf("%d drafts, %d uploads, %d payments, %d submissions, %d halts, %d mendings, %d services, %d deliveries, %d batches, %d openings, %d briefs",
			acked(b.lives.drafts), acked(b.lives.uploads), acked(b.lives.pays), acked(b.submits), acked(b.lives.halts), acked(b.lives.mends), acked(b.lives.serves),
			acked(b.delivers), acked(b.batches), acked(b.opens), acked(b.lives.briefs))
	}
	t.Logf("%s: %d kills, %d stops of the database server; %d acknowledgements of %s; %d asked again; %d answers lost; "+
		"pending before the end: %d evidence (now %d), %d jobs run; log of %d; %d ends of logs; %d checkpoints and %d receipts checked; "+
		"lost: %d, twice or half: %d", a.DB.Engine(), r.kills, r.stops, b.acks, kinds(), b.replays, b.unknown,
		before.pending(), sequenced, ran, len(d.evidence), len(b.turns), len(b.checkpoints), proofs, d.lost, len(d.faults)-d.lost)
	if r.kills < r.size.kills || acked(b.submits) == 0 || acked(b.delivers) == 0 || acked(b.opens) == 0 || acked(b.batches) == 0 || len(b.checkpoints) == 0 || len(b.turns) == 0 {
		t.Error("too little was done: the test sees nothing")
	}
}

func acked[Q, A any](all map[string]*record[Q, A]) (n int) {
	for _, r := range all {
		if r.acked {
			n++
		}
	}
	return n
}

// compare looks for everything that was acknowledged.
func (r *rig) compare(d *database) {
	for key, rec := range r.book.submits {
		f, ok := d.filings[key]
		got := submitted{Filing: f.ID, Tracking: f.Tracking, Case: f.Case, CaseNumber: f.CaseNumber}
		if v := d.versions[key]; len(v) > 0 { // as it was signed first
			got.Evidence, got.Hash = v[0].Evidence, v[0].Hash
		}
		if rec.acked && (!ok || f.Submitted == 0 || got != rec.got) {
			d.gone("filing %s was acknowledged as %+v and is %+v", key, rec.got, f)
		}
	}
	for key, rec := range r.book.delivers {
		k, ok := d.keys[key]
		n := d.notices[k.Notice]
		if rec.acked && (!ok || n.ID != rec.got.Notice || n.Number != rec.got.Number || n.Owner != rec.ask.Owner) {
			d.gone("delivery %s was acknowledged as %+v and is %+v", key, rec.got, n)
		}
	}
	for key, rec := range r.book.opens {
		n := d.notices[key]
		got := opened{Notice: n.ID, Evidence: n.EvidenceViewed, Hash: n.ContentHash, Viewed: n.Viewed}
		if rec.acked && got != rec.got {
			d.gone("opening of %s was acknowledged as %+v and is %+v", key, rec.got, got)
		}
	}
	ofBatches := map[string]bool{}
	for _, rec := range r.book.batches {
		for _, row := range rec.ask.Rows {
			ofBatches[rec.ask.keyOf(row)] = true
		}
	}
	for key := range d.keys {
		if _, asked := r.book.delivers[key]; !asked && !ofBatches[key] && !strings.HasPrefix(key, "claim:") && !strings.HasPrefix(key, "defect:") {
			d.fault("delivery %s was never asked for", key)
		}
	}
}

// checkTree computes the tree of each log from the records, by RFC 6962's own words,
// and compares it with every checkpoint that was shown while the program lived.
func (r *rig) checkTree(t *testing.T, a *app.App, d *database) {
	t.Helper()
	keys, err := a.Ledger.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var known []note.Verifier
	for _, k := range keys {
		v, err := note.NewVerifier(k)
		if err != nil {
			t.Fatal(err)
		}
		known = append(known, v)
	}
	final, err := a.Ledger.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type at struct {
		log  string
		size int64
	}
	want := map[at][]string{}
	for _, text := range append(slices.Clone(r.book.checkpoints), string(final)) {
		n, err := note.Open([]byte(text), note.VerifierList(known...))
		if err != nil {
			t.Fatalf("checkpoint %q: %v", text, err)
		}
		lines := strings.Split(n.Text, "\n")
		var size int64
		if _, err := fmt.Sscan(lines[1], &size); err != nil || len(lines) < 3 || n.Sigs[0].Name != lines[0] {
			t.Fatalf("checkpoint %q: %v", text, err)
		}
		want[at{lines[0], size}] = append(want[at{lines[0], size}], lines[2])
	}
	logs := map[string][]evidenceRow{}
	for _, e := range d.evidence {
		logs[e.Origin] = append(logs[e.Origin], e)
	}
	for ended := range r.book.turns {
		if len(logs[ended]) == 0 {
			d.fault("the end of %s was acknowledged, and there is no such log", ended)
		}
	}
	if len(logs) < len(r.book.turns)+1 {
		d.fault("%d logs have ended, and there are %d", len(r.book.turns), len(logs))
	}
	for log, rows := range logs {
		slices.SortFunc(rows, func(x, y evidenceRow) int { return int(x.Index - y.Index) })
		var hashes []tlog.Hash
		read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
			out := make([]tlog.Hash, len(at))
			for i, x := range at {
				out[i] = hashes[x]
			}
			return out, nil
		})
		for i, e := range rows {
			if e.Index != int64(i) {
				d.fault("place %d of %s is held by %s, which says %d", i, log, e.ID, e.Index)
				return
			}
			more, err := tlog.StoredHashes(int64(i), e.Record, read)
			if err != nil {
				t.Fatal(err)
			}
			hashes = append(hashes, more...)
			size := int64(i + 1)
			for _, root := range want[at{log, size}] {
				have, err := tlog.TreeHash(size, read)
				if err != nil || have.String() != root {
					d.fault("the checkpoint of %s of size %d shows the root %s; the records give %s, %v", log, size, root, have, err)
				}
			}
			delete(want, at{log, size})
		}
	}
	for shown := range want {
		d.fault("a checkpoint of %s of size %d was shown, which has %d records", shown.log, shown.size, len(logs[shown.log]))
	}
}

// checkReceipts fetches the receipt of every acknowledged act and has it
// verified by the offline verifier.
func (r *rig) checkReceipts(t *testing.T, a *app.App, d *database) (n int) {
	t.Helper()
	keys, err := a.Ledger.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	check := func(owner, evidence, event, subject, hash string) {
		file, err := a.Ledger.Receipt(t.Context(), owner, evidence)
		if err != nil {
			d.gone("receipt of %s: %v", subject, err)
			return
		}
		rep, err := receipt.Verify(file, receipt.Options{Keys: keys})
		if err != nil || rep.Event != event || rep.Subject != subject || rep.ContentHash != hash {
			d.fault("receipt of %s %s: %v, %+v", event, subject, err, rep)
		}
		n++
	}
	for _, rec := range r.book.submits {
		if rec.acked {
			check(rec.ask.Owner, rec.got.Evidence, "filing.submitted", rec.got.Filing, rec.got.Hash)
		}
	}
	for _, rec := range r.book.delivers {
		if row := d.notices[rec.got.Notice]; rec.acked && row.ID != "" {
			check(row.Owner, row.EvidenceArrived, "notice.arrived", row.ID, row.ContentHash)
		}
	}
	for _, rec := range r.book.batches {
		for _, row := range rec.ask.Rows {
			if n := d.notices[d.keys[rec.ask.keyOf(row)].Notice]; rec.acked && n.ID != "" {
				check(n.Owner, n.EvidenceArrived, "notice.arrived", n.ID, n.ContentHash)
			}
		}
	}
	for _, rec := range r.book.opens {
		if rec.acked {
			check(rec.ask.Owner, rec.got.Evidence, "notice.viewed", rec.got.Notice, rec.got.Hash)
		}
	}
	return n
}

// hashOf is the hexadecimal SHA-256.
func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// all reads a table.
func all[T any](t *testing.T, db *store.DB, query string) []T {
	t.Helper()
	rows, err := store.All[T](t.Context(), db, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return rows
}

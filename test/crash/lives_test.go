// SPDX-License-Identifier: Apache-2.0

package crash_test

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// lives are the filings whose whole way is under the kills: draft, upload, word
// of the payment provider, submission, halt and mending, service, opening and
// answer. What comes next is known when an act was acknowledged.
type lives struct {
	left    int                     // to be begun
	next    []func(c *clients) bool // what can be done now
	drafts  map[string]*record[draftAct, drafted]
	uploads map[string]*record[attachAct, uploaded]
	pays    map[string]*record[payAct, paid]
	halts   map[string]*record[haltAct, halted]
	mends   map[string]*record[mendAct, mended]
	serves  map[string]*record[serveAct, served]
	briefs  map[string]*record[briefAct, submitted]
}

func newLives(n int) lives {
	return lives{
		left: n, drafts: map[string]*record[draftAct, drafted]{}, uploads: map[string]*record[attachAct, uploaded]{}, pays: map[string]*record[payAct, paid]{},
		halts: map[string]*record[haltAct, halted]{}, mends: map[string]*record[mendAct, mended]{}, serves: map[string]*record[serveAct, served]{},
		briefs: map[string]*record[briefAct, submitted]{},
	}
}

// step takes a step of a life that is there, or begins one; nil if there is
// none. The book is locked.
func (b *book) step(c *clients, r *rand.Rand) func(c *clients) bool {
	l := &b.lives
	if n := len(l.next); n > 0 && (l.left == 0 || r.IntN(3) > 0) {
		i := r.IntN(n)
		s := l.next[i]
		l.next = slices.Delete(l.next, i, i+1)
		return s
	}
	if l.left == 0 {
		return nil
	}
	l.left--
	i := r.IntN(len(c.people))
	from, to := c.people[i], c.people[(i+1)%len(c.people)]
	q := draftAct{Key: id.New(), Owner: from.ID, Against: to.NationalCode, First: to.FirstName, Last: to.LastName}
	halt := r.IntN(2) == 0
	return func(c *clients) bool {
		return ask(c, l.drafts, q.Key, "/draft", q, func(a drafted) { b.upload(from.ID, a.Filing, to.ID, halt) })
	}
}

func (b *book) then(s func(c *clients) bool) { b.lives.next = append(b.lives.next, s) }

func (b *book) upload(owner, filing, defendant string, halt bool) {
	b.then(func(c *clients) bool {
		return ask(c, b.lives.uploads, filing, "/attach", attachAct{owner, filing}, func(uploaded) {
			b.then(func(c *clients) bool {
				return ask(c, b.lives.pays, filing, "/pay", payAct{owner, filing}, func(paid) { b.submit(owner, filing, defendant, halt) })
			})
		})
	})
}

func (b *book) submit(owner, filing, defendant string, halt bool) {
	b.then(func(c *clients) bool {
		return ask(c, b.submits, filing, "/submit", submitAct{owner, filing}, func(a submitted) {
			b.cases = append(b.cases, a.Case)
			if !halt {
				b.serve(owner, filing, a.Case, defendant)
				return
			}
			b.then(func(c *clients) bool {
				return ask(c, b.lives.halts, filing, "/halt", haltAct{owner, filing}, func(halted) {
					b.then(func(c *clients) bool {
						return ask(c, b.lives.mends, filing, "/mend", mendAct{owner, filing}, func(mended) { b.serve(owner, filing, a.Case, defendant) })
					})
				})
			})
		})
	})
}

func (b *book) serve(owner, filing, kase, defendant string) {
	b.then(func(c *clients) bool {
		return ask(c, b.lives.serves, filing, "/serve", serveAct{owner, filing, kase, defendant}, func(a served) {
			b.notices = append(b.notices, openAct{Owner: defendant, Notice: a.Notice})
			q := briefAct{Key: id.New(), Owner: defendant, Case: kase, Notice: a.Notice}
			b.then(func(c *clients) bool { return ask(c, b.lives.briefs, q.Key, "/brief", q, nil) })
		})
	})
}

type (
	versionRow struct {
		Filing   string `db:"filing_id"`
		Round    int64  `db:"round"`
		Answers  []byte `db:"answers"`
		Hash     string `db:"hash"`
		Payment  string `db:"payment_id"`
		Evidence string `db:"evidence_id"`
	}
	fileRow struct {
		Filing string `db:"filing_id"`
		ID     string `db:"id"`
		SHA256 string `db:"sha256"`
		Blob   string `db:"blob"`
	}
	haltRow struct {
		Owner  string `db:"owner"`
		Filing string `db:"filing_id"`
		Round  int64  `db:"round"`
		Notice string `db:"notice_id"`
		Ended  string `db:"ended"`
	}
)

// compareLives looks for everything of the lives that was acknowledged.
func (r *rig) compareLives(ctx context.Context, d *database, blobs *blob.Store) {
	l := &r.book.lives
	for key, rec := range l.drafts {
		if !rec.acked {
			continue
		}
		f := d.filings[rec.got.Filing]
		text := []byte(f.Answers)
		if v := d.versions[f.ID]; len(v) > 0 {
			text = v[0].Answers
		}
		if f.Owner != rec.ask.Owner || hashOf(text) != rec.got.Answers {
			d.gone("draft %s was acknowledged as %+v and is %+v", key, rec.got, f)
		}
	}
	for key, rec := range l.uploads {
		list := d.files[key]
		if rec.acked && (len(list) != 1 || list[0].ID != rec.got.File || list[0].SHA256 != rec.got.SHA256) {
			d.gone("the upload to %s was acknowledged as %+v; there is %+v", key, rec.got, list)
		}
	}
	for key, list := range d.files {
		for _, x := range list {
			if _, err := blobs.Get(ctx, x.Blob, x.SHA256); err != nil {
				d.gone("the bytes of a file of %s: %v", key, err)
			}
		}
		if len(list) > 1 {
			d.fault("%s has %d files, and one was uploaded", key, len(list))
		}
	}
	for key, rec := range l.pays {
		f := d.filings[key]
		if rec.acked && (f.Status == "draft" || f.Status == "payable" && f.Round == 0 || f.Payment != rec.got.Payment && (len(d.versions[key]) == 0 || d.versions[key][0].Payment != rec.got.Payment)) {
			d.gone("the payment of %s was acknowledged as %+v and is %+v", key, rec.got, f)
		}
	}
	for key, rec := range l.halts {
		if rec.acked && (len(d.halts[key]) != 1 || d.halts[key][0].Notice != rec.got.Notice || d.notices[rec.got.Notice].Owner != rec.ask.Owner) {
			d.gone("the halt of %s was acknowledged as %+v; there is %+v", key, rec.got, d.halts[key])
		}
	}
	for key, rec := range l.mends {
		v := d.versions[key]
		if rec.acked && (len(v) != 2 || v[1].Evidence != rec.got.Evidence || v[1].Hash != rec.got.Hash || d.halts[key][0].Ended != "mended") {
			d.gone("the mending of %s was acknowledged as %+v; there is %+v", key, rec.got, v)
		}
	}
	for key, rec := range l.serves {
		if n := d.notices[rec.got.Notice]; rec.acked && (n.Case != rec.ask.Case || n.Owner != rec.ask.Defendant) {
			d.gone("the service of %s was acknowledged as %+v and is %+v", key, rec.got, n)
		}
	}
	for key, rec := range l.briefs {
		f := d.filings[rec.got.Filing]
		got := submitted{Filing: f.ID, Tracking: f.Tracking, Case: f.Case, CaseNumber: f.CaseNumber, Evidence: f.Evidence, Hash: f.Hash}
		if rec.acked && (f.Status != "submitted" || got != rec.got || f.Case != rec.ask.Case) {
			d.gone("brief %s was acknowledged as %+v and is %+v", key, rec.got, f)
		}
	}
}

// wholeLives: an act has one draft, a halt its notice, a mended filing one
// version more, a case one copy of its claim for each defendant.
func (d *database) wholeLives() {
	acts := tally(d.acts, func(p pair) string { return p.B })
	for id, f := range d.filings {
		if n := len(acts[id]); n != 1 {
			d.fault("filing %s was begun by %d acts", id, n)
		}
		rounds := int64(len(d.versions[id]))
		want := int64(0)
		if f.Submitted > 0 {
			want = 1
			for _, h := range d.halts[id] {
				if h.Ended == "mended" {
					want++
				}
			}
		}
		if rounds != want || f.Round != int64(len(d.halts[id])) || len(d.halts[id]) > 1 {
			d.fault("filing %s is %s in round %d, with %d versions and the halts %+v", id, f.Status, f.Round, rounds, d.halts[id])
		}
	}
	if len(d.acts) != len(d.filings) {
		d.fault("%d acts have begun %d filings", len(d.acts), len(d.filings))
	}
	copies := map[string]int{}
	for _, n := range d.notices {
		if n.Kind == "claim_copy" {
			copies[n.Case]++
		}
	}
	for kase, n := range copies {
		if n != 1 {
			d.fault("case %s has %d copies of its claim for one defendant", kase, n)
		}
	}
}

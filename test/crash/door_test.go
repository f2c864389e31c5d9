// SPDX-License-Identifier: Apache-2.0

package crash_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/bench/world"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// The acts of one filing's life, in their order. Each may be asked for twice at
// once, and again after the program was killed under it: what was done is then
// answered, not done again.
type (
	draftAct struct{ Key, Owner, Against, First, Last string } // a petition is begun and its pages are kept
	drafted  struct{ Filing, Answers string }                  // Answers: their hash

	attachAct struct{ Owner, Filing string } // a picture is uploaded
	uploaded  struct{ File, SHA256 string }

	payAct struct{ Owner, Filing string } // it is fixed, and the provider's word comes
	paid   struct{ Payment string }

	haltAct struct{ Owner, Filing string } // the clerk halts it for its address
	halted  struct {
		Notice string `db:"notice"`
	}

	mendAct struct{ Owner, Filing string } // its owner mends and signs it
	mended  struct {
		Evidence string `db:"evidence"`
		Hash     string `db:"hash"`
	}

	serveAct struct{ Owner, Filing, Case, Defendant string } // the judge refers it, the clerk serves it
	served   struct {
		Notice string `db:"notice"`
	}

	briefAct struct{ Key, Owner, Case, Notice string } // the defendant answers
)

func (d *door) routes(mux *http.ServeMux) {
	mux.HandleFunc("POST /draft", answer(d.draft))
	mux.HandleFunc("POST /attach", answer(d.attach))
	mux.HandleFunc("POST /pay", answer(d.pay))
	mux.HandleFunc("POST /halt", answer(d.halt))
	mux.HandleFunc("POST /mend", answer(d.mend))
	mux.HandleFunc("POST /serve", answer(d.serve))
	mux.HandleFunc("POST /brief", answer(d.brief))
}

// until tries until done, because the other half of an act that is asked for
// twice may be anywhere: a conflict means to look again.
func until(ctx context.Context, try func() (done bool, err error)) error {
	ctx, cancel := context.WithTimeout(ctx, 50*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		done, err := try()
		switch errs.KindOf(err) {
		case errs.Conflict, errs.RateLimited, errs.Forbidden:
			err = nil
		}
		if err != nil || done {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// mine is a filing with its owner.
func (d *door) mine(ctx context.Context, owner, id string) (policy.Actor, filing.Filing, *catalogue.Definition, error) {
	me, err := d.a.Identity.Actor(ctx, owner, "")
	if err != nil {
		return me, filing.Filing{}, nil, err
	}
	f, def, err := d.a.Filing.Get(ctx, me, id)
	return me, f, def, err
}

func (d *door) draft(ctx context.Context, q draftAct) (drafted, error) {
	me, err := d.a.Identity.Actor(ctx, q.Owner, "")
	if err != nil {
		return drafted{}, err
	}
	f, err := d.a.Filing.Start(ctx, me, filing.NewFiling{Service: "petition-debt", Act: q.Key, Lang: i18n.FA})
	if err != nil {
		return drafted{}, err
	}
	more := catalogue.Answers{"defendant_national_code": q.Against, "defendant_first_name": q.First, "defendant_last_name": q.Last, "amount": int64(1_650_000_000)}
	f, err = d.fill(ctx, me, f, more)
	return drafted{Filing: f.ID, Answers: answersHash(f.Answers)}, err
}

// fill keeps every page of a draft with the title's own example, changed by
// more.
func (d *door) fill(ctx context.Context, me policy.Actor, f filing.Filing, more catalogue.Answers) (filing.Filing, error) {
	f, def, err := d.a.Filing.Get(ctx, me, f.ID)
	if err != nil || f.Status != filing.Draft {
		return f, err
	}
	all := def.Example()
	maps.Copy(all, more)
	for _, pg := range def.Pages {
		wrong, err := d.a.Filing.Save(ctx, me, f.ID, pg.Key, all)
		if err == nil {
			err = errs.InvalidFields(wrong)
		}
		if err != nil && !errs.Is(err, errs.Conflict) {
			return f, err
		}
	}
	f, _, err = d.a.Filing.Get(ctx, me, f.ID)
	return f, err
}

func answersHash(a catalogue.Answers) string {
	b, err := json.Marshal(a)
	if err != nil {
		return err.Error()
	}
	return hashOf(b)
}

func (d *door) attach(ctx context.Context, q attachAct) (uploaded, error) {
	me, _, _, err := d.mine(ctx, q.Owner, q.Filing)
	if err != nil {
		return uploaded{}, err
	}
	var out uploaded
	err = until(ctx, func() (bool, error) {
		have, err := d.a.Filing.Attachments(ctx, me, q.Filing)
		if len(have) > 0 {
			out = uploaded{File: have[0].ID, SHA256: have[0].SHA256}
			return true, err
		}
		if err == nil {
			_, err = d.a.Filing.Attach(ctx, me, q.Filing, "evidence_files", "رسید.png", bytes.NewReader(picture(q.Filing)))
		}
		return false, err
	})
	return out, err
}

// picture is one that no other filing has.
func picture(of string) []byte {
	m := image.NewRGBA(image.Rect(0, 0, 36, 8))
	for i, r := range of {
		m.Set(i%36, 0, color.RGBA{uint8(r), uint8(r >> 8), 7, 255})
	}
	var b bytes.Buffer
	_ = png.Encode(&b, m) // into memory
	return b.Bytes()
}

func (d *door) pay(ctx context.Context, q payAct) (paid, error) {
	var out paid
	err := until(ctx, func() (bool, error) {
		me, f, _, err := d.mine(ctx, q.Owner, q.Filing)
		if err == nil && f.Status == filing.Draft {
			_, err = d.a.Filing.Freeze(ctx, me, q.Filing)
			return false, err
		}
		if err != nil {
			return false, err
		}
		out.Payment = f.Payment
		if f.Status != filing.Payable {
			return true, nil
		}
		return true, d.a.DB.Write(ctx, func(tx *store.Tx) error { // what the provider's word leads to; it may come twice
			return d.a.Jobs.PublishTx(ctx, tx, payment.Paid{Payment: payment.ID(f.Payment), Owner: f.Owner, Subject: f.ID, Purpose: "filing", At: tx.Now()})
		})
	})
	return out, err
}

// sign asks for a code and signs, as soon as the filing waits for that, and
// returns the filing when it is submitted in its round.
func (d *door) sign(ctx context.Context, owner, id string, round int) (f filing.Filing, err error) {
	err = until(ctx, func() (bool, error) {
		var me policy.Actor
		me, f, _, err = d.mine(ctx, owner, id)
		if err != nil || f.Round == round && f.Submitted.IsZero() == false && f.Status == filing.Submitted || f.Round > round {
			return true, err
		}
		if f.Status != filing.Signable {
			return false, nil // paid, and the job has not run yet
		}
		if f.Code == "" {
			return false, d.a.Filing.SendSignatureCode(ctx, me, id)
		}
		_, err = d.a.Filing.Submit(ctx, me, id, world.Code(d.key, f.Code))
		return false, err
	})
	return f, err
}

func clerkOf(unit string) policy.Actor {
	return policy.Actor{Person: "crash-clerk-" + unit, Name: "مدیر دفتر", Role: policy.Clerk, Unit: unit}
}

func (d *door) halt(ctx context.Context, q haltAct) (halted, error) {
	_, f, _, err := d.mine(ctx, q.Owner, q.Filing)
	if err != nil {
		return halted{}, err
	}
	_, err = d.a.Filing.Halt(ctx, clerkOf(f.Unit), f.ID, []filing.Defect{{Field: "defendant_address", Code: "address", Note: "پلاک را بنویسید."}})
	if err != nil && !errs.Is(err, errs.Conflict) {
		return halted{}, err
	}
	return one[halted](ctx, d, `SELECT notice_id AS notice FROM filing_halt WHERE owner = $1 AND filing_id = $2 AND round = 1`, f.Owner, f.ID)
}

func (d *door) mend(ctx context.Context, q mendAct) (mended, error) {
	err := until(ctx, func() (bool, error) {
		me, f, _, err := d.mine(ctx, q.Owner, q.Filing)
		if err != nil || f.Status != filing.Halted {
			return true, err
		}
		f.Answers["defendant_address"] = "کاشان، بلوار دانش، کوچهٔ سرو، پلاک ۷، واحد ۱۱"
		if _, err = d.a.Filing.Save(ctx, me, f.ID, "defendant", f.Answers); err == nil {
			_, err = d.a.Filing.Freeze(ctx, me, f.ID)
		}
		return false, err
	})
	if err != nil {
		return mended{}, err
	}
	f, err := d.sign(ctx, q.Owner, q.Filing, 1)
	if err != nil {
		return mended{}, err
	}
	return one[mended](ctx, d, `SELECT evidence_id AS evidence, hash FROM filing_version WHERE owner = $1 AND filing_id = $2 AND round = 1`, f.Owner, f.ID)
}

func (d *door) serve(ctx context.Context, q serveAct) (served, error) {
	_, f, _, err := d.mine(ctx, q.Owner, q.Filing)
	if err != nil {
		return served{}, err
	}
	judge := policy.Actor{Person: "crash-judge-" + f.Unit, Name: "رئیس شعبه", Role: policy.Judge, Unit: f.Unit, Branch: "1"}
	k, err := d.a.Docket.Case(ctx, judge, q.Case)
	if err == nil && k.State == docket.StateProposed {
		err = d.a.Docket.ConfirmBranch(ctx, judge, k.ID, "1", k.Version)
	}
	if err == nil || errs.Is(err, errs.Conflict) {
		_, err = d.a.Filing.ServeClaim(ctx, clerkOf(f.Unit), f.ID, termDays)
	}
	if err != nil && !errs.Is(err, errs.Conflict) {
		return served{}, err
	}
	return one[served](ctx, d, `SELECT id AS notice FROM notice_notice WHERE owner = $1 AND case_id = $2 AND kind = $3`, q.Defendant, q.Case, notice.KindClaimCopy)
}

func (d *door) brief(ctx context.Context, q briefAct) (submitted, error) {
	me, err := d.a.Identity.Actor(ctx, q.Owner, "")
	if err != nil {
		return submitted{}, err
	}
	f, err := d.a.Filing.Start(ctx, me, filing.NewFiling{Service: "brief-defence", Act: q.Key, Lang: i18n.FA, Case: q.Case, Notice: q.Notice})
	if err == nil {
		f, err = d.fill(ctx, me, f, nil)
	}
	if err == nil && f.Status == filing.Draft {
		if _, err = d.a.Filing.Freeze(ctx, me, f.ID); errs.Is(err, errs.Conflict) {
			err = nil
		}
	}
	if err != nil {
		return submitted{}, err
	}
	f, err = d.sign(ctx, q.Owner, f.ID, 0)
	return answered(f), err
}

func answered(f filing.Filing) submitted {
	return submitted{Filing: f.ID, Tracking: f.Tracking, Case: f.Case, CaseNumber: f.CaseNumber, Evidence: f.Evidence, Hash: f.Hash}
}

// one reads the row that an act has left.
func one[T any](ctx context.Context, d *door, query string, args ...any) (T, error) {
	return store.One[T](ctx, d.a.DB, query, args...)
}

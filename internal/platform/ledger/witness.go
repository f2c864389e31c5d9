// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Witness is an independent body that cosigns checkpoints (C2SP tlog-witness).
type Witness struct {
	VKey string // its public key; the name is in it
	URL  string // the prefix before /add-checkpoint
}

// How a witness answered last.
const (
	WitnessSigned  = "signed"  // it cosigned
	WitnessDown    = "down"    // no answer, or none that can be used
	WitnessUnknown = "unknown" // it does not watch this log
	WitnessRefused = "refused" // it holds that the log has taken something back
	WitnessAhead   = "ahead"   // it has seen a larger log than ours
	WitnessNever   = "never"   // it was not asked yet
)

// WitnessState is how a witness stands with the log.
type WitnessState struct {
	Name, URL, VKey string
	State           string
	Size            int64     // of the newest tree that it signed; 0: none
	Behind          int64     // records that the log has beyond that
	Signed, Asked   time.Time // zero: never
}

// witnessPatience bounds one request to a witness; witnessRest is how long one
// that did not sign is left alone, doubled up to witnessRestMost.
const (
	witnessPatience = 5 * time.Second
	witnessRest     = 2 * time.Second
	witnessRestMost = time.Minute
)

// watcher is a configured witness with what this process knows of it.
type watcher struct {
	Witness
	key receipt.WitnessKey

	asked map[string]*asking // by log, guarded by watching.mu
}

// asking is how it stands with asking a witness about one log.
type asking struct {
	busy  bool
	next  time.Time
	fails int
}

// watching is the state of asking the witnesses in one process.
type watching struct {
	mu    sync.Mutex
	round bool // one is under way
	all   []*watcher
	wg    sync.WaitGroup
}

// addWitnesses takes the configured ones.
func (l *Ledger) addWitnesses(list []Witness, quorum int) error {
	for _, w := range list {
		k, err := receipt.ParseWitnessKey(w.VKey)
		if err != nil {
			return err
		}
		for _, other := range l.watching.all {
			if other.key.Name == k.Name {
				return errors.New("two witnesses are called " + k.Name)
			}
		}
		l.watching.all = append(l.watching.all, &watcher{Witness: w, key: k, asked: map[string]*asking{}})
	}
	if quorum < 0 || quorum > len(list) {
		return errors.New("the quorum is larger than the number of witnesses")
	}
	l.quorum = quorum
	return nil
}

// Quorum is how many witnesses must have signed before a receipt is handed out.
func (l *Ledger) Quorum() int { return l.quorum }

// WitnessKeys are the public keys of the configured witnesses.
func (l *Ledger) WitnessKeys() (out []string) {
	for _, w := range l.watching.all {
		out = append(out, w.VKey)
	}
	return out
}

// cosignDue asks the witnesses about the newest checkpoint, beside the
// sequencing, which it never delays: one round at a time.
func (l *Ledger) cosignDue(ctx context.Context) {
	if len(l.watching.all) == 0 {
		return
	}
	l.watching.mu.Lock()
	begin := !l.watching.round
	l.watching.round = true
	l.watching.mu.Unlock()
	if !begin {
		return
	}
	l.watching.wg.Go(func() {
		_, err := l.CosignNow(ctx)
		l.watching.mu.Lock()
		l.watching.round = false
		l.watching.mu.Unlock()
		if err != nil && ctx.Err() == nil {
			l.log.WarnContext(ctx, "ledger: could not ask the witnesses, trying again", "origin", l.Origin(), "err", err)
		}
	})
}

// CosignNow asks every witness that is free to cosign the newest checkpoint,
// and waits until a quorum has or all have answered; those who are slower go on
// by themselves. It tells how many have signed. The last checkpoint of a log
// that has ended is asked for as well. Run calls it; tests may.
func (l *Ledger) CosignNow(ctx context.Context) (signed int, err error) {
	defer errs.Wrap(&err, "ledger.CosignNow")
	s, before, err := l.follow(ctx)
	if err != nil {
		return 0, err
	}
	for _, origin := range append(originsOf(before), s.origin) {
		if signed, err = l.cosignLog(ctx, origin); err != nil {
			return signed, err
		}
	}
	return signed, nil
}

// cosignLog is CosignNow for one log.
func (l *Ledger) cosignLog(ctx context.Context, origin string) (signed int, err error) {
	h, found, err := store.Find[head](ctx, l.db, sqlHead, origin)
	if err != nil || !found || h.Size == 0 {
		return 0, err
	}
	answers, asked := make(chan bool, len(l.watching.all)), 0
	for _, w := range l.watching.all {
		at, err := l.witnessAt(ctx, h.Origin, w)
		if err != nil {
			return 0, err
		}
		if at.Size == h.Size {
			signed++
			continue
		}
		if !l.engage(w, origin) {
			continue
		}
		asked++
		l.watching.wg.Go(func() {
			good, err := l.cosign(ctx, w, h, at)
			if err != nil && ctx.Err() == nil {
				l.log.WarnContext(ctx, "ledger: what a witness answered could not be kept", "witness", w.key.Name, "err", err)
			}
			l.disengage(w, origin, good)
			answers <- good
		})
	}
	for ; asked > 0 && (l.quorum == 0 || signed < l.quorum); asked-- {
		if <-answers {
			signed++
		}
	}
	return signed, nil
}

// engage marks a witness as being asked, if it is free and rested.
func (l *Ledger) engage(w *watcher, origin string) bool {
	l.watching.mu.Lock()
	defer l.watching.mu.Unlock()
	a := w.asked[origin]
	if a == nil {
		a = &asking{}
		w.asked[origin] = a
	}
	free := !a.busy && !l.clock.Now().Before(a.next)
	a.busy = a.busy || free
	return free
}

func (l *Ledger) disengage(w *watcher, origin string, good bool) {
	l.watching.mu.Lock()
	defer l.watching.mu.Unlock()
	a := w.asked[origin]
	a.busy = false
	if good {
		a.fails, a.next = 0, time.Time{}
		return
	}
	a.next = l.clock.Now().Add(min(witnessRest<<min(a.fails, 10), witnessRestMost))
	a.fails++
}

// cosign asks one witness and keeps what it answers.
func (l *Ledger) cosign(ctx context.Context, w *watcher, h head, at witnessRow) (good bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, witnessPatience)
	defer cancel()
	sig, state, cause := l.ask(ctx, w, h, at.Size)
	if state != WitnessSigned && state != at.State {
		l.log.WarnContext(ctx, "ledger: a witness did not sign", "witness", w.key.Name, "state", state, "size", h.Size, "err", cause)
	}
	if err := l.at("answered"); err != nil {
		return false, err
	}
	// What was answered is kept even if the patience ran out with it.
	err = l.db.WriteBlind(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		now := store.At(tx.Now())
		if state != WitnessSigned {
			return tx.Exec(ctx, sqlWitnessAsked, h.Origin, w.key.Name, w.VKey, state, now)
		}
		signed := store.At(sig.At())
		if err := tx.Exec(ctx, sqlCosignaturePut, h.Origin, h.Size, sig.Name, w.VKey, sig.Line()[:len(sig.Line())-1], signed); err != nil {
			return err
		}
		return tx.Exec(ctx, sqlWitnessPut, h.Origin, w.key.Name, w.VKey, state, h.Size, signed, now)
	})
	if err == nil {
		err = l.at("kept")
	}
	return state == WitnessSigned && err == nil, err
}

// witnessAt is what is kept of a witness; another key under the same name is a
// new witness.
func (l *Ledger) witnessAt(ctx context.Context, origin string, w *watcher) (witnessRow, error) {
	row, found, err := store.Find[witnessRow](ctx, l.db, sqlWitness, origin, w.key.Name)
	if err != nil || !found || row.VKey != w.VKey {
		return witnessRow{State: WitnessNever}, err
	}
	return row, nil
}

// WitnessStates tells how each configured witness stands with the log.
func (l *Ledger) WitnessStates(ctx context.Context) (_ []WitnessState, err error) {
	defer errs.Wrap(&err, "ledger.WitnessStates")
	s, err := l.newest(ctx)
	if err != nil {
		return nil, err
	}
	h, _, err := store.Find[head](ctx, l.db, sqlHead, s.origin)
	if err != nil {
		return nil, err
	}
	var out []WitnessState
	for _, w := range l.watching.all {
		row, err := l.witnessAt(ctx, s.origin, w)
		if err != nil {
			return nil, err
		}
		out = append(out, WitnessState{
			Name: w.key.Name, URL: w.URL, VKey: w.VKey, State: row.State, Size: row.Size, Behind: max(h.Size-row.Size, 0),
			Signed: row.Signed.Time, Asked: row.Asked.Time,
		})
	}
	return out, nil
}

// needs is the quorum for receipts of a log: that of the configuration, except
// for an earlier log that no witness ever watched.
func (l *Ledger) needs(ctx context.Context, origin string) (int, error) {
	if l.quorum == 0 || origin == l.Origin() {
		return l.quorum, nil
	}
	_, watched, err := store.Find[int64](ctx, l.db, sqlWitnessed, origin)
	if err != nil || !watched {
		return 0, err
	}
	return l.quorum, nil
}

// provedUnder is the tree to prove the place index under: the smallest with a
// time stamp and need cosignatures, else the smallest with need cosignatures,
// else, where none are needed, the newest. waits tells that there is none yet.
func (l *Ledger) provedUnder(ctx context.Context, now head, index int64, need int) (_ head, waits bool, err error) {
	p, found, err := store.Find[checkpointRow](ctx, l.db, sqlStampedFor, now.Origin, index, need)
	if err == nil && !found && need > 0 {
		if p, found, err = store.Find[checkpointRow](ctx, l.db, sqlCosignedFor, now.Origin, index, need); err == nil && !found {
			return now, true, nil
		}
	}
	if err != nil || !found || p.Size >= now.Size {
		return now, false, err
	}
	h, err := headOf(p, now.VKey)
	return h, false, err
}

// cosignatures are those over a checkpoint, by the witnesses' names, with their
// keys.
func (l *Ledger) cosignatures(ctx context.Context, h head) (sigs []receipt.Cosignature, vkeys []string, err error) {
	rows, err := store.All[cosignatureRow](ctx, l.db, sqlCosignatures, h.Origin, h.Size)
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(rows, func(a, b cosignatureRow) int { // the database sorts by the rules of a language
		switch {
		case a.Witness < b.Witness:
			return -1
		case a.Witness > b.Witness:
			return 1
		}
		return 0
	})
	for _, r := range rows {
		c, err := r.check(h)
		if err != nil {
			return nil, nil, damaged(err)
		}
		sigs, vkeys = append(sigs, c), append(vkeys, r.VKey)
	}
	return sigs, vkeys, nil
}

// check holds a kept cosignature to its checkpoint.
func (r cosignatureRow) check(h head) (receipt.Cosignature, error) {
	bad := errors.New("the cosignature of " + r.Witness + " does not hold")
	c, err := receipt.ParseCosignature(r.Line)
	if err != nil {
		return c, bad
	}
	k, err := receipt.ParseWitnessKey(r.VKey)
	if err != nil || len(h.Root) != tlog.HashSize || k.Name != r.Witness || !r.At.Equal(c.At()) ||
		!k.Verify([]byte(checkpointText(h.Origin, h.Size, tlog.Hash(h.Root))), c) {
		return c, bad
	}
	return c, nil
}

// cosigned checks every kept cosignature.
func (a *auditor) cosigned(ctx context.Context) error {
	first := cosignatureRow{Size: -1}
	for r, err := range walk(first, func(r cosignatureRow) ([]cosignatureRow, error) {
		return store.All[cosignatureRow](ctx, a.l.db, sqlCosignaturesAfter, a.origin, r.Size, r.Witness, auditPage)
	}) {
		if err != nil {
			return err
		}
		p, found, err := store.Find[checkpointRow](ctx, a.l.db, sqlCheckpoint, r.Origin, r.Size)
		if err != nil {
			return err
		}
		h, err := headOf(p, a.vkey)
		if found && err == nil {
			_, err = r.check(h)
		}
		if !found || err != nil {
			a.find(Finding{Code: FoundCosignature, Index: r.Size, Detail: "the cosignature of " + r.Witness + " does not hold, or its checkpoint is gone"})
		}
	}
	return nil
}

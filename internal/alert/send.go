// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/messenger"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/gateway/webpush"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// words are what a message says: the kind's words, or those that do not say that
// a court is behind it. Nothing is put into them.
type words struct {
	subject, text string
	lang          i18n.Lang
}

func (s *Service) wordsOf(k Kind, p identity.Person, w Wishes) words {
	out := words{lang: p.Lang}
	if w.Lang != "" {
		out.lang = w.Lang
	}
	printer := s.d.Catalog.Printer(out.lang)
	out.subject, out.text = printer.T("alert.subject"), printer.T("alert.text."+string(k))
	if w.Neutral {
		out.subject, out.text = printer.T("alert.neutral.subject"), printer.T("alert.neutral.text")
	}
	return out
}

// send is the job: it looks at what is to be done, does it, and writes down what
// came of it. Run twice it sends once: the reference of a message follows from
// which try it is, and the second to write that try down fails.
func (s *Service) send(ctx context.Context, a sendArgs) error {
	row, found, err := store.Find[alertRow](ctx, s.d.DB, sqlAlert, a.Owner, a.Ref, string(a.Kind))
	now := s.d.DB.Now()
	if err != nil || !found || row.State != Queued || row.Due.After(now) {
		return err // a job for then is there
	}
	tries, err := store.All[tryRow](ctx, s.d.DB, sqlTries, row.Owner, row.Ref, row.Kind)
	if err != nil {
		return err
	}
	p, wanted, err := s.reader(ctx, row)
	if err != nil {
		return err
	}
	if !wanted {
		return s.settle(ctx, row, step{state: Dropped, unwanted: true}, tries, nil)
	}
	var done []outcome
	for {
		todo, sent, more, err := s.tryNext(ctx, now, row, tries, done, p)
		switch done = sent; {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err() // not the providers' fault
		case !more:
			return s.settle(ctx, row, todo, triesWith(tries, done), done)
		}
	}
}

// gate is between handing somebody's messages over and what they turn off: who
// hands over holds it for reading, who turns off holds it for writing. So nothing
// is handed over by this process once an opt-out is committed. It is shared by
// several people.
func (s *Service) gate(person string) *sync.RWMutex {
	h := fnv.New32a()
	_, _ = h.Write([]byte(person))
	return &s.gates[h.Sum32()%uint32(len(s.gates))]
}

// tryNext sends to the next address to which nothing was sent in this job, if there is
// one, and says what is to be done after that. Each time it goes by what is wanted then:
// somebody may turn off what is left while the first is handed over.
func (s *Service) tryNext(ctx context.Context, now time.Time, r alertRow, tries []tryRow, done []outcome, p identity.Person) (todo step, _ []outcome, more bool, err error) {
	gate := s.gate(p.ID)
	gate.RLock()
	defer gate.RUnlock()
	w, err := s.wishesOf(ctx, s.d.DB, p)
	if err != nil {
		return todo, done, false, err
	}
	if at := next(now, place(p), w.Quiet, w.Safe); at.After(now) {
		return step{state: Queued, later: at}, done, false, nil
	}
	targets, err := s.targets(ctx, p, w)
	if err != nil {
		return todo, done, false, err
	}
	todo = s.rules.plan(now, targets, triesWith(tries, done), w.Spare)
	t, found := todo.next(done)
	if !found {
		return todo, done, false, nil
	}
	done = append(done, s.try(ctx, r, tries, t, s.wordsOf(Kind(r.Kind), p, w), w.Neutral))
	todo = s.rules.plan(now, targets, triesWith(tries, done), w.Spare)
	_, more = todo.next(done)
	return todo, done, more, nil
}

// next is the first address to which something is to be sent and was not yet.
func (s step) next(done []outcome) (target, bool) {
	for _, t := range s.send {
		if !slices.ContainsFunc(done, func(o outcome) bool { return o.target == t }) {
			return t, true
		}
	}
	return target{}, false
}

// triesWith are the earlier tries and those of this job.
func triesWith(tries []tryRow, done []outcome) []tryRow {
	for _, o := range done {
		tries = append(slices.Clip(tries), o.rows...)
	}
	return tries
}

// reader is who is to be told, by the account that goes on by now, and whether.
func (s *Service) reader(ctx context.Context, row alertRow) (p identity.Person, wanted bool, err error) {
	into, err := s.d.Identity.GoesOn(ctx, s.d.DB, row.Owner)
	if err != nil {
		return p, false, err
	}
	if still := s.still[Kind(row.Kind)]; still != nil {
		if ok, err := still(ctx, into, row.Ref); err != nil || !ok {
			return p, false, err
		}
	}
	p, err = s.d.Identity.Person(ctx, into)
	if errs.Is(err, errs.NotFound) {
		return p, false, nil
	}
	return p, err == nil, err
}

// targets are the addresses that are wanted and known.
func (s *Service) targets(ctx context.Context, p identity.Person, w Wishes) ([]target, error) {
	var out []target
	if w.SMS && p.Mobile != "" {
		out = append(out, target{Channel: SMS, Device: mark(p.Mobile), To: p.Mobile})
	}
	if w.Email && p.Email != "" {
		out = append(out, target{Channel: Email, Device: mark(p.Email), To: p.Email})
	}
	links, err := store.All[linkRow](ctx, s.d.DB, sqlLinks, p.ID)
	for _, l := range links {
		if _, ok := s.client(Channel(l.Messenger)); ok && l.Broken.IsZero() && w.On(Channel(l.Messenger)) {
			out = append(out, l.target())
		}
	}
	if err != nil || s.d.Push == nil || !w.Push {
		return out, err
	}
	browsers, err := store.All[pushRow](ctx, s.d.DB, sqlPushes, p.ID)
	for _, b := range browsers {
		out = append(out, target{Channel: Push, Device: b.ID, To: b.ID})
	}
	return out, err
}

// mark tells addresses apart without being one.
func mark(to string) string {
	sum := sha256.Sum256([]byte(to))
	return hex.EncodeToString(sum[:6])
}

// outcome is what came of sending to one address.
type outcome struct {
	target target
	rows   []tryRow
}

// reference names a message at a provider. It follows from which try it is.
func reference(r alertRow, t target, n int64) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{r.Owner, r.Ref, r.Kind, string(t.Channel), t.Device, strconv.FormatInt(n, 10)}, "|")))
	return "alert-" + hex.EncodeToString(sum[:16])
}

// try sends one message. Each provider that was asked and did not answer is a row
// of its own; the last row says how it stands.
func (s *Service) try(ctx context.Context, r alertRow, tries []tryRow, t target, w words, neutral bool) outcome {
	last, failures, _ := lastOf(tries, t)
	n := last.N + 1
	out := outcome{target: t}
	ref := reference(r, t, n)
	row := tryRow{Owner: r.Owner, Ref: r.Ref, Kind: r.Kind, Channel: string(t.Channel), Device: t.Device, N: n, State: Sent, At: store.At(s.d.DB.Now())}
	provider, silent, err := s.hand(ctx, t, w, ref, neutral)
	for _, name := range silent {
		failed := row
		failed.State, failed.Provider, failed.Code = TempFailed, name, "gateway.sms.down"
		out.rows = append(out.rows, failed)
		row.N++
	}
	switch {
	case err == nil:
		row.Provider, row.Reference = provider, ref
	case errs.Is(err, errs.Invalid):
		row.State, row.Code, row.Provider = Failed, codeOf(err), provider
	default:
		if len(out.rows) > 0 { // the last of them says it
			row, out.rows = out.rows[len(out.rows)-1], out.rows[:len(out.rows)-1]
		}
		row.State, row.Code = TempFailed, codeOf(err)
		if wait := max(messenger.WaitOf(err), webpush.WaitOf(err)); wait > 0 {
			row.Later = store.At(row.At.Add(wait))
		}
		if _, more := s.rules.wait(failures + 1); !more {
			row.State = Spent
		}
	}
	out.rows = append(out.rows, row)
	return out
}

func (s *Service) hand(ctx context.Context, t target, w words, ref string, neutral bool) (provider string, silent []string, err error) {
	switch t.Channel {
	case SMS:
		taken, err := s.d.SMS.Hand(ctx, sms.Message{To: t.To, Text: w.text, Reference: ref, Neutral: neutral})
		return taken.Provider, taken.Silent, err
	case Email:
		return email.Name, nil, s.d.Email.Send(ctx, email.Message{To: t.To, Subject: w.subject, Text: w.text, Lang: string(w.lang), Reference: ref})
	case Bale, Telegram:
		to, err := strconv.ParseInt(t.To, 10, 64)
		c, ok := s.client(t.Channel)
		if err != nil || !ok {
			return "", nil, errs.New(errs.Invalid, "")
		}
		return c.Name(), nil, c.Send(ctx, to, w.text)
	case Push:
		return webpush.Name, nil, s.push(ctx, t.To, w.lang)
	}
	return "", nil, errs.New(errs.Invalid, "")
}

// codeOf names an error without anything personal.
func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
		return e.Code
	}
	return errs.KindOf(err).String()
}

// settle writes down what came of a job, and when to look again. tries are all there
// are, with those that were done now. Only a failure has to read: the others are one
// round trip, and there are as many as there are notices.
func (s *Service) settle(ctx context.Context, r alertRow, todo step, tries []tryRow, done []outcome) error {
	write := s.d.DB.WriteBlind
	if slices.ContainsFunc(tries, func(t tryRow) bool { return t.State == Failed }) {
		write = s.d.DB.Write
	}
	return write(ctx, func(tx *store.Tx) error {
		tx.MayBeLost() // and is done again then, with the same references
		for _, o := range done {
			for _, row := range o.rows {
				if err := store.Insert(ctx, tx, "alert_try", row); err != nil {
					return err
				}
				if row.State == Sent && row.Channel == string(SMS) {
					if err := store.Insert(ctx, tx, "alert_reference", referenceRow{row.Reference, row.Owner, row.Ref, row.Kind, row.Channel, row.Device, row.N}); err != nil {
						return err
					}
				}
				if err := s.provedTx(ctx, tx, row); err != nil {
					return err
				}
				if err := s.noteTx(ctx, tx, row); err != nil {
					return err
				}
			}
		}
		if err := s.reachedTx(ctx, tx, r, todo, tries); err != nil {
			return err
		}
		if todo.state == Queued && todo.later.After(tx.Now()) {
			r.Due = store.At(todo.later)
		}
		r.State = todo.state
		if err := tx.ExecOne(ctx, sqlSettle, r.Owner, r.Ref, r.Kind, r.State, r.Due); err != nil || r.State != Queued {
			return err
		}
		return s.enqueue(ctx, tx, r)
	})
}

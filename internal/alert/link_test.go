// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/messenger"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// write has somebody write to the bot of Bale, and lets it be heard.
func (r *rig) write(t *testing.T, chat int64, text string) {
	t.Helper()
	if err := r.bale.Write(t.Context(), messenger.Written{Chat: chat, Name: "Reza " + text[:1], Lang: "en", Text: text}); err != nil {
		t.Fatal(err)
	}
	must(0, r.hear(t.Context()))(t)
}

// said is the newest thing that the bot said in a chat.
func (r *rig) said(chat int64) string {
	for _, p := range r.bale.List(chat) {
		return p.Text
	}
	return ""
}

func (r *rig) words(key string) string { return r.d.Catalog.Printer(i18n.EN).T(key) }

// code begins to connect Bale and gives the code.
func (r *rig) code(t *testing.T, who policy.Actor) Pending {
	t.Helper()
	must(0, r.Connect(t.Context(), who, Bale))(t)
	for _, p := range must(r.Pending(t.Context(), who))(t) {
		if p.Channel == Bale {
			return p
		}
	}
	t.Fatal("no code")
	return Pending{}
}

func (r *rig) connect(t *testing.T, who policy.Actor, chat int64) {
	t.Helper()
	p := r.code(t, who)
	r.write(t, chat, "/start "+p.Code)
	must(0, r.Confirm(t.Context(), who, Bale, p.Claim))(t)
}

// events are the evidence about alerts that a person has, in order: each with its
// channel and its reasons.
func (r *rig) events(t *testing.T, who policy.Actor, subject string) string {
	t.Helper()
	var out []string
	for _, b := range must(store.All[[]byte](t.Context(), r.db, `SELECT record FROM ledger_entry WHERE owner = $1 ORDER BY id`, who.Person))(t) {
		rec := must(receipt.DecodeRecord(b))(t)
		if !strings.HasPrefix(rec.Event, "alert.") || rec.Subject != subject {
			continue
		}
		// Not the whole record: its salt and its ids are random digits and may hold any four.
		if said := fmt.Sprint(rec.Members, rec.Reasons); strings.Contains(said, "+98912") || strings.Contains(said, "7001") {
			t.Errorf("evidence tells an address: %s", b)
		}
		line := strings.TrimPrefix(rec.Event, "alert.")
		for _, more := range append([]string{rec.Members["channel"]}, rec.Reasons...) {
			if more != "" {
				line += ":" + more
			}
		}
		out = append(out, line)
	}
	return strings.Join(out, " ")
}

// The whole way: a code is shown, comes from a chat, is confirmed, and from then on
// the person is told there; /stop turns it off, with evidence.
func TestConnectMessenger(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who := r.person(t)
		p := r.code(t, who)
		if len(p.Code) != codeDigits || p.Page != "https://ble.example/bot?start="+p.Code || p.Came {
			t.Fatalf("%+v", p)
		}
		if err := r.Confirm(t.Context(), who, Bale, p.Claim); !errs.Is(err, errs.Conflict) {
			t.Errorf("confirmed before the code came: %v", err)
		}
		r.write(t, 7001, "/start")
		if r.said(7001) != r.words(sayHello) {
			t.Errorf("said %q", r.said(7001))
		}
		r.write(t, 7001, "/start "+p.Code)
		if r.said(7001) != r.words(sayConfirm) {
			t.Errorf("said %q", r.said(7001))
		}
		r.request(t, who, "n1")
		r.drain(t)
		if len(r.bale.List(7001)) != 2 {
			t.Error("told in a chat that nobody has confirmed")
		}
		now := must(r.Pending(t.Context(), who))(t)
		if len(now) != 1 || !now[0].Came || now[0].Name != "Reza /" {
			t.Fatalf("%+v", now)
		}
		if err := r.Confirm(t.Context(), who, Bale, "another"); !errs.Is(err, errs.Conflict) {
			t.Errorf("another claim was confirmed: %v", err)
		}
		must(0, r.Confirm(t.Context(), who, Bale, now[0].Claim))(t)
		if l := must(r.Links(t.Context(), who))(t); len(l) != 1 || l[0].Channel != Bale || l[0].Name != "Reza /" {
			t.Errorf("%+v", l)
		}
		r.request(t, who, "n2")
		r.drain(t)
		if r.said(7001) != r.words("alert.text.notice") {
			t.Errorf("said %q", r.said(7001))
		}
		if got := r.events(t, who, "n2"); got != "sent:bale sent:sms" {
			t.Errorf("evidence %q", got)
		}
		r.write(t, 7001, "/STOP")
		r.write(t, 7001, "/stop") // said twice, recorded once
		if r.said(7001) != r.words(sayStopped) {
			t.Errorf("said %q", r.said(7001))
		}
		before := len(r.bale.List(7001))
		r.request(t, who, "n3")
		r.drain(t)
		if len(r.bale.List(7001)) != before || len(r.first.List()) != 3 {
			t.Error("told on a channel that was turned off, or on none")
		}
		if got := r.events(t, who, who.Person); got != "linked:bale wishes opted_out:bale:chat" {
			t.Errorf("evidence %q", got)
		}
		// The person's own act turns it on again; disconnecting forgets the chat.
		w := must(r.Wishes(t.Context(), who))(t)
		must(0, r.SetWishes(t.Context(), who, w.with(Bale, true)))(t)
		r.request(t, who, "n4")
		r.drain(t)
		if len(r.bale.List(7001)) != before+1 {
			t.Error("turned on again and not told")
		}
		must(0, r.Disconnect(t.Context(), who, Bale))(t)
		if err := r.Disconnect(t.Context(), who, Bale); !errs.Is(err, errs.NotFound) {
			t.Errorf("twice: %v", err)
		}
		r.request(t, who, "n5")
		r.drain(t)
		if len(r.bale.List(7001)) != before+1 || len(must(r.Links(t.Context(), who))(t)) != 0 {
			t.Error("told in a chat that was disconnected")
		}
		r.write(t, 7001, "/stop")
		if got := r.events(t, who, who.Person); strings.Count(got, "opted_out") != 1 || !strings.HasSuffix(got, "unlinked:bale:page") {
			t.Errorf("evidence %q", got)
		}
	})
}

// A code holds once, for one chat and for some minutes. Whatever is wrong with one
// has the same answer, and after a few of them none.
func TestWrongCodes(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who, other := r.person(t), r.person(t)
		p := r.code(t, who)
		r.write(t, 7001, p.Code) // typed by hand
		if r.said(7001) != r.words(sayConfirm) {
			t.Errorf("said %q", r.said(7001))
		}
		r.write(t, 7002, "/start "+p.Code)
		if r.said(7002) != r.words(sayWrong) {
			t.Errorf("a second chat: %q", r.said(7002))
		}
		r.write(t, 7001, "/start "+p.Code) // told twice
		if r.said(7001) != r.words(sayConfirm) {
			t.Errorf("the same chat again: %q", r.said(7001))
		}
		must(0, r.Confirm(t.Context(), who, Bale, p.Claim))(t)
		r.write(t, 7001, "/start "+p.Code)
		if r.said(7001) != r.words(sayWrong) {
			t.Errorf("used: %q", r.said(7001))
		}
		old := r.code(t, other)
		r.clk.Advance(time.Duration(r.Rules().CodeMinutes)*time.Minute + time.Second)
		r.write(t, 7003, "/start "+old.Code)
		if r.said(7003) != r.words(sayWrong) {
			t.Errorf("old: %q", r.said(7003))
		}
		first := r.code(t, other)
		second := r.code(t, other)
		if first.Code == second.Code {
			t.Fatal("the same code twice")
		}
		r.write(t, 7004, "/start "+first.Code)
		if r.said(7004) != r.words(sayWrong) {
			t.Errorf("replaced: %q", r.said(7004))
		}
		for range 2 * r.Rules().CodeBrake.Answers {
			r.write(t, 7005, "/start 1234567890")
		}
		if got := len(r.bale.List(7005)); got != r.Rules().CodeBrake.Answers {
			t.Errorf("%d answers to guesses", got)
		}
		r.write(t, 7005, "/start "+second.Code)
		if got := must(r.Pending(t.Context(), other))(t); len(got) != 1 || got[0].Came {
			t.Errorf("a right code was taken from who had guessed: %+v", got)
		}
		r.write(t, 7005, "/stop")
		if r.said(7005) != r.words(sayStopped) {
			t.Error("who had guessed is kept from /stop")
		}
		r.clk.Advance(time.Duration(r.Rules().CodeBrake.Minutes) * time.Minute)
		must(0, r.hook(t.Context()))(t)
		r.write(t, 7005, "/start "+r.code(t, other).Code)
		if r.said(7005) != r.words(sayConfirm) {
			t.Errorf("an hour later: %q", r.said(7005))
		}
	})
}

// A chat is one person's: a second one is told so, and the first keeps it.
func TestChatOfTwo(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who, other := r.person(t), r.person(t)
		r.connect(t, who, 7001)
		p := r.code(t, other)
		r.write(t, 7001, "/start "+p.Code)
		if err := r.Confirm(t.Context(), other, Bale, p.Claim); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "alert.link.taken") {
			t.Errorf("a second person: %v", err)
		}
		if err := r.Confirm(t.Context(), who, Bale, p.Claim); !errs.Is(err, errs.Conflict) {
			t.Errorf("somebody else's code: %v", err)
		}
		r.request(t, other, "n1")
		r.drain(t)
		if r.said(7001) != r.words(sayConfirm) {
			t.Errorf("said %q", r.said(7001))
		}
		must(0, r.Disconnect(t.Context(), who, Bale))(t)
		must(0, r.Confirm(t.Context(), other, Bale, p.Claim))(t)
		r.connect(t, who, 7002) // another chat in place of it
		r.connect(t, who, 7003)
		if l := must(r.Links(t.Context(), who))(t); len(l) != 1 {
			t.Errorf("%+v", l)
		}
		r.request(t, who, "n2")
		r.drain(t)
		if r.said(7003) != r.words("alert.text.notice") || r.said(7002) == r.words("alert.text.notice") {
			t.Errorf("said %q and %q", r.said(7002), r.said(7003))
		}
	})
}

// Who has blocked the bot is not written to again. It is work for an administrator
// only if nothing else reached them; pressing start mends it.
func TestBlocked(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who, alone := r.person(t), r.person(t)
		r.connect(t, who, 7001)
		r.connect(t, alone, 7002)
		w := must(r.Wishes(t.Context(), alone))(t)
		must(0, r.SetWishes(t.Context(), alone, w.with(SMS, false)))(t)
		r.bale.Block(7001, true)
		r.bale.Block(7002, true)
		r.request(t, who, "n1")
		r.request(t, alone, "n1")
		r.drain(t)
		if got := r.events(t, who, "n1"); got != "failed:bale:gateway.messenger.blocked sent:sms" {
			t.Errorf("evidence %q", got)
		}
		if got := r.events(t, alone, "n1"); got != "failed:bale:gateway.messenger.blocked bounced:bale:gateway.messenger.blocked" {
			t.Errorf("evidence %q", got)
		}
		got := must(r.Bounces(t.Context(), admin))(t)
		if len(got) != 1 || got[0].Person != alone.Person || got[0].Channel != Bale {
			t.Errorf("bounces %+v", got)
		}
		for _, a := range []policy.Actor{who, alone} {
			if l := must(r.Links(t.Context(), a))(t); len(l) != 1 || l[0].Broken.IsZero() {
				t.Errorf("%+v", l)
			}
		}
		r.bale.Block(7002, false)
		before := len(r.bale.List(7002))
		r.request(t, alone, "n2")
		r.drain(t)
		if len(r.bale.List(7002)) != before {
			t.Error("written to although it was blocked")
		}
		if got := r.events(t, alone, "n2"); got != "dropped:alert.why.no_channel" {
			t.Errorf("evidence %q", got)
		}
		r.write(t, 7002, "/start")
		if r.said(7002) != r.words(sayAgain) {
			t.Errorf("said %q", r.said(7002))
		}
		if got := must(r.Bounces(t.Context(), admin))(t); len(got) != 0 {
			t.Errorf("bounces %+v", got)
		}
		r.request(t, alone, "n3")
		r.drain(t)
		if r.said(7002) != r.words("alert.text.notice") {
			t.Errorf("said %q", r.said(7002))
		}
	})
}

// A messenger that is flooded is left alone for as long as it says; one that is
// down is tried over hours and then given up.
func TestMessengerDown(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who := r.person(t)
		r.connect(t, who, 7001)
		w := must(r.Wishes(t.Context(), who))(t)
		must(0, r.SetWishes(t.Context(), who, w.with(SMS, false)))(t)
		r.bale.Flood(2 * time.Hour)
		r.request(t, who, "n1")
		r.drain(t)
		calls := r.bale.Faults().Calls()
		for range 11 {
			r.clk.Advance(10 * time.Minute)
			must(0, r.send(t.Context(), sendArgs{who.Person, "n1", Arrival}))(t)
		}
		if got := r.bale.Faults().Calls(); got != calls {
			t.Errorf("asked %d times while it had us wait", got-calls)
		}
		r.clk.Advance(11 * time.Minute)
		must(0, r.send(t.Context(), sendArgs{who.Person, "n1", Arrival}))(t)
		if got := r.states(t, who, "n1"); got != "temp_failed sent" {
			t.Errorf("tries %q", got)
		}
		must(0, r.bale.Faults().Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}))(t)
		r.request(t, who, "n2")
		for range 48 {
			r.drain(t)
			r.clk.Advance(time.Hour)
		}
		if got := r.states(t, who, "n2"); !strings.HasSuffix(got, "temp_failed dead") || strings.Count(got, " ") != len(r.Rules().RetryMinutes) {
			t.Errorf("tries %q", got)
		}
		if got := r.events(t, who, "n2"); got != "failed:bale:alert.why.given_up:gateway.bale.down given_up:alert.why.given_up" {
			t.Errorf("evidence %q", got)
		}
	})
}

// Who wants text messages only as a spare gets one when nothing else took the
// message, or did not for a while.
func TestSpare(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who := r.person(t)
		r.connect(t, who, 7001)
		w := must(r.Wishes(t.Context(), who))(t)
		w.Spare = true
		must(0, r.SetWishes(t.Context(), who, w))(t)
		r.request(t, who, "n1")
		r.drain(t)
		if got := r.states(t, who, "n1"); got != "sent" || len(r.first.List()) != 0 {
			t.Errorf("tries %q, text messages %v", got, r.first.List())
		}
		must(0, r.bale.Faults().Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}))(t)
		r.request(t, who, "n2")
		for range r.Rules().SpareMinutes - 1 {
			r.drain(t)
			r.clk.Advance(time.Minute)
		}
		r.drain(t)
		if len(r.first.List()) != 0 {
			t.Error("a text message went out too soon")
		}
		r.clk.Advance(2 * time.Minute)
		r.drain(t)
		if len(r.first.List()) != 1 {
			t.Errorf("text messages %v, tries %q", r.first.List(), r.states(t, who, "n2"))
		}
		must(0, r.bale.Faults().Set(sandbox.Fault{Mode: sandbox.OK}))(t)
		r.clk.Advance(3 * time.Hour)
		r.drain(t)
		r.bale.Block(7001, true)
		r.request(t, who, "n3")
		r.drain(t)
		if got := r.states(t, who, "n3"); got != "failed sent" || len(r.first.List()) != 2 {
			t.Errorf("blocked: tries %q, text messages %v", got, r.first.List())
		}
	})
}

// The webhook believes only who shows the secret, and only of messengers that call.
func TestWebhook(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
			c, ok := r.client(Channel(strings.TrimPrefix(q.URL.Path, "/alerts/bot/")))
			if !ok || !c.Knows(q) {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			u, ok, err := messenger.ReadUpdate(q)
			if err != nil || !ok {
				t.Errorf("%v %v", ok, err)
			}
			must(0, r.Heard(q.Context(), Telegram, u))(t)
		}))
		defer site.Close()
		r.d.BaseURL = site.URL
		must(0, r.hook(t.Context()))(t)
		who := r.person(t)
		must(0, r.Connect(t.Context(), who, Telegram))(t)
		p := must(r.Pending(t.Context(), who))(t)[0]
		must(0, r.telegram.Write(t.Context(), messenger.Written{Chat: 9001, Name: "Sara", Text: "/start " + p.Code}))(t)
		must(0, r.Confirm(t.Context(), who, Telegram, p.Claim))(t)
		r.request(t, who, "n1")
		r.drain(t)
		if got := r.telegram.List(9001); len(got) != 2 || got[0].Text != r.words("alert.text.notice") {
			t.Errorf("%+v", got)
		}
	})
}

// counted is a messenger that counts what is handed to it.
type counted struct {
	*messenger.Double
	n atomic.Int64
}

func (g *counted) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if strings.HasSuffix(q.URL.Path, "/sendMessage") {
		g.n.Add(1)
	}
	g.Double.ServeHTTP(w, q)
}

// heldClock is a clock at which whoever is about to hand something over stops, until it
// is opened.
type heldClock struct {
	clock.Clock
	came, open chan struct{}
}

func (h heldClock) Now() time.Time {
	select {
	case h.came <- struct{}{}:
	default:
	}
	<-h.open
	return h.Clock.Now()
}

// While messages are on their way to the messenger, their person turns it off: once
// that is done, nothing more is handed over there, not even of alerts that were
// planned before.
func TestOptOutMeetsSending(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who := r.person(t)
		r.connect(t, who, 7001)
		const n = 12
		g := &counted{Double: r.bale}
		stop := heldClock{clock.System{}, make(chan struct{}, 1), make(chan struct{})}
		r.d.Messengers = []*messenger.Client{messenger.New(messenger.Options{Link: sandboxtest.Link(t, g, stop)})}
		var refs []string
		for i := range n {
			refs = append(refs, "race-"+string(rune('a'+i)))
			r.request(t, who, refs[i])
		}
		var sending sync.WaitGroup
		errors := make(chan error, n+1)
		for _, ref := range refs {
			sending.Go(func() { errors <- r.send(t.Context(), sendArgs{who.Person, ref, Arrival}) })
		}
		<-stop.came // one of them has been found wanted, and is not handed over yet
		after := make(chan int64, 1)
		w := must(r.Wishes(t.Context(), who))(t).with(Bale, false)
		go func() {
			errors <- r.SetWishes(t.Context(), who, w)
			after <- g.n.Load()
		}()
		// It is done, or it waits for as long as we do: then its turn comes after.
		for n := 0; len(after) == 0 && n < 1_000_000; n++ {
			if r.gate(who.Person).TryRLock() {
				r.gate(who.Person).RUnlock()
				n = 0
			}
			runtime.Gosched()
		}
		close(stop.open)
		at := <-after
		sending.Wait()
		for range n + 1 {
			if err := <-errors; err != nil {
				t.Error(err)
			}
		}
		if got := g.n.Load(); got != at {
			t.Errorf("%d messages were handed over after the opt-out", got-at)
		}
		r.request(t, who, "later")
		must(0, r.send(t.Context(), sendArgs{who.Person, "later", Arrival}))(t)
		if got := g.n.Load(); got != at {
			t.Error("handed over later")
		}
		for _, ref := range refs { // nobody is left without word
			if a := must(r.Of(t.Context(), who.Person, ref))(t); len(a) != 1 || a[0].State != Done {
				t.Errorf("%s: %+v", ref, a)
			}
		}
	})
}

// What became of a message is evidence in the transaction that writes it down: one
// record for each transition, with a reason for each that is negative.
func TestEvidence(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who := r.person(t)
		r.request(t, who, "n1")
		r.drain(t)
		r.clk.Advance(2 * time.Minute)
		r.drain(t)
		if got := r.events(t, who, "n1"); got != "sent:sms delivered:sms" {
			t.Errorf("evidence %q", got)
		}
		r.first.SwitchOff("+989120000001")
		for i := range r.Rules().BounceAfter {
			r.request(t, who, "b"+string(rune('0'+i)))
			r.drain(t)
			r.clk.Advance(2 * time.Minute)
			r.drain(t)
		}
		if got := r.events(t, who, "b0"); got != "sent:sms failed:sms:"+codeUndelivered {
			t.Errorf("evidence %q", got)
		}
		if got := r.events(t, who, "b2"); got != "sent:sms failed:sms:"+codeUndelivered+" bounced:sms:"+codeUndelivered {
			t.Errorf("evidence %q", got)
		}
		w := must(r.Wishes(t.Context(), who))(t)
		r.request(t, who, "n2")
		must(0, r.SetWishes(t.Context(), who, w.with(SMS, false)))(t)
		r.drain(t)
		if got := r.events(t, who, "n2"); got != "dropped:"+whyNoChannel {
			t.Errorf("evidence %q", got)
		}
		if got := r.events(t, who, who.Person); got != "wishes opted_out:sms:page" {
			t.Errorf("evidence %q", got)
		}
		must(0, r.SetWishes(t.Context(), who, w))(t)
		r.Handle(Arrival, func(context.Context, string, string) (bool, error) { return false, nil })
		r.request(t, who, "n3")
		r.drain(t)
		if got := r.events(t, who, "n3"); got != "dropped:"+whyUnwanted {
			t.Errorf("evidence %q", got)
		}
	})
}

// A transition and its evidence are written together or not at all.
func TestEvidenceIsOfTheTransaction(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who := r.person(t)
		r.request(t, who, "n1")
		must(0, r.db.Write(t.Context(), func(tx *store.Tx) error { return tx.Exec(t.Context(), `DELETE FROM alert_alert WHERE ref = 'n1'`) }))(t)
		row := alertRow{Owner: who.Person, Ref: "n1", Kind: string(Arrival), State: Queued}
		try := tryRow{Owner: who.Person, Ref: "n1", Kind: string(Arrival), Channel: string(SMS), Device: "d", N: 1, State: Sent, Reference: "x"}
		if err := r.settle(t.Context(), row, step{state: Done}, []tryRow{try}, []outcome{{rows: []tryRow{try}}}); err == nil {
			t.Fatal("an alert that is not there was settled")
		}
		if got := r.events(t, who, "n1"); got != "" {
			t.Errorf("evidence of what was not written: %q", got)
		}
	})
}

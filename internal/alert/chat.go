// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/messenger"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// What the bot answers: one of these, with nothing in it.
const (
	sayHello   = "alert.bot.hello"   // what it is for
	sayConfirm = "alert.bot.confirm" // the code was right: go on in the account
	sayWrong   = "alert.bot.wrong"   // whatever is wrong with the code
	sayStopped = "alert.bot.stopped"
	sayAgain   = "alert.bot.again" // it is connected, and works
)

// Heard is told what somebody wrote to a bot, and answers them. Told twice, it does
// nothing more.
func (s *Service) Heard(ctx context.Context, ch Channel, u messenger.Update) (err error) {
	defer errs.Wrap(&err, "alert.Heard")
	c, ok := s.client(ch)
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	since := store.At(s.d.DB.Now().Add(-time.Duration(s.rules.CodeBrake.Minutes) * time.Minute))
	verb, rest, _ := strings.Cut(strings.TrimSpace(persian.Digits(u.Text)), " ")
	verb, rest = strings.ToLower(verb), strings.TrimSpace(rest)
	var say string
	if verb == "/stop" { // always: nobody is kept from it
		say, err = s.stop(ctx, ch, u.Chat)
	} else {
		n, _, berr := store.Find[int64](ctx, s.d.DB, sqlBrake, string(ch), u.Chat, since)
		if berr != nil {
			return berr
		}
		if n >= int64(s.rules.CodeBrake.Answers) {
			return nil // it had its answers
		}
		switch {
		case verb == "/start" && rest != "":
			say, err = s.claim(ctx, ch, u, rest)
		case len(verb) == codeDigits && strings.Trim(verb, "0123456789") == "":
			say, err = s.claim(ctx, ch, u, verb)
		case verb == "/start":
			say, err = s.mended(ctx, ch, u.Chat)
		default:
			say = sayHello
		}
	}
	if err != nil {
		return err
	}
	if say == sayWrong || say == sayHello {
		err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, sqlSlow, string(ch), u.Chat, store.At(tx.Now()), since)
		})
		if err != nil {
			return err
		}
	}
	lang := i18n.FA
	if strings.HasPrefix(u.Lang, "en") {
		lang = i18n.EN
	}
	if err := c.Send(ctx, u.Chat, s.d.Catalog.Printer(lang).T(say)); err != nil {
		s.d.Log.InfoContext(ctx, "bot could not answer", "messenger", ch, "err", err)
	}
	return nil
}

// claim takes a code that came from a chat. The person has to confirm it.
func (s *Service) claim(ctx context.Context, ch Channel, u messenger.Update, code string) (say string, err error) {
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		say = sayWrong
		r, found, err := store.Find[codeRow](ctx, tx, sqlCodeOf, s.markOf(ch, code), string(ch), store.At(tx.Now()))
		if err != nil || !found || r.Chat != 0 && r.Chat != u.Chat {
			return err
		}
		say = sayConfirm
		if r.Chat == u.Chat {
			return nil
		}
		return tx.ExecOne(ctx, sqlClaim, r.Person, r.Messenger, u.Chat, u.Name)
	})
	return say, err
}

// ownerOf is whose a chat is.
func (s *Service) ownerOf(ctx context.Context, ch Channel, chat int64) (string, bool, error) {
	r, found, err := store.Find[chatRow](ctx, s.d.DB, sqlChat, string(ch), chat)
	return r.Person, found, err
}

// stop turns a channel off for whoever the chat is.
func (s *Service) stop(ctx context.Context, ch Channel, chat int64) (say string, err error) {
	who, found, err := s.ownerOf(ctx, ch, chat)
	if err != nil || !found {
		return sayStopped, err
	}
	p, err := s.d.Identity.Person(ctx, who)
	if err != nil {
		return "", err
	}
	gate := s.gate(who)
	gate.Lock()
	defer gate.Unlock()
	return sayStopped, s.d.DB.Write(ctx, func(tx *store.Tx) error {
		w, err := s.wishesOf(ctx, tx, p)
		if err != nil || !w.On(ch) {
			return err
		}
		return s.setWishesTx(ctx, tx, policy.Actor{Person: who, Role: policy.Citizen}, w, w.with(ch, false), byChat)
	})
}

// mended takes note that a chat whose owner had blocked the bot is open again.
func (s *Service) mended(ctx context.Context, ch Channel, chat int64) (say string, err error) {
	who, found, err := s.ownerOf(ctx, ch, chat)
	if err != nil || !found {
		return sayHello, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, sqlMend, who, string(ch))
		if err != nil || n == 0 {
			return err
		}
		return s.linkedTx(ctx, tx, eventLinked, policy.Actor{Person: who, Role: policy.Citizen}, ch, nil)
	})
	return sayAgain, err
}

const (
	kindHear  = "alert.hear"
	hearEvery = 3 * time.Second
	kindHook  = "alert.hook"
	hookEvery = time.Hour
	mostTurns = 50 // of fetching, in one run
)

// hear asks the messengers that do not call what people wrote.
func (s *Service) hear(ctx context.Context) error {
	for _, c := range s.d.Messengers {
		if !c.Connected() || c.Calls() {
			continue
		}
		from := int64(0)
		for range mostTurns {
			list, last, err := c.Updates(ctx, from)
			if messenger.IsHooked(err) { // it calls whoever had this bot before
				err = c.SetHook(ctx, "")
				if err == nil {
					continue
				}
			}
			if errs.Is(err, errs.Unavailable) {
				break // the next time
			}
			if err != nil {
				return err
			}
			for _, u := range list {
				if err := s.Heard(ctx, Channel(c.Name()), u); err != nil {
					return err
				}
			}
			if last == 0 {
				break
			}
			from = last + 1 // which tells it that we have them
		}
	}
	return nil
}

// hook has the messengers call us that are to, and forgets what is old.
func (s *Service) hook(ctx context.Context) error {
	for _, c := range s.d.Messengers {
		if c.Connected() && c.Calls() {
			if err := c.SetHook(ctx, s.d.BaseURL+strings.Replace(pathBot, "{messenger}", c.Name(), 1)); err != nil {
				s.d.Log.WarnContext(ctx, "messenger was not told where to call", "messenger", c.Name(), "err", err)
			}
		}
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, sqlOldCodes, store.At(tx.Now())); err != nil {
			return err
		}
		return tx.Exec(ctx, sqlOldBrakes, store.At(tx.Now().Add(-time.Duration(s.rules.CodeBrake.Minutes)*time.Minute)))
	})
}

// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/messenger"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Link is a chat in which somebody is told.
type Link struct {
	Channel Channel
	Name    string // as the messenger showed it when it was connected
	Made    time.Time
	Broken  time.Time // since when the messenger takes nothing for it; zero: it works
}

// Pending is a connection that somebody has begun.
type Pending struct {
	Channel Channel
	Code    string // to be sent to the bot
	Page    string // leads to the bot with it; "" if nobody knows where the bot is
	Until   time.Time
	Claim   string // names what is to be confirmed
	Name    string // who sent the code; Came tells that somebody did
	Came    bool
}

// linkRow is an alert_link row.
type linkRow struct {
	Person    string     `db:"person"`
	Messenger string     `db:"messenger"`
	Chat      int64      `db:"chat"`
	Name      string     `db:"name"`
	Made      store.Time `db:"made_us"`
	Broken    store.Time `db:"broken_us"`
}

// target is where messages to a chat go.
func (r linkRow) target() target {
	return target{Channel: Channel(r.Messenger), Device: mark(r.Messenger + ":" + strconv.FormatInt(r.Chat, 10)), To: strconv.FormatInt(r.Chat, 10)}
}

// codeRow is an alert_code row.
type codeRow struct {
	Person    string     `db:"person"`
	Messenger string     `db:"messenger"`
	Nonce     string     `db:"nonce"`
	Mark      string     `db:"mark"`
	Until     store.Time `db:"until_us"`
	Chat      int64      `db:"chat"`
	Name      string     `db:"name"`
}

// chatRow is an alert_chat row.
type chatRow struct {
	Messenger string `db:"messenger"`
	Chat      int64  `db:"chat"`
	Person    string `db:"person"`
}

const (
	sqlLinks   = `SELECT person, messenger, chat, name, made_us, broken_us FROM alert_link WHERE person = $1 ORDER BY messenger`
	sqlLink    = `SELECT person, messenger, chat, name, made_us, broken_us FROM alert_link WHERE person = $1 AND messenger = $2`
	sqlUnlink  = `DELETE FROM alert_link WHERE person = $1 AND messenger = $2`
	sqlBreak   = `UPDATE alert_link SET broken_us = $3 WHERE person = $1 AND messenger = $2 AND broken_us = 0`
	sqlMend    = `UPDATE alert_link SET broken_us = 0 WHERE person = $1 AND messenger = $2 AND broken_us > 0`
	sqlChat    = `SELECT messenger, chat, person FROM alert_chat WHERE messenger = $1 AND chat = $2`
	sqlNoChat  = `DELETE FROM alert_chat WHERE messenger = $1 AND chat = $2`
	sqlCodes   = `SELECT person, messenger, nonce, mark, until_us, chat, name FROM alert_code WHERE person = $1 AND until_us > $2 ORDER BY messenger`
	sqlCodeOf  = `SELECT person, messenger, nonce, mark, until_us, chat, name FROM alert_code WHERE mark = $1 AND messenger = $2 AND until_us > $3`
	sqlCodeFor = `SELECT person, messenger, nonce, mark, until_us, chat, name FROM alert_code WHERE person = $1 AND messenger = $2 AND until_us > $3`
	sqlSetCode = `INSERT INTO alert_code (person, messenger, nonce, mark, until_us, chat, name) VALUES ($1, $2, $3, $4, $5, 0, '')
		ON CONFLICT (person, messenger) DO UPDATE SET nonce = excluded.nonce, mark = excluded.mark, until_us = excluded.until_us, chat = 0, name = ''`
	sqlClaim    = `UPDATE alert_code SET chat = $3, name = $4 WHERE person = $1 AND messenger = $2 AND chat = 0`
	sqlNoCode   = `DELETE FROM alert_code WHERE person = $1 AND messenger = $2`
	sqlOldCodes = `DELETE FROM alert_code WHERE until_us < $1`

	sqlBrake = `SELECT n FROM alert_brake WHERE messenger = $1 AND chat = $2 AND since_us > $3`
	sqlSlow  = `INSERT INTO alert_brake (messenger, chat, since_us, n) VALUES ($1, $2, $3, 1)
		ON CONFLICT (messenger, chat) DO UPDATE SET n = CASE WHEN alert_brake.since_us > $4 THEN alert_brake.n + 1 ELSE 1 END,
			since_us = CASE WHEN alert_brake.since_us > $4 THEN alert_brake.since_us ELSE excluded.since_us END`
	sqlOldBrakes = `DELETE FROM alert_brake WHERE since_us < $1`
)

// client is that of a messenger that is connected.
func (s *Service) client(ch Channel) (*messenger.Client, bool) {
	i := slices.IndexFunc(s.d.Messengers, func(c *messenger.Client) bool { return c.Name() == string(ch) && c.Connected() })
	if i < 0 {
		return nil, false
	}
	return s.d.Messengers[i], true
}

// Messengers are those in which somebody can be told.
func (s *Service) Messengers() []Channel {
	var out []Channel
	for _, c := range s.d.Messengers {
		if c.Connected() {
			out = append(out, Channel(c.Name()))
		}
	}
	return out
}

func (s *Service) hashed(parts ...string) []byte {
	m := hmac.New(sha256.New, s.d.Key)
	_, _ = m.Write([]byte(strings.Join(parts, "\n")))
	return m.Sum(nil)
}

// codeDigits is how long a code is: with the brakes and the minutes that it holds
// there is nothing to be guessed.
const codeDigits = 10

func (s *Service) codeOf(person string, ch Channel, nonce string) string {
	n := binary.BigEndian.Uint64(s.hashed("code", person, string(ch), nonce)) % 10_000_000_000
	return fmt.Sprintf("%0*d", codeDigits, n)
}

func (s *Service) markOf(ch Channel, code string) string {
	return hex.EncodeToString(s.hashed("mark", string(ch), code)[:16])
}

// Links are somebody's own chats.
func (s *Service) Links(ctx context.Context, a policy.Actor) (_ []Link, err error) {
	defer errs.Wrap(&err, "alert.Links")
	rows, err := store.All[linkRow](ctx, s.d.DB, sqlLinks, a.Person)
	out := make([]Link, len(rows))
	for i, r := range rows {
		out[i] = Link{Channel: Channel(r.Messenger), Name: r.Name, Made: r.Made.Time, Broken: r.Broken.Time}
	}
	return out, err
}

// Pending are the connections that somebody has begun and not confirmed.
func (s *Service) Pending(ctx context.Context, a policy.Actor) (_ []Pending, err error) {
	defer errs.Wrap(&err, "alert.Pending")
	rows, err := store.All[codeRow](ctx, s.d.DB, sqlCodes, a.Person, store.At(s.d.DB.Now()))
	var out []Pending
	for _, r := range rows {
		c, ok := s.client(Channel(r.Messenger))
		if !ok {
			continue
		}
		p := Pending{Channel: Channel(r.Messenger), Until: r.Until.Time, Claim: r.Nonce, Name: r.Name, Came: r.Chat != 0}
		p.Code = s.codeOf(r.Person, p.Channel, r.Nonce)
		p.Page = c.Page(p.Code)
		out = append(out, p)
	}
	return out, err
}

// Connect begins to connect a chat: it makes a code, and the one before it holds no
// more.
func (s *Service) Connect(ctx context.Context, a policy.Actor, ch Channel) (err error) {
	defer errs.Wrap(&err, "alert.Connect")
	if _, ok := s.client(ch); !ok {
		return errs.New(errs.NotFound, "")
	}
	nonce := id.New()
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		until := tx.Now().Add(time.Duration(s.rules.CodeMinutes) * time.Minute)
		return tx.Exec(ctx, sqlSetCode, a.Person, string(ch), nonce, s.markOf(ch, s.codeOf(a.Person, ch, nonce)), store.At(until))
	})
}

// Confirm connects the chat from which the code came, as claim names it: the person
// has seen whose it is. From then on messages go there. errs.Conflict, code
// alert.link.old: the code came too long ago, or is another one by now; code
// alert.link.taken: the chat is somebody else's.
func (s *Service) Confirm(ctx context.Context, a policy.Actor, ch Channel, claim string) (err error) {
	defer errs.Wrap(&err, "alert.Confirm")
	kin, err := s.d.Identity.Kin(ctx, s.d.DB, a.Person)
	if err != nil {
		return err
	}
	p, err := s.d.Identity.Person(ctx, a.Person)
	if err != nil {
		return err
	}
	gate := s.gate(a.Person)
	gate.Lock()
	defer gate.Unlock()
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		code, found, err := store.Find[codeRow](ctx, tx, sqlCodeFor, a.Person, string(ch), store.At(tx.Now()))
		if err != nil {
			return err
		}
		if !found || code.Chat == 0 || code.Nonce != claim {
			return errs.New(errs.Conflict, "alert.link.old")
		}
		owner, taken, err := store.Find[chatRow](ctx, tx, sqlChat, string(ch), code.Chat)
		if err != nil {
			return err
		}
		if taken && !slices.Contains(kin, owner.Person) {
			return errs.New(errs.Conflict, "alert.link.taken")
		}
		for _, who := range kin { // one messenger, one chat; also of an account that is this one now
			if err := s.unlinkTx(ctx, tx, who, ch); err != nil {
				return err
			}
		}
		if err := store.Insert(ctx, tx, "alert_link", linkRow{Person: a.Person, Messenger: string(ch), Chat: code.Chat, Name: code.Name, Made: store.At(tx.Now())}); err != nil {
			return err
		}
		if err := store.Insert(ctx, tx, "alert_chat", chatRow{Messenger: string(ch), Chat: code.Chat, Person: a.Person}); err != nil {
			return err
		}
		if err := tx.Exec(ctx, sqlNoCode, a.Person, string(ch)); err != nil {
			return err
		}
		w, err := s.wishesOf(ctx, tx, p)
		if err != nil {
			return err
		}
		if !w.On(ch) { // who connects it again wants it
			if err := s.setWishesTx(ctx, tx, a, w, w.with(ch, true), byPage); err != nil {
				return err
			}
		}
		return s.linkedTx(ctx, tx, eventLinked, a, ch, nil)
	})
}

// Refuse throws away a connection that was begun.
func (s *Service) Refuse(ctx context.Context, a policy.Actor, ch Channel) (err error) {
	defer errs.Wrap(&err, "alert.Refuse")
	return s.d.DB.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlNoCode, a.Person, string(ch)) })
}

// Disconnect forgets somebody's own chat.
func (s *Service) Disconnect(ctx context.Context, a policy.Actor, ch Channel) (err error) {
	defer errs.Wrap(&err, "alert.Disconnect")
	gate := s.gate(a.Person)
	gate.Lock()
	defer gate.Unlock()
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		_, found, err := store.Find[linkRow](ctx, tx, sqlLink, a.Person, string(ch))
		if err != nil {
			return err
		}
		if !found {
			return errs.New(errs.NotFound, "")
		}
		if err := s.unlinkTx(ctx, tx, a.Person, ch); err != nil {
			return err
		}
		return s.linkedTx(ctx, tx, eventUnlinked, a, ch, []string{byPage})
	})
}

func (s *Service) unlinkTx(ctx context.Context, tx *store.Tx, person string, ch Channel) error {
	r, found, err := store.Find[linkRow](ctx, tx, sqlLink, person, string(ch))
	if err != nil || !found {
		return err
	}
	if err := tx.Exec(ctx, sqlNoChat, string(ch), r.Chat); err != nil {
		return err
	}
	return tx.Exec(ctx, sqlUnlink, person, string(ch))
}

// linkedTx is the evidence that a chat was connected or is no more; which one it
// is does not stand in it.
func (s *Service) linkedTx(ctx context.Context, tx *store.Tx, event string, a policy.Actor, ch Channel, reasons []string) error {
	_, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: a.Person, Subject: a.Person, Actor: a.Person, Role: string(a.Role), Reasons: reasons,
		Members: map[string]string{"channel": string(ch)},
	})
	return err
}

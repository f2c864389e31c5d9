// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	jobCode    = "identity.sms_code"
	jobInvite  = "identity.sms_invite"
	jobRevoke  = "identity.revoke_sessions"
	jobWaiting = "identity.waiting"
	jobCleanUp = "identity.clean_up"

	waitingBatch = 50   // read at once
	waitingMost  = 1000 // in one run
)

type codeJob struct {
	Code string `json:"code"`
}

type inviteJob struct {
	Registration string `json:"registration"`
}

// revokeJob ends the sessions of a person that are older than Before, an id
// made with the new password. Session ids are ordered by time too, and by the
// same clock, which a demo cannot move.
type revokeJob struct {
	Person string `json:"person"`
	Before string `json:"before"`
}

// Jobs registers what the module does in the background. Call it once, before
// anything is enqueued.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, jobCode, s.sendCode)
	jobs.Handle(s.d.Jobs, jobInvite, s.sendInvite)
	jobs.Handle(s.d.Jobs, jobRevoke, s.revokeOlder)
	jobs.Handle(s.d.Jobs, jobAlert, s.sendAlert)
	jobs.Handle(s.d.Jobs, jobClaim, s.sendClaim)
	jobs.Handle(s.d.Jobs, jobTellProvisional, s.tellProvisional)
	jobs.Handle(s.d.Jobs, jobNumberLost, s.endBySMS)
	s.d.Jobs.Periodic(jobNumbers, numbersEvery, s.askNumbers)
	s.d.Jobs.Periodic(jobWaiting, firstWait, s.askAgain)
	s.d.Jobs.Periodic(jobProvisional, firstWait, s.settleProvisional)
	s.d.Jobs.Periodic(jobCleanUp, time.Hour, s.cleanUp)
}

// sendCode sends a code that still lives. Running twice sends one message: the
// code's id is the provider's idempotency key.
func (s *Service) sendCode(ctx context.Context, j codeJob) error {
	row, found, err := store.Find[codeRow](ctx, s.d.DB, sqlCode, j.Code)
	if err != nil || !found || row.SMS == "sent" || !row.Used.IsZero() || !s.d.Clock.Now().Before(row.Expires.Time) {
		return err
	}
	life := int(row.Expires.Sub(row.Sent.Time).Minutes())
	text := s.d.Catalog.Printer(row.Lang).T("identity.sms."+string(row.Purpose), "code", s.codeText(row.ID), "minutes", life)
	_, err = s.write(ctx, message{to: row.Mobile, lang: row.Lang, text: text, reference: "code-" + row.ID})
	state := "sent"
	switch {
	case errs.Is(err, errs.Invalid):
		state, err = "refused", nil // no later try would help
	case err != nil:
		state = "failing"
	}
	werr := s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlCodeSMS, row.ID, state) })
	if err == nil {
		err = werr
	}
	return err
}

// revokeOlder ends what was signed in before a password was renewed; the
// session that it was renewed in is made after, and stays.
func (s *Service) revokeOlder(ctx context.Context, j revokeJob) error {
	if s.sessions == nil { // no site, no sessions
		return nil
	}
	list, err := s.sessions.SessionsOf(ctx, j.Person)
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.ID >= j.Before {
			continue
		}
		if err := s.sessions.Revoke(ctx, j.Person, one.ID); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
	}
	return nil
}

// sendInvite tells somebody whose registration had to wait that it goes on.
func (s *Service) sendInvite(ctx context.Context, j inviteJob) error {
	reg, err := s.Registration(ctx, j.Registration)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil || (reg.State != Ready && reg.State != Refused) {
		return err
	}
	key := "identity.sms.ready"
	if reg.State == Refused {
		key = "identity.sms.refused"
	}
	link := s.d.BaseURL + pathContinue + "/" + s.inviteToken(reg.ID)
	text := s.d.Catalog.Printer(reg.Lang).T(key, "link", link)
	_, err = s.write(ctx, message{to: reg.Contact(), lang: reg.Lang, text: text, reference: "invite-" + reg.ID + "-" + string(reg.State)})
	if errs.Is(err, errs.Invalid) {
		return nil
	}
	return err
}

// askAgain finishes what the registries could not answer before. It stops at
// the first silence: whoever is next would wait for the same system.
func (s *Service) askAgain(ctx context.Context) error {
	for done := 0; done < waitingMost; {
		rows, err := store.All[registrationRow](ctx, s.d.DB, sqlWaitingDue, store.At(s.d.Clock.Now()), waitingBatch)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			down, err := s.askOnceMore(ctx, row)
			if err != nil || down {
				return err
			}
			done++
		}
	}
	return nil
}

func (s *Service) askOnceMore(ctx context.Context, row registrationRow) (down bool, err error) {
	reg := row.registration()
	v, err := s.inquire(ctx, reg.Entries)
	if err != nil {
		return false, err
	}
	to := Ready
	switch {
	case v.down:
		to = Waiting
	case !v.fine():
		to = Refused
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.judgedTx(ctx, tx, reg, row.Tries, to, v); err != nil || v.down {
			return err
		}
		return s.d.Jobs.EnqueueTx(ctx, tx, jobInvite, inviteJob{Registration: reg.ID})
	})
	if errs.Is(err, errs.Conflict) {
		err = nil // the entries were mended meanwhile
	}
	return v.down, err
}

// inviteToken is the secret in the link of an invitation. It is computed, not
// stored; the row holds its hash, to be found by.
func (s *Service) inviteToken(regID string) string {
	h := hmac.New(sha256.New, s.d.CodeKey)
	h.Write([]byte("tarazu invitation\x00" + regID))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

func inviteHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Invited finds the registration that an invitation belongs to. errs.NotFound,
// code identity.register.gone: none, or it has gone on.
func (s *Service) Invited(ctx context.Context, token string) (_ Registration, err error) {
	defer errs.Wrap(&err, "identity.Invited")
	row, found, err := store.Find[registrationRow](ctx, s.d.DB, sqlRegistrationByInvite, inviteHash(token))
	if err == nil && !found {
		err = errs.New(errs.NotFound, "identity.register.gone")
	}
	return row.registration(), err
}

// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// codeSubject binds a signature code to one filing and one record: should a
// single byte of the record change, the code is worth nothing.
func (f Filing) codeSubject() string { return f.ID + ":" + f.Hash }

// SendSignatureCode sends the person a one-time code by text message. Entering
// it signs the record (the office panel of the model works the same way, one
// code a signatory).
func (s *Service) SendSignatureCode(ctx context.Context, a policy.Actor, filing string) (err error) {
	defer errs.Wrap(&err, "filing.SendSignatureCode")
	f, def, err := s.Get(ctx, a, filing)
	if err != nil {
		return err
	}
	if err := s.maySign(a, f, def); err != nil {
		return err
	}
	if f.Status != Signable {
		return errs.New(errs.Conflict, "filing.not_signable")
	}
	person, err := s.d.Identity.Person(ctx, a.Person) // who signs, which may be on behalf of the owner
	if err != nil {
		return err
	}
	before := f.Hash
	if f.Record, f.Hash, err = s.recordFor(ctx, a, f); err != nil {
		return err
	}
	var wait error
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		wait = nil
		if err := s.filesTx(ctx, tx, a, policy.Sign, f, def); err != nil {
			return err
		}
		code, err := s.d.Identity.SendCodeTx(ctx, tx, identity.Code{
			Purpose: "sign", Person: a.Person, Mobile: person.Contact(), Subject: f.codeSubject(), Lang: f.Lang,
		})
		if identity.CodeWaits(err) { // for these very words, thawed and frozen meanwhile: it goes on serving
			wait = err
		} else if err != nil {
			return err
		}
		return tx.ExecOne(ctx, updateCode, f.Owner, f.ID, before, code, touch(tx.Now()), f.Record, f.Hash)
	})
	if err != nil {
		return err
	}
	return wait
}

// Submit signs the record with the code and hands the filing to the court, in
// one transaction. What it returns is acknowledged: it is durable, with its
// evidence. A second call with the same code finds the first one's result.
func (s *Service) Submit(ctx context.Context, a policy.Actor, filing, code string) (_ Filing, err error) {
	defer errs.Wrap(&err, "filing.Submit")
	f, def, err := s.Get(ctx, a, filing)
	if err != nil {
		return f, err
	}
	switch f.Status {
	case Submitted:
		return f, nil
	case Rejected: // while it was being mended
		return f, conflict("filing.rejected_meanwhile")
	}
	if err := s.maySign(a, f, def); err != nil {
		return f, err
	}
	if f.Status != Signable {
		return f, errs.New(errs.Conflict, "filing.not_signable")
	}
	mine, err := s.signedBy(ctx, a, f)
	if err != nil {
		return f, err
	}
	if f.Code == "" || !mine { // a code sent to somebody else signs for somebody else
		return f, errs.InvalidFields([]errs.Field{{Name: "code", Code: "filing.code_not_sent"}})
	}
	err = s.submit(ctx, a, f, def, code)
	if err != nil { // a second click: show what the first did
		if now, rerr := read(ctx, s.d.DB, f.Owner, f.ID); rerr == nil && now.Status == Submitted {
			return now, nil
		}
		return f, err
	}
	return read(ctx, s.d.DB, f.Owner, f.ID)
}

func (s *Service) submit(ctx context.Context, a policy.Actor, f Filing, def *catalogue.Definition, code string) error {
	if err := s.d.Identity.CheckCode(ctx, f.Code, f.codeSubject(), code); err != nil {
		return err
	}
	if f.mend != nil {
		return s.submitMended(ctx, a, f, def)
	}
	sub, err := s.prepare(ctx, a, f, def)
	if err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.submitTx(ctx, tx, sub) })
	if errs.Is(err, errs.Conflict) {
		return errs.New(errs.Conflict, "filing.changed_meanwhile").Because(err)
	}
	return err
}

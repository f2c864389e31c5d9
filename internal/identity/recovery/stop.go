// SPDX-License-Identifier: Apache-2.0

package recovery

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// ByToken finds the request that the link of a message stops. errs.NotFound, code
// recovery.gone: there is none, or it has ended.
func (s *Service) ByToken(ctx context.Context, token string) (_ Request, err error) {
	defer errs.Wrap(&err, "recovery.ByToken")
	row, found, err := store.Find[requestRow](ctx, s.d.DB, sqlByHash, by("stop", token))
	if err == nil && (!found || !row.request().Living()) {
		err = errs.New(errs.NotFound, "recovery.gone")
	}
	return row.request(), err
}

// Stop ends a request by the link of the message. Doing it twice is the same.
// errs.NotFound, code recovery.gone.
func (s *Service) Stop(ctx context.Context, token string) (err error) {
	defer errs.Wrap(&err, "recovery.Stop")
	r, err := s.ByToken(ctx, token)
	if err != nil {
		return err
	}
	return s.stop(ctx, r, policy.Actor{}, "link")
}

// StopOwn ends a request for a's own account. errs.NotFound, code recovery.gone.
func (s *Service) StopOwn(ctx context.Context, a policy.Actor, request string) (err error) {
	defer errs.Wrap(&err, "recovery.StopOwn")
	row, found, err := store.Find[requestRow](ctx, s.d.DB, sqlRequest, a.Person, request)
	if err == nil && (!found || !row.request().Living()) {
		err = errs.New(errs.NotFound, "recovery.gone")
	}
	if err != nil {
		return err
	}
	return s.stop(ctx, row.request(), a, "account")
}

func (s *Service) stop(ctx context.Context, r Request, a policy.Actor, how string) error {
	p, err := s.d.Identity.Person(ctx, r.Person)
	if err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, sqlStop, r.Person, r.ID, store.At(tx.Now()), how); err != nil {
			return err
		}
		if err := s.stage(ctx, tx, "identity.recovery_stopped", r, a, map[string]any{"how": how}); err != nil {
			return err
		}
		return s.tellAllTx(ctx, tx, p, r, "stopped")
	})
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.NotFound, "recovery.gone").Because(err)
	}
	return err
}

// ByNumber finds the living request whose number somebody tells at an office.
// errs.NotFound, code recovery.no_number.
func (s *Service) ByNumber(ctx context.Context, number string) (_ Request, err error) {
	defer errs.Wrap(&err, "recovery.ByNumber")
	row, found, err := store.Find[requestRow](ctx, s.d.DB, sqlByHash, by("number", number))
	if err == nil && (!found || row.State != Waiting) {
		err = errs.New(errs.NotFound, "recovery.no_number")
	}
	return row.request(), err
}

// ProveTx lets a request go on at once, because somebody entitled has seen who
// asks: it joins the transaction that writes the proof (identity.AddProofTx) of
// the way "office" or "video". The caller has found the request by its number
// (ByNumber); here it is named by its person, telephone and address, of which
// there is one. A proof for another purpose finishes nothing. errs.Conflict: it has
// ended.
func (s *Service) ProveTx(ctx context.Context, tx *store.Tx, a policy.Actor, person, mobile, email, way, ref string) (err error) {
	defer errs.Wrap(&err, "recovery.ProveTx")
	row, found, err := store.Find[requestRow](ctx, tx, sqlLiving, person, mobile, email)
	if err == nil && !found {
		err = errs.New(errs.Conflict, "recovery.no_number")
	}
	if err != nil {
		return err
	}
	r := row.request()
	if err := tx.ExecOne(ctx, sqlProve, r.Person, r.ID, way, ref, store.At(tx.Now())); err != nil {
		return err
	}
	if err := s.stage(ctx, tx, "identity.recovery_proved", r, a, map[string]any{"way": way, "ref": ref, "unit": a.Unit}); err != nil {
		return err
	}
	return s.tellTx(ctx, tx, r, tell{To: r.Contact(), What: "ready"})
}

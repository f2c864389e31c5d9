// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this package (range 03xxx).
var Migrations = store.Migrations{Module: "web", FS: migrations}

// touchEvery is how often at most the last use of a session is written.
const touchEvery = time.Minute

const (
	sqlFindSession = `SELECT data, created_at, touched_at, expires_at FROM web_session WHERE token = $1 AND expires_at > $2`

	sqlInsertSession = `INSERT INTO web_session (token, id, person, capacity, agent, data, created_at, touched_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	sqlUpdateSession = `UPDATE web_session SET person = $1, capacity = $2, data = $3, touched_at = $4 WHERE token = $5`

	sqlTouchSession = `UPDATE web_session SET touched_at = $1 WHERE token = $2 AND touched_at < $1`

	sqlDeleteSession = `DELETE FROM web_session WHERE token = $1`

	sqlSessionsOf = `SELECT id, capacity, agent, created_at, touched_at, expires_at FROM web_session
		WHERE person = $1 AND expires_at > $2 ORDER BY touched_at DESC, id`

	sqlRevokeSession = `DELETE FROM web_session WHERE person = $1 AND id = $2`

	sqlRevokeOthers = `DELETE FROM web_session WHERE person = $1 AND id <> $2`

	sqlSweepSessions = `DELETE FROM web_session WHERE expires_at <= $1`
)

// sessionStore keeps sessions for scs, under the hash of their token. Only its
// own clock decides when one has expired.
type sessionStore struct {
	db    *store.DB
	clock clock.Clock
	log   *slog.Logger

	lifetime time.Duration
}

type sessionRow struct {
	Data      string     `db:"data"`
	CreatedAt store.Time `db:"created_at"`
	TouchedAt store.Time `db:"touched_at"`
	ExpiresAt store.Time `db:"expires_at"`
}

// FindCtx implements scs.CtxStore.
func (s *sessionStore) FindCtx(ctx context.Context, token string) (_ []byte, found bool, err error) {
	defer errs.Wrap(&err, "web.session.Find")
	now := s.clock.Now()
	row, found, err := store.Find[sessionRow](ctx, s.db, sqlFindSession, token, store.At(now))
	if err != nil || !found {
		return nil, false, err
	}
	f := foundIn(ctx)
	f.token, f.began, f.ends = token, row.CreatedAt, row.ExpiresAt
	if now.Sub(row.TouchedAt.Time) >= touchEvery {
		err := s.db.WriteBlind(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, sqlTouchSession, store.At(now), token)
		})
		if err != nil { // reading goes on: only the list of devices is a little old
			s.log.Warn("session not touched", "error", err)
		}
	}
	return []byte(row.Data), true, nil
}

// CommitCtx implements scs.CtxStore. A session that this request has read is
// updated, and if it is gone it stays gone; every other token is a new row.
// The expiry that scs computed by the system clock is not used: a session ends
// Deps.SessionLifetime after it began, which is at sign-in; a new token does not
// begin it anew.
func (s *sessionStore) CommitCtx(ctx context.Context, token string, b []byte, _ time.Time) (err error) {
	defer errs.Wrap(&err, "web.session.Commit")
	var d sessionData
	if err := json.Unmarshal(b, &d); err != nil {
		return err
	}
	person, capacity := d.Values[keyPerson], d.Values[keyCapacity]
	now := s.clock.Now()
	if foundIn(ctx).token == token {
		err := s.db.WriteBlind(ctx, func(tx *store.Tx) error {
			return tx.ExecOne(ctx, sqlUpdateSession, person, capacity, string(b), store.At(now), token)
		})
		if errs.Is(err, errs.Conflict) {
			return errs.New(errs.Unauthenticated, "web.error.session_ended").Because(err)
		}
		return err
	}
	name := d.Values[keySession]
	if name == "" {
		name = id.New()
	}
	found := foundIn(ctx)
	began, ends := store.At(now), store.At(now.Add(s.lifetime))
	if found.old != "" && !found.begins {
		began, ends = found.began, found.ends
	}
	err = s.db.WriteBlind(ctx, func(tx *store.Tx) error {
		// A new token takes the old one's place in one step and only if the old
		// one is still there: a session that was revoked meanwhile, or renewed by
		// another request, does not live on under a second token.
		if found.old != "" {
			if err := tx.ExecOne(ctx, sqlDeleteSession, found.old); err != nil {
				return err
			}
		}
		return tx.Exec(ctx, sqlInsertSession, token, name, person, capacity, d.Values[keyAgent], string(b),
			began, store.At(now), ends)
	})
	if errs.Is(err, errs.Conflict) && found.old != "" {
		return errs.New(errs.Unauthenticated, "web.error.session_ended").Because(err)
	}
	if err == nil {
		found.token, found.old = token, ""
	}
	return err
}

// DeleteCtx implements scs.CtxStore. When the token is being changed, the old
// row is left for CommitCtx.
func (s *sessionStore) DeleteCtx(ctx context.Context, token string) (err error) {
	defer errs.Wrap(&err, "web.session.Delete")
	if found := foundIn(ctx); found.renew {
		found.renew = false
		if token != "" && token == found.token {
			found.old, found.token = token, ""
		}
		return nil
	}
	return s.db.WriteBlind(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlDeleteSession, token) })
}

var errNoContext = errors.New("web: the session store needs a context")

// Find implements scs.Store; scs calls FindCtx instead.
func (s *sessionStore) Find(string) ([]byte, bool, error) { return nil, false, errNoContext }

// Commit implements scs.Store; scs calls CommitCtx instead.
func (s *sessionStore) Commit(string, []byte, time.Time) error { return errNoContext }

// Delete implements scs.Store; scs calls DeleteCtx instead.
func (s *sessionStore) Delete(string) error { return errNoContext }

// Session is one signed-in device of a person.
type Session struct {
	ID        string     `db:"id"` // the Session of the policy.Actor; not the token
	Capacity  string     `db:"capacity"`
	Agent     string     `db:"agent"` // "Chrome Android"
	CreatedAt store.Time `db:"created_at"`
	TouchedAt store.Time `db:"touched_at"` // last use, to the minute
	ExpiresAt store.Time `db:"expires_at"`
}

// SessionsOf lists the sessions in which person is signed in, the one used
// last first.
func (s *Server) SessionsOf(ctx context.Context, person string) (_ []Session, err error) {
	defer errs.Wrap(&err, "web.SessionsOf")
	if person == "" {
		return nil, nil
	}
	return store.All[Session](ctx, s.d.DB, sqlSessionsOf, person, store.At(s.d.SessionClock.Now()))
}

// Revoke ends one session of person by its ID. errs.NotFound: person has no such
// session, or it has ended already.
func (s *Server) Revoke(ctx context.Context, person, session string) (err error) {
	defer errs.Wrap(&err, "web.Revoke")
	if person == "" {
		return errs.New(errs.NotFound, "")
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, sqlRevokeSession, person, session)
		if err == nil && n == 0 {
			err = errs.New(errs.NotFound, "")
		}
		return err
	})
}

// RevokeAll ends every session of person except the one called keep, which may
// be "" (after a changed password, a lost telephone, a dismissed clerk).
func (s *Server) RevokeAll(ctx context.Context, person, keep string) (err error) {
	defer errs.Wrap(&err, "web.RevokeAll")
	if person == "" {
		return errs.New(errs.NotFound, "")
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlRevokeOthers, person, keep) })
}

// SweepSessions deletes what has expired. The composition root runs it as a
// periodic job.
func (s *Server) SweepSessions(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "web.SweepSessions")
	now := s.d.SessionClock.Now()
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlSweepSessions, store.At(now)) })
}

// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A write carries an Idempotency-Key that its caller made. The first call with
// a key takes the key's row, is at work until its lease ends, and keeps its
// answer before it sends it; what comes with the same key later is answered
// from there. A process that dies at work leaves a row whose lease ends: the
// next call with the key takes it over and acts again, which is right because
// the services are safe to be asked twice, most by the state of things, some by
// the key of the act (Call.Act).
//
// Answers hold personal data and, once in a while, a new token. So they are
// sealed with a key made of the Idempotency-Key, of which the table has only a
// hash: who reads the table alone reads no answer.

// Header names.
const (
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotency-Replayed"
)

const (
	// keepFor is how long an answer is kept.
	keepFor = 24 * time.Hour
	// leaseFor is how long a silent call holds a key; longer than any call may
	// take.
	leaseFor = 2 * time.Minute
	// savedWithin bounds the write of an answer whose caller may be gone.
	savedWithin = 5 * time.Second
)

// keyPattern: long enough that nobody meets another's by chance.
var keyPattern = regexp.MustCompile(`^[\x21-\x7e]{16,128}$`)

// kept is an answer in the table.
type kept struct {
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

// keptHeaders are those of an answer that are not made anew for each call.
var keptHeaders = []string{"Content-Type", "Content-Language", "Location", "Retry-After", "WWW-Authenticate"}

// once runs a write unless the same was asked before.
func (r *Registry) once(w http.ResponseWriter, req *http.Request, c *Call, op Op, body []byte, run http.HandlerFunc) {
	keys := req.Header.Values(keyHeader)
	switch {
	case len(keys) == 0 || keys[0] == "":
		writeProblem(w, missingKey.words(c))
		return
	case len(keys) > 1 || !keyPattern.MatchString(keys[0]):
		writeProblem(w, malformedKey.words(c))
		return
	}
	k := r.keyOf(actorKey(c.Actor), keys[0])
	c.Act = k.act
	asked := askedFor(req, body)
	row, state, err := k.take(c.ctx, r.d.DB, asked)
	switch {
	case err != nil:
		writeProblem(w, r.problem(c, err))
		return
	case state == otherBody:
		writeProblem(w, spentKey.words(c))
		return
	case state == atWork:
		writeProblem(w, busyKey.after(2*time.Second).words(c))
		return
	case state == answered:
		if err := k.replay(w, row); err != nil {
			writeProblem(w, r.problem(c, err))
		}
		return
	}
	// From here on the row is ours. Whatever happens it is answered or let go.
	out := &recorder{header: w.Header().Clone()}
	done := false
	defer func() {
		if !done { // a panic on its way up
			r.saved(c, func(ctx context.Context) error { return k.release(ctx, r.d.DB) })
		}
	}()
	run(out, req)
	done = true
	if final(out.status) {
		r.saved(c, func(ctx context.Context) error { return k.answer(ctx, r.d.DB, out) })
	} else {
		r.saved(c, func(ctx context.Context) error { return k.release(ctx, r.d.DB) })
	}
	for name, values := range out.header {
		w.Header()[name] = values
	}
	w.WriteHeader(out.status)
	_, _ = w.Write(out.body.Bytes())
}

// saved writes what came of a call, also if its caller has left. If that fails
// the answer is sent all the same; the lease ends by itself.
func (r *Registry) saved(c *Call, write func(ctx context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), savedWithin)
	defer cancel()
	if err := write(ctx); err != nil {
		c.log.Warn("an answer was not kept", "error", err)
	}
}

// final tells whether asking again cannot give another answer. What was not
// done because of us, of a limit or of a token may be tried again with the same
// key.
func final(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		return false
	}
	return status < http.StatusInternalServerError
}

// askedFor is the hash of what a call asks for.
func askedFor(req *http.Request, body []byte) string {
	h := sha256.New()
	for _, part := range []string{req.Method, req.URL.EscapedPath(), req.URL.Query().Encode(), req.Header.Get("Content-Type")} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// key is an Idempotency-Key of an actor.
type key struct {
	actor, hash string
	act         string
	seal        [32]byte
	holder      string
}

func (r *Registry) keyOf(actor, header string) key {
	k := key{actor: actor, holder: id.New()}
	sum := func(use string) []byte {
		h := hmac.New(sha256.New, r.d.Secret)
		h.Write([]byte("tarazu idempotency " + use + "\x00" + actor + "\x00" + header))
		return h.Sum(nil)
	}
	k.hash, k.act = hex.EncodeToString(sum("row")), idOf(sum("act"))
	copy(k.seal[:], sum("seal"))
	return k
}

// idOf writes a hash in the form of our ids, which is what services take as the
// name of an act. It is not ordered by time.
func idOf(sum []byte) string {
	b := slices.Clone(sum[:16])
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// keyState is what taking a key found.
type keyState uint8

const (
	taken     keyState = iota // it is ours: act
	atWork                    // another call is at work
	answered                  // the answer is there
	otherBody                 // the key was used for something else
)

// take takes the key's row, or says why not.
func (k key) take(ctx context.Context, db *store.DB, asked string) (row keyRow, state keyState, err error) {
	defer errs.Wrap(&err, "api.takeKey")
	err = db.Write(ctx, func(tx *store.Tx) error {
		now := tx.Now()
		n, err := tx.ExecN(ctx, sqlTakeKey, k.actor, k.hash, asked, stateAtWork, k.holder, store.At(now.Add(leaseFor)), store.At(now))
		if err != nil {
			return err
		}
		if state = taken; n == 1 {
			return nil
		}
		var found bool
		if row, found, err = store.Find[keyRow](ctx, tx, sqlKey, k.actor, k.hash); err != nil {
			return err
		}
		over := !found || !row.Until.After(now)
		switch {
		case over && found && (row.State == stateDone || row.Asked == asked):
			// Kept long enough, or its process has died: ours, unless another
			// call sees the same at this moment.
			n, err := tx.ExecN(ctx, sqlTakeOver, k.actor, k.hash, asked, stateAtWork, k.holder, store.At(now.Add(leaseFor)), store.At(now), row.Holder)
			if err == nil && n == 0 {
				state = atWork
			}
			return err
		case !found:
			state = atWork // swept at this moment: the caller asks again
		case row.Asked != asked:
			state = otherBody
		case row.State == stateDone:
			state = answered
		default:
			state = atWork
		}
		return nil
	})
	return row, state, err
}

// answer keeps an answer.
func (k key) answer(ctx context.Context, db *store.DB, out *recorder) error {
	a := kept{Header: map[string]string{}, Body: out.body.Bytes()}
	for _, name := range keptHeaders {
		if v := out.header.Get(name); v != "" {
			a.Header[name] = v
		}
	}
	plain, err := json.Marshal(a)
	if err != nil {
		return err
	}
	aead, err := k.aead()
	if err != nil {
		return err
	}
	nonce := id.Bytes(aead.NonceSize())
	sealed := aead.Seal(nonce, nonce, plain, []byte(k.hash))
	return db.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlAnswer, k.actor, k.hash, k.holder, stateDone, out.status, sealed, store.At(tx.Now().Add(keepFor)))
	})
}

// replay sends a kept answer.
func (k key) replay(w http.ResponseWriter, row keyRow) error {
	aead, err := k.aead()
	if err != nil {
		return err
	}
	var a kept
	if n := aead.NonceSize(); len(row.Answer) > n {
		plain, err := aead.Open(nil, row.Answer[:n], row.Answer[n:], []byte(k.hash))
		if err == nil {
			err = json.Unmarshal(plain, &a)
		}
		if err != nil {
			return err
		}
	}
	for name, v := range a.Header {
		w.Header().Set(name, v)
	}
	w.Header().Set(replayedHeader, "true")
	w.WriteHeader(int(row.Status))
	_, _ = w.Write(a.Body)
	return nil
}

// release lets the key go: the next call acts.
func (k key) release(ctx context.Context, db *store.DB) error {
	return db.WriteBlind(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlRelease, k.actor, k.hash, k.holder) })
}

func (k key) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.seal[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

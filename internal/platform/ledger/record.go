// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Record is what a module knows about an event; StageTx adds the rest. Its
// members follow ETSI EN 319 522-3. Everything but Owner becomes part of the
// leaf and so of every receipt.
type Record struct {
	Event       string            // what happened: "filing.submitted"; no spaces; ends in ".paper" if ContentHash is that of a document
	Time        time.Time         // tx.Now(); filled in if zero
	Owner       string            // person or case whose row it is (distribution key); not in the leaf
	Subject     string            // id of the thing (filing, notice)
	Actor, Role string            // who acted, in which capacity
	ContentHash string            // hexadecimal SHA-256 of Content, or of a document; filled in from Content if empty
	Content     json.RawMessage   // canonical JSON object (Canonical) that the receipt shows; may be nil
	Previous    string            // evidence id of the record before it
	Rule        string            // rule that was applied, with its version
	Reasons     []string          // why, on every negative event
	Members     map[string]string // further facts of this kind of event

	// Of an act in a capacity: its id, and on whose behalf (a person). They become
	// the members capacity and on_behalf, so that the form of a record stays as it is.
	Capacity, OnBehalf string
}

// Canonical returns the canonical JSON of v: the bytes that are hashed and
// signed. See receipt.Canonical.
func Canonical(v any) ([]byte, error) { return receipt.Canonical(v) }

// StageTx writes r in the caller's transaction and returns its evidence id. The
// record has no place in the log, and so no receipt, until Sequence has run.
// It only writes, and is right in a blind transaction. It fails with
// errs.Invalid when r cannot be written (ledger.record, ledger.content).
func (l *Ledger) StageTx(ctx context.Context, tx *store.Tx, r Record) (evidenceID string, err error) {
	defer errs.Wrap(&err, "ledger.StageTx")
	if r.Owner == "" {
		return "", errs.New(errs.Invalid, "ledger.record")
	}
	if r.ContentHash, err = contentHash(r.Content, r.ContentHash); err != nil {
		return "", err
	}
	if r.Time.IsZero() {
		r.Time = tx.Now()
	}
	origin := l.current().origin // if that has ended by now, the record is carried on
	w := receipt.Record{
		ID: id.New(), Issuer: origin, Event: r.Event, Time: r.Time.UTC().Truncate(time.Microsecond), Subject: r.Subject,
		Actor: r.Actor, Role: r.Role, ContentHash: r.ContentHash, Previous: r.Previous, Rule: r.Rule, Reasons: r.Reasons, Members: r.members(),
	}
	copy(w.Salt[:], id.Bytes(receipt.SaltSize))
	w.RowTag = rowTag(w.Salt, r.Owner, r.Content != nil)
	if err := w.Validate(); err != nil {
		return "", errs.New(errs.Invalid, "ledger.record").Because(err)
	}
	record := w.Encode()
	leaf := receipt.LeafHash(record)
	if ofPaper(r) {
		if err := store.Insert(ctx, tx, "ledger_paper", paperRow{Hash: r.ContentHash, ID: w.ID, Owner: r.Owner}); err != nil {
			return "", err
		}
	}
	return w.ID, store.Insert(ctx, tx, "ledger_entry", newEntry{
		Owner: r.Owner, ID: w.ID, Origin: origin, Record: record, Content: append([]byte{}, r.Content...),
		LeafHash: leaf[:], Staged: store.At(w.Time),
	})
}

// members are the facts of the event, with the capacity in which somebody acted.
func (r Record) members() map[string]string {
	if r.Capacity == "" && r.OnBehalf == "" {
		return r.Members
	}
	out := map[string]string{}
	maps.Copy(out, r.Members)
	for name, value := range map[string]string{"capacity": r.Capacity, "on_behalf": r.OnBehalf} {
		if value != "" {
			out[name] = value
		}
	}
	return out
}

// contentHash checks content and the hash given for it.
func contentHash(content []byte, given string) (string, error) {
	if content == nil {
		return given, nil
	}
	if len(content) == 0 || content[0] != '{' || !receipt.IsCanonical(content) {
		return "", errs.New(errs.Invalid, "ledger.content")
	}
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	if given != "" && given != hash {
		return "", errs.New(errs.Invalid, "ledger.content")
	}
	return hash, nil
}

// rowTag ties a row to its owner, and to whether it keeps the content, without
// telling the owner: the first 16 bytes of HMAC-SHA-256 under the record's salt.
func rowTag(salt [receipt.SaltSize]byte, owner string, content bool) string {
	m := hmac.New(sha256.New, salt[:])
	m.Write(strconv.AppendBool([]byte(owner+"\n"), content))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

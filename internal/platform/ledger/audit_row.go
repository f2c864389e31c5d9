// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// entry adds a finding about an entry.
func (a *auditor) entry(e entry, code, detail string) {
	f := Finding{Code: code, ID: e.ID, Owner: e.Owner, Index: -1, Detail: detail}
	if e.Index != nil {
		f.Index = *e.Index
	}
	a.find(f)
}

// row compares what a row says beside its record with the record.
func (a *auditor) row(e entry) {
	if leaf := rfc6962Leaf(e.Record); !bytes.Equal(leaf[:], e.LeafHash) {
		a.entry(e, FoundColumn, "leaf_hash is not the hash of the record")
	}
	r, err := receipt.DecodeRecord(e.Record)
	if err != nil {
		a.entry(e, FoundRecord, "the record cannot be read: "+err.Error())
		return
	}
	if ofPaper(Record{Event: r.Event, ContentHash: r.ContentHash}) && len(e.Content) == 0 {
		a.met = append(a.met, paperRow{Hash: r.ContentHash, ID: r.ID, Owner: e.Owner})
	}
	switch {
	case r.ID != e.ID:
		a.entry(e, FoundColumn, "id is not that of the record, "+r.ID)
	case r.Issuer != e.Origin:
		a.entry(e, FoundColumn, "origin is not that of the record")
	case !r.Time.Equal(e.Staged.Time):
		a.entry(e, FoundColumn, "staged_us is not the time of the record")
	case r.RowTag == rowTag(r.Salt, e.Owner, len(e.Content) == 0):
		a.entry(e, FoundContent, "the content was taken away or added")
	case r.RowTag != rowTag(r.Salt, e.Owner, len(e.Content) > 0):
		a.entry(e, FoundColumn, "owner is not the owner the record was written for")
	}
	if sum := sha256.Sum256(e.Content); len(e.Content) > 0 && hex.EncodeToString(sum[:]) != r.ContentHash {
		a.entry(e, FoundContent, "the content does not have the recorded hash")
	}
}

// frontier computes an RFC 6962 tree's root leaf by leaf, from the text of
// section 2.1 and without the library the sequencer uses: it keeps the hashes
// of the full subtrees, the largest first.
type frontier struct {
	hashes []tlog.Hash
	sizes  []int64
}

func (f *frontier) add(leaf tlog.Hash) {
	size := int64(1)
	for n := len(f.sizes); n > 0 && f.sizes[n-1] == size; n-- {
		leaf = rfc6962Node(f.hashes[n-1], leaf)
		size *= 2
		f.hashes, f.sizes = f.hashes[:n-1], f.sizes[:n-1]
	}
	f.hashes, f.sizes = append(f.hashes, leaf), append(f.sizes, size)
}

func (f *frontier) root() tlog.Hash {
	if len(f.hashes) == 0 {
		return sha256.Sum256(nil)
	}
	h := f.hashes[len(f.hashes)-1]
	for i := len(f.hashes) - 2; i >= 0; i-- {
		h = rfc6962Node(f.hashes[i], h)
	}
	return h
}

func rfc6962Leaf(data []byte) tlog.Hash {
	return sha256.Sum256(append([]byte{0}, data...))
}

func rfc6962Node(left, right tlog.Hash) tlog.Hash {
	b := append(make([]byte, 0, 65), 1)
	return sha256.Sum256(append(append(b, left[:]...), right[:]...))
}
